"""Looking through the assets of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.session import browsing
from ee_export_widget.session.browsing import Browsing
from ee_export_widget.session.present.assets import assets
from ee_export_widget.session.present.destination import destination
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import items, moment
from tests.unit.session.service import PROJECT, Service, connect, ended, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession, Snapshot

ROOT = f"projects/{PROJECT}/assets"


@pytest.fixture
def tree(service: Service) -> Service:
    """Give a project with folders and images."""
    for path, kind in (
        ("b_scene", "IMAGE"), ("a_table", "TABLE"), ("exports", "FOLDER"), ("exports/2024", "FOLDER"),
        ("exports/one", "IMAGE"), ("exports/many", "IMAGE_COLLECTION"), ("exports/2024/two", "IMAGE"),
    ):  # fmt: skip
        service.assets[f"{ROOT}/{path}"] = {"type": kind}
        service.folders.add(f"{ROOT}/{path}")
    return service


def ready(form: ExportSession) -> Snapshot:
    return wait_for(form, lambda now: now.browsing.state in {"ready", "failed"})


def shown(form: ExportSession) -> dict[str, Any]:
    """Give the list as the page has it."""
    [item] = assets(form.snapshot)
    return dict(item)


def labels(form: ExportSession) -> list[str]:
    return [entry["label"] for entry in shown(form)["entries"]]


def test_the_root_is_listed_with_folders_first(connected: ExportSession, tree: Service) -> None:
    """Each asset says what it is; a folder says so by opening."""
    del tree
    connected.perform("browse", {})
    assert shown(connected)["text"] == "Reading the folder…"
    ready(connected)
    view = shown(connected)
    assert view["way"] == [(PROJECT, ROOT)]
    assert [(entry["label"], entry["note"], entry["opens"]) for entry in view["entries"]] == [
        ("exports", "", True), ("a_table", "table", False), ("b_scene", "image", False),
    ]  # fmt: skip
    connected.perform("browse", {})
    assert connected.snapshot.browsing == Browsing()
    assert assets(connected.snapshot) == []


def test_one_goes_down_and_up_again(connected: ExportSession, tree: Service) -> None:
    """The way names every folder; the root is the end of it."""
    del tree
    connected.edit(asset_path="exports/2024/new")
    connected.perform("browse", {})
    ready(connected)
    assert [name for name, _ in shown(connected)["way"]] == [PROJECT, "exports", "2024"]
    assert labels(connected) == ["two"]
    connected.perform("browse_up", {})
    ready(connected)
    assert labels(connected) == ["2024", "many", "one"]
    connected.perform("browse_into", {"asset": f"{ROOT}/exports/many"})
    ready(connected)
    assert shown(connected)["text"] == "This folder is empty."
    connected.perform("browse_into", {"asset": ROOT})
    ready(connected)
    connected.perform("browse_up", {})
    assert connected.snapshot.browsing.folder == ROOT


def test_an_image_that_is_chosen_gives_its_name(connected: ExportSession, tree: Service) -> None:
    """The list closes; what was not listed cannot be chosen."""
    del tree
    connected.edit(asset_path="exports/new")
    connected.perform("browse", {})
    ready(connected)
    connected.perform("browse_choose", {"asset": "projects/other/assets/x"})
    assert connected.draft.asset_path == "exports/new"
    connected.perform("browse_choose", {"asset": f"{ROOT}/exports/one"})
    assert connected.draft.asset_path == "exports/one"
    assert connected.snapshot.browsing == Browsing()


def test_a_folder_that_is_chosen_keeps_the_last_part_of_the_name(connected: ExportSession, tree: Service) -> None:
    """Only the place changes."""
    del tree
    connected.edit(asset_path="new")
    connected.perform("browse", {})
    ready(connected)
    connected.perform("browse_into", {"asset": f"{ROOT}/exports"})
    ready(connected)
    connected.perform("browse_choose", {"asset": f"{ROOT}/exports"})
    assert connected.draft.asset_path == "exports/new"
    connected.undo()
    assert connected.draft.asset_path == "new"


def test_further_pages_are_read_on_demand(connected: ExportSession, tree: Service) -> None:
    """Nothing is asked twice, and the list stays in order."""
    tree.tokens = ["next", "last"]
    connected.perform("browse", {})
    ready(connected)
    assert (labels(connected), shown(connected)["more"]) == (["b_scene"], True)
    connected.perform("browse_more", {})
    wait_for(connected, lambda now: len(now.browsing.entries) == 3)
    assert (labels(connected), shown(connected)["more"]) == (["exports", "a_table", "b_scene"], False)
    asked = tree.asked.count("assets")
    connected.perform("browse_more", {})
    assert tree.asked.count("assets") == asked


def test_a_folder_that_is_missing_gives_the_one_it_would_lie_in(connected: ExportSession, tree: Service) -> None:
    """A name may lie in folders that are still to be made."""
    del tree
    connected.edit(asset_path="exports/2031/04/new")
    connected.perform("browse", {})
    snapshot = wait_for(connected, lambda now: now.browsing.state == "ready")
    assert snapshot.browsing.folder == f"{ROOT}/exports"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refusal(404, "Not found."), f"{ROOT} does not exist, or may not be seen."),
        (refusal(403, "Not yours.", "PERMISSION_DENIED"), "Not yours. Check that"),
    ],
    ids=["missing", "not allowed"],
)
def test_a_list_that_cannot_be_had_says_why(
    connected: ExportSession, service: Service, fault: Any, words: str  # noqa: ANN401 - a scripted answer
) -> None:  # fmt: skip
    """In place of the list; nothing is chosen from it."""
    service.faults["assets"] = fault
    connected.perform("browse", {})
    ready(connected)
    view = shown(connected)
    assert view["text"].startswith(words)
    assert view["use"]["reason"] == "Wait for the list."


def test_a_list_of_another_project_is_not_shown(connected: ExportSession, service: Service) -> None:
    """Turning to another service puts it away; without one there is nothing to look at."""
    hold = service.hold("assets")
    connected.perform("browse", {})
    hold.until_asked()
    connect(connected, Service(), "other-project")
    hold.let_go()
    assert connected.snapshot.browsing == Browsing()


def test_without_a_service_there_is_nothing_to_look_at(form: ExportSession) -> None:
    """The button says why."""
    form.perform("browse", {})
    form.perform("browse_more", {})
    form.perform("browse_up", {})
    assert form.snapshot.browsing == Browsing()
    assert Browsing().way == ()


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("none", "idle", "Choose a project, or the local emulator."),
        ("earth_engine", "offline", "There is no connection to the service."),
        ("earth_engine", "connected", ""),
    ],
)
def test_the_button_stands_in_the_field(kind: Any, state: Any, reason: str) -> None:  # noqa: ANN401 - literals
    """Beside the name that it fills in."""
    connection = moment().connection.__class__(kind, state)
    [field] = [item for item in items(destination(moment(connection=connection))) if item.get("name") == "asset_path"]
    assert (field["button"]["label"], field["button"]["reason"]) == ("Browse assets", reason)


def test_a_list_that_could_not_be_stopped_is_not_shown(connected: ExportSession, tree: Service) -> None:
    """What was put away meanwhile stays away."""
    assert connected.client is not None
    tree.hold("assets")
    connected.run("late", browsing._list(connected, connected.client, ROOT))
    tree.held["assets"].until_asked()
    connected.update(browsing=Browsing("loading", f"{ROOT}/exports"))
    tree.held["assets"].let_go()
    ended(connected, "late")
    assert connected.snapshot.browsing == Browsing("loading", f"{ROOT}/exports")
