"""One export as several: the parts as the form shows them, and submitting them one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ee_export_widget.core.destinations import CloudStorageDestination, DriveDestination, EarthEngineDestination
from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.folding import fold
from ee_export_widget.core.parts import part_requests
from ee_export_widget.core.quantity import parse_count
from ee_export_widget.errors import ExportWidgetError, InvalidRequestError, Problem
from ee_export_widget.session import standing
from ee_export_widget.session.entry import Entry
from ee_export_widget.session.services import settled
from ee_export_widget.session.snapshot import Submission
from ee_export_widget.session.submitting import is_definite, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

MOST_PARTS = 100
"""More exports than this are not started with one button."""

_OF_THE_WHOLE = frozenset({"too-many-pixels", "target-taken"})
"""Problems of one large export that its parts do not have: they are smaller, and have names of their own."""


@dataclass(frozen=True)
class Parts:
    """The parts of an export, or why there are none."""

    grids: tuple[PixelGrid, ...] = ()
    requests: tuple[ExportImageRequest, ...] = ()
    problem: Problem | None = None


def parts_of(snapshot: Snapshot) -> Parts:
    """Cut the export of a snapshot as its small form says."""
    whole, grid = snapshot.composed.request, snapshot.composed.grid
    if whole is None or grid is None:
        message, hint = "There is no complete export to split yet.", "Choose an image and draw a region first."
        return Parts(problem=Problem("", "nothing-to-split", "error", message, hint))
    try:
        grids = _cut(grid, snapshot.entry.texts)
    except InvalidRequestError as error:
        return Parts(problem=error.problems[0])
    if len(grids) > MOST_PARTS:
        message = f"These would be {len(grids):,} exports; at most {MOST_PARTS} are started together."
        return Parts(problem=Problem("", "too-many-parts", "error", message, "Choose larger parts."))
    if (folded := whole.grid is None) and snapshot.draft.fold_grid:
        unfolded = replace(snapshot.draft, fold_grid=False)
        whole = compose(unfolded, project=snapshot.project, image=snapshot.image.info).request or whole
    requests = part_requests(whole, grids)
    if folded:
        requests = [
            request.with_(expression=fold(request.expression or {}, grid), grid=None)
            for request, grid in zip(requests, grids, strict=True)
        ]
    return Parts(tuple(grids), tuple(requests))


def _cut(grid: PixelGrid, texts: Mapping[str, str]) -> list[PixelGrid]:
    def count(name: str) -> int:
        number = parse_count(texts.get(name, ""))
        if number is None or number < 1:
            raise InvalidRequestError.of(name, "not-a-whole-number", "Must be a whole number above 0.")
        return number

    match texts.get("by"):
        case "tile":
            return grid.split(tile=(count("width"), count("height")))
        case "antimeridian":
            return grid.split(antimeridian=True)
        case _:
            return grid.split(max_pixels=count("size"))


def ask_to_submit_parts(session: ExportSession) -> None:
    """Show what the parts that are not started yet would write, to be confirmed."""
    standing.look(session)
    with session.lock:
        snapshot = session.snapshot
        parts = parts_of(snapshot)
        waiting = len(left_of(snapshot, parts)) if len(parts.requests) > 1 else 0
        if waiting and not blocking(snapshot) and snapshot.submission.state != "submitting":
            session.update(submission=Submission("confirming", parts=waiting))


async def submit_parts(session: ExportSession, *, confirmed: Draft | None) -> None:
    """Start all parts that have not been started yet, one after the other; stops at the first that fails.

    Only the parts of the draft that was ``confirmed`` on the screen are started, while nobody went back. Confirmed
    again it goes on where it stopped: a part that was started is not started again, and one whose answer was lost
    goes out with the same request id.
    """
    await settled(session)
    parts, client, draft = _begin(session, confirmed)
    try:
        for request in parts:
            key = part_key(request, client.base_url, client.project)
            if key in session.snapshot.parts_started:
                continue
            operation = await send(session, request, client, draft)
            with session.lock:
                session.update(parts_started=session.snapshot.parts_started | {key})
                session.follow(operation)
    except ExportWidgetError as error:
        _stopped(session, error)
        raise
    else:
        with session.lock:
            entry = Entry() if session.snapshot.entry.tool == "split" else session.snapshot.entry
            submission = replace(session.snapshot.submission, state="submitted", at=session.now())
            session.update(submission=submission, entry=entry)
    finally:
        if (submission := session.snapshot.submission).state == "submitting":
            left = replace(submission, state="unsure", message=_INTERRUPTED, hint=_AGAIN, at=session.now())
            session.update(submission=left)


_INTERRUPTED = "The form stopped before all parts were started."
_AGAIN = "Submit the parts again: what runs already is not started twice."


def part_key(request: ExportImageRequest, base_url: str, project: str) -> str:
    """Name a part by where it is started and all that it writes, whatever its request id."""
    body = request.with_(request_id=None, expression=None).to_json()
    digest = Expression.of(request.expression or {}).digest
    return json.dumps([base_url, project, digest, body], sort_keys=True)


def left_of(snapshot: Snapshot, parts: Parts) -> list[tuple[ExportImageRequest, PixelGrid]]:
    """Give the parts that have not been started where the form works now."""
    pairs = list(zip(parts.requests, parts.grids, strict=True))
    if not snapshot.parts_started:
        return pairs
    base_url, project = snapshot.connection.base_url, snapshot.project
    return [pair for pair in pairs if part_key(pair[0].canonical(), base_url, project) not in snapshot.parts_started]


def started(snapshot: Snapshot, parts: Parts) -> int:
    """Count the parts that have been started where the form works now."""
    return len(parts.requests) - len(left_of(snapshot, parts))


def blocking(snapshot: Snapshot) -> list[Problem]:
    """Give what keeps the parts from being submitted."""
    return [problem for problem in snapshot.errors if problem.code not in _OF_THE_WHOLE]


def _begin(
    session: ExportSession, confirmed: Draft | None
) -> tuple[tuple[ExportImageRequest, ...], EarthEngineClient, Draft]:
    """Check that there is something to send and a way to send it, and let no second call through."""
    with session.lock:
        snapshot, client = session.snapshot, session.client
        if snapshot.submission.state == "submitting":
            raise ExportWidgetError("This export is being submitted already.", hint="Wait for the answer.")
        if snapshot.submission.state != "confirming" or snapshot.draft != confirmed:
            raise ExportWidgetError("The parts were taken back before they were sent.", hint="Submit them again.")
        parts, problems = parts_of(snapshot), blocking(snapshot)
        if parts.problem is not None:
            problems = [parts.problem, *problems]
        if problems:
            # Back to the form, where they stand beside their fields.
            session.update(submission=Submission())
            raise InvalidRequestError(problems)
        if client is None:
            message, hint = "The form is not connected to a service.", "Choose a project, or the local emulator."
            session.update(submission=replace(snapshot.submission, state="failed", message=message, hint=hint))
            raise ExportWidgetError(message, hint=hint)
        session.sent.mark()
        session.update(submission=replace(snapshot.submission, state="submitting", at=session.now()))
    return tuple(request.canonical() for request in parts.requests), client, snapshot.draft


def _stopped(session: ExportSession, error: ExportWidgetError) -> None:
    """Say how far it went; after a definite refusal the parts that are left need other ids."""
    with session.lock:
        draft = session.draft
        if is_definite(error):
            draft = replace(draft, request_id=session.new_id())
        hint = " ".join(words for words in (_so_far(session.snapshot), error.hint, _AGAIN) if words)
        state: Literal["unsure", "failed"] = "unsure" if error.may_have_started else "failed"
        sent = session.snapshot.submission
        submission = replace(sent, state=state, message=error.message, hint=hint, at=session.now())
        session.update(draft=draft, submission=submission)


def _so_far(snapshot: Snapshot) -> str:
    parts = parts_of(snapshot)
    running = started(snapshot, parts)
    return f"{running} of {len(parts.requests)} parts are started." if running else ""


def name_of(request: ExportImageRequest) -> str:
    """Give the end of the name that a part writes to."""
    match request.destination:
        case EarthEngineDestination(name=str(name)):
            return name.rpartition("/")[2]
        case DriveDestination(filename_prefix=str(name)) | CloudStorageDestination(filename_prefix=str(name)):
            return name
    return request.description or ""
