"""Thousands of bands are no reason to wait."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.session.snapshot import ImageState
from tests.unit.session.moments import INFO

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

MANY = 20_000


def test_all_suggestions_are_used_at_once(form: ExportSession) -> None:
    """The work grows with the number of bands, not with its square."""
    classes = INFO.bands[-1]
    many = replace(INFO, bands=tuple(replace(classes, id=f"class_{number}") for number in range(MANY)))
    form.update(image=ImageState("ready", many, suggestions=many.suggestions))
    begin = time.process_time()
    form.perform("use_suggestions", {})
    assert len(form.draft.overrides) == MANY
    assert time.process_time() - begin < 2
