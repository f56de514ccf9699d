"""The last look before something is written, and who may go without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session import standing
from ee_export_widget.session.json_file import JsonFile
from ee_export_widget.session.snapshot import Submission
from ee_export_widget.session.submitting import identify

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

SMALL_PX = 10_000_000
"""Exports with fewer pixels may go out without the question."""

FILE = "preferences.json"
_SKIPS = "skips_question"


class Preferences:
    """What one user on this machine prefers, in whatever project.

    Parameters
    ----------
    folder
        Where the file is; made when something is first chosen. Without one nothing is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = JsonFile(folder, FILE)

    def skips_question(self) -> bool:
        """Tell whether small exports go out without being asked about; a file that cannot be read says no."""
        return self._file.read().get(_SKIPS) is True

    def keep(self, *, skips_question: bool) -> None:
        """Keep a choice."""
        self._file.keep({_SKIPS: skips_question})


def ask(session: ExportSession) -> None:
    """Show what would be written, to be confirmed; or submit it where the person wants no question about it."""
    standing.look(session)
    identify(session)
    with session.lock:
        snapshot = session.snapshot
        if snapshot.errors or snapshot.submission.state == "submitting":
            return
        if not may_skip(snapshot):
            session.update(submission=Submission("confirming"))
            return
    session.submit_in_background()


def may_skip(snapshot: Snapshot) -> bool:
    """Tell whether an export needs no last look.

    An overwrite always does, and so does a warning: whoever goes without the question would not read it.
    """
    grid = snapshot.composed.grid
    return (
        snapshot.skips_question
        and grid is not None
        and grid.pixel_count < SMALL_PX
        and not snapshot.draft.overwrite
        and snapshot.image.state == "ready"
        and snapshot.target.state in {"free", "unknown"}
        and all(problem.severity == "info" for problem in snapshot.problems)
    )


def choose(session: ExportSession, *, skips: bool) -> None:
    """Take in whether small exports shall go out without the question, now and in later forms."""
    session.update(skips_question=skips)
    session.preferences.keep(skips_question=skips)
