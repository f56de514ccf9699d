"""Arithmetic, comparison, logic and bits, pixel by pixel."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import BOOLEAN, DOUBLE, FLOAT, Band, Image, Pixels, PixelType

from .bands import cast_values
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.raster.grid import Projection, Window
    from ee_export_widget.emulator.raster.reader import Reader

    Values = NDArray[Any]
    Operation = Callable[..., Values]
    TypeRule = Callable[..., PixelType]

_LONG = np.iinfo(np.int64)


def place_of(*bands: Band) -> tuple[Projection, Window | None]:
    """Return the projection and extent of what is computed from bands: those of the first that has a place."""
    placed = [band for band in bands if band.extent is not None]
    if not placed:
        return bands[0].projection, None
    projection, extent = placed[0].projection, placed[0].extent
    for band in placed[1:]:
        if extent is not None and band.extent is not None and band.projection == projection:
            extent = extent.intersection(band.extent)
    return projection, extent


def combined(band_id: str, pixel_type: PixelType, operation: Operation, *bands: Band) -> Band:
    """Return the band that an operation gives for every pixel; it is valid where all its inputs are.

    Parameters
    ----------
    operation
        Takes the values of the bands, as int64 or float64, and gives new ones.
    """
    working = np.int64 if all(band.type.precision == "int" for band in bands) else np.float64

    def read(reader: Reader) -> Pixels:
        inputs = [reader.pixels(band) for band in bands]
        with np.errstate(all="ignore"):
            values = operation(*(pixels.values.astype(working) for pixels in inputs))
        mask = inputs[0].mask
        for pixels in inputs[1:]:
            mask = np.minimum(mask, pixels.mask)
        return Pixels(cast_values(values, pixel_type), mask)

    projection, extent = place_of(*bands)
    return Band(band_id, pixel_type, read, projection, extent)


def paired(first: Image, second: Image) -> list[tuple[str, Band, Band]]:
    """Return which bands of two images belong together, and the name of what they give.

    One band goes with every band of the other image; else equal names go together, else equal places.
    """
    left, right = list(first.bands), list(second.bands)
    if not left or not right:
        raise (
            AlgorithmError("If one image has no bands, the other must also have no bands.")
            if left or right
            else (AlgorithmError("The images have no bands."))
        )
    if len(left) == 1 and len(right) > 1:
        return [(band.id, left[0], band) for band in right]
    if len(right) == 1:
        return [(band.id, band, right[0]) for band in left]
    by_name = {band.id: band for band in right}
    if set(by_name) == {band.id for band in left}:
        return [(band.id, band, by_name[band.id]) for band in left]
    if len(left) != len(right):
        raise AlgorithmError(
            "Images must contain either the same number of bands or at least one of them must contain only 1 band. "
            f"Got {len(left)} and {len(right)} bands."
        )
    return [(a.id, a, b) for a, b in zip(left, right, strict=True)]


def _integer(low: float, high: float) -> PixelType:
    return PixelType("int", max(low, _LONG.min), min(high, _LONG.max))


def _widest(*types: PixelType) -> PixelType:
    if any(each.precision == "double" for each in types):
        return DOUBLE
    return FLOAT


def _corners(operation: Callable[[Any, Any], Any]) -> TypeRule:
    """Return the rule of an operation that takes its extremes at the extremes of its inputs."""

    def rule(first: PixelType, second: PixelType) -> PixelType:
        if first.precision == second.precision == "int":
            ends = [
                operation(a, b) for a, b in product((first.minimum, first.maximum), (second.minimum, second.maximum))
            ]
            return _integer(min(ends), max(ends))
        return _widest(first, second)

    return rule


def _divided(first: PixelType, second: PixelType) -> PixelType:
    return _widest(first, second)


def _boolean(*_: PixelType) -> PixelType:
    return BOOLEAN


def _bits(*types: PixelType) -> PixelType:
    """Return the smallest common integer type of bit operations."""
    dtype = np.result_type(*(each.dtype if each.precision == "int" else np.dtype("int64") for each in types))
    return PixelType.from_dtype(dtype if dtype.kind in "iu" else "int64")


def _shifted(*_: PixelType) -> PixelType:
    return PixelType.from_dtype("int64")


def _remainder(first: PixelType, second: PixelType) -> PixelType:
    if first.precision == second.precision == "int":
        bound = max(abs(second.minimum or 0), abs(second.maximum or 0))
        return _integer(-bound if (first.minimum or 0) < 0 else 0, bound)
    return _widest(first, second)


def _power(first: PixelType, second: PixelType) -> PixelType:
    return DOUBLE if "double" in {first.precision, second.precision} else FLOAT


def _divide(first: Values, second: Values) -> Values:
    """Divide; anything by 0 is 0, as the service documents."""
    return np.divide(first, second, out=np.zeros(first.shape, np.float64), where=second != 0)


def _modulo(first: Values, second: Values) -> Values:
    safe = np.where(second == 0, 1, second)
    return np.where(second == 0, 0, np.fmod(first, safe))


def _both(first: Values, second: Values) -> Values:
    return np.logical_and(first, second)


def _either(first: Values, second: Values) -> Values:
    return np.logical_or(first, second)


def _as_long(operation: Operation) -> Operation:
    def apply(*values: Values) -> Values:
        return np.asarray(operation(*(each.astype(np.int64) for each in values)))

    return apply


def _as_double(operation: Operation) -> Operation:
    def apply(*values: Values) -> Values:
        return operation(*(each.astype(np.float64) for each in values))

    return apply


PAIRS: dict[str, tuple[Operation, TypeRule, str]] = {
    "add": (np.add, _corners(lambda a, b: a + b), "Adds the second value to the first."),
    "subtract": (np.subtract, _corners(lambda a, b: a - b), "Subtracts the second value from the first."),
    "multiply": (np.multiply, _corners(lambda a, b: a * b), "Multiplies both values."),
    "divide": (_divide, _divided, "Divides the first value by the second; 0 for division by 0."),
    "mod": (_modulo, _remainder, "Gives the remainder of the first value divided by the second."),
    "pow": (_as_double(np.power), _power, "Raises the first value to the power of the second."),
    "min": (np.minimum, _corners(min), "Gives the smaller value."),
    "max": (np.maximum, _corners(max), "Gives the greater value."),
    "first": (lambda first, _: first, lambda first, _: first, "Gives the first value."),
    "atan2": (_as_double(np.arctan2), _power, "Gives the angle of the point whose y is the first value."),
    "hypot": (_as_double(np.hypot), _power, "Gives the length of the vector of both values."),
    "eq": (np.equal, _boolean, "Gives 1 where both values are equal, else 0."),
    "neq": (np.not_equal, _boolean, "Gives 1 where the values differ, else 0."),
    "lt": (np.less, _boolean, "Gives 1 where the first value is less, else 0."),
    "lte": (np.less_equal, _boolean, "Gives 1 where the first value is less or equal, else 0."),
    "gt": (np.greater, _boolean, "Gives 1 where the first value is greater, else 0."),
    "gte": (np.greater_equal, _boolean, "Gives 1 where the first value is greater or equal, else 0."),
    "and": (_both, _boolean, "Gives 1 where both values are not 0, else 0."),
    "or": (_either, _boolean, "Gives 1 where one of the values is not 0, else 0."),
    "bitwiseAnd": (_as_long(np.bitwise_and), _bits, "Gives the bits that both values have."),
    "bitwiseOr": (_as_long(np.bitwise_or), _bits, "Gives the bits that one of the values has."),
    "bitwiseXor": (_as_long(np.bitwise_xor), _bits, "Gives the bits that only one of the values has."),
    "leftShift": (_as_long(np.left_shift), _shifted, "Shifts the bits of the first value up."),
    "rightShift": (_as_long(np.right_shift), _shifted, "Shifts the bits of the first value down."),
}
_ALIASES = {"bitwise_and": "bitwiseAnd", "bitwise_or": "bitwiseOr", "bitwise_xor": "bitwiseXor"}
_ALIASES |= {"left_shift": "leftShift", "right_shift": "rightShift"}


def _declare_pair(name: str, operation: Operation, rule: TypeRule, description: str) -> None:
    @algorithm(f"Image.{name}", "image1:Image image2:Image", "Image", description)
    def apply(_: Evaluator, first: Image, second: Image) -> Image:
        bands = [combined(band_id, rule(a.type, b.type), operation, a, b) for band_id, a, b in paired(first, second)]
        return first.computed(tuple(bands))


for _name, _pair in PAIRS.items():
    _declare_pair(_name, *_pair)
for _alias, _name in _ALIASES.items():
    _declare_pair(_alias, *PAIRS[_name])


def _same(kind: PixelType) -> PixelType:
    return kind


def _real(kind: PixelType) -> PixelType:
    return DOUBLE if kind.precision == "double" else FLOAT


def _absolute(kind: PixelType) -> PixelType:
    if kind.precision != "int":
        return replace(kind, minimum=None, maximum=None)
    ends = [abs(kind.minimum or 0), abs(kind.maximum or 0)]
    return _integer(0 if (kind.minimum or 0) <= 0 <= (kind.maximum or 0) else min(ends), max(ends))


def _whole(kind: PixelType) -> PixelType:
    return kind if kind.precision == "int" else replace(kind, minimum=None, maximum=None)


def _sign(kind: PixelType) -> PixelType:
    return PixelType("int", -1, 1) if kind.precision == "int" else kind


def _complement(kind: PixelType) -> PixelType:
    return _integer(-(kind.maximum or 0) - 1, -(kind.minimum or 0) - 1) if kind.precision == "int" else _shifted()


SINGLES: dict[str, tuple[Operation, TypeRule, str]] = {
    "abs": (np.abs, _absolute, "Gives the absolute value."),
    "sqrt": (_as_double(np.sqrt), _real, "Gives the square root."),
    "cbrt": (_as_double(np.cbrt), _real, "Gives the cube root."),
    "exp": (_as_double(np.exp), _real, "Gives e to the power of the value."),
    "log": (_as_double(np.log), _real, "Gives the natural logarithm."),
    "log10": (_as_double(np.log10), _real, "Gives the logarithm to base 10."),
    "sin": (_as_double(np.sin), _real, "Gives the sine of an angle in radians."),
    "cos": (_as_double(np.cos), _real, "Gives the cosine of an angle in radians."),
    "tan": (_as_double(np.tan), _real, "Gives the tangent of an angle in radians."),
    "asin": (_as_double(np.arcsin), _real, "Gives the arc sine in radians."),
    "acos": (_as_double(np.arccos), _real, "Gives the arc cosine in radians."),
    "atan": (_as_double(np.arctan), _real, "Gives the arc tangent in radians."),
    "sinh": (_as_double(np.sinh), _real, "Gives the hyperbolic sine."),
    "cosh": (_as_double(np.cosh), _real, "Gives the hyperbolic cosine."),
    "tanh": (_as_double(np.tanh), _real, "Gives the hyperbolic tangent."),
    "ceil": (np.ceil, _whole, "Rounds up."),
    "floor": (np.floor, _whole, "Rounds down."),
    "round": (lambda values: np.floor(values + 0.5), _whole, "Rounds to the nearest whole number."),
    "signum": (np.sign, _sign, "Gives -1, 0 or 1 for the value's sign."),
    "not": (lambda values: values == 0, _boolean, "Gives 1 where the value is 0, else 0."),
    "bitwiseNot": (_as_long(np.invert), _complement, "Gives the bits that the value does not have."),
    "bitwise_not": (_as_long(np.invert), _complement, "Gives the bits that the value does not have."),
}


def _declare_single(name: str, operation: Operation, rule: TypeRule, description: str) -> None:
    @algorithm(f"Image.{name}", "value:Image", "Image", description)
    def apply(_: Evaluator, image: Image) -> Image:
        return image.computed(tuple(combined(band.id, rule(band.type), operation, band) for band in image.bands))


for _name, _single in SINGLES.items():
    _declare_single(_name, *_single)


@algorithm("Image.clamp", "input:Image low:Float high:Float", "Image", "Keeps the values between two limits.")
def _clamp(_: Evaluator, image: Image, low: float, high: float) -> Image:
    if low > high:
        raise AlgorithmError("The low limit must not be above the high one.")

    def bounded(values: Values) -> Values:
        return np.clip(values, low, high)

    return image.computed(tuple(combined(band.id, band.type, bounded, band) for band in image.bands))


@algorithm(
    "Image.unitScale", "input:Image low:Float high:Float", "Image", "Scales values so that two limits become 0 and 1."
)
def _unit_scale(_: Evaluator, image: Image, low: float, high: float) -> Image:
    if low == high:
        raise AlgorithmError("The limits must differ.")

    def scaled(values: Values) -> Values:
        return (values - low) / (high - low)

    return image.computed(tuple(combined(band.id, DOUBLE, scaled, band) for band in image.bands))


@algorithm(
    "Image.normalizedDifference",
    "input:Image bandNames:List?",
    "Image",
    "Gives (first - second) / (first + second); negative inputs are masked.",
)
def _normalized_difference(_: Evaluator, image: Image, names: list[str] | None) -> Image:
    wanted = names or [band.id for band in image.bands[:2]]
    bands = {band.id: band for band in image.bands}
    missing = [name for name in wanted if name not in bands]
    if len(wanted) != 2 or missing:  # noqa: PLR2004 - a pair
        available = ", ".join(bands)
        raise AlgorithmError(f"Two of the bands must be named; got {wanted}. Available bands: [{available}]")
    first, second = (bands[name] for name in wanted)

    def read(reader: Reader) -> Pixels:
        a, b = reader.pixels(first), reader.pixels(second)
        x, y = a.values.astype(np.float64), b.values.astype(np.float64)
        values = _divide(x - y, x + y).astype(np.float32)
        mask = np.minimum(a.mask, b.mask) * ((x >= 0) & (y >= 0))
        return Pixels(values, mask.astype(np.float32))

    projection, extent = place_of(first, second)
    return Image((Band("nd", PixelType("float", -1, 1), read, projection, extent),))
