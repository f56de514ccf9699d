"""A transport that remembers what was answered, for the few questions that only raw answers can settle."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """What was answered to one request; the request itself, with its token, is not kept."""

    method: str
    path: str
    status: int
    body: Mapping[str, Any]
    """Empty where it is no JSON object."""


class Witness(httpx.AsyncBaseTransport):
    """Passes requests on, and keeps the answers in order.

    Parameters
    ----------
    carrier
        What carries the requests.
    """

    def __init__(self, carrier: httpx.AsyncBaseTransport) -> None:
        self._carrier = carrier
        self.answers: list[Answer] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on and keep what comes back."""
        response = await self._carrier.handle_async_request(request)
        await response.aread()
        try:
            body = json.loads(response.content)
        except ValueError:
            body = None
        known = body if isinstance(body, dict) else {}
        self.answers.append(Answer(request.method, request.url.path, response.status_code, known))
        return response

    async def aclose(self) -> None:
        """Close the carrier."""
        await self._carrier.aclose()

    def last(self, ending: str) -> Answer:
        """Give the newest answer from a path with this ending.

        Raises
        ------
        LookupError
            Where there is none.
        """
        for answer in reversed(self.answers):
            if answer.path.endswith(ending):
                return answer
        raise LookupError(ending)
