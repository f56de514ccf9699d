"""One export as several: what the form shows of the parts, and how they are started."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.errors import ExportWidgetError, InvalidRequestError
from ee_export_widget.session import present
from ee_export_widget.session.habits import Habits
from ee_export_widget.session.present.look import look
from ee_export_widget.session.snapshot import Submission
from ee_export_widget.session.splitting import MOST_PARTS, parts_of, submit_parts
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import item
from tests.unit.session.service import CORNER, IMAGE, OUT, PROJECT, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import MakeForm


@pytest.fixture
def split(connected: ExportSession) -> ExportSession:
    """Give a form with an export of 101 x 101 pixels that is about to be cut into tiles of 60."""
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url) and snapshot.target.state == "free")
    connected.perform("split", {})
    for name, text in {"by": "tile", "width": "60", "height": "60"}.items():
        connected.typed(f"entry.{name}", text)
    return connected


def shown(form: ExportSession) -> dict[str, Any]:
    return item(present.grid(form.snapshot), "entry")


def words(form: ExportSession) -> str:
    return " ".join(entry["text"] for entry in shown(form)["items"] if entry["kind"] == "text")


def submit(form: ExportSession, *states: str) -> None:
    """Press the button, confirm, and wait for the end."""
    form.perform("submit_parts", {})
    form.perform("submit_now", {})
    wait_for(form, lambda snapshot: snapshot.submission.state in states)


def refuse_last(service: Service) -> None:
    """Let the service take every part of a split form but the last."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        return refusal(400, "Not this one.") if "r2c2" in body["description"] else service._export("", body)

    service.faults["export"] = answer


def test_parts_are_named_and_drawn_before_anything_is_sent(split: ExportSession, service: Service) -> None:
    """Names, sizes and outlines; the request of the whole stays what it is."""
    assert words(split) == "4 parts, up to 3,600 px: out_r1c1, out_r1c2, out_r2c1, out_r2c2."
    assert shown(split)["buttons"][0]["label"] == "Submit 4 exports…"
    assert len(present.map_view(split.snapshot)["parts"]) == 4
    assert service.exports == []
    split.perform("entry_close", {})
    assert present.map_view(split.snapshot)["parts"] == []


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        ({"by": "pixels", "size": "6,000"}, 4),
        ({"by": "tile", "width": "101", "height": "30"}, 4),
        ({"by": "antimeridian"}, 1),
    ],
)
def test_an_export_is_cut_by_pixels_by_tiles_or_at_180(split: ExportSession, texts: dict[str, str], count: int) -> None:
    """All pixels of the whole are in the parts; where there is nothing to cut the button says so."""
    for name, text in texts.items():
        split.typed(f"entry.{name}", text)
    parts = parts_of(split.snapshot)
    assert len(parts.requests) == count
    whole = split.snapshot.composed.grid
    assert whole is not None
    assert sum(grid.pixel_count for grid in parts.grids) == whole.pixel_count
    assert bool(shown(split)["buttons"][0]["reason"]) is (count == 1)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"by": "pixels", "size": "many"}, "Must be a whole number above 0."),
        ({"by": "tile", "height": "0"}, "Must be a whole number above 0."),
        (
            {"by": "tile", "width": "5", "height": "5"},
            f"These would be 441 exports; at most {MOST_PARTS} are started together.",
        ),
    ],
)
def test_what_cannot_be_cut_says_why(split: ExportSession, texts: dict[str, str], message: str) -> None:
    """Nothing is drawn and nothing can be started."""
    for name, text in texts.items():
        split.typed(f"entry.{name}", text)
    assert parts_of(split.snapshot).requests == ()
    assert shown(split)["buttons"][0]["reason"] == message
    assert present.map_view(split.snapshot)["parts"] == []


def test_without_an_export_there_is_nothing_to_split(form: ExportSession) -> None:
    """The form says what comes first."""
    form.perform("split", {})
    assert shown(form)["problem"]["strong"] == "There is no complete export to split yet."


def test_the_first_suggestion_cuts_an_export_into_a_few(connected: ExportSession) -> None:
    """Into parts that the service takes unasked, a small one into four."""
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    connected.perform("split", {})
    assert len(parts_of(connected.snapshot).requests) == 4
    connected.edit(pixel_size="0.1")
    connected.perform("split", {})
    assert connected.snapshot.entry.texts["size"] == "100,000,000"


def test_each_part_is_started_once_and_followed(split: ExportSession, service: Service) -> None:
    """In order, each with a name and a request id of its own; then the small form is put away."""
    submit(split, "submitted")
    names = [
        body["assetExportOptions"]["earthEngineDestination"]["name"].rpartition("/")[2] for body in service.exports
    ]
    assert names == ["out_r1c1", "out_r1c2", "out_r2c1", "out_r2c2"]
    assert len({body["requestId"] for body in service.exports}) == 4
    assert [body["grid"]["dimensions"] for body in service.exports][-1] == {"width": 41, "height": 41}
    assert len(split.operations) == 4
    assert split.snapshot.entry.tool == ""


def test_parts_may_be_started_where_the_whole_is_too_large(split: ExportSession, service: Service) -> None:
    """That is what they are for; other problems block them too."""
    split.typed("max_pixels", "5000")
    assert split.snapshot.errors
    assert shown(split)["buttons"][0]["reason"] == ""
    split.typed("priority", "many")
    assert shown(split)["buttons"][0]["reason"] == "Solve the problems of the form first."
    split.perform("submit_parts", {})
    split.typed("priority", "7")
    submit(split, "submitted")
    assert len(service.exports) == 4


def test_after_a_refusal_only_the_rest_is_started(split: ExportSession, service: Service) -> None:
    """With other request ids; what runs already is not started twice."""

    def second_refused(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if body["description"].endswith("r1c2"):
            return refusal(400, "Not this one.")
        return service._export("", body)

    service.faults["export"] = second_refused
    submit(split, "failed")
    assert split.snapshot.submission.message == "Not this one."
    assert words(split).endswith("1 of 4 are started.")
    asked = [button["label"] for button in item(present.action(split.snapshot), "buttons")["buttons"]]
    assert asked == ["Submit 3 exports…"], "another button would start the whole beside its parts"
    status = item(present.action(split.snapshot), "status")
    assert status["strong"] == "Not all parts submitted: Not this one."
    assert status["pieces"][0].startswith("1 of 4 parts are started.")
    assert shown(split)["buttons"][0]["label"] == "Submit 3 exports…"
    del service.faults["export"]
    submit(split, "submitted")
    assert [body["description"][-4:] for body in service.exports] == ["r1c1", "r1c2", "r2c1", "r2c2"]
    assert service.exports[0]["requestId"][:4] != service.exports[1]["requestId"][:4]


def test_without_a_service_nothing_is_started(form: ExportSession) -> None:
    """The form says what is missing."""
    fill(form)
    form.edit(asset_path="projects/p/assets/out")
    form.perform("split", {})
    form.perform("submit_parts", {})
    form.perform("submit_now", {})
    snapshot = wait_for(form, lambda snapshot: snapshot.submission.state == "failed")
    assert "not connected" in snapshot.submission.message


def test_a_second_press_does_not_start_the_parts_twice(split: ExportSession, service: Service) -> None:
    """While they are on their way the button waits."""
    hold = service.hold("export")
    split.perform("submit_parts", {})
    split.perform("submit_now", {})
    split.perform("submit_now", {})
    hold.until_asked()
    assert shown(split)["buttons"][0]["reason"] == "The parts are being submitted."
    split.perform("submit_parts", {})
    split.perform("submit_now", {})
    assert item(present.action(split.snapshot), "status")["strong"] == "Submitting 4 exports…"
    hold.let_go()
    wait_for(split, lambda snapshot: snapshot.submission.state == "submitted")
    assert len(service.exports) == 4


def test_parts_carry_their_grid_in_the_expression_where_the_whole_does(split: ExportSession) -> None:
    """Each its own."""
    split.edit(fold_grid=True)
    requests = parts_of(split.snapshot).requests
    assert [request.grid for request in requests] == [None] * 4
    assert len({json.dumps(request.to_json()["expression"]) for request in requests}) == 4


def test_a_region_over_180_is_offered_to_be_split_there(connected: ExportSession) -> None:
    """The button opens the form with that choice made."""
    fill(connected)
    connected.edit(region=CrsRectangle("EPSG:4326", (179, -17, 181, -16)), crs="EPSG:4326", pixel_size="0.25")
    notes = [entry for entry in present.grid(connected.snapshot)["items"] if entry["kind"] == "note"]
    (crossing,) = [entry for entry in notes if "180" in entry["strong"]]
    assert crossing["fixes"][-1]["label"] == "Split at 180°"
    connected.perform("split_at_180", {})
    assert connected.snapshot.entry.texts["by"] == "antimeridian"
    assert [grid.bounds[0] for grid in parts_of(connected.snapshot).grids] == [179, -180]
    rings = present.map_view(connected.snapshot)["parts"]
    assert [min(lon for lon, _ in ring) for ring in rings] == [179, 180]


def test_files_are_named_by_their_prefix(split: ExportSession) -> None:
    """Destinations other than assets have no name of their own."""
    split.edit(destination="drive", drive_prefix="scene")
    assert "scene_r1c1" in words(split)
    split.edit(destination="cloud_storage", bucket="bucket", cloud_storage_prefix="folder/")
    assert "folder/r1c1" in words(split)


def test_parts_of_a_grid_without_a_place_are_not_drawn(split: ExportSession) -> None:
    """A CRS that only the service knows can be exported in parts all the same."""
    grid = split.snapshot.composed.grid
    assert grid is not None
    split.edit(grid=replace(grid, crs_code="EPSG:999999"))
    assert len(parts_of(split.snapshot).grids) == 4
    assert present.map_view(split.snapshot)["parts"] == []
    seen = look(split.snapshot, (-55, -26, -54, -25), 10)
    assert (seen["footprint"], seen["mesh"]) == ([], None)


def test_a_view_elsewhere_has_no_pixels(split: ExportSession) -> None:
    """The outline is there, coarse; nothing of the grid is seen."""
    seen = look(split.snapshot, (10, 40, 11, 41), 10)
    assert seen["footprint"]
    assert seen["mesh"] is None


def drive_parts(form: ExportSession) -> None:
    form.edit(destination="drive", drive_folder="exports", drive_prefix="scene", file_format="TF_RECORD_IMAGE")


def test_parts_that_run_in_one_project_are_not_taken_for_those_of_another(
    split: ExportSession, service: Service
) -> None:
    """Files have the same names wherever they are exported: after a trial run the real one starts all of them."""
    drive_parts(split)
    assert split.snapshot.errors == []
    submit(split, "submitted")
    connect(split, service, "another-project")
    split.perform("split", {})
    for name, text in {"by": "tile", "width": "60", "height": "60"}.items():
        split.typed(f"entry.{name}", text)
    assert shown(split)["buttons"][0]["label"] == "Submit 4 exports…"
    submit(split, "submitted")
    assert len(service.exports) == 8


def test_parts_of_another_cut_are_exports_of_their_own(split: ExportSession, service: Service) -> None:
    """After some have been started, other tiles are not taken for those by their names: each is sent and started."""
    split.perform("entry_close", {})
    drive_parts(split)

    def unreachable_after_the_first(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if body["description"].endswith("r1c2"):
            raise httpx.ReadError("lost")
        return service._export("", body)

    service.faults["export"] = unreachable_after_the_first
    for size, end in (("60", "unsure"), ("80", "submitted")):
        split.perform("split", {})
        for name, text in {"by": "tile", "width": size, "height": size}.items():
            split.typed(f"entry.{name}", text)
        submit(split, end)
        service.faults.clear()
    started = [(body["requestId"], body["grid"]["dimensions"]["width"]) for body in service.exports]
    assert [width for _, width in started] == [60, 80, 21, 80, 21]
    assert len({request_id for request_id, _ in started}) == 5
    assert len(split.operations) == 5


@pytest.mark.parametrize("end", ["submitted", "failed"])
def test_a_form_begins_as_the_last_parts_were_exported(
    make_form: MakeForm, service: Service, tmp_path: Path, end: str
) -> None:
    """They are exports like any other, also where a later one was refused."""
    form = make_form(habits=Habits(tmp_path))
    connect(form, service)
    fill(form)
    form.edit(priority="7")
    wait_for(form, lambda snapshot: bool(snapshot.image.tile_url) and snapshot.target.state == "free")
    form.perform("split", {})
    if end == "failed":
        refuse_last(service)
    submit(form, end)
    assert Habits(tmp_path).of(PROJECT) == {"priority": "7"}


def test_parts_are_confirmed_before_they_are_started(split: ExportSession, service: Service) -> None:
    """The sheet says what is written, as for a single export; Back starts nothing."""
    split.edit(overwrite=True)
    split.perform("submit_parts", {})
    sheet = item(present.action(split.snapshot), "confirm")
    assert "skip" not in sheet  # many exports are never few pixels
    assert (sheet["title"], sheet["back"]["label"], sheet["go"]["label"]) == (
        "Submit 4 exports?", "Back", "Submit 4 exports",
    )  # fmt: skip
    rows = {term: value for term, value, _ in sheet["rows"]}
    assert rows["Writes"] == f"4 exports: {OUT}_r1c1 to out_r2c2"
    assert rows["Grid"] == "2 × 2 parts (rows × columns) of up to 60 × 60 px, 30 m"
    assert rows["Size"].startswith("10,201 px, ")
    assert sheet["messages"][0]["strong"] == "Images that have the names of the parts will be overwritten."
    split.perform("back", {})
    assert split.snapshot.submission == Submission()
    assert service.exports == []


@pytest.mark.parametrize("change", ["cut", "close", "draft"])
def test_other_parts_than_the_confirmed_ones_are_not_started(
    split: ExportSession, service: Service, change: str
) -> None:
    """Whatever changes them behind the sheet takes the question back; so does a second look at the draft."""
    split.perform("submit_parts", {})
    asked = split.draft
    if change == "cut":
        split.typed("entry.width", "30")
    elif change == "close":
        split.perform("entry_close", {})
    else:
        split.edit(priority="7")
    assert split.snapshot.submission == Submission()
    with pytest.raises(ExportWidgetError, match="taken back"):
        asyncio.run(submit_parts(split, confirmed=asked))
    assert service.exports == []


def test_the_action_bar_speaks_of_the_parts_that_were_submitted(split: ExportSession, service: Service) -> None:
    """How many there were, and not of the whole; the rest alone after a failure."""
    submit(split, "submitted")
    status = item(present.action(split.snapshot), "status")
    assert status["strong"].startswith("4 exports submitted at ")
    assert len(service.exports) == 4
    split.perform("submit_now", {})
    split.perform("submit_parts", {})
    assert split.snapshot.submission.state == "submitted"


def test_the_sheet_of_the_rest_names_what_is_left(split: ExportSession, service: Service) -> None:
    """One that runs is not named again; parts without rows and columns are counted."""
    refuse_last(service)
    submit(split, "failed")
    split.perform("submit_parts", {})
    sheet = item(present.action(split.snapshot), "confirm")
    rows = {term: value for term, value, _ in sheet["rows"]}
    assert rows["Writes"] == f"1 export: {OUT}_r2c2"
    assert rows["Grid"].endswith(", 3 of them started already")
    assert sheet["go"]["label"] == "Submit 1 export"


def test_parts_that_are_interrupted_say_so(split: ExportSession, service: Service) -> None:
    """Whoever turns to another service in between does not read for ever that they are being submitted."""
    hold = service.hold("export")
    split.perform("submit_parts", {})
    split.perform("submit_now", {})
    hold.until_asked()
    connect(split, Service(), "other-project")
    submission = wait_for(split, lambda snapshot: snapshot.submission.state == "unsure").submission
    hold.let_go()
    assert submission.message == "The form stopped before all parts were started."
    assert submission.hint == "Submit the parts again: what runs already is not started twice."


def test_code_cannot_start_parts_that_are_being_started(split: ExportSession, service: Service) -> None:
    """It hears so, and nothing is sent twice."""
    hold = service.hold("export")
    split.perform("submit_parts", {})
    split.perform("submit_now", {})
    hold.until_asked()
    with pytest.raises(ExportWidgetError, match="being submitted already"):
        asyncio.run(submit_parts(split, confirmed=split.draft))
    hold.let_go()
    wait_for(split, lambda snapshot: snapshot.submission.state == "submitted")
    assert len(service.exports) == 4


def test_parts_whose_folder_is_gone_when_they_are_confirmed_are_not_started(
    split: ExportSession, service: Service
) -> None:
    """The question goes back to the form, which says what is wrong."""
    folder = f"projects/{PROJECT}/assets/exports"
    service.folders.add(folder)
    service.assets[folder] = {"type": "FOLDER"}
    split.edit(asset_path="exports/out")
    wait_for(split, lambda snapshot: snapshot.target.state == "free")
    split.perform("submit_parts", {})
    service.folders.clear()
    service.assets.clear()
    with pytest.raises(InvalidRequestError, match="no folder exports"):
        asyncio.run(submit_parts(split, confirmed=split.draft))
    assert split.snapshot.submission == Submission()
    assert service.exports == []


def test_parts_that_the_image_makes_too_many_are_not_started(split: ExportSession, service: Service) -> None:
    """Its pixels were read anew after the question, and are smaller than they were."""
    split.edit(pixel_size="")
    split.perform("submit_parts", {})
    bands = [{**band, "dimensions": [7680, 7680], "crs_transform": [3, 0, CORNER[0], 0, -3, CORNER[1]]}
             for band in IMAGE["bands"]]  # fmt: skip
    finer = ImageInfo.from_description({**IMAGE, "bands": bands})
    split.update(image=replace(split.snapshot.image, info=finer))
    with pytest.raises(InvalidRequestError, match=f"at most {MOST_PARTS} are started together"):
        asyncio.run(submit_parts(split, confirmed=split.draft))
    assert split.snapshot.submission == Submission()
    assert service.exports == []


def test_parts_without_a_name_are_named_by_their_description(split: ExportSession) -> None:
    """While the prefix of the files is still missing."""
    split.edit(destination="drive", drive_prefix="", description="mine")
    assert "mine_r1c1" in words(split)
