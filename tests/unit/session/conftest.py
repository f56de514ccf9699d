"""What the tests of a session share: a background loop of their own, clocks that stand still, a small service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session.runtime import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    """Give a background loop that ends with the test."""
    runtime = Runtime()
    yield runtime
    runtime.close()
