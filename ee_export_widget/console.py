"""Writing to the terminal, or to whoever reads along."""

from __future__ import annotations

import sys
from typing import TextIO


def one_line(text: str) -> str:
    """Give text that a terminal shows as it is: what a service says may hold line breaks and control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def say(text: str, stream: TextIO | None = None, *, start: str = "", end: str = "\n") -> None:
    """Write to standard output, or to the stream given; at once, as others read along."""
    stream = stream or sys.stdout
    stream.write(f"{start}{text}{end}")
    stream.flush()
