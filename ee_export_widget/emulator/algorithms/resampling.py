"""Ways from one lattice to another besides nearest neighbour."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from ee_export_widget.emulator.errors import invalid
from ee_export_widget.emulator.image import Band, Image, Pixels
from ee_export_widget.emulator.raster.grid import PixelGrid, Projection, Window, compose

from .bands import cast_values
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.raster.reader import Reader

    from .reducers import Reducer

_MAX_FACTOR = 64
_NOISE_PX = 1e-6


@algorithm(
    "Image.resample", "image:Image mode:String?", "Image", "Interpolates where the image is put on other pixels."
)
def _resample(_: Evaluator, image: Image, mode: str | None) -> Image:
    kernels = {"bilinear": _bilinear, "bicubic": _bicubic}
    if (mode or "bilinear") not in kernels:
        raise AlgorithmError(f"Unknown resampling mode '{mode}'; known are bilinear and bicubic.")
    kernel = kernels[mode or "bilinear"]
    return image.with_bands(tuple(_interpolated(band, kernel) for band in image.bands))


def _bilinear(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(0, 1 - np.abs(distance)))


def _bicubic(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cubic convolution with a = -0.5 (Keys 1981)."""
    x = np.abs(distance)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0))  # noqa: PLR2004 - the kernel ends there


def _interpolated(band: Band, kernel: Any) -> Band:  # noqa: ANN401 - one of the two above
    """Return a band that is interpolated between the pixels of its own lattice."""
    reach = 1 if kernel is _bilinear else 2

    def read(reader: Reader) -> Pixels:
        if band.extent is None:
            return reader.pixels(band)
        lookup = reader.lookup(band.projection)
        columns, rows = np.broadcast_arrays(lookup.columns - 0.5, lookup.rows - 0.5)
        inside = _inside(columns, rows, band.extent)
        shape = columns.shape
        if not inside.any():
            return Pixels(np.zeros(shape, band.type.dtype), np.zeros(shape, np.float32))
        left, top = np.floor(np.where(inside, columns, 0)).astype(int), np.floor(np.where(inside, rows, 0)).astype(int)
        window = _around(left[inside], top[inside], reach).intersection(band.extent)
        source = reader.on(_lattice_part(band.projection, window)).pixels(band)
        total, weight = np.zeros(shape), np.zeros(shape)
        for down in range(1 - reach, reach + 1):
            for across in range(1 - reach, reach + 1):
                i = np.clip(left + across - window.column, 0, window.width - 1)
                j = np.clip(top + down - window.row, 0, window.height - 1)
                share = kernel(columns - (left + across)) * kernel(rows - (top + down)) * source.mask[j, i]
                total += np.where(share != 0, share * source.values[j, i], 0)
                weight += share
        valid = inside & (weight > 1e-9)  # noqa: PLR2004 - not nothing
        values = np.where(valid, total / np.where(valid, weight, 1), 0)
        if band.type.precision == "int":
            values = np.floor(values + 0.5)
        return Pixels(cast_values(values, band.type), np.where(valid, np.clip(weight, 0, 1), 0).astype(np.float32))

    return replace(band, read=read)


def _inside(columns: NDArray[np.float64], rows: NDArray[np.float64], extent: Window) -> NDArray[np.bool_]:
    """Return which positions, counted from pixel centres, lie on a pixel of the extent."""
    with np.errstate(invalid="ignore"):
        across = (columns >= extent.column - 0.5) & (columns < extent.column + extent.width - 0.5)
        down = (rows >= extent.row - 0.5) & (rows < extent.row + extent.height - 0.5)
    return across & down


def _around(left: NDArray[Any], top: NDArray[Any], reach: int) -> Window:
    """Return the window of all neighbours of some pixels."""
    column, row = int(left.min()) - reach + 1, int(top.min()) - reach + 1
    return Window(column, row, int(left.max()) + reach + 1 - column, int(top.max()) + reach + 1 - row)


def _lattice_part(projection: Projection, window: Window) -> PixelGrid:
    corner = compose(projection.transform, Affine.translation(window.column, window.row))
    return PixelGrid(Projection(projection.crs, corner), window.width, window.height)


@algorithm(
    "Image.reduceResolution",
    "image:Image reducer:Reducer bestEffort:Boolean? maxPixels:Integer?",
    "Image",
    "Reduces all input pixels of every output pixel.",
)
def _reduce_resolution(
    _: Evaluator,
    image: Image,
    reducer: Reducer,
    best_effort: bool | None,  # noqa: FBT001 - as declared
    max_pixels: int | None,
) -> Image:
    if len(reducer.outputs) != 1:
        raise AlgorithmError("The reducer must have one output.")
    limit = max_pixels or 64
    return image.with_bands(
        tuple(_aggregated(band, reducer, limit, best_effort=bool(best_effort)) for band in image.bands)
    )


def _aggregated(band: Band, reducer: Reducer, limit: int, *, best_effort: bool) -> Band:
    """Return a band whose pixels are reduced from those of its own lattice that they cover."""
    pixel_type = reducer.output_type(band.type)

    def read(reader: Reader) -> Pixels:
        factors = _factors(reader, band)
        found = int(factors.max()) ** 2
        if found > limit and not best_effort:
            raise invalid(f"Image.reduceResolution: Too many input pixels per output pixel: {found} (max: {limit}).")
        factors = np.minimum(factors, max(1, math.isqrt(limit)))
        shape = (reader.grid.height, reader.grid.width)
        values, mask = np.zeros(shape, pixel_type.dtype), np.zeros(shape, np.float32)
        for factor in np.unique(factors):
            chosen = factors == factor
            place, part = _around_all(chosen, reader.grid)
            reduced = _reduced(reader.on(part), band, reducer, int(factor))
            here = chosen[place]
            values[place][here] = cast_values(reduced.values[here], pixel_type)
            mask[place][here] = reduced.mask[here]
        return Pixels(values, mask)

    return replace(band, read=read, type=pixel_type)


def _factors(reader: Reader, band: Band) -> NDArray[np.int64]:
    """Return how many of a band's pixels lie along the side of each pixel of a grid, shape (height, width).

    Each pixel's own corners decide, so that it is the same however an image is cut into blocks.
    """
    grid = reader.grid
    half_way = compose(grid.transform, Affine.translation(-0.5, -0.5))
    corners = PixelGrid(Projection(grid.crs, half_way), grid.width + 1, grid.height + 1)
    lookup = reader.on(corners).lookup(band.projection)
    columns, rows = np.broadcast_arrays(lookup.columns, lookup.rows)
    with np.errstate(invalid="ignore"):
        across = [np.abs(np.diff(array[:-1], axis=1)) for array in (columns, rows)]
        down = [np.abs(np.diff(array[:, :-1], axis=0)) for array in (columns, rows)]
        sides = np.nan_to_num(np.maximum.reduce([*across, *down]), posinf=1)
    return np.asarray(np.clip(np.floor(sides + 0.5 + _NOISE_PX), 1, _MAX_FACTOR), np.int64)


def _around_all(chosen: NDArray[np.bool_], grid: PixelGrid) -> tuple[tuple[slice, slice], PixelGrid]:
    """Return the smallest rectangle with all chosen pixels of a grid, as a place in it and as a grid."""
    [rows], [columns] = np.nonzero(chosen.any(axis=1)), np.nonzero(chosen.any(axis=0))
    row, column = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) + 1 - row, int(columns[-1]) + 1 - column
    return np.s_[row : row + height, column : column + width], grid.part(column, row, width, height)


def _reduced(reader: Reader, band: Band, reducer: Reducer, factor: int) -> Pixels:
    """Return a band reduced from as many pixels along each side of one of the grid's."""
    grid = reader.grid
    fine = compose(grid.transform, Affine.scale(1 / factor))
    dense = PixelGrid(Projection(grid.crs, fine), grid.width * factor, grid.height * factor)
    pixels = reader.on(dense).pixels(band)
    values, mask = (_blocks(array, factor) for array in (pixels.values, pixels.mask))
    [reduced] = reducer.reduce(values.astype(np.float64), mask.astype(np.float64)).values()
    return Pixels(np.nan_to_num(reduced), mask.mean(axis=0, dtype=np.float32))


def _blocks(array: NDArray[Any], factor: int) -> NDArray[Any]:
    """Return the pixels of every block along the first axis, shape (factor * factor, height, width)."""
    height, width = array.shape[0] // factor, array.shape[1] // factor
    blocks = array.reshape(height, factor, width, factor).transpose(1, 3, 0, 2)
    return blocks.reshape(factor * factor, height, width)
