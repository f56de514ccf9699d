"""Which larger pixels to propose where a grid has too many."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from ee_export_widget.core.quantity import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME_SHAPE = 1e-6
_NEARLY, _AMPLY = 0.9, 1.1  # edges move outwards by up to a pixel, so the estimate is no more than one
_ROUND_STEPS = (1, 2, 5, 10, 20)


def coarser_pixels(
    present: tuple[float, float], excess: float, source: tuple[float, float] | None = None
) -> Iterator[tuple[float, float]]:
    """Yield larger pixels of the same shape, the finest first: multiples of the source's, then round ones.

    Parameters
    ----------
    present
        Width and height of the pixel in CRS units.
    excess
        How many times more pixels there are than there may be.
    source
        Width and height of the source's pixel in the same units, where it has the same CRS.
    """
    width, height = present
    least = math.sqrt(excess)
    if source is not None and math.isclose(width * source[1], height * source[0], rel_tol=_SAME_SHAPE):
        yield from _multiples(source, least * width / source[0])
    if math.isclose(width, height, rel_tol=_SAME_SHAPE):
        power = 10.0 ** math.floor(math.log10(least * width))
        sizes = (step * power for step in _ROUND_STEPS)
        yield from ((size, size) for size in sizes if size >= least * width * _NEARLY)
    else:
        yield from _multiples(present, least)


def pixel_size_text(width: float, height: float) -> str:
    """Write a pixel size as a person would type it: ``30``, or ``30 x 60``."""
    return number_text(width) if width == height else f"{number_text(width)} x {number_text(height)}"


def _multiples(pixel: tuple[float, float], least: float) -> Iterator[tuple[float, float]]:
    """Yield whole multiples of a pixel, computed in the decimal fractions that it is written in."""
    for multiple in sorted({max(1, math.ceil(least * share)) for share in (_NEARLY, 1, _AMPLY)}):
        width, height = (float(Decimal(repr(side)) * multiple) for side in pixel)
        yield width, height
