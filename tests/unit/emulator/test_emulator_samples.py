"""Images as tables: regions and pixels as features."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.evaluate import evaluate
from ee_export_widget.emulator.image import Image
from ee_export_widget.emulator.values import encode
from tests.unit.emulator.support import Shelf, array_band, call, constant, expression

A = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
B = np.array([[10.5, 20, 30], [40, 50, 60]], np.float32)
HOLE = np.array([[1, 1, 0], [1, 1, 1]])


SHELF = Shelf(Image((array_band(A, band_id="a"), array_band(B, HOLE, "b"))))
IMAGE = call("Image.load", id=constant("x"))
ONE_BAND = call("Image.select", input=IMAGE, bandSelectors=constant(["a"]))
UTM = constant("EPSG:32621")
LEFT = call(
    "GeometryConstructors.Rectangle",
    coordinates=constant([0, -2, 2, 0]),
    crs=UTM,
    geodesic=constant(value=False),
)
TWO_POINTS = call("GeometryConstructors.MultiPoint", coordinates=constant([[0.5, -0.5], [2.9, -1.9]]), crs=UTM)


def value(node: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return what a node evaluates to, as the service answers it."""
    return encode(evaluate(expression(node), SHELF))


def features(*geometries: dict[str, Any], **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a node with a collection of features that have these properties."""
    made = [call("Feature", geometry=each, metadata=constant(properties)) for each in geometries]
    return call("Collection", features={"arrayValue": {"values": made}})


def rows(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of a collection's features."""
    return [feature["properties"] for feature in value(node)["features"]]


def test_every_region_gets_its_statistics() -> None:
    """Outputs are added to a feature's properties: named after bands where there are several, else after themselves."""
    regions = features(LEFT, name="left")
    mean = {"collection": regions, "reducer": call("Reducer.mean")}
    assert rows(call("Image.reduceRegions", image=IMAGE, **mean)) == [{"name": "left", "a": 3.0, "b": 30.125}]
    assert rows(call("Image.reduceRegions", image=ONE_BAND, **mean)) == [{"name": "left", "mean": 3.0}]


def test_points_and_lines_stand_for_the_pixels_they_touch() -> None:
    """A reduction at points sees each point's pixel, one along a line those that it crosses."""
    line = call("GeometryConstructors.LineString", coordinates=constant([[0.5, -1.5], [2.5, -1.5]]), crs=UTM)
    for geometry, expected in ((TWO_POINTS, 7), (line, 15)):
        reduced = call("Image.reduceRegion", image=ONE_BAND, reducer=call("Reducer.sum"), geometry=geometry)
        assert value(reduced) == {"a": expected}


def test_pixels_become_features() -> None:
    """Row by row, without those of which a band is masked, at their centres where asked for."""
    assert [(row["a"], row["b"]) for row in rows(call("Image.sample", image=IMAGE))] == [
        (1, 10.5),
        (2, 20),
        (4, 40),
        (5, 50),
        (6, 60),
    ]
    kept = rows(call("Image.sample", image=IMAGE, dropNulls=constant(value=False)))
    assert (kept[2]["a"], kept[2]["b"]) == (3, None)
    [first, *_] = value(call("Image.sample", image=IMAGE, geometries=constant(value=True)))["features"]
    assert first["geometry"]["type"] == "Point"
    assert first["geometry"]["coordinates"] == pytest.approx([-61.4886, 0], abs=1e-3)


def test_a_sample_is_random_and_repeatable() -> None:
    """As many as asked for, other ones for another seed, the same for the same."""
    some = [
        [row["a"] for row in rows(call("Image.sample", image=ONE_BAND, numPixels=constant(3), seed=constant(seed)))]
        for seed in (1, 1, 2, 3, 4)
    ]
    assert {len(each) for each in some} == {3}
    assert some[0] == some[1]
    assert len({tuple(each) for each in some}) > 1
    assert len(rows(call("Image.sample", image=ONE_BAND, factor=constant(0.5)))) == 3


def test_pixels_of_regions_keep_the_properties_that_are_named() -> None:
    """Every pixel of a region is a feature of its own."""
    arguments = {"collection": features(TWO_POINTS, name="p", other=1), "properties": constant(["name"])}
    found = rows(call("Image.sampleRegions", image=ONE_BAND, **arguments))
    assert found == [{"name": "p", "a": 1, "system:index": "0_0"}, {"name": "p", "a": 6, "system:index": "0_1"}]


def test_too_many_features_are_refused() -> None:
    """A table ends where the service's would."""
    fine = call("Image.sample", image=ONE_BAND, scale=constant(0.02))
    with pytest.raises(ServiceError, match=r"Image\.sample: Collection query aborted after accumulating over 5000"):
        value(fine)


@pytest.mark.parametrize(("cumulative", "last"), [(False, 1.0), (True, 3.0)], ids=["each", "cumulative"])
def test_a_histogram_of_fixed_bins(cumulative: bool, last: float) -> None:
    """Bins are named by where they start; what is outside of them, or on the end of the last, does not count."""
    reducer = call(
        "Reducer.fixedHistogram",
        min=constant(1),
        max=constant(5),
        steps=constant(2),
        cumulative=constant(cumulative),
    )
    reduced = call("Image.reduceRegion", image=ONE_BAND, reducer=reducer, geometry=LEFT)
    assert value(reduced) == {"a": [[1, 2.0], [3, last]]}


def test_a_histogram_whose_bins_fit_the_values() -> None:
    """Bins are as narrow as their number allows, and say where they start and what lies in them."""
    reducer = call("Reducer.histogram", maxBuckets=constant(3), minBucketWidth=constant(1))
    reduced = call("Image.reduceRegion", image=ONE_BAND, reducer=reducer)
    assert value(reduced)["a"] == {
        "bucketMeans": [2.0, 5.0],
        "bucketMin": 0.0,
        "bucketWidth": 4.0,
        "histogram": [3.0, 3.0],
    }
