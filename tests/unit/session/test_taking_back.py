"""Changing one's mind while something is still under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import services
from ee_export_widget.session.snapshot import Connection
from tests.unit.session.service import URL, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import MakeForm


class Broken:
    """An emulator that takes a while to say that it does not start."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def address(self) -> str:
        self.asked += 1
        await self.go.wait()
        raise ExportWidgetError("The local emulator did not start.")


CHANGES = [
    pytest.param(lambda form: form.stop_asking(), id="back"),
    pytest.param(lambda form: form.edit(pixel_size="60"), id="edit"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_press_on_a_question_that_is_gone_sends_nothing(
    connected: ExportSession, service: Service, change: Callable[[ExportSession], None]
) -> None:
    """The page shows it a moment longer; what it would send now nobody was asked about."""
    fill(connected)
    wait_for(connected, lambda snapshot: snapshot.target.state == "free" and snapshot.image.state == "ready")
    connected.ask_to_submit()
    change(connected)
    connected.perform("submit_now", {})
    operation = asyncio.run(connected.submit())
    assert len(service.exports) == 1
    assert [item.name for item in connected.operations] == [operation.name]


@pytest.mark.parametrize("change", CHANGES)
def test_a_confirmation_that_was_taken_back_sends_nothing(
    connected: ExportSession, service: Service, change: Callable[[ExportSession], None]
) -> None:
    """Also where the answer about the name comes late: what goes out is what was read and confirmed."""
    name = service.hold("asset")
    fill(connected)
    name.until_asked()
    connected.ask_to_submit()
    connected.submit_in_background()
    change(connected)
    name.let_go()
    wait_for(connected, lambda snapshot: snapshot.target.state == "free" and snapshot.image.state == "ready")
    operation = asyncio.run(connected.submit())
    assert len(service.exports) == 1
    assert [item.name for item in connected.operations] == [operation.name]


def test_the_old_service_is_silent_while_the_emulator_starts(make_form: MakeForm, service: Service) -> None:
    """What it says meanwhile is not said in the name of the new one, and nothing is sent to it."""
    form = make_form(emulator=Broken())
    connect(form, service)
    fill(form)
    old = services.Watcher(form, form.client)  # type: ignore[arg-type] # it is connected
    form.use_emulator()
    old.connection_seen(retry_in_s=4)
    assert form.snapshot.connection == Connection("emulator", "connecting")
    with pytest.raises(ExportWidgetError, match="not connected"):
        asyncio.run(form.submit())
    assert service.exports == []


def test_pressing_twice_for_the_emulator_starts_once(make_form: MakeForm, service: Service) -> None:
    """And where it does not start, the form is where it was before the first press."""
    broken = Broken()
    form = make_form(emulator=broken)
    connect(form, service)
    before = form.snapshot.connection
    form.use_emulator()
    form.use_emulator()
    assert form.snapshot.connection == Connection("emulator", "connecting")
    form.connecting._runtime.loop.call_soon_threadsafe(broken.go.set)
    assert wait_for(form, lambda snapshot: bool(snapshot.notice)).connection == before
    assert broken.asked == 1


class Overtaken:
    """An emulator that is ready, or fails, at the very moment at which another service is chosen."""

    def __init__(self, *, starts: bool) -> None:
        self.choose: Callable[[], None] = lambda: None
        self._starts = starts

    async def address(self) -> str:
        self.choose()
        if not self._starts:
            raise ExportWidgetError("The local emulator did not start.")
        return "http://127.0.0.1:3"


@pytest.mark.parametrize("starts", [True, False], ids=["ready", "failed"])
def test_the_service_that_was_chosen_last_stays(make_form: MakeForm, service: Service, starts: bool) -> None:
    """Whatever becomes of the emulator that was asked for before it."""
    emulator = Overtaken(starts=starts)
    form = make_form(emulator=emulator)
    emulator.choose = lambda: form.connect(service.client(), Connection("earth_engine"))
    form.use_emulator()
    wait_for(form, lambda snapshot: snapshot.connection == Connection("earth_engine", "connected", base_url=URL))
    assert form.client is not None
    assert form.client.base_url == URL
