"""What is said of the values that were seen of a band."""

from __future__ import annotations

import numpy as np
import pytest

from ee_export_widget.core.seen_values import SeenValues


@pytest.mark.parametrize(
    ("values", "codes", "words"),
    [
        ([0, 1024, 2048, 0], True, "0, 1024, 2048"),
        ([*range(12)], True, "12 distinct, 0 to 11"),
        ([*range(9215)], False, "0 to 9,214"),
        ([-0.4, 0.91, float("nan")], False, "-0.4 to 0.91"),
        ([7, 7], False, "7"),
        ([65535, 1], True, "1, 65535"),
    ],
)
def test_codes_are_named_and_measured_values_have_ends(values: list[float], codes: bool, words: str) -> None:
    """A few codes one by one, more by their number; of measurements the lowest and the highest."""
    seen = SeenValues.of(np.array(values))
    assert seen is not None
    assert seen.words(codes=codes) == words


def test_masked_pixels_are_not_seen() -> None:
    """Whatever number a file has there; a band that is masked everywhere has no values."""
    seen = SeenValues.of(np.ma.masked_array([0, 5, 6], mask=[True, False, False]))
    assert seen == SeenValues(5, 6, 2, (5, 6))
    assert SeenValues.of(np.ma.masked_array([0], mask=[True])) is None
