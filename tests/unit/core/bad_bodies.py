"""Bodies of image:export in which one thing is wrong: where, and what the package calls it."""

from __future__ import annotations

from typing import Any

from tests.unit.core.bodies import ASSET, CLOUD, DELETE, DRIVE, WGS_84, Body, calls, changed

_GEO_TIFF = "fileExportOptions.geoTiffOptions"
_TF_RECORD = "fileExportOptions.tfRecordOptions"
_CLOUD = "fileExportOptions.cloudStorageDestination"
_DRIVE = "fileExportOptions.driveDestination"
_ASSET = "assetExportOptions"
_NAME = "assetExportOptions.earthEngineDestination.name"
_NODE = "expression.values.0"

Bad = tuple[dict[str, Any], str, str]
"""What is changed in a good body, and field and code of the problem that is found."""


def _at(path: str, value: object, code: str) -> Bad:
    """Make one member wrong, which is where the problem is found."""
    return {path: value}, path, code


_BAD_IN_ASSET: dict[str, Bad] = {
    # What has no place in the message.
    "unknown member": _at("pyramidPolicy", "MEAN", "unknown-member"),
    "snake case": _at("max_pixels", "1", "unknown-member"),
    "argument of the client": _at("crs", "EPSG:4326", "unknown-member"),
    "unknown member of the grid": _at("grid.scale", 30, "unknown-member"),
    "unknown member of the size": _at("grid.dimensions.depth", 1, "unknown-member"),
    "unknown member of a destination": _at(f"{_ASSET}.earthEngineDestination.assetId", "a", "unknown-member"),
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
    "unknown member of the expression": _at("expression.version", 1, "unknown-member"),
    # Members that contradict each other.
    "two kinds of options": _at(
        "fileExportOptions", {"fileFormat": "GEO_TIFF", "driveDestination": {}}, "contradiction"
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
    "code and wkt": _at("grid.crsWkt", WGS_84, "contradiction"),
    # Wrong types.
    "expression as text": _at("expression", "{}", "wrong-type"),
    "expression as list": _at("expression", [], "wrong-type"),
    "description as number": _at("description", 5, "wrong-type"),
    "pixels as text with an exponent": _at("maxPixels", "1e9", "wrong-type"),
    "pixels with leading zeros": _at("maxPixels", "007", "wrong-type"),
    "pixels with a fraction": _at("maxPixels", 0.5, "wrong-type"),
    "pixels as truth": ({"maxPixels": True}, "maxPixels", "wrong-type"),
    "pixels of 20 digits": _at("maxPixels", str(10**19), "wrong-type"),
    "empty wrapper": _at("priority", {}, "wrong-type"),
    "priority as text": _at("priority", "100", "wrong-type"),
    "priority not finite": _at("priority", float("inf"), "wrong-type"),
    "grid as list": _at("grid", [30, 0, 0, 0, -30, 0], "wrong-type"),
    "width as text": _at("grid.dimensions.width", "1024", "wrong-type"),
    "scale as text": _at("grid.affineTransform.scaleX", "30", "wrong-type"),
    "scale not a number": _at("grid.affineTransform.scaleX", "NaN", "wrong-type"),
    "transform as list": _at("grid.affineTransform", [30, 0, 0, 0, -30, 0], "wrong-type"),
    "options as text": _at(_ASSET, "projects/p/assets/a", "wrong-type"),
    "name as number": _at(_NAME, 5, "wrong-type"),
    "overwrite as text": _at(f"{_ASSET}.earthEngineDestination.overwrite", "true", "wrong-type"),
    "policy in lower case": _at(f"{_ASSET}.pyramidingPolicy", "mean", "unknown-value"),
    "policy as number": _at(f"{_ASSET}.pyramidingPolicy", 1, "wrong-type"),
    "policy of one band": _at(f"{_ASSET}.pyramidingPolicyOverrides.B2", "NEAREST", "unknown-value"),
    "overrides as list": _at(f"{_ASSET}.pyramidingPolicyOverrides", [], "wrong-type"),
    "half a character": _at("description", "\ud800", "wrong-type"),
    # Values that the service would refuse.
    "no pixels allowed": _at("maxPixels", "0", "out-of-range"),
    "negative pixels allowed": _at("maxPixels", -5, "out-of-range"),
    "priority too high": _at("priority", 12000, "out-of-range"),
    "priority below zero": _at("priority", {"value": -1}, "out-of-range"),
    "no width": _at("grid.dimensions.width", 0, "out-of-range"),
    "width beyond 32 bits": _at("grid.dimensions.width", 2**31, "out-of-range"),
    "height missing": _at("grid.dimensions.height", DELETE, "grid-incomplete"),
    "crs without authority": _at("grid.crsCode", "32610", "crs-code"),
    "proj string": _at("grid.crsCode", "+proj=utm +zone=10", "crs-code"),
    "empty crs": _at("grid.crsCode", "", "crs-code"),
    "wkt that is none": ({"grid.crsCode": DELETE, "grid.crsWkt": "EPSG:4326"}, "grid.crsWkt", "crs-wkt"),
    "request id with a space": _at("requestId", "my id", "request-id-characters"),
    "request id with an underscore": _at("requestId", "my_id", "request-id-characters"),
    "request id with a line break": _at("requestId", "my-id\n", "request-id-characters"),
    "request id too long": _at("requestId", "a" * 61, "request-id-too-long"),
    "request id empty": _at("requestId", "", "request-id-empty"),
    "description with a space": _at("description", "my export", "description-characters"),
    "description with an accent": _at("description", "forêt", "description-characters"),
    "description too long": _at("description", "d" * 101, "description-too-long"),
    "tag with a space": _at("workloadTag", "a b", "workload-tag-characters"),
    "tag with a hyphen at the end": _at("workloadTag", "a-", "workload-tag-ends"),
    "tag too long": _at("workloadTag", "a" * 64, "workload-tag-too-long"),
    "tag empty": _at("workloadTag", "", "workload-tag-empty"),
    "name missing": _at(_NAME, DELETE, "asset-name-empty"),
    "name empty": _at(_NAME, "", "asset-name-empty"),
    "name not full": _at(_NAME, "scene", "asset-name-not-full"),
    "name of a user": _at(_NAME, "users/someone/scene", "asset-name-not-full"),
    "name with a space": _at(_NAME, "projects/demo-project/assets/my scene", "asset-name-characters"),
    "name with a dot": _at(_NAME, "projects/demo-project/assets/scene.tif", "asset-name-characters"),
    "name with an empty part": _at(_NAME, "projects/demo-project/assets/a//b", "asset-name-empty-part"),
    "name with a slash at the end": _at(_NAME, "projects/demo-project/assets/a/", "asset-name-empty-part"),
    "name of the root": _at(_NAME, "projects/demo-project/assets", "asset-name-empty-part"),
    "name too deep": _at(_NAME, "projects/demo-project/assets/a/b/c/d/e/f/g/h/i/j/k", "asset-name-too-deep"),
    "name of a wrong project": _at(_NAME, "projects/Demo Project/assets/a", "asset-name-project"),
    "no destination": _at(_ASSET, DELETE, "destination-missing"),
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
    "asset tiles without a side": _at(f"{_ASSET}.tileSize", 0, "out-of-range"),
    "no workers": _at("maxWorkers", 0, "out-of-range"),
    # Expressions that make no sense.
    "no expression": _at("expression", DELETE, "expression-missing"),
    "empty expression": ({"expression": {}}, "expression.values", "expression-without-values"),
    "no values": _at("expression.values", {}, "expression-without-values"),
    "no result": _at("expression.result", DELETE, "expression-without-result"),
    "result as number": _at("expression.result", 0, "expression-without-result"),
    "empty value": _at(_NODE, {}, "expression-node"),
    "value as text": _at(_NODE, "x", "expression-node"),
    "two kinds at once": _at(_NODE, {"constantValue": 1, "integerValue": "1"}, "expression-node"),
    "unknown kind of value": ({_NODE: {"stringValue": "x"}}, f"{_NODE}.stringValue", "unknown-member"),
    "integer as number": _at(_NODE, {"integerValue": 1}, "expression-node"),
    "bytes not in base64": _at(_NODE, {"bytesValue": "a"}, "expression-node"),
    "array without a list": _at(_NODE, {"arrayValue": {"values": {}}}, "expression-node"),
    "array with another member": _at(_NODE, {"arrayValue": {"value": []}}, "expression-node"),
    "dictionary without an object": _at(_NODE, {"dictionaryValue": {"values": []}}, "expression-node"),
    "reference as number": _at(_NODE, {"valueReference": 0}, "expression-dangling-reference"),
    "argument without a name": _at(_NODE, {"argumentReference": ""}, "expression-node"),
    "definition without a body": _at(
        _NODE, {"functionDefinitionValue": {"argumentNames": []}}, "expression-dangling-reference"
    ),
    "definition with numbers": _at(
        _NODE, {"functionDefinitionValue": {"argumentNames": [1], "body": "0"}}, "expression-node"
    ),
    "definition with another member": _at(
        _NODE, {"functionDefinitionValue": {"name": "f", "body": "0"}}, "expression-node"
    ),
    "call of nothing": _at(_NODE, {"functionInvocationValue": {"arguments": {}}}, "expression-node"),
    "call of two": _at(
        _NODE, {"functionInvocationValue": {"functionName": "f", "functionReference": "0"}}, "expression-node"
    ),
    "call with another member": _at(
        _NODE, {"functionInvocationValue": {"functionName": "f", "args": {}}}, "expression-node"
    ),
    "call without a name": _at(_NODE, {"functionInvocationValue": {"functionName": ""}}, "expression-node"),
    "call with a list": _at(
        _NODE, {"functionInvocationValue": {"functionName": "f", "arguments": []}}, "expression-node"
    ),
}

_BAD_IN_CLOUD: dict[str, Bad] = {
    "bucket missing": _at(f"{_CLOUD}.bucket", DELETE, "bucket-empty"),
    "bucket empty": _at(f"{_CLOUD}.bucket", "", "bucket-empty"),
    "bucket as address": _at(f"{_CLOUD}.bucket", "gs://demo-bucket", "bucket-is-address"),
    "bucket in upper case": _at(f"{_CLOUD}.bucket", "Demo", "bucket-characters"),
    "bucket too short": _at(f"{_CLOUD}.bucket", "ab", "bucket-length"),
    "bucket too long": _at(f"{_CLOUD}.bucket", "a" * 64, "bucket-length"),
    "bucket with a hyphen at the end": _at(f"{_CLOUD}.bucket", "demo-", "bucket-ends"),
    "bucket as ip address": _at(f"{_CLOUD}.bucket", "192.168.5.4", "bucket-dots"),
    "bucket with two dots": _at(f"{_CLOUD}.bucket", "a..b", "bucket-dots"),
    "bucket with a dot beside a hyphen": _at(f"{_CLOUD}.bucket", "a.-b", "bucket-dots"),
    "bucket of goog": _at(f"{_CLOUD}.bucket", "goog-demo", "bucket-reserved"),
    "bucket with google": _at(f"{_CLOUD}.bucket", "my-g00gle", "bucket-reserved"),
    "prefix with a line break": _at(f"{_CLOUD}.filenamePrefix", "a\nb", "prefix-line-break"),
    "prefix too long": _at(f"{_CLOUD}.filenamePrefix", "a" * 1025, "prefix-too-long"),
    "permissions unknown": _at(f"{_CLOUD}.permissions", "PRIVATE", "unknown-value"),
    "cors as text": _at(f"{_CLOUD}.bucketCorsUris", "https://example.org", "wrong-type"),
    "cors with an empty entry": _at(f"{_CLOUD}.bucketCorsUris", [""], "cors-uri-empty"),
    "no destination of files": ({_CLOUD: DELETE}, "fileExportOptions", "destination-missing"),
    "no format": _at("fileExportOptions.fileFormat", DELETE, "format-missing"),
    "format not specified": _at("fileExportOptions.fileFormat", "IMAGE_FILE_FORMAT_UNSPECIFIED", "format-missing"),
    "format for pictures": (
        {"fileExportOptions.fileFormat": "PNG", _GEO_TIFF: DELETE},
        "fileExportOptions.fileFormat",
        "format-not-for-exports",
    ),
    "format of the client": _at("fileExportOptions.fileFormat", "GeoTIFF", "unknown-value"),
    "options of another format": ({"fileExportOptions.fileFormat": "TF_RECORD_IMAGE"}, _GEO_TIFF, "format-mismatch"),
    "options of two formats": _at(_TF_RECORD, {}, "contradiction"),
    "file not a multiple of 256": (
        {f"{_GEO_TIFF}.tileSize": DELETE, f"{_GEO_TIFF}.tileDimensions.width": 1000},
        f"{_GEO_TIFF}.tileDimensions.width",
        "not-a-multiple",
    ),
    "file too wide": _at(f"{_GEO_TIFF}.tileDimensions.width", 131328, "file-too-long"),
    "file without a height": _at(f"{_GEO_TIFF}.tileDimensions.height", DELETE, "missing-member"),
    "file of no height": _at(f"{_GEO_TIFF}.tileDimensions.height", 0, "out-of-range"),
    "tiles without a side": _at(f"{_GEO_TIFF}.tileSize", {"value": 0}, "out-of-range"),
    "no-data as whole number": _at(f"{_GEO_TIFF}.noData", {"integerValue": "5"}, "no-data-not-float"),
    "no-data empty": _at(f"{_GEO_TIFF}.noData", {}, "no-data-not-float"),
    "no-data twice": _at(f"{_GEO_TIFF}.noData.integerValue", "5", "contradiction"),
    "no-data as number": _at(f"{_GEO_TIFF}.noData", -9999, "wrong-type"),
    "no-data as other text": _at(f"{_GEO_TIFF}.noData.floatValue", "nan", "wrong-type"),
    "metadata key empty": _at(f"{_GEO_TIFF}.metadataKeys", ["a", ""], "metadata-key-empty"),
    "resampling unknown": (
        {f"{_GEO_TIFF}.pyramidOptions": {"resamplingMethod": "MEAN"}},
        f"{_GEO_TIFF}.pyramidOptions.resamplingMethod",
        "unknown-value",
    ),
    "cloud-optimised as number": _at(f"{_GEO_TIFF}.cloudOptimized", 1, "wrong-type"),
}

_BAD_IN_DRIVE: dict[str, Bad] = {
    "folder as list": _at(f"{_DRIVE}.folder", ["a"], "wrong-type"),
    "drive prefix with a line break": _at(f"{_DRIVE}.filenamePrefix", "a\r", "prefix-line-break"),
    "patch without a width": _at(f"{_TF_RECORD}.tileDimensions.width", 0, "out-of-range"),
    "margin of nothing": _at(f"{_TF_RECORD}.marginDimensions.height", 0, "out-of-range"),
    "file of no bytes": _at(f"{_TF_RECORD}.maxSizeBytes", "0", "out-of-range"),
    "ratio above one": _at(f"{_TF_RECORD}.maxMaskedRatio", 1.5, "out-of-range"),
    "ratio not a number": _at(f"{_TF_RECORD}.maxMaskedRatio", "NaN", "out-of-range"),
    "depth of nothing": _at(f"{_TF_RECORD}.tensorDepths.spectrum", 0, "out-of-range"),
    "depth without a band": (
        {"fileExportOptions/tfRecordOptions/tensorDepths/": 1},
        f"{_TF_RECORD}.tensorDepths",
        "band-empty",
    ),
    "depths as list": _at(f"{_TF_RECORD}.tensorDepths", [12], "wrong-type"),
    "compress as text": _at(f"{_TF_RECORD}.compress", "yes", "wrong-type"),
    "record options for tiff": ({"fileExportOptions.fileFormat": "GEO_TIFF"}, _TF_RECORD, "format-mismatch"),
}

_BEYOND_IN_ASSET: dict[str, Bad] = {
    "more pixels than allowed": _at("maxPixels", "1000", "too-many-pixels"),
    "more pixels than the default allows": (
        {"maxPixels": DELETE, "grid.dimensions": {"width": 20_000, "height": 20_000}},
        "maxPixels",
        "too-many-pixels",
    ),
    "more pixels than anybody may": (
        {"maxPixels": str(2**62), "grid.dimensions": {"width": 10**7, "height": 10**7}},
        "grid.dimensions",
        "pixels-above-ceiling",
    ),
    "no grid": _at("grid", DELETE, "grid-missing"),
    "grid without a size": _at("grid.dimensions", DELETE, "grid-incomplete"),
    "grid without a transform": _at("grid.affineTransform", DELETE, "grid-incomplete"),
    "grid without a crs": _at("grid.crsCode", DELETE, "grid-incomplete"),
    "pixels without a width": _at("grid.affineTransform.scaleX", 0, "pixel-size-zero"),
    "pixels by shear alone": (
        {"grid.affineTransform": {"shearX": 30, "shearY": 30}},
        "grid.affineTransform.scaleX",
        "pixel-size-zero",
    ),
    "pixels without an area": _at(
        "grid.affineTransform", {"scaleX": 30, "shearX": 30, "shearY": 30, "scaleY": 30}, "not-invertible"
    ),
    "code of no crs": _at("grid.crsCode", "EPSG:99999", "unknown-crs"),
    "result not among the values": _at("expression.result", "7", "expression-dangling-reference"),
    "dangling reference": _at(_NODE, {"valueReference": "7"}, "expression-dangling-reference"),
    "dangling function": _at(
        _NODE, {"functionInvocationValue": {"functionReference": "7"}}, "expression-dangling-reference"
    ),
    "dangling body": _at(_NODE, {"functionDefinitionValue": {"body": "7"}}, "expression-dangling-reference"),
    "value that needs itself": _at(_NODE, {"valueReference": "0"}, "expression-circle"),
    "two values that need each other": (
        {
            _NODE: {"valueReference": "1"},
            "expression.values.1": {"arrayValue": {"values": [{"valueReference": "0"}]}},
        },
        _NODE,
        "expression-circle",
    ),
    "nested too deep": ({"expression": calls(51)}, _NODE, "expression-too-deep"),
    "not a number in the expression": (
        {_NODE: {"constantValue": float("nan")}},
        "expression",
        "expression-not-json",
    ),
    "object in the expression": (
        {_NODE: {"constantValue": object}},
        "expression",
        "expression-not-json",
    ),
    "body too large": ({_NODE: {"constantValue": "x" * 10_485_760}}, "expression", "body-too-large"),
    "tag in upper case": _at("workloadTag", "Landcover", "workload-tag-characters"),
    "public asset": _at(_NAME, "projects/earthengine-public/assets/a", "asset-name-public"),
    "legacy name too short": _at(_NAME, "projects/earthengine-legacy/assets/users/a", "asset-name-too-short"),
}

_BEYOND_IN_CLOUD: dict[str, Bad] = {
    "file not a multiple of its tiles": (
        {f"{_GEO_TIFF}.tileSize": 1008},
        f"{_GEO_TIFF}.tileDimensions.width",
        "not-a-multiple",
    ),
    "part of a bucket too long": _at(f"{_CLOUD}.bucket", f"{'a' * 64}.b", "bucket-length"),
    "prefix too long with its extension": _at(f"{_CLOUD}.filenamePrefix", "é" * 511, "prefix-too-long"),
}


def _bodies(asset: dict[str, Bad], cloud: dict[str, Bad], drive: dict[str, Bad]) -> dict[str, tuple[Body, str, str]]:
    """Change the good bodies: each with field and code of its problem."""
    return {
        name: (changed(body, changes), field, code)
        for body, cases in ((ASSET, asset), (CLOUD, cloud), (DRIVE, drive))
        for name, (changes, field, code) in cases.items()
    }


BAD = _bodies(_BAD_IN_ASSET, _BAD_IN_CLOUD, _BAD_IN_DRIVE)
"""Bodies that the schema refuses."""

BAD_BEYOND_THE_SCHEMA = _bodies(_BEYOND_IN_ASSET, _BEYOND_IN_CLOUD, {})
"""Bodies that the schema takes, against rules that it cannot express."""
