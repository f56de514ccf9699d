"""The one background loop of the kernel, on which all waiting happens.

A thread of its own is the only thing that goes on while a cell is busy, and what it sets on a widget
reaches the page at once, whereas tasks on the kernel's own loop stand still until the cell ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

T = TypeVar("T")

log = logging.getLogger("ee_export_widget")


class Runtime:
    """A daemon thread with its own asyncio loop; started with the first piece of work.

    Every piece of work is held until it ends (an unheld task may vanish) and what it raises is
    handed to ``on_failure`` of the call, or logged: never lost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._work: set[Future[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        with self._lock:
            if self._thread is None:
                self._started = Future()
                serving = self._serve(self._started)
                self._thread = threading.Thread(
                    target=asyncio.run, args=(serving,), name="ee-export-widget", daemon=True
                )
                self._thread.start()
            return self._started.result()[0]

    @staticmethod
    async def _serve(started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
        """Run until the end is set; whatever is still under way then is cancelled by ``asyncio.run``."""
        end = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), end))
        await end.wait()

    def start(
        self, work: Coroutine[Any, Any, T], *, on_failure: Callable[[BaseException], None] | None = None
    ) -> Future[T]:
        """Run a coroutine on the loop, from any thread; the future can be waited for or cancelled."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        self._work.add(future)

        def ended(done: Future[T]) -> None:
            self._work.discard(done)
            if done.cancelled() or (error := done.exception()) is None:
                return
            if on_failure is None:
                log.error("Background work failed", exc_info=error)
                return
            with _reported():
                on_failure(error)

        future.add_done_callback(ended)
        return future

    def later(self, delay_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """Make a call after a pause; what comes back takes it back."""
        handle: list[asyncio.TimerHandle] = []
        stopped = threading.Event()

        def guarded() -> None:
            if not stopped.is_set():
                with _reported():
                    call()

        loop = self.loop
        loop.call_soon_threadsafe(lambda: handle.append(loop.call_later(delay_s, guarded)))

        def cancel() -> None:
            stopped.set()
            for timer in handle:
                loop.call_soon_threadsafe(timer.cancel)

        return cancel

    def close(self) -> None:
        """Cancel what is under way and wait for the thread to end; new work starts it again."""
        with self._lock:
            thread, self._thread = self._thread, None
            started = self._started
        # Not under the lock: work that ends on the loop may ask for it.
        if thread is not None:
            loop, end = started.result()
            loop.call_soon_threadsafe(end.set)
            thread.join()


@contextlib.contextmanager
def _reported() -> Iterator[None]:
    try:
        yield
    except Exception:
        # The edge of the background loop: whatever a callback raises must not end the loop's thread,
        # and nobody else is there to hear of it.
        log.exception("A callback of the background loop failed")


kernel_runtime = Runtime()
"""The runtime that all forms of this process share."""
