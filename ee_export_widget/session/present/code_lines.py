"""Generated code as lines with colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.session.present.parts import plural
from ee_export_widget.session.present.request_lines import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.codegen import Code
    from ee_export_widget.session import views
    from ee_export_widget.session.present.request_lines import Pieces

_TEXT = r'"(?:[^"\\]|\\.)*"'
_PIECE = re.compile(
    rf"(?P<key>{_TEXT}(?=:))"
    rf"|(?P<string>{_TEXT}|'[^']*')"
    r"|(?P<comment>(?:^|(?<=\s))#.*)"
    r"|(?P<word>(?<![\w-])(?:import|from|as|async|await|def|with|return|curl|true|false|null|True|False|None)\b)"
    r"|(?P<number>(?<![\w./:-])-?\d[\d.e+-]*)"
)


def code_lines(code: Code, most: int, problems: Mapping[str, str]) -> tuple[list[views.Line], int]:
    """Give the first lines of code, in which the expression is folded, and how many there are in all.

    A line that states a member of the request knows its path, and what is wrong with it.
    """
    lines: list[views.Line] = []
    for each in code.lines[:most]:
        pieces = _painted(each.text)
        if each.expression is not None:
            size = f"… {plural(each.expression.node_count, 'node')}, {compact_bytes(each.expression.size_bytes)}"
            pieces += [("fold", size), *_painted(each.after)]
        said = problems.get(each.path) or next(
            (said for at, said in problems.items() if at.startswith(f"{each.path}.")), ""
        )
        lines.append(line(0, pieces, each.path, said if each.path else ""))
    return lines, len(code.lines)


def _painted(text: str) -> Pieces:
    pieces: Pieces = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            pieces.append(("punct", text[at : match.start()]))
        pieces.append((match.lastgroup, match[0]))
        at = match.end()
    return [*pieces, ("punct", text[at:])] if at < len(text) else pieces
