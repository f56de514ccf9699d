"""Whether a region has a grid in a CRS at all: never a wrong one, silently.

Each check is a function of the projected outline and raises ``InvalidRequestError``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.core.crs.presets import utm_crs_for
from ee_export_widget.core.region.region import LATITUDE_FIRST, MAX_LATITUDE_DEG
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.core.crs.crs import Crs
    from ee_export_widget.core.grid.outline import Outline
    from ee_export_widget.core.grid.snapping import Bounds
    from ee_export_widget.core.region.region import Region

    Floats: TypeAlias = NDArray[np.float64]

MAX_FROM_MERIDIAN_DEG = 45
MAX_FROM_AREA_OF_USE_DEG = 30

_FAR = frozenset({"region-far-from-meridian", "region-far-from-area-of-use"})
_ROUND_TRIP_DEG = 1e-5
_DATUM_DEG = 0.01  # datums of one country lie some hundred metres apart; folds are wide
_HALVINGS, _SEAM_SHARE = 8, 1 / 8
_SUSPECTS = 512  # edges that are looked at
_NUDGE_DEG = 1e-4
_SLIM, _FLAT = 1e-3, 1e-6  # share of its box that a ring encloses at least, to have an inside: on earth, on the map
_MIN_JUMP_M = 1000  # shorter ones are noise at a pole, or between two datum rules


def refuse_what_has_no_grid(outline: Outline) -> None:
    """Run every check, the ones with the most telling sentence first.

    Raises
    ------
    InvalidRequestError
        For the first check that fails.
    """
    if outline.crs.is_wgs84_degrees:
        return
    _refuse_beyond_the_square_world(outline)
    _refuse_far_from_central_meridian(outline)
    _refuse_far_from_area_of_use(outline)
    _refuse_infinite(outline)
    _refuse_folds(outline)
    _refuse_seams(outline)
    _refuse_inside_out(outline)


def degrees_from_meridian(lon: Floats, meridian_deg: float) -> Floats:
    """Give the difference in longitude from a meridian, 0 to 180 degrees."""
    return np.abs((lon - meridian_deg + 180) % 360 - 180)


def degrees_outside_area(lon: Floats, lat: Floats, area: tuple[float, float, float, float]) -> Floats:
    """Give how far positions lie outside an area of use, in longitude or latitude, whichever is more.

    ``area`` is ``(west, south, east, north)`` in degrees, with west > east where it crosses 180°.
    """
    west, south, east, north = area
    width = east - west if east >= west else east - west + 360
    from_west = (lon - west) % 360
    beyond = np.where(from_west <= width, 0, np.minimum(from_west - width, 360 - from_west))
    return np.maximum(beyond, np.maximum(south - lat, lat - north))


def looks_swapped(region: Region, crs: Crs) -> bool:
    """Whether a region would lie in a system's area of use with longitude and latitude the other way round.

    Or on the other side of the equator: Landsat scenes of the south come in zones of the north.
    """
    lon, lat = region.centre
    if crs.area_of_use is None or abs(lon) > MAX_LATITUDE_DEG:
        return False
    return bool(np.any(degrees_outside_area(np.array([lat, lat]), np.array([lon, -lon]), crs.area_of_use) <= 0))


def _refuse_beyond_the_square_world(outline: Outline) -> None:
    limit = outline.crs.max_latitude_deg
    if limit is not None and (np.all(outline.lat >= limit) or np.all(outline.lat <= -limit)):
        raise _refusal(
            outline,
            "region-beyond-projection",
            f"The region lies beyond {limit:.4f}° of latitude, where the world of {outline.crs.label} ends.",
        )


def _refuse_far_from_central_meridian(outline: Outline) -> None:
    meridian = outline.crs.central_meridian_deg
    if meridian is None or not outline.crs.is_transverse_mercator:
        return
    farthest = float(degrees_from_meridian(outline.lon, meridian).max())
    if farthest > MAX_FROM_MERIDIAN_DEG:
        raise _refusal(
            outline,
            "region-far-from-meridian",
            f"The region reaches {farthest:.0f}° from the central meridian of {outline.crs.label}, "
            f"which is of no use beyond {MAX_FROM_MERIDIAN_DEG}°.",
        )


def _refuse_far_from_area_of_use(outline: Outline) -> None:
    if outline.crs.area_of_use is None:
        return
    away = _degrees_between(outline.region.bounds, outline.crs.area_of_use)
    if away > MAX_FROM_AREA_OF_USE_DEG:
        raise _refusal(
            outline,
            "region-far-from-area-of-use",
            f"The region lies {away:.0f}° away from the area of use of {outline.crs.label}.",
        )


def _degrees_between(region: Bounds, area: Bounds) -> float:
    """Give the gap between two boxes, in longitude or latitude, whichever is more; 0 where they meet."""
    west, south, east, north = region
    width = area[2] - area[0] + (360 if area[2] < area[0] else 0)
    from_west = (west - area[0]) % 360
    gap_lon = min(from_west - width, 360 - from_west - (east - west))
    return max(gap_lon, south - area[3], area[1] - north, 0.0)


def _refuse_infinite(outline: Outline) -> None:
    if not (np.isfinite(outline.x).all() and np.isfinite(outline.y).all()):
        raise _refusal(outline, "region-not-finite", f"Part of the region has no coordinates in {outline.crs.label}.")


def _refuse_folds(outline: Outline) -> None:
    lon, lat = outline.crs.unproject(outline.x, outline.y)
    limit = outline.crs.max_latitude_deg or 90
    # The way back may be infinite, which then compares as off.
    with np.errstate(invalid="ignore"):
        off_lat = np.abs(lat - np.clip(outline.lat, -limit, limit))
        off_lon = degrees_from_meridian(lon - outline.lon, 0) * np.cos(np.radians(outline.lat))
    farthest = max(off_lat.max(), off_lon.max())
    if _ROUND_TRIP_DEG < farthest < _DATUM_DEG:
        raise _refusal(
            outline,
            "region-between-datums",
            f"Here longitude and latitude are not converted to {outline.crs.label} and back by the same rule: "
            "the region reaches beyond where its datum is known.",
        )
    if not farthest <= _ROUND_TRIP_DEG:
        raise _refusal(
            outline,
            "region-folded",
            f"{outline.crs.label} is folded here: places of the region share coordinates with other places.",
        )


def _refuse_seams(outline: Outline) -> None:
    """Halve the longest step of each edge; one that does not shrink jumps across the edge of the map.

    Of each edge, because in a region of many parts the longest of all need not be the jump.
    """
    step = np.where(outline.continues, np.hypot(np.diff(outline.x), np.diff(outline.y)), 0)
    by_length = np.lexsort((step, outline.edge[:-1]))
    is_last_of_edge = np.append(np.diff(outline.edge[by_length]) > 0, True)
    longest = by_length[is_last_of_edge]
    longest = longest[np.argsort(step[longest])[-_SUSPECTS:]]
    edge, low, high = outline.edge[longest], outline.t[longest], outline.t[longest + 1]
    low_xy = np.stack([outline.x[longest], outline.y[longest]])
    high_xy = np.stack([outline.x[longest + 1], outline.y[longest + 1]])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        middle_xy = np.stack(outline.project_at(edge, middle))
        first = np.hypot(*(middle_xy - low_xy)) >= np.hypot(*(high_xy - middle_xy))
        low, high = np.where(first, low, middle), np.where(first, middle, high)
        low_xy, high_xy = np.where(first, low_xy, middle_xy), np.where(first, middle_xy, high_xy)
    left = np.hypot(*(high_xy - low_xy))
    if np.any(~(left <= np.maximum(step[longest] * _SEAM_SHARE, _MIN_JUMP_M / outline.crs.metres_per_unit))):
        raise _refusal(
            outline,
            "region-crosses-seam",
            f"The region crosses the seam of {outline.crs.label}, where its map of the world ends.",
            "or EPSG:3832, or a polar system, or make two grids",
        )


def _refuse_inside_out(outline: Outline) -> None:
    """Refuse a ring whose inside comes to lie outside: an azimuthal map with the antipode of its centre in it.

    The outline then goes round the other way, or there and back, and is no longer where the extremes are. Regions
    near an area of use do not reach so far.
    """
    area = outline.crs.area_of_use
    if area is not None and degrees_outside_area(outline.lon, outline.lat, area).max() <= MAX_FROM_AREA_OF_USE_DEG:
        return
    # Compared with a small triangle of the outline that points inwards, and so not across a seam or a pole.
    calm = int(np.abs(outline.lat).argmin())
    to_lon, to_lat = np.copysign(_NUDGE_DEG, np.array(outline.region.centre) - (outline.lon[calm], outline.lat[calm]))
    lon, lat = outline.lon[calm] + np.array([0, to_lon, 0]), outline.lat[calm] + np.array([0, 0, to_lat])
    x, y = outline.crs.project(lon, lat)
    turn = np.sign(((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])) * to_lon * to_lat)
    on_earth = _ring_turns(outline, outline.lon, outline.lat, _SLIM)
    if np.any((on_earth != 0) & (on_earth * _ring_turns(outline, outline.x, outline.y, _FLAT) != turn)):
        raise _refusal(
            outline,
            "region-inside-out",
            f"{outline.crs.label} turns the region inside out: it holds the place opposite to the map's centre.",
        )


def _ring_turns(outline: Outline, x: Floats, y: Floats, flat: float) -> Floats:
    """Give 1 for each ring that runs anticlockwise, -1 for clockwise, 0 where it encloses nothing to speak of."""
    x, y = x - x.mean(), y - y.mean()
    swept = np.where(outline.continues, x[:-1] * y[1:] - x[1:] * y[:-1], 0)
    area: Floats = np.bincount(outline.ring_of_edge[outline.edge[:-1]], weights=swept).astype(np.float64)
    return np.sign(area) * (np.abs(area) > flat * np.ptp(x) * np.ptp(y))


def _refusal(outline: Outline, code: str, message: str, other_way: str = "") -> InvalidRequestError:
    """Make the error, proposing the system of the region's centre."""
    suggestion = utm_crs_for(*outline.region.centre)
    same = outline.crs.code == suggestion
    hint = "Choose another CRS." if same else f"Use {suggestion}{f', {other_way}' if other_way else ''}."
    if looks_swapped(outline.region, outline.crs) and code in _FAR:
        hint = LATITUDE_FIRST
    return InvalidRequestError.of("region", code, message, hint)
