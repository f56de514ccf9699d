"""One JupyterLab, one browser and one local Earth Engine for all browser tests; a page and a kernel for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.environment import EMULATOR_VARIABLE
from tests.e2e.form import FORM_CELL, ExportForm
from tests.e2e.harness import JupyterServer, LabPage, launch

if TYPE_CHECKING:
    from collections.abc import Iterator

# An export then lasts about five seconds, and the form looks every two: long enough to be seen running.
SPEED = 4.0


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """Run a local Earth Engine over an empty folder."""
    with LocalEarthEngine(data_dir=tmp_path_factory.mktemp("earth-engine"), speed=SPEED) as engine:
        yield engine


@pytest.fixture(scope="session")
def jupyter(emulator: LocalEarthEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Run a JupyterLab whose kernels know the local Earth Engine."""
    with JupyterServer(tmp_path_factory.mktemp("jupyter"), {EMULATOR_VARIABLE: emulator.url}) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run Chromium; where there is none, tests fail."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def lab(jupyter: JupyterServer, browser: Browser) -> Iterator[LabPage]:
    """Give a fresh page without a notebook: open one, and it must end without complaints."""
    with LabPage.in_window(browser, jupyter) as lab:
        yield lab


@pytest.fixture
def form(lab: LabPage, jupyter: JupyterServer) -> ExportForm:
    """Open a form that shows the sample."""
    lab.open(jupyter.add_notebook([FORM_CELL])).run_all()
    form = ExportForm(lab.page)
    form.expect_connected_to_emulator()
    form.load_sample()
    return form
