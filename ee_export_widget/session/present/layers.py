"""The layers of the map, to be shown or hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.session.pictures import visible_bands
from ee_export_widget.session.present.outline import outline

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import LayerName, Snapshot
    from ee_export_widget.session.views import LonLat


def layers(snapshot: Snapshot) -> list[views.Layer]:
    """List what can be seen below and over the map, each with what there is to say of it."""
    info = snapshot.image.info
    bands = ", ".join(visible_bands(info)) if info is not None else ""
    listed: list[tuple[LayerName, str, str]] = [
        ("base", "Base map", ""),
        ("image", "Image preview", bands),
        ("source", "Source image edge", ""),
        ("drawn", "Region as drawn", ""),
        ("lattice", "Pixel lattice", ""),
        ("exports", "Other exports", "" if _others(snapshot) else "none yet"),
    ]
    return [
        {"name": name, "label": label, "note": note, "shown": is_shown(snapshot, name)} for name, label, note in listed
    ]


def is_shown(snapshot: Snapshot, name: LayerName) -> bool:
    """Whether a layer is shown, as far as there is something in it."""
    return name not in snapshot.hidden_layers


def export_outlines(snapshot: Snapshot) -> list[list[LonLat]]:
    """Give the outlines of what was exported earlier; none while they are hidden."""
    if not is_shown(snapshot, "exports"):
        return []
    return [ring for grid in _others(snapshot) if (ring := outline(grid))]


def _others(snapshot: Snapshot) -> list[PixelGrid]:
    """Give the grids of what this machine has started, each once."""
    grids = [submitted.request.grid for submitted in snapshot.submitted.values()]
    whole = [grid for grid in dict.fromkeys(grids) if isinstance(grid, PixelGrid)]
    return [grid for grid in whole if grid != snapshot.composed.grid]
