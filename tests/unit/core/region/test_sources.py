"""Regions from the objects of other libraries, none of which is imported for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ee
import pytest
from ee import apitestcase

from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.region.region import read_region
from ee_export_widget.core.region.sources import as_geojson
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.regions import rectangle_region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOX = (10.0, 40.0, 11.0, 41.0)


@pytest.fixture(scope="module", autouse=True)
def official() -> Iterator[None]:
    """Initialise the official client with the algorithms that it ships for its own tests, so that it asks nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ee.data, "_install_cloud_api_resource", lambda: None)
        patch.setattr(ee.data, "getAlgorithms", apitestcase.GetAlgorithms)
        patch.setattr(ee.deprecation, "InitializeDeprecatedAssets", lambda: None)
        ee.Reset()
        ee.Initialize(None, project="demo-project")
        yield
        ee.Reset()


def _unreachable(*_args: object, **_options: object) -> object:
    raise AssertionError("the service was asked")


@pytest.mark.parametrize(
    ("make", "bounds"),
    [
        (lambda: ee.Geometry.Rectangle([10, 40, 11, 41]), BOX),
        (lambda: ee.Geometry.Rectangle([10, 40, 11, 41], None, False), BOX),  # noqa: FBT003 - as people write it
        (lambda: ee.Geometry.Rectangle([178, -19, -178, -16]), (178, -19, 182, -16)),
        (lambda: ee.Geometry.Rectangle(coords=[178, -19, -178, -16], geodesic=False), (178, -19, 182, -16)),
        (lambda: ee.Geometry.Rectangle([[10, 40], [11, 41]], "EPSG:4326", False), BOX),  # noqa: FBT003 - the same
        (lambda: ee.Geometry.Polygon([[[10, 40], [11, 40], [11, 41]]], None, False), BOX),  # noqa: FBT003 - the same
        (lambda: ee.Geometry.MultiPolygon([[[[10, 40], [11, 40], [11, 41]]]], geodesic=False), BOX),
        (lambda: ee.Geometry.Rectangle([-180, -90, 180, 90]), (-180, -90, 180, 90)),
        (lambda: ee.Geometry.BBox(178, -19, -178, -16), (178, -19, 182, -16)),
        (lambda: ee.Geometry.Polygon([[[10, 40], [11, 40], [11, 41], [10, 40]]]), BOX),
        (lambda: ee.Geometry(rectangle_region(*BOX)), BOX),
        (
            lambda: ee.Geometry.MultiPolygon([[[[10, 40], [11, 40], [11, 41]]], [[[20, 0], [21, 0], [21, 1]]]]),
            (10, 0, 21, 41),
        ),
        (lambda: ee.Feature(ee.Geometry.Rectangle(list(BOX)), {"name": "x"}), BOX),
        (
            lambda: ee.FeatureCollection(
                [ee.Feature(ee.Geometry.Rectangle(list(BOX))), ee.Geometry.BBox(20, 0, 21, 1)]
            ),
            (10, 0, 21, 41),
        ),
    ],
    ids=[
        "rectangle",
        "planar",
        "over 180",
        "planar over 180",
        "corners",
        "planar polygon",
        "planar polygons",
        "world",
        "box over 180",
        "polygon",
        "GeoJSON",
        "several",
        "feature",
        "collection",
    ],
)
def test_coordinates_of_earth_engine_objects_are_read_without_the_service(
    make: Callable[[], Any], bounds: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made of coordinates is a region as it stands."""
    thing = make()
    for name in ("computeValue", "_get_cloud_projects", "send_", "getInfo"):
        monkeypatch.setattr(ee.data, name, _unreachable, raising=False)
    assert read_region(thing).bounds == bounds


@pytest.mark.parametrize(
    "make",
    [
        lambda: ee.Geometry.Point([1, 2]).buffer(10),
        lambda: ee.Image("x").geometry(),
        lambda: ee.FeatureCollection("users/someone/table"),
        lambda: ee.Feature(None),
        lambda: ee.Image("x"),
    ],
    ids=["buffer", "footprint", "table", "feature without a geometry", "image"],
)
def test_what_earth_engine_computes_is_refused_with_what_to_do(make: Callable[[], Any]) -> None:
    """Nothing is asked behind somebody's back; the hint says how to get the coordinates."""
    with pytest.raises(InvalidRequestError) as caught:
        read_region(make())
    (problem,) = caught.value.problems
    assert problem.code == "region-not-constant"
    assert "getInfo()" in problem.hint


def test_parts_of_an_expression_may_stand_elsewhere_in_it() -> None:
    """The client names what it uses twice once, and refers to it."""
    values = {
        "0": {
            "functionInvocationValue": {
                "functionName": "Collection",
                "arguments": {"features": {"valueReference": "1"}},
            }
        },
        "1": {"arrayValue": {"values": [{"valueReference": "2"}, {"valueReference": "2"}]}},
        "2": {
            "functionInvocationValue": {
                "functionName": "GeometryConstructors.Polygon",
                "arguments": {"coordinates": {"valueReference": "3"}, "crs": {"valueReference": "4"}},
            }
        },
        "3": {"constantValue": [[[10, 40], [11, 40], [11, 41]]]},
        "4": {
            "functionInvocationValue": {
                "functionName": "Projection",
                "arguments": {"crs": {"constantValue": "EPSG:4326"}},
            }
        },
    }
    thing = SimpleNamespace(serialize=lambda: json.dumps({"result": "0", "values": values}))
    assert read_region(thing).bounds == BOX


def test_box_that_earth_engine_would_construct() -> None:
    """A box whose sides are numbers of Earth Engine's is still made of numbers."""
    box = ee.Geometry.BBox(ee.Number(178), ee.Number(-19), ee.Number(-178), ee.Number(-16))
    assert read_region(box).bounds == (178, -19, 182, -16)


def test_earth_engine_rectangle_in_another_system_is_refused() -> None:
    """Its coordinates are no longitudes and latitudes."""
    rectangle = ee.Geometry.Rectangle([0, 0, 1000, 1000], "EPSG:32632", False)  # noqa: FBT003 - as people write it
    with pytest.raises(InvalidRequestError, match="EPSG:32632, not in longitude"):
        read_region(rectangle)


@dataclass
class Frame:
    """What geopandas has of a GeoDataFrame: its coordinates, its system, and the way to another."""

    box: tuple[float, float, float, float]
    crs: str | None

    def to_crs(self, crs: str) -> Frame:
        assert (self.crs, crs) == ("EPSG:3857", "EPSG:4326")
        return Frame(BOX, crs)

    @property
    def __geo_interface__(self) -> dict[str, object]:
        feature = {"type": "Feature", "geometry": rectangle_region(*self.box), "properties": {}}
        return {"type": "FeatureCollection", "features": [feature]}


def test_frame_in_another_system_is_converted() -> None:
    """Its GeoJSON does not say in which system it is, so the frame is asked for degrees."""
    assert read_region(Frame((0, 0, 1000, 1000), "EPSG:3857")).bounds == BOX


def test_frame_without_a_system_is_taken_as_degrees() -> None:
    """As GeoJSON is."""
    assert read_region(Frame(BOX, None)).bounds == BOX


def test_grid_of_an_earth_engine_region() -> None:
    """Any of these can be the region of a grid."""
    grid = PixelGrid.from_region(ee.Geometry.Rectangle(list(BOX)), crs="EPSG:4326", scale=0.1)
    assert grid == PixelGrid.from_region(rectangle_region(*BOX), crs="EPSG:4326", scale=0.1)
    assert as_geojson(rectangle_region(*BOX)) == rectangle_region(*BOX)
