"""What one tiny export tells of a service, whichever way that behaves."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import numpy as np
import pytest

from ee_export_widget.client.live_check import PATIENCE_S, live_check
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.client.witness import Witness
from ee_export_widget.emulator.faults import RefuseGrid
from ee_export_widget.errors import BadRequestError

if TYPE_CHECKING:
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

GRID, FOLDED = "Is the member grid taken?", "Is a grid inside the expression taken?"
REPLAY = "What does the same request with the same id do?"
ENDED, CARRIED = "How did it end?", "What does a finished operation carry?"
SAME, LIE = "Is the grid of the asset the one that was asked for?", "Do the pixels lie where the grid says?"
CANCELLED = "What does cancelling a finished operation do?"

Change: TypeAlias = Callable[[httpx.Request, httpx.Response], httpx.Response]


class Altered(httpx.AsyncBaseTransport):
    """Changes what is answered to one method, from its nth call on."""

    def __init__(self, carrier: httpx.AsyncBaseTransport, ending: str, change: Change, first: int = 1) -> None:
        self._carrier, self._ending, self._change, self._first = carrier, ending, change, first
        self._calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._carrier.handle_async_request(request)
        await response.aread()
        if request.url.path.endswith(self._ending):
            self._calls += 1
            if self._calls >= self._first:
                return self._change(request, response)
        return response

    async def aclose(self) -> None:
        await self._carrier.aclose()


async def soon(_seconds: float) -> None:
    """Let the others have their turn."""
    await asyncio.to_thread(int)


async def learn(service: Service, transport: httpx.AsyncBaseTransport | None = None, **around: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of the surroundings
    """Give what is learnt, by question."""
    surroundings = Surroundings(**{"sleep": soon, "random": lambda: 0.0, **around})
    found = live_check(
        service.project,
        base_url=service.base_url,
        transport=transport or service.carrier(),
        surroundings=surroundings,
    )
    return {learnt.question: learnt async for learnt in found}


async def test_a_service_that_takes_the_grid(service: Service) -> None:
    """Every question has an answer, and all are what the package relies on."""
    found = await learn(service)
    assert found[GRID].answer == "yes"
    assert FOLDED not in found
    assert found[REPLAY].answer.startswith("HTTP ")
    assert found[ENDED].answer == "SUCCEEDED, attempt 1"
    assert found[CARRIED].answer.startswith("response: @type; ")
    assert found[SAME].answer == "yes, 16 × 16 px, and no border is counted"
    assert found[LIE].answer == "yes"
    assert found[CANCELLED].answer.endswith("the state is SUCCEEDED")
    assert "Retry-After" in found["What stays open?"].answer
    assert not [learnt for learnt in found.values() if learnt.good is False]


async def test_a_service_that_refuses_the_grid(service: Service) -> None:
    """The other route is taken, has the same pixels, and is named for the form."""
    service.faults.add(RefuseGrid())
    found = await learn(service)
    assert (found[GRID].good, found[FOLDED].good) == (False, True)
    assert 'Unknown name "grid"' in found[GRID].answer
    assert "Write the grid into the expression" in found[FOLDED].answer
    assert (found[SAME].answer, found[LIE].answer) == ("yes, 16 × 16 px, and no border is counted", "yes")


async def test_a_service_that_takes_neither_is_an_error(service: Service) -> None:
    """The second refusal is raised: there is nothing more to learn."""

    def refuse(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        return httpx.Response(400, json={"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "No."}})

    with pytest.raises(BadRequestError, match="No"):
        await learn(service, Altered(service.carrier(), "/image:export", refuse))


def renamed(_request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Give the operation another id, as a service would that starts a second one."""
    body = {**response.json(), "name": "projects/local-demo/operations/SECOND"}
    return httpx.Response(200, json={"name": body["name"], "metadata": {"state": "PENDING"}})


async def test_a_replay_that_gives_the_first_operation(service: Service) -> None:
    """As idempotent services do."""
    kept: list[Any] = []

    def first(_request: httpx.Request, response: httpx.Response) -> httpx.Response:
        kept.append(response.json())
        return httpx.Response(200, json=kept[0])

    found = await learn(service, Altered(service.carrier(), "/image:export", first))
    assert found[REPLAY].answer == "HTTP 200 with the first operation"


async def test_a_replay_that_starts_a_second_export(service: Service) -> None:
    """It is cancelled at once, and said to be bad."""
    answers = Witness(service.carrier())
    found = await learn(service, Altered(_forgiving(answers), "/image:export", renamed, first=2))
    assert (found[REPLAY].good, found[REPLAY].answer) == (
        False, "it starts a second operation, which was cancelled"
    )  # fmt: skip
    assert answers.last("SECOND:cancel").method == "POST"


def _forgiving(carrier: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
    return Altered(carrier, "SECOND:cancel", lambda _request, _response: httpx.Response(200, json={}))


async def test_a_replay_that_fails(service: Service) -> None:
    """A refusal that is no duplicate is an answer, too."""

    def refuse(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        return httpx.Response(403, json={"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "Not now."}})

    found = await learn(service, Altered(service.carrier(), "/image:export", refuse, first=2))
    assert (found[REPLAY].good, found[REPLAY].answer) == (False, "it fails: Not now.")


async def test_an_export_that_does_not_end(service: Service) -> None:
    """Patience has an end; what needs the asset is left out."""
    passed = [0.0]

    async def sleep(_seconds: float) -> None:
        passed.append(passed[-1] + PATIENCE_S)
        await asyncio.to_thread(int)

    pending = Altered(service.carrier(), "", _pending)
    found = await learn(service, pending, monotonic=lambda: passed[-1], sleep=sleep)
    assert found[ENDED].answer == "it is still PENDING after 30 minutes"
    assert SAME not in found


def _pending(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    if "/operations/" not in request.url.path or request.method != "GET":
        return response
    body = response.json()
    kept = {"name": body["name"], "metadata": {**body["metadata"], "state": "PENDING"}}
    return httpx.Response(200, json=kept)


@pytest.mark.parametrize(
    ("grid", "words"),
    [({}, "it cannot be read: "), ({"dimensions": {"width": 17, "height": 16}}, "no: 17 × 16 px, [0.25, ")],
    ids=["unreadable", "with a border"],
)
async def test_an_asset_with_another_grid(service: Service, grid: dict[str, Any], words: str) -> None:
    """What differs is shown."""

    def other(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "GET" or "live_check" not in request.url.path:
            return response
        body = response.json()
        for band in body["bands"]:
            band["grid"] = band["grid"] | grid if grid else {}
        return httpx.Response(200, json=body)

    found = await learn(service, Altered(service.carrier(), "", other))
    assert found[SAME].good is False
    assert found[SAME].answer.startswith(words)


async def test_pixels_that_lie_elsewhere(service: Service) -> None:
    """Half a pixel is seen."""

    def shifted(_request: httpx.Request, response: httpx.Response) -> httpx.Response:
        pixels = np.load(io.BytesIO(response.content)).copy()
        pixels["longitude"] += 0.125
        content = io.BytesIO()
        np.save(content, pixels)
        return httpx.Response(200, content=content.getvalue())

    found = await learn(service, Altered(service.carrier(), ":computePixels", shifted))
    assert (found[LIE].good, found[LIE].answer) == (False, "no: they are off by up to 0.5 pixels")


async def test_a_cancel_that_is_refused(service: Service) -> None:
    """The state does not change, which is what counts."""

    def refuse(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        return httpx.Response(400, json={"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": "Over."}})

    found = await learn(service, Altered(service.carrier(), ":cancel", refuse))
    assert (found[CANCELLED].good, found[CANCELLED].answer) == (True, "it is refused: Over.; the state is SUCCEEDED")


async def test_the_witness_keeps_answers_and_nothing_of_the_request(service: Service) -> None:
    """Answers that are no JSON are kept as empty; one that never came is a look-up error."""
    witness = Witness(httpx.MockTransport(lambda _request: httpx.Response(200, content=json.dumps([1]))))
    async with httpx.AsyncClient(transport=witness) as client:
        await client.get(f"{service.base_url}/v1/a", headers={"Authorization": "Bearer secret"})
    assert "secret" not in repr(witness.answers)
    assert dict(witness.last("/a").body) == {}
    with pytest.raises(LookupError):
        witness.last("/b")
