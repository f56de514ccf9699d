"""A field for one member of the request: its label, tooltip, unit and default come from the member itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.entries import ENTRIES
from ee_export_widget.core.quantity import number_text
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.parts import field, message

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot


def entry_field(snapshot: Snapshot, name: str, **more: Any) -> views.Field:  # noqa: ANN401 - options of a field
    """Make the field of an entry, with the problems of its member beside it."""
    entry = ENTRIES[name]
    bounds = entry.bounds
    said: dict[str, Any] = {"paths": [entry.path], "tip": entry.member.description or ""}
    if bounds is not None:
        said["unit"] = bounds.unit
        said["placeholder"] = "" if bounds.default is None else _shown(bounds.default)
    said["messages"] = messages(snapshot, entry.path)
    said["hint"] = habit(snapshot, name)
    return field(name, entry.member.title or name, getattr(snapshot.draft, name), **(said | more))


def habit(snapshot: Snapshot, name: str) -> str:
    """Say of a field that it holds what was chosen last; nothing where it holds anything else."""
    value = snapshot.habitual.get(name)
    return "As last time in this project." if value is not None and value == getattr(snapshot.draft, name) else ""


def messages(snapshot: Snapshot, *paths: str) -> list[views.Message]:
    """Give the problems at some paths or below, each with its fixes."""
    return [message(problem, fixes_for(problem, snapshot)) for problem in snapshot.problems_at(*paths)]


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else number_text(number)
