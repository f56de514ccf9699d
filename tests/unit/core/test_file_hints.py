"""Hints for somebody who has a file before them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ee_export_widget.core.file_hints import for_file
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import Problem
from tests.unit.core.bodies import ASSET, CLOUD, DELETE, changed
from tests.unit.session.service import IMAGE

OF_THE_FORM = re.compile(r"draw|choose|\bpress|suggestion|footprint|coarsen|region", re.IGNORECASE)


@pytest.mark.parametrize(
    "changes",
    [
        {"expression": DELETE, "grid": DELETE, "requestId": DELETE},
        {"grid": DELETE},
        {"grid": {"crsCode": "EPSG:32610"}},
        {"maxPixels": "5"},
        {"requestId": ""},
        {"assetExportOptions": DELETE},
        {"assetExportOptions": {}},
        {"expression": {"result": "1", "values": {"0": {"valueReference": "0"}}}},
    ],
    ids=["empty", "no grid", "part of a grid", "few pixels", "no id", "no destination", "no asset", "circle"],
)  # fmt: skip
@pytest.mark.parametrize("image", [None, ImageInfo.from_description(IMAGE)], ids=["unknown image", "image"])
def test_no_hint_speaks_of_the_form(changes: dict[str, Any], image: ImageInfo | None) -> None:
    """There is nothing to be drawn or pressed in a file."""
    problems = ExportImageRequest.from_json(changed(ASSET, changes)).problems(image)
    assert problems
    assert [hint for hint in (for_file(problem).hint for problem in problems) if OF_THE_FORM.search(hint)] == []


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"fileExportOptions.cloudStorageDestination": DELETE}, "Give driveDestination or cloudStorageDestination."),
        (
            {"fileExportOptions": DELETE},
            (
                "Give assetExportOptions.earthEngineDestination or fileExportOptions.driveDestination or "
                "fileExportOptions.cloudStorageDestination."
            ),
        ),
    ],
    ids=["files", "nothing"],
)
def test_a_destination_is_asked_for_by_its_member(changes: dict[str, Any], hint: str) -> None:
    """The names are those of the body."""
    problems = ExportImageRequest.from_json(changed(CLOUD, changes)).problems()
    found = [for_file(problem).hint for problem in problems if problem.code == "destination-missing"]
    assert found == [hint]


def test_other_hints_stay() -> None:
    """Most say already what to write."""
    problem = Problem("priority", "out-of-range", "error", "Must be a whole number.", "Use 9999 or the default 100.")
    assert for_file(problem) == problem
