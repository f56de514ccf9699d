"""What only a local Earth Engine does: going wrong when it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.client.http import Call, encode
from ee_export_widget.client.replies import read_object
from ee_export_widget.client.retry import WRITE
from ee_export_widget.core.addresses import is_local
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient

OUT_OF_MEMORY = {"kind": "failExport", "code": 3, "message": "User memory limit exceeded."}


async def fail_next_export(client: EarthEngineClient) -> None:
    """Have the next export fail as one that needs too much memory, to see what that is like.

    Raises
    ------
    InvalidRequestError
        Where the service is not on this machine: nobody else is told such things.
    """
    if not is_local(client.base_url):
        message, hint = "Only a local service can be told to fail.", "Connect to the local emulator."
        raise InvalidRequestError.of("baseUrl", "not-local", message, hint)
    call = Call("POST", "/emulator/faults", encode(OUT_OF_MEMORY), policy=WRITE)
    await client._connection.request(call, read_object)  # noqa: SLF001 - not one of the service's own methods
