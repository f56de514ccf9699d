"""Engines over a data directory that already holds the sample scene."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.emulator.clock import ManualClock
from ee_export_widget.emulator.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def seeded_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the first start leaves it, to be copied."""
    directory = tmp_path_factory.mktemp("seeded")
    Engine(directory, clock=ManualClock()).close()
    return directory


@pytest.fixture
def data_dir(seeded_dir: Path, tmp_path: Path) -> Path:
    """A data directory of the test's own, with the sample scene."""
    directory = tmp_path / "data"
    shutil.copytree(seeded_dir, directory)
    return directory


@pytest.fixture
def engine(data_dir: Path) -> Iterator[Engine]:
    """An engine whose clock stands still until the test moves it."""
    running = Engine(data_dir, clock=ManualClock())
    yield running
    running.close()


@pytest.fixture(scope="module")
def still_engine(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine shared by tests that change nothing."""
    directory = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(seeded_dir, directory)
    running = Engine(directory, clock=ManualClock())
    yield running
    running.close()
