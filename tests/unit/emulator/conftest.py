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
