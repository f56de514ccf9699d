"""Generated code, run as people run it against the local Earth Engine, does what the body says."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import rasterio

from ee_export_widget.core.codegen import Address, client_code, curl_command, package_code
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.folding import fold
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.emulator import LocalEarthEngine
from tests.unit.emulator.support import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SCENE = "projects/local-demo/assets/samples/itaipu_landsat8"
HOSTILE = 'it\'s "$(touch broken)" `touch broken` $HOME \\ %s \'\'\' """ JSON'
GRID = {
    "dimensions": {"width": 350, "height": 150},
    "affineTransform": {
        "scaleX": 30, "shearX": 0, "translateX": 738345, "shearY": 0, "scaleY": -30, "translateY": -2802795,
    },
    "crsCode": "EPSG:32621",
}  # fmt: skip


def doubled(asset: str) -> dict[str, Any]:
    """Give an expression that has text in it which a shell or Python could take for its own."""
    renamed = {"functionName": "Image.rename", "arguments": {
        "input": {"valueReference": "0"}, "names": {"constantValue": ["B2", "B3", "B4", "spectral_class"]},
    }}  # fmt: skip
    noted = {"functionName": "Element.set", "arguments": {
        "object": {"functionInvocationValue": renamed}, "key": {"constantValue": "note"},
        "value": {"constantValue": f"{HOSTILE}\nJSON\n\u202e"},
    }}  # fmt: skip
    return {"result": "1", "values": {**image_load(asset)["values"], "1": {"functionInvocationValue": noted}}}


def asset_body(name: str, expression: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "expression": expression, "description": name, "grid": GRID, "maxPixels": "1000000",
        "requestId": name.replace("_", "-"), "workloadTag": "code", "priority": 100,
        "assetExportOptions": {
            "earthEngineDestination": {"name": f"projects/local-demo/assets/{name}"}, "pyramidingPolicy": "MEAN",
            "pyramidingPolicyOverrides": {"spectral_class": "MODE", "B4": "MAX"},
        },
    }  # fmt: skip


TIFF = {
    "fileFormat": "GEO_TIFF",
    "geoTiffOptions": {
        "tileDimensions": {"width": 256, "height": 128}, "tileSize": 128, "cloudOptimized": True,
        "skipEmptyFiles": True, "noData": {"floatValue": 0}, "metadataKeys": ["note"],
    },
}  # fmt: skip
RECORDS = {
    "fileFormat": "TF_RECORD_IMAGE",
    "tfRecordOptions": {
        "tileDimensions": {"width": 128, "height": 64}, "marginDimensions": {"width": 4, "height": 2},
        "compress": True, "maxSizeBytes": "2000000", "defaultValue": -1.5, "maxMaskedRatio": 0.5,
    },
}  # fmt: skip
SEQUENCES = {
    "fileFormat": "TF_RECORD_IMAGE",
    "tfRecordOptions": {
        "tileDimensions": {"width": 35, "height": 15}, "compress": True, "sequenceData": True, "collapseBands": True,
    },
}  # fmt: skip
SMALL = GRID | {"dimensions": {"width": 70, "height": 30}}
"""For a record of every pixel."""

DESTINATIONS: dict[str, Callable[[str], dict[str, Any]]] = {
    "drive": lambda prefix: {"driveDestination": {"folder": HOSTILE, "filenamePrefix": prefix}},
    "cloud storage": lambda prefix: {
        "cloudStorageDestination": {"bucket": "some-bucket", "filenamePrefix": f"a/{prefix}"}
    },
}


FILES = {
    "drive-tiff": (TIFF, "drive", False, 4),
    "cloud-tiff-folded": (TIFF, "cloud storage", True, 4),
    "cloud-records": (RECORDS, "cloud storage", False, 1),
    "drive-sequences-folded": (SEQUENCES, "drive", True, 2),
}
"""Options, destination, whether the grid is folded into the expression, and how many files there are."""


def two_bands(asset: str) -> dict[str, Any]:
    """Give an expression of two bands of one type, with a property, whose text could be taken for a command."""
    chosen = {"functionName": "Image.select", "arguments": {
        "input": {"valueReference": "1"}, "bandSelectors": {"constantValue": ["B2", "B3"]},
    }}  # fmt: skip
    return {"result": "2", "values": {**doubled(asset)["values"], "2": {"functionInvocationValue": chosen}}}


def file_body(name: str, options: Mapping[str, Any], destination: str) -> dict[str, Any]:
    return {
        "expression": two_bands(SCENE), "description": name, "grid": SMALL if options is SEQUENCES else GRID,
        "requestId": name,
        "fileExportOptions": {**options, **DESTINATIONS[destination](name)},
    }  # fmt: skip


def folded(body: dict[str, Any]) -> dict[str, Any]:
    """Write the grid of a body into its expression."""
    grid = PixelGrid.from_json(body["grid"])
    return {name: value for name, value in body.items() if name != "grid"} | {
        "expression": fold(body["expression"], grid)
    }


def written(folder: Path, prefix: str) -> dict[str, object]:
    """Give what was written under a prefix: pixels, tags and layout of images, the records of others."""
    found: dict[str, object] = {}
    for path in sorted(path for path in folder.rglob(f"{prefix}*") if path.is_file()):
        name, data = path.name.removeprefix(prefix), path.read_bytes()
        if path.suffix == ".tif":
            with rasterio.open(path) as file:
                found[name] = file.read().tobytes(), file.tags(), file.profile, file.overviews(1)
        else:
            found[name] = gzip.decompress(data) if path.suffix == ".gz" else data
    return found


def pixels(folder: Path) -> dict[str, list[bytes]]:
    """Give the pixels of every file below a folder, each level of its pyramid."""
    found = {}
    for path in sorted(folder.rglob("*.tif")):
        with rasterio.open(path) as file:
            levels = range(len(file.overviews(1)))
        shown = []
        for level in (None, *levels):
            with rasterio.open(path, **({} if level is None else {"overview_level": level})) as file:
                shown.append(file.read().tobytes())
        found[path.name] = shown
    return found


ASSETS = {"asset": image_load(SCENE), "computed": doubled(SCENE)}


def body_of(case: str, name: str) -> dict[str, Any]:
    """Give the body of a case, its grid beside the expression, for a name of the export."""
    if case in ASSETS:
        return asset_body(name, ASSETS[case])
    options, destination, _, _ = FILES[case]
    return file_body(name, options, destination)


def bodies_of(who: str) -> list[dict[str, Any]]:
    """Give the bodies of all cases, named after who sends them."""
    return [body_of(case, f"{who}-{case}") for case in (*ASSETS, *FILES)]


def run_curl(bodies: list[dict[str, Any]], address: Address, folder: Path) -> None:
    assert shutil.which("curl"), "This test needs curl; `make python` installs it."
    for body in bodies:
        command = curl_command(body, address).text
        said = subprocess.run(["/bin/sh"], input=command, capture_output=True, text=True, check=True, cwd=folder)
        assert json.loads(said.stdout)["name"].startswith("projects/local-demo/operations/")


def run_package(bodies: list[dict[str, Any]], address: Address, folder: Path) -> None:
    _run_python([package_code(body, address).text for body in bodies], folder)


def run_client(bodies: list[dict[str, Any]], address: Address, folder: Path) -> None:
    _run_python([client_code(ExportImageRequest.from_json(body), address).text for body in bodies], folder)


RUN = "import runpy, sys\nfor script in sys.argv[1:]: runpy.run_path(script, run_name='__main__')"


def _run_python(scripts: list[str], folder: Path) -> None:
    """Run scripts one after the other, so that the libraries that they share are imported once."""
    # Of a folder of its own, so that no file of the user's is found.
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONWARNINGS": "ignore"}
    names = [f"{number}.py" for number in range(len(scripts))]
    for name, script in zip(names, scripts, strict=True):
        (folder / name).write_text(script, encoding="utf-8")
    command = [sys.executable, "-c", RUN, *names]
    subprocess.run(command, check=True, cwd=folder, env=environ, capture_output=True, text=True)


WAYS = {"curl": run_curl, "package": run_package, "client": run_client}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """Run a local Earth Engine that is quick, and has computed the bodies themselves."""
    with LocalEarthEngine(tmp_path_factory.mktemp("earth-engine"), speed=1000.0) as running:
        with httpx.Client(base_url=f"{running.url}/v1/projects/local-demo") as http:
            for body in bodies_of("body"):
                http.post("/image:export", json=body).raise_for_status()
        expect_success(running, "body")
        yield running


def expect_success(engine: LocalEarthEngine, who: str) -> None:
    """Wait until all that somebody has sent is computed."""

    def states() -> list[str]:
        operations = http.get(f"{engine.url}/v1/projects/local-demo/operations").json()["operations"]
        found = {operation["metadata"]["description"]: operation["metadata"]["state"] for operation in operations}
        return [found[body["description"]] for body in bodies_of(who)]

    with httpx.Client() as http:
        until(lambda: {*states()} <= {"SUCCEEDED", "FAILED"})
        assert {*states()} == {"SUCCEEDED"}


def expect_same_asset(engine: LocalEarthEngine, way: str, case: str) -> None:
    """Compare two assets: the policies of their bands, pixels and every level of the pyramids."""
    names = (f"body-{case}", f"{way}-{case}")
    with httpx.Client(base_url=f"{engine.url}/v1/projects/local-demo/assets") as http:
        of_body, of_code = [http.get(name).json() for name in names]
    bands = [[band.get("pyramidingPolicy") for band in asset["bands"]] for asset in (of_body, of_code)]
    assert bands == [["MEAN", "MEAN", "MAX", "MODE"]] * 2
    folder = engine.data_dir / "assets" / "local-demo"
    assert pixels(folder / names[1]) == pixels(folder / names[0])
    assert len(pixels(folder / names[0])["B4.tif"]) > 1


def expect_same_files(engine: LocalEarthEngine, way: str, case: str) -> None:
    """Compare two sets of files; the body that it is compared with has its grid beside the expression."""
    _, destination, _, files = FILES[case]
    folder = engine.data_dir / ("drive" if destination == "drive" else "gcs")
    of_body, of_code = (written(folder, f"{who}-{case}") for who in ("body", way))
    assert of_code == of_body, case
    assert len(of_body) == files


# One test for each way, not for each case: what is sent and computed is then sent and computed once.
@pytest.mark.parametrize("way", WAYS)
def test_generated_code_writes_what_the_body_says(way: str, engine: LocalEarthEngine, tmp_path: Path) -> None:
    """Every option arrives, by either route of the grid, and no text in a body becomes a command."""
    bodies = [
        folded(body) if case in FILES and FILES[case][2] else body
        for case, body in zip((*ASSETS, *FILES), bodies_of(way), strict=True)
    ]
    WAYS[way](bodies, Address(engine.project, engine.url), tmp_path)
    assert {path.name for path in tmp_path.rglob("*")}.isdisjoint({"broken"})
    expect_success(engine, way)
    for case in ASSETS:
        expect_same_asset(engine, way, case)
    for case in FILES:
        expect_same_files(engine, way, case)
