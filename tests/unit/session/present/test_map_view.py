"""What is drawn over the map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.region.region import read_region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import Snapshot
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
    assert view["loupe"] == {"corner": "NW", "dx": pytest.approx(1 / 3), "dy": pytest.approx(1 / 3)}
    assert view["source"]
    assert view["call"] is None
    assert view["tip"] == []
    assert all(button["reason"] == "" for button in view["tools"])


def test_while_drawing_the_map_counts_along() -> None:
    """A tip at the pointer, no handles and no loupe."""
    view = present.map_view(moment(drawing=True, map_mode="draw"))
    assert view["tip"] == ["31 × 21 px", "651 px, 30 m", "click to finish, Esc to cancel"]
    assert view["tip_by_keys"][2] == "Enter to finish, Esc to cancel"
    assert (view["handles"], view["loupe"]) == ([], None)
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
    """On the corners of its outline; no loupe, which shows how a rectangle was moved outward."""
    request = ExportImageRequest.from_json(
        changed(ASSET, {"grid.affineTransform.shearX": 12.5, "grid.affineTransform.shearY": 12.5})
    )
    view = present.map_view(replace(READY, draft=draft_from(request, project=PROJECT, before=DRAFT)))
    assert view["footprint"]
    assert view["loupe"] is None
    for lon, lat in view["handles"][::2]:
        assert min(math.hypot(lon - x, lat - y) for x, y in view["footprint"]) < 1e-9
    assert len(view["handles"]) == 8


def test_the_outline_is_red_for_what_is_wrong_with_the_grid_only() -> None:
    """Too many pixels are the grid's fault; a limit that cannot be read, or a bad priority, is not."""
    assert present.map_view(moment(max_pixels="abc", priority="x", asset_path="a b"))["tone"] == "plain"
    assert present.map_view(moment(max_pixels="600"))["tone"] == "error"
    assert present.map_view(moment(crs="EPSG:x"))["tone"] == "error"
