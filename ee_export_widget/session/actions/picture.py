"""What the preview of the image shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.session.channels import Channel, in_colour, shown_channels
from ee_export_widget.session.picturing import look_through

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession

    Channels = tuple[Channel, ...]


def _change(session: ExportSession, change: Callable[[ImageInfo, Channels], Channels]) -> None:
    info = session.snapshot.image.info
    if info is not None and info.visible_ids:
        look_through(session, change(info, shown_channels(info, session.snapshot.channels)))


def _colour(session: ExportSession, args: Args) -> None:
    """Show three bands in colour, or the first of them in grey."""
    colour = bool(args["colour"])
    _change(session, lambda info, channels: in_colour(info, channels) if colour else channels[:1])


def _channel(session: ExportSession, args: Args) -> None:
    """Give one of the colours another band, or an end of its stretch."""
    at, entry, value = int(args["at"]), args["entry"], str(args["value"])

    def changed(info: ImageInfo, channels: Channels) -> Channels:
        if not 0 <= at < len(channels) or entry not in {"band", "low", "high"}:
            raise ValueError(f"there is no {entry!r:.40} of colour {at}")
        if entry != "band":
            now = replace(channels[at], **{entry: value.strip()})
        elif value in info.plain_ids:
            now = Channel(value)  # values of one band say nothing of another
        else:
            raise ValueError(f"there is no band {value!r:.40}")
        return (*channels[:at], now, *channels[at + 1 :])

    _change(session, changed)


def _automatically(session: ExportSession, _args: Args) -> None:
    """Stretch all colours by the image's own values."""
    _change(session, lambda _info, channels: tuple(Channel(channel.band) for channel in channels))


ACTIONS: Mapping[str, Action] = {
    "picture_colour": _colour,
    "picture_channel": _channel,
    "stretch_automatically": _automatically,
}
