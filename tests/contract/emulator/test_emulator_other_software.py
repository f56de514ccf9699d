"""Software that knows nothing of this package works against the local Earth Engine: geemap and xee.

Both bring a great many packages along, so these tests are collected only where the extra `interop` is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import ee
import numpy as np
import pytest
import rasterio

from tests.unit.emulator.support import until
from tests.unit.emulator.test_emulator_export import source

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.emulator import LocalEarthEngine

pytestmark = pytest.mark.filterwarnings("ignore")  # those of others are not ours to mend

WINDOW = [735345, -2800395, 738345, -2797395]
"""A hundred pixels of the scene each way, from row 20: (min_x, min_y, max_x, max_y)."""


@pytest.fixture
def region(official: LocalEarthEngine) -> Any:  # noqa: ANN401, ARG001
    """A part of the scene, on its own pixels."""
    return ee.Geometry.Rectangle(WINDOW, proj="EPSG:32621", geodesic=False)


def test_geemap_shows_an_image(scene: Any) -> None:  # noqa: ANN401
    """Its map has layers whose addresses are those of tiles."""
    geemap = import_module("geemap")
    shown = geemap.Map(ee_initialize=False)
    shown.addLayer(scene, {"bands": ["B4", "B3", "B2"], "min": 5000, "max": 15000}, "scene")
    shown.centerObject(scene, 10)
    [layer] = [layer for layer in shown.layers if layer.name == "scene"]
    assert "/v1/projects/local-demo/maps/" in layer.url


def test_geemap_describes_and_reads_an_image(scene: Any, region: Any) -> None:  # noqa: ANN401
    """Properties, statistics and arrays are the scene's."""
    geemap = import_module("geemap")
    window = source("B2")[20:120, :100]
    assert geemap.image_props(scene).getInfo()["title"] == "Itaipu, Landsat 8"
    assert geemap.image_max_value(scene.select("B2"), region, 30).getInfo() == {"B2": window.max()}
    pixels = geemap.ee_to_numpy(scene.select("B2").clip(region), region=region, scale=30)
    assert np.isin(pixels[pixels > 0], source("B2")).all()


def test_geemap_makes_statistics_of_zones(scene: Any, region: Any) -> None:  # noqa: ANN401
    """Its zonal statistics are those of the pixels."""
    geemap = import_module("geemap")
    zones = ee.FeatureCollection([ee.Feature(region, {"zone": "a"})])
    made = geemap.zonal_stats(scene.select("B2"), zones, "unused.csv", "MEAN", scale=30, return_fc=True)
    [row] = made.getInfo()["features"]
    assert row["properties"]["zone"] == "a"
    assert row["properties"]["mean"] == pytest.approx(source("B2")[20:120, :100].mean(), rel=1e-3)


def test_geemap_downloads_and_exports(scene: Any, region: Any, official: LocalEarthEngine, tmp_path: Path) -> None:  # noqa: ANN401
    """A download is a GeoTIFF of the region, an export an operation that succeeds."""
    geemap = import_module("geemap")
    path = tmp_path / "window.tif"
    geemap.ee_export_image(scene.select(["B2", "B3"]), str(path), scale=30, crs="EPSG:32621", region=region)
    with rasterio.open(path) as dataset:
        assert dataset.count == 2
        np.testing.assert_array_equal(dataset.read(1)[:100, :100], source("B2")[20:120, :100])
    geemap.ee_export_image_to_drive(scene.select("B2"), "drive_file", folder="geemap", region=region, scale=30)
    until((official.data_dir / "drive/geemap/drive_file.tif").is_file)


def test_xee_opens_images_as_an_array(scene: Any) -> None:  # noqa: ANN401
    """The dataset has the scene's size and its values, in either order of its axes."""
    import_module("xee")
    xarray, helpers = import_module("xarray"), import_module("xee.helpers")
    grid = helpers.extract_grid_params(scene)
    dataset = xarray.open_dataset(ee.ImageCollection([scene]), engine="ee", **grid)
    band = dataset["B2"].isel(time=0).transpose("y", "x")
    np.testing.assert_array_equal(band.values, source("B2"))
    assert str(dataset.time.values[0]).startswith("2020-05-18")
