"""The small algorithms: projections, types, dates, texts, lists and dictionaries, one expectation each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.evaluate import evaluate
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.values import encode
from tests.unit.emulator.support import Shelf, array_image, call, constant, expression, grid

SHELF = Shelf(array_image(a=np.array([[1, 2], [3, 4]], np.uint8), b=np.array([[5, 6], [7, 8]], np.uint8)))
IMAGE = call("Image.load", id=constant("any"))
UTM = call("Projection", crs=constant("EPSG:32621"), transform=constant([30, 0, 15, 0, -30, 0]))


def value(node: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return what a node evaluates to, as JSON."""
    return encode(evaluate(expression(node), SHELF))


def result(name: str, *arguments: object, names: str = "") -> Any:  # noqa: ANN401
    """Return what an algorithm gives for constants, named by one word each."""
    return value(call(name, **{key: constant(each) for key, each in zip(names.split(), arguments, strict=True)}))


def pixels(node: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return the first band's pixels."""
    return Reader(grid(0, 0, 2, 2)).pixels(evaluate(expression(node), SHELF).bands[0]).values.tolist()


DAY = 86_400_000


@pytest.mark.parametrize(
    ("name", "names", "arguments", "expected"),
    [
        ("String.length", "string", ("abc",), 3),
        ("String.slice", "string start end", ("abcd", 1, 3), "bc"),
        ("String.toUpperCase", "string", ("aB",), "AB"),
        ("String.toLowerCase", "string", ("aB",), "ab"),
        ("String.replace", "input regex replacement flags", ("a-b-c", "(-)", "<$1>", "g"), "a<->b<->c"),
        ("String", "input", (3.5,), "3.5"),
        ("Number.parse", "input", ("2.5",), 2.5),
        ("Number.clamp", "number min max", (12, 0, 10), 10),
        ("Number.toFloat", "input", (2,), 2.0),
        ("List.getNumber", "list index", ([1, 2], 1), 2),
        ("List.size", "list", ([1, 2, 3],), 3),
        ("List.add", "list element", ([1], 2), [1, 2]),
        ("List.cat", "list other", ([1], [2]), [1, 2]),
        ("List.contains", "list element", ([1], 2), False),
        ("List.indexOf", "list element", ([5, 6], 6), 1),
        ("List.indexOf", "list element", ([5, 6], 7), -1),
        ("List.reverse", "list", ([1, 2],), [2, 1]),
        ("List.join", "list separator", ([1, "a"], "-"), "1-a"),
        ("List.repeat", "value count", ("x", 2), ["x", "x"]),
        ("List.remove", "list element", ([1, 2, 1], 1), [2, 1]),
        ("List.remove", "list element", ([1, 2], 3), [1, 2]),
        ("List.removeAll", "list other", ([1, 2, 1], [1]), [2]),
        ("List.sort", "list", ([2, 1],), [1, 2]),
        ("List.sequence", "start end", (1, 3), [1, 2, 3]),
        ("Dictionary", "input", (["a", 1, "b", 2],), {"a": 1, "b": 2}),
        ("Dictionary.keys", "dictionary", ({"b": 1, "a": 2},), ["a", "b"]),
        ("Dictionary.values", "dictionary", ({"b": 1, "a": 2},), [2, 1]),
        ("Dictionary.size", "dictionary", ({"a": 1},), 1),
        ("Dictionary.contains", "dictionary key", ({"a": 1}, "b"), False),
        ("Dictionary.set", "dictionary key value", ({"a": 1}, "b", 2), {"a": 1, "b": 2}),
        ("Dictionary.getNumber", "dictionary key", ({"a": 1}, "a"), 1),
        ("Dictionary.combine", "first second overwrite", ({"a": 1}, {"a": 2}, False), {"a": 1}),
        ("Date.fromYMD", "year month day", (1970, 1, 2), {"type": "Date", "value": DAY}),
        ("Date", "value", ("1970-01-02T01:00:00+01:00",), {"type": "Date", "value": DAY}),
        ("Date", "value", (5,), {"type": "Date", "value": 5}),
        ("Date.format", "date", (DAY,), "1970-01-02T00:00:00"),
        ("Date.advance", "date delta unit", (0, 1, "month"), {"type": "Date", "value": 31 * DAY}),
        ("Date.difference", "date start unit", (14 * DAY, 0, "week"), 2),
        ("Date.get", "date unit", (DAY, "day"), 2),
        ("ObjectType", "value", (None,), "NoneType"),
        ("ErrorMargin", "value", (1,), {"type": "ErrorMargin", "unit": "meters", "value": 1}),
        ("PixelType", "precision", ("int8",), {"type": "PixelType", "precision": "int", "min": -128, "max": 127}),
        (
            "PixelType",
            "precision minValue maxValue",
            ("float", 0, 1),
            {"type": "PixelType", "precision": "float", "min": 0, "max": 1},
        ),
        ("Projection.nominalScale", "proj", ("EPSG:3857",), 1),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_each_does_what_its_name_says(name: str, names: str, arguments: tuple[object, ...], expected: object) -> None:
    """Constants in, the documented value out."""
    assert result(name, *arguments, names=names) == expected


def test_projections_are_scaled_moved_and_described() -> None:
    """A projection's pixels change their size or place; its text forms name its system."""
    assert value(call("Projection.atScale", projection=UTM, meters=constant(60)))["transform"] == [60, 0, 15, 0, -60, 0]
    assert value(call("Projection.scale", projection=UTM, x=constant(2), y=constant(1)))["transform"][0] == 60
    assert value(call("Projection.translate", projection=UTM, x=constant(1), y=constant(0)))["transform"][2] == 45
    assert value(call("Projection.crs", projection=UTM)) == "EPSG:32621"
    assert value(call("Projection.wkt", projection=UTM)).startswith("PROJCS[")
    assert 'PARAMETER["elt_0_2", 15.0]' in value(call("Projection.transform", projection=UTM))
    again = call("Projection", crs=UTM, transform=constant([10, 0, 0, 0, -10, 0]))
    assert value(again)["transform"][0] == 10


def test_a_system_may_be_named_as_wkt() -> None:
    """A projection by WKT keeps the text that it was named by."""
    wkt = value(call("Projection.wkt", projection=UTM))
    named = value(call("Projection", crs=constant(wkt)))
    assert named["wkt"] == wkt
    assert "crs" not in named


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (call("Projection", crs=constant("EPSG:4326"), transform=constant([1, 2, 3])), "six finite numbers"),
        (call("Projection", crs=constant("EPSG:4326"), transform=constant([0, 0, 0, 0, 0, 0])), "must be invertible"),
        (call("Projection", crs=constant("EPSG:4326"), transformWkt=constant("x")), "give six numbers"),
        (call("Projection", crs=constant(5)), "must be the name of a coordinate reference system"),
        (call("Projection", crs=constant("EPSG:4978")), "could not be parsed"),
        (call("Projection", crs=constant("ESRI:102009999")), "could not be parsed"),
        (call("PixelType", precision=constant("half")), "Unknown precision 'half'."),
        (call("PixelType", precision=constant("int"), dimensions=constant(1)), "Array pixels"),
        (call("Image.constant", value=constant("x")), "must be a number or a list of numbers"),
        (call("Image.cast", image=IMAGE, bandTypes=constant({"c": "int8"})), "The image has no band 'c'."),
        (call("Image.cast", image=IMAGE, bandTypes=constant({"a": "int9"})), "Unknown type 'int9'."),
        (call("Image.clamp", input=IMAGE, low=constant(2), high=constant(1)), "must not be above"),
        (call("Image.unitScale", input=IMAGE, low=constant(1), high=constant(1)), "must differ"),
        (
            call("Image.reproject", image=IMAGE, crs=UTM, crsTransform=constant([1, 0, 0, 0, 1, 0]), scale=constant(1)),
            "both",
        ),
        (call("Image.clipToBoundsAndScale", input=IMAGE, width=constant(1), scale=constant(1)), "both a scale and dim"),
        (call("GeometryConstructors.Rectangle", coordinates=constant([1, 2, 3])), "needs two corners"),
        (call("Date.advance", date=constant(0), delta=constant(1), unit=constant("aeon")), "Unknown unit 'aeon'."),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_bad_arguments_are_explained(node: dict[str, Any], text: str) -> None:
    """What cannot be used is said in words."""
    with pytest.raises(ServiceError) as caught:
        value(node)
    assert text in caught.value.message


def test_bands_are_sliced_cast_clamped_and_scaled() -> None:
    """Runs of bands, types by name, limits and stretching."""
    assert value(call("Image.bandNames", image=call("Image.slice", image=IMAGE, start=constant(1)))) == ["b"]
    cast = call("Image.cast", image=IMAGE, bandTypes=constant({"a": "float"}), bandOrder=constant(["b", "a"]))
    assert value(call("Image.bandTypes", image=cast))["a"] == {"type": "PixelType", "precision": "float"}
    assert value(call("Image.bandNames", image=cast)) == ["b", "a"]
    assert pixels(call("Image.clamp", input=IMAGE, low=constant(2), high=constant(3))) == [[2, 2], [3, 3]]
    assert pixels(call("Image.unitScale", input=IMAGE, low=constant(0), high=constant(4))) == [[0.25, 0.5], [0.75, 1]]


def test_geometries_are_closed_and_promoted() -> None:
    """Rings are closed, flat numbers paired, and points taken as corners."""
    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    made = value(call("GeometryConstructors.Polygon", coordinates=constant(ring)))
    assert made["coordinates"] == [[*ring, ring[0]]]
    flat = value(call("GeometryConstructors.LineString", coordinates=constant([0, 0, 1, 1])))
    assert flat == {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    point = call("GeometryConstructors.Point", coordinates=constant([1, 2]))
    points = call("GeometryConstructors.MultiPoint", coordinates={"arrayValue": {"values": [point, point]}})
    assert value(points)["coordinates"] == [[1, 2], [1, 2]]
    several = value(call("GeometryConstructors.MultiPolygon", coordinates=constant([[ring], [ring]])))
    assert len(several["coordinates"]) == 2
    assert value(call("Geometry.projection", geometry=point))["crs"] == "EPSG:4326"
    assert value(call("Geometry.geodesic", geometry=point)) is True
    moved = value(call("Geometry.transform", geometry=point, proj=constant("EPSG:3857")))
    assert moved["crs"] == {"type": "name", "properties": {"name": "EPSG:3857"}}
    assert value(call("Image.geometry", feature=call("Image.constant", value=constant(1))))["coordinates"][0][0] == [
        -180,
        -90,
    ]


def test_a_feature_collection_has_the_shapes_of_all() -> None:
    """A collection of features is described, and cut out of an image."""
    box = call(
        "GeometryConstructors.BBox", west=constant(-60), south=constant(-1), east=constant(-59), north=constant(1)
    )
    both = call("Collection", features={"arrayValue": {"values": [box, box]}})
    described = value(both)
    assert described["type"] == "FeatureCollection"
    assert len(described["features"]) == 2
    assert value(call("Collection.geometry", collection=both))["type"] == "MultiPolygon"
    assert len(pixels(call("Image.clip", input=IMAGE, geometry=both))) == 2


def test_collections_are_described_as_json() -> None:
    """A collection of images lists its images."""
    node = call("ImageCollection.fromImages", images={"arrayValue": {"values": [IMAGE]}})
    described = value(node)
    assert described["type"] == "ImageCollection"
    assert [band["id"] for band in described["features"][0]["bands"]] == ["a", "b"]
