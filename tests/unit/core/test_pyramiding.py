"""Suggestions of pyramiding policies: codes are recognised, measurements are left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ee_export_widget.core.pyramiding import (
    BITMASK,
    CLASS,
    DATE,
    INDEX,
    MASK,
    MEASURED,
    PyramidingPolicy,
    Suggestion,
    suggest_policy,
)

_UINT8 = {"precision": "int", "min": 0, "max": 255}
_UINT16 = {"precision": "int", "min": 0, "max": 65535}
_INT16 = {"precision": "int", "min": -32768, "max": 32767}
_FLOAT = {"precision": "float"}
_DOUBLE = {"precision": "double"}
_YES_NO = {"precision": "int", "min": 0, "max": 1}


def test_policies_stand_in_the_form_s_order_with_a_line_each() -> None:
    """The menu shows six policies, MEAN first and MEDIAN last, each with what it is for."""
    assert list(PyramidingPolicy) == ["MEAN", "MODE", "SAMPLE", "MIN", "MAX", "MEDIAN"]
    assert [policy.label for policy in PyramidingPolicy] == [
        "averages; measurements",
        "majority; classes",
        "upper-left pixel; bitmasks, dates",
        "lowest",
        "highest",
        "middle; ties average",
    ]


@pytest.mark.parametrize(
    ("band", "data_type", "expected"),
    [
        # Landsat, Sentinel-2 and pictures: numbers that were measured.
        ("B2", _UINT16, MEASURED),
        ("B8A", _UINT16, MEASURED),
        ("SR_B4", _UINT16, MEASURED),
        ("ST_EMIS", _INT16, MEASURED),
        ("red", _UINT8, MEASURED),
        ("vis-green", _UINT8, MEASURED),
        ("b1", _UINT8, MEASURED),
        ("WVP", _UINT16, MEASURED),
        ("MSK_CLDPRB", _UINT8, MEASURED),
        ("elevation", _INT16, MEASURED),
        ("LST_Day_1km", _UINT16, MEASURED),
        ("NDVI", _FLOAT, MEASURED),
        ("glass", _UINT8, MEASURED),
        ("", _UINT8, MEASURED),
        # Floats are measured whatever they are called, dates apart.
        ("cloud_mask", _FLOAT, MEASURED),
        ("moisture_index", _FLOAT, MEASURED),
        ("class_probability", _DOUBLE, MEASURED),
        ("classification", _FLOAT, MEASURED),
        # Degrees of belief in a class are no class.
        ("discrete_classification-proba", _UINT8, MEASURED),
        ("label_confidence", _UINT8, MEASURED),
        # Flags.
        ("QA_PIXEL", _UINT16, BITMASK),
        ("QA60", _UINT16, BITMASK),
        ("qa", _UINT8, BITMASK),
        ("SR_QA_AEROSOL", _UINT8, BITMASK),
        ("SummaryQA", _INT16, BITMASK),
        ("pixel_qa", _UINT16, BITMASK),
        ("QC_Day", _UINT8, BITMASK),
        ("cloud_mask", _UINT8, BITMASK),
        ("statusbits", _UINT16, BITMASK),
        # Classes.
        ("SCL", _UINT8, CLASS),
        ("scl", _UINT8, CLASS),
        ("landcover", _UINT8, CLASS),
        ("land_cover", _UINT8, CLASS),
        ("LandUse", _UINT8, CLASS),
        ("LC_Type1", _UINT8, CLASS),
        ("label", _UINT8, CLASS),
        ("spectral_class", _UINT8, CLASS),
        ("spectral_class", _INT16, CLASS),
        ("spectral_class", {"precision": "INTEGER", "min": 0, "max": 255}, CLASS),
        ("cluster", {"precision": "int"}, CLASS),
        # Dates and counters.
        ("doy", _UINT16, DATE),
        ("doy", _FLOAT, DATE),
        ("BurnDate", _INT16, DATE),
        ("Day_view_time", _UINT8, DATE),
        ("lossyear", _UINT8, DATE),
        ("scene_index", _UINT16, INDEX),
        ("orbit", _UINT16, INDEX),
        ("orbits", _UINT16, MEASURED),
        # Yes and no.
        ("water", _YES_NO, MASK),
        ("cloud_mask", _YES_NO, MASK),
    ],
    ids=str,
)
def test_band_is_judged_by_name_and_type(band: str, data_type: dict[str, Any], expected: Suggestion) -> None:
    """Names and types that are common in the catalogue are recognised, in upper and lower case alike."""
    assert suggest_policy(band, data_type) == expected


@pytest.mark.parametrize(
    ("suggestion", "policy"),
    [(CLASS, "MODE"), (BITMASK, "SAMPLE"), (DATE, "SAMPLE"), (INDEX, "SAMPLE"), (MASK, "MODE"), (MEASURED, "MEAN")],
)
def test_each_kind_has_the_policy_that_keeps_its_values(suggestion: Suggestion, policy: str) -> None:
    """Codes are never averaged, measurements keep the default."""
    assert suggestion.policy == policy


def test_reasons_are_the_form_s_words() -> None:
    """What the table shows beside a band is final copy."""
    assert [kind.reason for kind in (CLASS, BITMASK, DATE, INDEX, MASK, MEASURED)] == [
        "integer class band", "QA bitmask", "acquisition date", "index", "yes/no mask", "measured value",
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["class_values", "class_names", "class_palette", "CLASS_PALETTE"])
def test_class_properties_are_evidence(suffix: str) -> None:
    """An image that lists classes of a band says that the band is a class band."""
    assert suggest_policy("Map", _UINT8, {f"map_{suffix}": [1, 2]}) == CLASS
    assert suggest_policy("Map", _UINT8, {f"other_{suffix}": [1, 2]}) == MEASURED
    assert suggest_policy("Map", _FLOAT, {f"map_{suffix}": [1, 2]}) == MEASURED


def test_nothing_known_is_a_measured_value() -> None:
    """Without a type only the name speaks."""
    assert suggest_policy("B1", None) == MEASURED
    assert suggest_policy("SCL", {}) == CLASS


def _patches(values: list[float], side: int = 8) -> np.ndarray[Any, Any]:
    """Make a map of square patches, 32 x 32 px."""
    cells = np.resize(np.asarray(values), (4, 4))
    return np.repeat(np.repeat(cells, side, axis=0), side, axis=1)


_NOISE = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (_patches([3, 1, 7, 2, 9]), CLASS),
        (_patches([3, 1, 7, 2, 9]).tolist(), CLASS),
        (np.ma.masked_equal(_patches([3, 1, 0, 7, 2]), 0), CLASS),
        (np.where(_patches([3, 1, 7, 2, 9]) == 7, np.nan, _patches([3, 1, 7, 2, 9])), CLASS),
        (_patches([1, 0, 0, 1, 1]), MASK),
        (_patches([0, 1024, 2048, 3072]), BITMASK),
        (np.repeat(np.arange(16), 16), INDEX),
        (np.repeat(np.arange(16), 16)[::-1], INDEX),
        # Measured: every pixel differs, or there are more values than classes.
        (_NOISE.integers(7000, 7040, (32, 32)), MEASURED),
        (_NOISE.integers(0, 255, (32, 32)), MEASURED),
        (np.arange(1024).reshape(32, 32), MEASURED),
        # Nothing to go by: one value, too few values, no whole numbers, none at all.
        (np.full((32, 32), 7), MEASURED),
        (np.array([[1, 2], [1, 2]]), MEASURED),
        (_patches([0.5, 1.5]), MEASURED),
        (np.full((32, 32), np.nan), MEASURED),
        (np.array(5), MEASURED),
        # Negative and enormous numbers are no flags.
        (_patches([-1024, 1024, 5]), CLASS),
        (_patches([2.0**63, 1]), CLASS),
    ],
)
def test_integer_band_without_a_telling_name_is_judged_by_its_values(sample: Any, expected: Suggestion) -> None:  # noqa: ANN401 - any array
    """Few values in patches are classes, few bits are flags, steps are an index; noise is a measurement."""
    assert suggest_policy("b1", _INT16, sample=sample) == expected


@pytest.mark.parametrize(("count", "expected"), [(64, CLASS), (65, MEASURED)])
def test_more_than_64_values_are_no_classes(count: int, expected: Suggestion) -> None:
    """A map of 64 classes is a class band, one value more is a measurement."""
    order = np.random.default_rng(1).permutation(count)
    assert (
        suggest_policy("b1", _INT16, sample=np.repeat(np.repeat(order.reshape(1, -1), 8, axis=0), 8, axis=1))
        == expected
    )


def test_values_do_not_overrule_name_or_type() -> None:
    """A float with few values stays measured, a class stays a class."""
    assert suggest_policy("b1", _FLOAT, sample=_patches([1, 2, 3])) == MEASURED
    assert suggest_policy("SCL", _UINT8, sample=_NOISE.integers(0, 255, (32, 32))) == CLASS


def test_lone_pixels_have_no_neighbours() -> None:
    """A sample in which no two known values are neighbours says nothing."""
    board = np.where(np.indices((16, 16)).sum(axis=0) % 2, np.nan, 3.0)
    board[::4, ::4] = 4
    assert suggest_policy("b1", _UINT8, sample=board) == MEASURED
