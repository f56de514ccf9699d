"""The request, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Head


class Line(TypedDict):
    """One line of the request: pieces with a class each, and what it belongs to."""

    depth: int
    pieces: list[tuple[Literal["key", "string", "number", "word", "punct", "comment", "fold"], str]]
    path: str
    """JSON path of the member on this line, or empty."""
    message: str
    """The problem on this line, or empty."""


class PreviewView(TypedDict):
    """The request as it will be sent."""

    head: Head
    lines: list[Line]
    size: str
    """Size of the whole body, for example ``1.9 KB``."""
    note: str
    """Said when only a part is shown."""
    text: str
    """The whole body for the copy button where it is small, else empty: the page then asks for it."""
