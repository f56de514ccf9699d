"""A local emulator as a process of its own, started for a form that asks for one."""

from __future__ import annotations

import asyncio
import atexit
import subprocess
import sys

from ee_export_widget.errors import ExportWidgetError

PROJECT = "local-demo"
_FIRST_WORD = "EMULATOR "
_START_S = 60.0


class LocalEmulator:
    """At most one emulator for the whole kernel; it ends with the kernel."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._address = ""

    async def address(self) -> str:
        """Give the address of the emulator, started if need be.

        Raises
        ------
        ExportWidgetError
            Where it does not start, with what it said.
        """
        if self._process is None or self._process.poll() is not None:
            self._process, self._address = await asyncio.wait_for(asyncio.to_thread(_start), _START_S)
            atexit.register(self.stop)
        return self._address

    def stop(self) -> None:
        """End the emulator."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()


def _start() -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "ee_export_widget", "emulator"]
    process = subprocess.Popen(  # noqa: S603 - this interpreter and words of ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    line = process.stdout.readline() if process.stdout else ""
    if line.startswith(_FIRST_WORD):
        return process, line.removeprefix(_FIRST_WORD).strip()
    process.terminate()
    said = (process.stderr.read() if process.stderr else "").strip()
    message = "The local emulator did not start."
    hint = said.splitlines()[-1] if said else 'Install it with: pip install "ee-export-widget[demo]"'
    raise ExportWidgetError(message, hint=hint)


kernel_emulator = LocalEmulator()
"""The emulator that all forms of this process share."""
