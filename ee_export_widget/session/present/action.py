"""The action bar: whether the request can go out, and the last look before it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.core.crs_text import short_crs
from ee_export_widget.core.entries import ENTRIES
from ee_export_widget.core.estimate import compact_bytes, compact_count, raw_bytes
from ee_export_widget.core.remarks import OFF_THE_IMAGE
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.grid import pixel_text
from ee_export_widget.session.present.parts import button, lacks_region, message, plural
from ee_export_widget.session.present.preflight import preflight, preflight_button
from ee_export_widget.session.snapshot import place_of

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot, Submission

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
        items: list[views.Item] = [_confirm(snapshot)]
    else:
        items = [_readiness(snapshot), *preflight(snapshot)]
        items.append({"kind": "buttons", "links": False, "buttons": _buttons(snapshot)})
    return {"label": "Submit", "head": None, "items": items, "ack": 0}


def label_of(problem: Problem) -> str:
    """Give the visible name of the field that a problem is about."""
    field = place_of(problem)
    while field:
        if field in LABELS:
            return LABELS[field]
        field = field.rpartition(".")[0]
    return "Request"


def _buttons(snapshot: Snapshot) -> list[views.Button]:
    submission = snapshot.submission
    if submission.state == "submitted":
        return [button("new_export", "Copy as new export")]
    # Parts are tried again where they were submitted: here it would be the whole.
    if submission.state in {"failed", "unsure"} and not (submission.of_parts or snapshot.errors):
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
        return _submission(snapshot.submission)
    if snapshot.drawing:
        return _status("todo", "Finish the region", [])
    if missing := _missing(snapshot):
        return _status("todo", missing, [])
    if not snapshot.errors:
        if any(problem.code == OFF_THE_IMAGE for problem in snapshot.problems):
            return _status("warning", "Every pixel will be masked", _pieces(snapshot), [("Grid", "grid")])
        return _status("ok", "Ready", _pieces(snapshot))
    seen: dict[str, str] = {}
    for problem in snapshot.errors:
        seen.setdefault(label_of(problem), place_of(problem))
    return _status("error", f"{plural(len(snapshot.errors), 'problem')} to fix", [], list(seen.items()))


def _submission(submission: Submission) -> views.Status:
    at = submission.at.astimezone().strftime("%H:%M") if submission.at else ""
    match submission.state:
        case "submitting":
            words = "Do not worry about pressing twice: the request ID stops doubles."
            return _status("busy", "Submitting…", [words])
        case "submitted":
            return _status("ok", f"Submitted at {at}", ["Edit anything to prepare the next export."])
        case _:
            strong, tone = _NOT_SUBMITTED if submission.state == "failed" else _UNSURE
            return _status(tone, strong + submission.message, [submission.hint] if submission.hint else [])


_NOT_SUBMITTED: tuple[str, views.Tone] = ("Not submitted: ", "error")
_UNSURE: tuple[str, views.Tone] = ("Perhaps submitted: ", "warning")


def _pieces(snapshot: Snapshot) -> list[str]:
    info, grid = snapshot.image.info, snapshot.composed.grid
    pieces = [plural(len(info.bands), "band")] if info is not None else []
    if grid is not None:
        pieces.append(f"{compact_count(grid.pixel_count)} px")
        if info is not None:
            pieces.append(f"{compact_bytes(raw_bytes(grid.pixel_count, info))} raw")
    return pieces


def _status(
    tone: views.Tone, strong: str, pieces: list[str], links: list[tuple[str, str]] | None = None
) -> views.Status:
    return {
        "kind": "status", "tone": tone, "strong": strong, "pieces": pieces, "links": links or [], "part": "readiness",
    }  # fmt: skip


def _confirm(snapshot: Snapshot) -> views.Confirm:
    composed, draft = snapshot.composed, snapshot.draft
    where = "local emulator" if snapshot.connection.kind == "emulator" else f"Earth Engine, project {snapshot.project}"
    rows: list[tuple[str, str, str]] = [("Writes", _target(snapshot), where)]
    if composed.grid is not None:
        size = f"{composed.grid.width:,} × {composed.grid.height:,} px"
        rows.append(("Grid", f"{size}, {pixel_text(composed.grid)}", short_crs(composed.crs)))
    info = snapshot.image.info
    if info is not None:
        remark = "" if draft.destination != "asset" else _policies(snapshot)
        rows.append(("Bands", plural(len(info.bands), "band"), remark))
    rows.append(("Size", ", ".join(_pieces(snapshot)[1:]), "uncompressed; the service gives no estimate of the cost"))
    if snapshot.standing.state != "unknown":
        rows.append(("Queue", _queue(snapshot), ""))
    warnings = [_warning(problem, snapshot) for problem in snapshot.problems if problem.severity == "warning"]
    if draft.overwrite and snapshot.target.state == "taken":
        warnings.insert(0, {
            "severity": "warning", "field": "assetExportOptions.earthEngineDestination.overwrite",
            "strong": "An existing image will be overwritten.", "text": snapshot.target.message, "fixes": [],
        })  # fmt: skip
    return {
        "kind": "confirm", "title": "Submit this export?", "rows": rows, "messages": warnings,
        "back": button("back", "Back"), "go": button("submit_now", "Submit export", primary=True),
    }  # fmt: skip


def _warning(problem: Problem, snapshot: Snapshot) -> views.Message:
    """Give a warning with its buttons; a press goes back to the form, changed."""
    if problem.code != "averaged-codes":
        return message(problem, fixes_for(problem, snapshot))
    use: views.Fix = {"name": "use_suggestions", "label": problem.hint.rstrip("."), "note": ""}
    return {**message(replace(problem, hint="")), "fixes": [use]}


def _queue(snapshot: Snapshot) -> str:
    standing = snapshot.standing
    if standing.waiting is None:
        return "being counted" if standing.state == "asking" else "could not be asked"
    if standing.waiting == 0:
        return "no export of the project is waiting"
    least = "at least " if standing.waiting_at_least else ""
    return f"{least}{plural(standing.waiting, 'export')} of the project waiting"


def _target(snapshot: Snapshot) -> str:
    request = snapshot.composed.request
    destination = request.destination if request is not None else None
    if destination is None:
        return ""
    return getattr(destination, "name", None) or destination.label


def _policies(snapshot: Snapshot) -> str:
    draft = snapshot.draft
    exceptions = ", ".join(
        f"{band} {policy.value}" for band, policy in list(draft.overrides.items())[:5] if policy != draft.default_policy
    )
    more = "" if len(draft.overrides) <= 5 else ", …"  # noqa: PLR2004 - as many as fit the line
    return f"{draft.default_policy.value}{f'; {exceptions}{more}' if exceptions else ''}"
