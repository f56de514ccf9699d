"""What a Web Mercator map shows, and how large things are on its screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.core.crs.crs import MERCATOR_MAX_LATITUDE_DEG
from ee_export_widget.core.reading import finite_number
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

_TILE_PX = 256
_MAX_ZOOM = 30


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows: a part of the world in Web Mercator, at a scale."""

    west: float
    south: float
    east: float
    north: float
    """Bounds in degrees; longitudes of any copy of the world, west < east."""

    zoom: float
    """Zoom level of tiles of 256 pixels; the world is 256 · 2^zoom pixels wide."""

    @property
    def centre_deg(self) -> float:
        """Longitude of its middle."""
        return (self.west + self.east) / 2

    @property
    def px_per_deg(self) -> float:
        """Screen pixels in a degree of longitude."""
        return float(_TILE_PX * 2.0**self.zoom / 360)

    def sees(self, lon: Floats, y: Floats, margin_deg: Floats) -> NDArray[np.bool_]:
        """Tell which chords, one a row, may show on any copy of the world; y in degrees of Web Mercator."""
        west, east = lon.min(axis=1) - margin_deg, lon.max(axis=1) + margin_deg
        south, north = mercator_deg(np.array([self.south, self.north]))
        turns = np.ceil((self.west - east) / 360)
        across = west + 360 * turns <= self.east
        seen: NDArray[np.bool_] = across & (y.min(axis=1) - margin_deg <= north) & (y.max(axis=1) + margin_deg >= south)
        return seen


def read_view(bounds: Sequence[float] | None, zoom: float | None) -> View:
    """Check what a map says that it shows.

    Raises
    ------
    InvalidRequestError
        If the bounds are not ``(west, south, east, north)``, or the zoom is not a finite number from 0 to 30.
    """
    level = finite_number(zoom)
    try:
        west, south, east, north = (finite_number(value) for value in bounds or ())
    except (TypeError, ValueError):
        west = south = east = north = None
    if west is None or south is None or east is None or north is None or level is None or not 0 <= level <= _MAX_ZOOM:
        message = "The view needs (west, south, east, north) in degrees and a zoom from 0 to 30."
        raise InvalidRequestError.of("grid", "view-unreadable", message, "Give both view and zoom.")
    return View(west, south, east, north, level)


def mercator_deg(lat: Floats) -> Floats:
    """Give the y of Web Mercator in degrees of its x, ending where its square world ends."""
    lat = np.radians(np.clip(lat, -MERCATOR_MAX_LATITUDE_DEG, MERCATOR_MAX_LATITUDE_DEG))
    return np.degrees(np.arcsinh(np.tan(lat)))
