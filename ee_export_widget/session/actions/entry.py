"""Regions and grids that are typed, pasted, dropped on the map, or copied from an asset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from ee_export_widget.client.images import expression_of
from ee_export_widget.core.draft.draft import with_grid
from ee_export_widget.core.draft.typed_grid import DEGREES, read_affine, read_geojson, read_sides
from ee_export_widget.core.expression import Expression
from ee_export_widget.errors import ExportWidgetError, InvalidRequestError, Problem
from ee_export_widget.session.entry import Entry, Tool, opened
from ee_export_widget.session.splitting import ask_to_submit_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.draft.draft import CrsRectangle
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.region.region import Region
    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession

COPY_JOB = "copy grid"


def _open(session: ExportSession, args: Args) -> None:
    tool: Tool = args["tool"]
    if tool not in get_args(Tool):
        raise ValueError(f"there is no tool {tool!r:.40}")
    close(session)
    if tool:
        session.update(entry=opened(session.snapshot, tool))


def close(session: ExportSession) -> None:
    """Put the small form away, and give up what it waits for."""
    session.give_up(COPY_JOB)
    session.update(entry=Entry())


def _apply(session: ExportSession, _args: Args) -> None:
    entry = session.snapshot.entry
    applier = _APPLIERS.get(entry.tool)
    if applier is None:
        return
    try:
        applier(session, entry.texts)
    except InvalidRequestError as error:
        session.update(entry=replace(entry, problems=tuple(error.problems), busy=False))


def _bounds(session: ExportSession, texts: Mapping[str, str]) -> None:
    crs = DEGREES if texts.get("units") != "crs" else session.snapshot.drawing_crs
    _take_region(session, read_sides(texts, crs))


def _geojson(session: ExportSession, texts: Mapping[str, str]) -> None:
    _take_region(session, read_geojson(texts.get("geojson", "")))


def _affine(session: ExportSession, texts: Mapping[str, str]) -> None:
    _take_grid(session, read_affine(texts, session.snapshot.drawing_crs))


def _wkt(session: ExportSession, texts: Mapping[str, str]) -> None:
    session.edit(crs=" ".join(texts.get("wkt", "").split()))
    session.update(entry=Entry())


def _take_region(session: ExportSession, region: CrsRectangle | Region) -> None:
    session.edit(region=region)
    _done(session)


def _take_grid(session: ExportSession, grid: PixelGrid) -> None:
    session.change(lambda draft: with_grid(draft, grid))
    _done(session)


def _done(session: ExportSession) -> None:
    session.update(entry=Entry(), look_at=session.snapshot.look_at + 1)


def _copy(session: ExportSession, texts: Mapping[str, str]) -> None:
    _read_asset(session, texts, _take_grid)


def _snap(session: ExportSession, _args: Args) -> None:
    """Line the edges up with an asset's grid, and keep region, CRS and pixel size."""
    texts = session.snapshot.entry.texts
    name = texts.get("asset", "").strip()

    def take(session: ExportSession, grid: PixelGrid) -> None:
        session.edit(snap="asset", reference=(name, grid))
        session.update(entry=Entry())

    _read_asset(session, texts, take)


def _read_asset(
    session: ExportSession, texts: Mapping[str, str], take: Callable[[ExportSession, PixelGrid], None]
) -> None:
    client = session.client
    try:
        if client is None:
            hint = "Choose a project, or the local emulator."
            raise InvalidRequestError.of("asset", "not-connected", "The form is not connected to a service.", hint)
        expression = Expression.of(expression_of(texts.get("asset", "").strip()))
    except InvalidRequestError as error:
        found = tuple(replace(problem, field="asset") for problem in error.problems)
        session.update(entry=replace(session.snapshot.entry, problems=found))
        return
    session.update(entry=replace(session.snapshot.entry, problems=(), busy=True))
    session.run(COPY_JOB, _fetch_grid(session, client, expression, take))


async def _fetch_grid(
    session: ExportSession,
    client: EarthEngineClient,
    expression: Expression,
    take: Callable[[ExportSession, PixelGrid], None],
) -> None:
    found: PixelGrid | Problem
    try:
        found = (await client.describe_image(expression)).source_grid or _WITHOUT_GRID
    except ExportWidgetError as error:
        found = Problem("asset", "asset-unreadable", "error", error.message, error.hint)
    with session.lock:
        entry = session.snapshot.entry
        if entry.tool != "copy" or session.client is not client:
            return
        if isinstance(found, Problem):
            session.update(entry=replace(entry, problems=(found,), busy=False))
        else:
            take(session, found)


_WITHOUT_GRID = Problem(
    "asset", "asset-without-grid", "error",
    "This image has no bounds, so it has no grid to copy.", "Choose an image asset.",
)  # fmt: skip


def _split_at_180(session: ExportSession, _args: Args) -> None:
    session.update(entry=Entry("split", {**opened(session.snapshot, "split").texts, "by": "antimeridian"}))


def _split_in_halves(session: ExportSession, _args: Args) -> None:
    """Cut both ways through the middle."""
    grid = session.snapshot.composed.grid
    if grid is not None:
        width, height = (f"{-(-side // 2):,}" for side in (grid.width, grid.height))
        texts = opened(session.snapshot, "split").texts
        session.update(entry=Entry("split", {**texts, "by": "tile", "width": width, "height": height}))


def _drop(session: ExportSession, args: Args) -> None:
    """Take in a file that was dropped on the map; what is wrong with it shows as if it had been pasted."""
    text = str(args.get("text", ""))
    try:
        if (size := int(args.get("bytes", 0))) > 0:
            message = f"This file is too long to be read here: {size / 1e6:,.0f} MB."
            raise InvalidRequestError.of("region", "geojson-too-long", message, "Simplify the outline first.")
        _take_region(session, read_geojson(text))
    except InvalidRequestError as error:
        shown = text if len(text) <= _SHOWN_CHARACTERS else ""
        session.update(entry=Entry("geojson", {"geojson": shown}, tuple(error.problems)))


_SHOWN_CHARACTERS = 100_000

_APPLIERS: Mapping[str, Callable[[ExportSession, Mapping[str, str]], None]] = {
    "bounds": _bounds,
    "geojson": _geojson,
    "copy": _copy,
    "affine": _affine,
    "wkt": _wkt,
}

ACTIONS: Mapping[str, Action] = {
    "entry": _open,
    "type_bounds": lambda session, _args: _open(session, {"tool": "bounds"}),
    "paste_geojson": lambda session, _args: _open(session, {"tool": "geojson"}),
    "copy_grid": lambda session, _args: _open(session, {"tool": "copy"}),
    "edit_affine": lambda session, _args: _open(session, {"tool": "affine"}),
    "paste_wkt": lambda session, _args: _open(session, {"tool": "wkt"}),
    "split": lambda session, _args: _open(session, {"tool": "split"}),
    "split_at_180": _split_at_180,
    "split_in_halves": _split_in_halves,
    "submit_parts": lambda session, _args: ask_to_submit_parts(session),
    "entry_close": lambda session, _args: close(session),
    "entry_apply": _apply,
    "entry_snap": _snap,
    "drop": _drop,
}
