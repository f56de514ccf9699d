"""Reading the image of a draft: its bands, what they suggest, and a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.pyramiding import suggest_policy
from ee_export_widget.core.seen_values import SeenValues
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import pictures, picturing
from ee_export_widget.session.snapshot import ImageState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.session.session import ExportSession


def read_image(session: ExportSession) -> None:
    """Read the image of the draft, in the background."""
    expression, client = session.draft.expression, session.client
    if expression is None or client is None:
        session.give_up("read image")
        session.update(image=ImageState())
        return
    session.update(image=ImageState("reading"))
    session.run("read image", _read_image(session, client, expression))


async def _read_image(session: ExportSession, client: EarthEngineClient, expression: Mapping[str, Any]) -> None:
    def show(state: ImageState) -> None:
        with session.lock:
            if session.draft.expression is expression and session.client is client:
                session.update(image=state)

    try:
        info = await client.describe_image(expression)
    except ExportWidgetError as error:
        show(ImageState("failed", message=error.message))
        return
    show(ImageState("ready", info, suggestions=_suggestions(info, None)))
    try:
        sample = await pictures.sample(client, expression, info.source_grid, info.plain_ids[: pictures.SAMPLED_BANDS])
    except ExportWidgetError as error:
        # Values are a help, not a part of the request: without them the form works all the same.
        show(ImageState("ready", info, suggestions=_suggestions(info, None), picture_message=error.message))
        return
    stretches = pictures.stretches(sample or {})
    show(ImageState("ready", info, suggestions=_suggestions(info, sample), seen=_seen(sample), stretches=stretches))
    await picturing.draw(session, client, expression)


def _seen(sample: pictures.Sample | None) -> dict[str, SeenValues]:
    found = {name: SeenValues.of(values) for name, values in (sample or {}).items()}
    return {name: seen for name, seen in found.items() if seen is not None}


def _suggestions(info: ImageInfo, sample: pictures.Sample | None) -> tuple[Any, ...]:
    return tuple(
        suggest_policy(band.id, band.data_type, info.properties, None if sample is None else sample.get(band.id))
        for band in info.bands
    )
