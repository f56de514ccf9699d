"""What a person has entered, on disk soon after: offered again to the next form at the same place."""

from __future__ import annotations

import atexit
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.session.keeping import Keeper
    from ee_export_widget.session.session import ExportSession

PAUSE_S = 1.0
"""Shortest time between two writings."""


class Autosave:
    """Keeps what one form holds, from now on.

    Whoever edits does not wait for a disk: the background loop writes.

    Parameters
    ----------
    session
        The form's.
    keeper
        Where it is kept.
    """

    def __init__(self, session: ExportSession, keeper: Keeper) -> None:
        self._session = session
        self._keeper = keeper
        self._writing = threading.Lock()
        self._written: Draft | None = None
        self._take_back: Callable[[], None] = lambda: None
        self._soon = Throttle(self._on_the_loop, kernel_runtime.later, interval_s=PAUSE_S)
        session.observe(self._changed, names="snapshot")
        atexit.register(self.flush)

    def offer(self) -> None:
        """Offer what was kept at this place, unless the form holds the same."""
        session = self._session
        kept = self._keeper.kept(now=session.now())
        if kept is not None and replace(kept.draft, request_id=session.draft.request_id) != session.draft:
            session.update(kept=kept)

    def flush(self) -> None:
        """Write what was entered since the last time."""
        # What is older must not be written over what is newer.
        with self._writing:
            snapshot = self._session.snapshot
            if not snapshot.can_undo or snapshot.draft is self._written:
                return
            self._keeper.keep(snapshot, at=self._session.now())
            self._written = snapshot.draft

    def close(self) -> None:
        """Write the last of it, and keep nothing more."""
        self._session.unobserve(self._changed, names="snapshot")
        self._soon.close()
        self._take_back()
        self.flush()
        atexit.unregister(self.flush)

    def _on_the_loop(self) -> None:
        self._take_back = kernel_runtime.later(0.0, self.flush)

    def _changed(self, change: Any) -> None:  # noqa: ANN401 - what traitlets gives
        """Write soon what was entered; what was kept goes when it is declined."""
        if change.new.can_undo:
            if change.new.draft is not self._written:
                self._soon()
        elif change.old.kept is not None and change.new.kept is None:
            # A writing that is under way would bring it back.
            with self._writing:
                self._keeper.forget()
