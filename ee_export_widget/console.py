"""What commands leave behind: words on the terminal, or for whoever reads along, and an exit code."""

from __future__ import annotations

import io
import sys
from typing import TextIO

EXIT_OK = 0
EXIT_REFUSED = 1
EXIT_UNREADABLE = 2
EXIT_INTERRUPTED = 130


def prepare_streams() -> None:
    """Have the standard streams take any text: they escape what they cannot encode; one that is closed takes all."""
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def one_line(text: str) -> str:
    """Give text that a terminal shows as it is: what a service says may hold line breaks and control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def say(text: str, stream: TextIO | None = None, *, start: str = "", end: str = "\n") -> None:
    """Write to standard output, or to the stream given; at once, as others read along."""
    stream = stream or sys.stdout
    stream.write(f"{start}{text}{end}")
    stream.flush()
