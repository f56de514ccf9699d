"""Reading a small block of pixels: one band or several, values and masks."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ee_export_widget.core.wrapping import mask_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

    Values: TypeAlias = npt.NDArray[np.void]


class Block(NamedTuple):
    """Pixels read together: fields are bands, a mask above 0 says that there is a value."""

    values: Values
    masks: Values


async def read_block(
    client: EarthEngineClient, expression: Mapping[str, Any], grid: PixelGrid, bands: Sequence[str]
) -> Block:
    """Read the pixels of a grid.

    The file has 0 where a pixel is masked, and may have it elsewhere: the masks are read beside it.

    Raises
    ------
    ExportWidgetError
        Where the service does not give them.
    ValueError
        Where what it gives is no array.
    """
    return Block(
        *await asyncio.gather(
            _pixels(client, expression, grid, bands), _pixels(client, mask_of(expression), grid, bands)
        )
    )


async def _pixels(
    client: EarthEngineClient, expression: Mapping[str, Any], grid: PixelGrid, bands: Sequence[str]
) -> Values:
    import numpy as np

    content = await client.compute_pixels(expression, grid=grid, file_format="NPY", band_ids=[*bands])
    pixels: Values = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    return pixels
