"""What an earlier kernel has submitted: followed again, and settled where it never heard the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import earlier, present
from ee_export_widget.session.journal import Journal, Noted
from tests.unit.session.service import PROJECT, START, URL, Service, connect, ended, fill, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock, MakeForm

    ComeBack: TypeAlias = Callable[..., ExportSession]

LATER = 3600.0
REQUEST = ExportImageRequest.from_json({
    "requestId": "1", "description": "scene",
    "assetExportOptions": {"earthEngineDestination": {"name": f"projects/{PROJECT}/assets/out"}},
})  # fmt: skip
PAGE = "https://code.earthengine.google.com/?asset="


def journal_with(path: Path, *notes: tuple[str, str]) -> Journal:
    journal = Journal(path)
    for request_id, operation in notes:
        journal.write(Noted(request_id, URL, PROJECT, "scene", START.astimezone(UTC).isoformat(), operation))
    return journal


def notes(journal: Journal) -> list[tuple[str, str, str]]:
    found = journal.recent(base_url=URL, project=PROJECT, now=START)
    return [(note.request_id, note.operation.rpartition("/")[2], note.outcome) for note in found]


def looked_back(form: ExportSession) -> None:
    """Wait until the look at earlier submissions has ended."""
    ended(form, "connect")
    ended(form, "find earlier")


@pytest.fixture
def come_back(make_form: MakeForm, service: Service, clock: Clock) -> ComeBack:
    """Make forms that open long after a submission was noted."""

    def come_back(journal: Journal, to: Service = service, project: str = PROJECT) -> ExportSession:
        clock.go_on(LATER)
        service.go_on(LATER)
        form = make_form(journal=journal)
        connect(form, to, project)
        looked_back(form)
        return form

    return come_back


@pytest.fixture
def lost(tmp_path: Path) -> Journal:
    """Give the journal of a kernel that died while it was sending."""
    journal = journal_with(tmp_path, ("1", ""))
    journal.keep(REQUEST)
    return journal


def settle_late(form: ExportSession, service: Service, journal: Journal) -> None:
    """Look for what became of the only submission where nobody looks any more."""
    (note,) = journal.recent(base_url=URL, project=PROJECT, now=START)
    form.run("late", earlier._settle(form, service.client(), note))
    ended(form, "late")


def test_operations_of_an_earlier_kernel_are_followed(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """What this machine has noted is asked for, also past one that is gone or was never answered."""
    running, done = service.operation("A"), service.operation("B", "SUCCEEDED")
    gone = f"projects/{PROJECT}/operations/GONE"
    journal = journal_with(tmp_path, ("1", running), ("2", gone), ("3", ""), ("4", done))
    form = make_form(journal=journal)
    connect(form, service)
    snapshot = wait_for(form, lambda snapshot: len(snapshot.operations) == 2)
    assert {operation.name for operation in snapshot.operations} == {running, done}
    assert snapshot.started_here == set()


def test_only_what_this_notebook_has_started_stands_among_its_own(
    make_form: MakeForm, service: Service, tmp_path: Path
) -> None:
    """Exports of other notebooks on this machine are followed as well, and found under Project."""
    mine, other = service.operation("A"), service.operation("B")
    journal = Journal(tmp_path)
    for name, place in ((mine, "/home/me/lakes.ipynb"), (other, "/home/me/else.ipynb")):
        journal.write(Noted(name[-1], URL, PROJECT, "scene", START.isoformat(), name, place=place))
    form = make_form(journal=journal, place="/home/me/lakes.ipynb")
    connect(form, service)
    snapshot = wait_for(form, lambda snapshot: len(snapshot.operations) == 2)
    assert snapshot.started_here == {mine}
    assert [row["name"] for row in present.operations(snapshot)["rows"]] == [mine]
    fill(form)
    wait_for(form, lambda now: not now.errors)
    asyncio.run(form.submit())
    assert journal.recent(base_url=URL, project=PROJECT, now=START)[-1].place == "/home/me/lakes.ipynb"


def test_a_service_that_falls_silent_ends_the_look_back(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Nothing is followed, and nothing fails."""
    journal = journal_with(tmp_path, ("1", service.operation("A")))
    service.faults["operation"] = service.down
    form = make_form(journal=journal)
    connect(form, service)
    looked_back(form)
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
    looked_back(form)
    assert "operation" not in service.asked


def test_an_export_whose_answer_was_lost_is_found(come_back: ComeBack, service: Service, lost: Journal) -> None:
    """By description, time and the asset that it writes; the next kernel follows it and the journal learns its name."""
    others: tuple[tuple[str, str, int, str], ...] = (
        ("OLD", "scene", -600, "out"), ("MINE", "scene", 2, "out"), ("OTHER", "else", 2, "out"),
        ("THEIRS", "scene", 3, "out_of_somebody_else"), ("LATE", "scene", 1800, "out"),
    )  # fmt: skip
    for name, description, seconds, asset in others:
        created = (START + timedelta(seconds=seconds)).isoformat()
        links = [f"{PAGE}projects/{PROJECT}/assets/{asset}"]
        service.operation(name, description=description, createTime=created, type="EXPORT_IMAGE", destinationUris=links)
    form = come_back(lost)
    assert [operation.id for operation in form.operations] == ["MINE"]
    assert notes(lost) == [("1", "MINE", "")]
    assert (form.snapshot.notice, form.snapshot.unsettled) == ("", ())


def asked(form: ExportSession) -> tuple[str, list[str]]:
    """Give the question that the form asks, and its answers."""
    (question,) = [item for item in present.strip(form.snapshot)["items"] if item["kind"] == "note"]
    return f"{question['strong']} {question['text']}", [fix["label"] for fix in question["fixes"]]


def test_what_may_be_a_colleagues_export_is_asked_about(come_back: ComeBack, service: Service, lost: Journal) -> None:
    """While it runs it does not say what it writes: nobody but the person can tell."""
    name = service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    form = come_back(lost)
    assert not form.operations
    words, answers = asked(form)
    assert words.startswith("“scene” was sent on 05 January at ")
    assert "an operation of this name from that moment, which others may have started: A, created at " in words
    assert answers == ["It is mine, follow it", "It is not mine"]
    form.perform("settle", {"operation": name})
    assert [operation.id for operation in form.operations] == ["A"]
    assert notes(lost) == [("1", "A", "")]
    assert form.snapshot.unsettled == ()


def test_the_person_may_know_none_of_them(come_back: ComeBack, service: Service, lost: Journal) -> None:
    """Then nothing was started, and it is safe to send it again."""
    for name in ("A", "B"):
        service.operation(name, description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    form = come_back(lost)
    words, answers = asked(form)
    assert "The project has operations of this name" in words
    assert answers == ["Follow A", "Follow B", "None of them is mine"]
    form.perform("settle", {"operation": ""})
    assert form.operations == ()
    assert notes(lost) == [("1", "", "not found")]
    assert "submit it again" in form.snapshot.notice
    form.perform("settle", {"operation": ""})


def test_a_question_is_answered_once(make_form: MakeForm, come_back: ComeBack, service: Service, lost: Journal) -> None:
    """A second press, or a press where nobody is asked any more, changes nothing."""
    service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    form = come_back(lost)
    for _ in range(2):
        earlier.settle(form, "")
    assert notes(lost) == [("1", "", "not found")]
    earlier.settle(make_form(), "")


def test_a_question_that_comes_too_late_is_not_asked(come_back: ComeBack, service: Service, tmp_path: Path) -> None:
    """The form has turned to another service meanwhile; the submission stays open."""
    journal = journal_with(tmp_path, ("1", ""))
    service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    form = come_back(journal, Service(), "other-project")
    settle_late(form, service, journal)
    assert form.snapshot.unsettled == ()
    assert notes(journal) == [("1", "", "")]


def test_a_question_of_another_service_is_dropped(come_back: ComeBack, service: Service, lost: Journal) -> None:
    """It stays open, for whoever comes back to that service."""
    service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    form = come_back(lost)
    connect(form, Service(), "other-project")
    assert form.snapshot.unsettled == ()
    assert notes(lost) == [("1", "", "")]


def test_an_operation_that_belongs_to_another_submission_is_not_taken(
    make_form: MakeForm, come_back: ComeBack, service: Service, tmp_path: Path
) -> None:
    """Two submissions of the same description are two exports; the lost one is said once, and safe to send again."""
    service.operation("A", description="scene", createTime=START.isoformat(), type="EXPORT_IMAGE")
    journal = journal_with(tmp_path, ("1", f"projects/{PROJECT}/operations/A"), ("2", ""))
    form = come_back(journal)
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

    form.jobs.start(others_had_their_turn(), form.failed).result(60)  # type: ignore[union-attr] # it is open
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


def test_a_list_that_cannot_be_read_settles_nothing(come_back: ComeBack, service: Service, tmp_path: Path) -> None:
    """Whoever connects next tries again."""
    journal = journal_with(tmp_path, ("1", ""))
    service.faults["list"] = service.down
    form = come_back(journal)
    assert notes(journal) == [("1", "", "")]
    assert form.snapshot.notice == ""


def test_what_was_lost_at_another_service_is_not_said_here(
    come_back: ComeBack, service: Service, tmp_path: Path
) -> None:
    """It is noted all the same; whoever connects there again is not asked to send it twice."""
    journal = journal_with(tmp_path, ("1", ""))
    form = come_back(journal, Service(), "other-project")
    settle_late(form, service, journal)
    assert notes(journal) == [("1", "", "not found")]
    assert form.snapshot.notice == ""


def test_a_submission_that_was_settled_meanwhile_is_not_looked_for(
    make_form: MakeForm, service: Service, tmp_path: Path, clock: Clock
) -> None:
    """Whoever sent it has heard the answer after all."""
    journal = journal_with(tmp_path, ("1", ""))
    (note,) = journal.recent(base_url=URL, project=PROJECT, now=START)
    journal.write(Noted("1", URL, PROJECT, "scene", note.at, service.operation("A")))
    clock.go_on(LATER)
    form = make_form(journal=journal)
    form.run("late", earlier._settle(form, service.client(), note))
    ended(form, "late")
    assert "list" not in service.asked
    assert notes(journal) == [("1", "A", "")]
