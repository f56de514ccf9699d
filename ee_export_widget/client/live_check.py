"""What the documentation leaves open about exports, settled by one tiny export on a real account.

The questions are those of the REST contract, section 19, as far as one export of 16 x 16 pixels answers them.
"""

from __future__ import annotations

import io
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.live_questions import SECOND, Learnt, ask
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.client.witness import Witness
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.folding import fold
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.operation import Operation, OperationState
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.core.wrapping import call
from ee_export_widget.errors import BadRequestError, ExportWidgetError, NotFoundError, ServiceResponseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ee_export_widget.client.auth import Credentials

SIDE_PX = 16
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0
PATIENCE_S = 1800.0
"""How long the export may take; a queue can be long."""
_STEP_DEG = 0.25
GRID = PixelGrid(SIDE_PX, SIDE_PX, AffineTransform(_STEP_DEG, 0, 10.125, 0, -_STEP_DEG, 50.375), crs_code="EPSG:4326")
PLACES = Expression(result="0", values={"0": call("Image.pixelLonLat")})
"""An image of no asset, whose values say where its pixels lie."""


_OPEN = (
    "second attempts, Retry-After, how long operations are kept, overwriting another kind of asset, and whether an "
    "override for a missing band fails the task. One export that succeeds shows none of these"
)
_NO_FILTER = "no such filter ("
_LARGE_PAGE = 100_000


async def live_check(
    project: str,
    *,
    base_url: str,
    credentials: Credentials | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    surroundings: Surroundings | None = None,
) -> AsyncIterator[Learnt]:
    """Export a tiny image into the project, and tell what that shows, one thing after the other.

    Parameters
    ----------
    project
        Where the export runs and the asset is written, under a name of its own.
    base_url
        Address of the service.
    credentials, transport, surroundings
        As for `EarthEngineClient`.

    Raises
    ------
    ExportWidgetError
        Where the service cannot be asked at all, or refuses both routes.
    """
    around = surroundings or Surroundings()
    witness = Witness(transport or httpx.AsyncHTTPTransport())
    client = EarthEngineClient(
        project, credentials=credentials, base_url=base_url, transport=witness, surroundings=around
    )
    async with client:
        config = await client.get_config()
        yield Learnt("Is the project registered?", str(config.get("registrationState") or "not said"))
        check = _Check(client, witness, around)
        async for learnt in check.run():
            yield learnt


class _Check:
    """The questions about one export, in the order in which they can be asked."""

    def __init__(self, client: EarthEngineClient, witness: Witness, surroundings: Surroundings) -> None:
        self._client = client
        self._witness = witness
        self._around = surroundings
        self._id = surroundings.new_request_id()
        name = f"ee_export_widget_live_check_{self._id[:8]}"
        self._asset = f"projects/{client.project}/assets/{name}"
        self._name = name
        self._operation: Operation | None = None

    async def run(self) -> AsyncIterator[Learnt]:
        try:
            async for learnt in self._learn():
                yield learnt
        finally:
            left = await self._clean()
        yield Learnt("What is left behind?", left)

    async def _learn(self) -> AsyncIterator[Learnt]:
        try:
            request = self._request(folded=False)
            operation = self._operation = await self._client.export_image(request)
        except BadRequestError as error:
            yield Learnt("Is the member grid taken?", f"no: {error.message}", good=False)
            request = self._request(folded=True)
            operation = self._operation = await self._client.export_image(request)
            answer = "yes; switch it on in the form: Advanced, “Write the grid into the expression”"
            yield Learnt("Is a grid inside the expression taken?", answer, good=True)
        else:
            yield Learnt("Is the member grid taken?", "yes", good=True)
        yield await self._replayed(request, operation)
        yield await self._waited(operation)
        ended = self._operation = await self._ended(operation)
        yield Learnt("How did it end?", _end(ended), good=ended.state is OperationState.SUCCEEDED)
        yield self._response(ended)
        if ended.state is OperationState.SUCCEEDED:
            yield await self._grid()
            yield await self._pixels()
        yield await self._listed()
        yield await self._filtered()
        if ended.is_terminal:
            yield await self._cancelled(ended)
            async for learnt in ask(self._client, request, ended):
                yield learnt
            yield await self._deleted(ended)
        yield Learnt("What stays open?", _OPEN)

    def _request(self, *, folded: bool) -> ExportImageRequest:
        """Write the export: ``maxPixels`` is exactly the number of pixels, so that a border would show."""
        grid: Mapping[str, Any] = {} if folded else {"grid": GRID.to_json()}
        return ExportImageRequest.from_json(
            {
                "expression": fold(PLACES, GRID) if folded else PLACES,
                **grid,
                "description": self._name,
                "maxPixels": str(GRID.pixel_count),
                # An id that was refused with one body is not used for another.
                "requestId": f"{self._id[:50]}-{'folded' if folded else 'grid'}",
                "assetExportOptions": {"earthEngineDestination": {"name": self._asset}},
            }
        )

    async def _replayed(self, request: ExportImageRequest, operation: Operation) -> Learnt:
        question = "What does the same request with the same id do?"
        try:
            again = await self._client.export_image(request)
        except ExportWidgetError as error:
            return Learnt(question, f"it fails: {error.message}", good=False)
        answer = self._witness.last("/image:export")
        if again.name != operation.name:
            await self._client.cancel_operation(again.name)
            return Learnt(question, SECOND, good=False)
        if answer.status < 300:  # noqa: PLR2004 - success
            return Learnt(question, f"HTTP {answer.status} with the first operation", good=True)
        told = answer.body.get("error", {})
        words = f"HTTP {answer.status} {told.get('status', '')}: {told.get('message', '')}; nothing was started twice"
        return Learnt(question, words, good=True)

    async def _waited(self, operation: Operation) -> Learnt:
        question, since = "What does waiting for it do?", self._around.monotonic()
        try:
            state = (await self._client.wait_operation(operation.name)).state
        except ServiceResponseError as error:
            return Learnt(question, f"it is refused: {error.message}")
        return Learnt(question, f"it answers after {self._around.monotonic() - since:.1f} s: {state}")

    async def _ended(self, operation: Operation) -> Operation:
        until, pause_s = self._around.monotonic() + PATIENCE_S, FIRST_PAUSE_S
        while not operation.is_terminal and self._around.monotonic() < until:
            await self._around.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            operation = await self._client.get_operation(operation.name)
        return operation

    def _response(self, operation: Operation) -> Learnt:
        raw = self._witness.last(operation.name.rpartition("/")[2]).body
        members = ", ".join(sorted(raw.get("response") or {})) or "nothing"
        uris = ", ".join(operation.destination_uris) or "no link"
        return Learnt("What does a finished operation carry?", f"response: {members}; {uris}")

    async def _grid(self) -> Learnt:
        question = "Is the grid of the asset the one that was asked for?"
        bands = (await self._client.get_asset(self._asset)).get("bands") or [{}]
        try:
            found = PixelGrid.from_json(bands[0].get("grid") or {})
        except ExportWidgetError as error:
            return Learnt(question, f"it cannot be read: {error.message}", good=False)
        if found == GRID:
            return Learnt(question, f"yes, {GRID.width} × {GRID.height} px, and no border is counted", good=True)
        return Learnt(
            question, f"no: {found.width} × {found.height} px, {found.affine_transform.to_list()}", good=False
        )

    async def _pixels(self) -> Learnt:
        import numpy as np

        question = "Do the pixels lie where the grid says?"
        content = await self._client.compute_pixels(
            self._asset, grid=GRID, file_format="NPY", band_ids=["longitude", "latitude"]
        )
        pixels = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
        places = [GRID.affine_transform.apply(index + 0.5, index + 0.5) for index in range(SIDE_PX)]
        lon, lat = np.meshgrid(*np.transpose(places))
        off = max(float(np.abs(pixels["longitude"] - lon).max()), float(np.abs(pixels["latitude"] - lat).max()))
        if math.isclose(off, 0, abs_tol=1e-6):
            return Learnt(question, "yes", good=True)
        return Learnt(question, f"no: they are off by up to {off / _STEP_DEG:.3g} pixels", good=False)

    async def _cancelled(self, operation: Operation) -> Learnt:
        question = "What does cancelling a finished operation do?"
        try:
            await self._client.cancel_operation(operation.name)
            words = "it is accepted"
        except ExportWidgetError as error:
            words = f"it is refused: {error.message}"
        state = (await self._client.get_operation(operation.name)).state
        return Learnt(question, f"{words}; the state is {state}", good=state is operation.state)

    async def _listed(self) -> Learnt:
        before = len(self._witness.answers)
        operations = self._client.list_operations(page_size=_LARGE_PAGE)
        times = [item.create_time async for item in operations if item.create_time]
        first = self._witness.answers[before].body.get("operations") or ()
        order = "newest first" if all(one >= other for one, other in pairwise(times)) else "not by time"
        oldest = f", the oldest of {min(times):%Y-%m-%d}" if times else ""
        answer = f"{order}, {len(times):,} listed{oldest}; {len(first):,} on a page of {_LARGE_PAGE:,}"
        return Learnt("In which order are operations listed, and how far back?", answer)

    async def _filtered(self) -> Learnt:
        question = "Is the filter of the list read?"
        try:
            found = [item.name async for item in self._client.list_operations(matching=_NO_FILTER)]
        except ServiceResponseError as error:
            return Learnt(question, f"yes, a malformed one is refused: {error.message}")
        return Learnt(question, f"a malformed one is not refused; {len(found):,} listed")

    async def _deleted(self, operation: Operation) -> Learnt:
        question = "What does deleting a finished operation do?"
        try:
            await self._client.delete_operation(operation.name)
        except ServiceResponseError as error:
            return Learnt(question, f"it is refused: {error.message}")
        try:
            state = (await self._client.get_operation(operation.name)).state
        except NotFoundError:
            return Learnt(question, "it is accepted; the operation is gone")
        return Learnt(question, f"it is accepted; the operation is still there, {state}")

    async def _clean(self) -> str:
        """Stop what still runs and delete what was written; say what remains."""
        operation = self._operation
        if operation is None:
            return "nothing"
        try:
            if not operation.is_terminal:
                await self._client.cancel_operation(operation.name)
                return f"the operation {operation.name}, which was asked to stop, and perhaps the asset {self._asset}"
            await self._client.delete_asset(self._asset)
        except NotFoundError:
            return "nothing"
        except ExportWidgetError as error:
            return f"the asset {self._asset}, which could not be deleted: {error.message}"
        return "nothing; the asset was deleted"


def _end(operation: Operation) -> str:
    if not operation.is_terminal:
        return f"it is still {operation.state} after {PATIENCE_S / 60:.0f} minutes"
    words = f"{operation.state}, attempt {operation.attempt}"
    return f"{words}: {operation.error.message}" if operation.error else words
