"""Having the image of a draft served as a picture, in the bands and stretch that were chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import pictures
from ee_export_widget.session.channels import shown_channels, visualization

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session.channels import Channel
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

JOB = "preview"


def look_through(session: ExportSession, channels: Sequence[Channel]) -> None:
    """Show the image in other bands, or over another stretch."""
    with session.lock:
        session.update(channels=tuple(channels))
        look(session)


def look(session: ExportSession) -> None:
    """Have the image served as a picture, in the background."""
    expression, client = session.draft.expression, session.client
    if expression is not None and client is not None and session.snapshot.image.state == "ready":
        session.run(JOB, draw(session, client, expression))


def ground_of(snapshot: Snapshot) -> PixelGrid | None:
    """Give the grid that the image is looked at on: its own, or the export's where it has no bounds."""
    info = snapshot.image.info
    return (info.source_grid if info is not None else None) or snapshot.composed.grid


def waits_for_ground(snapshot: Snapshot) -> bool:
    """Tell whether an image without bounds, a composite, has no picture yet and could have one by now."""
    image = snapshot.image
    unseen = image.info is not None and image.info.source_grid is None and not image.tile_url
    return unseen and not image.picture_message and not snapshot.drawing and snapshot.composed.grid is not None


async def draw(session: ExportSession, client: EarthEngineClient, expression: Mapping[str, Any]) -> None:
    """Ask for map tiles, and before that for what the stretch needs to know; what is out of date by then is dropped."""
    snapshot = session.snapshot
    image, chosen = snapshot.image, snapshot.channels
    ground = ground_of(snapshot)
    if image.info is None or not image.info.visible_ids or ground is None:
        return
    shown = shown_channels(image.info, chosen)
    bands = [channel.band for channel in shown]
    known = dict(image.stretches)
    try:
        if missing := [*dict.fromkeys(band for band in bands if band not in known)]:
            known |= pictures.stretches(await pictures.sample(client, expression, ground, missing) or {})
        tiles = await client.create_map(expression, band_ids=bands, visualization=visualization(shown, known))
    except ExportWidgetError as error:
        # The picture is a help, not a part of the request: without it the form works all the same.
        changes: dict[str, Any] = {"picture_message": error.message}
    else:
        changes = {"stretches": known, "tile_url": tiles.tile_url, "picture_message": ""}
    with session.lock:
        now = session.snapshot
        same = session.draft.expression is expression and session.client is client
        if same and now.image.info is not None and now.channels == chosen:
            session.update(image=replace(now.image, **changes))


async def picture(session: ExportSession, outline: Sequence[tuple[float, float]]) -> bytes | None:
    """Compute the preview as one picture over an outline in longitude and latitude, for a page without a service.

    Returns
    -------
    bytes or None
        A PNG file in Web Mercator.
    """
    snapshot, client = session.snapshot, session.client
    info, expression = snapshot.image.info, snapshot.draft.expression
    if client is None or info is None or expression is None or not outline:
        return None
    shown = shown_channels(info, snapshot.channels)
    return await client.compute_pixels(
        expression,
        grid=pictures.picture_grid(outline),
        file_format="PNG",
        band_ids=[channel.band for channel in shown],
        visualization=visualization(shown, snapshot.image.stretches),
    )
