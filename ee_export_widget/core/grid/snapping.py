"""From bounds to whole pixels: pure functions that know no projection.

Edges move outwards to the lattice, never to the nearest line. A hundredth of a pixel is forgiven, so that a
region which lies on the lattice already does not grow by what rounding leaves behind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeGuard

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.reading import finite_number, whole_number
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

TOLERANCE_PX = 0.01
"""How much of a pixel at an edge may stay uncovered."""

MAX_SIDE_PX = 2**31 - 1
"""Largest width or height: the service's dimensions are 32-bit integers."""

MAX_PIXELS = 10**13
"""Largest number of pixels that the service takes, whatever ``maxPixels`` says."""

Scale: TypeAlias = float | Sequence[float]
"""Pixel size in CRS units: one positive number, or ``(sx, sy)``."""

Dimensions: TypeAlias = int | Sequence[int]
"""``(width, height)`` in pixels, or the longer side alone."""

Anchor: TypeAlias = Literal["origin", "region"] | Sequence[float] | AffineTransform
"""What the grid lines up with; see ``PixelGrid.from_region``."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""``(min_x, min_y, max_x, max_y)``, in CRS units unless said otherwise."""

FittedGrid: TypeAlias = tuple[int, int, AffineTransform]
"""``(width, height, affine_transform)``."""

_PAIR = 2
_NAMED_CORNERS = {"origin": (0.0, 0.0), "region": None}


@dataclass(frozen=True, slots=True)
class Layout:
    """How pixels are to be laid over a region: exactly one of the three is given."""

    scale: tuple[float, float] | None = None
    """Pixel size ``(sx, sy)`` in CRS units, positive."""

    dimensions: tuple[int, int | None] | None = None
    """``(width, height)``, or ``(longer side, None)`` for square pixels."""

    lattice: AffineTransform | None = None
    """A whole lattice, north-up or not."""

    corner: tuple[float, float] | None = None
    """Any corner of the lattice that a scale lines up with; ``None`` starts at the region's own corner."""


def read_layout(scale: Scale | None, dimensions: Dimensions | None, anchor: Anchor) -> Layout:
    """Check the arguments of ``PixelGrid.from_region`` and put them into one value.

    Raises
    ------
    InvalidRequestError
        If they contradict each other, leave the pixel size open, or a number is not a possible one.
    """
    lattice = _read_lattice(anchor)
    if lattice is not None:
        if scale is not None or dimensions is not None:
            raise InvalidRequestError.of(
                "anchor",
                "lattice-and-size",
                "A whole lattice has its pixel size already.",
                "Leave out scale and dimensions, or give a corner (x, y) as the anchor.",
            )
        lattice.inverse()
        return Layout(lattice=lattice)
    corner = _read_corner(anchor)
    if scale is not None and dimensions is not None:
        raise InvalidRequestError.of(
            "scale", "scale-and-dimensions", "Both scale and dimensions are given.", "Give one of the two."
        )
    if scale is not None:
        return Layout(scale=_read_scale(scale), corner=corner)
    if dimensions is not None:
        return Layout(dimensions=_read_dimensions(dimensions))
    raise InvalidRequestError.of(
        "scale",
        "missing",
        "The pixel size is not given.",
        "Give scale (in units of the CRS) or dimensions (in pixels).",
    )


def read_bounds(bounds: Sequence[float]) -> Bounds:
    """Check ``(min_x, min_y, max_x, max_y)`` as typed or drawn, in CRS units.

    Raises
    ------
    InvalidRequestError
        If these are not four finite numbers in order.
    """
    numbers = [finite_number(value) for value in bounds] if _is_many(bounds) else []
    match numbers:
        case [float(min_x), float(min_y), float(max_x), float(max_y)] if min_x <= max_x and min_y <= max_y:
            return min_x, min_y, max_x, max_y
    raise InvalidRequestError.of(
        "region",
        "bounds-not-a-rectangle",
        "The bounds are not a rectangle.",
        "Give four numbers in units of the CRS: min_x, min_y, max_x, max_y.",
    )


def rectangle_bounds(bounds: Bounds, lattice: AffineTransform | None = None) -> Bounds:
    """Give the bounds of a rectangle in CRS units, or in the columns and rows of a lattice."""
    if lattice is None:
        return bounds
    corners = [lattice.locate(x, y) for x in (bounds[0], bounds[2]) for y in (bounds[1], bounds[3])]
    cols, rows = zip(*corners, strict=True)
    return min(cols), min(rows), max(cols), max(rows)


def fit(layout: Layout, bounds_in: Callable[[AffineTransform | None], Bounds]) -> FittedGrid:
    """Lay pixels over bounds.

    Parameters
    ----------
    layout
        What ``read_layout`` gave.
    bounds_in
        Gives the bounds to be covered: in CRS units for ``None``, in columns and rows for a lattice.

    Raises
    ------
    InvalidRequestError
        If a side would have more than 2147483647 pixels, the grid more than 1e13, or the bounds have no area to
        be divided into given dimensions.
    """
    if layout.lattice is not None:
        return _fit_lattice(layout.lattice, bounds_in(layout.lattice))
    bounds = bounds_in(None)
    if layout.dimensions is not None:
        return _fit_dimensions(layout.dimensions, bounds)
    if layout.scale is None:  # pragma: no cover - read_layout gives one of the three
        raise ValueError(layout)
    if layout.corner is None:
        return _fit_freely(layout.scale, bounds)
    # Rows are counted upwards while snapping, so that a region without height on a line gets the pixel above it.
    upwards = AffineTransform(layout.scale[0], 0, layout.corner[0], 0, layout.scale[1], layout.corner[1])
    low, high = upwards.locate(bounds[0], bounds[1]), upwards.locate(bounds[2], bounds[3])
    width, height, transform = _fit_lattice(upwards, (*low, *high))
    return width, height, replace(transform.shifted(0, height), scale_y=-layout.scale[1])


def _fit_lattice(lattice: AffineTransform, pixels: Bounds) -> FittedGrid:
    """Snap bounds in columns and rows outwards to whole ones."""
    first_col, width = _snap(pixels[0], pixels[2])
    first_row, height = _snap(pixels[1], pixels[3])
    _refuse_too_large(width, height)
    return width, height, lattice.shifted(first_col, first_row)


def _fit_freely(scale: tuple[float, float], bounds: Bounds) -> FittedGrid:
    """Start exactly at the north-west corner of the bounds."""
    min_x, min_y, max_x, max_y = bounds
    width, height = _pixels_across(max_x - min_x, scale[0]), _pixels_across(max_y - min_y, scale[1])
    _refuse_too_large(width, height)
    return width, height, AffineTransform(scale[0], 0, min_x, 0, -scale[1], max_y)


def _fit_dimensions(dimensions: tuple[int, int | None], bounds: Bounds) -> FittedGrid:
    """Divide the bounds into a given number of pixels; a derived pixel size has no lattice to snap to."""
    min_x, min_y, max_x, max_y = bounds
    span_x, span_y = max_x - min_x, max_y - min_y
    longer, other = dimensions
    if other is None:
        size = max(span_x, span_y) / longer
        sizes = (size, size)
        _refuse_without_area(size)
        width, height = _pixels_across(span_x, size), _pixels_across(span_y, size)
    else:
        width, height = longer, other
        sizes = (span_x / width, span_y / height)
        _refuse_without_area(min(sizes))
    _refuse_too_large(width, height)
    return width, height, AffineTransform(sizes[0], 0, min_x, 0, -sizes[1], max_y)


def _snap(low: float, high: float) -> tuple[int, int]:
    """Move two positions in pixels outwards to whole ones: ``(first, count)``, at least one pixel."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _too_large("The grid would have more pixels than can be counted.")
    first = math.floor(low + TOLERANCE_PX)
    return first, max(1, math.ceil(high - TOLERANCE_PX) - first)


def _pixels_across(span: float, size: float) -> int:
    """Count the pixels that cover a span, at least one."""
    return _snap(0, span / size)[1]


def _refuse_without_area(size: float) -> None:
    """Refuse to divide nothing into pixels."""
    if size <= 0:
        raise InvalidRequestError.of(
            "region",
            "region-without-area",
            "The region has no area that could be divided into pixels.",
            "Draw a larger region, or give scale instead of dimensions.",
        )


def _refuse_too_large(width: int, height: int) -> None:
    """Refuse what the service cannot take, whatever ``maxPixels`` says."""
    if max(width, height) > MAX_SIDE_PX:
        raise _too_large(f"The grid would be {width:,} × {height:,} pixels; a side can have {MAX_SIDE_PX:,}.")
    if width * height > MAX_PIXELS:
        raise _too_large(f"The grid would have {width * height:,} pixels; the service takes at most {MAX_PIXELS:,}.")


def _too_large(message: str) -> InvalidRequestError:
    """Make the error for too many pixels."""
    return InvalidRequestError.of("grid.dimensions", "grid-too-large", message, "Choose larger pixels.")


def _read_scale(scale: Scale) -> tuple[float, float]:
    """Read one positive number, or one for each axis."""
    sizes = [finite_number(size) for size in (scale if _is_many(scale) else (scale, scale))]
    if len(sizes) != _PAIR or any(size is None or size <= 0 for size in sizes):
        raise InvalidRequestError.of(
            "scale",
            "scale-not-positive",
            "Pixel size must be a number above 0.",
            "Give one number, or (sx, sy), in units of the CRS.",
        )
    sx, sy = (size for size in sizes if size is not None)
    return sx, sy


def _read_dimensions(dimensions: Dimensions) -> tuple[int, int | None]:
    """Read ``(width, height)``, or the longer side alone."""
    sides = [whole_number(side) for side in (dimensions if _is_many(dimensions) else (dimensions, dimensions))]
    if len(sides) != _PAIR or any(side is None or not 1 <= side <= MAX_SIDE_PX for side in sides):
        raise InvalidRequestError.of(
            "grid.dimensions",
            "dimension-out-of-range",
            f"Dimensions must be whole numbers of pixels from 1 to {MAX_SIDE_PX}.",
            "Give (width, height), or one number for the longer side.",
        )
    width, height = (side for side in sides if side is not None)
    return width, (height if _is_many(dimensions) else None)


def _read_lattice(anchor: Anchor) -> AffineTransform | None:
    """Read a whole lattice, also one in six numbers or in an ``affine.Affine``, which lists its last row too."""
    if isinstance(anchor, AffineTransform):
        return anchor
    numbers: list[Any] = list(anchor) if _is_many(anchor) else []
    match numbers:
        case [a, b, c, d, e, f] | [a, b, c, d, e, f, 0.0, 0.0, 1.0]:
            return AffineTransform.from_list([a, b, c, d, e, f])
    return None


def _read_corner(anchor: object) -> tuple[float, float] | None:
    """Read an anchor that is not a whole lattice; ``None`` for the region's own corner."""
    if isinstance(anchor, str) and anchor in _NAMED_CORNERS:
        return _NAMED_CORNERS[anchor]
    corner = [finite_number(value) for value in anchor] if _is_many(anchor) else []
    if len(corner) != _PAIR or None in corner:
        raise InvalidRequestError.of(
            "anchor",
            "anchor-unknown",
            f"{anchor!r} is nothing that a grid could line up with.",
            'Give "origin", "region", a corner (x, y) in units of the CRS, or an AffineTransform or its six numbers.',
        )
    x, y = (value for value in corner if value is not None)
    return x, y


def _is_many(value: object) -> TypeGuard[Iterable[object]]:
    """Tell a pair from a single number."""
    has_items = getattr(value, "ndim", 1) > 0  # an array of no dimensions is a number
    return has_items and isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
