"""The form in JupyterLab's sidebar: which kernel it works in, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.sidebar import Sidebar

if TYPE_CHECKING:
    from tests.e2e.harness import JupyterServer, LabPage


def test_from_the_icon_to_a_finished_export(lab: LabPage, jupyter: JupyterServer) -> None:
    """Without any cell: the icon opens the form in the notebook's kernel, and an export runs through it alone."""
    name = jupyter.add_notebook(["1"])
    lab.open(name)
    sidebar = Sidebar(lab.page)
    form = sidebar.open()
    form.expect_connected_to_emulator()
    sidebar.expect_works_in(f"the kernel of {name}")
    form.load_sample()
    form.tool("Use image footprint").click()
    form.expect_ready()
    form.submit()
    form.expect_state("SUCCEEDED")


def test_cell_shows_its_form_in_the_sidebar_and_takes_it_away(lab: LabPage, jupyter: JupyterServer) -> None:
    """`show_in_sidebar` reveals that very form, running the cell again replaces it, `close` removes it."""
    cell = "from ee_export_widget import ExportWidget\nform = ExportWidget(crs='EPSG:32621')\nform.show_in_sidebar()"
    lab.open(jupyter.add_notebook([cell])).run_all()
    sidebar = Sidebar(lab.page)
    expect(sidebar.form.field("CRS")).to_have_value("EPSG:32621")
    lab.run("form.session.edit(crs='EPSG:32622')")
    expect(sidebar.form.field("CRS")).to_have_value("EPSG:32622")
    lab.run_all()
    expect(sidebar.form.field("CRS")).to_have_value("EPSG:32621")
    expect(sidebar.form.root).to_have_count(1)
    lab.run("form.close()")
    expect(sidebar.form.root.get_by_text("The form that was here has been closed.")).to_be_visible()
    sidebar.form.button("New form").click()
    sidebar.form.expect_connected_to_emulator()
