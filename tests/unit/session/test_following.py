"""Operations: followed to their end, cancelled, lost, found again."""

from __future__ import annotations

import asyncio
from concurrent.futures import wait
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.operation import Operation, OperationState
from ee_export_widget.session.earlier import LISTED
from ee_export_widget.session.services import Watcher, seen
from tests.unit.client.scripted import refusal
from tests.unit.session.service import PROJECT, START, Service, connect, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from ee_export_widget.session.runtime import Runtime
    from ee_export_widget.session.snapshot import Connection
    from tests.unit.session.conftest import Clock

NAME = f"projects/{PROJECT}/operations/A"


def operation(service: Service, state: str = "RUNNING", **metadata: object) -> Operation:
    """Put an operation into the service, and give it as the service tells it."""
    return Operation.from_json(service.operations[service.operation("A", state, **metadata)])


def states(form: ExportSession) -> list[str]:
    return [item.state.value for item in form.operations]


def test_an_operation_is_followed_to_its_end(connected: ExportSession, service: Service) -> None:
    """Each state is shown and said aloud; after the end nobody asks any more."""
    connected.follow(operation(service, "PENDING"))
    operation(service, "RUNNING", progress=0.5)
    connected.watch()
    snapshot = wait_for(connected, lambda snapshot: snapshot.operations[0].progress == 0.5)
    assert snapshot.announcement == "A: running, 50%"
    operation(service, "SUCCEEDED")
    connected.watch()
    snapshot = wait_for(connected, lambda snapshot: snapshot.operations[0].done)
    assert snapshot.announcement == "A: succeeded"
    asked = service.asked.count("operation")
    assert not wait([*connected.jobs._all], 10).not_done
    assert service.asked.count("operation") == asked


def test_small_progress_is_not_said_aloud(connected: ExportSession, service: Service) -> None:
    """Only each quarter is: a screen reader does not count."""
    connected.follow(operation(service, "RUNNING", progress=0.26))
    before = connected.snapshot.announcement
    operation(service, "RUNNING", progress=0.4)
    connected.watch()
    wait_for(connected, lambda snapshot: snapshot.operations[0].progress == 0.4)
    assert connected.snapshot.announcement == before


def test_what_is_followed_while_another_ends_is_watched_too(connected: ExportSession, service: Service) -> None:
    """At the very moment when the last operation ends, the next one is not overlooked."""
    connected.follow(operation(service, "RUNNING"))
    operation(service, "SUCCEEDED")
    other = service.operation("B", "RUNNING")
    followed = False

    def follow_the_next(_change: object) -> None:
        nonlocal followed
        if connected.operations[0].done and not followed:
            followed = True
            connected.follow(Operation.from_json(service.operations[other]))
            service.operation("B", "SUCCEEDED")

    connected.observe(follow_the_next, names="snapshot")
    connected.watch()
    assert wait_for(connected, lambda now: len(now.operations) == 2 and all(item.done for item in now.operations))


def test_an_operation_that_is_gone_is_lost_until_it_is_seen_again(connected: ExportSession, service: Service) -> None:
    """Its last state stays, and it is not asked for any more."""
    running = operation(service)
    service.operations.clear()
    connected.follow(running)
    snapshot = wait_for(connected, lambda snapshot: bool(snapshot.lost))
    assert snapshot.lost == {NAME}
    assert states(connected) == ["RUNNING"]
    operation(service)
    connected.follow(running)
    assert connected.snapshot.lost == frozenset()


@pytest.mark.parametrize("end", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_no_answer_revives_an_operation_that_has_ended(connected: ExportSession, service: Service, end: str) -> None:
    """Answers may come in any order: the end stays the end."""
    running = operation(service)
    ended = operation(service, end)
    client = connected.client
    assert client is not None
    connected.follow(ended)
    connected.follow(running)
    Watcher(connected, client).operation_seen(running)
    assert states(connected) == [end]


def test_what_nobody_follows_is_not_taken_in(connected: ExportSession, service: Service) -> None:
    """A late answer of an operation that is not shown any more shows nothing."""
    client = connected.client
    assert client is not None
    Watcher(connected, client).operation_seen(operation(service))
    assert connected.operations == ()


def test_operations_stand_newest_first() -> None:
    """One without a time is the oldest."""
    young, old, timeless = (
        Operation(name, create_time=time) for name, time in (("y", START), ("o", START.replace(year=2025)), ("t", None))
    )
    assert seen((), timeless, old, young) == (young, old, timeless)
    assert seen((old,), young) == (young, old)


def test_silence_is_shown_and_passes(connected: ExportSession, service: Service) -> None:
    """States stay as they were last seen, with the time since when and the pause until the next question."""
    service.faults["operation"] = service.down
    shown: list[Connection] = []
    connected.observe(lambda change: shown.append(change.new.connection), names="snapshot")
    connected.follow(operation(service))
    wait_for(connected, lambda snapshot: snapshot.connection.state == "offline")
    first = next(connection for connection in shown if connection.state == "offline")
    assert (first.since, first.retry_in_s) == (START, 2)
    assert states(connected) == ["RUNNING"]
    service.faults.clear()
    connected.watch()
    snapshot = wait_for(connected, lambda snapshot: snapshot.connection.state == "connected")
    assert (snapshot.connection.since, snapshot.connection.detail) == (None, "")


def test_the_silence_counts_from_its_beginning(connected: ExportSession, service: Service, clock: Clock) -> None:
    """A second failed question does not start it anew."""
    service.faults["operation"] = service.down
    connected.follow(operation(service))
    since = wait_for(connected, lambda snapshot: snapshot.connection.state == "offline").connection.since
    clock.go_on(3600)
    connected.watch()
    wait_for(connected, lambda snapshot: snapshot.connection.retry_in_s == 4)
    assert connected.snapshot.connection.since == since


def test_a_refusal_is_shown_as_one_and_can_be_tried_again(connected: ExportSession, service: Service) -> None:
    """Whoever has lost the permission is told so; with it, the watch goes on."""
    service.faults["operation"] = refusal(403, "Not any more.", "PERMISSION_DENIED")
    connected.follow(operation(service))
    snapshot = wait_for(connected, lambda snapshot: snapshot.connection.state == "refused")
    assert "Not any more." in snapshot.connection.detail
    service.faults.clear()
    operation(service, "SUCCEEDED")
    connected.reconnect()
    wait_for(connected, lambda snapshot: snapshot.operations[0].done and snapshot.connection.state == "connected")


def test_a_mistake_of_ours_while_watching_is_shown(connected: ExportSession, service: Service) -> None:
    """It is no answer of the service."""

    def break_down(_request: object) -> None:
        raise RuntimeError("unforeseen")

    service.faults["operation"] = break_down  # type: ignore[assignment] # that is the mistake
    connected.follow(operation(service))
    snapshot = wait_for(connected, lambda snapshot: bool(snapshot.notice))
    assert snapshot.notice == "Something went wrong: unforeseen"
    assert snapshot.connection.state == "connected"


def test_a_running_operation_can_be_cancelled(connected: ExportSession, service: Service) -> None:
    """The question is asked, answered, and the new state shown at once."""
    connected.follow(operation(service))
    connected.perform("cancel", {"operation": NAME})
    assert connected.snapshot.asking_to_cancel == NAME
    connected.perform("keep", {})
    assert connected.snapshot.asking_to_cancel == ""
    connected.perform("cancel", {"operation": NAME})
    connected.perform("cancel_now", {"operation": NAME})
    assert connected.snapshot.asking_to_cancel == ""
    wait_for(connected, lambda snapshot: snapshot.operations[0].state is OperationState.CANCELLING)
    assert connected.snapshot.started_here == {NAME}


def test_cancelling_what_is_not_there_is_a_notice(connected: ExportSession) -> None:
    """Neither silence nor a crash."""
    connected.cancel("nothing of the kind")
    assert wait_for(connected, lambda snapshot: bool(snapshot.notice)).notice


def test_the_operations_of_the_project_are_shown_on_demand(connected: ExportSession, service: Service) -> None:
    """They are followed, but are not this form's own."""
    mine = operation(service)
    connected.follow(mine)
    for number in range(LISTED + 5):
        service.operation(f"X{number}", "SUCCEEDED")
    connected.perform("tab", {"tab": "project"})
    snapshot = wait_for(connected, lambda snapshot: len(snapshot.operations) == LISTED)
    assert snapshot.started_here == {mine.name}
    assert snapshot.operations_tab == "project"
    connected.perform("tab", {"tab": "here"})
    assert connected.snapshot.operations_tab == "here"


def test_the_project_tab_needs_no_service(form: ExportSession) -> None:
    """Without one it is empty."""
    form.perform("tab", {"tab": "project"})
    assert form.snapshot.operations_tab == "project"


def test_operations_can_be_followed_without_a_service(form: ExportSession, service: Service) -> None:
    """They are shown, and nobody asks."""
    form.follow(operation(service))
    assert states(form) == ["RUNNING"]
    assert service.asked == []


def test_closing_leaves_nothing_on_the_loop(form: ExportSession, service: Service, runtime: Runtime) -> None:
    """Neither the watch, nor a reading, nor a check; the connection is closed, and closing twice is harmless."""
    connect(form, service)
    holds = [service.hold(kind) for kind in ("describe", "asset", "operation")]
    form.follow(operation(service))
    form.choose_image("projects/p/assets/a")
    form.edit(asset_path="new")
    for hold in holds:
        hold.until_asked()
    form.close()
    form.close()

    async def others() -> int:
        for _ in range(10):
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 2  # this one, and the one that keeps the loop

    assert runtime.start(others()).result(60) == 0
    assert form.client is None
    before = len(service.asked)
    form.choose_image("projects/p/assets/b")
    form.reconnect()
    form.watch()
    assert runtime.start(others()).result(60) == 0
    assert len(service.asked) == before


def test_work_for_a_closed_form_is_not_begun(form: ExportSession) -> None:
    """Not even its first step."""
    begun: list[str] = []

    async def work() -> None:
        begun.append("work")

    form.close()
    form.run("work", work())
    assert begun == []
    assert form.jobs._named == {}
