"""Laws of pixel grids over random regions, and a brute-force oracle that shares no code with them."""

from __future__ import annotations

import functools
import json
import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyproj
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from tests.property.long import examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

TOLERANCE_PX = 0.01

# code, what pyproj computes with, (west, south, east, north) that regions are drawn from, pixel sizes
SYSTEMS = {
    "EPSG:4326": ("EPSG:4326", (-180, -89, 200, 89), (0.1, 0.25, 0.0002694945852358564)),
    "EPSG:32632": ("EPSG:32632", (2, 0, 16, 83), (10, 30, 100)),
    "EPSG:32701": ("EPSG:32701", (176, -79, 188, -1), (10, 30, 463.3)),
    "EPSG:3035": ("EPSG:3035", (-30, 26, 42, 78), (10, 100, 1000)),
    "EPSG:3857": ("EPSG:3857", (-179, -84, 220, 84), (30, 152.8740565703525)),
    "EPSG:5070": ("EPSG:5070", (-122, 26, -70, 47), (30, 250)),
    "EPSG:3413": ("EPSG:3413", (-179, 60, 179, 89), (1000, 25000)),
    "EPSG:3031": ("EPSG:3031", (-179, -89, 179, -61), (500, 25000)),
    "EPSG:6933": ("EPSG:6933", (-179, -84, 179, 84), (1000, 9008.05521)),
    "EPSG:27700": ("EPSG:27700", (-7, 50, 1.5, 60), (1, 25)),
    "EPSG:2263": ("EPSG:2263", (-74.2, 40.5, -71.9, 41.2), (3, 30)),
    "SR-ORG:6974": ("+proj=sinu +R=6371007.181", (-179, -88, 179, 88), (463.3127165279165, 926.625433055833)),
}


@st.composite
def rings(draw: st.DrawFn, code: str) -> list[tuple[float, float]]:
    """Draw a rectangle or a triangle, from a few metres to most of the system's part of the world."""
    west, south, east, north = SYSTEMS[code][1]
    reach = 10 ** draw(st.floats(-4, 0))
    width, height = (draw(st.floats(0.1, 1)) * reach * span for span in (east - west, north - south))
    left = draw(st.floats(west, min(east - width, 179.99)))
    bottom = draw(st.floats(south, north - height))
    right, top = left + width, bottom + height
    if draw(st.booleans()):
        return [(left, bottom), (right, bottom), (right, top), (left, top)]
    return [(left, bottom), (right, draw(st.floats(bottom, top))), (draw(st.floats(left, right)), top)]


def polygon(ring: list[tuple[float, float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@functools.cache
def transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def outline(code: str, ring: list[tuple[float, float]], points: int) -> tuple[Floats, Floats]:
    """Project an outline point by point, one row for each edge; longitudes run on where the system's x does."""
    start = np.array(ring)
    end = np.roll(start, -1, axis=0)
    share = np.linspace(0, 1, points)
    lon = start[:, :1] * (1 - share) + end[:, :1] * share
    lat = start[:, 1:] * (1 - share) + end[:, 1:] * share
    if code == "EPSG:4326":
        return lon, lat
    x, y = transformer(SYSTEMS[code][0]).transform(lon, lat)
    return (lon * 20037508.342789244 / 180 if code == "EPSG:3857" else x), y


def snapped(u: Floats, v: Floats) -> list[tuple[int, int]]:
    """Give first and last column and row by the written rule; places where nothing but rounding decides are left."""
    assume((np.ptp(u) + 2) * (np.ptp(v) + 2) < 1e13)
    assume(not is_a_matter_of_taste(u.min(), u.max(), v.min(), v.max()))
    starts = [math.floor(places.min() + TOLERANCE_PX) for places in (u, v)]
    ends = [math.ceil(places.max() - TOLERANCE_PX) for places in (u, v)]
    return [(start, max(end, start + 1)) for start, end in zip(starts, ends, strict=True)]


def is_a_matter_of_taste(*positions: float) -> bool:
    """Whether a position in pixels is so close to where snapping tips over that 1e-4 pixel decides."""
    return any(abs((p - sign * TOLERANCE_PX + 0.5) % 1 - 0.5) < 2e-4 for p in positions for sign in (1, -1))


@pytest.mark.parametrize("code", SYSTEMS)
@examples(8, long=200)
@given(data=st.data())
def test_grid_is_the_one_that_brute_force_finds(code: str, data: st.DataObject) -> None:
    """Sampling every edge at 20,000 points and snapping by the written rule gives the same grid."""
    ring = data.draw(rings(code))
    size = data.draw(st.sampled_from(SYSTEMS[code][2]))
    ax, ay = data.draw(st.sampled_from([(0.0, 0.0), (7.25, -3.5)]))
    x, y = outline(code, ring, 20_000)
    (i0, i1), (j0, j1) = snapped((x - ax) / size, (y - ay) / size)
    grid = PixelGrid.from_region(polygon(ring), crs=code, scale=size, anchor=(ax, ay))
    assert (grid.width, grid.height) == (i1 - i0, j1 - j0)
    expected = [size, 0, ax + i0 * size, 0, -size, ay + j1 * size]
    assert grid.affine_transform.to_list() == pytest.approx(expected, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("code", SYSTEMS)
@examples(8, long=200)
@given(data=st.data())
def test_grid_on_any_lattice_is_the_one_that_brute_force_finds(code: str, data: st.DataObject) -> None:
    """South-up, mirrored, sheared and rotated lattices snap by the same rule, in their own columns and rows."""
    ring = data.draw(rings(code))
    size = data.draw(st.sampled_from(SYSTEMS[code][2]))
    angle, shear = data.draw(st.floats(0, 2 * math.pi)), data.draw(st.floats(-0.7, 0.7))
    a, b, d, e = data.draw(
        st.sampled_from(
            [
                (size, 0, 0, size),
                (-size, 0, 0, -1.3 * size),
                (0, size, size, 0),
                (size, shear * size, 0, -size),
                (size * math.cos(angle), size * math.sin(angle), size * math.sin(angle), -size * math.cos(angle)),
            ]
        )
    )
    x, y = (values - corner for values, corner in zip(outline(code, ring, 20_000), (7.25, -3.5), strict=True))
    (i0, i1), (j0, j1) = snapped((e * x - b * y) / (a * e - b * d), (a * y - d * x) / (a * e - b * d))
    grid = PixelGrid.from_region(polygon(ring), crs=code, anchor=AffineTransform(a, b, 7.25, d, e, -3.5))
    assert (grid.width, grid.height) == (i1 - i0, j1 - j0)
    expected = [a, b, 7.25 + a * i0 + b * j0, d, e, -3.5 + d * i0 + e * j0]
    assert grid.affine_transform.to_list() == pytest.approx(expected, rel=1e-12, abs=1e-8)


@pytest.mark.parametrize("code", SYSTEMS)
@examples(8, long=200)
@given(data=st.data())
def test_free_grid_and_given_size_are_those_of_the_bounds(code: str, data: st.DataObject) -> None:
    """With the region's own corner, or a size in pixels, the grid starts where dense sampling finds the bounds."""
    ring = data.draw(rings(code))
    width, height = data.draw(st.integers(1, 5000)), data.draw(st.integers(1, 5000))
    x, y = outline(code, ring, 20_000)
    off = 1e-7 * float(max(np.ptp(x), np.ptp(y)))
    grid = PixelGrid.from_region(polygon(ring), crs=code, dimensions=(width, height))
    assert (grid.width, grid.height) == (width, height)
    assert grid.bounds == pytest.approx((x.min(), y.min(), x.max(), y.max()), rel=1e-9, abs=off)
    size = float(max(np.ptp(x), np.ptp(y))) / width
    assume(not is_a_matter_of_taste(float(np.ptp(x)) / size, float(np.ptp(y)) / size))
    free = PixelGrid.from_region(polygon(ring), crs=code, scale=size, anchor="region")
    assert [free.width, free.height] == [
        max(1, math.ceil(span / size - TOLERANCE_PX)) for span in (np.ptp(x), np.ptp(y))
    ]
    corner = free.affine_transform.translate_x, free.affine_transform.translate_y
    assert corner == pytest.approx((x.min(), y.max()), rel=1e-9, abs=off)


@pytest.mark.parametrize("code", SYSTEMS)
@examples(20, long=500)
@given(data=st.data())
def test_grid_covers_its_region_and_no_edge_could_move_inwards(code: str, data: st.DataObject) -> None:
    """The region sticks out by a hundredth of a pixel at most, and reaches into the outermost rows and columns."""
    ring = data.draw(rings(code))
    size = data.draw(st.sampled_from(SYSTEMS[code][2]))
    x, y = outline(code, ring, 500)
    assume((np.ptp(x) / size + 2) * (np.ptp(y) / size + 2) < 1e13)
    grid = PixelGrid.from_region(polygon(ring), crs=code, scale=size)
    for position, count in zip(grid.affine_transform.locate(x, y), (grid.width, grid.height), strict=True):
        # Between two samples an edge can reach further than both, by about this much.
        missed = np.abs(np.diff(position, 2)).max() / 4 + 1e-4
        assert position.min() >= -TOLERANCE_PX - 1e-4
        assert position.max() <= count + TOLERANCE_PX + 1e-4
        if count > 1:
            assert position.min() <= 1 - TOLERANCE_PX + missed
            assert position.max() >= count - 1 + TOLERANCE_PX - missed


lattice_lines = st.integers(-20_000, 20_000)
sides = st.integers(1, 3000)
pixel_sizes = st.sampled_from([0.1, 0.3, 1 / 3, 10, 30, 463.3127165279165, 0.0002694945852358564, 1 / 3600, 0.00025])


@given(lattice_lines, lattice_lines, sides, sides, pixel_sizes, st.sampled_from([(0.0, 0.0), (0.05, -17.3)]))
def test_rectangle_on_grid_lines_does_not_grow(  # noqa: PLR0913, PLR0917 - one argument for each number of a grid
    col: int, row: int, width: int, height: int, size: float, anchor: tuple[float, float]
) -> None:
    """A rectangle in CRS units that lies on the lattice gives exactly its own pixels, whatever rounding does."""
    bounds = (
        anchor[0] + col * size,
        anchor[1] + row * size,
        anchor[0] + (col + width) * size,
        anchor[1] + (row + height) * size,
    )
    grid = PixelGrid.from_bounds(bounds, crs="EPSG:32632", scale=size, anchor=anchor)
    assert (grid.width, grid.height) == (width, height)
    assert grid.bounds == pytest.approx(bounds, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("code", "size", "columns", "rows"),
    [
        ("EPSG:4326", 0.1, (-1800, 1799), (-900, 890)),
        ("EPSG:4326", 1 / 3600, (-648000, 647000), (-324000, 323000)),
        ("EPSG:3857", 30, (-660000, 660000), (-660000, 660000)),
        ("EPSG:6933", 1000, (-17000, 17000), (-7000, 7000)),
    ],
)
@given(data=st.data())
def test_region_on_grid_lines_does_not_grow(
    code: str, size: float, columns: tuple[int, int], rows: tuple[int, int], data: st.DataObject
) -> None:
    """A region whose sides are parallels and meridians on the lattice gives exactly its own pixels."""
    col, row = data.draw(st.integers(*columns)), data.draw(st.integers(*rows))
    width = data.draw(st.integers(1, min(2000, columns[1] + 1 - col)))
    height = data.draw(st.integers(1, min(2000, rows[1] + 1 - row)))
    west, south = transformer(code).transform(col * size, row * size, direction="INVERSE")
    east, north = transformer(code).transform((col + width) * size, (row + height) * size, direction="INVERSE")
    ring = [(west, south), (east, south), (east, north), (west, north)]
    grid = PixelGrid.from_region(polygon(ring), crs=code, scale=size)
    assert (grid.width, grid.height) == (width, height)


coordinates = st.floats(-1e7, 1e7)
transforms = st.builds(
    AffineTransform,
    st.floats(0.01, 1e4),
    st.floats(-1e-3, 1e-3),
    coordinates,
    st.floats(-1e-3, 1e-3),
    st.floats(-1e4, -0.01),
    coordinates,
)
grids = st.builds(PixelGrid, sides, sides, transforms, st.just("EPSG:32632"))


@given(grids)
def test_grid_survives_being_written_and_read(grid: PixelGrid) -> None:
    """A grid equals what is read back from its JSON text."""
    assert PixelGrid.from_json(json.loads(json.dumps(grid.to_json()))) == grid


@given(transforms, st.integers(0, 10_000), st.integers(0, 10_000))
def test_pixel_is_found_again_from_its_coordinates(transform: AffineTransform, col: int, row: int) -> None:
    """Going to CRS units and back gives the same position, both ways of going back."""
    x, y = transform.apply(col, row)
    assert transform.locate(x, y) == pytest.approx((col, row), abs=1e-4)
    assert transform.inverse().apply(x, y) == pytest.approx((col, row), abs=1e-4)


@examples(25, long=500)
@given(grids, st.integers(1, 700), st.integers(1, 700))
def test_parts_are_the_grid_cut_up(grid: PixelGrid, width: int, height: int) -> None:
    """Parts hold every pixel once, lie on the parent's lattice, and come row by row."""
    assume(grid.width // width * (grid.height // height) < 500)
    parts = grid.split(tile=(width, height))
    assert sum(part.pixel_count for part in parts) == grid.pixel_count
    corners = [grid.affine_transform.locate(*part.affine_transform.apply(0, 0)) for part in parts]
    expected = [(col, row) for row in range(0, grid.height, height) for col in range(0, grid.width, width)]
    assert np.array(corners) == pytest.approx(np.array(expected), abs=1e-4)


@examples(25, long=500)
@given(grids, st.integers(1, 10**7))
def test_no_part_is_larger_than_asked(grid: PixelGrid, max_pixels: int) -> None:
    """Splitting by a number of pixels keeps to it and loses none."""
    assume(grid.pixel_count / max_pixels < 500)
    parts = grid.split(max_pixels=max_pixels)
    assert max(part.pixel_count for part in parts) <= max_pixels
    assert sum(part.pixel_count for part in parts) == grid.pixel_count
