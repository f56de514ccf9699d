"""A data directory that cannot take more: full, closed to the emulator, or laid with links."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.emulator import EmulatorError, ManualClock
from ee_export_widget.emulator.engine import Engine
from ee_export_widget.emulator.errors import ServiceError
from tests.unit.emulator.support import SAMPLE, asset_body, drive_body, finish, finished, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = "projects/local-demo/assets"
LARGEST_FILE = 2 << 20
"""Above the size of everything that is there at the start, and below a band of the large export."""

LIMITED = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({LARGEST_FILE}, {LARGEST_FILE}))
from ee_export_widget.emulator import serve
serve(0, sys.argv[1], 1000.0, on_ready=lambda url: (sys.stdout.write(url + chr(10)), sys.stdout.flush()))
"""


def large(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with more than twice the scene's pixels."""
    transform = {"scaleX": 20, "translateX": 735345, "scaleY": -20, "translateY": -2796795}
    size = {"width": 1536, "height": 1536}
    return body | {"grid": {"dimensions": size, "affineTransform": transform, "crsCode": "EPSG:32621"}}


def files(directory: Path) -> set[str]:
    """Return the results below a directory."""
    kept = {path for path in directory.rglob("*") if path.is_file() and path.parent != directory}
    return {str(path.relative_to(directory)) for path in kept}


def test_results_that_do_not_fit_fail_in_a_sentence_and_leave_nothing(data_dir: Path) -> None:
    """Where the system takes no more, the export fails and says so, no file is left, and smaller ones go on."""
    before = files(data_dir)
    command = [sys.executable, "-c", LIMITED, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()

        def run(body: dict[str, Any]) -> dict[str, Any]:
            name = httpx.post(f"{url}/v1/projects/local-demo/image:export", json=body, timeout=60).json()["name"]
            until(lambda: httpx.get(f"{url}/v1/{name}").json().get("done", False))
            operation: dict[str, Any] = httpx.get(f"{url}/v1/{name}").json()
            return operation

        try:
            records = drive_body()
            records["fileExportOptions"] |= {"fileFormat": "TF_RECORD_IMAGE"}
            del records["fileExportOptions"]["geoTiffOptions"]
            bodies = (asset_body("large"), drive_body(), drive_body(cloudOptimized=True), records)
            failed = [run(large(body)) for body in bodies]
            after = files(data_dir)
            small = run(asset_body("small"))
        finally:
            process.terminate()
    for operation in failed:
        assert operation["metadata"]["state"] == "FAILED"
        assert operation["error"]["message"].startswith("The result could not be written: ")
    assert after == before
    assert small["metadata"]["state"] == "SUCCEEDED"


@contextmanager
def no_memory(engine: Engine) -> Iterator[None]:
    """Let nothing be written into the file that operations are kept in."""
    engine.store._connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        engine.store._connection.execute("PRAGMA query_only = OFF")


def test_a_full_memory_loses_nothing_that_was_accepted(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be kept is refused; what runs ends as FAILED, in a sentence, as soon as that can be kept."""
    name = engine.operations.submit("local-demo", asset_body())["name"]

    def running() -> bool:
        engine.clock.advance(1)  # type: ignore[attr-defined]
        return "progress" in engine.operations.get(name)["metadata"]

    until(running)
    with no_memory(engine):
        with pytest.raises(Exception, match="readonly"):
            engine.operations.submit("local-demo", asset_body("other"))
        with pytest.raises(Exception, match="readonly"):
            engine.store.add_map("m", {})
        engine.clock.advance(20)  # type: ignore[attr-defined]
        until(lambda: "cannot be kept" in caplog.text)
        assert engine.operations.get(name)["metadata"]["state"] == "RUNNING"
    operation = finish(engine, name)
    assert operation["metadata"]["state"] == "FAILED"
    assert operation["error"]["message"].startswith("The result could not be written: attempt to write a readonly")
    assert not engine.assets.exists(f"{ROOT}/out")
    assert finished(engine, asset_body("other"))["metadata"]["state"] == "SUCCEEDED"


def test_a_cancellation_that_cannot_be_kept_is_not_forgotten(engine: Engine) -> None:
    """The next look settles it."""
    name = engine.operations.submit("local-demo", asset_body())["name"]
    engine.operations.cancel(name)
    with no_memory(engine):
        engine.clock.advance(2)  # type: ignore[attr-defined]
        with pytest.raises(Exception, match="readonly"):
            engine.operations.get(name)
    assert engine.operations.get(name)["metadata"]["state"] == "CANCELLED"


@contextmanager
def closed(directory: Path) -> Iterator[None]:
    """Let nobody write into a directory, the administrator included."""
    administrator = os.geteuid() == 0
    mode = directory.stat().st_mode
    directory.chmod(0o500)
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        directory.chmod(mode)


@pytest.mark.parametrize("body", [asset_body(), drive_body()], ids=["asset", "drive"])
def test_missing_rights_are_said_in_a_sentence(engine: Engine, body: dict[str, Any]) -> None:
    """An export into a directory that is closed to the emulator fails and says why."""
    with closed(engine.data_dir / "work"):
        operation = finished(engine, body)
    assert operation["error"] == {"code": 13, "message": "The result could not be written: Permission denied."}


def test_a_folder_is_made_whole_or_not_at_all(engine: Engine) -> None:
    """Where its description cannot be written, there is no folder either, and nothing is broken afterwards."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            engine.assets.create(f"{ROOT}/new", "FOLDER", {"a": 1})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (engine.data_dir / "assets/local-demo/new").exists()
    assert [child["name"] for child in engine.assets.children(ROOT)] == [f"{ROOT}/samples"]
    assert engine.assets.create(f"{ROOT}/new", "FOLDER")["type"] == "FOLDER"
    assert list((engine.data_dir / "work").iterdir()) == []


@pytest.mark.parametrize("name", ["assets", "work", "drive", "gcs", "emulator.sqlite"])
def test_a_directory_with_links_is_not_used(tmp_path: Path, name: str) -> None:
    """A link where the emulator keeps its things is refused at the start, and what it leads to is left alone."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).symlink_to(outside)
    with pytest.raises(EmulatorError, match=f"{name} is a link"):
        Engine(tmp_path / "data", clock=ManualClock())
    assert list(outside.iterdir()) == []


def test_files_of_an_asset_that_are_links_are_not_read(engine: Engine, tmp_path: Path) -> None:
    """Neither pixels nor descriptions come from outside of the data directory."""
    directory = engine.data_dir / "assets/local-demo/samples/itaipu_landsat8"
    (directory / "B2.tif").rename(tmp_path / "B2.tif")
    (directory / "B2.tif").symlink_to(tmp_path / "B2.tif")
    with pytest.raises(ServiceError, match="does not exist or doesn't allow"):
        engine.assets.load(SAMPLE)
    (directory / "asset.json").rename(tmp_path / "asset.json")
    (directory / "asset.json").symlink_to(tmp_path / "asset.json")
    assert "bands" not in engine.assets.get(SAMPLE)


def test_pixels_are_read_from_geotiff_only(engine: Engine, tmp_path: Path) -> None:
    """A file that describes another file, under the name of a band, leads nowhere."""
    path = engine.data_dir / "assets/local-demo/samples/itaipu_landsat8/B2.tif"
    path.rename(tmp_path / "B2.tif")
    band = f"<SimpleSource><SourceFilename>{tmp_path / 'B2.tif'}</SourceFilename></SimpleSource>"
    path.write_text(
        '<VRTDataset rasterXSize="1024" rasterYSize="1024"><VRTRasterBand dataType="UInt16" band="1">'
        f"{band}</VRTRasterBand></VRTDataset>"
    )
    operation = finished(engine, asset_body())
    assert operation["metadata"]["state"] == "FAILED"
    assert operation["error"] == {"code": 13, "message": "The source's file B2.tif cannot be read."}
    assert not engine.assets.exists(f"{ROOT}/out")
