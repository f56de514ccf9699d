"""The form in a page of Voila's, which shows a notebook's outputs and has no sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.form import FORM_CELL, ExportForm

if TYPE_CHECKING:
    from tests.e2e.harness import JupyterServer, LabPage


def test_form_of_a_cell_works_in_voila(lab: LabPage, jupyter: JupyterServer) -> None:
    """What is typed reaches the request, an export ends well, and `show_in_sidebar` says what there is instead."""
    lab.open_in_voila(jupyter.add_notebook([FORM_CELL, "form.show_in_sidebar()"]))
    form = ExportForm(lab.page)
    form.fill_in("from_voila")
    expect(lab.page.get_by_text("Voila has no sidebar for the form. It works in a cell")).to_be_visible()
    form.submit()
    form.expect_state("SUCCEEDED")
