"""What only shows over real sockets: proxies of the environment, and a service that is not there."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.errors import ConnectionFailedError

if TYPE_CHECKING:
    from tests.contract.conftest import Service

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("running", ["loopback"], indirect=True)]

HASTY = Surroundings(random=lambda: 0.0)


async def test_proxy_of_the_environment_is_not_asked_for_this_machine(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that the user has for the internet does not stand between the form and the local Earth Engine."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with EarthEngineClient(service.project, base_url=service.base_url, surroundings=HASTY) as client:
        assert (await client.get_config())["name"] == "projects/local-demo/config"


async def test_service_that_is_not_there_is_told(service: Service) -> None:
    """A port where nobody listens is an error with a hint, and no export is in doubt."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    async with EarthEngineClient(service.project, base_url=address, surroundings=HASTY) as client:
        with pytest.raises(ConnectionFailedError, match=r"127\.0\.0\.1 could not be asked") as caught:
            await client.get_config()
    assert address in caught.value.hint
