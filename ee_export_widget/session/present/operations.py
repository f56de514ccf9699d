"""The operations panel: what was submitted, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.operation import OperationState
from ee_export_widget.session.present.failures import explain
from ee_export_widget.session.present.parts import button, head, option
from ee_export_widget.session.verifying import asset_of

if TYPE_CHECKING:
    from datetime import datetime

    from ee_export_widget.core.operation import Operation, OperationStage
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.verifying import Verification

HEARTBEAT_S = 15.0

EMPTY_HERE = (
    "Nothing submitted from this widget yet. Exports keep running when you close the notebook; "
    "you will find them again under Project."
)
EMPTY_PROJECT = "No exports in this project in the last 10 days."

_NONE_SO = "No export is {} here."

PILLS: dict[OperationState, tuple[str, views.Tone, str]] = {
    OperationState.PENDING: ("Queued", "plain", "clock"),
    OperationState.RUNNING: ("Running", "busy", "run"),
    OperationState.CANCELLING: ("Cancelling", "warning", "stop"),
    OperationState.SUCCEEDED: ("Succeeded", "ok", "ok"),
    OperationState.CANCELLED: ("Cancelled", "plain", "stop"),
    OperationState.FAILED: ("Failed", "error", "fail"),
    OperationState.UNKNOWN: ("Unknown", "muted", "unknown"),
}


_VERIFIED: tuple[str, views.Tone, str] = ("Succeeded, verified", "ok", "verified")
_DIFFERS: tuple[str, views.Tone, str] = ("Succeeded, differs", "warning", "warn")


def operations(snapshot: Snapshot) -> views.OperationsView:
    """Give the operations of this form or of the project, newest first."""
    here = [item for item in snapshot.operations if item.name in snapshot.started_here]
    listed = here if snapshot.operations_tab == "here" else list(snapshot.operations)
    wanted = snapshot.operations_state
    shown = [item for item in listed if not wanted or item.state == wanted]
    empty = EMPTY_HERE if snapshot.operations_tab == "here" else EMPTY_PROJECT
    running = sum(not item.is_terminal for item in here)
    summary = f"{len(here)} from this widget" + (f", {running} running" if running else "")
    return {
        "head": head("Operations", _freshness(snapshot, running=running), summary=summary),
        "tabs": [option("here", "This widget", note=str(len(here))), option("project", "Project")],
        "tab": snapshot.operations_tab,
        "states": _states(wanted) if listed else [],
        "state": wanted,
        "rows": [_row(item, snapshot) for item in shown],
        "empty": "" if shown else _NONE_SO.format(PILLS[OperationState(wanted)][0].lower()) if listed else empty,
        "notice": None,
        "announce": snapshot.announcement,
        "beat_s": HEARTBEAT_S if running and snapshot.connection.state == "connected" else 0.0,
    }


def _states(wanted: str) -> list[views.Option]:
    """Give the states to choose from; one that is not known is offered only while it is chosen."""
    known = [state for state in PILLS if state != OperationState.UNKNOWN or state == wanted]
    return [option("", "All states"), *(option(state.value, PILLS[state][0]) for state in known)]


def _freshness(snapshot: Snapshot, *, running: int) -> views.Mark:
    if snapshot.connection.state == "offline":
        return {"tone": "warning", "text": "not connected"}
    return {"tone": "ok", "text": f"{running} running"} if running else {"tone": "plain", "text": ""}


def _row(operation: Operation, snapshot: Snapshot) -> views.OperationView:
    offline = snapshot.connection.state == "offline" and not operation.is_terminal
    pill, tone, icon = PILLS[operation.state]
    verification = snapshot.verifications.get(operation.name)
    if verification is not None and verification.state == "read":
        pill, tone, icon = _VERIFIED if verification.agrees else _DIFFERS
    if operation.name in snapshot.lost:
        pill, tone, icon = "Unknown", "muted", "unknown"
    elif offline:
        pill, tone, icon = f"Last seen {pill.lower()}", "muted", "offline"
    moving = operation.state in {OperationState.RUNNING, OperationState.CANCELLING}
    return {
        "name": operation.name,
        "state": operation.state.value,
        "pill": pill,
        "tone": tone,
        "icon": icon,
        "title": operation.description or operation.id,
        "folds": operation.is_terminal and operation.name not in snapshot.started_here,
        "ended_ms": _ms(operation.end_time or operation.update_time),
        "asset": _asset_id(operation, snapshot),
        "target": operation.name,
        "clock": _clock(operation, standing=offline),
        "progress": operation.progress if moving else -1.0,
        "progress_text": _progress_words(operation) if moving else "",
        "stages": [_stage(stage, operation) for stage in operation.stages],
        "facts": _facts(operation, snapshot),
        "buttons": _buttons(operation, snapshot, offline=offline or operation.name in snapshot.lost),
        "on_map": snapshot.on_map == operation.name,
        "asking": snapshot.asking_to_cancel == operation.name,
        "explanation": explain(operation, snapshot),
        "verification": None if verification is None else _verification(verification),
        "files": list(operation.destination_uris) if operation.is_terminal else [],
    }


def _progress_words(operation: Operation) -> str:
    """Give what a screen reader says of the bar: the share, and the stage with its counts."""
    words = [f"{operation.progress * 100:.0f} percent"]
    for stage in (_stage(stage, operation) for stage in operation.stages):
        if stage["tone"] == "busy":
            words += [stage["label"].lower(), stage["count"]]
    return ", ".join(words)


def _clock(operation: Operation, *, standing: bool) -> views.Clock:
    if operation.is_terminal:
        return {"since_ms": 0.0, "running": False, "text": _ended(operation), "suffix": ""}
    if standing:
        return {"since_ms": 0.0, "running": False, "text": _last_heard(operation), "suffix": ""}
    if operation.state == OperationState.CANCELLING:
        since = _ms(operation.start_time or operation.create_time)
        return {"since_ms": since, "running": bool(since), "text": "", "suffix": "elapsed; may take a few minutes"}
    if operation.start_time is not None:
        return {"since_ms": _ms(operation.start_time), "running": True, "text": "", "suffix": _eta(operation)}
    since = _ms(operation.create_time)
    return {"since_ms": since, "running": bool(since), "text": "", "suffix": "in queue"}


def _last_heard(operation: Operation) -> str:
    moment = operation.update_time or operation.create_time
    return f"as of {moment.astimezone():%H:%M}" if moment else ""


def _eta(operation: Operation) -> str:
    """Give the time that is left at the present pace; nothing under 5 % or without times."""
    if operation.progress < 0.05 or operation.start_time is None or operation.update_time is None:  # noqa: PLR2004
        return "elapsed"
    elapsed = (operation.update_time - operation.start_time).total_seconds()
    left = elapsed * (1 - operation.progress) / operation.progress
    return f"elapsed, about {duration(left)} left" if left >= 1 else "elapsed"


def _ended(operation: Operation) -> str:
    start, end = operation.start_time or operation.create_time, operation.end_time or operation.update_time
    if start is None or end is None:
        return ""
    took, at = duration((end - start).total_seconds()), end.astimezone().strftime("%H:%M")
    if operation.state == OperationState.SUCCEEDED:
        return f"took {took}, done {at}"
    return f"after {took}, at {at}"


def duration(seconds: float) -> str:
    """Give a span as ``0:05``, ``12:04`` or ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _stage(stage: OperationStage, operation: Operation) -> views.Stage:
    done, total = stage.complete_work_units, stage.total_work_units
    if total and done is not None and done >= total:
        return {"label": stage.display_name, "count": "", "tone": "ok"}
    if done:
        count = f"{done:,.0f} of {total:,}" if total else f"{done:,.0f}"
        if operation.state == OperationState.FAILED:
            return {"label": stage.display_name, "count": count, "tone": "error"}
        return {"label": stage.display_name, "count": count, "tone": "muted" if operation.is_terminal else "busy"}
    return {"label": stage.display_name, "count": "", "tone": "todo"}


def _facts(operation: Operation, snapshot: Snapshot) -> list[tuple[str, str]]:
    facts = []
    if operation.eecu_seconds is not None:
        emulated = " emulated" if snapshot.connection.kind == "emulator" else ""
        facts.append(("EECU-s", f"{operation.eecu_seconds:,.1f}{emulated}"))
    facts.append(("Attempt", str(operation.attempt)))
    facts.append(("Priority", str(operation.priority)))
    submitted = snapshot.submitted.get(operation.name)
    if submitted is not None and submitted.request.workload_tag:
        facts.append(("Tag", submitted.request.workload_tag))
    facts += [("Warning", item.detail) for item in operation.notifications if item.detail]
    return facts


def _verification(verification: Verification) -> views.Verification:
    again = None
    match verification.state:
        case "reading":
            tone: views.Tone = "busy"
            strong, text = "Reading the asset back…", ""
        case "failed":
            tone, strong, text = "warning", "Could not read the asset back.", verification.message
            again = button("verify", "Try again")
        case _:
            strong = "The asset read back, against what you asked for"
            text = " ".join(row.consequence for row in verification.rows if row.consequence)
            tone = "ok" if verification.agrees else "warning"
    rows = [(row.name, row.requested, row.found, row.agrees) for row in verification.rows]
    return {"tone": tone, "strong": strong, "text": text, "rows": rows, "button": again}


def _buttons(operation: Operation, snapshot: Snapshot, *, offline: bool) -> list[views.Button]:
    submitted = snapshot.submitted.get(operation.name)
    last = [button("copy_name", "Copy name", icon="copy")]
    if operation.state == OperationState.CANCELLING:
        return last
    if operation.error is not None and operation.error.message and operation.state == OperationState.FAILED:
        last.append(button("copy_error", "Copy error", icon="copy"))
    if submitted is not None and submitted.grid is not None:
        shown = snapshot.on_map == operation.name
        last.append(button("show_on_map", "Remove from map" if shown else "Show on map", icon="pin"))
    if not operation.is_terminal:
        reason = "Not connected: the service cannot be asked to cancel now." if offline else ""
        return [button("cancel", "Cancel", icon="stop", reason=reason), *last]
    buttons = last
    if submitted is not None:
        buttons = [button("edit_and_rerun", "Edit and re-run"), button("rerun", "Re-run…"), *last]
    succeeded = operation.state == OperationState.SUCCEEDED
    if _asset_id(operation, snapshot):
        buttons.insert(0, button("copy_asset", "Copy asset ID", icon="copy"))
    if succeeded and asset_of(submitted) and operation.name not in snapshot.verifications:
        buttons.insert(0, button("verify", "Check the asset"))
    return buttons


def _asset_id(operation: Operation, snapshot: Snapshot) -> str:
    """Give the asset that an operation has written, as it is loaded elsewhere."""
    submitted = snapshot.submitted.get(operation.name)
    return (asset_of(submitted) or "") if operation.state == OperationState.SUCCEEDED else ""


def _ms(moment: datetime | None) -> float:
    return moment.timestamp() * 1000 if moment is not None else 0.0
