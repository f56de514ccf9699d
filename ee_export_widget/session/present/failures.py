"""Why an operation failed, in plain words: what the service's messages mean and what usually helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.core.operation import OperationState
from ee_export_widget.session.present.parts import fix_button
from ee_export_widget.session.remedies import reason_of, remedies
from ee_export_widget.session.verifying import asset_of

if TYPE_CHECKING:
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session import views
    from ee_export_widget.session.fixes.kind import NamedFix
    from ee_export_widget.session.remedies import Reason
    from ee_export_widget.session.snapshot import Snapshot

_WORDS: dict[Reason, tuple[str, str]] = {
    "memory": (
        "One tile needed more memory than Earth Engine allows.",
        "Export a smaller region at a time, or coarsen the scale.",
    ),
    "time": (
        "The computation took longer than Earth Engine allows.",
        "Export a smaller region at a time, or export an intermediate asset first.",
    ),
    "pixels": ("The grid has more pixels than maxPixels allows.", "Raise maxPixels, or coarsen the scale."),
    "exists": (
        "There is an asset with this name already.",
        "Tick “Overwrite if it exists”, or choose another name.",
    ),
    "permission": (
        "The project may not write there.",
        "Check the rights on the folder or bucket, or change the destination.",
    ),
    "types": (
        "The file format needs one type for all bands.",
        "Cast all bands to one type, or choose bands that share one.",
    ),
    "queue": ("The project's queue or quota is full.", "Try again when there is room."),
    "image": (
        "The source image does not exist, or this account may not read it.",
        "Check the asset ID, and that it is shared with this account.",
    ),
    "policies": (
        "The pyramiding policies do not fit the bands of the image.",
        "Remove the overrides that name bands the image does not have.",
    ),
}


def explain(operation: Operation, snapshot: Snapshot) -> views.Explanation | None:
    """Give headline, what is known of results, what helps and the service's own message of a failed operation."""
    if operation.state != OperationState.FAILED:
        return None
    raw = operation.error.message if operation.error else ""
    first = re.split(r"(?<=[.!?])\s", raw.strip(), maxsplit=1)[0] or "the service gave no reason."
    other = (
        f"The export stopped: {first}",
        "Submit it again; if it fails the same way, the message below says the most.",
    )
    strong, hint = _WORDS.get(reason_of(raw), other)
    offers = [_offer(remedy, operation) for remedy in remedies(operation, snapshot)]
    text = " ".join(filter(None, [_place(operation), _written(operation, snapshot)]))
    return {"strong": strong, "text": text, "hint": "" if offers else hint, "offers": offers, "raw": raw}


def _offer(remedy: NamedFix, operation: Operation) -> views.Fix:
    """Give a remedy as a button; what only the clipboard gets changes nothing."""
    shown = fix_button(remedy)
    if not remedy.copies:
        shown["does"] = "remedy", {"operation": operation.name, "name": remedy.name}
    return shown


def _place(operation: Operation) -> str:
    """Say where the operation stood, as far as the service tells."""
    words = []
    for stage in operation.stages:
        done, total = stage.complete_work_units, stage.total_work_units
        if done and not (total and done >= total):
            words = [f"at “{stage.display_name}”", *([f"{done:,.0f} of {total:,}"] if total else [])]
            break
    if operation.attempt > 1:
        words.append(f"in attempt {operation.attempt}")
    return f"It stopped {', '.join(words)}." if words else ""


def _written(operation: Operation, snapshot: Snapshot) -> str:
    """Say what is known of results: an asset comes into being as a whole, files one after the other."""
    if operation.start_time is None and operation.attempt <= 1:
        return "It never began: nothing was written."
    submitted, target = snapshot.submitted.get(operation.name), snapshot.target
    if submitted is None:
        return "Whether it has written anything is not known here: look at its destination."
    if submitted.request.file_export_options is not None:
        return f"Files finished before that may be in {_folder(submitted.request)}: do not take them for the whole."
    if target.state == "free" and target.name == asset_of(submitted):
        return "Nothing was written: the asset name is still free."
    return "The asset was not completed."


def _folder(request: ExportImageRequest) -> str:
    files = request.file_export_options
    bucket = files.cloud_storage_destination if files is not None else None
    if bucket is not None:
        return f"gs://{bucket.bucket}" if bucket.bucket else "the bucket"
    folder = files.drive_destination.folder if files is not None and files.drive_destination is not None else None
    return f"the Drive folder “{folder}”" if folder else "Drive"
