"""An answer that arrives after the form has turned to something else changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from ee_export_widget.session import services
from ee_export_widget.session.earlier import LISTED, find_earlier
from ee_export_widget.session.journal import Journal, Noted
from ee_export_widget.session.snapshot import Submission
from tests.unit.session.service import PROJECT, START, URL, Service, connect, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session import ExportSession
    from ee_export_widget.session.runtime import Runtime
    from tests.unit.session.conftest import MakeForm


def note(journal: Journal, name: str, *, minutes: int = 0) -> None:
    at = (START - timedelta(minutes=minutes)).isoformat()
    journal.write(Noted(f"of {name}", URL, PROJECT, "export", at, f"projects/{PROJECT}/operations/{name}"))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(services.list_project, id="list"),
        pytest.param(find_earlier, id="earlier"),
    ],
)
def test_operations_of_a_service_that_was_left_are_not_followed(
    make_form: MakeForm,
    service: Service,
    runtime: Runtime,
    tmp_path: Path,
    ask: Callable[[ExportSession, EarthEngineClient], Coroutine[None, None, None]],
) -> None:
    """They would be asked for where nobody knows them."""
    journal = Journal(tmp_path)
    form = make_form(journal=journal)
    connect(form, service, "other-project")
    service.operation("A")
    note(journal, "A")
    runtime.start(ask(form, service.client())).result()
    assert form.operations == ()


def test_only_the_latest_of_many_submissions_are_asked_for(
    make_form: MakeForm, service: Service, tmp_path: Path
) -> None:
    """Who submits by the hundred does not wait for hundreds of answers whenever a form opens."""
    journal = Journal(tmp_path)
    for number in range(LISTED + 5):
        service.operation(f"OP{number}", "SUCCEEDED")
        note(journal, f"OP{number}", minutes=LISTED + 5 - number)
    form = make_form(journal=journal)
    connect(form, service)
    wait_for(
        form,
        lambda snapshot: f"projects/{PROJECT}/operations/OP{LISTED + 4}" in {item.name for item in snapshot.operations},
    )
    assert service.asked.count("operation") == LISTED


@pytest.mark.parametrize("state", ["confirming", "submitted"])
def test_what_was_confirmed_for_one_project_is_not_confirmed_for_another(
    connected: ExportSession, service: Service, state: Literal["confirming", "submitted"]
) -> None:
    """The dialog named the project before; and an export that runs there says nothing of names here."""
    connected.update(submission=Submission(state))
    connect(connected, service, "another-project")
    assert connected.snapshot.submission == Submission()


def test_a_submission_whose_end_is_open_stays_open_elsewhere(connected: ExportSession, service: Service) -> None:
    """What may have started is not forgotten with the project."""
    unsure = Submission("unsure", "No answer came.")
    connected.update(submission=unsure)
    connect(connected, service, "another-project")
    assert connected.snapshot.submission == unsure
