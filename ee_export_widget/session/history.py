"""Undo and redo: drafts are values, so the past is a list of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ee_export_widget.core.draft.draft import Draft

TOGETHER = timedelta(seconds=1.5)
"""Changes of one gesture closer than this are undone in one go: keystrokes of one word, moves of one drag."""

LONGEST = 200
HELD = "held "


class History:
    """Drafts before and after the present one."""

    def __init__(self) -> None:
        self._past: list[Draft] = []
        self._future: list[Draft] = []
        self._undone: list[Draft] = []
        """What could have been made again before the last change, should that be given up."""
        self._gesture = ""
        self._at: datetime | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._future)

    def remember(self, draft: Draft, gesture: str, now: datetime) -> None:
        """Take in the draft that is about to be replaced.

        Steps of the same gesture belong together while they follow each other quickly, those of a
        gesture that begins with ``HELD`` however slowly: a hand may rest in the middle of a drag.
        """
        quick = self._at is not None and now - self._at < TOGETHER
        goes_on = gesture and gesture == self._gesture and (quick or gesture.startswith(HELD))
        if not goes_on:
            self._past = [*self._past[1 - LONGEST :], draft]
            self._undone = self._future
        self._future = []
        self._gesture, self._at = gesture, now

    def give_up(self, gesture: str) -> Draft | None:
        """Give the draft before a gesture that is the last change, as if it had never begun."""
        if not self._past or gesture != self._gesture:
            return None
        self._gesture, self._future = "", self._undone
        return self._past.pop()

    def undo(self, present: Draft) -> Draft | None:
        """Give the draft before the last change."""
        if not self._past:
            return None
        self._future.append(present)
        self._gesture = ""
        return self._past.pop()

    def redo(self, present: Draft) -> Draft | None:
        """Give the draft that was taken back last."""
        if not self._future:
            return None
        self._past.append(present)
        self._gesture = ""
        return self._future.pop()
