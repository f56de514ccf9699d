"""How values travel in the JSON of the service, and how such JSON is read without guessing.

Source of the rules: encoding of the service's messages (proto3 JSON), and the variants that released
clients send: numbers wrapped as ``{"value": ...}``, 64-bit integers as numbers, nulls for "not set".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StrictBool, StrictStr
from pydantic_core import PydanticCustomError, core_schema

from ee_export_widget.core.naming import nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pydantic import GetCoreSchemaHandler

INT64 = range(-(2**63), 2**63)
INT32_MAX = 2**31 - 1

_INT64_TEXT = re.compile(r"-?(0|[1-9][0-9]{0,18})")
_SPECIAL_DOUBLES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_EXACT_INTEGERS = 2**53
_DEEPEST = 8  # the deepest member of a body outside its expression stands on level 5

E = TypeVar("E", bound=StrEnum)


def refuse(code: str, message: str, *, member: str = "", hint: str = "") -> NoReturn:
    """Refuse a value while a message is read; ``member`` continues the path of the field."""
    member = member.encode(errors="backslashreplace").decode()  # pydantic cannot carry half a character
    raise PydanticCustomError(code, "{message}", {"message": message, "member": member, "hint": hint})


def drop_nulls(value: object, opaque: Collection[str] = (), _level: int = 0) -> object:
    """Copy JSON without the members that are null, which is how "not set" can be written.

    Members named in ``opaque``, and what is nested deeper than any request, are handed on as they are.
    """
    if _level > _DEEPEST or not isinstance(value, Mapping | list | tuple):
        return value
    if isinstance(value, Mapping):
        return {
            name: item if name in opaque else drop_nulls(item, (), _level + 1)
            for name, item in value.items()
            if item is not None
        }
    return [drop_nulls(item, (), _level + 1) for item in value]


def _unwrap(value: object) -> object:
    """Take the number out of the wrapper object that the official Python client sends."""
    if not isinstance(value, Mapping):
        return value
    for name in value:
        if name != "value":
            refuse("unknown-member", f"{quoted(name)} is not a member of a wrapped number.", member=str(name))
    if "value" not in value:
        refuse("wrong-type", 'Must be a number, or {"value": a number}.')
    return value["value"]


def _read_int(value: object) -> int:
    """Read a whole number, also one written with a fraction such as 100.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        refuse("wrong-type", "Must be a whole number.")
    if value not in INT64:
        refuse("number-too-large", "Must be a whole number that fits into 64 bits.")
    return value


def _read_int64(value: object) -> int:
    """Read a 64-bit integer: its JSON form is a string, numbers are met as well."""
    if isinstance(value, str):
        if not _INT64_TEXT.fullmatch(value):
            refuse("wrong-type", "Must be a whole number.")
        value = int(value)
    return _read_int(value)


def _read_double(value: object) -> float:
    """Read a double; the three special values travel as strings."""
    if isinstance(value, str) and value in _SPECIAL_DOUBLES:
        return _SPECIAL_DOUBLES[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse("wrong-type", "Must be a number.")
    try:
        return float(value) + 0.0  # no negative zero
    except OverflowError:
        refuse("number-too-large", "Must be a number that a double can hold.")


def _read_finite(value: object) -> float:
    """Read a double that is an ordinary number."""
    number = _read_double(value)
    if isinstance(value, str) or not math.isfinite(number):
        refuse("wrong-type", "Must be a finite number.")
    return number


def write_double(value: float) -> float | str:
    """Write a double: whole numbers without a fraction, the three special values as strings."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < _EXACT_INTEGERS else value


def _encodable(text: str) -> str:
    """Refuse text with half a character, which UTF-8 has no bytes for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        refuse("wrong-type", "Must be text that can be written as UTF-8.")
    return text


Text = Annotated[StrictStr, AfterValidator(_encodable)]
Bool = StrictBool
Int32 = Annotated[int, BeforeValidator(_read_int)]
Int64 = Annotated[int, BeforeValidator(_read_int64), PlainSerializer(str, return_type=str)]
Double = Annotated[float, BeforeValidator(_read_double), PlainSerializer(write_double, return_type=Any)]
Finite = Annotated[float, BeforeValidator(_read_finite), PlainSerializer(write_double, return_type=Any)]
WrappedInt32 = Annotated[Int32, BeforeValidator(_unwrap)]
WrappedInt64 = Annotated[Int64, BeforeValidator(_unwrap)]
WrappedDouble = Annotated[Double, BeforeValidator(_unwrap)]


def enum_reader(kind: type[E], noun: str, unspecified: str) -> BeforeValidator:
    """Make the reader of an enum: names as the service writes them, ``unspecified`` counts as not set."""
    members = dict(kind.__members__)

    def read(value: object) -> E | None:
        if value is None or value == unspecified:
            return None
        if not isinstance(value, str):
            refuse("wrong-type", f"Must be the name of a {noun}.")
        if value in members:
            return members[value]
        guess = nearest(value.upper(), kind.__members__)
        hint = f"Did you mean {guess}?" if guess else f"Use one of {', '.join(kind.__members__)}."
        refuse("unknown-value", f"{quoted(value)} is not a {noun}.", hint=hint)

    return BeforeValidator(read)


def without_value(unspecified: str) -> BeforeValidator:
    """Make the reader of a map that drops entries whose value says "not set"."""

    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {name: item for name, item in value.items() if item != unspecified}

    return BeforeValidator(read)


@dataclass(frozen=True, slots=True)
class Opaque:
    """Marks a field whose values are read by a function of ours and that pydantic never looks into."""

    read: Callable[[Any], object]

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Tell pydantic to call ``read`` and nothing else."""
        return core_schema.no_info_plain_validator_function(self.read)


def encode_json(value: object) -> bytes:
    """Write compact JSON in UTF-8.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If it is no JSON: NaN, half a character, an object of another kind, a circle, or nested too deep.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
