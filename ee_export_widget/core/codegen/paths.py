"""Which member of the request a line of generated code states."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Names = tuple[str, ...]

_ENTRY = re.compile(r'( *)(?:(\w+)=|("(?:[^"\\]|\\.)*"): )')


def entries(lines: Sequence[str], first: int, last: int) -> dict[int, Names]:
    """Give the names that lead to what each line holds, by the number of the line.

    Parameters
    ----------
    lines
        Code that is laid out by indentation, one entry a line: JSON, a literal of Python, or the arguments of a call.
    first, last
        Number of the first line that is looked at, and of the first one that is not.
    """
    found: dict[int, Names] = {}
    around: list[tuple[int, str]] = []
    for number in range(first, last):
        line = lines[number]
        indent = len(line) - len(line.lstrip(" "))
        while around and around[-1][0] >= indent:
            around.pop()
        if entry := _ENTRY.match(line):
            around.append((indent, entry[2] or _read(entry[3])))
        elif not around or line.lstrip()[:1] in {"", "}", "]", ")"}:
            continue
        found[number] = tuple(name for _, name in around)
    return found


def _read(name: str) -> str:
    try:
        return str(json.loads(name))
    except ValueError:  # Python's own way to escape what JSON writes as two
        return str(ast.literal_eval(name))
