"""When operations are asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ee_export_widget.core.operation import Operation, OperationState
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    ServerError,
    ServiceResponseError,
    UnexpectedResponseError,
)
from ee_export_widget.session.monitor import RECONNECT_S, Monitor, interval_s

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
RUNNING = Operation("projects/p/operations/A", OperationState.RUNNING, create_time=START)
DONE = replace(RUNNING, state=OperationState.SUCCEEDED, done=True)
OTHER = replace(RUNNING, name="projects/p/operations/B")
SILENT = ConnectionFailedError("silent", method="GET", path="/x")


def refusal(kind: type[ServiceResponseError], http_status: int) -> ServiceResponseError:
    return kind("no", method="GET", path="/x", http_status=http_status)


Answer: TypeAlias = Operation | ExportWidgetError


@dataclass
class Form:
    """Follows operations, and keeps what it is told."""

    operations: dict[str, Operation] = field(default_factory=lambda: {RUNNING.name: RUNNING})
    lost: list[str] = field(default_factory=list)
    told: list[float | None] = field(default_factory=list)

    def operations_to_ask(self) -> list[Operation]:
        return [item for item in self.operations.values() if not item.is_terminal and item.name not in self.lost]

    def operation_seen(self, operation: Operation) -> None:
        self.operations[operation.name] = operation

    def operation_lost(self, name: str) -> None:
        self.lost.append(name)

    def connection_seen(self, *, retry_in_s: float | None, error: ExportWidgetError | None = None) -> None:
        assert (error is None) == (retry_in_s is None)
        self.told.append(retry_in_s)


class Service:
    """Answers by a script, and with the last step from then on."""

    def __init__(self, *steps: Answer | Callable[[str], Answer]) -> None:
        self.steps = list(steps)
        self.asked: list[str] = []
        self.calls: asyncio.Queue[str] = asyncio.Queue()

    async def get_operation(self, name: str) -> Operation:
        self.asked.append(name)
        self.calls.put_nowait(name)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        answer = step(name) if callable(step) else step
        if isinstance(answer, ExportWidgetError):
            raise answer
        return answer


@dataclass
class Pauses:
    """A clock that goes on only while the monitor waits."""

    taken: list[float] = field(default_factory=list)
    now: datetime = START

    async def __call__(self, seconds: float) -> bool:
        self.taken.append(seconds)
        self.now += timedelta(seconds=seconds)
        return False


def watch(form: Form, service: Service, *, spread: float = 1.0) -> list[float]:
    """Run a monitor to its end; give the pauses it made."""
    pauses = Pauses()
    asyncio.run(Monitor(form, service, clock=lambda: pauses.now, spread=lambda: spread, pause=pauses).run())
    return pauses.taken


@pytest.mark.parametrize(
    ("age_s", "pause_s"), [(-60, 2), (0, 2), (29.9, 2), (30, 10), (599, 10), (600, 30), (86400, 30)]
)
def test_old_operations_are_asked_for_less_often(age_s: float, pause_s: float) -> None:
    """Two seconds at first, ten after half a minute, thirty after ten minutes."""
    assert interval_s(age_s) == pause_s


def test_an_operation_is_asked_for_until_it_ends() -> None:
    """And not once more: a terminal state never changes."""
    form, service = Form(), Service(RUNNING, RUNNING, DONE)
    assert watch(form, service) == [2, 2]
    assert len(service.asked) == 3
    assert form.operations[RUNNING.name] == DONE
    assert form.told == [None, None, None]


def test_pauses_grow_with_the_age_of_the_youngest() -> None:
    """Half a minute in steps of two seconds, then ten; a young operation beside it keeps the pace up."""
    steps = [RUNNING] * 20 + [DONE]
    assert watch(Form(), Service(*steps)) == [2] * 15 + [10] * 5
    old = replace(OTHER, create_time=START - timedelta(days=1))
    form = Form({RUNNING.name: RUNNING, old.name: old})
    ends = {RUNNING.name: DONE, old.name: replace(old, done=True)}
    assert watch(form, Service(RUNNING, old, lambda name: ends[name])) == [2]


def test_pauses_are_spread() -> None:
    """Many forms do not ask in step; an operation without a time of birth counts as young."""
    form = Form({RUNNING.name: replace(RUNNING, create_time=None)})
    assert watch(form, Service(replace(RUNNING, create_time=None), DONE), spread=1.2) == [pytest.approx(2.4)]
    assert all(0.8 <= Monitor(form, Service(DONE)).spread() <= 1.2 for _ in range(50))


def test_nothing_is_asked_without_operations() -> None:
    """A monitor with nothing to watch ends at once."""
    service = Service(RUNNING)
    assert watch(Form({}), service) == []
    assert watch(Form({DONE.name: DONE}), service) == []
    assert service.asked == []


@pytest.mark.parametrize(
    "error",
    [
        SILENT,
        refusal(ServerError, 503),
        refusal(QuotaExceededError, 429),
        UnexpectedResponseError("cut off", method="GET", path="/x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_by_itself_is_waited_for(error: ExportWidgetError) -> None:
    """Pauses double up to half a minute, and the form hears how long each is; an answer ends it."""
    form, service = Form(), Service(*[error] * 6, RUNNING, error, DONE)
    assert watch(form, service) == [2, 4, 8, 16, 30, 30, 10, 2]
    assert form.told == [2, 4, 8, 16, 30, 30, None, 2, None]
    assert RECONNECT_S == (2, 4, 8, 16, 30)


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("sign in"),
        refusal(PermissionDeniedError, 403),
        refusal(BadRequestError, 400),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refusal_ends_the_watch(error: ExportWidgetError) -> None:
    """Asking again without a change is of no use; whoever started the watch hears why it ended."""
    form = Form()
    with pytest.raises(type(error)):
        watch(form, Service(error))
    assert form.told == []


def test_a_lost_operation_is_not_asked_for_again() -> None:
    """The others go on."""
    form = Form({RUNNING.name: RUNNING, OTHER.name: OTHER})
    gone = refusal(NotFoundError, 404)
    answers: dict[str, Answer] = {RUNNING.name: gone, OTHER.name: OTHER}
    watch(form, Service(lambda name: answers[name], lambda name: answers[name], replace(OTHER, done=True)))
    assert form.lost == [RUNNING.name]
    assert form.told == [None, None]


@pytest.mark.parametrize("error", [SILENT, refusal(PermissionDeniedError, 403)])
def test_the_connection_stands_while_anything_comes_through(error: ExportWidgetError) -> None:
    """One operation that cannot be asked for now says nothing about the others."""
    form = Form({RUNNING.name: RUNNING, OTHER.name: OTHER})
    ends = {RUNNING.name: DONE, OTHER.name: replace(OTHER, done=True)}
    assert watch(form, Service(error, OTHER, lambda name: ends[name])) == [2]
    assert form.told == [None, None]


def test_a_second_run_wakes_the_first_and_returns() -> None:
    """Whoever follows another operation gets an answer at once, and nobody asks twice."""

    async def check() -> None:
        form, service = Form(), Service(RUNNING, RUNNING, DONE)
        monitor = Monitor(form, service)
        running = asyncio.create_task(monitor.run())
        await service.calls.get()
        await monitor.run()
        await service.calls.get()
        assert not running.done()
        await monitor.run()
        await running

    asyncio.run(asyncio.wait_for(check(), 1.9))


def test_waking_counts_once() -> None:
    """After the answer the monitor waits again, and does not ask without end."""

    async def check() -> None:
        service = Service(RUNNING)
        monitor = Monitor(Form(), service, spread=lambda: 1000.0)
        running = asyncio.create_task(monitor.run())
        await service.calls.get()
        await monitor.run()
        await service.calls.get()
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(service.asked) == 2
        running.cancel()

    asyncio.run(asyncio.wait_for(check(), 5))


def test_waking_while_it_asks_is_not_lost() -> None:
    """What is followed while answers are on their way is asked for right after them."""

    async def check() -> None:
        form, asking = Form(), asyncio.Event()
        service = Service(DONE)

        class Slow(Service):
            async def get_operation(self, name: str) -> Operation:
                if name == RUNNING.name:
                    asking.set()
                    await may_answer.wait()
                    return RUNNING
                return await service.get_operation(name)

        may_answer = asyncio.Event()
        monitor = Monitor(form, Slow(DONE))
        running = asyncio.create_task(monitor.run())
        await asking.wait()
        form.operations[OTHER.name] = OTHER
        await monitor.run()
        may_answer.set()
        assert await service.calls.get() == OTHER.name
        running.cancel()

    asyncio.run(asyncio.wait_for(check(), 1.5))


def test_a_pause_without_a_call_runs_out() -> None:
    """Left alone, the monitor asks again by itself, and can be started again after its end."""
    form, service = Form(), Service(RUNNING, DONE)
    monitor = Monitor(form, service, spread=lambda: 0.001)
    asyncio.run(monitor.run())
    assert len(service.asked) == 2
    form.operations[OTHER.name] = OTHER
    service.steps = [replace(OTHER, done=True)]
    asyncio.run(monitor.run())
    assert len(service.asked) == 3
