"""Regions for tests."""

from __future__ import annotations


def rectangle_region(west: float, south: float, east: float, north: float) -> dict[str, object]:
    """Make the GeoJSON Polygon of a bounding box in degrees; with west > east it crosses 180°."""
    if west > east:
        east += 360
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
