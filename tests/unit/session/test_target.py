"""The name that would be written: folders on the way to it, rights, and answers that are kept for a minute."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.present import destination
from ee_export_widget.session.snapshot import TargetState
from ee_export_widget.session.target import check_target
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import item
from tests.unit.session.service import PROJECT, SCENE, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock

ROOT = f"projects/{PROJECT}/assets"


def checked(form: ExportSession, path: str) -> TargetState:
    """Type a name and wait for what is known of it."""
    form.edit(asset_path=path)
    return wait_for(form, lambda now: now.target.state != "checking").target


def test_folders_that_are_missing_are_made_on_demand(connected: ExportSession, service: Service) -> None:
    """The button names them; afterwards the name is free and may be written."""
    service.assets[f"{ROOT}/a"] = {"type": "FOLDER"}
    service.folders.add(f"{ROOT}/a")
    state = checked(connected, "a/b/c/new")
    assert state.folders == (f"{ROOT}/a/b", f"{ROOT}/a/b/c")
    fixes = [fix for fix in connected.snapshot.fixes if fix.command]
    assert [fix.label for fix in fixes] == ["Create folder a/b/c"]
    before = connected.draft
    connected.perform("fix", {"name": fixes[0].name})
    state = wait_for(connected, lambda now: now.target.state == "free").target
    assert service.created == [f"{ROOT}/{path}" for path in ("a/b", "a/b/c")]
    assert state.message == "Name is free. Folder a/b/c exists and you may write to it."
    assert connected.draft == before


def test_making_a_folder_is_seen_to_be_under_way(connected: ExportSession, service: Service) -> None:
    """Until it is there, the name is being checked; a second press makes no second one."""
    checked(connected, "a/new")
    hold = service.hold("create")
    connected.perform("create_folders", {})
    hold.until_asked()
    connected.perform("create_folders", {})
    field = destination(connected.snapshot)["items"][1]
    assert field["kind"] == "field"
    assert field["hint"] == "Creating the folder…"
    hold.let_go()
    wait_for(connected, lambda now: now.target.state == "free")
    assert service.created == [f"{ROOT}/a"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (refusal(403, "Not yours.", "PERMISSION_DENIED"), "refused"),
        (refusal(409, "It exists.", "ALREADY_EXISTS"), "homeless"),
    ],
    ids=["not allowed", "made by somebody else"],
)
def test_a_folder_that_cannot_be_made_says_why(
    connected: ExportSession, service: Service, fault: object, state: str
) -> None:
    """What another has made meanwhile is no failure: the name is looked at once more."""
    checked(connected, "a/new")
    service.faults["create"] = fault  # type: ignore[assignment] # one of them
    connected.perform("create_folders", {})
    found = wait_for(connected, lambda now: now.target.state != "checking").target
    assert found.state == state
    if state == "refused":
        assert found.message == "The folder a could not be created: Not yours."


@pytest.mark.parametrize(
    ("holder", "path", "message"),
    [
        ("FOLDER", "a/new", "You may not write to a."),
        ("IMAGE_COLLECTION", "a/b/new", "a is an image collection: folders cannot be written below it."),
        ("IMAGE", "a/b/new", "a is no folder: assets cannot be written below it."),
    ],
)
def test_some_places_take_no_asset(
    connected: ExportSession, service: Service, holder: str, path: str, message: str
) -> None:
    """A folder that others own, a collection for a folder, an image for anything."""
    service.assets[f"{ROOT}/a"] = {"type": holder}
    state = checked(connected, path)
    assert (state.state, state.message) == ("refused", message)


def test_a_root_that_says_no_is_a_doubt(connected: ExportSession, service: Service) -> None:
    """Whether roots can be asked is not documented: the form warns, and can be submitted."""
    service.faults["permissions"] = httpx.Response(200, json={})
    state = checked(connected, "new")
    assert state.state == "free"
    problem = next(problem for problem in connected.problems if problem.code == "target-doubtful")
    assert (problem.severity, problem.hint) == ("warning", "It needs the permission earthengine.assets.create.")


def test_a_name_is_asked_for_once_a_minute(connected: ExportSession, service: Service, clock: Clock) -> None:
    """Going back and forth between names asks nobody; later it is asked again."""
    checked(connected, "one")
    checked(connected, "two")
    asked = service.asked.count("asset")
    connected.edit(asset_path="one")
    assert (connected.snapshot.target.state, service.asked.count("asset")) == ("free", asked)
    clock.go_on(61)
    assert checked(connected, "two").state == "free"
    assert service.asked.count("asset") > asked


def test_another_connection_has_other_answers(connected: ExportSession, service: Service) -> None:
    """What one account may see says nothing about another."""
    checked(connected, "one")
    other = Service()
    other.assets[f"{ROOT}/one"] = {"type": "FOLDER"}
    connect(connected, other)
    assert wait_for(connected, lambda now: now.target.state != "checking").target.state == "refused"
    assert service.asked.count("asset") >= 1


@pytest.mark.parametrize(
    ("path", "others", "free"),
    [
        ("out", [], "out_v2"),
        ("out", ["out_v2", "out_v3"], "out_v4"),
        ("folder/out", ["folder/out_v2"], "folder/out_v3"),
    ],
)
def test_only_a_name_that_is_free_is_offered(
    connected: ExportSession, service: Service, path: str, others: list[str], free: str
) -> None:
    """The service is asked about each next name, and the button takes the one that it does not know."""
    service.assets.update({f"{ROOT}/{name}": {"type": "IMAGE"} for name in (path, *others)})
    assert checked(connected, path).state == "taken"
    connected.perform("fix", {"name": "next-name"})
    assert connected.draft.asset_path == free
    assert wait_for(connected, lambda now: now.target.state != "checking").target.state in {"free", "homeless"}


def test_no_next_name_is_offered_where_none_is_known_to_be_free(connected: ExportSession, service: Service) -> None:
    """Neither after a long row of taken names, nor where the service stops answering."""
    row = {f"{ROOT}/out", *(f"{ROOT}/out_v{number}" for number in range(2, 40))}
    service.assets.update({name: {"type": "IMAGE"} for name in (*row, f"{ROOT}/lost")})
    assert checked(connected, "out").free == ""

    def once(request: httpx.Request) -> httpx.Response:
        return refusal(500, "Lost.") if request.url.path.endswith("_v2") else service._asset(request.url.path[4:], {})

    service.faults["asset"] = once
    assert checked(connected, "lost") == TargetState("taken", f"{ROOT}/lost", connected.snapshot.target.message)


def test_a_name_that_nobody_chose_gives_way(connected: ExportSession, service: Service) -> None:
    """The next free one is there before anybody has done anything, and the form says why."""
    for name in ("scene_export", "scene_export_v2"):
        service.assets[f"{ROOT}/{name}"] = {"type": "IMAGE"}
    connected.set_image(SCENE)
    now = wait_for(connected, lambda now: now.target.state == "free")
    assert now.draft.asset_path == "scene_export_v3"
    assert item(destination(now), "asset_path")["hint"] == "Name is free. scene_export exists already."
    connected.undo()
    connected.set_image("projects/other/assets/lake")
    assert wait_for(connected, lambda now: now.target.state == "free").draft.asset_path == "lake_export"


@pytest.mark.parametrize("by", ["hand", "script", "load"])
def test_a_name_that_somebody_chose_stays(connected: ExportSession, service: Service, by: str) -> None:
    """Also one that the form might have made: the person decides what becomes of it."""
    service.assets[f"{ROOT}/scene_export"] = {"type": "IMAGE"}
    connected.edit(image_text=SCENE)
    if by == "hand":
        connected.typed("asset_path", "scene_export")
    elif by == "script":
        connected.edit(asset_path="scene_export")
    else:
        target = {"earthEngineDestination": {"name": f"{ROOT}/scene_export"}}
        connected.load({"assetExportOptions": target})
    now = wait_for(connected, lambda now: now.target.state == "taken" and now.target.free != "")
    assert now.draft.asset_path == "scene_export"
    assert now.proposed is None


def test_what_was_checked_is_what_is_sent(connected: ExportSession, service: Service) -> None:
    """A name that is taken while it is being submitted is refused, not changed behind the back of a script."""
    fill(connected)
    connected.change(lambda draft: replace(draft, asset_path="scene_export"))
    wait_for(connected, lambda now: now.target.state == "free" and now.image.state == "ready")
    service.assets[f"{ROOT}/scene_export"] = {"type": "IMAGE"}
    with pytest.raises(InvalidRequestError):
        asyncio.run(connected.submit())
    assert connected.draft.asset_path == "scene_export"
    assert service.exports == []


def test_the_next_export_has_the_next_name(connected: ExportSession, service: Service) -> None:
    """What this form has written itself is no problem to fix when the next export is being prepared."""
    fill(connected)
    connected.change(lambda draft: replace(draft, asset_path="scene_export"))
    wait_for(connected, lambda now: now.target.state == "free" and now.image.state == "ready")
    asyncio.run(connected.submit())
    service.assets[f"{ROOT}/scene_export"] = {"type": "IMAGE"}
    check_target(connected, fresh=True)
    assert wait_for(connected, lambda now: now.target.free != "").draft.asset_path == "scene_export"
    connected.typed("pixel_size", "60")
    assert wait_for(connected, lambda now: now.target.state == "free").draft.asset_path == "scene_export_v2"
