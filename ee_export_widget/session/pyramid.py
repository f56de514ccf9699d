"""The pyramid preview of one band: which window is looked at, and what the policies make of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ee_export_widget.core.draft.gestures import to_crs
from ee_export_widget.core.draft.masking import masked_expression
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session.blocks import read_block
from ee_export_widget.session.pictures import sample_grid, sample_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.draft.gestures import LonLat
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.pyramid.judgement import Judgement
    from ee_export_widget.core.pyramid.reduction import Pixels
    from ee_export_widget.core.pyramiding import PyramidingPolicy
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

JOB = "pyramid preview"
SEARCH_PX = 512
"""Side of the picture in which mixed places are looked for."""
LEAST_PX = 8
"""Side of the squares that are compared in it."""

Place: TypeAlias = tuple[int, int]
"""Column and row of the export at which a window begins."""


@dataclass(frozen=True, eq=False)
class Window:
    """A window of the export, read and judged."""

    grid: PixelGrid
    pixels: Pixels
    judgements: Mapping[PyramidingPolicy, Judgement]


@dataclass(frozen=True)
class PyramidPreview:
    """What is being previewed."""

    band: str = ""
    """Its name; empty while there is no preview."""
    state: Literal["none", "reading", "ready", "missing", "failed"] = "none"
    """``missing`` lacks something that the person has to do first."""
    mixed: tuple[Place, ...] = ()
    """The most mixed windows found, the most mixed one first."""
    chosen: int = 0
    """Which of them is looked at; -1 for the one that was picked on the map."""
    picked: LonLat | None = None
    """Where the map was pressed, in degrees."""
    window: Window | None = field(default=None, repr=False)
    message: str = ""


class _NothingToReadError(Exception):
    """Something is missing before pixels can be read; says what."""


@dataclass(frozen=True, eq=False)
class _Matter:
    """What a preview is of; it is read anew when any of this changes."""

    client: EarthEngineClient | None
    image: Mapping[str, Any] | None
    clip: object
    grid: PixelGrid | None
    kind: str

    @classmethod
    def of(cls, snapshot: Snapshot, client: EarthEngineClient | None) -> _Matter:
        draft, kind = snapshot.draft, kind_of(snapshot, snapshot.pyramid.band)
        return cls(client, draft.expression, draft.mask_outside and draft.region, snapshot.composed.grid, kind)

    def is_as(self, other: _Matter) -> bool:
        """Tell whether the same pixels would be read; images count as the same only where they are one object."""
        same = self.client is other.client and self.image is other.image
        return same and (self.clip, self.grid, self.kind) == (other.clip, other.grid, other.kind)


def kind_of(snapshot: Snapshot, band: str) -> str:
    """Tell what a band looks like; empty for one that the image does not have, or whose pixels hold arrays."""
    info = snapshot.image.info
    for one, suggestion in zip(info.bands if info else (), snapshot.image.suggestions, strict=False):
        if one.id == band and not one.is_array:
            return suggestion.kind
    return ""


def begin(session: ExportSession, band: str) -> None:
    """Preview a band, beginning with the most mixed window; a press on the band that is previewed ends it."""
    if not band or band == session.snapshot.pyramid.band or not kind_of(session.snapshot, band):
        end(session)
        return
    kept = session.snapshot.pyramid
    picked = kept.picked if kept.chosen < 0 else None
    _look(session, PyramidPreview(band, "reading", picked=picked, chosen=-1 if picked else 0))


def end(session: ExportSession) -> None:
    """Put the preview away."""
    session.give_up(JOB)
    session.update(pyramid=PyramidPreview())
    if session.snapshot.map_mode == "pick":
        session.update(map_mode="pan")


def choose(session: ExportSession, number: int) -> None:
    """Look at another one of the mixed windows."""
    preview = session.snapshot.pyramid
    if preview.band and 0 <= number < max(len(preview.mixed), 1):
        _look(session, replace(preview, state="reading", window=None, chosen=number, picked=None))


def again(session: ExportSession) -> None:
    """Read the same window once more."""
    preview = session.snapshot.pyramid
    if preview.band:
        _look(session, replace(preview, state="reading", window=None, message=""))


def pick(session: ExportSession, place: LonLat) -> None:
    """Look at the window around a place of the map."""
    preview = session.snapshot.pyramid
    session.update(map_mode="pan")
    if preview.band:
        _look(session, replace(preview, state="reading", window=None, chosen=-1, picked=place))


def _look(session: ExportSession, preview: PyramidPreview) -> None:
    session.update(pyramid=preview)
    session.run(JOB, _follow(session))


async def _follow(session: ExportSession) -> None:
    """Read the window, and again whenever what is exported changes, until the preview is put away."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    matter = _Matter.of(session.snapshot, session.client)

    def look(_change: object) -> None:
        if not _Matter.of(session.snapshot, session.client).is_as(matter):
            loop.call_soon_threadsafe(changed.set)

    session.observe(look, names="snapshot")
    try:
        while True:
            matter = _Matter.of(session.snapshot, session.client)
            await _show(session, matter)
            await changed.wait()
            while changed.is_set():  # what is still being dragged is not read
                changed.clear()
                _take_in(session, state="reading", window=None, mixed=())
                await asyncio.sleep(session.quiet_s)
    finally:
        session.unobserve(look, names="snapshot")


async def _show(session: ExportSession, matter: _Matter) -> None:
    from ee_export_widget.session.services import in_words

    try:
        _take_in(session, state="ready", window=await _read(session, matter), message="")
    except _NothingToReadError as missing:
        _take_in(session, state="missing", window=None, message=str(missing))
    except ExportWidgetError as error:
        _take_in(session, state="failed", window=None, message=in_words(error))
    except ValueError:
        _take_in(session, state="failed", window=None, message="The answer of the service does not hold these pixels.")


def _take_in(session: ExportSession, **changes: Any) -> None:  # noqa: ANN401 - members of a preview
    with session.lock:
        preview = session.snapshot.pyramid
        if preview.band:
            session.update(pyramid=replace(preview, **changes))


async def _read(session: ExportSession, matter: _Matter) -> Window:
    """Find the window if need be, read it and judge it."""
    from ee_export_widget.core.pyramid.judgement import SIDE_PX, judge

    snapshot = session.snapshot
    client, grid, preview = matter.client, matter.grid, snapshot.pyramid
    expression = masked_expression(snapshot.draft, snapshot.composed.crs)
    if not matter.kind:
        raise _NothingToReadError(f"The image has no band {preview.band} to look at.")
    if client is None or expression is None:
        raise _NothingToReadError("The form is not connected to a service.")
    if grid is None:
        raise _NothingToReadError("Draw a region first: the preview shows pixels of the export.")
    if not preview.mixed:
        mixed = await _mixed(client, expression, grid, preview.band, codes=matter.kind != "measured")
        _take_in(session, mixed=mixed, chosen=min(preview.chosen, len(mixed) - 1))
        preview = session.snapshot.pyramid
    if preview.chosen < 0 and preview.picked is not None:
        column, row = _around(grid, *grid.affine_transform.locate(*to_crs(preview.picked, grid.crs.text)))
    else:
        column, row = preview.mixed[preview.chosen]
    part = replace(
        grid,
        width=min(SIDE_PX, grid.width - column),
        height=min(SIDE_PX, grid.height - row),
        affine_transform=grid.affine_transform.shifted(column, row),
    )
    pixels = await _pixels(client, expression, part, preview.band)
    return Window(part, pixels, judge(pixels))


async def _mixed(
    client: EarthEngineClient, expression: Mapping[str, Any], grid: PixelGrid, band: str, *, codes: bool
) -> tuple[Place, ...]:
    """Look over the whole export, coarsely where it is large, for windows in which values change most."""
    from ee_export_widget.core.pyramid.judgement import SIDE_PX, mixed_places

    coarse, step = sample_grid(grid, SEARCH_PX), sample_step(grid, SEARCH_PX)
    found = await _pixels(client, expression, coarse, band)
    places = mixed_places(found, max(LEAST_PX, SIDE_PX // step), codes=codes)
    return tuple(dict.fromkeys(_around(grid, column * step, row * step) for column, row in places))


def _around(grid: PixelGrid, column: float, row: float) -> Place:
    """Give the corner of the window around a place, on a pixel of the highest level that is shown."""
    from ee_export_widget.core.pyramid.judgement import LEVELS, SIDE_PX

    unit = 2 ** LEVELS[-1]
    places = zip((column, row), (grid.width, grid.height), strict=True)
    across, down = (max(0, min(int(at - SIDE_PX / 2), size - SIDE_PX)) // unit * unit for at, size in places)
    return across, down


async def _pixels(client: EarthEngineClient, expression: Mapping[str, Any], grid: PixelGrid, band: str) -> Pixels:
    from ee_export_widget.core.pyramid.reduction import Pixels

    block = await read_block(client, expression, grid, [band])
    if block.values.shape != (grid.height, grid.width) or band not in (block.values.dtype.names or ()):
        raise ValueError("the service gave other pixels")
    return Pixels(block.values[band], block.masks[band].astype("float32"))
