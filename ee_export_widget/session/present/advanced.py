"""Description, request id, priority, ceiling and cost label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.draft.compose import description
from ee_export_widget.core.draft.entries import json_only
from ee_export_widget.core.estimate import compact_count
from ee_export_widget.core.quantity import parse_count
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.entries import entry_field, habit, messages
from ee_export_widget.session.present.parts import button, field, head, mark, note, row, text

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

UNSHOWN = ("maxWorkers", "assetExportOptions.tileSize")
"""What no field of any step shows, and only a loaded request can have."""

PATHS = ("description", "requestId", "priority", "maxPixels", "workloadTag", *UNSHOWN)


def advanced(snapshot: Snapshot) -> views.FormView:
    """Show the members of the request that seldom need a thought."""
    draft = snapshot.draft
    problems = snapshot.problems_at(*PATHS)

    items: list[views.Item] = [row(
        field("description", "Description", draft.description if draft.description is not None else "",
              paths=["description"], placeholder=description(draft), messages=messages(snapshot, "description")),
        field("request_id", "Request ID", draft.request_id, paths=["requestId"], mono=True,
              aside="stops double submits", messages=messages(snapshot, "requestId"),
              button=button("new_request_id", "New request ID", icon="new", icon_only=True)),
        entry_field(snapshot, "priority"),
        entry_field(snapshot, "max_pixels", unit=""),
        field("workload_tag", "Workload tag", draft.workload_tag, paths=["workloadTag"], aside="optional",
              mono=True, hint=habit(snapshot, "workload_tag"), messages=messages(snapshot, "workloadTag")),
        layout="advanced",
    ), field(
        "fold_grid", "Write the grid into the expression", draft.fold_grid, control="check", paths=["expression"],
        hint="Same pixels. Without it the request has the member grid; with it, the grid goes the way of the official "
             "client, for a service that refuses the member.",
    )]  # fmt: skip
    if hidden := json_only(draft):
        items.append(text(f"{', '.join(hidden)}.", strong="Set in JSON only:", tone="info"))
    items += [note(problem, fixes_for(problem, snapshot)) for problem in snapshot.problems_at(*UNSHOWN)]
    forced = any(problem.severity == "error" for problem in problems)
    state = mark(problems)
    if state["tone"] == "ok":
        state = {"tone": "plain", "text": ""}
    heading = head("Advanced", state, summary=_summary(snapshot), opens="never", forced=forced)
    return {"label": "Advanced", "head": heading, "items": items, "ack": 0}


def _summary(snapshot: Snapshot) -> str:
    draft = snapshot.draft
    limit = parse_count(draft.max_pixels)
    parts = [f"priority {draft.priority or '100'}", f"maxPixels {compact_count(limit) if limit else draft.max_pixels}"]
    parts.append("request ID set" if draft.request_id else "no request ID")
    if draft.fold_grid:
        parts.append("grid in the expression")
    if draft.workload_tag:
        parts.append(f"tag {draft.workload_tag}")
    return ", ".join(parts)
