"""A local emulator as a process of its own, started for a form that asks for one."""

from __future__ import annotations

import asyncio
import atexit
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = "local-demo"
_COMMAND = (sys.executable, "-m", "ee_export_widget", "emulator")
_FIRST_WORD = "EMULATOR "
_START_S, _STOP_S = 60.0, 10.0


class LocalEmulator:
    """At most one emulator for the whole kernel; it ends with the kernel.

    Parameters
    ----------
    command
        What to run; it says where it can be reached in its first line.
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
        self._process: subprocess.Popen[str] | None = None
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
            process, self._process = self._process, None
        if process is not None:
            atexit.unregister(self.stop)
            _end(process, self._stop_s)

    def _running(self) -> str:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process, self._address = _start(self._command, self._start_s)
                atexit.register(self.stop)
            return self._address


def _start(command: Sequence[str], start_s: float) -> tuple[subprocess.Popen[str], str]:
    # Its log goes into a file: nobody reads it, and a full pipe would stop the emulator.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(  # noqa: S603 - this interpreter and words of ours
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, text=True
        )
        too_late = threading.Timer(start_s, process.kill)
        too_late.start()
        line = process.stdout.readline() if process.stdout else ""
        too_late.cancel()
        if line.startswith(_FIRST_WORD):
            return process, line.removeprefix(_FIRST_WORD).strip()
        _end(process, 0)
        said.seek(0)
        words = said.read().strip()
    message = "The local emulator did not start."
    hint = words.splitlines()[-1] if words else 'Install it with: pip install "ee-export-widget[demo]"'
    raise ExportWidgetError(message, hint=hint)


def _end(process: subprocess.Popen[str], patience_s: float) -> None:
    with process:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()


kernel_emulator = LocalEmulator()
"""The emulator that all forms of this process share."""
