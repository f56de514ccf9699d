"""The request as JSON, line by line, each line knowing what it belongs to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.core.expression import Expression
from ee_export_widget.session.present.parts import head, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

    Pieces: TypeAlias = list[tuple[Any, str]]

WIDEST = 64
"""Objects stand on one line if their line has no more characters than this."""

FOLDED_FROM = 40
"""Members from which on a long map is folded."""

_TRANSFORM = ["scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY"]

COPIED_DIRECTLY = 200_000
MOST_LINES = 400


def preview(snapshot: Snapshot) -> views.PreviewView:
    """Show the exact body that goes out; only the view of long parts is folded."""
    body = snapshot.composed.body
    by_path = {problem.field: problem.message for problem in reversed(snapshot.problems)}
    lines = list(_lines(body, by_path))
    if snapshot.draft.expression is None:
        note = _line(1, [("comment", "// choose an image: expression is required")])
        lines.insert(1, note)
    size = _size(snapshot)
    text = full_text(body) if size <= COPIED_DIRECTLY else ""
    shown = lines[:MOST_LINES]
    return {
        "head": head("Request", _mark(snapshot), summary=f"POST image:export, {compact_bytes(size)}", opens="wide"),
        "lines": shown,
        "size": compact_bytes(size),
        "note": "" if len(lines) <= MOST_LINES else f"Lines 1 to {MOST_LINES} of {len(lines):,}. Copy gives all.",
        "text": text,
    }


def full_text(body: Mapping[str, Any]) -> str:
    """Give the whole body as people read it; empty where its expression is no JSON."""
    if "expression" in body and not Expression.of(body["expression"]).size_bytes:
        return ""
    return json.dumps(body, indent=2, ensure_ascii=False)


def _size(snapshot: Snapshot) -> int:
    """Give the number of bytes of the body; an expression that is no JSON counts as none."""
    expression = snapshot.composed.body.get("expression")
    rest = {name: value for name, value in snapshot.composed.body.items() if name != "expression"}
    size = len(json.dumps(rest, ensure_ascii=False).encode(errors="replace"))
    return size + (Expression.of(expression).size_bytes if expression is not None else 0)


def _mark(snapshot: Snapshot) -> views.Mark:
    errors = snapshot.errors
    if snapshot.composed.request is None or {problem.code for problem in errors} == {"grid-missing"}:
        return {"tone": "todo", "text": "incomplete"}
    return {"tone": "error", "text": plural(len(errors), "problem")} if errors else {"tone": "ok", "text": "valid"}


def _lines(body: Mapping[str, Any], problems: Mapping[str, str]) -> Iterator[views.Line]:
    yield _line(0, [("punct", "{")])
    yield from _members(body, "", 1, problems)
    yield _line(0, [("punct", "}")])


def _members(mapping: Mapping[str, Any], path: str, depth: int, problems: Mapping[str, str]) -> Iterator[views.Line]:
    last = len(mapping) - 1
    for index, (name, value) in enumerate(mapping.items()):
        comma: Pieces = [("punct", ",")] if index < last else []
        below = f"{path}.{name}" if path else name
        key: Pieces = [("key", json.dumps(name, ensure_ascii=False)), ("punct", ": ")]
        said = problems.get(below, "")
        if below == "expression":
            expression = Expression.of(value)
            fold = f"{{ … }} {plural(expression.node_count, 'node')}, {compact_bytes(expression.size_bytes)}"
            yield _line(depth, [*key, ("fold", fold), *comma], below, said)
        elif isinstance(value, dict) and len(value) >= FOLDED_FROM:
            yield _line(depth, [*key, ("fold", f"{{ … }} {plural(len(value), 'member')}"), *comma], below, said)
        elif below == "grid.affineTransform" and list(value) == _TRANSFORM:
            yield _line(depth, [*key, ("punct", "{")], below, said)
            for row in (_TRANSFORM[:3], _TRANSFORM[3:]):
                ends = row[-1] == _TRANSFORM[-1]
                wrong = next((problems[f"{below}.{item}"] for item in row if f"{below}.{item}" in problems), "")
                pieces = [*_pairs({item: value[item] for item in row}), *([] if ends else [("punct", ",")])]
                yield _line(depth + 1, pieces, f"{below}.{row[0]}", wrong)
            yield _line(depth, [("punct", "}"), *comma])
        elif isinstance(value, dict) and not _fits(name, value, depth):
            yield _line(depth, [*key, ("punct", "{")], below, said)
            yield from _members(value, below, depth + 1, problems)
            yield _line(depth, [("punct", "}"), *comma])
        else:
            said = said or next((text for field, text in problems.items() if field.startswith(below + ".")), "")
            yield _line(depth, [*key, *_inline(value), *comma], below, said)


def _fits(name: str, value: dict[str, Any], depth: int) -> bool:
    if any(isinstance(item, dict) for item in value.values()):
        return False
    return 2 * depth + len(name) + len(json.dumps(value, ensure_ascii=False)) <= WIDEST


def _inline(value: Any) -> Pieces:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return [("punct", "{ "), *_pairs(value), ("punct", " }")]
    text = json.dumps(value, ensure_ascii=False)
    kind = "string" if isinstance(value, str) else "word" if isinstance(value, bool) or value is None else "number"
    return [(kind if not isinstance(value, list) else "punct", text)]


def _pairs(value: Mapping[str, Any]) -> Pieces:
    pieces: Pieces = []
    for index, (name, item) in enumerate(value.items()):
        pieces += [("punct", ", ")] if index else []
        pieces += [("key", json.dumps(name, ensure_ascii=False)), ("punct", ": "), *_inline(item)]
    return pieces


def _line(depth: int, pieces: Pieces, path: str = "", message: str = "") -> views.Line:
    return {"depth": depth, "pieces": pieces, "path": path, "message": message}
