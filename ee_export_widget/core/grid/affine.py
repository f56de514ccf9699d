"""The affine transform of a pixel grid, and the two orders in which its six numbers are listed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, TypeVar

from ee_export_widget.core.keywords import constructor_names_nearest_keyword
from ee_export_widget.core.reading import finite_number
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import affine
    import numpy as np
    from numpy.typing import NDArray

    Coordinate = TypeVar("Coordinate", float, NDArray[np.float64])

_JSON_NAMES = {
    "scaleX": "scale_x",
    "shearX": "shear_x",
    "translateX": "translate_x",
    "shearY": "shear_y",
    "scaleY": "scale_y",
    "translateY": "translate_y",
}
_FIELD = "grid.affineTransform"
_COUNT = len(_JSON_NAMES)
_EXACT_INTEGERS = 2**53
_DECIMAL_DIGITS = 60  # 17 digits of a float times 10 of a 32-bit count, and room for very unequal exponents


@constructor_names_nearest_keyword
@dataclass(frozen=True, slots=True)
class AffineTransform:
    """Map from pixel corners to coordinates of the CRS.

    ``x = scale_x * col + shear_x * row + translate_x`` and
    ``y = shear_y * col + scale_y * row + translate_y``, all in CRS units. ``(col, row) = (0, 0)`` is the
    outer corner of the first pixel, never its centre. The members are those of the service's
    AffineTransform message, in the order of the official client's ``crsTransform``.

    Raises
    ------
    InvalidRequestError
        If a member is not a finite number.
    """

    scale_x: float
    """Width of a pixel; positive where columns run towards larger x."""

    shear_x: float
    """Change of x from one row to the next; 0 for a grid that is not rotated."""

    translate_x: float
    """x of the outer corner of pixel (0, 0)."""

    shear_y: float
    """Change of y from one column to the next; 0 for a grid that is not rotated."""

    scale_y: float
    """Height of a pixel; negative where rows run towards smaller y, as in a north-up grid."""

    translate_y: float
    """y of the outer corner of pixel (0, 0)."""

    def __post_init__(self) -> None:
        problems = []
        for json_name, name in _JSON_NAMES.items():
            number = finite_number(getattr(self, name))
            if number is None:
                message = f"{json_name} must be a finite number."
                hint = "Give a length in units of the CRS."
                problems.append(Problem(f"{_FIELD}.{json_name}", "not-a-number", "error", message, hint))
            else:
                object.__setattr__(self, name, number)
        if problems:
            raise InvalidRequestError(problems)

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> AffineTransform:
        """Read the REST message; members that are absent or null are 0, as the service reads them.

        Raises
        ------
        InvalidRequestError
            If it is not a mapping, has an unknown member, or a member is not a finite number.
        """
        if not isinstance(mapping, Mapping):
            raise InvalidRequestError.of(_FIELD, "not-an-object", "The affine transform must be an object.")
        unknown = [name for name in mapping if name not in _JSON_NAMES]
        if unknown:
            raise InvalidRequestError(
                Problem(f"{_FIELD}.{name}", "unknown-member", "error", f"An affine transform has no member {name}.")
                for name in unknown
            )
        given = {_JSON_NAMES[name]: value for name, value in mapping.items() if value is not None}
        return cls(**(dict.fromkeys(_JSON_NAMES.values(), 0.0) | given))  # type: ignore[arg-type] # the constructor checks

    @classmethod
    def from_list(cls, values: Sequence[float]) -> AffineTransform:
        """Read six numbers in the order of the official client's ``crsTransform`` (also ``affine.Affine``).

        That is ``[scale_x, shear_x, translate_x, shear_y, scale_y, translate_y]``; GDAL's order differs.
        """
        return cls(*_six(values))

    @classmethod
    def from_gdal(cls, geotransform: Sequence[float]) -> AffineTransform:
        """Read a GDAL geotransform: ``[translate_x, scale_x, shear_x, translate_y, shear_y, scale_y]``."""
        translate_x, scale_x, shear_x, translate_y, shear_y, scale_y = _six(geotransform)
        return cls(scale_x, shear_x, translate_x, shear_y, scale_y, translate_y)

    def to_json(self) -> dict[str, float]:
        """Write the REST message with all six members; whole numbers are written without a fraction."""
        return {json_name: _plain(getattr(self, name)) for json_name, name in _JSON_NAMES.items()}

    def to_list(self) -> list[float]:
        """List the six numbers in the order of the official client's ``crsTransform``."""
        return [getattr(self, field.name) for field in fields(self)]

    def to_affine(self) -> affine.Affine:
        """Give the transform as an ``affine.Affine``."""
        from affine import Affine

        return Affine(*self.to_list())

    def to_gdal(self) -> list[float]:
        """List the six numbers in the order of a GDAL geotransform."""
        return [self.translate_x, self.scale_x, self.shear_x, self.translate_y, self.shear_y, self.scale_y]

    @property
    def determinant(self) -> float:
        """Signed area of a pixel in square CRS units; negative for a north-up grid."""
        return self.scale_x * self.scale_y - self.shear_x * self.shear_y

    @property
    def is_invertible(self) -> bool:
        """Whether pixels have an area."""
        return self.determinant != 0 and math.isfinite(self.determinant)

    @property
    def is_north_up(self) -> bool:
        """Whether columns run east and rows south, without rotation."""
        return self.scale_x > 0 and self.scale_y < 0 and self.shear_x == 0 and self.shear_y == 0

    def apply(self, col: Coordinate, row: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Give the (x, y) of positions in pixels, numbers or arrays; (0, 0) is a corner, (0.5, 0.5) a centre."""
        x = self.scale_x * col + self.shear_x * row + self.translate_x
        y = self.shear_y * col + self.scale_y * row + self.translate_y
        return x, y

    def locate(self, x: Coordinate, y: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Give the (col, row) of positions in CRS units, numbers or arrays.

        More exact far from the origin than ``inverse()``. The transform must be invertible.
        """
        dx, dy = x - self.translate_x, y - self.translate_y
        if self.shear_x == 0 and self.shear_y == 0:
            return dx / self.scale_x, dy / self.scale_y
        det = self.determinant
        return (self.scale_y * dx - self.shear_x * dy) / det, (self.scale_x * dy - self.shear_y * dx) / det

    def inverse(self) -> AffineTransform:
        """Give the transform from (x, y) to (col, row).

        Raises
        ------
        InvalidRequestError
            If pixels have no area.
        """
        if not self.is_invertible:
            message, hint = "The affine transform gives pixels without an area.", "Give scaleX and scaleY other than 0."
            raise InvalidRequestError.of(_FIELD, "not-invertible", message, hint)
        if self.shear_x == 0 and self.shear_y == 0:
            # Kept apart because dividing by the scale alone loses less than dividing by the determinant.
            scale_x, shear_x, shear_y, scale_y = 1 / self.scale_x, 0.0, 0.0, 1 / self.scale_y
        else:
            det = self.determinant
            scale_x, shear_x = self.scale_y / det, -self.shear_x / det
            shear_y, scale_y = -self.shear_y / det, self.scale_x / det
        translate_x = -(scale_x * self.translate_x + shear_x * self.translate_y)
        translate_y = -(shear_y * self.translate_x + scale_y * self.translate_y)
        return AffineTransform(scale_x, shear_x, translate_x, shear_y, scale_y, translate_y)

    def shifted(self, cols: int, rows: int) -> AffineTransform:
        """Give the same lattice with its origin moved to the corner of pixel ``(cols, rows)``.

        The new corner is computed in the decimal fractions that the six numbers are written in, so that
        3 pixels of 0.1 end at 0.3 and not at 0.30000000000000004.
        """
        a, b, c, d, e, f = (Decimal(repr(value)) for value in self.to_list())
        with localcontext(prec=_DECIMAL_DIGITS):
            translate_x, translate_y = c + a * cols + b * rows, f + d * cols + e * rows
        return replace(self, translate_x=float(translate_x), translate_y=float(translate_y))


def _plain(value: float) -> float:
    """Drop the fraction of a whole number that an int carries just as exactly."""
    return int(value) if value.is_integer() and abs(value) < _EXACT_INTEGERS else value


def _six(values: Sequence[float]) -> list[float]:
    """Check that a flat list of a transform has six numbers."""
    numbers = list(values)
    if len(numbers) != _COUNT:
        raise InvalidRequestError.of(
            _FIELD, "six-numbers", f"An affine transform has six numbers, not {len(numbers)}.", "Give all six."
        )
    return numbers
