"""Small changes of an image that make it exportable, each one more step at the end of its expression.

Algorithms and arguments are those that the official client writes for ``select``, ``toUint16`` and its like, and
``unmask``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.expression import Expression
from ee_export_widget.core.image_info import PixelType, smallest_type
from ee_export_widget.core.wrapping import WrappedExpression, call, free_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ee_export_widget.core.draft.draft import Draft

_CAST = {
    "uint8": "toUint8", "int8": "toInt8", "uint16": "toUint16", "int16": "toInt16", "uint32": "toUint32",
    "int32": "toInt32", "int64": "toInt64", "float": "toFloat", "double": "toDouble",
}  # fmt: skip
_EXACT_IN_FLOAT = 2**24
FLOAT_FILLER = -9999.0
"""What stands for no data among floating numbers, by custom."""
_FILLED = "masked pixels as "


def common_type(kinds: Iterable[PixelType]) -> PixelType:
    """Give the smallest type that holds the values of all: whole numbers stay exact where any type can do that."""
    kinds = list(kinds)
    whole = [kind for kind in kinds if kind.is_integer]
    lowest, highest = min((kind.lowest for kind in whole), default=0), max((kind.highest for kind in whole), default=0)
    if len(whole) == len(kinds):
        return smallest_type("int", lowest, highest)
    wide = max(-lowest, highest) > _EXACT_IN_FLOAT or any(kind.name == "double" for kind in kinds)
    return smallest_type("double" if wide else "float", None, None)


def can_be_stepped(draft: Draft) -> bool:
    """Tell whether something can be put around the image: there is one, and its expression is sound."""
    return draft.expression is not None and not Expression.of(draft.expression).problems


def selected(draft: Draft, bands: Sequence[str]) -> Draft:
    """Export only some bands, by name and in this order."""
    names = {"constantValue": list(bands)}
    return _stepped(draft, f"only {_listed(bands)}", "Image.select", "input", bandSelectors=names)


def cast(draft: Draft, kind: PixelType) -> Draft:
    """Export all bands in one type."""
    return _stepped(draft, f"all bands as {kind.name}", f"Image.{_CAST[kind.name]}", "value")


def edges(kind: PixelType) -> tuple[float, ...]:
    """Give the numbers of a type that data use least, the one that is likeliest to be free first."""
    if not kind.is_integer:
        return (FLOAT_FILLER,)
    return (kind.lowest, kind.highest, kind.lowest + 1) if kind.lowest < 0 else (kind.highest, kind.highest - 1)


def is_filled(draft: Draft) -> bool:
    """Tell whether masked pixels have been given a value."""
    return any(step.startswith(_FILLED) for step in draft.image_steps)


def filled(draft: Draft, value: float, kind: PixelType) -> Draft:
    """Give masked pixels, also those beyond the image's edge, a value that the file declares as no data."""
    number = int(value) if kind.is_integer else value
    constant = call("Image.constant", value={"constantValue": number})
    beyond = {"constantValue": False}
    after = _stepped(draft, f"{_FILLED}{number:g}", "Image.unmask", "input", value=constant, sameFootprint=beyond)
    # The constant may have a type of its own, which would widen that of the bands.
    return replace(_stepped(after, "", f"Image.{_CAST[kind.name]}", "value"), no_data=f"{number:.17g}")


def as_chosen(draft: Draft) -> Draft:
    """Take all steps back: the image as it was chosen."""
    if draft.chosen is None:
        return draft
    return replace(draft, expression=draft.chosen, chosen=None, image_steps=())


def _stepped(draft: Draft, words: str, function: str, argument: str, **arguments: dict[str, Any]) -> Draft:
    inner = Expression.of(draft.expression or {})
    key, _ = free_keys(inner["values"])
    node = call(function, **{argument: {"valueReference": inner["result"]}}, **arguments)
    nodes = 2 + sum(2 if "functionInvocationValue" in item else 1 for item in arguments.values())
    outer = WrappedExpression.around(inner, {key: node}, result=key, nodes=nodes)
    steps = (*draft.image_steps, words) if words else draft.image_steps
    return replace(draft, expression=outer, chosen=draft.chosen or draft.expression, image_steps=steps)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"  # noqa: PLR2004 - as many as fit
