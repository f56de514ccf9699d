"""A local Earth Engine on a loopback socket, and a plain HTTP client in front of it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.emulator import LocalEarthEngine, ManualClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


collect_ignore = [] if find_spec("geemap") and find_spec("xee") else ["test_emulator_other_software.py"]


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
