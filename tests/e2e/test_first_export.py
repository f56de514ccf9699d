"""The way of a newcomer: from an empty form to GeoTIFFs whose pixels are the source's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio
from playwright.sync_api import expect
from rasterio.windows import Window

from tests.e2e.form import FORM_CELL, ExportForm

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from ee_export_widget.emulator import LocalEarthEngine
    from tests.e2e.harness import JupyterServer, LabPage

SAMPLE = "samples/itaipu_landsat8"
BANDS = {"B2": "uint16", "B3": "uint16", "B4": "uint16", "spectral_class": "uint8"}


def test_from_an_empty_form_to_the_source_pixels(
    lab: LabPage, jupyter: JupyterServer, emulator: LocalEarthEngine
) -> None:
    """A rectangle drawn with the mouse becomes files that equal the source bit for bit, overviews by policy."""
    form = _open(lab, jupyter)
    form.load_sample()
    form.draw((0.34, 0.3), (0.58, 0.62))
    form.drag_handle("South-east corner", dx=30, dy=20)
    form.set_policy("spectral_class", "MODE")
    form.field("Asset name").fill("first_export")
    form.expect_ready()
    form.expect_in_request('"spectral_class": "MODE"', '"projects/local-demo/assets/first_export"')
    body = form.request()

    form.submit()
    form.expect_state("RUNNING")
    form.expect_state("SUCCEEDED")
    expect(form.operation.get_by_text("Succeeded").first).to_be_visible()

    assert body["grid"]["crsCode"] == "EPSG:32621"
    assert body["assetExportOptions"] == {
        "earthEngineDestination": {"name": "projects/local-demo/assets/first_export"},
        "pyramidingPolicy": "MEAN",
        "pyramidingPolicyOverrides": {"spectral_class": "MODE"},
    }
    folder = emulator.data_dir / "assets" / "local-demo"
    for band, kind in BANDS.items():
        written = folder / "first_export" / f"{band}.tif"
        assert_equals_source(written, folder / SAMPLE / f"{band}.tif", body["grid"], kind)
        assert_overviews(written, "MODE" if band == "spectral_class" else "MEAN")


def test_operation_can_be_cancelled_from_the_page(lab: LabPage, jupyter: JupyterServer) -> None:
    """Cancel asks first, then the operation ends as cancelled and nothing is left of it."""
    form = _open(lab, jupyter)
    form.fill_in("cancelled_export")
    form.submit()
    form.expect_state("PENDING", "RUNNING")
    form.button("Cancel").click()
    form.button("Cancel export").click()
    form.expect_state("CANCELLED")


def _open(lab: LabPage, jupyter: JupyterServer) -> ExportForm:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.open(jupyter.add_notebook([FORM_CELL])).run_all()
    form = ExportForm(lab.page)
    form.expect_connected_to_emulator()
    return form


def assert_equals_source(written: Path, source: Path, grid: dict[str, dict[str, float]], kind: str) -> None:
    """The file has the requested grid, the band's type, and the very pixels of the source's window."""
    transform, size = grid["affineTransform"], grid["dimensions"]
    with rasterio.open(source) as image, rasterio.open(written) as result:
        assert (result.width, result.height) == (size["width"], size["height"])
        assert result.transform.to_gdal() == (
            transform["translateX"], 30, 0, transform["translateY"], 0, -30,
        )  # fmt: skip
        assert result.dtypes == (kind,)
        column = round((transform["translateX"] - image.transform.c) / 30)
        row = round((image.transform.f - transform["translateY"]) / 30)
        assert column >= 0
        assert row >= 0
        expected = image.read(1, window=Window(column, row, result.width, result.height))
        assert expected.shape == (result.height, result.width)
        np.testing.assert_array_equal(result.read(1), expected)
        assert len(np.unique(expected)) > 1


def assert_overviews(written: Path, policy: str) -> None:
    """Each overview is made from 2 x 2 blocks of the level before, by the band's policy."""
    with rasterio.open(written) as result:
        level = result.read(1).astype(float)
        factors = result.overviews(1)
    assert factors
    for index, factor in enumerate(factors):
        with rasterio.open(written, overview_level=index) as overview:
            found = overview.read(1)
        blocks = _blocks(level)
        inner = (level.shape[0] // 2, level.shape[1] // 2)
        if policy == "MEAN":
            # The half is rounded in either direction by different tools, so it is left out.
            mean = blocks.mean(axis=0)
            difference = np.abs(found[: inner[0], : inner[1]] - mean)
            assert difference.max() <= 0.5, f"overview {factor} is no mean"
        else:
            counts = np.stack([(blocks == value).sum(axis=0) for value in blocks])
            chosen = (blocks == found[: inner[0], : inner[1]]).sum(axis=0)
            assert (chosen == counts.max(axis=0)).all(), f"overview {factor} is no mode"
        level = found.astype(float)


def _blocks(level: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the four children of each whole block, shape (4, height / 2, width / 2)."""
    height, width = level.shape[0] // 2 * 2, level.shape[1] // 2 * 2
    whole = level[:height, :width]
    return np.stack([whole[0::2, 0::2], whole[0::2, 1::2], whole[1::2, 0::2], whole[1::2, 1::2]])
