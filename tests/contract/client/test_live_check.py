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
from ee_export_widget.emulator.faults import FailExport, Refuse, RefuseGrid
from ee_export_widget.errors import BadRequestError, NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

GRID, FOLDED = "Is the member grid taken?", "Is a grid inside the expression taken?"
REPLAY = "What does the same request with the same id do?"
ENDED, CARRIED = "How did it end?", "What does a finished operation carry?"
SAME, LIE = "Is the grid of the asset the one that was asked for?", "Do the pixels lie where the grid says?"
CANCELLED = "What does cancelling a finished operation do?"
WAITED, DELETED = "What does waiting for it do?", "What does deleting a finished operation do?"
FILTERED, LISTED = "Is the filter of the list read?", "In which order are operations listed, and how far back?"
CHECKED, LEFT = "Is a request checked before its id?", "What is left behind?"
TURNED, TAGGED = "Is a turned grid refused?", "Is a workload tag of 64 characters refused?"

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


class Withheld(httpx.AsyncBaseTransport):
    """Answers requests of one verb to addresses with a part itself; they never arrive."""

    def __init__(self, carrier: httpx.AsyncBaseTransport, verb: str, part: str, answer: Change) -> None:
        self._carrier, self._verb, self._part, self._answer = carrier, verb, part, answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == self._verb and self._part in request.url.path:
            return self._answer(request, httpx.Response(200))
        return await self._carrier.handle_async_request(request)

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
    assert " s: " in found[WAITED].answer
    assert found[LISTED].answer.startswith("newest first, ")
    assert found[LISTED].answer.endswith(" on a page of 100,000")
    assert found[FILTERED].answer.startswith("a malformed one is not refused; ")
    assert found[CHECKED].answer.startswith("yes: Missing required field")
    assert (found[TURNED].good, found[TURNED].answer) == (True, "not when it is submitted")
    assert found[TAGGED].answer.startswith("yes: Invalid value at 'workload_tag': \"xxx")
    assert max(len(learnt.answer) for learnt in found.values()) < 300
    assert found[DELETED].answer == "it is accepted; the operation is gone"
    assert "Retry-After" in found["What stays open?"].answer
    assert found[LEFT].answer == "nothing; the asset was deleted"
    assert not [learnt for learnt in found.values() if learnt.good is False]


async def test_one_export_is_started_and_nothing_stays(service: Service) -> None:
    """Of all that is posted, one request starts an operation; operation and asset are gone afterwards."""
    witness = Witness(service.carrier())
    await learn(service, witness)
    posted = [answer for answer in witness.answers if answer.path.endswith("/image:export")]
    started = {answer.body["name"] for answer in posted if answer.status == 200}
    assert len(posted) > 20
    assert len(started) == 1
    client = service.client()
    with pytest.raises(NotFoundError):
        await client.get_operation(started.pop())
    written = next(answer.path for answer in witness.answers if "/assets/ee_export_widget_live_check_" in answer.path)
    with pytest.raises(NotFoundError):
        await client.get_asset(written.removeprefix("/v1/"))
    await client.aclose()


@pytest.mark.parametrize("method", ["operations.wait", "operations.delete"])
async def test_a_method_that_is_not_implemented(service: Service, method: str) -> None:
    """The refusal is the answer, and all else is asked."""
    service.faults.add(Refuse(method=method, status="UNIMPLEMENTED", message="Method not found."))
    found = await learn(service)
    assert found[WAITED if method.endswith("wait") else DELETED].answer == "it is refused: Method not found."
    assert found[LEFT].answer == "nothing; the asset was deleted"


async def test_an_operation_that_outlives_its_deletion(service: Service) -> None:
    """What is accepted and has no effect is seen."""

    def accepted(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(200, json={}) if request.method == "DELETE" else response

    found = await learn(service, Withheld(service.carrier(), "DELETE", "/operations/", accepted))
    assert found[DELETED].answer == "it is accepted; the operation is still there, SUCCEEDED"


async def test_a_filter_that_is_read(service: Service) -> None:
    """Its refusal is told."""

    def refuse(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        told = {"code": 400, "status": "INVALID_ARGUMENT", "message": "Bad filter."}
        return httpx.Response(400, json={"error": told}) if "filter" in request.url.params else response

    found = await learn(service, Altered(service.carrier(), "/operations", refuse))
    assert found[FILTERED].answer == "yes, a malformed one is refused: Bad filter."


async def test_an_asset_that_cannot_be_deleted_is_named(service: Service) -> None:
    """What stays behind is said with its name, and why."""
    service.faults.add(Refuse(method="assets.delete", status="PERMISSION_DENIED", message="Not you."))
    found = await learn(service)
    assert found[LEFT].answer.startswith("the asset projects/local-demo/assets/ee_export_widget_live_check_")
    assert found[LEFT].answer.endswith(", which could not be deleted: Not you.")


async def test_an_export_that_fails_leaves_nothing(service: Service) -> None:
    """Its end is told, and there is no asset to delete."""
    service.faults.add(FailExport(code=3, message="Too hard."))
    found = await learn(service)
    assert found[ENDED].answer == "FAILED, attempt 1: Too hard."
    assert SAME not in found
    assert found[LEFT].answer == "nothing"


async def test_an_error_in_the_middle_is_raised_after_cleaning(service: Service) -> None:
    """Nothing is left of an export whose questions could not all be asked."""
    service.faults.add(Refuse(method="operations.list", status="PERMISSION_DENIED", message="Not yours."))
    witness = Witness(service.carrier())
    with pytest.raises(PermissionDeniedError, match="Not yours"):
        await learn(service, witness)
    assert (witness.answers[-1].method, witness.answers[-1].status) == ("DELETE", 200)


async def test_a_service_that_looks_at_the_id_first(service: Service) -> None:
    """What it would refuse cannot be asked; that is said, once."""
    told = {"code": 409, "status": "ALREADY_EXISTS", "message": "Already there."}

    def used(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        return httpx.Response(409, json={"error": told})

    found = await learn(service, Altered(service.carrier(), "/image:export", used, first=2))
    assert found[CHECKED].answer.startswith("no, so that an id that is used hides")
    assert TURNED not in found


@pytest.mark.parametrize(("first", "question"), [(3, CHECKED), (4, TURNED)])
async def test_a_question_that_starts_something_is_the_last(service: Service, first: int, question: str) -> None:
    """It is cancelled, and nothing more is sent."""
    answers = Witness(service.carrier())
    found = await learn(service, Altered(_forgiving(answers), "/image:export", renamed, first=first))
    assert found[question].answer == "it starts a second operation, which was cancelled"
    assert TAGGED not in found
    assert answers.last("SECOND:cancel").method == "POST"


async def test_a_service_that_refuses_the_grid(service: Service) -> None:
    """The other route is taken, has the same pixels, and is named for the form."""
    service.faults.add(RefuseGrid())
    found = await learn(service)
    assert (found[GRID].good, found[FOLDED].good) == (False, True)
    assert 'Unknown name "grid"' in found[GRID].answer
    assert "Write the grid into the expression" in found[FOLDED].answer
    assert TURNED not in found
    assert found[TAGGED].answer.startswith("yes: ")
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
    assert found[LEFT].answer.startswith("the operation projects/local-demo/operations/")


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
