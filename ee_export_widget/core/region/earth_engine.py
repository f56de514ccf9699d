"""Regions that stand as coordinates in an object of the official client; nothing is asked of the service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = Any
"""What JSON gives."""

_GEOMETRIES = "GeometryConstructors."
_LON_LAT = "EPSG:4326"


def constant_geometry(thing: Any) -> Mapping[str, object]:  # noqa: ANN401 - the official client's, without types
    """Read an ``ee.Geometry``, ``ee.Feature`` or ``ee.FeatureCollection`` that was made of coordinates, as GeoJSON.

    Raises
    ------
    InvalidRequestError
        If the service would have to compute it.
    """
    try:
        expression = json.loads(thing.serialize())
        return _Constants(expression["values"]).geometry({"valueReference": expression["result"]})
    except (KeyError, TypeError, ValueError, LookupError) as error:
        raise InvalidRequestError.of(
            "region",
            "region-not-constant",
            f"This ee.{type(thing).__name__} has no coordinates of its own: Earth Engine computes it.",
            "Give its geometry().getInfo().",
        ) from error


class _Constants:
    """The values of an expression, as far as they are constant; a ``LookupError`` where they are not."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        self._values = values

    def geometry(self, node: Mapping[str, Json]) -> Mapping[str, object]:
        """Give the GeoJSON of a node that makes a geometry, a feature or a collection."""
        if "valueReference" in node:
            return self.geometry(self._values[node["valueReference"]])
        call = node["functionInvocationValue"]
        name, arguments = call["functionName"], call["arguments"]
        if name == "Feature":
            return self.geometry(arguments["geometry"])
        if name in {"Collection", f"{_GEOMETRIES}MultiGeometry"}:
            parts = arguments["features" if name == "Collection" else "geometries"]
            return {"type": "GeometryCollection", "geometries": [self.geometry(part) for part in self._items(parts)]}
        if not name.startswith(_GEOMETRIES):
            raise LookupError(name)
        crs = self._crs(arguments["crs"]) if "crs" in arguments else _LON_LAT
        geometry = self._constructed(name.removeprefix(_GEOMETRIES), arguments)
        return {**geometry, "crs": {"type": "name", "properties": {"name": crs}}}

    def _constructed(self, name: str, arguments: Mapping[str, Json]) -> Mapping[str, object]:
        if name == "BBox":
            return _box(*(self._constant(arguments[side]) for side in ("west", "south", "east", "north")))
        coordinates = self._constant(arguments["coordinates"])
        if name == "Rectangle":
            flat = coordinates if len(coordinates) > 2 else [*coordinates[0], *coordinates[1]]  # noqa: PLR2004 - corners
            return _box(*flat)
        match coordinates:
            # How the client writes ee.Geometry.Rectangle: from the north-west corner over the south-west corner.
            case [[[west, north], [west_, south], [east, south_], [east_, north_]]] if (west, east, north, south) == (
                west_,
                east_,
                north_,
                south_,
            ) and west > east:
                return _box(west, south, east, north)
        return {"type": name, "coordinates": coordinates}

    def _crs(self, node: Mapping[str, Json]) -> str:
        if "valueReference" in node:
            return self._crs(self._values[node["valueReference"]])
        return str(self._constant(node["functionInvocationValue"]["arguments"]["crs"]))

    def _items(self, node: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        if "valueReference" in node:
            return self._items(self._values[node["valueReference"]])
        items: list[Mapping[str, Json]] = node["arrayValue"]["values"]
        return items

    def _constant(self, node: Mapping[str, Json]) -> Json:
        if "valueReference" in node:
            return self._constant(self._values[node["valueReference"]])
        if "arrayValue" in node:
            return [self._constant(item) for item in node["arrayValue"]["values"]]
        return node["constantValue"]


def _box(west: float, south: float, east: float, north: float) -> Mapping[str, object]:
    """Make the polygon of a box; with west > east it crosses 180°."""
    east += 360 if west > east else 0
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north]]]}
