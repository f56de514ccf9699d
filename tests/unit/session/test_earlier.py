"""What an earlier kernel has submitted: followed again, and settled where it never heard the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ee_export_widget.session.journal import Journal, Noted
from tests.unit.session.service import PROJECT, START, URL, Service, connect, ended, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock, MakeForm

LATER = 3600.0


def journal_with(path: Path, *notes: tuple[str, str]) -> Journal:
    journal = Journal(path)
    for request_id, operation in notes:
        journal.write(Noted(request_id, URL, PROJECT, "scene", START.astimezone(UTC).isoformat(), operation))
    return journal


def test_operations_of_an_earlier_kernel_are_followed(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """What this machine has noted is asked for, also past one that is gone or was never answered."""
    running, done = service.operation("A"), service.operation("B", "SUCCEEDED")
    gone = f"projects/{PROJECT}/operations/GONE"
    journal = journal_with(tmp_path, ("1", running), ("2", gone), ("3", ""), ("4", done))
    form = make_form(journal=journal)
    connect(form, service)
    snapshot = wait_for(form, lambda snapshot: len(snapshot.operations) == 2)
    assert {operation.name for operation in snapshot.operations} == {running, done}
    assert snapshot.started_here == {running, done}


def test_a_service_that_falls_silent_ends_the_look_back(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Nothing is followed, and nothing fails."""
    journal = journal_with(tmp_path, ("1", service.operation("A")))
    service.faults["operation"] = service.down
    form = make_form(journal=journal)
    connect(form, service)
    ended(form, "connect")
    ended(form, "find earlier")
    assert form.operations == ()
    assert form.snapshot.notice == ""


def test_what_is_older_than_operations_live_is_not_looked_for(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """The session's own clock counts."""
    journal = journal_with(tmp_path, ("1", service.operation("A")))
    clock.go_on(11 * 86400)
    form = make_form(journal=journal)
    connect(form, service)
    ended(form, "connect")
    ended(form, "find earlier")
    assert "operation" not in service.asked


def looked_back(form: ExportSession) -> None:
    """Wait until the look at earlier submissions has ended."""
    ended(form, "connect")
    ended(form, "find earlier")


def notes(journal: Journal) -> list[tuple[str, str, str]]:
    found = journal.recent(base_url=URL, project=PROJECT, now=START)
    return [(note.request_id, note.operation.rpartition("/")[2], note.outcome) for note in found]


def test_an_export_whose_answer_was_lost_is_found(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """By its description and time, among others; the next kernel follows it and the journal learns its name."""
    for name, description, seconds in (
        ("OLD", "scene", -60), ("MINE", "scene", 2), ("OTHER", "else", 2), ("LATE", "scene", 1800),
    ):  # fmt: skip
        created = (START + timedelta(seconds=seconds)).isoformat()
        service.operation(name, description=description, createTime=created, type="EXPORT_IMAGE")
    journal = journal_with(tmp_path, ("1", ""))
    clock.go_on(LATER)
    service.go_on(LATER)
    form = make_form(journal=journal)
    connect(form, service)
    looked_back(form)
    assert [operation.id for operation in form.operations] == ["MINE"]
    assert notes(journal) == [("1", "MINE", "")]
    assert form.snapshot.notice == ""


def test_an_operation_that_belongs_to_another_submission_is_not_taken(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Two submissions of the same description are two exports; the lost one is said once, and safe to send again."""
    service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    journal = journal_with(tmp_path, ("1", f"projects/{PROJECT}/operations/A"), ("2", ""))
    clock.go_on(LATER)
    service.go_on(LATER)
    form = make_form(journal=journal)
    connect(form, service)
    looked_back(form)
    assert notes(journal) == [("1", "A", ""), ("2", "", "not found")]
    assert form.snapshot.notice.startswith("“scene” was sent on 05 January at ")
    assert "submit it again" in form.snapshot.notice
    again = make_form(journal=journal)
    connect(again, service)
    looked_back(again)
    assert again.snapshot.notice == ""


def test_a_submission_that_another_kernel_may_still_be_sending_is_left_alone(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Only when its deadline has passed can it be settled."""
    journal = journal_with(tmp_path, ("1", ""))
    clock.go_on(60)
    form = make_form(journal=journal)
    connect(form, service)
    ended(form, "connect")
    looking = form.jobs._named["find earlier"]

    async def others_had_their_turn() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    form.jobs.start(others_had_their_turn(), form.failed).result(10)  # type: ignore[union-attr] # it is open
    assert not looking.done()
    assert service.asked.count("list") <= 1  # that counted the queue
    assert notes(journal) == [("1", "", "")]


def test_an_answer_that_arrives_meanwhile_settles_it(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """The other kernel was only slow."""
    journal = journal_with(tmp_path, ("1", ""), ("2", ""))
    hold = service.hold("list")
    clock.go_on(LATER)
    service.go_on(LATER)
    form = make_form(journal=journal)
    connect(form, service)
    hold.until_asked()
    name = service.operation("B")
    journal.write(Noted("2", URL, PROJECT, "scene", START.astimezone(UTC).isoformat(), name))
    hold.let_go()
    looked_back(form)
    assert notes(journal) == [("1", "", "not found"), ("2", "B", "")]


def test_a_list_that_cannot_be_read_settles_nothing(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Whoever connects next tries again."""
    journal = journal_with(tmp_path, ("1", ""))
    service.faults["list"] = service.down
    clock.go_on(LATER)
    form = make_form(journal=journal)
    connect(form, service)
    looked_back(form)
    assert notes(journal) == [("1", "", "")]
    assert form.snapshot.notice == ""
