"""Editing a draft through its session, without any service."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.draft import FIRST_NAME, Draft
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import ExportSession
from ee_export_widget.session.present import image as image_view
from ee_export_widget.session.reading import read_image
from tests.unit.core.bodies import ASSET, GOOD, Body
from tests.unit.session.moments import item
from tests.unit.session.service import AREA, CORNER, IMAGE, UTM, Service, fill, wait_for

if TYPE_CHECKING:
    from tests.unit.session.conftest import Clock, MakeForm


def test_a_new_form_says_what_it_lacks(form: ExportSession) -> None:
    """It has an id and a name to start with, no request, and the problems of an empty form."""
    assert form.draft == Draft(request_id="id-1", asset_path=FIRST_NAME)
    assert form.request is None
    assert {problem.field for problem in form.problems} == {
        "grid.crsCode", "grid", "assetExportOptions", "expression",
    }  # fmt: skip
    assert form.operations == ()
    assert form.client is None


def test_making_a_form_starts_nothing() -> None:
    """Neither a thread nor a loop is needed to fill in a form and to close it."""
    before = threading.active_count()
    session = ExportSession()
    fill(session)
    assert session.request is not None
    session.close()
    session.close()
    assert threading.active_count() == before


def test_a_complete_draft_is_a_request_without_errors(form: ExportSession) -> None:
    """All that the form can do can be done without a screen."""
    fill(form)
    assert form.request is not None
    assert form.request.to_json()["grid"]["dimensions"] == {"width": 100, "height": 100}
    assert not form.snapshot.errors


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("pixel_size", "12a", "grid.affineTransform.scaleX"),
        ("crs", "EPSG:12a", "grid.crsCode"),
        ("priority", "1O0", "priority"),
        ("max_pixels", "lots", "maxPixels"),
        ("request_id", "a b", "requestId"),
        ("workload_tag", "Ä", "workloadTag"),
    ],
)
def test_text_stays_as_typed(form: ExportSession, name: str, text: str, field: str) -> None:
    """What cannot be read is kept and is a problem at its field, not an exception and not the old value."""
    fill(form)
    form.typed(name, text)
    assert getattr(form.draft, name) == text
    assert [problem.field for problem in form.snapshot.errors] == [field]


def test_every_field_of_the_form_can_be_typed(form: ExportSession) -> None:
    """Each takes what a control gives, a text or a tick."""
    entries: dict[str, str | bool] = {
        "crs": "EPSG:4326", "pixel_size": "1", "snap": "region", "destination": "drive", "asset_path": "a",
        "overwrite": True, "drive_folder": "f", "drive_prefix": "p", "bucket": "b", "cloud_storage_prefix": "c",
        "request_id": "r", "priority": "1", "max_pixels": "2", "workload_tag": "w", "description": "d",
        "image_text": "projects/p/assets/i",
    }  # fmt: skip
    for name, value in entries.items():
        form.typed(name, value)
    assert {name: getattr(form.draft, name) for name in entries} == entries | {"asset_path": "a"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region", "x"), ("loaded", "x"), ("no_such_field", "x"), ("destination", "tape"), ("snap", True),
        ("overwrite", "yes"), ("priority", True), ("crs", "half \udc00"),
    ],
)  # fmt: skip
def test_what_the_page_may_not_type_is_logged_and_left_alone(
    form: ExportSession, caplog: pytest.LogCaptureFixture, name: str, value: str | bool
) -> None:
    """Fields that no control shows and values that no control gives change nothing and raise nothing."""
    before = form.draft
    form.typed(name, value)
    assert form.draft is before
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_an_empty_description_is_derived_again(form: ExportSession) -> None:
    """Clearing the field goes back to the destination's name."""
    form.typed("description", "mine")
    assert form.snapshot.composed.body["description"] == "mine"
    form.typed("description", "")
    assert form.draft.description is None
    form.edit(asset_path="projects/p/assets/other")
    assert form.snapshot.composed.body["description"] == "other"


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"pixelsize": "30"}, TypeError, "did you mean 'pixel_size'"),
        ({"crs": "EPSG:4326", "scale": 3}, TypeError, "a draft has no field 'scale'"),
        ({"destination": "tape"}, ValueError, "tape"),
        ({"crs": 4326}, TypeError, "crs must be a text"),
        ({"region": {"type": "Point", "coordinates": [0, 0]}}, InvalidRequestError, "Polygon"),
    ],
)
def test_an_edit_that_cannot_be_made_raises_and_changes_nothing(
    form: ExportSession, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    """A misspelt name is told with the nearest one; no part of the edit happens."""
    before = form.draft
    with pytest.raises(error, match=words):
        form.edit(**changes)
    assert form.draft is before
    assert not form.snapshot.can_undo


def test_an_edit_takes_values_as_people_have_them(form: ExportSession) -> None:
    """Numbers, names of policies and GeoJSON, and an expression mapping."""
    ring = [[-54.6, -25.4], [-54.5, -25.4], [-54.5, -25.3], [-54.6, -25.4]]
    form.edit(
        expression=image_load("a"), region={"type": "Polygon", "coordinates": [ring]}, crs=UTM, pixel_size=30,
        priority=7, max_pixels=10**9, default_policy="MODE", overrides={"B2": "MEAN"},
        asset_path="projects/demo-project/assets/out",
    )  # fmt: skip
    assert form.request is not None
    body = form.request.to_json()
    assert (body["priority"], body["maxPixels"]) == (7, "1000000000")
    assert body["assetExportOptions"]["pyramidingPolicyOverrides"] == {"B2": "MEAN"}
    assert not form.snapshot.errors


def test_an_edit_is_one_step(form: ExportSession) -> None:
    """Undo takes all of it back, redo makes all of it again."""
    fill(form)
    filled = form.draft
    form.edit(crs="EPSG:4326", pixel_size="0.001", snap="multiples")
    edited = form.draft
    form.undo()
    assert form.draft == filled
    assert form.snapshot.can_redo
    form.redo()
    assert form.draft == edited
    assert not form.snapshot.can_redo


def test_quick_edits_are_steps_of_their_own(form: ExportSession) -> None:
    """Only keystrokes are taken together: two commands are two steps, however fast the code is."""
    form.edit(region=AREA)
    form.edit(region=None)
    form.undo()
    assert form.draft.region == AREA


def test_undo_and_redo_end_at_their_ends(form: ExportSession) -> None:
    """Where there is nothing to take back, nothing happens."""
    before = form.draft
    form.undo()
    form.redo()
    assert form.draft is before


def test_an_edit_that_changes_nothing_is_no_step(form: ExportSession) -> None:
    """The same values again leave nothing to undo."""
    form.edit(crs="")
    assert not form.snapshot.can_undo


def test_quick_typing_in_one_field_is_one_step(form: ExportSession, clock: Clock) -> None:
    """A pause begins the next one."""
    for text in ("E", "EP", "EPS"):
        form.typed("crs", text)
        clock.go_on(0.5)
    clock.go_on(5)
    form.typed("crs", "EPSG:4326")
    form.undo()
    assert form.draft.crs == "EPS"
    form.undo()
    assert form.draft.crs == ""


def test_a_form_can_begin_somewhere(form: ExportSession) -> None:
    """What it begins with is not undone."""
    fill(form)
    form.begin_here()
    filled = form.draft
    form.undo()
    assert form.draft is filled
    assert not form.snapshot.can_undo


@pytest.mark.parametrize("changes", [{"region": AREA}, {"crs": "EPSG:4326"}, {"pixel_size": "60"}, {"snap": "region"}])
def test_an_edit_of_the_grid_replaces_a_loaded_one(form: ExportSession, changes: dict[str, Any]) -> None:
    """Region, CRS, pixel size and snapping describe a grid anew; other edits leave it alone."""
    form.load(ASSET)
    form.edit(priority="7")
    loaded = form.draft
    form.edit(**changes)
    assert (loaded.grid is None, form.draft.grid) == (False, None)
    form.undo()
    assert form.draft == loaded


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_loading_a_body_gives_its_request_and_undo_what_was_before(form: ExportSession, body: Body) -> None:
    """The request is the body, canonically; one undo restores the whole draft, and redo the whole body."""
    fill(form)
    form.edit(overrides={"B2": PyramidingPolicy.MIN}, drive_prefix="kept", description="kept")
    before = form.draft
    form.load(body)
    expected = ExportImageRequest.from_json(body).to_json()
    assert form.request is not None
    assert form.request.to_json() == expected
    form.undo()
    assert form.draft == before
    form.redo()
    assert form.request.to_json() == expected


def test_a_request_can_be_loaded_as_it_is(form: ExportSession) -> None:
    """A request that was read already is taken, too."""
    form.load(ExportImageRequest.from_json(ASSET))
    assert form.request is not None
    assert form.request.to_json() == ASSET


@pytest.mark.parametrize("body", [[], "x", None, {"pyramidPolicy": "MEAN"}, {"fileExportOptions": 3}])
def test_what_is_no_export_is_not_loaded(form: ExportSession, body: Any) -> None:  # noqa: ANN401 - anything
    """The form stays as it is."""
    before = form.draft
    with pytest.raises(InvalidRequestError):
        form.load(body)
    assert form.draft is before


def test_an_image_is_chosen_by_what_was_typed(form: ExportSession) -> None:
    """An id gives its expression, anything else none, and the text stays."""
    for text, expression in (
        (" projects/p/assets/a ", image_load("projects/p/assets/a")), ("no image", None), ("", None),
    ):  # fmt: skip
        form.choose_image(text)
        assert form.draft.image_text == text.strip()
        assert form.draft.expression == expression


@pytest.mark.parametrize("text", [json.dumps(image_load("a")), f"\n {json.dumps(image_load('a'), indent=2)}\n"])
def test_an_expression_can_be_pasted(form: ExportSession, text: str) -> None:
    """It is the image, has no name, and leaves the field: a page of JSON is no name to show."""
    form.choose_image(text)
    assert (form.draft.image_text, form.draft.expression) == ("", image_load("a"))
    form.choose_image("b")
    form.set_image(text)
    assert (form.draft.image_text, form.draft.expression) == ("", image_load("a"))
    form.choose_image("b")
    form.edit(image_text=text)
    assert (form.draft.image_text, form.draft.expression) == ("", image_load("a"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no image", "is not the id of an asset"),
        ('{"result": "0",}', "Line 1, column 16"),
        ('{"result": "0", "values": {}}', "An expression needs"),
        ('{"expression": {}}', "This is a whole request"),
    ],
)
def test_what_stands_for_no_image_is_told_at_the_field(form: ExportSession, text: str, words: str) -> None:
    """The text stays, and a sentence says what is wrong with it."""
    form.choose_image(text)
    assert (form.draft.image_text, form.draft.expression) == (text, None)
    [message] = item(image_view(form.snapshot), "image_text")["messages"]
    assert words in f"{message['strong']} {message['text']}"


def test_an_image_can_be_an_expression(form: ExportSession) -> None:
    """A mapping has a name only where one is given."""
    form.set_image(image_load("a"), name="my image")
    assert (form.draft.image_text, form.draft.expression) == ("my image", image_load("a"))
    with pytest.raises(InvalidRequestError):
        form.set_image({"not": "an expression"})


def test_rectangles_are_drawn_in_the_exports_crs(form: ExportSession) -> None:
    """In degrees while there is none that is known."""
    assert form.snapshot.drawing_crs == "EPSG:4326"
    form.edit(crs="epsg:32621")
    assert form.snapshot.drawing_crs == UTM
    form.edit(crs="nowhere")
    assert form.snapshot.drawing_crs == "EPSG:4326"
    form.load({"grid": {**ASSET["grid"], "crsCode": "EPSG:999999"}})
    assert form.snapshot.drawing_crs == "EPSG:4326"


def test_changes_from_many_threads_lose_nothing(form: ExportSession) -> None:
    """Every override that a thread sets is there in the end, and every step can be undone."""
    ready = threading.Barrier(8)

    def work(number: int) -> None:
        ready.wait()
        for step in range(10):
            form.change(lambda draft, name=f"{number}-{step}": draft.with_overrides({name: PyramidingPolicy.MODE}))  # type: ignore[misc] # the name of this round
            form.update(notice=f"{number}-{step}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(form.draft.overrides) == 80
    for _ in range(80):
        form.undo()
    assert form.draft.overrides == {}
    assert not form.snapshot.can_undo


def test_a_step_that_fails_changes_nothing(form: ExportSession) -> None:
    """The session can be used afterwards, from any thread."""
    before = form.draft

    def fail(_draft: Draft) -> Draft:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        form.change(fail)
    assert form.draft is before
    thread = threading.Thread(target=form.edit, kwargs={"crs": UTM})
    thread.start()
    thread.join(5)
    assert form.draft.crs == UTM


def test_who_watches_sees_whole_moments(form: ExportSession) -> None:
    """One change of the draft is one new snapshot, and no change is none."""
    seen: list[str] = []
    form.observe(lambda change: seen.append(change.new.draft.crs), names="snapshot")
    form.edit(crs="a", pixel_size="b")
    form.edit(crs="a")
    assert seen == ["a"]


def test_a_closed_form_shows_nothing_new(make_form: MakeForm) -> None:
    """Edits after the end do no harm."""
    session = make_form()
    session.close()
    before = session.snapshot
    session.edit(crs=UTM)
    session.undo()
    assert session.snapshot is before


def test_another_band_can_stand_for_the_images_grid(connected: ExportSession, service: Service) -> None:
    """Chosen in the form, kept when the image is read again, and taken back like any step."""
    coarse = {**IMAGE["bands"][1], "crs_transform": [60, 0, CORNER[0], 0, -60, CORNER[1]]}
    service.image = {**IMAGE, "bands": [IMAGE["bands"][0], coarse]}
    fill(connected)
    connected.edit(pixel_size="")
    wait_for(connected, lambda snapshot: snapshot.image.state == "ready")

    def pixel() -> float:
        grid = connected.snapshot.composed.grid
        assert grid is not None
        return grid.affine_transform.scale_x

    assert pixel() == 30
    connected.typed("source_band", "B3")
    assert pixel() == 60
    read_image(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    assert pixel() == 60
    connected.undo()
    assert pixel() == 30


def test_the_depth_of_a_band_is_typed_beside_those_of_others(form: ExportSession) -> None:
    """Whatever the name of the band; typing on is one step back."""
    form.typed("tensor_depths.B2", "3")
    for text in ("1", "12"):
        form.typed("tensor_depths.a.b", text)
    assert form.draft.tensor_depths == {"B2": "3", "a.b": "12"}
    form.undo()
    assert form.draft.tensor_depths == {"B2": "3"}
