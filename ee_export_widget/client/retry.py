"""When a request is worth repeating, and how long to wait before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from ee_export_widget.errors import (
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    QuotaExceededError,
    ServerError,
    ServiceResponseError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from ee_export_widget.client.surroundings import Surroundings

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0

_USED_UP = re.compile(r"already in the queue|custom quota|eecu", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient one kind of request is."""

    deadline_s: float
    """From the first attempt to the last answer."""
    attempts: int
    read_timeout_s: float
    """Longest silence of the service within one attempt."""
    repeatable: bool = True
    """Whether it may be repeated when nobody knows if the service has carried it out."""


READ = Policy(deadline_s=60.0, attempts=5, read_timeout_s=20.0)
"""Reads, and cancelling: asking twice changes nothing."""

COMPUTE = Policy(deadline_s=360.0, attempts=5, read_timeout_s=310.0)
"""Interactive computations: the service gives them 5 minutes (developer guide, processing environments)."""

WRITE = Policy(deadline_s=60.0, attempts=5, read_timeout_s=30.0, repeatable=False)
"""Changes without a request id: repeated only when certainly not carried out."""


class Patience:
    """Decides about the attempts of one request: exponential pauses with full jitter, within a deadline."""

    def __init__(self, policy: Policy, surroundings: Surroundings) -> None:
        self._policy = policy
        self._surroundings = surroundings
        self._ends_at = surroundings.monotonic() + policy.deadline_s
        self._attempts = 0

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline, never negative."""
        return max(self._ends_at - self._surroundings.monotonic(), 0.0)

    def pause_after(self, error: ExportWidgetError) -> float | None:
        """Give the seconds to wait before the next attempt, or ``None`` where the error stands."""
        if not is_transient(error) or (may_have_arrived(error) and not self._policy.repeatable):
            return None
        return self.pause_s(error.retry_after_s if isinstance(error, ServiceResponseError) else None)

    def pause_s(self, asked_s: float | None = None) -> float | None:
        """Give the seconds to wait before the next attempt, or ``None`` for the end of patience.

        Parameters
        ----------
        asked_s
            What the service asked for: the pause is at least that long.
        """
        self._attempts += 1
        if self._attempts >= self._policy.attempts:
            return None
        longest = min(FIRST_PAUSE_S * 2 ** (self._attempts - 1), LONGEST_PAUSE_S)
        pause = longest * self._surroundings.random()
        pause += asked_s or 0.0
        return pause if pause < self.remaining_s else None

    async def wait(self, pause_s: float) -> None:
        """Let the pause pass."""
        await self._surroundings.sleep(pause_s)


def is_transient(error: ExportWidgetError) -> bool:
    """Tell whether the same request may well succeed a little later.

    Rate limits pass, a full queue and a used-up quota do not; an aborted transaction may be repeated.
    """
    if isinstance(error, QuotaExceededError):
        return not _USED_UP.search(error.message)
    if isinstance(error, ServerError):
        return error.http_status != httpx.codes.NOT_IMPLEMENTED
    if isinstance(error, BadRequestError):
        return error.status == "ABORTED" or error.http_status == httpx.codes.REQUEST_TIMEOUT
    if isinstance(error, UnexpectedResponseError):
        return error.truncated
    return isinstance(error, ConnectionFailedError)


def may_have_arrived(error: ExportWidgetError) -> bool:
    """Tell whether the service may have carried out the request that ended so.

    It has not where no connection came about, or where its answer says so.
    """
    if isinstance(error, UnexpectedResponseError):
        return error.truncated
    if isinstance(error, ConnectionFailedError):
        never_sent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
        return not isinstance(error.__cause__, never_sent)
    return isinstance(error, ServerError) and error.http_status != httpx.codes.NOT_IMPLEMENTED
