"""A form and a local Earth Engine that really computes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.emulator import LocalEarthEngine
from tests.unit.emulator.support import call, constant, expression, select
from tests.unit.session.service import wait_for
from tests.widgets.page import module_of, overlay_of, press, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.widgets.conftest import MakeForm

REGION = {"type": "Polygon", "coordinates": [[[-54.6, -25.5], [-54.5, -25.5], [-54.5, -25.4], [-54.6, -25.5]]]}
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


@pytest.mark.parametrize("fold_grid", [False, True], ids=["grid in the body", "grid in the expression"])
def test_the_dry_run_computes_real_windows(
    make_form: MakeForm, engine: LocalEarthEngine, fold_grid: bool
) -> None:  # fmt: skip
    """An image that can be computed passes; one band that cannot is named, in the service's words."""
    form = make_form(SAMPLE, base_url=engine.url, crs="EPSG:32621", scale=30, region=REGION)
    session = form.session
    wait_for(session, lambda snapshot: snapshot.image.state == "ready" and snapshot.target.state == "free")
    session.edit(fold_grid=fold_grid)
    found = asyncio.run(session.preflight())
    assert (found.state, found.bands, found.problems) == ("passed", 4, ())
    coarse = call("Image.reduceResolution", image=select("B2"), reducer=call("Reducer.mean"), maxPixels=constant(4))
    session.set_image(expression(call("Image.addBands", dstImg=select("B3"), srcImg=coarse)))
    session.edit(pixel_size="300")
    wait_for(session, lambda snapshot: snapshot.image.state == "ready")
    assert not found.is_current(session.snapshot)
    found = asyncio.run(session.preflight())
    assert (found.state, found.band) == ("failed", "B2")
    assert found.message.startswith("Image.reduceResolution: Too many input pixels per output pixel")
    masked = call("Image.updateMask", image=select("B2"), mask=call("Image.constant", value=constant(0)))
    session.set_image(expression(call("Image.addBands", dstImg=select("B3"), srcImg=masked)))
    wait_for(session, lambda snapshot: snapshot.image.state == "ready")
    notes = asyncio.run(session.preflight()).problems
    assert [note.message for note in notes] == ["Fully masked in these windows: B2."]


def test_the_sample_reaches_a_file_with_one_click(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """Bands of two types are cast by the button beside the format, and the file has the pixels of the scene."""
    form = make_form(SAMPLE, base_url=engine.url)
    wait_for(form.session, lambda snapshot: snapshot.image.state == "ready")
    gesture = {"phase": "end", "a": [-54.60, -25.45], "b": [-54.57, -25.42]}
    say(overlay_of(form), {"event": "action", "name": "draw", "args": gesture})
    form.session.edit(destination="drive", drive_prefix="one_click")
    assert {problem.code for problem in form.session.snapshot.errors} == {"mixed-types"}
    say(module_of(form, "Destination"), {"event": "action", "name": "fix", "args": {"name": "cast"}})
    wait_for(form.session, lambda snapshot: snapshot.image.state == "ready" and not snapshot.errors)
    asyncio.run(form.submit())
    wait_for(form.session, lambda snapshot: snapshot.operations[0].done)
    with rasterio.open(next(engine.data_dir.rglob("one_click.tif"))) as file:
        assert set(file.dtypes) == {"uint16"}
        written = file.read(4)
    grid = form.session.snapshot.composed.grid
    source = form.session.snapshot.image.info
    assert grid is not None
    assert source is not None
    assert source.source_grid is not None
    column, row = source.source_grid.affine_transform.locate(
        grid.affine_transform.translate_x, grid.affine_transform.translate_y
    )
    scene = pixels(next(engine.data_dir.rglob("itaipu_landsat8/spectral_class.tif")))
    window = scene[round(row) : round(row) + grid.height, round(column) : round(column) + grid.width]
    np.testing.assert_array_equal(written, window)


def test_masked_pixels_reach_a_file_as_no_data(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """Beyond the scene the file has the declared value, not zeros, and the bands keep their type."""
    form = make_form(expression(select("B2")), base_url=engine.url)
    wait_for(form.session, lambda snapshot: snapshot.image.state == "ready")
    info = form.session.snapshot.image.info
    assert info is not None
    assert info.source_grid is not None
    west, _, _, north = info.source_grid.bounds
    form.session.edit(region=CrsRectangle("EPSG:32621", (west - 300, north - 300, west + 300, north)))
    form.session.edit(destination="drive", drive_prefix="filled")
    say(module_of(form, "Destination"), {"event": "action", "name": "fix", "args": {"name": "fill-masked"}})
    wait_for(form.session, lambda snapshot: snapshot.image.state == "ready" and not snapshot.errors)
    asyncio.run(form.submit())
    ended = wait_for(form.session, lambda snapshot: snapshot.operations[0].done).operations[0]
    assert ended.state.value == "SUCCEEDED"
    with rasterio.open(next(engine.data_dir.rglob("filled.tif"))) as file:
        assert (file.nodata, file.dtypes) == (65535, ("uint16",))
        written = file.read(1)
    assert (written[:, :10] == 65535).all()
    assert (written[:, 10:] != 65535).all()


def test_what_is_previewed_is_what_the_asset_holds(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """The levels of the pyramid preview are those of the asset that is exported afterwards, pixel by pixel."""
    form = make_form(SAMPLE, base_url=engine.url)
    session = form.session
    wait_for(session, lambda snapshot: bool(snapshot.image.tile_url))
    session.perform("footprint", {})
    press(form, "Bands and pyramiding", "use_suggestions")
    session.perform("pyramid", {"band": "spectral_class"})
    wait_for(session, lambda snapshot: snapshot.pyramid.state == "ready")
    previewed, whole = session.snapshot.pyramid.window, session.snapshot.composed.grid
    assert previewed is not None
    assert whole is not None
    session.edit(asset_path="previewed")
    asyncio.run(form.submit())
    wait_for(session, lambda snapshot: snapshot.operations[0].done)
    place = whole.affine_transform.locate(
        previewed.grid.affine_transform.translate_x, previewed.grid.affine_transform.translate_y
    )
    asset = next(engine.data_dir.rglob("previewed/spectral_class.tif"))
    with rasterio.open(asset) as file:
        assert 4 in file.overviews(1)
    with rasterio.open(asset, overview_level=1) as file:  # the second one: a quarter of the size
        level = file.read(1)
    column, row = (round(at / 4) for at in place)
    [seen, *_] = previewed.judgements[PyramidingPolicy.MODE].levels
    assert seen.factor == 4
    np.testing.assert_array_equal(seen.pixels.values, level[row : row + 24, column : column + 24])


def test_a_failure_is_rehearsed_and_put_right(make_form: MakeForm, engine: LocalEarthEngine) -> None:
    """The menu lets the next export run out of memory; a button makes it smaller, and that one succeeds."""
    form = make_form(SAMPLE, base_url=engine.url)
    session = form.session
    wait_for(session, lambda snapshot: bool(snapshot.image.tile_url))
    session.perform("draw", {"phase": "end", "a": [-54.60, -25.45], "b": [-54.57, -25.42]})
    session.edit(asset_path="rehearsed")
    say(module_of(form, "Project and connection"), {"event": "action", "name": "fail_next_export", "args": {}})
    wait_for(session, lambda snapshot: "run out of memory" in snapshot.notice)
    asyncio.run(form.submit())
    failed = wait_for(session, lambda snapshot: snapshot.operations[0].done).operations[0]
    assert failed.state.value == "FAILED"
    args = {"operation": failed.name, "name": "coarsen"}
    say(module_of(form, "Operations"), {"event": "action", "name": "remedy", "args": args})
    wait_for(session, lambda snapshot: snapshot.target.state == "free" and snapshot.image.state == "ready")
    assert len(session.operations) == 1
    asyncio.run(form.submit())
    wait_for(session, lambda snapshot: snapshot.operations[0].done and len(snapshot.operations) == 2)
    assert session.operations[0].state.value == "SUCCEEDED"
    with rasterio.open(next(engine.data_dir.rglob("rehearsed/B2.tif"))) as file:
        assert file.res == (60, 60)
