"""The sidebar's panel in pictures: light and dark, from a new sidebar's width to a comfortable one.

    python -m tests.gallery_sidebar FOLDER [STATE ...]

The form is brought into states of `tests.gallery`; what the panel itself says is brought about in the page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.environment import EMULATOR_VARIABLE
from tests.e2e.harness import JupyterServer, LabPage, launch
from tests.e2e.sidebar import Sidebar
from tests.gallery import OPEN, SETTLED, STATES, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Browser

WIDTHS_PX = (250, 320, 360, 420)

IN_SIDEBAR = OPEN.replace("frame.children = [form]", "form.show_in_sidebar()")

FORMS: Mapping[str, str] = {
    "60-sidebar-empty": "02-empty",
    "61-sidebar-ready": "05-ready-to-review",
    "62-sidebar-problems": "07-problems",
    "63-sidebar-running": "12-running",
    "64-sidebar-many-bands": "17-many-bands",
    "65-sidebar-advanced": "18-advanced-open",
    "66-sidebar-preflight": "42-preflight-notes",
}


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


PANELS: Mapping[str, Callable[[LabPage], None]] = {
    "70-sidebar-restarted": _restarted,
    "71-sidebar-gone": _gone,
    "72-sidebar-other-in-front": _other_in_front,
}


def main() -> None:
    """Capture the states that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("states", nargs="*", help="beginnings of the names of states")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = [name for name in (*FORMS, *PANELS) if not options.states or name.startswith(tuple(options.states))]
    with tempfile.TemporaryDirectory() as home, LocalEarthEngine(speed=1.0) as engine:
        environ = {EMULATOR_VARIABLE: engine.url, "XDG_STATE_HOME": home}
        with JupyterServer(Path(home), environ) as server, sync_playwright() as playwright:
            browser = launch(playwright)
            for name in wanted:
                capture(browser, server, name, options.folder)
            browser.close()


def capture(browser: Browser, server: JupyterServer, name: str, folder: Path) -> None:
    """Bring the panel of a fresh notebook into a state and take its eight pictures."""
    context = browser.new_context(viewport={"width": 1400, "height": 2300}, reduced_motion="reduce")
    lab = LabPage(context.new_page(), server)
    base = FORMS.get(name, "05-ready-to-review")
    _bring(lab, server, base, STATES[base])
    if name in PANELS:
        PANELS[name](lab)
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
    main()
