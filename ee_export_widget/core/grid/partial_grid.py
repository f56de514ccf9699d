"""A grid that is not complete: read and written without loss, and able to say what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field
from pydantic_core import core_schema

from ee_export_widget.core import naming
from ee_export_widget.core.encoding import Finite, Int32, Text  # noqa: TC001 - pydantic reads annotations
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import MAX_SIDE_PX, PixelGrid
from ee_export_widget.core.message import Follows, Message, Range
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import GetCoreSchemaHandler

_DRAW = "Draw a region, or use the image footprint."


class PartialDimensions(Message):
    """Size of a grid, of which a part may be missing."""

    width: Annotated[Int32 | None, Field(title="Width"), Range(1, MAX_SIDE_PX, "px")] = None
    height: Annotated[Int32 | None, Field(title="Height"), Range(1, MAX_SIDE_PX, "px")] = None

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that both sides are there."""
        for name in ("width", "height"):
            if getattr(self, name) is None:
                yield Problem(f"{path}.{name}", "grid-incomplete", "error", f"The grid has no {name}.", _DRAW)


class PartialTransform(Message):
    """Affine transform of a grid in CRS units; what is missing is 0, as the service reads it."""

    scale_x: Annotated[Finite | None, Field(title="Pixel width")] = None
    shear_x: Annotated[Finite | None, Field(title="Shear of x")] = None
    translate_x: Annotated[Finite | None, Field(title="x of the origin")] = None
    shear_y: Annotated[Finite | None, Field(title="Shear of y")] = None
    scale_y: Annotated[Finite | None, Field(title="Pixel height")] = None
    translate_y: Annotated[Finite | None, Field(title="y of the origin")] = None

    def complete(self) -> AffineTransform:
        """Give the transform with 0 for what is missing."""
        return AffineTransform(**{name: value or 0.0 for name, value in self})

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that pixels have a width, a height and an area."""
        yield from _zero_scales(path, self.scale_x, self.scale_y)
        if self.scale_x and self.scale_y and not self.complete().is_invertible:
            message = "The affine transform gives pixels without an area."
            yield Problem(path, "not-invertible", "error", message, "Correct the shears, or leave them out.")


class PartialPixelGrid(Message):
    """A pixel grid as it was read, where it is not a complete `PixelGrid`."""

    exclusive: ClassVar = (("crs_code", "crs_wkt", "crs_wkt"),)

    dimensions: Annotated[PartialDimensions | None, Field(title="Dimensions")] = None
    affine_transform: Annotated[PartialTransform | None, Field(title="Affine transform")] = None
    crs_code: Annotated[Text | None, Field(title="CRS"), Follows(naming.crs_code)] = None
    crs_wkt: Annotated[Text | None, Field(title="CRS as WKT"), Follows(naming.crs_wkt)] = None

    @property
    def crs_text(self) -> str:
        """The CRS as it is written: its code, otherwise its WKT."""
        return self.crs_code or self.crs_wkt or ""

    def complete(self) -> PixelGrid:
        """Give the grid as a `PixelGrid`.

        Raises
        ------
        InvalidRequestError
            If a part is missing or its pixels are none.
        """
        missing = list(self._missing("grid"))
        if missing:
            raise InvalidRequestError(missing)
        size, transform = self.dimensions, self.affine_transform
        return PixelGrid(size.width, size.height, transform.complete(), self.crs_code, self.crs_wkt)  # type: ignore[union-attr, arg-type] # none is missing

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that there are a size, a transform and a CRS."""
        yield from self._missing(path)

    def _missing(self, path: str) -> Iterator[Problem]:
        if self.dimensions is None:
            yield Problem(f"{path}.dimensions", "grid-incomplete", "error", "The grid has no size.", _DRAW)
        if self.affine_transform is None:
            message = "The grid has no transform, so neither pixel size nor origin."
            yield Problem(f"{path}.affineTransform", "grid-incomplete", "error", message, _DRAW)
        if self.crs_code is None and self.crs_wkt is None:
            yield Problem(f"{path}.crsCode", "grid-incomplete", "error", "The grid has no CRS.", "Choose a CRS.")


class _ReadGrid:
    """Tells pydantic to read a grid as a partial one, and to hand on the complete one where it is complete."""

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(_read, handler.generate_schema(PartialPixelGrid))


def _read(value: object, read_partial: Callable[[Any], PartialPixelGrid]) -> PixelGrid | PartialPixelGrid | None:
    if value is None or isinstance(value, PixelGrid):
        return value
    partial = read_partial(value)
    try:
        return partial.complete()
    except InvalidRequestError:
        return partial


GridOrPart = Annotated[PixelGrid | PartialPixelGrid | None, _ReadGrid()]
"""A complete grid, one that lacks something, or none."""


def complete_grid_problems(grid: PixelGrid, path: str) -> Iterator[Problem]:
    """Yield what the service would not take of a grid that is complete."""
    yield from _zero_scales(f"{path}.affineTransform", grid.affine_transform.scale_x, grid.affine_transform.scale_y)
    if grid.crs_code is not None:
        yield from naming.crs_code(f"{path}.crsCode", grid.crs_code)
    if grid.crs_wkt is not None:
        yield from naming.crs_wkt(f"{path}.crsWkt", grid.crs_wkt)


def _zero_scales(path: str, scale_x: float | None, scale_y: float | None) -> Iterator[Problem]:
    for member, scale in (("scaleX", scale_x), ("scaleY", scale_y)):
        if not scale:
            yield Problem(f"{path}.{member}", "pixel-size-zero", "error", "Pixel size must not be 0.", "Give a size.")
