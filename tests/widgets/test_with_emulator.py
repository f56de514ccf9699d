"""A form and a local Earth Engine that really computes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio

from ee_export_widget.emulator import LocalEarthEngine
from tests.unit.session.service import wait_for
from tests.widgets.page import overlay_of, press, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.widgets.conftest import MakeForm

SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """Give a local Earth Engine whose clock runs fast."""
    with LocalEarthEngine(tmp_path_factory.mktemp("data"), speed=100) as engine:
        yield engine


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    with rasterio.open(path) as file:
        return np.asarray(file.read(1))


def test_a_form_exports_the_pixels_that_it_shows(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """Drawn, suggested, submitted and watched through the form, the window is the source's, bit by bit."""
    form = make_form(SAMPLE, base_url=engine.url)
    wait_for(form.session, lambda snapshot: bool(snapshot.image.tile_url))
    gesture = {"phase": "end", "a": [-54.60, -25.45], "b": [-54.57, -25.42]}
    say(overlay_of(form), {"event": "action", "name": "draw", "args": gesture})
    press(form, "Bands and pyramiding", "use_suggestions")
    form.session.edit(asset_path="window")
    grid = form.session.snapshot.composed.grid
    source = form.session.snapshot.image.info
    assert grid is not None
    assert source is not None
    assert source.source_grid is not None
    operation = asyncio.run(form.submit())
    ended = wait_for(form.session, lambda snapshot: snapshot.operations[0].done).operations[0]
    assert (ended.name, ended.state.value) == (operation.name, "SUCCEEDED")
    column, row = source.source_grid.affine_transform.locate(
        grid.affine_transform.translate_x, grid.affine_transform.translate_y
    )
    asset = next(engine.data_dir.rglob("window/spectral_class.tif"))
    scene = next(engine.data_dir.rglob("itaipu_landsat8/spectral_class.tif"))
    window = pixels(scene)[round(row) : round(row) + grid.height, round(column) : round(column) + grid.width]
    np.testing.assert_array_equal(pixels(asset), window)


def test_what_the_service_refuses_stands_in_the_form(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """A missing image, a missing folder: one clear sentence each, and nothing is sent."""
    form = make_form("projects/local-demo/assets/no_such_image", base_url=engine.url)
    image = wait_for(form.session, lambda snapshot: snapshot.image.state == "failed").image
    assert "no_such_image" in image.message
    form.session.edit(asset_path="no/such/folder")
    target = wait_for(form.session, lambda snapshot: snapshot.target.state == "homeless").target
    assert target.message == "There is no folder no/such yet."
    form.session.perform("fix", {"name": "create-folder"})
    target = wait_for(form.session, lambda snapshot: snapshot.target.state == "free").target
    assert target.message == "Name is free. Folder no/such exists and you may write to it."
