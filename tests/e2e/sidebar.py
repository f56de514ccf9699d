"""The sidebar panel as a person meets it: a page object that waits by itself."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import expect

from tests.e2e.form import ExportForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route


# A cell that makes its kernel one in whose environment the package is missing.
WITHOUT_THE_PACKAGE = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "ee_export_widget":
            raise ModuleNotFoundError("No module named 'ee_export_widget'", name="ee_export_widget")
sys.meta_path.insert(0, Missing())
"""

# What a kernel begins with that speaks another language.
ANOTHER_LANGUAGE = """
from ipykernel.ipkernel import IPythonKernel
IPythonKernel.language_info = {"name": "R", "mimetype": "text/x-r", "file_extension": ".r", "version": "4"}
"""

_VERSION_OF_8, _VERSION_OF_7 = 'JUPYTER_WIDGETS_VERSION:()=>"2.0.0"', 'JUPYTER_WIDGETS_VERSION:()=>"1.2.0"'
_SESSIONS = "**/api/sessions*"

# The map fills its box, and what is drawn over it has the same size.
FILLED_PANEL = """() => {
  const panel = document.getElementById("ee-export-widget");
  const [box, map, shapes] = [".eew-map", ".eew-map .leaflet-container", ".eew-map svg.eew-map-shapes"]
    .map((name) => panel.querySelector(name)?.getBoundingClientRect());
  return Boolean(map && shapes) && Math.abs(box.width - map.width) < 8 && Math.abs(map.width - shapes.width) < 2
    && map.height > 100 && map.right <= panel.getBoundingClientRect().right;
}"""

# The form of this kernel is there and knows where it works.
USABLE = """(place) => {
  const panel = document.getElementById("ee-export-widget");
  return panel.querySelector(".eew-side-bar")?.textContent === place
    && panel.querySelector(".eew-root")?.textContent.includes("Local emulator, no account needed");
}"""


def refuse_kernels(page: Page) -> Callable[[], None]:
    """Let the server refuse to start any kernel for this page; what comes back ends that."""

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=500, content_type="application/json", body=json.dumps({"message": "No memory left"}))
        else:
            route.continue_()

    page.route(_SESSIONS, refuse)
    return lambda: page.unroute(_SESSIONS)


def take_widgets_away(page: Page) -> None:
    """Make this page one of a JupyterLab without the manager of widgets."""
    page.route("**/@jupyter-widgets/jupyterlab-manager/static/remoteEntry*", lambda route: route.abort())


def age_widgets(page: Page) -> None:
    """Make the manager of widgets in this page say that it is the one of ipywidgets 7."""

    def age(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(_VERSION_OF_8, _VERSION_OF_7))

    page.route("**/@jupyter-widgets/jupyterlab-manager/static/*.js*", age)


@dataclass(frozen=True)
class SidebarForm(ExportForm):
    """The form in the sidebar's panel."""

    @property
    def root(self) -> Locator:
        """The whole form."""
        return self.panel.locator(".eew-root")

    @property
    def panel(self) -> Locator:
        """The panel around it."""
        return self.page.locator("#ee-export-widget")


@dataclass(frozen=True)
class Sidebar:
    """The panel, its icon, and what it says."""

    page: Page

    @property
    def icon(self) -> Locator:
        """The icon in the sidebar."""
        return self.page.locator(".jp-SideBar [data-id='ee-export-widget']")

    @property
    def panel(self) -> Locator:
        """The panel as a whole."""
        return self.page.locator("#ee-export-widget")

    @property
    def form(self) -> SidebarForm:
        """The form in it."""
        return SidebarForm(self.page)

    def open(self) -> SidebarForm:
        """Click the icon."""
        self.icon.click()
        return self.form

    def switch_side(self) -> None:
        """Move the panel as JupyterLab's own menu does."""
        self.icon.click(button="right")
        self.page.get_by_role("menuitem", name="Switch Sidebar Side", exact=True).click()

    def expect_at(self, side: Literal["left", "right"]) -> None:
        """The icon is in this sidebar."""
        expect(self.page.locator(f".jp-SideBar.jp-mod-{side} [data-id='ee-export-widget']")).to_have_count(1)

    def press(self, name: str) -> None:
        """Press a button of the panel itself."""
        self.panel.locator(".eew-side-note").get_by_role("button", name=name, exact=True).click()

    def expect_works_in(self, name: str) -> None:
        """The bar names the kernel."""
        expect(self.panel.locator(".eew-side-bar")).to_have_text(f"Works in {name}")

    def expect_says(self, text: str) -> None:
        """The panel says this of its kernel."""
        expect(self.panel.locator(".eew-side-note")).to_contain_text(text)

    def expect_says_nothing(self) -> None:
        """There is nothing to say."""
        expect(self.panel.locator(".eew-side-note")).to_be_empty()

    def until_usable(self, name: str) -> float:
        """Wait for the form of a kernel; gives the seconds, which `expect` would round up to its next look."""
        begun = time.monotonic()
        self.page.wait_for_function(USABLE, arg=f"Works in {name}")
        return time.monotonic() - begun

    def resize(self, width: int) -> None:
        """Drag the splitter beside the panel until it is so wide, in CSS pixels."""
        box = self.panel.bounding_box()
        assert box is not None
        x, y = box["x"] - 3, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + box["width"] - width, y, steps=4)
        self.page.mouse.up()
        self.page.wait_for_function(
            "(width) => Math.abs(document.getElementById('ee-export-widget').offsetWidth - width) < 4", arg=width
        )
