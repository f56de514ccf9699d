"""Telling a local service to go wrong."""

from __future__ import annotations

import json

import pytest

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.rehearsal import fail_next_export
from ee_export_widget.errors import InvalidRequestError
from tests.unit.client.scripted import ManualTime, Script, answer, client_of

pytestmark = pytest.mark.anyio


async def test_the_fault_goes_to_the_address_for_faults(time: ManualTime) -> None:
    """Beside the service's own methods, and once."""
    script = Script(answer({"faults": []}))
    async with client_of(script, time) as client:
        await fail_next_export(client)
    assert script.paths == ["/emulator/faults"]
    assert json.loads(script.requests[0].content)["kind"] == "failExport"


async def test_nobody_but_a_service_on_this_machine_is_told() -> None:
    """The real one is not asked at all."""
    async with EarthEngineClient("my-project") as client:
        with pytest.raises(InvalidRequestError, match="local service"):
            await fail_next_export(client)
