"""What the client's tests share: the loop they run on, and a clock that stands until somebody sleeps."""

from __future__ import annotations

import pytest

from tests.unit.client.scripted import ManualTime


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture
def time() -> ManualTime:
    """Give a clock that only moves when the client sleeps or the test says so."""
    return ManualTime()
