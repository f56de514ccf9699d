"""What users get: the wheel, built, installed in a clean environment and looked into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ee_export_widget
from tests.architecture.repository import PACKAGE, ROOT, files_in, name

UV = Path(sys.executable).with_name("uv")
EXTENSION = PACKAGE / "labextension"
SUFFIXES = {path.suffix for path in EXTENSION.rglob("*")}
PLACE = "share/jupyter/labextensions/ee-export-widget"
SHARED = f"ee_export_widget-{ee_export_widget.__version__}.data/data/{PLACE}"


def _run(*command: object, cwd: Path) -> str:
    run = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the source distribution, as a release would."""
    out = tmp_path_factory.mktemp("dist")
    _run(UV, "build", "--quiet", "--out-dir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone, without any extra, in an environment of its own; the path of its Python."""
    folder = tmp_path_factory.mktemp("clean")
    python = folder / "env" / "bin" / "python"
    constraints = ROOT / "tests" / "constraints.txt"
    _run(UV, "venv", "--quiet", "--python", sys.executable, folder / "env", cwd=folder)
    _run(UV, "pip", "install", "--quiet", "--python", python, "--constraint", constraints, wheel, cwd=folder)
    return python


def test_wheel_is_for_every_platform_and_names_the_version(wheel: Path) -> None:
    """One pure Python wheel of this version serves everybody."""
    assert wheel.name == f"ee_export_widget-{ee_export_widget.__version__}-py3-none-any.whl"


def test_wheel_has_every_file_of_the_package_once(wheel: Path) -> None:
    """Code, front end, data and type marker are all inside, and nothing is there twice."""
    inside = zipfile.ZipFile(wheel).namelist()
    files = files_in(PACKAGE, *{path.suffix for path in PACKAGE.rglob("*")})
    expected = {name(path) for path in files if not path.is_relative_to(EXTENSION)}
    expected |= {f"{SHARED}/{path.relative_to(EXTENSION).as_posix()}" for path in files_in(EXTENSION, *SUFFIXES)}
    notebooks = {f"ee_export_widget/notebooks/{path.name}" for path in files_in(ROOT / "notebooks", ".ipynb")}
    assert sorted((expected | notebooks) - set(inside)) == []
    assert len(inside) == len(set(inside))
    assert [entry for entry in inside if entry.startswith("ee_export_widget/labextension/")] == []
    assert "ee_export_widget/py.typed" in inside


def test_wheel_has_nothing_but_the_package(wheel: Path) -> None:
    """No test, no build file and no second top-level package slips in."""
    tops = {entry.split("/", 1)[0] for entry in zipfile.ZipFile(wheel).namelist()}
    release = f"ee_export_widget-{ee_export_widget.__version__}"
    assert tops == {"ee_export_widget", f"{release}.data", f"{release}.dist-info"}


def test_installed_wheel_imports_without_extras(clean: Path) -> None:
    """The form can be had with the runtime dependencies alone, outside any checkout."""
    code = "import ee_export_widget as e; print(e.ExportWidget.__name__, e.__file__)"
    kind, place = _run(clean, "-W", "error", "-c", code, cwd=clean.parent).split(" ", 1)
    assert kind == "ExportWidget"
    assert Path(place).is_relative_to(clean.parents[1])


def test_installed_command_says_its_version(clean: Path) -> None:
    """The command is on the path after installing."""
    said = _run(clean.with_name("ee-export-widget"), "--version", cwd=clean.parent)
    assert said == f"ee-export-widget {ee_export_widget.__version__}"


def test_command_without_its_extras_says_what_to_install(clean: Path) -> None:
    """Where the emulator's libraries are missing, one sentence says how to get them, and no traceback."""
    data_dir = clean.parent / "data"
    command = [str(clean.with_name("ee-export-widget")), "emulator", "--data-dir", str(data_dir)]
    run = subprocess.run(command, cwd=clean.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert 'pip install "ee-export-widget[demo]"' in run.stderr
    assert "Traceback" not in run.stderr


def test_installed_wheel_puts_its_extension_where_jupyterlab_looks(clean: Path) -> None:
    """JupyterLab finds the sidebar enabled after a plain install of the wheel."""
    place = clean.parents[1] / PLACE
    assert json.loads((place / "package.json").read_text(encoding="utf-8"))["version"] == ee_export_widget.__version__
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    environ = {**os.environ, "JUPYTER_PATH": str(place.parents[1]), "JUPYTER_PREFER_ENV_PATH": "0"}
    listed = subprocess.run(command, cwd=clean.parent, env=environ, capture_output=True, text=True, check=True)
    _before, _path, after = (listed.stdout + listed.stderr).partition(str(place.parent))
    first = next(line for line in after.splitlines() if "ee-export-widget" in line)
    assert "enabled" in first
    assert "OK" in first
