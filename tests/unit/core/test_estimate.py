"""Sizes of an export, and numbers as people read them."""

from __future__ import annotations

import pytest

from ee_export_widget.core.estimate import (
    FileCount,
    compact_bytes,
    compact_count,
    file_bytes,
    file_count,
    fitting_max_pixels,
    next_round_number,
    raw_bytes,
)
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo

_WORKED = PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632")
"""The first worked example of the grid's rules."""


def _image(*precisions_and_maxima: tuple[str, int]) -> ImageInfo:
    bands = [
        {"id": f"b{number}", "data_type": {"precision": precision, "min": 0, "max": top}}
        for number, (precision, top) in enumerate(precisions_and_maxima)
    ]
    return ImageInfo.from_description({"bands": bands})


def test_worked_example_has_the_sizes_that_were_worked_out() -> None:
    """Four uint16 bands on the worked grid: pixels, bytes and files as the rules state them."""
    image = _image(*[("int", 65535)] * 4)
    assert _WORKED.pixel_count == 2_654_310
    assert raw_bytes(_WORKED.pixel_count, image) == 21_234_480
    assert file_count(_WORKED, 512, 512) == FileCount(4, 4)
    assert file_count(_WORKED, 512, 512).total == 16


def test_file_has_the_widest_type_in_every_band() -> None:
    """An asset keeps each band's own type, a file has one for all."""
    image = _image(("int", 255), ("int", 65535), ("double", 0))
    assert raw_bytes(10, image) == 110
    assert file_bytes(10, image) == 240
    assert file_bytes(10, _image()) == 0


@pytest.mark.parametrize(
    ("number", "above"),
    [(0, 1), (1, 2), (2, 5), (5, 10), (9, 10), (10, 20), (1_577_988, 2_000_000), (10**13, 2 * 10**13)],
)
def test_next_round_number_is_above(number: int, above: int) -> None:
    """The next of 1, 2, 5 times a power of ten is strictly above."""
    assert next_round_number(number) == above


def test_fitting_limit_has_room_for_a_border() -> None:
    """998 x 998 is below a million, but a border of a pixel around it is not."""
    assert fitting_max_pixels(998, 998) == 2_000_000
    assert fitting_max_pixels(997, 997) == 1_000_000


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (489_552, "489,552"),
        (999_999, "999,999"),
        (1_000_000, "1 M"),
        (9_239_696, "9.24 M"),
        (100_000_000, "100 M"),
        (999_600_000, "1 G"),
        (1_073_741_824, "1.07 G"),
        (8_920_000_000_000, "8.92 T"),
        (12_345 * 10**15, "12,345 P"),
    ],
)
def test_count_is_read_at_a_glance(number: int, text: str) -> None:
    """Exact below a million, three digits and a unit above."""
    assert compact_count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (640, "640 B"),
        (999, "999 B"),
        (1000, "1 KB"),
        (4_100, "4.1 KB"),
        (166_314_528, "166 MB"),
        (999_999, "1 MB"),
        (10**18, "1,000 PB"),
    ],
)
def test_bytes_are_read_at_a_glance(number: int, text: str) -> None:
    """Three digits and a decimal unit."""
    assert compact_bytes(number) == text
