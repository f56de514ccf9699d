"""The clock that paces the local Earth Engine."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ee_export_widget.emulator.clock import Clock, ManualClock, timestamp


def test_manual_clock_wakes_a_waiter_when_its_time_has_come() -> None:
    """Who waits for a moment goes on when the clock is moved there, and not before."""
    clock = ManualClock()
    done = threading.Event()

    def wait() -> None:
        clock.wait_until(5, lambda: False)
        done.set()

    thread = threading.Thread(target=wait)
    thread.start()
    clock.advance(4.9)
    assert not done.wait(0.05)
    clock.advance(0.2)
    thread.join(60)
    assert done.is_set()


def test_a_waiter_can_be_told_to_stop() -> None:
    """A wait ends at once when its condition to stop comes true and the clock is woken."""
    clock = ManualClock()
    stop = threading.Event()
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(clock.wait_until(1e9, stop.is_set)))
    thread.start()
    stop.set()
    clock.wake()
    thread.join(60)
    assert answers == [True]


@pytest.mark.parametrize("speed", [50.0, 2000.0])
def test_speed_shortens_waits(speed: float) -> None:
    """At a speed of n, n seconds of waiting take about one real second; reaching the end is no stop."""
    clock = Clock(speed)
    before = datetime.now(UTC)
    assert not clock.wait_until(clock.seconds() + speed / 20, lambda: False)
    assert timedelta(seconds=0.04) < datetime.now(UTC) - before < timedelta(seconds=5)


def test_time_stamps_are_true_at_any_speed() -> None:
    """A fast clock stamps with the real time, so that pages can count from it."""
    assert abs(Clock(1000.0).now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_manual_clock_stamps_what_it_was_set_to() -> None:
    """Moving the clock moves its time stamps."""
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    clock.advance(90.5)
    assert timestamp(clock.now()) == "2026-03-01T00:01:30.500Z"


def test_time_stamps_are_utc_with_milliseconds() -> None:
    """Moments of other zones are written in UTC with Z."""
    moment = datetime(2026, 1, 5, 12, 0, 0, 120999, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-01-05T10:00:00.120Z"
