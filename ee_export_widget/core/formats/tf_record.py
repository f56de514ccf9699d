"""TFRecord files and their options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core import naming
from ee_export_widget.core.encoding import INT32_MAX, INT64, Bool, Double, Int32, Text, WrappedDouble, WrappedInt64
from ee_export_widget.core.formats.base import FormatOptions, GridDimensions, ImageFileFormat, some
from ee_export_widget.core.message import Follows, Range
from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo

DEFAULT_MAX_SIZE_BYTES = 2**30
_FLOAT_BYTES = 4

_DEPTH = Range(1, INT32_MAX)


def _depths(field: str, depths: Mapping[str, int]) -> Iterator[Problem]:
    yield from naming.no_empty_entry("band", field, depths)
    for band, depth in depths.items():
        yield from _DEPTH.check(f"{field}.{band}", depth)


def _no_sidecar(field: str, ratio: float) -> Iterator[Problem]:
    if 0 <= ratio < 1:
        yield Problem(field, "no-sidecar", "info", "The JSON sidecar is not written below 1.")


class TfRecordImageExportOptions(FormatOptions):
    """Options of TFRecord files."""

    file_format: ClassVar[ImageFileFormat] = ImageFileFormat.TF_RECORD_IMAGE
    title: ClassVar[str] = "TFRecord"
    member: ClassVar[str] = "tf_record_options"

    tile_dimensions: Annotated[
        GridDimensions | None,
        Field(title="Patch size", description="Size of a patch; what sticks out at the right and bottom is dropped."),
    ] = None
    margin_dimensions: Annotated[
        GridDimensions | None, Field(title="Margin", description="Overlap that is added on every side of a patch.")
    ] = None
    compress: Annotated[Bool | None, Field(title="Compress", description="Write gzip files, with .gz added.")] = None
    max_size_bytes: Annotated[
        WrappedInt64 | None,
        Field(title="Max file size", description="Size of a file before compression."),
        Range(1, INT64[-1], "bytes", default=DEFAULT_MAX_SIZE_BYTES),
    ] = None
    default_value: Annotated[
        Double | None,
        Field(title="Default value", description="Fills masked pixels and short arrays; 0 where it is not set."),
    ] = None
    tensor_depths: Annotated[
        dict[Text, Int32] | None,
        Field(title="Depth of array bands", description="Length of the arrays of each array band."),
        Follows(_depths),
    ] = None
    sequence_data: Annotated[
        Bool, Field(title="Sequence data", description="Write a SequenceExample for each pixel.")
    ] = False
    collapse_bands: Annotated[
        Bool | None, Field(title="Collapse bands", description="Write all bands as one tensor, named after the first.")
    ] = None
    max_masked_ratio: Annotated[
        WrappedDouble | None,
        Field(title="Max masked ratio", description="Drop patches of which a greater share is masked."),
        Range(0, 1, whole=False, default=1),
        Follows(_no_sidecar),
    ] = None

    def problems_with(self, path: str, grid: PixelGrid | None, image: ImageInfo | None) -> Iterator[Problem]:
        """Check the depths of array bands and the value that fills, and that no patches are dropped unseen."""
        if grid is not None and self.tile_dimensions is not None:
            yield from self._dropped(f"{path}.tileDimensions", grid, self.tile_dimensions)
        if image is None:
            return
        depths = self.tensor_depths or {}
        for band in image.bands:
            if band.is_array and band.id not in depths:
                message = f"{band.id} is an array band and needs a depth."
                yield Problem(f"{path}.tensorDepths.{band.id}", "depth-missing", "error", message, "Give its depth.")
            if not band.is_array and band.id in depths:
                message = f"{band.id} has one number per pixel, and takes no depth."
                yield Problem(f"{path}.tensorDepths.{band.id}", "depth-of-no-array", "error", message, "Remove it.")
        for name in (name for name in depths if name not in image.band_ids):
            message = f"{naming.quoted(name)} is not a band of the image."
            yield Problem(f"{path}.tensorDepths.{name}", "unknown-band", "error", message, "Remove it.")
        yield from self._changed_default(f"{path}.defaultValue", image)

    def expected_files(self, grid: PixelGrid, image: ImageInfo | None) -> str:
        """Estimate the files from the patches: every number is a float (guide to TFRecord exports)."""
        patch, margin = self.tile_dimensions, self.margin_dimensions
        sidecar = "" if self.max_masked_ratio not in {None, 1} else " and a JSON sidecar"
        most = self.max_size_bytes or DEFAULT_MAX_SIZE_BYTES
        if patch is None or image is None or min(patch.width, patch.height, most) < 1:
            return f"One file or more expected{sidecar}."
        across, down = (margin.width, margin.height) if margin is not None else (0, 0)
        patches = (grid.width // patch.width) * (grid.height // patch.height)
        size = patches * (patch.width + across) * (patch.height + down) * len(image.bands) * _FLOAT_BYTES
        count = max(1, -(-size // most))
        noun = "patch" if patches == 1 else "patches"
        return f"{patches:,} {noun} in about {count:,} file{'' if count == 1 else 's'}{sidecar} expected."

    @staticmethod
    def _dropped(path: str, grid: PixelGrid, patch: GridDimensions) -> Iterator[Problem]:
        if patch.width < 1 or patch.height < 1:
            return
        if patch.width > grid.width or patch.height > grid.height:
            message = (
                f"A patch is larger than the grid of {grid.width:,} × {grid.height:,} px: nothing would be written."
            )
            hint = f"Use {min(patch.width, grid.width)} × {min(patch.height, grid.height)}."
            yield Problem(path, "no-whole-patch", "warning", message, hint)
            return
        right, bottom = grid.width % patch.width, grid.height % patch.height
        if right or bottom:
            message = f"Edge patches are dropped: {right} px right, {bottom} px bottom."
            hint = "Make the grid a whole number of patches, or accept the loss."
            yield Problem(path, "edge-patches-dropped", "warning", message, hint)

    def _changed_default(self, path: str, image: ImageInfo) -> Iterator[Problem]:
        """Say which bands would be filled with another number (service reference)."""
        if self.default_value is None:
            return
        for kind, bands in image.pixel_types.items():
            if kind.is_integer and not kind.holds(self.default_value):
                shown = f"{self.default_value:g}".replace("-", "−")
                message = (
                    f"{shown} does not fit {some(bands)} ({kind.name}), and is cut to a whole number in its range."
                )
                yield Problem(path, "default-value-changed", "warning", message, f"Use {max(0, int(kind.lowest))}.")
