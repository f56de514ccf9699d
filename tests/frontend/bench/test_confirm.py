"""The question before something is submitted, in Chromium: it takes the focus and gives it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.frontend.bench.panels import change, sent

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


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
