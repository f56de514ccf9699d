"""What is known of an image before it is exported: its bands, their types and their own grids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.pyramiding import Suggestion, suggest_policy
from ee_export_widget.core.reading import whole_number
from ee_export_widget.core.visible import visible_bands
from ee_export_widget.errors import InvalidRequestError

_LARGEST_FLOAT = (2 - 2**-23) * 2.0**127
"""Largest finite number of 32 bits (IEEE 754)."""


class PixelType(NamedTuple):
    """Type of a band's numbers as files have it."""

    name: str
    """Such as ``uint16``."""

    bytes_per_pixel: int

    lowest: float
    """Smallest number that it holds."""

    highest: float
    """Largest number that it holds."""

    @property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers only."""
        return "int" in self.name

    def holds(self, value: float) -> bool:
        """Whether a number can be written in this type; NaN and infinities in floating types only."""
        if not self.is_integer:
            return self.name != "float" or not isfinite(value) or abs(value) <= _LARGEST_FLOAT
        return self.lowest <= value <= self.highest and float(value).is_integer()


_INTEGERS = tuple(
    PixelType(f"{prefix}int{bits}", bits // 8, low, low + 2**bits - 1)
    for bits in (8, 16, 32, 64)
    for prefix, low in (("u", 0), ("", -(2 ** (bits - 1))))
    if (prefix, bits) != ("u", 64)
)
_FLOATS = {
    "float": PixelType("float", 4, float("-inf"), float("inf")),
    "double": PixelType("double", 8, float("-inf"), float("inf")),
}
_INT32 = next(kind for kind in _INTEGERS if kind.name == "int32")
_SIX = 6
_PAIR = 2


def smallest_type(precision: str, minimum: float | None, maximum: float | None) -> PixelType:
    """Give the smallest type that holds a range; ``int32`` where an integer band names none."""
    if precision in _FLOATS:
        return _FLOATS[precision]
    if minimum is None or maximum is None:
        return _INT32
    fitting = (kind for kind in _INTEGERS if kind.lowest <= minimum and maximum <= kind.highest)
    return next(fitting, _INTEGERS[-1])


@dataclass(frozen=True)
class BandInfo:
    """One band of an image, as the service describes it."""

    id: str
    """Its name."""

    data_type: Mapping[str, Any] = field(default_factory=dict)
    """The description's own words for its type: ``precision``, ``min``, ``max``, ``dimensions``."""

    crs: str | None = None
    """CRS code, unchanged, or WKT."""

    crs_transform: AffineTransform | None = None
    """The band's own pixels, before ``origin`` is added."""

    dimensions: tuple[int, int] | None = None
    """(width, height) in pixels; None where the band has no bounds."""

    origin: tuple[int, int] = (0, 0)
    """(column, row) at which the band begins on its lattice."""

    @cached_property
    def pixel_type(self) -> PixelType:
        """The smallest type that holds its values."""
        precision = str(self.data_type.get("precision", "")).lower()
        return smallest_type(precision, _number(self.data_type.get("min")), _number(self.data_type.get("max")))

    @property
    def type_name(self) -> str:
        """Such as ``uint16``."""
        return self.pixel_type.name

    @property
    def bytes_per_pixel(self) -> int:
        """Size of one value."""
        return self.pixel_type.bytes_per_pixel

    @property
    def is_array(self) -> bool:
        """Whether each pixel holds an array instead of a number."""
        return bool(self.data_type.get("dimensions"))

    @cached_property
    def grid(self) -> PixelGrid | None:
        """The band's own grid; None where it has no bounds or no usable transform."""
        if self.crs is None or self.crs_transform is None or self.dimensions is None:
            return None
        crs_code, crs_wkt = (None, self.crs) if "[" in self.crs else (self.crs, None)
        try:
            return PixelGrid(*self.dimensions, self.crs_transform.shifted(*self.origin), crs_code, crs_wkt)
        except InvalidRequestError:
            return None

    @classmethod
    def from_description(cls, mapping: Mapping[str, Any]) -> BandInfo:
        """Read one entry of ``bands``; what is missing or unreadable counts as not known."""
        crs = mapping.get("crs") or mapping.get("crs_wkt")
        data_type = mapping.get("data_type")
        return cls(
            id=str(mapping.get("id", "")),
            data_type=dict(data_type) if isinstance(data_type, Mapping) else {},
            crs=crs if isinstance(crs, str) else None,
            crs_transform=_transform(mapping.get("crs_transform")),
            dimensions=_pair(mapping.get("dimensions")),
            origin=_pair(mapping.get("origin")) or (0, 0),
        )


@dataclass(frozen=True)
class ImageInfo:
    """An image, as one value:compute describes it."""

    bands: tuple[BandInfo, ...] = ()
    id: str | None = None
    version: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    source_band_id: str = ""
    """The band whose grid was chosen to stand for the image's; empty leaves the choice to ``source_band``."""

    @classmethod
    def from_description(cls, mapping: Mapping[str, Any]) -> ImageInfo:
        """Read the description that value:compute gives for an image.

        Raises
        ------
        InvalidRequestError
            If it is the description of something else than one image.
        """
        kind = mapping.get("type", "Image") if isinstance(mapping, Mapping) else type(mapping).__name__
        if kind != "Image":
            message = f"The expression gives a value of the type {kind}, not one image."
            raise InvalidRequestError.of("expression", "not-an-image", message, "Choose one image, or make a mosaic.")
        bands, properties, version = (mapping.get(name) for name in ("bands", "properties", "version"))
        return cls(
            bands=tuple(BandInfo.from_description(band) for band in bands or () if isinstance(band, Mapping)),
            id=mapping.get("id"),
            version=None if version is None else str(version),
            properties=dict(properties) if isinstance(properties, Mapping) else {},
        )

    @cached_property
    def band_ids(self) -> tuple[str, ...]:
        """Names of the bands, in order."""
        return tuple(band.id for band in self.bands)

    @cached_property
    def plain_ids(self) -> tuple[str, ...]:
        """Names of the bands whose pixels hold one number each, in order."""
        return tuple(band.id for band in self.bands if not band.is_array)

    @cached_property
    def visible_ids(self) -> tuple[str, ...]:
        """Names of the one band, or the red, green and blue one, that the image is best looked at by."""
        return visible_bands(self.plain_ids)

    @cached_property
    def bytes_per_pixel(self) -> int:
        """Sum over the bands, each in its own type, as an asset stores them."""
        return sum(band.bytes_per_pixel for band in self.bands)

    @cached_property
    def pixel_types(self) -> dict[PixelType, tuple[str, ...]]:
        """The types that occur, each with the bands that have it."""
        return _grouped((band.pixel_type, band.id) for band in self.bands)

    @property
    def is_bounded(self) -> bool:
        """Whether every band has bounds, so that "the whole image" means something."""
        return bool(self.bands) and all(band.dimensions for band in self.bands)

    @cached_property
    def source_band(self) -> BandInfo | None:
        """The band whose grid stands for the image's: the chosen one, else the first with a grid, or else the first."""
        chosen = (band for band in self.bands if band.id == self.source_band_id and band.crs_transform)
        first = next((band for band in self.bands if band.grid), self.bands[0] if self.bands else None)
        return next(chosen, first)

    @property
    def source_grid(self) -> PixelGrid | None:
        """The grid of the source band; None for images without bounds."""
        return self.source_band.grid if self.source_band else None

    @cached_property
    def band_groups(self) -> tuple[tuple[str, ...], ...]:
        """Bands that share one grid, group by group; a single group where all do."""
        keys = ((band.crs, band.crs_transform, band.dimensions, band.origin) for band in self.bands)
        return tuple(_grouped(zip(keys, self.band_ids, strict=True)).values())

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What each band's name, type and properties suggest as its pyramiding policy, in order."""
        return tuple(suggest_policy(band.id, band.data_type, self.properties) for band in self.bands)


def _grouped(pairs: Any) -> dict[Any, tuple[str, ...]]:  # noqa: ANN401 - any hashable key
    groups: dict[Any, list[str]] = {}
    for key, name in pairs:
        groups.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in groups.items()}


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _transform(value: object) -> AffineTransform | None:
    if not isinstance(value, list | tuple) or len(value) != _SIX:
        return None
    try:
        return AffineTransform.from_list(value)
    except InvalidRequestError:
        return None


def _pair(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list | tuple) or len(value) != _PAIR:
        return None
    first, second = (whole_number(item) for item in value)
    return None if first is None or second is None else (first, second)
