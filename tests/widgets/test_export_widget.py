"""The form as one widget, without a browser."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import google.auth.credentials
import httpx
import numpy as np
import pytest

from ee_export_widget import EarthEngineClient, ExportWidget, InvalidRequestError
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.snapshot import ImageState
from tests.unit.client.scripted import refusal
from tests.unit.core.bodies import ASSET
from tests.unit.session.service import AREA, CORNER, IMAGE, OUT, PROJECT, SCENE, UTM, Service, wait_for
from tests.widgets.conftest import MakeForm, registered
from tests.widgets.page import field_of, module_of, overlay_of, parts, press, say, type_into, view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.session.snapshot import Snapshot

EVIL = "<script>alert(1)</script>"
RING = [[-54.6, -25.5], [-54.5, -25.5], [-54.5, -25.4], [-54.6, -25.4], [-54.6, -25.5]]
REGION = {"type": "Polygon", "coordinates": [RING]}
PANELS = {
    "bar": "Project and connection", "strip": "Notices", "image": "Image", "grid": "Grid facts and fields",
    "bands": "Bands and pyramiding", "destination": "Destination", "advanced": "Advanced", "action": "Submit",
    "preview": "Request", "operations": "Operations",
}  # fmt: skip


def many_bands(count: int) -> ImageState:
    bands = [{**IMAGE["bands"][0], "id": f"B{number}"} for number in range(count)]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    return ImageState("ready", info, suggestions=info.suggestions)


def until(form: ExportWidget, condition: Callable[[Snapshot], bool]) -> Snapshot:
    return wait_for(form.session, condition)


def test_a_form_needs_neither_a_loop_nor_a_network(make_form: MakeForm) -> None:
    """Building one on a bare thread opens nothing, and says what is missing."""
    made: list[ExportWidget] = []
    thread = threading.Thread(target=lambda: made.append(make_form(SCENE, crs=UTM, scale=30, region=REGION)))
    thread.start()
    thread.join(10)
    (form,) = made
    assert form.request is None
    assert [problem.code for problem in form.problems if problem.severity == "error"] == [
        "project-missing", "destination-missing",
    ] or form.problems  # fmt: skip
    assert form.operations == ()


def test_a_form_stays_small_whatever_the_image(make_form: MakeForm) -> None:
    """Thousands of bands are one model with lists, not thousands of models."""
    before = registered()
    form = make_form()
    empty = len(registered() - before)
    form.session.update(image=many_bands(5000))
    form.session.set_image(SCENE)
    form.session.update(image=many_bands(5000))
    assert len(view_of(form, PANELS["bands"])["ids"]) == 5000
    assert len(registered() - before) == empty < 100


def test_every_panel_is_shown_at_once(form: ExportWidget) -> None:
    """A form that nobody has touched is complete."""
    assert all(view_of(form, label) for label in PANELS.values())
    assert overlay_of(form).view["call"]["strong"] == "No region yet"


def test_panels_carry_the_promised_hooks(form: ExportWidget) -> None:
    """The classes by which outside checks find the parts of a form."""
    classes = {name for part in parts(form) for name in getattr(part, "_dom_classes", ())}
    assert {
        "eew-root", "eew-map", "eew-grid", "eew-destination", "eew-bands", "eew-preview", "eew-status",
    } <= classes  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        (30, "30"),
        (30.0, "30"),
        (0.1, "0.1"),
        ((30, 60.5), "30 x 60.5"),
        (np.float32(0.5), "0.5"),
        (np.int64(10), "10"),
        ("30 m", "30 m"),
    ],
)
def test_a_form_begins_with_what_it_was_given(make_form: MakeForm, scale: Any, text: str) -> None:  # noqa: ANN401 - what people have
    """And none of that can be undone."""
    form = make_form(image_load(SCENE), region=REGION, crs=UTM, scale=scale)
    assert form.session.draft.pixel_size == text
    assert form.session.draft.crs == UTM
    assert form.session.draft.expression == image_load(SCENE)
    assert form.session.snapshot.composed.grid is not None
    assert not form.session.snapshot.can_undo


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"imge": "x"}, TypeError, "image"),
        ({"base_ulr": "x"}, TypeError, "base_url"),
        ({"xyzzy": "x"}, TypeError, "xyzzy"),
        ({"client": "ours", "project": "p"}, TypeError, "client comes with its own project"),
        ({"client": "ours", "credentials": "c"}, TypeError, "client comes with its own project"),
        ({"client": "ours", "base_url": "u"}, TypeError, "client comes with its own project"),
        ({"client": "ours"}, TypeError, "client must be an EarthEngineClient, not 'ours'"),
        ({"image": 5}, InvalidRequestError, "int"),
        ({"image": {"result": 1}}, InvalidRequestError, "expression"),
        ({"region": {"type": "Point"}}, InvalidRequestError, "Polygon"),
        ({"crs": 32621}, TypeError, "crs"),
        ({"scale": object()}, TypeError, "pixel_size"),
        ({"project": "Not A Project"}, InvalidRequestError, "project"),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(
    make_form: MakeForm, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    """The error says what is meant, and no widget is left behind."""
    before = registered()
    with pytest.raises(error, match=words):
        make_form(**options)
    assert registered() == before


def test_rendering_edits_nothing(make_form: MakeForm) -> None:
    """However often a form is drawn, its draft and its history stay as they are."""
    form = make_form(SCENE, region=REGION, crs=UTM, scale=30)
    before = form.session.snapshot
    for _ in range(3):
        form._assembly._render()
    assert form.session.snapshot is before
    form.session.edit(priority="7")
    edited = form.session.draft
    form.flush()
    assert form.session.draft is edited


def test_what_is_typed_in_the_page_reaches_the_draft(form: ExportWidget) -> None:
    """As it was typed, with the number of the message as its receipt."""
    type_into(form, PANELS["grid"], "pixel_size", "12a", seq=3)
    type_into(form, PANELS["grid"], "crs", UTM, seq=4)
    assert (form.session.draft.pixel_size, form.session.draft.crs) == ("12a", UTM)
    view = view_of(form, PANELS["grid"])
    assert view["ack"] == 4
    shown = field_of(form, PANELS["grid"], "pixel_size")
    assert shown["value"] == "12a"
    assert [message["field"] for message in shown["messages"]] == ["grid.affineTransform.scaleX"]


def test_an_older_message_does_not_take_the_receipt_back(form: ExportWidget) -> None:
    """Views of one form count on from each other."""
    type_into(form, PANELS["destination"], "overwrite", value=True, seq=9)
    type_into(form, PANELS["destination"], "overwrite", value=False, seq=2)
    assert view_of(form, PANELS["destination"])["ack"] == 9


def test_what_is_edited_in_code_is_shown(form: ExportWidget) -> None:
    """By the panel that it belongs to, and in the request."""
    form.session.edit(destination="drive", drive_prefix="mine")
    assert field_of(form, PANELS["destination"], "drive_prefix")["value"] == "mine"
    assert '"filenamePrefix": "mine"' in view_of(form, PANELS["preview"])["text"]


def test_a_panel_that_shows_the_same_is_not_sent_again(form: ExportWidget) -> None:
    """Only what has changed travels to the page."""
    form.flush()
    sent: list[str] = []
    for name, label in PANELS.items():
        module_of(form, label).observe(lambda _, name=name: sent.append(name), names="view")
    form.session.edit(workload_tag="mine")
    form.flush()
    assert set(sent) == {"advanced", "preview", "bar"}


def test_the_page_can_do_what_code_can(make_form: MakeForm, service: Service) -> None:
    """Draw, suggest, undo, submit, cancel: each as a message of the page."""
    form = make_form(SCENE, client=service.client())
    until(form, lambda snapshot: bool(snapshot.image.tile_url))
    gesture = {"phase": "end", "a": [-54.6, -25.5], "b": [-54.5, -25.4]}
    say(overlay_of(form), {"event": "action", "name": "draw", "args": gesture})
    form.flush()
    assert len(overlay_of(form).view["handles"]) == 8
    press(form, PANELS["bands"], "use_suggestions", bands=["spectral_class"])
    assert view_of(form, PANELS["bands"])["written"] == [False, False, False, True]
    press(form, PANELS["bar"], "undo")
    assert view_of(form, PANELS["bands"])["written"] == [False] * 4
    press(form, PANELS["action"], "submit")
    assert view_of(form, PANELS["action"])["items"][0]["kind"] == "confirm"
    press(form, PANELS["action"], "submit_now")
    until(form, lambda snapshot: snapshot.submission.state == "submitted")
    (row,) = view_of(form, PANELS["operations"])["rows"]
    press(form, PANELS["operations"], "cancel_now", operation=row["name"])
    until(form, lambda snapshot: snapshot.operations[0].state.value == "CANCELLING")


def test_the_image_fills_the_form_as_it_is_read(make_form: MakeForm, service: Service) -> None:
    """Bands in the table, tiles for the page to try, and the map turned to the scene."""
    form = make_form(SCENE, client=service.client())
    until(form, lambda snapshot: bool(snapshot.image.tile_url))
    form.flush()
    assert view_of(form, PANELS["bands"])["ids"] == ["B2", "B3", "B4", "spectral_class"]
    assert overlay_of(form).tiles_url.endswith("/tiles/{z}/{x}/{y}")
    west, south, east, north = overlay_of(form).area
    assert -54.7 < west < east < -54.3
    assert -25.6 < south < north < -25.2


@pytest.mark.parametrize(
    "content",
    [
        None, 5, "x", [], {}, {"event": "edit"}, {"event": "edit", "field": "crs", "value": 5, "seq": 1},
        {"event": "edit", "field": 7, "value": "x", "seq": 1},
        {"event": "edit", "field": "crs", "value": "x", "seq": "1"},
        {"event": "edit", "field": "crs", "value": None, "seq": 1}, {"event": "action", "name": "undo"},
        {"event": "action", "name": None, "args": {}}, {"event": "action", "name": "undo", "args": []},
        {"event": "action", "name": "tab", "args": {"tab": float("nan")}},
        {"event": "action", "name": "nothing of ours", "args": {"x": 10**400}},
        {"event": "edit", "field": "no_such_field", "value": "x", "seq": 10**400},
        {"event": "edit", "field": "destination", "value": "tape", "seq": 1},
        {"event": "edit", "field": "overwrite", "value": "yes", "seq": 1},
    ],
    ids=str,
)  # fmt: skip
def test_no_message_of_the_page_breaks_a_form(
    form: ExportWidget, caplog: pytest.LogCaptureFixture, content: object
) -> None:
    """What cannot be read is logged, and the draft stays."""
    before = form.session.draft
    for part in (module_of(form, PANELS["grid"]), module_of(form, PANELS["operations"]), overlay_of(form)):
        say(part, content)
    form.flush()
    assert form.session.draft is before
    assert all(record.levelno == logging.WARNING for record in caplog.records)


def test_a_request_is_copied_whole(form: ExportWidget) -> None:
    """The copy button of a request that is too long for every view asks for it."""
    form.load(ASSET)
    sent: list[Any] = []
    module = module_of(form, PANELS["preview"])
    module.send = sent.append
    press(form, PANELS["preview"], "copy")
    (command,) = sent
    assert command["command"] == "copy"
    assert json.loads(command["text"]) == ASSET


def test_loading_and_asking_go_through_the_session(form: ExportWidget) -> None:
    """The widget's own members are those of its session."""
    form.load(ASSET)
    assert form.request is not None
    assert form.request.to_json() == ASSET
    assert form.problems == form.session.problems
    with pytest.raises(InvalidRequestError):
        form.load({"pyramidPolicy": "MEAN"})
    assert form.request.to_json() == ASSET


def test_a_form_submits_from_a_cell(make_form: MakeForm, service: Service) -> None:
    """On whatever loop the cell runs, and twice without a second export."""
    form = make_form(SCENE, client=service.client(), crs=UTM, scale=30)
    form.session.edit(region=AREA, asset_path=OUT)

    async def cell() -> list[str]:
        return [(await form.submit()).name for _ in range(2)]

    first, second = asyncio.run(cell())
    assert first == second
    assert [operation.name for operation in form.operations] == [first]
    assert len(service.operations) == 1


def test_closing_leaves_nothing_behind(make_form: MakeForm, service: Service) -> None:
    """No widget, no observer, no task; closing twice is harmless, and operations go on."""
    make_form().close()
    before = registered()
    form = make_form(SCENE, client=service.client())
    until(form, lambda snapshot: bool(snapshot.image.tile_url))
    form.session.edit(region=AREA, asset_path=OUT)
    asyncio.run(form.submit())
    say(overlay_of(form), {"event": "action", "name": "tiles_unreachable", "args": {"url": overlay_of(form).tiles_url}})
    session = form.session
    form.close()
    form.close()
    assert registered() == before
    assert not session._trait_notifiers.get("snapshot", {}).get("change")

    async def others() -> int:
        for _ in range(10):
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 2  # this one, and the one that keeps the loop

    assert kernel_runtime.start(others()).result(10) == 0
    assert service.operations


def test_a_script_that_ends_with_a_form_says_nothing() -> None:
    """Python collects what is left when it ends, and no form complains that it can't be closed any more."""
    script = "from ee_export_widget import ExportWidget\nform = ExportWidget()"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_a_closed_form_is_not_drawn_any_more(form: ExportWidget) -> None:
    """Late news and late messages do no harm."""
    module = module_of(form, PANELS["grid"])
    shown = module.view
    form.close()
    form.session.edit(crs=UTM)
    form.flush()
    say(module, {"event": "edit", "field": "crs", "value": "EPSG:4326", "seq": 1})
    assert module.view is shown


def test_a_saved_notebook_shows_the_request(make_form: MakeForm) -> None:
    """As text, and as HTML in which nothing is markup."""
    form = make_form(SCENE, crs=UTM, scale=30, region=REGION)
    form.session.edit(description=EVIL)
    bundle = form._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith("Earth Engine image export\n{")
    assert EVIL in bundle["text/plain"]
    assert EVIL not in bundle["text/html"]
    assert "&lt;script&gt;" in bundle["text/html"]
    assert "functionInvocationValue" not in bundle["text/plain"]


def test_markup_in_a_bands_name_stays_text(form: ExportWidget) -> None:
    """It travels as a string in a list, and nobody builds HTML of it."""
    bands = [{**IMAGE["bands"][0], "id": EVIL}]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    form.session.update(image=ImageState("ready", info, suggestions=info.suggestions))
    assert view_of(form, PANELS["bands"])["ids"] == [EVIL]
    assert EVIL not in form._repr_mimebundle_()["text/html"]


class Token(google.auth.credentials.Credentials):
    """Credentials that anybody would recognise."""

    SECRET = "ya29.this-is-the-secret"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # theirs has no types
        self.token = self.SECRET

    def refresh(self, request: object) -> None:
        """Stay as it is."""


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_no_secret_is_shown_anywhere(
    make_form: MakeForm, service: Service, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Not even by a service that gives the token back: neither in views nor in the snapshot, the bundle or the log."""
    told: list[str] = []

    def tell_all(request: httpx.Request) -> httpx.Response:
        told.append(request.headers["Authorization"])
        return refusal(status, f"Token {told[-1]} is not good.", "X")

    async def sleep(_seconds: float) -> None:
        """Do not wait."""

    service.faults["all"] = tell_all
    client = EarthEngineClient(
        PROJECT,
        credentials=Token(),
        base_url="https://service.example",
        transport=httpx.MockTransport(service._answer),
        surroundings=Surroundings(sleep=sleep, random=lambda: 0.0),
    )
    form = make_form(SCENE, client=client, crs=UTM, scale=30)
    form.session.edit(region=AREA, destination="drive", drive_prefix="x")
    until(
        form, lambda now: now.connection.state in {"offline", "refused", "signed_out"} and now.image.state == "failed"
    )
    form.session.submit_in_background()
    until(form, lambda snapshot: snapshot.submission.state in {"failed", "unsure"})
    form.flush()
    shown = [
        repr(form.session.snapshot),
        repr(form),
        repr(form._repr_mimebundle_()),
        *(repr(part.get_state()) for part in parts(form)),
        *(record.getMessage() + str(record.exc_text or "") for record in caplog.records),
    ]
    assert any(Token.SECRET in header for header in told)
    assert [text for text in shown if Token.SECRET in text] == []


def test_a_scene_is_drawn_on_its_own_pixels(make_form: MakeForm, service: Service) -> None:
    """From the map's gesture to the body that goes out: whole offsets on the Landsat grid."""
    form = make_form(SCENE, client=service.client())
    until(form, lambda snapshot: bool(snapshot.image.tile_url))
    for phase, b in (("start", [-54.6, -25.5]), ("move", [-54.55, -25.45]), ("end", [-54.5, -25.4])):
        gesture = {"phase": phase, "a": [-54.6, -25.5], "b": b}
        say(overlay_of(form), {"event": "action", "name": "draw", "args": gesture})
    assert form.request is not None
    transform = form.request.to_json()["grid"]["affineTransform"]
    assert (transform["scaleX"], transform["scaleY"]) == (30, -30)
    assert (transform["translateX"] - CORNER[0]) % 30 == 0
    assert (transform["translateY"] - CORNER[1]) % 30 == 0


def test_style_of_the_form_reaches_the_page_once(make_form: MakeForm) -> None:
    """Every panel needs it, and the page keeps it: with each of them it would weigh more than all that they show."""
    form = make_form()
    panels = [panel.widget for panel in form._assembly._panels.values()]
    assert ["_css" in panel.keys and ".eew-frame" in panel._css for panel in panels].count(True) == 1
    assert all(not panel._esm.startswith("/**") for panel in panels)
