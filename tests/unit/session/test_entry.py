"""The small forms below the map: typing, pasting, dropping and copying."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.region.region import Region
from ee_export_widget.session import present
from ee_export_widget.session.actions import entry
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import item
from tests.unit.session.service import AREA, CORNER, IMAGE, SCENE, UTM, Service, connect, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

TRIANGLE = json.dumps({"type": "Polygon", "coordinates": [[[-54.6, -25.4], [-54.5, -25.4], [-54.55, -25.3]]]})


def open_form(form: ExportSession, action: str, **texts: str) -> None:
    form.perform(action, {})
    for name, text in texts.items():
        form.typed(f"entry.{name}", text)


def shown(form: ExportSession) -> dict[str, Any]:
    """Give the small form as the page shows it."""
    return item(present.grid(form.snapshot), "entry")


def fields(form: ExportSession) -> dict[str, Any]:
    """Give the fields of the small form by their labels."""
    parts = [part for entry in shown(form)["items"] for part in entry.get("items", [entry])]
    return {part["label"]: part for part in parts}


def test_links_lead_to_small_forms(form: ExportSession) -> None:
    """One at a time; Cancel puts it away."""
    names = [button["name"] for button in item(present.grid(form.snapshot), "buttons")["buttons"]]
    assert names == ["type_bounds", "paste_geojson", "copy_grid", "edit_affine", "split"]
    for name in [*names, "paste_wkt"]:
        form.perform(name, {})
        assert shown(form)["buttons"][-1]["name"] == "entry_close"
    form.perform("entry_close", {})
    assert [entry["kind"] for entry in present.grid(form.snapshot)["items"]].count("entry") == 0


def test_tools_that_do_not_exist_are_ignored(form: ExportSession, caplog: pytest.LogCaptureFixture) -> None:
    """A page of another version breaks nothing; with nothing open there is nothing to apply."""
    with caplog.at_level(logging.WARNING, logger="ee_export_widget"):
        form.perform("entry", {"tool": "magic"})
    assert "magic" in caplog.text
    before = form.snapshot
    form.perform("entry_apply", {})
    assert form.snapshot is before


def test_bounds_are_prefilled_and_typed_in_either_unit(connected: ExportSession) -> None:
    """Degrees first, units of the CRS on request; the map turns to the result, and it is one step."""
    fill(connected)
    open_form(connected, "type_bounds")
    assert fields(connected)["West"]["value"].startswith("-54.6")
    connected.typed("entry.units", "crs")
    labels = ("Least x", "Least y", "Greatest x", "Greatest y")
    assert [float(fields(connected)[label]["value"]) for label in labels] == [*AREA.bounds]
    assert fields(connected)["Least x"]["unit"] == "m"
    connected.typed("entry.west", "735,375")
    looks = connected.snapshot.look_at
    connected.perform("entry_apply", {})
    assert connected.draft.region == CrsRectangle(UTM, (735375.0, *AREA.bounds[1:]))
    assert (connected.snapshot.entry.tool, connected.snapshot.look_at) == ("", looks + 1)
    connected.undo()
    assert connected.draft.region == AREA


def test_bounds_in_degrees_are_kept_as_they_were_typed(form: ExportSession) -> None:
    """Opened again they show the same digits; without a region there is nothing to show."""
    open_form(form, "type_bounds")
    assert fields(form)["West"]["value"] == ""
    form.typed("entry.units", "crs")
    assert fields(form)["Least x"]["value"] == ""
    form.typed("entry.units", "degrees")
    for name, text in {"west": "11.5", "south": "48.05", "east": "11.7", "north": "48.2"}.items():
        form.typed(f"entry.{name}", text)
    form.perform("entry_apply", {})
    assert form.draft.region == CrsRectangle("EPSG:4326", (11.5, 48.05, 11.7, 48.2))
    open_form(form, "type_bounds")
    assert fields(form)["North"]["value"] == "48.2"


def test_units_of_the_crs_are_those_of_the_grid(connected: ExportSession) -> None:
    """A region that lives elsewhere is shown by the grid that it makes; one without a place by nothing."""
    fill(connected)
    connected.edit(region=json.loads(TRIANGLE))
    open_form(connected, "type_bounds", units="crs")
    grid = connected.snapshot.composed.grid
    assert grid is not None
    assert float(fields(connected)["Least x"]["value"]) == grid.bounds[0]
    connected.edit(region=CrsRectangle("EPSG:999999", (0, 0, 1, 1)))
    open_form(connected, "type_bounds")
    assert fields(connected)["West"]["value"] == ""


def test_wrong_bounds_say_so_beside_the_field(form: ExportSession) -> None:
    """The sentence goes as soon as the field is mended, and nothing was changed."""
    open_form(form, "type_bounds", west="x", south="1", east="2", north="y")
    form.perform("entry_apply", {})
    assert {label for label, part in fields(form).items() if part["messages"]} == {"West", "North"}
    form.typed("entry.west", "1")
    assert {label for label, part in fields(form).items() if part["messages"]} == {"North"}
    assert form.draft.region is None


def test_pasted_geojson_becomes_the_region(form: ExportSession) -> None:
    """What cannot be read is said in the form, which stays open with its text."""
    open_form(form, "paste_geojson", geojson="{")
    form.perform("entry_apply", {})
    assert shown(form)["problem"]["strong"].startswith("This is no GeoJSON")
    assert fields(form)["GeoJSON"]["value"] == "{"
    form.typed("entry.geojson", TRIANGLE)
    form.perform("entry_apply", {})
    assert isinstance(form.draft.region, Region)
    assert form.snapshot.entry.tool == ""


def test_a_file_dropped_on_the_map_is_read_the_same_way(form: ExportSession) -> None:
    """A good one needs no form; a bad one opens it, its text shown unless it is very long."""
    form.perform("drop", {"text": TRIANGLE})
    assert isinstance(form.draft.region, Region)
    assert form.snapshot.entry.tool == ""
    for text, kept in (("nothing", "nothing"), ("x" * 200_000, "")):
        form.perform("drop", {"text": text})
        assert shown(form)["problem"] is not None
        assert fields(form)["GeoJSON"]["value"] == kept
    form.perform("drop", {"bytes": 31_400_000})
    assert "31 MB" in shown(form)["problem"]["strong"]


def test_the_transform_is_edited_as_six_numbers_and_a_size(connected: ExportSession) -> None:
    """Prefilled with the grid in force; a rotated lattice goes out as it was typed."""
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    open_form(connected, "edit_affine")
    parts = fields(connected)
    assert (parts["scaleX"]["value"], parts["scaleY"]["value"], parts["Width"]["value"]) == ("30", "-30", "101")
    for name, text in {"scaleX": "24", "shearX": "18", "shearY": "18", "scaleY": "-24"}.items():
        connected.typed(f"entry.{name}", text)
    connected.typed("entry.height", "none")
    connected.perform("entry_apply", {})
    assert fields(connected)["Height"]["messages"]
    connected.typed("entry.height", "40")
    connected.perform("entry_apply", {})
    grid = connected.snapshot.composed.grid
    assert grid is not None
    assert (grid.width, grid.height, grid.crs_code) == (101, 40, UTM)
    assert grid.affine_transform.to_list()[:2] == [24, 18]
    connected.undo()
    assert connected.draft.region == AREA


def test_transform_without_a_grid_starts_empty(form: ExportSession) -> None:
    """There is nothing to fill in; what is wrong with the whole stands below it."""
    numbers = {"scaleX": "0", "translateX": "0", "scaleY": "0", "translateY": "0", "width": "1", "height": "1"}
    open_form(form, "edit_affine", **numbers)
    form.perform("entry_apply", {})
    assert "without an area" in shown(form)["problem"]["strong"]


def test_wkt_is_pasted_over_several_lines(connected: ExportSession) -> None:
    """The CRS field gets it as one; opened again the form shows it."""
    import pyproj

    fill(connected)
    text = pyproj.CRS("EPSG:32622").to_wkt("WKT1_GDAL", pretty=True)
    assert "\n" in text
    open_form(connected, "paste_wkt", wkt=text)
    connected.perform("entry_apply", {})
    assert connected.snapshot.composed.crs_known
    assert "\n" not in connected.draft.crs
    open_form(connected, "paste_wkt")
    assert fields(connected)["WKT of the CRS"]["value"] == connected.draft.crs
    open_form(connected, "type_bounds", units="crs")
    assert fields(connected)["Least x"]["unit"] == "m"


def test_the_grid_of_an_asset_is_copied_as_a_whole(connected: ExportSession) -> None:
    """CRS, pixels and size come from the service, and the form waits without blocking."""
    open_form(connected, "copy_grid", asset=f" {SCENE} ")
    connected.perform("entry_apply", {})
    wait_for(connected, lambda snapshot: not snapshot.entry.tool)
    grid = connected.snapshot.composed.grid
    assert grid is not None
    assert (grid.width, grid.height, grid.crs_code) == (768, 768, UTM)
    assert grid.affine_transform.to_list() == [30, 0, CORNER[0], 0, -30, CORNER[1]]


def test_edges_line_up_with_the_pixels_of_another_asset(connected: ExportSession, service: Service) -> None:
    """Region, CRS and pixel size stay; a CRS that differs leaves multiples of the pixel."""
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    shifted = [30, 0, CORNER[0] + 10, 0, -30, CORNER[1] + 5]
    service.image = {**IMAGE, "bands": [{**IMAGE["bands"][0], "crs_transform": shifted}]}
    open_form(connected, "copy_grid", asset="projects/p/assets/other")
    connected.perform("entry_snap", {})
    snapshot = wait_for(connected, lambda snapshot: not snapshot.entry.tool)
    assert (snapshot.draft.snap, snapshot.draft.region) == ("asset", AREA)
    grid = snapshot.composed.grid
    assert grid is not None
    assert (
        (grid.affine_transform.translate_x - CORNER[0]) % 30,
        (grid.affine_transform.translate_y - CORNER[1]) % 30,
    ) == (10, 5)
    snap = item(present.grid(snapshot), "snap")
    assert snap["value"] == "asset"
    connected.edit(crs="EPSG:32622")
    moved = connected.snapshot.composed.grid
    assert moved is not None
    assert moved.affine_transform.translate_x % 30 == 0
    assert "EPSG:32621" in item(present.grid(connected.snapshot), "snap")["hint"]


def test_a_grid_is_named_after_the_asset_that_was_asked_for(connected: ExportSession, service: Service) -> None:
    """Whatever has been typed into the form since."""
    hold = service.hold("describe")
    open_form(connected, "copy_grid", asset="projects/p/assets/asked")
    connected.perform("entry_snap", {})
    hold.until_asked()
    connected.typed("entry.asset", "projects/p/assets/typed-later")
    hold.let_go()
    snapshot = wait_for(connected, lambda snapshot: not snapshot.entry.tool)
    assert snapshot.draft.reference is not None
    assert snapshot.draft.reference[0] == "projects/p/assets/asked"


@pytest.mark.parametrize(
    ("asset", "answer", "words"),
    [
        ("", None, "not the id of an asset"),
        ("projects/p/assets/gone", refusal(404, "Asset not found."), "not found"),
        ("projects/p/assets/composite", "composite", "no bounds"),
    ],
    ids=["no name", "not there", "without a grid"],
)
def test_an_asset_that_cannot_be_copied_says_why(
    connected: ExportSession, service: Service, asset: str, answer: httpx.Response | str | None, words: str
) -> None:
    """The sentence stands beside the name, and the form stays open."""
    if answer == "composite":
        service.image = {"type": "Image", "bands": [{"id": "a", "data_type": {"precision": "float"}}]}
    elif isinstance(answer, httpx.Response):
        service.faults["describe"] = answer
    open_form(connected, "copy_grid", asset=asset)
    connected.perform("entry_apply", {})
    wait_for(connected, lambda snapshot: bool(snapshot.entry.problems))
    (message,) = fields(connected)["Image asset"]["messages"]
    assert words in f"{message['strong']} {message['text']}"
    assert not connected.snapshot.entry.busy


def test_another_assets_grid_is_asked_for_when_it_is_chosen(form: ExportSession) -> None:
    """The choice opens the form that names the asset; until then edges are multiples of the pixel."""
    form.typed("snap", "asset")
    assert (form.draft.snap, form.snapshot.entry.tool) == ("asset", "copy")


def test_without_a_service_nothing_can_be_copied(form: ExportSession) -> None:
    """The form says what is missing."""
    open_form(form, "copy_grid", asset=SCENE)
    form.perform("entry_apply", {})
    assert "not connected" in fields(form)["Image asset"]["messages"][0]["strong"]


def test_an_answer_that_comes_after_the_form_was_put_away_changes_nothing(
    connected: ExportSession, service: Service
) -> None:
    """Cancel means cancel."""
    hold = service.hold("describe")
    open_form(connected, "copy_grid", asset=SCENE)
    connected.perform("entry_apply", {})
    hold.until_asked()
    assert shown(connected)["buttons"][0]["reason"]
    connected.perform("entry_close", {})
    hold.let_go()
    assert connected.draft.grid is None


def test_an_answer_of_an_earlier_service_is_not_taken(connected: ExportSession, service: Service) -> None:
    """It was asked about another asset of that name."""
    hold = service.hold("describe")
    open_form(connected, "copy_grid", asset=SCENE)
    connected.perform("entry_apply", {})
    hold.until_asked()
    connect(connected, Service())
    hold.let_go()
    assert (connected.draft.grid, connected.snapshot.entry.tool) == (None, "copy")
    assert not connected.snapshot.entry.busy


def test_no_tool_puts_the_form_away(form: ExportSession) -> None:
    """As Cancel does."""
    form.perform("entry", {"tool": "bounds"})
    form.perform("entry", {"tool": ""})
    assert form.snapshot.entry.tool == ""


def test_an_answer_that_could_not_be_stopped_changes_nothing(connected: ExportSession) -> None:
    """What the form no longer waits for is looked at once more before it is taken."""
    assert connected.client is not None
    expression = Expression.of(image_load(SCENE))
    connected.run("late", entry._fetch_grid(connected, connected.client, expression, entry._take_grid))
    ended(connected, "late")
    assert connected.draft.grid is None
