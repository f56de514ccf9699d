"""Waiting for exports of a service that is real or behaves as if it were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation

_PAUSE_S = 0.005
"""Leaves the processor to the export between two questions."""


async def ended(client: EarthEngineClient, operation: Operation) -> Operation:
    """Ask until an operation has ended."""
    while not operation.is_terminal:
        await anyio.sleep(_PAUSE_S)
        operation = await client.get_operation(operation.name)
    return operation
