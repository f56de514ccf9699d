"""A grid in the body and a grid inside the expression give the same pixels."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from ee_export_widget.core.expression import image_load
from ee_export_widget.core.folding import fold
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.operation import OperationState
from ee_export_widget.core.request import ExportImageRequest
from tests.contract.client.following import ended

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

GRIDS = {
    "on the source grid": PixelGrid(40, 30, AffineTransform(30, 0, 735345 + 300, 0, -30, -2796795 - 600), "EPSG:32621"),
    "half a pixel off": PixelGrid(40, 30, AffineTransform(30, 0, 735360 + 300, 0, -30, -2796810), "EPSG:32621"),
    "coarse": PixelGrid(20, 20, AffineTransform(100, 0, 740000, 0, -100, -2800000), "EPSG:32621"),
    "sheared": PixelGrid(20, 20, AffineTransform(30, 4, 740000, 5, -30, -2800000), "EPSG:32621"),
    "degrees, over the edge": PixelGrid(30, 30, AffineTransform(0.001, 0, -54.67, 0, -0.001, -25.26), "EPSG:4326"),
}


@pytest.mark.parametrize("grid", GRIDS.values(), ids=list(GRIDS))
async def test_both_routes_write_the_same_asset(service: Service, grid: PixelGrid) -> None:
    """Bands, size, transform, mask and every pixel are equal, bit for bit."""
    scene = image_load(service.image)
    async with service.client() as client, anyio.create_task_group() as exports:
        names = [f"projects/{service.project}/assets/route_{uuid.uuid4().hex}" for _ in range(2)]
        exports.start_soon(export, client, names[0], {"expression": scene, "grid": grid.to_json()})
        exports.start_soon(export, client, names[1], {"expression": fold(scene, grid)})
    async with service.client() as client:
        plain, folded = [await client.get_asset(name) for name in names]
        assert folded["bands"] == plain["bands"]
        assert plain["bands"][0]["grid"]["dimensions"] == {"width": grid.width, "height": grid.height}
        for bands in (["B2", "B3", "B4"], ["spectral_class"]):
            first, second = [
                await client.compute_pixels(name, grid=grid, file_format="GEO_TIFF", band_ids=bands) for name in names
            ]
            assert first == second


async def export(client: EarthEngineClient, name: str, members: dict[str, Any]) -> None:
    """Export into an asset and wait for it."""
    options = {"earthEngineDestination": {"name": name}}
    request = ExportImageRequest.from_json({"description": "route", "assetExportOptions": options, **members})
    with anyio.fail_after(60):
        operation = await ended(client, await client.export_image(request))
    assert operation.state is OperationState.SUCCEEDED, operation.error
