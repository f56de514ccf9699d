"""One request: its headers, its patience, its second token, and what is told when nobody answers."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest

import ee_export_widget
from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.http import Call, encode
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    InvalidRequestError,
    NotFoundError,
    QuotaExceededError,
    ServerError,
    UnexpectedResponseError,
)
from tests.unit.client.scripted import EXPRESSION, LOCAL, PROJECT, ManualTime, Script, answer, client_of, refusal
from tests.unit.client.test_auth import CountedCredentials

pytestmark = pytest.mark.anyio


async def test_request_says_who_sends_it(time: ManualTime) -> None:
    """Project, client and version stand in the headers of every request; without credentials there is no other."""
    script = Script(answer({"name": "projects/demo-project/config"}))
    async with client_of(script, time) as client:
        await client.get_config()
    (request,) = script.requests
    assert request.method == "GET"
    assert str(request.url) == f"{LOCAL}/v1/projects/demo-project/config"
    assert request.headers["X-Goog-User-Project"] == PROJECT
    assert request.headers["X-Goog-Api-Client"].startswith(f"ee-export-widget/{ee_export_widget.__version__} python/3.")
    assert request.headers["User-Agent"] == f"ee-export-widget/{ee_export_widget.__version__}"
    assert "Authorization" not in request.headers
    assert "Content-Type" not in request.headers


async def test_body_is_json(time: ManualTime) -> None:
    """A body goes out as compact JSON in UTF-8, and says so."""
    script = Script(answer({"permissions": []}))
    async with client_of(script, time) as client:
        await client.test_permissions("projects/p/assets/ä", ["é"])
    (request,) = script.requests
    assert request.content == '{"permissions":["é"]}'.encode()
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_body_that_json_cannot_express_is_refused(value: Any) -> None:  # noqa: ANN401
    """What is no JSON is never sent."""
    with pytest.raises(InvalidRequestError, match="cannot be written as JSON"):
        encode({"a": value})


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        refusal(500),
        refusal(503),
        refusal(504),
        refusal(429, status="RESOURCE_EXHAUSTED"),
        refusal(403, errors=[{"reason": "rateLimitExceeded"}]),
        httpx.Response(502, text="<html>"),
        httpx.Response(200, content=b'{"na', headers={"Content-Type": "application/json"}),
    ],
)
async def test_read_is_repeated_after_a_passing_failure(time: ManualTime, failure: httpx.Response | Exception) -> None:
    """A read goes on after anything that passes, with pauses that double."""
    script = Script(failure, failure, failure, answer({"a": 1}))
    async with client_of(script, time) as client:
        assert await client.get_config() == {"a": 1}
    assert time.pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), ConnectionFailedError),
        (refusal(503), ServerError),
        (refusal(429), QuotaExceededError),
        (httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}), UnexpectedResponseError),
    ],
)
async def test_read_is_given_up_after_five_attempts(
    time: ManualTime, failure: httpx.Response | Exception, kind: type[Exception]
) -> None:
    """A failure that does not pass is told in the end."""
    script = Script(failure)
    async with client_of(script, time) as client:
        with pytest.raises(kind):
            await client.get_config()
    assert len(script.requests) == 5


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (refusal(400), BadRequestError),
        (refusal(404), NotFoundError),
        (refusal(501), ServerError),
        (refusal(429, "Too many tasks already in the queue (3000)."), QuotaExceededError),
        (httpx.Response(200, text="<html>"), UnexpectedResponseError),
        (httpx.Response(302, headers={"Location": "https://example.org/"}), UnexpectedResponseError),
    ],
)
async def test_definite_answer_is_not_asked_for_again(
    time: ManualTime, failure: httpx.Response, kind: type[Exception]
) -> None:
    """What will not change is told at once; a redirect is not followed."""
    script = Script(failure)
    async with client_of(script, time) as client:
        with pytest.raises(kind):
            await client.get_config()
    assert len(script.requests) == 1


async def test_pause_has_full_jitter(time: ManualTime) -> None:
    """A pause lies anywhere between nothing and its longest, so that clients do not ask in step."""
    script = Script(refusal(503), refusal(503), answer())
    time.chance = 0.0
    async with client_of(script, time) as client:
        await client.get_config()
    assert time.pauses == [0.0, 0.0]


@pytest.mark.parametrize(
    "refused",
    [
        refusal(429, headers={"Retry-After": "9"}),
        refusal(503, headers={"Retry-After": "9"}),
        refusal(429, details=[{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "9s"}]),
    ],
)
async def test_service_is_left_alone_as_long_as_it_asks(time: ManualTime, refused: httpx.Response) -> None:
    """Retry-After and RetryInfo are kept, with jitter on top."""
    script = Script(refused, answer())
    async with client_of(script, time) as client:
        await client.get_config()
    assert time.pauses == [9.5]


async def test_nobody_sleeps_past_the_deadline(time: ManualTime) -> None:
    """A pause that would outlast the deadline is not begun: the refusal is told now, with the time asked for."""
    script = Script(refusal(429, headers={"Retry-After": "3600"}))
    async with client_of(script, time) as client:
        with pytest.raises(QuotaExceededError) as caught:
            await client.get_config()
    assert caught.value.retry_after_s == 3600
    assert time.pauses == []


async def test_deadline_counts_the_attempts_themselves(time: ManualTime) -> None:
    """Slow attempts use up the deadline too."""

    def slow(request: httpx.Request) -> httpx.Response:
        time.passed_s += 40
        raise httpx.ReadTimeout("slow", request=request)

    async with client_of(slow, time) as client:
        with pytest.raises(ConnectionFailedError):
            await client.get_config()
    assert time.passed_s == pytest.approx(80.5)


async def test_endless_answer_is_cut_at_the_deadline(time: ManualTime) -> None:
    """A service that never finishes answering is left, however regularly it sends a little."""

    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:  # noqa: ANN401
            while True:
                yield b" "
                await asyncio.sleep(0)

    async with client_of(lambda _: httpx.Response(200, stream=Trickle()), time) as client:
        with pytest.raises(ConnectionFailedError, match=r"no complete answer within 0\.02 s") as caught:
            await client._connection.attempt(Call("GET", "/v1/x"), within_s=0.02)
    assert isinstance(caught.value.__cause__, TimeoutError)


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            httpx.ConnectError("[Errno 111] Connection refused."),
            "127.0.0.1 could not be asked: [Errno 111] Connection refused.",
        ),
        (httpx.ReadTimeout(""), "127.0.0.1 could not be asked: no answer in time."),
        (httpx.ReadError(""), "127.0.0.1 could not be asked: ReadError."),
        (ConnectionResetError("gone"), "127.0.0.1 could not be asked: gone."),
    ],
)
async def test_silence_is_told_with_its_reason(time: ManualTime, failure: Exception, message: str) -> None:
    """Where nobody answers, the message says who and why, and the hint what to look at."""
    async with client_of(Script(failure), time) as client:
        with pytest.raises(ConnectionFailedError) as caught:
            await client.get_asset("projects/p/assets/a b")
    assert caught.value.message == message
    assert caught.value.hint == f"Check that the local Earth Engine runs at {LOCAL}."
    assert (caught.value.method, caught.value.path) == ("GET", "/v1/projects/p/assets/a b")
    assert caught.value.__cause__ is failure


async def test_silence_of_a_distant_service_is_a_matter_of_the_network(time: ManualTime) -> None:
    """For a service elsewhere the hint names the network."""
    async with client_of(Script(httpx.ConnectError("no route")), time, base_url="https://ee.example.org/") as client:
        with pytest.raises(ConnectionFailedError) as caught:
            await client.get_config()
    assert "network" in caught.value.hint


async def test_rejected_token_is_renewed_once(time: ManualTime) -> None:
    """After a 401 the request is sent again with a new token, without a pause."""
    script = Script(refusal(401), answer({"a": 1}))
    credentials = CountedCredentials(valid=True)
    async with client_of(script, time, credentials=credentials) as client:
        assert await client.get_config() == {"a": 1}
    assert [request.headers["Authorization"] for request in script.requests] == ["Bearer token-0", "Bearer token-1"]
    assert [request.headers["X-Goog-User-Project"] for request in script.requests] == [PROJECT, PROJECT]
    assert time.pauses == []


async def test_second_rejection_is_final(time: ManualTime) -> None:
    """A new token that is rejected too is a sign-in problem, not a reason to go on."""
    script = Script(refusal(401, "Request had invalid authentication credentials."))
    async with client_of(script, time, credentials=CountedCredentials(valid=True)) as client:
        with pytest.raises(AuthenticationError, match="did not accept the sign-in") as caught:
            await client.get_config()
    assert len(script.requests) == 2
    assert "ee.Authenticate()" in caught.value.hint


async def test_service_that_wants_a_sign_in_is_not_given_a_found_one(time: ManualTime) -> None:
    """A service elsewhere that asks for credentials gets none, and the message says how to pass some."""
    script = Script(refusal(401))
    async with client_of(script, time) as client:
        with pytest.raises(AuthenticationError, match="asks for a sign-in, and none was given") as caught:
            await client.get_config()
    assert len(script.requests) == 1
    assert "Pass credentials" in caught.value.hint


async def test_missing_credentials_stop_a_request_before_it_is_sent(time: ManualTime) -> None:
    """Without credentials Google is not asked at all."""
    script = Script(answer())
    async with client_of(script, time, base_url="https://earthengine.googleapis.com") as client:
        with pytest.raises(AuthenticationError, match="no credentials"):
            await client.get_config()
    assert script.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "earthengine.googleapis.com",
            "ftp://x",
            "http://",
            "https://user:secret@x.org",
            "https://x.org?key=secret",
        ),
        *("https://x.org#secret", "https://x.org:secret", "http://127.0.0.1:65536", None, 7),
    ],
)
def test_unusable_address_is_refused_without_being_shown(address: str) -> None:
    """An address that is none, or that carries a password, is refused; what it says is not repeated."""
    with pytest.raises(InvalidRequestError, match="address of the service") as caught:
        EarthEngineClient(PROJECT, base_url=address)
    assert "secret" not in str(caught.value)
    assert caught.value.problems[0].field == "baseUrl"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://earthengine.googleapis.com/", "https://earthengine.googleapis.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://hub.example.org/user/me/proxy/8080//", "https://hub.example.org/user/me/proxy/8080"),
    ],
)
async def test_address_may_have_a_path(time: ManualTime, address: str, expected: str) -> None:
    """A service behind a path is asked below it."""
    script = Script(answer())
    async with client_of(script, time, base_url=address, credentials=CountedCredentials(valid=True)) as client:
        await client.get_config()
        assert client.base_url == expected
    assert str(script.requests[0].url) == f"{expected}/v1/projects/demo-project/config"


async def test_notices_of_the_service_are_kept(time: ManualTime) -> None:
    """What the service says beside its answers can be shown, each thing once."""
    script = Script(
        answer(headers={"x-earth-engine-init-message": "Maintenance on Sunday."}),
        answer(headers={"x-earth-engine-init-message": "Maintenance on Sunday."}),
        answer(headers={"x-earth-engine-quota-status": "a=b,parallelism_restricted=true"}),
        answer(headers={"x-earth-engine-quota-status": "parallelism_restricted=false"}),
    )
    seen = []
    async with client_of(script, time) as client:
        for _ in range(4):
            await client.get_config()
            seen.append(len(client.notices))
    assert seen == [1, 1, 2, 2]
    assert client.notices == (
        "Maintenance on Sunday.",
        "The project has used up its compute and runs in restricted mode.",
    )


class Closing(httpx.MockTransport):
    """Counts how often it was closed."""

    closed = 0

    async def aclose(self) -> None:
        self.closed += 1


async def test_client_closes_what_it_opened_and_can_go_on(time: ManualTime) -> None:
    """Leaving the context closes the sockets once; a later request opens new ones."""
    transport = Closing(Script(answer()))
    client = EarthEngineClient(PROJECT, base_url=LOCAL, transport=transport, surroundings=time.surroundings())
    async with client:
        await client.get_config()
    assert transport.closed == 1
    await client.aclose()
    assert transport.closed == 1
    assert await client.get_config() == {}
    await client.aclose()
    assert transport.closed == 2


def test_client_works_on_several_loops(time: ManualTime) -> None:
    """One client serves loops one after the other, and loops of several threads at once, each with its own sockets."""
    client = client_of(Script(answer({"a": 1})), time)
    answers: list[object] = []

    def ask() -> None:
        answers.append(asyncio.run(client.get_config()))

    ask()
    ask()
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [{"a": 1}] * 5


def test_making_a_client_needs_no_loop_and_no_network() -> None:
    """A client can be made anywhere, shows what it is for, and has opened nothing."""
    client = EarthEngineClient(f"projects/{PROJECT}")
    assert repr(client) == "EarthEngineClient('demo-project', base_url='https://earthengine.googleapis.com')"
    assert client.project == PROJECT
    assert client.credentials_source is None
    assert client._connection._sockets == {}


async def test_change_is_repeated_only_if_it_was_not_made(time: ManualTime) -> None:
    """Creating a folder is repeated after a refusal, but not after silence: it may exist by now."""
    script = Script(httpx.ConnectError("refused"), refusal(429), answer({"type": "FOLDER"}))
    async with client_of(script, time) as client:
        assert await client.create_folder("projects/p/assets/a") == {"type": "FOLDER"}
    assert len(script.requests) == 3
    for failure, kind in (
        (httpx.ReadError("reset"), ConnectionFailedError),
        (refusal(503), ServerError),
        (httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}), UnexpectedResponseError),
    ):
        script = Script(failure)
        async with client_of(script, time) as client:
            with pytest.raises(kind):
                await client.create_folder("projects/p/assets/a")
        assert len(script.requests) == 1


async def test_computation_is_given_the_time_that_the_service_gives_it(time: ManualTime) -> None:
    """An interactive computation may take five minutes; a look at an operation may not."""
    script = Script(answer({"result": {"type": "Image", "bands": []}}))
    async with client_of(script, time) as client:
        await client.describe_image(EXPRESSION)
        assert script.requests[0].extensions["timeout"]["read"] > 300
        await client.get_config()
        assert script.requests[1].extensions["timeout"]["read"] <= 30
