"""An export starts exactly once, and its operation is found, whichever way the replies are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import httpx
import pytest

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    PermissionDeniedError,
    QuotaExceededError,
    ServerError,
    UnexpectedResponseError,
)
from tests.unit.client.scripted import EXPRESSION, ManualTime, Script, Step, answer, client_of, operation, refusal

pytestmark = pytest.mark.anyio

LOST = httpx.ReadError("connection reset")
REFUSED = httpx.ConnectError("connection refused")
USED = "A different Operation was already started with the given request_id."


def request(**members: Any) -> ExportImageRequest:  # noqa: ANN401 - members of the body
    return ExportImageRequest.from_json(
        {
            "expression": EXPRESSION,
            "description": "scene",
            "requestId": "id-1",
            "assetExportOptions": {"earthEngineDestination": {"name": "projects/demo-project/assets/a"}},
            **members,
        }
    )


Listed: TypeAlias = Sequence[Any] | Callable[[], Sequence[Any]]


class Service:
    """A service that answers exports by a script, and lists its operations."""

    def __init__(self, *exports: Step, listed: Listed = (), lists: Step | None = None) -> None:
        self.exports = Script(*exports)
        self.gets = Script(answer(operation("KNOWN", state="RUNNING")))
        self.lists = Script(lists or (lambda _: answer({"operations": listed() if callable(listed) else listed})))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("image:export"):
            return self.exports(request)
        return self.lists(request) if request.url.path.endswith("/operations") else self.gets(request)


async def test_export_is_sent_as_the_request_says(time: ManualTime) -> None:
    """One POST with the request's own body and id; the answer is the operation."""
    service = Service(answer(operation("NEW")))
    async with client_of(service, time) as client:
        started = await client.export_image(request())
    assert started.name == "projects/demo-project/operations/NEW"
    (sent,) = service.exports.requests
    assert (sent.method, sent.url.path) == ("POST", "/v1/projects/demo-project/image:export")
    assert service.exports.bodies == [
        {
            "expression": EXPRESSION,
            "description": "scene",
            "requestId": "id-1",
            "assetExportOptions": {"earthEngineDestination": {"name": "projects/demo-project/assets/a"}},
        }
    ]
    assert service.lists.requests == []


async def test_request_without_an_id_gets_one_of_its_own(time: ManualTime) -> None:
    """Each submission of a request without id is an export of its own, and its repeats carry the same id."""
    service = Service(LOST, answer(operation("A")), answer(operation("B")))
    async with client_of(service, time) as client:
        await client.export_image(request(requestId=None))
        await client.export_image(request(requestId=None))
    assert [body["requestId"] for body in service.exports.bodies] == ["made-up-id-1", "made-up-id-1", "made-up-id-2"]


@pytest.mark.parametrize(
    "failure",
    [LOST, REFUSED, httpx.ReadTimeout("slow"), refusal(500), refusal(503), refusal(429), refusal(409, status="ABORTED"),
     httpx.Response(200, content=b'{"na', headers={"Content-Type": "application/json"}),
     httpx.Response(200, text="<html>"), httpx.Response(200, json=[]), httpx.Response(200, json={"done": False})],
)  # fmt: skip
async def test_repeats_are_the_same_to_the_byte(time: ManualTime, failure: Step) -> None:
    """After anything that passes the very same request is sent again."""
    service = Service(failure, failure, answer(operation("NEW")))
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    first, second, third = service.exports.requests
    assert first.content == second.content == third.content
    assert time.pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (refusal(400, status="INVALID_ARGUMENT"), BadRequestError),
        (refusal(403, status="PERMISSION_DENIED"), PermissionDeniedError),
        (refusal(429, "Too many tasks already in the queue (3000).", "RESOURCE_EXHAUSTED"), QuotaExceededError),
        (refusal(400, "Too many tasks already in the queue (3000)."), QuotaExceededError),
        (refusal(401), AuthenticationError),
        (refusal(501), ServerError),
        (httpx.Response(404, text="<html>"), UnexpectedResponseError),
    ],
)
async def test_definite_refusal_is_not_repeated(
    time: ManualTime, failure: httpx.Response, kind: type[Exception]
) -> None:
    """What the service has refused has not started, is not sent again, and nobody is told otherwise."""
    service = Service(failure)
    async with client_of(service, time) as client:
        with pytest.raises(kind) as caught:
            await client.export_image(request())
    assert len(service.exports.requests) == 1
    assert "may have started" not in getattr(caught.value, "hint", "")


@pytest.mark.parametrize("used", [refusal(409, USED, "ALREADY_EXISTS"), refusal(400, USED, "INVALID_ARGUMENT")])
async def test_lost_reply_is_settled_by_the_list(time: ManualTime, used: httpx.Response) -> None:
    """A repeat that meets its own first attempt finds the operation which that one has started."""
    service = Service(
        LOST,
        used,
        listed=[operation("OLD", created=time.now() - timedelta(days=1)), operation("NEW", created=time.now())],
    )
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    assert len(service.exports.requests) == 2


async def test_operation_may_stand_on_any_page(time: ManualTime) -> None:
    """All pages of the list are looked through, empty ones too."""
    pages = Script(
        answer({"operations": [operation("OLD", created=time.now() - timedelta(days=1))], "nextPageToken": "2"}),
        answer({"nextPageToken": "3"}),
        answer({"operations": [operation("NEW", created=time.now())]}),
    )
    service = Service(LOST, refusal(409, USED, "ALREADY_EXISTS"), lists=pages)
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    assert [asked.url.params.get("pageToken") for asked in pages.requests] == [None, "2", "3"]


@pytest.mark.parametrize(
    "other",
    [
        {"description": "another scene"},
        {"type": "EXPORT_FEATURES"},
        {"createTime": "2026-01-05T09:00:00Z"},
        {"createTime": None},
    ],
)
async def test_operation_that_differs_is_never_taken(time: ManualTime, other: dict[str, Any]) -> None:
    """Another description, kind or time is another export: the refusal stands, and says that it may have started."""
    service = Service(
        LOST, refusal(409, USED, "ALREADY_EXISTS"), listed=[operation("OTHER", created=time.now(), **other)]
    )
    async with client_of(service, time) as client:
        with pytest.raises(BadRequestError, match="already started") as caught:
            await client.export_image(request())
    assert "id-1" in caught.value.hint
    assert "may have started" in caught.value.hint


async def test_operation_may_lack_its_type(time: ManualTime) -> None:
    """A young operation may not say yet what it is."""
    service = Service(LOST, refusal(409, USED), listed=[operation("NEW", created=time.now(), type=None)])
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"


async def test_request_without_a_description_is_found(time: ManualTime) -> None:
    """No description matches an operation without one."""
    listed = [operation("OTHER", created=time.now()), operation("NEW", created=time.now(), description="")]
    service = Service(LOST, refusal(409, USED), listed=listed)
    async with client_of(service, time) as client:
        assert (await client.export_image(request(description=None))).id == "NEW"


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(minutes=-10), timedelta(0), timedelta(days=400)])
async def test_clocks_may_differ_by_years(time: ManualTime, skew: timedelta) -> None:
    """With the service's Date, what existed before is told from what is new whatever our clock says."""
    before = time.now() + skew
    service = Service(
        LOST,
        lambda _: refusal(409, USED, "ALREADY_EXISTS", date=time.now() + skew),
        listed=[
            operation("NEW", created=before + timedelta(seconds=0.2)),
            operation("OLDER", created=before - timedelta(minutes=3)),
            operation("OLD", created=before - timedelta(seconds=4)),
        ],
    )
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    service = Service(
        LOST,
        lambda _: refusal(409, USED, "ALREADY_EXISTS", date=time.now() + skew),
        listed=lambda: [operation("OLD", created=time.start + skew + timedelta(seconds=time.passed_s - 60))],
    )
    async with client_of(service, time) as client:
        with pytest.raises(BadRequestError):
            await client.export_image(request())


async def is_taken(service: Service, time: ManualTime) -> bool:
    """Whether the only operation that is listed is taken for that of the request."""
    async with client_of(service, time) as client:
        try:
            return (await client.export_image(request())).id == "SOME"
        except BadRequestError:
            return False


@pytest.mark.parametrize(("age_s", "found"), [(0.5, True), (2.0, False)])
async def test_service_may_differ_from_itself_by_a_moment(time: ManualTime, age_s: float, found: bool) -> None:
    """The limit leaves room for whole seconds and for several machines, not for an earlier try."""
    listed = [operation("SOME", created=time.now() - timedelta(seconds=age_s))]
    service = Service(LOST, lambda _: refusal(409, USED, date=time.now()), listed=listed)
    assert await is_taken(service, time) is found


async def test_pauses_are_counted_in(time: ManualTime) -> None:
    """Between the first attempt and the answer that settles it, minutes may pass: they do not hide the operation."""
    first = time.now()
    service = Service(
        LOST,
        *(refusal(503, headers={"Retry-After": "20"}) for _ in range(4)),
        lambda _: refusal(409, USED, "ALREADY_EXISTS", date=time.now()),
        listed=[
            operation("NEW", created=first + timedelta(seconds=0.3)),
            operation("OLD", created=first - timedelta(seconds=5)),
        ],
    )
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    assert time.passed_s > 80


async def test_sleep_of_the_machine_is_counted_in(time: ManualTime) -> None:
    """A monotonic clock may stand still while the machine sleeps; the wall clock tells."""
    first = time.now()

    def wake(_: httpx.Request) -> httpx.Response:
        time.start += timedelta(hours=3)  # the monotonic clock has not moved
        return refusal(409, USED, "ALREADY_EXISTS", date=time.now())

    service = Service(LOST, wake, listed=[operation("NEW", created=first + timedelta(seconds=0.3))])
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"


async def test_newest_of_several_is_taken(time: ManualTime) -> None:
    """Where several could be it, the newest is: the others are earlier tries of the same export."""
    listed = [
        operation(name, created=time.now() + timedelta(seconds=s))
        for name, s in [("B", -1.5), ("NEW", 0.2), ("A", -1.0)]
    ]
    service = Service(LOST, lambda _: refusal(409, USED, date=time.now()), listed=listed)
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"


@pytest.mark.parametrize(
    "own_uris", [[], ["https://code.earthengine.google.com/?asset=projects/demo-project/assets/a"]]
)
async def test_operation_that_writes_elsewhere_is_never_taken(time: ManualTime, own_uris: list[str]) -> None:
    """Somebody else's export of the same name, started a moment later, is told apart by where it writes."""
    theirs = "https://code.earthengine.google.com/?asset=projects/demo-project/assets/a_of_theirs"
    listed = [
        operation("NEW", created=time.now(), destinationUris=own_uris),
        operation("THEIRS", created=time.now() + timedelta(seconds=1), destinationUris=[theirs]),
    ]
    service = Service(LOST, refusal(409, USED), listed=listed)
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"


async def test_operation_that_writes_here_comes_before_one_that_does_not_say(time: ManualTime) -> None:
    """Being newer counts for less than writing what was asked for."""
    own = "https://code.earthengine.google.com/?asset=projects/demo-project/assets/a"
    listed = [
        operation("NEW", created=time.now(), destinationUris=[own]),
        operation("SILENT", created=time.now() + timedelta(seconds=1)),
    ]
    service = Service(LOST, refusal(409, USED), listed=listed)
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"


async def test_operation_seen_before_is_never_taken(time: ManualTime) -> None:
    """What this client had met before it sent the request cannot be the answer, whatever the clocks say."""
    created = time.now() + timedelta(seconds=1)
    met = operation("MET", created=created)
    listed = [met]
    service = Service(LOST, refusal(409, USED, "ALREADY_EXISTS"), listed=lambda: listed)
    async with client_of(service, time) as client:
        assert [item.id async for item in client.list_operations()] == ["MET"]
        time.passed_s += 1
        listed.append(operation("NEW", created=created - timedelta(seconds=1)))
        assert (await client.export_image(request())).id == "NEW"


async def test_operation_of_another_request_is_never_taken(time: ManualTime) -> None:
    """Two exports with one description that lose their replies get an operation each."""
    listed = [operation("A", created=time.now()), operation("B", created=time.now() + timedelta(seconds=0.1))]
    used = refusal(409, USED, "ALREADY_EXISTS")
    service = Service(LOST, used, LOST, used, listed=listed)
    async with client_of(service, time) as client:
        first = await client.export_image(request(requestId="id-1"))
        second = await client.export_image(request(requestId="id-2"))
    assert {first.id, second.id} == {"A", "B"}


async def test_same_request_again_gives_the_same_operation(time: ManualTime) -> None:
    """Submitting once more what has started gives the operation that exists, as it stands now."""
    service = Service(answer(operation("KNOWN")), refusal(409, USED, "ALREADY_EXISTS"))
    async with client_of(service, time) as client:
        await client.export_image(request())
        again = await client.export_image(request())
    assert again.id == "KNOWN"
    assert again.state == "RUNNING"
    assert service.gets.paths == ["/v1/projects/demo-project/operations/KNOWN"]
    assert service.lists.requests == []


@pytest.mark.parametrize("dated", [True, False], ids=["with-date", "without-date"])
async def test_submitting_again_after_the_deadline_finds_what_had_started(time: ManualTime, dated: bool) -> None:
    """The first attempt counts, also when it was part of an earlier call that gave up."""
    first = time.now()

    def used(_: httpx.Request) -> httpx.Response:
        return refusal(409, USED, date=time.now() if dated else None)

    service = Service(LOST, used, listed=[operation("NEW", created=first)])
    async with client_of(service, time, submit_deadline_s=0.1) as client:
        with pytest.raises(ConnectionFailedError, match="connection reset"):
            await client.export_image(request())
        time.passed_s += 3600
        assert (await client.export_image(request())).id == "NEW"


async def test_doubt_outlives_the_call(time: ManualTime) -> None:
    """What an earlier call may have started is looked for patiently, and its doubt is told again."""
    service = Service(LOST, refusal(409, USED), listed=[])
    async with client_of(service, time, submit_deadline_s=0.1) as client:
        with pytest.raises(ConnectionFailedError):
            await client.export_image(request())
        with pytest.raises(BadRequestError, match="already started") as caught:
            await client.export_image(request())
    assert len(service.lists.requests) == 5
    assert "may have started" in caught.value.hint


async def test_submission_of_an_earlier_run_is_found(time: ManualTime) -> None:
    """Who knows when it was sent finds it by its description: not what is older, much younger, or taken already."""
    sent = time.now() - timedelta(hours=2)
    listed = [
        operation(name, created=sent + timedelta(minutes=minutes))
        for name, minutes in (("OLD", -10), ("NEW", 0), ("OTHER", 1), ("TOO", 1.5), ("YOUNG", 60))
    ]
    known = {listed[2]["name"]}
    service = Service(LOST, listed=listed)
    async with client_of(service, time) as client:
        _ = [item async for item in client.list_operations()]
        found = await client.find_exports(request().description or "", sent=sent, known=known)
        assert [operation.id for operation in found] == ["TOO", "NEW"]
        assert await client.find_exports("something else", sent=sent) == []


async def test_id_of_an_older_operation_is_refused_at_once(time: ManualTime) -> None:
    """An id that was used before anything was sent belongs to something older: nothing is taken, nobody waits."""
    service = Service(
        refusal(409, USED, "ALREADY_EXISTS"), listed=[operation("OLD", created=time.now() - timedelta(hours=1))]
    )
    async with client_of(service, time) as client:
        with pytest.raises(BadRequestError, match="already started") as caught:
            await client.export_image(request())
    assert "take a new ID" in caught.value.hint
    assert "may have started" not in caught.value.hint
    assert len(service.lists.requests) == 1
    assert time.pauses == []


async def test_list_that_lags_behind_is_asked_again(time: ManualTime) -> None:
    """An operation that must exist is looked for some times more, with pauses."""
    lists: list[list[Any]] = [[], [], [operation("NEW", created=time.now())]]
    service = Service(LOST, refusal(409, USED), listed=lambda: lists.pop(0))
    async with client_of(service, time) as client:
        assert (await client.export_image(request())).id == "NEW"
    assert time.pauses == [0.5, 0.5, 1.0]


async def test_limit_does_not_slip_while_the_list_is_asked_again(time: ManualTime) -> None:
    """However long the search takes, what existed before the first attempt stays excluded."""
    old = operation("OLD", created=time.now() - timedelta(seconds=2.2))
    service = Service(LOST, lambda _: refusal(409, USED, date=time.now()), listed=[old])
    async with client_of(service, time) as client:
        with pytest.raises(BadRequestError):
            await client.export_image(request())
    assert len(service.lists.requests) == 5
    assert time.passed_s > 5


@pytest.mark.parametrize("failure", [refusal(403, "No list for you."), REFUSED])
async def test_refused_list_leaves_the_export_undecided(time: ManualTime, failure: Step) -> None:
    """Where the list cannot be read, the refusal of the repeat is told, with what stood in the way as its cause."""
    service = Service(LOST, refusal(409, USED, "ALREADY_EXISTS"), lists=failure)
    async with client_of(service, time) as client:
        with pytest.raises(BadRequestError, match="already started") as caught:
            await client.export_image(request())
    assert "may have started" in caught.value.hint
    assert isinstance(caught.value.__cause__, ExportWidgetError)


@pytest.mark.parametrize(
    ("failures", "kind"),
    [
        ((LOST, REFUSED), ConnectionFailedError),
        ((LOST,), ConnectionFailedError),
        ((refusal(503),), ServerError),
        ((LOST, refusal(429)), QuotaExceededError),
        ((LOST, refusal(403)), PermissionDeniedError),
        ((LOST, refusal(400, "Too many tasks already in the queue (3000).")), QuotaExceededError),
        ((httpx.Response(200, text="<html>"),), UnexpectedResponseError),
        ((httpx.Response(200, json={"done": False}),), UnexpectedResponseError),
    ],
)
async def test_doubt_is_told_with_the_request_id(
    time: ManualTime, failures: tuple[Step, ...], kind: type[ExportWidgetError]
) -> None:
    """Where an attempt may have got through, the error says so and names the id that makes trying again safe."""
    service = Service(*failures)
    async with client_of(service, time) as client:
        with pytest.raises(kind) as caught:
            await client.export_image(request())
    assert "may have started" in caught.value.hint
    assert "id-1" in caught.value.hint
    assert time.passed_s <= 120


async def test_export_that_never_left_is_not_in_doubt(time: ManualTime) -> None:
    """Where no connection ever came about, nobody is told that something may run."""
    service = Service(REFUSED)
    async with client_of(service, time) as client:
        with pytest.raises(ConnectionFailedError) as caught:
            await client.export_image(request())
    assert "may have started" not in caught.value.hint
    assert 60 < time.passed_s <= 120
    assert len(service.exports.requests) > 8


async def test_deadline_can_be_chosen(time: ManualTime) -> None:
    """A caller in a hurry gives up sooner."""
    service = Service(REFUSED)
    async with client_of(service, time, submit_deadline_s=5) as client:
        with pytest.raises(ConnectionFailedError):
            await client.export_image(request())
    assert time.passed_s <= 5


async def test_hanging_attempt_is_cut_at_the_deadline(time: ManualTime) -> None:
    """A service that accepts the request and stays silent is not waited for longer than the deadline."""

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with client_of(hang, time, submit_deadline_s=0.02) as client:  # type: ignore[arg-type]
        with pytest.raises(ConnectionFailedError, match="no complete answer") as caught:
            await client.export_image(request())
    assert "may have started" in caught.value.hint


@pytest.mark.parametrize(("age_min", "found"), [(4, True), (6, False)])
async def test_local_clock_serves_where_the_service_has_none(time: ManualTime, age_min: float, found: bool) -> None:
    """Without a Date our wall clock decides, allowing for five minutes."""
    listed = [operation("SOME", created=time.now() - timedelta(minutes=age_min))]
    assert await is_taken(Service(LOST, refusal(409, USED), listed=listed), time) is found
