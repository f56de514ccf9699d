"""Buttons of forms that do not have the problem: what a fix would be made of may be missing, or right already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.errors import Problem
from ee_export_widget.session import fixes
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.snapshot import Snapshot
from tests.unit.session.moments import READY, moment

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = {
    "bare": Snapshot(Draft(), ""),
    "complete": READY,
    "files": moment(destination="drive", drive_prefix="x", file_format="GEO_TIFF"),
    "nothing to clean": moment(asset_path="projects/p/assets/§§"),
}
NAME = "assetExportOptions.earthEngineDestination.name"
PROBLEMS = [
    Problem("grid.crsCode", "grid-incomplete", "error", "Wrong."),
    Problem(NAME, "asset-name-project", "error", "Wrong."),
    *(Problem("somewhere", code, "error", "Wrong.") for code in fixes._BY_CODE if code != "format-mismatch"),
    *(Problem(path, "some-code", "error", "Wrong.") for path in fixes._BY_FIELD),
]


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: f"{problem.field}-{problem.code}")
def test_what_is_offered_can_be_done(problem: Problem, form: Snapshot) -> None:
    """Whatever is offered has words, and leaves a form that can be shown; what cannot be made is not offered."""
    for fix in fixes_for(problem, form):
        done: Mapping[str, object] = replace(form, draft=fix.apply(form.draft)).composed.body
        assert fix.label
        assert "description" in done
