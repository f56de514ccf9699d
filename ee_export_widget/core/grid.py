"""The pixel grid of an export: dimensions, affine transform and CRS, as the service takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ee_export_widget.core.affine import AffineTransform, finite_number
from ee_export_widget.errors import InvalidRequestError, Problem

MAX_SIDE_PX = 2**31 - 1
"""Largest width or height: the service's dimensions are 32-bit integers."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""``(min_x, min_y, max_x, max_y)`` in CRS units."""

_MEMBERS = ("dimensions", "affineTransform", "crsCode", "crsWkt")


@dataclass(frozen=True, slots=True)
class PixelGrid:
    """The exact pixels of an export; complete without any region.

    Raises
    ------
    InvalidRequestError
        If a dimension is not a whole number of 1 to 2147483647, pixels have no area, or not exactly one of
        ``crs_code`` and ``crs_wkt`` is given.
    """

    width: int
    """Number of columns."""

    height: int
    """Number of rows."""

    affine_transform: AffineTransform
    """Map from pixel corners to CRS units; (0, 0) is the outer corner of the first pixel."""

    crs_code: str | None = None
    """Authority code such as ``EPSG:32632``; coordinates are x (easting, longitude) first whatever it says."""

    crs_wkt: str | None = None
    """The CRS as WKT 1, where it has no code that the service knows."""

    def __post_init__(self) -> None:
        problems = []
        for name in ("width", "height"):
            count = whole_number(getattr(self, name))
            if count is None or not 1 <= count <= MAX_SIDE_PX:
                message = f"The {name} must be a whole number of pixels from 1 to {MAX_SIDE_PX}."
                problems.append(Problem(f"grid.dimensions.{name}", "dimension-out-of-range", "error", message))
            else:
                object.__setattr__(self, name, count)
        if not self.affine_transform.is_invertible:
            message = "The affine transform gives pixels without an area."
            hint = "Give scaleX and scaleY values other than 0."
            problems.append(Problem("grid.affineTransform", "not-invertible", "error", message, hint))
        problems += self._crs_problems()
        if problems:
            raise InvalidRequestError(problems)

    def _crs_problems(self) -> list[Problem]:
        """Check that there is exactly one text for the CRS; whether it is known is for others to say."""
        given = [text for text in (self.crs_code, self.crs_wkt) if text is not None]
        if len(given) == 1 and isinstance(given[0], str) and given[0].strip():
            return []
        field = "grid.crsWkt" if self.crs_code is None and self.crs_wkt is not None else "grid.crsCode"
        if len(given) > 1:
            message, code = "A grid has a crsCode or a crsWkt, not both.", "crs-contradiction"
        elif given:
            message, code = "The CRS must be a text that is not empty.", "crs-not-a-text"
        else:
            message, code = "The grid has no CRS.", "missing"
        return [Problem(field, code, "error", message, "Give one code such as EPSG:32632, or one WKT.")]

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> PixelGrid:
        """Read the REST message PixelGrid; members that are null count as absent.

        Whole numbers written with a fraction, such as 100.0, are read as integers.

        Raises
        ------
        InvalidRequestError
            With one problem for each part that is missing, unknown or wrong; fields start at ``grid``.
        """
        if not isinstance(mapping, Mapping):
            raise InvalidRequestError.of("grid", "not-an-object", "The grid must be an object.")
        present = {name: value for name, value in mapping.items() if value is not None}
        problems = _unknown_members("grid", present, _MEMBERS)
        problems += [
            Problem(f"grid.{name}", "missing", "error", f"The grid has no {name}.", f"Give grid.{name}.")
            for name in ("dimensions", "affineTransform")
            if name not in present
        ]
        # Parts that are missing get a stand-in, so that what is wrong with the others is said at once.
        dimensions: object = present.get("dimensions", {"width": 1, "height": 1})
        if not isinstance(dimensions, Mapping):
            problems.append(Problem("grid.dimensions", "not-an-object", "error", "The dimensions must be an object."))
            dimensions = {"width": 1, "height": 1}
        problems += _unknown_members("grid.dimensions", dimensions, ("width", "height"))
        transform = _UNIT_PIXELS
        try:
            transform = AffineTransform.from_json(present.get("affineTransform", _UNIT_PIXELS.to_json()))  # type: ignore[arg-type] # checked there
        except InvalidRequestError as error:
            problems += error.problems
        try:
            width, height = dimensions.get("width"), dimensions.get("height")
            grid = cls(width, height, transform, present.get("crsCode"), present.get("crsWkt"))  # type: ignore[arg-type] # checked there
        except InvalidRequestError as error:
            problems += error.problems
        if problems:
            raise InvalidRequestError(problems)
        return grid

    def to_json(self) -> dict[str, object]:
        """Write the REST message, with all six members of the transform."""
        crs = {"crsWkt": self.crs_wkt} if self.crs_code is None else {"crsCode": self.crs_code}
        return {
            "dimensions": {"width": self.width, "height": self.height},
            "affineTransform": self.affine_transform.to_json(),
            **crs,
        }

    @property
    def pixel_count(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def bounds(self) -> Bounds:
        """``(min_x, min_y, max_x, max_y)`` of the grid's outer corners, in CRS units."""
        corners = [self.affine_transform.apply(col, row) for col in (0, self.width) for row in (0, self.height)]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def whole_number(value: object) -> int | None:
    """Read a whole number, also one written with a fraction such as 100.0; otherwise ``None``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = finite_number(value)
    return int(number) if number is not None and number.is_integer() else None


def _unknown_members(path: str, mapping: Mapping[str, object], known: tuple[str, ...]) -> list[Problem]:
    """Report the members of an object that its message does not have."""
    return [
        Problem(f"{path}.{name}", "unknown-member", "error", f"{path} has no member {name}.")
        for name in mapping
        if name not in known
    ]


_UNIT_PIXELS = AffineTransform(1, 0, 0, 0, -1, 0)
