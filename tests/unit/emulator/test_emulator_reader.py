"""Reading bands on grids other than their own: nearest neighbour, by pixel centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import pytest
from affine import Affine

from ee_export_widget.emulator.image import Band, Pixels, PixelType
from ee_export_widget.emulator.raster.grid import Crs, PixelGrid, Projection, Window
from ee_export_widget.emulator.raster.reader import MAX_SOURCE_PIXELS, Reader
from tests.unit.emulator.support import array_band, grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

VALUES = np.arange(48, dtype=np.uint16).reshape(6, 8)


def read(where: PixelGrid, band: Band | None = None) -> Pixels:
    """Return a band's pixels on a grid."""
    return Reader(where).pixels(band or array_band(VALUES))


def test_an_aligned_grid_is_a_plain_copy() -> None:
    """A window of the source's own pixels holds those pixels, all valid."""
    pixels = read(grid(2, 1, 4, 3))
    np.testing.assert_array_equal(pixels.values, VALUES[1:4, 2:6])
    assert (pixels.mask == 1).all()


def test_outside_of_the_source_is_masked() -> None:
    """A grid that sticks out has the source where there is one and masked zeros elsewhere."""
    pixels = read(grid(-2, 4, 4, 4))
    np.testing.assert_array_equal(pixels.values, [[0, 0, 32, 33], [0, 0, 40, 41], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(pixels.mask, pixels.values > 0)


def test_a_grid_beside_the_source_is_empty() -> None:
    """Nothing is read and nothing is valid where the source has no pixel."""
    pixels = read(grid(100, 100, 3, 2))
    assert pixels.values.shape == (2, 3)
    assert pixels.values.dtype == np.uint16
    assert not pixels.mask.any()


@pytest.mark.parametrize(("shift", "first"), [(0.25, 0), (0.49, 0), (0.5, 1), (0.51, 1), (-0.5, 0), (-0.51, None)])
def test_the_pixel_that_contains_the_centre_counts(shift: float, first: int | None) -> None:
    """A shifted grid takes the pixel under its centres; on an edge the one to the right."""
    pixels = read(grid(shift, 0, 2, 1))
    assert (pixels.values[0, 0] if pixels.mask[0, 0] else None) == first


def test_half_size_pixels_repeat_the_source() -> None:
    """On a grid twice as fine every source pixel appears four times."""
    np.testing.assert_array_equal(read(grid(0, 0, 16, 12, 0.5)).values, VALUES.repeat(2, 0).repeat(2, 1))


def test_double_size_pixels_take_the_lower_right_of_four() -> None:
    """On a grid twice as coarse the centre is a corner of four pixels; the lower right one begins there."""
    np.testing.assert_array_equal(read(grid(0, 0, 4, 3, 2)).values, VALUES[1::2, 1::2])


def test_triple_size_pixels_take_the_middle() -> None:
    """On a grid three times as coarse the centre is the middle pixel of nine."""
    np.testing.assert_array_equal(read(grid(0, 0, 2, 2, 3)).values, VALUES[1::3, 1::3][:2, :2])


def test_alignment_survives_rounding() -> None:
    """Degrees that are not exact in binary still give a plain copy, far from the origin and over many pixels."""
    scale = 0.0002694945852358564
    values = np.arange(3000, dtype=np.uint16)[np.newaxis, :]
    source = PixelGrid(Projection(Crs("EPSG:4326"), Affine(scale, 0, -180 + 400_000 * scale, 0, -scale, 48.3)), 3000, 1)
    band = array_band(values, where=source)
    corner = Affine(scale, 0, (-180 / scale + 400_100) * scale, 0, -scale, 48.3)
    wanted = PixelGrid(Projection(Crs("EPSG:4326"), corner), 2000, 1)
    np.testing.assert_array_equal(read(wanted, band).values, values[:, 100:2100])


def test_rotated_and_south_up_lattices_are_read_too() -> None:
    """A lattice that is not north-up is looked up by its full transform."""
    south_up = Projection(Crs("EPSG:32621"), Affine(1, 0, 0, 0, 1, -6))
    np.testing.assert_array_equal(read(PixelGrid(south_up, 8, 6)).values, VALUES[::-1])
    turned = Projection(Crs("EPSG:32621"), Affine(0, 1, 0, -1, 0, 0))
    np.testing.assert_array_equal(read(PixelGrid(turned, 6, 8)).values, VALUES.T)


def brute_force(source: PixelGrid, values: NDArray[np.uint16], wanted: PixelGrid) -> NDArray[np.uint16]:
    """Look every pixel up on its own."""
    to_source = pyproj.Transformer.from_crs(wanted.crs.text, source.crs.text, always_xy=True)
    result = np.zeros((wanted.height, wanted.width), np.uint16)
    for row in range(wanted.height):
        for column in range(wanted.width):
            a, b, c, d, e, f = tuple(wanted.transform)[:6]
            u, v = column + 0.5, row + 0.5
            x, y = to_source.transform(a * u + b * v + c, d * u + e * v + f)
            i = int(np.floor((x - source.transform.c) / source.transform.a))
            j = int(np.floor((y - source.transform.f) / source.transform.e))
            if 0 <= i < source.width and 0 <= j < source.height:
                result[row, column] = values[j, i]
    return result


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32622", "EPSG:3035"])
def test_other_systems_agree_with_a_lookup_of_every_pixel(crs: str) -> None:
    """Across coordinate systems every pixel is the one whose area contains the transformed centre."""
    source = PixelGrid(Projection(Crs("EPSG:32621"), Affine(30, 0, 735345, 0, -30, -2796795)), 40, 40)
    values = np.arange(1, 1601, dtype=np.uint16).reshape(40, 40)
    forward = pyproj.Transformer.from_crs("EPSG:32621", crs, always_xy=True)
    left, top = forward.transform(735345 - 100, -2796795 + 100)
    right, _ = forward.transform(735345 + 1300, -2796795 + 100)
    step = abs(right - left) / 50
    wanted = PixelGrid(Projection(Crs(crs), Affine(step, 0, left, 0, -step, top)), 50, 50)
    expected = brute_force(source, values, wanted)
    pixels = read(wanted, array_band(values, where=source))
    assert (expected > 0).sum() > 200
    np.testing.assert_array_equal(pixels.values, expected)
    np.testing.assert_array_equal(pixels.mask > 0, expected > 0)


def test_a_coarse_view_of_a_huge_source_stays_small() -> None:
    """A source far larger than memory is read in windows of bounded size, and gives the same pixels."""
    side, largest = 200_000, 0

    def fetch(window: Window) -> Pixels:
        nonlocal largest
        largest = max(largest, window.area)
        columns = np.arange(window.column, window.column + window.width) // 1000
        rows = np.arange(window.row, window.row + window.height) // 1000
        values = (rows[:, np.newaxis] * 200 + columns).astype(np.uint16)
        return Pixels(values, np.ones(values.shape, np.float32))

    whole = Window(0, 0, side, side)
    band = Band(
        "b", PixelType.from_dtype("uint16"), lambda reader: reader.nearest(unit, whole, np.dtype("uint16"), fetch)
    )
    unit = grid(0, 0, side, side).projection
    pixels = Reader(grid(0, 0, 40, 40, 5000)).pixels(band)
    rows, columns = np.indices((40, 40))
    np.testing.assert_array_equal(pixels.values, (rows * 5 + 2) * 200 + columns * 5 + 2)
    assert largest <= MAX_SOURCE_PIXELS


def test_a_band_is_read_once_per_grid() -> None:
    """What several results need is computed once for a window."""
    reads = []
    inner = array_band(VALUES)

    def count_and_read(reader: Reader) -> Pixels:
        reads.append(1)
        return inner.read(reader)

    band = Band("b", inner.type, count_and_read, inner.projection, inner.extent)
    reader = Reader(grid(0, 0, 4, 4))
    assert reader.pixels(band) is reader.pixels(band)
    assert reads == [1]


def test_places_that_a_system_does_not_know_are_masked() -> None:
    """Centres without a position in the source's system are masked, not errors."""
    world = PixelGrid(Projection(Crs("EPSG:4326"), Affine(60, 0, -180, 0, -30, 90)), 6, 6)
    pixels = read(world, array_band(VALUES, where=grid(0, 0, 8, 6, 1e6, "EPSG:3857")))
    assert pixels.values.shape == (6, 6)
    assert pixels.mask.any()
