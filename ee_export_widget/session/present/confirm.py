"""The last look before something is written: the export, or the parts of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.text import short_crs
from ee_export_widget.core.estimate import compact_bytes, compact_count, raw_bytes
from ee_export_widget.core.parts import part_names
from ee_export_widget.session.confirming import SMALL_PX
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.grid import pixel_text
from ee_export_widget.session.present.parts import button, doing, message, plural, said
from ee_export_widget.session.splitting import left_of, name_of, parts_of, started

if TYPE_CHECKING:
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

    Rows = list[tuple[str, str, str]]


def confirm(snapshot: Snapshot) -> views.Confirm:
    """Say what is about to be written: by the export, or by those of its parts that are not started yet."""
    exports = plural(snapshot.submission.parts, "export") if snapshot.submission.parts else ""
    rows = _rows_of_parts(snapshot) if exports else _rows_of_the_whole(snapshot)
    if snapshot.image.info is not None:
        remark = "" if snapshot.draft.destination != "asset" else _policies(snapshot)
        rows.insert(2, ("Bands", plural(len(snapshot.image.info.bands), "band"), remark))
    if snapshot.standing.state != "unknown":
        rows.append(("Queue", _queue(snapshot), ""))
    warnings = [_warning(problem, snapshot) for problem in snapshot.problems if problem.severity == "warning"]
    shown: views.Confirm = {
        "kind": "confirm", "title": f"Submit {exports}?" if exports else "Submit this export?", "rows": rows,
        "messages": [*_overwritten(snapshot), *warnings], "back": button("back", "Back"),
        "go": button("submit_now", f"Submit {exports or 'export'}", primary=True),
    }  # fmt: skip
    if not exports:
        shown["skip"] = {
            "label": f"Skip this step for exports under {compact_count(SMALL_PX)} pixels",
            "hint": "An overwrite or a warning is shown all the same.", "checked": snapshot.skips_question,
        }  # fmt: skip
    return shown


def _rows_of_the_whole(snapshot: Snapshot) -> Rows:
    composed = snapshot.composed
    request = composed.request
    rows = [("Writes", _target(request), _where(snapshot))]
    if composed.grid is not None:
        size = f"{composed.grid.width:,} × {composed.grid.height:,} px"
        rows.append(("Grid", f"{size}, {pixel_text(composed.grid)}", short_crs(composed.crs)))
    return [*rows, ("Size", ", ".join(pieces(snapshot)[1:]), _NO_ESTIMATE)]


def _rows_of_parts(snapshot: Snapshot) -> Rows:
    parts = parts_of(snapshot)
    requests, grids = zip(*left_of(snapshot, parts), strict=True)
    names = _target(requests[0]) + (f" to {name_of(requests[-1])}" if len(requests) > 1 else "")
    running, last = started(snapshot, parts), part_names(parts.grids)[-1]
    cut = re.fullmatch(r"r(\d+)c(\d+)", last)
    table = f"{int(cut[1])} × {int(cut[2])} parts (rows × columns)" if cut else plural(len(parts.grids), "part")
    width, height = (max(getattr(grid, side) for grid in parts.grids) for side in ("width", "height"))
    left = f", {running} of them started already" if running else ""
    size = f"{table} of up to {width:,} × {height:,} px, {pixel_text(grids[0])}"
    return [
        ("Writes", f"{plural(len(requests), 'export')}: {names}", _where(snapshot)),
        ("Grid", size + left, short_crs(snapshot.composed.crs)),
        ("Size", ", ".join(_amount(snapshot, sum(grid.pixel_count for grid in grids))), _NO_ESTIMATE),
    ]


_NO_ESTIMATE = "uncompressed; the service gives no estimate of the cost"


def _where(snapshot: Snapshot) -> str:
    return "local emulator" if snapshot.connection.kind == "emulator" else f"Earth Engine, project {snapshot.project}"


def _overwritten(snapshot: Snapshot) -> list[views.Message]:
    """Warn of what is lost; the names of parts have not been looked up."""
    if not snapshot.draft.overwrite or snapshot.draft.destination != "asset":
        return []
    strong, words = "An existing image will be overwritten.", snapshot.target.message
    if snapshot.submission.parts:
        strong, words = "Images that have the names of the parts will be overwritten.", ""
    elif snapshot.target.state != "taken":
        return []
    return [said("warning", strong, words, field="assetExportOptions.earthEngineDestination.overwrite")]


def _warning(problem: Problem, snapshot: Snapshot) -> views.Message:
    """Give a warning with its buttons; a press goes back to the form, changed."""
    if problem.code != "averaged-codes":
        return message(problem, fixes_for(problem, snapshot))
    return {**message(replace(problem, hint="")), "fixes": [doing("use_suggestions", problem.hint.rstrip("."))]}


def _queue(snapshot: Snapshot) -> str:
    standing = snapshot.standing
    if standing.waiting is None:
        return "being counted" if standing.state == "asking" else "could not be asked"
    if standing.waiting == 0:
        return "no export of the project is waiting"
    least = "at least " if standing.waiting_at_least else ""
    return f"{least}{plural(standing.waiting, 'export')} of the project waiting"


def _target(request: ExportImageRequest | None) -> str:
    destination = request.destination if request is not None else None
    return (getattr(destination, "name", None) or destination.label) if destination is not None else ""


def _policies(snapshot: Snapshot) -> str:
    draft = snapshot.draft
    exceptions = ", ".join(
        f"{band} {policy.value}" for band, policy in list(draft.overrides.items())[:5] if policy != draft.default_policy
    )
    more = "" if len(draft.overrides) <= 5 else ", …"  # noqa: PLR2004 - as many as fit the line
    return f"{draft.default_policy.value}{f'; {exceptions}{more}' if exceptions else ''}"


def pieces(snapshot: Snapshot) -> list[str]:
    """Give bands, pixels and bytes of the export as a whole."""
    info, grid = snapshot.image.info, snapshot.composed.grid
    bands = [plural(len(info.bands), "band")] if info is not None else []
    return [*bands, *(_amount(snapshot, grid.pixel_count) if grid is not None else [])]


def _amount(snapshot: Snapshot, pixels: int) -> list[str]:
    info = snapshot.image.info
    size = [f"{compact_bytes(raw_bytes(pixels, info))} raw"] if info is not None else []
    return [f"{compact_count(pixels)} px", *size]
