"""Nothing that could be misused leaves the client: not in an error, a repr, a log or a traceback."""

from __future__ import annotations

import logging
import traceback
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import google.auth.exceptions
import httpx
import pytest

from ee_export_widget.core.request import ExportImageRequest
from tests.unit.client.scripted import EXPRESSION, ManualTime, Script, Step, answer, client_of, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ee_export_widget.client.api import EarthEngineClient

pytestmark = pytest.mark.anyio

TOKEN = "ya29.a0AfH6SMBx-do-not-show"
RENEWED = "ya29.renewed-do-not-show"
QUOTED = f"Bearer {TOKEN} and {RENEWED}"


def credentials_that(refresh_fails_with: Exception | None = None) -> Any:  # noqa: ANN401 - a stand-in
    tokens = [TOKEN]

    def refresh(_: object) -> None:
        if refresh_fails_with:
            raise refresh_fails_with
        tokens.append(RENEWED)

    return SimpleNamespace(
        valid=True,
        token=TOKEN,
        refresh=refresh,
        apply=lambda headers: headers.update(authorization=f"Bearer {tokens[-1]}"),
    )


async def _list(client: EarthEngineClient) -> None:
    _ = [item async for item in client.list_operations()]


METHODS: dict[str, Callable[[EarthEngineClient], Awaitable[object]]] = {
    "get": lambda client: client.get_operation("projects/p/operations/x"),
    "list": _list,
    "export": lambda client: client.export_image(
        ExportImageRequest.from_json({"expression": EXPRESSION, "requestId": "id-1"})
    ),
}

FAILURES: dict[str, tuple[Step, ...]] = {
    "connection refused": (httpx.ConnectError("refused"),),
    "reply lost": (httpx.ReadError("reset"),),
    "too slow": (httpx.ReadTimeout("slow"),),
    "quoted in a 400": (refusal(400, QUOTED, details=[{"reason": QUOTED, "links": [{"url": f"https://x/{TOKEN}"}]}]),),
    "quoted in a 401": (refusal(401, QUOTED),),
    "quoted in a 403": (refusal(403, QUOTED),),
    "quoted in a 404": (refusal(404, QUOTED),),
    "quoted in a 429": (refusal(429, QUOTED),),
    "quoted in a 503": (refusal(503, QUOTED),),
    "quoted in a violation": (refusal(400, details=[{"fieldViolations": [{"field": "x", "description": QUOTED}]}]),),
    "quoted in a page": (httpx.Response(404, text=f"<html>{QUOTED}"),),
    "quoted in an answer": (httpx.Response(200, text=f"<html>{QUOTED}"),),
    "quoted in broken JSON": (
        httpx.Response(200, text=f'{{"a": "{QUOTED}', headers={"Content-Type": "application/json"}),
    ),
    "quoted after a renewal": (refusal(401), refusal(400, QUOTED)),
    "redirected": (httpx.Response(302, headers={"Location": f"https://x/{TOKEN}"}),),
    "id used": (httpx.ReadError("reset"), refusal(409, f"already started with the given request_id {TOKEN}")),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("failure", FAILURES)
async def test_no_failure_shows_a_token(
    time: ManualTime, caplog: pytest.LogCaptureFixture, failure: str, method: str
) -> None:
    """Whatever goes wrong, and whatever the service quotes, the tokens stay unsaid."""
    script = Script(*FAILURES[failure])
    client = client_of(script, time, credentials=credentials_that())
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:  # noqa: PT011 - any failure will do
        await METHODS[method](client)
    assert script.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"
    error = caught.value
    said = [
        str(error),
        repr(error),
        repr(vars(error)),
        "".join(traceback.format_exception(error)),
        caplog.text,
        repr(client),
        repr(client.credentials_source),
    ]
    assert [text for text in said if "do-not-show" in text] == []


@pytest.mark.parametrize(
    "error",
    [
        google.auth.exceptions.RefreshError(f"bad {TOKEN}", {"refresh_token": RENEWED}),  # type: ignore[no-untyped-call]
        google.auth.exceptions.TransportError(f"POST failed with {TOKEN}"),  # type: ignore[no-untyped-call]
    ],
    ids=["refused", "silent"],
)
async def test_no_failed_renewal_shows_a_token(
    time: ManualTime, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """What google-auth says about a failed renewal quotes the token service, so none of it is passed on."""
    client = client_of(Script(refusal(401)), time, credentials=credentials_that(error))
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:  # noqa: PT011 - any failure will do
        await client.get_config()
    said = [str(caught.value), "".join(traceback.format_exception(caught.value)), caplog.text]
    assert [text for text in said if "do-not-show" in text] == []


@pytest.mark.parametrize("failure", ["connection refused", "quoted in a 400", "quoted in a 401"])
async def test_no_local_variable_shows_a_token(time: ManualTime, failure: str) -> None:
    """Tracebacks that print the local variables of every frame, as IPython's verbose ones do, have no token either."""
    client = client_of(Script(*FAILURES[failure]), time, credentials=credentials_that())
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any failure will do
        await client.get_config()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [*told.stack, *(told.__cause__.stack if told.__cause__ else ())]
    shown = [f"{frame.name}: {frame.locals}" for frame in frames if "ee_export_widget" in frame.filename]
    assert shown
    assert [text for text in shown if "do-not-show" in text] == []


async def test_success_logs_no_token(time: ManualTime, caplog: pytest.LogCaptureFixture) -> None:
    """Also when all is well, with logging at its loudest."""
    client = client_of(Script(answer()), time, credentials=credentials_that())
    with caplog.at_level(logging.DEBUG):
        await client.get_config()
    assert caplog.records
    assert "do-not-show" not in caplog.text
