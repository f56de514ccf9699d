"""What tests of the panels share: what a panel has said, and what the kernel says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

Open: TypeAlias = "Callable[..., Page]"

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
