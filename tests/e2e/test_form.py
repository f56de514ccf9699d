"""The form in a real notebook: keys instead of a mouse, a cell that runs again, a busy kernel, a page far away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import expect

from tests.e2e.form import FORM_CELL, ExportForm

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.e2e.harness import JupyterServer, LabPage

MODELS = "len(__import__('ipywidgets').widgets.widget._instances)"
SIZE = "[form.request.grid.width, form.request.grid.height]"


def test_region_is_drawn_and_moved_with_keys_alone(lab: LabPage, form: ExportForm) -> None:
    """R, Enter, arrows, Enter draw; arrows on a handle move its edges by one pixel, Shift by ten; Ctrl Z undoes."""
    form.map.locator(".leaflet-container").focus()
    lab.page.keyboard.press("r")
    expect(form.tool("Draw rectangle")).to_have_attribute("aria-pressed", "true")
    lab.page.keyboard.press("Enter")
    for key in ("Shift+ArrowRight", "Shift+ArrowDown"):
        lab.page.keyboard.press(key)
    lab.page.keyboard.press("Enter")
    corner = form.map.get_by_role("button", name="South-east corner", exact=True)
    expect(corner).to_be_visible()
    lab.expect_value("form.request.grid is not None", expected=True)
    width, height = cast("list[int]", lab.value(SIZE))
    assert width > 10
    assert height > 10
    corner.focus()
    lab.page.keyboard.press("Shift+ArrowDown")
    lab.expect_value(SIZE, [width, height + 10])
    lab.page.keyboard.press("Control+z")
    lab.expect_value(SIZE, [width, height])
    lab.page.keyboard.press("ArrowRight")
    lab.expect_value(SIZE, [width + 1, height])
    assert lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length") == 1


def test_running_the_cell_again_replaces_the_form(lab: LabPage, form: ExportForm) -> None:
    """However often a cell runs, the kernel holds one form."""
    lab.run_all()
    form.expect_connected_to_emulator()
    once = lab.value(MODELS)
    for _ in range(3):
        lab.run_all()
    lab.expect_value(MODELS, once)
    expect(lab.page.locator(".eew-root")).to_have_count(1)


def test_restart_leaves_a_form_to_be_read_and_says_how_to_go_on(lab: LabPage, form: ExportForm) -> None:
    """Nothing can be pressed, typed or sent any more, the map stands where it stood, and the next run works again."""
    before = form.map.locator(".leaflet-container").bounding_box()
    lab.restart_kernel()
    said = form.root.get_by_role("status").filter(has_text="The kernel was restarted.")
    expect(said).to_have_text(
        "The kernel was restarted. Run the cell again to reconnect; your exports are not affected."
    )
    expect(form.root.locator(".eew-frame")).to_have_attribute("inert", "")
    after, strip = form.map.locator(".leaflet-container").bounding_box(), said.bounding_box()
    assert before is not None
    assert after is not None
    assert strip is not None
    assert (after["width"], after["height"]) == (before["width"], before["height"])
    assert after["y"] - before["y"] == pytest.approx(strip["height"] + 6, abs=1)
    press_all = "(frame) => { for (const button of frame.querySelectorAll('button')) button.click(); }"
    form.root.locator(".eew-frame").evaluate(press_all)
    lab.expect_no_complaints()
    lab.run_all()
    expect(said).to_have_count(0)
    form.expect_connected_to_emulator()


def test_kernel_that_was_shut_down_leaves_a_form_to_be_read(
    lab: LabPage, form: ExportForm, jupyter: JupyterServer
) -> None:
    """The form in the cell says so when JupyterLab notices; a new kernel and a run of the cell make one that works."""
    jupyter.end_kernel(lab.kernel_id())
    lab.look_at_kernels()
    said = form.root.locator(".eew-lost")
    expect(said).to_contain_text("The kernel is gone. The form below does not answer any more.")
    expect(form.root.locator(".eew-frame")).to_have_attribute("inert", "")
    lab.start_kernel()
    expect(said).to_contain_text("The kernel was restarted. Run the cell again to reconnect")
    lab.complaints.clear()
    lab.run_all()
    expect(said).to_have_count(0)
    form.expect_connected_to_emulator()


def test_cell_offers_its_work_again_after_a_restart(lab: LabPage, form: ExportForm) -> None:
    """What was typed in the form of a cell is offered by the form that the cell makes in the next kernel."""
    form.name_asset("kept_in_its_cell")
    lab.restart_kernel()
    lab.run_all()
    form.button("Bring it back").click()
    expect(form.field("Asset name")).to_have_value("kept_in_its_cell")


def test_operation_is_followed_while_a_cell_is_busy(lab: LabPage, form: ExportForm) -> None:
    """A cell that computes does not hold up the news of an export."""
    form.tool("Use image footprint").click()
    lab.expect_value(
        "form.request is not None and not [p for p in form.problems if p.severity == 'error']", expected=True
    )
    lab.start("import time\nform.session.submit_in_background()\ntime.sleep(600)")
    form.expect_state("RUNNING")
    form.expect_state("SUCCEEDED")
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")


def test_preview_comes_through_the_kernel_where_the_page_reaches_no_tiles(lab: LabPage, jupyter: JupyterServer) -> None:
    """A page that cannot reach the emulator's address shows the scene all the same."""

    def refuse(route: Route) -> None:
        route.abort()

    lab.page.route("**/tiles/**", refuse)
    lab.open(jupyter.add_notebook([FORM_CELL])).run_all()
    form = ExportForm(lab.page)
    form.load_sample()
    picture = form.map.locator("img.leaflet-image-layer")
    expect(picture).to_be_visible()
    assert (picture.get_attribute("src") or "").startswith("data:image/png;base64,")
    lab.complaints.clear()


def test_the_address_of_tiles_stays_out_of_what_notebooks_save(lab: LabPage, jupyter: JupyterServer) -> None:
    """The page draws the service's tiles, and no widget's state names them: they work like a password."""
    lab.open(jupyter.add_notebook([FORM_CELL])).run_all()
    form = ExportForm(lab.page)
    form.load_sample()
    expect(form.map.locator("img.leaflet-tile[src*='/tiles/']").first).to_be_visible()
    states = "[w.get_state() for w in __import__('ipywidgets').widgets.widget._instances.values() if w.comm]"
    lab.expect_value(
        f"'/tiles/' in form.session.snapshot.image.tile_url and '/tiles/' not in str({states})", expected=True
    )


def test_polygon_and_pixels_need_no_mouse(lab: LabPage, form: ExportForm) -> None:
    """P, Enter and arrows draw a polygon, Backspace takes a corner back; zoomed in, L shows pixels and their values.

    Layers are shown and hidden from their menu, bands and stretch of the preview chosen there; Escape closes it.
    """
    keys = lab.page.keyboard
    form.map.locator(".leaflet-container").focus()
    keys.press("p")
    expect(form.tool("Draw polygon")).to_have_attribute("aria-pressed", "true")
    keys.press("Enter")
    for way in ("ArrowRight", "ArrowUp", "ArrowDown"):
        keys.press(f"Shift+{way}")
        keys.press("Enter")
    keys.press("Backspace")
    keys.press("Shift+ArrowLeft")
    keys.press("Enter")
    keys.press("Enter")
    lab.expect_value("type(form.session.draft.region).__name__", "Region")
    lab.expect_value("form.session.snapshot.map_mode", "pan")
    mask = lab.page.get_by_label("Mask pixels outside the region")
    mask.check()
    lab.expect_value("form.request.expression['result']", "clipped")
    mask.uncheck()  # the pixel under the map's centre lies on a corner of the polygon
    lab.expect_value("form.request.expression['result'] == 'clipped'", expected=False)
    form.map.locator(".leaflet-container").focus()
    keys.press("l")
    expect(form.map.get_by_text("to see pixels.")).to_be_visible()
    for _ in range(7):
        form.map.get_by_role("button", name="Zoom in").press("Enter")
    form.map.locator(".leaflet-container").focus()
    card = form.map.get_by_role("status")
    expect(card).to_contain_text("of the export")
    expect(card).to_contain_text("source pixel")
    expect(card).to_contain_text("spectral_class")
    layers = form.map.get_by_role("button", name="Layers", exact=True)
    layers.press("Enter")
    edge = form.map.get_by_label("Source image edge")
    edge.press("Space")
    expect(edge).not_to_be_checked()
    lab.expect_value("sorted(form.session.snapshot.hidden_layers)", ["exports", "source"])
    form.map.get_by_role("button", name="Bands and stretch").press("Enter")
    form.map.get_by_label("Three bands").press("ArrowRight")
    grey = form.map.get_by_role("group", name="Grey", exact=True)
    grey.get_by_label("Grey").select_option("spectral_class")
    expect(grey.get_by_label("from")).to_have_attribute("placeholder", "1")
    for label in ("from", "to"):
        grey.get_by_label(label, exact=True).focus()
        keys.type({"from": "2", "to": "4"}[label])
    keys.press("Delete")  # of what is typed here, not of the region
    keys.press("Enter")
    lab.expect_value(
        "[(c.band, c.low, c.high) for c in form.session.snapshot.channels]", [["spectral_class", "2", "4"]]
    )
    lab.expect_value("form.session.draft.region is None", expected=False)
    keys.press("Escape")
    expect(layers).to_be_focused()
    expect(edge).to_have_count(0)


def test_bounds_are_typed_and_shown_on_the_map(lab: LabPage, form: ExportForm) -> None:
    """The small form takes the focus, Enter applies it, and the focus is back on its link; Escape changes nothing."""
    link = lab.page.get_by_role("button", name="Type bounds").last
    link.click()
    for label, text in (("West", "-54.6"), ("South", "-25.5"), ("East", "-54.5"), ("North", "-25.4")):
        lab.page.get_by_label(label, exact=True).fill(text)
    lab.page.keyboard.press("Enter")
    expect(link).to_be_focused()
    expect(form.map.get_by_role("button", name="North-west corner")).to_be_visible()
    # What will be exported is the one whole line; what was drawn, and other exports, are dashed.
    expect(form.map.locator(".eew-map-footprint")).to_have_css("stroke-dasharray", "none")
    lab.expect_value("form.session.draft.region.bounds", [-54.6, -25.5, -54.5, -25.4])
    link.press("Enter")
    lab.page.get_by_label("West", exact=True).fill("east")
    lab.page.keyboard.press("Escape")
    expect(link).to_be_focused()
    lab.expect_value("form.session.draft.region.bounds", [-54.6, -25.5, -54.5, -25.4])


def test_a_pyramid_is_previewed_and_its_place_picked_with_keys_alone(lab: LabPage, form: ExportForm) -> None:
    """P in a row of the bands opens it, the crosshair picks the window, Space takes a policy, Esc closes it."""
    form.tool("Use image footprint").click()
    form.field("Policy of spectral_class").focus()
    lab.page.keyboard.press("p")
    preview = form.root.get_by_role("region", name="Pyramid preview: spectral_class")
    expect(preview.get_by_role("img", name="MEAN at 480 m")).to_be_visible()
    invented = preview.get_by_role("radio", name="MEAN averages codes")
    expect(invented).to_have_accessible_description(re.compile("invented"))
    before = preview.get_by_role("img", name="Source at 30 m").get_attribute("src")

    preview.get_by_role("radio", name="Pick on map").press("Enter")
    expect(form.map.get_by_role("application")).to_be_focused()
    expect(preview).to_contain_text("Click a place on the map")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Enter"):
        lab.page.keyboard.press(key)
    expect(preview.get_by_role("radio", name="Pick on map")).to_be_checked()
    expect(preview.get_by_role("img", name="Source at 30 m")).not_to_have_attribute("src", before or "")

    mode = preview.get_by_role("radio", name="MODE majority class")
    mode.press("Space")
    expect(mode).to_be_checked()
    lab.expect_value("form.request.asset_export_options.pyramiding_policy_overrides['spectral_class'].value", "MODE")
    mode.press("Escape")
    expect(preview).to_have_count(0)
    expect(form.button("Preview pyramid of spectral_class")).to_be_focused()
