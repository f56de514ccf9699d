"""What expressions evaluate to: names, types, values, masks and places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.evaluate import evaluate
from ee_export_widget.emulator.image import Image, PixelType
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.values import encode
from tests.unit.emulator.support import Shelf, array_band, array_image, call, constant, grid
from tests.unit.emulator.support import load as image

A = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
B = np.array([[10, 0, 30], [40, 50, 200]], np.uint8)
F = np.array([[0.5, -1.5, 2.0], [0.0, 3.25, -0.25]], np.float32)
SOURCES = {
    "a": array_image(a=A),
    "b": array_image(b=B),
    "f": array_image(f=F),
    "ab": array_image(a=A, b=B),
    "masked": Image((array_band(A, np.array([[1, 0, 1], [0.5, 1, 1]]), "m"),)),
    "empty": Image(()),
}
SHELF = Shelf(SOURCES)
value, pixels = SHELF.value, SHELF.pixels
WINDOW = grid(0, 0, 3, 2)


def mask(node: dict[str, Any], band: int = 0) -> list[list[float]]:
    """Return the mask of one band on the window of the sources."""
    rows: list[list[float]] = Reader(WINDOW).pixels(value(node).bands[band]).mask.tolist()
    return rows


def names(node: dict[str, Any]) -> list[str]:
    """Return the names of an image's bands."""
    return [band.id for band in value(node).bands]


def refusal(node: dict[str, Any]) -> str:
    """Return the message that evaluating a node ends with."""
    with pytest.raises(ServiceError) as caught:
        value(node)
    assert caught.value.status == "INVALID_ARGUMENT"
    return caught.value.message


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (["b"], ["b"]),
        (["b", "a"], ["b", "a"]),
        ([0], ["a"]),
        ([-1, 0], ["b", "a"]),
        ([".*"], ["a", "b"]),
        ("[ab]", ["a", "b"]),
        ([["b"], "a"], ["b", "a"]),
        (["a", "a"], ["a", "a_1"]),
    ],
    ids=str,
)
def test_select_by_name_pattern_or_index(selectors: object, expected: list[str]) -> None:
    """Bands come in the order asked for; a band asked for twice gets another name."""
    node = call("Image.select", input=image("ab"), bandSelectors=constant(selectors))
    assert names(node) == expected


def test_select_renames() -> None:
    """New names go to the bands in order, with the right pixels behind them."""
    node = call(
        "Image.select", input=image("ab"), bandSelectors=constant(["b", "a"]), newNames=constant(["one", "two"])
    )
    assert names(node) == ["one", "two"]
    np.testing.assert_array_equal(pixels(node, 0), B)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (
            call("Image.select", input=image("ab"), bandSelectors=constant(["c"])),
            "Image.select: Band pattern 'c' did not match any bands. Available bands: [a, b]",
        ),
        (
            call("Image.select", input=image("empty"), bandSelectors=constant(["c"])),
            "Image.select: Band pattern 'c' was applied to an Image with no bands.",
        ),
        (call("Image.select", input=image("ab"), bandSelectors=constant([2])), "Image.select: Band index 2 is out of"),
        (call("Image.rename", input=image("ab"), names=constant(["x"])), "got 1 names for 2 bands"),
        (call("Image.rename", input=image("ab"), names=constant(["x", "x"])), "Band names must be different"),
        (call("Image.select", bandSelectors=constant(["a"])), "Parameter 'input' is required and may not be null."),
        (call("Image.abs", value=constant("text")), "Image.abs: Parameter 'value': expected Image, found str."),
        (call("Image.abs", value=image("a"), bands=constant(1)), "Image.abs: Unrecognized argument 'bands'."),
        (call("Image.nothing"), "Algorithm 'Image.nothing' is not known to the local Earth Engine."),
        (call("Image.add", image1=image("ab"), image2=image("empty")), "no bands"),
        (call("Projection", crs=constant("+proj=utm")), "The CRS of a map projection could not be parsed"),
        (call("Image.clip", input=image("a"), geometry=constant(5)), "Image.clip: A geometry was expected."),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_mistakes_are_named(node: dict[str, Any], text: str) -> None:
    """A wrong call is refused with the algorithm's name and what is wrong."""
    assert text in refusal(node)


PAIRS: list[tuple[str, str, str, list[list[float]], str]] = [
    ("add", "a", "b", [[11, 2, 33], [44, 55, 206]], "uint16"),
    ("subtract", "a", "b", [[-9, 2, -27], [-36, -45, -194]], "int16"),
    ("multiply", "a", "b", [[10, 0, 90], [160, 250, 1200]], "uint16"),
    ("divide", "a", "b", [[0.1, 0, 0.1], [0.1, 0.1, 0.03]], "float32"),
    ("mod", "b", "a", [[0, 0, 0], [0, 0, 2]], "uint8"),
    ("pow", "a", "a", [[1, 4, 27], [256, 3125, 46656]], "float32"),
    ("min", "a", "b", [[1, 0, 3], [4, 5, 6]], "uint8"),
    ("max", "a", "b", [[10, 2, 30], [40, 50, 200]], "uint8"),
    ("eq", "a", "a", [[1, 1, 1], [1, 1, 1]], "uint8"),
    ("neq", "a", "b", [[1, 1, 1], [1, 1, 1]], "uint8"),
    ("lt", "a", "b", [[1, 0, 1], [1, 1, 1]], "uint8"),
    ("gte", "a", "b", [[0, 1, 0], [0, 0, 0]], "uint8"),
    ("and", "a", "b", [[1, 0, 1], [1, 1, 1]], "uint8"),
    ("or", "a", "b", [[1, 1, 1], [1, 1, 1]], "uint8"),
    ("bitwiseAnd", "a", "b", [[0, 0, 2], [0, 0, 0]], "uint8"),
    ("add", "a", "f", [[1.5, 0.5, 5.0], [4.0, 8.25, 5.75]], "float32"),
    ("multiply", "f", "f", [[0.25, 2.25, 4.0], [0.0, 10.5625, 0.0625]], "float32"),
]


@pytest.mark.parametrize(("name", "first", "second", "expected", "dtype"), PAIRS, ids=[f"{p[0]}-{p[2]}" for p in PAIRS])
def test_arithmetic(name: str, first: str, second: str, expected: list[list[float]], dtype: str) -> None:
    """Two images give the value of every pixel in a type that holds all results."""
    result = pixels(call(f"Image.{name}", image1=image(first), image2=image(second)))
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "source", "expected", "dtype"),
    [
        ("abs", "f", [[0.5, 1.5, 2.0], [0.0, 3.25, 0.25]], "float32"),
        ("round", "f", [[1, -1, 2], [0, 3, 0]], "float32"),
        ("floor", "f", [[0, -2, 2], [0, 3, -1]], "float32"),
        ("not", "b", [[0, 1, 0], [0, 0, 0]], "uint8"),
        ("signum", "f", [[1, -1, 1], [0, 1, -1]], "float32"),
        ("sqrt", "a", np.sqrt(A.astype(float)).tolist(), "float32"),
        ("toByte", "f", [[0, 0, 2], [0, 3, 0]], "uint8"),
        ("toInt16", "f", [[0, -1, 2], [0, 3, 0]], "int16"),
        ("toInt8", "b", [[10, 0, 30], [40, 50, 127]], "int8"),
        ("toInt64", "f", [[0, -1, 2], [0, 3, 0]], "int64"),
        ("double", "a", A.tolist(), "float64"),
    ],
)
def test_functions_and_casts(name: str, source: str, expected: list[list[float]], dtype: str) -> None:
    """One image gives one value per pixel; casts to integers cut the fraction and stay in range."""
    result = pixels(call(f"Image.{name}", value=image(source)))
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expected, rtol=1e-6)


@pytest.mark.parametrize(("number", "whole"), [(1e30, 2**63 - 1), (-1e30, -(2**63)), (2.9, 2), (-2.9, -2)])
def test_casts_stay_in_range(number: float, whole: int) -> None:
    """The greatest and smallest long take what is beyond them."""
    assert pixels(call("Image.toInt64", value=constant(number)))[0, 0] == whole


def test_integer_ranges_grow_with_the_arithmetic() -> None:
    """The range of a sum of bytes is 0 to 510, of a scaled one the product's."""
    node = call("Image.add", image1=image("a"), image2=image("b"))
    assert value(node).bands[0].type == PixelType("int", 0, 510)
    node = call("Image.multiply", image1=node, image2=call("Image.constant", value=constant(-2)))
    assert value(node).bands[0].type == PixelType("int", -1020, 0)


def test_one_band_goes_with_all() -> None:
    """A single band is combined with every band of the other image, whose names stay."""
    node = call("Image.subtract", image1=image("a"), image2=image("ab"))
    assert names(node) == ["a", "b"]
    assert pixels(node, 0).any() == 0
    np.testing.assert_array_equal(pixels(node, 1), A.astype(int) - B)


def test_equal_names_go_together_whatever_their_order() -> None:
    """Two images with the same names are combined by name."""
    swapped = call("Image.select", input=image("ab"), bandSelectors=constant(["b", "a"]))
    node = call("Image.subtract", image1=image("ab"), image2=swapped)
    assert not pixels(node, 0).any()
    assert not pixels(node, 1).any()


def test_numbers_are_images() -> None:
    """Where an image is expected a number, or a list of numbers, is a constant one."""
    node = call("Image.add", image1=image("ab"), image2=constant([1, 100]))
    np.testing.assert_array_equal(pixels(node, 1), B.astype(int) + 100)


def test_normalized_difference() -> None:
    """(first - second) / (first + second) as a float band nd; negative inputs are masked."""
    node = call("Image.normalizedDifference", input=image("ab"), bandNames=constant(["b", "a"]))
    assert names(node) == ["nd"]
    expected = (B.astype(float) - A) / (B.astype(float) + A)
    np.testing.assert_allclose(pixels(node), expected, rtol=1e-6)
    pair = call("Image.addBands", dstImg=image("f"), srcImg=image("a"))
    negative = call("Image.normalizedDifference", input=pair, bandNames=constant(["f", "a"]))
    assert mask(negative) == [[1, 0, 1], [1, 1, 0]]


def test_masks_are_combined() -> None:
    """A result is valid where all inputs are, as much as the weakest."""
    for first, second in (("masked", "b"), ("b", "masked")):
        assert mask(call("Image.add", image1=image(first), image2=image(second))) == [[1, 0, 1], [0.5, 1, 1]]


def test_update_mask_hides_and_unmask_fills() -> None:
    """UpdateMask masks where the other image is 0; unmask puts a value there."""
    hidden = call("Image.updateMask", image=image("a"), mask=image("b"))
    assert mask(hidden) == [[1, 0, 1], [1, 1, 1]]
    filled = call("Image.unmask", input=hidden, value=constant(99))
    assert mask(filled) == [[1, 1, 1], [1, 1, 1]]
    assert pixels(filled).tolist() == [[1, 99, 3], [4, 5, 6]]
    wide = call("Image.unmask", input=hidden, value=constant(-1))
    assert pixels(wide).dtype == np.int16


def test_update_mask_never_unmasks() -> None:
    """What is masked stays masked, whatever the other image says."""
    assert mask(call("Image.updateMask", image=image("masked"), mask=constant(1))) == [[1, 0, 1], [1, 1, 1]]


def test_unmask_keeps_to_the_footprint_unless_told() -> None:
    """Beyond the image's edge nothing is filled, except when the footprint may grow."""
    beyond = grid(2, 0, 3, 2)
    kept = value(call("Image.unmask", input=image("a"), value=constant(7)))
    grown = value(call("Image.unmask", input=image("a"), value=constant(7), sameFootprint=constant(value=False)))
    assert Reader(beyond).pixels(kept.bands[0]).mask.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert Reader(beyond).pixels(grown.bands[0]).values.tolist() == [[3, 7, 7], [6, 7, 7]]
    assert grown.bands[0].extent is None


def test_the_mask_is_an_image() -> None:
    """Image.mask gives the mask as values that are valid everywhere; selfMask hides zeros."""
    assert pixels(call("Image.mask", image=image("masked"))).tolist() == [[1, 0, 1], [0.5, 1, 1]]
    assert mask(call("Image.mask", image=image("masked"))) == [[1, 1, 1], [1, 1, 1]]
    assert mask(call("Image.selfMask", image=image("b"))) == [[1, 0, 1], [1, 1, 1]]


def test_a_mask_that_is_set_unmasks_too() -> None:
    """Image.mask puts its mask over the old one; what was hidden shows the number of its type closest to 0."""
    node = call("Image.mask", image=image("masked"), mask=constant(0.25))
    assert mask(node) == [[0.25] * 3] * 2
    assert pixels(node).tolist() == [[1, 0, 3], [4, 5, 6]]
    above = call("Image.add", image1=image("masked"), image2=constant(7))
    assert pixels(call("Image.mask", image=above, mask=constant(1))).tolist() == [[8, 7, 10], [11, 12, 13]]
    beyond = Reader(grid(-1, 0, 3, 2)).pixels(
        value(call("Image.mask", image=image("masked"), mask=constant(1))).bands[0]
    )
    assert beyond.mask.tolist() == [[0, 1, 1], [0, 1, 1]]


def test_where_replaces() -> None:
    """Pixels are replaced where the test is not 0."""
    node = call("Image.where", input=image("a"), test=image("b"), value=constant(300))
    assert pixels(node).tolist() == [[300, 2, 300], [300, 300, 300]]


def test_add_bands() -> None:
    """Bands are joined; taken names get a number, or replace on request."""
    assert names(call("Image.addBands", dstImg=image("ab"), srcImg=image("a"))) == ["a", "b", "a_1"]
    renamed = call("Image.rename", input=image("b"), names=constant(["a"]))
    node = call("Image.addBands", dstImg=image("ab"), srcImg=renamed, overwrite=constant(value=True))
    assert names(node) == ["a", "b"]
    np.testing.assert_array_equal(pixels(node, 0), B)


def test_band_names_and_types() -> None:
    """Names are a list, types a dictionary of pixel types."""
    assert value(call("Image.bandNames", image=image("ab"))) == ["a", "b"]
    assert encode(value(call("Image.bandTypes", image=image("a")))) == {
        "a": {"type": "PixelType", "precision": "int", "min": 0, "max": 255}
    }


def test_a_constant_has_no_bounds() -> None:
    """A constant image is described without dimensions, in degrees; its type is its value."""
    assert encode(value(call("Image.constant", value=constant([1, 2.5])))) == {
        "type": "Image",
        "bands": [
            {
                "id": "constant_0",
                "data_type": {"type": "PixelType", "precision": "int", "min": 1, "max": 1},
                "crs": "EPSG:4326",
                "crs_transform": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            },
            {
                "id": "constant_1",
                "data_type": {"type": "PixelType", "precision": "double", "min": 2.5, "max": 2.5},
                "crs": "EPSG:4326",
                "crs_transform": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            },
        ],
    }


def rectangle(*corners: float, crs: str = "EPSG:32621") -> dict[str, Any]:
    """Return a node of a rectangle with straight edges."""
    return call(
        "GeometryConstructors.Rectangle",
        coordinates=constant(list(corners)),
        crs=constant(crs),
        geodesic=constant(value=False),
    )


def test_clip_masks_outside_and_shrinks_the_bounds() -> None:
    """Pixels whose centre is outside are masked; the description has the smaller size and its origin."""
    node = call("Image.clip", input=image("a"), geometry=rectangle(1, -2, 3, -1))
    assert mask(node) == [[0, 0, 0], [0, 1, 1]]
    band = value(node).bands[0].describe()
    assert (band["dimensions"], band["origin"]) == ([2, 1], [1, 1])


def test_clip_by_a_polygon_with_a_hole() -> None:
    """What lies in the hole is masked as well."""
    rings = [[[x, y] for x, y in ((a, c), (b, c), (b, d), (a, d))] for a, c, b, d in ((0, -2, 3, 0), (1, -2, 2, -1))]
    around = call(
        "GeometryConstructors.Polygon",
        coordinates=constant(rings),
        crs=constant("EPSG:32621"),
        geodesic=constant(value=False),
        evenOdd=constant(value=True),
    )
    assert mask(call("Image.clip", input=image("a"), geometry=around)) == [[1, 1, 1], [1, 0, 1]]


def test_clip_by_a_polygon_in_degrees() -> None:
    """A polygon in longitude and latitude cuts a projected image."""
    everything = call(
        "GeometryConstructors.BBox", west=constant(-60), south=constant(-1), east=constant(0), north=constant(1)
    )
    nothing = call(
        "GeometryConstructors.BBox", west=constant(10), south=constant(10), east=constant(11), north=constant(11)
    )
    assert mask(call("Image.clip", input=image("a"), geometry=nothing)) == [[0, 0, 0], [0, 0, 0]]
    near = np.array(mask(call("Image.clip", input=image("a"), geometry=everything)))
    assert near.shape == (2, 3)


def test_reproject_fixes_the_lattice() -> None:
    """A reprojected image is computed on its own pixels and looked up there from any grid."""
    node = call(
        "Image.reproject",
        image=image("a"),
        crs=constant("EPSG:32621"),
        crsTransform=constant([3, 0, 0, 0, -2, 0]),
    )
    band = value(node).bands[0]
    assert band.describe()["crs_transform"] == [3.0, 0.0, 0.0, 0.0, -2.0, 0.0]
    assert band.describe()["dimensions"] == [1, 1]
    assert pixels(node).tolist() == [[5, 5, 5], [5, 5, 5]]


def test_reproject_to_a_scale_aligns_with_the_origin() -> None:
    """A scale in metres gives pixels of that size whose edges are multiples of it."""
    node = call("Image.reproject", image=image("a"), crs=constant("EPSG:4326"), scale=constant(111319.49079327358))
    assert value(node).bands[0].describe()["crs_transform"] == pytest.approx([1, 0, 0, 0, -1, 0])


def test_default_projection_changes_the_description_only() -> None:
    """SetDefaultProjection names another lattice; the pixels of a given grid stay."""
    node = call(
        "Image.setDefaultProjection",
        image=image("a"),
        crs=constant("EPSG:32621"),
        crsTransform=constant([2, 0, 0, 0, -2, 0]),
    )
    assert value(node).bands[0].describe()["dimensions"] == [2, 1]
    np.testing.assert_array_equal(pixels(node), A)


def test_the_projection_of_an_image() -> None:
    """Bands on one lattice share a projection; bands on several have none."""
    assert encode(value(call("Image.projection", image=image("a")))) == {
        "type": "Projection",
        "crs": "EPSG:32621",
        "transform": [1.0, 0.0, 0.0, 0.0, -1.0, 0.0],
    }
    mixed = call("Image.addBands", dstImg=image("a"), srcImg=constant(1))
    assert refusal(call("Image.projection", image=mixed)).startswith(
        "Image.projection: The bands of the specified image contains different projections."
    )


@pytest.mark.parametrize(
    ("sizes", "transform", "dimensions"),
    [
        ({}, [1, 0, 1, 0, -1, 0], [2, 2]),
        ({"scale": 0.5}, [0.5, 0, 1, 0, -0.5, 0], [4, 4]),
        ({"scale": 4}, [4, 0, 0, 0, -4, 0], [1, 1]),
        ({"width": 4, "height": 1}, [0.5, 0, 1, 0, -2, 0], [4, 1]),
        ({"width": 4}, [0.5, 0, 1, 0, -0.5, 0], [4, 4]),
        ({"height": 1}, [2, 0, 1, 0, -2, 0], [1, 1]),
        ({"maxDimension": 8}, [0.25, 0, 1, 0, -0.25, 0], [8, 8]),
    ],
    ids=str,
)
def test_clip_to_bounds_and_scale(sizes: dict[str, float], transform: list[float], dimensions: list[int]) -> None:
    """The bounds of the geometry become a grid of the pixels asked for."""
    arguments = {name: constant(size) for name, size in sizes.items()}
    node = call("Image.clipToBoundsAndScale", input=image("a"), geometry=rectangle(1, -2, 3, 0), **arguments)
    band = value(node).bands[0].describe()
    assert band["crs_transform"] == pytest.approx(transform)
    assert band["dimensions"] == dimensions
    assert "origin" not in band


def test_clip_to_bounds_needs_bounds() -> None:
    """Without geometry an unbounded image cannot be cut."""
    node = call("Image.clipToBoundsAndScale", input=constant(1), scale=constant(30))
    assert refusal(node) == "Image.clipToBoundsAndScale: The geometry for image clipping must be bounded."


def test_functions_are_called_with_their_arguments() -> None:
    """A function of the expression is evaluated for every call, and sees the arguments around it."""
    body = call("Image.add", image1={"argumentReference": "x"}, image2={"valueReference": "ten"})
    node = {"functionInvocationValue": {"functionReference": "f", "arguments": {"x": image("a")}}}
    definition = {"functionDefinitionValue": {"argumentNames": ["x"], "body": "body"}}
    result = value(node, f=definition, body=body, ten=constant(10))
    np.testing.assert_array_equal(Reader(WINDOW).pixels(result.bands[0]).values, A + 10)


def test_a_shared_node_is_read_once() -> None:
    """A chain in which every step uses the one before twice is computed in linear time."""
    values = {"0": image("a")}
    for number in range(1, 40):
        earlier = {"valueReference": str(number - 1)}
        values[str(number)] = call("Image.max", image1=earlier, image2=earlier)
    result = evaluate({"result": "39", "values": values}, SHELF)
    np.testing.assert_array_equal(Reader(WINDOW).pixels(result.bands[0]).values, A)


def test_values_are_encoded_as_json() -> None:
    """Lists, dictionaries and special numbers have their JSON forms; bytes are base64."""
    assert encode([1, 2.5, float("nan"), float("inf"), None, True, "x", {"a": b"\x00"}]) == [
        1,
        2.5,
        "NaN",
        "Infinity",
        None,
        True,
        "x",
        {"a": "AA=="},
    ]
