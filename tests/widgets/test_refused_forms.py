"""A form that cannot be made."""

from __future__ import annotations

import gc
from typing import Any

import ipywidgets
import pytest

from ee_export_widget import ExportWidget, InvalidRequestError


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"project": "no project"}, id="project"),
        pytest.param({"project": "demo-project", "base_url": "nowhere"}, id="address"),
        pytest.param({"image": "not/an//id "}, id="image"),
        pytest.param({"region": {"type": "Point", "coordinates": [0, 0]}}, id="region"),
    ],
)
def test_a_form_that_is_refused_leaves_no_widgets_behind(options: dict[str, Any]) -> None:
    """Whoever mistypes a project ten times does not keep ten forms in the kernel."""
    before = {*ipywidgets.widgets.widget._instances}
    with pytest.raises(InvalidRequestError):
        ExportWidget(**options)
    gc.collect()
    assert {*ipywidgets.widgets.widget._instances} <= before
