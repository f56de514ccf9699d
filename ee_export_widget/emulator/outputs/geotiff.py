"""Writing an image as GeoTIFF files."""

from __future__ import annotations

from contextlib import closing
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.shutil
import rasterio.windows
from rasterio.enums import Resampling

from ee_export_widget.emulator.errors import invalid
from ee_export_widget.emulator.raster.ahead import ahead
from ee_export_widget.emulator.raster.files import DEFLATE_LEVEL, writing
from ee_export_widget.emulator.raster.grid import Window, windows
from ee_export_widget.emulator.raster.readback import ReadBack
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.schema import unwrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ee_export_widget.emulator.image import Band
    from ee_export_widget.emulator.raster.grid import PixelGrid

MAX_FILE_PX = 32768
"""Side of the files that a big image is split into when the request does not say."""

MAX_FILE_BYTES = 1 << 34
"""Width x height x bytes of all bands of one file stay below this before compression (field reports)."""

_UNSPECIFIED = "RESAMPLING_METHOD_UNSPECIFIED"
_TIFF_TILE_UNIT = 16
"""Sides of the tiles of a TIFF are multiples of this (TIFF 6.0, section 15)."""


@dataclass(frozen=True)
class GeoTiffOptions:
    """A GeoTiffImageExportOptions message with its defaults.

    Attributes
    ----------
    cloud_optimized
        Whether to write the layout of cloud-optimised GeoTIFF, overviews included.
    tile_px
        Side of the tiles inside a file.
    file_width, file_height
        Largest size of one file in pixels.
    skip_empty
        Leave out files without any valid pixel.
    no_data
        Written into masked pixels and named in the file's header; masked pixels are 0 without it.
    metadata_keys
        Image properties to copy into the file.
    resampling
        How overviews are made.
    """

    cloud_optimized: bool = False
    tile_px: int = 256
    file_width: int = MAX_FILE_PX
    file_height: int = MAX_FILE_PX
    skip_empty: bool = False
    no_data: float | None = None
    metadata_keys: tuple[str, ...] = ()
    resampling: Resampling = Resampling.nearest

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> GeoTiffOptions:
        """Read the message.

        Raises
        ------
        ServiceError
            When the size of the files does not fit the size of the tiles.
        """
        tile_px = unwrap(message.get("tileSize", 256))
        size = message.get("tileDimensions", {"width": MAX_FILE_PX, "height": MAX_FILE_PX})
        if tile_px % _TIFF_TILE_UNIT:
            raise invalid(f"Tile size must be a multiple of {_TIFF_TILE_UNIT}, got {tile_px}.")
        if "tileDimensions" in message and (size["width"] % tile_px or size["height"] % tile_px):
            raise invalid(f"File dimensions must be multiples of the tile size ({tile_px}).")
        method = message.get("pyramidOptions", {}).get("resamplingMethod", _UNSPECIFIED)
        no_data = unwrap(message["noData"]["floatValue"]) if "noData" in message else None
        return cls(
            cloud_optimized=message.get("cloudOptimized", False),
            tile_px=tile_px,
            file_width=size["width"],
            file_height=size["height"],
            skip_empty=message.get("skipEmptyFiles", False),
            no_data=no_data,
            metadata_keys=tuple(message.get("metadataKeys", ())),
            resampling=Resampling.nearest if method == _UNSPECIFIED else Resampling[method.lower()],
        )


def common_type(bands: Sequence[Band]) -> np.dtype[Any]:
    """Return the type that all bands of a file share.

    Raises
    ------
    ServiceError
        In the service's words, when they differ.
    """
    first = bands[0].type
    for band in bands[1:]:
        if band.type.dtype != first.dtype:
            names = f"{first.name} and {band.type.name}"
            raise invalid(f"Exported bands must have compatible data types; found inconsistent types: {names}.")
    return first.dtype


class GeoTiffWriter:
    """Writes bands on a grid into one or several GeoTIFF files.

    Parameters
    ----------
    bands
        All of one type.
    grid
        The pixels to write.
    options
        Size of the files and their layout.
    properties
        Of the image; those named in the options go into the files.

    Raises
    ------
    ServiceError
        When the bands differ in type, or one file would be too large.
    """

    def __init__(
        self, bands: Sequence[Band], grid: PixelGrid, options: GeoTiffOptions, properties: Mapping[str, Any]
    ) -> None:
        self._bands = bands
        self._grid = grid
        self._options = options
        self._dtype = common_type(bands)
        self._tags = {key: str(properties[key]) for key in options.metadata_keys if key in properties}
        width, height = min(grid.width, options.file_width), min(grid.height, options.file_height)
        if width * height * self._dtype.itemsize * len(bands) >= MAX_FILE_BYTES:
            raise invalid(
                "File dimensions are too large for the number of bands and data type: "
                f"{width} x {height} x {len(bands)} x {self._dtype.itemsize} bytes "
                f"must be less than {MAX_FILE_BYTES} bytes."
            )
        if options.no_data is not None and not _fits(options.no_data, self._dtype):
            raise invalid(f"The noData value {options.no_data:g} is out of range for the type {bands[0].type.name}.")

    def file_windows(self) -> list[Window]:
        """Return the part of the grid that each file covers."""
        return [
            Window(
                column,
                row,
                min(self._options.file_width, self._grid.width - column),
                min(self._options.file_height, self._grid.height - row),
            )
            for row in range(0, self._grid.height, self._options.file_height)
            for column in range(0, self._grid.width, self._options.file_width)
        ]

    def block_px(self) -> int:
        """Return the side of the blocks that are computed at once: whole tiles, about 512 pixels."""
        return self._options.tile_px * max(1, 512 // self._options.tile_px)

    def block_count(self) -> int:
        """Return how many times `write` reports a computed block."""
        return sum(len(windows(part.width, part.height, self.block_px())) for part in self.file_windows())

    def write(self, directory: Path, stem: str, computed: Callable[[], None]) -> list[Path]:
        """Write the files and return their paths.

        Parameters
        ----------
        directory
            Where they go.
        stem
            Their name without suffix and extension.
        computed
            Called after every block; may raise to stop.
        """
        parts = self.file_windows()
        paths = []
        for part in parts:
            suffix = f"-{part.row:010d}-{part.column:010d}" if len(parts) > 1 else ""
            path = directory / f"{stem}{suffix}.tif"
            with writing(directory):
                kept = self._write_file(path, part, computed)
            if kept:
                paths.append(path)
            else:
                path.unlink()
        return paths

    def _write_file(self, path: Path, part: Window, computed: Callable[[], None]) -> bool:
        """Write one file and say whether it should be kept."""
        grid = self._grid.part(part.column, part.row, part.width, part.height)
        first = path.with_suffix(".tmp.tif") if self._options.cloud_optimized else path
        found, written = False, ReadBack()
        with rasterio.open(first, "w", **self._profile(grid)) as dataset:
            for index, band in enumerate(self._bands, start=1):
                dataset.set_band_description(index, band.id)
            dataset.update_tags(**self._tags)
            blocks = windows(grid.width, grid.height, self.block_px())
            with closing(ahead(lambda block: self._compute(grid.part(*astuple(block))), blocks)) as layers:
                for block, (values, valid) in zip(blocks, layers, strict=True):
                    found = found or valid
                    dataset.write(values, window=rasterio.windows.Window(*astuple(block)))
                    written.remember(0, block.column, block.row, values if len(values) > 1 else values[0])
                    computed()
        if self._options.cloud_optimized:
            self._optimize(first, path)
        written.check(path)
        return found or not self._options.skip_empty

    def _compute(self, grid: PixelGrid) -> tuple[NDArray[Any], bool]:
        """Return all bands, shape (bands, height, width), and whether any pixel is valid."""
        reader = Reader(grid)
        fill = self._options.no_data or 0
        layers, valid = [], False
        for band in self._bands:
            pixels = reader.pixels(band)
            kept = pixels.mask > 0
            valid = valid or bool(kept.any())
            layers.append(np.where(kept, pixels.values, np.asarray(fill, self._dtype)))
        return np.stack(layers), valid

    def _profile(self, grid: PixelGrid) -> dict[str, Any]:
        compress = {} if self._options.cloud_optimized else {"compress": "DEFLATE", "zlevel": DEFLATE_LEVEL}
        return {
            "driver": "GTiff",
            "width": grid.width,
            "height": grid.height,
            "count": len(self._bands),
            "dtype": self._dtype.name,
            "crs": grid.crs.for_files,
            "transform": grid.transform,
            "nodata": self._options.no_data,
            "tiled": True,
            "blockxsize": self._options.tile_px,
            "blockysize": self._options.tile_px,
            "interleave": "pixel",
            "photometric": "MINISBLACK",
            "bigtiff": "IF_SAFER",
            **compress,
        }

    def _optimize(self, source: Path, path: Path) -> None:
        """Turn a plain file into a cloud-optimised one."""
        options = self._options
        with rasterio.open(source, "r+") as dataset:
            side = max(dataset.width, dataset.height)
            factors = [2**level for level in range(1, 32) if side > options.tile_px << level - 1]
            if factors:
                dataset.build_overviews(factors, options.resampling)  # the COG driver would take four times as long
        rasterio.shutil.copy(
            str(source),
            str(path),
            driver="COG",
            compress="DEFLATE",
            level=DEFLATE_LEVEL,
            blocksize=options.tile_px,
            overviews="FORCE_USE_EXISTING" if factors else "NONE",
            bigtiff="IF_SAFER",
            num_threads="ALL_CPUS",
        )
        source.unlink()


def _fits(value: float, dtype: np.dtype[Any]) -> bool:
    """Whether a type can hold a value exactly enough to find it again."""
    if dtype.kind == "f":
        return True
    limits = np.iinfo(dtype)
    return bool(limits.min <= value <= limits.max) and float(value).is_integer()
