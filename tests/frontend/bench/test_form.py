"""The controls of the form in Chromium, without Jupyter: typing, keys, lists, menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.frontend.bench.panels import change, sent

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


def test_typing_is_sent_once_after_a_short_silence(open_bench: Open) -> None:
    """Several keys in a row make one edit, with the whole text."""
    page = open_bench(clock=True)
    page.get_by_label("Pixel size").press_sequentially("55")
    page.clock.run_for(149)
    before = sent(page, "grid")
    page.clock.run_for(2)

    assert before == []
    assert sent(page, "grid") == [{"event": "edit", "field": "pixel_size", "value": "5510", "seq": 1}]


def test_what_is_pasted_beyond_all_measure_never_leaves_the_page(open_bench: Open) -> None:
    """The field stays as it was and says why, until something else is entered."""
    page = open_bench()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = page.get_by_label("Asset name")
    name.focus()
    page.evaluate("navigator.clipboard.writeText('x'.repeat(50_000_000))")
    page.keyboard.press("Control+V")
    alert = page.locator(".eew-field").filter(has=name).get_by_role("alert")
    expect(alert).to_contain_text("This has 50,000,000 characters, and 100,000 is the most that this field takes.")
    expect(name).to_have_value("exports/lc_2024_10m")
    expect(name).to_have_attribute("aria-invalid", "true")
    assert sent(page, "destination") == []
    name.press("End")
    name.press("1")
    expect(alert).to_have_count(0)
    expect(name).to_have_value("exports/lc_2024_10m1")


def test_enter_and_leaving_the_field_send_at_once(open_bench: Open) -> None:
    """Nobody waits for a silence who has said that the text is complete."""
    page = open_bench(clock=True)
    field = page.get_by_label("Pixel size")
    field.fill("20")
    field.press("Enter")
    field.fill("30")
    field.press("Tab")

    assert [(edit["value"], edit["seq"]) for edit in sent(page, "grid")] == [("20", 1), ("30", 2)]


def test_an_older_view_never_overwrites_what_is_being_typed(open_bench: Open) -> None:
    """The text of the page stays until the kernel has taken it in; then the kernel's text counts."""
    page = open_bench()
    field = page.get_by_label("Pixel size")
    field.fill("12a")
    field.press("Enter")
    change(page, "grid", "v.items[1].items[1].hint = 'late'")
    typed = field.input_value()
    change(page, "grid", "v.ack = 1; v.items[1].items[1].value = '12'")

    assert typed == "12a"
    expect(field).to_have_value("12")
    expect(field).to_be_focused()


def test_two_views_of_one_form_share_no_id_and_count_on(open_bench: Open) -> None:
    """A second view of a model stands on its own, and its edits come after those of the first."""
    page = open_bench()
    page.evaluate(
        "() => { const el = document.createElement('div'); bench.now.root.append(el); el.id = 'second';"
        " bench.form.render({ model: bench.now.models.grid, el }); }"
    )
    page.locator(".eew-a-grid").get_by_label("Pixel size").fill("20")
    page.locator(".eew-a-grid").get_by_label("Pixel size").press("Enter")
    change(page, "grid", "v.ack = 1; v.items[1].items[1].value = '20'")
    second = page.locator("#second").get_by_label("Pixel size")
    expect(second).to_have_value("20")
    second.fill("40")
    second.press("Enter")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((el) => el.id)")

    assert len(ids) == len(set(ids))
    assert [edit["seq"] for edit in sent(page, "grid")] == [1, 2]


def test_a_problem_is_told_with_its_field_and_its_fix_is_sent(open_bench: Open) -> None:
    """The message describes the field, and its button says which fix was chosen."""
    page = open_bench("errors")
    field = page.get_by_label("Priority", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Must be a whole number from 0 to 9999. Use 9999 Use default 100")
    problem = page.locator(".eew-problem[data-field=priority][data-severity=error]")
    problem.get_by_role("button", name="Use 9999").click()

    assert sent(page, "advanced") == [{"event": "action", "name": "fix", "args": {"name": "Use 9999"}}]


def test_a_button_that_cannot_be_pressed_says_why_and_does_nothing(open_bench: Open) -> None:
    """It stays in the tab order with its reason, and a press sends nothing."""
    page = open_bench("errors")
    button = page.locator(".eew-submit")
    button.focus()
    page.keyboard.press("Enter")

    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description("Fix the 5 problems first.")
    expect(button).to_have_accessible_name("Submit export…")
    assert sent(page, "act") == []


def test_segments_are_moved_along_with_arrow_keys(open_bench: Open) -> None:
    """One tab stop; an arrow chooses the neighbour and shows it at once."""
    page = open_bench()
    page.get_by_role("radio", name="Earth Engine asset").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("radio", name="Google Drive")).to_be_focused()
    expect(page.get_by_role("radio", name="Google Drive")).to_be_checked()
    assert page.locator(".eew-segment[tabindex='0']").count() == 1
    assert [(edit["field"], edit["value"]) for edit in sent(page, "destination")] == [("destination", "drive")]


def test_a_list_of_suggestions_is_chosen_from_by_keys(open_bench: Open) -> None:
    """Arrows go through the list, Enter takes one, and any other text may be typed."""
    page = open_bench()
    field = page.get_by_role("combobox", name="CRS")
    field.press("ArrowDown")
    expect(page.get_by_role("option", name="EPSG:4326")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    chosen = field.input_value()
    field.fill("web")
    expect(page.locator(".eew-list-item")).to_have_count(1)
    field.press("Escape")
    expect(page.locator(".eew-list-item")).to_have_count(0)
    field.fill("EPSG:32621")
    field.press("Enter")

    assert chosen == "EPSG:4326"
    assert [edit["value"] for edit in sent(page, "grid")][-1] == "EPSG:32621"


def test_a_menu_is_used_by_keys_and_gives_the_focus_back(open_bench: Open) -> None:
    """Arrows move, Escape closes and returns, Enter chooses."""
    page = open_bench()
    button = page.get_by_role("button", name="More actions")
    button.press("Enter")
    expect(page.get_by_role("menuitem", name="Redo")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.get_by_role("menuitem")).to_have_count(0)
    button.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(button).to_be_focused()
    assert sent(page, "bar") == [{"event": "action", "name": "reset", "args": {}}]


def test_a_menu_says_what_it_has_copied(open_bench: Open) -> None:
    """It stays open; what the kernel answers goes to the clipboard."""
    page = open_bench()
    change(page, "bar", "v.items.find((i) => i.name === 'more').entries[1].copies = true")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="More actions").focus()
    page.keyboard.press("?")
    page.get_by_role("menuitem", name="Reset form").click()
    expect(page.get_by_role("menuitem", name="Copied")).to_be_visible()
    page.evaluate("bench.now.models.bar.command({ command: 'copy', text: 'form = ExportWidget()' })")
    assert sent(page, "bar") == [{"event": "action", "name": "reset", "args": {}}]
    expect(page.get_by_role("menuitem", name="Reset form")).to_be_visible()


def test_a_menu_closes_when_something_else_is_pressed(open_bench: Open) -> None:
    """A menu never stays open behind the person's back."""
    page = open_bench()
    page.get_by_role("button", name="Project lake-constance, change").click()
    expect(page.get_by_role("menuitem")).to_have_count(2)
    page.locator(".eew-a-grid .eew-map").click()

    expect(page.get_by_role("menuitem")).to_have_count(0)


def test_a_menu_takes_text(open_bench: Open) -> None:
    """What is typed below the entries goes out under the menu's name."""
    page = open_bench()
    page.get_by_role("button", name="Project lake-constance, change").click()
    page.get_by_label("Another project").fill(" projects/mine ")
    page.get_by_label("Another project").press("Enter")

    assert sent(page, "bar") == [{"event": "action", "name": "project", "args": {"text": "projects/mine"}}]


def test_a_refusal_leads_to_another_project_and_names_the_permission(open_bench: Open) -> None:
    """The list of projects opens with the caret in it, the permission goes to the clipboard; nothing is sent."""
    page = open_bench("refused", clock=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy permission name").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "earthengine.exports.create"
    page.clock.run_for(2100)
    expect(page.get_by_role("button", name="Copy permission name")).to_be_visible()
    page.get_by_role("button", name="Choose another project").click()
    expect(page.get_by_label("Another project")).to_be_focused()
    assert (sent(page, "bar"), sent(page, "strip")) == ([], [])
