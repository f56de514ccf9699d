"""Sending a request, exactly once, and noting it before it goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ee_export_widget.errors import (
    ExportWidgetError,
    InvalidRequestError,
    PermissionDeniedError,
    ServerError,
    ServiceResponseError,
)
from ee_export_widget.session.earlier import noted
from ee_export_widget.session.services import settled
from ee_export_widget.session.snapshot import Submission
from ee_export_widget.session.verifying import Submitted

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession

INTERRUPTED = "The form stopped waiting for the answer."
LOOK = "The export may have started: look among the operations of the project."


async def submit(session: ExportSession, *, confirmed: Draft | None = None) -> Operation:
    """Send the request of a session and follow its operation; runs on the background loop.

    A draft that was ``confirmed`` on the screen is sent only while it is the present one and nobody went back.
    """
    if confirmed is None:
        identify(session)
    await settled(session)
    request, client, draft = _begin(session, confirmed)
    try:
        operation = await send(session, request, client, draft)
    except ExportWidgetError as error:
        _refused(session, request, error)
        raise
    else:
        with session.lock:
            unchanged = session.draft.request_id == request.request_id
            state = Submission("submitted", at=session.now(), operation=operation.name) if unchanged else Submission()
            session.update(submission=state)
            session.follow(operation)
    finally:
        if session.snapshot.submission.state == "submitting":
            session.update(submission=Submission("unsure", INTERRUPTED, LOOK, session.now()))
    return operation


def identify(session: ExportSession) -> None:
    """Give an id to a body that was loaded without one, now that it is to be submitted."""
    with session.lock:
        if session.draft.awaits_id:
            session.update(draft=replace(session.draft, request_id=session.new_id()))


async def send(
    session: ExportSession, request: ExportImageRequest, client: EarthEngineClient, draft: Draft
) -> Operation:
    """Send one request, noted before it goes out and after; what was sent is kept to be verified.

    The habits follow the ``draft`` that the request, or the whole that it is a part of, was made from.
    """
    info = session.snapshot.image.info
    note = noted(request, client, session.now(), session.place)
    try:
        session.sent.note(note, request=request)
        operation = await client.export_image(request)
        session.sent.note(replace(note, operation=operation.name))
    except ExportWidgetError as error:
        if is_definite(error):
            session.sent.note(replace(note, outcome="refused"))
        raise
    with session.lock:
        session.update(submitted={**session.snapshot.submitted, operation.name: Submitted(request, info)})
    session.habits.keep(client.project, draft)
    return operation


def _begin(session: ExportSession, confirmed: Draft | None) -> tuple[ExportImageRequest, EarthEngineClient, Draft]:
    """Check that there is something to send and a way to send it, and let no second call through."""
    with session.lock:
        snapshot, client = session.snapshot, session.client
        if snapshot.submission.state == "submitting":
            message = "This export is being submitted already."
            raise ExportWidgetError(message, hint="Wait for the answer.")
        if confirmed is not None and (snapshot.draft != confirmed or snapshot.submission.state == "idle"):
            raise ExportWidgetError("The export was taken back before it was sent.", hint="Submit it again.")
        request = snapshot.composed.request
        if snapshot.errors or request is None:
            # Back to the form, where they stand beside their fields.
            session.update(submission=Submission())
            raise InvalidRequestError(snapshot.errors)
        if client is None:
            message, hint = "The form is not connected to a service.", "Choose a project, or the local emulator."
            session.update(submission=Submission("failed", message, hint, session.now()))
            raise ExportWidgetError(message, hint=hint)
        session.sent.mark()
        session.update(submission=Submission("submitting", at=session.now()))
    return request.canonical(), client, snapshot.draft


def is_definite(error: ExportWidgetError) -> bool:
    """Tell whether nothing can have been started: the service understood the request and refused it."""
    refused = isinstance(error, ServiceResponseError) and not isinstance(error, ServerError)
    return refused and not error.may_have_started


def _refused(session: ExportSession, request: ExportImageRequest, error: ExportWidgetError) -> None:
    """Say what went wrong; after a definite refusal the next attempt needs another id."""
    with session.lock:
        draft = session.draft
        if is_definite(error) and draft.request_id == request.request_id:
            draft = replace(draft, request_id=session.new_id())
        state: Literal["unsure", "failed"] = "unsure" if error.may_have_started else "failed"
        denied = isinstance(error, PermissionDeniedError)
        submission = Submission(state, error.message, error.hint, session.now(), denied=denied)
        session.update(draft=draft, submission=submission)
