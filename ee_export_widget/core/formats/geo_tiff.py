"""GeoTIFF files and their options."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core import naming
from ee_export_widget.core.encoding import INT32_MAX, Bool, Double, Int64, Text, WrappedInt32, enum_reader
from ee_export_widget.core.estimate import file_bytes, file_count
from ee_export_widget.core.formats.base import FormatOptions, GridDimensions, ImageFileFormat, some
from ee_export_widget.core.grid.overlap import outside_share
from ee_export_widget.core.message import ClientOnly, Follows, Message, Range
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo

DEFAULT_TILE_SIZE_PX = 256
TILE_UNIT_PX = 16
"""Tiles are whole multiples of this on both sides (TIFF 6.0, section 15)."""

MAX_FILE_SIDE_PX = 131_072
_MANY_FILES = 10_000
MAX_FILE_BYTES = 2**34
"""All bands of one file have to stay below this, before compression (text of the service's error)."""


class ResamplingMethod(StrEnum):
    """How overviews of a file are made; known to the JavaScript client only."""

    NEAREST = "NEAREST"
    AVERAGE = "AVERAGE"
    BILINEAR = "BILINEAR"
    CUBIC = "CUBIC"
    CUBIC_SPLINE = "CUBIC_SPLINE"
    LANCZOS = "LANCZOS"
    MODE = "MODE"
    RMS = "RMS"
    GAUSS = "GAUSS"


class Number(Message):
    """A number in one of two forms, of which the service supports the floating one."""

    exclusive: ClassVar = (("float_value", "integer_value", "integer_value"),)

    float_value: Annotated[Double | None, Field(title="Number")] = None
    integer_value: Annotated[Int64 | None, Field(title="Whole number")] = None

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that it has the form that works."""
        if self.float_value is None:
            hint = "" if self.integer_value is None else f"Use floatValue {self.integer_value}."
            yield Problem(path, "no-data-not-float", "error", "The service takes floatValue only.", hint)


class TiffPyramidOptions(Message):
    """Overviews inside a file; known to the JavaScript client only."""

    resampling_method: Annotated[
        ResamplingMethod | None,
        enum_reader(ResamplingMethod, "resampling method", "RESAMPLING_METHOD_UNSPECIFIED"),
        Field(title="Overview resampling"),
    ] = None


def fitting_tile_size(side: int) -> int:
    """Give the nearest side that a tile can have, in pixels."""
    return min(max(1, (side + TILE_UNIT_PX // 2) // TILE_UNIT_PX), INT32_MAX // TILE_UNIT_PX) * TILE_UNIT_PX


def _whole_units(field: str, side: int) -> Iterator[Problem]:
    if side > TILE_UNIT_PX and side % TILE_UNIT_PX:
        message = f"Tiles of a TIFF have sides that are multiples of {TILE_UNIT_PX}; {side} is none."
        yield Problem(field, "tile-not-a-multiple", "error", message, f"Use {fitting_tile_size(side)}.")


class GeoTiffImageExportOptions(FormatOptions):
    """Options of GeoTIFF files."""

    file_format: ClassVar[ImageFileFormat] = ImageFileFormat.GEO_TIFF
    title: ClassVar[str] = "GeoTIFF"
    member: ClassVar[str] = "geo_tiff_options"

    cloud_optimized: Annotated[
        Bool, Field(title="Cloud-optimized", description="Lay the file out for reading parts of it over the web.")
    ] = False
    tile_dimensions: Annotated[
        GridDimensions | None,
        Field(
            title="Tile dimensions",
            description="Size of each output file, a multiple of the tile size. Not set: the service splits if needed.",
        ),
    ] = None
    tile_size: Annotated[
        WrappedInt32 | None,
        Field(title="Tile size", description="Side of the tiles inside a file, a multiple of 16."),
        Range(TILE_UNIT_PX, INT32_MAX, "px", default=DEFAULT_TILE_SIZE_PX),
        Follows(_whole_units),
    ] = None
    skip_empty_files: Annotated[
        Bool, Field(title="Skip empty files", description="Leave out files in which every pixel is masked.")
    ] = False
    no_data: Annotated[
        Number | None, Field(title="No-data value", description="Number that the file declares as no data.")
    ] = None
    metadata_keys: Annotated[
        tuple[Text, ...] | None,
        Field(title="Metadata keys", description="Image properties to copy into the file."),
        Follows(partial(naming.no_empty_entry, "metadata-key")),
        ClientOnly(),
    ] = None
    pyramid_options: Annotated[TiffPyramidOptions | None, Field(title="Overviews"), ClientOnly()] = None

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that files are whole numbers of tiles and not too long."""
        if self.tile_dimensions is None:
            return
        tile = self.tile_size or DEFAULT_TILE_SIZE_PX
        for name, side in self.tile_dimensions.sides():
            where = f"{path}.tileDimensions.{name}"
            if side > MAX_FILE_SIDE_PX:
                yield Problem(where, "file-too-long", "error", f"Must be at most {MAX_FILE_SIDE_PX}.", "Split more.")
            elif tile > 0 and side % tile:
                hint = f"Use {max(1, round(side / tile)) * tile}."
                yield Problem(where, "not-a-multiple", "error", f"{side} is not a multiple of {tile}.", hint)

    def problems_with(self, path: str, grid: PixelGrid | None, image: ImageInfo | None) -> Iterator[Problem]:
        """Check for one type for all bands, no arrays, a no-data value that fits, files that are not too large."""
        if grid is not None and self.tile_dimensions is not None:
            yield from self._many_files(f"{path}.tileDimensions", grid, self.tile_dimensions)
        if image is None:
            return
        if self.no_data is None:
            yield from _masked(f"{path}.noData", grid, image)
        file_format = f"{path.rpartition('.')[0]}.fileFormat"
        for band in image.bands:
            if band.is_array:
                message = f"{band.id} is an array band; a GeoTIFF has one number per pixel."
                yield Problem(file_format, "array-band", "error", message, "Use TFRecord, or leave the band out.")
        if len(image.pixel_types) > 1:
            found = ", ".join(f"{kind.name} ({some(bands)})" for kind, bands in image.pixel_types.items())
            message = f"All bands of a GeoTIFF have one data type; found {found}."
            hint = "Cast all bands to one type, or choose bands of one type."
            yield Problem(file_format, "mixed-types", "error", message, hint)
        yield from self._no_data_problems(f"{path}.noData.floatValue", image)
        if self.tile_dimensions is not None:
            size = file_bytes(self.tile_dimensions.width * self.tile_dimensions.height, image)
            if size >= MAX_FILE_BYTES:
                message = f"A file of this size has {size:,} bytes; it must have less than {MAX_FILE_BYTES:,}."
                yield Problem(f"{path}.tileDimensions", "file-too-large", "error", message, "Use smaller files.")

    def expected_files(self, grid: PixelGrid, image: ImageInfo | None) -> str:
        """Count the files of the given size; without one, tell whether everything fits into a single file."""
        size = self.tile_dimensions
        if size is not None and min(size.width, size.height) > 0:
            count = file_count(grid, size.width, size.height)
            if count.total > 1:
                return f"{count.total:,} files expected, {count.columns:,} × {count.rows:,}."
            return "1 file expected."
        too_long = max(grid.width, grid.height) > MAX_FILE_SIDE_PX
        if too_long or (image is not None and file_bytes(grid.pixel_count, image) >= MAX_FILE_BYTES):
            return "Several files expected: the service chooses how to split them."
        return "1 file expected, unless the service splits it."

    @staticmethod
    def _many_files(path: str, grid: PixelGrid, size: GridDimensions) -> Iterator[Problem]:
        if min(size.width, size.height) < 1:
            return
        count = file_count(grid, size.width, size.height)
        if count.total > _MANY_FILES:
            message = f"{count.total:,} files will be written."
            yield Problem(path, "many-files", "warning", message, "Larger files are easier to handle.")

    def _no_data_problems(self, path: str, image: ImageInfo) -> Iterator[Problem]:
        value = self.no_data.float_value if self.no_data else None
        if value is None:
            return
        for kind, bands in image.pixel_types.items():
            if not kind.holds(value):
                shown = f"{value:g}".replace("-", "−")
                message = f"{shown} does not fit {some(bands)} ({kind.name})."
                yield Problem(path, "no-data-out-of-range", "error", message, f"Use {max(0, int(kind.lowest))}.")


def _masked(path: str, grid: PixelGrid | None, image: ImageInfo) -> Iterator[Problem]:
    """Say what becomes of masked pixels, which a file has no place for (guide to exporting images)."""
    source = image.source_grid
    try:
        outside = grid is not None and source is not None and outside_share(grid, source) > 0
    except InvalidRequestError:  # a CRS that only the service knows
        outside = False
    if outside:
        message = "Pixels outside the image, and masked ones, will be 0 in the files, like true zeros."
        yield Problem(path, "masked-become-zero", "warning", message, "Fill them, and declare the value as no data.")
    else:
        message = "Masked pixels, if there are any, will be 0 in the files."
        yield Problem(path, "masked-become-zero", "info", message)
