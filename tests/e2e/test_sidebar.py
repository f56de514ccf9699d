"""The form in JupyterLab's sidebar: which kernel it works in, and what becomes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import expect

from ee_export_widget.environment import EMULATOR_VARIABLE
from tests.e2e.harness import OTHER_WINDOWS_COMM, JupyterServer, LabPage
from tests.e2e.sidebar import (
    ANOTHER_LANGUAGE,
    FILLED_PANEL,
    WITHOUT_THE_PACKAGE,
    Sidebar,
    age_widgets,
    refuse_kernels,
    take_widgets_away,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

    from ee_export_widget.emulator import LocalEarthEngine

KEPT = """any("kept_over_a_restart" in path.read_text() for path in __import__("pathlib").Path(
    __import__("ee_export_widget.widgets.cells", fromlist=["cells"]).state_folder()).glob("drafts/*.json"))"""

# The form of the notebook in front is drawn when it is let go of, and not before.
HOLD_THE_DRAWING = """() => {
  const { rendermime } = window.jupyterapp.shell.currentWidget.content;
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = (...args) => {
    const renderer = create(...args);
    const free = new Promise((resolve) => { window.letGoForTest = resolve; });
    renderer.renderModel = () => { window.heldForTest = true; return free; };
    return renderer;
  };
}"""
LET_GO_OF_THE_DRAWING = """async () => {
  window.letGoForTest();
  await new Promise((resolve) => setTimeout(resolve));
  return document.querySelector("#ee-export-widget .eew-side-note").textContent;
}"""
INITIALISE = """
import os
import ee
from google.oauth2.credentials import Credentials
SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"
ee.Initialize(Credentials("none"), project="local-demo", url=os.environ["EE_EXPORT_WIDGET_EMULATOR"])
"""


def test_from_the_icon_to_a_finished_export(lab: LabPage, jupyter: JupyterServer) -> None:
    """Without any cell: the icon opens the form in the notebook's kernel, and an export runs through it alone."""
    name = jupyter.add_notebook(["1"])
    lab.open(name)
    sidebar = Sidebar(lab.page)
    form = sidebar.open()
    form.expect_connected_to_emulator()
    sidebar.expect_works_in(f"the kernel of {name}")
    form.fill_in("from_the_panel")
    form.submit()
    # The operations are far below: what becomes of the export is said where the person has pressed.
    said = form.root.locator(".eew-readiness")
    expect(said).to_contain_text(re.compile("Queued|Running|Succeeded"))
    expect(said).to_be_in_viewport()
    said.get_by_role("button", name="Operations", exact=True).click()
    expect(form.root.locator(".eew-operation").first).to_be_in_viewport()
    form.expect_state("SUCCEEDED")
    expect(said).to_contain_text("Succeeded.")


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


def test_page_without_a_notebook_gets_one_kernel_however_often_it_is_loaded(
    lab: LabPage, jupyter: JupyterServer
) -> None:
    """The panel starts a kernel of its own, and after ten reloads it is still that one, with the draft in it."""
    before = jupyter.sessions()
    lab.open_empty("own-kernel")
    sidebar = Sidebar(lab.page)
    lab.page.locator(".jp-LauncherCard").filter(has_text="Image export").click()
    form = sidebar.form
    form.expect_connected_to_emulator()
    sidebar.expect_works_in("a kernel of its own")
    form.name_asset("mine")
    (kernel,) = jupyter.sessions() - before
    for _ in range(10):
        lab.reload()
        expect(form.field("Asset name")).to_have_value("mine")
    assert jupyter.sessions() - before == {kernel}
    jupyter.end_session(kernel)


def test_notebook_finds_its_form_again_after_a_reload(lab: LabPage, jupyter: JupyterServer) -> None:
    """What was typed is there after the page was loaded again: the panel shows the same form of the same kernel."""
    name = jupyter.add_notebook(["1"])
    lab.open(name)
    sidebar = Sidebar(lab.page)
    sidebar.open().name_asset("mine")
    lab.reload()
    expect(sidebar.form.field("Asset name")).to_have_value("mine")
    sidebar.expect_works_in(f"the kernel of {name}")


def test_panel_follows_the_notebook_in_front(lab: LabPage, jupyter: JupyterServer) -> None:
    """At once while its form is untouched; with work in it, it asks, and each kernel keeps its own form."""
    first, second = jupyter.add_notebook(["1"]), jupyter.add_notebook(["2"])
    lab.open(first)
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    lab.open_also(second)
    sidebar.expect_works_in(f"the kernel of {second}")
    sidebar.form.name_asset("mine")
    lab.bring_to_front(first)
    sidebar.expect_says(f"{first} is in front.")
    sidebar.press(f"Stay in {second}")
    sidebar.expect_works_in(f"the kernel of {second}")
    lab.bring_to_front(second)
    lab.bring_to_front(first)
    sidebar.expect_says(f"{first} is in front.")
    lab.bring_to_front(second)
    sidebar.expect_says_nothing()
    lab.bring_to_front(first)
    sidebar.press(f"Go to {first}")
    sidebar.expect_works_in(f"the kernel of {first}")
    expect(sidebar.form.field("Asset name")).to_have_value("my_export")
    lab.bring_to_front(second)
    expect(sidebar.form.field("Asset name")).to_have_value("mine")


def test_restart_is_said_and_the_draft_offered_again(lab: LabPage, jupyter: JupyterServer) -> None:
    """After a restart of its kernel the panel says so, and brings back what was typed when it is asked to."""
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    form = sidebar.open()
    form.load_sample()
    form.name_asset("kept_over_a_restart")
    lab.expect_value(KEPT, expected=True)
    lab.restart_kernel()
    sidebar.expect_says("The kernel was restarted.")
    form.button("Bring it back").click()
    expect(form.field("Asset name")).to_have_value("kept_over_a_restart")
    expect(form.root.locator(".eew-bands").get_by_text("spectral_class", exact=True)).to_be_visible()


def test_form_of_a_cell_that_comes_after_a_restart_stands_without_word_of_it(
    lab: LabPage, jupyter: JupyterServer
) -> None:
    """What is said of a restart goes when a cell puts its form into the panel."""
    cell = "from ee_export_widget import ExportWidget\nExportWidget(crs='EPSG:32621').show_in_sidebar()"
    lab.open(jupyter.add_notebook([cell]))
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    lab.restart_kernel()
    sidebar.expect_says("The kernel was restarted.")
    lab.run_all()
    expect(sidebar.form.field("CRS")).to_have_value("EPSG:32621")
    sidebar.expect_says_nothing()


def test_kernel_that_was_killed_comes_back_with_the_draft(lab: LabPage, jupyter: JupyterServer) -> None:
    """A kernel that the system ends without a word is restarted by Jupyter; the panel says so and offers the draft."""
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    form = sidebar.open()
    form.field("Asset name").fill("kept_over_a_kill")
    lab.expect_value(KEPT.replace("restart", "kill"), expected=True)  # the other test leaves a file of its own
    lab.start("import os\nos.kill(os.getpid(), 9)")
    sidebar.expect_says("The kernel was restarted.")
    lab.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    form.button("Bring it back").click()
    expect(form.field("Asset name")).to_have_value("kept_over_a_kill")


def test_answer_of_a_notebook_that_was_left_is_no_news_any_more(lab: LabPage, jupyter: JupyterServer) -> None:
    """A form that is drawn late takes away nothing that is said of the notebook where the person has gone meanwhile."""
    first, second = jupyter.add_notebook(["1"]), jupyter.add_notebook(["2"])
    lab.open(first)
    lab.open_also(second)
    lab.start("import time\ntime.sleep(8)")
    lab.bring_to_front(first)
    lab.page.evaluate(HOLD_THE_DRAWING)
    sidebar = Sidebar(lab.page)
    sidebar.open()
    lab.page.wait_for_function("() => window.heldForTest")
    lab.bring_to_front(second)
    sidebar.expect_says("is busy.")
    assert "is busy." in lab.page.evaluate(LET_GO_OF_THE_DRAWING)
    sidebar.form.expect_connected_to_emulator()
    sidebar.expect_works_in(f"the kernel of {second}")


def test_panel_that_is_switched_to_the_other_side_lives_on_and_stays_there(
    emulator: LocalEarthEngine, browser: Browser, tmp_path: Path
) -> None:
    """JupyterLab's own way to move a panel: form, draft and map come along, and no cell moves it away.

    JupyterLab keeps the side for every later page, so this is a server of its own.
    """
    cell = "from ee_export_widget import ExportWidget\nform = ExportWidget()\nform.show_in_sidebar('left')"
    with (
        JupyterServer(tmp_path, {EMULATOR_VARIABLE: emulator.url}) as server,
        LabPage.in_window(browser, server) as lab,
    ):
        lab.open(server.add_notebook([cell]))
        sidebar = Sidebar(lab.page)
        sidebar.open().name_asset("moved")
        sides: Mapping[Literal["left", "right"], str] = {"left": "at_the_left", "right": "at_the_right"}
        for side, asset in sides.items():
            sidebar.switch_side()
            sidebar.expect_at(side)
            expect(sidebar.form.root).to_have_count(1)
            lab.page.wait_for_function(FILLED_PANEL)
            sidebar.form.name_asset(asset)
        sidebar.icon.click()
        lab.reload()
        lab.wait_until_ready()
        lab.run_all()
        expect(sidebar.form.field("Asset name")).to_have_value("my_export")
        sidebar.expect_at("right")


def test_kernel_that_is_gone_is_marked(lab: LabPage, jupyter: JupyterServer) -> None:
    """A kernel that was shut down elsewhere shows within 15 seconds, and a new one can be started from there."""
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    jupyter.end_kernel(lab.kernel_id())
    expect(sidebar.panel.locator(".eew-side-note")).to_contain_text("The kernel is gone.", timeout=15_000)
    expect(sidebar.panel.locator(".eew-side-stale")).to_have_count(1)
    sidebar.press("Start a kernel")
    sidebar.form.expect_connected_to_emulator()
    expect(sidebar.panel.locator(".eew-side-stale")).to_have_count(0)


def test_image_of_the_notebook_is_offered(lab: LabPage, jupyter: JupyterServer) -> None:
    """An image that a cell has made can be chosen by its name, and the initialised client of the notebook is used."""
    lab.open(jupyter.add_notebook([INITIALISE, "ndvi = ee.Image(SAMPLE).normalizedDifference(['B4', 'B3'])"]))
    sidebar = Sidebar(lab.page)
    form = sidebar.open()
    form.expect_connected_to_emulator()
    lab.run_all()
    field = form.field("Asset ID or variable")
    field.press("ArrowDown")
    form.root.get_by_role("option", name="ndvi").click()
    expect(form.root.locator(".eew-bands").get_by_text("nd", exact=True)).to_be_visible()
    expect(field).to_have_value("ndvi")


def test_notebook_7_has_the_panel_at_its_right(lab: LabPage, jupyter: JupyterServer) -> None:
    """The menu opens it, an export runs through it, a cell shows its form there, and a reload finds it again."""
    cell = "from ee_export_widget import ExportWidget\nform = ExportWidget(crs='EPSG:32621')\nform.show_in_sidebar()"
    lab.open_in_notebook_7(jupyter.add_notebook([cell]))
    sidebar = Sidebar(lab.page)
    lab.page.get_by_role("menuitem", name="View", exact=True).click()
    lab.page.get_by_role("menuitem", name="Image export", exact=True).click()
    form = sidebar.form
    form.expect_connected_to_emulator()
    form.load_sample()
    form.tool("Use image footprint").click()
    form.field("Asset name").fill("from_notebook_7")
    form.expect_in_request('"projects/local-demo/assets/from_notebook_7"')
    form.expect_ready()
    form.submit()
    form.expect_state("SUCCEEDED")
    lab.page.reload()
    lab.wait_until_ready()
    expect(form.field("Asset name")).to_have_value("from_notebook_7")
    lab.run_all()
    expect(form.field("CRS")).to_have_value("EPSG:32621")


def test_kernel_without_the_package_says_what_to_install(lab: LabPage, jupyter: JupyterServer) -> None:
    """Where the notebook's environment lacks the package, the panel gives the command that installs it."""
    lab.open(jupyter.add_notebook([WITHOUT_THE_PACKAGE])).run_all()
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says("ee-export-widget is not installed where")
    sidebar.expect_says("%pip install ee-export-widget")
    lab.run("import sys; sys.meta_path.pop(0)")
    sidebar.press("Try again")
    sidebar.form.expect_connected_to_emulator()


def test_kernel_of_another_language_is_left_alone(lab: LabPage, jupyter: JupyterServer) -> None:
    """The panel says which language the notebook speaks, and works in a kernel of its own when it is asked to."""
    jupyter.add_kernel("rlang", ANOTHER_LANGUAGE)
    lab.open(jupyter.add_notebook(["1"], kernel="rlang"))
    before = jupyter.sessions()
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says("speaks R.")
    sidebar.press("Use a kernel of its own")
    sidebar.form.expect_connected_to_emulator()
    sidebar.expect_works_in("a kernel of its own")
    for session in jupyter.sessions() - before:
        jupyter.end_session(session)


def test_kernel_that_cannot_start_is_said_with_the_reason(lab: LabPage) -> None:
    """The server's own words stand in the panel, and trying again works once it can."""
    relent = refuse_kernels(lab.page)
    lab.open_empty("no-kernel")
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says("No kernel could be started.")
    sidebar.expect_says("No memory left")
    lab.complaints.clear()
    relent()
    sidebar.press("Try again")
    sidebar.form.expect_connected_to_emulator()
    for session in lab.server.sessions():
        lab.server.end_session(session)


def test_page_without_widgets_says_what_to_install(lab: LabPage, jupyter: JupyterServer) -> None:
    """Where JupyterLab lacks the widget manager, the panel gives the command that brings it."""
    take_widgets_away(lab.page)
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says('pip install --upgrade "jupyterlab-widgets>=3"')
    lab.complaints.clear()


def test_page_with_the_widgets_of_ipywidgets_7_says_what_to_upgrade(lab: LabPage, jupyter: JupyterServer) -> None:
    """A widget manager is there, but of a major version that cannot draw the form: that is said, and the command."""
    age_widgets(lab.page)
    lab.open(jupyter.add_notebook(["1"]))
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says("Jupyter's widgets are too old here.")
    sidebar.expect_says("ipywidgets 7")
    sidebar.expect_says('pip install --upgrade "jupyterlab-widgets>=3"')
    lab.complaints.clear()


def test_two_windows_show_one_form_and_reveal_it_only_where_the_cell_ran(
    lab: LabPage, jupyter: JupyterServer, browser: Browser
) -> None:
    """Both windows follow the same form of one kernel; a cell run in one does not open the panel of the other."""
    cell = "from ee_export_widget import ExportWidget\nform = ExportWidget()\nform.show_in_sidebar()"
    name = jupyter.add_notebook([cell])
    lab.open(name)
    with LabPage.in_window(browser, jupyter) as other:
        for window in (lab, other):
            window.known += (OTHER_WINDOWS_COMM,)
        other.open(name, workspace="other-window")
        lab.run_all()
        here, there = Sidebar(lab.page), Sidebar(other.page)
        here.form.expect_connected_to_emulator()
        expect(there.panel).to_be_hidden()
        there.open().expect_connected_to_emulator()
        there.form.field("Asset name").fill("typed_there")
        expect(here.form.field("Asset name")).to_have_value("typed_there")
        other.page.goto("about:blank")  # and leaves the kernel that both have


def test_page_without_the_extension_says_where_the_form_can_be_shown(lab: LabPage, jupyter: JupyterServer) -> None:
    """Where the page has no sidebar for the form, its cell says so instead of claiming that it is there."""
    lab.page.route("**/ee-export-widget/static/remoteEntry*", lambda route: route.abort())
    cell = "from ee_export_widget import ExportWidget\nform = ExportWidget()\nform.show_in_sidebar()"
    lab.open(jupyter.add_notebook([cell])).run_all()
    expect(lab.page.locator(".jp-OutputArea")).to_contain_text("There is no sidebar for the form here")
    lab.complaints.clear()


def test_busy_kernel_is_said_and_waited_for(lab: LabPage, jupyter: JupyterServer) -> None:
    """While a cell runs the panel says what it waits for, and the form comes when the cell has ended."""
    lab.open(jupyter.add_notebook(["1"]))
    lab.start("import time\ntime.sleep(6)")
    sidebar = Sidebar(lab.page)
    sidebar.open()
    sidebar.expect_says("is busy. The form comes when its cell has ended.")
    sidebar.form.expect_connected_to_emulator()


def test_closed_notebook_leaves_the_panel_with_the_next_one_in_front(lab: LabPage, jupyter: JupyterServer) -> None:
    """The panel goes on in the notebook that comes to the front; without one it offers a kernel of its own."""
    first, second = jupyter.add_notebook(["1"]), jupyter.add_notebook(["2"])
    lab.open(first)
    lab.open_also(second)
    sidebar = Sidebar(lab.page)
    sidebar.open().expect_connected_to_emulator()
    sidebar.expect_works_in(f"the kernel of {second}")
    lab.close_notebook()
    sidebar.expect_works_in(f"the kernel of {first}")
    sidebar.form.expect_connected_to_emulator()
    lab.close_notebook()
    sidebar.expect_says(f"{first} was closed.")
    for session in jupyter.sessions():
        jupyter.end_session(session)
