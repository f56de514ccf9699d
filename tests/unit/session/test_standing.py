"""How things stand with the project: asked in the background, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.session import standing
from ee_export_widget.session.facts import Quota, Standing
from ee_export_widget.session.present.action import action
from ee_export_widget.session.snapshot import Connection
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import READY, moment
from tests.unit.session.service import PROJECT, Service, connect, ended, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock

ROOT = f"projects/{PROJECT}/assets"


def known(form: ExportSession) -> Standing:
    """Wait until the questions are answered."""
    return wait_for(form, lambda now: now.standing.state in {"known", "unreachable"}).standing


def test_registration_queue_and_quota_are_known_after_connecting(form: ExportSession, service: Service) -> None:
    """One look tells all three; numbers come as texts, and what is zero is left out."""
    service.root = {"quota": {"sizeBytes": "5", "maxSizeBytes": "250", "maxAssets": "10"}}
    for name, state in (("A", "PENDING"), ("B", "PENDING"), ("C", "RUNNING"), ("D", "SUCCEEDED")):
        service.operation(name, state)
    connect(form, service)
    found = known(form)
    assert (found.registration, found.waiting, found.root) == ("registered", 2, ROOT)
    assert found.quota == Quota(5, 250, 0, 10)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"registrationState": "NOT_REGISTERED"}, "not_registered"),
        ({"registrationState": "REGISTERED_NOT_COMMERCIALLY"}, "registered"),
        ({"registrationState": "REGISTRATION_STATE_UNSPECIFIED"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_registration_is_read(config: dict[str, Any], expected: str) -> None:
    """A state that says neither is unknown."""
    assert standing.registration_of(config) == expected


def test_a_configuration_that_may_not_be_read_is_no_refusal(form: ExportSession, service: Service) -> None:
    """Whoever may list operations is connected; the registration stays unknown."""
    service.faults["config"] = refusal(403, "Permission earthengine.config.get denied.", "PERMISSION_DENIED")
    service.operation("A")
    connect(form, service)
    assert known(form).registration == "unknown"


@pytest.mark.parametrize("kind", ["list", "root"])
def test_what_cannot_be_asked_blocks_nothing(form: ExportSession, service: Service, kind: str) -> None:
    """No problem, no notice."""
    service.faults[kind] = refusal(503, "Busy.")
    connect(form, service)
    assert known(form).state == "unreachable"
    assert form.snapshot.notice == ""
    assert [problem for problem in form.problems if problem.field == "project"] == []


@pytest.mark.parametrize("kind", ["list", "root"])
def test_what_may_not_be_asked_is_left_open(form: ExportSession, service: Service, kind: str) -> None:
    """A permission that is lacking hides one number and not the others."""
    service.faults[kind] = refusal(403, "No.", "PERMISSION_DENIED")
    service.root = {"quota": {"maxAssets": "10"}}
    connect(form, service)
    found = known(form)
    assert found.state == "known"
    assert (found.waiting is None, found.quota is None) == (kind == "list", kind == "root")


def test_a_long_list_is_not_read_to_its_end(
    form: ExportSession, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is said to be a least one."""
    monkeypatch.setattr(standing, "_MOST_READ", 2)
    for name in "ABC":
        service.operation(name, "PENDING")
    connect(form, service)
    found = known(form)
    assert (found.waiting, found.waiting_at_least) == (2, True)


def test_the_same_is_asked_once_a_minute(connected: ExportSession, service: Service, clock: Clock) -> None:
    """Confirming looks again when a minute has passed; another root is another question."""
    known(connected)
    for job in ("connect", "find earlier", "standing"):  # all of them list operations
        ended(connected, job)
    asked = service.asked.count("list")
    standing.look(connected)
    ended(connected, "standing")
    assert service.asked.count("list") == asked
    clock.go_on(61)
    hold = service.hold("list")
    connected.ask_to_submit()
    assert connected.snapshot.standing.state == "asking"
    hold.let_go()
    known(connected)
    connected.edit(destination="drive")
    standing.look(connected)
    wait_for(connected, lambda now: now.standing.state == "known" and now.standing.root == "")


def test_nobody_is_asked_without_a_connection(form: ExportSession, service: Service) -> None:
    """A service that does not answer is left alone."""
    standing.look(form)
    service.faults["config"] = refusal(503, "Busy.")
    form.connect(service.client(), Connection("earth_engine"))
    wait_for(form, lambda now: now.connection.state == "offline")
    standing.look(form)
    assert form.snapshot.standing == Standing()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Standing("known", waiting=0), "no export of the project is waiting"),
        (Standing("known", waiting=1), "1 export of the project waiting"),
        (Standing("known", waiting=3000, waiting_at_least=True), "at least 3,000 exports of the project waiting"),
        (Standing("asking"), "being counted"),
        (Standing("unreachable"), "could not be asked"),
    ],
)
def test_the_last_look_names_the_queue(found: Standing, words: str) -> None:
    """Before something is submitted."""
    view = action(moment(standing=found, submission=READY.submission.__class__("confirming")))
    [confirm] = view["items"]
    assert confirm["kind"] == "confirm"
    assert ("Queue", words, "") in confirm["rows"]


def test_a_project_without_operations_can_be_worked_with(form: ExportSession, service: Service) -> None:
    """An empty list is an answer too, where the configuration may not be read."""
    service.faults["config"] = refusal(403, "Permission earthengine.config.get denied.", "PERMISSION_DENIED")
    connect(form, service)
    assert known(form).registration == "unknown"
