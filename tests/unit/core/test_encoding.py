"""JSON as the service encodes it, and JSON text as people write it."""

from __future__ import annotations

import math
from types import MappingProxyType

import pytest

from ee_export_widget.core.encoding import drop_nulls, encode_json, parse_json, write_double
from ee_export_widget.errors import InvalidRequestError


def test_nulls_are_dropped_from_objects_only() -> None:
    """A null member means "not set"; a null in a list is an entry."""
    body = {"a": None, "b": {"c": None, "d": [None, {"e": None}]}, "f": 0, "g": ""}
    assert drop_nulls(body) == {"b": {"d": [None, {}]}, "f": 0, "g": ""}


def test_any_mapping_and_tuple_is_copied_to_plain_json() -> None:
    """Read-only mappings and tuples are as good as objects and lists."""
    assert drop_nulls(MappingProxyType({"a": (1, MappingProxyType({}))})) == {"a": [1, {}]}


def test_opaque_members_are_handed_on() -> None:
    """A member that is named is neither copied nor looked into, but only at the top."""
    inside = {"x": None}
    copied = drop_nulls({"expression": inside, "b": {"expression": {"x": None}}}, {"expression"})
    assert isinstance(copied, dict)
    assert copied["expression"] is inside
    assert copied["b"] == {"expression": {}}


def test_endless_nesting_is_handed_on() -> None:
    """Nesting beyond any request is not followed, so that the stack does not overflow."""
    deep: object = None
    for _ in range(5000):
        deep = {"x": deep}
    copied = drop_nulls(deep)
    while isinstance(copied, dict) and copied is not deep and isinstance(deep, dict):
        copied, deep = copied["x"], deep["x"]
    assert copied is deep


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, 1),
        (-9999.0, -9999),
        (0.5, 0.5),
        (1e300, 1e300),
        (2.0**53, 2.0**53),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_doubles_are_written_as_the_service_does(value: float, written: object) -> None:
    """Whole numbers have no fraction, the three special values are texts."""
    assert write_double(value) == written
    assert type(write_double(value)) is type(written)


def test_json_is_compact_utf8() -> None:
    """Bodies are sent without blanks and without escapes that UTF-8 does not need."""
    assert encode_json({"a": ["ü", 1]}) == '{"a":["ü",1]}'.encode()


@pytest.mark.parametrize("text", ['{"a": [1, null]}', b'{"a": [1, null]}', '\ufeff{"a": [1, null]}'.encode()])
def test_json_text_is_read(text: str | bytes) -> None:
    """Text and bytes are read alike, with or without a byte order mark."""
    assert parse_json(text) == {"a": [1, None]}


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"a": 1,\n "b" 2}', "not-json", "Line 2, column 6: Expecting ':' delimiter."),
        ("", "not-json", "Line 1, column 1: Expecting value."),
        ('{"a": 1, "a": 2}', "duplicate-member", "“a” stands twice in the same object."),
        ('{"a": NaN}', "not-json", "NaN is not a JSON number."),
        ('{"a": -Infinity}', "not-json", "-Infinity is not a JSON number."),
        (b'{"a": "\xff"}', "not-utf8", "This is not UTF-8 text (byte 7)."),
        ("[" * 100_000, "nested-too-deep", "The JSON is nested too deep to be read."),
        (f"[{'9' * 5000}]", "not-json", "A number cannot be read: "),
    ],
    ids=["syntax", "empty", "twice", "nan", "infinity", "utf-8", "depth", "digits"],
)
def test_text_that_is_no_json_is_told_in_a_sentence(text: str | bytes, code: str, message: str) -> None:
    """Bad text gives one problem that says where to look."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_json(text)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("", code)
    assert problem.message.startswith(message)
