"""Making pictures, and images of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ee_export_widget.emulator.image import DOUBLE, Band, Image, Pixels, PixelType
from ee_export_widget.emulator.pixels import Visualization
from ee_export_widget.emulator.raster.grid import WGS84, apply

from .bands import select_bands
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value
    from ee_export_widget.emulator.raster.reader import Reader

_BYTE = PixelType.from_dtype("uint8")


def _numbers(value: object) -> list[float]:
    """Return numbers given as one, as a list, or as text with commas."""
    if value is None:
        return []
    if isinstance(value, str):
        return [float(part) for part in value.split(",")]
    return [float(each) for each in value] if isinstance(value, list) else [float(value)]  # type: ignore[arg-type]


def _texts(value: object) -> list[str]:
    """Return texts given as a list, or as one text with commas."""
    if value is None:
        return []
    return [str(each).strip() for each in (value if isinstance(value, list) else str(value).split(","))]


def _at(values: list[float], index: int, default: float) -> float:
    """Return the number for a band: its own, the only one, or the default."""
    if not values:
        return default
    return values[index] if len(values) > 1 else values[0]


def _ranges(
    low: list[float], high: list[float], gain: list[float], bias: list[float], count: int
) -> list[dict[str, float]]:
    """Return what becomes 0 and 255 in each band, however it was said."""
    ranges = []
    for index in range(count):
        if gain or bias:
            scale, shift = _at(gain, index, 1), _at(bias, index, 0)
            ranges.append({"min": -shift / scale, "max": (255 - shift) / scale})
        else:
            ranges.append({"min": _at(low, index, 0), "max": _at(high, index, 255)})
    return ranges


@algorithm(
    "Image.visualize",
    "image:Image bands:Object? gain:Object? bias:Object? min:Object? max:Object? gamma:Object? opacity:Number? "
    "palette:Object? forceRgbOutput:Boolean?",
    "Image",
    "Turns one or three bands into colours.",
)
def _visualize(_: Evaluator, image: Image, bands: object, *options: Value) -> Image:
    gain, bias, low, high, gamma = (_numbers(option) for option in options[:5])
    opacity, palette, force_rgb = options[5], _texts(options[6]), options[7]
    chosen = select_bands(image, _texts(bands)) if bands is not None else list(image.bands[:3])
    if len(chosen) not in {1, 3}:
        raise AlgorithmError(f"Expected one or three bands, found {len(chosen)}.")
    if palette and len(chosen) > 1:
        raise AlgorithmError("Cannot provide a palette when visualizing more than one band.")
    style = Visualization.from_json(
        {
            "ranges": _ranges(low, high, gain, bias, len(chosen)),
            "paletteColors": palette,
            "gamma": _at(gamma, 0, 1),
            "opacity": 1 if opacity is None else opacity,
        }
    )
    colored = palette or len(chosen) > 1 or force_rgb
    names = ["vis-red", "vis-green", "vis-blue"] if colored else ["vis-gray"]
    return Image(tuple(_channel(name, index, chosen, style) for index, name in enumerate(names)))


def _channel(name: str, index: int, bands: list[Band], style: Visualization) -> Band:
    """Return one channel of a picture as a band, as opaque as the style says."""

    def read(reader: Reader) -> Pixels:
        picture = style.render([reader.pixels(band) for band in bands])
        return Pixels(picture[index], picture[3].astype(np.float32) / 255)

    return Band(name, _BYTE, read, bands[0].projection, bands[0].extent)


@algorithm("Image.blend", "bottom:Image top:Image", "Image", "Lays one image over another.")
def _blend(_: Evaluator, bottom: Image, top: Image) -> Image:
    if len(bottom.bands) != len(top.bands):
        raise AlgorithmError("Both images must have the same number of bands.")
    return bottom.with_bands(tuple(_over(a, b) for a, b in zip(bottom.bands, top.bands, strict=True)))


def _over(below: Band, above: Band) -> Band:
    pixel_type = below.type if below.type == above.type else DOUBLE

    def read(reader: Reader) -> Pixels:
        under, over = reader.pixels(below), reader.pixels(above)
        share = over.mask.astype(np.float64)
        mixed = over.values * share + under.values * (1 - share)
        values = np.floor(mixed + 0.5) if pixel_type.precision == "int" else mixed
        return Pixels(values.astype(pixel_type.dtype), np.maximum(under.mask, over.mask))

    return Band(below.id, pixel_type, read, below.projection, below.extent)


@algorithm("Image.pixelLonLat", "", "Image", "Returns the longitude and latitude of every pixel, in degrees.")
def _pixel_lon_lat(_: Evaluator) -> Image:
    return Image((_coordinate("longitude", 0), _coordinate("latitude", 1)))


def _coordinate(name: str, index: int) -> Band:
    def read(reader: Reader) -> Pixels:
        grid = reader.grid
        columns = np.arange(grid.width, dtype=np.float64)[np.newaxis, :] + 0.5
        rows = np.arange(grid.height, dtype=np.float64)[:, np.newaxis] + 0.5
        xs, ys = np.broadcast_arrays(*apply(grid.transform, columns, rows))
        values = np.asarray(grid.crs.transformer_to(WGS84).transform(xs, ys)[index])
        known = np.isfinite(values)
        return Pixels(np.where(known, values, 0), known.astype(np.float32))

    return Band(name, DOUBLE, read)
