"""What exports leave on disk, and what they say when they cannot."""

from __future__ import annotations

import json
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.errors import RasterioError

from ee_export_widget.emulator.raster.files import writing
from ee_export_widget.emulator.raster.readback import ReadBack
from tests.unit.emulator.support import (
    asset_body,
    call,
    constant,
    drive_body,
    expression,
    finished,
    load,
    scene_grid,
    select,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ee_export_widget.emulator.engine import Engine

ROOT = "projects/local-demo/assets"


def source(band: str) -> NDArray[Any]:
    """Return a band of the shipped files."""
    name = "class" if band == "spectral_class" else "b234"
    data = resources.files("ee_export_widget.emulator") / "data" / f"landsat8_224078_20200518_{name}.tif"
    with resources.as_file(data) as path, rasterio.open(path) as dataset:
        return np.asarray(dataset.read(dataset.descriptions.index(band) + 1))


def read(path: Path, level: int = 0) -> NDArray[Any]:
    """Return the first band of a file, or of one of its overviews."""
    options = {"overview_level": level - 1} if level else {}
    with rasterio.open(path, **options) as dataset:
        return np.asarray(dataset.read(1))


def failure(engine: Engine, body: dict[str, Any]) -> dict[str, Any]:
    """Run a body to its end and return the error of the operation."""
    document = finished(engine, body)
    assert document["metadata"]["state"] == "FAILED"
    assert document["done"] is True
    assert "response" not in document
    error: dict[str, Any] = document["error"]
    return error


def test_an_aligned_asset_is_the_source_bit_for_bit(engine: Engine) -> None:
    """Exporting the whole scene on its own pixels gives files equal to the source in values, type and place."""
    options = {
        "earthEngineDestination": {"name": f"{ROOT}/whole"},
        "pyramidingPolicyOverrides": {"spectral_class": "MODE", "B3": "MAX"},
    }
    document = finished(engine, asset_body(grid=scene_grid(0, 0, 1024, 1024), assetExportOptions=options))
    assert document["metadata"]["state"] == "SUCCEEDED"
    directory = engine.data_dir / "assets/local-demo/whole"
    assert {path.name for path in directory.iterdir()} == {
        "B2.tif",
        "B3.tif",
        "B4.tif",
        "spectral_class.tif",
        "asset.json",
    }
    for band in ("B2", "B3", "B4", "spectral_class"):
        expected = source(band)
        with rasterio.open(directory / f"{band}.tif") as dataset:
            assert dataset.dtypes == (expected.dtype.name,)
            assert dataset.crs.to_epsg() == 32621
            assert tuple(dataset.transform)[:6] == (30.0, 0.0, 735345.0, 0.0, -30.0, -2796795.0)
            assert dataset.overviews(1) == [2, 4]
            assert dataset.descriptions == (band,)
            assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        np.testing.assert_array_equal(read(directory / f"{band}.tif"), expected)


def test_overviews_follow_each_band_s_policy(engine: Engine) -> None:
    """Every level is built from 2 x 2 blocks of the one before: rounded means, maxima, modes, samples."""
    overrides = {"spectral_class": "MODE", "B3": "MAX", "B4": "SAMPLE"}
    options = {"earthEngineDestination": {"name": f"{ROOT}/whole"}, "pyramidingPolicyOverrides": overrides}
    finished(engine, asset_body(grid=scene_grid(0, 0, 1024, 1024), assetExportOptions=options))
    directory = engine.data_dir / "assets/local-demo/whole"

    def blocks(values: NDArray[Any]) -> NDArray[Any]:
        height, width = values.shape
        return values.reshape(height // 2, 2, width // 2, 2).transpose(0, 2, 1, 3).reshape(height // 2, width // 2, 4)

    levels = {band: [read(directory / f"{band}.tif", level) for level in (0, 1, 2)] for band in ("B2", "B3", "B4")}
    for below, above in pairwise(levels["B2"]):
        np.testing.assert_array_equal(above, np.floor(blocks(below).mean(-1) + 0.5))
    for below, above in pairwise(levels["B3"]):
        np.testing.assert_array_equal(above, blocks(below).max(-1))
    for below, above in pairwise(levels["B4"]):
        np.testing.assert_array_equal(above, below[::2, ::2])
    classes = [read(directory / "spectral_class.tif", level) for level in (0, 1, 2)]
    for below, above in pairwise(classes):
        children = blocks(below)
        counts = (children[..., np.newaxis] == children[..., np.newaxis, :]).sum(-1)
        chosen = (children == above[..., np.newaxis]).sum(-1)
        np.testing.assert_array_equal(chosen, counts.max(-1))
    assert set(np.unique(classes[2])) <= {1, 2, 3, 4, 5, 6}


def test_the_default_policy_is_mean_or_what_the_request_says(engine: Engine) -> None:
    """Bands without an override follow the default policy of the request, MEAN when it names none."""
    for name, extra, expected in (
        ("a", {}, "MEAN"),
        ("b", {"pyramidingPolicy": "MIN"}, "MIN"),
        ("c", {"pyramidingPolicy": "PYRAMIDING_POLICY_UNSPECIFIED"}, "MEAN"),
    ):
        options = {"earthEngineDestination": {"name": f"{ROOT}/{name}"}, **extra}
        finished(engine, asset_body(assetExportOptions=options))
        asset = engine.assets.get(f"{ROOT}/{name}")
        assert {band["pyramidingPolicy"] for band in asset["bands"]} == {expected}


def test_odd_sizes_and_masks_go_into_the_pyramid(engine: Engine) -> None:
    """A scene that sticks out of its source has a mask on every level, halved and rounded up."""
    finished(engine, asset_body(grid=scene_grid(-300, -10, 601, 515)))
    path = engine.data_dir / "assets/local-demo/out/B2.tif"
    with rasterio.open(path) as dataset:
        assert dataset.overviews(1) == [2, 4]
        valid = dataset.read_masks(1) > 0
        expected = np.zeros((515, 601), bool)
        expected[10:, 300:] = True
        np.testing.assert_array_equal(valid, expected)
        np.testing.assert_array_equal(dataset.read(1)[10:, 300:], source("B2")[:505, :301])
    with rasterio.open(path, overview_level=0) as half:
        assert half.shape == (258, 301)
        np.testing.assert_array_equal(half.read_masks(1)[5:, 150:] > 0, True)  # noqa: FBT003 - an array of truth
        assert not half.read_masks(1)[:5].any()
    with rasterio.open(path, overview_level=1) as quarter:
        assert quarter.shape == (129, 151)


def test_the_result_can_be_described_and_loaded(engine: Engine) -> None:
    """assets.get shows bands, types, grid, policies, properties and size of what was written; Image.load reads it."""
    finished(engine, asset_body())
    asset = engine.assets.get(f"{ROOT}/out")
    assert asset["bands"][3] == {
        "id": "spectral_class",
        "dataType": {"precision": "INT", "range": {"min": 0, "max": 255}},
        "grid": {
            "dimensions": {"width": 64, "height": 48},
            "affineTransform": {
                "scaleX": 30.0,
                "shearX": 0.0,
                "translateX": 738345.0,
                "shearY": 0.0,
                "scaleY": -30.0,
                "translateY": -2802795.0,
            },
            "crsCode": "EPSG:32621",
        },
        "pyramidingPolicy": "MEAN",
    }
    files = (engine.data_dir / "assets/local-demo/out").glob("*.tif")
    assert int(asset["sizeBytes"]) == sum(path.stat().st_size for path in files)
    assert asset["properties"]["credit"] == "Landsat-8 image courtesy of the U.S. Geological Survey"
    assert asset["startTime"] == "2020-05-18T00:00:00.000Z"
    assert "operation" not in asset
    description = engine.value(expression(load(f"{ROOT}/out")))
    assert [band.id for band in description.bands] == ["B2", "B3", "B4", "spectral_class"]  # type: ignore[attr-defined]


def test_a_file_on_drive_holds_the_bands(engine: Engine) -> None:
    """A GeoTIFF in a Drive folder has the window's pixels, band names and place."""
    finished(engine, drive_body("exports", bands=("B4", "B2")))
    with rasterio.open(engine.data_dir / "drive/results/exports.tif") as dataset:
        assert dataset.descriptions == ("B4", "B2")
        assert dataset.dtypes == ("uint16", "uint16")
        assert dataset.overviews(1) == []
        np.testing.assert_array_equal(dataset.read(1), source("B4")[200:248, 100:164])
        np.testing.assert_array_equal(dataset.read(2), source("B2")[200:248, 100:164])


@pytest.mark.parametrize(
    ("destination", "path"),
    [
        ({"driveDestination": {"folder": "a/b", "filenamePrefix": "x"}}, "drive/a%2Fb/x.tif"),
        ({"driveDestination": {"folder": "..", "filenamePrefix": "../x"}}, "drive/%2E./%2E.%2Fx.tif"),
        ({"driveDestination": {}}, "drive/test.tif"),
        (
            {"cloudStorageDestination": {"bucket": "demo-bucket", "filenamePrefix": "a/b/x"}},
            "gcs/demo-bucket/a/b/x.tif",
        ),
        ({"cloudStorageDestination": {"bucket": "demo-bucket", "filenamePrefix": "a/"}}, "gcs/demo-bucket/a/test.tif"),
        (
            {"cloudStorageDestination": {"bucket": "demo-bucket", "filenamePrefix": "../../x"}},
            "gcs/demo-bucket/%2E./%2E./x.tif",
        ),
    ],
    ids=str,
)
def test_files_land_below_the_data_directory(engine: Engine, destination: dict[str, Any], path: str) -> None:
    """Folders, prefixes and object names become paths that stay inside, whatever they contain."""
    body = drive_body()
    body["fileExportOptions"] = {"fileFormat": "GEO_TIFF", **destination}
    assert finished(engine, body)["metadata"]["state"] == "SUCCEEDED"
    assert (engine.data_dir / path).is_file()


def test_links_in_the_way_of_files_are_refused(engine: Engine, tmp_path: Path) -> None:
    """A Drive folder that is a link is not followed; the operation fails and says so."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (engine.data_dir / "drive").mkdir()
    (engine.data_dir / "drive/results").symlink_to(outside, target_is_directory=True)
    assert "is a link" in failure(engine, drive_body())["message"]
    assert list(outside.iterdir()) == []


def test_big_files_are_split_with_the_service_s_suffixes(engine: Engine) -> None:
    """File dimensions cut the grid from its corner; names carry row and column offsets of ten digits."""
    size = {"width": 512, "height": 256}
    body = drive_body("big", bands=("B2",), tileDimensions=size, tileSize={"value": 128}) | {
        "grid": scene_grid(10, 20, 600, 300)
    }
    finished(engine, body)
    directory = engine.data_dir / "drive/results"
    shapes = {path.name: read(path).shape for path in directory.iterdir()}
    assert shapes == {
        "big-0000000000-0000000000.tif": (256, 512),
        "big-0000000000-0000000512.tif": (256, 88),
        "big-0000000256-0000000000.tif": (44, 512),
        "big-0000000256-0000000512.tif": (44, 88),
    }
    whole = np.block(
        [[read(directory / f"big-{row:010d}-{column:010d}.tif") for column in (0, 512)] for row in (0, 256)]
    )
    np.testing.assert_array_equal(whole, source("B2")[20:320, 10:610])
    with rasterio.open(directory / "big-0000000256-0000000512.tif") as dataset:
        assert dataset.profile["blockxsize"] == 128
        assert tuple(dataset.transform)[:6] == (30, 0, 735345 + 30 * 522, 0, -30, -2796795 - 30 * 276)


def test_empty_files_are_skipped_when_asked(engine: Engine) -> None:
    """Of four files only the one with pixels is written."""
    options = {"tileDimensions": {"width": 256, "height": 256}, "skipEmptyFiles": True}
    body = drive_body("big", bands=("B2",), **options) | {"grid": scene_grid(-256, -256, 512, 512)}
    finished(engine, body)
    assert [path.name for path in (engine.data_dir / "drive/results").iterdir()] == ["big-0000000256-0000000256.tif"]


def test_no_data_fills_masked_pixels(engine: Engine) -> None:
    """Masked pixels hold the noData value, which the header names; without one they are 0."""
    grid = {"grid": scene_grid(-10, 0, 20, 20)}
    finished(engine, drive_body("with", bands=("B2",), noData={"floatValue": 7}) | grid)
    finished(engine, drive_body("without", bands=("B2",)) | grid)
    with rasterio.open(engine.data_dir / "drive/results/with.tif") as dataset:
        assert dataset.nodata == 7
        assert (dataset.read(1)[:, :10] == 7).all()
    with rasterio.open(engine.data_dir / "drive/results/without.tif") as dataset:
        assert dataset.nodata is None
        assert (dataset.read(1)[:, :10] == 0).all()


def test_cloud_optimised_files_have_overviews(engine: Engine) -> None:
    """With cloudOptimized the layout is that of a COG."""
    body = drive_body("cog", cloudOptimized=True) | {"grid": scene_grid(0, 0, 600, 600)}
    finished(engine, body)
    with rasterio.open(engine.data_dir / "drive/results/cog.tif") as dataset:
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.overviews(1)
        np.testing.assert_array_equal(dataset.read(1), source("B2")[:600, :600])
    assert [path.name for path in (engine.data_dir / "drive/results").iterdir()] == ["cog.tif"]


@pytest.mark.parametrize(
    ("method", "parent"),
    [("AVERAGE", lambda block: block.mean(axis=(1, 3))), ("NEAREST", lambda block: block[:, 0, :, 0])],
    ids=["average", "nearest"],
)
def test_overviews_of_files_are_made_as_asked(engine: Engine, method: str, parent: Any) -> None:  # noqa: ANN401
    """The first copy of half the size holds what its method says; a file of one tile needs none."""
    options: dict[str, Any] = {"cloudOptimized": True, "pyramidOptions": {"resamplingMethod": method}}
    body = drive_body("cog", bands=("B2",), **options) | {"grid": scene_grid(0, 0, 512, 512)}
    finished(engine, body)
    with rasterio.open(engine.data_dir / "drive/results/cog.tif", overview_level=0) as dataset:
        expected = parent(source("B2")[:512, :512].reshape(256, 2, 256, 2))
        np.testing.assert_allclose(dataset.read(1), expected, atol=0.51)
    finished(engine, drive_body("small", **options))
    with rasterio.open(engine.data_dir / "drive/results/small.tif") as dataset:
        assert dataset.overviews(1) == []


def test_metadata_keys_copy_properties(engine: Engine) -> None:
    """Named image properties are found in the file, others are not."""
    finished(engine, drive_body("tags", metadataKeys=["credit", "unknown"]))
    with rasterio.open(engine.data_dir / "drive/results/tags.tif") as dataset:
        assert dataset.tags()["credit"] == "Landsat-8 image courtesy of the U.S. Geological Survey"
        assert "title" not in dataset.tags()


def test_a_grid_folded_into_the_expression_is_exact(engine: Engine) -> None:
    """The official client's way to a grid - reproject, then clip to pixel bounds - gives the same pixels."""
    reproject = call(
        "Image.reproject",
        image=select("B2"),
        crs=call("Projection", crs=constant("EPSG:32621")),
        crsTransform=constant([30, 0, 738345, 0, -30, -2802795]),
    )
    rectangle = call(
        "GeometryConstructors.Rectangle",
        coordinates=constant([0, 0, 64, 48]),
        crs=call("Image.projection", image={"valueReference": "A"}),
        evenOdd=constant(value=True),
        geodesic=constant(value=False),
    )
    clipped = call("Image.clipToBoundsAndScale", input={"valueReference": "A"}, geometry=rectangle)
    body = drive_body("folded") | {"expression": expression(clipped, A=reproject)}
    del body["grid"]
    assert finished(engine, body)["metadata"]["state"] == "SUCCEEDED"
    with rasterio.open(engine.data_dir / "drive/results/folded.tif") as dataset:
        assert tuple(dataset.transform)[:6] == (30, 0, 738345, 0, -30, -2802795)
        np.testing.assert_array_equal(dataset.read(1), source("B2")[200:248, 100:164])


def test_without_a_grid_the_whole_image_is_exported(engine: Engine) -> None:
    """An export without grid covers the image on its own pixels."""
    body = drive_body("whole", bands=("spectral_class",))
    del body["grid"]
    finished(engine, body)
    np.testing.assert_array_equal(read(engine.data_dir / "drive/results/whole.tif"), source("spectral_class"))


def test_a_partial_grid_is_completed_from_the_image(engine: Engine) -> None:
    """Dimensions alone cut from the image's corner; a system alone must be the image's."""
    body = drive_body("part", bands=("B2",)) | {"grid": {"dimensions": {"width": 5, "height": 4}}}
    finished(engine, body)
    np.testing.assert_array_equal(read(engine.data_dir / "drive/results/part.tif"), source("B2")[:4, :5])
    body = drive_body("part2", bands=("B2",)) | {"grid": {"crsCode": "EPSG:4326"}}
    assert "affineTransform" in failure(engine, body)["message"]


def test_too_many_pixels_fail_as_a_task(engine: Engine) -> None:
    """Pixels are width times height; bands do not count; one more than allowed fails."""
    body = drive_body() | {"maxPixels": {"value": "3071"}}
    assert failure(engine, body) == {
        "code": 3,
        "message": "Export too large: specified 3072 pixels (max: 3071). "
        "Specify higher maxPixels value if you intend to export a large area.",
    }
    assert finished(engine, drive_body() | {"maxPixels": 3072})["metadata"]["state"] == "SUCCEEDED"


def test_the_default_ceiling_is_1e8_pixels(engine: Engine) -> None:
    """Without maxPixels 10001 x 10000 pixels are too many."""
    assert "(max: 100000000)" in failure(engine, drive_body() | {"grid": scene_grid(0, 0, 10001, 10000)})["message"]


def test_an_existing_asset_is_replaced_only_when_asked(engine: Engine) -> None:
    """Without overwrite the task fails and the old asset stays; with it the new one takes its place."""
    finished(engine, asset_body())
    before = (engine.data_dir / "assets/local-demo/out/B2.tif").read_bytes()
    second = asset_body(grid=scene_grid(0, 0, 10, 10))
    assert failure(engine, second)["message"] == f"Cannot overwrite asset '{ROOT}/out'."
    assert (engine.data_dir / "assets/local-demo/out/B2.tif").read_bytes() == before
    second["assetExportOptions"]["earthEngineDestination"]["overwrite"] = True
    second["expression"] = expression(select("B2"))
    assert finished(engine, second)["metadata"]["state"] == "SUCCEEDED"
    names = {path.name for path in (engine.data_dir / "assets/local-demo/out").iterdir()}
    assert names == {"B2.tif", "asset.json"}
    assert read(engine.data_dir / "assets/local-demo/out/B2.tif").shape == (10, 10)


def test_a_folder_is_not_replaced_by_an_image(engine: Engine) -> None:
    """An export over a folder that holds assets fails even with overwrite."""
    options = {"earthEngineDestination": {"name": f"{ROOT}/samples", "overwrite": True}}
    assert "Cannot overwrite" in failure(engine, asset_body(assetExportOptions=options))["message"]
    assert engine.assets.exists(f"{ROOT}/samples/itaipu_landsat8")


UNBOUNDED = expression(call("Image.constant", value=constant(1)))
FAILURES: list[tuple[str, dict[str, Any], str]] = [
    (
        "mixed types",
        drive_body(bands=("B2", "spectral_class")),
        "Exported bands must have compatible data types; found inconsistent types: UInt16 and Byte.",
    ),
    (
        "missing source",
        drive_body() | {"expression": expression(load(f"{ROOT}/nothing"))},
        f"Image.load: Image asset '{ROOT}/nothing' not found (does not exist or caller does not have access).",
    ),
    (
        "missing band",
        drive_body(bands=("B9",)),
        "Image.select: Band pattern 'B9' did not match any bands. Available bands: [B2, B3, B4, spectral_class]",
    ),
    (
        "unknown override",
        asset_body(
            assetExportOptions={
                "earthEngineDestination": {"name": f"{ROOT}/x"},
                "pyramidingPolicyOverrides": {"B9": "MODE"},
            }
        ),
        "Pyramiding policy override names band 'B9', which the image does not have.",
    ),
    (
        "unbounded",
        {key: value for key, value in drive_body().items() if key != "grid"} | {"expression": UNBOUNDED},
        "Unable to export unbounded image.",
    ),
    (
        "unknown system",
        drive_body() | {"grid": scene_grid(0, 0, 2, 2) | {"crsCode": "EPSG:6933"}},
        "Projection: The CRS of a map projection could not be parsed.",
    ),
    ("no image", drive_body() | {"expression": expression(constant(1))}, "The expression must evaluate to an image."),
    (
        "unknown algorithm",
        drive_body() | {"expression": expression(call("Image.teleport", image=load()))},
        "Algorithm 'Image.teleport' is not known to the local Earth Engine.",
    ),
    ("no data out of range", drive_body(noData={"floatValue": -9999}), "The noData value -9999 is out of range"),
    ("tiles", drive_body(tileSize=100), "Tile size must be a multiple of 16, got 100."),
    (
        "file dimensions",
        drive_body(tileSize=96, tileDimensions={"width": 256, "height": 256}),
        "File dimensions must be multiples of the tile size (96).",
    ),
    (
        "file too large",
        drive_body(tileDimensions={"width": 131072, "height": 131072})
        | {"grid": scene_grid(0, 0, 131072, 131072), "maxPixels": "20000000000"},
        "must be less than 17179869184 bytes",
    ),
]


@pytest.mark.parametrize(("body", "text"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES])
def test_tasks_fail_in_words(engine: Engine, body: dict[str, Any], text: str) -> None:
    """What cannot be exported ends as FAILED with code 3 and a sentence, and leaves no file."""
    error = failure(engine, body)
    assert error["code"] == 3
    assert text in error["message"]
    assert not (engine.data_dir / "drive").exists()
    assert list((engine.data_dir / "work").iterdir()) == []


def test_a_full_disk_is_said_in_a_sentence(engine: Engine) -> None:
    """When a result cannot be put in its place, the operation fails with the reason."""
    (engine.data_dir / "drive").write_text("not a directory")
    error = failure(engine, drive_body())
    assert error["code"] == 13
    assert error["message"] == "The result could not be written: File exists."


def test_a_file_that_does_not_hold_what_was_written_is_found_out(tmp_path: Path) -> None:
    """A single pixel, or a single bit of the mask, that came out differently is an error."""
    values = np.arange(12, dtype=np.uint16).reshape(3, 4)
    valid = values > 0
    path = tmp_path / "f.tif"
    profile = {"driver": "GTiff", "width": 4, "height": 3, "count": 1, "dtype": "uint16", "crs": "EPSG:32621"}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(path, "w", transform=rasterio.Affine(30, 0, 5, 0, -30, 5), **profile) as dataset,
    ):
        dataset.write(values, 1)
        dataset.write_mask(valid)
    good, changed, unmasked = ReadBack(), ReadBack(), ReadBack()
    good.remember(0, 0, 0, values, valid)
    good.check(path)
    changed.remember(0, 0, 0, np.where(values == 7, 8, values).astype(np.uint16), valid)
    unmasked.remember(0, 0, 0, values)
    for wrong in (changed, unmasked):
        with pytest.raises(OSError, match="does not hold what was written"):
            wrong.check(path)


def test_what_gdal_says_becomes_an_error_of_the_disk(tmp_path: Path) -> None:
    """Failures inside GDAL are told apart from mistakes in a request."""
    with pytest.raises(OSError, match=r"GDAL reports 'no', with \d+ MB left"), writing(tmp_path):
        raise RasterioError("no")


def test_a_chain_too_long_to_compute_is_a_sentence(engine: Engine) -> None:
    """An expression of a thousand steps on top of each other fails as one that is too deep."""
    values = {"0": select("B2")}
    for number in range(1, 1000):
        values[str(number)] = call("Image.abs", value={"valueReference": str(number - 1)})
    error = failure(engine, drive_body() | {"expression": {"values": values, "result": "999"}})
    assert error == {"code": 3, "message": "The expression is nested too deeply."}


@pytest.mark.parametrize("destination", ["driveDestination", "cloudStorageDestination"])
def test_a_name_too_long_for_the_disk_is_a_sentence(engine: Engine, destination: str) -> None:
    """A name that a bucket could hold and no file system here fails in words about the name, not about paths."""
    body = drive_body()
    given = {"bucket": "bucket"} if destination == "cloudStorageDestination" else {}
    options = {destination: {**given, "filenamePrefix": f"{'é' * 40}"}}
    error = failure(engine, body | {"fileExportOptions": {"fileFormat": "GEO_TIFF", **options}})
    assert error["code"] == 3
    assert error["message"].startswith("The local Earth Engine cannot store a name as long as")
    assert str(engine.data_dir) not in error["message"]


def test_leftovers_of_a_killed_run_are_cleaned(data_dir: Path) -> None:
    """Starting removes what an earlier run left half-done."""
    from ee_export_widget.emulator.clock import ManualClock
    from ee_export_widget.emulator.engine import Engine

    left = data_dir / "work/ABC/image"
    left.mkdir(parents=True)
    (left / "B2.tif").write_bytes(b"half")
    engine = Engine(data_dir, clock=ManualClock())
    assert list((data_dir / "work").iterdir()) == []
    engine.close()


def test_an_export_interrupted_after_its_result_was_placed_succeeds_again(engine: Engine) -> None:
    """When the same operation finds its own asset in place, it may replace it without overwrite."""
    document = finished(engine, asset_body())
    path = engine.data_dir / "assets/local-demo/out/asset.json"
    assert json.loads(path.read_text())["operation"] == document["name"]
    engine.store._connection.execute(
        "UPDATE operations SET state = 'RUNNING', document = json_remove(json_set(document, '$.metadata.state', "
        "'RUNNING'), '$.done', '$.response') WHERE name = ?",
        (document["name"],),
    )
    engine.operations.recover()
    from tests.unit.emulator.support import finish

    again = finish(engine, document["name"])
    assert (again["metadata"]["state"], again["metadata"]["attempt"]) == ("SUCCEEDED", 2)
