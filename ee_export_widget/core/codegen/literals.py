"""Values as JSON and as Python, written so that they can be nothing but values."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.codegen.code import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.expression import Expression

_NOT_ASCII = re.compile(r"[^\x00-\x7e]")
_BMP = 0x10000


def json_text(value: object) -> str:
    """Write JSON on one line, in which nothing is invisible or changes the direction of reading."""
    return _visible(json.dumps(value, ensure_ascii=False, separators=(",", ":")), _json_escape)


def expression_json(expression: Expression) -> str:
    """Write an expression as JSON on one line."""
    return _visible(expression.encoded.decode(), _json_escape)


def python_text(text: str) -> str:
    """Write text as a Python string on one line."""
    # The escapes of a JSON string mean the same in Python.
    return _visible(json.dumps(text, ensure_ascii=False), _python_escape)


def expression_python(expression: Expression) -> str:
    """Write the JSON of an expression as a Python string on one line."""
    return python_text(expression_json(expression))


def python_literal(value: object) -> str:
    """Write a value that has no parts; the numbers that have no literal are called by name."""
    if isinstance(value, str):
        return python_text(value)
    return f'float("{value}")' if isinstance(value, float) and not math.isfinite(value) else repr(value)


@dataclass(frozen=True, slots=True)
class Layout:
    """How data is laid out in lines, one entry a line."""

    write: Callable[[Any], str]
    """Writes it on one line."""

    step: str
    """What a level is indented by."""

    widest: int
    """Characters, with the indentation, up to which objects and lists stay on one line."""

    last: str
    """What follows the last entry."""

    def lines(
        self, value: object, path: str = "", indent: str = "", *, before: str = "", after: str = ""
    ) -> list[Line]:
        """Lay data out.

        Parameters
        ----------
        value
            JSON data.
        path
            Its JSON path.
        indent
            How far the line is indented that it begins on.
        before, after
            What stands on its first line before it, and on its last line behind it.
        """
        if not value or not isinstance(value, dict | list | tuple):
            return [Line(f"{before}{self.write(value)}{after}", path)]
        inside = indent + self.step
        entries = (
            [
                self.lines(item, _below(path, name), inside, before=f"{self.write(name)}: ")
                for name, item in value.items()
            ]
            if isinstance(value, dict)
            else [self.lines(item, path, inside) for item in value]
        )
        start, end = "{}" if isinstance(value, dict) else "[]"
        if all(len(entry) == 1 for entry in entries):
            text = f"{start}{', '.join(entry[0].text for entry in entries)}{end}"
            if len(indent) + len(text) <= self.widest:
                return [Line(f"{before}{text}{after}", path)]
        lines = [Line(f"{before}{start}", path)]
        for number, (first, *others) in enumerate(entries, 1):
            lines += [replace(first, text=inside + first.text), *others]
            lines[-1] = replace(lines[-1], text=lines[-1].text + ("," if number < len(entries) else self.last))
        return [*lines, Line(f"{indent}{end}{after}")]


JSON = Layout(json_text, "  ", 0, "")
PYTHON = Layout(python_literal, "    ", 90, ",")


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _visible(text: str, escape: Callable[[int], str]) -> str:
    """Escape what has no ink of its own; code of that kind can be read as something else than it is."""
    return _NOT_ASCII.sub(lambda match: match[0] if match[0].isprintable() else escape(ord(match[0])), text)


def _json_escape(number: int) -> str:
    if number < _BMP:
        return f"\\u{number:04x}"
    number -= _BMP
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"


def _python_escape(number: int) -> str:
    return f"\\u{number:04x}" if number < _BMP else f"\\U{number:08x}"
