"""File formats and what they say about an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ee_export_widget.core.formats import FormatOptions, GeoTiffImageExportOptions, TfRecordImageExportOptions
from ee_export_widget.core.formats.base import GridDimensions
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from tests.unit.session.moments import INFO

GRID = PixelGrid(1000, 700, AffineTransform(30, 0, 0, 0, -30, 0), "EPSG:32621")
PATCH = GridDimensions(width=100, height=100)


@pytest.mark.parametrize(
    ("options", "grid", "said"),
    [
        (GeoTiffImageExportOptions(), GRID, "1 file expected, unless the service splits it."),
        (GeoTiffImageExportOptions(), replace(GRID, width=131_073), "Several files"),
        (GeoTiffImageExportOptions(), replace(GRID, width=100_000, height=100_000), "Several files"),
        (GeoTiffImageExportOptions(tile_dimensions=PATCH), GRID, "70 files expected, 10 × 7."),
        (
            GeoTiffImageExportOptions(tile_dimensions=GridDimensions(width=1024, height=1024)),
            GRID,
            "1 file expected.",
        ),
        (GeoTiffImageExportOptions(tile_dimensions=GridDimensions(width=0, height=1)), GRID, "1 file expected, unless"),
        (TfRecordImageExportOptions(), GRID, "One file or more expected and a JSON sidecar."),
        (TfRecordImageExportOptions(max_masked_ratio=0.5), GRID, "One file or more expected."),
        (
            TfRecordImageExportOptions(tile_dimensions=PATCH),
            GRID,
            "70 patches in about 1 file and a JSON sidecar expected.",
        ),
        (
            TfRecordImageExportOptions(tile_dimensions=GridDimensions(width=600, height=600)),
            GRID,
            "1 patch in about 1 file and a JSON sidecar expected.",
        ),
        (
            TfRecordImageExportOptions(
                tile_dimensions=PATCH, margin_dimensions=PATCH, max_size_bytes=10**7, max_masked_ratio=0
            ),
            GRID,
            "70 patches in about 5 files expected.",
        ),
    ],
)
def test_the_number_of_files_is_known_beforehand(options: FormatOptions, grid: PixelGrid, said: str) -> None:
    """As far as the sizes of files, patches and bands say it."""
    assert options.expected_files(grid, INFO).startswith(said)


def test_very_many_files_are_worth_a_warning() -> None:
    """So that nobody fills a bucket by a slip of the finger; a size of nothing is said by its own rule."""
    options = GeoTiffImageExportOptions(tile_dimensions=GridDimensions(width=1, height=1))
    assert "many-files" in {problem.code for problem in options.problems_with("x", GRID, None)}
    empty = GeoTiffImageExportOptions(tile_dimensions=GridDimensions(width=0, height=1))
    assert [*empty.problems_with("x", GRID, None)] == []


def test_a_grid_in_an_unknown_crs_is_not_compared_with_the_image() -> None:
    """Where it lies is for the service to say; that masked pixels become zeros is true all the same."""
    (problem,) = [
        problem
        for problem in GeoTiffImageExportOptions().problems_with("x", replace(GRID, crs_code="EPSG:999999"), INFO)
        if problem.code == "masked-become-zero"
    ]
    assert problem.severity == "info"
