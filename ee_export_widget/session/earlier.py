"""What this machine has submitted before: followed again, and settled where the answer never arrived."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ee_export_widget.client.api import SUBMIT_DEADLINE_S
from ee_export_widget.errors import ExportWidgetError, NotFoundError
from ee_export_widget.session.journal import Noted
from ee_export_widget.session.verifying import Submitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession

LISTED = 50
"""Operations shown of a project, and of what this machine has submitted to it."""


def noted(request: ExportImageRequest, client: EarthEngineClient, now: datetime) -> Noted:
    """Give what the journal keeps of a submission."""
    return Noted(
        request_id=request.request_id or "",
        base_url=client.base_url,
        project=client.project,
        description=request.description or "",
        at=now.isoformat(),
    )


async def find_earlier(session: ExportSession, client: EarthEngineClient) -> None:
    """Follow what this machine has submitted to the project and what can still be of interest."""
    try:
        for note in [note for note in _notes(session, client) if note.operation][-LISTED:]:
            try:
                follow(session, client, await client.get_operation(note.operation))
                _remember(session, client, note)
            except NotFoundError:
                continue
        for note in [note for note in _notes(session, client) if note.is_open]:
            await _settle(session, client, note)
    except ExportWidgetError:
        # Whoever connects next tries again; what is wrong with the connection is said elsewhere.
        return


def follow(session: ExportSession, client: EarthEngineClient, *operations: Operation, here: bool = True) -> None:
    """Follow operations, unless the session has turned to another service while this one was asked."""
    with session.gesture():
        if session.client is client:
            session.follow(*operations, here=here)


async def _settle(session: ExportSession, client: EarthEngineClient, note: Noted) -> None:
    """Find what became of a submission whose kernel ended before the answer came, or say that nothing did."""
    sent = datetime.fromisoformat(note.at)
    # Whoever sent it may still be trying, in another kernel.
    await asyncio.sleep(max(0.0, SUBMIT_DEADLINE_S - (session.now() - sent).total_seconds()))
    notes = _notes(session, client)
    if note not in notes:
        return
    known = {other.operation for other in notes}
    found = await client.find_export(note.description, sent=sent, known=known)
    if found is not None:
        note = replace(note, operation=found.name)
        session.note(note)
        follow(session, client, found)
        _remember(session, client, note)
        return
    session.note(replace(note, outcome="not found"))
    with session.gesture():
        if session.client is client:
            what = f"“{note.description}”" if note.description else "An export"
            session.update(
                notice=f"{what} was sent on {sent.astimezone():%d %B at %H:%M}, but its kernel ended before the answer "
                "came, and the project has no such operation. It was most likely not started: submit it again."
            )


def _remember(session: ExportSession, client: EarthEngineClient, note: Noted) -> None:
    """Bring back what an operation was started with, to compare and to run again."""
    request = session.kept(note.request_id)
    with session.gesture():
        if request is not None and session.client is client:
            session.update(submitted={**session.snapshot.submitted, note.operation: Submitted(request)})


def _notes(session: ExportSession, client: EarthEngineClient) -> Sequence[Noted]:
    return session.noted(base_url=client.base_url, project=client.project)
