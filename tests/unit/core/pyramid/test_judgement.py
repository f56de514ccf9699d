"""What is said of the policies: main class, invented values, error; and where a preview looks first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ee_export_widget.core.pyramid.judgement import judge, mixed_places
from ee_export_widget.core.pyramid.reduction import Pixels
from ee_export_widget.core.pyramiding import PyramidingPolicy


def window(values: Any, mask: Any = None) -> Pixels:  # noqa: ANN401 - anything that numpy takes
    array = np.asarray(values)
    return Pixels(array, np.ones(array.shape, "float32") if mask is None else np.asarray(mask, "float32"))


def checkered(classes: int = 2) -> Any:  # noqa: ANN401 - an array
    """Give stripes of the codes 4 and 6, of which 5 is the mean."""
    return np.where(np.arange(32)[None, :] % 4 < classes, 4, 6) * np.ones((32, 1), "uint8")


def test_a_mean_of_codes_invents_others() -> None:
    """Half of 4 and half of 6 is 5, which no source pixel has; the other policies show what is there."""
    found = judge(window(checkered()))
    assert found[PyramidingPolicy.MEAN].invents == 1
    assert found[PyramidingPolicy.MEAN].keeps == 0
    assert all(level.invented.all() for level in found[PyramidingPolicy.MEAN].levels)
    for policy in (PyramidingPolicy.MODE, PyramidingPolicy.SAMPLE, PyramidingPolicy.MIN, PyramidingPolicy.MAX):
        assert found[policy].invents == 0
        assert found[policy].keeps == 1  # 4 and 6 cover as much: either is the main class
        assert not any(level.invented.any() for level in found[policy].levels)


def test_the_main_class_covers_most_of_the_source_pixels() -> None:
    """Three of four columns are 4: the highest code keeps it nowhere, the majority everywhere."""
    found = judge(window(checkered(3)))
    assert found[PyramidingPolicy.MODE].keeps == 1
    assert found[PyramidingPolicy.MAX].keeps == 0
    assert [level.factor for level in found[PyramidingPolicy.MODE].levels] == [4, 8, 16]
    assert [level.pixels.values.shape for level in found[PyramidingPolicy.MODE].levels] == [(8, 8), (4, 4), (2, 2)]


def test_the_error_is_the_distance_from_the_mean_of_what_is_there() -> None:
    """A mean has none; the lowest of 0 and 10 is five too low everywhere."""
    found = judge(window(np.tile([0.0, 10.0], (16, 8))))
    assert found[PyramidingPolicy.MEAN].error == 0
    assert found[PyramidingPolicy.MIN].error == 5
    assert found[PyramidingPolicy.MAX].error == 5


def test_masked_pixels_count_nowhere() -> None:
    """What is masked has no class, whatever number the file has there; a sample of it keeps nothing."""
    values, mask = np.full((16, 16), 4, "uint8"), np.ones((16, 16))
    values[:8], mask[:8] = 9, 0
    found = judge(window(values, mask))
    assert found[PyramidingPolicy.MEAN].keeps == 1
    assert found[PyramidingPolicy.MEAN].error == 0
    assert found[PyramidingPolicy.MEAN].invents == 0
    assert found[PyramidingPolicy.SAMPLE].keeps == pytest.approx(10 / 11)
    nothing = judge(window(values, np.zeros((16, 16))))
    assert {(one.keeps, one.invents, one.error) for one in nothing.values()} == {(0, 0, 0)}


def test_an_edge_that_ends_inside_a_pixel_counts_what_is_there() -> None:
    """A grid need not be a multiple of 16: what lies beyond it is masked."""
    found = judge(window(np.full((19, 5), 7, "uint8")))
    assert all(one.keeps == 1 for one in found.values())
    assert [level.pixels.values.shape for level in found[PyramidingPolicy.MODE].levels] == [(5, 2), (3, 1), (2, 1)]


def test_mixed_places_are_where_most_changes() -> None:
    """The square with the most changes comes first; even ones are left out."""
    values = np.zeros((32, 48), "uint8")
    values[2:14:2, 34:46] = 1
    values[20, 4] = 1
    assert mixed_places(window(values), 16, codes=True) == [(40.0, 8.0), (8.0, 24.0)]


def test_of_measured_values_large_steps_count_more() -> None:
    """One large step outweighs many small ones, which between codes it does not."""
    values = np.zeros((16, 32), "uint16")
    values[::2, :16] = 1
    values[:, 24:] = 9000
    assert mixed_places(window(values), 16, codes=False)[0] == (24.0, 8.0)
    assert mixed_places(window(values), 16, codes=True)[0] == (8.0, 8.0)


def test_the_edge_of_a_mask_is_no_change() -> None:
    """And where nothing changes, the middle is looked at."""
    values, mask = np.zeros((20, 40), "uint8"), np.ones((20, 40))
    values[:, 20:], mask[:, 20:] = 7, 0
    assert mixed_places(window(values, mask), 8, codes=True) == [(20.0, 10.0)]
