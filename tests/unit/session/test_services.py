"""What a session asks of the service, and what it makes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.core.expression import image_load
from ee_export_widget.session import reading, services, target
from ee_export_widget.session.snapshot import Connection, ImageState, TargetState
from tests.unit.client.scripted import refusal
from tests.unit.session.service import PROJECT, SCENE, START, URL, Service, connect, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from ee_export_widget.session.runtime import Runtime
    from tests.unit.session.conftest import MakeForm

FOLDER = f"projects/{PROJECT}/assets/exports"


def test_a_service_that_answers_is_connected(connected: ExportSession) -> None:
    """The snapshot names the project and the address."""
    snapshot = connected.snapshot
    assert snapshot.project == PROJECT
    assert snapshot.connection == Connection("earth_engine", "connected", base_url=URL)
    assert connected.client is not None


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        (httpx.ConnectError("refused"), "offline", "could not be asked"),
        (refusal(503, "Busy."), "offline", "Busy."),
        (refusal(403, "Not yours.", "PERMISSION_DENIED"), "refused", "Not yours."),
        (refusal(401, "Who are you?", "UNAUTHENTICATED"), "signed_out", "asks for a sign-in"),
    ],
    ids=["nobody there", "busy", "no permission", "no sign-in"],
)
def test_a_service_that_does_not_answer_says_why(
    form: ExportSession, service: Service, fault: Any, state: str, words: str  # noqa: ANN401 - a scripted answer
) -> None:  # fmt: skip
    """Out of reach and refused are two things; both carry the reason."""
    service.faults["all"] = fault
    form.connect(service.client(), Connection("earth_engine"))
    snapshot = wait_for(form, lambda snapshot: snapshot.connection.state == state)
    assert words in snapshot.connection.detail
    assert snapshot.connection.since == (START if state == "offline" else None)


def test_what_could_not_be_asked_is_asked_with_the_connection(form: ExportSession, service: Service) -> None:
    """Try again brings the bands and the check of the name, not only the connection."""
    service.faults["all"] = service.down
    fill(form)
    form.connect(service.client(), Connection("earth_engine"))
    wait_for(form, lambda now: (now.image.state, now.target.state) == ("failed", "unreachable"))
    service.faults.clear()
    form.reconnect()
    snapshot = wait_for(form, lambda now: now.image.state == "ready" and now.target.state == "free")
    assert snapshot.connection.state == "connected"
    assert snapshot.connection.since is None


def test_there_is_nothing_to_try_again_without_a_service(form: ExportSession) -> None:
    """The form stays as it is."""
    before = form.snapshot
    form.reconnect()
    form.cancel("projects/p/operations/a")
    assert form.snapshot == before


def test_the_image_is_read_when_it_is_chosen(connected: ExportSession, service: Service) -> None:
    """Bands, suggestions that know the values, and tiles to look at."""
    connected.set_image(SCENE)
    assert connected.snapshot.image.state == "reading"
    image = wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url)).image
    assert service.expressions == [image_load(SCENE)]
    assert image.info is not None
    assert image.info.band_ids == ("B2", "B3", "B4", "spectral_class")
    assert [suggestion.kind for suggestion in image.suggestions] == ["measured"] * 3 + ["class"]
    assert image.tile_url == f"{URL}/v1/projects/{PROJECT}/maps/1/tiles/{{z}}/{{x}}/{{y}}"


def test_an_image_is_read_once_when_a_body_is_loaded(connected: ExportSession, service: Service) -> None:
    """Loading, and taking it back, each ask for their own image and not twice."""
    connected.load({"expression": image_load(SCENE)})
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    connected.undo()
    assert connected.snapshot.image == ImageState()
    assert service.asked.count("describe") == 1


def test_an_image_chosen_before_the_service_is_read_with_it(form: ExportSession, service: Service) -> None:
    """The order in which things are chosen does not matter."""
    form.set_image(SCENE)
    assert form.snapshot.image == ImageState()
    connect(form, service)
    wait_for(form, lambda snapshot: snapshot.image.state == "ready")


def test_an_image_that_cannot_be_evaluated_is_a_failure_in_words(connected: ExportSession, service: Service) -> None:
    """The message of the service is kept."""
    service.faults["describe"] = refusal(400, "Image.load: Image asset 'x' not found.")
    connected.choose_image("x")
    image = wait_for(connected, lambda snapshot: snapshot.image.state == "failed").image
    assert "not found" in image.message


@pytest.mark.parametrize("kind", ["pixels", "map"])
def test_the_form_works_without_a_picture(connected: ExportSession, service: Service, kind: str) -> None:
    """A sample or tiles that cannot be had cost the picture, not the bands."""
    hold = service.hold(kind)
    service.faults[kind] = refusal(400, "Too large.")
    connected.set_image(SCENE)
    hold.until_asked()
    before = connected.snapshot.image
    hold.let_go()
    ended(connected, "read image")
    assert (before.state, connected.snapshot.image.state) == ("ready", "ready")
    assert connected.snapshot.image.tile_url == ""
    assert len(connected.snapshot.image.suggestions) == 4


def test_an_answer_for_another_image_is_not_shown(connected: ExportSession, service: Service) -> None:
    """Clearing the field while bands are being read leaves it clear."""
    hold = service.hold("describe")
    connected.choose_image(SCENE)
    hold.until_asked()
    reading = connected.jobs._named["read image"]
    connected.choose_image("")
    hold.let_go()
    assert reading.cancelled()
    assert connected.snapshot.image == ImageState()


@pytest.mark.parametrize(
    ("path", "state", "message"),
    [
        ("new", "free", "Name is free."),
        ("exports/new", "free", "Name is free. Folder exports exists and you may write to it."),
        ("scene", "taken", "An image with this name exists already. It has 2 bands, changed 2026-01-02."),
        ("one", "taken", "An image with this name exists already. It has 1 band, changed 2026-01-02."),
        ("exports", "refused", "A folder has this name."),
        ("many", "refused", "An image collection has this name."),
        ("nowhere/new", "homeless", "There is no folder nowhere yet."),
        ("scene/new", "refused", "scene is no folder: assets cannot be written below it."),
    ],
)
def test_the_name_of_the_asset_is_looked_up(
    connected: ExportSession, service: Service, path: str, state: str, message: str
) -> None:
    """Each answer of the service about a name is one of these."""
    changed = "2026-01-02T03:04:05Z"
    service.folders |= {FOLDER, SCENE}
    service.assets = {
        SCENE: {"type": "IMAGE", "bands": [{}, {}], "updateTime": changed},
        f"projects/{PROJECT}/assets/one": {"type": "IMAGE", "bands": [{}], "updateTime": changed},
        f"projects/{PROJECT}/assets/many": {"type": "IMAGE_COLLECTION"},
        FOLDER: {"type": "FOLDER"},
    }
    connected.edit(asset_path=path)
    assert connected.snapshot.target.state == "checking"
    target = wait_for(connected, lambda snapshot: snapshot.target.state != "checking").target
    assert (target.state, target.message) == (state, message)
    errors = [problem.code for problem in connected.snapshot.errors if problem.code.startswith("target")]
    assert errors == ([] if state == "free" else [f"target-{state}"])
    connected.edit(overwrite=True)
    errors = [problem.code for problem in connected.snapshot.errors if problem.code.startswith("target")]
    assert errors == ([f"target-{state}"] if state in {"refused", "homeless"} else [])


@pytest.mark.parametrize("kind", ["asset", "permissions"])
def test_a_name_that_cannot_be_looked_up_blocks_nothing(connected: ExportSession, service: Service, kind: str) -> None:
    """It is said, and that is all."""
    service.faults[kind] = service.down
    connected.edit(asset_path="exports/new")
    target = wait_for(connected, lambda snapshot: snapshot.target.state == "unreachable").target
    assert target.message == "Could not check the name. It is checked again on submit."


def test_a_name_that_the_service_cannot_read_is_refused(connected: ExportSession, service: Service) -> None:
    """In its own words."""
    service.faults["asset"] = refusal(400, "Asset names do not look like this.", "INVALID_ARGUMENT")
    connected.edit(asset_path="new")
    target = wait_for(connected, lambda snapshot: snapshot.target.state == "refused").target
    assert target.message == "Asset names do not look like this."


def test_only_the_last_name_is_looked_up(make_form: MakeForm, service: Service) -> None:
    """Keystrokes that follow each other ask once."""
    form = make_form(quiet_s=0.2)
    connect(form, service)
    for path in ("n", "ne", "new"):
        form.edit(asset_path=path)
    target = wait_for(form, lambda snapshot: snapshot.target.state == "free").target
    assert target.name == f"projects/{PROJECT}/assets/new"
    assert service.asked.count("asset") == 1


@pytest.mark.parametrize("changes", [{"asset_path": ""}, {"destination": "drive"}])
def test_an_answer_for_another_name_is_not_shown(
    connected: ExportSession, service: Service, changes: dict[str, Any]
) -> None:
    """What was asked for a name that is gone says nothing about what is there now."""
    hold = service.hold("asset")
    connected.edit(asset_path="scene")
    hold.until_asked()
    asking = connected.jobs._named["check target"]
    connected.edit(**changes)
    hold.let_go()
    assert asking.cancelled()
    assert connected.snapshot.target == TargetState()


def test_another_service_starts_afresh(connected: ExportSession, service: Service) -> None:
    """The draft stays; operations and answers of the old project do not."""
    fill(connected)
    connected.follow(*[])
    service.operation("A")
    connected.perform("tab", {"tab": "project"})
    wait_for(connected, lambda snapshot: len(snapshot.operations) == 1)
    draft = connected.draft
    connect(connected, Service(), "other-project")
    assert connected.operations == ()
    assert connected.snapshot.project == "other-project"
    assert connected.draft == draft


def test_an_answer_of_the_old_service_is_not_shown(form: ExportSession, service: Service) -> None:
    """Whoever changes the service while it is being asked hears of the new one only."""
    hold = service.hold("config")
    form.connect(service.client(), Connection("earth_engine"))
    hold.until_asked()
    connect(form, Service(), "other-project", base_url="http://127.0.0.1:2")
    hold.let_go()
    assert form.snapshot.connection.base_url == "http://127.0.0.1:2"
    assert form.snapshot.connection.state == "connected"


def test_late_words_of_the_old_service_change_nothing(form: ExportSession, service: Service) -> None:
    """Also those that were on their way when it was left."""
    connect(form, service)
    old = services.Watcher(form, form.client)  # type: ignore[arg-type] # it is connected
    connect(form, Service(), "other-project")
    old.connection_seen(retry_in_s=4)
    assert form.snapshot.connection.state == "connected"


def test_nobody_waits_for_an_answer_that_will_not_come(connected: ExportSession, service: Service) -> None:
    """A mistake of ours while reading ends the reading, and the check of the name."""

    def break_down(_request: object) -> None:
        raise RuntimeError("unforeseen")

    hold = service.hold("asset")
    service.faults["describe"] = break_down  # type: ignore[assignment] # that is the mistake
    connected.edit(asset_path="new")
    hold.until_asked()
    connected.choose_image("x")
    snapshot = wait_for(connected, lambda snapshot: bool(snapshot.notice))
    assert (snapshot.image.state, snapshot.image.message) == ("failed", "Something went wrong: unforeseen")
    assert snapshot.target.state == "unreachable"
    hold.let_go()


def test_a_failure_in_the_background_is_shown(form: ExportSession, caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours speaks for itself, any other is called what it is; both are in the log."""

    async def fail() -> None:
        raise RuntimeError("broken")

    form.run("work", fail())
    snapshot = wait_for(form, lambda snapshot: bool(snapshot.notice))
    assert snapshot.notice == "Something went wrong: broken"
    form.perform("dismiss", {})
    assert form.snapshot.notice == ""
    assert [record.message for record in caplog.records] == ["broken"]


def test_an_answer_that_comes_too_late_to_be_stopped_changes_nothing(
    connected: ExportSession, service: Service
) -> None:
    """What is no longer the draft's image or name is looked at once more before it is shown."""
    client = connected.client
    assert client is not None
    connected.run("late", reading._read_image(connected, client, image_load("other")))
    ended(connected, "late")
    connected.run("late", target._check_target(connected, client, f"projects/{PROJECT}/assets/other", 0.0))
    ended(connected, "late")
    assert service.asked.count("describe") == 1
    assert connected.snapshot.image == ImageState()
    assert connected.snapshot.target.name != f"projects/{PROJECT}/assets/other"


def test_the_greeting_of_the_old_service_says_nothing_of_the_new_one(form: ExportSession, service: Service) -> None:
    """Its project may be registered otherwise."""
    service.config = {"registrationState": "NOT_REGISTERED"}
    connect(form, Service(), "other-project")
    form.run("late", services.greet(form, service.client()))
    ended(form, "late")
    assert form.snapshot.standing.registration != "not_registered"
    assert form.snapshot.project == "other-project"


def test_nothing_fails_on_purpose_where_nothing_is_connected(form: ExportSession, runtime: Runtime) -> None:
    """The service may have been left since the button was shown."""
    runtime.start(services.fail_next_export(form)).result(60)
    assert form.snapshot.notice == ""
