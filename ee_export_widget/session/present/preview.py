"""The request as JSON or as code, line by line, each line of the JSON knowing what it belongs to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.core.expression import Expression
from ee_export_widget.session.present.code_lines import code_lines
from ee_export_widget.session.present.parts import head, option, plural
from ee_export_widget.session.present.request_lines import Lines, line
from ee_export_widget.session.request_text import MOST_BYTES, code_of, text_of

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

COPIED_DIRECTLY = 200_000
MOST_LINES = 400

_TABS = (("json", "JSON"), ("curl", "curl"), ("python", "Python"), ("python_ee", "Python ee"))


def preview(snapshot: Snapshot) -> views.PreviewView:
    """Show the exact body that goes out, or code that sends it; only the view of long parts is folded."""
    lines, count = _json_lines(snapshot) if snapshot.request_tab == "json" else _code_lines(snapshot)
    size = _size(snapshot)
    return {
        "head": head("Request", _mark(snapshot), summary=f"POST image:export, {compact_bytes(size)}", opens="wide"),
        "tabs": [option(value, label) for value, label in _TABS],
        "tab": snapshot.request_tab,
        "lines": lines,
        "size": compact_bytes(size),
        "note": "" if count <= MOST_LINES else f"Lines 1 to {MOST_LINES} of {count:,}. Copy gives all.",
        "text": text_of(snapshot, snapshot.request_tab) if size <= COPIED_DIRECTLY else "",
        "most_bytes": MOST_BYTES,
    }


def _json_lines(snapshot: Snapshot) -> tuple[list[views.Line], int]:
    body, unfolded = snapshot.composed.body, snapshot.unfolded
    if "expression" in body and not Expression.of(body["expression"]).size_bytes:
        unfolded -= {"expression"}  # what is no JSON, or nested without end, cannot be laid out
    lines = list(Lines(_by_path(snapshot), unfolded).of(body))
    if snapshot.draft.expression is None:
        lines.insert(1, line(1, [("comment", "// choose an image: expression is required")]))
    return lines[:MOST_LINES], len(lines)


def _code_lines(snapshot: Snapshot) -> tuple[list[views.Line], int]:
    code = code_of(snapshot, snapshot.request_tab)
    if code is None:
        return [line(0, [("comment", "# The request is not complete yet: its problems are in the form.")])], 1
    return code_lines(code, MOST_LINES, _by_path(snapshot))


def _by_path(snapshot: Snapshot) -> dict[str, str]:
    return {problem.field: problem.message for problem in reversed(snapshot.problems)}


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
