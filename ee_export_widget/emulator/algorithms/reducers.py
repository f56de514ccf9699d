"""Reducers: many values become one, or a few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from ee_export_widget.emulator.image import DOUBLE, FLOAT, Band, Image, Pixels, PixelType
from ee_export_widget.emulator.raster.grid import PixelGrid, Projection, compose, read_transform, windows
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.target import bounds_on, covering

from .bands import cast_values
from .masks import joined_type
from .math import place_of
from .places import image_projection
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.geometry import Geometry
    from ee_export_widget.emulator.objects import Value

Values = NDArray[np.float64]
_BLOCK_PX = 512
_LONG = PixelType("int", 0, 2**31 - 1)
_DEFAULT_MAX_PIXELS = 10_000_000


@dataclass(frozen=True)
class Reducer:
    """A way to make one value, or several named ones, of many.

    Attributes
    ----------
    outputs
        Name of each output and how it is computed: from values and weights with the inputs along the first axis; where
        all weights are 0 the result does not count.
    whole
        Whether outputs are of the input's type, as a minimum is; otherwise they are real numbers, of double precision
        where those of the input are whole.
    dictionary
        Whether the output is a histogram, a dictionary or a list, and no number.
    """

    outputs: dict[str, Callable[[Values, Values], Any]]
    whole: bool = False
    dictionary: bool = False

    def reduce(self, values: Values, weights: Values) -> dict[str, Any]:
        """Return every output for arrays of inputs along the first axis."""
        with np.errstate(all="ignore"):
            return {name: function(values, weights) for name, function in self.outputs.items()}

    def output_type(self, pixel_type: PixelType) -> PixelType:
        """Return the type of what becomes of a type."""
        if self.whole:
            return pixel_type
        if set(self.outputs) <= {"count", "countDistinct"}:
            return _LONG
        return FLOAT if pixel_type.precision == "float" else DOUBLE


def _valid(values: Values, weights: Values, otherwise: float) -> Values:
    return np.where(weights > 0, values, otherwise)


def _mean(values: Values, weights: Values) -> Values:
    return np.asarray((_valid(values, weights, 0) * weights).sum(axis=0) / weights.sum(axis=0))


def _variance(values: Values, weights: Values) -> Values:
    return _mean((values - _mean(values, weights)) ** 2, weights)


def _sample_variance(values: Values, weights: Values) -> Values:
    total = weights.sum(axis=0)
    return np.asarray(_variance(values, weights) * total / (total - 1))


def _percentile(share: float) -> Callable[[Values, Values], Values]:
    """Return the function of a percentile: the value below which a share of the valid inputs lies, interpolated."""

    def function(values: Values, weights: Values) -> Values:
        return np.asarray(np.nanquantile(_valid(values, weights, np.nan), share, axis=0))

    return function


def _mode(values: Values, weights: Values) -> Values:
    """Return the value with the greatest weight; the smallest of several."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered, counted = np.take_along_axis(values, order, 0), np.take_along_axis(weights, order, 0)
    total = np.zeros_like(ordered)
    running = np.zeros(ordered.shape[1:])
    for index in range(len(ordered)):
        same = ordered[index] == ordered[index - 1] if index else np.zeros(running.shape, bool)
        running = np.where(same, running, 0) + counted[index]
        total[index] = running
    return np.asarray(np.take_along_axis(ordered, total.argmax(axis=0)[np.newaxis], 0)[0])


def _count(_: Values, weights: Values) -> Values:
    return np.asarray((weights > 0).sum(axis=0), np.float64)


def _first(values: Values, weights: Values) -> Values:
    at = (weights > 0).argmax(axis=0)
    return np.asarray(np.take_along_axis(values, at[np.newaxis], 0)[0])


def _last(values: Values, weights: Values) -> Values:
    return _first(values[::-1], weights[::-1])


def _sum(values: Values, weights: Values) -> Values:
    return np.asarray((_valid(values, weights, 0) * weights).sum(axis=0))


def _product(values: Values, weights: Values) -> Values:
    return np.asarray(_valid(values, weights, 1).prod(axis=0))


def _minimum(values: Values, weights: Values) -> Values:
    return np.asarray(_valid(values, weights, np.inf).min(axis=0))


def _maximum(values: Values, weights: Values) -> Values:
    return np.asarray(_valid(values, weights, -np.inf).max(axis=0))


def _histogram(values: Values, weights: Values) -> dict[str, float]:
    """Return how much weight every value has, for inputs without further axes."""
    keys, places = np.unique(values[weights > 0], return_inverse=True)
    totals = np.bincount(places, weights[weights > 0])
    return {
        str(int(key) if float(key).is_integer() else float(key)): float(total)
        for key, total in zip(keys, totals, strict=True)
    }


REDUCERS: dict[str, Reducer] = {
    "mean": Reducer({"mean": _mean}),
    "median": Reducer({"median": _percentile(0.5)}),
    "mode": Reducer({"mode": _mode}, whole=True),
    "sum": Reducer({"sum": _sum}),
    "product": Reducer({"product": _product}),
    "count": Reducer({"count": _count}),
    "first": Reducer({"first": _first}, whole=True),
    "firstNonNull": Reducer({"first": _first}, whole=True),
    "last": Reducer({"last": _last}, whole=True),
    "lastNonNull": Reducer({"last": _last}, whole=True),
    "variance": Reducer({"variance": _variance}),
    "stdDev": Reducer({"stdDev": lambda values, weights: np.sqrt(_variance(values, weights))}),
    "sampleVariance": Reducer({"variance": _sample_variance}),
    "sampleStdDev": Reducer({"stdDev": lambda values, weights: np.sqrt(_sample_variance(values, weights))}),
    "minMax": Reducer({"min": _minimum, "max": _maximum}, whole=True),
    "frequencyHistogram": Reducer({"histogram": _histogram}, dictionary=True),
}
_EXTREMES = {
    "min": Reducer({"min": _minimum}, whole=True),
    "max": Reducer({"max": _maximum}, whole=True),
}
BINNED = "maxBuckets:Integer? minBucketWidth:Float? maxRaw:Integer?"
"""Arguments of reducers that may count in bins."""


def _declare(name: str, reducer: Reducer, arguments: str = "") -> None:
    @algorithm(f"Reducer.{name}", arguments, "Reducer", f"Returns the reducer {name}.")
    def make(_: Evaluator, *_options: object) -> Reducer:
        return reducer


for _name, _reducer in REDUCERS.items():
    _declare(_name, _reducer, BINNED if _name in {"median", "mode"} else "")
for _name, _reducer in _EXTREMES.items():
    _declare(_name, _reducer, "numInputs:Integer?")


@algorithm(
    "Reducer.percentile",
    f"percentiles:List outputNames:List? {BINNED}",
    "Reducer",
    "Returns the reducer of percentiles.",
)
def _percentiles(_: Evaluator, shares: list[float], names: list[str] | None, *_others: object) -> Reducer:
    outputs = names or [f"p{share:g}" for share in shares]
    return Reducer({name: _percentile(share / 100) for name, share in zip(outputs, shares, strict=True)})


@algorithm(
    "Reducer.combine",
    "reducer1:Reducer reducer2:Reducer outputPrefix:String? sharedInputs:Boolean?",
    "Reducer",
    "Returns a reducer with the outputs of two.",
)
def _combine(_: Evaluator, first: Reducer, second: Reducer, prefix: str | None, shared: bool | None) -> Reducer:  # noqa: FBT001
    if not shared:
        raise AlgorithmError("The local Earth Engine combines reducers with shared inputs only.")
    renamed = {f"{prefix or ''}{name}": function for name, function in second.outputs.items()}
    return Reducer({**first.outputs, **renamed}, whole=first.whole and second.whole)


@algorithm("Reducer.unweighted", "reducer:Reducer", "Reducer", "Returns a reducer that counts every valid input alike.")
def _unweighted(_: Evaluator, reducer: Reducer) -> Reducer:
    def counted(function: Callable[[Values, Values], Any]) -> Callable[[Values, Values], Any]:
        return lambda values, weights: function(values, (weights > 0).astype(np.float64))

    return replace(reducer, outputs={name: counted(function) for name, function in reducer.outputs.items()})


def stack_bands(name: str, bands: list[Band], reducer: Reducer) -> list[Band]:
    """Return one band per output of a reducer over several bands of the same place."""
    projection, extent = place_of(*bands)
    pixel_type = reducer.output_type(reduce(joined_type, (band.type for band in bands)))

    def output(key: str, label: str) -> Band:
        def read(reader: Reader) -> Pixels:
            inputs = [reader.pixels(band) for band in bands]
            values = np.stack([pixels.values for pixels in inputs]).astype(np.float64)
            weights = np.stack([pixels.mask for pixels in inputs]).astype(np.float64)
            result = np.nan_to_num(reducer.reduce(values, weights)[key])
            return Pixels(cast_values(result, pixel_type), weights.max(axis=0).astype(np.float32))

        return Band(label, pixel_type, read, projection, extent)

    if reducer.dictionary:
        raise AlgorithmError("This reducer gives no numbers.")
    return [output(key, name.format(key)) for key in reducer.outputs]


@algorithm("Image.reduce", "image:Image reducer:Reducer", "Image", "Reduces the bands of every pixel.")
def _reduce_image(_: Evaluator, image: Image, reducer: Reducer) -> Image:
    if not image.bands:
        raise AlgorithmError("The image has no bands.")
    return image.computed(tuple(stack_bands("{}", list(image.bands), reducer)))


@algorithm(
    "Image.reduceRegion",
    "image:Image reducer:Reducer geometry:Geometry? scale:Float? crs:Projection? crsTransform:List? "
    "bestEffort:Boolean? maxPixels:Long? tileScale:Float?",
    "Dictionary",
    "Reduces all pixels of a region whose centre is inside.",
)
def _reduce_region(_: Evaluator, image: Image, reducer: Reducer, *options: Value) -> dict[str, Any]:
    geometry, scale, crs, transform, best_effort, max_pixels, _tile_scale = options
    projection = lattice(image, scale, crs, transform)
    return reduce_region(image, reducer, geometry, projection, max_pixels, best_effort=bool(best_effort))


def lattice(image: Image, scale: float | None, crs: Projection | None, transform: list[float] | None) -> Projection:
    """Return the pixels that a region is read in: the image's own where nothing else is named."""
    projection = image_projection(image) if crs is None else crs
    if transform is not None:
        return Projection(projection.crs, read_transform(transform))
    return projection if scale is None else projection.at_scale(scale)


def reduce_region(  # noqa: PLR0913 - as the algorithm
    image: Image,
    reducer: Reducer,
    geometry: Geometry | None,
    projection: Projection,
    max_pixels: int | None,
    *,
    best_effort: bool = False,
) -> dict[str, Any]:
    """Return a reducer's outputs over a region, named after band and output where there are several.

    Raises
    ------
    AlgorithmError
        When the region has too many pixels, unless `best_effort` allows for coarser ones.
    """
    grid = region_grid(image, geometry, projection)
    limit = max_pixels or _DEFAULT_MAX_PIXELS
    while grid.width * grid.height > limit:
        if not best_effort:
            found = grid.width * grid.height
            raise AlgorithmError(f"Too many pixels in the region. Found {found}, but maxPixels allows only {limit}.")
        projection = Projection(projection.crs, compose(projection.transform, Affine.scale(2)))
        grid = region_grid(image, geometry, projection)
    return _reduced(image, reducer, geometry, grid)


def region_grid(image: Image, geometry: Geometry | None, projection: Projection) -> PixelGrid:
    """Return the pixels of a lattice that cover a region, or an image without one."""
    if geometry is not None:
        return covering(projection, geometry.bounds_on(projection))
    grid = image.bands[0].grid
    if grid is None:
        raise AlgorithmError("A geometry must be given for an image without bounds.")
    return covering(projection, bounds_on(projection, grid))


def region_pixels(
    image: Image, geometry: Geometry | None, grid: PixelGrid
) -> Iterator[tuple[PixelGrid, NDArray[np.bool_], list[Pixels]]]:
    """Yield a grid block by block: its place, which pixels are in the region, and those of every band."""
    for window in windows(grid.width, grid.height, _BLOCK_PX):
        part = grid.part(window.column, window.row, window.width, window.height)
        inside = np.ones((part.height, part.width), bool) if geometry is None else geometry.covers(part)
        reader = Reader(part)
        yield part, inside, [reader.pixels(band) for band in image.bands]


def _reduced(image: Image, reducer: Reducer, geometry: Geometry | None, grid: PixelGrid) -> dict[str, Any]:
    values: list[list[NDArray[Any]]] = [[] for _ in image.bands]
    weights: list[list[NDArray[Any]]] = [[] for _ in image.bands]
    for _, inside, layers in region_pixels(image, geometry, grid):
        for index, pixels in enumerate(layers):
            kept = inside & (pixels.mask > 0)
            values[index].append(pixels.values[kept])
            weights[index].append(pixels.mask[kept])
    result: dict[str, Any] = {}
    for band, all_values, all_weights in zip(image.bands, values, weights, strict=True):
        flat, weight = np.concatenate(all_values).astype(np.float64), np.concatenate(all_weights).astype(np.float64)
        outputs = reducer.reduce(flat, weight) if flat.size else dict.fromkeys(reducer.outputs)
        for key, output in outputs.items():
            name = band.id if len(reducer.outputs) == 1 else f"{band.id}_{key}"
            result[name] = _plain(output, whole=reducer.output_type(band.type).precision == "int")
    return result


def _plain(output: Value, *, whole: bool) -> Value:
    if output is None or isinstance(output, dict | list):
        return output
    return int(output) if whole else float(output)
