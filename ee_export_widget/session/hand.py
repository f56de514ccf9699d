"""A hand on the map: everything between taking hold and letting go is one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session.history import HELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.draft.gestures import LonLat
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session.session import ExportSession


class Hand:
    """The gesture that goes on, if any.

    ``grid`` is the grid as it was when the hand took hold of it, ``grip`` the place (longitude,
    latitude in degrees) where it did.
    """

    def __init__(self, session: ExportSession) -> None:
        self._session = session
        self._count = 0
        self._gesture = ""
        self.grid: PixelGrid | None = None
        self.grip: LonLat = (0.0, 0.0)

    @property
    def is_holding(self) -> bool:
        """Whether a gesture goes on."""
        return bool(self._gesture)

    def hold(self, name: str, grip: LonLat = (0.0, 0.0)) -> None:
        """Begin a gesture."""
        self._count += 1
        self._gesture = f"{HELD}{name} {self._count}"
        self.grid = self._session.snapshot.composed.grid
        self.grip = grip

    def move(self, step: Callable[[Draft], Draft]) -> None:
        """Change the draft as a part of the gesture."""
        self._session.change(step, gesture=self._gesture)

    def let_go(self, *, cancelled: bool = False) -> None:
        """End the gesture; a cancelled one leaves the draft as it was before."""
        gesture, self._gesture = self._gesture, ""
        if cancelled and gesture:
            self._session.undo_gesture(gesture)
