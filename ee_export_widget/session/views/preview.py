"""The request, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Head, Option


class Line(TypedDict):
    """One line of the request: pieces with a class each, and what it belongs to."""

    depth: int
    pieces: list[tuple[Literal["key", "string", "number", "word", "punct", "comment", "fold"], str]]
    path: str
    """JSON path of the member on this line, or empty."""
    message: str
    """The problem on this line, or empty."""
    fold: Literal["", "closed", "open"]
    """Whether the member on this line can be unfolded, or folded again."""


class PreviewView(TypedDict):
    """The request as it will be sent, or as code that sends it."""

    head: Head
    tabs: list[Option]
    tab: str
    lines: list[Line]
    size: str
    """Size of the whole body, for example ``1.9 KB``."""
    note: str
    """Said when only a part is shown."""
    text: str
    """What the copy button copies where it is small, else empty: the page then asks for it."""
    most_bytes: int
    """Size above which the page refuses a text: the connection takes no more at once."""


class Refusal(TypedDict):
    """Why a text was not taken, and what can be done about it."""

    strong: str
    text: str
    offset: int
    """Where in the text, in the characters that the page counts (UTF-16 units); -1 where that is not known."""
    keeps: list[tuple[str, str]]
    """Of members that exclude each other: the one to keep, and the words of its button."""
