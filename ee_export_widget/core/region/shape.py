"""What is odd about the shape of a region, although it has a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ee_export_widget.core.region.region import Region, Ring

    Floats: TypeAlias = NDArray[np.float64]

_MAX_EDGES = 300  # of a ring that is searched for crossings: every edge is compared with every other
_MAX_GAP_DEG = 180


def about_shape(region: Region) -> Iterator[Problem]:
    """Yield warnings and remarks: several parts, parts far from each other, an outline that crosses itself."""
    count = len(region.rings)
    if count > 1:
        message = f"The region is the union of {count:,} polygons: one grid covers all of them."
        yield Problem("region", "region-of-parts", "info", message, "Export them one by one for a grid each.")
    gap = _widest_gap_deg(region)
    if gap > _MAX_GAP_DEG:
        message = f"Between its parts the region has a gap of {gap:.0f}° of longitude, which the grid covers too."
        hint = "Write the longitudes of parts beyond 180° on from 180, such as 181 for -179."
        yield Problem("region", "region-gap", "warning", message, hint)
    if any(len(ring) <= _MAX_EDGES and crosses_itself(ring) for ring in region.rings):
        message = "The outline of the region crosses itself. The grid covers all of it."
        yield Problem("region", "region-crosses-itself", "warning", message, "Draw it again, if that is not meant.")


def _widest_gap_deg(region: Region) -> float:
    """Give the widest stretch of longitudes between west and east that no part has."""
    spans = sorted((min(lon for lon, _ in ring), max(lon for lon, _ in ring)) for ring in region.rings)
    widest, east = 0.0, spans[0][1]
    for start, end in spans:
        widest, east = max(widest, start - east), max(east, end)
    return widest


def crosses_itself(ring: Ring) -> bool:
    """Whether two edges of a ring cross; those that only touch do not."""
    start = np.array(ring)
    end = np.roll(start, -1, axis=0)
    side_of_start = _turn(start[:, None], end[:, None], start[None])
    side_of_end = _turn(start[:, None], end[:, None], end[None])
    apart = side_of_start * side_of_end < 0
    return bool(np.any(apart & apart.T))


def _turn(a: Floats, b: Floats, c: Floats) -> Floats:
    """Give 1 where the way from a over b to c turns left, -1 for right, 0 for straight on."""
    turn: Floats = np.sign(
        (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    )
    return turn
