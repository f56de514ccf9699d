"""What the front end keeps to, so that the form works on any page, fits any theme and disturbs nothing around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.repository import PACKAGE, files_in, name
from tests.fingerprint import EXTENSION, package_json

if TYPE_CHECKING:
    from pathlib import Path

SHEETS = files_in(PACKAGE, ".css")
PANELS = [path for path in files_in(PACKAGE, ".js") if "labextension" not in path.parts]

# Classes of the libraries whose elements stand inside ours.
BORROWED = ("leaflet-", "jp-", "jupyter-", "widget-", "lm-")


def _without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _selectors(css: str) -> list[str]:
    """List single selectors; at-rules are looked into, key frames are not."""
    css = re.sub(r"@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    preludes = re.findall(r"(?:^|[{};])\s*([^{};@]+?)\s*\{", css)
    return [selector.strip() for prelude in preludes for selector in _split(prelude)]


def _split(prelude: str) -> list[str]:
    """Split a list of selectors at its commas, but not at those inside ``:is(...)`` and its like."""
    parts, depth = [""], 0
    for character in prelude:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_style_sheet_touches_only_our_elements(path: Path) -> None:
    """Every selector begins with, or is confined by, a class of ours."""
    strangers = [
        selector
        for selector in _selectors(_without_comments(path))
        if ".eew-" not in selector and not selector.startswith(("&", "--"))
    ]
    assert strangers == []


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_style_sheet_invents_no_foreign_class(path: Path) -> None:
    """Every class is ours by its prefix, or known to belong to a library."""
    classes = {found for s in _selectors(_without_comments(path)) for found in re.findall(r"\.([a-zA-Z_][\w-]*)", s)}
    assert sorted(c for c in classes if not c.startswith(("eew-", *BORROWED))) == []


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_style_sheet_neither_shouts_nor_fetches(path: Path) -> None:
    """No ``!important``, and nothing loaded from the network."""
    assert re.findall(r"!important|@import|url\(\s*['\"]?(?:https?:)?//", _without_comments(path)) == []


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_theme_variables_have_a_fallback(path: Path) -> None:
    """Outside JupyterLab, where its variables are missing, every colour and size still has a value."""
    assert re.findall(r"var\(\s*--jp-[\w-]+\s*\)", _without_comments(path)) == []


def test_sidebar_extension_has_the_version_and_fingerprint_of_what_it_is() -> None:
    """Browsers keep its files for good: a change without a new address (`make .venv/labextension`) never arrives."""
    assert (EXTENSION / "package.json").read_text(encoding="utf-8") == package_json()


def test_sidebar_extension_needs_nothing_at_run_time() -> None:
    """Its scripts load what the page shares and their own neighbours, nothing else, and make no markup of texts."""
    for path in files_in(EXTENSION, ".js"):
        source = path.read_text(encoding="utf-8")
        assert re.findall(r"^import\b(?!.*@import)", source, re.MULTILINE) == []
        assert re.findall(r"innerHTML|insertAdjacentHTML|document\.write", source) == []


@pytest.mark.parametrize("path", PANELS, ids=name)
def test_form_in_a_cell_asks_nothing_of_jupyterlab(path: Path) -> None:
    """VS Code, Colab and Voila have neither its application nor its modules; only the sidebar's side may use them."""
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"jupyterapp|@jupyterlab/|@lumino/|_JUPYTERLAB|labextension", source) == []
