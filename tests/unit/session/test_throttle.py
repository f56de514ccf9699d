"""At most so many calls a second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable


class Time:
    """A clock that stands, and the calls that wait for it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def clock(self) -> float:
        return self.now_s

    def later(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        entry = (self.now_s + delay_s, call)
        self.waiting.append(entry)
        return lambda: self.waiting.remove(entry) if entry in self.waiting else None

    def go_on(self, seconds: float) -> None:
        self.now_s += seconds
        due = [entry for entry in self.waiting if entry[0] <= self.now_s + 1e-9]
        for entry in due:
            self.waiting.remove(entry)
            entry[1]()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def calls() -> list[float]:
    return []


@pytest.fixture
def throttle(time: Time, calls: list[float]) -> Throttle:
    return Throttle(lambda: calls.append(time.now_s), time.later, interval_s=0.1, clock=time.clock)


def test_the_first_call_goes_through_at_once(throttle: Throttle, calls: list[float]) -> None:
    """Nobody waits for the answer to a single keystroke."""
    throttle()
    assert calls == [100.0]


def test_a_burst_is_two_calls_the_last_one_included(throttle: Throttle, time: Time, calls: list[float]) -> None:
    """The first at once, one more when the pause is over, and then silence."""
    for _ in range(50):
        throttle()
    time.go_on(0.1)
    time.go_on(10)
    assert calls == [100.0, 100.1]
    assert not time.waiting


def test_a_steady_stream_is_ten_calls_a_second(throttle: Throttle, time: Time, calls: list[float]) -> None:
    """However many are asked for; what was asked last is still to come."""
    for _ in range(995):
        throttle()
        time.go_on(0.001)
    assert len(calls) == 10
    assert len(time.waiting) == 1


def test_waiting_can_be_cut_short(throttle: Throttle, time: Time, calls: list[float]) -> None:
    """A waiting call is made at once and not again; without one, nothing happens."""
    throttle.flush()
    assert calls == []
    throttle()
    throttle()
    throttle.flush()
    throttle.flush()
    assert calls == [100.0, 100.0]
    assert not time.waiting
    throttle()
    assert len(time.waiting) == 1


def test_a_call_that_is_about_to_be_made_counts_as_waiting(time: Time) -> None:
    """Whoever cuts the waiting short sees the last state, also when another thread was about to show it."""
    calls: list[str] = []
    asked, go_on = threading.Event(), threading.Event()

    class Slow(Throttle):
        def _now(self) -> None:
            if threading.current_thread() is other:
                asked.set()
                go_on.wait(60)
            super()._now()

    throttle = Slow(lambda: calls.append(threading.current_thread().name), time.later, clock=time.clock)
    other = threading.Thread(target=throttle, name="other")
    other.start()
    assert asked.wait(60)
    throttle.flush()
    assert calls == ["MainThread"]
    go_on.set()
    other.join(60)


def test_nothing_comes_after_the_end(throttle: Throttle, time: Time, calls: list[float]) -> None:
    """A waiting call is taken back, a new one is not made."""
    throttle()
    throttle()
    throttle.close()
    throttle.close()
    throttle()
    throttle.flush()
    time.go_on(10)
    assert calls == [100.0]
    assert not time.waiting


def test_a_call_that_was_on_its_way_is_not_made_after_the_end(time: Time, calls: list[float]) -> None:
    """Taking back may come too late for a timer that has fired already."""
    on_the_way: list[Callable[[], None]] = []

    def later(_delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        on_the_way.append(call)
        return lambda: None

    throttle = Throttle(lambda: calls.append(time.now_s), later, clock=time.clock)
    throttle()
    throttle()
    throttle.close()
    on_the_way[0]()
    assert calls == [100.0]
