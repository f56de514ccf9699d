"""What counts as this machine, and what as Google."""

from __future__ import annotations

import pytest

from ee_export_widget.core.addresses import is_google, is_local


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.0.0.2", True),
        ("http://127.1.2.3", True),
        ("http://localhost:8080/path", True),
        ("http://[::1]:8080", True),
        ("127.0.0.1:8080", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://127.0.0.1@service.example", False),
        ("http://[::1", False),
        ("http://service.example/127.0.0.1", False),
        ("https://earthengine.googleapis.com", False),
        ("", False),
    ],
)
def test_only_loopback_addresses_are_local(address: str, local: bool) -> None:
    """A name that merely begins like one belongs to somebody else."""
    assert is_local(address) is local


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://earthengine.googleapis.com", True),
        ("https://earthengine-highvolume.googleapis.com", True),
        ("https://googleapis.com", True),
        ("https://EARTHENGINE.GOOGLEAPIS.COM", True),
        ("http://earthengine.googleapis.com", False),
        ("https://earthengine.googleapis.com.example.org", False),
        ("https://evilgoogleapis.com", False),
        ("https://earthengine.googleapis.com@example.org", False),
        ("https://example.org/earthengine.googleapis.com", False),
        ("http://127.0.0.1:8080", False),
        ("earthengine.googleapis.com", False),
        ("https://[::1", False),
    ],
)
def test_only_googles_hosts_over_https_are_trusted(address: str, trusted: bool) -> None:
    """Found credentials go to Google's API hosts, encrypted, and nowhere else."""
    assert is_google(address) is trusted
