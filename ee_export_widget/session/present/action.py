"""The action bar: whether the request can go out, and the last look before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.draft.entries import ENTRIES
from ee_export_widget.core.draft.remarks import OFF_THE_IMAGE
from ee_export_widget.core.operation import OperationState
from ee_export_widget.session.checks import PROJECT
from ee_export_widget.session.fixes.project import for_refusal
from ee_export_widget.session.present.confirm import confirm, pieces
from ee_export_widget.session.present.entry import parts_button
from ee_export_widget.session.present.operations import PILLS
from ee_export_widget.session.present.parts import button, buttons, fix_button, lacks_region, notice, plural
from ee_export_widget.session.present.preflight import preflight, preflight_button
from ee_export_widget.session.snapshot import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

LABELS = {entry.path: str(entry.member.title) for entry in ENTRIES.values()} | {
    "project": "Project",
    "expression": "Image",
    "grid": "Grid",
    "grid.crsCode": "CRS",
    "grid.crsWkt": "CRS",
    "grid.affineTransform": "Pixel size",
    "grid.affineTransform.scaleX": "Pixel size",
    "maxPixels": "maxPixels",
    "requestId": "Request ID",
    "priority": "Priority",
    "description": "Description",
    "workloadTag": "Workload tag",
    "assetExportOptions": "Asset name",
    "assetExportOptions.earthEngineDestination": "Asset name",
    "assetExportOptions.earthEngineDestination.name": "Asset name",
    "assetExportOptions.pyramidingPolicyOverrides": "Bands",
    "fileExportOptions": "Destination",
    "fileExportOptions.driveDestination": "File name prefix",
    "fileExportOptions.driveDestination.filenamePrefix": "File name prefix",
    "fileExportOptions.driveDestination.folder": "Folder",
    "fileExportOptions.cloudStorageDestination": "Bucket",
    "fileExportOptions.cloudStorageDestination.bucket": "Bucket",
    "fileExportOptions.cloudStorageDestination.filenamePrefix": "File name prefix",
}


def action(snapshot: Snapshot) -> views.FormView:
    """Readiness at the left, buttons at the right; or what is about to be written."""
    if snapshot.submission.state == "confirming":
        items: list[views.Item] = [confirm(snapshot)]
    else:
        items = [_readiness(snapshot), *_denied(snapshot), *preflight(snapshot)]
        items.append(buttons(*_buttons(snapshot)))
    return {"label": "Submit", "head": None, "items": items, "ack": 0}


def label_of(problem: Problem) -> str:
    """Give the visible name of the field that a problem is about."""
    field = place_of(problem)
    while field:
        if field in LABELS:
            return LABELS[field]
        field = field.rpartition(".")[0]
    return "Request"


def _step(problem: Problem) -> int:
    """Give the place of a problem's field on the screen."""
    place = place_of(problem)
    return next((at for at, path in enumerate(_STEPS) if f"{place}.".startswith(f"{path}.")), len(_STEPS))


_STEPS = (
    "project", "expression", "grid", "assetExportOptions.pyramidingPolicy",
    "assetExportOptions.pyramidingPolicyOverrides", "assetExportOptions", "fileExportOptions", "description",
    "requestId",
)  # fmt: skip


def _buttons(snapshot: Snapshot) -> list[views.Button]:
    submission = snapshot.submission
    if submission.state == "submitted":
        again = [button("ask_again", "Ask before the next one")] if snapshot.skips_question else []
        return [*again, button("new_export", "Copy as new export")]
    if submission.parts and submission.state != "idle" and snapshot.entry.tool == "split":
        return [parts_button(snapshot, primary=True)]
    if submission.state in {"failed", "unsure"} and not (submission.parts or snapshot.errors):
        return [button("submit_now", "Try again", primary=True)]
    reason = _why_not(snapshot)
    return [preflight_button(snapshot, reason), button("submit", "Submit export…", primary=True, reason=reason)]


def _why_not(snapshot: Snapshot) -> str:
    if snapshot.submission.state == "submitting":
        return "The export is being submitted."
    if snapshot.connection.kind == "none":
        return "Choose a project, or the local emulator."
    if snapshot.drawing:
        return "Finish the region first."
    if missing := _missing(snapshot):
        return missing + "."
    if snapshot.errors:
        return f"{plural(len(snapshot.errors), 'problem')} to fix first."
    return ""


def _missing(snapshot: Snapshot) -> str:
    """Name what has not been begun yet, in the order of the steps."""
    steps = []
    if snapshot.draft.expression is None:
        steps.append("choose an image")
    if lacks_region(snapshot):
        steps.append("draw a region")
    words = ", ".join(steps)
    return words[:1].upper() + words[1:]


def _readiness(snapshot: Snapshot) -> views.Status:
    if snapshot.submission.state in {"submitting", "submitted", "failed", "unsure"}:
        return _submission(snapshot)
    if snapshot.drawing:
        return _status("todo", "Finish the region", [])
    if missing := _missing(snapshot):
        return _status("todo", missing, [])
    if not snapshot.errors:
        if any(problem.code == OFF_THE_IMAGE for problem in snapshot.problems):
            return _status("warning", "Every pixel will be masked", pieces(snapshot), [("Grid", "grid")])
        return _status("ok", "Ready", pieces(snapshot))
    seen: dict[str, str] = {}
    for problem in sorted(snapshot.errors, key=_step):
        seen.setdefault(label_of(problem), place_of(problem))
    return _status("error", f"{plural(len(snapshot.errors), 'problem')} to fix", [], list(seen.items()))


def _submission(snapshot: Snapshot) -> views.Status:
    submission = snapshot.submission
    at = submission.at.astimezone().strftime("%H:%M") if submission.at else ""
    exports = plural(submission.parts, "export") if submission.parts else ""
    match submission.state:
        case "submitting":
            words = "Do not worry about pressing twice: the request ID stops doubles."
            return _status("busy", f"Submitting {exports}…" if exports else "Submitting…", [words])
        case "submitted":
            strong = f"{exports} submitted at {at}" if exports else f"Submitted at {at}"
            tone, said = _outcome(snapshot)
            said.append("Edit anything to prepare the next export.")
            return _status(tone, strong, said, [("Operations", "operations")])
        case "failed":
            strong = "Not all parts submitted: " if exports else "Not submitted: "
            return _status("error", strong + submission.message, [submission.hint] if submission.hint else [])
        case _:
            strong = "Perhaps submitted: "
            return _status("warning", strong + submission.message, [submission.hint] if submission.hint else [])


def _denied(snapshot: Snapshot) -> Iterator[views.Item]:
    """Say where to go with an export that the account may not start."""
    submission = snapshot.submission
    if submission.denied and submission.state in {"failed", "unsure"} and snapshot.connection.kind != "emulator":
        ways = map(fix_button, for_refusal(f"{submission.message} {submission.hint}"))
        yield notice("error", f"You may not start exports in {snapshot.project}.", "", *ways, field=PROJECT)


def _outcome(snapshot: Snapshot) -> tuple[views.Tone, list[str]]:
    """Say what has become of the operation: where this bar sticks to the foot, the operations are out of sight."""
    found = [item for item in snapshot.operations if item.name == snapshot.submission.operation]
    if not found:
        return "ok", []
    words, tone, _icon = PILLS[found[0].state]
    if found[0].state is OperationState.RUNNING:
        return "ok", [f"{words}, {found[0].progress * 100:.0f} %."]
    return ("error" if tone == "error" else "ok"), [f"{words}."]


def _status(
    tone: views.Tone, strong: str, pieces: list[str], links: list[tuple[str, str]] | None = None
) -> views.Status:
    return {
        "kind": "status", "tone": tone, "strong": strong, "pieces": pieces, "links": links or [], "part": "readiness",
    }  # fmt: skip
