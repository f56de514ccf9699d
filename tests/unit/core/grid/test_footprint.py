"""Footprints: the outline of a grid in longitude and latitude, as a map draws it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import pyproj
import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.region.region import read_region
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.regions import rectangle_region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

EXAMPLE_1 = PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632")
EXAMPLE_5 = PixelGrid(8239, 3800, AffineTransform(30, 0, 93150, 0, -30, 8230500), "EPSG:32701")
EUROPE = PixelGrid(3154, 2820, AffineTransform(1000, 0, 2965000, 0, -1000, 4257000), "EPSG:3035")
GREENLAND = PixelGrid(2000, 3000, AffineTransform(1000, 0, -700000, 0, -1000, -600000), "EPSG:3413")
ARCTIC = PixelGrid(176, 176, AffineTransform(25000, 0, -2200000, 0, -25000, 2200000), "EPSG:3413")
ANTARCTIC = PixelGrid(176, 176, AffineTransform(25000, 0, -2200000, 0, -25000, 2200000), "EPSG:3031")
WORLD_DEG = PixelGrid(360, 180, AffineTransform(1, 0, -180, 0, -1, 90), "EPSG:4326")
MODIS_WORLD = PixelGrid(
    86400,
    43200,
    AffineTransform(463.3127165279165, 0, -20015109.354, 0, -463.3127165279165, 10007554.677),
    "SR-ORG:6974",
)


def ring_of(footprint: dict[str, object]) -> Floats:
    """Give the positions of a footprint that is a closed ring without a hole."""
    assert footprint["type"] == "Polygon"
    (ring,) = cast("list[list[list[float]]]", footprint["coordinates"])
    assert ring[0] == ring[-1]
    return np.array(ring)


def mercator(ring: Floats) -> Floats:
    lat = np.radians(np.clip(ring[:, 1], -85.06, 85.06))
    return np.stack([ring[:, 0], np.degrees(np.log(np.tan(np.pi / 4 + lat / 2)))], axis=1)


@pytest.mark.parametrize(
    ("grid", "corners"),
    [
        (EXAMPLE_1, [(11.500218, 48.204567), (11.707934, 48.199859), (11.699825, 48.045463), (11.492730, 48.050146)]),
        (
            EXAMPLE_5,
            [(179.200284, -15.97151), (181.507691, -15.999922), (181.499761, -17.030125), (179.180143, -16.999779)],
        ),
    ],
    ids=["1", "5, over 180"],
)
def test_corners_of_worked_example(grid: PixelGrid, corners: list[tuple[float, float]]) -> None:
    """The outline starts at pixel (0, 0) and runs clockwise; longitudes run on beyond 180."""
    assert ring_of(grid.footprint(1))[:-1] == pytest.approx(np.array(corners), abs=1e-6)


@pytest.mark.parametrize("grid", [EXAMPLE_1, EXAMPLE_5, EUROPE, GREENLAND, ARCTIC], ids=lambda grid: grid.crs_code)
def test_drawn_chords_follow_the_outline(grid: PixelGrid) -> None:
    """No point of the true outline is more than two thousandths of the drawing's size off the drawn one."""
    drawn = mercator(ring_of(grid.footprint()))
    true = mercator(ring_of(grid.footprint(2000)))
    true = true[np.abs(true[:, 1]) < 179]
    start, way = drawn[:-1], np.diff(drawn, axis=0)
    length = np.maximum((way**2).sum(axis=1), 1e-30)
    along = np.clip(((true[:, None] - start) * way).sum(axis=2) / length, 0, 1)
    off = np.linalg.norm(true[:, None] - start - along[..., None] * way, axis=2).min(axis=1)
    assert off.max() < 2e-3 * np.ptp(drawn, axis=0).max()
    assert len(drawn) <= 4 * 256 + 4


def test_strongly_bent_outline_gets_more_points() -> None:
    """A small grid is drawn with 16 points an edge, a continent with more."""
    assert len(ring_of(EXAMPLE_1.footprint())) == 65
    assert len(ring_of(GREENLAND.footprint())) > 65


@pytest.mark.parametrize(("grid", "pole"), [(ARCTIC, 90), (ANTARCTIC, -90)], ids=["north", "south"])
def test_pole_inside_closes_the_ring_along_it(grid: PixelGrid, pole: float) -> None:
    """The ring goes once round the earth and back along the pole."""
    ring = ring_of(grid.footprint())
    assert np.ptp(ring[:, 0]) == pytest.approx(360)
    at_pole = ring[np.abs(ring[:, 1]) > 89.999]
    assert at_pole[:, 1].tolist() == [pole, pole]
    assert abs(at_pole[0, 0] - at_pole[1, 0]) == pytest.approx(360)


@pytest.mark.parametrize(
    ("x", "y", "meridians"), [(0, 0, {-45, 45}), (-2_000_000, 0, {-135, -45}), (0, 2_000_000, {45, 135})]
)
def test_pole_at_a_corner_is_passed_along_its_meridians(x: float, y: float, meridians: set[float]) -> None:
    """A tile that ends at the pole reaches it on the two meridians of its sides."""
    tile = PixelGrid(80, 80, AffineTransform(25000, 0, x, 0, -25000, y), "EPSG:3413")
    ring = ring_of(tile.footprint(4))
    at_pole = ring[ring[:, 1] > 90 - 1e-9]
    assert {round(lon) for lon in at_pole[:, 0]} == meridians
    assert ring[:, 0].min() == pytest.approx(min(meridians))
    assert ring[:, 0].max() == pytest.approx(max(meridians))


def test_world_in_degrees_is_a_rectangle() -> None:
    """The whole world keeps its width of 360°."""
    ring = ring_of(WORLD_DEG.footprint())
    assert ring.min(axis=0).tolist() == [-180, -90]
    assert ring.max(axis=0).tolist() == [180, 90]


def test_overhang_beyond_the_pole_is_cut() -> None:
    """Rows beyond 90° are drawn at 90, columns beyond 180 where they are, and the world stays where it is."""
    grid = PixelGrid.from_region(rectangle_region(-180, -90, 180, 90), crs="EPSG:4326", scale=0.7)
    ring = ring_of(grid.footprint())
    assert ring.min(axis=0) == pytest.approx((-180.6, -90))
    assert ring.max(axis=0) == pytest.approx((180.6, 90))


def test_world_with_a_seam_ends_at_it() -> None:
    """Corners that have no place on earth are drawn at the edge of the map, each on its own side."""
    ring = ring_of(MODIS_WORLD.footprint())
    assert ring.min(axis=0) == pytest.approx((-180, -90), abs=1e-6)
    assert ring.max(axis=0) == pytest.approx((180, 90), abs=1e-6)
    assert np.abs(np.diff(ring[:, 0])).max() < 181


def test_tile_over_the_edge_of_the_map_is_drawn_to_the_edge() -> None:
    """Of a MODIS tile that lies partly beyond 180° W, the part on earth is drawn."""
    tile = PixelGrid(
        2400, 2400, AffineTransform(463.3127165, 0, -17791208.31, 0, -463.3127165, 3335851.56), "SR-ORG:6974"
    )
    ring = ring_of(tile.footprint())
    assert ring[:, 0].min() == pytest.approx(-180, abs=1e-6)
    assert ring[:, 0].max() == pytest.approx(-159.6, abs=0.2)
    assert ring[:, 1].max() == pytest.approx(30, abs=1e-6)


def test_edge_of_a_shifted_map_keeps_its_side() -> None:
    """In a world map centred on 150° E, west is -30 and east is 330, not the same meridian twice."""
    half = 20037508.342789244
    grid = PixelGrid(100, 10, AffineTransform(half / 50, 0, -half, 0, -half / 50, half / 10), "EPSG:3832")
    ring = ring_of(grid.footprint())
    assert np.ptp(ring[:, 0]) == pytest.approx(360, abs=1e-6)


def test_outline_beyond_the_visible_half_of_a_globe_is_drawn_to_its_rim() -> None:
    """In an orthographic system the corners lie beside the globe; the rim is drawn instead."""
    wkt = Crs.from_text("+proj=ortho +lat_0=0 +lon_0=10 +datum=WGS84").wkt
    grid = PixelGrid(130, 130, AffineTransform(100_000, 0, -6_500_000, 0, -100_000, 6_500_000), crs_wkt=wkt)
    ring = ring_of(grid.footprint())
    assert ring.min(axis=0) == pytest.approx((-80, -90), abs=0.7)
    assert ring.max(axis=0) == pytest.approx((100, 90), abs=0.7)


@pytest.mark.parametrize(
    ("code", "transform"),
    [
        ("EPSG:3031", AffineTransform(2.7e25, 0, 0, 0, -1, 1)),
        ("EPSG:4326", AffineTransform(1e-150, 0, 5, 0, -1e-150, 5)),
        ("EPSG:3413", AffineTransform(1e-150, 0, 0, 0, -1e-160, -4e6)),
        ("EPSG:32632", AffineTransform(1, 0, 5e5, 0, -5e-309, 5e6)),
    ],
)
def test_grid_beyond_all_measure_is_drawn_without_dividing_by_nothing(code: str, transform: AffineTransform) -> None:
    """A row of pixels longer than the world, or pixels smaller than any place, are a line or a point."""
    assert np.isfinite(ring_of(PixelGrid(1, 1, transform, code).footprint())).all()


def test_grid_off_the_map_has_no_footprint() -> None:
    """A grid without any place on earth says so."""
    grid = PixelGrid(10, 10, AffineTransform(10, 0, 19_000_000, 0, -10, 9_000_000), "SR-ORG:6974")
    with pytest.raises(InvalidRequestError, match="no place on earth"):
        grid.footprint()


@pytest.mark.parametrize("near", [-359.0, 1.0, 361.0, 721.0])
def test_world_copy_nearest_to_a_longitude(near: float) -> None:
    """A footprint can be drawn on the copy of the world that somebody looks at."""
    ring = ring_of(EXAMPLE_1.footprint(near=near))
    middle = (ring[:, 0].min() + ring[:, 0].max()) / 2
    assert middle - near == pytest.approx(11.6 - 1, abs=0.01)


def test_default_world_copy_has_its_west_edge_at_home() -> None:
    """A grid of another world copy comes home."""
    ring = ring_of(PixelGrid(10, 10, AffineTransform(1, 0, 540, 0, -1, 0), "EPSG:4326").footprint())
    assert (ring[:, 0].min(), ring[:, 0].max()) == (-180, -170)


@pytest.mark.parametrize("points", [0, -1, 1.5, "4", math.nan])
def test_number_of_points_must_be_positive(points: object) -> None:
    """Nothing and fractions are refused."""
    with pytest.raises(InvalidRequestError, match="whole number"):
        EXAMPLE_1.footprint(points)  # type: ignore[arg-type] # that is the point


def test_footprint_is_a_region() -> None:
    """The footprint of a grid covers the grid itself when read as a region."""
    west, south, east, north = read_region(EXAMPLE_1.footprint()).bounds
    to_deg = pyproj.Transformer.from_crs("EPSG:32632", "EPSG:4326", always_xy=True)
    min_x, min_y, max_x, max_y = EXAMPLE_1.bounds
    lon, lat = to_deg.transform((min_x + max_x) / 2, (min_y + max_y) / 2)
    assert west < lon < east
    assert south < lat < north
