"""A request as Python code with the official client.

The client has no argument for a grid: crs, crsTransform and dimensions together are its only way to an exact
one (REST contract, section 15). What it has no argument for at all is said in a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ee_export_widget.core.codegen.code import Code, Line, plain
from ee_export_widget.core.codegen.literals import PYTHON, expression_python, json_text, python_text
from ee_export_widget.core.expression import image_load
from ee_export_widget.core.formats import GeoTiffImageExportOptions, ImageFileFormat
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ee_export_widget.core.codegen.code import Address
    from ee_export_widget.core.expression import Expression
    from ee_export_widget.core.formats import GridDimensions, TfRecordImageExportOptions
    from ee_export_widget.core.request import ExportImageRequest, ImageAssetExportOptions, ImageFileExportOptions

_ASSET, _FILES = "assetExportOptions", "fileExportOptions"
_TIFF, _RECORDS = f"{_FILES}.geoTiffOptions", f"{_FILES}.tfRecordOptions"
_TARGETS = {
    "asset": ("toAsset", f"{_ASSET}.earthEngineDestination"),
    "drive": ("toDrive", f"{_FILES}.driveDestination"),
    "cloud_storage": ("toCloudStorage", f"{_FILES}.cloudStorageDestination"),
}
_MEMBERS = {
    "name": "assetId", "overwrite": "overwrite", "folder": "folder", "bucket": "bucket",
    "filenamePrefix": "fileNamePrefix",
}  # fmt: skip
_FORMATS = {ImageFileFormat.GEO_TIFF: "GeoTIFF", ImageFileFormat.TF_RECORD_IMAGE: "TFRecord"}
_WORKLOAD_TAG = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?")


class _Argument(NamedTuple):
    """An argument, or an entry of one that is a dictionary."""

    name: str
    path: str
    """JSON path of what it stands for."""

    value: Any
    """None where it is not set; a tuple of entries is written as a dictionary."""


def client_code(request: ExportImageRequest, address: Address) -> Code:
    """Give Python code that submits a request with the official client.

    Parameters
    ----------
    request
        A request with a destination.
    address
        Where it goes.
    """
    return Code((*_opened(address), _image(request.expression), *_call(request)), expression_python)


def _opened(address: Address) -> Iterator[Line]:
    options = f"project={python_text(address.project)}"
    if not address.is_usual:
        options += f", url={python_text(address.base_url)}"
    yield Line("import ee")
    if address.is_local:
        yield Line("from google.auth.credentials import AnonymousCredentials")
        options = f"AnonymousCredentials(), {options}"
    yield from (Line(""), Line(f"ee.Initialize({options})", "project"), Line(""))


def _image(expression: Expression | None) -> Line:
    if expression is None:
        return Line("image = ee.Image()  # choose an image", "expression")
    if asset_id := _loaded_asset(expression):
        return Line(f"image = ee.Image({python_text(asset_id)})", "expression")
    return Line("image = ee.Image(ee.deserializer.fromJSON(", "expression", expression, "))")


def _loaded_asset(expression: Expression) -> str:
    """Give the asset that an expression loads, where it does nothing else."""
    match expression:
        case {"values": {"0": {"functionInvocationValue": {"arguments": {"id": {"constantValue": str(asset_id)}}}}}}:
            return asset_id if expression == image_load(asset_id) else ""
    return ""


def _call(request: ExportImageRequest) -> Iterator[Line]:
    """Give the lines from what is left out to the start of the task."""
    for path, value in _left_out(request):
        yield Line(f"# The client cannot set {path}: {json_text(value)}", path)
    if request.request_id is not None:
        yield Line("# Its own request ID is new each time: running this twice starts two exports.")
    indent = ""
    if request.workload_tag and _WORKLOAD_TAG.fullmatch(request.workload_tag):
        yield Line(f"with ee.data.workloadTagContext({python_text(request.workload_tag)}):", "workloadTag")
        indent = "    "
    function, target = _TARGETS[request.destination_kind or "asset"]
    yield Line(f"{indent}task = ee.batch.Export.image.{function}(")
    yield Line(f"{indent}    image,")
    for argument in _arguments(request, target):
        if argument.value is not None:
            yield from _written(argument, f"{argument.name}=", f"{indent}    ")
    yield Line(f"{indent})")
    yield from plain("task.start()\nprint(task.id)")


def _written(argument: _Argument, name: str, indent: str) -> Iterator[Line]:
    if not isinstance(argument.value, tuple):
        yield from PYTHON.lines(argument.value, argument.path, indent, before=indent + name, after=",")
        return
    yield Line(f"{indent}{name}{{", argument.path)
    for entry in argument.value:
        yield from _written(entry, f"{python_text(entry.name)}: ", f"{indent}    ")
    yield Line(f"{indent}}},")


def _arguments(request: ExportImageRequest, target: str) -> Iterator[_Argument]:
    yield _Argument("description", "description", request.description)
    destination = request.destination.to_json() if request.destination else {}
    for member, name in _MEMBERS.items():
        yield _Argument(name, f"{target}.{member}", destination.get(member))
    yield from _grid(request)
    yield _Argument("maxPixels", "maxPixels", request.max_pixels)
    yield _Argument("priority", "priority", request.priority)
    yield _Argument("maxWorkers", "maxWorkers", request.max_workers)
    if request.asset_export_options is not None:
        yield from _asset_options(request.asset_export_options)
    elif request.file_export_options is not None:
        yield from _file_options(request.file_export_options)


def _grid(request: ExportImageRequest) -> list[_Argument]:
    if request.grid is None:
        return []
    try:
        grid = request.grid if isinstance(request.grid, PixelGrid) else request.grid.complete()
    except InvalidRequestError:
        return []
    transform = grid.affine_transform.to_json()
    order = ("scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY")
    return [
        _Argument("crs", f"grid.{'crsCode' if grid.crs_code else 'crsWkt'}", grid.crs_code or grid.crs_wkt),
        _Argument("crsTransform", "grid.affineTransform", [transform.get(name, 0) for name in order]),
        _Argument("dimensions", "grid.dimensions", f"{grid.width}x{grid.height}"),
    ]


def _asset_options(options: ImageAssetExportOptions) -> Iterator[_Argument]:
    path, overrides = f"{_ASSET}.pyramidingPolicy", options.pyramiding_policy_overrides or {}
    policies = [_Argument(band, f"{path}Overrides.{band}", policy.lower()) for band, policy in overrides.items()]
    if options.pyramiding_policy:
        policies.insert(0, _Argument(".default", path, options.pyramiding_policy.lower()))
    yield _Argument("pyramidingPolicy", path, tuple(policies) or None)
    yield _Argument("shardSize", f"{_ASSET}.tileSize", options.tile_size)


def _file_options(options: ImageFileExportOptions) -> Iterator[_Argument]:
    kind = options.file_format
    yield _Argument("fileFormat", f"{_FILES}.fileFormat", _FORMATS.get(kind, kind.value) if kind else None)
    if options.geo_tiff_options is not None:
        yield from _tiff_options(options.geo_tiff_options)
    if options.tf_record_options is not None:
        yield _Argument("formatOptions", _RECORDS, _set(_record_options(options.tf_record_options)))


def _tiff_options(options: GeoTiffImageExportOptions) -> Iterator[_Argument]:
    yield _Argument("fileDimensions", f"{_TIFF}.tileDimensions", _pair(options.tile_dimensions))
    yield _Argument("shardSize", f"{_TIFF}.tileSize", options.tile_size)
    yield _Argument("skipEmptyTiles", f"{_TIFF}.skipEmptyFiles", options.skip_empty_files or None)
    keys, no_data = options.metadata_keys, options.no_data
    inside = (
        ("cloudOptimized", options.cloud_optimized or None),
        ("noData", no_data.float_value if no_data else None),
        ("metadataKeys", list(keys) if keys else None),
    )
    yield _Argument("formatOptions", _TIFF, _set(_Argument(name, f"{_TIFF}.{name}", value) for name, value in inside))


def _record_options(options: TfRecordImageExportOptions) -> Iterator[_Argument]:
    for name, member, value in (
        ("patchDimensions", "tileDimensions", _pair(options.tile_dimensions)),
        ("kernelSize", "marginDimensions", _pair(options.margin_dimensions)),
        ("compressed", "compress", options.compress or None),
        ("maxFileSize", "maxSizeBytes", options.max_size_bytes),
        ("defaultValue", "defaultValue", options.default_value),
        ("tensorDepths", "tensorDepths", options.tensor_depths),
        ("sequenceData", "sequenceData", options.sequence_data or None),
        ("collapseBands", "collapseBands", options.collapse_bands),
        ("maskedThreshold", "maxMaskedRatio", options.max_masked_ratio),
    ):
        yield _Argument(name, f"{_RECORDS}.{member}", value)


def _pair(size: GridDimensions | None) -> list[int] | None:
    return [size.width, size.height] if size is not None else None


def _set(entries: Iterable[_Argument]) -> tuple[_Argument, ...] | None:
    return tuple(entry for entry in entries if entry.value is not None) or None


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
