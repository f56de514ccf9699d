"""What this machine has submitted before: followed again, and settled where the answer never arrived."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ee_export_widget.client.api import SUBMIT_DEADLINE_S
from ee_export_widget.core.recognition import may_be_of
from ee_export_widget.errors import ExportWidgetError, NotFoundError
from ee_export_widget.session.journal import Noted
from ee_export_widget.session.snapshot import Unsettled
from ee_export_widget.session.verifying import Submitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession

LISTED = 50
"""Operations shown of a project, and of what this machine has submitted to it."""


def noted(request: ExportImageRequest, client: EarthEngineClient, now: datetime, place: str) -> Noted:
    """Give what the journal keeps of a submission from a notebook."""
    return Noted(
        request_id=request.request_id or "",
        base_url=client.base_url,
        project=client.project,
        description=request.description or "",
        at=now.isoformat(),
        place=place,
    )


async def find_earlier(session: ExportSession, client: EarthEngineClient) -> None:
    """Follow what this machine has submitted to the project and what can still be of interest."""
    try:
        for note in [note for note in _notes(session, client) if note.operation][-LISTED:]:
            try:
                _adopt(session, client, note, await client.get_operation(note.operation))
            except NotFoundError:
                continue
        for note in [note for note in _notes(session, client) if note.is_open]:
            await _settle(session, client, note)
    except ExportWidgetError:
        # Whoever connects next tries again; what is wrong with the connection is said elsewhere.
        return


def follow(session: ExportSession, client: EarthEngineClient, *operations: Operation, here: bool = True) -> None:
    """Follow operations, unless the session has turned to another service while this one was asked."""
    with session.lock:
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
    request = session.sent.request(note.request_id)
    found = [
        (may_be_of(operation, request), operation)
        for operation in await client.find_exports(note.description, sent=sent, known=known)
    ]
    certain = [operation for verdict, operation in found if verdict == "yes"]
    possible = tuple(operation for verdict, operation in found if verdict != "no")
    if len(certain) == 1:
        _found(session, client, note, certain[0])
    elif possible:
        with session.lock:
            if session.client is client:
                session.update(unsettled=(*session.snapshot.unsettled, Unsettled(note, possible)))
    else:
        _not_found(session, client, note)


def settle(session: ExportSession, choice: str) -> None:
    """Take the person's word for which operation a submission has started; an empty one says that it is none."""
    with session.lock:
        client, questions = session.client, session.snapshot.unsettled
        if client is None or not questions:
            return  # pressed twice
        question = questions[0]
        session.update(unsettled=questions[1:])
    chosen = next((operation for operation in question.candidates if operation.name == choice), None)
    if chosen is not None:
        _found(session, client, question.noted, chosen)
    else:
        _not_found(session, client, question.noted)


def _found(session: ExportSession, client: EarthEngineClient, note: Noted, operation: Operation) -> None:
    note = replace(note, operation=operation.name)
    session.sent.note(note)
    _adopt(session, client, note, operation)


def _adopt(session: ExportSession, client: EarthEngineClient, note: Noted, operation: Operation) -> None:
    """Follow what was started from this machine; it stands among this widget's own if it came from this notebook."""
    follow(session, client, operation, here=note.place != "" and note.place == session.place)
    _remember(session, client, note)


def _not_found(session: ExportSession, client: EarthEngineClient, note: Noted) -> None:
    session.sent.note(replace(note, outcome="not found"))
    with session.lock:
        if session.client is client:
            session.update(
                notice=f"{sent_words(note)}, but its kernel ended before the answer came, and the project has no such "
                "operation. It was most likely not started: submit it again."
            )


def sent_words(note: Noted) -> str:
    """Say what was sent, and when."""
    what = f"“{note.description}”" if note.description else "An export"
    return f"{what} was sent on {datetime.fromisoformat(note.at).astimezone():%d %B at %H:%M}"


def _remember(session: ExportSession, client: EarthEngineClient, note: Noted) -> None:
    """Bring back what an operation was started with, to compare and to run again."""
    request = session.sent.request(note.request_id)
    with session.lock:
        if request is not None and session.client is client:
            session.update(submitted={**session.snapshot.submitted, note.operation: Submitted(request)})


def _notes(session: ExportSession, client: EarthEngineClient) -> Sequence[Noted]:
    return session.sent.recent(base_url=client.base_url, project=client.project)
