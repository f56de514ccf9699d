"""Reading strictly: a text or a truth value is no number, and JSON text is JSON or a sentence that says where not."""

from __future__ import annotations

import json
import math
import re
from numbers import Real
from typing import TYPE_CHECKING, NoReturn

from ee_export_widget.core.naming import quoted
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_TOKEN = re.compile(rf"{_STRING}|[{{}}\[\],:]|[^\s{{}}\[\],:\"]+", re.DOTALL)
_NUMBER = re.compile(rf"{_STRING}|([-+.\w]+)", re.DOTALL)
_SHOWN = 40
_IN_WORDS = {
    "Expecting value": "a value is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotation marks is missing",
    "Illegal trailing comma before end of object": "nothing follows the comma",
    "Illegal trailing comma before end of array": "nothing follows the comma",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "the closing quotation mark of this text is missing",
    "Invalid control character at": "a line break or control character inside of a text",
    "Invalid \\escape": "a backslash that begins no escape; write it twice",
    "Invalid \\uXXXX escape": "four hexadecimal digits must follow \\u",
    "Extra data": "more text follows after the end of the JSON",
}


def finite_number(value: object) -> float | None:
    """Read a finite number (never a bool or a text) as a float without a negative zero; otherwise ``None``."""
    if type(value) is not float and (isinstance(value, bool) or not isinstance(value, Real)):
        return None
    try:
        number = float(value) + 0.0
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole_number(value: object) -> int | None:
    """Read a whole number, also one written with a fraction such as 100.0; otherwise ``None``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = finite_number(value)
    return int(number) if number is not None and number.is_integer() else None


def parse_json(text: str | bytes) -> object:
    """Read JSON text strictly: UTF-8, every name once in its object, only numbers that there are.

    Raises
    ------
    InvalidRequestError
        With the line and column of the first thing that is wrong, and its ``offset``.
    """
    words = text if isinstance(text, str) else _decoded(text)
    try:
        return json.loads(
            words, object_pairs_hook=_object, parse_constant=_refuse_number, parse_float=_finite, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise syntax_error(error) from error
    except RecursionError as error:
        raise InvalidRequestError.of("", "nested-too-deep", "The JSON is nested too deep to be read.") from error
    except _RepeatedNameError as error:
        name = str(error)
        offset = next(place for path, place, repeated in _members(words) if repeated and path.endswith(name))
        said = f"{quoted(name)} stands twice in the same object."
        raise _placed(words, offset, said, code="duplicate-member", hint="Keep one of the two.") from error
    except _NoNumberError as error:
        number = str(error)
        offset = next(match.start(1) for match in _NUMBER.finditer(words) if match[1] == number)
        hint = "Use a number that a double can hold."
        raise _placed(words, offset, f"{quoted(number)} is not a JSON number.", code="not-json", hint=hint) from error


def syntax_error(error: json.JSONDecodeError) -> InvalidRequestError:
    """Say in words where a text stops being JSON, and what is wrong there."""
    return _placed(error.doc, *_syntax(error), code="not-json", hint="Correct the JSON there.")


def offset_of(text: str, path: str) -> int | None:
    """Find where a member stands in JSON text, or the nearest part around it that is there.

    Parameters
    ----------
    text
        JSON that can be read.
    path
        Names joined by dots, as in ``Problem.field``.

    Returns
    -------
    int or None
        Offset of the member's name in characters; None where not even its first part is there.
    """
    best, longest = None, 0
    for member, offset, _ in _members(text):
        if f"{path}.".startswith(f"{member}.") and len(member) > longest:
            best, longest = offset, len(member)
    return best


class _RepeatedNameError(Exception):
    """A name that stands twice in its object."""


class _NoNumberError(Exception):
    """What looks like a number and is none."""


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8 text (byte {error.start})."
        raise InvalidRequestError.of("", "not-utf8", message, "Save the file as UTF-8.") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        raise _RepeatedNameError(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return members


def _refuse_number(text: str) -> NoReturn:
    raise _NoNumberError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # thousands of digits
        _refuse_number(text)


def _syntax(error: json.JSONDecodeError) -> tuple[int, str]:
    """Give the place of a mistake and what it is, in words."""
    text, offset = error.doc, error.pos
    before = text[:offset].rstrip()
    last = before.rpartition("\n")[2].strip()
    if len(last) > _SHOWN:
        last = f"…{last[-_SHOWN:]}"
    if not text[offset:].strip() and error.msg != "Unterminated string starting at":
        return len(before), "the text ends too early" if before else "there is nothing to read"
    if error.msg == "Expecting ',' delimiter":
        what = "a comma is missing" if text[offset] in '"{[' else "a comma or a closing bracket is missing"
        return len(before), f"{what} after {last}"
    return offset, _IN_WORDS.get(error.msg.removesuffix(" at"), _IN_WORDS.get(error.msg, "this is not JSON"))


def _placed(text: str, offset: int, words: str, *, code: str, hint: str) -> InvalidRequestError:
    """Give an error that says at which line and column of a text something is wrong."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    ending = "" if words.endswith(".") else "."
    error = InvalidRequestError.of("", code, f"Line {line}, column {column}: {words}{ending}", hint)
    error.offset = offset
    return error


def _members(text: str) -> Iterator[tuple[str, int, bool]]:
    """Give path and offset of every member of JSON text, and whether its name stood in the object before."""
    around: list[tuple[str, set[str] | None]] = [("", None)]
    here, expects_name = "", False
    for match in _TOKEN.finditer(text):
        piece, (path, names) = match[0], around[-1]
        if piece in ("{", "["):
            expects_name = piece == "{"
            around.append((here, set() if expects_name else None))
        elif piece in ("}", "]"):
            here, _ = around.pop()
            expects_name = False
        elif piece == ",":
            expects_name = names is not None
        elif expects_name and names is not None:
            name = str(json.loads(piece))
            here = f"{path}.{name}" if path else name
            yield here, match.start(), name in names
            names.add(name)
            expects_name = False
