"""Colours for the values of a band: one for each class, or greys between the low and the high ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ee_export_widget.core.classes import Classes, Colour
    from ee_export_widget.core.pyramid.reduction import Pixels

    Array: TypeAlias = npt.NDArray[Any]

MOST_CODES = 12
"""More values than this are shaded: nobody tells so many colours apart."""

_PALETTE: tuple[Colour, ...] = (
    (76, 154, 82), (217, 179, 92), (63, 127, 191), (91, 91, 91), (201, 206, 214), (196, 90, 60), (122, 94, 168),
    (232, 205, 60), (73, 190, 183), (214, 120, 170), (140, 98, 57), (160, 200, 120),
)  # fmt: skip
_STRANGE: Colour = (233, 30, 140)
_LOW, _HIGH = 2, 98
"""Percentiles at which the greys end."""


class Paint(Protocol):
    """Gives values their colours."""

    @property
    def legend(self) -> list[tuple[Colour, str]]:
        """Colours and what they stand for."""

    def colours(self, values: Array) -> Array:
        """Give red, green and blue of shape ``(height, width, 3)``."""


def paint_for(source: Pixels, classes: Classes, *, codes: bool) -> Paint:
    """Choose how the values of a window are painted: few codes in colours, anything else in greys."""
    known = source.values[source.mask > 0]
    values, counts = np.unique(known, return_counts=True)
    if codes and 0 < values.size <= MOST_CODES:
        return _ByClass([float(value) for value in values[np.argsort(-counts, kind="stable")]], classes)
    return _Shades(known)


class _ByClass:
    """A colour for each code: its own, or one of the palette."""

    def __init__(self, codes: list[float], classes: Classes) -> None:
        known = dict(classes.colours)
        free = (colour for colour in _PALETTE if colour not in known.values())
        own = {code: known.get(code) or next(free, _STRANGE) for code in codes}
        self._colours = {**known, **own}
        self.legend = [(colour, classes.label(code)) for code, colour in own.items()]

    def colours(self, values: Array) -> Array:
        shown = np.full((*values.shape, 3), _STRANGE, dtype=np.uint8)
        for code, colour in self._colours.items():
            shown[values == code] = colour
        return shown


class _Shades:
    """Greys from the 2nd to the 98th percentile."""

    def __init__(self, known: Array) -> None:
        finite = known[np.isfinite(known)].astype(float)
        ends: list[float] = np.percentile(finite, (_LOW, _HIGH)).tolist() if finite.size else [0.0, 1.0]
        self._low, self._high = ends
        self.legend: list[tuple[Colour, str]] = [
            ((0, 0, 0), f"{self._low:,.4g} or less"),
            ((255, 255, 255), f"{self._high:,.4g} or more"),
        ]

    def colours(self, values: Array) -> Array:
        share = np.clip((values.astype(float) - self._low) / (self._high - self._low or 1.0), 0, 1)
        return np.repeat((np.nan_to_num(share) * 255).astype(np.uint8)[:, :, None], 3, axis=2)
