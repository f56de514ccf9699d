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
_DRIVE = "fileExportOptions.driveDestination"
_ASSET = "assetExportOptions"
_NAME = "assetExportOptions.earthEngineDestination.name"
_NODE = "expression.values.0"

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

_BAD_IN_ASSET: dict[str, tuple[dict[str, Any], str, str]] = {
    # What has no place in the message.
    "unknown member": ({"pyramidPolicy": "MEAN"}, "pyramidPolicy", "unknown-member"),
    "snake case": ({"max_pixels": "1"}, "max_pixels", "unknown-member"),
    "argument of the client": ({"crs": "EPSG:4326"}, "crs", "unknown-member"),
    "unknown member of the grid": ({"grid.scale": 30}, "grid.scale", "unknown-member"),
    "unknown member of the size": ({"grid.dimensions.depth": 1}, "grid.dimensions.depth", "unknown-member"),
    "unknown member of a destination": (
        {f"{_ASSET}.earthEngineDestination.assetId": "a"},
        f"{_ASSET}.earthEngineDestination.assetId",
        "unknown-member",
    ),
    "destination of an older version": (
        {"fileExportOptions": {"gcsDestination": {}}, _ASSET: DELETE},
        "fileExportOptions.gcsDestination",
        "unknown-member",
    ),
    "unknown member of a wrapped number": (
        {"maxPixels": {"value": "1", "unit": "px"}},
        "maxPixels.unit",
        "unknown-member",
    ),
    "unknown member of the expression": ({"expression.version": 1}, "expression.version", "unknown-member"),
    # Members that contradict each other.
    "two kinds of options": (
        {"fileExportOptions": {"fileFormat": "GEO_TIFF", "driveDestination": {}}},
        "fileExportOptions",
        "contradiction",
    ),
    "two destinations": (
        {
            _ASSET: DELETE,
            "fileExportOptions": {
                "fileFormat": "GEO_TIFF",
                "driveDestination": {},
                "cloudStorageDestination": {"bucket": "abc"},
            },
        },
        "fileExportOptions",
        "contradiction",
    ),
    "code and wkt": ({"grid.crsWkt": WGS_84}, "grid.crsWkt", "contradiction"),
    # Wrong types.
    "expression as text": ({"expression": "{}"}, "expression", "wrong-type"),
    "expression as list": ({"expression": []}, "expression", "wrong-type"),
    "description as number": ({"description": 5}, "description", "wrong-type"),
    "pixels as text with an exponent": ({"maxPixels": "1e9"}, "maxPixels", "wrong-type"),
    "pixels with leading zeros": ({"maxPixels": "007"}, "maxPixels", "wrong-type"),
    "pixels with a fraction": ({"maxPixels": 0.5}, "maxPixels", "wrong-type"),
    "pixels as truth": ({"maxPixels": True}, "maxPixels", "wrong-type"),
    "pixels of 20 digits": ({"maxPixels": str(10**19)}, "maxPixels", "wrong-type"),
    "empty wrapper": ({"priority": {}}, "priority", "wrong-type"),
    "priority as text": ({"priority": "100"}, "priority", "wrong-type"),
    "priority not finite": ({"priority": float("inf")}, "priority", "wrong-type"),
    "grid as list": ({"grid": [30, 0, 0, 0, -30, 0]}, "grid", "wrong-type"),
    "width as text": ({"grid.dimensions.width": "1024"}, "grid.dimensions.width", "wrong-type"),
    "scale as text": ({"grid.affineTransform.scaleX": "30"}, "grid.affineTransform.scaleX", "wrong-type"),
    "scale not a number": ({"grid.affineTransform.scaleX": "NaN"}, "grid.affineTransform.scaleX", "wrong-type"),
    "transform as list": ({"grid.affineTransform": [30, 0, 0, 0, -30, 0]}, "grid.affineTransform", "wrong-type"),
    "options as text": ({_ASSET: "projects/p/assets/a"}, _ASSET, "wrong-type"),
    "name as number": ({_NAME: 5}, _NAME, "wrong-type"),
    "overwrite as text": (
        {f"{_ASSET}.earthEngineDestination.overwrite": "true"},
        f"{_ASSET}.earthEngineDestination.overwrite",
        "wrong-type",
    ),
    "policy in lower case": ({f"{_ASSET}.pyramidingPolicy": "mean"}, f"{_ASSET}.pyramidingPolicy", "unknown-value"),
    "policy as number": ({f"{_ASSET}.pyramidingPolicy": 1}, f"{_ASSET}.pyramidingPolicy", "wrong-type"),
    "policy of one band": (
        {f"{_ASSET}.pyramidingPolicyOverrides.B2": "NEAREST"},
        f"{_ASSET}.pyramidingPolicyOverrides.B2",
        "unknown-value",
    ),
    "overrides as list": (
        {f"{_ASSET}.pyramidingPolicyOverrides": []},
        f"{_ASSET}.pyramidingPolicyOverrides",
        "wrong-type",
    ),
    "half a character": ({"description": "\ud800"}, "description", "wrong-type"),
    # Values that the service would refuse.
    "no pixels allowed": ({"maxPixels": "0"}, "maxPixels", "out-of-range"),
    "negative pixels allowed": ({"maxPixels": -5}, "maxPixels", "out-of-range"),
    "priority too high": ({"priority": 12000}, "priority", "out-of-range"),
    "priority below zero": ({"priority": {"value": -1}}, "priority", "out-of-range"),
    "no width": ({"grid.dimensions.width": 0}, "grid.dimensions.width", "out-of-range"),
    "width beyond 32 bits": ({"grid.dimensions.width": 2**31}, "grid.dimensions.width", "out-of-range"),
    "height missing": ({"grid.dimensions.height": DELETE}, "grid.dimensions.height", "grid-incomplete"),
    "crs without authority": ({"grid.crsCode": "32610"}, "grid.crsCode", "crs-code"),
    "proj string": ({"grid.crsCode": "+proj=utm +zone=10"}, "grid.crsCode", "crs-code"),
    "empty crs": ({"grid.crsCode": ""}, "grid.crsCode", "crs-code"),
    "wkt that is none": ({"grid.crsCode": DELETE, "grid.crsWkt": "EPSG:4326"}, "grid.crsWkt", "crs-wkt"),
    "request id with a space": ({"requestId": "my id"}, "requestId", "request-id-characters"),
    "request id with an underscore": ({"requestId": "my_id"}, "requestId", "request-id-characters"),
    "request id with a line break": ({"requestId": "my-id\n"}, "requestId", "request-id-characters"),
    "request id too long": ({"requestId": "a" * 61}, "requestId", "request-id-too-long"),
    "request id empty": ({"requestId": ""}, "requestId", "request-id-empty"),
    "description with a space": ({"description": "my export"}, "description", "description-characters"),
    "description with an accent": ({"description": "forêt"}, "description", "description-characters"),
    "description too long": ({"description": "d" * 101}, "description", "description-too-long"),
    "tag with a space": ({"workloadTag": "a b"}, "workloadTag", "workload-tag-characters"),
    "tag with a hyphen at the end": ({"workloadTag": "a-"}, "workloadTag", "workload-tag-ends"),
    "tag too long": ({"workloadTag": "a" * 64}, "workloadTag", "workload-tag-too-long"),
    "tag empty": ({"workloadTag": ""}, "workloadTag", "workload-tag-empty"),
    "name missing": ({_NAME: DELETE}, _NAME, "asset-name-empty"),
    "name empty": ({_NAME: ""}, _NAME, "asset-name-empty"),
    "name not full": ({_NAME: "scene"}, _NAME, "asset-name-not-full"),
    "name of a user": ({_NAME: "users/someone/scene"}, _NAME, "asset-name-not-full"),
    "name with a space": ({_NAME: "projects/demo-project/assets/my scene"}, _NAME, "asset-name-characters"),
    "name with a dot": ({_NAME: "projects/demo-project/assets/scene.tif"}, _NAME, "asset-name-characters"),
    "name with an empty part": ({_NAME: "projects/demo-project/assets/a//b"}, _NAME, "asset-name-empty-part"),
    "name with a slash at the end": ({_NAME: "projects/demo-project/assets/a/"}, _NAME, "asset-name-empty-part"),
    "name of the root": ({_NAME: "projects/demo-project/assets"}, _NAME, "asset-name-empty-part"),
    "name too deep": ({_NAME: "projects/demo-project/assets/a/b/c/d/e/f/g/h/i/j/k"}, _NAME, "asset-name-too-deep"),
    "name of a wrong project": ({_NAME: "projects/Demo Project/assets/a"}, _NAME, "asset-name-project"),
    "no destination": ({_ASSET: DELETE}, _ASSET, "destination-missing"),
    "no asset": ({f"{_ASSET}.earthEngineDestination": DELETE}, _ASSET, "destination-missing"),
    "default among the bands": (
        {f"{_ASSET}/pyramidingPolicyOverrides/.default": "MODE"},
        f"{_ASSET}.pyramidingPolicyOverrides..default",
        "override-default",
    ),
    "band without a name": (
        {f"{_ASSET}/pyramidingPolicyOverrides/": "MODE"},
        f"{_ASSET}.pyramidingPolicyOverrides",
        "band-empty",
    ),
    "asset tiles without a side": ({f"{_ASSET}.tileSize": 0}, f"{_ASSET}.tileSize", "out-of-range"),
    "no workers": ({"maxWorkers": 0}, "maxWorkers", "out-of-range"),
    # Expressions that make no sense.
    "no expression": ({"expression": DELETE}, "expression", "expression-missing"),
    "empty expression": ({"expression": {}}, "expression.values", "expression-without-values"),
    "no values": ({"expression.values": {}}, "expression.values", "expression-without-values"),
    "no result": ({"expression.result": DELETE}, "expression.result", "expression-without-result"),
    "result as number": ({"expression.result": 0}, "expression.result", "expression-without-result"),
    "empty value": ({_NODE: {}}, _NODE, "expression-node"),
    "value as text": ({_NODE: "x"}, _NODE, "expression-node"),
    "two kinds at once": ({_NODE: {"constantValue": 1, "integerValue": "1"}}, _NODE, "expression-node"),
    "unknown kind of value": ({_NODE: {"stringValue": "x"}}, f"{_NODE}.stringValue", "unknown-member"),
    "integer as number": ({_NODE: {"integerValue": 1}}, _NODE, "expression-node"),
    "bytes not in base64": ({_NODE: {"bytesValue": "a"}}, _NODE, "expression-node"),
    "array without a list": ({_NODE: {"arrayValue": {"values": {}}}}, _NODE, "expression-node"),
    "array with another member": ({_NODE: {"arrayValue": {"value": []}}}, _NODE, "expression-node"),
    "dictionary without an object": ({_NODE: {"dictionaryValue": {"values": []}}}, _NODE, "expression-node"),
    "reference as number": ({_NODE: {"valueReference": 0}}, _NODE, "expression-dangling-reference"),
    "argument without a name": ({_NODE: {"argumentReference": ""}}, _NODE, "expression-node"),
    "definition without a body": (
        {_NODE: {"functionDefinitionValue": {"argumentNames": []}}},
        _NODE,
        "expression-dangling-reference",
    ),
    "definition with numbers": (
        {_NODE: {"functionDefinitionValue": {"argumentNames": [1], "body": "0"}}},
        _NODE,
        "expression-node",
    ),
    "definition with another member": (
        {_NODE: {"functionDefinitionValue": {"name": "f", "body": "0"}}},
        _NODE,
        "expression-node",
    ),
    "call of nothing": ({_NODE: {"functionInvocationValue": {"arguments": {}}}}, _NODE, "expression-node"),
    "call of two": (
        {_NODE: {"functionInvocationValue": {"functionName": "f", "functionReference": "0"}}},
        _NODE,
        "expression-node",
    ),
    "call with another member": (
        {_NODE: {"functionInvocationValue": {"functionName": "f", "args": {}}}},
        _NODE,
        "expression-node",
    ),
    "call without a name": ({_NODE: {"functionInvocationValue": {"functionName": ""}}}, _NODE, "expression-node"),
    "call with a list": (
        {_NODE: {"functionInvocationValue": {"functionName": "f", "arguments": []}}},
        _NODE,
        "expression-node",
    ),
}

_BAD_IN_CLOUD: dict[str, tuple[dict[str, Any], str, str]] = {
    "bucket missing": ({f"{_CLOUD}.bucket": DELETE}, f"{_CLOUD}.bucket", "bucket-empty"),
    "bucket empty": ({f"{_CLOUD}.bucket": ""}, f"{_CLOUD}.bucket", "bucket-empty"),
    "bucket as address": ({f"{_CLOUD}.bucket": "gs://demo-bucket"}, f"{_CLOUD}.bucket", "bucket-is-address"),
    "bucket in upper case": ({f"{_CLOUD}.bucket": "Demo"}, f"{_CLOUD}.bucket", "bucket-characters"),
    "bucket too short": ({f"{_CLOUD}.bucket": "ab"}, f"{_CLOUD}.bucket", "bucket-length"),
    "bucket too long": ({f"{_CLOUD}.bucket": "a" * 64}, f"{_CLOUD}.bucket", "bucket-length"),
    "bucket with a hyphen at the end": ({f"{_CLOUD}.bucket": "demo-"}, f"{_CLOUD}.bucket", "bucket-ends"),
    "bucket as ip address": ({f"{_CLOUD}.bucket": "192.168.5.4"}, f"{_CLOUD}.bucket", "bucket-dots"),
    "bucket with two dots": ({f"{_CLOUD}.bucket": "a..b"}, f"{_CLOUD}.bucket", "bucket-dots"),
    "bucket with a dot beside a hyphen": ({f"{_CLOUD}.bucket": "a.-b"}, f"{_CLOUD}.bucket", "bucket-dots"),
    "bucket of goog": ({f"{_CLOUD}.bucket": "goog-demo"}, f"{_CLOUD}.bucket", "bucket-reserved"),
    "bucket with google": ({f"{_CLOUD}.bucket": "my-g00gle"}, f"{_CLOUD}.bucket", "bucket-reserved"),
    "prefix with a line break": ({f"{_CLOUD}.filenamePrefix": "a\nb"}, f"{_CLOUD}.filenamePrefix", "prefix-line-break"),
    "prefix too long": ({f"{_CLOUD}.filenamePrefix": "a" * 1025}, f"{_CLOUD}.filenamePrefix", "prefix-too-long"),
    "permissions unknown": ({f"{_CLOUD}.permissions": "PRIVATE"}, f"{_CLOUD}.permissions", "unknown-value"),
    "cors as text": ({f"{_CLOUD}.bucketCorsUris": "https://example.org"}, f"{_CLOUD}.bucketCorsUris", "wrong-type"),
    "cors with an empty entry": ({f"{_CLOUD}.bucketCorsUris": [""]}, f"{_CLOUD}.bucketCorsUris", "cors-uri-empty"),
    "no destination of files": ({_CLOUD: DELETE}, "fileExportOptions", "destination-missing"),
    "no format": ({"fileExportOptions.fileFormat": DELETE}, "fileExportOptions.fileFormat", "format-missing"),
    "format not specified": (
        {"fileExportOptions.fileFormat": "IMAGE_FILE_FORMAT_UNSPECIFIED"},
        "fileExportOptions.fileFormat",
        "format-missing",
    ),
    "format for pictures": (
        {"fileExportOptions.fileFormat": "PNG", _GEO_TIFF: DELETE},
        "fileExportOptions.fileFormat",
        "format-not-for-exports",
    ),
    "format of the client": (
        {"fileExportOptions.fileFormat": "GeoTIFF"},
        "fileExportOptions.fileFormat",
        "unknown-value",
    ),
    "options of another format": ({"fileExportOptions.fileFormat": "TF_RECORD_IMAGE"}, _GEO_TIFF, "format-mismatch"),
    "options of two formats": ({_TF_RECORD: {}}, _TF_RECORD, "contradiction"),
    "file not a multiple of 256": (
        {f"{_GEO_TIFF}.tileSize": DELETE, f"{_GEO_TIFF}.tileDimensions.width": 1000},
        f"{_GEO_TIFF}.tileDimensions.width",
        "not-a-multiple",
    ),
    "file too wide": (
        {f"{_GEO_TIFF}.tileDimensions.width": 131328},
        f"{_GEO_TIFF}.tileDimensions.width",
        "file-too-long",
    ),
    "file without a height": (
        {f"{_GEO_TIFF}.tileDimensions.height": DELETE},
        f"{_GEO_TIFF}.tileDimensions.height",
        "missing-member",
    ),
    "file of no height": (
        {f"{_GEO_TIFF}.tileDimensions.height": 0},
        f"{_GEO_TIFF}.tileDimensions.height",
        "out-of-range",
    ),
    "tiles without a side": ({f"{_GEO_TIFF}.tileSize": {"value": 0}}, f"{_GEO_TIFF}.tileSize", "out-of-range"),
    "no-data as whole number": (
        {f"{_GEO_TIFF}.noData": {"integerValue": "5"}},
        f"{_GEO_TIFF}.noData",
        "no-data-not-float",
    ),
    "no-data empty": ({f"{_GEO_TIFF}.noData": {}}, f"{_GEO_TIFF}.noData", "no-data-not-float"),
    "no-data twice": ({f"{_GEO_TIFF}.noData.integerValue": "5"}, f"{_GEO_TIFF}.noData.integerValue", "contradiction"),
    "no-data as number": ({f"{_GEO_TIFF}.noData": -9999}, f"{_GEO_TIFF}.noData", "wrong-type"),
    "no-data as other text": (
        {f"{_GEO_TIFF}.noData.floatValue": "nan"},
        f"{_GEO_TIFF}.noData.floatValue",
        "wrong-type",
    ),
    "metadata key empty": ({f"{_GEO_TIFF}.metadataKeys": ["a", ""]}, f"{_GEO_TIFF}.metadataKeys", "metadata-key-empty"),
    "resampling unknown": (
        {f"{_GEO_TIFF}.pyramidOptions": {"resamplingMethod": "MEAN"}},
        f"{_GEO_TIFF}.pyramidOptions.resamplingMethod",
        "unknown-value",
    ),
    "cloud-optimised as number": ({f"{_GEO_TIFF}.cloudOptimized": 1}, f"{_GEO_TIFF}.cloudOptimized", "wrong-type"),
}

_BAD_IN_DRIVE: dict[str, tuple[dict[str, Any], str, str]] = {
    "folder as list": ({f"{_DRIVE}.folder": ["a"]}, f"{_DRIVE}.folder", "wrong-type"),
    "drive prefix with a line break": (
        {f"{_DRIVE}.filenamePrefix": "a\r"},
        f"{_DRIVE}.filenamePrefix",
        "prefix-line-break",
    ),
    "patch without a width": (
        {f"{_TF_RECORD}.tileDimensions.width": 0},
        f"{_TF_RECORD}.tileDimensions.width",
        "out-of-range",
    ),
    "margin of nothing": (
        {f"{_TF_RECORD}.marginDimensions.height": 0},
        f"{_TF_RECORD}.marginDimensions.height",
        "out-of-range",
    ),
    "file of no bytes": ({f"{_TF_RECORD}.maxSizeBytes": "0"}, f"{_TF_RECORD}.maxSizeBytes", "out-of-range"),
    "ratio above one": ({f"{_TF_RECORD}.maxMaskedRatio": 1.5}, f"{_TF_RECORD}.maxMaskedRatio", "out-of-range"),
    "ratio not a number": ({f"{_TF_RECORD}.maxMaskedRatio": "NaN"}, f"{_TF_RECORD}.maxMaskedRatio", "out-of-range"),
    "depth of nothing": (
        {f"{_TF_RECORD}.tensorDepths.spectrum": 0},
        f"{_TF_RECORD}.tensorDepths.spectrum",
        "out-of-range",
    ),
    "depth without a band": (
        {"fileExportOptions/tfRecordOptions/tensorDepths/": 1},
        f"{_TF_RECORD}.tensorDepths",
        "band-empty",
    ),
    "depths as list": ({f"{_TF_RECORD}.tensorDepths": [12]}, f"{_TF_RECORD}.tensorDepths", "wrong-type"),
    "compress as text": ({f"{_TF_RECORD}.compress": "yes"}, f"{_TF_RECORD}.compress", "wrong-type"),
    "record options for tiff": ({"fileExportOptions.fileFormat": "GEO_TIFF"}, _TF_RECORD, "format-mismatch"),
}

_BEYOND_THE_SCHEMA: dict[str, tuple[Body, str, str]] = {
    "more pixels than allowed": (changed(ASSET, {"maxPixels": "1000"}), "maxPixels", "too-many-pixels"),
    "more pixels than the default allows": (
        changed(ASSET, {"maxPixels": DELETE, "grid.dimensions": {"width": 20_000, "height": 20_000}}),
        "maxPixels",
        "too-many-pixels",
    ),
    "more pixels than anybody may": (
        changed(ASSET, {"maxPixels": str(2**62), "grid.dimensions": {"width": 10**7, "height": 10**7}}),
        "grid.dimensions",
        "pixels-above-ceiling",
    ),
    "no grid": (changed(ASSET, {"grid": DELETE}), "grid", "grid-missing"),
    "grid without a size": (changed(ASSET, {"grid.dimensions": DELETE}), "grid.dimensions", "grid-incomplete"),
    "grid without a transform": (
        changed(ASSET, {"grid.affineTransform": DELETE}),
        "grid.affineTransform",
        "grid-incomplete",
    ),
    "grid without a crs": (changed(ASSET, {"grid.crsCode": DELETE}), "grid.crsCode", "grid-incomplete"),
    "pixels without a width": (
        changed(ASSET, {"grid.affineTransform.scaleX": 0}),
        "grid.affineTransform.scaleX",
        "pixel-size-zero",
    ),
    "pixels by shear alone": (
        changed(ASSET, {"grid.affineTransform": {"shearX": 30, "shearY": 30}}),
        "grid.affineTransform.scaleX",
        "pixel-size-zero",
    ),
    "pixels without an area": (
        changed(ASSET, {"grid.affineTransform": {"scaleX": 30, "shearX": 30, "shearY": 30, "scaleY": 30}}),
        "grid.affineTransform",
        "not-invertible",
    ),
    "code of no crs": (changed(ASSET, {"grid.crsCode": "EPSG:99999"}), "grid.crsCode", "unknown-crs"),
    "result not among the values": (
        changed(ASSET, {"expression.result": "7"}),
        "expression.result",
        "expression-dangling-reference",
    ),
    "dangling reference": (changed(ASSET, {_NODE: {"valueReference": "7"}}), _NODE, "expression-dangling-reference"),
    "dangling function": (
        changed(ASSET, {_NODE: {"functionInvocationValue": {"functionReference": "7"}}}),
        _NODE,
        "expression-dangling-reference",
    ),
    "dangling body": (
        changed(ASSET, {_NODE: {"functionDefinitionValue": {"body": "7"}}}),
        _NODE,
        "expression-dangling-reference",
    ),
    "value that needs itself": (changed(ASSET, {_NODE: {"valueReference": "0"}}), _NODE, "expression-circle"),
    "two values that need each other": (
        changed(
            ASSET,
            {
                _NODE: {"valueReference": "1"},
                "expression.values.1": {"arrayValue": {"values": [{"valueReference": "0"}]}},
            },
        ),
        _NODE,
        "expression-circle",
    ),
    "nested too deep": (changed(ASSET, {"expression": calls(51)}), _NODE, "expression-too-deep"),
    "not a number in the expression": (
        changed(ASSET, {_NODE: {"constantValue": float("nan")}}),
        "expression",
        "expression-not-json",
    ),
    "object in the expression": (
        changed(ASSET, {_NODE: {"constantValue": object}}),
        "expression",
        "expression-not-json",
    ),
    "body too large": (changed(ASSET, {_NODE: {"constantValue": "x" * 10_485_760}}), "expression", "body-too-large"),
    "tag in upper case": (changed(ASSET, {"workloadTag": "Landcover"}), "workloadTag", "workload-tag-characters"),
    "legacy name too short": (
        changed(ASSET, {_NAME: "projects/earthengine-legacy/assets/users/a"}),
        _NAME,
        "asset-name-too-short",
    ),
    "file not a multiple of its tiles": (
        changed(CLOUD, {f"{_GEO_TIFF}.tileSize": 1008}),
        f"{_GEO_TIFF}.tileDimensions.width",
        "not-a-multiple",
    ),
    "part of a bucket too long": (
        changed(CLOUD, {f"{_CLOUD}.bucket": f"{'a' * 64}.b"}),
        f"{_CLOUD}.bucket",
        "bucket-length",
    ),
    "prefix too long with its extension": (
        changed(CLOUD, {f"{_CLOUD}.filenamePrefix": "é" * 511}),
        f"{_CLOUD}.filenamePrefix",
        "prefix-too-long",
    ),
}

BAD: dict[str, tuple[Body, str, str]] = {
    name: (changed(body, changes), field, code)
    for body, cases in ((ASSET, _BAD_IN_ASSET), (CLOUD, _BAD_IN_CLOUD), (DRIVE, _BAD_IN_DRIVE))
    for name, (changes, field, code) in cases.items()
}
"""Bodies that the schema refuses: body, field and code of the problem that says why."""

BAD_BEYOND_THE_SCHEMA = _BEYOND_THE_SCHEMA
"""Bodies that the schema takes, against rules that it cannot express."""


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
