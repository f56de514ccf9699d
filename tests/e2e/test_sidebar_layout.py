"""The panel at the widths that a sidebar has, and how long it takes to come."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.form import FORM_CELL, ExportForm
from tests.e2e.sidebar import FILLED_PANEL, Sidebar

if TYPE_CHECKING:
    from tests.e2e.harness import JupyterServer, LabPage

WIDTHS_PX = (250, 320, 360, 420)

# Elements that reach beyond the panel's edges, those left out that scroll in a box of their own.
_BEYOND = """(panel) => {
  const edge = panel.getBoundingClientRect();
  const scrolls = (node) => node !== panel && node &&
    (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...panel.querySelectorAll("*")]
    .filter((node) => node.getClientRects().length > 0 && !scrolls(node.parentElement) && !node.closest(".eew-unseen"))
    .filter((node) => {
      const { left, right } = node.getBoundingClientRect();
      return left < edge.left - 1 || right > edge.right + 1;
    })
    .map((node) => node.className?.baseVal ?? node.className);
}"""

_START_A_KERNEL = """async () => {
  const { kernels } = window.jupyterapp.serviceManager;
  const begun = performance.now();
  const kernel = await kernels.startNew({ name: "python3" });
  await kernel.info;
  const taken = performance.now() - begun;
  await kernel.shutdown();
  return taken / 1000;
}"""


@pytest.fixture
def sidebar(lab: LabPage, jupyter: JupyterServer) -> Sidebar:
    """Open the panel with the sample in it."""
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    sidebar.open().fill_in("in_the_panel")
    return sidebar


def test_nothing_is_cut_off_at_any_width_and_the_action_bar_stays_in_sight(lab: LabPage, sidebar: Sidebar) -> None:
    """From 250 px on, in both themes, all fits the panel, the map fills its box, and Submit is at its foot."""
    for theme in ("light", "dark"):
        lab.use_theme(theme)
        for width in WIDTHS_PX:
            sidebar.resize(width)
            assert sidebar.panel.evaluate(_BEYOND) == [], f"{theme}, {width} px"
            assert sidebar.panel.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
            lab.page.wait_for_function(FILLED_PANEL)
            for depth in (0, 400, 1):
                sidebar.panel.evaluate("(panel, depth) => panel.scrollTo(0, depth)", depth)
                expect(sidebar.form.root.locator(".eew-submit")).to_be_in_viewport()


def test_map_fills_its_box_after_the_panel_was_hidden_and_moved(lab: LabPage, sidebar: Sidebar) -> None:
    """Neither hiding the panel while it is resized nor moving it to the other side leaves a grey map."""
    lab.page.wait_for_function(FILLED_PANEL)
    sidebar.icon.click()
    expect(sidebar.panel).to_be_hidden()
    lab.page.set_viewport_size({"width": 1200, "height": 800})
    sidebar.icon.click()
    lab.page.wait_for_function(FILLED_PANEL)
    sidebar.resize(420)
    lab.page.wait_for_function(FILLED_PANEL)
    lab.run("from ee_export_widget.widgets.sidebar import slot, show\nshow(slot().form, 'left')")
    sidebar.expect_at("left")
    lab.page.wait_for_function(FILLED_PANEL)


def test_panel_comes_about_as_quickly_as_a_kernel_and_a_form_in_a_cell(lab: LabPage, jupyter: JupyterServer) -> None:
    """From the icon to a usable form: at most 1.5 x a bare kernel's start and the same form in a cell."""
    lab.open_empty("clock")
    before = jupyter.sessions()
    bare = float(lab.page.evaluate(_START_A_KERNEL))
    sidebar = Sidebar(lab.page)
    begun = time.monotonic()
    sidebar.open().expect_connected_to_emulator()
    panel = time.monotonic() - begun
    lab.open_also(jupyter.add_notebook([FORM_CELL]))
    begun = time.monotonic()
    lab.run_all()
    ExportForm(lab.page, ".jp-Notebook .eew-root").expect_connected_to_emulator()
    cell = time.monotonic() - begun
    sys.stdout.write(f"panel {panel:.2f} s, kernel {bare:.2f} s, form in a cell {cell:.2f} s\n")
    for session in jupyter.sessions() - before:
        jupyter.end_session(session)
    assert panel <= 1.5 * (bare + cell)


LOADED = "'ee_export_widget.widgets.assembly' in __import__('sys').modules"


def test_other_notebook_comes_in_less_than_two_seconds(lab: LabPage, jupyter: JupyterServer) -> None:
    """Going to another notebook's kernel takes less than two seconds until its form can be used.

    A kernel that has just been started for a form that nobody has touched has to load the package first: there a slow
    machine may take as long as for the same form in a cell.
    """
    first, second, third = (jupyter.add_notebook([FORM_CELL]) for _ in range(3))
    lab.open(first)
    begun = time.monotonic()
    lab.run_all()
    ExportForm(lab.page, ".jp-Notebook .eew-root").expect_connected_to_emulator()
    cell = time.monotonic() - begun
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    lab.open_also(second)
    cold = sidebar.until_usable(f"the kernel of {second}")
    lab.bring_to_front(first)
    again = sidebar.until_usable(f"the kernel of {first}")
    sidebar.form.name_asset("mine")
    lab.open_also(third)
    sidebar.expect_says(f"{third} is in front.")
    lab.expect_value(LOADED, expected=True)
    sidebar.press(f"Go to {third}")
    asked = sidebar.until_usable(f"the kernel of {third}")
    sys.stdout.write(f"cold {cold:.2f} s, again {again:.2f} s, asked {asked:.2f} s, form in a cell {cell:.2f} s\n")
    assert max(again, asked) < 2.0
    assert cold < max(2.0, 1.5 * cell)


def test_notebooks_that_are_open_load_the_form_ahead(lab: LabPage, jupyter: JupyterServer) -> None:
    """While the panel shows a form, kernels of other notebooks load theirs once they are idle: going there is quick."""
    busy, idle, first = (jupyter.add_notebook(["1"]) for _ in range(3))
    lab.open(busy)
    assert lab.value(LOADED) is False
    kernel = lab.kernel_id()
    lab.start("import time\ntime.sleep(600)")
    lab.open_also(idle)
    lab.open_also(first)
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    lab.expect_value(LOADED, expected=True, notebook=idle)
    jupyter.interrupt_kernel(kernel)
    lab.expect_value(LOADED, expected=True, notebook=busy)
    lab.bring_to_front(idle)
    ahead = sidebar.until_usable(f"the kernel of {idle}")
    sys.stdout.write(f"ahead {ahead:.2f} s\n")
    assert ahead < 2.0
