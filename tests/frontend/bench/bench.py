"""A page that shows every panel in every state without a kernel, and pictures of it.

``python tests/frontend/bench/bench.py build/bench`` writes them; ``python … OUT ready errors`` only some states.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ee_export_widget.widgets import assets
from ee_export_widget.widgets.panel import FORM_STYLES

HERE = Path(__file__).parent
WIDTHS = (1100, 760, 420, 360, 320, 250)
THEMES = ("light", "dark")
STYLES = (
    *FORM_STYLES,
    "bands/bands.css",
    "pyramid/pyramid.css",
    "preview/preview.css",
    "operations/operations.css",
)
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def page(theme: str = "light") -> str:
    """One HTML page without any outside file; ``#state=errors`` chooses what it shows."""
    themes = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"
    colours = (themes / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8")
    styles = "\n".join([colours, (HERE / "bench.css").read_text(encoding="utf-8"), assets.style(*STYLES)])
    script = assets.module(HERE / "main.js").replace("</", "<\\/")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Panels</title>'
        f"<style>{styles}</style></head>"
        f'<body class="jp-ThemedContainer" data-jp-theme-light="{str(theme == "light").lower()}">'
        f'<div id="bench" class="jp-OutputArea-output"></div><script type="module">{script}</script></body></html>'
    )


def main(folder: Path, states: list[str]) -> None:
    """Write a picture of every state, theme and width."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        for theme in THEMES:
            file = folder / f"bench-{theme}.html"
            file.write_text(page(theme), encoding="utf-8")
            for width in WIDTHS:
                tab = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
                tab.goto(file.absolute().as_uri())
                for state in states or tab.evaluate("Object.keys(bench.STATES)"):
                    tab.evaluate("state => { bench.now.close(); bench.now = bench.show(state) }", state)
                    over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0:
                        sys.stdout.write(f"{state} {theme} {width}: {over} px too wide\n")
                    # Tall enough for all of it, so that what sticks to the bottom stands at its place.
                    tab.set_viewport_size({"width": width, "height": tab.evaluate("document.body.scrollHeight") + 1})
                    tab.screenshot(path=folder / f"{state}-{width}-{theme}.png")
                tab.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
