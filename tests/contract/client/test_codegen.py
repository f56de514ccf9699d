"""Generated code, run as people run it against the local Earth Engine, does what the body says."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import rasterio

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.core.codegen import Address, client_code, curl_command, package_code
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.folding import fold
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.emulator import LocalEarthEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SCENE = "projects/local-demo/assets/samples/itaipu_landsat8"
HOSTILE = 'it\'s "$(touch broken)" `touch broken` $HOME \\ %s \'\'\' """ JSON'
GRID = {
    "dimensions": {"width": 700, "height": 300},
    "affineTransform": {
        "scaleX": 30, "shearX": 0, "translateX": 738345, "shearY": 0, "scaleY": -30, "translateY": -2802795,
    },
    "crsCode": "EPSG:32621",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """Run a local Earth Engine that is quick."""
    with LocalEarthEngine(tmp_path_factory.mktemp("earth-engine"), speed=1000.0) as running:
        yield running


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


def run_curl(body: dict[str, Any], address: Address, folder: Path) -> None:
    said = subprocess.run(
        ["/bin/sh"], input=curl_command(body, address).text, capture_output=True, text=True, check=True, cwd=folder
    )
    assert json.loads(said.stdout)["name"].startswith("projects/local-demo/operations/")


def run_python(code: str, folder: Path) -> None:
    # Of a folder of its own, so that no file of the user's is found.
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder, env=environ, capture_output=True, text=True)


def run_package(body: dict[str, Any], address: Address, folder: Path) -> None:
    run_python(package_code(body, address).text, folder)


def run_client(body: dict[str, Any], address: Address, folder: Path) -> None:
    run_python(client_code(ExportImageRequest.from_json(body), address).text, folder)


WAYS = {"curl": run_curl, "package": run_package, "client": run_client}


async def finished(client: EarthEngineClient, description: str) -> None:
    """Wait until the operation with this description has ended well."""
    while True:
        async for operation in client.list_operations():
            if operation.description == description and operation.is_terminal:
                assert operation.state == "SUCCEEDED", operation.error
                return


def names_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


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


@pytest.mark.anyio
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("expression", [image_load(SCENE), doubled(SCENE)], ids=["asset", "computed"])
async def test_generated_code_writes_the_asset_of_the_body(
    way: str, expression: dict[str, Any], engine: LocalEarthEngine, tmp_path: Path
) -> None:
    """Pixels and every level of the pyramids are those of the body itself, and nothing in it became a command."""
    if way == "curl" and shutil.which("curl") is None:
        pytest.skip("there is no curl")
    kind = "computed" if "1" in expression["values"] else "asset"
    run: Callable[[dict[str, Any], Address, Path], None] = WAYS[way]
    names = (f"body_{way}_{kind}", f"code_{way}_{kind}")
    async with EarthEngineClient(engine.project, base_url=engine.url) as client:
        await client.export_image(ExportImageRequest.from_json(asset_body(names[0], expression)))
        run(asset_body(names[1], expression), Address(engine.project, engine.url), tmp_path)
        for name in names:
            await finished(client, name)
        of_body, of_code = [await client.get_asset(f"projects/local-demo/assets/{name}") for name in names]
    bands = [[band.get("pyramidingPolicy") for band in asset["bands"]] for asset in (of_body, of_code)]
    assert bands == [["MEAN", "MEAN", "MAX", "MODE"]] * 2
    folder = engine.data_dir / "assets" / "local-demo"
    assert pixels(folder / names[1]) == pixels(folder / names[0])
    assert len(pixels(folder / names[0])["B4.tif"]) > 1
    assert names_below(tmp_path).isdisjoint({"broken"})


TIFF = {
    "fileFormat": "GEO_TIFF",
    "geoTiffOptions": {
        "tileDimensions": {"width": 512, "height": 256}, "tileSize": 128, "cloudOptimized": True,
        "skipEmptyFiles": True, "noData": {"floatValue": 0}, "metadataKeys": ["note"],
    },
}  # fmt: skip
RECORDS = {
    "fileFormat": "TF_RECORD_IMAGE",
    "tfRecordOptions": {
        "tileDimensions": {"width": 256, "height": 128}, "marginDimensions": {"width": 4, "height": 2},
        "compress": True, "maxSizeBytes": "2000000", "defaultValue": -1.5, "maxMaskedRatio": 0.5,
    },
}  # fmt: skip
SEQUENCES = {
    "fileFormat": "TF_RECORD_IMAGE",
    "tfRecordOptions": {
        "tileDimensions": {"width": 350, "height": 150}, "compress": True, "sequenceData": True, "collapseBands": True,
    },
}  # fmt: skip
DESTINATIONS: dict[str, Callable[[str], dict[str, Any]]] = {
    "drive": lambda prefix: {"driveDestination": {"folder": HOSTILE, "filenamePrefix": prefix}},
    "cloud storage": lambda prefix: {
        "cloudStorageDestination": {"bucket": "some-bucket", "filenamePrefix": f"a/{prefix}"}
    },
}


CASES = {
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
        "expression": two_bands(SCENE), "description": name, "grid": GRID, "requestId": name,
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


@pytest.mark.anyio
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
async def test_generated_code_writes_the_files_of_the_body(
    way: str, case: str, engine: LocalEarthEngine, tmp_path: Path
) -> None:
    """Every option of a format arrives, by either route of the grid, and no name becomes a command.

    The body that it is compared with has its grid beside the expression.
    """
    options, destination, is_folded, files = CASES[case]
    if way == "curl" and shutil.which("curl") is None:
        pytest.skip("there is no curl")
    names = (f"body-{way}-{case}", f"code-{way}-{case}")
    body, code = (file_body(name, options, destination) for name in names)
    async with EarthEngineClient(engine.project, base_url=engine.url) as client:
        await client.export_image(ExportImageRequest.from_json(body))
        WAYS[way](folded(code) if is_folded else code, Address(engine.project, engine.url), tmp_path)
        for name in names:
            await finished(client, name)
    folder = engine.data_dir / ("drive" if destination == "drive" else "gcs")
    of_body, of_code = (written(folder, name) for name in names)
    assert of_code == of_body
    assert len(of_body) == files
    assert names_below(tmp_path).isdisjoint({"broken"})
