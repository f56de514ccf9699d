"""Colours of a level, and the picture that the page gets."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.errors

from ee_export_widget.core.classes import Classes
from ee_export_widget.core.pyramid.paint import MOST_CODES, paint_for
from ee_export_widget.core.pyramid.picture import picture
from ee_export_widget.core.pyramid.reduction import Pixels

PROPERTIES = {
    "lc_class_values": [3, 4, 6, "none"],
    "lc_class_names": ["shadow", "vegetation"],
    "lc_class_palette": ["#112233", "445566", "red"],
}


def window(values: Any) -> Pixels:  # noqa: ANN401 - anything that numpy takes
    array = np.asarray(values)
    return Pixels(array, np.ones(array.shape, "float32"))


def test_names_and_colours_come_from_the_properties_of_the_image() -> None:
    """What is missing there or cannot be read stays out."""
    classes = Classes.of(PROPERTIES, "lc")
    assert [classes.label(value) for value in (3, 4, 6, 7.5)] == ["3 shadow", "4 vegetation", "6", "7.5"]
    assert dict(classes.colours) == {3: (0x11, 0x22, 0x33), 4: (0x44, 0x55, 0x66)}
    assert Classes.of({"lc_class_values": "3"}, "lc") == Classes()


def test_few_codes_are_painted_in_colours_the_commonest_first() -> None:
    """Its own colour where the image has one; each of the others a different one."""
    paint = paint_for(window([[6, 6, 6, 3, 3, 8]]), Classes.of(PROPERTIES, "lc"), codes=True)
    assert [text for _, text in paint.legend] == ["6", "3 shadow", "8"]
    assert paint.legend[1][0] == (0x11, 0x22, 0x33)
    assert len({colour for colour, _ in paint.legend}) == 3
    shown = paint.colours(np.array([[3, 4, 77]]))
    assert shown[0, 0].tolist() == [0x11, 0x22, 0x33]
    assert shown[0, 1].tolist() == [0x44, 0x55, 0x66]  # known, though the window has none
    assert tuple(shown[0, 2].tolist()) not in {colour for colour, _ in paint.legend}


@pytest.mark.parametrize(("values", "codes"), [(np.arange(MOST_CODES + 1)[None], True), (np.arange(5.0)[None], False)])
def test_many_values_and_measured_ones_are_grey(values: Any, codes: bool) -> None:  # noqa: ANN401 - an array
    """Dark is low and light is high."""
    paint = paint_for(window(values), Classes(), codes=codes)
    assert [text.split(" ", 1)[1] for _, text in paint.legend] == ["or less", "or more"]
    greys = paint.colours(values)[0, :, 0].tolist()
    assert greys == sorted(greys)
    assert (greys[0], greys[-1]) == (0, 255)


def test_a_window_without_a_value_can_be_painted() -> None:
    """Masked or without a number everywhere."""
    empty = Pixels(np.full((2, 2), np.nan), np.ones((2, 2), "float32"))
    assert paint_for(empty, Classes(), codes=False).colours(empty.values).max() == 0
    masked = Pixels(np.zeros((2, 2), "uint8"), np.zeros((2, 2), "float32"))
    assert len(paint_for(masked, Classes(), codes=True).legend) == 2


def test_a_picture_shows_squares_holes_and_hatching() -> None:
    """Each pixel is a square; a masked one lets the page through, an invented one has stripes and its colour."""
    colours = np.array([[[10, 20, 30], [40, 50, 60], [70, 80, 90]]])
    content = picture(colours, np.array([[True, False, True]]), np.array([[False, False, True]]), 10)
    ignored = warnings.catch_warnings(action="ignore", category=rasterio.errors.NotGeoreferencedWarning)
    with ignored, rasterio.MemoryFile(content) as file, file.open() as image:
        shown = image.read()
    assert shown.shape == (4, 10, 30)
    plain, hole, hatched = shown[:, :, :10], shown[:, :, 10:20], shown[:, :, 20:]
    assert {tuple(pixel) for pixel in plain.reshape(4, -1).T.tolist()} == {(10, 20, 30, 255)}
    assert not hole[3].any()
    assert len({tuple(pixel) for pixel in hatched.reshape(4, -1).T.tolist()}) == 2
