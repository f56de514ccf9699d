"""The sidebar's panel in pictures: light and dark, from a new sidebar's width to a comfortable one.

    python -m tests.gallery_sidebar FOLDER [STATE ...]

The form is brought into states of `tests.gallery`; what the panel itself says is brought about in the page.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.e2e.harness import JupyterServer, LabPage
from tests.e2e.sidebar import (
    ANOTHER_LANGUAGE,
    WITHOUT_THE_PACKAGE,
    Sidebar,
    age_widgets,
    refuse_kernels,
    take_widgets_away,
)
from tests.gallery import OPEN, SETTLED, STATES, State, main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser

    from ee_export_widget.emulator import LocalEarthEngine

WIDTHS_PX = (250, 320, 360, 420)

IN_SIDEBAR = OPEN.replace("frame.children = [form]", "form.show_in_sidebar()")

FORMS: Mapping[str, str] = {
    "60-sidebar-empty": "02-empty",
    "61-sidebar-image": "03-sample",
    "61-sidebar-drawn": "05-ready-to-review",
    "61-sidebar-ready": "06-ready",
    "62-sidebar-problems": "07-problems",
    "63-sidebar-confirm": "11-confirm",
    "63-sidebar-running": "12-running",
    "63-sidebar-done": "14-succeeded",
    "64-sidebar-many-bands": "17-many-bands",
    "65-sidebar-advanced": "18-advanced-open",
    "66-sidebar-preflight": "42-preflight-notes",
    "67-sidebar-long-names": "05-ready-to-review",
}

LONG_NAMES = """
form.session.edit(
    asset_path="reflectance_of_the_whole_basin/surface_reflectance_of_the_whole_basin_2024_06_to_2024_09")
info = s().image.info
bands = tuple(dataclasses.replace(band, id=f"{band.id}_surface_reflectance_of_the_whole_basin") for band in info.bands)
long = dataclasses.replace(info, bands=bands)
form.session.update(image=dataclasses.replace(s().image, info=long, suggestions=long.suggestions))
form.flush()
"""


def _restarted(lab: LabPage) -> None:
    lab.run("form.session.edit(asset_path='kept')")
    lab.restart_kernel()
    Sidebar(lab.page).expect_says("The kernel was restarted.")


def _gone(lab: LabPage) -> None:
    lab.server.end_kernel(lab.kernel_id())
    Sidebar(lab.page).expect_says("The kernel is gone.")


def _other_in_front(lab: LabPage) -> None:
    lab.open_also(lab.server.add_notebook(["1"]))
    Sidebar(lab.page).expect_says("is in front.")


def _package_missing(lab: LabPage) -> None:
    lab.open(lab.server.add_notebook([WITHOUT_THE_PACKAGE])).run_all()
    Sidebar(lab.page).open()
    Sidebar(lab.page).expect_says("ee-export-widget is not installed where")


def _other_language(lab: LabPage) -> None:
    lab.server.add_kernel("rlang", ANOTHER_LANGUAGE)
    lab.open(lab.server.add_notebook(["1"], kernel="rlang"))
    Sidebar(lab.page).open()
    Sidebar(lab.page).expect_says("speaks R.")


def _no_kernel(lab: LabPage) -> None:
    refuse_kernels(lab.page)
    lab.open_empty("no-kernel")
    Sidebar(lab.page).open()
    Sidebar(lab.page).expect_says("No memory left")


def _no_widgets(lab: LabPage) -> None:
    take_widgets_away(lab.page)
    lab.open(lab.server.add_notebook(["1"]))
    Sidebar(lab.page).open()
    Sidebar(lab.page).expect_says("Jupyter's widgets are missing here.")


def _old_widgets(lab: LabPage) -> None:
    age_widgets(lab.page)
    lab.open(lab.server.add_notebook(["1"]))
    Sidebar(lab.page).open()
    Sidebar(lab.page).expect_says("Jupyter's widgets are too old here.")


AFTERWARDS: Mapping[str, Callable[[LabPage], None]] = {
    "70-sidebar-restarted": _restarted,
    "71-sidebar-gone": _gone,
    "72-sidebar-other-in-front": _other_in_front,
}
"""What becomes of a panel with a form in it."""

WITHOUT_A_FORM: Mapping[str, Callable[[LabPage], None]] = {
    "73-sidebar-package-missing": _package_missing,
    "74-sidebar-other-language": _other_language,
    "75-sidebar-no-kernel": _no_kernel,
    "76-sidebar-no-widgets": _no_widgets,
    "77-sidebar-old-widgets": _old_widgets,
}
"""What a panel says that cannot show one."""


def capture(browser: Browser, server: JupyterServer, _: LocalEarthEngine, name: str, folder: Path) -> None:
    """Bring the panel of a fresh notebook into a state and take its eight pictures."""
    context = browser.new_context(viewport={"width": 1400, "height": 2300}, reduced_motion="reduce")
    lab = LabPage(context.new_page(), server)
    base = FORMS.get(name, "05-ready-to-review")
    if name in WITHOUT_A_FORM:
        WITHOUT_A_FORM[name](lab)
    else:
        _bring(lab, server, base, STATES[base])
    if name in AFTERWARDS:
        AFTERWARDS[name](lab)
    if "long-names" in name:
        lab.run(LONG_NAMES)
    sidebar = Sidebar(lab.page)
    if base == "18-advanced-open":
        sidebar.form.root.locator(".eew-a-adv").get_by_role("button", name="Advanced").click()
    for theme in ("light", "dark"):
        lab.use_theme(theme)
        for width in WIDTHS_PX:
            sidebar.resize(width)
            sidebar.panel.screenshot(path=folder / f"{name}-{theme}-{width}.png", animations="disabled")
    for complaint in {complaint.partition("\n")[0] for complaint in lab.complaints}:
        sys.stderr.write(f"{name}: {complaint}\n")
    sys.stdout.write(f"{name}\n")
    lab.close()


def _bring(lab: LabPage, server: JupyterServer, name: str, state: State) -> None:
    lab.open(server.add_notebook([IN_SIDEBAR])).run_all()
    lab.run(state.steps)
    lab.expect_value(f"bool({state.there})", expected=True)
    if state.then:
        lab.run(state.then)
    if name in SETTLED:
        lab.expect_value(f"bool({SETTLED[name]})", expected=True)
    lab.run("form.flush()")


if __name__ == "__main__":
    main(str(__doc__), (*FORMS, *AFTERWARDS, *WITHOUT_A_FORM), capture)
