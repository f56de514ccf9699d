"""Raster files: reading windows with their masks, and writing cloud-optimised GeoTIFFs with a pyramid of our own."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from xml.sax.saxutils import escape

import numpy as np
import rasterio
import rasterio.shutil
import rasterio.windows
from rasterio._err import CPLE_BaseError
from rasterio.enums import MaskFlags
from rasterio.env import set_gdal_config
from rasterio.errors import RasterioError

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.image import Pixels, full_mask

from .pyramid import level_count, level_size
from .readback import ReadBack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from .grid import PixelGrid, Window

BLOCK_PX = 256
"""Side of the tiles inside the files of assets."""

DEFLATE_LEVEL = 1
"""The fastest: measured pixels, with their noise, come out as small as with the default, in two thirds of the time."""

_CACHE_MB = 64

_LITTLE_BYTES = 1 << 26
"""With less room than this on a disk, GDAL's failure to write means that it is full."""


def limit_cache() -> None:
    """Keep GDAL from holding a twentieth of the machine's memory, its default, where nothing used GDAL before."""
    set_gdal_config("GDAL_CACHEMAX", _CACHE_MB)


class Version(NamedTuple):
    """What tells a file from the one that takes its place."""

    inode: int
    size_bytes: int
    modified_ns: int


def file_version(path: Path) -> Version | None:
    """Return the version of a file; `None` where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return Version(found.st_ino, found.st_size, found.st_mtime_ns)


def read_window(path: Path, level: int, window: Window) -> Pixels:
    """Return a window of the first band of a file.

    Parameters
    ----------
    path
        A GeoTIFF.
    level
        0 for the pixels themselves, 1 for the copy of half the size, and so on.
    window
        Whole pixels of that level, inside the file.

    Raises
    ------
    ServiceError
        When there is no such file, or it is damaged.
    """
    options = {"overview_level": level - 1} if level else {}
    area = rasterio.windows.Window(window.column, window.row, window.width, window.height)
    try:
        with rasterio.open(path, driver="GTiff", **options) as dataset:  # other formats can lead to other files
            values = dataset.read(1, window=area)
            if MaskFlags.all_valid in dataset.mask_flag_enums[0]:
                return Pixels(values, full_mask(values.shape))
            return Pixels(values, (dataset.read_masks(1, window=area) > 0).astype(np.float32))
    except RasterioError as error:
        raise ServiceError("INTERNAL", f"The source's file {path.name} cannot be read.") from error


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Turn whatever GDAL says when a file cannot be written into an OSError with the reason."""
    try:
        yield
    except (RasterioError, CPLE_BaseError) as error:
        free = shutil.disk_usage(directory).free
        if free < _LITTLE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise OSError(errno.EIO, f"GDAL reports '{error}', with {free / 1e6:.0f} MB left on the disk") from error


def gdal_type(dtype: np.dtype[Any]) -> str:
    """Return GDAL's name of a numpy type."""
    return "Byte" if dtype == np.uint8 else dtype.name.title().replace("Uint", "UInt")


class PyramidWriter:
    """Collects one band, level by level, and makes a cloud-optimised GeoTIFF of it.

    Parameters
    ----------
    directory
        For intermediate files; the caller removes it.
    name
        What the intermediate files are called.
    band_id
        Written into the file as the band's description.
    grid
        The pixels of level 0.
    dtype
        Of every level.
    """

    def __init__(self, directory: Path, name: str, band_id: str, grid: PixelGrid, dtype: np.dtype[Any]) -> None:
        self._directory = directory
        self._name = name
        self._band_id = band_id
        self._grid = grid
        self._dtype = dtype
        self._levels = level_count(grid.width, grid.height) + 1
        self._files = ExitStack()
        self._values: dict[int, Any] = {}
        self._masks: dict[int, Any] = {}
        self._written = ReadBack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def write(self, level: int, column: int, row: int, pixels: Pixels) -> None:
        """Put pixels at (column, row) of a level."""
        height, width = pixels.values.shape
        area = rasterio.windows.Window(column, row, width, height)
        if level not in self._values:
            self._values[level] = self._create(level, "values", self._dtype)
        self._values[level].write(pixels.values, 1, window=area)
        valid = pixels.mask > 0
        if not valid.all():
            self._mask(level).write(np.where(valid, 255, 0).astype(np.uint8), 1, window=area)
        self._written.remember(level, column, row, pixels.values, valid)

    def finish(self, path: Path) -> None:
        """Write the file once every pixel of every level was given and this is closed, and read it back.

        Raises
        ------
        OSError
            When the file does not hold what was given.
        """
        masked = bool(self._masks)
        for level in range(self._levels) if masked else ():
            self._mask(level)
        self._files.close()
        for level in reversed(range(self._levels)):
            self._path(level, "vrt").write_text(self._vrt(level, masked=masked), encoding="utf-8")
        rasterio.shutil.copy(
            str(self._path(0, "vrt")),
            str(path),
            driver="COG",
            compress="DEFLATE",
            level=DEFLATE_LEVEL,
            predictor="YES" if self._dtype.itemsize > 1 else "NO",
            blocksize=BLOCK_PX,
            overviews="FORCE_USE_EXISTING" if self._levels > 1 else "NONE",
            bigtiff="IF_SAFER",
            num_threads="ALL_CPUS",
        )
        self._written.check(path)

    def _mask(self, level: int) -> Any:  # noqa: ANN401 - rasterio has no types
        """Return the file of a level's mask, whose pixels are valid until written."""
        if level not in self._masks:
            self._masks[level] = self._create(level, "mask", np.dtype("uint8"), nodata=255, sparse_ok=True)
        return self._masks[level]

    def _path(self, level: int, kind: str) -> Path:
        return self._directory / f"{self._name}.{level}.{kind}"

    def _create(self, level: int, kind: str, dtype: np.dtype[Any], **options: object) -> Any:  # noqa: ANN401
        width, height = level_size(self._grid.width, self._grid.height, level)
        return self._files.enter_context(
            rasterio.open(
                self._path(level, f"{kind}.tif"),
                "w",
                driver="GTiff",
                width=width,
                height=height,
                count=1,
                dtype=dtype.name,
                crs=self._grid.crs.for_files,
                transform=self._grid.transform,
                tiled=True,
                blockxsize=BLOCK_PX,
                blockysize=BLOCK_PX,
                bigtiff="IF_SAFER",
                **options,
            )
        )

    def _vrt(self, level: int, *, masked: bool) -> str:
        """Describe a level as a virtual raster; that of level 0 has the others as its overviews."""
        width, height = level_size(self._grid.width, self._grid.height, level)
        a, b, c, d, e, f = tuple(self._grid.transform)[:6]
        place = (
            f"<SRS>{escape(self._grid.crs.for_files.to_wkt())}</SRS>"
            f"<GeoTransform>{c!r},{a!r},{b!r},{f!r},{d!r},{e!r}</GeoTransform>"
        )
        overviews = "".join(
            f"<Overview>{_source(self._path(other, 'vrt').name)}</Overview>"
            for other in range(1, 0 if level else self._levels)
        )
        mask = (
            '<MaskBand><VRTRasterBand dataType="Byte"><SimpleSource>'
            f"{_source(self._path(level, 'mask.tif').name)}</SimpleSource></VRTRasterBand></MaskBand>"
        )
        return (
            f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">{place}'
            f'<VRTRasterBand dataType="{gdal_type(self._dtype)}" band="1">'
            f"<Description>{escape(self._band_id)}</Description>"
            f"<SimpleSource>{_source(self._path(level, 'values.tif').name)}</SimpleSource>{overviews}"
            f"</VRTRasterBand>{mask if masked else ''}</VRTDataset>"
        )


def _source(name: str) -> str:
    """Return the reference of a virtual raster to the first band of a file beside it."""
    return f'<SourceFilename relativeToVRT="1">{escape(name)}</SourceFilename><SourceBand>1</SourceBand>'
