"""The guard that keeps tests off the network."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "earthengine.googleapis.com"])
def test_reaching_beyond_loopback_fails_loudly(host: str) -> None:
    """A test that leaves this machine fails, whatever it does with connection errors."""
    with pytest.raises(RuntimeError, match="tried to reach"):
        socket.create_connection((host, 443), timeout=1)


def test_loopback_stays_open() -> None:
    """A server and its client inside the test process can talk."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
