"""Coordinate reference systems worth proposing: a short table, and the right ones for a place."""

from __future__ import annotations

import math
from dataclasses import dataclass

UTM_MAX_LATITUDE_DEG = 84
UTM_MIN_LATITUDE_DEG = -80
ZONE_WIDTH_DEG = 6


@dataclass(frozen=True, slots=True)
class CrsPreset:
    """One row of the table that the CRS field offers."""

    code: str
    """What goes into ``crsCode``."""

    label: str
    """What it is good for, in the user's words."""


PRESETS = (
    CrsPreset("EPSG:4326", "WGS 84, longitude and latitude"),
    CrsPreset("EPSG:3857", "Web Mercator"),
    CrsPreset("EPSG:6933", "World, equal area (EASE-Grid 2.0)"),
    CrsPreset("EPSG:8857", "World, Equal Earth"),
    CrsPreset("SR-ORG:6974", "MODIS sinusoidal"),
    CrsPreset("EPSG:3035", "Europe, equal area"),
    CrsPreset("EPSG:5070", "Contiguous USA, equal area"),
    CrsPreset("EPSG:3978", "Canada, conformal"),
    CrsPreset("EPSG:5880", "Brazil, polyconic"),
    CrsPreset("EPSG:3577", "Australia, equal area"),
    CrsPreset("EPSG:6931", "Arctic, equal area (EASE-Grid 2.0)"),
    CrsPreset("EPSG:6932", "Antarctic, equal area (EASE-Grid 2.0)"),
    CrsPreset("EPSG:3413", "Arctic sea ice, polar stereographic"),
    CrsPreset("EPSG:3031", "Antarctic, polar stereographic"),
    CrsPreset("EPSG:3832", "Pacific, Mercator without a seam at 180°"),
)
"""A new preset is one row here."""


@dataclass(frozen=True, slots=True)
class CrsChoice:
    """A system that is offered for a certain region and image."""

    text: str
    """Code or WKT, as the CRS field takes it."""

    name: str
    """Its code; where it has none, what it is."""

    reason: str
    """Why it is offered: ``source``, ``zone of the region``, or what it is good for."""

    is_own: bool = False
    """Whether it is that of the image or of the region, of which the reason says nothing but that."""


def crs_choices(source: str = "", centre: tuple[float, float] | None = None) -> list[CrsChoice]:
    """List the systems worth offering, the most likely first, none of them twice.

    Parameters
    ----------
    source
        Code or WKT of the image's own CRS; empty where it has none.
    centre
        ``(longitude, latitude)`` in degrees of the middle of the region, where there is one.
    """
    choices = (
        [CrsChoice(source, "CRS of the image" if "[" in source else source, "source", is_own=True)] if source else []
    )
    if centre is not None:
        utm = utm_crs_for(*centre)
        reason = "zone of the region" if utm.startswith(("EPSG:326", "EPSG:327")) else "polar system of the region"
        choices.append(CrsChoice(utm, utm, reason, is_own=True))
    choices += [CrsChoice(preset.code, preset.code, preset.label) for preset in PRESETS[:2]]
    if centre is not None:
        wkt = equal_area_crs_for(*centre)
        choices.append(CrsChoice(wkt, "Equal area", "centred on the region, as WKT"))
    choices += [CrsChoice(preset.code, preset.code, preset.label) for preset in PRESETS[2:]]
    offered: dict[str, CrsChoice] = {}
    for choice in choices:
        offered.setdefault(choice.text, choice)
    return list(offered.values())


def utm_crs_for(lon: float, lat: float) -> str:
    """Suggest a code for a place: its UTM zone, beyond 84° N and 80° S a polar stereographic system.

    Follows the official exceptions for Norway and Svalbard, which the areas of use in the EPSG database
    do not know.

    Parameters
    ----------
    lon, lat
        Degrees; any world copy of the longitude.
    """
    if lat > UTM_MAX_LATITUDE_DEG:
        return "EPSG:3413"
    if lat < UTM_MIN_LATITUDE_DEG:
        return "EPSG:3031"
    return f"EPSG:{326 if lat >= 0 else 327}{_utm_zone((lon + 180) % 360 - 180, lat):02d}"


def _utm_zone(lon: float, lat: float) -> int:
    """Find the UTM zone of a longitude in [-180, 180)."""
    if 56 <= lat < 64 and 3 <= lon < 12:  # noqa: PLR2004 - zone 32 is widened over southern Norway
        return 32
    if lat >= 72 and 0 <= lon < 42:  # noqa: PLR2004 - zones 32, 34 and 36 are left out over Svalbard
        return next(zone for east, zone in ((9, 31), (21, 33), (33, 35), (42, 37)) if lon < east)
    return math.floor((lon + 180) / ZONE_WIDTH_DEG) + 1


def equal_area_crs_for(lon: float, lat: float) -> str:
    """Make an equal-area system centred on a place (azimuthal, in metres), as the WKT 1 that a grid carries.

    Parameters
    ----------
    lon, lat
        Degrees; rounded to one decimal so that the same area gets the same system.
    """
    lon, lat = round((lon + 180) % 360 - 180, 1), round(lat, 1)
    return (
        f'PROJCS["Lambert azimuthal equal area, {lon:g} {lat:g}",'
        'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
        'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
        'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]],'
        'PROJECTION["Lambert_Azimuthal_Equal_Area"],'
        f'PARAMETER["latitude_of_center",{lat:g}],PARAMETER["longitude_of_center",{lon:g}],'
        'PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]]]'
    )
