"""JSON text is read strictly, and what is wrong with it is told with its place."""

from __future__ import annotations

import pytest

from ee_export_widget.core.reading import offset_of, parse_json
from ee_export_widget.errors import InvalidRequestError


@pytest.mark.parametrize("text", ['{"a": [1, null]}', b'{"a": [1, null]}', '\ufeff{"a": [1, null]}'.encode()])
def test_json_text_is_read(text: str | bytes) -> None:
    """Text and bytes are read alike, with or without a byte order mark."""
    assert parse_json(text) == {"a": [1, None]}


LONG = f'{{"a": "{"x" * 60}" "b": 1}}'


@pytest.mark.parametrize(
    ("text", "code", "message", "offset"),
    [
        ('{"a": 1,\n "b" 2}', "not-json", "Line 2, column 6: a colon is missing.", 14),
        ("", "not-json", "Line 1, column 1: there is nothing to read.", 0),
        ('{\n  "a": [1,\n', "not-json", "Line 2, column 11: the text ends too early.", 12),
        (
            '{"dimensions": {"width": 3412\n"height": 5}}', "not-json",
            'Line 1, column 30: a comma is missing after {"dimensions": {"width": 3412.', 29,
        ),
        (LONG, "not-json", f'Line 1, column 69: a comma is missing after …{"x" * 39}".', 68),
        ('{"a": [1}', "not-json", 'Line 1, column 9: a comma or a closing bracket is missing after {"a": [1.', 8),
        ('{"a": }', "not-json", "Line 1, column 7: a value is missing.", 6),
        ("{a: 1}", "not-json", "Line 1, column 2: a name in double quotation marks is missing.", 1),
        (
            '{"a": "b}', "not-json",
            "Line 1, column 7: the closing quotation mark of this text is missing.", 6,
        ),
        ('{"a": "b\nc"}', "not-json", "Line 1, column 9: a line break or control character inside of a text.", 8),
        ('{"a": "\\q"}', "not-json", "Line 1, column 8: a backslash that begins no escape; write it twice.", 7),
        ("{} {}", "not-json", "Line 1, column 4: more text follows after the end of the JSON.", 3),
        ("\ufeff{}", "not-json", "Line 1, column 1: this is not JSON.", 0),
        ('{"a": 1,\n "a": 2}', "duplicate-member", "Line 2, column 2: “a” stands twice in the same object.", 10),
        (
            '{"a": {"b": 1}, "c": [{"b": 2, "b": 3}]}', "duplicate-member",
            "Line 1, column 32: “b” stands twice in the same object.", 31,
        ),
        ('{"NaN": NaN}', "not-json", "Line 1, column 9: “NaN” is not a JSON number.", 8),
        ('{"a": -Infinity}', "not-json", "Line 1, column 7: “-Infinity” is not a JSON number.", 6),
        ('{"a": 1e999}', "not-json", "Line 1, column 7: “1e999” is not a JSON number.", 6),
        (f"[1, {'9' * 5000}]", "not-json", f"Line 1, column 5: “{'9' * 40}…” is not a JSON number.", 4),
        (b'{"a": "\xff"}', "not-utf8", "This is not UTF-8 text (byte 7).", None),
        ("[" * 100_000, "nested-too-deep", "The JSON is nested too deep to be read.", None),
    ],
    ids=[
        "colon", "empty", "cut off", "comma", "long line", "bracket", "value", "name", "open text", "line break",
        "escape", "two bodies", "mark", "twice", "twice inside", "nan", "infinity", "too large", "digits", "utf-8",
        "depth",
    ],
)  # fmt: skip
def test_text_that_is_no_json_is_told_in_a_sentence(
    text: str | bytes, code: str, message: str, offset: int | None
) -> None:
    """Bad text gives one problem that says where to look, and the place to put the caret."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_json(text)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.message) == ("", code, message)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("path", "member"),
    [("a", '"a"'), ("a.b", '"b": [1'), ("a.b.c", '"b": [1'), ("d.e", '"e": "{,"'), ("d", '"d"'), ("absent", None)],
)
def test_a_member_is_found_by_its_path(path: str, member: str | None) -> None:
    """So that an editor can go there; what is not there is looked for around its place."""
    text = '{"a": {"b": [1, 2], "x": "{\\"d\\": 1}"},\n "d": {"e": "{,"}}'
    assert offset_of(text, path) == (None if member is None else text.index(member))
