"""Drafts that outlive their kernel."""

from __future__ import annotations

import os
from concurrent.futures import wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import ExportSession, present
from ee_export_widget.session.journal import Journal, Noted
from ee_export_widget.session.keeping import KEPT, Keeper, Kept
from ee_export_widget.session.local import LocalEmulator
from ee_export_widget.session.snapshot import Connection, Snapshot

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
DRAFT = Draft(asset_path="mine", crs="12a", request_id="first")
MOMENT = Snapshot(draft=DRAFT, project="my-project", connection=Connection("earth_engine", "connected", "https://x"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "drafts"


@pytest.fixture
def keeper(folder: Path) -> Keeper:
    return Keeper(folder, "a notebook")


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_was_kept_comes_back_for_its_place_alone(keeper: Keeper, folder: Path) -> None:
    """The draft and where it was going; another notebook has nothing."""
    assert keeper.kept(now=NOW) is None
    keeper.keep(MOMENT, at=NOW)
    assert keeper.kept(now=NOW) == Kept(DRAFT, NOW, "earth_engine", "my-project", "https://x")
    assert Keeper(folder, "another notebook").kept(now=NOW) is None
    keeper.forget()
    assert keeper.kept(now=NOW) is None


def test_nothing_but_the_kept_file_is_left_in_the_folder(keeper: Keeper, folder: Path) -> None:
    """What cannot be written leaves what was there, and no rest of itself."""
    keeper.keep(MOMENT, at=NOW)
    before = only_file(folder).read_bytes()
    with pytest.raises(TypeError):
        keeper.keep(replace(MOMENT, draft=replace(DRAFT, expression={"result": object()})), at=NOW)
    assert only_file(folder).read_bytes() == before


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"at": "now", "draft": {}}', '{"at": "2026-01-01T00:00:00Z", "draft": 5}'],
)
def test_file_that_cannot_be_read_is_no_draft(keeper: Keeper, folder: Path, content: str) -> None:
    """A damaged file is passed over: the form begins as if there were none."""
    keeper.keep(MOMENT, at=NOW)
    only_file(folder).write_text(content, encoding="utf-8")
    assert keeper.kept(now=NOW) is None


def test_old_drafts_are_removed(keeper: Keeper, folder: Path) -> None:
    """After thirty days nobody is asked about a draft any more, wherever it was."""
    keeper.keep(MOMENT, at=NOW)
    long_ago = (NOW - KEPT - timedelta(days=1)).timestamp()
    os.utime(only_file(folder), (long_ago, long_ago))
    assert Keeper(folder, "elsewhere").kept(now=NOW) is None
    assert not list(folder.iterdir())


def test_kept_draft_is_offered_and_brought_back_in_one_step() -> None:
    """The strip says when it was kept; bringing it back can be undone, and the offer is gone."""
    session = ExportSession()
    session.update(connection=Connection("emulator", "connected"), kept=Kept(DRAFT, NOW))
    (note,) = present.strip(session.snapshot)["items"]
    assert note["kind"] == "note"
    assert "was kept here" in note["strong"]
    assert [fix["label"] for fix in note["fixes"]] == ["Bring it back", "Begin anew"]
    before = session.draft
    session.perform("bring_back", {})
    assert session.draft == DRAFT
    assert session.snapshot.kept is None
    session.undo()
    assert session.draft == before


def test_offer_goes_with_the_first_step_and_comes_back_with_its_undoing() -> None:
    """Whoever has begun anew is not asked any more whether to go on where the other form was left."""
    session = ExportSession()
    session.update(connection=Connection("emulator", "connected"), kept=Kept(DRAFT, NOW))
    session.edit(crs="EPSG:32621")
    assert present.strip(session.snapshot)["items"] == []
    session.undo()
    (note,) = present.strip(session.snapshot)["items"]
    assert note["kind"] == "note"
    assert "was kept here" in note["strong"]


def test_kept_draft_can_be_declined() -> None:
    """Then the form stays as it is, and the offer is gone; asking again does nothing."""
    session = ExportSession()
    before = session.draft
    session.update(kept=Kept(DRAFT, NOW))
    session.perform("let_go", {})
    assert session.snapshot.kept is None
    session.perform("bring_back", {})
    assert session.draft == before


def test_request_id_that_was_sent_is_not_used_again(tmp_path: Path) -> None:
    """What stands in the kept draft may differ from what was sent with its id."""
    journal = Journal(tmp_path)
    journal.write(Noted("first", "https://x", "my-project", "mine", NOW.isoformat()))
    session = ExportSession(journal=journal, new_id=lambda: "second")
    session.update(connection=Connection("emulator"), kept=Kept(DRAFT, NOW, "emulator", "my-project", "https://x"))
    session.perform("bring_back", {})
    assert session.draft == replace(DRAFT, request_id="second")


def test_form_works_again_where_it_worked() -> None:
    """A form that works nowhere yet goes where the kept one was: here to a project that is none, which is said."""
    session = ExportSession()
    session.update(kept=Kept(DRAFT, NOW, "earth_engine", "No Project"))
    session.perform("bring_back", {})
    assert "No Project" in session.snapshot.notice


def test_form_that_worked_with_the_emulator_starts_it_again() -> None:
    """The emulator of the kernel before has ended with it; the same choice is made anew."""
    asked = []

    class Emulator(LocalEmulator):
        async def address(self) -> str:
            """Take note, and start nothing."""
            asked.append("address")
            raise ExportWidgetError("not in this test")

    session = ExportSession(emulator=Emulator())
    session.update(kept=Kept(DRAFT, NOW, "emulator", "local-demo"))
    session.perform("bring_back", {})
    wait([*session.jobs._all], 60)
    assert asked == ["address"]
    session.close()


def test_form_that_worked_nowhere_stays_unconnected() -> None:
    """Nobody is asked silently."""
    session = ExportSession()
    session.update(kept=Kept(DRAFT, NOW))
    session.perform("bring_back", {})
    assert session.snapshot.connection.kind == "none"
