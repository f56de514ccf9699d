"""The pyramid preview in Chromium: the way to it from the band table, its choices, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.frontend.bench.panels import OVERRIDES, change, sent

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


def test_a_band_is_previewed_by_its_button_and_by_a_key(open_bench: Open) -> None:
    """The button at the end of a row, or P anywhere in the row; the table keeps the focus."""
    page = open_bench()
    page.get_by_role("button", name="Preview pyramid of landcover").click()
    page.get_by_label("Policy of QA60").focus()
    page.keyboard.press("p")

    assert [(action["name"], action["args"]) for action in sent(page, "bands")] == [
        ("pyramid", {"band": "landcover"}),
        ("pyramid", {"band": "QA60"}),
    ]
    expect(page.get_by_label("Policy of QA60")).to_be_focused()


def test_arrays_have_no_button(open_bench: Open) -> None:
    """A band without a pyramid to preview offers none."""
    page = open_bench()
    change(page, "bands", "v.arrays[0] = true")
    expect(page.get_by_role("button", name="Preview pyramid of B2", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Preview pyramid of B3", exact=True)).to_be_visible()


def test_it_is_not_there_until_it_is_asked_for(open_bench: Open) -> None:
    """Without a band the panel takes no room, and no row is marked."""
    page = open_bench()
    assert page.locator(".eew-a-pyr").evaluate("el => el.getBoundingClientRect().height") == 0
    expect(page.locator(".eew-bands-table [aria-pressed=true]")).to_have_count(0)
    change(page, "pyramid", "Object.assign(v, bench.STATES.pyramid.pyramid)")
    expect(page.get_by_role("region", name="Pyramid preview: SCL")).to_be_visible()


def test_a_column_is_a_radio_that_sets_the_policy(open_bench: Open) -> None:
    """Arrows move along the columns, Space chooses; its verdict describes it, its line of the request is marked."""
    page = open_bench("pyramid")
    policies = page.get_by_role("radiogroup", name="Policy for SCL")
    chosen = policies.get_by_role("radio", name="MODE majority class")
    expect(chosen).to_be_checked()
    expect(chosen).to_have_accessible_description("93 % keep the main class")
    chosen.focus()
    page.keyboard.press("ArrowLeft")
    expect(policies.get_by_role("radio", name="MEAN averages codes")).to_be_focused()
    assert sent(page, "pyramid") == []
    page.keyboard.press("Space")
    assert sent(page, "pyramid")[0] | {"seq": 0} == {
        "event": "action",
        "name": "policy",
        "args": {"bands": ["SCL"], "policy": "MEAN"},
        "seq": 0,
    }
    expect(page.locator(".eew-code .eew-hot").first).to_contain_text("SCL")


def test_every_picture_has_words(open_bench: Open) -> None:
    """The source and three levels of six policies, each with its policy and the size of its pixels."""
    page = open_bench("pyramid")
    names = page.locator(".eew-a-pyr img").evaluate_all("all => all.map((img) => img.alt)")
    assert len(names) == 19
    assert names[:2] == ["Source at 10 m", "MEAN at 40 m"]
    assert page.locator(".eew-a-pyr img").evaluate_all("all => all.every((img) => img.naturalWidth > 0)")


@pytest.mark.parametrize("width", [1100, 360, 250])
def test_columns_keep_their_place_while_it_is_read(open_bench: Open, width: int) -> None:
    """A flat square stands for every picture, as large as the picture will be."""
    page = open_bench("pyramid reading", width)
    size = "el => [el.getBoundingClientRect().width, el.getBoundingClientRect().height]"
    blank = page.locator(".eew-pyramid-column .eew-pyramid-blank").first.evaluate(size)
    change(page, "pyramid", "Object.assign(v, bench.STATES.pyramid.pyramid)")
    drawn = page.locator(".eew-pyramid-column img").first
    drawn.evaluate("img => img.decode()")
    assert drawn.evaluate(size) == blank
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_another_window_or_a_place_on_the_map_can_be_looked_at(open_bench: Open) -> None:
    """The three most mixed windows, and a press on the map, which then has the focus."""
    page = open_bench("pyramid")
    page.evaluate(
        "() => { const map = document.querySelector('.eew-map');"
        " map.innerHTML = '<div role=application tabindex=0>map</div>'; }"
    )
    windows = page.get_by_role("radiogroup", name="Preview window")
    windows.get_by_role("radio", name="Window 2").click()
    windows.get_by_role("radio", name="Pick on map").click()
    assert [(action["name"], action["args"]) for action in sent(page, "pyramid")] == [
        ("pyramid_window", {"number": 1}),
        ("pick", {}),
    ]
    expect(page.locator(".eew-map [role=application]")).to_be_focused()


def test_a_failure_says_why_and_offers_another_try(open_bench: Open) -> None:
    """The reason stands in place, with a button."""
    page = open_bench("pyramid failed")
    expect(page.locator(".eew-a-pyr .eew-problem")).to_contain_text(
        "Could not read the preview window: User memory limit exceeded."
    )
    page.locator(".eew-a-pyr").get_by_role("button", name="Try again").click()
    assert sent(page, "pyramid")[0]["name"] == "pyramid_again"


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_whoever_closes_it_is_back_at_the_band(open_bench: Open, way: str) -> None:
    """The focus goes to the button of the row that it was opened from."""
    page = open_bench("pyramid")
    if way == "button":
        page.get_by_role("button", name="Close preview").click()
    else:
        page.get_by_role("radio", name="MODE majority class").press("Escape")
    assert sent(page, "pyramid")[-1]["name"] == "pyramid_close"
    expect(page.get_by_role("button", name="Preview pyramid of SCL")).to_be_focused()


def test_what_is_seen_is_said(open_bench: Open) -> None:
    """One polite sentence, when it is there; the path that a choice writes leads nobody away from the table."""
    page = open_bench("pyramid reading")
    said = page.locator(".eew-a-pyr [role=status]")
    expect(said).to_have_text("Reading the preview window…")
    change(page, "pyramid", "Object.assign(v, bench.STATES.pyramid.pyramid)")
    expect(said).to_have_text("Pyramid preview of SCL. MODE: 93 % keep the main class.")
    page.evaluate("path => bench.now.models.request.command({ command: 'focus', path })", f"{OVERRIDES}.SCL")
    expect(page.get_by_label("Policy of SCL")).to_be_focused()
