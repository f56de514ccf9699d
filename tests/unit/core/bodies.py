"""Bodies of image:export, written out from the REST contract: what is good, and what is wrong where."""

from __future__ import annotations

import copy
import json
from functools import cache
from importlib.resources import files
from typing import Any

from tests.validation import jsonschema

Body = dict[str, Any]

DELETE = object()

EXPRESSION: Body = {
    "result": "0",
    "values": {
        "0": {
            "functionInvocationValue": {
                "functionName": "Image.load",
                "arguments": {"id": {"constantValue": "projects/demo-project/assets/scene"}},
            }
        }
    },
}

GRID: Body = {
    "dimensions": {"width": 1024, "height": 1536},
    "affineTransform": {
        "scaleX": 30,
        "shearX": 0,
        "translateX": 500010,
        "shearY": 0,
        "scaleY": -30,
        "translateY": 4200000,
    },
    "crsCode": "EPSG:32610",
}

_COMMON: Body = {
    "expression": EXPRESSION,
    "description": "scene_2020_export",
    "maxPixels": "5000000",
    "grid": GRID,
    "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "workloadTag": "landcover-2020",
}

ASSET: Body = _COMMON | {
    "assetExportOptions": {
        "earthEngineDestination": {"name": "projects/demo-project/assets/out/scene_2020"},
        "pyramidingPolicy": "MEAN",
        "pyramidingPolicyOverrides": {"QA_PIXEL": "SAMPLE", "landcover": "MODE"},
    }
}
"""The first worked body of the contract."""

CLOUD: Body = _COMMON | {
    "fileExportOptions": {
        "fileFormat": "GEO_TIFF",
        "cloudStorageDestination": {"bucket": "demo-bucket", "filenamePrefix": "exports/scene_2020"},
        "geoTiffOptions": {
            "cloudOptimized": True,
            "tileDimensions": {"width": 16384, "height": 16384},
            "tileSize": 256,
            "noData": {"floatValue": -9999},
        },
    }
}
"""The second worked body of the contract, with the members that it leaves out."""

DRIVE: Body = _COMMON | {
    "fileExportOptions": {
        "fileFormat": "TF_RECORD_IMAGE",
        "driveDestination": {"folder": "exports", "filenamePrefix": "scene_2020"},
        "tfRecordOptions": {
            "tileDimensions": {"width": 256, "height": 256},
            "marginDimensions": {"width": 8, "height": 8},
            "compress": True,
            "maxSizeBytes": "1073741824",
            "defaultValue": 0.5,
            "tensorDepths": {"spectrum": 12},
            "collapseBands": False,
            "maxMaskedRatio": 0.5,
        },
    }
}


def changed(body: Body, changes: dict[str, Any]) -> Body:
    """Copy a body and set members by their dotted paths; DELETE removes one. ``/`` parts where a name has dots."""
    result = copy.deepcopy(body)
    for path, value in changes.items():
        *parents, name = path.split("/" if "/" in path else ".")
        target = result
        for parent in parents:
            target = target.setdefault(parent, {})
        if value is DELETE:
            del target[name]
        else:
            target[name] = value
    return result


def calls(depth: int) -> Body:
    """Nest calls inside each other."""
    node: Body = {"constantValue": 1}
    for _ in range(depth - 1):
        node = {"functionInvocationValue": {"functionName": "Image.sqrt", "arguments": {"value": node}}}
    return {"result": "0", "values": {"0": node}}


_GEO_TIFF = "fileExportOptions.geoTiffOptions"
_TF_RECORD = "fileExportOptions.tfRecordOptions"
_CLOUD = "fileExportOptions.cloudStorageDestination"
_ASSET = "assetExportOptions"
_NAME = "assetExportOptions.earthEngineDestination.name"

WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)

EVERYTHING: Body = {
    "values": {
        "a": {"constantValue": None},
        "b": {"integerValue": "9007199254740993"},
        "c": {"bytesValue": "AAECAw=="},
        "d": {"arrayValue": {"values": [{"valueReference": "a"}, {"constantValue": [1, {"x": None}]}]}},
        "e": {"dictionaryValue": {"values": {"k": {"valueReference": "b"}}}},
        "f": {"functionDefinitionValue": {"argumentNames": ["x"], "body": "g"}},
        "g": {
            "functionInvocationValue": {"functionName": "Image.abs", "arguments": {"value": {"argumentReference": "x"}}}
        },
        "h": {"functionInvocationValue": {"functionReference": "f", "arguments": {"x": {"valueReference": "d"}}}},
    },
    "result": "h",
}

GOOD: dict[str, Body] = {
    "worked asset": ASSET,
    "worked cloud storage": CLOUD,
    "drive tfrecord": DRIVE,
    "least asset": {"expression": EXPRESSION, _ASSET: {"earthEngineDestination": {"name": "projects/p/assets/x"}}},
    "least drive": {"expression": EXPRESSION, "fileExportOptions": {"fileFormat": "GEO_TIFF", "driveDestination": {}}},
    "wrapped numbers, as Python sends": changed(
        ASSET,
        {
            "maxPixels": {"value": "10000000"},
            "priority": {"value": 100},
            "maxWorkers": {"value": 5},
            f"{_ASSET}.tileSize": {"value": 256},
        },
    ),
    "wrapped options, as Python sends": changed(CLOUD, {f"{_GEO_TIFF}.tileSize": {"value": 512}}),
    "wrapped record options, as Python sends": changed(
        DRIVE, {f"{_TF_RECORD}.maxSizeBytes": {"value": "1073741824"}, f"{_TF_RECORD}.maxMaskedRatio": {"value": 0.5}}
    ),
    "bare numbers, as JavaScript sends": changed(
        ASSET, {"maxPixels": "10000000", "priority": 100, "maxWorkers": 5, f"{_ASSET}.tileSize": 256}
    ),
    "64-bit number as a number": changed(ASSET, {"maxPixels": 10_000_000_000}),
    "whole number with a fraction": changed(
        ASSET, {"maxPixels": 1e9, "priority": 100.0, "grid.dimensions.width": 1024.0}
    ),
    "nulls, as JavaScript sends": changed(
        ASSET, {"grid": None, "workloadTag": None, "fileExportOptions": None, f"{_ASSET}.tileSize": None}
    ),
    "policy not specified, as JavaScript sends": changed(
        ASSET,
        {
            f"{_ASSET}.pyramidingPolicy": "PYRAMIDING_POLICY_UNSPECIFIED",
            f"{_ASSET}.pyramidingPolicyOverrides.QA_PIXEL": "PYRAMIDING_POLICY_UNSPECIFIED",
        },
    ),
    "empty texts, as JavaScript sends": changed(CLOUD, {"description": "", f"{_CLOUD}.filenamePrefix": ""}),
    "overwrite false, as Python sends": changed(ASSET, {f"{_ASSET}.earthEngineDestination.overwrite": False}),
    "overwrite true": changed(ASSET, {f"{_ASSET}.earthEngineDestination.overwrite": True}),
    "median": changed(ASSET, {f"{_ASSET}.pyramidingPolicy": "MEDIAN"}),
    "no overrides": changed(ASSET, {f"{_ASSET}.pyramidingPolicyOverrides": {}}),
    "band with a dot": changed(ASSET, {f"{_ASSET}/pyramidingPolicyOverrides/a.b": "MAX"}),
    "wkt": changed(ASSET, {"grid.crsCode": DELETE, "grid.crsWkt": WGS_84}),
    "service's own crs": changed(ASSET, {"grid.crsCode": "SR-ORG:6974"}),
    "grid without shears": changed(
        ASSET, {"grid.affineTransform.shearX": DELETE, "grid.affineTransform.shearY": DELETE}
    ),
    "rotated grid": changed(ASSET, {"grid.affineTransform.shearX": 12.5, "grid.affineTransform.shearY": 12.5}),
    "grid with a transform alone": changed(ASSET, {"grid": {"affineTransform": {"scaleX": 0.1, "scaleY": -0.1}}}),
    "grid with a size alone": changed(ASSET, {"grid": {"dimensions": {"width": 3, "height": 4}}}),
    "empty grid": changed(ASSET, {"grid": {}}),
    "every kind of value": changed(ASSET, {"expression": EVERYTHING}),
    "deep expression": changed(ASSET, {"expression": calls(50)}),
    "ten segments": changed(ASSET, {_NAME: "projects/demo-project/assets/a/b/c/d/e/f/g/h/i/j"}),
    "project with a domain": changed(ASSET, {_NAME: "projects/example.com:demo-1/assets/a"}),
    "legacy name": changed(ASSET, {_NAME: "projects/earthengine-legacy/assets/users/someone/a"}),
    "members of newer clients": changed(
        CLOUD,
        {f"{_GEO_TIFF}.metadataKeys": ["a", "b"], f"{_GEO_TIFF}.pyramidOptions": {"resamplingMethod": "CUBIC_SPLINE"}},
    ),
    "special no-data": changed(CLOUD, {f"{_GEO_TIFF}.noData.floatValue": "NaN"}),
    "patches of one pixel": changed(
        DRIVE,
        {
            f"{_TF_RECORD}.tileDimensions": {"width": 1, "height": 1},
            f"{_TF_RECORD}.marginDimensions": {"width": 1, "height": 1},
            f"{_TF_RECORD}.tensorDepths": {"spectrum": 1},
            f"{_TF_RECORD}.maxSizeBytes": "1",
        },
    ),
    "grid of one pixel": changed(ASSET, {"grid.dimensions": {"width": 1, "height": 1}}),
    "special default": changed(DRIVE, {f"{_TF_RECORD}.defaultValue": "-Infinity"}),
    "bucket with everything": changed(
        CLOUD,
        {
            f"{_CLOUD}.permissions": "PUBLIC",
            f"{_CLOUD}.bucketCorsUris": ["https://example.org"],
            f"{_CLOUD}.bucket": "a.b-c_d.9",
        },
    ),
    "no options for the format": changed(CLOUD, {_GEO_TIFF: DELETE}),
    "empty options for the format": changed(CLOUD, {_GEO_TIFF: {}}),
    "longest texts": changed(
        ASSET, {"requestId": "a" * 60, "description": "d" * 100, "workloadTag": "t" * 63, "priority": 9999}
    ),
    "shortest texts": changed(ASSET, {"requestId": "-", "workloadTag": "0", "priority": 0, "maxPixels": "5000001"}),
}
"""Bodies that the schema of the service takes."""


@cache
def schema_of(name: str) -> jsonschema.Draft202012Validator:
    """Give the validator of one message of the shipped schema."""
    path = files("ee_export_widget").joinpath("emulator/data/earth-engine-export-v1.schema.json")
    schema = json.loads(path.read_text("utf-8"))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def schema_takes(body: Body, name: str = "ExportImageRequest") -> bool:
    """Whether the schema takes a body, nulls outside the expression dropped as the service does."""
    expression = {"expression": body["expression"]} if body.get("expression") is not None else {}
    rest = {member: value for member, value in body.items() if member != "expression"}
    return bool(schema_of(name).is_valid(_without_nulls(rest) | expression))


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
