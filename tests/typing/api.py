"""The public interface as a type checker sees it; checked by pyright in strict mode, and by mypy; never run."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, assert_type

from ee_export_widget import (
    AffineTransform,
    EarthEngineClient,
    ExportImageRequest,
    ExportWidget,
    ExportWidgetError,
    InvalidRequestError,
    Operation,
    OperationState,
    PixelGrid,
    Problem,
    PyramidingPolicy,
    suggest_policy,
)
from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.session import Preflight

if TYPE_CHECKING:
    from pathlib import Path

REGION = {"type": "Polygon", "coordinates": [[[-54.6, -25.5], [-54.4, -25.5], [-54.4, -25.3], [-54.6, -25.5]]]}


def grids() -> None:
    """Grids can be made in every promised way, and give plain numbers."""
    grid = PixelGrid.from_region(REGION, crs="EPSG:32621", scale=30)
    PixelGrid.from_region(REGION, crs="EPSG:32621", scale=(30.0, 10.0), anchor="region")
    PixelGrid.from_region(REGION, crs="EPSG:32621", dimensions=(512, 256), anchor=(15.0, 15.0))
    PixelGrid.from_region(REGION, crs="EPSG:32621", anchor=AffineTransform(30.0, 0.0, 0.0, 0.0, -30.0, 0.0))
    assert_type(grid.width, int)
    assert_type(grid.height, int)
    assert_type(grid.pixel_count, int)
    assert_type(grid.bounds, tuple[float, float, float, float])
    assert_type(grid.affine_transform, AffineTransform)
    assert_type(grid.affine_transform.scale_x, float)
    assert_type(PixelGrid.from_json(grid.to_json()), PixelGrid)


def requests() -> None:
    """Requests are read, checked and written."""
    request = ExportImageRequest.from_json({"expression": {}})
    assert_type(request, ExportImageRequest)
    for problem in request.problems():
        assert_type(problem, Problem)
        assert_type(problem.field, str)
    ExportImageRequest.from_json(request.to_json())


def errors(error: ExportWidgetError) -> str:
    """Errors say what to do next; an invalid request carries its problems."""
    if isinstance(error, InvalidRequestError):
        assert_type(error.problems, list[Problem])
    return error.hint


async def exports(request: ExportImageRequest) -> None:
    """The client gives operations, one by one and as a stream."""
    async with EarthEngineClient("local-demo", base_url="http://127.0.0.1:8080") as client:
        operation = await client.export_image(request)
        assert_type(operation, Operation)
        assert_type(operation.state, OperationState)
        assert_type(operation.done, bool)
        assert_type(operation.end_time, datetime | None)
        assert_type(await client.get_operation(operation.name), Operation)
        async for other in client.list_operations():
            assert_type(other, Operation)
        await client.cancel_operation(operation.name)


def suggestions() -> None:
    """A suggestion is a policy with its reason."""
    suggestion = suggest_policy("spectral_class", {"precision": "INT", "min": 0, "max": 255})
    assert_type(suggestion.policy, PyramidingPolicy)
    assert_type(suggestion.reason, str)


async def widgets() -> None:
    """The form can be filled, read, submitted and closed from Python."""
    widget = ExportWidget(
        "projects/local-demo/assets/samples/itaipu_landsat8", region=REGION, crs="EPSG:32621", scale=30
    )
    assert_type(widget.request, ExportImageRequest | None)
    widget.load({"expression": {}})
    preflight = await widget.session.preflight()
    assert_type(preflight, Preflight)
    assert_type(preflight.passed, bool)
    assert_type(preflight.problems, tuple[Problem, ...])
    assert_type(await widget.submit(), Operation)
    widget.close()


def emulators(data_dir: Path) -> None:
    """The local Earth Engine says where it is."""
    with LocalEarthEngine(data_dir=data_dir) as engine:
        assert_type(engine.url, str)
        assert_type(engine.project, str)
