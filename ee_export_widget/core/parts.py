"""One export cut into several: each part a request of its own, with names derived from those of the whole."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ee_export_widget.core.destinations import CloudStorageDestination, DriveDestination, EarthEngineDestination
from ee_export_widget.core.grid.snapping import TOLERANCE_PX
from ee_export_widget.core.naming import DESCRIPTION_LENGTH, REQUEST_ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ee_export_widget.core.destinations import Destination
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.request import ExportImageRequest


def part_requests(request: ExportImageRequest, grids: Sequence[PixelGrid]) -> list[ExportImageRequest]:
    """Give the requests that export parts of a grid instead of the whole.

    The description, the request id, and the asset's name or the prefix of the files get the name of the part at their
    end, shortened where there is no room; what is not given stays so. The id also tells the part's grid: cut in another
    way, a part of the same name is another request. Everything else is as in the whole.

    Parameters
    ----------
    request
        The export of the whole.
    grids
        The parts, as ``PixelGrid.split`` gives them.
    """
    if list(grids) == [request.grid]:
        return [request]
    return [_part(request, grid, name) for grid, name in zip(grids, part_names(grids), strict=True)]


def part_names(grids: Sequence[PixelGrid]) -> list[str]:
    """Name the parts of a grid by their row and column, ``r1c2``; by their number where they are no rows and columns.

    All have the same length, so that they sort as they lie.
    """
    corners = _corners(grids)
    nth_row, nth_col = _numbered(row for _, row in corners), _numbered(col for col, _ in corners)
    if len(nth_row) * len(nth_col) == len(grids) == len(set(corners)):
        high, wide = len(str(len(nth_row))), len(str(len(nth_col)))
        return [f"r{nth_row[row]:0{high}}c{nth_col[col]:0{wide}}" for col, row in corners]
    width = len(str(len(grids)))
    return [f"p{number:0{width}}" for number in range(1, len(grids) + 1)]


def _numbered(values: Iterable[int]) -> dict[int, int]:
    """Give different values numbers from 1 on, as they come."""
    return {value: number for number, value in enumerate(dict.fromkeys(values), start=1)}


def _corners(grids: Sequence[PixelGrid]) -> list[tuple[int, int]]:
    """Give the columns and rows at which the parts begin on the lattice of the first; nothing where one does not."""
    if not grids:
        return []
    lattice = grids[0].affine_transform
    found = [lattice.locate(part.affine_transform.translate_x, part.affine_transform.translate_y) for part in grids]
    corners = [(round(col), round(row)) for col, row in found]
    off = max(max(abs(x - col), abs(y - row)) for (x, y), (col, row) in zip(found, corners, strict=True))
    return corners if off <= TOLERANCE_PX else []


def _part(request: ExportImageRequest, grid: PixelGrid, name: str) -> ExportImageRequest:
    part = request.with_(
        grid=grid,
        description=_ended(request.description, f"_{name}", DESCRIPTION_LENGTH),
        request_id=_ended(request.request_id, f"-{name}-{_digest(grid)}", REQUEST_ID_LENGTH),
    )
    return part if part.destination is None else part.with_destination(_renamed(part.destination, name))


def _digest(grid: PixelGrid) -> str:
    return hashlib.sha256(json.dumps(grid.to_json(), sort_keys=True).encode()).hexdigest()[:8]


def _ended(text: str | None, ending: str, length: int) -> str | None:
    """Add an ending to a text, which gives way where both would be too long."""
    return text and text[: length - len(ending)] + ending


def _renamed(destination: Destination, name: str) -> Destination:
    """Give a destination of the same kind that no other part writes to."""
    match destination:
        case EarthEngineDestination(name=str(whole)) if whole:
            return destination.with_(name=f"{whole}_{name}")
        case DriveDestination(filename_prefix=str(prefix)) if prefix:
            return destination.with_(filename_prefix=f"{prefix}_{name}")
        case CloudStorageDestination(filename_prefix=str(prefix)) if prefix:
            # In a folder, the name of the part alone.
            return destination.with_(filename_prefix=f"{prefix}{name if prefix.endswith('/') else f'_{name}'}")
    return destination
