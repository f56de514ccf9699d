"""What is drawn over the map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.operation import Operation
from ee_export_widget.core.region.region import read_region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.channels import Channel
from ee_export_widget.session.present.look import look
from ee_export_widget.session.snapshot import Snapshot
from ee_export_widget.session.verifying import Submitted
from tests.unit.core.bodies import ASSET, changed
from tests.unit.session.moments import (
    DRAFT,
    READY,
    image_of,
    moment,
)
from tests.unit.session.service import PROJECT


def test_the_map_shows_the_grid_that_will_be_written() -> None:
    """Its outline, what was drawn, handles and labels, and the corner as a loupe."""
    view = present.map_view(READY)
    assert (view["width_label"], view["height_label"], view["tone"]) == ("31 px", "21 px", "plain")
    assert view["footprint"][0] == view["footprint"][-1]
    assert len(view["handles"]) == 8
    assert view["handles"][0] == pytest.approx(view["footprint"][0])
    assert [loupe["caption"] for loupe in view["loupes"]] == ["NW corner", "NE corner", "SE corner", "SW corner"]
    assert view["loupes"][0]["drawn"][1] == pytest.approx((1 / 3, 1 / 3))
    assert view["loupes"][0]["exported"] == [(0, 0), (31, 0), (31, 21), (0, 21)]
    assert view["loupes"][2]["exported"] == [(-31, -21), (0, -21), (0, 0), (-31, 0)]
    assert [loupe["place"] for loupe in view["loupes"]] == [pytest.approx(place) for place in view["handles"][::2]]
    assert view["source"]
    assert view["call"] is None
    assert view["tip"] == []
    assert all(button["reason"] == "" for button in view["tools"])


def test_while_drawing_the_map_counts_along() -> None:
    """A tip at the pointer, no handles and no loupe."""
    view = present.map_view(moment(drawing=True, map_mode="draw"))
    assert view["tip"] == ["31 × 21 px", "651 px, 30 m", "click to finish, Esc to cancel"]
    assert view["tip_by_keys"][2] == "Enter to finish, Esc to cancel"
    assert (view["handles"], view["loupes"]) == ([], [])
    assert present.map_view(moment(drawing=True, max_pixels="600"))["tip"][1] == "651 px are more than maxPixels allows"
    assert present.map_view(moment(drawing=True, region=None))["tip"] == ["Click the opposite corner", "Esc to cancel"]


def test_polygons_say_how_they_are_finished() -> None:
    """A corner is clicked again, or there is none yet."""
    view = present.map_view(moment(drawing=True, map_mode="polygon"))
    assert view["tip"][2] == "click the first corner to finish, Esc to cancel"
    empty = present.map_view(moment(drawing=True, map_mode="polygon", region=None))
    assert empty["tip"][0] == "Click the next corner"
    assert view["tip_by_keys"][2] == "Enter twice to finish, Esc to cancel"
    assert empty["tip_by_keys"][0] == "Arrows, then Enter: the next corner"


def test_all_parts_of_a_region_are_shown_as_they_are_read() -> None:
    """Long diagonals are straight in longitude and latitude; of a coast line only so much as can be seen."""
    parts = [[[x, 10], [x + 2, 10], [x + 2, 12]] for x in (20, 30)]
    region = read_region({"type": "MultiPolygon", "coordinates": [[part] for part in parts]})
    rings = present.map_view(moment(region=region))["drawn"]
    assert [ring[0] for ring in rings] == [ring[-1] for ring in rings]
    assert [len(ring) for ring in rings] == [1 + 1 + 1 + 20, 1 + 1 + 1 + 20]
    assert all(lon - ring[0][0] == pytest.approx(lat - 10) for ring in rings for lon, lat in ring[3:])
    holed = read_region({"type": "Polygon", "coordinates": [parts[0], [[21, 10.2], [21.5, 10.2], [21.5, 10.4]]]})
    assert len(present.map_view(moment(region=holed))["drawn"]) == 2
    circle = [[10 * math.cos(a / 5000), 10 * math.sin(a / 5000)] for a in range(31_400)]
    (coast,) = present.map_view(moment(region=read_region({"type": "Polygon", "coordinates": [circle]})))["drawn"]
    assert 3000 < len(coast) <= 4001


def test_an_empty_map_says_how_to_begin() -> None:
    """The image's outline only where it has one; nothing while somebody draws."""
    call = present.map_view(moment(region=None))["call"]
    assert call is not None
    assert [button["reason"] for button in call["buttons"]] == ["", "", ""]
    view = present.map_view(Snapshot())
    assert view["call"] is not None
    assert view["call"]["buttons"][1]["reason"] == "Needs an image with bounds."
    assert {button["name"]: button["reason"] for button in view["tools"]} == {
        "pan": "", "draw": "", "polygon": "", "footprint": "Choose an image first.", "lattice": "",
        "clear": "There is no region.",
    }  # fmt: skip
    assert present.map_view(Snapshot(map_mode="draw"))["call"] is None
    unbounded = present.map_view(moment(image=image_of(dimensions=None)))
    assert unbounded["tools"][3]["reason"] == "This image has no bounds."
    assert unbounded["source"] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "export edge, on the source grid"),
        ({"crs": "EPSG:32622", "pixel_size": "30"}, "export edge"),
        ({"pixel_size": "37"}, "export edge"),
    ],
    ids=["on it", "other CRS", "other pixels"],
)
def test_the_edge_says_whether_it_is_on_the_source_grid(changes: dict[str, Any], words: str) -> None:
    """Where pixels are seen, beside the line; the other one is what was drawn."""
    view = present.map_view(moment(**changes))
    assert (view["edge_label"], view["drawn_label"]) == (words, "as drawn")
    assert present.map_view(moment(region=None))["edge_label"] == "export edge"


def test_a_turned_grid_has_its_handles_on_its_own_sides() -> None:
    """On the corners of its outline; no loupe, as nothing was drawn that could have been moved outward."""
    request = ExportImageRequest.from_json(
        changed(ASSET, {"grid.affineTransform.shearX": 12.5, "grid.affineTransform.shearY": 12.5})
    )
    view = present.map_view(replace(READY, draft=draft_from(request, project=PROJECT, before=DRAFT)))
    assert view["footprint"]
    assert view["loupes"] == []
    for lon, lat in view["handles"][::2]:
        assert min(math.hypot(lon - x, lat - y) for x, y in view["footprint"]) < 1e-9
    assert len(view["handles"]) == 8


def test_the_outline_is_red_for_what_is_wrong_with_the_grid_only() -> None:
    """Too many pixels are the grid's fault; a limit that cannot be read, or a bad priority, is not."""
    assert present.map_view(moment(max_pixels="abc", priority="x", asset_path="a b"))["tone"] == "plain"
    assert present.map_view(moment(max_pixels="600"))["tone"] == "error"
    assert present.map_view(moment(crs="EPSG:x"))["tone"] == "error"


def test_the_loupe_of_a_turned_grid_shows_where_the_drawing_decided_on_its_edges() -> None:
    """Each of the four edges is touched by one corner of what was drawn; there the two can be compared."""
    turned = PixelGrid(50, 50, AffineTransform(24, 18, 600_000, 18, -24, 7_200_000), crs_code="EPSG:32621")
    snapshot = moment(snap="asset", reference=("turned", turned), pixel_size="30")
    grid = snapshot.composed.grid
    assert grid is not None
    assert not grid.affine_transform.is_north_up
    loupes = present.map_view(snapshot)["loupes"]
    assert [loupe["caption"] for loupe in loupes] == ["N edge", "E edge", "S edge", "W edge"]
    north, east, south, west = loupes
    assert 0 <= min(row for _, row in north["drawn"]) < 1
    assert -1 < max(column for column, _ in east["drawn"]) <= 0
    assert -1 < max(row for _, row in south["drawn"]) <= 0
    assert 0 <= min(column for column, _ in west["drawn"]) < 1
    for loupe in loupes:
        assert any(abs(column) <= 1 and abs(row) <= 1 for column, row in loupe["drawn"])
        assert len(loupe["exported"]) == 4


def test_the_loupe_shows_a_polygon_where_it_decided_on_the_edges() -> None:
    """Also one that is drawn in degrees while the grid is in metres; no coast line, and nothing before a grid."""
    square = [(-54.6, -25.5), (-54.5, -25.5), (-54.5, -25.4), (-54.6, -25.4)]
    region = read_region({"type": "Polygon", "coordinates": [square]})
    loupes = present.map_view(moment(region=region))["loupes"]
    assert [loupe["caption"] for loupe in loupes] == ["N edge", "E edge", "S edge", "W edge"]
    assert all(3 <= len(loupe["drawn"]) < 40 for loupe in loupes)
    assert all(min(max(abs(x), abs(y)) for x, y in loupe["drawn"]) <= 1 for loupe in loupes)
    circle = [[-54 + math.cos(a / 800) / 9, -25 + math.sin(a / 800) / 9] for a in range(5026)]
    coast = read_region({"type": "Polygon", "coordinates": [circle]})
    assert present.map_view(moment(region=coast))["loupes"] == []
    assert present.map_view(moment(region=None))["loupes"] == []


def test_layers_are_listed_with_what_there_is_to_say_of_them() -> None:
    """Bands of the preview, and whether there are other exports at all."""
    assert [(layer["name"], layer["note"], layer["shown"]) for layer in present.map_view(READY)["layers"]] == [
        ("base", "", True), ("image", "B4, B3, B2", True), ("source", "", True), ("drawn", "", True),
        ("lattice", "", False), ("exports", "none yet", False),
    ]  # fmt: skip
    assert present.map_view(Snapshot())["layers"][1]["note"] == ""


def test_hidden_layers_are_not_drawn() -> None:
    """Neither in the outline as such nor in what one view sees of it, and the revision tells."""
    hidden = replace(READY, hidden_layers=frozenset({"source", "drawn"}))
    view = present.map_view(hidden)
    assert (view["source"], view["drawn"]) == ([], [])
    assert view["footprint"]
    assert look(hidden, (-60, -30, -50, -20), 8)["source"] == []
    assert view["revision"] != present.map_view(READY)["revision"]


def test_the_preview_tells_its_bands_and_stretch() -> None:
    """As typed where something was typed, with the automatic value beside it; one band is grey."""
    stretches = {"B4": (6048.4, 8805.1), "B2": (0.123456, 9.0)}
    image = replace(READY.image, stretches=stretches)
    chosen = (Channel("B4", low="7000"), Channel("B3"), Channel("B2", high="x"))
    picture = present.map_view(moment(image=image, channels=chosen))["picture"]
    assert picture is not None
    assert picture["colour"]
    wrong = "A stretch goes from one number up to a larger one."
    assert [tuple(channel.values()) for channel in picture["channels"]] == [
        ("Red", "B4", "7000", "6048", "", "8805", ""), ("Green", "B3", "", "", "", "", ""),
        ("Blue", "B2", "", "0.123", "x", "9", wrong),
    ]  # fmt: skip
    assert picture["automatic"] is not None
    grey = moment(image=image, channels=(Channel("spectral_class"),))
    view = present.map_view(grey)
    assert view["layers"][1]["note"] == "spectral_class"
    assert view["picture"] is not None
    assert (view["picture"]["colour"], view["picture"]["automatic"]) == (False, None)
    assert view["picture"]["channels"][0]["label"] == "Grey"
    assert present.map_view(Snapshot())["picture"] is None


def test_a_preview_that_was_refused_says_why() -> None:
    """In the menu, where bands and stretch are chosen."""
    image = replace(READY.image, picture_message="Too many bands.")
    note = present.map_view(moment(image=image))["layers"][1]["note"]
    assert note == "not to be had: Too many bands."


def test_earlier_exports_are_outlined_when_asked_for() -> None:
    """Each grid once with the names of its operations, and not the one that is edited, or shown by itself."""
    earlier = ExportImageRequest.from_json(ASSET)
    operations = (Operation("projects/p/operations/one", description="lake"), Operation("projects/p/operations/two"))
    submitted = {operation.name: Submitted(earlier) for operation in operations}
    shown = replace(READY, hidden_layers=frozenset(), submitted=submitted, operations=operations)
    (other,) = present.map_view(shown)["exports"]
    assert other["label"] == "lake, two"
    assert other["outline"][0] == other["outline"][-1]
    assert present.map_view(shown)["layers"][5]["note"] == ""
    assert present.map_view(replace(READY, submitted=submitted))["exports"] == []
    same = replace(shown, draft=draft_from(earlier, project=PROJECT, before=DRAFT))
    assert present.map_view(same)["exports"] == []
    (other,) = present.map_view(replace(shown, on_map=operations[0].name))["exports"]
    assert other["label"] == "two"
    unknown = replace(shown, operations=())
    assert present.map_view(unknown)["exports"][0]["label"] == ""
