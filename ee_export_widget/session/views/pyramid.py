"""What each policy makes of a band."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import Message, Option, Tone


class LevelPicture(TypedDict):
    """A window at one level."""

    source: str
    """Address that holds the picture itself; empty while there is none."""
    label: str
    """For whoever does not see it."""
    caption: str
    """Size of its pixels on the ground."""


class PolicyColumn(TypedDict):
    """One policy, to be chosen."""

    policy: str
    note: str
    checked: bool
    pictures: list[LevelPicture]
    tone: Tone
    verdict: list[tuple[str, str]]
    """Lines of a strong beginning and the rest."""


class PyramidView(TypedDict):
    """The pyramid preview of one band; without a band there is none."""

    band: str
    path: str
    """JSON path that a choice of policy writes."""
    text: str
    windows: list[Option]
    window: str
    message: Message | None
    source: LevelPicture
    legend: list[tuple[str, str]]
    """Colours, as the page writes them, and what they stand for."""
    columns: list[PolicyColumn]
    key: str
    """What the hatching means."""
    said: str
    """Said aloud when it changes."""
