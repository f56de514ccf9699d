"""Reduced copies by pyramiding policy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.emulator.image import Pixels
from ee_export_widget.emulator.raster.pyramid import POLICIES, level_count, level_size, reduce_once


def reduced(rows: list[list[float]], policy: str, mask: list[list[float]] | None = None, dtype: str = "uint8") -> Any:  # noqa: ANN401
    """Return values and mask of a copy as lists."""
    values = np.array(rows, dtype)
    weights = np.ones(values.shape, np.float32) if mask is None else np.array(mask, np.float32)
    result = reduce_once(Pixels(values, weights), policy)
    assert result.values.dtype == values.dtype
    return result.values.tolist(), result.mask.tolist()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("MEAN", 4),
        ("SAMPLE", 9),
        ("MIN", 1),
        ("MAX", 9),
        ("MODE", 3),
        ("MEDIAN", 3),
        ("PYRAMIDING_POLICY_UNSPECIFIED", 4),
    ],
)
def test_each_policy_makes_its_own_parent(policy: str, expected: int) -> None:
    """Of 9, 3, 3 and 1 the mean is 4, the sample 9, the extremes 1 and 9, the mode and the median 3."""
    assert reduced([[9, 3], [3, 1]], policy) == ([[expected]], [[1.0]])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("MEAN", 6), ("SAMPLE", 0), ("MIN", 2), ("MAX", 10), ("MODE", 2), ("MEDIAN", 6)],
)
def test_masked_children_do_not_count(policy: str, expected: int) -> None:
    """Only valid children make the parent's value; the upper-left one is masked here, so a sample is masked too."""
    values, [[mask]] = reduced([[200, 2], [10, 200]], policy, [[0, 1], [1, 0]])
    assert values == [[expected if policy != "SAMPLE" else 200]]
    assert mask == (0.0 if policy == "SAMPLE" else 0.5)


def test_mean_weighs_by_mask() -> None:
    """A child with half the mask counts half."""
    assert reduced([[10, 40], [0, 0]], "MEAN", [[1, 0.5], [0, 0]], "float64") == ([[20.0]], [[0.375]])


def test_mode_weighs_by_mask() -> None:
    """Two faint children give way to a strong one."""
    assert reduced([[1, 1], [2, 9]], "MODE", [[0.25, 0.25], [1, 0]])[0] == [[2]]


def test_median_weighs_by_mask() -> None:
    """The value at which half of the weight is reached is the median."""
    assert reduced([[1, 2], [3, 50]], "MEDIAN", [[0.25, 0.25], [0.25, 1]])[0] == [[50]]


def test_mode_falls_back_to_a_sample_where_nothing_is_most_frequent() -> None:
    """Four different children give the upper-left one; of two pairs the pair that comes first."""
    assert reduced([[7, 1], [2, 3]], "MODE")[0] == [[7]]
    assert reduced([[5, 4], [4, 5]], "MODE")[0] == [[5]]


def test_median_of_two_middle_values_is_their_mean() -> None:
    """The middle two are averaged; in an integer band halves go up."""
    assert reduced([[1, 4], [8, 100]], "MEDIAN", dtype="float32")[0] == [[6.0]]
    assert reduced([[1, 4], [7, 100]], "MEDIAN")[0] == [[6]]


@pytest.mark.parametrize(("rows", "mean"), [([[1, 1], [1, 3]], 2), ([[1, 1], [2, 2]], 2), ([[-1, -1], [-2, -2]], -1)])
def test_means_of_integers_are_rounded(rows: list[list[float]], mean: int) -> None:
    """Integer bands keep integers: the nearest one, halves going up."""
    assert reduced(rows, "MEAN", dtype="int16")[0] == [[mean]]


def test_a_mean_does_not_overflow_its_type() -> None:
    """Four times the greatest byte has the greatest byte as its mean."""
    assert reduced([[255, 255], [255, 255]], "MEAN")[0] == [[255]]


@pytest.mark.parametrize("policy", POLICIES)
def test_odd_edges_are_kept(policy: str) -> None:
    """The last column and row of an odd image have parents of their own, made of the children that exist."""
    values, mask = reduced([[1, 1, 7], [1, 1, 7], [5, 5, 9]], policy)
    assert values == [[1, 7], [5, 9]]
    assert mask == ([[1, 1], [1, 1]] if policy == "SAMPLE" else [[1, 0.5], [0.5, 0.25]])


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_stays_nothing(policy: str) -> None:
    """A block without a valid child has no valid parent."""
    _, mask = reduced([[3, 3], [3, 3]], policy, [[0, 0], [0, 0]])
    assert mask == [[0.0]]


def test_repeated_means_are_means_of_everything_below() -> None:
    """Two halvings weigh every pixel alike, however the masked ones are spread."""
    random = np.random.default_rng(5)
    values, mask = random.random((8, 8)), (random.random((8, 8)) > 0.6).astype(np.float32)
    twice = reduce_once(reduce_once(Pixels(values, mask), "MEAN"), "MEAN")
    blocks = values.reshape(2, 4, 2, 4), mask.reshape(2, 4, 2, 4)
    expected = (blocks[0] * blocks[1]).sum((1, 3)) / blocks[1].sum((1, 3))
    np.testing.assert_allclose(twice.values, expected, rtol=1e-6)


@given(st.integers(1, 200_000), st.integers(1, 200_000))
def test_levels_end_with_the_first_that_fits(width: int, height: int) -> None:
    """Copies are halved, rounding up, until both sides are at most 256 pixels, and no further."""
    count = level_count(width, height)
    assert max(level_size(width, height, count)) <= 256
    if count:
        assert max(level_size(width, height, count - 1)) > 256


@pytest.mark.parametrize(("side", "count"), [(1, 0), (256, 0), (257, 1), (512, 1), (513, 2), (1024, 2), (1718, 3)])
def test_level_counts(side: int, count: int) -> None:
    """The number of halvings is that of pixel-grid arithmetic: ceil(log2(side / 256))."""
    assert level_count(side, 1) == count
    assert level_count(1, side) == count


POLICY_RESULT = st.sampled_from(["SAMPLE", "MIN", "MAX", "MODE"])


@given(
    POLICY_RESULT, st.lists(st.integers(0, 9), min_size=4, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4)
)
def test_categories_are_never_mixed(policy: str, values: list[int], valid: list[bool]) -> None:
    """A parent of any policy but MEAN and MEDIAN has the value of one of its valid children."""
    rows = np.array(values, np.uint8).reshape(2, 2)
    mask = np.array(valid, np.float32).reshape(2, 2)
    parent = reduce_once(Pixels(rows, mask), policy)
    if parent.mask[0, 0] > 0:
        assert parent.values[0, 0] in rows[mask > 0]
