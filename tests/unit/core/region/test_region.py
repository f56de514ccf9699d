"""Regions: what is read, what is refused, and which world copy they end up on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pytest

from ee_export_widget.core.region.region import Region, read_region
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.regions import rectangle_region

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
RING = ((0, 0), (1, 0), (1, 1), (0, 1))


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def further(ring: list[Any], degrees: float) -> list[Any]:
    return [[lon + degrees, lat] for lon, lat in ring]


@dataclass
class Shape:
    """Stands for shapely, geopandas and the like."""

    __geo_interface__: dict[str, object] = field(default_factory=lambda: polygon(SQUARE))


@pytest.mark.parametrize(
    "region",
    [
        polygon(SQUARE),
        polygon(SQUARE[:-1]),
        polygon(SQUARE, []),
        polygon([[*position, 500.0] for position in SQUARE]),
        polygon(tuple(map(tuple, SQUARE))),
        {"type": "MultiPolygon", "coordinates": [[SQUARE], []]},
        {"type": "Feature", "geometry": polygon(SQUARE), "properties": {}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(SQUARE)}]},
        {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
        Shape(),
        {"type": "Feature", "geometry": Shape()},
        polygon(SQUARE) | {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        polygon(SQUARE) | {"crs": None, "geodesic": False, "bbox": [0, 0, 1, 1]},
    ],
    ids=[
        "polygon", "not closed", "empty hole", "heights", "tuples", "multi", "feature", "collection", "geometries",
        "object", "object in feature", "named CRS84", "other members",
    ],
)  # fmt: skip
def test_every_form_of_a_region_is_read(region: object) -> None:
    """The outer ring comes out the same, whatever it came in."""
    assert read_region(region) == Region((RING,))  # type: ignore[arg-type] # every form


def test_holes_belong_to_their_polygons() -> None:
    """Each polygon keeps its own, and all of it moves together to the copy of the world where the region is."""
    hole = [[0.25, 0.25], [0.5, 0.25], [0.5, 0.5], [0.25, 0.25]]
    two = {"type": "MultiPolygon", "coordinates": [[SQUARE], [further(SQUARE, 5), further(hole, 5), further(hole, 5)]]}
    assert [len(rings) for rings in read_region(two).polygons] == [1, 3]
    far = read_region(polygon(further(SQUARE, 360), further(hole, 360)))
    assert far == Region((RING,), ((((0.25, 0.25), (0.5, 0.25), (0.5, 0.5)),),))


def test_a_hole_moves_with_the_half_that_was_cut_at_180_degrees() -> None:
    """It stays inside of its polygon."""
    west = [[-180, 0], [-178, 0], [-178, 2], [-180, 2]]
    hole = [[-179.5, 0.5], [-178.5, 0.5], [-178.5, 1.5]]
    east = [[178, 0], [180, 0], [180, 2], [178, 2]]
    region = read_region({"type": "MultiPolygon", "coordinates": [[west, hole], [east]]})
    assert region.bounds[:3:2] == pytest.approx((178, 182))
    assert region.holes == ((((180.5, 0.5), (181.5, 0.5), (181.5, 1.5)),), ())


def test_features_are_united() -> None:
    """A collection stands for the union of its polygons."""
    geometries = [rectangle_region(0, 0, 1, 1), None, rectangle_region(10, 0, 11, 1)]
    features = [{"type": "Feature", "geometry": geometry} for geometry in geometries]
    assert read_region({"type": "FeatureCollection", "features": features}).bounds == (0, 0, 11, 1)


def test_region_is_read_once() -> None:
    """A region that was read already is taken as it is."""
    region = read_region(polygon(SQUARE))
    assert read_region(region) is region


@pytest.mark.parametrize(
    ("region", "code"),
    [
        (None, "region-not-geojson"),
        ("POLYGON ((0 0))", "region-not-geojson"),
        ([0, 0, 1, 1], "region-not-geojson"),
        (polygon(0, 0, 1, 1), "region-not-geojson"),
        (polygon([[0, 0]]), "ring-too-short"),
        ({"type": "Polygon"}, "region-not-geojson"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "region-not-geojson"),
        ({"type": "FeatureCollection", "features": [None]}, "region-not-geojson"),
        ({}, "region-not-polygon"),
        ({"type": "Point", "coordinates": [0, 0]}, "region-not-polygon"),
        ({"type": "GeometryCollection", "geometries": [{"type": "LineString"}]}, "region-not-polygon"),
        (polygon(), "region-empty"),
        (polygon([]), "region-empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "region-empty"),
        ({"type": "FeatureCollection", "features": []}, "region-empty"),
        ({"type": "Feature", "geometry": None}, "region-empty"),
        (polygon([[0, 0], [1, 1]]), "ring-too-short"),
        (polygon([[0, 0], [1, 1], [0, 0]]), "ring-too-short"),
        (polygon([[0, 0], [1, math.nan], [1, 1]]), "coordinate-not-a-number"),
        (polygon([[0, 0], [math.inf, 1], [1, 1]]), "coordinate-not-a-number"),
        (polygon([["0", "0"], ["1", "0"], ["1", "1"]]), "coordinate-not-a-number"),
        (polygon([[True, 0], [1, 0], [1, 1]]), "coordinate-not-a-number"),
        (polygon([[0], [1], [2]]), "coordinate-not-a-number"),
        (polygon([[0, 0], [1, 90.1], [1, 1]]), "latitude-out-of-range"),
        (polygon(SQUARE) | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}}, "region-other-crs"),
    ],
)
def test_region_that_cannot_be_used_is_refused(region: object, code: str) -> None:
    """Each gives one problem with a sentence and a hint, at the region."""
    with pytest.raises(InvalidRequestError) as caught:
        read_region(region)  # type: ignore[arg-type] # that is the point
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("region", code)
    assert problem.message
    assert problem.hint


def test_latitude_first_is_recognised() -> None:
    """Coordinates that make sense the other way round are said to look so."""
    with pytest.raises(InvalidRequestError, match="latitude first"):
        read_region(polygon([[48, 111], [49, 111], [49, 112]]))
    with pytest.raises(InvalidRequestError) as caught:
        read_region(polygon([[685760, 5342060], [685770, 5342060], [685770, 5342050]]))
    assert "latitude first" not in str(caught.value)


def test_pole_with_rounding_is_the_pole() -> None:
    """A latitude a rounding error beyond 90 is 90."""
    assert read_region(rectangle_region(0, 80, 10, 90 + 1e-12)).bounds == (0, 80, 10, 90)


def test_bounding_box_across_180() -> None:
    """Only in a bounding box does west > east mean the way across 180."""
    assert read_region(rectangle_region(178, -19, -178, -16)).bounds == (178, -19, 182, -16)


@pytest.mark.parametrize(
    ("west", "east", "home"),
    [
        (541, 543, (-179, -177)),
        (-190, -170, (170, 190)),
        (180, 181, (-180, -179)),
        (-180, 180, (-180, 180)),
        (-180.0000000000001, -170, (-180, -170)),
        (170, 180.0000000000001, (170, 180)),
        (-540, -180, (-180, 180)),
        (-170, 190, (-170, 190)),
    ],
)
def test_west_edge_comes_home(west: float, east: float, home: tuple[float, float]) -> None:
    """The west edge ends in [-180, 180), with a slack for rounding, and the width stays."""
    bounds = read_region(rectangle_region(west, 0, east, 1)).bounds
    assert (bounds[0], bounds[2]) == home


def test_long_edges_are_read_literally() -> None:
    """A ring round the pole keeps its edges of 360°."""
    region = read_region(rectangle_region(-180, 70, 180, 90))
    assert [*region.bounds, *region.centre] == [-180, 70, 180, 90, 0, 80]
    assert not region.crosses_180


def multi(*boxes: tuple[float, float, float, float]) -> dict[str, object]:
    return {"type": "MultiPolygon", "coordinates": [rectangle_region(*box)["coordinates"] for box in boxes]}


@pytest.mark.parametrize(
    ("parts", "bounds"),
    [
        ([(178, -19, 180, -16), (-180, -18, -179, -17)], (178, -19, 181, -16)),
        ([(-180, -18, -179, -17), (178, -19, 180, -16)], (178, -19, 181, -16)),
        ([(178, 0, 180, 1), (-180, 0, -179, 1), (170, 0, 171, 1)], (170, 0, 181, 1)),
        ([(178, 0, 179.9, 1), (-180, 0, -179, 1)], (-180, 0, 179.9, 1)),
        ([(178, 0, 180, 1), (-179.9, 0, -179, 1)], (-179.9, 0, 180, 1)),
        ([(-180, 70, 180, 90), (-180, 0, -170, 1)], (-180, 0, 180, 90)),
        ([(-180, 70, 180, 90), (170, 0, 180, 1), (-180, 0, -170, 1)], (-180, 0, 190, 90)),
    ],
    ids=["cut", "other order", "third part", "touches -180 only", "touches 180 only", "whole world", "and cut"],
)
def test_region_cut_at_180_is_joined(
    parts: list[tuple[float, float, float, float]], bounds: tuple[float, float, float, float]
) -> None:
    """The part that touches -180 moves to the part that touches 180, if there is one on each side."""
    region = read_region(multi(*parts))
    assert region.bounds == bounds
    assert region.crosses_180 == (bounds[2] > 180)


def test_hole_of_two_corners_is_none() -> None:
    """It has no inside that could be left out, and the grid does not depend on holes."""
    assert read_region(polygon(SQUARE, [[0.2, 0.2], [0.4, 0.2]])) == read_region(polygon(SQUARE))


def test_equal_regions_are_found_by_each_other() -> None:
    """Read twice, a region is the same key; with a hole it is another."""
    one, other = read_region(polygon(SQUARE)), read_region(polygon(SQUARE))
    assert one is not other
    assert {one: "found"}[other] == "found"
    hole = [[0.2, 0.2], [0.3, 0.2], [0.3, 0.3]]
    assert read_region(polygon(SQUARE, hole)) != one
