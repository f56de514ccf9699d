"""The tutorials: each runs from top to bottom against the local Earth Engine, and asserts its own result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.environment import EMULATOR_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def _engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with LocalEarthEngine(data_dir=tmp_path / "earth-engine", speed=20.0) as engine:
        monkeypatch.setenv(EMULATOR_VARIABLE, engine.url)
        yield


def _code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.usefixtures("_engine")
def test_tutorial_runs_to_its_end(path: Path, tmp_path: Path) -> None:
    """Every cell runs without an error, in a fresh kernel and an empty folder."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    ran = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert ran == list(range(1, len(ran) + 1))


def test_tutorial_is_stored_without_outputs(path: Path) -> None:
    """Results of one machine are not kept in git."""
    assert [cell.source for cell in _code_cells(path) if cell.outputs or cell.execution_count] == []


def test_tutorial_is_numbered_and_says_what_a_cell_does(path: Path) -> None:
    """Tutorials have an order, begin with a heading, and no code comes before its explanation."""
    cells = nbformat.read(path, as_version=4).cells
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", path.stem)
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
