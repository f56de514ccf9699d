"""What buttons, menus and gestures do: one small function for each name that the page can send."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core import gestures
from ee_export_widget.core.draft import CrsRectangle
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.session.session import ExportSession

log = logging.getLogger("ee_export_widget")

Args: TypeAlias = "Mapping[str, Any]"


def perform(session: ExportSession, name: str, args: Args) -> None:
    """Do what the page asks for; what it must not or cannot ask for is logged and left alone."""
    action = ACTIONS.get(name)
    if action is None:
        log.warning("The page asked for an action that does not exist: %.80r", name)
        return
    try:
        action(session, args)
    except InvalidRequestError as error:
        session.update(notice=services.in_words(error))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        log.warning("The page asked for %r in a way that cannot be read: %s", name, error, exc_info=error)


def _pan(session: ExportSession, _args: Args) -> None:
    session.hand.let_go(cancelled=True)
    session.update(map_mode="pan", drawing=False)


def _footprint(session: ExportSession, _args: Args) -> None:
    info = session.snapshot.image.info
    if info is None or info.source_grid is None:
        return
    source = info.source_grid
    region = CrsRectangle(source.crs_code or source.crs_wkt or "", source.bounds)
    session.edit(region=region)
    session.update(map_mode="pan", drawing=False)


def _clear(session: ExportSession, _args: Args) -> None:
    session.edit(region=None, grid=None)
    session.update(drawing=False)


def _draw(session: ExportSession, args: Args) -> None:
    phase = args.get("phase")
    if phase is None:
        session.update(map_mode="draw")
        return
    if phase == "cancel":
        session.hand.let_go(cancelled=True)
        session.update(map_mode="pan", drawing=False)
        return
    if phase == "start" or (phase == "end" and not session.hand.is_holding):
        session.hand.hold("draw")
    elif not session.hand.is_holding:
        return
    try:
        region = gestures.rectangle(_point(args["a"]), _point(args["b"]), session.drawing_crs())
        session.hand.move(lambda draft: replace(draft, region=region, grid=None))
    finally:
        session.update(drawing=phase != "end", map_mode="pan" if phase == "end" else "draw")
        if phase == "end":
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
    crs = grid.crs_code or grid.crs_wkt or ""
    try:
        if handle == "whole":
            region = gestures.moved(grid.bounds, session.hand.grip, point, crs)
        else:
            region = gestures.dragged(grid.bounds, int(handle), point, crs)
        session.hand.move(lambda draft: replace(draft, region=region, grid=None))
    finally:
        if phase == "end":
            session.hand.let_go()


def _nudge(session: ExportSession, args: Args) -> None:
    grid, handle = session.snapshot.composed.grid, args["handle"]
    if grid is None:
        return
    held: gestures.Handle = "whole" if handle == "whole" else int(handle)
    region = gestures.nudged(grid, held, int(args["columns"]), int(args["rows"]))
    if region is not None:
        session.change(lambda draft: replace(draft, region=region, grid=None), gesture="nudge")


def _policy(session: ExportSession, args: Args) -> None:
    policy = PyramidingPolicy(args["policy"]) if args["policy"] else None
    info = session.snapshot.image.info
    bands = set(args["bands"]) & set(info.band_ids if info else ())
    session.change(lambda draft: draft.with_overrides(dict.fromkeys(sorted(bands), policy)))


def _default_policy(session: ExportSession, args: Args) -> None:
    session.edit(default_policy=PyramidingPolicy(args["policy"]))


def _use_suggestions(session: ExportSession, args: Args) -> None:
    image = session.snapshot.image
    wanted = set(args.get("bands") or [band.id for band in (image.info.bands if image.info else ())])
    found = {
        band.id: suggestion.policy
        for band, suggestion in zip(image.info.bands if image.info else (), image.suggestions, strict=False)
        if band.id in wanted and suggestion.kind != "measured"
    }
    session.change(lambda draft: draft.with_overrides(found))


def _fix(session: ExportSession, args: Args) -> None:
    name = args["name"]
    for fix in session.snapshot.fixes:
        if fix.name == name:
            session.change(fix.apply)
            return
    if name in _COMMANDS_AS_FIXES:
        ACTIONS[name](session, {})


def _new_export(session: ExportSession, _args: Args) -> None:
    session.edit(request_id=session.new_id())
    services.check_target(session)


def _ask_cancel(session: ExportSession, args: Args) -> None:
    session.update(asking_to_cancel=str(args["operation"]))


def _keep(session: ExportSession, _args: Args) -> None:
    session.update(asking_to_cancel="")


def _tab(session: ExportSession, args: Args) -> None:
    tab = args["tab"]
    session.update(operations_tab="project" if tab == "project" else "here")
    if tab == "project" and session.client is not None:
        session.run("list project", services.list_project(session, session.client))


def _point(value: Any) -> gestures.LonLat:  # noqa: ANN401 - from the page, checked here
    lon, lat = (float(number) for number in value)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError("a place has finite coordinates")
    return lon, max(-90.0, min(90.0, lat))


_COMMANDS_AS_FIXES = frozenset({"retry_connection", "dismiss", "use_suggestions", "snap_to_source", "use_source_pixel"})

ACTIONS: dict[str, Callable[[ExportSession, Args], None]] = {
    "pan": _pan,
    "footprint": _footprint,
    "clear": _clear,
    "draw": _draw,
    "drag": _drag,
    "nudge": _nudge,
    "policy": _policy,
    "default_policy": _default_policy,
    "use_suggestions": _use_suggestions,
    "snap_to_source": lambda session, _args: session.edit(snap="source"),
    "use_source_pixel": lambda session, _args: session.edit(pixel_size=""),
    "fix": _fix,
    "undo": lambda session, _args: session.undo(),
    "redo": lambda session, _args: session.redo(),
    "new_request_id": _new_export,
    "new_export": _new_export,
    "load_sample": lambda session, _args: session.load_sample(),
    "use_emulator": lambda session, _args: session.use_emulator(),
    "use_project": lambda session, args: session.use_project(str(args["text"])),
    "retry_connection": lambda session, _args: session.reconnect(),
    "submit": lambda session, _args: session.ask_to_submit(),
    "back": lambda session, _args: session.stop_asking(),
    "submit_now": lambda session, _args: session.submit_in_background(),
    "cancel": _ask_cancel,
    "cancel_now": lambda session, args: session.cancel(str(args["operation"])),
    "keep": _keep,
    "tab": _tab,
    "dismiss": lambda session, _args: session.update(notice=""),
}
