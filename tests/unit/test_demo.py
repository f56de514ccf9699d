"""What the demo lays out before JupyterLab starts."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.demo import JupyterLab, lay_out_notebooks, stop_on_signals
from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Give a folder with one notebook, as a release has it: without results."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    _save(folder / "01-lesson.ipynb", [{"cell_type": "code", "source": ["1 + ", "1"], "outputs": []}])
    return folder


def _save(notebook: Path, cells: list[dict[str, object]]) -> bytes:
    notebook.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}), encoding="utf-8")
    return notebook.read_bytes()


def test_notebooks_are_laid_out(shipped: Path, tmp_path: Path) -> None:
    """A new folder gets every notebook as it is shipped."""
    lay_out_notebooks(shipped, tmp_path / "new" / "deep")
    assert (tmp_path / "new" / "deep" / "01-lesson.ipynb").read_bytes() == (shipped / "01-lesson.ipynb").read_bytes()


def test_notebook_with_results_is_left_alone(shipped: Path, tmp_path: Path) -> None:
    """Running a notebook and saving it changes no code: the next demo shows it as it was left."""
    ran = {"cell_type": "code", "source": "1 + 1", "outputs": [{"text": "2"}], "execution_count": 1, "id": "a"}
    left = _save(tmp_path / "01-lesson.ipynb", [ran])
    lay_out_notebooks(shipped, tmp_path)
    assert [path.name for path in tmp_path.glob("*.ipynb")] == ["01-lesson.ipynb"]
    assert (tmp_path / "01-lesson.ipynb").read_bytes() == left


@pytest.mark.parametrize("content", ['{"cells": []}', '{"cel', '{"cells": [1]}', "[]"])
def test_changed_notebook_is_kept_beside_a_fresh_one(shipped: Path, tmp_path: Path, content: str) -> None:
    """What a person changed or broke is never lost, and the demo still begins with the notebook as shipped."""
    (tmp_path / "01-lesson.ipynb").write_text(content, encoding="utf-8")
    lay_out_notebooks(shipped, tmp_path)
    assert (tmp_path / "01-lesson.ipynb").read_bytes() == (shipped / "01-lesson.ipynb").read_bytes()
    (kept,) = tmp_path.glob("01-lesson-changed-*.ipynb")
    assert kept.read_text(encoding="utf-8") == content


def test_settings_of_the_user_stay(tmp_path: Path) -> None:
    """Settings are written once; what the user chose in the page later is kept."""
    lab = JupyterLab(tmp_path, tmp_path / "config", settings={"@scope/package:plugin": {"theme": "light"}})
    lab._write_settings()
    path = tmp_path / "config" / "settings" / "@scope" / "package" / "plugin.jupyterlab-settings"
    assert json.loads(path.read_text(encoding="utf-8")) == {"theme": "light"}
    path.write_text("{}", encoding="utf-8")
    lab._write_settings()
    assert path.read_text(encoding="utf-8") == "{}"


def test_jupyterlab_answers_only_those_who_know_the_token(tmp_path: Path) -> None:
    """Inside the context the server answers, with the token; afterwards nobody listens."""
    with JupyterLab(tmp_path, tmp_path / "config") as lab:
        address = f"http://127.0.0.1:{lab.port}/api/contents"
        with urllib.request.urlopen(f"{address}?token={lab.token}", timeout=60) as response:  # noqa: S310 - loopback
            assert json.load(response)["type"] == "directory"
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(address, timeout=60)
        refused.value.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", lab.port), timeout=60)


def test_jupyterlab_that_cannot_start_says_why(tmp_path: Path) -> None:
    """When JupyterLab ends at once, its last words and the place of its log are told."""
    folder = tmp_path / "jupyter" / "config"
    folder.mkdir(parents=True)
    (folder / "jupyter_server_config.py").write_text("raise SystemExit('a broken setting')")
    with pytest.raises(ExportWidgetError, match=r"JupyterLab did not start: .*a broken setting") as caught:
        JupyterLab(tmp_path, tmp_path / "jupyter").__enter__()
    assert str(tmp_path / "jupyter" / "jupyterlab.log") in caught.value.hint


def test_address_has_token_and_notebook(tmp_path: Path) -> None:
    """The address opens the notebook, whatever characters its name has, without asking for a password."""
    lab = JupyterLab(tmp_path, tmp_path, port=8080)
    assert lab.url("a b.ipynb") == f"http://127.0.0.1:8080/lab/workspaces/default/tree/a%20b.ipynb?token={lab.token}"
    assert len(lab.token) >= 32


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_second_signal_does_not_disturb_the_clean_up(number: signal.Signals) -> None:
    """The first signal begins the clean-up, later ones are ignored, and afterwards all is as before."""
    before = signal.getsignal(number)
    cleaned: list[signal.Signals] = []

    def work() -> None:
        with stop_on_signals():
            try:
                signal.raise_signal(number)
            finally:
                signal.raise_signal(number)
                cleaned.append(number)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert cleaned == [number]
    assert signal.getsignal(number) is before
