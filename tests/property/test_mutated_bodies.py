"""Bodies with mistakes of every kind: read, or refused with our own error, and that quickly."""

from __future__ import annotations

import math
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.draft import Draft, draft_from
from ee_export_widget.core.reading import parse_json
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from tests.property.long import LONG
from tests.unit.core.bodies import GOOD
from tests.unit.session.moments import INFO

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = 4
"""So that each processor does its share."""

COUNT = (100_000 if LONG else 34_000) // PARTS
SECONDS = 60.0 * COUNT / 100_000
"""A minute is promised for all, 20 seconds of it in every run."""

SLACK = 3
"""How much slower a busy machine may be before the test says so; the long run measures for itself."""

SEED = 5


def _deep(levels: int) -> Any:  # noqa: ANN401 - JSON
    value: Any = 1
    for _ in range(levels):
        value = {"a": [value]}
    return value


NASTY: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 1.5, -0.0, math.nan, math.inf, 1e308, "", " ",
    "0", "-1", "NaN", "1e9", "9" * 5000, "\ud800", "\x00\x1b[31m", "<img src=x onerror=alert(1)>", "a" * 70_000,
    "EPSG:" + "9" * 40, "MEAN", "projects/p/assets/a", [], {}, [[]], [None], {"": None}, {"value": {"value": 1}},
    {"value": "7"}, {"floatValue": 1, "integerValue": "1"}, _deep(40), _deep(3000), b"bytes", {1: 2}, object(), {1, 2},
]  # fmt: skip
NAMES = [
    "",
    "value",
    "maxPixels",
    "grid",
    "geoTiffOptions",
    "tfRecordOptions",
    "driveDestination",
    "<b>",
    "a.b",
    "\ud800",
]
BODIES = list(GOOD.values())


def _copied(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _mutated(chance: random.Random) -> Any:  # noqa: ANN401 - anything
    """Change one to three members of a good body: another value, another name, no member, one more."""
    body = _copied(chance.choice(BODIES))
    for _ in range(chance.randint(1, 3)):
        target: Any = body
        while True:
            name = chance.choice(list(target) if isinstance(target, dict) else range(len(target)))
            inner = target[name]
            if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
                break
            target = inner
        match chance.randrange(4) if isinstance(target, dict) else 0:
            case 0:
                target[name] = chance.choice(NASTY)
            case 1:
                del target[name]
            case 2:
                target[chance.choice(NAMES)] = target.pop(name)
            case _:
                target[chance.choice(NAMES)] = chance.choice(NASTY)
        if not body:
            break
    return body


def _bodies(count: int, part: int = 0) -> Iterator[Any]:
    chance = random.Random(SEED + part)  # noqa: S311 - the same bodies in every run
    for _ in range(count):
        yield _mutated(chance)


def _judged(body: Any) -> ExportImageRequest | None:  # noqa: ANN401 - anything
    """Read a body and its problems; None where reading is refused, as it should be."""
    request: ExportImageRequest | None = None
    try:
        request = ExportImageRequest.from_json(body)
        found = request.problems(INFO)
    except InvalidRequestError as error:
        request, found = None, error.problems
    assert request is not None or found
    assert all(problem.message and problem.code for problem in found)
    return request


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_bodies_raise_nothing_but_our_own_error(part: int) -> None:
    """Deep nesting, NaN, huge numbers, wrong types, markup: a sentence each, in well under a millisecond."""
    bodies = list(_bodies(COUNT, part))
    begin = time.thread_time()
    read = sum(_judged(body) is not None for body in bodies)
    assert time.thread_time() - begin < SECONDS * SLACK
    assert 0.1 * COUNT < read < 0.9 * COUNT


def test_what_was_read_can_be_shown_and_composed() -> None:
    """A body with mistakes that could be read is a form with problems, which writes the same body."""
    seen = 0
    count = COUNT // 10
    for body in _bodies(count):
        request = _judged(body)
        if request is None or any(problem.code.startswith("asset-name") for problem in request.problems()):
            continue  # a short name is completed with the project of the form
        draft = draft_from(request, project="demo-project", before=Draft())
        written = compose(draft, project="demo-project", image=INFO).body
        same = written == request.to_json()
        assert same
        seen += 1
    assert seen > count // 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe{}", "UTF-8"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"grid": {"crsCode": "x", "crsCode": "y"}}', "stands twice"),
        ('{"maxPixels": NaN}', "not a JSON number"),
        ('{"maxPixels": -Infinity}', "not a JSON number"),
        ("[" * 200_000, "nested too deep"),
        ('{"maxPixels": ' + "9" * 10_000 + "}", "is not a JSON number"),
        ('{"a": 1,}', "Line 1, column"),
        ("", "Line 1, column 1"),
    ],
)
def test_text_that_is_no_request_is_refused_with_a_sentence(text: str | bytes, words: str) -> None:
    """What a file or a paste can hold: one sentence, no traceback of another kind."""
    with pytest.raises(InvalidRequestError, match=words):
        parse_json(text)


def test_texts_of_a_person_reach_a_message_without_control_characters() -> None:
    """Whatever stands in a name, what is said about it can be printed on one line of a terminal."""
    for nasty in ("\x00\x1b[31m", "a\nb", "\u202eabc", "<b>"):
        body = {**GOOD["worked asset"], "description": nasty, "requestId": nasty, nasty: 1}
        for broken in (body, {name: value for name, value in body.items() if name != nasty}):
            try:
                found = ExportImageRequest.from_json(broken).problems()
            except InvalidRequestError as error:
                found = error.problems
            assert found
            assert all(problem.message.isprintable() and problem.hint.isprintable() for problem in found)
