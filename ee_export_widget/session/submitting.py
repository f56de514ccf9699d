"""Sending a request, exactly once, and noting it before it goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.errors import ExportWidgetError, InvalidRequestError
from ee_export_widget.session.services import noted
from ee_export_widget.session.snapshot import Submission

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession


async def submit(session: ExportSession) -> Operation:
    """Send the request of a session and follow its operation; runs on the background loop."""
    request, client = _begin(session)
    note = noted(request, client, session.now())
    try:
        session.note(note)
        operation = await client.export_image(request)
        session.note(replace(note, operation=operation.name))
    except ExportWidgetError as error:
        session.update(submission=Submission("failed", error.message, error.hint, session.now()))
        raise
    session.update(submission=Submission("submitted", at=session.now(), operation=operation.name))
    session.follow(operation)
    return operation


def _begin(session: ExportSession) -> tuple[ExportImageRequest, EarthEngineClient]:
    """Check that there is something to send and a way to send it, and let no second call through."""
    with session.gesture():
        snapshot, client = session.snapshot, session.client
        request = snapshot.composed.request
        if snapshot.errors or request is None:
            raise InvalidRequestError(snapshot.errors)
        if client is None:
            message = "The form is not connected to a service."
            raise ExportWidgetError(message, hint="Choose a project, or the local emulator.")
        if snapshot.submission.state == "submitting":
            message = "This export is being submitted already."
            raise ExportWidgetError(message, hint="Wait for the answer.")
        session.mark_sent()
        session.update(submission=Submission("submitting", at=session.now()))
    return request, client
