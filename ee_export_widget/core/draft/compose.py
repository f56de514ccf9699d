"""From a draft to the request that would be sent, and to everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.derive import Derived, derive_grid
from ee_export_widget.core.draft.draft import Draft, asset_name
from ee_export_widget.core.draft.entries import entry_problems, file_options, written_in
from ee_export_widget.core.draft.masking import masked_expression
from ee_export_widget.core.draft.remarks import remarks
from ee_export_widget.core.folding import fold
from ee_export_widget.core.naming import clean_description
from ee_export_widget.core.problems import TOO_LARGE, body_size
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.draft.draft import Bounds
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo


@dataclass(frozen=True)
class Composed:
    """What a draft amounts to."""

    body: Mapping[str, Any]
    """The REST body as far as it goes; what is missing is missing."""
    request: ExportImageRequest | None
    """The same as a request; None without expression or destination."""
    problems: tuple[Problem, ...]
    grid: PixelGrid | None = None
    crs: str = ""
    """Code or WKT in force."""
    crs_known: bool = False
    drawn: Bounds | None = None
    """Bounds of the region in the CRS, before the edges were moved outward to whole pixels."""


def compose(draft: Draft, *, project: str, image: ImageInfo | None = None) -> Composed:
    """Derive grid, request and problems from a draft; pure.

    Parameters
    ----------
    draft
        What was typed and drawn.
    project
        Project id that short asset names belong to.
    image
        What is known of the image; None while nothing is.
    """
    derived = derive_grid(draft, image)
    problems = [*entry_problems(draft)]
    sent = replace(draft, expression=masked_expression(draft, derived.crs))
    body = request_body(sent, project=project, grid=derived.grid)
    try:
        request = ExportImageRequest.from_json(body)
    except InvalidRequestError as error:
        said = {problem.field for problem in derived.problems}
        rest = [problem for problem in error.problems if problem.field not in said]
        return _composed(derived, body, None, [*derived.problems, *problems, *rest])
    found = [*derived.problems, *problems, *_homeless(draft, project)]
    covered = {problem.field for problem in found}
    if derived.grid is not None and derived.crs_known:
        found += remarks(draft.region, derived.grid, image)
    found += [
        # What a body may leave out, the form always sends: nobody may take it away.
        replace(problem, severity="error") if problem.code == "request-id-missing" and not draft.awaits_id else problem
        for problem in request.problems(image)
        if problem.field not in covered and not (problem.field == "grid" and derived.problems)
    ]
    if draft.fold_grid and derived.grid is not None and request.expression is not None:
        request = request.with_(expression=fold(request.expression, derived.grid), grid=None)
        message = "The grid is part of the expression, as the official client sends it."
        found.append(Problem("grid", "grid-in-expression", "info", message))
        if not any(problem.code == TOO_LARGE for problem in found):
            found += body_size(request, image)  # it has grown
    complete = request.expression is not None and request.destination is not None
    return _composed(derived, request.to_json(), request if complete else None, found)


def _composed(
    derived: Derived, body: Mapping[str, Any], request: ExportImageRequest | None, problems: list[Problem]
) -> Composed:
    return Composed(
        body, request, _once_for_both_sides(problems), derived.grid, derived.crs, derived.crs_known, derived.drawn
    )


def _once_for_both_sides(problems: list[Problem]) -> tuple[Problem, ...]:
    """Say of a size as a whole what is wrong with both of its sides alike: it is typed into one field."""
    found: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        size, _, side = problem.field.rpartition(".")
        of_a_size = side in {"width", "height"} and size.endswith("Dimensions")
        key = (size if of_a_size else problem.field, problem.code, problem.message)
        found[key] = replace(problem, field=key[0]) if key in found else problem
    return tuple(found.values())


def request_body(draft: Draft, *, project: str, grid: PixelGrid | None) -> dict[str, Any]:
    """Write a draft as a REST body, on top of the members that came with a loaded request."""
    loaded = draft.loaded.to_json() if draft.loaded is not None else {}
    written: dict[str, Any] = {"expression": draft.expression} if draft.expression is not None else {}
    texts = {
        "description": description(draft), "requestId": draft.request_id, "workloadTag": draft.workload_tag.strip(),
    }  # fmt: skip
    typed = {"description": draft.description, "workloadTag": draft.workload_tag}
    texts |= {name: text for name, text in typed.items() if text is not None and loaded.get(name) == text}
    written |= _said(texts, loaded)
    if grid is not None or draft.grid is not None:
        written["grid"] = (grid or draft.grid).to_json()  # type: ignore[union-attr] # one of them is there
    if draft.destination == "asset":
        options = _asset_options(draft, project, loaded.get("assetExportOptions"))
        written |= {"assetExportOptions": options} if options or "assetExportOptions" in loaded else {}
    else:
        written["fileExportOptions"] = file_options(draft, loaded)
    others = written_in(draft, "", loaded)
    return written | {name: value for name, value in others.items() if name not in _WRITTEN_HERE}


_WRITTEN_HERE = frozenset({
    "expression", "grid", "description", "requestId", "workloadTag", "assetExportOptions", "fileExportOptions",
})  # fmt: skip


def _said(entries: Mapping[str, Any], loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entries that are written: an empty one only where the loaded request had it empty too."""
    return {name: value for name, value in entries.items() if value or (name in loaded and loaded[name] == value)}


def description(draft: Draft) -> str:
    """Give the description: the one typed, else what can be used of the last part of the destination's name."""
    if draft.description is not None:
        return draft.description.strip()
    return clean_description(target_text(draft).strip("/").rpartition("/")[2]) or "export"


def target_text(draft: Draft) -> str:
    """Give what names the destination, as typed."""
    match draft.destination:
        case "asset":
            return draft.asset_path.strip()
        case "drive":
            return draft.drive_prefix.strip()
        case _:
            return draft.cloud_storage_prefix.strip()


def written_overrides(draft: Draft) -> dict[str, str]:
    """Give the overrides that are written: those that differ from the default, and those that were loaded so."""
    options = draft.loaded.asset_export_options if draft.loaded is not None else None
    same_default = options is not None and (options.pyramiding_policy or PyramidingPolicy.MEAN) == draft.default_policy
    given = dict(options.pyramiding_policy_overrides or {}) if options is not None and same_default else {}
    return {
        band: policy.value
        for band, policy in draft.overrides.items()
        if policy != draft.default_policy or given.get(band) == policy
    }


def _asset_options(draft: Draft, project: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    loaded = known or {}
    target = _said(
        {"name": asset_name(draft.asset_path, project), "overwrite": draft.overwrite},
        loaded.get("earthEngineDestination", {}),
    )
    options = _said({"earthEngineDestination": target, "pyramidingPolicyOverrides": written_overrides(draft)}, loaded)
    # Not set means MEAN; a new request says so all the same.
    new = known is None and (draft.loaded is None or draft.loaded.options is not None)
    if "pyramidingPolicy" in loaded or new or draft.default_policy != PyramidingPolicy.MEAN:
        options["pyramidingPolicy"] = draft.default_policy.value
    shown = {"earthEngineDestination", "pyramidingPolicy", "pyramidingPolicyOverrides"}
    return options | {name: value for name, value in loaded.items() if name not in shown}


def _homeless(draft: Draft, project: str) -> list[Problem]:
    """Say that a short asset name belongs to no project yet."""
    if draft.destination != "asset" or not draft.asset_path.strip() or asset_name(draft.asset_path, project):
        return []
    message, hint = "The project of this asset is not known yet.", "Choose a project, or the local emulator."
    return [Problem("assetExportOptions", "project-missing", "error", message, hint)]
