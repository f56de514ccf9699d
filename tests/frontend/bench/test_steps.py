"""The steps and the frame around them in Chromium: what is open, what a kernel leaves, every width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.frontend.bench.panels import change

if TYPE_CHECKING:
    from tests.frontend.bench.panels import Open


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
