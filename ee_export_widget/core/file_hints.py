"""What to do about a problem for somebody who has a file before them, not a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic.alias_generators import to_camel

from ee_export_widget.core.destinations import DESTINATIONS

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem

_GRID = "Give grid with dimensions, affineTransform and crsCode."
_ID = "Give an ID of letters, digits and dashes, new for every export."
_HINTS = {
    "averaged-codes": "Give them MODE or SAMPLE in pyramidingPolicyOverrides.",
    "expression-dangling-reference": "Write the expression again from the image.",
    "expression-circle": "Write the expression again from the image.",
    "expression-missing": "Give expression with result and values.",
    "expression-without-result": "Write the expression again from the image.",
    "expression-without-values": "Write the expression again from the image.",
    "grid-incomplete": "Give dimensions, affineTransform and crsCode in full.",
    "grid-missing": _GRID,
    "not-an-image": "Give an expression whose result is one image.",
    "request-id-empty": _ID,
    "request-id-missing": _ID,
    "target-homeless": "Create the folder first, or give a name in a folder that exists.",
    "target-taken": 'Give another name, or set "overwrite": true.',
}
_WORDS = (("Coarsen the scale", "Use larger pixels"), ("split the region", "split the grid"), ("Choose", "Use"))


def for_file(problem: Problem) -> Problem:
    """Give a problem with a hint that can be followed in a file.

    Parameters
    ----------
    problem
        A problem with the hint of the form.
    """
    if problem.code == "destination-missing":
        places = [to_camel(kind.member) for kind in DESTINATIONS if to_camel(kind.options) == problem.field]
        every = [f"{to_camel(kind.options)}.{to_camel(kind.member)}" for kind in DESTINATIONS]
        names = places if places and problem.field != "assetExportOptions" else every
        return replace(problem, hint=f"Give {' or '.join(names)}.")
    hint = _HINTS.get(problem.code, problem.hint)
    for word, instead in _WORDS:
        hint = hint.replace(word, instead)
    return replace(problem, hint=hint)
