"""The export form as a person meets it: a page object that waits by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Place = tuple[float, float]
"""Position in the map as shares of its width and height, from its upper left corner."""


FORM_CELL = "from ee_export_widget import ExportWidget\nform = ExportWidget()\nform"
"""Shows a form of its own."""


@dataclass(frozen=True)
class ExportForm:
    """A form in a page: the first one, or the first that a selector finds."""

    page: Page
    selector: str = ".eew-root"

    @property
    def root(self) -> Locator:
        """The whole form."""
        return self.page.locator(self.selector).first

    @property
    def map(self) -> Locator:
        """The map with everything over it."""
        return self.root.locator(".eew-map")

    def button(self, name: str) -> Locator:
        """A button by its visible name."""
        return self.root.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """A field by its visible label."""
        return self.root.get_by_label(label, exact=True)

    def expect_connected_to_emulator(self) -> None:
        """The bar says where the form works."""
        expect(self.root.get_by_text("Local emulator, no account needed").first).to_be_visible()

    def load_sample(self) -> None:
        """Press the one filled button of an empty form, and wait for the bands."""
        self.button("Load sample: Itaipu, Landsat 8").click()
        expect(self.root.locator(".eew-bands").get_by_text("spectral_class", exact=True)).to_be_visible()

    def tool(self, name: str) -> Locator:
        """A button of the map's toolbar."""
        return self.map.get_by_role("toolbar").get_by_role("button", name=name, exact=True)

    def draw(self, first: Place, second: Place) -> None:
        """Draw a rectangle with two clicks of the mouse."""
        self.map.scroll_into_view_if_needed()
        self.tool("Draw rectangle").click()
        box = self.map.locator(".leaflet-container").bounding_box()
        assert box is not None
        for x, y in (first, second):
            self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
            self.page.mouse.down()
            self.page.mouse.up()
        expect(self.map.get_by_role("button", name="North-west corner", exact=True)).to_be_visible()

    def drag_handle(self, name: str, *, dx: float, dy: float) -> None:
        """Drag a handle by a number of screen pixels."""
        box = self.map.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=8)
        self.page.mouse.up()

    def name_asset(self, name: str) -> None:
        """Type the name of the asset to write, and wait until the request has it."""
        self.field("Asset name").fill(name)
        self.expect_in_request(f'"projects/local-demo/assets/{name}"')

    def fill_in(self, asset: str) -> None:
        """Take an empty form to where it can be submitted: the whole sample, written to an asset."""
        self.load_sample()
        self.tool("Use image footprint").click()
        self.name_asset(asset)
        self.expect_ready()

    def set_policy(self, band: str, policy: str) -> None:
        """Choose a band's pyramiding policy in the table."""
        self.root.get_by_label(f"Policy of {band}", exact=True).select_option(policy)

    def request(self) -> dict[str, Any]:
        """Read the JSON that the form shows, through its Copy button as a person would take it away."""
        self.root.locator(".eew-preview").get_by_role("button", name="Copy").click()
        expect(self.root.locator(".eew-preview").get_by_text("Copied")).to_be_visible()
        body: dict[str, Any] = json.loads(self.page.evaluate("() => navigator.clipboard.readText()"))
        return body

    def expect_in_request(self, *texts: str) -> None:
        """The request in the page has, or comes to have, these texts."""
        for text in texts:
            expect(self.root.locator(".eew-preview")).to_contain_text(text)

    def submit(self) -> None:
        """Submit, reading the confirmation on the way."""
        self.root.locator(".eew-submit").click()
        expect(self.root.get_by_text("Submit this export?")).to_be_visible()
        self.button("Submit export").click()

    @property
    def operation(self) -> Locator:
        """The newest operation."""
        return self.root.locator(".eew-status .eew-operation").first

    def expect_state(self, *states: str) -> None:
        """The newest operation is, or comes to be, in one of these states."""
        selector = ", ".join(f'[data-state="{state}"]' for state in states)
        expect(self.root.locator(".eew-status").locator(selector).first).to_be_visible()

    def expect_ready(self) -> None:
        """Nothing stands in the way of submitting."""
        expect(self.root.locator(".eew-submit:not([aria-disabled=true])")).to_be_visible()
