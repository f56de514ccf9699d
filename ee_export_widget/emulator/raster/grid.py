"""Coordinate systems and pixel lattices."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import pyproj
import rasterio.crs
from affine import Affine
from pyproj.exceptions import CRSError, ProjError

from ee_export_widget.emulator.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T", float, "NDArray[np.float64]")

METRES_PER_DEGREE = 2 * math.pi * 6378137 / 360
"""The service's convention for one degree at any latitude."""

_UNSUPPORTED = {"EPSG:6933", "EPSG:102009"}
_PROJECT_NAMED = {
    "SR-ORG:6974": "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs",
}
_UNPARSED = "Projection: The CRS of a map projection could not be parsed."


@lru_cache(maxsize=256)
def _pyproj_crs(text: str) -> pyproj.CRS:
    """Parse a code or WKT; PROJ strings and what the service is known to refuse are errors."""
    code = text.strip().upper()
    if code in _UNSUPPORTED or not ("[" in text or re.fullmatch(r"[A-Z][A-Z0-9_.-]*:[A-Z0-9_.-]+", code)):
        raise invalid(_UNPARSED)
    try:
        crs = pyproj.CRS.from_user_input(_PROJECT_NAMED.get(code, text))
    except CRSError as error:
        raise invalid(_UNPARSED) from error
    if len(crs.axis_info) != 2:  # noqa: PLR2004 - east and north
        raise invalid(_UNPARSED)
    return crs


@lru_cache(maxsize=256)
def _rasterio_crs(text: str) -> rasterio.crs.CRS:
    """Return the same system for writing into files."""
    crs = _pyproj_crs(text)
    code = crs.to_epsg(100)
    return rasterio.crs.CRS.from_epsg(code) if code else rasterio.crs.CRS.from_wkt(crs.to_wkt("WKT2_2019"))


@lru_cache(maxsize=1024)
def _equal(first: str, second: str) -> bool:
    return first == second or _pyproj_crs(first).equals(_pyproj_crs(second), ignore_axis_order=True)


@lru_cache(maxsize=256)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(_pyproj_crs(source), _pyproj_crs(target), always_xy=True)
    except ProjError as error:
        message = f"Unable to transform coordinates from {source[:60]} to {target[:60]}."
        raise invalid(message) from error


@dataclass(frozen=True)
class Crs:
    """A coordinate reference system, kept as the text it was named by.

    Attributes
    ----------
    text
        `AUTHORITY:CODE` or WKT. Coordinates are x (easting, longitude) first whatever the authority says.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what cannot be parsed."""
        _pyproj_crs(self.text)

    @property
    def is_wkt(self) -> bool:
        """Whether the text is WKT and not a code."""
        return "[" in self.text

    @property
    def for_files(self) -> rasterio.crs.CRS:
        """The system in the form that files are written with."""
        return _rasterio_crs(self.text)

    @property
    def metres_per_unit(self) -> float:
        """Nominal metres in one unit of the coordinates."""
        crs = _pyproj_crs(self.text)
        return METRES_PER_DEGREE if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor)

    def same_as(self, other: Crs) -> bool:
        """Whether coordinates in both systems are equal."""
        return _equal(self.text, other.text)

    def transformer_to(self, other: Crs) -> pyproj.Transformer:
        """Return the transformation of (x, y) coordinates into another system."""
        return _transformer(self.text, other.text)


WGS84 = Crs("EPSG:4326")
WEB_MERCATOR = Crs("EPSG:3857")


@dataclass(frozen=True)
class Projection:
    """A lattice of pixels without end: a coordinate system and the transform from (column, row) corners to it."""

    crs: Crs
    transform: Affine

    @property
    def nominal_scale_m(self) -> float:
        """Side of a pixel in nominal metres."""
        return math.sqrt(abs(self.transform.determinant)) * self.crs.metres_per_unit

    def at_scale(self, metres: float) -> Projection:
        """Return the lattice with the same origin and pixels of another nominal size."""
        return Projection(self.crs, compose(self.transform, Affine.scale(metres / self.nominal_scale_m)))

    def to_json(self) -> dict[str, Any]:
        """Return the value that value:compute gives for a projection."""
        name = "wkt" if self.crs.is_wkt else "crs"
        return {"type": "Projection", name: self.crs.text, "transform": six_numbers(self.transform)}


@dataclass(frozen=True)
class PixelGrid:
    """A rectangle of pixels on a lattice.

    Attributes
    ----------
    projection
        The lattice, with its (0, 0) at the outer corner of the grid's first pixel.
    width, height
        Pixels.
    """

    projection: Projection
    width: int
    height: int

    @property
    def transform(self) -> Affine:
        """From (column, row) corners to coordinates."""
        return self.projection.transform

    @property
    def crs(self) -> Crs:
        """The coordinate system."""
        return self.projection.crs

    def part(self, column: int, row: int, width: int, height: int) -> PixelGrid:
        """Return the rectangle of this lattice whose first pixel is (column, row)."""
        transform = compose(self.transform, Affine.translation(column, row))
        return PixelGrid(Projection(self.crs, transform), width, height)

    def to_json(self) -> dict[str, Any]:
        """Return the REST message."""
        names = ("scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY")
        return {
            "dimensions": {"width": self.width, "height": self.height},
            "affineTransform": dict(zip(names, six_numbers(self.transform), strict=True)),
            ("crsWkt" if self.crs.is_wkt else "crsCode"): self.crs.text,
        }

    def footprint(self) -> dict[str, Any]:
        """Return the outline as a GeoJSON polygon, longitude and latitude in degrees."""
        steps = [number / 8 for number in range(8)]
        corners = (
            [(step * self.width, 0.0) for step in steps]
            + [(self.width, step * self.height) for step in steps]
            + [((1 - step) * self.width, self.height) for step in steps]
            + [(0.0, (1 - step) * self.height) for step in steps]
        )
        xs, ys = zip(*(apply(self.transform, *corner) for corner in corners), strict=True)
        ring = [list(point) for point in zip(*self.crs.transformer_to(WGS84).transform(xs, ys), strict=True)]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def apply(transform: Affine, column: T, row: T) -> tuple[T, T]:
    """Return the coordinates of a (column, row); arrays of them give arrays."""
    a, b, c, d, e, f = tuple(transform)[:6]
    return a * column + b * row + c, d * column + e * row + f


def compose(outer: Affine, inner: Affine) -> Affine:
    """Return the transform that applies `inner` first (affine 2 and 3 spell it differently)."""
    a, b, c, d, e, f = tuple(outer)[:6]
    p, q, r, s, t, u = tuple(inner)[:6]
    return Affine(a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f)


def six_numbers(transform: Affine) -> list[float]:
    """Return a transform in the service's order, without negative zeros."""
    return [number + 0.0 for number in tuple(transform)[:6]]


def read_transform(numbers: Sequence[float]) -> Affine:
    """Return the transform written as six numbers in the service's order.

    Raises
    ------
    ServiceError
        When there are not six finite numbers, or they map the plane to a line.
    """
    if len(numbers) != 6 or not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):  # noqa: PLR2004
        raise invalid("Projection: The transform must have six finite numbers.")
    transform = Affine(*numbers)
    if transform.is_degenerate:
        raise invalid("Projection: The transform must be invertible.")
    return transform


def read_affine(message: Mapping[str, float]) -> Affine:
    """Return the transform of an AffineTransform message; missing members are 0."""
    names = ("scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY")
    return read_transform([message.get(name, 0) for name in names])


def read_crs(grid: Mapping[str, Any]) -> Crs | None:
    """Return the system that a PixelGrid message names, if it names one."""
    text = grid.get("crsCode") or grid.get("crsWkt")
    return Crs(text) if text else None


@dataclass(frozen=True)
class Window:
    """A rectangle of whole pixels on a lattice: columns from `column` to `column + width`, rows alike."""

    column: int
    row: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Pixels."""
        return self.width * self.height

    def intersection(self, other: Window) -> Window:
        """Return the part that both share; width or height 0 when there is none."""
        column, row = max(self.column, other.column), max(self.row, other.row)
        right = min(self.column + self.width, other.column + other.width)
        bottom = min(self.row + self.height, other.row + other.height)
        return Window(column, row, max(0, right - column), max(0, bottom - row))


def windows(width: int, height: int, size: int) -> list[Window]:
    """Return the windows of at most `size` x `size` pixels that cover a grid, row by row."""
    return [
        Window(column, row, min(size, width - column), min(size, height - row))
        for row in range(0, height, size)
        for column in range(0, width, size)
    ]
