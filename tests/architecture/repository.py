"""What the architecture tests look at: the files of the checkout."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ee_export_widget"
TESTS = ROOT / "tests"


@cache
def files() -> tuple[Path, ...]:
    """List every file that git has or would take."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - any git will do
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = sorted(name for name in listing.stdout.decode().split("\0") if name)
    return tuple(path for name in names if (path := ROOT / name).is_file())


def files_in(folder: Path, *suffixes: str) -> list[Path]:
    """List the files below a folder that end in one of the suffixes."""
    return [path for path in files() if path.is_relative_to(folder) and path.suffix in suffixes]


def name(path: Path) -> str:
    """Name a file as a reader of the test report knows it."""
    return path.relative_to(ROOT).as_posix()
