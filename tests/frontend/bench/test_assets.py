"""The list of assets to choose from, in Chromium: keys, focus, and what is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.frontend.bench.panels import change, sent

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.frontend.bench.panels import Open

ROOT = "projects/lake/assets"
LIST = {
    "kind": "assets",
    "label": "Assets in exports",
    "way": [["lake", ROOT], ["exports", f"{ROOT}/exports"]],
    "entries": [
        {"name": f"{ROOT}/exports/2024", "label": "2024", "note": "", "opens": True},
        {"name": f"{ROOT}/exports/one", "label": "<b>one</b>", "note": "image", "opens": False},
    ],
    "busy": False,
    "text": "",
    "more": True,
    "use": {
        "name": "browse_choose", "label": "Use this folder", "icon": "", "primary": False, "reason": "",
        "icon_only": False,
    },
}  # fmt: skip
PUT = """
const field = v.items.find((item) => item.kind === "field" && item.paths.some((path) => path.endsWith(".name")));
field.button = { name: "browse", label: "Browse assets", icon: "folder", primary: false, reason: "", icon_only: true };
v.items.splice(v.items.indexOf(field) + 1, 0, %s);
"""


def opened(open_bench: Open, **changes: object) -> Page:
    """Give a page with the list below the asset name."""
    page = open_bench()
    change(page, "destination", PUT % json.dumps(LIST | changes))
    return page


def test_the_list_is_walked_with_keys(open_bench: Open) -> None:
    """Arrows move, Enter opens a folder, Backspace goes up; the focus waits at the heading."""
    page = opened(open_bench)
    page.get_by_role("button", name="2024").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="<b>one</b> image")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Assets in exports")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="2024")).to_be_focused()
    page.keyboard.press("Backspace")
    assert sent(page, "destination") == [
        {"event": "action", "name": "browse_into", "args": {"asset": f"{ROOT}/exports/2024"}},
        {"event": "action", "name": "browse_up", "args": {}},
    ]


def test_an_end_gives_the_focus_back(open_bench: Open) -> None:
    """Escape, Close, an image and the folder each end at the button that opened the list."""
    page = opened(open_bench)
    for name, key in (
        ("2024", "Escape"),
        ("Close", "Enter"),
        ("<b>one</b> image", "Enter"),
        ("Use this folder", "Enter"),
    ):
        page.get_by_role("button", name=name).press(key)
        expect(page.get_by_role("button", name="Browse assets")).to_be_focused()
    assert [(message["name"], message["args"].get("asset")) for message in sent(page, "destination")] == [
        ("browse_close", None), ("browse_close", None), ("browse_choose", f"{ROOT}/exports/one"),
        ("browse_choose", f"{ROOT}/exports"),
    ]  # fmt: skip


def test_further_pages_and_the_way_are_buttons(open_bench: Open) -> None:
    """The folder that is open is the end of the way, and no button."""
    page = opened(open_bench)
    page.get_by_role("button", name="Show more").click()
    way = page.get_by_role("navigation", name="Way from the root")
    expect(way.locator("[aria-current=location]")).to_have_text("exports")
    way.get_by_role("button", name="lake").click()
    assert [(message["name"], message["args"].get("asset")) for message in sent(page, "destination")] == [
        ("browse_more", None), ("browse_into", ROOT),
    ]  # fmt: skip


def test_while_a_folder_is_read_nothing_can_be_taken(open_bench: Open) -> None:
    """The button says why, and stays where the focus can reach it."""
    use = {**LIST["use"], "reason": "Wait for the list."}  # type: ignore[dict-item] # it is a mapping
    page = opened(open_bench, busy=True, entries=[], text="Reading the folder…", more=False, use=use)
    button = page.get_by_role("button", name="Use this folder")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("group", name="Assets in exports")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_text("Reading the folder…")).to_be_visible()
    button.click(force=True)
    assert sent(page, "destination") == []
