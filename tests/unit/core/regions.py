"""Regions for tests, and the grids over them."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east and north in degrees."""

METRES_30_DEG = 0.0002694945852358564
MODIS_500_M = 463.3127165279165
MODIS_ORIGIN = (-20015109.354, 10007554.677)
UTM_32 = "EPSG:32632"
MUNICH = (11.5, 48.05, 11.7, 48.2)


def rectangle_region(west: float, south: float, east: float, north: float) -> dict[str, object]:
    """Make the GeoJSON Polygon of a bounding box in degrees; with west > east it crosses 180°."""
    if west > east:
        east += 360
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def grid_over(box: Box, crs: str, **options: Any) -> PixelGrid:  # noqa: ANN401 - whatever from_region takes
    return PixelGrid.from_region(rectangle_region(*box), crs=crs, **options)


def refusal(box: Box, crs: str, **options: Any) -> str:  # noqa: ANN401 - whatever from_region takes
    """Give the code of the only problem."""
    with pytest.raises(InvalidRequestError) as caught:
        grid_over(box, crs, **options)
    (problem,) = caught.value.problems
    assert problem.severity == "error"
    assert problem.message
    assert problem.hint
    return problem.code
