"""What is drawn over the map."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.estimate import compact_count
from ee_export_widget.session.present.grid import max_pixels, pixel_text, source_alignment
from ee_export_widget.session.present.layers import is_shown, layers, other_exports, picture
from ee_export_widget.session.present.look import revision
from ee_export_widget.session.present.loupe import loupes
from ee_export_widget.session.present.outline import drawn_outline, middle, outline, part_outlines
from ee_export_widget.session.present.parts import button
from ee_export_widget.session.splitting import parts_of

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot


def map_view(snapshot: Snapshot) -> views.MapView:
    """Outlines, handles, labels and tools."""
    grid, draft = snapshot.composed.grid, snapshot.draft
    footprint = outline(grid) if grid is not None else []
    info = snapshot.image.info
    source_grid = info.source_grid if info is not None and is_shown(snapshot, "source") else None
    source = outline(source_grid) if source_grid is not None else []
    centre = middle(footprint)[0]
    return {
        "mode": snapshot.map_mode,
        "tools": _tools(snapshot),
        "revision": revision(snapshot),
        "lattice": "lattice" not in snapshot.hidden_layers,
        "footprint": footprint,
        "drawn": drawn_outline(draft.region, near=centre) if is_shown(snapshot, "drawn") else [],
        "handles": _handles(grid, footprint) if grid is not None and not snapshot.drawing else [],
        "parts": _parts(snapshot),
        "other": other_grid(snapshot),
        "tone": "error" if _has_errors(snapshot) else "plain",
        "width_label": f"{grid.width:,} px" if grid is not None else "",
        "height_label": f"{grid.height:,} px" if grid is not None else "",
        "edge_label": _edge_label(snapshot),
        "drawn_label": "as drawn",
        "source": source,
        "source_label": "source image ends",
        "layers": layers(snapshot),
        "picture": picture(snapshot),
        "exports": other_exports(snapshot),
        "loupes": loupes(snapshot, near=centre),
        "tip": _tip(snapshot),
        "tip_by_keys": _tip(snapshot, by_keys=True),
        "call": _call(snapshot),
        "graticule": True,
        "ground": "",
    }


def other_grid(snapshot: Snapshot) -> views.OtherGrid | None:
    """Give the grid of the operation that is shown on the map."""
    operation = next((item for item in snapshot.operations if item.name == snapshot.on_map), None)
    submitted = snapshot.submitted.get(snapshot.on_map)
    grid = submitted.grid if submitted is not None else None
    ring = outline(grid) if grid is not None else []
    if operation is None or not ring:
        return None
    return {"outline": ring, "label": operation.description or operation.id}


def _handles(grid: PixelGrid, footprint: list[views.LonLat]) -> list[views.LonLat]:
    if not footprint:
        return []
    places = gestures.handles(grid, near=middle(footprint)[0])
    # A corner of the grid need not be on earth: the round world has none.
    return places if all(isfinite(lon) and isfinite(lat) for lon, lat in places) else []


def _edge_label(snapshot: Snapshot) -> str:
    grid = snapshot.composed.grid
    found = source_alignment(snapshot, grid) if grid is not None else None
    return "export edge, on the source grid" if found is not None and found.kind == "on-grid" else "export edge"


def _parts(snapshot: Snapshot) -> list[list[views.LonLat]]:
    """Give the outlines of the parts while the export is being split."""
    if snapshot.entry.tool != "split" or snapshot.drawing:
        return []
    grids = parts_of(snapshot).grids
    return part_outlines(grids) if len(grids) > 1 else []


def _has_errors(snapshot: Snapshot) -> bool:
    return any(problem.severity == "error" for problem in snapshot.problems_at("grid"))


def _tools(snapshot: Snapshot) -> list[views.Button]:
    info = snapshot.image.info
    no_image = "Choose an image first." if info is None else ""
    no_bounds = "" if info is None or info.source_grid is not None else "This image has no bounds."
    empty = "" if snapshot.draft.region or snapshot.draft.grid else "There is no region."
    return [
        button("pan", "Pan", icon="pan", icon_only=True),
        button("draw", "Draw rectangle", icon="rect", icon_only=True),
        button("polygon", "Draw polygon", icon="polygon", icon_only=True),
        button("footprint", "Use image footprint", icon="fit", icon_only=True, reason=no_image or no_bounds),
        button("lattice", "Pixel lattice", icon="lattice", icon_only=True),
        button("clear", "Clear region", icon="trash", icon_only=True, reason=empty),
    ]


def _tip(snapshot: Snapshot, *, by_keys: bool = False) -> list[str]:
    grid = snapshot.composed.grid
    if snapshot.map_mode == "pick":
        return ["Enter looks here" if by_keys else "Click to look here", "Esc to cancel"]
    if not snapshot.drawing:
        return []
    polygon = snapshot.map_mode == "polygon"
    if grid is None:
        begin = "Arrows, then Enter:" if by_keys else "Click"
        return [f"{begin} the {'next' if polygon else 'opposite'} corner", "Esc to cancel"]
    ends = ("Enter", "Enter twice") if by_keys else ("click", "click the first corner")
    finish = f"{ends[polygon]} to finish, Esc to cancel"
    count = f"{compact_count(grid.pixel_count)} px, {pixel_text(grid)}"
    if grid.pixel_count > max_pixels(snapshot):
        count = f"{compact_count(grid.pixel_count)} px are more than maxPixels allows"
    return [f"{grid.width:,} × {grid.height:,} px", count, finish]


def _call(snapshot: Snapshot) -> views.Call | None:
    if snapshot.draft.region is not None or snapshot.draft.grid is not None or snapshot.map_mode != "pan":
        return None
    info = snapshot.image.info
    reason = "" if info is not None and info.source_grid is not None else "Needs an image with bounds."
    return {
        "strong": "No region yet",
        "text": "Draw a rectangle with two clicks, or start from what you have.",
        "buttons": [
            button("draw", "Draw rectangle", icon="rect"),
            button("footprint", "Image footprint", reason=reason),
            button("type_bounds", "Type bounds"),
        ],
    }
