"""The unmodified official Python client works against the local Earth Engine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ee
import numpy as np
import pytest
import rasterio
from starlette.routing import Match

from ee_export_widget.emulator import LocalEarthEngine, create_app
from ee_export_widget.emulator.algorithms import ALGORITHMS, offered
from ee_export_widget.emulator.discovery import discovery_document
from tests.unit.emulator.support import SAMPLE, until
from tests.unit.emulator.test_emulator_export import source

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # The client looks for a list of retired assets on the internet, which tests cannot reach, and goes on without it.
    pytest.mark.filterwarnings("ignore:Unable to initialize deprecated assets:UserWarning"),
]

REGION = [-54.6, -25.5, -54.5, -25.4]


def run(task: Any) -> dict[str, Any]:  # noqa: ANN401 - ee has no types
    """Start a task, wait for its end and return its status."""
    task.start()
    until(lambda: not task.active())
    status: dict[str, Any] = task.status()
    return status


def test_information_about_an_image(scene: Any) -> None:  # noqa: ANN401
    """Band names, types, projection, scale, properties and date are read as from the service."""
    assert scene.bandNames().getInfo() == ["B2", "B3", "B4", "spectral_class"]
    info = scene.getInfo()
    assert info["id"] == SAMPLE
    assert info["bands"][0]["dimensions"] == [1024, 1024]
    assert scene.projection().nominalScale().getInfo() == 30
    assert scene.get("DATE_ACQUIRED").getInfo() == "2020-05-18"
    assert scene.date().format("YYYY").getInfo() == "2020"
    assert "credit" in scene.propertyNames().getInfo()


def test_computed_images(scene: Any) -> None:  # noqa: ANN401
    """Arithmetic, masks, formulas and reducers go through the client's own encoder."""
    ratio = scene.select("B4").add(scene.select("B3")).divide(2).rename("mean")
    assert ratio.bandNames().getInfo() == ["mean"]
    water = scene.updateMask(scene.select("spectral_class").eq(3)).select("B2")
    values = source("B2")[source("spectral_class") == 3]
    mean = water.reduceRegion(ee.Reducer.mean(), scene.geometry(), 30, maxPixels=1e8).getInfo()
    assert mean["B2"] == pytest.approx(values.mean(), rel=1e-3)
    index = scene.expression("(NIR - b('B3')) / (NIR + b('B3'))", {"NIR": scene.select("B4")})
    assert index.getInfo()["bands"][0]["data_type"]["precision"] == "float"
    assert ee.ImageCollection([scene, scene]).mosaic().bandNames().size().getInfo() == 4
    assert ee.List([1, 2]).map(lambda x: ee.Number(x).multiply(2)).getInfo() == [2, 4]


def test_small_windows_of_pixels(scene: Any) -> None:  # noqa: ANN401
    """ComputePixels and getPixels give arrays of the source's values."""
    grid = {
        "dimensions": {"width": 5, "height": 4},
        "affineTransform": {"scaleX": 30, "translateX": 735345, "scaleY": -30, "translateY": -2796795},
        "crsCode": "EPSG:32621",
    }
    request = {"expression": scene.select("B2"), "fileFormat": "NUMPY_NDARRAY", "grid": grid}
    np.testing.assert_array_equal(ee.data.computePixels(request)["B2"], source("B2")[:4, :5])
    request = {"assetId": SAMPLE, "fileFormat": "NUMPY_NDARRAY", "grid": grid, "bandIds": ["B3"]}
    np.testing.assert_array_equal(ee.data.getPixels(request)["B3"], source("B3")[:4, :5])


def test_maps_and_thumbnails(scene: Any) -> None:  # noqa: ANN401
    """Tiles and thumbnails are pictures."""
    style = {"bands": ["B4", "B3", "B2"], "min": 5000, "max": 15000}
    fetcher = scene.getMapId(style)["tile_fetcher"]
    assert fetcher.fetch_tile(356, 586, 10).startswith(b"\x89PNG")
    thumbnail = ee.data.getThumbId({"image": scene.visualize(**style), "format": "png", "dimensions": "64x64"})
    assert thumbnail["thumbid"]


def test_assets(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401, ARG001
    """Assets are read, folders made, listed and deleted."""
    assert ee.data.getAsset(SAMPLE)["type"] == "IMAGE"
    folder = "projects/local-demo/assets/made_by_client"
    ee.data.createFolder(folder)
    listed = [asset["name"] for asset in ee.data.listAssets("projects/local-demo/assets")["assets"]]
    assert folder in listed
    ee.data.deleteAsset(folder)
    with pytest.raises(ee.EEException, match="does not exist or doesn't allow this operation"):
        ee.data.getAsset(folder)


def test_export_to_an_asset(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401
    """ToAsset with region, scale, CRS and policies writes the asset; without overwrite a second try fails."""
    name = "projects/local-demo/assets/exported"
    arguments = {
        "description": "to_asset",
        "assetId": name,
        "region": ee.Geometry.Rectangle(REGION),
        "scale": 30,
        "crs": "EPSG:32621",
        "pyramidingPolicy": {".default": "mean", "spectral_class": "mode"},
        "priority": 50,
    }
    assert run(ee.batch.Export.image.toAsset(scene, **arguments))["state"] == "COMPLETED"
    asset = ee.data.getAsset(name)
    assert [band["pyramidingPolicy"] for band in asset["bands"]] == ["MEAN", "MEAN", "MEAN", "MODE"]
    assert (official.data_dir / "assets/local-demo/exported/B4.tif").is_file()
    arguments["pyramidingPolicy"] = {".default": "mean"}
    status = run(ee.batch.Export.image.toAsset(scene, **arguments))
    assert (status["state"], status["error_message"]) == ("FAILED", f"Cannot overwrite asset '{name}'.")
    assert run(ee.batch.Export.image.toAsset(scene, overwrite=True, **arguments))["state"] == "COMPLETED"


def test_an_exact_grid_is_exact(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401
    """crs, crsTransform and dimensions give the source's pixels bit for bit."""
    task = ee.batch.Export.image.toDrive(
        scene.select("B.*"),
        description="exact",
        folder="client",
        crs="EPSG:32621",
        crsTransform=[30, 0, 738345, 0, -30, -2802795],
        dimensions="64x48",
    )
    assert run(task)["state"] == "COMPLETED"
    with rasterio.open(official.data_dir / "drive/client/exact.tif") as dataset:
        for index, band in enumerate(("B2", "B3", "B4"), start=1):
            np.testing.assert_array_equal(dataset.read(index), source(band)[200:248, 100:164])


@pytest.mark.parametrize(
    ("arguments", "width", "height"),
    [
        ({"region": REGION, "scale": 30, "crs": "EPSG:32621"}, 344, 377),
        ({"dimensions": 256}, 256, 256),
        ({"dimensions": "128x64"}, 128, 64),
        ({}, 1024, 1024),
        ({"scale": 60}, 513, 513),
    ],
    ids=str,
)
def test_spatial_arguments(
    official: LocalEarthEngine,
    scene: Any,  # noqa: ANN401
    arguments: dict[str, Any],
    width: int,
    height: int,
) -> None:
    """Region, scale and dimensions give grids of the expected size."""
    if "region" in arguments:
        arguments = arguments | {"region": ee.Geometry.Rectangle(arguments["region"], None, geodesic=False)}
    task = ee.batch.Export.image.toDrive(scene.select("B2"), description="spatial", folder="client", **arguments)
    assert run(task)["state"] == "COMPLETED"
    with rasterio.open(official.data_dir / "drive/client/spatial.tif") as dataset:
        assert abs(dataset.width - width) <= 1
        assert abs(dataset.height - height) <= 1


def test_export_to_cloud_storage_with_options(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401
    """File and format options arrive: split files, tile size, no-data value and layout."""
    task = ee.batch.Export.image.toCloudStorage(
        scene.select("B2"),
        description="split",
        bucket="demo-bucket",
        fileNamePrefix="a/split",
        fileDimensions=(512, 1024),
        shardSize=128,
        skipEmptyTiles=True,
        maxPixels=10**9,
        formatOptions={"cloudOptimized": True, "noData": 0},
    )
    assert run(task)["state"] == "COMPLETED"
    files = sorted(path.name for path in (official.data_dir / "gcs/demo-bucket/a").iterdir())
    assert files == ["split-0000000000-0000000000.tif", "split-0000000000-0000000512.tif"]
    with rasterio.open(official.data_dir / "gcs/demo-bucket/a" / files[1]) as dataset:
        assert dataset.profile["blockxsize"] == 128
        assert dataset.nodata == 0
        np.testing.assert_array_equal(dataset.read(1), source("B2")[:, 512:])


def test_export_as_tfrecord(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401
    """The client's TFRecord options give records and a mixer."""
    task = ee.batch.Export.image.toDrive(
        scene.select("B2"),
        description="records",
        folder="client",
        fileFormat="TFRecord",
        formatOptions={"patchDimensions": [256, 256], "kernelSize": [2, 2], "compressed": True},
    )
    assert run(task)["state"] == "COMPLETED"
    mixer = json.loads((official.data_dir / "drive/client/records-mixer.json").read_text())
    assert (mixer["patchesPerRow"], mixer["totalPatches"]) == (4, 16)


def test_tasks_are_listed_and_cancelled(official: LocalEarthEngine, scene: Any) -> None:  # noqa: ANN401, ARG001
    """Tasks appear in the lists and can be cancelled."""
    task = ee.batch.Export.image.toDrive(scene.select("B2"), description="cancelled")
    task.start()
    task.cancel()
    until(lambda: not task.active())
    assert task.status()["state"] == "CANCELLED"
    assert task.id in [each.id for each in ee.batch.Task.list()]
    operation = ee.data.listOperations()[0]
    assert operation["metadata"]["description"] == "cancelled"
    assert ee.data.getTaskStatus(["NOTHING"]) == [
        {"id": "NOTHING", "state": "UNKNOWN", "name": "projects/local-demo/operations/NOTHING"}
    ]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: ee.Image(f"{SAMPLE}_missing").getInfo(), "not found (does not exist or caller does not have access)"),
        (lambda: ee.Image(SAMPLE).select("B9").getInfo(), "Band pattern 'B9' did not match any bands"),
        (lambda: ee.Projection("+proj=utm").getInfo(), "The CRS of a map projection could not be parsed"),
    ],
    ids=["asset", "band", "crs"],
)
def test_mistakes_are_exceptions_of_the_client(official: LocalEarthEngine, make: Any, text: str) -> None:  # noqa: ANN401, ARG001
    """The service's texts arrive in the client's exception."""
    with pytest.raises(ee.EEException, match=re.escape(text)):
        make()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda _: ee.batch.Export.image.toDrive(ee.Image(1), "x"), "Unable to export unbounded image."),
        (lambda scene: ee.batch.Export.image.toDrive(scene, "x"), "Exported bands must have compatible data types"),
        (
            lambda scene: ee.batch.Export.image.toDrive(scene.select("B2"), "x", maxPixels=10),
            "Export too large: specified 1048576 pixels (max: 10)",
        ),
    ],
    ids=["unbounded", "types", "pixels"],
)
def test_failed_tasks_say_why(scene: Any, make: Any, text: str) -> None:  # noqa: ANN401
    """What cannot be exported ends as FAILED with the service's text."""
    status = run(make(scene))
    assert status["state"] == "FAILED"
    assert text in status["error_message"]


def test_what_is_not_computed_is_refused_by_name(scene: Any) -> None:  # noqa: ANN401
    """Calls of the service's other algorithms are built by the client as always, and refused by the emulator."""
    with pytest.raises(ee.EEException, match=r"Algorithm 'Kernel\.circle' is not known to the local Earth Engine"):
        scene.select("B2").reduceNeighborhood(ee.Reducer.mean(), ee.Kernel.circle(3)).getInfo()
    status = run(ee.batch.Export.image.toAsset(scene.toArray(), "array", "projects/local-demo/assets/array"))
    assert status["error_message"] == "Algorithm 'Image.toArray' is not known to the local Earth Engine."


def test_signatures_are_those_of_the_service() -> None:
    """Every algorithm that is offered has the arguments, types and result of the service's own list."""
    path = Path(ee.__file__).parent / "tests/algorithms.json"
    official = {
        entry["name"].removeprefix("algorithms/"): entry for entry in json.loads(path.read_text())["algorithms"]
    }

    def plain(text: str) -> str:
        return re.sub("<.*>", "", text)

    everything = offered()
    names = [algorithm.name for algorithm in everything]
    assert set(ALGORITHMS) <= set(names)
    assert len(names) == len(set(names))
    old = {name for name, entry in official.items() if entry.get("hidden") or entry.get("deprecated")}
    assert set(official) - old <= set(names)
    for algorithm in everything:
        name = algorithm.name
        entry = official[name]
        wanted = [
            (each["argumentName"], plain(each["type"]), each.get("optional", False))
            for each in entry.get("arguments", [])
        ]
        assert [(each.name, plain(each.type), each.optional) for each in algorithm.arguments] == wanted, name
        assert plain(algorithm.returns) == plain(entry["returnType"]), name


def test_every_described_method_is_answered(data_dir: Path) -> None:
    """Whatever the discovery document offers has a route."""
    app = create_app(data_dir)

    def walk(resources: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for resource in resources.values():
            yield from resource.get("methods", {}).values()
            yield from walk(resource.get("resources", {}))

    samples = {
        "assets": "projects/p/assets/a/b",
        "maps": "projects/p/maps/m",
        "operations": "projects/p/operations/O",
        "thumbnails": "projects/p/thumbnails/t",
        "config": "projects/p/config",
    }
    methods = list(walk(discovery_document("http://127.0.0.1")["resources"]))
    for method in methods:
        path = method["path"]
        for name, parameter in method["parameters"].items():
            if parameter["location"] == "path":
                kind = re.search(r"/(assets|maps|operations|thumbnails|config)", parameter.get("pattern", ""))
                value = samples[kind[1]] if kind else ("1" if "pattern" not in parameter else "projects/p")
                path = path.replace(f"{{+{name}}}", value).replace(f"{{{name}}}", value)
        scope = {"type": "http", "path": f"/{path}", "method": method["httpMethod"]}
        assert any(route.matches(scope)[0] is Match.FULL for route in app.routes), method["id"]
    assert "earthengine.projects.image.export" in {method["id"] for method in methods}
    app.state.engine.close()
