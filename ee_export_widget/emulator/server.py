"""Running the emulator: in a thread for Python code, in the foreground for the command line."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import DROP_EXTENSION, create_app
from .clock import Clock
from .engine import Engine
from .errors import EmulatorError
from .faults import Fault, Faults
from .keywords import guesses_keyword
from .schema import warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from starlette.applications import Starlette
    from starlette.types import Receive, Scope, Send

    from .quota import Quota

HOST = "127.0.0.1"
_GRACE_S = 5


class LocalEarthEngine:
    """A local Earth Engine: the same requests and answers, real pixels, no account and no network.

    Use it as a context manager; it serves on loopback from a thread of its own.

    Parameters
    ----------
    data_dir
        Where assets, files and operations are kept; a directory that is removed at the end when left out.
    port
        Of the server; any free one for 0.
    speed
        How many seconds of an export's pace pass in one real second: an export takes about 20 / `speed` seconds,
        unless its work takes longer.
    faults
        What is to go wrong; more can be added to `.faults` at any time.
    clock
        Used instead of one of that speed, such as a `ManualClock`.
    require_token
        Answer 401 to requests without a bearer token.
    quota
        What the assets of a project may take; that of the service when left out.

    Attributes
    ----------
    url
        Where it is reached, without a slash at the end.
    project
        The id of the project that holds the sample asset.
    data_dir
        The directory.
    faults
        What is still to go wrong.

    Raises
    ------
    EmulatorError
        On entering, when the port or the data directory cannot be used.
    """

    project = Engine.project

    @guesses_keyword
    def __init__(  # noqa: PLR0913 - independent switches
        self,
        data_dir: str | Path | None = None,
        *,
        port: int = 0,
        speed: float = 1.0,
        faults: Iterable[Fault] | Faults = (),
        clock: Clock | None = None,
        require_token: bool = False,
        quota: Quota | None = None,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be above 0, got {speed}.")
        self.faults = faults if isinstance(faults, Faults) else Faults(faults or ())
        self.clock = clock or Clock(speed)
        self._given_dir = None if data_dir is None else Path(data_dir)
        self._port = port
        self._require_token = require_token
        self._quota = quota
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._engine: Engine | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    @property
    def data_dir(self) -> Path:
        """Where the results are."""
        return self.engine.data_dir

    @property
    def engine(self) -> Engine:
        """What works behind the server.

        Raises
        ------
        EmulatorError
            When it has not been started.
        """
        if self._engine is None:
            raise EmulatorError("The local Earth Engine is not running; use it as a context manager.")
        return self._engine

    def __enter__(self) -> Self:
        listener = _listen(self._port)
        try:
            if self._given_dir is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="local-earth-engine-", ignore_cleanup_errors=True)
            directory = self._given_dir or Path(self._temporary.name)  # type: ignore[union-attr]
            self._engine = Engine(directory, clock=self.clock, faults=self.faults, quota=self._quota)
        except BaseException:
            listener.close()
            self._remove_temporary()
            raise
        app = create_app(engine=self._engine, require_token=self._require_token)
        self._server = _Server(_config(app))
        self._thread = threading.Thread(
            target=_serve, args=(self._server, listener), name="local-earth-engine", daemon=True
        )
        self._thread.start()
        self._server.ready.wait()
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        threading.Thread(target=warm_up, name="local-earth-engine-warm-up", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None and self._engine is not None:
            self._engine.closing.set()
            self._server.should_exit = True
            self._thread.join()
            self._engine.close()
        self._remove_temporary()

    def _remove_temporary(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def serve(
    port: int = 0,
    data_dir: str | Path | None = None,
    speed: float = 1.0,
    *,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Run the emulator in the foreground until Ctrl-C or SIGTERM.

    Parameters
    ----------
    port, data_dir, speed
        As for `LocalEarthEngine`.
    on_ready
        Called with the address once it answers.

    Raises
    ------
    EmulatorError
        When the port or the data directory cannot be used.
    """
    stop = threading.Event()
    previous: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        previous = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with LocalEarthEngine(data_dir, port=port, speed=speed) as emulator:
            if on_ready is not None:
                on_ready(emulator.url)
            while not stop.wait(1.0):  # short waits, so that signals are seen on every platform
                continue
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    """A server that says when it is ready and leaves signals to whoever started it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Connection(H11Protocol):
    """A connection whose requests may drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            scope[DROP_EXTENSION] = transport.abort
            await app(scope, receive, send)

        self.app = droppable


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listener]))


def _listen(port: int) -> socket.socket:
    """Return a listening socket on loopback."""
    # Without the protocol spelt out, asyncio does not switch off Nagle's algorithm, and every reply waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Port {port} on {HOST} cannot be used: {reason}. Choose another port, or 0 for any free one."
        raise EmulatorError(message) from error
    return listener
