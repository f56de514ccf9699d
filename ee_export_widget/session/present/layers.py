"""The layers of the map, to be shown or hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session.channels import labels, shown_channels
from ee_export_widget.session.present.outline import outline
from ee_export_widget.session.present.parts import button

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session import views
    from ee_export_widget.session.channels import Channel, Stretch
    from ee_export_widget.session.snapshot import LayerName, Snapshot


def layers(snapshot: Snapshot) -> list[views.Layer]:
    """List what can be seen below and over the map, each with what there is to say of it."""
    listed: list[tuple[LayerName, str, str]] = [
        ("base", "Base map", ""),
        ("image", "Image preview", _image_note(snapshot)),
        ("source", "Source image edge", ""),
        ("drawn", "Region as drawn", ""),
        ("lattice", "Pixel lattice", ""),
        ("exports", "Other exports", "" if _others(snapshot) else "none yet"),
    ]
    return [
        {"name": name, "label": label, "note": note, "shown": is_shown(snapshot, name)} for name, label, note in listed
    ]


def _image_note(snapshot: Snapshot) -> str:
    image = snapshot.image
    if image.info is None:
        return ""
    if image.picture_message:
        return f"not to be had: {image.picture_message}"
    if image.info.source_grid is None and snapshot.composed.grid is None:
        return "no bounds: shown once there is a region"
    return ", ".join(channel.band for channel in shown_channels(image.info, snapshot.channels))


def picture(snapshot: Snapshot) -> views.Picture | None:
    """Say how the preview is coloured, and what could be chosen instead."""
    info = snapshot.image.info
    if info is None or not info.visible_ids:
        return None
    channels = shown_channels(info, snapshot.channels)
    typed = any(channel.low or channel.high for channel in channels)
    return {
        "colour": len(channels) > 1,
        "channels": [
            _colouring(label, channel, snapshot.image.stretches.get(channel.band))
            for label, channel in zip(labels(channels), channels, strict=True)
        ],
        "hint": "Empty: 2 to 98 % of the image's values.",
        "automatic": button("stretch_automatically", "Stretch automatically") if typed else None,
    }


def _colouring(label: str, channel: Channel, automatic: Stretch | None) -> views.Colouring:
    low, high = ("", "") if automatic is None else map(_glance, automatic)
    wrong = channel.stretch(automatic) is None
    return {
        "label": label, "band": channel.band, "low": channel.low, "low_hint": low, "high": channel.high,
        "high_hint": high, "message": "A stretch goes from one number up to a larger one." if wrong else "",
    }  # fmt: skip


def _glance(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - thousands whole, the rest with three digits


def is_shown(snapshot: Snapshot, name: LayerName) -> bool:
    """Whether a layer is shown, as far as there is something in it."""
    return name not in snapshot.hidden_layers


def other_exports(snapshot: Snapshot) -> list[views.OtherGrid]:
    """Give what was exported earlier, each grid once and under all of its names; nothing while that is hidden."""
    if not is_shown(snapshot, "exports"):
        return []
    names = {operation.name: operation.description or operation.id for operation in snapshot.operations}
    return [
        {"outline": ring, "label": ", ".join(dict.fromkeys(filter(None, map(names.get, operations))))}
        for grid, operations in _others(snapshot).items()
        if (ring := outline(grid))
    ]


def _others(snapshot: Snapshot) -> dict[PixelGrid, list[str]]:
    """Give the grids of what this machine has started, each with its operations."""
    found: dict[PixelGrid, list[str]] = {}
    for operation, submitted in snapshot.submitted.items():
        grid = submitted.grid
        if grid is not None and grid != snapshot.composed.grid and operation != snapshot.on_map:
            found.setdefault(grid, []).append(operation)
    return found
