"""The PixelGrid value: what it refuses, its JSON, its bounds and its parts."""

from __future__ import annotations

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

NORTH_UP = AffineTransform(10, 0, 685760, 0, -10, 5342060)
EXAMPLE_1 = PixelGrid(1545, 1718, NORTH_UP, "EPSG:32632")


def problems_of(error: pytest.ExceptionInfo[InvalidRequestError]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in error.value.problems]


def test_json_is_the_rest_message() -> None:
    """Dimensions, six members of the transform and the CRS, nothing else."""
    assert EXAMPLE_1.to_json() == {
        "dimensions": {"width": 1545, "height": 1718},
        "affineTransform": {
            "scaleX": 10,
            "shearX": 0,
            "translateX": 685760,
            "shearY": 0,
            "scaleY": -10,
            "translateY": 5342060,
        },
        "crsCode": "EPSG:32632",
    }


def test_json_with_wkt() -> None:
    """A grid with a WKT writes that instead of a code, and reads it back."""
    grid = PixelGrid(1, 1, NORTH_UP, crs_wkt='PROJCS["x"]')
    assert grid.to_json()["crsWkt"] == 'PROJCS["x"]'
    assert "crsCode" not in grid.to_json()
    assert PixelGrid.from_json(grid.to_json()) == grid


def test_whole_floats_and_nulls_are_read() -> None:
    """100.0 counts as 100, null as absent."""
    read = PixelGrid.from_json(
        {
            "dimensions": {"width": 100.0, "height": 50},
            "affineTransform": {"scaleX": 1, "scaleY": -1},
            "crsCode": "EPSG:4326",
            "crsWkt": None,
        }
    )
    assert read == PixelGrid(100, 50, AffineTransform(1, 0, 0, 0, -1, 0), "EPSG:4326")
    assert isinstance(read.width, int)


def test_empty_grid_names_each_missing_part() -> None:
    """Everything that is missing is said at once."""
    with pytest.raises(InvalidRequestError) as caught:
        PixelGrid.from_json({})
    assert problems_of(caught) == [
        ("grid.dimensions", "missing"),
        ("grid.affineTransform", "missing"),
        ("grid.crsCode", "missing"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dimensions": 5}, ("grid.dimensions", "not-an-object")),
        ({"dimensions": {"width": 0, "height": 1}}, ("grid.dimensions.width", "dimension-out-of-range")),
        ({"dimensions": {"width": 1}}, ("grid.dimensions.height", "dimension-out-of-range")),
        ({"dimensions": {"width": 1, "height": 1.5}}, ("grid.dimensions.height", "dimension-out-of-range")),
        ({"dimensions": {"width": True, "height": 1}}, ("grid.dimensions.width", "dimension-out-of-range")),
        ({"dimensions": {"width": "7", "height": 1}}, ("grid.dimensions.width", "dimension-out-of-range")),
        ({"dimensions": {"width": 1, "height": 2**31}}, ("grid.dimensions.height", "dimension-out-of-range")),
        ({"dimensions": {"width": 1, "height": 1, "depth": 1}}, ("grid.dimensions.depth", "unknown-member")),
        ({"affineTransform": {}}, ("grid.affineTransform", "not-invertible")),
        ({"affineTransform": {"scaleX": "1"}}, ("grid.affineTransform.scaleX", "not-a-number")),
        ({"crsCode": "EPSG:1", "crsWkt": "x[1]"}, ("grid.crsCode", "crs-contradiction")),
        ({"crsCode": 4326}, ("grid.crsCode", "crs-not-a-text")),
        ({"crsCode": None, "crsWkt": "  "}, ("grid.crsWkt", "crs-not-a-text")),
        ({"scale": 10}, ("grid.scale", "unknown-member")),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_wrong_part_is_named(changes: dict[str, object], expected: tuple[str, str]) -> None:
    """A single wrong part gives a single problem at its path."""
    with pytest.raises(InvalidRequestError) as caught:
        PixelGrid.from_json(EXAMPLE_1.to_json() | changes)
    assert problems_of(caught) == [expected]


@pytest.mark.parametrize("value", [None, [], "grid"])
def test_json_that_is_no_object_is_refused(value: object) -> None:
    """Only a mapping is a grid message."""
    with pytest.raises(InvalidRequestError, match="must be an object"):
        PixelGrid.from_json(value)  # type: ignore[arg-type] # that is the point


def test_bounds_of_a_north_up_grid() -> None:
    """The outer corners in CRS units, and the exact number of pixels."""
    assert list(EXAMPLE_1.bounds) == [685760, 5342060 - 17180, 685760 + 15450, 5342060]
    assert EXAMPLE_1.pixel_count == 2_654_310


def test_bounds_of_a_rotated_grid() -> None:
    """All four corners count."""
    grid = PixelGrid(10, 10, AffineTransform(8, 6, 0, 6, -8, 0), "EPSG:32632")
    assert list(grid.bounds) == [0, -80, 140, 60]


def test_large_counts_are_exact() -> None:
    """The number of pixels does not overflow."""
    assert PixelGrid(2**31 - 1, 2**31 - 1, NORTH_UP, "EPSG:32632").pixel_count == (2**31 - 1) ** 2


def test_grid_is_a_value() -> None:
    """Equal grids are equal and have one hash, whatever their numbers were typed as."""
    same = PixelGrid(1545, 1718, AffineTransform(10.0, 0.0, 685760.0, -0.0, -10.0, 5342060.0), "EPSG:32632")
    assert {EXAMPLE_1, same} == {EXAMPLE_1}


def test_crs_is_resolved_from_code_or_wkt() -> None:
    """The grid's CRS is known by its name."""
    assert EXAMPLE_1.crs.name == "WGS 84 / UTM zone 32N"
    with pytest.raises(InvalidRequestError, match="NOPE:1 is not a known CRS code"):
        _ = PixelGrid(1, 1, NORTH_UP, "NOPE:1").crs


def test_tiles_lie_on_the_parent_and_the_last_is_short() -> None:
    """Example 1 in tiles of 1024: two by two, row by row, the last one 521 by 694 pixels."""
    parts = EXAMPLE_1.split(tile=(1024, 1024))
    assert [(part.width, part.height) for part in parts] == [(1024, 1024), (521, 1024), (1024, 694), (521, 694)]
    assert parts[-1].affine_transform.to_list() == [10, 0, 696000, 0, -10, 5331820]
    assert {part.crs_code for part in parts} == {"EPSG:32632"}


def test_tiles_of_a_rotated_grid_follow_its_columns() -> None:
    """The corner of a tile is c + a·col + b·row, f + d·col + e·row."""
    parts = PixelGrid(20, 20, AffineTransform(8, 6, 100, 6, -8, 200), "EPSG:32632").split(tile=(10, 10))
    assert parts[3].affine_transform.to_list() == [8, 6, 240, 6, -8, 180]


@pytest.mark.parametrize(
    ("size", "max_pixels", "expected"),
    [
        ((100, 100), 10_000, [(100, 100)]),
        ((1000, 1000), 600_000, [(768, 768), (232, 768), (768, 232), (232, 232)]),
        ((10, 30_000), 100_000, [(10, 9984), (10, 9984), (10, 9984), (10, 48)]),
        ((30_000, 10), 200_000, [(19_968, 10), (10_032, 10)]),
        ((4, 4), 5, [(2, 2), (2, 2), (2, 2), (2, 2)]),
    ],
)
def test_split_by_number_of_pixels(size: tuple[int, int], max_pixels: int, expected: list[tuple[int, int]]) -> None:
    """Parts keep to the limit, in multiples of 256 where that fits, and cover long thin grids in long thin parts."""
    parts = PixelGrid(*size, NORTH_UP, "EPSG:32632").split(max_pixels=max_pixels)
    assert [(part.width, part.height) for part in parts] == expected


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "split-one-way"),
        ({"max_pixels": 1, "tile": (1, 1)}, "split-one-way"),
        ({"max_pixels": 0}, "split-not-positive"),
        ({"max_pixels": 1.5}, "split-not-positive"),
        ({"tile": (0, 5)}, "split-not-positive"),
        ({"tile": (5,)}, "split-not-positive"),
        ({"tile": 5}, "split-not-positive"),
        ({"tile": (1, 1)}, "split-too-fine"),
        ({"antimeridian": True, "max_pixels": 5}, "split-one-way"),
    ],
    ids=str,
)
def test_split_that_makes_no_sense_is_refused(options: dict[str, object], code: str) -> None:
    """Not exactly one way, nothing per part, or millions of parts."""
    with pytest.raises(InvalidRequestError) as caught:
        EXAMPLE_1.split(**options)  # type: ignore[arg-type] # that is the point
    assert problems_of(caught) == [("grid", code)]


def test_split_at_180_brings_the_far_part_home() -> None:
    """Example 10 is cut on the lattice line at 180; the part beyond begins at 180° W."""
    grid = PixelGrid(13, 12, AffineTransform(0.25, 0, 178.25, 0, -0.25, -16), "EPSG:4326")
    west, east = grid.split(antimeridian=True)
    assert (west.width, west.affine_transform) == (7, grid.affine_transform)
    assert (east.width, east.affine_transform.to_list()) == (6, [0.25, 0, -180, 0, -0.25, -16])


def test_split_at_180_keeps_pixels_where_180_is_no_line() -> None:
    """A pixel across 180 stays whole, in the western part."""
    grid = PixelGrid(10, 1, AffineTransform(0.7, 0, 177, 0, -0.7, 0), "EPSG:4326")
    west, east = grid.split(antimeridian=True)
    assert (west.width, east.width) == (5, 5)
    assert east.affine_transform.translate_x == pytest.approx(180.5 - 360)


def test_split_at_180_in_web_mercator() -> None:
    """In Web Mercator x runs on beyond 180, so the same cut works there."""
    grid = PixelGrid(200, 1, AffineTransform(1000, 0, 19_950_000, 0, -1000, 0), "EPSG:3857")
    west, east = grid.split(antimeridian=True)
    assert (west.width, east.width) == (88, 112)
    assert east.bounds[0] == pytest.approx(20_038_000 - 2 * 20_037_508.342789244)


@pytest.mark.parametrize(
    "grid",
    [
        PixelGrid(10, 10, AffineTransform(0.1, 0, 179, 0, -0.1, 0), "EPSG:4326"),
        PixelGrid(10, 10, AffineTransform(0.1, 0, -180, 0, -0.1, 0), "EPSG:4326"),
        PixelGrid(1000, 500, AffineTransform(0.36001, 0, -180.005, 0, -0.36, 90), "EPSG:4326"),
        PixelGrid(10, 10, AffineTransform(0.1, 0.1, 170, 0.1, -0.1, 0), "EPSG:4326"),
        PixelGrid(8239, 3800, AffineTransform(30, 0, 93150, 0, -30, 8230500), "EPSG:32701"),
    ],
    ids=["ends at 180", "begins at -180", "world with an overhang", "rotated", "UTM"],
)
def test_split_at_180_leaves_other_grids_alone(grid: PixelGrid) -> None:
    """A grid that has nothing beyond 180, or whose x does not run on, is its own only part."""
    assert grid.split(antimeridian=True) == [grid]


@pytest.mark.parametrize(
    ("transform", "corners"),
    [
        (AffineTransform(0.5, 0, 179, 0.01, 0.5, 0), [(0, 179, 0), (2, -180, 0.02)]),
        (AffineTransform(-0.5, 0, 181, 0, 0.5, 0), [(0, -179, 0), (2, 180, 0)]),
        (AffineTransform(0, 0.5, 179, 0.5, 0, 0), [(0, 179, 0), (2, -180, 0)]),
    ],
    ids=["south-up, sheared in y", "mirrored", "transposed"],
)
def test_other_lattices_are_cut_at_180_too(transform: AffineTransform, corners: list[tuple[float, ...]]) -> None:
    """A column along a meridian is all it takes, or a row; parts keep the six numbers but for the corner."""
    parts = PixelGrid(10, 10, transform, "EPSG:4326").split(antimeridian=True)
    assert [(part.affine_transform.translate_x, part.affine_transform.translate_y) for part in parts] == [
        corner[1:] for corner in corners
    ]
    assert sum(part.pixel_count for part in parts) == 100


def test_grid_around_the_world_is_cut_at_every_turn() -> None:
    """Beyond 540° lies the third world."""
    parts = PixelGrid(75, 1, AffineTransform(10, 0, -200, 0, -10, 0), "EPSG:4326").split(antimeridian=True)
    assert [(part.width, part.affine_transform.translate_x) for part in parts] == [
        (2, 160),
        (36, -180),
        (36, -180),
        (1, -180),
    ]


def test_rotated_grid_cannot_be_cut_at_180() -> None:
    """No column of it runs along the meridian; it is said, not done wrong."""
    grid = PixelGrid(10, 10, AffineTransform(0.5, 0.1, 178, 0.1, -0.5, 0), "EPSG:4326")
    with pytest.raises(InvalidRequestError, match="rotated"):
        grid.split(antimeridian=True)
