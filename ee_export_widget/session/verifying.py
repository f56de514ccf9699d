"""Reading an asset back after its export, beside what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from ee_export_widget.core.folding import unfold
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.verification import compare
from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.core.verification import Comparison
    from ee_export_widget.session.session import ExportSession


@dataclass(frozen=True)
class Submitted:
    """What an operation was started with."""

    request: ExportImageRequest
    image: ImageInfo | None = None
    """What was known of the image then."""

    @cached_property
    def grid(self) -> PixelGrid | None:
        """The grid that the operation writes, also one that was folded into the expression; None without one."""
        request = self.request
        folded = unfold(request.expression) if request.grid is None and request.expression is not None else None
        grid = folded[1] if folded is not None else request.grid
        return grid if isinstance(grid, PixelGrid) else None


@dataclass(frozen=True, slots=True)
class Verification:
    """What an asset says of itself after the export."""

    state: Literal["reading", "read", "failed"] = "reading"
    rows: tuple[Comparison, ...] = ()
    message: str = ""
    """Why it could not be read."""

    @property
    def agrees(self) -> bool:
        """Whether everything that could be compared is as requested."""
        return self.state == "read" and all(row.agrees for row in self.rows)


def asset_of(submitted: Submitted | None) -> str:
    """Give the name of the asset that an operation writes; empty for files, and where the request is not known."""
    options = submitted.request.asset_export_options if submitted is not None else None
    target = options.earth_engine_destination if options is not None else None
    return (target and target.name) or ""


def verify(session: ExportSession, operation: str) -> None:
    """Read the asset of an operation that has succeeded, in the background."""
    submitted, client = session.snapshot.submitted.get(operation), session.client
    name = asset_of(submitted)
    if submitted is None or client is None or not name:
        return
    _show(session, client, operation, Verification())
    session.run(f"verify {operation}", _verify(session, client, operation, submitted))


async def _verify(session: ExportSession, client: EarthEngineClient, operation: str, submitted: Submitted) -> None:
    try:
        asset = await client.get_asset(asset_of(submitted))
    except ExportWidgetError as error:
        _show(session, client, operation, Verification("failed", message=error.message))
        return
    _show(session, client, operation, Verification("read", compare(submitted.request, asset, submitted.image)))


def _show(session: ExportSession, client: EarthEngineClient, operation: str, verification: Verification) -> None:
    with session.lock:
        if session.client is client:
            session.update(verifications={**session.snapshot.verifications, operation: verification})
