"""The table of bands in Chromium, without Jupyter: keys, focus, filters, and five thousand bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.frontend.bench.panels import OVERRIDES, change, focus_name, sent

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


def test_name_of_a_band_is_read_whole_where_it_has_the_focus(open_bench: Open) -> None:
    """In a narrow sidebar a long name is cut in its column, and shown over what is below once it is pressed."""
    page = open_bench(width=250)
    change(page, "bands", "v.ids[0] = 'surface_reflectance_near_infrared_band_of_the_second_instrument'")
    name = page.get_by_role("rowheader", name="surface_reflectance_near")
    fits = "cell => cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight"
    assert not name.evaluate(fits)
    name.click()
    assert name.evaluate(fits)
    inside = "cell => cell.getBoundingClientRect().right <= cell.closest('.eew-bands').getBoundingClientRect().right"
    assert name.evaluate(inside)


# --- the form --------------------------------------------------------------------------------------------------------


# --- steps -----------------------------------------------------------------------------------------------------------


# --- bands -----------------------------------------------------------------------------------------------------------


def test_of_5000_bands_only_what_is_seen_is_in_the_page(open_bench: Open) -> None:
    """Rows come and go with scrolling; their numbers say where they belong."""
    page = open_bench("many")
    table = page.get_by_role("grid", name="Bands")
    expect(table).to_have_attribute("aria-rowcount", "5001")
    first = page.locator(".eew-band").count()
    table.evaluate("el => { el.scrollTop = el.scrollHeight }")
    last = page.locator(".eew-band[aria-rowindex='5001']")
    expect(last).to_be_visible()

    assert first < 40
    assert page.locator(".eew-band").count() < 45
    expect(page.locator(".eew-bands-range")).to_have_text("Rows 4987 to 5000 of 5,000")


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        ("SCL", 416),
        ("qa60_00*", 100),
        ("type:uint8", 416),
        ("policy:mean kind:class", 0),
        ("is:differs", 416),
        ("is:override B", 0),
    ],
)
def test_the_filter_understands_names_and_properties(open_bench: Open, filter_text: str, found: int) -> None:
    """All words of a filter must match; nothing found is said, with a way back."""
    page = open_bench("many")
    page.get_by_label("Filter bands").fill(filter_text)

    if found:
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(found + 1))
    else:
        page.get_by_role("button", name="Clear filter").click()
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "5001")
        expect(page.get_by_label("Filter bands")).to_be_focused()


def test_a_policy_is_sent_by_name_and_the_default_as_nothing(open_bench: Open) -> None:
    """The first entry follows the default; every other writes an override."""
    page = open_bench()
    page.get_by_label("Policy of B2").select_option("MODE")
    page.get_by_label("Policy of SCL").select_option(label="Default (MEAN)")
    page.get_by_label("Default policy").select_option("SAMPLE")

    assert [(action["name"], action["args"]) for action in sent(page, "bands")] == [
        ("policy", {"bands": ["B2"], "policy": "MODE"}),
        ("policy", {"bands": ["SCL"], "policy": ""}),
        ("default_policy", {"policy": "SAMPLE"}),
    ]


def test_suggestions_are_taken_one_by_one_or_all(open_bench: Open) -> None:
    """A chip takes the suggestion of its band, the note takes them all."""
    page = open_bench("errors")
    page.get_by_role("button", name="SAMPLE: QA bitmask").press("Enter")
    page.get_by_role("button", name="Use 3 suggestions").click()

    assert [(action["name"], action["args"]) for action in sent(page, "bands")] == [
        ("use_suggestions", {"bands": ["QA60"]}),
        ("use_suggestions", {}),
    ]


def test_common_filters_are_one_press_away(open_bench: Open) -> None:
    """Each says how many bands it keeps, which one is on, and leads back to all; a short table has none."""
    page = open_bench("many")
    group = page.get_by_role("group", name="Show bands")
    everything = group.get_by_role("button", name="All 5,000")
    expect(everything).to_have_attribute("aria-pressed", "true")
    bitmasks = group.get_by_role("button", name="Bitmask")
    count = bitmasks.locator("b").inner_text()
    bitmasks.click()
    expect(bitmasks).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Filter bands")).to_have_value("kind:bitmask")
    expect(page.locator(".eew-bands-range")).to_contain_text(f"of {count}")
    everything.click()
    expect(page.locator(".eew-bands-range")).to_contain_text("of 5,000")
    expect(open_bench("ready").get_by_role("group", name="Show bands")).to_have_count(0)


def test_all_that_match_the_filter_are_ticked_and_changed_together(open_bench: Open) -> None:
    """The heading's box ticks the filtered bands and says so; the bar changes exactly these."""
    page = open_bench("many")
    page.get_by_label("Filter bands").fill("QA60_000*")
    page.get_by_label("Select the 10 bands that match").check()
    expect(page.locator(".eew-selection")).to_contain_text("10 bands selected, all that match “QA60_000*”")
    expect(page.locator(".eew-selection")).to_contain_text("QA60_0000 to QA60_0009")
    page.get_by_label("Set policy").select_option("SAMPLE")
    page.get_by_role("button", name="Apply to 10").click()

    assert [action["args"] for action in sent(page, "bands")] == [
        {"bands": [f"QA60_{n:04}" for n in range(10)], "policy": "SAMPLE"}
    ]


def test_the_table_is_one_tab_stop_and_moved_in_by_cell(open_bench: Open) -> None:
    """Arrows go by cell, Home and End along the row, Ctrl with them to the ends of the table."""
    page = open_bench("many")
    page.get_by_role("group", name="Show bands").get_by_role("button").last.focus()
    page.keyboard.press("Tab")
    path = [focus_name(page)]
    for key in ("ArrowDown", "ArrowRight", "End", "Control+End", "Home", "Control+Home", "ArrowUp"):
        page.keyboard.press(key)
        path.append(focus_name(page))
    stops = page.locator(".eew-bands-table [tabindex='0']").count()
    page.keyboard.press("Tab")

    assert path == [
        "Select B2_0000",
        "Select B3_0000",
        "B3_0000",
        "Preview pyramid of B3_0000",
        "Preview pyramid of B8A_0416",
        "Select B8A_0416",
        "Select B2_0000",
        "Select all 5,000 bands",
    ]
    assert stops == 1
    assert not page.evaluate("document.querySelector('.eew-bands-table').contains(document.activeElement)")


def test_keys_tick_rows_and_pick_policies(open_bench: Open) -> None:
    """Space ticks, Shift Space ticks a range, Ctrl A ticks all, letters pick the policy of the row."""
    page = open_bench()
    page.get_by_label("Select B3").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    ticked = page.locator(".eew-band.eew-ticked").count()
    for key in "osixdm":
        page.keyboard.press(key)
    page.keyboard.press("Control+a")
    expect(page.locator(".eew-band.eew-ticked")).to_have_count(9)
    page.keyboard.press("/")

    assert ticked == 3
    policies = ["MODE", "SAMPLE", "MIN", "MAX", "MEDIAN", "MEAN"]
    assert [action["args"] for action in sent(page, "bands")] == [{"bands": ["B8"], "policy": p} for p in policies]
    expect(page.get_by_label("Filter bands")).to_be_focused()


def test_the_focus_outlives_scrolling_and_new_values(open_bench: Open) -> None:
    """A row with the focus stays in the page; a chip that is gone leaves the focus in its cell."""
    page = open_bench("many")
    page.get_by_label("Policy of B4_0000").focus()
    page.get_by_role("grid").evaluate("el => { el.scrollTop = 90000 }")
    expect(page.locator(".eew-band[aria-rowindex='3335']")).to_be_attached()
    expect(page.get_by_label("Policy of B4_0000")).to_be_focused()
    page.get_by_role("grid").evaluate("el => { el.scrollTop = 0 }")
    page.get_by_role("button", name="SAMPLE: QA bitmask").first.focus()
    change(page, "bands", "v.suggests[11] = ''; v.agrees[11] = true")

    assert page.evaluate("document.activeElement.closest('.eew-band').dataset.row") == "11"


@pytest.mark.parametrize("width", [1100, 360, 250])
def test_an_expanded_table_has_the_full_width_and_says_more(open_bench: Open, width: int) -> None:
    """The grid folds to its line and comes back; the reason has a column, and the suggestion says what it does."""
    page = open_bench("errors", width)
    table, frame = page.get_by_role("grid", name="Bands"), page.locator(".eew-frame")
    grid = page.get_by_role("button", name="Grid", exact=True)
    page.get_by_role("button", name="Expand table").click()

    expect(grid).to_have_attribute("aria-expanded", "false")
    room = frame.bounding_box()["width"] - table.bounding_box()["width"]  # type: ignore[index]
    assert room < 40
    expect(table).to_have_attribute("aria-colcount", "9")
    expect(page.get_by_role("group", name="Show bands").get_by_role("button")).to_have_text([
        "All 9", "Overrides 1", "Differ from suggestion 3", "Class 2", "Bitmask 1", "Continuous 5",
    ])  # fmt: skip
    expect(page.get_by_role("button", name="Use SAMPLE: averaged bits mean nothing")).to_be_visible()
    if width == 1100:
        heads = table.get_by_role("columnheader").all_inner_texts()
        assert heads[1:-1] == [
            "Band", "Type", "Native pixel", "Values in preview", "Looks like", "Policy", "Suggestion",
        ]  # fmt: skip
        row = table.get_by_role("row", name="Select SCL")
        expect(row).to_contain_text("20 m")
        expect(row).to_contain_text("11 distinct, 0 to 11")
        expect(row).to_contain_text("integer class band")
        expect(table.get_by_role("row", name="Select doy")).to_contain_text("not read")
        expect(table.get_by_role("row", name="Select B2")).to_contain_text("as default")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Collapse table").press("Enter")
    expect(grid).to_have_attribute("aria-expanded", "true")
    expect(table).to_have_attribute("aria-colcount", "6")
    expect(page.get_by_role("group", name="Show bands")).to_have_count(0)


def test_the_keys_know_the_columns_of_an_expanded_table(open_bench: Open) -> None:
    """Each cell is reached, letters and Enter still go to the policy, and a grid that was closed stays closed."""
    page = open_bench()
    page.get_by_role("button", name="Grid", exact=True).click()
    page.get_by_label("Policy of SCL").focus()
    page.evaluate("document.querySelector('.eew-expand').click()")
    page.evaluate("document.querySelector('.eew-bands-table [tabindex=\"0\"]').focus()")
    path = [focus_name(page)]
    for key in ("Home", *["ArrowRight"] * 8):
        page.keyboard.press(key)
        path.append(focus_name(page))
    page.keyboard.press("d")

    assert path == [
        "Policy of SCL", "Select SCL", "SCL", "uint8", "20 m", "11 distinct, 0 to 11", "integer class band",
        "Policy of SCL", "MODE, as suggested", "Preview pyramid of SCL",
    ]  # fmt: skip
    assert sent(page, "bands")[-1]["args"] == {"bands": ["SCL"], "policy": "MEDIAN"}
    page.evaluate("document.querySelector('.eew-expand').click()")
    expect(page.get_by_role("button", name="Grid", exact=True)).to_have_attribute("aria-expanded", "false")


def test_a_band_far_away_is_found_by_its_path(open_bench: Open) -> None:
    """The way to an override leads to its row, which is drawn for it, whatever the filter says."""
    page = open_bench("many")
    page.get_by_label("Filter bands").fill("B2")
    page.evaluate("path => bench.now.models.request.command({ command: 'focus', path })", f"{OVERRIDES}.SCL_0300")

    expect(page.get_by_label("Policy of SCL_0300")).to_be_focused()
    expect(page.get_by_label("Policy of SCL_0300")).to_be_in_viewport()


def test_work_on_5000_bands_is_quick(open_bench: Open) -> None:
    """Filtering, ticking all and showing a new view take less than a tenth of a second each."""
    page = open_bench("many")
    times = page.evaluate(
        """() => {
          const once = (act) => {
            const start = performance.now();
            act();
            document.body.offsetHeight; // layout counts as well
            return performance.now() - start;
          };
          const time = (act) => Math.min(once(act), once(act), once(act)); // other work on the machine only adds
          const search = document.querySelector('.eew-search-input');
          const type = (text) => time(() => { search.value = text; search.dispatchEvent(new Event('input')) });
          const model = bench.now.models.bands;
          const changed = structuredClone(model.view);
          changed.policy.fill('MODE'); changed.written.fill(true);
          return { filter: type('is:differs'), clear: type(''),
            all: time(() => document.querySelector('.eew-bands-head input').click()), // ticks, unticks, ticks
            apply: time(() => { document.querySelector('.eew-selection .eew-button').click(); model.set(changed) }) };
        }"""
    )

    assert {name for name, milliseconds in times.items() if milliseconds > 100} == set(), times


# --- request ---------------------------------------------------------------------------------------------------------


# --- operations ------------------------------------------------------------------------------------------------------


# --- all of them -----------------------------------------------------------------------------------------------------
