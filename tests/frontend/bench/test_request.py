"""The request panel in Chromium, without Jupyter: code, folds, the editor, files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.frontend.bench.panels import OVERRIDES, change, focus_name, sent

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.frontend.bench.panels import Open

TEXT = '{\n  "priority": 100\n}'
DROP = """([panel, name, size, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text || new Uint8Array(size)], name, { type: "application/json" }));
  for (const kind of ["dragover", "drop"]) {
    panel.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def answer(page: Page, command: dict[str, object]) -> None:
    page.evaluate("command => bench.now.models.request.command(command)", command)


def refusal(strong: str, offset: int = -1, *keeps: tuple[str, str]) -> dict[str, object]:
    said = {"strong": strong, "text": "Correct the JSON there.", "offset": offset, "keeps": keeps}
    return {"command": "refused", "refusal": said}


def texts(page: Page) -> list[str]:
    found: list[str] = page.evaluate("bench.now.models.request.texts")
    return found


def drop(page: Page, name: str, *, size: int = 0, text: str = "") -> None:
    panel = page.locator(".eew-preview .eew-panel")
    panel.evaluate(f"(panel, parts) => ({DROP})([panel, ...parts])", [name, size, text])


def edit(page: Page) -> None:
    page.get_by_role("button", name="Edit as JSON").click()
    answer(page, {"command": "edit", "text": TEXT})


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


def test_tabs_ask_for_code(open_bench: Open) -> None:
    """One tab stop; an arrow goes on, and the kernel is asked for what the tab shows."""
    page = open_bench()
    page.get_by_role("tab", name="JSON").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="curl")).to_be_focused()
    assert sent(page, "request") == [{"event": "action", "name": "request_tab", "args": {"tab": "curl"}}]
    change(page, "request", "v.tab = 'curl'; v.lines[0].pieces = [['punct', 'curl']]")
    expect(page.get_by_role("tab", name="curl")).to_have_attribute("aria-selected", "true")
    assert page.locator(".eew-preview [role=tab][tabindex='0']").count() == 1
    assert page.locator(".eew-changed").count() == 0


def test_a_long_part_is_unfolded_by_mouse_and_keys(open_bench: Open) -> None:
    """Space on the line, or a press on the chip; neither leaves for the field."""
    page = open_bench()
    line = page.locator(".eew-line[data-path=expression]")
    expect(line).to_have_accessible_description("Folded: Space unfolds.")
    line.locator(".eew-code-fold").click()
    page.locator(".eew-line").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(line).to_be_focused()
    change(page, "request", "v.lines[1].fold = 'open'")
    page.keyboard.press("ArrowLeft")
    line.get_by_text("fold", exact=True).click()

    assert sent(page, "request") == [{"event": "action", "name": "unfold", "args": {"path": "expression"}}] * 4


def test_the_editor_applies_what_was_typed(open_bench: Open) -> None:
    """Ctrl Enter hands over the text as it stands; once it is taken, the focus is back on the button."""
    page = open_bench()
    edit(page)
    area = page.get_by_label("Request body as JSON")
    expect(area).to_be_focused()
    area.fill('{"priority": 7, "description": "ü"}')
    page.keyboard.press("Control+Enter")

    assert texts(page) == ['{"priority": 7, "description": "ü"}']
    assert sent(page, "request")[-1] == {"event": "action", "name": "take", "args": {"keep": ""}}
    answer(page, {"command": "taken", "words": "The form has been filled. Undo takes it back."})
    expect(area).to_have_count(0)
    expect(page.get_by_role("status").get_by_text("The form has been filled.")).to_be_visible()
    assert focus_name(page) == "Edit as JSON"


def test_a_mistake_is_told_where_it_is(open_bench: Open) -> None:
    """The text stays, the sentence is announced, and the caret stands at the mistake; Cancel gives up."""
    page = open_bench()
    edit(page)
    area = page.get_by_label("Request body as JSON")
    area.fill('{"a": 1 "b": 2}')
    page.get_by_role("button", name="Apply").click()
    answer(page, refusal("Line 1, column 8: a comma is missing.", 7))

    expect(page.get_by_role("alert")).to_contain_text("Line 1, column 8: a comma is missing. Correct the JSON there.")
    expect(area).to_be_focused()
    assert area.evaluate("area => [area.selectionStart, area.selectionEnd]") == [7, 7]
    change(page, "request", "v.size = '2 KB'")
    expect(area).to_have_value('{"a": 1 "b": 2}')
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(area).to_have_count(0)
    assert texts(page) == ['{"a": 1 "b": 2}']


def test_a_mistake_is_told_beside_the_button(open_bench: Open) -> None:
    """However tall the editor, what is wrong stands between it and the button that was pressed, in sight."""
    page = open_bench()
    page.set_viewport_size({"width": 1100, "height": 420})
    page.get_by_role("button", name="Edit as JSON").click()
    answer(page, {"command": "edit", "text": "{\n" + '  "priority": 100,\n' * 60 + "}"})
    page.get_by_label("Request body as JSON").fill("{" + "\n" * 60 + "}")
    page.get_by_role("button", name="Apply").click()
    answer(page, refusal("Line 61, column 1: a name is missing.", 60))

    alert, area = page.get_by_role("alert"), page.get_by_label("Request body as JSON")
    expect(alert).to_be_in_viewport(ratio=1)
    expect(area).to_be_focused()
    assert area.evaluate("area => area.nextElementSibling.getAttribute('role')") == "alert"


def test_an_edit_that_is_not_applied_is_not_called_valid(open_bench: Open) -> None:
    """The mark of the panel is that of the form again once the text is as it was, or the edit is given up."""
    page = open_bench()
    mark = page.locator(".eew-preview .eew-mark")
    before = mark.inner_text()
    edit(page)
    area = page.get_by_label("Request body as JSON")
    expect(mark).to_have_text(before)
    area.fill("{}")
    expect(mark).to_have_text("edit not applied")
    page.get_by_role("button", name="Apply").click()
    answer(page, refusal("Something is wrong.", 1))
    expect(mark).to_have_text("edit not applied")
    area.fill(TEXT)
    expect(mark).to_have_text(before)
    area.fill("{ }")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(mark).to_have_text(before)


def test_one_of_two_destinations_is_kept(open_bench: Open) -> None:
    """Where both are set, buttons say which one stays, and the same text is handed over again."""
    page = open_bench()
    edit(page)
    page.get_by_role("button", name="Apply").click()
    answer(page, refusal("Only one of the two can be set.", 3, ("assetExportOptions", "Keep asset")))
    page.get_by_role("button", name="Keep asset").click()

    assert sent(page, "request")[-1]["args"] == {"keep": "assetExportOptions"}
    assert texts(page) == [TEXT, TEXT]


def test_undo_in_the_editor_is_the_editors(open_bench: Open) -> None:
    """The form's own shortcuts rest while text is typed over."""
    page = open_bench()
    edit(page)
    page.keyboard.type("x")
    page.keyboard.press("Control+z")

    expect(page.get_by_label("Request body as JSON")).to_have_value(TEXT)
    assert sent(page, "bar") == []
    assert sent(page, "act") == []


def test_a_file_is_chosen(open_bench: Open, tmp_path: Path) -> None:
    """Its bytes go to the kernel as they are; what is refused is said above the lines, and can be put away."""
    page = open_bench()
    file = tmp_path / "lake.json"
    file.write_text(TEXT, encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Load…").click()
    chooser.value.set_files(file)
    page.wait_for_function("bench.now.models.request.texts.length === 1")
    answer(page, refusal("This is not UTF-8 text (byte 7)."))
    expect(page.locator(".eew-problem[data-field=''][data-severity=error]")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("This is not UTF-8 text")
    page.get_by_role("button", name="Dismiss").click()

    expect(page.get_by_role("alert")).to_have_count(0)
    assert texts(page) == [TEXT]


def test_a_file_is_dropped(open_bench: Open) -> None:
    """A JSON file that is let go over the panel goes the same way."""
    page = open_bench()
    drop(page, "lake.json", text=TEXT)
    page.wait_for_function("bench.now.models.request.texts.length === 1")
    answer(page, {"command": "taken", "words": "The form has been filled. Undo takes it back."})

    expect(page.get_by_role("status").get_by_text("The form has been filled.")).to_be_visible()
    expect(page.locator(".eew-drop-here")).to_have_count(0)
    assert texts(page) == [TEXT]


def test_what_is_too_long_never_leaves_the_page(open_bench: Open) -> None:
    """A file, a paste and a typed text of 50 MB are refused in a sentence, and nothing is sent."""
    page = open_bench()
    drop(page, "huge.json", size=50_000_000)
    expect(page.get_by_role("alert")).to_contain_text("This has 50.0 MB, and 10 MB is the most that can be taken here.")
    edit(page)
    area = page.get_by_label("Request body as JSON")
    area.evaluate(
        """area => {
          const data = new DataTransfer();
          data.setData("text", "x".repeat(50_000_000));
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("This has 50.0 MB")
    expect(area).to_have_value(TEXT)
    area.fill("ü" * 5_000_001)
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("alert")).to_contain_text("This has 10.0 MB")
    assert texts(page) == []
    assert [action["name"] for action in sent(page, "request")] == ["edit_json"]


def test_a_request_is_saved_as_a_file(open_bench: Open) -> None:
    """The page asks for the whole text and hands it to the browser under its name."""
    page = open_bench()
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        answer(page, {"command": "save", "name": "lake.json", "text": TEXT})

    assert sent(page, "request") == [{"event": "action", "name": "save", "args": {}}]
    assert download.value.suggested_filename == "lake.json"
    assert json.loads(download.value.path().read_text(encoding="utf-8")) == {"priority": 100}


def test_another_view_is_left_alone(open_bench: Open) -> None:
    """An answer that this view has not asked for changes nothing in it, not even its editor."""
    page = open_bench()
    answer(page, refusal("Somebody else's mistake."))
    answer(page, {"command": "taken", "words": "Somebody else's text."})
    answer(page, {"command": "edit", "text": "Somebody else's editor."})

    expect(page.get_by_label("Request body as JSON")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("Somebody else's text.")).to_have_count(0)


@pytest.mark.parametrize("width", [1100, 360])
def test_files_are_loaded_and_saved_from_the_menu_too(open_bench: Open, width: int) -> None:
    """The menu presses the buttons of this panel, which opens to say what came of it."""
    page = open_bench(width=width)
    more = page.get_by_role("button", name="More actions")
    more.click()
    with page.expect_file_chooser():
        page.get_by_role("menuitem", name="Load request from file…").click()
    expect(more).to_be_focused()
    expect(page.get_by_role("button", name="Request", exact=True)).to_have_attribute("aria-expanded", "true")
    more.click()
    page.get_by_role("menuitem", name="Save request to file").click()
    assert sent(page, "request") == [{"event": "action", "name": "save", "args": {}}]
    assert sent(page, "bar") == []
