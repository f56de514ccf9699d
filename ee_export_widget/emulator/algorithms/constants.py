"""Images from nothing and from assets, types and projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affine import Affine

from ee_export_widget.emulator.image import Image, PixelType
from ee_export_widget.emulator.raster.grid import Crs, Projection, compose, read_transform

from .registry import AlgorithmError, algorithm, to_image

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value


@algorithm("Image.load", "id:String version:Long?", "Image", "Returns the image of an asset.")
def _load(evaluator: Evaluator, asset_id: str, version: int | None) -> Image:  # noqa: ARG001 - one version is kept
    return evaluator.load_image(asset_id)


@algorithm("Image.constant", "value:Object", "Image", "Returns an image with the same value everywhere.")
def _constant(_: Evaluator, value: Value) -> Image:
    try:
        return to_image(value)
    except TypeError:
        raise AlgorithmError("Parameter 'value' must be a number or a list of numbers.") from None


@algorithm(
    "Projection", "crs:Object transform:List? transformWkt:String?", "Projection", "Returns a projection of a CRS."
)
def _projection(_: Evaluator, crs: Value, transform: list[float] | None, wkt: str | None) -> Projection:
    if wkt is not None:
        raise AlgorithmError("Transforms as WKT are not known to the local Earth Engine; give six numbers.")
    if isinstance(crs, Projection):
        return crs if transform is None else Projection(crs.crs, read_transform(transform))
    if not isinstance(crs, str):
        raise AlgorithmError("Parameter 'crs' must be the name of a coordinate reference system or its WKT.")
    return Projection(Crs(crs), Affine.identity() if transform is None else read_transform(transform))


@algorithm("Projection.atScale", "projection:Projection meters:Float", "Projection", "Scales the pixels to a size.")
def _at_scale(_: Evaluator, projection: Projection, meters: float) -> Projection:
    return projection.at_scale(meters)


@algorithm("Projection.scale", "projection:Projection x:Float y:Float", "Projection", "Scales the pixels by factors.")
def _scale(_: Evaluator, projection: Projection, x: float, y: float) -> Projection:
    return Projection(projection.crs, compose(projection.transform, Affine.scale(x, y)))


@algorithm("Projection.translate", "projection:Projection x:Float y:Float", "Projection", "Moves the origin by pixels.")
def _translate(_: Evaluator, projection: Projection, x: float, y: float) -> Projection:
    return Projection(projection.crs, compose(projection.transform, Affine.translation(x, y)))


@algorithm("Projection.crs", "projection:Projection", "String", "Returns the name of the CRS.")
def _crs(_: Evaluator, projection: Projection) -> str:
    return projection.crs.text


@algorithm("Projection.nominalScale", "proj:Projection", "Float", "Returns the side of a pixel in metres.")
def _nominal_scale(_: Evaluator, projection: Projection) -> float:
    return projection.nominal_scale_m


@algorithm("Projection.wkt", "projection:Projection", "String", "Returns the CRS as WKT.")
def _wkt(_: Evaluator, projection: Projection) -> str:
    return str(projection.crs.for_files.to_wkt())


@algorithm("Projection.transform", "projection:Projection", "String", "Returns the transform as text.")
def _transform(_: Evaluator, projection: Projection) -> str:
    a, b, c, d, e, f = tuple(projection.transform)[:6]
    rows = "".join(
        f'  PARAMETER["elt_{row}_{column}", {value!r}],\n'
        for row, column, value in ((0, 0, a), (0, 1, b), (0, 2, c), (1, 0, d), (1, 1, e), (1, 2, f))
    )
    head = 'PARAM_MT["Affine",\n  PARAMETER["num_row", 3],\n  PARAMETER["num_col", 3],\n'
    return f"{head}{rows.rstrip(',' + chr(10))}]"


@algorithm(
    "PixelType",
    "precision:Object minValue:Number? maxValue:Number? dimensions:Integer?",
    "PixelType",
    "Returns a type of pixels.",
)
def _pixel_type(
    _: Evaluator, precision: str, low: float | None, high: float | None, dimensions: int | None
) -> PixelType:
    if dimensions:
        raise AlgorithmError("Array pixels are not known to the local Earth Engine.")
    names = {"int8": "int8", "int16": "int16", "int32": "int32", "uint8": "uint8", "uint16": "uint16"}
    if isinstance(precision, PixelType):
        return precision
    if precision in names or precision == "uint32":
        return PixelType.from_dtype(precision)
    if precision not in {"int", "float", "double"}:
        raise AlgorithmError(f"Unknown precision '{precision}'.")
    if precision == "int" and (low is None or high is None):
        return PixelType.from_dtype("int32")
    return PixelType(precision, low, high)  # type: ignore[arg-type]
