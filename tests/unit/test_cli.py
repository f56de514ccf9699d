"""The command line, called as its entry point calls it; what it talks to is the local Earth Engine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ee_export_widget import __version__
from ee_export_widget.cli import main
from ee_export_widget.demo import free_port
from ee_export_widget.emulator import LocalEarthEngine

if TYPE_CHECKING:
    from pathlib import Path


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """--version names the program and its version, and is a success."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"ee-export-widget {__version__}\n")


def test_module_is_the_same_command() -> None:
    """``python -m ee_export_widget`` works where the script is not on the path."""
    said = subprocess.run([sys.executable, "-m", "ee_export_widget", "--version"], capture_output=True, check=True)
    assert said.stdout.decode() == f"ee-export-widget {__version__}\n"


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["exprot"],
        ["demo", "--port", "http"],
        ["demo", "--port=-1"],
        ["emulator", "--port", "65536"],
        ["emulator", "--speed", "0"],
        ["emulator", "--speed", "inf"],
        ["submit", "body.json"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_explained(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A missing or misspelt argument gives the usage and exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert "usage: ee-export-widget" in capsys.readouterr().err


def test_damaged_data_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What keeps the local Earth Engine from starting is told in its words; exit code 1."""
    (tmp_path / "assets").write_text("a file where a folder belongs")
    assert main(["emulator", "--data-dir", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_port_in_use_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that somebody listens on is named, with what to do; exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([command, "--port", str(port), "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"Cannot listen on port {port}: Address already in use. Choose another one with --port, or leave it out.\n"
    )


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_unwritable_folder_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A data folder that cannot be made is named, with what to do; exit code 1."""
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    assert main([command, "--data-dir", str(folder)]) == 1
    assert (
        capsys.readouterr().err
        == f"Cannot write to {folder}: Not a directory. Choose another folder with --data-dir.\n"
    )


def test_a_second_emulator_works_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """Where nobody has chosen the folder, two run side by side; the second says where its results are."""
    command = [sys.executable, "-m", "ee_export_widget", "emulator"]
    environ = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    with ExitStack() as stack:
        running = []
        for _ in range(2):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
            stack.callback(process.communicate)
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline().startswith("EMULATOR http://127.0.0.1:")
            running.append(process)
        for process in running:
            process.terminate()
        complaints = [process.communicate(timeout=30)[1] for process in running]
    folder = tmp_path / "ee-export-widget"
    assert complaints == ["", f"{folder} is in use by another local Earth Engine; this one works in {folder}-2.\n"]
    assert {path.name for path in tmp_path.iterdir()} == {folder.name, f"{folder.name}-2"}


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_a_chosen_folder_in_use_is_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that somebody has chosen is not replaced by another; exit code 1."""
    with LocalEarthEngine(tmp_path):
        assert main([command, "--data-dir", str(tmp_path)]) == 1
    said, complaints = capsys.readouterr()
    assert (said, complaints) == (
        "", f"Another local Earth Engine is using {tmp_path}; stop it or choose another data directory.\n"
    )  # fmt: skip


def test_emulator_says_where_it_is_and_ends_politely(tmp_path: Path) -> None:
    """The first line is the address, on the port that was asked for; a polite kill ends it with exit code 0."""
    port = free_port()
    command = [sys.executable, "-m", "ee_export_widget", "emulator", "--port", str(port), "--data-dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"EMULATOR http://127.0.0.1:{port}\n"
        socket.create_connection(("127.0.0.1", port)).close()
        process.terminate()
        _said, complaints = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, complaints) == (0, "")
