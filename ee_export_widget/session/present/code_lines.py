"""Generated code as lines with colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.session.present.parts import plural
from ee_export_widget.session.present.request_lines import line

if TYPE_CHECKING:
    from ee_export_widget.core.codegen import Code
    from ee_export_widget.session import views
    from ee_export_widget.session.present.request_lines import Pieces

_TEXT = r'"(?:[^"\\]|\\.)*"'
_PIECE = re.compile(
    rf"(?P<key>{_TEXT}(?=:))"
    rf"|(?P<string>{_TEXT}|'[^']*')"
    r"|(?P<comment>(?:^|(?<=\s))#.*)"
    r"|(?P<word>\b(?:import|from|as|async|await|def|with|return|curl|true|false|null|True|False|None)\b)"
    r"|(?P<number>(?<![\w.])-?\d[\d.e+-]*)"
)


def code_lines(code: Code) -> list[views.Line]:
    """Give the lines of code; the expression in it is folded."""
    if code.expression is None:
        return [line(0, _painted(text)) for text in _lines(code.before)]
    expression = code.expression
    fold = f"… {plural(expression.node_count, 'node')}, {compact_bytes(expression.size_bytes)}"
    *before, start = code.before.split("\n")
    end, *after = _lines(code.after)
    joined = line(0, [*_painted(start), ("fold", fold), *_painted(end)])
    return [*(line(0, _painted(text)) for text in before), joined, *(line(0, _painted(text)) for text in after)]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _painted(text: str) -> Pieces:
    pieces: Pieces = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            pieces.append(("punct", text[at : match.start()]))
        pieces.append((match.lastgroup, match[0]))
        at = match.end()
    return [*pieces, ("punct", text[at:])] if at < len(text) else pieces
