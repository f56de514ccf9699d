"""Algorithms besides arithmetic: formulas, collections, reducers, resampling, properties, plain values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.image import Image
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.values import encode
from tests.unit.emulator.support import Shelf, array_band, array_image, call, constant, grid
from tests.unit.emulator.support import load as image

if TYPE_CHECKING:
    from numpy.typing import NDArray

A = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
B = np.array([[10, 0, 30], [40, 50, 200]], np.uint8)
LAND = np.arange(6400, dtype=np.uint16).reshape(80, 80)
STEPS = np.arange(64, dtype=np.uint16).reshape(8, 8)
NAMED = {"title": "A", "cloud": 20, "system:time_start": 1_589_760_000_000, "system:index": "a"}
SOURCES = {
    "land": Image((array_band(LAND, where=grid(0, -10e6, 80, 80, 100e3, crs="EPSG:3857")),)),
    "a": replace(array_image(x=A), properties=NAMED, id="projects/p/assets/scenes/a"),
    "b": replace(array_image(x=B), properties={"title": "B", "cloud": 5}),
    "ab": array_image(a=A, b=B),
    "masked": Image((array_band(B, np.array([[0, 1, 1], [1, 1, 0]]), "x"),)),
    "steps": array_image(s=STEPS),
}
SHELF = Shelf(SOURCES)
value, pixels = SHELF.value, SHELF.pixels
WINDOW = grid(0, 0, 3, 2)


def refusal(node: dict[str, Any]) -> str:
    """Return the message that evaluating a node ends with."""
    with pytest.raises(ServiceError) as caught:
        value(node)
    return caught.value.message


def formula(text: str, **images: dict[str, Any]) -> dict[str, Any]:
    """Return a node as the official client builds it for `image.expression`."""
    names = ["DEFAULT_EXPRESSION_IMAGE", *images]
    parsed = call("Image.parseExpression", expression=constant(text), argName=constant(names[0]), vars=constant(names))
    arguments = {"DEFAULT_EXPRESSION_IMAGE": image("ab"), **images}
    return {"functionInvocationValue": {"functionReference": "f", "arguments": arguments}, "f": parsed}


def computed(text: str, **images: dict[str, Any]) -> NDArray[Any]:
    """Return the pixels of a formula over the bands a and b."""
    node = formula(text, **images)
    parsed = node.pop("f")
    return Reader(WINDOW).pixels(value(node, f=parsed).bands[0]).values


X, Y = A.astype(float), B.astype(float)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b('a') + b(1) * 2", X + Y * 2),
        ('(b("b") - b("a")) / (b("b") + b("a"))', (Y - X) / (Y + X)),
        ("-b(0) ** 2", -(X**2)),
        ("2 ^ b(0)", 2**X),
        ("b('a') > 2 && b('b') < 100", ((X > 2) & (Y < 100)).astype(float)),
        ("b('a') == 1 || !b('b')", ((X == 1) | (Y == 0)).astype(float)),
        ("b('a') >= 4 ? 100 : b('b')", np.where(X >= 4, 100, Y)),
        ("b('a') < 2 ? 1 : b('a') < 5 ? 2 : 3", np.where(X < 2, 1, np.where(X < 5, 2, 3))),
        ("min(b('a'), 3, b('b'))", np.minimum(np.minimum(X, 3), Y)),
        ("sqrt(b('a')) * 1.5e1", np.sqrt(X) * 15),
        ("other.x - other[0] + b(0)", X),
        ("7 % b('a') - +1", np.fmod(7, X) - 1),
        ("b('a') & 1 | 8", ((A & 1) | 8).astype(float)),
        ("PI * 0 + b('a') << 1", X * 2),
    ],
)
def test_formulas(text: str, expected: NDArray[Any]) -> None:
    """Formulas follow the usual order of operators; bands are named by b(), a dot or an index."""
    np.testing.assert_allclose(computed(text, other=image("b")), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("b('a') +", "Unexpected 'the end'"),
        ("b('a') b('b')", "Unexpected 'b'"),
        ("unknown + 1", "The variable 'unknown' is not defined."),
        ("teleport(1)", "The function 'teleport' is not known."),
        ("sqrt(1, 2)", "takes 1 arguments, not 2"),
        ("(1 + 2", "Expected ')'"),
        ("1 ? 2", "Expected ':'"),
        ("b(x)", "Unexpected 'x' where a band is named."),
        ("1 @ 2", "Unexpected '@'"),
    ],
)
def test_bad_formulas_say_where_they_end(text: str, message: str) -> None:
    """What cannot be read is named."""
    with pytest.raises(ServiceError) as caught:
        computed(text)
    assert caught.value.message.startswith("Image.parseExpression: ")
    assert message in caught.value.message


def collection(*names: str) -> dict[str, Any]:
    """Return a node of a collection of sources."""
    return call("ImageCollection.fromImages", images={"arrayValue": {"values": [image(name) for name in names]}})


def test_a_mosaic_has_the_last_image_on_top() -> None:
    """Valid pixels of later images cover earlier ones; the result has no bounds of its own."""
    node = call("ImageCollection.mosaic", collection=collection("a", "masked"))
    assert pixels(node).tolist() == [[1, 0, 30], [40, 50, 6]]
    assert value(node).bands[0].extent is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mean", [[1, 1, 16.5], [22, 27.5, 6]]),
        ("median", [[1, 1, 16.5], [22, 27.5, 6]]),
        ("min", [[1, 0, 3], [4, 5, 6]]),
        ("max", [[1, 2, 30], [40, 50, 6]]),
        ("sum", [[1, 2, 33], [44, 55, 6]]),
        ("count", [[1, 2, 2], [2, 2, 1]]),
        ("product", [[1, 0, 90], [160, 250, 6]]),
        ("mode", [[1, 0, 3], [4, 5, 6]]),
    ],
)
def test_collections_are_reduced_pixel_by_pixel(name: str, expected: list[list[float]]) -> None:
    """Only valid pixels count; the bands keep their names."""
    node = call(f"reduce.{name}", collection=collection("a", "masked"))
    np.testing.assert_allclose(pixels(node), expected)
    assert [band.id for band in value(node).bands] == ["x"]


def test_a_reducer_names_the_bands_it_makes() -> None:
    """ImageCollection.reduce puts the output behind the band's name, one band per output."""
    node = call("ImageCollection.reduce", collection=collection("a", "b"), reducer=call("Reducer.minMax"))
    assert [band.id for band in value(node).bands] == ["x_min", "x_max"]
    percentiles = call("Reducer.percentile", percentiles=constant([0, 50, 100]))
    node = call("ImageCollection.reduce", collection=collection("a", "b"), reducer=percentiles)
    assert [band.id for band in value(node).bands] == ["x_p0", "x_p50", "x_p100"]
    assert pixels(node, 1)[0].tolist() == [5.5, 1.0, 16.5]


def test_collections_are_filtered_sorted_and_counted() -> None:
    """Elements are chosen by their properties and counted."""
    both = collection("a", "b")
    few = call("Filter.lessThan", leftField=constant("cloud"), rightValue=constant(10))
    assert value(call("Collection.size", collection=call("Collection.filter", collection=both, filter=few))) == 1
    missing = call("Filter.equals", leftField=constant("nothing"), rightValue=constant(1))
    assert value(call("Collection.size", collection=call("Collection.filter", collection=both, filter=missing))) == 0
    negated = call("Filter.not", filter=few)
    kept = value(call("Collection.first", collection=call("Collection.filter", collection=both, filter=negated)))
    assert kept.properties["title"] == "A"
    first = call("Collection.limit", collection=both, limit=constant(1), key=constant("cloud"))
    titles = call("AggregateFeatureCollection.array", collection=first, property=constant("title"))
    assert value(titles) == ["B"]
    merged = call("Collection.merge", collection1=both, collection2=both)
    assert len(value(call("Collection.toList", collection=merged, count=constant(3), offset=constant(1)))) == 3


def test_a_collection_is_mapped_by_a_function() -> None:
    """A function of the expression is applied to every image."""
    body = call("Image.add", image1={"argumentReference": "i"}, image2=constant(1))
    function = {"functionDefinitionValue": {"argumentNames": ["i"], "body": "body"}}
    mapped = call("Collection.map", collection=collection("a", "b"), baseAlgorithm={"valueReference": "f"})
    result = value(call("Collection.first", collection=mapped), body=body, f=function)
    assert Reader(WINDOW).pixels(result.bands[0]).values.tolist() == (A + 1).tolist()


def test_a_stored_collection_is_loaded() -> None:
    """ImageCollection.load gives the images of an asset; their bands can be joined under numbered names."""
    node = call("ImageCollection.toBands", collection=call("ImageCollection.load", id=constant("ab")))
    assert [band.id for band in value(node).bands] == ["0_x", "1_x"]


REGION = call(
    "GeometryConstructors.Rectangle",
    coordinates=constant([0, -2, 2, 0]),
    crs=constant("EPSG:32621"),
    geodesic=constant(value=False),
)


@pytest.mark.parametrize(
    ("reducer", "expected"),
    [
        (call("Reducer.mean"), {"a": 3.0, "b": 25.0}),
        (call("Reducer.sum"), {"a": 12.0, "b": 100.0}),
        (call("Reducer.max"), {"a": 5, "b": 50}),
        (call("Reducer.count"), {"a": 4, "b": 4}),
        (call("Reducer.median"), {"a": 3.0, "b": 25.0}),
        (call("Reducer.stdDev"), {"a": 2.5**0.5, "b": 425**0.5}),
        (call("Reducer.sampleVariance"), {"a": 10 / 3, "b": 1700 / 3}),
        (call("Reducer.minMax"), {"a_min": 1, "a_max": 5, "b_min": 0, "b_max": 50}),
        (
            call("Reducer.frequencyHistogram"),
            {"a": {"1": 1.0, "2": 1.0, "4": 1.0, "5": 1.0}, "b": {"0": 1.0, "10": 1.0, "40": 1.0, "50": 1.0}},
        ),
        (
            call(
                "Reducer.combine",
                reducer1=call("Reducer.mean"),
                reducer2=call("Reducer.count"),
                outputPrefix=constant(""),
                sharedInputs=constant(value=True),
            ),
            {"a_mean": 3.0, "a_count": 4.0, "b_mean": 25.0, "b_count": 4.0},
        ),
    ],
    ids=lambda case: case.get("functionInvocationValue", {}).get("functionName", ""),
)
def test_a_region_is_reduced(reducer: dict[str, Any], expected: dict[str, Any]) -> None:
    """All pixels whose centre is inside count; outputs are named after the bands."""
    result = value(call("Image.reduceRegion", image=image("ab"), reducer=reducer, geometry=REGION))
    assert set(result) == set(expected)
    for name, output in expected.items():
        assert result[name] == (output if isinstance(output, dict) else pytest.approx(output))


def test_an_empty_region_has_no_mean() -> None:
    """Where nothing is valid the result is null."""
    nothing = call("Image.updateMask", image=image("a"), mask=constant(0))
    assert value(call("Image.reduceRegion", image=nothing, reducer=call("Reducer.mean"))) == {"x": None}


def test_too_large_regions_are_refused_or_coarsened() -> None:
    """Above maxPixels the service's error comes, unless the best effort will do."""
    arguments = {"image": image("steps"), "reducer": call("Reducer.count"), "maxPixels": constant(16)}
    message = refusal(call("Image.reduceRegion", **arguments))
    assert message == ("Image.reduceRegion: Too many pixels in the region. Found 64, but maxPixels allows only 16.")
    assert value(call("Image.reduceRegion", **arguments, bestEffort=constant(value=True))) == {"s": 16}


def test_a_scale_keeps_the_image_s_origin() -> None:
    """Without a system of its own the region is reduced on the image's lattice, only coarser."""
    coarse = call("Image.reduceRegion", image=image("steps"), reducer=call("Reducer.first"), scale=constant(2))
    assert value(coarse) == {"s": int(STEPS[1, 1])}


def test_bands_are_reduced_to_one() -> None:
    """Image.reduce works over the bands of every pixel."""
    node = call("Image.reduce", image=image("ab"), reducer=call("Reducer.sum"))
    np.testing.assert_array_equal(pixels(node), A.astype(int) + B)
    assert [band.id for band in value(node).bands] == ["sum"]


def test_what_is_reduced_fits_all_bands() -> None:
    """The type of a reduction holds the values of every band, whichever comes first; means of integers are doubles."""
    mixed = call("Image.select", input=image("ab"), bandSelectors=constant(["b", "a"]))
    scaled = call("Image.multiply", image1=mixed, image2=constant([1, 1000]))
    most = call("Image.reduce", image=scaled, reducer=call("Reducer.max"))
    assert pixels(most).tolist() == np.maximum(A.astype(int) * 1000, B).tolist()
    for name in ("mean", "sum", "stdDev"):
        for source, precision in ((image("ab"), "double"), (call("Image.toFloat", value=image("ab")), "float")):
            node = call("Image.reduce", image=source, reducer=call(f"Reducer.{name}"))
            assert value(node).bands[0].type.precision == precision


def test_bilinear_interpolation_is_exact_on_a_plane() -> None:
    """A plane stays a plane between pixel centres, and an aligned grid stays a plain copy."""
    node = call("Image.resample", image=call("Image.toFloat", value=image("steps")), mode=constant("bilinear"))
    band = value(node).bands[0]
    np.testing.assert_array_equal(Reader(grid(0, 0, 8, 8)).pixels(band).values, STEPS)
    between = Reader(grid(1.5, 1.25, 4, 4)).pixels(band).values
    rows, columns = np.indices((4, 4))
    np.testing.assert_allclose(between, (rows + 1.25) * 8 + columns + 1.5)


def test_bicubic_interpolation_passes_through_the_pixels() -> None:
    """On its own grid an interpolated image is the image; integers stay integers between."""
    band = value(call("Image.resample", image=image("steps"), mode=constant("bicubic"))).bands[0]
    np.testing.assert_array_equal(Reader(grid(0, 0, 8, 8)).pixels(band).values, STEPS)
    assert Reader(grid(2.5, 2.5, 2, 2)).pixels(band).values.dtype == np.uint16
    assert "Unknown resampling mode" in refusal(call("Image.resample", image=image("a"), mode=constant("cubic")))


def test_interpolation_leaves_masked_neighbours_out() -> None:
    """A masked neighbour does not pull the value; outside of the image nothing is valid."""
    band = value(call("Image.resample", image=image("masked"))).bands[0]
    pixels_ = Reader(grid(0.5, 0, 2, 1)).pixels(band)
    assert pixels_.values.tolist() == [[0, 15]]
    np.testing.assert_allclose(pixels_.mask, [[0.5, 1]])
    assert not Reader(grid(10, 10, 2, 2)).pixels(band).mask.any()


@pytest.mark.parametrize(
    ("name", "expected"), [("mean", STEPS.reshape(4, 2, 4, 2).mean((1, 3))), ("max", STEPS[1::2, 1::2])]
)
def test_resolution_is_reduced_by_all_pixels_below(name: str, expected: NDArray[Any]) -> None:
    """Every coarse pixel is made of all the fine ones in it."""
    node = call("Image.reduceResolution", image=image("steps"), reducer=call(f"Reducer.{name}"))
    np.testing.assert_allclose(Reader(grid(0, 0, 4, 4, 2)).pixels(value(node).bands[0]).values, expected)


@pytest.mark.parametrize("side", [1, 3, 7])
def test_resolution_is_reduced_alike_in_blocks_of_any_size(side: int) -> None:
    """What a pixel is made of depends on its own size, not on those it is computed with.

    Going north, a pixel of a grid in degrees holds ever more pixels of a Mercator one.
    """
    node = call("Image.reduceResolution", image=image("land"), reducer=call("Reducer.mean"))
    band = value(node).bands[0]
    whole = grid(0, -62, 21, 21, 2, crs="EPSG:4326")
    expected = Reader(whole).pixels(band)
    for row in range(0, 21, side):
        for column in range(0, 21, side):
            part = Reader(whole.part(column, row, side, side)).pixels(band)
            place = np.s_[row : row + side, column : column + side]
            np.testing.assert_array_equal(part.values, expected.values[place])
            np.testing.assert_array_equal(part.mask, expected.mask[place])
    assert expected.mask.all()


def test_too_many_pixels_below_are_refused() -> None:
    """More input pixels per output pixel than allowed need the best effort."""
    arguments = {"image": image("steps"), "reducer": call("Reducer.mean"), "maxPixels": constant(4)}
    strict = value(call("Image.reduceResolution", **arguments)).bands[0]
    with pytest.raises(ServiceError, match="Too many input pixels per output pixel: 16"):
        Reader(grid(0, 0, 2, 2, 4)).pixels(strict)
    lenient = value(call("Image.reduceResolution", **arguments, bestEffort=constant(value=True))).bands[0]
    assert Reader(grid(0, 0, 2, 2, 4)).pixels(lenient).mask.all()


def test_visualizing_makes_bytes() -> None:
    """Visualize gives one grey or three coloured bands of bytes."""
    options = {"min": constant(0), "max": constant([10])}
    grey = call("Image.visualize", image=image("a"), **options)
    assert [band.id for band in value(grey).bands] == ["vis-gray"]
    assert pixels(grey)[0].tolist() == [26, 51, 77]
    colored = call("Image.visualize", image=image("a"), **options, palette=constant("000000,ff0000"))
    assert [band.id for band in value(colored).bands] == ["vis-red", "vis-green", "vis-blue"]
    assert pixels(colored, 1).max() == 0
    assert "Expected one or three bands" in refusal(call("Image.visualize", image=image("ab")))
    gained = call("Image.visualize", image=image("a"), gain=constant(10), bias=constant(5))
    assert pixels(gained)[0].tolist() == [15, 25, 35]


def test_blending_lays_one_image_over_another() -> None:
    """Where the upper image is masked the lower one shows."""
    node = call("Image.blend", bottom=image("a"), top=image("masked"))
    assert pixels(node).tolist() == [[1, 0, 30], [40, 50, 6]]


def test_places_of_pixels() -> None:
    """PixelLonLat gives degrees of pixel centres."""
    degrees = grid(10, -50, 2, 1, 0.5, "EPSG:4326")
    lon, lat = (Reader(degrees).pixels(band).values for band in value(call("Image.pixelLonLat")).bands)
    np.testing.assert_allclose(lon, [[10.25, 10.75]])
    np.testing.assert_allclose(lat, [[49.75, 49.75]])


def test_properties_are_read_set_and_copied() -> None:
    """Elements carry properties through; system properties are not copied by default."""
    assert value(call("Element.get", object=image("a"), property=constant("title"))) == "A"
    assert value(call("Element.get", object=image("a"), property=constant("none"))) is None
    assert value(call("Element.getNumber", object=image("a"), property=constant("cloud"))) == 20
    assert "no Number" in refusal(call("Element.getNumber", object=image("a"), property=constant("title")))
    changed = call("Element.set", object=image("a"), key=constant("cloud"), value=constant(1))
    copied = call("Element.copyProperties", destination=image("b"), source=changed)
    assert value(copied).properties == {"title": "A", "cloud": 1}
    assert value(call("Element.setMulti", object=image("b"), properties=constant({"z": 1}))).properties["z"] == 1
    assert "system:id" in value(call("Element.propertyNames", element=image("a")))
    assert value(call("Element.toDictionary", element=image("a"))) == {"title": "A", "cloud": 20}
    assert value(call("Image.id", element=image("a"))) == "a"


def test_dates_are_counted_in_milliseconds() -> None:
    """An image's date can be written, moved and compared."""
    date = call("Image.date", image=image("a"))
    assert encode(value(date)) == {"type": "Date", "value": 1_589_760_000_000}
    assert value(call("Date.format", date=date, format=constant("YYYY-MM-dd"))) == "2020-05-18"
    later = call("Date.advance", date=date, delta=constant(1.5), unit=constant("day"))
    assert value(call("Date.difference", date=later, start=date, unit=constant("hour"))) == 36
    next_year = call("Date.advance", date=date, delta=constant(1), unit=constant("year"))
    assert value(call("Date.get", date=next_year, unit=constant("year"))) == 2021
    assert value(call("Date.millis", date=call("Date", value=constant("1970-01-02")))) == 86_400_000
    assert "required" in refusal(call("Image.date", image=image("b")))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (call("Number.add", left=constant(1), right=constant(2.5)), 3.5),
        (call("Number.divide", left=constant(1), right=constant(0)), 0),
        (call("Number.sqrt", input=constant(9)), 3),
        (call("Number.gt", left=constant(2), right=constant(1)), 1),
        (call("Number.toInt", input=constant(-2.7)), -2),
        (call("Number.format", number=constant(3.14159), pattern=constant("%.2f")), "3.14"),
        (call("Number.parse", input=constant("ff"), radix=constant(16)), 255),
        (call("String.cat", string1=constant("a"), string2=constant("b")), "ab"),
        (call("String.replace", input=constant("a-b-c"), regex=constant("-"), replacement=constant("+")), "a+b-c"),
        (call("String.split", string=constant("a,b"), regex=constant(",")), ["a", "b"]),
        (call("String", input=constant(2.0)), "2"),
        (call("List.get", list=constant([1, 2]), index=constant(-1)), 2),
        (call("List.sequence", start=constant(1), end=constant(2), step=constant(0.5)), [1, 1.5, 2]),
        (call("List.sequence", start=constant(0), end=constant(1), count=constant(3)), [0, 0.5, 1]),
        (call("List.slice", list=constant([1, 2, 3]), start=constant(1)), [2, 3]),
        (call("List.distinct", list=constant([1, 2, 1])), [1, 2]),
        (call("List.flatten", list=constant([[1], [2, [3]]])), [1, 2, 3]),
        (call("List.sort", list=constant(["a", "b"]), keys=constant([2, 1])), ["b", "a"]),
        (call("List.zip", list=constant([1, 2]), other=constant(["a", "b"])), [[1, "a"], [2, "b"]]),
        (call("Dictionary.get", dictionary=constant({"a": 1}), key=constant("a")), 1),
        (call("Dictionary.get", dictionary=constant({}), key=constant("a"), defaultValue=constant(5)), 5),
        (call("Dictionary.combine", first=constant({"a": 1}), second=constant({"a": 2})), {"a": 2}),
        (call("Dictionary.fromLists", keys=constant(["a"]), values=constant([1])), {"a": 1}),
        (call("If", condition=constant(0), trueCase=constant("x"), falseCase=constant("y")), "y"),
        (call("ObjectType", value=constant("x")), "String"),
    ],
    ids=lambda part: part.get("functionInvocationValue", {}).get("functionName", "") if isinstance(part, dict) else "",
)
def test_plain_values(node: dict[str, Any], expected: object) -> None:
    """Numbers, texts, lists and dictionaries are computed as in the documentation of the service."""
    assert value(node) == expected


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (call("List.get", list=constant([1]), index=constant(3)), "List.get: List index must be between 0 and 0"),
        (call("Dictionary.get", dictionary=constant({}), key=constant("a")), "Dictionary does not contain key: 'a'."),
        (call("List.repeat", value=constant(1), count=constant(1 << 40)), "List.repeat: User memory limit exceeded"),
        (call("List.sequence", start=constant(1), end=constant(1e12)), "List.sequence: User memory limit exceeded"),
        (
            call("List.sequence", start=constant(1), end=constant(2), count=constant(1 << 40)),
            "List.sequence: User memory limit exceeded",
        ),
        (call("Date.get", date=constant(0), unit=constant("era")), "Unknown unit 'era'."),
        (call("Number.parse", input=constant("zz")), "Number.parse: The arguments cannot be used"),
        (call("Collection.map", collection=constant(1), baseAlgorithm=constant(1)), "expected Algorithm, found int"),
        (call("Element.get", object=constant(1), property=constant("x")), "expected Element, found int"),
    ],
)
def test_bad_values_are_refused_by_name(node: dict[str, Any], text: str) -> None:
    """Whatever goes wrong inside an algorithm, the answer names it."""
    assert text in refusal(node)


def test_geometries_have_bounds_and_coordinates() -> None:
    """Bounds are a rectangle in the geometry's own system, or in the one asked for."""
    points = call("GeometryConstructors.MultiPoint", coordinates=constant([[1, 2], [3, 5]]))
    [ring] = value(call("Geometry.bounds", geometry=points)).coordinates
    assert ring == [[1, 2], [3, 2], [3, 5], [1, 5], [1, 2]]
    assert value(call("Geometry.type", geometry=points)) == "MultiPoint"
    assert value(call("Geometry.coordinates", geometry=points)) == [[1, 2], [3, 5]]
    feature = call("Feature", geometry=points, metadata=constant({"n": 1}))
    assert encode(value(feature)) == {
        "type": "Feature",
        "geometry": {"type": "MultiPoint", "coordinates": [[1, 2], [3, 5]]},
        "properties": {"n": 1},
    }


def test_geodesic_edges_bulge_to_the_pole() -> None:
    """The shortest way between two places of one latitude runs nearer to the pole than their parallel."""
    ring = constant([[[0, 60], [40, 60], [40, 50], [0, 50]]])
    bent = value(call("GeometryConstructors.Polygon", coordinates=ring))
    straight = value(call("GeometryConstructors.Polygon", coordinates=ring, geodesic=constant(value=False)))
    assert bent.bounds_on(bent.projection)[3] == pytest.approx(61.52, abs=0.02)
    assert straight.bounds_on(straight.projection)[3] == 60


def test_only_the_chosen_case_has_to_have_a_value() -> None:
    """If gives one case and does not mind that the other fails; what is chosen still fails by name."""
    broken = call("Image.date", image=image("b"))
    cases = {"trueCase": {"valueReference": "broken"}, "falseCase": constant("fine")}
    assert value(call("If", condition=constant(0), **cases), broken=broken) == "fine"
    with pytest.raises(ServiceError, match=r"Image\.date"):
        value(call("If", condition=constant(1), **cases), broken=broken)
    assert value(call("If", condition=constant(1))) is None


def test_tables_of_properties() -> None:
    """Columns of properties are collected or reduced over the elements that have them all."""
    lists = call("Reducer.repeat", reducer=call("Reducer.toList"), count=constant(2))
    columns = {"collection": collection("a", "b", "ab"), "selectors": constant(["title", "cloud"])}
    assert value(call("Collection.reduceColumns", **columns, reducer=lists)) == {"list": [["A", "B"], [20, 5]]}
    pairs = call("Reducer.toList", tupleSize=constant(2))
    assert value(call("Collection.reduceColumns", **columns, reducer=pairs)) == {"list": [["A", 20], ["B", 5]]}
    columns["selectors"] = constant(["cloud"])
    assert value(call("Collection.reduceColumns", **columns, reducer=call("Reducer.mean"))) == {"mean": 12.5}
    maximum = call("AggregateFeatureCollection.max", collection=collection("a", "b"), property=constant("cloud"))
    assert value(maximum) == 20
    assert "repeats Reducer.toList only" in refusal(
        call("Reducer.repeat", reducer=call("Reducer.mean"), count=constant(2))
    )


def test_a_collection_is_iterated() -> None:
    """A function gets one element after the other with what came out before."""
    body = call("Image.add", image1={"argumentReference": "i"}, image2={"argumentReference": "sum"})
    function = {"functionDefinitionValue": {"argumentNames": ["i", "sum"], "body": "body"}}
    node = call(
        "Collection.iterate", collection=collection("a", "b"), function={"valueReference": "f"}, first=constant(0)
    )
    result = value(node, body=body, f=function)
    assert Reader(WINDOW).pixels(result.bands[0]).values.tolist() == (A.astype(int) + B).tolist()


def test_geometries_are_moved_and_measured() -> None:
    """A geometry keeps its place in another projection; its area is that on the globe."""
    square = call("GeometryConstructors.BBox", west=constant(0), south=constant(0), east=constant(1), north=constant(1))
    assert value(call("Geometry.area", geometry=square)) == pytest.approx(12_391_400_000, rel=2e-3)
    mercator = call("Geometry.transform", geometry=square, proj=constant("EPSG:3857"))
    left, _, right, _ = value(mercator).bounds_on(value(mercator).projection)
    assert (left, right) == pytest.approx((0, 111319.49079327358))
    assert value(call("Geometry.centroid", geometry=square)).coordinates == [0.5, 0.5]
