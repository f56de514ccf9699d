"""What generated code is made of, and values written so that they can be nothing but values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ee_export_widget.core import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.core.expression import Expression

_NOT_ASCII = re.compile(r"[^\x00-\x7e]")
_BMP = 0x10000


@dataclass(frozen=True, slots=True)
class Address:
    """Where code sends a request."""

    project: str
    base_url: str

    @property
    def is_local(self) -> bool:
        """Whether it is a service on this machine, which asks for no credentials."""
        return addresses.is_local(self.base_url)

    @property
    def is_google(self) -> bool:
        """Whether a token that was found on this machine may go there: to Google's hosts over https only."""
        return addresses.is_google(self.base_url)

    @property
    def is_usual(self) -> bool:
        """Whether it is where clients go unasked."""
        return self.base_url.rstrip("/") == addresses.GOOGLE


@dataclass(frozen=True, slots=True)
class Code:
    """Code with at most one expression in it, which is written out only where somebody asks for it."""

    before: str
    after: str = ""
    expression: Expression | None = None
    write: Callable[[Expression], str] = lambda _: ""
    stated: Callable[[list[str]], Mapping[int, str]] = lambda _: {}
    """Tells by the lines of `folded` which JSON path each states; what belongs to the bar is ``project``."""

    @property
    def folded(self) -> list[str]:
        """The lines of the code, without the expression."""
        return (self.before + self.after).removesuffix("\n").split("\n")

    @property
    def paths(self) -> Mapping[int, str]:
        """JSON path of what a line states, by the number of the line."""
        return self.stated(self.folded)

    @property
    def text(self) -> str:
        """The whole code."""
        return self.before + (self.write(self.expression) if self.expression is not None else "") + self.after


def json_text(value: object, *, indent: int | None = None) -> str:
    """Write JSON in which nothing is invisible or changes the direction of reading."""
    separators = (",", ":") if indent is None else None
    return _visible(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators), _json_escape)


def expression_json(expression: Expression) -> str:
    """Write an expression as JSON on one line."""
    return _visible(expression.encoded.decode(), _json_escape)


def python_text(text: str) -> str:
    """Write text as a Python string on one line."""
    # The escapes of a JSON string mean the same in Python.
    return _visible(json.dumps(text, ensure_ascii=False), _python_escape)


def python_literal(value: Any, depth: int = 0) -> str:  # noqa: ANN401 - any JSON
    """Write JSON data as a Python literal, four blanks a level; short parts stay on one line."""
    if isinstance(value, str):
        return python_text(value)
    if not isinstance(value, dict | list | tuple) or not value:
        return repr(value)
    entries = (
        [f"{python_text(name)}: {python_literal(item, depth + 1)}" for name, item in value.items()]
        if isinstance(value, dict)
        else [python_literal(item, depth + 1) for item in value]
    )
    start, end = "{}" if isinstance(value, dict) else "[]"
    line = ", ".join(entries)
    if "\n" not in line and len(line) + 4 * depth <= _WIDEST:
        return f"{start}{line}{end}"
    blanks = "    " * (depth + 1)
    return f"{start}\n{''.join(f'{blanks}{entry},{chr(10)}' for entry in entries)}{'    ' * depth}{end}"


_WIDEST = 88


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
