"""Which member of the request an argument of the official client stands for (REST contract, section 15)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.core.codegen.paths import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.core.codegen.paths import Names
    from ee_export_widget.core.request import ExportImageRequest

_ASSET, _FILES = "assetExportOptions", "fileExportOptions"
_TARGETS = {
    "asset": f"{_ASSET}.earthEngineDestination",
    "drive": f"{_FILES}.driveDestination",
    "cloud_storage": f"{_FILES}.cloudStorageDestination",
}
_MEMBERS = {
    "assetId": "name", "overwrite": "overwrite", "folder": "folder", "bucket": "bucket",
    "fileNamePrefix": "filenamePrefix",
}  # fmt: skip
_IMAGES = {
    "fileDimensions": "tileDimensions", "shardSize": "tileSize", "skipEmptyTiles": "skipEmptyFiles",
    "cloudOptimized": "cloudOptimized", "noData": "noData", "metadataKeys": "metadataKeys",
}  # fmt: skip
_RECORDS = {
    "patchDimensions": "tileDimensions", "kernelSize": "marginDimensions", "compressed": "compress",
    "maxFileSize": "maxSizeBytes", "maskedThreshold": "maxMaskedRatio",
}  # fmt: skip
_BEGINNINGS = (
    ("ee.Initialize(", "project"), ("image = ", "expression"), ("with ee.data.workloadTagContext(", "workloadTag"),
)  # fmt: skip
_LEFT_OUT = re.compile(r"# The client cannot set ([\w.]+): ")


def stated_by(request: ExportImageRequest) -> Callable[[list[str]], dict[int, str]]:
    """Make the function that tells what each line of the code of a request states."""

    def stated(lines: list[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for number, line in enumerate(lines):
            if path := next((path for begins, path in _BEGINNINGS if line.startswith(begins)), ""):
                found[number] = path
            elif left_out := _LEFT_OUT.match(line):
                found[number] = left_out[1]
        call = next(number for number, line in enumerate(lines) if "ee.batch.Export.image." in line)
        end = next(number for number in range(call, len(lines)) if lines[number].strip() == ")")
        for number, names in entries(lines, call + 1, end).items():
            found[number] = _path(names, request)
        return found

    return stated


def _path(names: Names, request: ExportImageRequest) -> str:
    name, *inner = names
    if name == "pyramidingPolicy" and inner and inner[0] != ".default":
        return f"{_ASSET}.pyramidingPolicyOverrides.{inner[0]}"
    if name == "formatOptions":
        options = request.file_export_options
        if options is not None and options.tf_record_options is not None:
            return ".".join([f"{_FILES}.tfRecordOptions", *(_RECORDS.get(option, option) for option in inner)])
        return ".".join([f"{_FILES}.geoTiffOptions", *(_IMAGES.get(option, option) for option in inner)])
    return _plain(request).get(name, name)


def _plain(request: ExportImageRequest) -> dict[str, str]:
    """Give the paths of arguments that hold one value."""
    target = _TARGETS[request.destination_kind or "asset"]
    images = f"{_FILES}.geoTiffOptions"
    crs = "crsCode" if request.grid is None or request.grid.crs_code else "crsWkt"
    tile = _ASSET if request.asset_export_options is not None else images
    return {
        **{name: f"{target}.{member}" for name, member in _MEMBERS.items()},
        **{name: f"{images}.{member}" for name, member in _IMAGES.items()},
        "crs": f"grid.{crs}", "crsTransform": "grid.affineTransform", "dimensions": "grid.dimensions",
        "pyramidingPolicy": f"{_ASSET}.pyramidingPolicy", "fileFormat": f"{_FILES}.fileFormat",
        "shardSize": f"{tile}.tileSize",
    }  # fmt: skip
