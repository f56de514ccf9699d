"""`live-check`, called as its entry point calls it, against the local Earth Engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.cli import main
from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.emulator.faults import RefuseGrid

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_live_check_prints_what_it_learns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each question; the exit code says whether all is as the package relies on."""
    with LocalEarthEngine(tmp_path, speed=1000) as engine:
        command = ["live-check", "--project", engine.project, "--base-url", engine.url]
        assert main(command) == 0
        lines = capsys.readouterr().out.splitlines()
        assert "Is the member grid taken? yes" in lines
        assert lines[-1] == "What is left behind? nothing; the asset was deleted"
        engine.faults.add(RefuseGrid())
        assert main(command) == 1
        assert "Is a grid inside the expression taken? yes" in capsys.readouterr().out
