"""Answering with pixels: small windows as files, pictures for people, and map tiles."""

from __future__ import annotations

import io
import math
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine
from rasterio.io import MemoryFile

from .assets import safe_name
from .colors import read_color
from .errors import invalid
from .image import Image
from .outputs.geotiff import common_type
from .raster.grid import WEB_MERCATOR, PixelGrid, Projection
from .raster.reader import Reader
from .schema import unwrap
from .target import target_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .image import Band, Pixels

MAX_BYTES = 48 * 1024 * 1024
MAX_SIDE_PX = 32768
TILE_PX = 256
MAX_ZOOM = 24
_WORLD_M = 2 * math.pi * 6378137

ZIPPED = ("ZIPPED_GEO_TIFF", "ZIPPED_GEO_TIFF_PER_BAND")
"""Formats of downloads, which only thumbnails may have."""

MEDIA_TYPES = {"GEO_TIFF": "image/tiff", "NPY": "application/octet-stream", "PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """Encoded pixels.

    Attributes
    ----------
    data
        The file.
    media_type
        For the Content-Type header.
    """

    data: bytes
    media_type: str


@dataclass(frozen=True)
class Visualization:
    """How numbers become colours.

    Attributes
    ----------
    ranges
        (min, max) for all bands, or one pair per band; 0 to 255 when empty.
    palette
        Colours from the smallest to the greatest value, each (red, green, blue) from 0 to 255; only for one band.
    gamma
        Above 1 brightens.
    opacity
        From 0 to 1.
    """

    ranges: tuple[tuple[float, float], ...] = ()
    palette: tuple[tuple[int, int, int], ...] = ()
    gamma: float = 1.0
    opacity: float = 1.0

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Visualization:
        """Read a VisualizationOptions message.

        Raises
        ------
        ServiceError
            When a colour is unknown.
        """
        ranges = tuple(
            (float(unwrap(r.get("min", 0))), float(unwrap(r.get("max", 0)))) for r in message.get("ranges", ())
        )
        palette = tuple(read_color(text) for text in message.get("paletteColors", ()))
        gamma, opacity = float(unwrap(message.get("gamma", 1))), float(unwrap(message.get("opacity", 1)))
        if gamma <= 0:
            raise invalid("Gamma must be above 0.")
        return cls(ranges, palette, gamma, opacity)

    def render(self, layers: Sequence[Pixels]) -> NDArray[np.uint8]:
        """Return red, green, blue and alpha, shape (4, height, width).

        Parameters
        ----------
        layers
            One or three bands.
        """
        shown = [self._share(pixels, index) for index, pixels in enumerate(layers)]
        if self.palette:
            steps = np.linspace(0, 1, len(self.palette))
            table = np.array(self.palette, np.float64)
            colors = [np.interp(shown[0], steps, table[:, channel]) for channel in range(3)]
        else:
            colors = [255 * share ** (1 / self.gamma) for share in (shown if len(shown) > 1 else shown * 3)]
        weight = layers[0].mask
        for pixels in layers[1:]:
            weight = np.minimum(weight, pixels.mask)
        picture = np.stack([*colors, 255 * self.opacity * weight])
        return np.floor(np.clip(picture, 0, 255) + 0.5).astype(np.uint8)

    def _share(self, pixels: Pixels, index: int) -> NDArray[np.float64]:
        """Return where values lie between the ends of their range, from 0 to 1."""
        low, high = (0.0, 255.0) if not self.ranges else self.ranges[index if len(self.ranges) > 1 else 0]
        values = np.nan_to_num(pixels.values.astype(np.float64))
        if high == low:
            return np.where(values > low, 1.0, 0.0)
        return np.clip((values - low) / (high - low), 0, 1)


def compute_pixels(image: Image, request: Mapping[str, Any]) -> Picture:
    """Return the answer to a ComputePixelsRequest for its evaluated image.

    Raises
    ------
    ServiceError
        When it is too large, a band is missing, or the format does not suit the bands.
    """
    chosen = choose_bands(image, request.get("bandIds", []))
    grid = target_grid(image.with_bands(tuple(chosen)), request.get("grid", {}))
    size = grid.width * grid.height * sum(band.type.dtype.itemsize for band in chosen)
    if max(grid.width, grid.height) > MAX_SIDE_PX:
        raise invalid(
            f"Pixel grid dimensions ({grid.width}x{grid.height}) must be less than or equal to {MAX_SIDE_PX}."
        )
    if size > MAX_BYTES:
        raise invalid(f"Total request size ({size} bytes) must be less than or equal to {MAX_BYTES} bytes.")
    kind = request.get("fileFormat", "AUTO_JPEG_PNG")
    if kind in {"GEO_TIFF", "NPY"} and "visualizationOptions" not in request:
        layers = _read(chosen, Reader(grid))
        values = [np.where(pixels.mask > 0, pixels.values, 0).astype(pixels.values.dtype) for pixels in layers]
        return _numpy(chosen, values) if kind == "NPY" else _geotiff(chosen, values, grid)
    colors = _visualize(chosen, grid, request.get("visualizationOptions", {}), preview=False)
    if kind in {"GEO_TIFF", "NPY"}:
        raise invalid(f"Visualized images cannot be returned as {kind}.")
    return _picture(colors, kind)


def zip_pixels(image: Image, request: Mapping[str, Any]) -> Picture:
    """Return the answer to a download: GeoTIFF files, one for all bands or one for each, in a zip archive.

    Their names begin with the request's `filenamePrefix`, or with `download` where it has none.

    Raises
    ------
    ServiceError
        As `compute_pixels`.
    """
    chosen = choose_bands(image, request.get("bandIds", []))
    stem = safe_name(request.get("filenamePrefix") or "download")
    parts = {f"{stem}.tif": chosen}
    if request["fileFormat"] == ZIPPED[1]:
        parts = {f"{stem}.{safe_name(band.id)}.tif": [band] for band in chosen}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as files:
        for name, bands in parts.items():
            answer = compute_pixels(Image(tuple(bands)), {"fileFormat": "GEO_TIFF", "grid": request.get("grid", {})})
            files.writestr(name, answer.data)
    return Picture(archive.getvalue(), "application/zip")


def render_tile(image: Image, request: Mapping[str, Any], zoom: int, column: int, row: int) -> Picture:
    """Return a web Mercator tile of a map.

    Parameters
    ----------
    image
        What the map shows, evaluated.
    request
        The EarthEngineMap message it was made with.
    zoom, column, row
        The tile, counted from the north-west; columns beyond the world wrap around.

    Raises
    ------
    ServiceError
        When there is no such tile, or the image cannot be shown.
    """
    count = 2**zoom
    if not 0 <= zoom <= MAX_ZOOM or not 0 <= row < count:
        raise invalid(f"There is no tile {zoom}/{column}/{row}.")
    side = _WORLD_M / count
    step = side / TILE_PX
    left, top = column % count * side - _WORLD_M / 2, _WORLD_M / 2 - row * side
    grid = PixelGrid(Projection(WEB_MERCATOR, Affine(step, 0, left, 0, -step, top)), TILE_PX, TILE_PX)
    chosen = choose_bands(image, request.get("bandIds", []))
    colors = _visualize(chosen, grid, request.get("visualizationOptions", {}), preview=True)
    return _picture(colors, "JPEG" if request.get("fileFormat") == "JPEG" else "PNG")


def choose_bands(image: Image, names: Sequence[str]) -> list[Band]:
    """Return the bands that are named, or all.

    Raises
    ------
    ServiceError
        When a name is unknown or the image is empty.
    """
    bands = {band.id: band for band in image.bands}
    missing = [name for name in names if name not in bands]
    if missing:
        available = ", ".join(bands)
        raise invalid(
            f"Image.select: Band pattern '{missing[0]}' did not match any bands. Available bands: [{available}]"
        )
    if not bands:
        raise invalid("The image has no bands.")
    return [bands[name] for name in names] if names else list(image.bands)


def _read(bands: Sequence[Band], reader: Reader) -> list[Pixels]:
    return [reader.pixels(band) for band in bands]


def _visualize(
    bands: Sequence[Band], grid: PixelGrid, options: Mapping[str, Any], *, preview: bool
) -> NDArray[np.uint8]:
    """Return the colours of one or three bands; of more, the first three are shown."""
    style = Visualization.from_json(options)
    shown = list(bands[:3])
    if len(shown) == 2:  # noqa: PLR2004 - neither grey nor colour
        raise invalid("Image.visualize: Expected one or three bands, found 2.")
    if style.palette and len(bands) > 1:
        raise invalid("Image.visualize: Cannot provide a palette when visualizing more than one band.")
    if len(style.ranges) not in {0, 1, len(shown)}:
        raise invalid(f"Image.visualize: Expected one range, or one per band; found {len(style.ranges)}.")
    return style.render(_read(shown, Reader(grid, preview=preview)))


def _picture(colors: NDArray[np.uint8], kind: str) -> Picture:
    """Encode colours; JPEG has no transparency, so the automatic choice takes it only where none is needed."""
    opaque = bool((colors[3] == 255).all())  # noqa: PLR2004 - the greatest byte
    if kind == "JPEG" or (kind == "AUTO_JPEG_PNG" and opaque):
        return Picture(_encode(colors[:3], "JPEG"), MEDIA_TYPES["JPEG"])
    data = _encode(colors, "PNG") if colors[3].any() else _blank(colors.shape[1], colors.shape[2])
    return Picture(data, MEDIA_TYPES["PNG"])


@cache
def _blank(height: int, width: int) -> bytes:
    """Return a transparent PNG: what most tiles of a map are."""
    return _encode(np.zeros((4, height, width), np.uint8), "PNG")


def _encode(layers: NDArray[np.uint8], driver: str) -> bytes:
    """Encode a picture; a tile that is a little larger is better than one that comes late."""
    count, height, width = layers.shape
    options = {"zlevel": 1} if driver == "PNG" else {"quality": 85}
    with MemoryFile() as file:
        with file.open(
            driver=driver,
            count=count,
            height=height,
            width=width,
            dtype="uint8",
            transform=Affine.translation(0, height),
            **options,
        ) as dataset:
            dataset.write(layers)
        return bytes(file.read())


def _geotiff(bands: Sequence[Band], values: list[NDArray[Any]], grid: PixelGrid) -> Picture:
    common_type(bands)
    with MemoryFile() as file:
        with file.open(
            driver="GTiff",
            count=len(values),
            height=grid.height,
            width=grid.width,
            dtype=values[0].dtype.name,
            crs=grid.crs.for_files,
            transform=grid.transform,
            compress="DEFLATE",
        ) as dataset:
            dataset.write(np.stack(values))
            for index, band in enumerate(bands, start=1):
                dataset.set_band_description(index, band.id)
        return Picture(bytes(file.read()), MEDIA_TYPES["GEO_TIFF"])


def _numpy(bands: Sequence[Band], values: list[NDArray[Any]]) -> Picture:
    """Encode as one structured array, a field per band."""
    fields = [(band.id, layer.dtype.newbyteorder("<")) for band, layer in zip(bands, values, strict=True)]
    array = np.zeros(values[0].shape, np.dtype(fields))
    for band, layer in zip(bands, values, strict=True):
        array[band.id] = layer
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return Picture(file.getvalue(), MEDIA_TYPES["NPY"])
