"""Values of the pixels that will be exported, read in small blocks and kept: one call for thousands of pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.classes import Classes
from ee_export_widget.core.draft.masking import masked_expression
from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session.blocks import Block, read_block

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

BLOCK_PX = 64
MOST_BLOCKS = 24
MOST_BANDS = 6
JOB = "pixel values"
READING, FAILED, MASKED = "…", "The values could not be read.", "masked"


class PixelValues:
    """Tells the values of a pixel, at once where its block was read before, and later otherwise.

    Parameters
    ----------
    session
        Whose image and grid; what takes time runs in its background.
    """

    def __init__(self, session: ExportSession) -> None:
        self._session = session
        self._of: tuple[object, PixelGrid, object] | None = None
        self._blocks: dict[tuple[int, int], Block | None] = {}
        self._reading: tuple[int, int] | None = None

    def ask(self, column: int, row: int, arrived: Callable[[], None]) -> str:
        """Give the values of a pixel of the grid as a text, or what stands in for them until ``arrived`` is called."""
        snapshot, client = self._session.snapshot, self._session.client
        grid, info = snapshot.composed.grid, snapshot.image.info
        bands = info.plain_ids[:MOST_BANDS] if info is not None else ()
        inside = grid is not None and 0 <= column < grid.width and 0 <= row < grid.height
        if client is None or grid is None or not inside or not bands:
            return ""
        expression = masked_expression(snapshot.draft, snapshot.composed.crs)
        with self._session.lock:
            of = self._forget_others(expression, grid, client)
            key = column // BLOCK_PX, row // BLOCK_PX
            if key in self._blocks:
                block = self._blocks[key]
                return FAILED if block is None else _words(block, column % BLOCK_PX, row % BLOCK_PX, snapshot)
            if self._reading != key and expression is not None:
                # Another block that is still under way is given up: the pointer has left it.
                self._reading = key
                wanted = _Wanted(client, expression, grid, key, bands)
                self._session.run(JOB, self._read(wanted, of, arrived))
        return READING

    def _forget_others(self, expression: object, grid: PixelGrid, client: object) -> object:
        """Give what the blocks are of, held: an address alone may come to be that of another expression."""
        match self._of:
            case (known, known_grid, asked) if known is expression and asked is client and known_grid == grid:
                pass
            case _:
                self._of, self._reading = (expression, grid, client), None
                self._blocks.clear()
        return self._of

    async def _read(self, wanted: _Wanted, of: object, arrived: Callable[[], None]) -> None:
        block = await wanted.read()
        with self._session.lock:
            if of is not self._of:
                return
            self._reading = None
            while len(self._blocks) >= MOST_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[wanted.block] = block
        arrived()


@dataclass(frozen=True)
class _Wanted:
    """A block of pixels, and whom to ask for it."""

    client: EarthEngineClient
    expression: Mapping[str, Any]
    grid: PixelGrid
    block: tuple[int, int]
    bands: tuple[str, ...]

    async def read(self) -> Block | None:
        """Read it; None where that fails, which is said beside the pointer."""
        column, row = self.block[0] * BLOCK_PX, self.block[1] * BLOCK_PX
        window = replace(
            self.grid,
            width=min(BLOCK_PX, self.grid.width - column),
            height=min(BLOCK_PX, self.grid.height - row),
            affine_transform=self.grid.affine_transform.shifted(column, row),
        )
        try:
            return await read_block(self.client, self.expression, window, self.bands)
        except (ExportWidgetError, ValueError):
            return None


def _words(block: Block, column: int, row: int, snapshot: Snapshot) -> str:
    """Give the values of one pixel, classes by their names."""
    info = snapshot.image.info
    if any(row >= pixels.shape[0] or column >= pixels.shape[1] for pixels in (block.values, block.masks)):
        return FAILED
    pixel, mask = block.values[row, column], block.masks[row, column]
    texts = []
    for name in block.values.dtype.names or ():
        value = pixel[name].item()
        label = Classes.of(info.properties if info is not None else {}, name).name(value)
        texts.append(f"{name} {value:.6g}{f' ({label})' if label else ''}" if mask[name] > 0 else f"{name} {MASKED}")
    return ", ".join(texts) if any(mask[name] > 0 for name in mask.dtype.names or ()) else MASKED
