"""The switch between a grid in the body and a grid inside the expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session.present.advanced import advanced
from tests.unit.session.service import fill

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession


def test_the_switch_changes_the_request_and_can_be_taken_back(form: ExportSession) -> None:
    """Ticking the box moves the grid into the expression; the summary of the closed step says so."""
    fill(form)
    form.typed("fold_grid", value=True)
    assert form.request is not None
    assert form.request.grid is None
    assert form.request.expression is not None
    assert form.request.expression.result_function == "Image.clipToBoundsAndScale"
    head = advanced(form.snapshot)["head"]
    assert head is not None
    assert head["summary"].endswith("grid in the expression")
    form.undo()
    assert form.request.grid is not None
