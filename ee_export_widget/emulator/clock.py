"""The emulator's clock: time stamps, and the pace at which exports and waits go on."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """The real time, with waits that pass `speed` times faster.

    Time stamps stay true, so that whoever reads "started 12 s ago" in a page is right at any speed and operations of
    several runs sort correctly; only durations are scaled.

    Parameters
    ----------
    speed
        How many seconds of waiting pass in one real second; above 0.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._changed = threading.Condition()

    def now(self) -> datetime:
        """Return the moment for time stamps, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return a reading, in seconds, that only grows; the difference of two is a duration by this clock."""
        return time.monotonic() * self._speed

    def wait_until(self, reading: float, stop: Callable[[], bool]) -> bool:
        """Block until `seconds()` reaches `reading` or `stop` says so, and return what `stop` says then.

        `stop` is asked again whenever `wake` is called.
        """
        with self._changed:
            while not stop() and (left := reading - self.seconds()) > 0:
                self._changed.wait(self._real_seconds(left))
            return stop()

    def wake(self) -> None:
        """Let everyone who waits look again."""
        with self._changed:
            self._changed.notify_all()

    def _real_seconds(self, seconds: float) -> float | None:
        """How long to sleep at most before looking again."""
        return min(seconds / self._speed, threading.TIMEOUT_MAX)


class ManualClock(Clock):
    """A clock that stands still until it is told to go on, for tests.

    Parameters
    ----------
    start
        The first moment, aware; 2026-01-05T10:00:00Z when left out.
    """

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__()
        self._start = start or datetime(2026, 1, 5, 10, tzinfo=UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self._start + timedelta(seconds=self._seconds)

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, and wake everyone whose time has come."""
        with self._changed:
            self._seconds += seconds
            self._changed.notify_all()

    def _real_seconds(self, seconds: float) -> float | None:  # noqa: ARG002 - nothing happens until advance()
        return None


def timestamp(moment: datetime) -> str:
    """Return a moment as the service writes it: RFC 3339 in UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
