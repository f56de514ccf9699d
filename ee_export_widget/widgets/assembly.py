"""The panels of a form, put together and kept in step with its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from ee_export_widget.session import present
from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.throttle import Throttle
from ee_export_widget.widgets.bar import BarPanel
from ee_export_widget.widgets.map.panel import MapPanel
from ee_export_widget.widgets.panel import BandsView, FormView, OperationsView, Panel, PyramidView
from ee_export_widget.widgets.preview.panel import PreviewPanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.session import ExportSession

BEAT_S = 5.0
"""Pause between two signs of life while operations run: the page greys what it has not heard of for 15 s."""


class Assembly:
    """All panels of one form; ``frame`` is the box that holds them.

    Rendering is coalesced to ten times a second, the last state always shown.
    """

    def __init__(self, session: ExportSession) -> None:
        self._session = session
        self._panels = _panels(session)
        self._map = MapPanel(session)
        self.frame = self._framed()
        self._throttle = Throttle(self._render, kernel_runtime.later)
        self._no_beat: Callable[[], None] = lambda: None
        session.observe(self._changed, names="snapshot")
        self._throttle()

    def flush(self) -> None:
        """Show what has changed at once."""
        self._throttle.flush()

    def close(self) -> None:
        """Stop following the session and remove the panels from the page."""
        self._session.unobserve(self._changed, names="snapshot")
        self._throttle.close()
        self._no_beat()
        for panel in self._panels.values():
            panel.close()
        self._map.close()

    def _changed(self, _change: object) -> None:
        self._throttle()

    def _render(self) -> None:
        snapshot = self._session.snapshot
        for panel in self._panels.values():
            panel.render(snapshot)
        self._map.render(snapshot)
        self._no_beat()
        if any(not operation.is_terminal for operation in snapshot.operations):
            self._no_beat = kernel_runtime.later(BEAT_S, self._beat)

    def _beat(self) -> None:
        self._panels["operations"].widget.send({"command": "beat"})
        # Which plans the next one, while operations run and nobody has closed the form.
        self._throttle()

    def _framed(self) -> ipywidgets.Box:
        shown = {name: panel.widget for name, panel in self._panels.items()}
        picture = _box("eew-map", self._map.map, self._map.overlay)
        step = _box("eew-step eew-a-grid", shown.pop("grid_head"), picture, shown.pop("grid"))
        names = (
            *("bar", "strip", "image", step, "bands", "destination", "advanced", "pyramid", "action", "preview"),
            "operations",
        )
        return _box("eew-frame", *(shown[item] if isinstance(item, str) else item for item in names))


def _panels(session: ExportSession) -> dict[str, Panel]:
    return {
        "bar": BarPanel(session, "eew-a-bar"),
        "strip": Panel(session, FormView(), present.strip, "eew-a-strip"),
        "image": Panel(session, FormView(), present.image, "eew-step", "eew-a-image"),
        "grid_head": Panel(session, FormView(), present.grid_head, "eew-grid-head"),
        "grid": Panel(session, FormView(), present.grid, "eew-grid"),
        "bands": Panel(session, BandsView(), present.bands, "eew-step", "eew-a-bands", "eew-bands"),
        "destination": Panel(session, FormView(), present.destination, "eew-step", "eew-a-dest", "eew-destination"),
        "advanced": Panel(session, FormView(), present.advanced, "eew-step", "eew-a-adv"),
        "pyramid": Panel(session, PyramidView(), present.pyramid, "eew-a-pyr"),
        "action": Panel(session, FormView(), present.action, "eew-a-act"),
        "preview": PreviewPanel(session, "eew-step", "eew-a-req", "eew-preview"),
        "operations": Panel(session, OperationsView(), present.operations, "eew-step", "eew-a-ops", "eew-status"),
    }


def _box(classes: str, *children: ipywidgets.Widget) -> ipywidgets.Box:
    box = ipywidgets.Box(children=children)
    for name in classes.split():
        box.add_class(name)
    return box
