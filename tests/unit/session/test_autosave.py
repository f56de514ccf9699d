"""What was entered is on disk soon after, and nobody waits for it."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.session import ExportSession
from ee_export_widget.session.autosave import Autosave
from ee_export_widget.session.keeping import Keeper
from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime.now(UTC)


class WatchedKeeper(Keeper):
    """A keeper that tells when, and on which thread, it has written."""

    def __init__(self, folder: Path, place: str) -> None:
        super().__init__(folder, place)
        self.written = threading.Event()
        self.threads: list[str] = []
        self.held: threading.Event | None = None
        self.go_on = threading.Event()

    def keep(self, snapshot: Snapshot, *, at: datetime) -> None:
        if self.held is not None:
            self.held.set()
            self.go_on.wait(10)
        super().keep(snapshot, at=at)
        self.threads.append(threading.current_thread().name)
        self.written.set()


def is_asked(session: ExportSession) -> bool:
    return session.snapshot.kept is not None


@pytest.fixture
def keeper(tmp_path: Path) -> WatchedKeeper:
    return WatchedKeeper(tmp_path / "drafts", "a notebook")


@pytest.fixture
def session() -> Iterator[ExportSession]:
    session = ExportSession()
    yield session
    session.close()
    kernel_runtime.close()


def test_background_loop_writes_and_not_whoever_edits(keeper: WatchedKeeper, session: ExportSession) -> None:
    """The first change of all is written by the background loop too: a slow disk holds up no key."""
    saving = Autosave(session, keeper)
    session.edit(asset_path="mine")
    assert keeper.written.wait(60)
    saving.close()
    assert keeper.threads == ["ee-export-widget"]
    kept = keeper.kept(now=NOW)
    assert kept is not None
    assert kept.draft.asset_path == "mine"


def test_last_change_is_written_when_the_form_is_closed(keeper: WatchedKeeper, session: ExportSession) -> None:
    """What follows within the pause waits, but not for longer than the form is there."""
    saving = Autosave(session, keeper)
    for name in ("m", "mi", "mine"):
        session.edit(asset_path=name)
    saving.close()
    session.edit(asset_path="after")
    kernel_runtime.close()
    kept = keeper.kept(now=NOW)
    assert kept is not None
    assert kept.draft.asset_path == "mine"


def test_what_is_on_disk_is_not_written_again(keeper: WatchedKeeper, session: ExportSession) -> None:
    """What changes beside the draft, such as an operation's progress, is no reason."""
    saving = Autosave(session, keeper)
    session.edit(asset_path="mine")
    saving.flush()
    written = len(keeper.threads)
    session.update(announcement="A: running, 50%")
    saving.close()
    kernel_runtime.close()
    assert len(keeper.threads) == written


def test_form_as_it_began_is_not_kept(keeper: WatchedKeeper, session: ExportSession) -> None:
    """Only what a person has entered is worth being offered again."""
    session.edit(crs="EPSG:32621")
    session.begin_here()
    saving = Autosave(session, keeper)
    session.update(notice="Something has happened.")
    saving.close()
    assert keeper.kept(now=NOW) is None


def test_what_the_form_holds_already_is_not_offered(keeper: WatchedKeeper, session: ExportSession) -> None:
    """A cell that says by itself what was entered has nothing to bring back; another one has."""
    keeper.keep(Snapshot(draft=Draft(asset_path="mine", request_id="other")), at=NOW)
    saving = Autosave(session, keeper)
    saving.offer()
    assert is_asked(session)
    session.update(kept=None)
    keeper.keep(Snapshot(draft=Draft(asset_path=session.draft.asset_path, request_id="other")), at=NOW)
    saving.offer()
    assert not is_asked(session)
    saving.close()


def test_declined_draft_is_gone_and_one_brought_back_stays(keeper: WatchedKeeper, session: ExportSession) -> None:
    """Declining removes the file; what was brought back is kept on."""
    keeper.keep(Snapshot(draft=Draft(asset_path="mine")), at=NOW)
    saving = Autosave(session, keeper)
    saving.offer()
    session.perform("bring_back", {})
    assert keeper.kept(now=NOW) is not None
    session.undo()
    saving.offer()
    session.begin_here()
    session.perform("let_go", {})
    assert keeper.kept(now=NOW) is None
    saving.close()


def test_draft_that_is_being_written_when_it_is_declined_is_gone(keeper: WatchedKeeper, session: ExportSession) -> None:
    """The writing ends before the file is removed, and does not come after it."""
    keeper.keep(Snapshot(draft=Draft(asset_path="mine")), at=NOW)
    saving = Autosave(session, keeper)
    saving.offer()
    keeper.held, keeper.go_on = threading.Event(), threading.Event()
    session.edit(asset_path="typed")
    assert keeper.held.wait(10)
    session.begin_here()
    declining = threading.Thread(target=session.perform, args=("let_go", {}))
    declining.start()
    declining.join(0.2)  # as long as it takes where nothing holds it up
    keeper.go_on.set()
    declining.join(10)
    saving.close()
    assert keeper.kept(now=NOW) is None


def test_disk_that_takes_nothing_is_logged(
    keeper: WatchedKeeper, session: ExportSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The form goes on, and does not try again with the same."""
    (tmp_path / "drafts").write_text("a file where the folder would be", encoding="utf-8")
    saving = Autosave(session, keeper)
    session.edit(asset_path="mine")
    with caplog.at_level(logging.WARNING):
        saving.close()
    assert caplog.text.count("could not be kept") == 1
    assert session.draft.asset_path == "mine"
