"""The outline of a grid in longitude and latitude, as a map draws it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.core.grid.map_view import mercator_deg
from ee_export_widget.core.reading import whole_number
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ee_export_widget.core.crs.crs import Crs
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.core.grid.map_view import View
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

    Floats: TypeAlias = NDArray[np.float64]

_FIRST_PER_EDGE, _MAX_PER_EDGE = 16, 256
_MAX_DEVIATION = 1e-3  # of the drawing's width
_MAX_DEVIATION_PX = 0.2  # in a view; half a pixel is promised, and only three points of each chord are looked at
_SHORTEST = 2.0**-40  # of an edge; jumps at a seam would be halved for ever
_INNER = 3  # points of a chord that are compared with the outline
_SLACK_DEG = 1e-9
_OVERHANG = 1e-2  # of the footprint's width
_ROUND_TRIP_M = 1.0
_PULLS = 40
_SEAM_SLACK_DEG, _SEAM_GAP_M = 1e-6, 1e6


def footprint(
    grid: PixelGrid, points_per_edge: int | None = None, near: float | None = None, view: View | None = None
) -> dict[str, object]:
    """Draw the outline of a grid; see ``PixelGrid.footprint``."""
    outline = _GridOutline(grid.affine_transform, (grid.width, grid.height), grid.crs)
    if view is not None:
        along = outline.densified_for(view)
        near = view.centre_deg if near is None else near
    elif points_per_edge is None:
        along = outline.densified()
    else:
        count = whole_number(points_per_edge)
        if count is None or count < 1:
            message = "The number of points on an edge must be a whole number above 0."
            raise InvalidRequestError.of("grid", "points-not-positive", message, "Leave it out.")
        along = np.linspace(0, 4, 4 * count + 1)
    lon, lat = _closed(*outline.unwrapped(along), north=outline.has_north_pole())
    west, east = lon.min(), lon.max()
    if near is None:
        # A grid of the whole world may overhang -180 by part of a pixel and stays where it is.
        turns = -math.floor((west + 180 + _OVERHANG * (east - west)) / 360)
    else:
        turns = round((near - (west + east) / 2) / 360)
    positions = np.stack([lon + 360 * turns, lat], axis=1) + 0.0
    return {"type": "Polygon", "coordinates": [positions.tolist()]}


class _GridOutline:
    """The outline of a grid, walked clockwise as stored: 0 to 4, with a corner at each whole number."""

    def __init__(self, transform: AffineTransform, size: tuple[int, int], crs: Crs) -> None:
        self._transform = transform
        self._size = size
        self._crs = crs
        self._seam_centre = _centre_between_seams(crs)

    def densified(self) -> Floats:
        """Choose points for a drawing of the whole: chords that leave the true outline are divided."""

        def excess(lon: Floats, y: Floats) -> Floats:
            drawing = max(np.ptp(lon), np.ptp(y), np.finfo(float).tiny / _MAX_DEVIATION)  # a point has no size
            return _from_chord(lon, y) / (_MAX_DEVIATION * drawing)

        return self._divided(excess, 1 / _MAX_PER_EDGE)

    def densified_for(self, view: View) -> Floats:
        """Choose points for what a view shows of the outline."""

        def excess(lon: Floats, y: Floats) -> Floats:
            away = _from_chord(lon, y)
            px = away * view.px_per_deg
            # The outline may leave its chord by more than at the points that were looked at.
            return np.where(view.sees(lon, y, 2 * away), px / _MAX_DEVIATION_PX, 0)

        return self._divided(excess, _SHORTEST)

    def _divided(self, excess: Callable[[Floats, Floats], Floats], shortest: float) -> Floats:
        """Divide chords until none leaves the outline by more than it may; the deviation falls with 1/n²."""
        along = np.linspace(0, 4, 4 * _FIRST_PER_EDGE + 1)
        inner = np.arange(_INNER + 1) / (_INNER + 1)
        while True:
            length = np.diff(along)
            finer = np.append(along[:-1, None] + length[:, None] * inner, along[-1])
            lon, lat = self.unwrapped(finer)
            points = np.arange(len(length))[:, None] * (_INNER + 1) + np.arange(_INNER + 2)
            times = excess(lon[points], mercator_deg(lat)[points])
            pieces = np.minimum(np.clip(np.ceil(np.sqrt(times)), 1, _FIRST_PER_EDGE), np.floor(length / shortest))
            if pieces.max() <= 1:
                return along
            pieces = np.maximum(pieces, 1).astype(np.intp)
            chord = np.repeat(np.arange(len(length)), pieces)
            nth = np.arange(len(chord)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
            along = np.append(along[chord] + length[chord] * nth / pieces[chord], along[-1])

    def unwrapped(self, along: Floats) -> tuple[Floats, Floats]:
        """Give longitude and latitude, each longitude on the world copy nearest to the one before."""
        x, y = self._at(along)
        lon, lat, on_earth = _unproject(self._crs, x, y)
        if not on_earth.all():
            pulled = self._pulled_in(x[~on_earth], y[~on_earth])
            lon[~on_earth], lat[~on_earth] = pulled
        if self._seam_centre is not None:
            lon = self._within_map(lon, x, *self._seam_centre)
        elif self._crs.period is None:
            # A pole has every longitude; it takes that of the point before it.
            for i in np.flatnonzero(np.abs(lat) > 90 - _SLACK_DEG):
                lon[i] = lon[i - 1] if i else lon[1]
            lon = np.unwrap(lon, period=360)
        return lon, np.clip(lat, -90, 90)

    @staticmethod
    def _within_map(lon: Floats, x: Floats, meridian: float, x_of_meridian: float) -> Floats:
        """Bring longitudes to within 180° of the middle of a map that ends at a seam, each edge on its own side."""
        off = (lon - meridian + 180) % 360 - 180
        on_wrong_edge = (np.abs(off) > 180 - _SEAM_SLACK_DEG) & (np.sign(off) != np.sign(x - x_of_meridian))
        return meridian + off - np.where(on_wrong_edge, 360 * np.sign(off), 0)

    def has_north_pole(self) -> bool:
        """Whether the north pole lies inside the grid."""
        x, y = self._crs.project(np.array([0.0]), np.array([90.0]))
        with np.errstate(over="ignore", invalid="ignore"):  # very small pixels are very far from a pole
            col, row = self._transform.locate(x, y)
        return bool(0 <= col[0] <= self._size[0] and 0 <= row[0] <= self._size[1])

    def _at(self, along: Floats) -> tuple[Floats, Floats]:
        """Give x and y along the outline."""
        width, height = self._size
        corners = range(5)
        col = np.interp(along, corners, [0, width, width, 0, 0])
        row = np.interp(along, corners, [0, 0, height, height, 0])
        return self._transform.apply(col, row)

    def _place_on_earth(self) -> tuple[float, float]:
        """Find a position of the grid that has a place on earth: its centre, or else one on its outline."""
        centre_x, centre_y = self._transform.apply(self._size[0] / 2, self._size[1] / 2)
        x, y = self._at(np.linspace(0, 4, 4 * _MAX_PER_EDGE + 1))
        x, y = np.append(centre_x, x), np.append(centre_y, y)
        on_earth = np.flatnonzero(_unproject(self._crs, x, y)[2])
        if not len(on_earth):
            raise InvalidRequestError.of(
                "grid",
                "grid-off-the-map",
                f"The grid lies where {self._crs.label} has no place on earth.",
                "Check the origin and the pixel size.",
            )
        return float(x[on_earth[0]]), float(y[on_earth[0]])

    def _pulled_in(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Move positions off the map towards the inside until they have a place on earth."""
        inside_x, inside_y = self._place_on_earth()
        near, far = np.zeros_like(x), np.ones_like(x)
        for _ in range(_PULLS):
            middle = (near + far) / 2
            on_earth = _unproject(self._crs, inside_x + middle * (x - inside_x), inside_y + middle * (y - inside_y))[2]
            near, far = np.where(on_earth, middle, near), np.where(on_earth, far, middle)
        return self._crs.unproject(inside_x + near * (x - inside_x), inside_y + near * (y - inside_y))


def _centre_between_seams(crs: Crs) -> tuple[float, float] | None:
    """Give the middle meridian and its x where a map of the world ends at a seam; longitudes are continuous inside."""
    meridian = crs.central_meridian_deg
    if meridian is None or crs.period is not None:
        return None
    lon = meridian + np.array([0, 180 - _SEAM_SLACK_DEG, -180 + _SEAM_SLACK_DEG])
    x, y = crs.project(lon, np.zeros(3))
    if not np.isfinite(x).all():
        return None
    is_seam = np.hypot(x[1] - x[2], y[1] - y[2]) * crs.metres_per_unit > _SEAM_GAP_M
    return (meridian, float(x[0])) if is_seam else None


def _unproject(crs: Crs, x: Floats, y: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Give longitude, latitude and whether they are real: beyond the map some projections answer with nonsense."""
    lon, lat = (values.copy() for values in crs.unproject(x, y))
    on_earth = np.isfinite(lon) & np.isfinite(lat)
    if crs.period is None:
        again_x, again_y = crs.project(lon, np.clip(lat, -90, 90))
        with np.errstate(invalid="ignore"):
            on_earth &= np.hypot(again_x - x, again_y - y) * crs.metres_per_unit < _ROUND_TRIP_M
    return lon, lat, on_earth


def _from_chord(x: Floats, y: Floats) -> Floats:
    """Give how far the points of each row lie, at most, from the line between its first and its last."""
    chord_x, chord_y = x[:, -1:] - x[:, :1], y[:, -1:] - y[:, :1]
    to_x, to_y = x[:, 1:-1] - x[:, :1], y[:, 1:-1] - y[:, :1]
    length = np.hypot(chord_x, chord_y)
    away = np.abs(chord_x * to_y - chord_y * to_x) / np.where(length > 0, length, 1)
    away = np.where(length > 0, away, np.hypot(to_x, to_y))
    farthest: Floats = away.max(axis=1)
    return farthest


def _closed(lon: Floats, lat: Floats, *, north: bool) -> tuple[Floats, Floats]:
    """Close the ring where it began, along the pole if that lies inside or on it."""
    polar = np.flatnonzero(np.abs(lat) >= 90 - _SLACK_DEG)
    passed = polar[(polar > 0) & (polar < len(lon) - 1)]
    # A ring that passes through a pole arrives on one meridian and leaves on another.
    lon, lat = np.insert(lon, passed + 1, lon[passed + 1]), np.insert(lat, passed + 1, lat[passed])
    gap = abs(lon[-1] - lon[0])
    if gap > 180:  # noqa: PLR2004 - the ring went once round the earth
        pole = 90.0 if north else -90.0
        lon, lat = np.append(lon, [lon[-1], lon[0]]), np.append(lat, [pole, pole])
    elif gap < _SLACK_DEG:
        lon, lat = lon[:-1], lat[:-1]
    return np.append(lon, lon[0]), np.append(lat, lat[0])
