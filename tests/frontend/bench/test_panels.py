"""The panels in Chromium, without Jupyter: typing, keys, focus, silence, and five thousand bands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Open = Callable[..., Page]

OVERRIDES = "assetExportOptions.pyramidingPolicyOverrides"


def sent(page: Page, panel: str) -> Any:  # noqa: ANN401 - whatever the page said
    return page.evaluate("panel => bench.now.models[panel].sent", panel)


def change(page: Page, panel: str, expression: str) -> None:
    """Let the kernel send a new view, made from the current one (``v``)."""
    page.evaluate(
        "([panel, change]) => { const m = bench.now.models[panel]; const v = structuredClone(m.view);"
        " new Function('v', 'bench', change)(v, bench); m.set(v); }",
        [panel, expression],
    )


def focus_name(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))


def test_a_form_whose_kernel_has_ended_says_so_and_takes_nothing(open_bench: Open) -> None:
    """One sentence above a form that cannot be used; a kernel that comes back takes it away again."""
    page = open_bench()
    mark = "lost => document.querySelector('.eew-frame').classList.toggle('jupyter-widgets-disconnected', lost)"
    page.evaluate(mark, arg=True)
    said = page.get_by_text("The kernel was restarted. Run the cell again to reconnect; your exports are not affected.")
    expect(said).to_be_visible()
    expect(page.locator(".eew-frame")).to_have_attribute("inert", "")
    page.evaluate(
        "() => { const fail = () => { throw new Error('Cannot send'); };"
        " for (const model of Object.values(bench.now.models)) model.send = fail;"
        " for (const button of document.querySelectorAll('button')) button.click(); }"
    )
    page.evaluate(mark, arg=False)
    expect(said).to_have_count(0)
    expect(page.locator(".eew-frame")).not_to_have_attribute("inert", "")


def test_a_form_whose_kernel_is_gone_says_that_of_it(open_bench: Open) -> None:
    """What the page writes on the frame counts for more than the widgets' own mark, and follows what comes later."""
    page = open_bench()
    write = "what => { document.querySelector('.eew-frame').dataset.eewKernel = what; }"
    page.evaluate(write, "gone")
    said = page.locator(".eew-lost")
    expect(said).to_have_text(
        "The kernel is gone. The form below does not answer any more. Start a kernel and run the cell again; "
        "exports that were submitted go on at the service."
    )
    expect(page.locator(".eew-frame")).to_have_attribute("inert", "")
    page.evaluate(write, "restarted")
    expect(said).to_contain_text("The kernel was restarted.")
    expect(said).to_have_count(1)


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


def test_headings_of_steps_are_never_cut(open_bench: Open) -> None:
    """In the narrowest sidebar a heading takes two lines where it must share its own with a mark."""
    page = open_bench(width=250)
    change(page, "bands", "v.head.mark = { tone: 'warning', text: '12 to review' }")
    cut = "titles => titles.filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent)"
    assert page.locator(".eew-toggle > .eew-cut").evaluate_all(cut) == []


def test_title_of_the_image_stands_beside_its_first_line(open_bench: Open) -> None:
    """What follows below moves neither the title nor the mark."""
    page = open_bench()
    change(page, "image", "v.items.push({ ...v.items[0] })")

    def middle(selector: str) -> float:
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        return box["y"] + box["height"] / 2

    line = middle(".eew-a-image .eew-row-image select")
    assert middle(".eew-a-image .eew-toggle") == pytest.approx(line, abs=1.5)
    assert middle(".eew-a-image .eew-mark") == pytest.approx(line, abs=1.5)


# --- the form --------------------------------------------------------------------------------------------------------


def test_typing_is_sent_once_after_a_short_silence(open_bench: Open) -> None:
    """Several keys in a row make one edit, with the whole text."""
    page = open_bench(clock=True)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
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


def test_the_question_before_submitting_takes_the_focus_and_gives_it_back(open_bench: Open) -> None:
    """Focus goes to the heading, Escape means Back, and then Submit has the focus again."""
    page = open_bench()
    page.locator(".eew-submit").click()
    page.evaluate("bench.now.models.act.set(bench.STATES.confirm.act)")
    expect(page.get_by_role("heading", name="Submit this export?")).to_be_focused()
    page.keyboard.press("Escape")
    page.evaluate("bench.now.models.act.set(bench.STATES.ready.act)")

    expect(page.locator(".eew-submit")).to_be_focused()
    assert [action["name"] for action in sent(page, "act")] == ["submit", "back"]


def test_the_question_can_be_skipped_from_then_on(open_bench: Open) -> None:
    """The box says which exports it is about, and what is shown all the same."""
    page = open_bench("confirm")
    box = page.get_by_role("checkbox", name="Skip this step for exports under 10 M pixels")
    expect(box).to_have_accessible_description("An overwrite or a warning is shown all the same.")
    box.press("Space")
    assert sent(page, "act") == [{"event": "action", "name": "skip_question", "args": {"on": True}}]


def test_a_question_asked_from_a_field_takes_the_focus_too(open_bench: Open) -> None:
    """The keys of the form are the button: heading, Escape, Submit; pressed again they confirm nothing."""
    page = open_bench()
    page.get_by_label("Pixel size").press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.evaluate("bench.now.models.act.set(bench.STATES.confirm.act)")
    expect(page.get_by_role("heading", name="Submit this export?")).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit export", exact=True).press("Control+Enter")
    page.keyboard.press("Escape")
    page.evaluate("bench.now.models.act.set(bench.STATES.ready.act)")

    expect(page.locator(".eew-submit")).to_be_focused()
    assert [action["name"] for action in sent(page, "act")] == ["submit", "submit", "back"]
    page.get_by_label("Pixel size").focus()
    page.evaluate("bench.now.models.act.set(bench.STATES.confirm.act)")
    expect(page.get_by_label("Pixel size")).to_be_focused()


def test_a_question_about_parts_takes_the_focus_and_gives_it_back(open_bench: Open) -> None:
    """It is asked for in one panel and shown in another."""
    page = open_bench()
    button = (
        "{name: 'submit_parts', label: 'Submit 4 exports…', icon: '', primary: false, reason: '', icon_only: false}"
    )
    entry = f"{{kind: 'entry', name: 'split', label: 'Split', hint: '', items: [], apply: 'a', buttons: [{button}]}}"
    change(page, "grid", f"v.items.push({entry})")
    page.get_by_role("button", name="Submit 4 exports…").click()
    page.evaluate("bench.now.models.act.set(bench.STATES.confirm.act)")
    expect(page.get_by_role("heading", name="Submit this export?")).to_be_focused()
    page.keyboard.press("Escape")
    page.evaluate("bench.now.models.act.set(bench.STATES.ready.act)")

    expect(page.get_by_role("button", name="Submit 4 exports…")).to_be_focused()
    assert [action["name"] for action in sent(page, "grid")] == ["submit_parts"]


def test_a_question_does_not_take_the_focus_from_elsewhere(open_bench: Open) -> None:
    """Someone who works in another panel, or another view, keeps the focus."""
    page = open_bench()
    page.get_by_label("Pixel size").focus()
    page.evaluate("bench.now.models.act.set(bench.STATES.confirm.act)")

    expect(page.get_by_label("Pixel size")).to_be_focused()


# --- steps -----------------------------------------------------------------------------------------------------------


def test_closing_a_step_hides_the_map_beside_its_panels(open_bench: Open) -> None:
    """What stock widgets put into a step goes with it, and learns when it is shown again."""
    page = open_bench()
    page.evaluate("addEventListener('resize', () => globalThis.resized = true)")
    toggle = page.get_by_role("button", name="Grid", exact=True)
    toggle.click()
    expect(page.locator(".eew-map")).to_be_hidden()
    expect(page.get_by_label("Pixel size")).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_text("3,412 × 2,708 px, 10 m, EPSG:32632")).to_be_visible()
    toggle.click()

    expect(page.locator(".eew-map")).to_be_visible()
    assert page.evaluate("globalThis.resized")


def test_steps_open_by_width_until_someone_decides(open_bench: Open) -> None:
    """A step that opens in wide layouts closes in narrow ones, unless it was opened by hand."""
    page = open_bench()
    request, image = (page.get_by_role("button", name=name, exact=True) for name in ("Request", "Image"))
    expect(request).to_have_attribute("aria-expanded", "true")
    image.click()
    image.click()
    page.set_viewport_size({"width": 400, "height": 900})

    expect(request).to_have_attribute("aria-expanded", "false")
    expect(image).to_have_attribute("aria-expanded", "true")


def test_a_new_problem_opens_its_step_once(open_bench: Open) -> None:
    """A forced step opens, and stays closed when it is closed again."""
    page = open_bench()
    toggle = page.get_by_role("button", name="Advanced")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    change(page, "advanced", "v.head.forced = true")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.click()
    change(page, "advanced", "v.head.summary = 'other'")

    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_a_link_of_the_readiness_leads_to_its_field(open_bench: Open) -> None:
    """The step is opened, and the field has the focus."""
    page = open_bench("errors")
    page.get_by_role("button", name="Advanced").click()
    page.locator(".eew-readiness").get_by_role("button", name="Request ID").click()

    expect(page.get_by_label("Request ID", exact=True)).to_be_focused()


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


def test_lines_lead_to_fields_and_fields_show_their_lines(open_bench: Open) -> None:
    """Enter on a line moves the focus to its field; a field with the focus tints its line."""
    page = open_bench()
    line = page.locator(".eew-line[data-path='grid.crsCode']")
    page.locator(".eew-line").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(line).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("CRS")).to_be_focused()
    expect(line).to_have_class("eew-line eew-hot eew-linked")
    page.get_by_label("Policy of SCL").focus()

    expect(page.locator(f".eew-line[data-path='{OVERRIDES}.SCL'].eew-hot")).to_be_visible()
    expect(page.locator(".eew-hot")).to_have_count(1)


def test_the_request_can_be_read_from_the_page(open_bench: Open) -> None:
    """The text of the block is the text of the request, line by line."""
    page = open_bench()
    text = str(page.locator(".eew-code").text_content())

    assert text.startswith('{\n  "expression": { … } 63 nodes, 4.1 KB,\n  "description": "lc_2024_10m",\n')
    assert text.endswith("\n  }\n}\n")


def test_changed_lines_are_tinted_for_a_moment(open_bench: Open) -> None:
    """Only the lines that changed, and not for long."""
    page = open_bench(clock=True)
    change(page, "request", "v.lines[4].pieces[2][1] = '\"EPSG:4326\"'")
    expect(page.locator(".eew-changed")).to_have_count(1)
    expect(page.locator(".eew-changed")).to_have_attribute("data-path", "grid.crsCode")
    page.clock.run_for(1300)

    expect(page.locator(".eew-changed")).to_have_count(0)


def test_a_line_with_a_problem_says_so(open_bench: Open) -> None:
    """The message is the line's tooltip and description."""
    page = open_bench("errors")
    line = page.locator(".eew-line[data-path=priority]")

    expect(line).to_have_class("eew-line eew-line-problem eew-linked")
    expect(line).to_have_accessible_description("There is a problem with this.")


def test_the_request_is_copied_and_the_page_says_so(open_bench: Open) -> None:
    """The whole text goes to the clipboard; the button says Copied for two seconds."""
    page = open_bench(clock=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.clock.run_for(2100)

    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == '{"description": "lc_2024_10m"}'


def test_a_large_request_is_asked_for_before_it_is_copied(open_bench: Open) -> None:
    """Without the text at hand the kernel is asked, and what it sends is copied."""
    page = open_bench()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    change(page, "request", "v.text = ''")
    page.get_by_role("button", name="Copy", exact=True).click()
    asked = sent(page, "request")
    page.evaluate("bench.now.models.request.command({ command: 'copy', text: 'whole' })")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    assert asked == [{"event": "action", "name": "copy", "args": {}}]
    assert page.evaluate("navigator.clipboard.readText()") == "whole"


# --- operations ------------------------------------------------------------------------------------------------------


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


# --- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1100, 760, 420, 360, 320, 250])
def test_nothing_is_wider_than_the_widget(open_bench: Open, width: int) -> None:
    """In every state no part reaches past the frame, and no target is too small to hit."""
    page = open_bench(width=width)
    for state in page.evaluate("Object.keys(bench.STATES)"):
        found = page.evaluate(
            """state => {
              bench.now.close(); bench.now = bench.show(state);
              for (const toggle of document.querySelectorAll('.eew-toggle[aria-expanded=false]')) toggle.click();
              const outer = [...document.querySelectorAll('.eew-panel *')].filter((el) => {
                const box = el.getBoundingClientRect();
                const scrolls = el.closest('.eew-code, .eew-bands-table, .eew-connection');
                return box.width > 1 && box.right > innerWidth + 0.5 && !scrolls;
              });
              const small = [...document.querySelectorAll('button, select, .eew-box')].filter((el) => {
                const box = el.getBoundingClientRect();
                return box.width > 0 && (box.height < 23.5 || box.width < 23.5);
              });
              return [...outer, ...small].map((el) => el.className.baseVal ?? el.className);
            }""",
            state,
        )
        assert found == [], state


def test_closing_leaves_nothing_behind(open_bench: Open) -> None:
    """After the clean-up no listener of a model, no timer and no element is left."""
    page = open_bench("running", clock=True)
    page.get_by_label("Pixel size").press_sequentially("1")
    left = page.evaluate(
        """() => {
          let ticks = 0;
          const { root, models, close } = bench.now;
          close();
          const before = JSON.stringify(Object.values(models).map((m) => m.sent));
          root.dispatchEvent(new FocusEvent('focusin'));
          document.dispatchEvent(new PointerEvent('pointerdown'));
          return { before, listeners: Object.values(models).flatMap((m) => m.listeners).length,
            elements: root.querySelectorAll('.eew-panel').length };
        }"""
    )
    page.clock.run_for(60_000)

    assert (left["listeners"], left["elements"]) == (0, 0)
    assert page.evaluate("JSON.stringify(Object.values(bench.now.models).map((m) => m.sent))") == left["before"]
    assert page.locator(".eew-panel").count() == 0
