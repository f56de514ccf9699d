"""What counts as this machine: only there is a service called the local emulator."""

from __future__ import annotations

import pytest

from ee_export_widget.session import doors


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.1.2.3", True),
        ("http://localhost:8080/path", True),
        ("http://[::1]:8080", True),
        ("127.0.0.1:8080", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://127.0.0.1@service.example", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_loopback_addresses_are_local(address: str, local: bool) -> None:
    """A name that merely begins like one belongs to somebody else."""
    assert doors.is_local(address) is local
