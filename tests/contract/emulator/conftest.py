"""A local Earth Engine on a loopback socket, and a plain HTTP client in front of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.emulator import LocalEarthEngine, ManualClock
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
def service(data_dir: Path) -> Iterator[LocalEarthEngine]:
    """A running emulator whose clock the test moves."""
    with LocalEarthEngine(data_dir, clock=ManualClock()) as running:
        yield running


@pytest.fixture
def http(service: LocalEarthEngine) -> Iterator[httpx.Client]:
    """A client that sends what it is told, to paths below the demo project."""
    with httpx.Client(base_url=f"{service.url}/v1/projects/local-demo", timeout=30) as client:
        yield client
