"""The outline of a region in a CRS: sampled, and its extremes refined.

The corners alone are not enough: the south edge of Europe dips 133 km below its ends in EPSG:3035.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.core.grid.outline_checks import refuse_what_has_no_grid
from ee_export_widget.core.region.region import read_region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.core.crs.crs import Crs
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.grid.snapping import Bounds
    from ee_export_widget.core.region.region import Region, RegionLike

    Floats: TypeAlias = NDArray[np.float64]
    Indices: TypeAlias = NDArray[np.intp]

_BUDGET = 512  # samples of an outline, in all
_MIN_PER_EDGE, _MIN_PER_EDGE_OF_MANY, _MANY_EDGES = 4, 2, 500
_PLENTY = 64  # samples of an edge, however long
_ZOOM_ROUNDS, _ZOOM_POINTS = 4, 13
_PEAKS = 6  # candidates for each extreme: the two ends at a corner, and others of about the same height


def region_bounds(region: RegionLike, crs: Crs, lattice: AffineTransform | None = None) -> Bounds:
    """Give the bounds of a region, exact to well under a ten-thousandth of its width.

    In CRS units, or with a lattice in its columns and rows: ``(min_x, min_y, max_x, max_y)``.

    Raises
    ------
    InvalidRequestError
        If the region cannot be read, or has no finite, continuous image in the CRS.
    """
    outline = outline_of(region, crs)
    refuse_what_has_no_grid(outline)
    return outline.bounds(lattice)


def outline_in_pixels(region: RegionLike, grid: PixelGrid) -> list[list[tuple[float, float]]]:
    """Give the rings of a region, bent as they are in the grid's CRS, in columns and rows of the grid."""
    outline = outline_of(region, grid.crs)
    cols, rows = grid.affine_transform.locate(outline.x, outline.y)
    ends = np.flatnonzero(np.diff(outline.ring_of_edge[outline.edge])) + 1
    places = np.split(np.stack([cols, rows], axis=1), ends)
    return [[(float(col), float(row)) for col, row in ring] for ring in places]


def outline_of(region: RegionLike, crs: Crs) -> Outline:
    """Sample the outline of a region in a CRS, once for the grid and for what there is to say of it."""
    return _sampled(read_region(region), crs)


class Outline:
    """The edges of a region's rings, straight in longitude and latitude, with samples on each.

    Samples are flat arrays: sample ``i`` lies at the share ``t[i]`` (0 to 1) of edge ``edge[i]``.
    """

    def __init__(self, region: Region, crs: Crs) -> None:
        self.region = region
        self.crs = crs
        rings = [np.asarray(ring, dtype=np.float64) for ring in region.rings]
        self._start = np.concatenate(rings)
        self._step = np.concatenate([np.roll(ring, -1, axis=0) - ring for ring in rings])
        self.ring_of_edge = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        self.edge, self.t = self._spread()
        self.lon, self.lat = self.at(self.edge, self.t)
        self.x, self.y = crs.project(self.lon, self.lat)
        self.continues = self.edge[1:] == self.edge[:-1]
        """Whether samples ``i`` and ``i + 1`` lie on the same edge."""

    def at(self, edge: Indices, t: Floats) -> tuple[Floats, Floats]:
        """Give longitude and latitude at shares of edges."""
        lon = self._start[edge, 0] + t * self._step[edge, 0]
        lat = self._start[edge, 1] + t * self._step[edge, 1]
        return lon, np.clip(lat, -90, 90)

    def project_at(self, edge: Indices, t: Floats) -> tuple[Floats, Floats]:
        """Give x and y at shares of edges."""
        return self.crs.project(*self.at(edge, t))

    def _spread(self) -> tuple[Indices, Floats]:
        """Spread the samples, both ends of each edge included; long edges among short ones get more."""
        length = np.hypot(self._step[:, 0], self._step[:, 1])
        count = len(length)
        least = max(_MIN_PER_EDGE, _BUDGET // count) if count <= _MANY_EDGES else _MIN_PER_EDGE_OF_MANY
        share = length / max(float(length.sum()), np.finfo(float).tiny)
        per_edge = np.maximum(least, np.ceil(_BUDGET * share * (least < _PLENTY)).astype(np.intp))
        edge = np.repeat(np.arange(count), per_edge)
        first = np.cumsum(per_edge) - per_edge
        return edge, (np.arange(len(edge)) - first[edge]) / (per_edge[edge] - 1)

    def bounds(self, lattice: AffineTransform | None = None) -> Bounds:
        """Give the exact bounds, in CRS units or, with a lattice, in its columns and rows.

        Around each extreme sample, the bracket of its neighbours on the same edge is searched at 13 points;
        the bracket around the best is searched again, four times in all.
        """
        if self.crs.is_wgs84_degrees:
            low_u, low_v, high_u, high_v = self._signed(self._start[:, 0], self._start[:, 1], lattice).max(axis=1)
            return -float(low_u), -float(low_v), float(high_u), float(high_v)
        values = self._signed(self.x, self.y, lattice)
        best = values.max(axis=1)
        which, peak = self._peaks(values)
        edge = self.edge[peak]
        low = np.where(np.append(False, self.continues)[peak], self.t[peak - 1], self.t[peak])
        high = np.where(np.append(self.continues, False)[peak], self.t[(peak + 1) % len(self.t)], self.t[peak])
        row = np.arange(len(peak))
        for _ in range(_ZOOM_ROUNDS):
            t = np.linspace(low, high, _ZOOM_POINTS, axis=1)
            found = self._signed(*self.project_at(edge[:, None], t), lattice)[which, row]
            top = found.argmax(axis=1)
            np.maximum.at(best, which, found[row, top])
            low, high = t[row, np.maximum(top - 1, 0)], t[row, np.minimum(top + 1, _ZOOM_POINTS - 1)]
        return -float(best[0]), -float(best[1]), float(best[2]), float(best[3])

    @staticmethod
    def _signed(x: Floats, y: Floats, lattice: AffineTransform | None) -> Floats:
        """Stack the four numbers whose maxima are the bounds: -x, -y, x, y, in CRS units or pixels."""
        u, v = (x, y) if lattice is None else lattice.locate(x, y)
        return np.stack([-u, -v, u, v])

    def _peaks(self, values: Floats) -> tuple[Indices, Indices]:
        """Find the samples next to which each extreme may lie: ``(which extreme, sample)``.

        The highest few that top their neighbours on the same edge; the very highest alone would not do, because
        the outline may rise higher between the samples next to another.
        """
        step = np.abs(np.diff(values)) * self.continues
        rises = np.diff(values) * self.continues
        edge_of = np.zeros((len(values), 1))
        from_left, to_right = np.hstack([edge_of, rises]), np.hstack([rises, edge_of])
        height = np.where((from_left >= 0) & (to_right <= 0), values, -np.inf)
        sample = np.argpartition(height, -_PEAKS, axis=1)[:, -_PEAKS:]
        # Between two samples the outline rises by less than it changes from one to the next.
        reach = 2 * np.maximum(np.hstack([edge_of, step]), np.hstack([step, edge_of]))
        top = np.take_along_axis(height + reach, sample, axis=1)
        which, nth = np.nonzero(top >= values.max(axis=1, keepdims=True))
        return which, sample[which, nth]


_sampled = lru_cache(maxsize=2)(Outline)
