"""A local Earth Engine on a loopback socket, and a plain HTTP client in front of it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.emulator import LocalEarthEngine, ManualClock
from tests.unit.emulator.support import SAMPLE

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


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """An emulator at high speed with the official client initialised against it."""
    import ee
    from google.auth.credentials import AnonymousCredentials

    with LocalEarthEngine(tmp_path_factory.mktemp("official"), speed=1000) as running:
        credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        ee.Initialize(credentials, project="local-demo", url=running.url)
        yield running
        ee.Reset()


@pytest.fixture
def scene(official: LocalEarthEngine) -> Any:  # noqa: ANN401, ARG001 - ee has no types, and must be initialised
    """The sample scene as the official client has it."""
    import ee

    return ee.Image(SAMPLE)
