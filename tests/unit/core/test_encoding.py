"""JSON as the service encodes it, and JSON text as people write it."""

from __future__ import annotations

import math
from types import MappingProxyType

import pytest

from ee_export_widget.core.encoding import drop_nulls, encode_json, write_double


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
