"""The tree of assets in the data directory."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.emulator import ManualClock, Quota
from ee_export_widget.emulator.assets import band_file_name, safe_name
from ee_export_widget.emulator.engine import Engine
from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.operations import Operations
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.routes import METHODS, Call
from tests.unit.emulator.support import SAMPLE, asset_body, expression, finished, scene_grid, select, until

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.emulator.image import Image
    from ee_export_widget.emulator.store import Job

ROOT = "projects/local-demo/assets"


def test_the_sample_says_what_it_is(still_engine: Engine) -> None:
    """The built-in scene has four typed bands on the Landsat grid, policies, credit, time and class names."""
    asset = still_engine.assets.get(SAMPLE)
    assert asset["type"] == "IMAGE"
    assert [(band["id"], band["pyramidingPolicy"]) for band in asset["bands"]] == [
        ("B2", "MEAN"),
        ("B3", "MEAN"),
        ("B4", "MEAN"),
        ("spectral_class", "MODE"),
    ]
    assert [band["dataType"] for band in asset["bands"]] == [
        *[{"precision": "INT", "range": {"min": 0, "max": 65535}}] * 3,
        {"precision": "INT", "range": {"min": 0, "max": 255}},
    ]
    assert asset["bands"][0]["grid"] == {
        "dimensions": {"width": 1024, "height": 1024},
        "affineTransform": {
            "scaleX": 30.0,
            "shearX": 0.0,
            "translateX": 735345.0,
            "shearY": 0.0,
            "scaleY": -30.0,
            "translateY": -2796795.0,
        },
        "crsCode": "EPSG:32621",
    }
    assert asset["startTime"] == "2020-05-18T00:00:00.000Z"
    properties = asset["properties"]
    assert properties["credit"] == "Landsat-8 image courtesy of the U.S. Geological Survey"
    assert properties["spectral_class_class_values"] == [1, 2, 3, 4, 5, 6]
    names = dict(zip(properties["spectral_class_class_values"], properties["spectral_class_class_names"], strict=True))
    assert "water" in names[3]
    assert names[4] == "spectral cluster 4"
    assert len(properties["spectral_class_class_palette"]) == 6


def test_the_outline_of_the_sample_is_where_the_scene_is(still_engine: Engine) -> None:
    """The geometry covers the longitudes and latitudes of the scene."""
    [ring] = still_engine.assets.get(SAMPLE)["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    assert [west, south, east, north] == pytest.approx([-54.6631, -25.5463, -54.3522, -25.2640], abs=2e-4)


def test_a_name_that_no_folder_can_have_is_refused(engine: Engine) -> None:
    """A part of 201 characters is no name to write to, and nothing has it; one of 200 is merely not there."""
    with pytest.raises(ServiceError, match="Invalid asset name"):
        engine.assets.directory(f"{ROOT}/{'a' * 201}")
    for length in (200, 201, 300):
        with pytest.raises(ServiceError, match="does not exist"):
            engine.assets.get(f"{ROOT}/{'a' * length}")


@pytest.mark.parametrize(
    "name",
    [
        f"{ROOT}/../secret",
        f"{ROOT}/a/../../b",
        f"{ROOT}//a",
        f"{ROOT}/a b",
        "projects/../assets/a",
        "projects/LOCAL/assets/a",
        "/etc/passwd",
        f"{ROOT}/{'/'.join('abcdefghijk')}",
    ],
)
def test_names_that_could_lead_elsewhere_are_no_names(engine: Engine, name: str) -> None:
    """Dots, empty parts and eleven folders are refused for writing and found nowhere."""
    assert not engine.assets.exists(name)
    with pytest.raises(ServiceError):
        engine.assets.create(name, "FOLDER")


def test_links_are_treated_as_absent(engine: Engine, tmp_path: Path) -> None:
    """A link below the assets leads nowhere: not for reading, not for listing, not for writing."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (engine.data_dir / "assets" / "local-demo" / "way_out").symlink_to(outside, target_is_directory=True)
    assert not engine.assets.exists(f"{ROOT}/way_out")
    (outside / "inside").mkdir()
    assert not engine.assets.exists(f"{ROOT}/way_out/inside")
    assert f"{ROOT}/way_out" not in [child["name"] for child in engine.assets.children(ROOT)]
    with pytest.raises(ServiceError, match="does not exist or doesn't allow"):
        engine.assets.create(f"{ROOT}/way_out/new", "FOLDER")
    assert [path.name for path in outside.iterdir()] == ["inside"]


def test_folders_are_made_one_by_one(engine: Engine) -> None:
    """A folder needs its parent, appears in its parent's list, and is made only once."""
    with pytest.raises(ServiceError, match=f"Asset '{ROOT}/a' does not exist or doesn't allow this operation"):
        engine.assets.create(f"{ROOT}/a/b", "FOLDER")
    engine.assets.create(f"{ROOT}/a", "FOLDER")
    made = engine.assets.create(f"{ROOT}/a/b", "FOLDER")
    assert (made["type"], made["name"]) == ("FOLDER", f"{ROOT}/a/b")
    assert [child["name"] for child in engine.assets.children(f"{ROOT}/a")] == [f"{ROOT}/a/b"]
    with pytest.raises(ServiceError, match="Cannot overwrite asset") as caught:
        engine.assets.create(f"{ROOT}/a/b", "FOLDER")
    assert caught.value.http_status == 409


def test_an_image_holds_no_assets(engine: Engine) -> None:
    """Nothing can be put below an image or listed there."""
    with pytest.raises(ServiceError, match="does not exist or doesn't allow"):
        engine.assets.create(f"{SAMPLE}/a", "FOLDER")
    with pytest.raises(ServiceError, match="not a folder"):
        engine.assets.children(SAMPLE)


def test_a_collection_holds_images_only(engine: Engine) -> None:
    """An export can go into a collection, a folder cannot; listing it gives full documents."""
    engine.assets.create(f"{ROOT}/scenes", "IMAGE_COLLECTION")
    with pytest.raises(ServiceError, match="only images"):
        engine.assets.create(f"{ROOT}/scenes/sub", "FOLDER")
    assert finished(engine, asset_body("scenes/one"))["metadata"]["state"] == "SUCCEEDED"
    [child] = engine.assets.children(f"{ROOT}/scenes")
    assert [band["id"] for band in child["bands"]] == ["B2", "B3", "B4", "spectral_class"]


def test_only_empty_folders_are_deleted(engine: Engine) -> None:
    """Deleting takes images and empty folders; a full folder stays."""
    folder = SAMPLE.rpartition("/")[0]
    with pytest.raises(ServiceError, match="has children"):
        engine.assets.delete(folder)
    engine.assets.delete(SAMPLE)
    engine.assets.delete(folder)
    assert not engine.assets.exists(SAMPLE)
    with pytest.raises(ServiceError, match="does not exist"):
        engine.assets.delete(folder)
    with pytest.raises(ServiceError, match="does not exist"):
        engine.assets.delete(ROOT)


def test_other_kinds_cannot_be_made_empty(engine: Engine) -> None:
    """Only folders and collections exist without content."""
    with pytest.raises(ServiceError, match="TABLE"):
        engine.assets.create(f"{ROOT}/t", "TABLE")


def test_the_root_knows_how_full_it_is(still_engine: Engine) -> None:
    """A project's root is a folder with a quota in 64-bit texts."""
    root = still_engine.assets.get(ROOT)
    assert root["type"] == "FOLDER"
    assert int(root["quota"]["sizeBytes"]) > 1_000_000
    assert int(root["quota"]["assetCount"]) == 2


def test_a_full_project_takes_no_more(data_dir: Path) -> None:
    """Neither more assets nor more bytes than the quota allows; replacing and deleting go on."""
    sample_bytes = int(stored_quota(data_dir)["sizeBytes"])
    engine = Engine(data_dir, clock=ManualClock(), quota=Quota(max_bytes=sample_bytes + 40_000, max_assets=3))
    try:
        assert finished(engine, asset_body("small"))["metadata"]["state"] == "SUCCEEDED"
        with pytest.raises(
            ServiceError, match="Quota exceeded for assets in project 'local-demo': 4 needed, 3 allowed"
        ):
            engine.assets.create(f"{ROOT}/folder", "FOLDER")
        error = finished(engine, asset_body("other"))["error"]
        assert error["code"] == 8
        assert "Quota exceeded for assets" in error["message"]
        again = asset_body("small")
        again["assetExportOptions"]["earthEngineDestination"]["overwrite"] = True
        assert finished(engine, again)["metadata"]["state"] == "SUCCEEDED"
        large = again | {"grid": scene_grid(0, 0, 512, 512)}
        assert "Quota exceeded for bytes of storage" in finished(engine, large)["error"]["message"]
        assert int(engine.assets.get(ROOT)["quota"]["assetCount"]) == 3
        engine.assets.delete(f"{ROOT}/small")
        assert finished(engine, asset_body("other"))["metadata"]["state"] == "SUCCEEDED"
    finally:
        engine.close()


def stored_quota(data_dir: Path) -> dict[str, str]:
    """Return the quota of the demo project."""
    engine = Engine(data_dir, clock=ManualClock())
    quota: dict[str, str] = engine.assets.get(ROOT)["quota"]
    engine.close()
    return quota


@pytest.mark.parametrize("text", ["..", ".", "a/b", "a\\b", "a%2Fb", "wörld", "a\nb", "a*b", ".hidden", ""])
def test_file_names_never_lead_away(text: str) -> None:
    """Any text becomes one plain file name."""
    name = safe_name(text)
    assert "/" not in name
    assert "\\" not in name
    assert name not in {".", ".."}
    assert not name.startswith(".")
    assert name.isprintable()
    assert name.isascii()


def test_different_names_stay_different() -> None:
    """Writing special characters in another way never makes two names one."""
    texts = ["a/b", "a%2Fb", "a%252Fb", "a b", "..", "%2E.", "é", "e"]
    assert len({safe_name(text) for text in texts}) == len(texts)
    assert band_file_name("B2") == "B2.tif"


def test_a_replacement_that_was_interrupted_is_undone(data_dir: Path) -> None:
    """When the process dies after the old image left its place and before the new one is there, the old one returns."""
    away, sample = data_dir / "work" / "replaced-1", data_dir / "assets/local-demo/samples/itaipu_landsat8"
    shutil.copytree(sample, away)
    (away / "asset.json").write_text((away / "asset.json").read_text("utf-8").replace(SAMPLE, f"{ROOT}/mine"), "utf-8")
    engine = Engine(data_dir, clock=ManualClock())
    try:
        assert engine.assets.load(f"{ROOT}/mine").bands == engine.assets.load(SAMPLE).bands
        assert not away.exists()
    finally:
        engine.close()


def test_what_was_replaced_does_not_come_back(data_dir: Path) -> None:
    """When the process dies after the new image is in its place, what is left of the old one goes."""
    away = data_dir / "work" / "replaced-1"
    away.mkdir(parents=True)
    place = data_dir / "assets/local-demo/samples/itaipu_landsat8"
    away.joinpath("asset.json").write_bytes(place.joinpath("asset.json").read_bytes())
    Engine(data_dir, clock=ManualClock()).close()
    assert not away.exists()
    assert place.joinpath("B2.tif").exists()


def test_no_image_is_read_from_two_versions(engine: Engine) -> None:
    """Whoever began to read an image that is replaced meanwhile is told so; who begins afterwards reads the new one."""
    finished(engine, asset_body())
    band = engine.assets.load(f"{ROOT}/out").bands[0]
    grid = band.grid
    assert grid is not None
    before = Reader(grid).pixels(band).values
    elsewhere = asset_body(grid=scene_grid(500, 600, 64, 48))
    elsewhere["assetExportOptions"]["earthEngineDestination"]["overwrite"] = True
    finished(engine, elsewhere)
    with pytest.raises(ServiceError, match="was replaced while it was read") as caught:
        Reader(grid).pixels(band)
    assert caught.value.status == "ABORTED"
    after = engine.assets.load(f"{ROOT}/out").bands[0]
    assert after.grid is not None
    assert (Reader(after.grid).pixels(after).values != before).any()


def test_a_file_that_is_gone_is_a_sentence(engine: Engine) -> None:
    """A band whose file somebody removed fails when it is read, by the name of the file."""
    (engine.data_dir / "assets/local-demo/samples/itaipu_landsat8/B2.tif").unlink()
    band = engine.assets.load(SAMPLE).bands[0]
    assert band.grid is not None
    with pytest.raises(ServiceError, match=r"file B2\.tif cannot be read"):
        Reader(band.grid.part(0, 0, 4, 4)).pixels(band)


def test_an_export_whose_source_is_replaced_starts_again(engine: Engine) -> None:
    """What was read from two versions counts as a failure that passes: the next attempt reads the new one."""
    tries: list[str] = []

    def run(job: Job, start: object) -> list[str]:  # noqa: ARG001 - as the protocol has it
        tries.append(job.name)
        if len(tries) == 1:
            raise ServiceError("ABORTED", "The source's file B2.tif was replaced while it was read.")
        return []

    operations = Operations(engine.store, engine.clock, engine.faults, run)
    name = operations.submit("local-demo", asset_body())["name"]

    def done() -> bool:
        engine.clock.advance(1)  # type: ignore[attr-defined]
        return bool(operations.get(name).get("done"))

    until(done)
    operations.close()
    metadata = operations.get(name)["metadata"]
    assert (metadata["state"], metadata["attempt"], tries) == ("SUCCEEDED", 2, [name, name])


class Restless(Engine):
    """An engine whose sample is replaced again and again right after its description was read."""

    left = 0

    def image(self, expression: dict[str, Any]) -> Image:
        found = super().image(expression)
        if self.left:
            self.left -= 1
            path = self.data_dir / "assets/local-demo/samples/itaipu_landsat8/B2.tif"
            os.utime(path, ns=(self.left, self.left))
        return found


def test_pixels_are_computed_again_when_their_source_is_replaced(data_dir: Path) -> None:
    """One replacement goes unnoticed; where there is no end of them, the answer asks for another try."""
    engine = Restless(data_dir, clock=ManualClock())
    body = {"expression": expression(select("B2")), "fileFormat": "NPY", "grid": scene_grid(0, 0, 4, 4)}
    call = Call({"project": "local-demo"}, body=json.dumps(body).encode())
    [pixels] = [method for method in METHODS if method.name == "image:computePixels"]
    try:
        engine.left = 1
        assert pixels.answer(engine, call) == pixels.answer(engine, call)
        engine.left = 2
        with pytest.raises(ServiceError, match="was replaced while it was read") as caught:
            pixels.answer(engine, call)
        assert caught.value.http_status == 409
        missing = Call({"project": "local-demo"}, body=call.body.replace(b"B2", b"B9"))
        with pytest.raises(ServiceError, match="Band pattern 'B9' did not match"):
            pixels.answer(engine, missing)
    finally:
        engine.close()
