"""Masking outside of a region, as a step of the expression."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.draft import CrsRectangle, Draft
from ee_export_widget.core.draft.masking import can_mask, masked_expression
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.region.region import read_region

UTM = "EPSG:32632"
IMAGE = Expression.of(image_load("projects/p/assets/scene"))
RING = [[11.0, 48.0], [12.0, 48.0], [11.5, 49.0], [11.0, 48.0]]
TRIANGLE = read_region({"type": "Polygon", "coordinates": [RING]})
DRAFT = Draft(expression=IMAGE, region=TRIANGLE, crs=UTM, pixel_size="1000", asset_path="a", mask_outside=True)


@pytest.mark.parametrize(
    ("region", "possible"),
    [
        (TRIANGLE, True),
        (CrsRectangle("EPSG:4326", (11, 48, 12, 49)), True),
        (CrsRectangle(UTM, (0, 0, 1, 1)), False),
        (None, False),
    ],
    ids=["polygon", "rectangle of another CRS", "rectangle", "nothing"],
)
def test_only_what_leaves_a_part_of_its_grid_uncovered_can_be_masked(region: object, *, possible: bool) -> None:
    """A rectangle in the grid's own CRS covers all of it but parts of pixels."""
    draft = replace(DRAFT, region=region)  # type: ignore[arg-type] # parametrised
    assert can_mask(draft, UTM) is possible
    assert (masked_expression(draft, UTM) is not IMAGE) is possible


def test_masking_is_off_until_asked_for() -> None:
    """Without it the expression is the image's own, the same object."""
    assert Draft().mask_outside is False
    assert masked_expression(replace(DRAFT, mask_outside=False), UTM) is IMAGE
    assert masked_expression(replace(DRAFT, expression=None), UTM) is None


def test_whole_grids_have_no_region_to_mask_with() -> None:
    """A grid that was given as it is stays as it is."""
    grid = compose(DRAFT, project="p").grid
    assert not can_mask(replace(DRAFT, grid=grid), UTM)


def test_request_clips_the_image_to_the_region() -> None:
    """Its edges are straight in longitude and latitude, as the grid was computed; the image's values are kept."""
    body = compose(DRAFT, project="p").body
    assert body["expression"]["result"] == "clipped"
    values = dict(body["expression"]["values"])
    clip = values.pop("clipped")["functionInvocationValue"]
    assert values == IMAGE["values"]
    assert clip["functionName"] == "Image.clip"
    assert clip["arguments"]["input"] == {"valueReference": "0"}
    geometry = clip["arguments"]["geometry"]["functionInvocationValue"]
    assert geometry == {
        "functionName": "GeometryConstructors.Polygon",
        "arguments": {
            "coordinates": {"constantValue": [RING]},
            "geodesic": {"constantValue": False},
            "evenOdd": {"constantValue": True},
        },
    }
    assert Expression.of(body["expression"]).problems == ()


def test_names_of_the_expression_are_never_taken() -> None:
    """An expression may have been clipped before."""
    taken = Expression.of({"result": "clipped", "values": {"clipped": IMAGE["values"]["0"]}})
    masked = masked_expression(replace(DRAFT, expression=taken), UTM)
    assert masked is not None
    assert (masked["result"], masked["values"]["clipped"]) == ("clipped_", IMAGE["values"]["0"])


def test_several_parts_are_one_geometry() -> None:
    """A region of two polygons becomes a MultiPolygon."""
    there = [[[lon + 5, lat] for lon, lat in RING]]
    both = read_region({"type": "MultiPolygon", "coordinates": [[RING], there]})
    masked = masked_expression(replace(DRAFT, region=both), UTM)
    assert masked is not None
    geometry = masked["values"]["clipped"]["functionInvocationValue"]["arguments"]["geometry"]
    assert geometry["functionInvocationValue"]["functionName"] == "GeometryConstructors.MultiPolygon"
    assert geometry["functionInvocationValue"]["arguments"]["coordinates"]["constantValue"] == [[RING], there]


def test_holes_are_cut_out() -> None:
    """What is masked is the outside of the region, its holes included; the grid is that of the outline."""
    hole = [[11.4, 48.2], [11.6, 48.2], [11.5, 48.4], [11.4, 48.2]]
    holed = read_region({"type": "Polygon", "coordinates": [RING, hole]})
    body = compose(replace(DRAFT, region=holed), project="p").body
    clip = body["expression"]["values"]["clipped"]["functionInvocationValue"]
    geometry = clip["arguments"]["geometry"]["functionInvocationValue"]
    assert geometry["functionName"] == "GeometryConstructors.Polygon"
    assert geometry["arguments"]["coordinates"] == {"constantValue": [RING, hole]}
    assert body["grid"] == compose(DRAFT, project="p").body["grid"]


def test_expressions_that_are_none_are_left_alone() -> None:
    """What is wrong with them is said elsewhere."""
    broken = Expression.of({"result": "0"})
    assert masked_expression(replace(DRAFT, expression=broken), UTM) is broken


def test_the_same_region_is_written_once() -> None:
    """Typing elsewhere does not encode the expression anew; an expression that is only equal is another one."""
    first = masked_expression(DRAFT, UTM)
    assert masked_expression(replace(DRAFT, priority="7"), UTM) is first
    again = Expression.of(image_load("projects/p/assets/scene"))
    assert masked_expression(replace(DRAFT, expression=again), UTM) is not first


def test_regions_without_a_place_are_left_to_the_grid() -> None:
    """A rectangle that cannot be drawn masks nothing."""
    nowhere = replace(DRAFT, region=CrsRectangle("EPSG:999999", (0, 0, 1, 1)))
    assert masked_expression(nowhere, UTM) is IMAGE
