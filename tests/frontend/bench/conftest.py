"""A page for each test of the panels, which must end without an error."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.frontend.bench import bench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(bench.CHROMIUM))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("bench") / "bench.html"
    file.write_text(bench.page(), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def open_bench(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open the panels in a state; errors of the page fail the test."""
    errors: list[str] = []
    context = browser.new_context(reduced_motion="reduce")

    def opened(state: str = "ready", width: int = 1100, *, clock: bool = False) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 1000})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        if clock:  # it stands until a test lets it run, however long the page takes to open
            page.clock.install(time=0)
            page.clock.pause_at(MORNING)
        page.goto(f"{address}#state={state}")
        page.locator(".eew-step[data-open]").first.wait_for()
        return page

    yield opened
    context.close()
    assert errors == []
