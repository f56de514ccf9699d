"""What else is wrong with a body that cannot be read, so that nobody corrects it one mistake at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ee_export_widget.core.message import meant_member
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import Problem

_MOST_LOOKS = 4
_EXPRESSION = "expression"


def problems_beside(
    found: list[Problem], body: Mapping[str, object], read: Callable[[Mapping[str, object]], ExportImageRequest]
) -> list[Problem]:
    """Read a body without the members that keep it from being read, and list the errors of what is left.

    A misspelt member is read as the one that was meant. What is missing is not listed: it may be what could
    not be read.

    Parameters
    ----------
    found
        What kept the body from being read.
    body
        The body as it was given.
    read
        Reads a body, or raises `InvalidRequestError`.
    """
    left_out: list[Problem] = []
    more: list[Problem] = []
    fresh, listed = found, found
    for _ in range(_MOST_LOOKS):
        left_out += fresh
        mended = body
        for problem in fresh:
            mended = _without(mended, problem.field.split("."), _meant(problem))
        if mended is body:
            break
        body = mended
        try:
            fresh, listed = [], read(body).problems()
        except InvalidRequestError as error:
            fresh = listed = error.problems
        more += [problem for problem in listed if problem.severity == "error" and not _is_left_out(problem, left_out)]
        if not fresh:
            break
    return more


def _meant(problem: Problem) -> str | None:
    from ee_export_widget.core.request import ExportImageRequest

    return meant_member(problem.field.split("."), ExportImageRequest) if problem.code == "unknown-member" else None


def _without(node: Mapping[str, object], path: list[str], meant: str | None) -> Mapping[str, object]:
    """Copy a body without a member, or with its value under another name; the same body where nothing stands there."""
    # Names of bands and of nodes may have dots.
    sizes = range(1, len(path) + 1)
    size = next((size for size in sizes if isinstance(node, Mapping) and ".".join(path[:size]) in node), None)
    if size is None:
        return node
    name, rest = ".".join(path[:size]), path[size:]
    kept = dict(node)
    value = kept.pop(name)
    if rest and isinstance(value, Mapping) and name != _EXPRESSION:
        inner = _without(value, rest, meant)
        if inner is not value:
            kept[name] = inner
    elif not rest and meant is not None:
        kept.setdefault(meant, value)
    return kept


def _is_left_out(problem: Problem, left_out: list[Problem]) -> bool:
    """Tell whether something may only be wrong because of what was left out here."""
    # What is missing may be what could not be read.
    return (
        "missing" in problem.code
        or problem.code == "grid-incomplete"
        or any(
            f"{problem.field}.".startswith(f"{gone.field}.") or f"{gone.field}.".startswith(f"{problem.field}.")
            for gone in left_out
        )
    )
