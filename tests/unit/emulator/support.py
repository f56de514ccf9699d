"""Expressions, bodies and waiting, for tests of the local Earth Engine."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from ee_export_widget.emulator.evaluate import evaluate
from ee_export_widget.emulator.image import Band, Image, Pixels, PixelType
from ee_export_widget.emulator.raster.grid import Crs, PixelGrid, Projection, Window
from ee_export_widget.emulator.raster.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from ee_export_widget.emulator.engine import Engine

SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"


@dataclass(frozen=True)
class Shelf:
    """Images where evaluation finds them: each by its name, or one under every name."""

    images: Mapping[str, Image] | Image

    def load(self, name: str) -> Image:
        return self.images if isinstance(self.images, Image) else self.images[name]

    def load_collection(self, names: str) -> list[Image]:
        return [self.load(name) for name in names]

    def value(self, node: dict[str, Any], **others: dict[str, Any]) -> Any:  # noqa: ANN401 - any value
        """Return what a node evaluates to."""
        return evaluate(expression(node, **others), self)

    def pixels(self, node: dict[str, Any], band: int = 0) -> NDArray[Any]:
        """Return the values of one band, three columns and two rows of them."""
        return Reader(grid(0, 0, 3, 2)).pixels(self.value(node).bands[band]).values


def constant(value: object) -> dict[str, Any]:
    """Return a value node with a constant."""
    return {"constantValue": value}


def call(name: str, **arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a value node that calls an algorithm."""
    return {"functionInvocationValue": {"functionName": name, "arguments": arguments}}


def expression(node: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    """Return an expression whose result is a node."""
    return {"result": "result", "values": {"result": node, **others}}


def load(name: str = SAMPLE) -> dict[str, Any]:
    """Return a node that loads an asset."""
    return call("Image.load", id=constant(name))


def select(*bands: str, name: str = SAMPLE) -> dict[str, Any]:
    """Return a node that loads some bands of an asset."""
    return call("Image.select", input=load(name), bandSelectors=constant(list(bands)))


def scene_grid(column: int, row: int, width: int, height: int) -> dict[str, Any]:
    """Return the message of a window of the sample scene's own pixels."""
    return {
        "dimensions": {"width": width, "height": height},
        "affineTransform": {
            "scaleX": 30,
            "translateX": 735345 + 30 * column,
            "scaleY": -30,
            "translateY": -2796795 - 30 * row,
        },
        "crsCode": "EPSG:32621",
    }


def asset_body(name: str = "out", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the body of a small export of the whole sample to an asset at the project's root."""
    return {
        "expression": expression(load()),
        "description": "test",
        "grid": scene_grid(100, 200, 64, 48),
        "assetExportOptions": {"earthEngineDestination": {"name": f"projects/local-demo/assets/{name}"}},
        **changes,
    }


def drive_body(prefix: str = "out", *, bands: tuple[str, ...] = ("B2", "B3"), **geotiff: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the body of a small export to a GeoTIFF on Drive."""
    return {
        "expression": expression(select(*bands)),
        "description": "test",
        "grid": scene_grid(100, 200, 64, 48),
        "fileExportOptions": {
            "fileFormat": "GEO_TIFF",
            "driveDestination": {"folder": "results", "filenamePrefix": prefix},
            "geoTiffOptions": geotiff,
        },
    }


def grid(  # noqa: PLR0913, PLR0917 - six plain numbers
    column: float, row: float, width: int, height: int, scale: float = 1.0, crs: str = "EPSG:32621"
) -> PixelGrid:
    """Return a north-up grid whose corner is at (column, -row)."""
    return PixelGrid(Projection(Crs(crs), Affine(scale, 0, column, 0, -scale, -row)), width, height)


def array_band(
    values: NDArray[Any], mask: NDArray[Any] | None = None, band_id: str = "b", where: PixelGrid | None = None
) -> Band:
    """Return an array as a band on unit pixels from (0, 0) down and to the right, or on a grid of its size."""
    height, width = values.shape
    place = where or grid(0, 0, width, height)
    weights = np.ones(values.shape, np.float32) if mask is None else mask.astype(np.float32)

    def fetch(window: Window) -> Pixels:
        part = np.s_[window.row : window.row + window.height, window.column : window.column + window.width]
        return Pixels(values[part], weights[part])

    def read(reader: Reader) -> Pixels:
        return reader.nearest(place.projection, Window(0, 0, width, height), values.dtype, fetch)

    return Band(band_id, PixelType.from_dtype(values.dtype), read, place.projection, Window(0, 0, width, height))


def array_image(**arrays: NDArray[Any]) -> Image:
    """Return arrays as an image of bands with their names."""
    return Image(tuple(array_band(values, band_id=name) for name, values in arrays.items()))


def until(condition: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Wait for a condition that another thread brings about, and look the more seldom the longer it takes."""
    start = time.monotonic()
    pause = threading.Event()
    while not condition():
        waited = time.monotonic() - start
        assert waited < timeout_s, "the condition did not come true in time"
        pause.wait(max(0.002, min(0.1, waited / 10)))


def finished(engine: Engine, body: dict[str, Any]) -> dict[str, Any]:
    """Submit a body, let the clock run until the operation is done, and return it."""
    name = engine.operations.submit("local-demo", body)["name"]
    return finish(engine, name)


def finish(engine: Engine, name: str) -> dict[str, Any]:
    """Let the clock run until an operation is done, and return it."""

    def done() -> bool:
        engine.clock.advance(1)  # type: ignore[attr-defined]
        return bool(engine.operations.get(name).get("done"))

    until(done)
    return engine.operations.get(name)
