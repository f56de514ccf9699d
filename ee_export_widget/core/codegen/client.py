"""A request as Python code with the official client.

The client has no argument for a grid: crs, crsTransform and dimensions together are its only way to an exact
one (REST contract, section 15). What it has no argument for at all is said in a comment.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.codegen.arguments import stated_by
from ee_export_widget.core.codegen.code import Code, expression_json, json_text, python_literal, python_text
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.formats import GeoTiffImageExportOptions, ImageFileFormat
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.core.codegen.code import Address
    from ee_export_widget.core.expression import Expression
    from ee_export_widget.core.formats import GridDimensions, TfRecordImageExportOptions
    from ee_export_widget.core.request import ExportImageRequest, ImageAssetExportOptions, ImageFileExportOptions

_FUNCTIONS = {"asset": "toAsset", "drive": "toDrive", "cloud_storage": "toCloudStorage"}
_FORMATS = {ImageFileFormat.GEO_TIFF: "GeoTIFF", ImageFileFormat.TF_RECORD_IMAGE: "TFRecord"}
_WORKLOAD_TAG = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?")

_LOCAL = "from google.auth.credentials import AnonymousCredentials\n"


def client_code(request: ExportImageRequest, address: Address) -> Code:
    """Give Python code that submits a request with the official client.

    Parameters
    ----------
    request
        A request with a destination.
    address
        Where it goes.
    """
    options = f"project={python_text(address.project)}"
    if not address.is_usual:
        options += f", url={python_text(address.base_url)}"
    start = f"ee.Initialize({'AnonymousCredentials(), ' if address.is_local else ''}{options})\n"
    head = f"import ee\n{_LOCAL if address.is_local else ''}\n{start}"
    tail = "".join(_call(request))
    expression, stated = request.expression, stated_by(request)
    if expression is None:
        return Code(f"{head}\nimage = ee.Image()  # choose an image\n{tail}", stated=stated)
    if asset_id := _loaded_asset(expression):
        return Code(f"{head}\nimage = ee.Image({python_text(asset_id)})\n{tail}", stated=stated)
    return Code(f"{head}\nimage = ee.Image(ee.deserializer.fromJSON(", f"))\n{tail}", expression, _as_text, stated)


def _as_text(expression: Expression) -> str:
    return python_text(expression_json(expression))


def _loaded_asset(expression: Expression) -> str:
    """Give the asset that an expression loads, where it does nothing else."""
    match expression:
        case {"values": {"0": {"functionInvocationValue": {"arguments": {"id": {"constantValue": str(asset_id)}}}}}}:
            return asset_id if expression == image_load(asset_id) else ""
    return ""


def _call(request: ExportImageRequest) -> Iterator[str]:
    """Give the lines from the description of what is left out to the start of the task."""
    arguments = {
        "description": request.description, **_target(request), **_grid(request), "maxPixels": request.max_pixels,
        "priority": request.priority, "maxWorkers": request.max_workers, **_options(request),
    }  # fmt: skip
    for member, value in _left_out(request):
        yield f"# The client cannot set {member}: {json_text(value)}\n"
    if request.request_id is not None:
        yield "# Its own request ID is new each time: running this twice starts two exports.\n"
    kind = request.destination_kind or "asset"
    tag = request.workload_tag if request.workload_tag and _WORKLOAD_TAG.fullmatch(request.workload_tag) else ""
    indent = "    " if tag else ""
    if tag:
        yield f"with ee.data.workloadTagContext({python_text(tag)}):\n"
    yield f"{indent}task = ee.batch.Export.image.{_FUNCTIONS[kind]}(\n{indent}    image,\n"
    for name, value in arguments.items():
        if value is not None:
            literal = _literal(value).replace("\n", f"\n    {indent}")
            yield f"{indent}    {name}={literal},\n"
    yield f"{indent})\ntask.start()\nprint(task.id)\n"


def _literal(value: object) -> str:
    """Write an argument; the numbers that have no literal are called by name."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        entries = (f"{python_text(name)}: {_literal(item)},".replace("\n", "\n    ") for name, item in value.items())
        return "{\n" + "".join(f"    {entry}\n" for entry in entries) + "}"
    return python_literal(value)


def _target(request: ExportImageRequest) -> dict[str, Any]:
    target = request.destination.to_json() if request.destination else {}
    names = {"name": "assetId", "filenamePrefix": "fileNamePrefix"}
    told = ("name", "overwrite", "folder", "bucket", "filenamePrefix")
    return {names.get(member, member): target[member] for member in told if member in target}


def _grid(request: ExportImageRequest) -> dict[str, Any]:
    if request.grid is None:
        return {}
    try:
        grid = request.grid if isinstance(request.grid, PixelGrid) else request.grid.complete()
    except InvalidRequestError:
        return {}
    transform = grid.affine_transform.to_json()
    order = ("scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY")
    return {
        "crs": grid.crs_code or grid.crs_wkt,
        "crsTransform": [transform.get(name, 0) for name in order],
        "dimensions": f"{grid.width}x{grid.height}",
    }


def _options(request: ExportImageRequest) -> dict[str, Any]:
    if request.asset_export_options is not None:
        return _asset_options(request.asset_export_options)
    return _file_options(request.file_export_options) if request.file_export_options is not None else {}


def _asset_options(options: ImageAssetExportOptions) -> dict[str, Any]:
    default = {".default": options.pyramiding_policy.lower()} if options.pyramiding_policy else {}
    overrides = {band: policy.lower() for band, policy in (options.pyramiding_policy_overrides or {}).items()}
    return {"pyramidingPolicy": (default | overrides) or None, "shardSize": options.tile_size}


def _file_options(options: ImageFileExportOptions) -> dict[str, Any]:
    kind = options.file_format
    arguments: dict[str, Any] = {"fileFormat": _FORMATS.get(kind, kind.value) if kind else None}
    if (tiff := options.geo_tiff_options) is not None:
        arguments |= _tiff_options(tiff)
    if (records := options.tf_record_options) is not None:
        arguments["formatOptions"] = _record_options(records) or None
    return arguments


def _tiff_options(options: GeoTiffImageExportOptions) -> dict[str, Any]:
    inside = {
        "cloudOptimized": options.cloud_optimized or None,
        "noData": options.no_data.float_value if options.no_data else None,
        "metadataKeys": list(options.metadata_keys) if options.metadata_keys else None,
    }
    return {
        "fileDimensions": _pair(options.tile_dimensions), "shardSize": options.tile_size,
        "skipEmptyTiles": options.skip_empty_files or None, "formatOptions": _set(inside) or None,
    }  # fmt: skip


def _record_options(options: TfRecordImageExportOptions) -> dict[str, Any]:
    return _set({
        "patchDimensions": _pair(options.tile_dimensions), "kernelSize": _pair(options.margin_dimensions),
        "compressed": options.compress or None, "maxFileSize": options.max_size_bytes,
        "defaultValue": options.default_value, "tensorDepths": options.tensor_depths,
        "sequenceData": options.sequence_data or None, "collapseBands": options.collapse_bands,
        "maskedThreshold": options.max_masked_ratio,
    })  # fmt: skip


def _pair(size: GridDimensions | None) -> list[int] | None:
    return [size.width, size.height] if size is not None else None


def _set(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}


def _left_out(request: ExportImageRequest) -> Iterator[tuple[str, object]]:
    """Give what the client has no argument for, with the JSON path: it would be lost without a word."""
    body = request.to_json()
    if request.request_id is not None:
        yield "requestId", request.request_id
    if request.workload_tag and not _WORKLOAD_TAG.fullmatch(request.workload_tag):
        yield "workloadTag", request.workload_tag
    if request.grid is not None and not _grid(request):
        yield "grid", body["grid"]
    files = body.get("fileExportOptions", {})
    for part, member in (
        ("cloudStorageDestination", "permissions"),
        ("cloudStorageDestination", "bucketCorsUris"),
        ("geoTiffOptions", "pyramidOptions"),
        ("tfRecordOptions", "compress"),
    ):
        # The client leaves a compress that is false out, and then the service may compress.
        if member in files.get(part, {}) and files[part][member] is not True:
            yield f"fileExportOptions.{part}.{member}", files[part][member]
    number = files.get("geoTiffOptions", {}).get("noData", {})
    if "integerValue" in number:
        yield "fileExportOptions.geoTiffOptions.noData.integerValue", number["integerValue"]
