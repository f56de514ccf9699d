"""A local emulator as a process of its own, started for a form that asks for one."""

from __future__ import annotations

import asyncio
import atexit
import subprocess
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING

from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = "local-demo"
_COMMAND = (sys.executable, "-m", "ee_export_widget", "emulator", "--until-eof")
_FIRST_WORD = "EMULATOR "
_LAST_LINES = 20
_NOT_STARTED = "The local emulator did not start."
_INSTALL = 'Install it with: pip install "ee-export-widget[demo]"'
_START_S, _STOP_S = 60.0, 10.0


class LocalEmulator:
    """At most one emulator for the whole kernel; it ends with the kernel, however that ends.

    Parameters
    ----------
    command
        What to run; it says where it can be reached in its first line, and ends when its input does: the operating
        system closes that even for a kernel which is killed.
    start_s, stop_s
        How long it may take to start, and to end when it is asked to; after that it is killed.
    """

    def __init__(
        self, command: Sequence[str] = _COMMAND, *, start_s: float = _START_S, stop_s: float = _STOP_S
    ) -> None:
        self._command = tuple(command)
        self._start_s = start_s
        self._stop_s = stop_s
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._address = ""

    async def address(self) -> str:
        """Give the address of the emulator, started if need be.

        Raises
        ------
        ExportWidgetError
            Where it does not start, with what it said.
        """
        return await asyncio.to_thread(self._running)

    def stop(self) -> None:
        """End the emulator."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            atexit.unregister(self.stop)
            child.end(self._stop_s)

    def _running(self) -> str:
        with self._lock:
            if self._child is not None and not self._child.is_alive:
                self._child.end(0)
                self._child = None
            if self._child is None:
                child = _Child(self._command)
                self._address = child.wait_for_address(self._start_s)
                self._child = child
                atexit.register(self.stop)
            return self._address


class _Child:
    """A process whose log is read along, so that its pipe never fills up, and forgotten but for the last lines."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and words of ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise ExportWidgetError(_NOT_STARTED, hint=f"{error.strerror}.") from error
        self._said: deque[str] = deque(maxlen=_LAST_LINES)
        self._reader = threading.Thread(target=self._said.extend, args=(self._process.stderr,), daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_for_address(self, start_s: float) -> str:
        """Read the first line, or end the process and say what it said."""
        too_late = threading.Timer(start_s, self._process.kill)
        too_late.start()
        line = self._process.stdout.readline() if self._process.stdout else ""
        too_late.cancel()
        if line.startswith(_FIRST_WORD):
            return line.removeprefix(_FIRST_WORD).strip()
        self.end(0)
        words = [text.strip() for text in self._said if text.strip()]
        raise ExportWidgetError(_NOT_STARTED, hint=words[-1] if words else _INSTALL)

    def end(self, patience_s: float) -> None:
        """Ask the process to end, and make it after some seconds."""
        with self._process:
            self._process.terminate()
            try:
                self._process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._reader.join()


kernel_emulator = LocalEmulator()
"""The emulator that all forms of this process share."""
