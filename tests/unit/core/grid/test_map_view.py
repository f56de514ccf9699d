"""Footprints for what a map shows: true to half a pixel of the screen, at any zoom."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import pyproj
import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

EUROPE = PixelGrid(3154, 2820, AffineTransform(1000, 0, 2965000, 0, -1000, 4257000), "EPSG:3035")
GRIDS = {
    "UTM": PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632"),
    "UTM over the equator": PixelGrid(60000, 90000, AffineTransform(10, 0, 300000, 0, -10, 400000), "EPSG:32632"),
    "UTM over 180": PixelGrid(8239, 3800, AffineTransform(30, 0, 93150, 0, -30, 8230500), "EPSG:32701"),
    "Europe": EUROPE,
    "Greenland": PixelGrid(2000, 3000, AffineTransform(1000, 0, -700000, 0, -1000, -600000), "EPSG:3413"),
    "polar cap": PixelGrid(176, 176, AffineTransform(25000, 0, -2200000, 0, -25000, 2200000), "EPSG:3413"),
    "USA, rotated": PixelGrid(4000, 2500, AffineTransform(800, 300, -2400000, 300, -800, 2500000), "EPSG:5070"),
    "MODIS tile": PixelGrid(
        2400, 2400, AffineTransform(463.3127165, 0, 5559752.6, 0, -463.3127165, 5559752.6), "EPSG:6842"
    ),
}
SCREEN_PX = (1100, 700)


def screen(lon: Floats, lat: Floats, zoom: float) -> Floats:
    """Give positions in pixels of the screen, by the formula of Web Mercator tiles."""
    x = (lon + 180) / 360
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(np.clip(lat, -85.0511, 85.0511)) / 2)) / (2 * np.pi)
    return np.stack([x, y], axis=1) * 256 * 2**zoom


@functools.cache
def to_deg(crs: str | None) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def true_outline(grid: PixelGrid, around: float, width: float) -> tuple[Floats, Floats]:
    """Walk a stretch of the outline in 400 steps: 0 to 4, a corner at each whole number."""
    along = np.clip(np.linspace(around - width, around + width, 401), 0, 4)
    col = np.interp(along, range(5), [0, grid.width, grid.width, 0, 0])
    row = np.interp(along, range(5), [0, 0, grid.height, grid.height, 0])
    lon, lat = to_deg(grid.crs_code).transform(*grid.affine_transform.apply(col, row))
    return np.unwrap(lon, period=360), lat


def ring_of(footprint: dict[str, object]) -> Floats:
    return np.array(cast("list[list[list[float]]]", footprint["coordinates"])[0])


def off_the_ring(points: Floats, ring: Floats) -> Floats:
    """Give the distance of each point from the line through the ring's."""
    start, way = ring[:-1], np.diff(ring, axis=0)
    length = np.maximum((way**2).sum(axis=1), 1e-30)
    share = np.clip(((points[:, None] - start) * way).sum(axis=2) / length, 0, 1)
    away: Floats = np.linalg.norm(points[:, None] - start - share[..., None] * way, axis=2).min(axis=1)
    return away


@pytest.mark.parametrize("zoom", [2.0, 5.5, 11.0, 18.0, 22.0])
@pytest.mark.parametrize("name", GRIDS)
def test_what_is_seen_of_the_outline_is_true_to_half_a_pixel(name: str, zoom: float) -> None:
    """Wherever a screen is laid over the outline, no point of it is drawn half a pixel beside its place."""
    grid = GRIDS[name]
    for around in (0.0, 0.03, 0.37, 1.5, 2.81, 3.999):
        lon, lat = true_outline(grid, around, 2e-9)
        half = np.array(SCREEN_PX) / 2 / 256 / 2**zoom * 360
        view = (lon[200] - half[0], max(lat[200] - half[1], -85), lon[200] + half[0], min(lat[200] + half[1], 85))
        ring = ring_of(grid.footprint(view=view, zoom=zoom))
        lon, lat = true_outline(grid, around, min(2.0, 2000 / 2**zoom))
        middle = screen(np.array([(view[0] + view[2]) / 2]), np.array([(view[1] + view[3]) / 2]), zoom)
        drawn = screen(ring[:, 0], ring[:, 1], zoom) - middle
        world = np.array([256 * 2**zoom, 0])
        points = screen(lon, lat, zoom) - middle
        points -= world * np.round(points[:, :1] / world[0])
        points = points[(np.abs(points) < np.array(SCREEN_PX) / 2).all(axis=1)]
        copies = [drawn + world * turns for turns in (-1, 0, 1)]
        assert (np.min([off_the_ring(points, copy) for copy in copies], axis=0) < 0.5).all()
        assert len(ring) < 1500


def test_what_is_not_seen_stays_coarse() -> None:
    """A view beside the grid costs no points, a view on its edge some hundreds at most, at the deepest zoom."""
    assert len(ring_of(EUROPE.footprint(view=(100, -10, 101, -9), zoom=18))) == 65
    assert len(ring_of(EUROPE.footprint(view=(9.9999, 33.9, 10.0001, 34), zoom=22))) < 500


def test_footprint_is_drawn_on_the_copy_of_the_world_that_is_seen() -> None:
    """A map that was turned once round the earth gets its outline there, unless another place is asked for."""
    grid = GRIDS["UTM"]
    assert ring_of(grid.footprint(view=(371, 48, 372, 49), zoom=10))[:, 0].min() == pytest.approx(371.49, abs=0.01)
    here = grid.footprint(view=(371, 48, 372, 49), zoom=10, near=11)
    assert ring_of(here)[:, 0].min() == pytest.approx(11.49, abs=0.01)


@pytest.mark.parametrize(
    ("view", "zoom"),
    [((0, 0, 1, 1), None), (None, 5), ((0, 0, 1), 5), ((0, 0, 1, "1"), 5), ((0, 0, 1, 1), -1), (5, 5), ("abcd", 5)],
)
def test_half_a_view_is_refused(view: object, zoom: object) -> None:
    """Bounds and zoom belong together, and both are numbers."""
    with pytest.raises(InvalidRequestError, match="view needs"):
        EUROPE.footprint(view=view, zoom=zoom)  # type: ignore[arg-type] # that is the point
