"""Submitting: exactly once, with a note on disk, and every outcome said."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from ee_export_widget.errors import (
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    InvalidRequestError,
    PermissionDeniedError,
    QuotaExceededError,
)
from ee_export_widget.session import present
from ee_export_widget.session.journal import Journal
from ee_export_widget.session.snapshot import Submission
from tests.unit.client.scripted import refusal
from tests.unit.core.bodies import ASSET, DELETE, changed
from tests.unit.session.moments import item
from tests.unit.session.service import CORNER, OUT, PROJECT, START, URL, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.core.operation import Operation
    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock, MakeForm


@pytest.fixture
def ready(make_form: MakeForm, service: Service, journal: Journal) -> ExportSession:
    """Give a session that could submit."""
    form = make_form(journal=journal)
    fill(form)
    connect(form, service)
    return form


WITHOUT_ID = {
    "requestId": DELETE,
    "assetExportOptions.earthEngineDestination.name": OUT,
    "assetExportOptions.pyramidingPolicyOverrides": DELETE,
}


def error_message(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["message"])


def submit(form: ExportSession) -> Operation:
    return asyncio.run(form.submit())


def test_a_request_is_submitted_and_followed(ready: ExportSession, service: Service) -> None:
    """The body of the draft goes out, its operation comes back and is shown as this form's own."""
    operation = submit(ready)
    assert ready.request is not None
    assert service.exports == [ready.request.to_json()]
    assert ready.operations == (operation,)
    assert ready.snapshot.started_here == {operation.name}
    assert ready.snapshot.submission == Submission("submitted", at=START, operation=operation.name)


def test_submitting_waits_for_the_image(ready: ExportSession, service: Service) -> None:
    """Until its bands are read nobody knows where its pixels are: an early grid would lie half a pixel off."""
    hold = service.hold("describe")
    ready.choose_image("projects/demo-project/assets/other")
    hold.until_asked()
    ready.submit_in_background()
    assert service.exports == []
    hold.let_go()
    wait_for(ready, lambda snapshot: snapshot.submission.state == "submitted")
    transform = service.exports[0]["grid"]["affineTransform"]
    assert (transform["translateX"] - CORNER[0]) % 30 == 0


def test_submitting_waits_for_the_check_of_the_name(ready: ExportSession, service: Service) -> None:
    """A name that is taken is refused here, and not by an operation that fails later."""
    service.assets[OUT] = {"type": "IMAGE"}
    ready.edit(asset_path="other")
    ready.edit(asset_path=OUT)
    with pytest.raises(InvalidRequestError, match="exists already"):
        submit(ready)
    assert service.exports == []


def test_a_name_that_could_not_be_checked_is_checked_again(ready: ExportSession, service: Service) -> None:
    """As the form has said."""
    service.faults["asset"] = service.down
    ready.edit(asset_path="other")
    wait_for(ready, lambda snapshot: snapshot.target.state == "unreachable")
    service.faults.clear()
    service.assets[f"projects/{PROJECT}/assets/other"] = {"type": "IMAGE"}
    with pytest.raises(InvalidRequestError, match="exists already"):
        submit(ready)
    assert service.exports == []


def test_a_submission_is_noted_before_and_after(ready: ExportSession, service: Service, journal: Journal) -> None:
    """A kernel that dies while the answer is on its way has left a note with the request id."""
    hold = service.hold("export")
    ready.submit_in_background()
    hold.until_asked()
    (note,) = journal.recent(base_url=URL, project=PROJECT, now=START)
    assert (note.request_id, note.description, note.operation) == ("id-1", "out", "")
    hold.let_go()
    wait_for(ready, lambda snapshot: snapshot.submission.state == "submitted")
    (note,) = journal.recent(base_url=URL, project=PROJECT, now=START)
    assert note.operation == ready.operations[0].name


def test_a_note_that_cannot_be_written_is_said_and_stops_nothing(
    make_form: MakeForm, service: Service, tmp_path: Path
) -> None:
    """The export is worth more than the note."""
    (tmp_path / "file").write_text("")
    form = make_form(journal=Journal(tmp_path / "file" / "state"))
    fill(form)
    connect(form, service)
    assert submit(form).name in form.snapshot.started_here
    assert (
        form.snapshot.notice == "The submission could not be noted on disk: Not a directory. It goes out all the same."
    )


@pytest.mark.parametrize("changes", [{"pixel_size": "12a"}, {"request_id": ""}, {"region": None}, {"asset_path": ""}])
def test_a_draft_with_problems_is_not_sent(ready: ExportSession, service: Service, changes: dict[str, Any]) -> None:
    """The error lists them, and the form goes back to where they stand."""
    ready.edit(**changes)
    with pytest.raises(InvalidRequestError) as caught:
        submit(ready)
    assert caught.value.problems == ready.snapshot.errors
    assert caught.value.problems
    assert service.exports == []
    assert ready.snapshot.submission == Submission()


def test_without_a_service_nothing_is_sent(form: ExportSession) -> None:
    """The error says what to do, and so does the form."""
    fill(form)
    with pytest.raises(ExportWidgetError, match="not connected") as caught:
        submit(form)
    assert caught.value.hint == "Choose a project, or the local emulator."
    assert form.snapshot.submission.state == "failed"


def test_a_second_submit_of_the_same_draft_gives_the_same_operation(ready: ExportSession, service: Service) -> None:
    """However often it is asked for, one export runs."""
    first = submit(ready)
    second = submit(ready)
    assert second.name == first.name
    assert len(service.operations) == 1
    assert [body["requestId"] for body in service.exports] == ["id-1", "id-1"]
    assert len(ready.operations) == 1


def test_a_submit_while_one_is_under_way_is_refused(ready: ExportSession, service: Service) -> None:
    """A press too many neither sends nor disturbs."""
    hold = service.hold("export")
    ready.submit_in_background()
    hold.until_asked()
    with pytest.raises(ExportWidgetError, match="being submitted already"):
        submit(ready)
    ready.perform("submit_now", {})
    ready.ask_to_submit()
    assert ready.snapshot.submission.state == "submitting"
    hold.let_go()
    wait_for(ready, lambda snapshot: snapshot.submission.state == "submitted")
    assert len(service.operations) == 1


def test_many_submits_at_once_send_once(ready: ExportSession, service: Service) -> None:
    """From as many threads as you like."""
    barrier, names, refused = threading.Barrier(6), set(), []

    def press() -> None:
        barrier.wait()
        try:
            names.add(submit(ready).name)
        except ExportWidgetError as error:
            refused.append(error.message)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1
    assert len(service.operations) == 1
    assert set(refused) <= {"This export is being submitted already."}


@pytest.mark.parametrize(
    ("fault", "state"),
    [(httpx.ConnectError("refused"), "failed"), (httpx.ReadTimeout("silence"), "unsure")],
    ids=["nobody there", "no answer"],
)
def test_a_lost_connection_keeps_the_id(
    ready: ExportSession, service: Service, fault: Exception, state: Literal["failed", "unsure"]
) -> None:
    """The form says what happened, or may have, and what to do; trying again starts one export at most."""
    service.faults["export"] = fault
    with pytest.raises(ConnectionFailedError) as caught:
        submit(ready)
    assert ready.snapshot.submission == Submission(state, caught.value.message, caught.value.hint, START)
    assert caught.value.hint
    assert ready.draft.request_id == "id-1"
    service.faults.clear()
    submit(ready)
    assert service.exports[-1]["requestId"] == "id-1"
    assert ready.snapshot.submission.state == "submitted"


def test_a_lost_answer_finds_its_operation(ready: ExportSession, service: Service) -> None:
    """Where the export has started and the answer was lost, the next attempt gives that operation."""

    def start_and_lose(request: httpx.Request) -> httpx.Response:
        del service.faults["export"]
        service._export("", {"requestId": "id-1", "description": "out"})
        raise httpx.ReadError("cut", request=request)

    service.faults["export"] = start_and_lose
    operation = submit(ready)
    assert service.asked.count("export") == 2
    assert operation.name in service.operations
    assert len(service.operations) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(400, "Unknown band.", "INVALID_ARGUMENT"), BadRequestError),
        (refusal(429, "Too many tasks already in the queue.", "RESOURCE_EXHAUSTED"), QuotaExceededError),
    ],
    ids=["refused", "queue full"],
)
def test_a_definite_refusal_takes_another_id(
    ready: ExportSession, service: Service, fault: httpx.Response, error: type[ExportWidgetError]
) -> None:
    """The service may remember the id of what it refused: the next attempt has a new one."""
    service.faults["export"] = fault
    with pytest.raises(error):
        submit(ready)
    assert ready.draft.request_id != "id-1"
    assert ready.snapshot.submission.message == error_message(fault)
    service.faults.clear()
    submit(ready)
    assert service.exports[-1]["requestId"] == ready.draft.request_id
    assert ready.snapshot.submission.state == "submitted"


def test_who_may_not_export_is_led_on(ready: ExportSession, service: Service) -> None:
    """Beside the refusal stand another project and the name of the permission; the request stays."""
    asset = ready.draft.asset_path
    service.faults["export"] = refusal(403, "Permission earthengine.exports.create denied.", "PERMISSION_DENIED")
    with pytest.raises(PermissionDeniedError):
        submit(ready)
    note = item(present.action(ready.snapshot), "note")
    assert note["strong"] == f"You may not start exports in {ready.snapshot.project}."
    assert [(fix["label"], fix.get("leads"), fix.get("copies")) for fix in note["fixes"]] == [
        ("Choose another project", "project", None),
        ("Copy permission name", None, "earthengine.exports.create"),
    ]
    ready.use_project("other-project")
    assert (ready.snapshot.project, ready.draft.asset_path) == ("other-project", asset)
    assert ready.draft.expression is not None
    assert not ready.snapshot.submission.denied


def test_a_refusal_after_a_lost_answer_keeps_the_id(ready: ExportSession, service: Service) -> None:
    """What may be running is not started a second time under another id."""
    steps: list[Exception | httpx.Response] = [
        httpx.ReadTimeout("silence"),
        refusal(400, "Unknown band.", "INVALID_ARGUMENT"),
    ]

    def fault(_request: httpx.Request) -> httpx.Response:
        step = steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    service.faults["export"] = fault
    with pytest.raises(BadRequestError) as caught:
        submit(ready)
    assert "may have started" in caught.value.hint
    assert ready.draft.request_id == "id-1"


def test_an_edit_after_sending_takes_another_id(ready: ExportSession, clock: Clock) -> None:
    """A sent id belongs to what was sent; the draft that was sent gets it back."""
    submit(ready)
    ready.edit(priority="7")
    clock.go_on(10)
    edited = ready.draft.request_id
    assert edited != "id-1"
    assert ready.snapshot.submission == Submission()
    ready.edit(priority="8")
    assert ready.draft.request_id == edited
    ready.undo()
    assert ready.draft.request_id == edited
    ready.undo()
    assert (ready.draft.priority, ready.draft.request_id) == ("100", "id-1")


def test_an_undo_to_what_was_never_sent_takes_another_id(ready: ExportSession) -> None:
    """The draft before the one that was sent had the same id, and may not be sent with it."""
    ready.edit(priority="7")
    submit(ready)
    ready.undo()
    assert ready.draft.request_id not in {"", "id-1"}
    ready.redo()
    assert (ready.draft.priority, ready.draft.request_id) == ("7", "id-1")


def test_a_sent_id_that_is_typed_again_is_replaced(ready: ExportSession) -> None:
    """Also where somebody asks for it."""
    submit(ready)
    ready.edit(priority="7", request_id="id-1")
    assert ready.draft.request_id != "id-1"


def test_an_id_belongs_to_one_project(ready: ExportSession, service: Service) -> None:
    """Elsewhere the same draft is another export; back home it is the old one."""
    submit(ready)
    connect(ready, service)
    assert ready.draft.request_id == "id-1"
    connect(ready, Service(), "other-project")
    assert ready.draft.request_id != "id-1"
    ready.edit(request_id="id-1")
    assert ready.draft.request_id != "id-1"


def test_a_new_export_takes_another_id(ready: ExportSession) -> None:
    """Copy as new export makes the same draft ready to be sent again."""
    submit(ready)
    ready.perform("new_export", {})
    assert ready.snapshot.submission == Submission()
    second = submit(ready)
    assert len(ready.operations) == 2
    assert second.name in ready.snapshot.started_here


def test_an_edit_while_submitting_prepares_the_next_export(ready: ExportSession, service: Service) -> None:
    """The operation is followed, and the edited draft is not called submitted."""
    hold = service.hold("export")
    ready.submit_in_background()
    hold.until_asked()
    ready.edit(priority="7")
    assert ready.snapshot.submission.state == "submitting"
    assert ready.draft.request_id != "id-1"
    hold.let_go()
    snapshot = wait_for(ready, lambda snapshot: len(snapshot.operations) == 1)
    assert snapshot.submission == Submission()


def test_a_refusal_leaves_an_edited_draft_alone(ready: ExportSession, service: Service) -> None:
    """It has another id already."""
    hold = service.hold("export")
    service.faults["export"] = refusal(400, "No.", "INVALID_ARGUMENT")
    ready.submit_in_background()
    hold.until_asked()
    ready.edit(priority="7")
    edited = ready.draft
    hold.let_go()
    wait_for(ready, lambda snapshot: snapshot.submission.state == "failed")
    assert ready.draft == edited


def test_what_is_sent_has_documented_members_only(ready: ExportSession, service: Service) -> None:
    """Members that only clients know stay in the form and are not sent; a description always is."""
    folder = f"projects/{PROJECT}/assets/out"
    service.folders.add(folder)
    service.assets[folder] = {"type": "FOLDER"}
    common = {"requestId": "mine", "assetExportOptions.pyramidingPolicyOverrides": DELETE}
    extra = {"maxWorkers": 5, "assetExportOptions.tileSize": 256, "description": DELETE}
    ready.load(changed(ASSET, common | extra))
    assert ready.request is not None
    assert ready.request.to_json()["maxWorkers"] == 5
    submit(ready)
    assert service.exports == [changed(ASSET, common | {"description": "out_scene_2020"})]


def test_a_body_without_an_id_gets_one_when_it_is_submitted(ready: ExportSession, service: Service) -> None:
    """It is loaded as it is; what goes out has an id, which the form keeps as long as nothing is changed."""
    ready.load(changed(ASSET, WITHOUT_ID))
    assert ready.draft.request_id == ""
    operation = submit(ready)
    assert service.exports[0]["requestId"] == ready.draft.request_id != ""
    assert submit(ready) == operation
    assert service.exports[1]["requestId"] == ready.draft.request_id


def test_a_body_without_an_id_gets_one_when_it_is_to_be_confirmed(ready: ExportSession) -> None:
    """What is confirmed on the screen is what goes out, its id too."""
    ready.load(changed(ASSET, WITHOUT_ID))
    ready.ask_to_submit()
    assert ready.snapshot.submission.state == "confirming"
    assert ready.draft.request_id
    assert ready.request is not None
    assert ready.request.request_id == ready.draft.request_id


def test_asking_comes_before_submitting(ready: ExportSession) -> None:
    """The question is shown where nothing is wrong, and can be left."""
    ready.stop_asking()
    ready.ask_to_submit()
    assert ready.snapshot.submission.state == "confirming"
    ready.stop_asking()
    assert ready.snapshot.submission == Submission()
    ready.edit(pixel_size="12a")
    ready.ask_to_submit()
    assert ready.snapshot.submission == Submission()


def test_closing_ends_a_submission(ready: ExportSession, service: Service, journal: Journal) -> None:
    """Nothing stays on the loop; the note tells the next kernel."""
    hold = service.hold("export")
    ready.submit_in_background()
    hold.until_asked()
    (sending,) = [work for work in ready.jobs._all if work not in ready.jobs._named.values()]
    ready.close()
    assert sending.cancelled()
    assert [note.operation for note in journal.recent(base_url=URL, project=PROJECT, now=START)] == [""]


def test_a_closed_form_does_not_submit(ready: ExportSession, service: Service) -> None:
    """It says so."""
    ready.close()
    with pytest.raises(ExportWidgetError, match="has been closed"):
        submit(ready)
    ready.submit_in_background()
    assert service.exports == []


def test_changing_the_service_breaks_a_submission_off(ready: ExportSession, service: Service) -> None:
    """The form does not wait for ever, and says that the export may run."""
    hold = service.hold("export")
    ready.submit_in_background()
    hold.until_asked()
    connect(ready, Service(), "other-project")
    snapshot = wait_for(ready, lambda snapshot: snapshot.submission.state == "unsure")
    assert "may have started" in snapshot.submission.hint
    hold.let_go()


def test_a_failure_of_our_own_is_shown_too(ready: ExportSession, service: Service) -> None:
    """What nobody foresaw ends the submission visibly."""

    def break_down(_request: httpx.Request) -> httpx.Response:
        raise RuntimeError("unforeseen")

    service.faults["export"] = break_down
    ready.submit_in_background()
    snapshot = wait_for(ready, lambda snapshot: bool(snapshot.notice))
    assert snapshot.notice == "Something went wrong: unforeseen"
    assert snapshot.submission.state == "unsure"


def test_an_asset_of_another_project_is_submitted_from_this_one(ready: ExportSession, service: Service) -> None:
    """The name is sent as it is."""
    other = OUT.replace(PROJECT, "other-project")
    ready.edit(asset_path=other)
    ready.update(target=replace(ready.snapshot.target, state="free"))
    submit(ready)
    assert service.exports[0]["assetExportOptions"]["earthEngineDestination"]["name"] == other
