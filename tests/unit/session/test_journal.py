"""Submissions on disk."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session.journal import KEPT, MOST_BYTES, Journal, Noted

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
URL = "https://service.example"
SENT = Noted("id-1", URL, "demo-project", "scene", NOW.isoformat())


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "new folder")


FILE = "submissions-2026-01.jsonl"


def add(journal: Journal, line: str) -> None:
    journal.folder.mkdir(parents=True, exist_ok=True)
    with (journal.folder / FILE).open("a") as file:
        file.write("\n" + line)


def recent(journal: Journal, **where: str) -> list[Noted]:
    return journal.recent(**{"base_url": URL, "project": "demo-project", **where}, now=NOW)


def test_what_is_written_is_read_by_the_next_kernel(journal: Journal) -> None:
    """The folder is made, and another journal of the same file finds the submission."""
    journal.write(SENT)
    assert recent(Journal(journal.folder)) == [SENT]


def test_without_a_file_there_is_nothing_to_read(journal: Journal) -> None:
    """A first start is no error."""
    assert recent(journal) == []


def test_a_submission_and_what_became_of_it_are_one(journal: Journal) -> None:
    """The operation's name joins the request id; submissions stay in the order in which they began."""
    other = replace(SENT, request_id="id-2")
    started = replace(SENT, operation="projects/demo-project/operations/A")
    for entry in (SENT, other, started):
        journal.write(entry)
    assert recent(journal) == [started, other]


def test_a_repeat_that_was_cut_short_forgets_no_operation(journal: Journal) -> None:
    """Sending the same request again, and losing the connection, leaves the name that is known."""
    started = replace(SENT, operation="projects/demo-project/operations/A")
    for entry in (SENT, started, SENT):
        journal.write(entry)
    assert recent(journal) == [started]


def test_only_the_same_service_and_project_count(journal: Journal) -> None:
    """Operations of another project cannot be asked for here."""
    journal.write(SENT)
    assert recent(journal, project="other") == []
    assert recent(journal, base_url="http://127.0.0.1:1") == []


def test_what_is_too_old_to_be_alive_is_left_out(journal: Journal) -> None:
    """After ten days no operation lives; a time that cannot be read is long ago, one without zone is UTC."""
    oldest = NOW - KEPT
    times = (oldest.isoformat(), (oldest - timedelta(seconds=1)).isoformat(), "no time", "2026-01-05T09:00:00")
    for number, at in enumerate(times):
        add(journal, json.dumps(asdict(replace(SENT, request_id=f"id-{number}", at=at))))
    assert [entry.request_id for entry in recent(journal)] == ["id-0", "id-3"]


def test_the_present_time_is_the_default(journal: Journal) -> None:
    """What was sent just now can be alive."""
    entry = replace(SENT, at=datetime.now(UTC).isoformat())
    journal.write(entry)
    assert journal.recent(base_url=URL, project="demo-project") == [entry]


@pytest.mark.parametrize(
    "broken",
    [
        '{"request_id": "id-0", "base',
        "\x00\x00\x00",
        "[1, 2]",
        "null",
        json.dumps(asdict(SENT) | {"newer": 1}),
        json.dumps(asdict(SENT) | {"at": 5}),
        json.dumps(asdict(SENT) | {"request_id": ["a"]}),
    ],
)
def test_a_broken_line_costs_no_other(journal: Journal, broken: str) -> None:
    """What a crash cut short, or another release wrote, is passed over, and what comes after it is read."""
    journal.write(replace(SENT, request_id="before"))
    add(journal, broken)
    journal.write(replace(SENT, request_id="after"))
    assert [entry.request_id for entry in recent(journal)] == ["before", "after"]


def test_bytes_that_are_no_text_cost_no_other_line(journal: Journal) -> None:
    """A damaged place in the file hides nothing else."""
    journal.write(SENT)
    with (journal.folder / FILE).open("ab") as file:
        file.write(b"\n\xff\xfe")
    assert recent(journal) == [SENT]


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Whoever notes a submission hears of it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Journal(tmp_path / "file" / "state").write(SENT)


def test_a_folder_in_the_place_of_a_file_reads_as_nothing(journal: Journal) -> None:
    """Reading never fails."""
    (journal.folder / FILE).mkdir(parents=True)
    assert recent(journal) == []


def test_a_file_goes_when_nothing_in_it_can_be_alive(journal: Journal) -> None:
    """Files of past months disappear with the first submission of a month, unless operations of theirs may live."""
    months = ("2025-11", "2025-12", "2026-01")
    for month in months[:2]:
        journal.write(replace(SENT, at=f"{month}-30T10:00:00+00:00"))
    journal.write(SENT)
    assert [path.name for path in journal.folder.iterdir() if "2025-11" in path.name] == []
    assert {path.name for path in journal.folder.iterdir()} == {f"submissions-{month}.jsonl" for month in months[1:]}


def test_a_refusal_closes_a_submission_until_it_is_sent_again(journal: Journal) -> None:
    """What is open may have started something; what was refused has not; the name of an operation beats both."""
    refused = replace(SENT, outcome="refused")
    journal.write(SENT)
    assert [note.is_open for note in recent(journal)] == [True]
    journal.write(refused)
    assert recent(journal) == [refused]
    journal.write(SENT)
    assert [note.is_open for note in recent(journal)] == [True]
    journal.write(replace(SENT, operation="projects/demo-project/operations/A"))
    journal.write(refused)
    assert [(note.operation, note.is_open) for note in recent(journal)] == [
        ("projects/demo-project/operations/A", False)
    ]


def request(**members: object) -> ExportImageRequest:
    body = {"expression": {"result": "0", "values": {"0": {"constantValue": 1}}}, "requestId": "id-1"}
    return ExportImageRequest.from_json(body | members)


def test_a_request_is_kept_for_the_next_kernel(journal: Journal) -> None:
    """As long as its operation can live; older ones go."""
    old = journal.folder / "requests" / "old.json"
    journal.keep(request())
    old.write_text("{}")
    os.utime(old, (0, 0))
    journal.keep(request(requestId="id-2", description="two"))
    assert journal.kept("id-1") == request()
    assert not old.exists()


@pytest.mark.parametrize("request_id", ["", "../up", "a/b", "x" * 61])
def test_no_id_leads_out_of_the_folder(journal: Journal, request_id: str) -> None:
    """What is no request id is not a file either."""
    journal.keep(request(requestId=request_id))
    assert not journal.folder.exists()
    assert journal.kept(request_id) is None


def test_a_request_of_many_megabytes_is_not_kept(journal: Journal) -> None:
    """The disk of a user is no archive."""
    journal.keep(request(expression={"result": "0", "values": {"0": {"constantValue": "x" * MOST_BYTES}}}))
    assert journal.kept("id-1") is None


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[]", b'{"grid": 1}'])
def test_a_kept_request_that_is_damaged_is_none(journal: Journal, content: bytes) -> None:
    """Reading never fails."""
    journal.keep(request())
    (journal.folder / "requests" / "id-1.json").write_bytes(content)
    assert journal.kept("id-1") is None
