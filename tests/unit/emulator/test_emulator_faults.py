"""Scripted faults of exports, and how faults are described and used up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.faults import (
    KINDS,
    Delay,
    FailExport,
    Faults,
    LateCancel,
    Notify,
    Refuse,
    RetryExport,
    fault_from_json,
    fault_to_json,
    out_of_memory,
    too_many_requests,
)
from tests.unit.emulator.support import asset_body, drive_body, finish, finished, until

if TYPE_CHECKING:
    from ee_export_widget.emulator.engine import Engine


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (FailExport(), {"code": 13, "message": "An internal error has occurred"}),
        (FailExport(code=3, message="Computed value too large."), {"code": 3, "message": "Computed value too large."}),
        (out_of_memory(), {"code": 3, "message": "User memory limit exceeded."}),
    ],
    ids=["internal", "invalid", "memory"],
)
def test_the_next_export_fails(engine: Engine, fault: FailExport, error: dict[str, Any]) -> None:
    """The next export ends as FAILED in the middle, without a result; the one after succeeds."""
    engine.faults.add(fault)
    document = finished(engine, asset_body())
    assert document["metadata"]["state"] == "FAILED"
    assert document["error"] == error
    assert 0 < document["metadata"]["progress"] < 1
    assert not engine.assets.exists("projects/local-demo/assets/out")
    assert list((engine.data_dir / "work").iterdir()) == []
    assert finished(engine, asset_body())["metadata"]["state"] == "SUCCEEDED"


def test_a_passing_failure_starts_another_attempt(engine: Engine) -> None:
    """After a transient failure the operation runs again as attempt 2 and succeeds."""
    engine.faults.add(RetryExport())
    document = finished(engine, drive_body())
    assert (document["metadata"]["state"], document["metadata"]["attempt"]) == ("SUCCEEDED", 2)


def test_the_fifth_failure_is_the_last(engine: Engine) -> None:
    """An operation is given up after five attempts, with an internal error."""
    engine.faults.add(*[RetryExport() for _ in range(5)])
    document = finished(engine, drive_body())
    assert (document["metadata"]["state"], document["metadata"]["attempt"]) == ("FAILED", 5)
    assert document["error"] == {"code": 13, "message": "An internal error has occurred"}


def test_a_notification_is_shown(engine: Engine) -> None:
    """A warning appears while the operation runs, and stays."""
    engine.faults.add(Notify(topic="Slow", detail="This takes long."))
    document = finished(engine, drive_body())
    assert document["metadata"]["state"] == "SUCCEEDED"
    assert document["metadata"]["notifications"] == [
        {"topic": "Slow", "severity": "WARNING", "detail": "This takes long."}
    ]


def test_a_cancel_that_comes_too_late(engine: Engine) -> None:
    """A cancel that loses the race shows CANCELLING and then the result."""
    name = engine.operations.submit("local-demo", drive_body())["name"]

    def running() -> bool:
        engine.clock.advance(0.5)  # type: ignore[attr-defined]
        return bool(engine.operations.get(name)["metadata"].get("progress", 0) > 0)

    until(running)
    engine.operations.cancel(name, too_late=True)
    assert engine.operations.get(name)["metadata"]["state"] == "CANCELLING"
    document = finish(engine, name)
    assert document["metadata"]["state"] == "SUCCEEDED"
    assert "response" in document
    assert "error" not in document


def test_faults_are_used_up_one_by_one() -> None:
    """A fault happens as often as it says, to the methods it names, in the order it was scripted."""
    faults = Faults([Refuse(method="image:export", status="UNAVAILABLE", times=2), Refuse(status="INTERNAL")])
    assert faults.take(Refuse, "image:export").status == "UNAVAILABLE"  # type: ignore[union-attr]
    assert faults.take(Refuse, "operations.get").status == "INTERNAL"  # type: ignore[union-attr]
    assert faults.take(Refuse, "operations.get") is None
    assert faults.take(Delay, "image:export") is None
    assert [fault["times"] for fault in faults.to_json()] == [1]
    assert faults.take(Refuse, "image:export") is not None
    assert faults.to_json() == []


def test_faults_of_exports_and_of_replies_do_not_mix() -> None:
    """An export takes along only what is meant for exports."""
    faults = Faults([Refuse(), FailExport(), Notify(times=2), LateCancel()])
    assert [type(fault) for fault in faults.take_for_export()] == [FailExport, Notify]
    assert [type(fault) for fault in faults.take_for_export()] == [Notify]
    assert faults.take_for_export() == []
    assert [fault["kind"] for fault in faults.to_json()] == ["refuse", "lateCancel"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_a_json_form(kind: str) -> None:
    """What is written can be read again."""
    fault = KINDS[kind]()
    assert fault_from_json(fault_to_json(fault)) == fault
    assert fault_from_json({"kind": kind, "times": 3}) == KINDS[kind](times=3)


def test_names_in_json_are_camel_case() -> None:
    """Members have the API's spelling."""
    fault = too_many_requests("operations.list", retry_after_s=2.5, times=4)
    message = fault_to_json(fault)
    assert message["retryAfterS"] == 2.5
    assert fault_from_json(message) == fault


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "kind"),
        ({"kind": "explode"}, "kind"),
        ([], "kind"),
        ({"kind": ["delay"]}, "kind"),
        ({"kind": "delay", "second": 1}, "second"),
        ({"kind": "delay", "seconds": "1"}, "seconds"),
        ({"kind": "delay", "times": 0}, "times"),
        ({"kind": "delay", "times": True}, "times"),
        ({"kind": "refuse", "status": "TEAPOT"}, "status"),
    ],
    ids=str,
)
def test_misspelt_faults_are_refused(message: Any, field: str) -> None:  # noqa: ANN401 - any JSON
    """A script with a mistake says which member is wrong."""
    with pytest.raises(ServiceError) as caught:
        fault_from_json(message)
    assert [violation.field for violation in caught.value.violations] == [field]
