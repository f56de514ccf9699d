"""GeoJSON from whatever holds a region, without importing any of the libraries that it may come from."""

from __future__ import annotations

from collections.abc import Mapping

from ee_export_widget.core.region.earth_engine import constant_geometry
from ee_export_widget.errors import InvalidRequestError

_LON_LAT = "EPSG:4326"


def as_geojson(region: object) -> Mapping[str, object]:
    """Get the GeoJSON of a mapping, a shapely geometry, a GeoDataFrame, an ``ee.Geometry``, and the like.

    What knows its own coordinate system (geopandas) is converted to longitude and latitude first. Of Earth Engine's
    objects the coordinates are read where they stand in the object; nothing is asked of the service.

    Raises
    ------
    InvalidRequestError
        If there is no GeoJSON in it, or an Earth Engine object that only the service can compute.
    """
    if isinstance(region, Mapping):
        return region
    if callable(getattr(region, "to_crs", None)) and getattr(region, "crs", None) is not None:
        region = region.to_crs(_LON_LAT)  # type: ignore[attr-defined] # just seen
    geojson = getattr(region, "__geo_interface__", None)
    if isinstance(geojson, Mapping):
        return geojson
    if callable(getattr(region, "serialize", None)):
        return constant_geometry(region)
    raise InvalidRequestError.of(
        "region",
        "region-not-geojson",
        "The region is not GeoJSON.",
        "Give a GeoJSON Polygon or MultiPolygon in longitude and latitude, or an object with __geo_interface__.",
    )
