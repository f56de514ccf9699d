"""What one form has sent: noted on disk before it goes out, and never under the request id of something else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.journal import Journal, Noted
    from ee_export_widget.session.session import ExportSession


class Sent:
    """Submissions of one form.

    Parameters
    ----------
    session
        The form.
    journal
        Where submissions are noted; None notes nothing.
    new_id
        Makes a request id.
    """

    def __init__(self, session: ExportSession, journal: Journal | None, new_id: Callable[[], str]) -> None:
        self._session = session
        self._journal = journal
        self._new_id = new_id
        self._drafts: dict[str, tuple[str, str, Draft]] = {}

    def mark(self) -> None:
        """Remember that the present request id has been sent with the present draft."""
        draft = self._session.draft
        self._drafts[draft.request_id] = self._meant_by(draft)

    def with_own_id(self, draft: Draft) -> Draft:
        """Give another request id to a draft whose id was sent with something else (REST contract, section 11)."""
        meant = self._meant_by(draft)
        if self._drafts.get(draft.request_id, meant) == meant:
            return draft
        return replace(draft, request_id=self._new_id())

    def note(self, noted: Noted, *, request: ExportImageRequest | None = None) -> None:
        """Note a submission on disk, and at first the request itself; where that fails, say so and go on."""
        if self._journal is None:
            return
        try:
            if request is not None:
                self._journal.keep(request)
            self._journal.write(noted)
        except OSError as error:
            self._session.update(
                notice=f"The submission could not be noted on disk: {error.strerror}. It goes out all the same."
            )

    def request(self, request_id: str) -> ExportImageRequest | None:
        """Give the request that was noted under an id, as far as it was kept."""
        return self._journal.kept(request_id) if self._journal else None

    def recent(self, *, base_url: str, project: str) -> list[Noted]:
        """Give what this machine has submitted to a project lately, from any form."""
        if self._journal is None:
            return []
        return self._journal.recent(base_url=base_url, project=project, now=self._session.now())

    def _meant_by(self, draft: Draft) -> tuple[str, str, Draft]:
        """Give what one request id stands for."""
        snapshot = self._session.snapshot
        return snapshot.connection.base_url, snapshot.project, draft
