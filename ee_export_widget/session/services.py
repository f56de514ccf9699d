"""What a session asks of the service, each as one coroutine for the background loop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from ee_export_widget.client import rehearsal
from ee_export_widget.core.operation import OperationState
from ee_export_widget.errors import (
    AuthenticationError,
    ExportWidgetError,
    InvalidRequestError,
    PermissionDeniedError,
)
from ee_export_widget.session import standing
from ee_export_widget.session.earlier import LISTED, find_earlier, follow
from ee_export_widget.session.reading import read_image
from ee_export_widget.session.target import check_target
from ee_export_widget.session.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.session.session import ExportSession


def in_words(error: ExportWidgetError) -> str:
    """Give what went wrong and what to do, as a person reads it."""
    if isinstance(error, InvalidRequestError):
        return " ".join(f"{problem.message} {problem.hint}".strip() for problem in error.problems)
    return f"{error.message} {error.hint}".strip()


async def greet(session: ExportSession, client: EarthEngineClient) -> None:
    """Enter the client, see whether the service answers, and pick up what could not be asked before."""
    await client.__aenter__()
    try:
        config = await standing.config_of(client)
    except ExportWidgetError as error:
        connection_failed(session, client, error)
        return
    _connection(session, client, "connected")
    with session.lock:
        if session.client is client:
            session.update(standing=standing.first_standing(config))
            standing.look(session, fresh=True)
    if session.snapshot.image.state == "failed":
        read_image(session)
    if session.snapshot.target.state == "unreachable":
        check_target(session)
    session.run("find earlier", find_earlier(session, client))


async def list_project(session: ExportSession, client: EarthEngineClient) -> None:
    """Show what runs in the project, whoever started it."""
    found: list[Operation] = []
    async for operation in client.list_operations(page_size=LISTED):
        found.append(operation)
        if len(found) == LISTED:
            break
    follow(session, client, *found, here=False)


async def settled(session: ExportSession) -> None:
    """Wait for what the draft depends on: where the image's pixels are, and whether the name is free."""
    loop, known = asyncio.get_running_loop(), asyncio.Event()

    def look(_change: object = None) -> None:
        if session.snapshot.image.state != "reading" and session.snapshot.target.state != "checking":
            loop.call_soon_threadsafe(known.set)

    if session.snapshot.target.state != "checking":
        # What was answered a while ago may no longer be so.
        check_target(session, fresh=True, pause_s=0.0, as_named=True)
    session.observe(look, names="snapshot")
    try:
        look()
        await known.wait()
    finally:
        session.unobserve(look, names="snapshot")


async def fail_next_export(session: ExportSession) -> None:
    """Have the next export at the local emulator fail as one that needs too much memory: to see what that is like."""
    client = session.client
    if client is None:
        return
    await rehearsal.fail_next_export(client)
    session.update(notice="The next export will run out of memory, as the emulator was told to let it.")


def stop_waiting(session: ExportSession, words: str) -> None:
    """Say that something failed, and let nobody wait for an answer that will not come."""
    with session.lock:
        image, target = session.snapshot.image, session.snapshot.target
        if image.state == "reading":
            image = replace(image, state="failed", message=words)
        if target.state == "checking":
            target = replace(target, state="unreachable", message=words)
        session.update(notice=words, image=image, target=target)


async def cancel(session: ExportSession, name: str) -> None:
    """Ask the service to stop an operation and look at it again."""
    client = session.client
    if client is None:
        return
    await client.cancel_operation(name)
    follow(session, client, await client.get_operation(name), here=name in session.snapshot.started_here)


def seen(known: Iterable[Operation], *operations: Operation) -> tuple[Operation, ...]:
    """Take in what the service says of operations; the end of one never changes again. Newest first."""
    merged = {item.name: item for item in known}
    for operation in operations:
        if operation.name not in merged or not merged[operation.name].is_terminal:
            merged[operation.name] = operation
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(merged.values(), key=lambda item: item.create_time or oldest, reverse=True))


class Watcher:
    """Tells a session what the monitor of its client sees."""

    def __init__(self, session: ExportSession, client: EarthEngineClient) -> None:
        self._session = session
        self._client = client

    def operations_to_ask(self) -> Sequence[Operation]:
        """Give the operations that have not ended."""
        snapshot = self._session.snapshot
        return [item for item in snapshot.operations if not item.is_terminal and item.name not in snapshot.lost]

    def operation_seen(self, operation: Operation) -> None:
        """Take in what the service says of an operation, and say aloud what has changed."""
        with self._session.lock:
            snapshot = self._session.snapshot
            before = next((item for item in snapshot.operations if item.name == operation.name), operation)
            if before.is_terminal or before == operation:
                return
            words = snapshot.announcement
            if before.state != operation.state or int(before.progress * 4) != int(operation.progress * 4):
                words = f"{operation.description or operation.name}: {operation.state.lower()}"
                if not operation.is_terminal and operation.progress:
                    words += f", {operation.progress:.0%}"
            self._session.update(operations=seen(snapshot.operations, operation), announcement=words)
            if operation.is_terminal and operation.name in snapshot.started_here:
                check_target(self._session, fresh=True)  # the name may have been taken by this very export
            if operation.state == OperationState.SUCCEEDED:
                verify(self._session, operation.name)

    def operation_lost(self, name: str) -> None:
        """Take in that the service does not know an operation."""
        with self._session.lock:
            self._session.update(lost=self._session.snapshot.lost | {name})

    def connection_seen(self, *, retry_in_s: float | None, error: ExportWidgetError | None = None) -> None:
        """Take in that the service answered (``None``), or when it is asked again."""
        if retry_in_s is not None:
            _connection(self._session, self._client, "offline", error, retry_in_s=retry_in_s)
        elif self._session.snapshot.connection.state != "connected":
            _connection(self._session, self._client, "connected")


def connection_failed(session: ExportSession, client: EarthEngineClient, error: ExportWidgetError) -> None:
    """Say that the service refuses to answer, or that it cannot be reached."""
    if isinstance(error, AuthenticationError):
        _connection(session, client, "signed_out", error)
    elif isinstance(error, PermissionDeniedError):
        _connection(session, client, "refused", error)
    else:
        _connection(session, client, "offline", error)


def _connection(
    session: ExportSession,
    client: EarthEngineClient,
    state: Literal["connected", "offline", "signed_out", "refused"],
    error: ExportWidgetError | None = None,
    *,
    retry_in_s: float = 0.0,
) -> None:
    with session.lock:
        if session.client is not client:
            return
        before = session.snapshot.connection
        since = None
        if state == "offline":
            since = before.since if before.state == "offline" and before.since else session.now()
        detail = in_words(error) if error else ""
        connection = replace(before, state=state, detail=detail, since=since, retry_in_s=retry_in_s)
        session.update(connection=connection, account=client.credentials_source)
