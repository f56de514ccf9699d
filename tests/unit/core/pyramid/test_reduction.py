"""One step up in a pyramid, as the emulator makes it, which shares no code with this."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ee_export_widget.core.pyramid.reduction import Pixels, reduced
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.emulator.image import Pixels as EmulatedPixels
from ee_export_widget.emulator.raster.pyramid import POLICIES, reduce_once

SHAPES = arrays.array_shapes(min_dims=2, max_dims=2, max_side=9)
VALUES = {
    "uint8": st.integers(0, 255), "int16": st.integers(-(2**15), 2**15 - 1), "int32": st.integers(-9, 9),
    "uint32": st.integers(0, 2**32 - 1), "float32": st.floats(-1e6, 1e6, width=32), "float64": st.floats(-1e9, 1e9),
}  # fmt: skip
MASKS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def levels(draw: st.DrawFn) -> Pixels:
    """Draw a level of any type, with holes and with pixels that count in part."""
    name = draw(st.sampled_from(sorted(VALUES)))
    values: Any = draw(arrays.arrays(name, SHAPES, elements=VALUES[name]))
    whole = draw(st.booleans())
    mask: Any = draw(arrays.arrays("float32", values.shape, elements=st.just(1.0) if whole else MASKS))
    return Pixels(values, mask)


@pytest.mark.parametrize("policy", PyramidingPolicy)
@given(level=levels())
def test_the_preview_reduces_as_the_emulator_writes(policy: PyramidingPolicy, level: Pixels) -> None:
    """Whatever is previewed is what an asset of the local Earth Engine holds: values where there are any, and masks."""
    ours = reduced(level, policy)
    theirs = reduce_once(EmulatedPixels(*level), policy.value)
    assert ours.values.dtype == theirs.values.dtype
    np.testing.assert_array_equal(ours.mask, theirs.mask)
    seen = ours.mask > 0
    np.testing.assert_array_equal(ours.values[seen], theirs.values[seen])


def test_both_know_the_same_policies() -> None:
    """A policy that one learns, the other learns too."""
    assert {policy.value for policy in PyramidingPolicy} == {*POLICIES}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("MEAN", 4), ("MODE", 3), ("SAMPLE", 9), ("MIN", 1), ("MAX", 9), ("MEDIAN", 3)],
)
def test_four_pixels_become_one(policy: str, expected: int) -> None:
    """Of 9, 3, 3 and 1 the mean is 4, the mode and the median 3, the sample 9."""
    level = Pixels(np.array([[9, 3], [3, 1]], "uint8"), np.ones((2, 2), "float32"))
    assert reduced(level, PyramidingPolicy(policy)).values.tolist() == [[expected]]
