"""What the README shows works."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"(<!-- run -->\n)?```python\n(.*?)```", README, flags=re.DOTALL)


def test_marked_snippet_runs(tmp_path: Path) -> None:
    """The example without an account runs as it stands, in a fresh interpreter, and its assertions hold."""
    (snippet,) = [code for marked, code in SNIPPETS if marked]
    script = tmp_path / "readme.py"
    script.write_text(snippet, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "SUCCEEDED" in done.stdout


@pytest.mark.parametrize("snippet", [code for marked, code in SNIPPETS if not marked])
def test_other_snippets_are_python_over_our_public_names(snippet: str) -> None:
    """Snippets that need a page or an account at least parse, and import what there is."""
    import ee_export_widget

    names = [
        alias.name
        for node in ast.walk(ast.parse(snippet))
        if isinstance(node, ast.ImportFrom) and node.module == "ee_export_widget"
        for alias in node.names
    ]
    assert names
    assert set(names) <= set(ee_export_widget.__all__)
