"""The background work of one form."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.unit.session.service import ended

if TYPE_CHECKING:
    from tests.unit.session.conftest import MakeForm


async def _nothing() -> None:
    await asyncio.sleep(0)


def test_work_that_has_ended_is_forgotten(make_form: MakeForm) -> None:
    """A form that lives for days keeps no trace of what it once asked, whatever the names."""
    form = make_form()
    for number in range(20):
        form.run(f"cancel {number}", _nothing())
        ended(form, f"cancel {number}")
    form.jobs.start(_nothing(), form.failed).result(60)  # type: ignore[union-attr] # it is open
    assert form.jobs._named == {}


def test_work_that_was_given_up_leaves_its_successor_in_place(make_form: MakeForm) -> None:
    """The end of the first is not taken for the end of the second."""
    form = make_form()

    async def for_ever() -> None:
        await asyncio.Event().wait()

    form.run("look", for_ever())
    first = form.jobs._named["look"]
    form.run("look", for_ever())
    second = form.jobs._named["look"]
    form.jobs.start(_nothing(), form.failed).result(60)  # type: ignore[union-attr] # it is open
    assert first.cancelled()
    assert form.jobs._named == {"look": second}
