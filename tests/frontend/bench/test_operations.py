"""The operations in Chromium, without Jupyter: clocks, filters, cancelling, a kernel that is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.frontend.bench.panels import change, sent

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


def test_the_clock_of_an_operation_ticks_without_the_kernel(open_bench: Open) -> None:
    """Seconds are counted in the page, and a button of the row keeps its focus meanwhile."""
    page = open_bench("running", clock=True)
    row = page.locator(".eew-operation[data-state=RUNNING]")
    expect(row).to_contain_text("12:04 elapsed")
    button = row.get_by_role("button", name="Copy name")
    button.focus()
    page.clock.run_for(3000)

    expect(row).to_contain_text("12:07 elapsed")
    expect(button).to_be_focused()


def test_operations_are_filtered_by_their_state(open_bench: Open) -> None:
    """The choice goes to the kernel, which answers with the rows."""
    page = open_bench("running")
    page.get_by_role("combobox", name="State").select_option(label="Failed")
    assert sent(page, "operations") == [{"event": "action", "name": "filter_state", "args": {"state": "FAILED"}}]


def test_an_operation_is_shown_on_the_map_and_taken_away_by_escape(open_bench: Open) -> None:
    """Escape is the map's only while something is shown."""
    page = open_bench("running")
    page.get_by_role("button", name="Show on map").press("Escape")
    page.get_by_role("button", name="Show on map").click()
    change(page, "operations", "v.rows[0].on_map = true")
    page.get_by_role("button", name="Copy name").press("Escape")
    assert [action["name"] for action in sent(page, "operations")] == ["show_on_map", "hide_from_map"]


def test_what_the_service_said_is_copied_in_the_page(open_bench: Open) -> None:
    """Also from a kernel that is busy or gone; the button says so, the other ones do not."""
    page = open_bench("failed")
    page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text }")
    page.get_by_role("button", name="Copy error").click()
    expect(page.locator(".eew-operation").get_by_role("button", name="Copied")).to_have_count(1)
    assert page.evaluate("copied") == "code 8 RESOURCE_EXHAUSTED: User memory limit exceeded."
    assert sent(page, "operations") == []


def test_a_row_keeps_its_focus_when_rows_come_and_numbers_change(open_bench: Open) -> None:
    """A new operation above and new figures leave the person where they are."""
    page = open_bench("running")
    button = page.get_by_role("button", name="Cancel")
    button.focus()
    page.evaluate("globalThis.left = 0; addEventListener('focusout', () => { globalThis.left += 1 })")
    change(
        page,
        "operations",
        "v.rows[0].progress = 0.5;"
        "v.rows.unshift({ ...structuredClone(v.rows[0]), name: 'projects/p/operations/NEW', title: 'new' })",
    )

    expect(page.locator(".eew-operation")).to_have_count(2)
    expect(page.locator(".eew-operation").nth(1).get_by_role("button", name="Cancel")).to_be_focused()
    expect(page.get_by_role("progressbar").nth(1)).to_have_attribute("aria-valuenow", "50")
    assert page.evaluate("globalThis.left") == 0


def test_progress_is_told_in_words(open_bench: Open) -> None:
    """The bar has a name, a value and a text."""
    page = open_bench("running")
    bar = page.get_by_role("progressbar", name="Progress of lc_2024_10m")

    expect(bar).to_have_attribute("aria-valuetext", "42 percent, compute pixels, 121 of 286")
    expect(bar).to_have_attribute("aria-valuenow", "42")


def test_cancelling_is_asked_in_place(open_bench: Open) -> None:
    """The harmless answer has the focus; Escape gives it, and the focus comes back to the row."""
    page = open_bench("running")
    page.get_by_role("button", name="Cancel").click()
    page.evaluate("bench.now.models.operations.set(bench.STATES.asking.operations)")
    expect(page.get_by_role("button", name="Keep running")).to_be_focused()
    page.keyboard.press("Escape")
    page.evaluate("bench.now.models.operations.set(bench.STATES.running.operations)")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()

    name = "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS"
    assert [(action["name"], action["args"]) for action in sent(page, "operations")] == [
        ("cancel", {"operation": name}),
        ("keep", {"operation": name}),
    ]


def test_silence_of_the_kernel_is_shown_and_ends(open_bench: Open) -> None:
    """Without news for longer than the beat the panel is greyed and says so, until the next news."""
    page = open_bench("running", clock=True)
    change(page, "operations", "v.beat_s = 15")
    page.clock.run_for(15_000)
    quiet = page.locator(".eew-silent").count()
    page.clock.run_for(2_000)
    expect(page.locator(".eew-status .eew-silent")).to_contain_text("No news from the kernel for 17 s")
    change(page, "operations", "v.announce = 'back'")

    assert quiet == 0
    expect(page.locator(".eew-silent")).to_have_count(0)


def test_the_end_of_a_long_name_stays_readable(open_bench: Open) -> None:
    """A name that does not fit is cut in its middle, and is whole when it is copied."""
    page = open_bench("running", width=320)
    target = page.locator(".eew-target")

    expect(target.locator(".eew-tail")).to_have_text("/4NIOMB6ZQXGV2C6WTGYVUDIS")
    assert target.text_content() == "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS"
    assert target.locator(".eew-tail").evaluate("el => el.scrollWidth <= el.clientWidth + 1")


def test_the_message_of_the_service_is_folded_below_the_words(open_bench: Open) -> None:
    """A failure is told in words first; what the server said is one press away, as it was said."""
    page = open_bench("failed")
    raw = page.get_by_text("code 8 RESOURCE_EXHAUSTED: User memory limit exceeded.")
    expect(page.get_by_text("One tile needed more memory than Earth Engine allows.")).to_be_visible()
    expect(raw).to_be_hidden()
    page.get_by_text("Message from the server").click()

    expect(raw).to_be_visible()


def test_what_usually_helps_leads_to_the_changed_form(open_bench: Open) -> None:
    """A button names its effect, says the rest beside it, and takes the person to where it shows."""
    page = open_bench("failed")
    expect(page.get_by_text("What usually helps")).to_be_visible()
    coarsen = page.get_by_role("button", name="Coarsen scale to 20 m", exact=True)
    expect(coarsen.locator("..")).to_contain_text("2.31 M px")
    coarsen.press("Enter")

    assert [(action["name"], action["args"]) for action in sent(page, "operations")] == [
        ("remedy", {"operation": "A", "name": "coarsen"})
    ]
    expect(page.get_by_label("Pixel size")).to_be_focused()


def test_what_others_have_ended_is_one_line_until_it_is_pressed(open_bench: Open) -> None:
    """All of the line is the button; what turns it back has the focus, and the other rows stay as they are."""
    page = open_bench("running")
    change(
        page,
        "operations",
        "const row = { ...structuredClone(v.rows[0]), name: 'projects/p/operations/OLD', title: 'ndvi_2023',"
        " state: 'SUCCEEDED', pill: 'Succeeded', tone: 'ok', icon: 'ok', progress: -1, folds: true,"
        " ended_ms: Date.now() - 26 * 3600e3 }; v.rows.push(row);",
    )
    old = page.locator(".eew-operation[data-operation='projects/p/operations/OLD']")
    line = page.get_by_role("button", name="Succeeded ndvi_2023 yesterday")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(old.get_by_role("button")).to_have_count(1)
    line.press("Enter")
    fold = page.get_by_role("button", name="Fold ndvi_2023")
    expect(fold).to_be_focused()
    expect(old.get_by_role("button", name="Copy name")).to_be_visible()
    page.keyboard.press("Enter")
    expect(line).to_be_focused()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()


def test_the_id_of_an_asset_is_copied_in_the_page(open_bench: Open) -> None:
    """As it is pasted elsewhere."""
    page = open_bench("running")
    page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text }")
    change(
        page,
        "operations",
        "v.rows[0].asset = 'projects/p/assets/lake';"
        "v.rows[0].buttons.push({ ...v.rows[0].buttons[1], name: 'copy_asset', label: 'Copy asset ID' });",
    )
    page.get_by_role("button", name="Copy asset ID").click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(1)
    assert page.evaluate("copied") == "projects/p/assets/lake"
