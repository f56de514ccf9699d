"""What the preview shows of an image: one band in grey, or three as red, green and blue, each over a stretch of values.

It is a way of looking, not a part of the request: it is kept with the form, and there is nothing to undo.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ee_export_widget.core.image_info import ImageInfo

Stretch: TypeAlias = tuple[float, float]
"""The value that is shown black, and the one that is shown in full."""

COLOURS = ("Red", "Green", "Blue")
GREY = ("Grey",)

_BYTE: Stretch = (0.0, 255.0)


@dataclass(frozen=True, slots=True)
class Channel:
    """One colour of the preview, or its grey."""

    band: str
    low: str = ""
    """Where its stretch begins, as typed; empty for the automatic value."""
    high: str = ""
    """Where it ends."""

    def stretch(self, automatic: Stretch | None) -> Stretch | None:
        """Give the stretch; None where what was typed is none. Without an automatic one it is that of a byte."""
        low, high = automatic or _BYTE
        try:
            stretch = float(self.low.strip() or low), float(self.high.strip() or high)
        except ValueError:
            return None
        return stretch if isfinite(stretch[0]) and isfinite(stretch[1]) and stretch[0] < stretch[1] else None


def shown_channels(info: ImageInfo, chosen: Sequence[Channel]) -> tuple[Channel, ...]:
    """Give what was chosen, as long as the image has these bands, or else what it is best looked at by."""
    if chosen and {channel.band for channel in chosen} <= set(info.plain_ids):
        return tuple(chosen)
    return tuple(Channel(band_id) for band_id in info.visible_ids)


def labels(channels: Sequence[Channel]) -> tuple[str, ...]:
    """Name the colours of one channel, or of three."""
    return COLOURS if len(channels) == len(COLOURS) else GREY


def in_colour(info: ImageInfo, channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """Make three channels of one: true colour where the image has it, else its bands in order."""
    if len(channels) == len(COLOURS):
        return tuple(channels)
    ids = info.visible_ids if len(info.visible_ids) == len(COLOURS) else info.plain_ids
    return tuple(Channel(ids[min(at, len(ids) - 1)]) for at in range(len(COLOURS)))


def visualization(channels: Sequence[Channel], automatic: Mapping[str, Stretch]) -> dict[str, Any]:
    """Give the ``VisualizationOptions`` message of channels; a stretch that is none is the automatic one instead."""
    ranges = []
    for channel in channels:
        known = automatic.get(channel.band)
        low, high = channel.stretch(known) or known or _BYTE
        ranges.append({"min": low, "max": high})
    return {"ranges": ranges}
