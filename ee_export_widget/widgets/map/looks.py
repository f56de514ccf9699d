"""What each view of the map is told of its own: outlines as finely as it shows them, pixels and their values."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.pixel_values import PixelValues
from ee_export_widget.session.present.look import look, pixel_lines, revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session import ExportSession, Snapshot
    from ee_export_widget.widgets.map.overlay import MapOverlay

MOST_VIEWS = 6


class Looks:
    """Answers the views of one overlay: each says where it is, and gets what is seen there.

    The answers are messages and no traits: views stand at different places, and none of it is worth keeping.
    """

    def __init__(self, overlay: MapOverlay, session: ExportSession) -> None:
        self._overlay = overlay
        self._session = session
        self._values = PixelValues(session)
        self._views: dict[str, tuple[tuple[float, ...], float]] = {}
        self._revision = ""
        self._asked: tuple[str, int, int] | None = None
        self._lock = threading.RLock()

    def render(self, snapshot: Snapshot) -> None:
        """Answer all views anew where something else is drawn; not in the middle of a gesture, when nobody looks."""
        now = revision(snapshot)
        if now == self._revision or snapshot.drawing or self._session.hand.is_holding:
            return
        with self._lock:
            self._revision = now
            for view in self._views:
                self._answer(view, snapshot)

    def view(self, args: Mapping[str, Any]) -> None:
        """Take in where a view stands, and answer it."""
        name, zoom = str(args["id"]), float(args["zoom"])
        bounds = tuple(float(args[side]) for side in ("west", "south", "east", "north"))
        with self._lock:
            self._views.pop(name, None)
            self._views[name] = bounds, zoom
            while len(self._views) > MOST_VIEWS:
                del self._views[next(iter(self._views))]
            self._answer(name, self._session.snapshot)

    def pixel(self, args: Mapping[str, Any]) -> None:
        """Tell a view about one pixel of the grid; its values follow when they are known."""
        with self._lock:
            self._asked = str(args["id"]), int(args["column"]), int(args["row"])
        self._tell()

    def _answer(self, view: str, snapshot: Snapshot) -> None:
        try:
            found = look(snapshot, *self._views[view])
        except InvalidRequestError:
            return  # no map of ours stands there
        self._overlay.send({"command": "look", "id": view, "look": found})

    def _tell(self) -> None:
        with self._lock:
            if self._asked is None:
                return
            view, column, row = self._asked
        values = self._values.ask(column, row, self._tell)
        lines = pixel_lines(self._session.snapshot, column, row, values)
        self._overlay.send({"command": "pixel", "id": view, "column": column, "row": row, "lines": lines})
