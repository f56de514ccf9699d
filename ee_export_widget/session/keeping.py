"""What a form holds, kept on disk: it outlives its kernel, and is offered to the next form at the same place.

One file for each place (a notebook, say), written whole or not at all. Only what a person has typed, drawn or
loaded is in it, and which service it was for: no credentials.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ee_export_widget.core.draft.draft_json import draft_from_json, draft_to_json
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session.json_file import JsonFile, remove_older

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

KEPT = timedelta(days=30)
"""How long a draft is offered again; older ones are removed."""


@dataclass(frozen=True)
class Kept:
    """What a form held."""

    draft: Draft
    at: datetime
    service: str = ""
    """``emulator``, ``earth_engine`` or nothing."""
    project: str = ""
    base_url: str = ""


class Keeper:
    """Keeps what the form at one place holds.

    Parameters
    ----------
    folder
        Folder of all kept drafts; made when the first one is written.
    place
        What tells this place from others: the path of a notebook, for example.
    """

    def __init__(self, folder: Path, place: str) -> None:
        self._folder = folder
        self._file = JsonFile(folder, f"{hashlib.sha256(place.encode()).hexdigest()[:20]}.json")

    def keep(self, snapshot: Snapshot, *, at: datetime) -> None:
        """Write what a form holds; where it cannot be written, what was kept before is still there."""
        self._file.keep(
            {
                "at": at.isoformat(),
                "draft": draft_to_json(snapshot.draft),
                "service": "" if snapshot.connection.kind == "none" else snapshot.connection.kind,
                "project": snapshot.project,
                "base_url": snapshot.connection.base_url,
            }
        )

    def kept(self, *, now: datetime) -> Kept | None:
        """Give what was kept last; None where there is nothing, or nothing that can be read."""
        remove_older(self._folder, than_s=(now - KEPT).timestamp())
        found = self._file.read()
        try:
            at = datetime.fromisoformat(found["at"]).astimezone(UTC)
            where = (str(found[name]) for name in ("service", "project", "base_url"))
            return Kept(draft_from_json(found["draft"]), at, *where)
        except (ValueError, KeyError, TypeError, AttributeError, ExportWidgetError):
            return None

    def forget(self) -> None:
        """Keep nothing."""
        self._file.remove()


def bring_back(session: ExportSession) -> None:
    """Put what was kept into the form, as one step that can be undone, and work where it worked."""
    kept = session.snapshot.kept
    if kept is None:
        return
    draft = kept.draft
    if draft.request_id in {
        noted.request_id for noted in session.sent.recent(base_url=kept.base_url, project=kept.project)
    }:
        # It was sent, and whether the draft is still what was sent with it nobody knows any more.
        draft = replace(draft, request_id=session.new_id())
    session.change(lambda _draft: draft)
    session.update(kept=None)
    if session.snapshot.connection.kind != "none":
        return
    if kept.service == "emulator":
        session.use_emulator()
    elif kept.service == "earth_engine":
        session.use_project(kept.project)
