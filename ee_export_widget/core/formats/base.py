"""What every file format of an export has."""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core.encoding import INT32_MAX, Int32
from ee_export_widget.core.message import Message, Range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.errors import Problem


class ImageFileFormat(StrEnum):
    """All file formats that the service has a name for; exports of images take the first two."""

    GEO_TIFF = "GEO_TIFF"
    TF_RECORD_IMAGE = "TF_RECORD_IMAGE"
    JPEG = "JPEG"
    PNG = "PNG"
    AUTO_JPEG_PNG = "AUTO_JPEG_PNG"
    NPY = "NPY"
    ZIPPED_GEO_TIFF = "ZIPPED_GEO_TIFF"
    ZIPPED_GEO_TIFF_PER_BAND = "ZIPPED_GEO_TIFF_PER_BAND"
    MULTI_BAND_IMAGE_TILE = "MULTI_BAND_IMAGE_TILE"


class GridDimensions(Message):
    """Width and height in pixels, width first."""

    width: Annotated[Int32, Field(title="Width"), Range(1, INT32_MAX, "px")]
    height: Annotated[Int32, Field(title="Height"), Range(1, INT32_MAX, "px")]

    def sides(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Give both sides with their names."""
        return ("width", self.width), ("height", self.height)


class FormatOptions(Message):
    """Options of one file format: the REST message, with its words for the form."""

    file_format: ClassVar[ImageFileFormat]
    """The format that these are the options of."""

    title: ClassVar[str]
    """Its name in the form."""

    """End of the names of the files."""

    member: ClassVar[str]
    """Field of the file export options that holds this message."""

    @abstractmethod
    def problems_with(self, path: str, grid: PixelGrid | None, image: ImageInfo | None) -> Iterable[Problem]:
        """Yield what does not go together with what is exported, as far as that is known."""

    @abstractmethod
    def expected_files(self, grid: PixelGrid, image: ImageInfo | None) -> str:
        """Say how many files an export will write, as far as that can be known."""


def some(names: tuple[str, ...]) -> str:
    """Give the first name, and how many more there are."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
