"""How the picture on the map is stretched."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session import pictures

INFO = ImageInfo.from_description({"type": "Image", "bands": [{"id": "height", "data_type": {"precision": "float"}}]})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([np.nan, 10.0, np.inf, 20.0, -np.inf], {"min": 10.2, "max": 19.8}, id="some"),
        pytest.param([np.nan, np.nan], {"min": 0, "max": 255}, id="none"),
        pytest.param([7, 7], {"min": 7.0, "max": 8.0}, id="equal"),
        pytest.param([], {"min": 0, "max": 255}, id="empty"),
    ],
)
def test_what_is_no_number_does_not_stretch_a_picture(values: list[float], expected: dict[str, float]) -> None:
    """NaN has no place in JSON: the picture would fail for a few pixels without a value."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pictures.stretch(INFO, {"height": np.array(values)})
    assert found == {"ranges": [pytest.approx(expected)]}
