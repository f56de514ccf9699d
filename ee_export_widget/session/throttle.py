"""At most so many calls a second, and the last one always made."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """Coalesces calls: the first goes through at once, later ones together when the pause is over.

    Parameters
    ----------
    call
        What to do; called on the caller's thread or on that of ``later``, never twice at a time.
    later
        Makes a call after a number of seconds and gives a function that takes it back.
    interval_s
        Shortest time between two calls. A Jupyter server drops messages of a kernel that sends more
        than a thousand a second for three seconds, and the page then stays behind for good.
    """

    def __init__(
        self,
        call: Callable[[], None],
        later: Callable[[float, Callable[[], None]], Callable[[], None]],
        *,
        interval_s: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = call
        self._later = later
        self._interval_s = interval_s
        self._clock = clock
        self._lock = threading.RLock()
        self._due = 0.0
        self._asked = False
        self._take_back: Callable[[], None] = _nothing
        self._closed = False

    def __call__(self) -> None:
        """Ask for the call."""
        with self._lock:
            if self._closed or self._asked:
                return
            self._asked = True
            wait = self._due - self._clock()
            if wait > 0:
                self._take_back = self._later(wait, self._now)
                return
        self._now()

    def flush(self) -> None:
        """Make a call that has been asked for and not been made yet, at once."""
        with self._lock:
            if self._asked:
                self._take_back()
                self._now()

    def close(self) -> None:
        """Take back what waits and never call again."""
        with self._lock:
            self._closed = True
            self._take_back()

    def _now(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._asked, self._take_back = False, _nothing
            self._due = self._clock() + self._interval_s
            self._call()


def _nothing() -> None:
    """Take back what nobody has asked for."""
