"""Lazy images: bands that know their type and place, and give pixels of any grid when asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from affine import Affine
from numpy.typing import NDArray

from .raster.grid import WGS84, PixelGrid, Projection, Window, compose, six_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .raster.reader import Reader

Values = NDArray[Any]
Mask = NDArray[np.float32]

INTEGER_TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64")


class Pixels(NamedTuple):
    """Values of one band on a grid, shape (height, width), and how much each one counts, from 0 to 1."""

    values: Values
    mask: Mask


def full_mask(shape: tuple[int, ...]) -> Mask:
    """Return a mask that lets everything through; it takes no memory and cannot be written to."""
    return np.broadcast_to(np.float32(1), shape)


@dataclass(frozen=True)
class PixelType:
    """The numbers that a band can hold.

    Attributes
    ----------
    precision
        `int`, `float` (32 bits) or `double`.
    minimum, maximum
        The range, both included; `None` where it is not known.
    """

    precision: Literal["int", "float", "double"]
    minimum: float | None = None
    maximum: float | None = None

    @classmethod
    def from_dtype(cls, dtype: np.dtype[Any] | str) -> PixelType:
        """Return the type whose range is that of a numpy type."""
        dtype = np.dtype(dtype)
        if dtype.kind == "f":
            return cls("float" if dtype.itemsize <= 4 else "double")  # noqa: PLR2004 - bytes of a float
        if dtype.kind == "b":
            return cls("int", 0, 1)
        limits = np.iinfo(dtype)
        return cls("int", int(limits.min), int(limits.max))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The smallest numpy type that holds the range."""
        if self.precision != "int":
            return np.dtype("float32" if self.precision == "float" else "float64")
        low, high = self.minimum, self.maximum
        for name in INTEGER_TYPES:
            limits = np.iinfo(name)
            if low is not None and high is not None and limits.min <= low and high <= limits.max:
                return np.dtype(name)
        return np.dtype("int64")

    @property
    def name(self) -> str:
        """The name that the service's messages use, such as `Byte`, `UInt16` or `Float32`."""
        name = self.dtype.name
        return "Byte" if name == "uint8" else name.title().replace("Uint", "UInt")

    def to_json(self) -> dict[str, Any]:
        """Return the value that value:compute gives (lower-case precision)."""
        limits = {"min": self.minimum, "max": self.maximum}
        return {
            "type": "PixelType",
            "precision": self.precision,
            **{name: limit for name, limit in limits.items() if limit is not None},
        }

    def to_data_type(self) -> dict[str, Any]:
        """Return the PixelDataType message of assets."""
        limits = {"min": self.minimum, "max": self.maximum}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        return {"precision": self.precision.upper(), **({"range": given} if given else {})}


FLOAT = PixelType("float")
DOUBLE = PixelType("double")
BOOLEAN = PixelType("int", 0, 1)
UNPLACED = Projection(WGS84, Affine.identity())
"""The projection of what has none: one degree, as the service gives it to constants."""


@dataclass(frozen=True)
class Band:
    """One band of an image.

    Attributes
    ----------
    id
        The band's name.
    type
        What its pixels can be.
    read
        Gives the band's pixels on the grid of a reader; values come in `type.dtype`.
    projection
        The lattice it is defined on.
    extent
        The pixels of that lattice it covers; `None` when it has no bounds.
    pyramiding_policy
        How its asset was reduced; empty for what was computed.
    """

    id: str
    type: PixelType
    read: Callable[[Reader], Pixels] = field(repr=False, compare=False)
    projection: Projection = UNPLACED
    extent: Window | None = None
    pyramiding_policy: str = ""

    @property
    def grid(self) -> PixelGrid | None:
        """The whole band as a grid; `None` when it has no bounds."""
        if self.extent is None:
            return None
        transform = compose(self.projection.transform, Affine.translation(self.extent.column, self.extent.row))
        return PixelGrid(Projection(self.projection.crs, transform), self.extent.width, self.extent.height)

    def describe(self) -> dict[str, Any]:
        """Return what value:compute says about the band (contract of value:compute)."""
        crs = self.projection.crs
        description: dict[str, Any] = {
            "id": self.id,
            "data_type": self.type.to_json(),
            ("crs_wkt" if crs.is_wkt else "crs"): crs.text,
            "crs_transform": six_numbers(self.projection.transform),
        }
        if self.extent is not None:
            description["dimensions"] = [self.extent.width, self.extent.height]
            if self.extent.column or self.extent.row:
                description["origin"] = [self.extent.column, self.extent.row]
        return description


@dataclass(frozen=True)
class Image:
    """Bands and properties.

    Attributes
    ----------
    id, version
        Of the asset it was loaded from; empty for what was computed.
    """

    bands: tuple[Band, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    version: int | None = None

    def describe(self) -> dict[str, Any]:
        """Return what value:compute says about the image."""
        description: dict[str, Any] = {"type": "Image", "bands": [band.describe() for band in self.bands]}
        if self.id:
            description["id"] = self.id
        if self.version is not None:
            description["version"] = self.version
        if self.properties:
            description["properties"] = dict(self.properties)
        return description

    def with_bands(self, bands: tuple[Band, ...]) -> Image:
        """Return these bands with the properties of this image."""
        return replace(self, bands=bands)

    def computed(self, bands: tuple[Band, ...]) -> Image:
        """Return the image that a calculation gives: its place in time stays, it is no asset any more."""
        kept = {name: self.properties[name] for name in ("system:footprint",) if name in self.properties}
        return Image(bands, kept)


def constant_band(band_id: str, value: float) -> Band:
    """Return a band that has the same value everywhere."""
    pixel_type = PixelType("int" if isinstance(value, int) else "double", value, value)

    def read(reader: Reader) -> Pixels:
        shape = (reader.grid.height, reader.grid.width)
        return Pixels(np.full(shape, value, pixel_type.dtype), full_mask(shape))

    return Band(band_id, pixel_type, read)
