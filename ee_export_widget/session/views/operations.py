"""Operations and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Button, Fix, Head, Message, Option, Tone


class Stage(TypedDict):
    """One stage of an operation."""

    label: str
    count: str
    tone: Literal["ok", "busy", "todo", "error", "muted"]


class Clock(TypedDict):
    """Running time that the page counts by itself: seconds since ``since_ms``, or ``text`` when it stands still."""

    since_ms: float
    running: bool
    text: str
    suffix: str


class Explanation(TypedDict):
    """Why an operation failed, in words, and the service's own message."""

    strong: str
    text: str
    hint: str
    offers: list[Fix]
    """What usually helps."""
    raw: str


class Verification(TypedDict):
    """The asset read back, beside what was asked for."""

    tone: Tone
    strong: str
    text: str
    """What a difference means, or why the asset could not be read."""
    rows: list[tuple[str, str, str, bool]]
    """Property, requested, in the asset, and whether both are equal."""
    button: Button | None


class OperationView(TypedDict):
    """One row of the operations panel."""

    name: str
    state: str
    """The API's state name."""
    pill: str
    tone: Tone
    icon: str
    title: str
    folds: bool
    """True folds the row to one line until it is pressed: it has ended, and somebody else has started it."""
    ended_ms: float
    """When it ended; 0 where that is not known."""
    asset: str
    """Id of the asset that was written, or empty."""
    target: str
    clock: Clock
    progress: float
    """0 to 1; below 0 there is no bar."""
    progress_text: str
    stages: list[Stage]
    facts: list[tuple[str, str]]
    buttons: list[Button]
    on_map: bool
    """Whether its grid is drawn on the map."""
    asking: bool
    """True while "Cancel this export?" is being asked."""
    explanation: Explanation | None
    verification: Verification | None
    files: list[str]
    """Where the results are."""


class OperationsView(TypedDict):
    """Operations, newest first."""

    head: Head
    tabs: list[Option]
    tab: str
    states: list[Option]
    """States to choose from; none while there is nothing to choose among."""
    state: str
    rows: list[OperationView]
    empty: str
    notice: Message | None
    announce: str
    """Said aloud once when it changes."""
    beat_s: float
    """The page marks the panel as out of touch when nothing has come for this long; 0 switches that off."""
