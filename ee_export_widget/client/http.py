"""One request and its answer: headers, timeouts, a token, repeats, and errors of our own kind."""

from __future__ import annotations

import asyncio
import platform
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

import httpx

import ee_export_widget
from ee_export_widget.client import replies
from ee_export_widget.client.retry import READ, Patience, Policy
from ee_export_widget.core.addresses import is_local
from ee_export_widget.core.encoding import encode_json
from ee_export_widget.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ExportWidgetError,
    InvalidRequestError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.client.auth import Authorizer
    from ee_export_widget.client.surroundings import Surroundings

T = TypeVar("T")

CONNECT_TIMEOUT_S = 10.0
WRITE_TIMEOUT_S = 60.0
PORTS = 2**16


@dataclass(frozen=True, slots=True)
class Call:
    """One request; repeated, it is the same to the byte."""

    method: str
    path: str
    """Percent-encoded path of the URL."""
    content: bytes | None = None
    params: Mapping[str, str | int] | None = None
    policy: Policy = READ


def encode(body: Mapping[str, Any]) -> bytes:
    """Encode a request body.

    Raises
    ------
    InvalidRequestError
        Where JSON cannot express it.
    """
    try:
        return encode_json(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequestError.of("", "not-json", f"The request cannot be written as JSON: {error}") from error


def service_url(base_url: str) -> httpx.URL:
    """Check the address of a service.

    Raises
    ------
    InvalidRequestError
        Where it is not an ``http`` or ``https`` address, or carries more than host, port and path.
    """
    try:
        url = httpx.URL(base_url.rstrip("/"))
    except (httpx.InvalidURL, AttributeError):
        url = httpx.URL()
    reachable = url.scheme in {"http", "https"} and url.host and (url.port or 0) < PORTS
    if not reachable or url.userinfo or url.query or url.fragment:
        # The value is not shown: what is wrong with it may be a password.
        raise InvalidRequestError.of(
            "baseUrl",
            "address-malformed",
            "The address of the service is not usable.",
            "It looks like https://earthengine.googleapis.com, without user name, query or fragment.",
        )
    return url


class Connection:
    """Sends requests to one service, for one project.

    It may be used on several event loops, also at the same time: each has sockets of its own.
    """

    def __init__(
        self,
        base_url: httpx.URL,
        project: str,
        authorizer: Authorizer,
        *,
        transport: httpx.AsyncBaseTransport | None,
        surroundings: Surroundings,
    ) -> None:
        self.base_url = base_url
        self._authorizer = authorizer
        self._transport = transport
        self._surroundings = surroundings
        self._headers = _headers(project)
        self._lock = threading.Lock()
        self._sockets: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}
        self._told_time: tuple[datetime, float] | None = None
        self._notices: dict[str, None] = {}

    @property
    def notices(self) -> tuple[str, ...]:
        """What the service wants the user to know, in the order it came."""
        return tuple(self._notices)

    def server_time(self) -> datetime | None:
        """Give the service's clock now, at most two seconds behind; ``None`` where it never told."""
        if self._told_time is None:
            return None
        told, at = self._told_time
        return told + timedelta(seconds=self._surroundings.monotonic() - at)

    async def request(self, call: Call, read: Callable[[httpx.Response], T]) -> T:
        """Send a request until it is answered, as patiently as its policy says.

        Parameters
        ----------
        call
            What to send.
        read
            Reads the answer; one that breaks off counts as none.

        Raises
        ------
        ServiceError
            Where the service refuses, fails or stays silent.
        AuthenticationError
            Where there are no usable credentials.
        """
        patience = Patience(call.policy, self._surroundings)
        while True:
            try:
                return read(await self.attempt(call, within_s=patience.remaining_s))
            except ExportWidgetError as error:
                pause_s = patience.pause_after(error)
                if pause_s is None:
                    raise
            await patience.wait(pause_s)

    async def attempt(self, call: Call, *, within_s: float) -> httpx.Response:
        """Send a request once; a second time with a new token where the first was not accepted.

        Parameters
        ----------
        call
            What to send.
        within_s
            Seconds after which nobody waits any more, whatever the service is still sending.

        Raises
        ------
        ServiceError
            Where the service refuses, fails or stays silent.
        AuthenticationError
            Where there are no usable credentials.
        """
        try:
            async with asyncio.timeout(within_s):
                reply, authorization = await self._exchange(call)
        except TimeoutError as error:
            raise self._silent(call, f"no complete answer within {within_s:.3g} s") from error
        if reply.is_success:
            return reply
        if reply.status_code == httpx.codes.UNAUTHORIZED and authorization is None:
            raise AuthenticationError(
                f"{self.base_url.host} asks for a sign-in, and none was given.",
                hint="Pass credentials: found ones are sent to Google's hosts only.",
            )
        raise replies.error_of(reply, secret=(authorization or "").rpartition(" ")[2])

    async def close(self) -> None:
        """Close the sockets of the running loop."""
        with self._lock:
            sockets = self._sockets.pop(asyncio.get_running_loop(), None)
        if sockets is not None:
            await sockets.aclose()

    async def _exchange(self, call: Call) -> tuple[httpx.Response, str | None]:
        """Send and receive, again if there is another token to try; give the reply and what it was asked with."""
        authorization = await self._authorizer.header()
        reply = await self._send(call, authorization)
        if reply.status_code == httpx.codes.UNAUTHORIZED and await self._authorizer.renew(authorization):
            authorization = await self._authorizer.header()
            reply = await self._send(call, authorization)
        return reply, authorization

    async def _send(self, call: Call, authorization: str | None) -> httpx.Response:
        headers = {"Authorization": authorization} if authorization else {}
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        timeout = httpx.Timeout(CONNECT_TIMEOUT_S, read=call.policy.read_timeout_s, write=WRITE_TIMEOUT_S)
        try:
            reply = await self._open_sockets().request(
                call.method,
                f"{self.base_url}{call.path}",
                params=call.params,
                content=call.content,
                headers=headers,
                timeout=timeout,
            )
        except (httpx.RequestError, ConnectionError) as error:  # the latter from services in this very process
            raise self._silent(call, _reason(error)) from error
        self._listen(reply)
        return reply

    def _open_sockets(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        with self._lock:
            for ended in [known for known in self._sockets if known.is_closed()]:
                del self._sockets[ended]
            if loop not in self._sockets:
                self._sockets[loop] = httpx.AsyncClient(
                    headers=self._headers,
                    transport=self._transport,
                    follow_redirects=False,
                    trust_env=not is_local(str(self.base_url)),  # no proxy leads to this machine
                )
            return self._sockets[loop]

    def _listen(self, reply: httpx.Response) -> None:
        """Take in what the headers say besides the answer."""
        if told := replies.server_date(reply):
            self._told_time = (told, self._surroundings.monotonic())
        if notice := reply.headers.get("x-earth-engine-init-message"):
            self._notices[notice] = None
        if "parallelism_restricted=true" in reply.headers.get("x-earth-engine-quota-status", ""):
            self._notices["The project has used up its compute and runs in restricted mode."] = None

    def _silent(self, call: Call, reason: str) -> ConnectionFailedError:
        local = is_local(str(self.base_url))
        return ConnectionFailedError(
            f"{self.base_url.host} could not be asked: {reason}.",
            method=call.method,
            path=unquote(call.path),
            hint=f"Check that the local Earth Engine runs at {self.base_url}."
            if local
            else "Check the network connection and try again.",
        )


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error).rstrip(".") or type(error).__name__


def _headers(project: str) -> dict[str, str]:
    """Give what every request says of its sender (the header names are those of the official clients)."""
    version = ee_export_widget.__version__
    return {
        "Accept": "application/json, */*",
        "User-Agent": f"ee-export-widget/{version}",
        "X-Goog-Api-Client": f"ee-export-widget/{version} python/{platform.python_version()}",
        "X-Goog-User-Project": project,
    }
