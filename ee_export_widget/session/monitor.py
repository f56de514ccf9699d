"""When to ask for operations: often while they are young, seldom later, never after the end.

Intervals follow the REST contract's advice: 2 s for the first half minute, then 10 s, 30 s after ten
minutes, spread by a fifth so that many forms do not ask in step.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ExportWidgetError,
    NotFoundError,
    PermissionDeniedError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ee_export_widget.core.operation import Operation

YOUNG_S, GROWN_S = 30.0, 600.0
RECONNECT_S = (2.0, 4.0, 8.0, 16.0, 30.0)


class Service(Protocol):
    """What the monitor needs of a client."""

    async def get_operation(self, name: str) -> Operation:
        """Read one operation."""
        ...


class Watched(Protocol):
    """What the monitor tells: the session."""

    def operations_to_ask(self) -> Sequence[Operation]:
        """Give the operations that have not ended."""
        ...

    def operation_seen(self, operation: Operation) -> None:
        """Take in what the service says of an operation."""
        ...

    def operation_lost(self, name: str) -> None:
        """Take in that the service does not know an operation."""
        ...

    def connection_seen(self, *, retry_in_s: float | None, error: ExportWidgetError | None = None) -> None:
        """Take in that the service answered (``None``), or when it is asked again."""
        ...


def interval_s(age_s: float) -> float:
    """Give the pause before an operation of this age is asked for again."""
    if age_s < YOUNG_S:
        return 2.0
    return 10.0 if age_s < GROWN_S else 30.0


@dataclass(eq=False)
class Monitor:
    """Keeps the operations of a session up to date until all have ended.

    ``run`` returns when nothing is left to ask; whoever adds an operation starts it again.
    """

    session: Watched
    service: Service
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    spread: Callable[[], float] = field(default=lambda: random.uniform(0.8, 1.2))  # noqa: S311 - not a secret
    pause: Callable[[float], Awaitable[bool]] | None = None
    """Waits that long, or less when woken; replaced in tests."""

    def __post_init__(self) -> None:
        self._woken = asyncio.Event()
        self._running = False

    async def run(self) -> None:
        """Ask, tell, wait, until nothing is running any more; a second call wakes the first and returns.

        Raises
        ------
        AuthenticationError, PermissionDeniedError, BadRequestError
            Where the service refuses to answer; what passes by itself is waited for.
        """
        if self._running:
            self._woken.set()
            return
        self._running = True
        try:
            await self._watch()
        finally:
            self._running = False

    async def _watch(self) -> None:
        failures = 0
        while waiting := self.session.operations_to_ask():
            self._woken.clear()
            outcomes = await asyncio.gather(*(self._ask(operation.name) for operation in waiting))
            errors = [error for error in outcomes if error is not None]
            if len(errors) < len(waiting):
                failures = 0
                self.session.connection_seen(retry_in_s=None)
                delay = min(interval_s(self._age_s(operation)) for operation in waiting) * self.spread()
            else:
                for error in errors:
                    if isinstance(error, AuthenticationError | PermissionDeniedError | BadRequestError):
                        raise error
                delay = RECONNECT_S[min(failures, len(RECONNECT_S) - 1)]
                failures += 1
                self.session.connection_seen(retry_in_s=delay, error=errors[0])
            if self.session.operations_to_ask():
                await (self.pause or self._sleep)(delay)

    async def _ask(self, name: str) -> ExportWidgetError | None:
        try:
            self.session.operation_seen(await self.service.get_operation(name))
        except NotFoundError:
            self.session.operation_lost(name)
        except ExportWidgetError as error:
            return error
        return None

    def _age_s(self, operation: Operation) -> float:
        return (self.clock() - operation.create_time).total_seconds() if operation.create_time else 0.0

    async def _sleep(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        return True
