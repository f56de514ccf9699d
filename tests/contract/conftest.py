"""The services that clients are held against: the local Earth Engine in this process and on a loopback socket.

Where `EE_EXPORT_WIDGET_REAL_PROJECT` names a project, also the real one, as whoever is signed in to it; only tests with
the mark `any_service` are collected for that.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.auth import find_credentials
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.core.addresses import GOOGLE
from ee_export_widget.emulator import Faults, LocalEarthEngine, create_app
from tests.conftest import REAL_PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.client.auth import Credentials

SPEED = 200.0
"""Exports take about a tenth of a second, unless their work takes longer."""

LOCAL = ("in-process", "loopback")
TARGETS = (*LOCAL, "real") if os.environ.get(REAL_PROJECT) else LOCAL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep from the real service what needs the sample scene or scripted faults."""
    unfit = [item for item in items if _target(item) == "real" and item.get_closest_marker("any_service") is None]
    config.hook.pytest_deselected(items=unfit)
    items[:] = [item for item in items if item not in unfit]


def _target(item: pytest.Item) -> object:
    call = getattr(item, "callspec", None)
    return call.params.get("running") if call else None


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


class Recording(httpx.AsyncBaseTransport):
    """Keeps what goes out, and passes it on."""

    def __init__(self, carrier: httpx.AsyncBaseTransport) -> None:
        self._carrier = carrier
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self._carrier.handle_async_request(request)

    async def aclose(self) -> None:
        await self._carrier.aclose()


@dataclass
class Service:
    """A service under test, and an image that it has."""

    base_url: str
    carrier: Callable[[], httpx.AsyncBaseTransport]
    faults: Faults
    project: str = LocalEarthEngine.project
    image: str = f"projects/{LocalEarthEngine.project}/assets/samples/itaipu_landsat8"
    bands: tuple[str, ...] = ("B2", "B3", "B4", "spectral_class")
    crs: str = "EPSG:32621"
    credentials: Credentials | None = None
    transports: list[Recording] = field(default_factory=list)

    def client(self, credentials: Credentials | None = None) -> EarthEngineClient:
        """Make a client whose requests are kept."""
        self.transports.append(Recording(self.carrier()))
        return EarthEngineClient(
            self.project,
            credentials=credentials or self.credentials,
            base_url=self.base_url,
            transport=self.transports[-1],
            surroundings=Surroundings(random=lambda: 0.0),  # the luckiest jitter: no pauses
        )

    @property
    def requests(self) -> list[httpx.Request]:
        """What was sent, by all clients."""
        return [request for transport in self.transports for request in transport.requests]


def _real() -> Service:
    """Find the real service, with an image that everybody may read: heights of the land, from NASA."""
    return Service(
        GOOGLE,
        httpx.AsyncHTTPTransport,
        Faults(),
        project=os.environ[REAL_PROJECT],
        image="projects/earthengine-public/assets/USGS/SRTMGL1_003",
        bands=("elevation",),
        crs="EPSG:4326",
        credentials=find_credentials().credentials,
    )


@pytest.fixture(scope="session", params=TARGETS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the local Earth Engine once for all tests of a target."""
    if request.param == "real":
        yield _real()
        return
    faults = Faults()
    directory = tmp_path_factory.mktemp("earth-engine")
    with ExitStack() as stack:
        if request.param == "loopback":
            engine = stack.enter_context(LocalEarthEngine(directory, speed=SPEED, faults=faults))
            yield Service(engine.url, httpx.AsyncHTTPTransport, faults)
        else:
            app = create_app(directory, speed=SPEED, faults=faults)
            stack.callback(app.state.engine.close)
            yield Service("http://127.0.0.1", lambda: httpx.ASGITransport(app), faults)


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """Give each test the service without leftovers of others: no faults, no requests."""
    running.transports.clear()
    yield running
    running.faults.clear()
