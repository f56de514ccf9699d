"""The background loop."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_S = 60.0


async def value() -> int:
    return 7


async def fail() -> None:
    raise ValueError("broken")


async def for_ever() -> None:
    await asyncio.Event().wait()


def settled(runtime: Runtime) -> None:
    """Let everything that is due on the loop happen."""

    async def turns() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    runtime.start(turns()).result(WAIT_S)


async def others() -> set[asyncio.Task[object]]:
    """Tasks of the loop besides the asking one and the one that keeps it running."""
    return {task for task in asyncio.all_tasks() if task.get_coro().__name__ not in {"others", "_serve"}}  # type: ignore[union-attr]


def test_nothing_runs_before_the_first_work() -> None:
    """Making a runtime, and closing an unused one, starts no thread."""
    before = threading.active_count()
    runtime = Runtime()
    runtime.close()
    assert threading.active_count() == before


def test_work_runs_on_one_thread_of_its_own(runtime: Runtime) -> None:
    """All work shares a loop that is not the caller's."""

    async def where() -> tuple[int, asyncio.AbstractEventLoop]:
        return threading.get_ident(), asyncio.get_running_loop()

    first, second = runtime.start(where()).result(WAIT_S), runtime.start(where()).result(WAIT_S)
    assert first == second
    assert first[0] != threading.get_ident()
    assert first[1] is runtime.loop


def test_work_can_be_started_from_many_threads_at_once() -> None:
    """They all find the same loop, also when they are the first to ask for it."""
    runtime = Runtime()
    loops: list[asyncio.AbstractEventLoop] = []
    ready = threading.Barrier(8)

    def ask() -> None:
        ready.wait()
        loops.append(runtime.loop)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runtime.close()
    assert len(loops) == 8
    assert len(set(map(id, loops))) == 1


def test_what_work_gives_can_be_waited_for(runtime: Runtime) -> None:
    """The future carries the result, and the failure."""
    assert runtime.start(value()).result(WAIT_S) == 7
    with pytest.raises(ValueError, match="broken"):
        runtime.start(fail(), on_failure=lambda _: None).result(WAIT_S)


def test_a_failure_reaches_whoever_asked(runtime: Runtime) -> None:
    """The callback gets the exception itself."""
    seen: list[BaseException] = []
    heard = threading.Event()

    def hear(error: BaseException) -> None:
        seen.append(error)
        heard.set()

    runtime.start(fail(), on_failure=hear)
    assert heard.wait(WAIT_S)
    assert str(seen[0]) == "broken"


def test_a_failure_that_nobody_asked_for_is_logged(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    """No failure is lost."""
    with pytest.raises(ValueError, match="broken"):
        runtime.start(fail()).result(WAIT_S)
    settled(runtime)
    assert [record.message for record in caplog.records] == ["Background work failed"]


def test_a_callback_that_fails_does_not_end_the_loop(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and work goes on."""

    def break_down(_error: BaseException) -> None:
        raise RuntimeError("worse")

    with pytest.raises(ValueError, match="broken"):
        runtime.start(fail(), on_failure=break_down).result(WAIT_S)
    settled(runtime)
    assert runtime.start(value()).result(WAIT_S) == 7
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [RuntimeError]


def test_cancelled_work_is_no_failure(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    """Giving up is not reported, and nothing of it stays on the loop."""
    failures: list[BaseException] = []
    future = runtime.start(for_ever(), on_failure=failures.append)
    future.cancel()
    settled(runtime)
    assert runtime.start(others()).result(WAIT_S) == set()
    assert not failures
    assert not caplog.records


def after(runtime: Runtime, delay_s: float) -> tuple[threading.Event, Callable[[], None]]:
    called = threading.Event()
    return called, runtime.later(delay_s, called.set)


def test_a_call_is_made_later(runtime: Runtime) -> None:
    """On the loop's thread, once the pause is over."""
    called, _ = after(runtime, 0.0)
    assert called.wait(WAIT_S)


def test_a_call_can_be_taken_back(runtime: Runtime) -> None:
    """At once, or when its timer is running already."""
    at_once, cancel_at_once = after(runtime, 0.3)
    cancel_at_once()
    in_between, cancel_in_between = after(runtime, 3600)
    settled(runtime)
    cancel_in_between()
    settled(runtime)
    assert not at_once.wait(0.6)
    assert not in_between.is_set()


def test_a_late_call_that_fails_is_logged(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    """The loop goes on."""

    def break_down() -> None:
        raise RuntimeError("late")

    runtime.later(0.0, break_down)
    settled(runtime)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert runtime.start(value()).result(WAIT_S) == 7


def test_closing_cancels_what_is_under_way() -> None:
    """Work is told, its clean-up runs, and the thread ends; closing twice is harmless."""
    others = {*threading.enumerate()}
    runtime = Runtime()
    started, cleaned = threading.Event(), threading.Event()

    async def work() -> None:
        started.set()
        try:
            await for_ever()
        finally:
            cleaned.set()

    future = runtime.start(work())
    loop = runtime.loop
    assert started.wait(WAIT_S)
    runtime.close()
    runtime.close()
    assert cleaned.is_set()
    assert loop.is_closed()
    with pytest.raises(CancelledError):
        future.result(WAIT_S)
    assert not [thread for thread in {*threading.enumerate()} - others if thread.name == "ee-export-widget"]


def test_new_work_starts_a_closed_runtime_again() -> None:
    """A kernel can go on after its forms are gone."""
    runtime = Runtime()
    assert runtime.start(value()).result(WAIT_S) == 7
    runtime.close()
    assert runtime.start(value()).result(WAIT_S) == 7
    runtime.close()
