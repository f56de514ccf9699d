"""JSON as lines, each of which knows what it belongs to; what is long is folded."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.core.expression import Expression
from ee_export_widget.session.present.parts import plural

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Literal

    from ee_export_widget.session import views

    Pieces: TypeAlias = list[tuple[Any, str]]

WIDEST = 64
"""Objects stand on one line if their line has no more characters than this."""

FOLDED_FROM = 40
"""Members from which on a long map or list is folded."""

LONGEST_TEXT = 2000
"""Characters of a text that are shown."""

MOST_OF_A_PART = 200
"""Lines of an unfolded expression that are shown: what stands after it stays in sight."""

_TRANSFORM = ["scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY"]


def line(
    depth: int, pieces: Pieces, path: str = "", message: str = "", fold: Literal["", "closed", "open"] = ""
) -> views.Line:
    """Make one line."""
    return {"depth": depth, "pieces": pieces, "path": path, "message": message, "fold": fold}


class Lines:
    """Lays a body out.

    Parameters
    ----------
    problems
        What is wrong, by JSON path.
    unfolded
        JSON paths of long values that are shown all the same.
    """

    def __init__(self, problems: Mapping[str, str], unfolded: Collection[str]) -> None:
        self._problems = problems
        self._unfolded = unfolded

    def of(self, body: Mapping[str, Any]) -> Iterator[views.Line]:
        """Give the lines of a body."""
        yield line(0, [("punct", "{")])
        yield from self._members(body, "", 1)
        yield line(0, [("punct", "}")])

    def _members(self, mapping: Mapping[str, Any], path: str, depth: int) -> Iterator[views.Line]:
        last = len(mapping) - 1
        for index, (name, value) in enumerate(mapping.items()):
            key: Pieces = [("key", json.dumps(name, ensure_ascii=False)), ("punct", ": ")]
            comma: Pieces = [("punct", ",")] if index < last else []
            yield from self._entry(key, value, comma, f"{path}.{name}" if path else name, depth)

    def _entry(self, key: Pieces, value: Any, comma: Pieces, path: str, depth: int) -> Iterator[views.Line]:  # noqa: ANN401 - any JSON
        said = self._problems.get(path, "")
        fold = _folded(path, value)
        if fold and path not in self._unfolded:
            yield line(depth, [*key, ("fold", fold), *comma], path, said, "closed")
        elif path == "grid.affineTransform" and list(value) == _TRANSFORM:
            yield from self._transform(key, value, comma, depth)
        elif isinstance(value, list) and fold:
            yield line(depth, [*key, ("punct", "[")], path, said, "open")
            last = len(value) - 1
            for index, item in enumerate(value):
                yield from self._entry([], item, [("punct", ",")] if index < last else [], f"{path}.{index}", depth + 1)
            yield line(depth, [("punct", "]"), *comma])
        elif isinstance(value, dict) and (fold or not _fits(key, value, depth)):
            yield line(depth, [*key, ("punct", "{")], path, said, "open" if fold else "")
            inside = self._members(value, path, depth + 1)
            yield from _first(inside, depth + 1) if path == "expression" else inside
            yield line(depth, [("punct", "}"), *comma])
        else:
            said = said or next((text for at, text in self._problems.items() if at.startswith(f"{path}.")), "")
            yield line(depth, [*key, *inline(value), *comma], path, said)

    def _transform(self, key: Pieces, value: Mapping[str, Any], comma: Pieces, depth: int) -> Iterator[views.Line]:
        """Lay the six members out as the two rows of the matrix that they are."""
        path = "grid.affineTransform"
        yield line(depth, [*key, ("punct", "{")], path, self._problems.get(path, ""))
        for row in (_TRANSFORM[:3], _TRANSFORM[3:]):
            wrong = next((self._problems[f"{path}.{name}"] for name in row if f"{path}.{name}" in self._problems), "")
            end: Pieces = [] if row[-1] == _TRANSFORM[-1] else [("punct", ",")]
            yield line(depth + 1, [*_pairs({name: value[name] for name in row}), *end], f"{path}.{row[0]}", wrong)
        yield line(depth, [("punct", "}"), *comma])


def _first(lines: Iterator[views.Line], depth: int) -> Iterator[views.Line]:
    yield from islice(lines, MOST_OF_A_PART)
    if next(lines, None) is not None:
        yield line(depth, [("comment", f"// {MOST_OF_A_PART} lines are shown; Copy gives all")])


def _folded(path: str, value: object) -> str:
    """Give what stands for a long value; empty where it is shown at once."""
    if path == "expression" and isinstance(value, dict):
        expression = Expression.of(value)
        return f"{{ … }} {plural(expression.node_count, 'node')}, {compact_bytes(expression.size_bytes)}"
    if isinstance(value, dict | list) and len(value) >= FOLDED_FROM:
        return f"{{ … }} {plural(len(value), 'member')}" if isinstance(value, dict) else f"[ … ] {len(value):,} items"
    return ""


def _fits(key: Pieces, value: dict[str, Any], depth: int) -> bool:
    if any(isinstance(item, dict) or (isinstance(item, list) and len(item) >= FOLDED_FROM) for item in value.values()):
        return False
    return 2 * depth + len(key[0][1] if key else "") + len(json.dumps(value, ensure_ascii=False)) <= WIDEST + 2


def inline(value: Any) -> Pieces:  # noqa: ANN401 - any JSON
    """Give the pieces of a value that stands on one line."""
    if isinstance(value, dict):
        return [("punct", "{ "), *_pairs(value), ("punct", " }")]
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST_TEXT:
        return [("string", text[:LONGEST_TEXT]), ("comment", f"… {compact_bytes(len(text.encode()))}")]
    kind = "string" if isinstance(value, str) else "word" if isinstance(value, bool) or value is None else "number"
    return [(kind if not isinstance(value, list) else "punct", text)]


def _pairs(value: Mapping[str, Any]) -> Pieces:
    pieces: Pieces = []
    for index, (name, item) in enumerate(value.items()):
        pieces += [("punct", ", ")] if index else []
        pieces += [("key", json.dumps(name, ensure_ascii=False)), ("punct", ": "), *inline(item)]
    return pieces
