"""The background work of one form."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

    from ee_export_widget.session.runtime import Runtime

T = TypeVar("T")


class Jobs:
    """Work of one form on the kernel's background loop; none of it outlives the form.

    Parameters
    ----------
    runtime
        The loop.
    on_failure
        Hears of what a named piece of work raises.
    """

    def __init__(self, runtime: Runtime, on_failure: Callable[[BaseException], None]) -> None:
        self._runtime = runtime
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._named: dict[str, Future[Any]] = {}
        self._all: set[Future[Any]] = set()
        self._closed = False

    def run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start work; work of the same name that is still under way is given up."""
        with self._lock:
            self.give_up(name)
            if (future := self.start(work, self._on_failure)) is not None:
                self._named[name] = future
                future.add_done_callback(lambda done: self._forget(name, done))

    def _forget(self, name: str, done: Future[Any]) -> None:
        with self._lock:
            if self._named.get(name) is done:
                del self._named[name]

    def give_up(self, name: str) -> None:
        """Stop the work of a name, if there is any."""
        with self._lock:
            old = self._named.pop(name, None)
        if old is not None:
            old.cancel()

    def start(self, work: Coroutine[Any, Any, T], on_failure: Callable[[BaseException], None]) -> Future[T] | None:
        """Start work that has no name; None where the form is closed."""
        with self._lock:
            if self._closed:
                work.close()
                return None
            future = self._runtime.start(work, on_failure=on_failure)
            self._all.add(future)
        future.add_done_callback(self._all.discard)
        return future

    def give_up_all(self) -> None:
        """Stop everything."""
        with self._lock:
            everything = [*self._all]
            self._named.clear()
        for work in everything:
            work.cancel()

    def close(self) -> None:
        """Stop everything and take nothing more."""
        with self._lock:
            self._closed = True
        self.give_up_all()
