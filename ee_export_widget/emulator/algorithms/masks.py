"""Masks: which pixels count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import FLOAT, Band, Image, Pixels, PixelType, full_mask

from .bands import cast_values
from .math import paired
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.raster.reader import Reader


def _as_mask(pixels: Pixels) -> NDArray[Any]:
    """Return values as a mask: from 0 to 1, and 0 where they are masked themselves."""
    return np.clip(pixels.values.astype(np.float32), 0, 1) * (pixels.mask > 0)


def _mask_by(band: Band, other: Band) -> Band:
    """Return a band whose mask, where it has one, is the value of another band."""

    def read(reader: Reader) -> Pixels:
        pixels, wanted = reader.pixels(band), _as_mask(reader.pixels(other))
        return Pixels(pixels.values, np.where(pixels.mask > 0, wanted, 0).astype(np.float32))

    return replace(band, read=read)


def _masked_anew(band: Band, other: Band) -> Band:
    """Return a band whose mask is the value of another band; what was masked before shows the value closest to 0."""
    low, high = band.type.minimum, band.type.maximum

    def read(reader: Reader) -> Pixels:
        pixels, wanted = reader.pixels(band), _as_mask(reader.pixels(other))
        empty = np.clip(0, low, high) if low is not None and high is not None else 0
        values = np.where(pixels.mask > 0, pixels.values, np.asarray(empty, pixels.values.dtype))
        return Pixels(values, (wanted * _inside(reader, band)).astype(np.float32))

    return replace(band, read=read)


def _with_masks(image: Image, mask: Image, masked: Callable[[Band, Band], Band] = _mask_by) -> Image:
    """Return an image masked by another one, whose single band counts for all."""
    if len(mask.bands) not in {1, len(image.bands)}:
        counts = f"{len(mask.bands)} bands for {len(image.bands)}"
        raise AlgorithmError(f"The mask must have one band, or as many as the image; got {counts}.")
    masks = mask.bands * len(image.bands) if len(mask.bands) == 1 else mask.bands
    return image.with_bands(tuple(masked(band, other) for band, other in zip(image.bands, masks, strict=True)))


@algorithm("Image.updateMask", "image:Image mask:Image", "Image", "Masks where another image is 0 or masked.")
def _update_mask(_: Evaluator, image: Image, mask: Image) -> Image:
    return _with_masks(image, mask)


@algorithm("Image.selfMask", "image:Image", "Image", "Masks where the image is 0.")
def _self_mask(_: Evaluator, image: Image) -> Image:
    return _with_masks(image, image)


@algorithm("Image.mask", "image:Image mask:Image?", "Image", "Returns the mask, or sets it.")
def _mask(_: Evaluator, image: Image, mask: Image | None) -> Image:
    if mask is not None:
        return _with_masks(image, mask, _masked_anew)
    return image.computed(tuple(_mask_of(band) for band in image.bands))


def _mask_of(band: Band) -> Band:
    def read(reader: Reader) -> Pixels:
        mask = reader.pixels(band).mask
        return Pixels(mask, full_mask(mask.shape))

    return replace(band, type=PixelType("float", 0, 1), read=read)


def _inside(reader: Reader, band: Band) -> NDArray[Any]:
    """Return 1 where a band has a pixel at all, masked or not."""
    shape = (reader.grid.height, reader.grid.width)
    if band.extent is None:
        return full_mask(shape)
    byte = np.dtype("uint8")
    found = reader.nearest(
        band.projection,
        band.extent,
        byte,
        lambda window: Pixels(np.ones((window.height, window.width), byte), full_mask((window.height, window.width))),
    )
    return found.mask


@algorithm(
    "Image.unmask",
    "input:Image value:Image? sameFootprint:Boolean?",
    "Image",
    "Replaces masked pixels by those of another image, 0 when none is given.",
)
def _unmask(_: Evaluator, image: Image, value: Image | None, same_footprint: bool | None) -> Image:  # noqa: FBT001
    from .registry import to_image

    filler = to_image(0) if value is None else value
    keep = same_footprint is not False
    bands = []
    for band_id, band, fill in paired(image, filler):
        bands.append(replace(_filled(band, fill, keep_footprint=keep), id=band_id))
    return image.with_bands(tuple(bands))


def _filled(band: Band, fill: Band, *, keep_footprint: bool) -> Band:
    """Return a band whose masked pixels come from another one."""
    pixel_type = joined_type(band.type, fill.type)

    def read(reader: Reader) -> Pixels:
        pixels, other = reader.pixels(band), reader.pixels(fill)
        valid = pixels.mask > 0
        values = np.where(valid, cast_values(pixels.values, pixel_type), cast_values(other.values, pixel_type))
        fill_mask = other.mask * _inside(reader, band) if keep_footprint else other.mask
        return Pixels(values, np.where(valid, pixels.mask, fill_mask).astype(np.float32))

    return replace(band, type=pixel_type, read=read, extent=band.extent if keep_footprint else None)


def joined_type(first: PixelType, second: PixelType) -> PixelType:
    """Return a type that holds the values of both."""
    if first.precision == second.precision == "int":
        low = min(first.minimum or 0, second.minimum or 0)
        return PixelType("int", low, max(first.maximum or 0, second.maximum or 0))
    if "double" in {first.precision, second.precision}:
        return PixelType("double")
    return FLOAT


@algorithm("Image.where", "input:Image test:Image value:Image", "Image", "Replaces pixels where a test is not 0.")
def _where(_: Evaluator, image: Image, test: Image, value: Image) -> Image:
    pairs = zip(paired(image, test), paired(image, value), strict=True)
    return image.with_bands(tuple(_chosen(band, condition, other) for (_, band, condition), (_, _, other) in pairs))


def _chosen(band: Band, condition: Band, other: Band) -> Band:
    pixel_type = joined_type(band.type, other.type)

    def read(reader: Reader) -> Pixels:
        pixels, test, new = reader.pixels(band), reader.pixels(condition), reader.pixels(other)
        chosen = (test.values != 0) & (test.mask > 0) & (new.mask > 0)
        values = np.where(chosen, cast_values(new.values, pixel_type), cast_values(pixels.values, pixel_type))
        return Pixels(values, pixels.mask)

    return replace(band, type=pixel_type, read=read)
