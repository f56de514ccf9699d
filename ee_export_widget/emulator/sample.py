"""The built-in scene: a Landsat 8 window over the Itaipu dam with a band of spectral classes."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rasterio
from affine import Affine

from .image import Band, Image, Pixels, PixelType, full_mask
from .outputs.asset import write_bands
from .quota import DOCUMENT
from .raster.grid import Crs, PixelGrid, Projection, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .assets import AssetTree
    from .raster.reader import Reader

PROJECT = "local-demo"
SAMPLE_ASSET = f"projects/{PROJECT}/assets/samples/itaipu_landsat8"

_REFLECTANCE_FILE = "landsat8_224078_20200518_b234.tif"
_CLASS_FILE = "landsat8_224078_20200518_class.tif"
_POLICIES = ("MEAN", "MEAN", "MEAN", "MODE")
_CLASS_NAMES = {3: "water (the Itaipu reservoir)"}
_PROPERTIES: dict[str, Any] = {
    "title": "Itaipu, Landsat 8",
    "description": (
        "Level-1 digital numbers of a 1024 x 1024 pixel window over the Itaipu dam and Foz do Iguaçu, "
        "and six spectral clusters made from them (k-means on log DN, 3 x 3 majority filter)."
    ),
    "credit": "Landsat-8 image courtesy of the U.S. Geological Survey",
    "LANDSAT_PRODUCT_ID": "LC08_L1TP_224078_20200518_20200518_01_RT",
    "DATE_ACQUIRED": "2020-05-18",
    "system:time_start": 1589760000000,
    "spectral_class_class_values": [1, 2, 3, 4, 5, 6],
    "spectral_class_class_names": [_CLASS_NAMES.get(value, f"spectral cluster {value}") for value in range(1, 7)],
    "spectral_class_class_palette": ["4b8b3b", "a8c686", "2a6fbb", "d9c27e", "b5651d", "8c8c8c"],
}


def seed(assets: AssetTree, data_dir: Path) -> None:
    """Put the sample asset into a data directory that has none."""
    if assets.exists(SAMPLE_ASSET):
        return
    folder = SAMPLE_ASSET.rpartition("/")[0]
    if not assets.exists(folder):
        assets.create(folder, "FOLDER")
    work = Path(tempfile.mkdtemp(prefix="sample-", dir=data_dir / "work"))
    staged, scratch = work / "image", work / "scratch"
    staged.mkdir()
    scratch.mkdir()
    with ExitStack() as stack:
        data = resources.files(__package__) / "data"
        paths = [stack.enter_context(resources.as_file(data / name)) for name in (_REFLECTANCE_FILE, _CLASS_FILE)]
        image, grid = _scene(*paths)
        write_bands(image.bands, grid, _POLICIES, staged, scratch, computed=lambda: None, written=lambda: None)
    size = sum(path.stat().st_size for path in staged.iterdir())
    document = assets.describe_image(SAMPLE_ASSET, image, grid, _POLICIES, size_bytes=size)
    (staged / DOCUMENT).write_text(json.dumps(document), encoding="utf-8")
    assets.install(SAMPLE_ASSET, staged, overwrite=False)
    shutil.rmtree(work)


def _scene(*paths: Path) -> tuple[Image, PixelGrid]:
    """Return the shipped files as one image on their common grid."""
    bands: list[Band] = []
    for path in paths:
        with rasterio.open(path) as dataset:
            crs = Crs(f"EPSG:{dataset.crs.to_epsg()}")
            grid = PixelGrid(Projection(crs, Affine(*tuple(dataset.transform)[:6])), dataset.width, dataset.height)
            bands += [
                _in_memory(band_id, grid, dataset.read(index))
                for index, band_id in enumerate(dataset.descriptions, start=1)
            ]
    return Image(tuple(bands), _PROPERTIES), grid


def _in_memory(band_id: str, grid: PixelGrid, values: NDArray[Any]) -> Band:
    """Return an array that covers a grid as a band."""

    def fetch(window: Window) -> Pixels:
        part = values[window.row : window.row + window.height, window.column : window.column + window.width]
        return Pixels(part, full_mask(part.shape))

    def read(reader: Reader) -> Pixels:
        return reader.nearest(grid.projection, extent, values.dtype, fetch)

    extent = Window(0, 0, grid.width, grid.height)
    return Band(band_id, PixelType.from_dtype(values.dtype), read, grid.projection, extent)
