"""After an export: the asset read back, and the request run again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.session import present, verifying
from ee_export_widget.session.verifying import Verification
from tests.unit.session.service import IMAGE, OUT, PROJECT, Service, connect, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession, Snapshot
    from ee_export_widget.session.journal import Journal
    from tests.unit.session.conftest import MakeForm


@pytest.fixture
def ready(make_form: MakeForm, service: Service, journal: Journal) -> ExportSession:
    form = make_form(journal=journal)
    fill(form)
    form.perform("policy", {"bands": ["spectral_class"], "policy": "MODE"})
    connect(form, service)
    wait_for(form, lambda snapshot: snapshot.image.state == "ready" and snapshot.target.state == "free")
    form.perform("policy", {"bands": ["spectral_class"], "policy": "MODE"})
    return form


def written(form: ExportSession, service: Service, policy: str = "MODE") -> None:
    """Put the asset into the service that the form's request asks for."""
    assert form.request is not None
    grid = form.request.to_json()["grid"]
    service.assets[OUT] = {
        "type": "IMAGE",
        "bands": [
            {
                "id": band["id"],
                "grid": grid,
                "dataType": {"precision": "INT", "range": {"max": band["data_type"]["max"]}},
                "pyramidingPolicy": policy if band["id"] == "spectral_class" else "MEAN",
            }
            for band in IMAGE["bands"]
        ],
    }


def succeed(form: ExportSession, service: Service) -> str:
    """Submit, and let the operation end well."""
    operation = asyncio.run(form.submit())
    service.operation(operation.id, "SUCCEEDED")
    form.watch()
    return operation.name


def verified(snapshot: Snapshot) -> bool:
    return any(item.state != "reading" for item in snapshot.verifications.values())


def row(form: ExportSession) -> dict[str, Any]:
    return dict(present.operations(form.snapshot)["rows"][0])


def names(form: ExportSession) -> list[str]:
    return [button["name"] for button in row(form)["buttons"]]


def test_an_asset_is_read_back_when_its_export_has_succeeded(ready: ExportSession, service: Service) -> None:
    """Everything as requested: the row says so, with a line for each property."""
    written(ready, service)
    asset, service.assets = service.assets, {}
    operation = asyncio.run(ready.submit())
    service.assets = asset
    service.operation(operation.id, "SUCCEEDED")
    ready.watch()
    snapshot = wait_for(ready, verified)
    assert snapshot.verifications[operation.name].agrees
    assert (row(ready)["pill"], row(ready)["icon"]) == ("Succeeded, verified", "verified")
    assert [line[0] for line in row(ready)["verification"]["rows"]] == [
        "Size", "CRS", "Pixel", "Origin", "Bands", "Types", "Policies",
    ]  # fmt: skip


def test_a_difference_is_said(ready: ExportSession, service: Service) -> None:
    """What was built with another policy stands first, with what it costs."""
    operation = asyncio.run(ready.submit())
    written(ready, service, "MEAN")
    service.operation(operation.id, "SUCCEEDED")
    ready.watch()
    wait_for(ready, verified)
    assert row(ready)["pill"] == "Succeeded, differs"
    view = row(ready)["verification"]
    assert view["rows"][0] == ("Policies", "spectral_class MODE", "spectral_class MEAN", False)
    assert "built with MEAN" in view["text"]


def test_an_asset_that_cannot_be_read_is_said_and_asked_again(ready: ExportSession, service: Service) -> None:
    """The export counts as succeeded all the same."""
    name = succeed(ready, service)
    snapshot = wait_for(ready, verified)
    assert snapshot.verifications[name].state == "failed"
    assert row(ready)["pill"] == "Succeeded"
    assert row(ready)["verification"]["button"]["name"] == "verify"
    written(ready, service)
    ready.perform("verify", {"operation": name})
    wait_for(ready, lambda snapshot: snapshot.verifications[name].agrees)


def test_the_next_kernel_knows_what_was_asked_for(
    ready: ExportSession, service: Service, make_form: MakeForm, journal: Journal
) -> None:
    """It reads nothing back by itself, but can on a press, and run the request again under another id."""
    name = succeed(ready, service)
    wait_for(ready, verified)
    written(ready, service)
    ready.close()
    later = make_form(journal=journal)
    connect(later, service)
    wait_for(later, lambda snapshot: name in snapshot.submitted)
    later.perform("tab", {"tab": "project"})
    assert later.snapshot.verifications == {}
    assert names(later) == ["verify", "copy_asset", "edit_and_rerun", "rerun", "copy_name", "show_on_map"]
    later.perform("verify", {"operation": name})
    assert later.snapshot.verifications[name] == Verification()
    assert row(later)["verification"]["tone"] == "busy"
    wait_for(later, lambda snapshot: snapshot.verifications[name].agrees)
    later.perform("edit_and_rerun", {"operation": name})
    assert later.request is not None
    assert later.request.to_json() == {**service.exports[0], "requestId": later.draft.request_id}
    assert later.draft.request_id != service.exports[0]["requestId"]
    later.undo()
    assert later.draft.expression is None


def test_running_again_asks_first(ready: ExportSession, service: Service) -> None:
    """A press alone starts nothing."""
    name = succeed(ready, service)
    wait_for(ready, verified)
    ready.edit(asset_path="elsewhere")
    ready.perform("rerun", {"operation": name})
    assert ready.snapshot.submission.state == "confirming"
    assert ready.snapshot.target_name == OUT
    assert len(service.exports) == 1


@pytest.mark.parametrize("action", ["verify", "rerun", "edit_and_rerun"])
def test_what_is_not_known_cannot_be_run_again(ready: ExportSession, action: str) -> None:
    """An operation of somebody else changes nothing here, and nothing else is asked to be submitted in its place."""
    fill(ready)
    wait_for(ready, lambda snapshot: not snapshot.errors and snapshot.target.state == "free")
    before = ready.draft
    ready.perform(action, {"operation": f"projects/{PROJECT}/operations/NOT-OURS"})
    assert ready.draft == before
    assert ready.snapshot.submission.state == "idle"
    assert ready.snapshot.verifications == {}


def test_an_export_that_fails_is_not_read_back(ready: ExportSession, service: Service) -> None:
    """There is nothing to read; the name is looked up again, for it is still free."""
    operation = asyncio.run(ready.submit())
    service.asked.clear()
    service.operation(operation.id, "FAILED")
    ready.watch()
    wait_for(ready, lambda snapshot: snapshot.operations[0].state == "FAILED" and snapshot.target.state == "free")
    assert ready.snapshot.verifications == {}


def test_what_was_read_at_another_service_is_not_shown(ready: ExportSession, service: Service) -> None:
    """Its operation is not on the list any more."""
    operation = asyncio.run(ready.submit())
    client = ready.client
    assert client is not None
    submitted = ready.snapshot.submitted[operation.name]
    connect(ready, Service(), "other-project")
    ready.run("late", verifying._verify(ready, service.client(), operation.name, submitted))
    ended(ready, "late")
    assert ready.snapshot.verifications == {}
