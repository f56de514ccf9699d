"""Why an operation failed, in plain words: what the service's messages mean and what usually helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.core.operation import OperationState

if TYPE_CHECKING:
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.session import views

_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"memory limit|out of memory",
        "One tile needed more memory than Earth Engine allows.",
        "Export a smaller region at a time, or coarsen the scale.",
    ),
    (
        r"timed out",
        "The computation took longer than Earth Engine allows.",
        "Export a smaller region at a time, or export an intermediate asset first.",
    ),
    (
        r"too many pixels|export too large|maxPixels",
        "The grid has more pixels than maxPixels allows.",
        "Raise maxPixels, or coarsen the scale.",
    ),
    (
        r"cannot overwrite asset",
        "There is an asset with this name already.",
        "Tick “Overwrite if it exists”, or choose another name.",
    ),
    (
        r"permission|does not have .* access|doesn't allow this operation",
        "The project may not write there.",
        "Check the rights on the folder or bucket, or change the destination.",
    ),
    (
        r"compatible (data )?types",
        "The file format needs one type for all bands.",
        "Cast all bands to one type, or choose bands that share one.",
    ),
    (
        r"quota|too many tasks",
        "The project's queue or quota is full.",
        "Try again when there is room.",
    ),
    (
        r"image asset .* not found",
        "The source image does not exist, or this account may not read it.",
        "Check the asset ID, and that it is shared with this account.",
    ),
    (
        r"override|pyramiding",
        "The pyramiding policies do not fit the bands of the image.",
        "Remove the overrides that name bands the image does not have.",
    ),
)  # fmt: skip


def explain(operation: Operation) -> views.Explanation | None:
    """Give headline, hint and the service's own message of a failed operation."""
    if operation.state != OperationState.FAILED:
        return None
    raw = operation.error.message if operation.error else ""
    for pattern, strong, hint in _KNOWN:
        if re.search(pattern, raw, re.IGNORECASE):
            return {"strong": strong, "text": "Nothing was written.", "hint": hint, "raw": raw}
    first = re.split(r"(?<=[.!?])\s", raw.strip(), maxsplit=1)[0] or "the service gave no reason."
    return {
        "strong": f"The export stopped: {first}", "text": "Nothing was written.",
        "hint": "Submit it again; if it fails the same way, the message below says the most.", "raw": raw,
    }  # fmt: skip
