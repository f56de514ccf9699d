"""How the dry run went, between readiness and the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session.present.parts import button, note, plural

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.preflight import Preflight
    from ee_export_widget.session.snapshot import Snapshot


def preflight(snapshot: Snapshot) -> list[views.Item]:
    """Give the result, as long as it is about what would be submitted; its notes below it."""
    found = snapshot.preflight
    if found.state == "none" or snapshot.submission.state in {"submitting", "submitted"}:
        return []
    if found.state == "running":
        return [_status("busy", "Checking a small window…", [])]
    if not found.is_current(snapshot):
        return [_status("info", "", ["Preflight is out of date"])]
    match found.state:
        case "passed":
            strong = f"Passed, {plural(len(found.problems), 'note')}." if found.problems else "Preflight passed"
            tone: views.Tone = "warning" if found.problems else "ok"
            return [_status(tone, strong, _facts(found)), *map(note, found.problems)]
        case "failed":
            strong = f"Preflight failed on {found.band}." if found.band else "Preflight failed."
            return [_status("error", strong, [found.message, found.hint])]
        case _:
            return [_status("warning", "Preflight could not be run.", [found.message, found.hint])]


def preflight_button(snapshot: Snapshot, reason: str) -> views.Button:
    """Give the button that runs it, or stops it."""
    if snapshot.preflight.state == "running":
        return button("stop_preflight", "Stop preflight")
    return button("preflight", "Run preflight", reason=reason)


def _facts(found: Preflight) -> list[str]:
    size = found.windows[0].grid
    at = f"at {found.at.astimezone():%H:%M} · " if found.at else ""
    windows = plural(len(found.windows), "window")
    bands = f"{found.bands:,} of {plural(found.of_bands, 'band')}"
    return [f"{at}{bands}, {windows} of {size.width} × {size.height} px, {found.seconds:.1f} s"]


def _status(tone: views.Tone, strong: str, pieces: list[str]) -> views.Status:
    shown = [piece for piece in pieces if piece]
    return {"kind": "status", "tone": tone, "strong": strong, "pieces": shown, "links": [], "part": "preflight"}
