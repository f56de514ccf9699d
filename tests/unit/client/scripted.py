"""A service that answers by a script, and the surroundings of a client that never waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any, TypeAlias

import httpx

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.errors import AuthenticationError

PROJECT = "demo-project"
LOCAL = "http://127.0.0.1:1"
EXPRESSION = {"result": "0", "values": {"0": {"constantValue": 1}}}

Step: TypeAlias = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class ManualTime:
    """Two clocks that go only when somebody sleeps; the pauses are kept."""

    start: datetime = datetime(2026, 1, 5, 10, tzinfo=UTC)
    passed_s: float = 0.0
    pauses: list[float] = field(default_factory=list)
    chance: float = 0.5

    def monotonic(self) -> float:
        return 1000.0 + self.passed_s

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed_s)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed_s += seconds

    def surroundings(self, **replaced: Any) -> Surroundings:  # noqa: ANN401 - fields of Surroundings
        numbers = count(1)
        return Surroundings(
            **{
                "monotonic": self.monotonic,
                "now": self.now,
                "sleep": self.sleep,
                "random": lambda: self.chance,
                "new_request_id": lambda: f"made-up-id-{next(numbers)}",
                "find_credentials": _no_credentials,
                **replaced,
            }
        )


def _no_credentials() -> Any:  # noqa: ANN401 - it never returns
    raise AuthenticationError("This test has no credentials.")


class Script:
    """Answers with one step after the other, and with the last one from then on; keeps what it was asked."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx.Response):
            # One answer may be given several times.
            return httpx.Response(step.status_code, headers=step.headers, content=step.content)
        return step(request)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def client_of(
    handler: Callable[[httpx.Request], httpx.Response],
    time: ManualTime,
    *,
    base_url: str = LOCAL,
    surroundings: Surroundings | None = None,
    **options: Any,  # noqa: ANN401 - options of the client
) -> EarthEngineClient:
    return EarthEngineClient(
        PROJECT,
        base_url=base_url,
        transport=httpx.MockTransport(handler),
        surroundings=surroundings or time.surroundings(),
        **options,
    )


def answer(body: object = None, *, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(200, json={} if body is None else body, headers=headers)


def refusal(  # noqa: PLR0913 - an error has these parts
    http_status: int,
    message: str = "No.",
    status: str = "",
    *,
    details: object = (),
    date: datetime | None = None,
    headers: dict[str, str] | None = None,
    **members: object,
) -> httpx.Response:
    headers = dict(headers or {})
    if date is not None:
        headers["Date"] = format_datetime(date, usegmt=True)
    error = {"code": http_status, "message": message, "status": status, "details": list(details), **members}  # type: ignore[call-overload]
    return httpx.Response(http_status, json={"error": error}, headers=headers)


def operation(
    operation_id: str = "NEW", *, created: datetime | None = None, description: str = "scene", **metadata: object
) -> dict[str, Any]:
    times = {"createTime": created.isoformat()} if created else {}
    return {
        "name": f"projects/{PROJECT}/operations/{operation_id}",
        "metadata": {"state": "PENDING", "type": "EXPORT_IMAGE", "description": description, **times, **metadata},
    }
