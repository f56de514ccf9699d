"""Filling masked pixels with a value that means no data, chosen so that it is no value of the image."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING

from ee_export_widget.core import image_steps
from ee_export_widget.session.fixes.kind import CHANGES_IMAGE, NamedFix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.core.image_info import BandInfo, PixelType
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot


def for_masked_pixels(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Fill masked pixels with a value at the edge of the type, and declare it as no data."""
    info = snapshot.image.info
    if info is None or len(info.pixel_types) != 1 or not image_steps.can_be_stepped(snapshot.draft):
        return
    (kind,) = info.pixel_types
    value, doubt = _value(kind, info.bands, snapshot)
    shown = f"{value:.17g}".replace("-", "−")
    step = partial(image_steps.filled, value=value, kind=kind)
    note = f"{CHANGES_IMAGE}; {doubt}" if doubt else CHANGES_IMAGE
    yield NamedFix("fill-masked", f"Fill masked pixels with {shown}", step, note)


def _value(kind: PixelType, bands: tuple[BandInfo, ...], snapshot: Snapshot) -> tuple[float, str]:
    """Give the value, and what may stand against it: saturated pixels often hold the largest number of their type."""
    edges = image_steps.edges(kind)
    lowest, highest = (_declared(bands, side) for side in ("min", "max"))
    beyond = [edge for edge in edges if edge < lowest or edge > highest]
    if beyond:
        return beyond[0], ""
    value = next((edge for edge in edges if edge not in (_occurring(snapshot) or ())), edges[0])
    return value, _doubt(value, snapshot)


def _declared(bands: tuple[BandInfo, ...], side: str) -> float:
    """Give the smallest or largest number that the bands may hold by their description."""
    unknown, choose = (-inf, min) if side == "min" else (inf, max)
    limits = (band.data_type.get(side) for band in bands)
    return choose(float(limit) if isinstance(limit, int | float) else unknown for limit in limits)


def _doubt(value: float, snapshot: Snapshot) -> str:
    occurring = _occurring(snapshot)
    if occurring is None:
        return "pixels that hold this value anyway would become no data, preflight looks for some"
    if value in occurring:
        return "pixels of the preflight hold this value, and would become no data"
    return "no pixel of the preflight holds this value"


def _occurring(snapshot: Snapshot) -> frozenset[float] | None:
    """Give the edge values that a preflight has met in this image; None where none has looked."""
    preflight = snapshot.preflight
    looked_at = preflight.about.draft.expression if preflight.about is not None else None
    return preflight.occurring if preflight.passed and looked_at is snapshot.draft.expression else None
