"""The ASGI application: addresses, limits of what is let in, faults of replies, and errors in the service's shape."""

from __future__ import annotations

import logging
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .assets import PROJECT_ID
from .clock import Clock
from .engine import Engine
from .errors import INTERNAL_MESSAGE, ServiceError, cannot_write, invalid
from .faults import CutReply, Delay, Fault, Faults, LoseReply, Refuse
from .pixels import Picture
from .routes import METHODS, Call, Method
from .schema import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    Endpoint = Callable[[Request], Awaitable[Response]]

DROP_EXTENSION = "local_earth_engine.drop"
"""Scope member with a function that drops the connection; the server puts it there."""

_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
_LOOPBACK_ORIGIN = re.compile(rf"https?://{_LOOPBACK.pattern}", re.IGNORECASE)
_POLL_S = 0.02
_MAX_WAIT_S = 300.0
_LOG = logging.getLogger(__name__)


class _ConnectionDroppedError(ConnectionError):
    """The reply is lost on purpose; what an in-process client sees instead of a broken connection."""


def create_app(  # noqa: PLR0913 - independent switches
    data_dir: Path | str | None = None,
    *,
    speed: float = 1.0,
    clock: Clock | None = None,
    faults: Iterable[Fault] | Faults = (),
    require_token: bool = False,
    engine: Engine | None = None,
) -> Starlette:
    """Return the local Earth Engine as an ASGI application.

    `app.state.engine` is what works behind it; whoever makes the application calls `app.state.engine.close()`.

    Parameters
    ----------
    data_dir
        Where everything is kept.
    speed
        How many seconds of an export's pace pass in one real second.
    clock
        Used instead of one of that speed.
    faults
        What is to go wrong.
    require_token
        Answer 401 to requests without a bearer token, except for map tiles.
    engine
        Used instead of one made from the other arguments.

    Raises
    ------
    EmulatorError
        When the data directory cannot be used.
    """
    if engine is None:
        if data_dir is None:
            raise TypeError("create_app needs a data_dir or an engine.")
        script = faults if isinstance(faults, Faults) else Faults(faults)
        engine = Engine(Path(data_dir), clock=clock or Clock(speed), faults=script)
    routes = [
        Route(method.path, _endpoint(engine, method, require_token=require_token), methods=[method.verb])
        for method in METHODS
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(_LoopbackOnly),
            Middleware(
                CORSMiddleware,
                allow_origin_regex=_LOOPBACK_ORIGIN.pattern,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=["Retry-After"],
            ),
        ],
        exception_handlers={
            ServiceError: _service_error,
            RecursionError: _too_deep,
            ClientDisconnect: _nobody_left,
            OSError: _cannot_write,
            sqlite3.Error: _cannot_write,
            HTTPException: _http_error,
            Exception: _internal_error,
        },
    )
    app.state.engine = engine
    return app


def _endpoint(engine: Engine, method: Method, *, require_token: bool) -> Endpoint:
    """Wrap a method: read, let scripted faults happen, answer."""

    async def endpoint(request: Request) -> Response:
        body = await _read_body(request)
        if method.name:
            await _refuse_or_delay(engine, method.name)
            if require_token and method.name not in {"maps.tiles", "discovery"}:
                _require_token(request)
        lost = engine.faults.take(LoseReply, method.name) if method.name else None
        if lost is not None and not lost.processed:
            return await _drop(request)
        _require_project(request.path_params)
        call = Call(request.path_params, dict(request.query_params), body, str(request.base_url).rstrip("/"))
        answer = await run_in_threadpool(method.answer, engine, call)
        if method.name == "operations.wait":
            answer = await _wait(engine, method, call, answer)
        if lost is not None:
            return await _drop(request)
        response = _response(answer, request.query_params.get("fields", ""))
        if method.name and engine.faults.take(CutReply, method.name) is not None:
            response.body = bytes(response.body)[: len(response.body) // 2]
            response.headers["content-length"] = str(len(response.body))
        if method.name == "maps.tiles":
            response.headers["access-control-allow-origin"] = "*"
            response.headers["cache-control"] = "private, max-age=3600"
        return response

    return endpoint


async def _read_body(request: Request) -> bytes:
    """Return the body, unless it is larger than the service takes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise invalid(f"Request payload size exceeds the limit: {MAX_BODY_BYTES} bytes.")
    return bytes(body)


async def _refuse_or_delay(engine: Engine, name: str) -> None:
    delay = engine.faults.take(Delay, name)
    if delay is not None:
        until = engine.clock.seconds() + delay.seconds
        while engine.clock.seconds() < until and not engine.closing.is_set():  # noqa: ASYNC110 - no event of the loop
            await anyio.sleep(_POLL_S)
    refusal = engine.faults.take(Refuse, name)
    if refusal is not None:
        raise _ScriptedError(refusal)


class _ScriptedError(ServiceError):
    """An error that was scripted."""

    def __init__(self, fault: Refuse) -> None:
        domain = "googleapis.com"
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": fault.reason, "domain": domain}
        super().__init__(fault.status, fault.message, details=[info] if fault.reason else [])
        self.retry_after_s = fault.retry_after_s


def _require_project(path: Mapping[str, Any]) -> None:
    project = path.get("project")
    if project is not None and not PROJECT_ID.fullmatch(project):
        raise ServiceError("NOT_FOUND", f"Project 'projects/{project}' not found or deleted.")


def _require_token(request: Request) -> None:
    if not re.fullmatch(r"Bearer \S+", request.headers.get("authorization", "")):
        message = (
            "Request is missing required authentication credential. Expected OAuth 2 access token, "
            "login cookie or other valid authentication credential."
        )
        raise ServiceError("UNAUTHENTICATED", message)


async def _wait(engine: Engine, method: Method, call: Call, answer: Any) -> Any:  # noqa: ANN401 - an operation
    """Wait for an operation's end, at most as long as the caller asks for."""
    from .schema import read_request

    timeout = read_request(call.body, "WaitOperationRequest").get("timeout", f"{_MAX_WAIT_S:g}s")
    until = engine.clock.seconds() + min(float(timeout.rstrip("s")), _MAX_WAIT_S)
    while not answer.get("done") and engine.clock.seconds() < until and not engine.closing.is_set():
        await anyio.sleep(_POLL_S)
        answer = await run_in_threadpool(method.answer, engine, call)
    return answer


async def _drop(request: Request) -> Response:
    """Break the connection without a word."""
    drop = request.scope.get(DROP_EXTENSION)
    if drop is None:
        raise _ConnectionDroppedError("The reply was lost, as scripted.")
    drop()
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return Response()


def _response(answer: dict[str, Any] | Picture, fields: str) -> Response:
    if isinstance(answer, Picture):
        return Response(answer.data, media_type=answer.media_type)
    if fields and fields != "*":
        wanted = {name.strip() for name in re.sub(r"\([^)]*\)|[/.][^,]*", "", fields).split(",")}
        answer = {name: value for name, value in answer.items() if name in wanted}
    return JSONResponse(answer)


async def _service_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this class only
    retry_after_s = getattr(error, "retry_after_s", None)
    headers = {} if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
    return JSONResponse(error.to_body(), error.http_status, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    """Answer what the routing refuses in the service's shape."""
    known = isinstance(error, HTTPException) and error.status_code not in {404, 405}
    if known:
        return JSONResponse(invalid("The request cannot be read.").to_body(), 400)
    message = f"Method not found: {request.method} {request.url.path}."
    return JSONResponse(ServiceError("NOT_FOUND", message).to_body(), 404)


async def _too_deep(_: Request, __: Exception) -> Response:
    return JSONResponse(invalid("The expression is nested too deeply.").to_body(), 400)


async def _nobody_left(_: Request, __: Exception) -> Response:
    """Answer a client that went away before it had said everything; nobody reads it."""
    return Response(status_code=400)


async def _cannot_write(_: Request, error: Exception) -> Response:
    if isinstance(error, _ConnectionDroppedError):
        raise error
    return JSONResponse(cannot_write(error).to_body(), 500)


async def _internal_error(_: Request, error: Exception) -> Response:
    _LOG.error("A request failed unexpectedly", exc_info=error)
    return JSONResponse(ServiceError("INTERNAL", INTERNAL_MESSAGE).to_body(), 500)


class _LoopbackOnly:
    """Lets only those in who speak to this machine under its own name.

    A page from elsewhere could otherwise reach the emulator through the browser of whoever runs it: by a foreign name
    that resolves to this machine, or by a request across origins.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            if not _LOOPBACK.fullmatch(headers.get("host", "")):
                return await self._refuse("This server answers on loopback names only.", scope, receive, send)
            origin = headers.get("origin")
            foreign = origin is not None and not _LOOPBACK_ORIGIN.fullmatch(origin)
            if foreign and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
                return await self._refuse(
                    "This server takes no changes from pages of other hosts.", scope, receive, send
                )
        return await self._app(scope, receive, send)

    @staticmethod
    async def _refuse(message: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = ServiceError("PERMISSION_DENIED", message).to_body()
        await JSONResponse(body, 403)(scope, receive, send)
