"""What the client takes from the machine it runs on."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ee_export_widget.client.auth import FoundCredentials, find_credentials

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Clocks, sleep, chance and the user's credentials, gathered so that a test can bring its own."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds from an arbitrary start; never goes back."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Wall clock, aware."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """Evenly spread over [0, 1)."""
    new_request_id: Callable[[], str] = lambda: str(uuid.uuid4())
    find_credentials: Callable[[], FoundCredentials] = find_credentials
