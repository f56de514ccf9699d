"""Gestures and tools of the map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.draft.derive import source_transform
from ee_export_widget.core.draft.draft import CrsRectangle, with_grid
from ee_export_widget.core.draft.gestures import placed
from ee_export_widget.core.grid.alignment import shifted_onto
from ee_export_widget.core.region.region import read_region
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import pyramid
from ee_export_widget.session.snapshot import LayerName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.core.region.region import Region
    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession


def _pan(session: ExportSession, _args: Args) -> None:
    session.hand.let_go(cancelled=True)
    session.update(map_mode="pan", drawing=False)


def _footprint(session: ExportSession, _args: Args) -> None:
    info = session.snapshot.image.info
    if info is None or info.source_grid is None:
        return
    source = info.source_grid
    region = CrsRectangle(source.crs_text, source.bounds)
    session.edit(region=region)
    session.update(map_mode="pan", drawing=False)


def _clear(session: ExportSession, _args: Args) -> None:
    session.edit(region=None, grid=None)
    session.update(drawing=False)


def _lattice(session: ExportSession, _args: Args) -> None:
    session.update(hidden_layers=session.snapshot.hidden_layers ^ {"lattice"})


def _layer(session: ExportSession, args: Args) -> None:
    """Show or hide one layer of the map."""
    name: LayerName = args["layer"]
    if name not in get_args(LayerName):
        raise ValueError(f"there is no layer {name!r:.40}")
    hidden = session.snapshot.hidden_layers
    session.update(hidden_layers=hidden - {name} if args["shown"] else hidden | {name})


def _shift_half_pixel(session: ExportSession, _args: Args) -> None:
    grid, transform = session.snapshot.composed.grid, source_transform(session.snapshot.image.info)
    if grid is not None and transform is not None:
        session.change(lambda draft: with_grid(draft, shifted_onto(grid, transform)))


def _draw(session: ExportSession, args: Args) -> None:
    def region() -> CrsRectangle:
        return gestures.rectangle(_point(args["a"]), _point(args["b"]), session.snapshot.drawing_crs)

    _sketch(session, "draw", args.get("phase"), region)


def _polygon(session: ExportSession, args: Args) -> None:
    def region() -> Region:
        return read_region({"type": "Polygon", "coordinates": [[_point(place) for place in args["ring"]]]})

    _sketch(session, "polygon", args.get("phase"), region)


def _sketch(
    session: ExportSession, tool: Literal["draw", "polygon"], phase: object, region: Callable[[], CrsRectangle | Region]
) -> None:
    """Take up a drawing tool, or let the draft follow what is drawn with it."""
    if phase is None:
        session.update(map_mode=tool)
        return
    if phase == "cancel":
        session.hand.let_go(cancelled=True)
        session.update(map_mode="pan", drawing=False)
        return
    ended = phase == "end"
    if phase == "start" or (ended and not session.hand.is_holding):
        session.hand.hold(tool)
    elif not session.hand.is_holding:
        return
    try:
        drawn = region()
        session.hand.move(lambda draft: replace(draft, region=drawn, grid=None))
    except InvalidRequestError:
        # On the way a polygon may have two corners or cross itself, and a rectangle may leave its CRS.
        if ended:
            session.hand.let_go(cancelled=True)
            raise
    finally:
        session.update(drawing=not ended, map_mode="pan" if ended else tool)
        if ended:
            session.hand.let_go()


def _drag(session: ExportSession, args: Args) -> None:
    phase, handle = args["phase"], args["handle"]
    if phase == "cancel":
        session.hand.let_go(cancelled=True)
        return
    point = _point((args["lon"], args["lat"]))
    if phase == "start":
        session.hand.hold("drag", point)
        return
    grid = session.hand.grid
    if not session.hand.is_holding or grid is None:
        return
    try:
        if handle == "whole":
            span = gestures.moved(grid, session.hand.grip, point)
        else:
            span = gestures.dragged(grid, int(handle), point)
        session.hand.move(lambda draft: placed(draft, grid, span))
    finally:
        if phase == "end":
            session.hand.let_go()


def _nudge(session: ExportSession, args: Args) -> None:
    grid, handle = session.snapshot.composed.grid, args["handle"]
    if grid is None:
        return
    held: gestures.Handle = "whole" if handle == "whole" else int(handle)
    span = gestures.nudged(grid, held, int(args["columns"]), int(args["rows"]))
    if span is not None:
        session.change(lambda draft: placed(draft, grid, span), gesture="nudge")


def _point(value: Any) -> gestures.LonLat:  # noqa: ANN401 - from the page, checked here
    lon, lat = (float(number) for number in value)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError("a place has finite coordinates")
    return lon, max(-90.0, min(90.0, lat))


def _pick(session: ExportSession, args: Args) -> None:
    """Let the map ask for the place of a preview, or take it."""
    if "place" in args:
        pyramid.pick(session, _point(args["place"]))
    elif session.snapshot.pyramid.band:
        session.hand.let_go(cancelled=True)
        session.update(map_mode="pick", drawing=False)


ACTIONS: Mapping[str, Action] = {
    "pan": _pan,
    "footprint": _footprint,
    "lattice": _lattice,
    "layer": _layer,
    "shift_half_pixel": _shift_half_pixel,
    "clear": _clear,
    "draw": _draw,
    "polygon": _polygon,
    "drag": _drag,
    "nudge": _nudge,
    "pick": _pick,
}
