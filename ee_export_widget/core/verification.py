"""What was asked for, beside what an asset says of itself after the export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import smallest_type
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.quantity import number_text
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.request import ExportImageRequest

UNKNOWN = "not told"
"""Stands for what the service leaves out of an asset's description."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One property of an image, as requested and as written."""

    name: str
    requested: str
    found: str
    agrees: bool
    consequence: str = ""
    """What a difference means for whoever uses the asset."""


def compare(
    request: ExportImageRequest, asset: Mapping[str, Any], image: ImageInfo | None = None
) -> tuple[Comparison, ...]:
    """Compare an export with the asset that it has written.

    Parameters
    ----------
    request
        What was submitted.
    asset
        What assets.get says (REST contract, section 14.1).
    image
        What was known of the image when it was submitted; without it neither names nor types of bands are compared.

    Returns
    -------
    tuple of Comparison
        Those that differ first, otherwise in the order size, CRS, pixel, origin, bands, types, policies.
    """
    bands = [band for band in asset.get("bands") or () if isinstance(band, Mapping)]
    rows = [*_grids(request, bands), *_bands(image, bands), *_policies(request, bands)]
    return tuple(sorted(rows, key=lambda row: row.agrees))


def _grids(request: ExportImageRequest, bands: Sequence[Mapping[str, Any]]) -> Iterator[Comparison]:
    wanted = request.grid
    if not isinstance(wanted, PixelGrid):
        return
    found = [grid for band in bands if (grid := _grid(band)) is not None]
    for name, describe, same, consequence in (
        ("Size", _size, eq, "The asset has other pixels than the request."),
        ("CRS", attrgetter("crs_text"), _same_crs, "The asset is in another coordinate system."),
        ("Pixel", _pixel, eq, "Its pixels are of another size."),
        ("Origin", _origin, eq, "Its pixels are shifted against the requested grid."),
    ):
        # One band that differs is one too many, and the one that is shown.
        others = [grid for grid in found if not same(describe(grid), describe(wanted))]
        shown = describe((others or found)[0]) if found else UNKNOWN
        yield Comparison(name, describe(wanted), shown, not others, consequence if others else "")


def _grid(band: Mapping[str, Any]) -> PixelGrid | None:
    try:
        return PixelGrid.from_json(band["grid"])
    except (KeyError, InvalidRequestError):
        return None


def _same_crs(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return Crs.from_text(one).is_same(Crs.from_text(other))
    except InvalidRequestError:
        return False


def _size(grid: PixelGrid) -> str:
    return f"{grid.width:,} × {grid.height:,} px"


def _pixel(grid: PixelGrid) -> str:
    transform = grid.affine_transform
    sides = transform.scale_x, transform.shear_x, transform.shear_y, transform.scale_y
    return ", ".join(map(number_text, sides if transform.shear_x or transform.shear_y else (sides[0], sides[3])))


def _origin(grid: PixelGrid) -> str:
    return f"{number_text(grid.affine_transform.translate_x)}, {number_text(grid.affine_transform.translate_y)}"


def _bands(image: ImageInfo | None, bands: Sequence[Mapping[str, Any]]) -> Iterator[Comparison]:
    if image is None:
        return
    names = [str(band.get("id", "")) for band in bands]
    agrees = names == list(image.band_ids)
    consequence = "" if agrees else "Bands are missing, added, or in another order."
    yield Comparison("Bands", _listed(image.band_ids), _listed(names), agrees, consequence)
    types = {band: _type_name(message) for band, message in zip(names, bands, strict=True)}
    wanted = {band.id: band.type_name for band in image.bands if band.id in types}
    # A type that holds more than was asked for loses nothing, but it is not what was asked for either.
    differing = [band for band, name in wanted.items() if types[band] not in {name, UNKNOWN}]
    yield Comparison(
        "Types",
        _each({band: wanted[band] for band in differing} or wanted),
        _each({band: types[band] for band in differing} or types),
        not differing,
        f"{differing[0]} was written as {types[differing[0]]}." if differing else "",
    )


def _type_name(band: Mapping[str, Any]) -> str:
    kind = band.get("dataType")
    if not isinstance(kind, Mapping) or not isinstance(kind.get("precision"), str):
        return UNKNOWN
    limits = kind.get("range")
    low, high = (limits.get("min", 0), limits.get("max")) if isinstance(limits, Mapping) else (None, None)
    numbers = (value if isinstance(value, int | float) else None for value in (low, high))
    return smallest_type(kind["precision"].lower(), *numbers).name


def _policies(request: ExportImageRequest, bands: Sequence[Mapping[str, Any]]) -> Iterator[Comparison]:
    options = request.asset_export_options
    if options is None:
        return
    default = options.pyramiding_policy or PyramidingPolicy.MEAN
    overrides = options.pyramiding_policy_overrides or {}
    told = {
        str(band["id"]): str(band["pyramidingPolicy"]) for band in bands if band.keys() >= {"id", "pyramidingPolicy"}
    }
    wanted = {band: overrides.get(band, default).value for band in told}
    differing = [band for band in told if told[band] != wanted[band]]
    consequence = ""
    if differing:
        band = differing[0]
        consequence = f"{band} was built with {told[band]}: its values are wrong at zoomed-out levels."
    yield Comparison(
        "Policies",
        _each({band: wanted[band] for band in differing} or wanted) or default.value,
        _each({band: told[band] for band in differing} or told) or UNKNOWN,
        not differing,
        consequence,
    )


_MOST = 4


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _each(values: Mapping[str, str]) -> str:
    """Give values band by band, or the one that all share."""
    if len(set(values.values())) == 1 and len(values) > 1:
        return f"{next(iter(values.values()))}, all bands"
    return _listed([f"{band} {value}" for band, value in values.items()])
