"""Warnings and remarks about grids that can be made."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.warnings import grid_warnings
from tests.unit.core.regions import rectangle_region

Box: TypeAlias = tuple[float, float, float, float]


@pytest.mark.parametrize(
    ("box", "crs", "options", "expected"),
    [
        ((11.5, 48.05, 11.7, 48.2), "EPSG:32632", {"scale": 10}, []),
        ((0, 0, 1, 1), "EPSG:4326", {"scale": 0.1}, []),
        ((176, -19, 184, -15), "EPSG:4326", {"scale": 0.1}, [("region", "region-crosses-180")]),
        ((176, -19, 184, -15), "EPSG:3857", {"scale": 3000}, [("region", "region-crosses-180")]),
        ((180, -17, 181, -16), "EPSG:32701", {"scale": 300}, []),
        ((-30, 0, 340, 1), "EPSG:4326", {"scale": 1}, "region-wider-than-world"),
        ((0, 80, 10, 85.055), "EPSG:3857", {"scale": 1000}, [("region", "region-clamped")]),
        ((5, 50, 10, 51), "EPSG:32632", {"scale": 100}, [("region", "region-outside-area-of-use")]),
        ((9, -25, 10, -24), "EPSG:32632", {"scale": 100}, [("region", "region-outside-area-of-use")]),
        ((2, 50, 10, 51), "EPSG:32632", {"scale": 100}, [("region", "region-outside-utm-zone")]),
        ((-1, 50, 10, 51), "EPSG:32632", {"scale": 100}, [("region", "region-far-from-meridian")]),
        ((0, 0, 1, 1), "EPSG:4326", {"scale": 2}, [("region", "region-below-one-pixel")]),
        ((0, 0, 0.5, 9), "EPSG:4326", {"scale": 1}, []),
        ((0, 0, 20, 20), "EPSG:4326", {"scale": 10}, [("scale", "degrees-for-metres")]),
        ((0, 0, 20, 20), "EPSG:4326", {"scale": 0.001}, [("grid.dimensions", "pixels-over-default")]),
        (
            (8, 48, 8.1, 48.1),
            "EPSG:32632",
            {"anchor": AffineTransform(8, 6, 0, 6, -8, 0)},
            [("grid.affineTransform", "grid-rotated")],
        ),
    ],
)
def test_what_is_said_about_a_grid(
    box: Box, crs: str, options: dict[str, Any], expected: list[tuple[str, str]] | str
) -> None:
    """Each situation gives its own remark and no other."""
    region = rectangle_region(*box)
    problems = grid_warnings(region, PixelGrid.from_region(region, crs=crs, **options))
    if isinstance(expected, str):
        assert expected in [problem.code for problem in problems]
    else:
        assert [(problem.field, problem.code) for problem in problems] == expected
    assert {problem.severity for problem in problems} <= {"warning", "info"}


@pytest.mark.parametrize(
    ("box", "sentence", "hint"),
    [
        ((4, 50, 7, 51), "Part of the region lies outside the area of use of EPSG:32632.", "EPSG:32631"),
        ((9, -25, 10, -24), "The region lies outside the area of use of EPSG:32632.", "EPSG:32732"),
        ((2, 50, 10, 51), "The region reaches 4° beyond the zone of EPSG:32632.", "distance"),
        (
            (-1, 50, 10, 51),
            "The region reaches 10° from the meridian of EPSG:32632, where it is inaccurate.",
            "equal-area",
        ),
    ],
)
def test_place_is_said_in_words(box: Box, sentence: str, hint: str) -> None:
    """The sentence says how far, the hint what to use instead."""
    region = rectangle_region(*box)
    (problem, *_) = grid_warnings(region, PixelGrid.from_region(region, crs="EPSG:32632", scale=1000))
    assert problem.message == sentence
    assert hint in problem.hint


def test_grid_without_a_region() -> None:
    """Of a grid that was given as a whole, only what it is itself is said."""
    turned = PixelGrid(20_000, 20_000, AffineTransform(8, 6, 0, 6, -8, 0), "EPSG:32632")
    assert [problem.message for problem in grid_warnings(None, turned)] == [
        "400,000,000 pixels are more than the default of maxPixels allows (100,000,000).",
        "The grid is rotated by 36.9°.",
    ]


def test_degrees_typed_for_metres_name_the_right_number() -> None:
    """The hint gives 10 m in degrees."""
    grid = PixelGrid(1, 1, AffineTransform(10, 0, 0, 0, -10, 0), "EPSG:4326")
    (problem,) = grid_warnings(None, grid)
    assert problem.message == "10 in EPSG:4326 means 10 degrees. Did you mean 10 m?"
    assert problem.hint == "Use 8.98315e-05."


def test_latitude_first_is_recognised_outside_of_the_area_of_use() -> None:
    """A region beside the system that would lie in it the other way round is said to look so; others are not."""
    for box, looks_so in (((50, -5, 60, 20), True), ((-60, 40, -50, 50), False)):
        grid = PixelGrid.from_region(rectangle_region(*box), crs="EPSG:3035", scale=10000)
        (problem,) = grid_warnings(rectangle_region(*box), grid)
        assert problem.code == "region-outside-area-of-use"
        assert ("latitude first" in problem.hint) == looks_so
