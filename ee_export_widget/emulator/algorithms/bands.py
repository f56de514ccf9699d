"""Choosing, naming and joining bands, and casting them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import Band, Image, Pixels, PixelType

from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value
    from ee_export_widget.emulator.raster.reader import Reader


def unique_names(names: list[str]) -> list[str]:
    """Return band names with `_1`, `_2` … behind those that came before."""
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 0
        while candidate in taken:
            number += 1
            candidate = f"{name}_{number}"
        taken.add(candidate)
        result.append(candidate)
    return result


def renamed(bands: list[Band], names: list[str]) -> tuple[Band, ...]:
    """Return bands under other names."""
    return tuple(replace(band, id=name) for band, name in zip(bands, unique_names(names), strict=True))


@algorithm(
    "Image.select",
    "input:Image bandSelectors:List newNames:List?",
    "Image",
    "Selects bands by name, pattern or index, and renames them if asked.",
)
def _select(_: Evaluator, image: Image, selectors: list[Any], names: list[str] | None) -> Image:
    chosen = select_bands(image, [item for part in selectors for item in _flat(part)])
    if names is None:
        return image.with_bands(renamed(chosen, [band.id for band in chosen]))
    return image.with_bands(_rename(chosen, names))


def select_bands(image: Image, selectors: list[Any]) -> list[Band]:
    """Return the bands that names, patterns or indices mean, in their order.

    Raises
    ------
    AlgorithmError
        When one of them means none.
    """
    return [band for selector in selectors for band in _matching(image, selector)]


def _flat(selector: Value) -> list[Any]:
    return selector if isinstance(selector, list) else [selector]


def _matching(image: Image, selector: Value) -> list[Band]:
    """Return the bands that one selector means."""
    if not image.bands:
        raise AlgorithmError(f"Band pattern '{selector}' was applied to an Image with no bands.")
    available = f"Available bands: [{', '.join(band.id for band in image.bands)}]"
    if isinstance(selector, int | float):
        index = int(selector)
        if not -len(image.bands) <= index < len(image.bands):
            raise AlgorithmError(f"Band index {index} is out of range. {available}")
        return [image.bands[index]]
    exact = [band for band in image.bands if band.id == selector]
    if exact:
        return exact
    try:
        found = [band for band in image.bands if re.fullmatch(str(selector), band.id)]
    except re.error:
        found = []
    if not found:
        raise AlgorithmError(f"Band pattern '{selector}' did not match any bands. {available}")
    return found


def _rename(bands: list[Band], names: list[str]) -> tuple[Band, ...]:
    if len(names) != len(bands):
        counts = f"{len(names)} names for {len(bands)} bands"
        raise AlgorithmError(f"The number of names must match the number of bands; got {counts}.")
    if not all(isinstance(name, str) and name for name in names):
        raise AlgorithmError("Band names must be texts and not empty.")
    if len(set(names)) != len(names):
        raise AlgorithmError(f"Band names must be different; got [{', '.join(names)}].")
    return renamed(bands, names)


@algorithm("Image.rename", "input:Image names:List", "Image", "Renames the bands.")
def _rename_all(_: Evaluator, image: Image, names: list[Any]) -> Image:
    return image.with_bands(_rename(list(image.bands), [name for part in names for name in _flat(part)]))


@algorithm("Image.slice", "image:Image start:Integer end:Integer?", "Image", "Selects a run of bands.")
def _slice(_: Evaluator, image: Image, start: int, end: int | None) -> Image:
    return image.with_bands(image.bands[start:end])


@algorithm(
    "Image.addBands",
    "dstImg:Image srcImg:Image names:List? overwrite:Boolean?",
    "Image",
    "Joins the bands of two images under the first one's properties.",
)
def _add_bands(_: Evaluator, first: Image, second: Image, names: list[Any] | None, overwrite: bool | None) -> Image:  # noqa: FBT001
    added = second if names is None else second.with_bands(tuple(b for n in names for b in _matching(second, n)))
    if not overwrite:
        joined = [*first.bands, *added.bands]
        return first.with_bands(renamed(joined, [band.id for band in joined]))
    replacing = {band.id: band for band in added.bands}
    kept = [replacing.pop(band.id, band) for band in first.bands]
    return first.with_bands((*kept, *replacing.values()))


@algorithm("Image.bandNames", "image:Image", "List", "Returns the names of the bands.")
def _band_names(_: Evaluator, image: Image) -> list[str]:
    return [band.id for band in image.bands]


@algorithm("Image.bandTypes", "image:Image", "Dictionary", "Returns the types of the bands by name.")
def _band_types(_: Evaluator, image: Image) -> dict[str, PixelType]:
    return {band.id: band.type for band in image.bands}


def cast_band(band: Band, pixel_type: PixelType) -> Band:
    """Return a band as another type; integers are cut toward zero and kept in range."""

    def read(reader: Reader) -> Pixels:
        pixels = reader.pixels(band)
        return Pixels(cast_values(pixels.values, pixel_type), pixels.mask)

    return replace(band, type=pixel_type, read=read)


def cast_values(values: NDArray[Any], pixel_type: PixelType) -> NDArray[Any]:
    """Return values as another type; integers are cut toward zero and kept in range, and not-a-number is 0."""
    dtype = pixel_type.dtype
    if dtype.kind == "f" or values.dtype.kind == "b" or values.dtype == dtype:
        return values.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    if values.dtype.kind != "f":
        kept: NDArray[Any] = np.clip(values, max(limits.min, np.iinfo(values.dtype).min), limits.max)
        return kept.astype(dtype)
    cut: NDArray[Any] = np.clip(np.nan_to_num(values.astype(np.float64)), limits.min, limits.max)
    if dtype.itemsize < 8:  # noqa: PLR2004 - bytes of a long
        return cut.astype(dtype)
    with np.errstate(invalid="ignore"):  # a double cannot hold the greatest long, only the number above it
        return np.where(cut >= limits.max, limits.max, cut.astype(np.int64)).astype(dtype)


_CASTS = {
    "uint8": ("toByte", "byte", "toUint8", "uint8"),
    "int8": ("toInt8", "int8"),
    "uint16": ("toUint16", "uint16"),
    "int16": ("toInt16", "int16", "toShort", "short"),
    "uint32": ("toUint32", "uint32"),
    "int32": ("toInt32", "int32", "toInt", "int"),
    "int64": ("toInt64", "int64", "toLong", "long"),
    "float32": ("toFloat", "float"),
    "float64": ("toDouble", "double"),
}


def _declare_cast(name: str, pixel_type: PixelType) -> None:
    @algorithm(f"Image.{name}", "value:Image", "Image", f"Casts every band to {pixel_type.name}.")
    def cast(_: Evaluator, image: Image) -> Image:
        return image.with_bands(tuple(cast_band(band, pixel_type) for band in image.bands))


for _dtype, _names in _CASTS.items():
    for _name in _names:
        _declare_cast(_name, PixelType.from_dtype(_dtype))


@algorithm("Image.cast", "image:Image bandTypes:Dictionary bandOrder:List?", "Image", "Casts bands by name.")
def _cast(_: Evaluator, image: Image, types: dict[str, Any], order: list[str] | None) -> Image:
    bands = {band.id: band for band in image.bands}
    for name, wanted in types.items():
        if name not in bands:
            raise AlgorithmError(f"The image has no band '{name}'.")
        bands[name] = cast_band(bands[name], wanted if isinstance(wanted, PixelType) else _named_type(wanted))
    return image.with_bands(tuple(bands[name] for name in order or bands))


def _named_type(name: Value) -> PixelType:
    for dtype, names in _CASTS.items():
        if name == dtype or name in names:
            return PixelType.from_dtype(dtype)
    raise AlgorithmError(f"Unknown type '{name}'.")
