"""Regions whose latitude came first: the same with longitude and latitude exchanged."""

from __future__ import annotations

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.region.region import Region, read_region
from ee_export_widget.errors import InvalidRequestError

_DEGREES = "EPSG:4326"


def exchanged(region: CrsRectangle | Region | None) -> CrsRectangle | Region | None:
    """Exchange longitude and latitude; None where that is no place on earth, or the region was not given in degrees."""
    try:
        if isinstance(region, Region):
            polygons = [[[(lat, lon) for lon, lat in ring] for ring in rings] for rings in region.polygons]
            return read_region({"type": "MultiPolygon", "coordinates": polygons})
        if region is not None and region.crs == _DEGREES:
            west, south, east, north = region.bounds
            turned = CrsRectangle(_DEGREES, (south, west, north, east))
            read_region(turned)
            return turned
    except InvalidRequestError:
        return None
    return None
