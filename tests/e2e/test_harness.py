"""The harness itself: what other browser tests take for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from ee_export_widget.emulator import LocalEarthEngine
    from tests.e2e.harness import JupyterServer, LabPage

BUTTON = """
import ipywidgets
clicks = []
button = ipywidgets.Button(description="Count")
button.on_click(lambda _: clicks.append(len(clicks)))
button
"""


def test_page_and_kernel_share_one_widget(lab: LabPage, jupyter: JupyterServer, emulator: LocalEarthEngine) -> None:
    """A click in the page arrives in the kernel, which knows where the local Earth Engine is; themes change."""
    lab.open(jupyter.add_notebook([BUTTON])).run_all()
    lab.page.get_by_role("button", name="Count", exact=True).click()
    lab.expect_value("clicks", [0])
    assert lab.value("__import__('os').environ['EE_EXPORT_WIDGET_EMULATOR']") == emulator.url
    lab.use_theme("dark")
    expect(lab.page.locator("body")).to_have_attribute("data-jp-theme-name", "JupyterLab Dark")


def test_expected_value_is_waited_for(lab: LabPage, jupyter: JupyterServer) -> None:
    """A value that comes a second later is seen when it is there, not taken for granted before."""
    lab.open(jupyter.add_notebook(["import threading\nlate = []"])).run_all()
    lab.run("threading.Timer(1.0, late.append, [7]).start()")
    assert lab.value("late") == []
    lab.expect_value("late", [7])
    assert lab.value("late") == [7]


def test_failing_cell_fails_the_test(lab: LabPage, jupyter: JupyterServer) -> None:
    """What a cell or the kernel raises reaches the test with its name."""
    lab.open(jupyter.add_notebook(["1 / 0"]))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.run_all()
    with pytest.raises(Exception, match="NameError"):
        lab.run("no_such_name")


def test_page_errors_are_kept(lab: LabPage, jupyter: JupyterServer) -> None:
    """An error that nobody catches in the page is a complaint."""
    lab.open(jupyter.add_notebook(["1"]))
    with lab.page.expect_event("pageerror"):
        lab.page.evaluate("() => { setTimeout(() => { throw new Error('nobody catches this'); }); }")
    assert any("nobody catches this" in complaint for complaint in lab.complaints)
    lab.complaints.clear()
