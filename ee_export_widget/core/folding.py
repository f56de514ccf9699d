"""The other way to give an export its grid: inside the expression, as the official client does.

Checked against what release 1.7.50 of the official Python client sends for ``crs``, ``crsTransform`` and two
``dimensions``, its only exact route (REST contract, sections 6 and 15): the image is reprojected to the lattice, then
cut to a rectangle in the pixel coordinates of that lattice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.expression import Expression
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.wrapping import WrappedExpression, call, free_keys
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

CUT, LAY, LATTICE_OF = "Image.clipToBoundsAndScale", "Image.reproject", "Image.projection"
RECTANGLE, PROJECTION = "GeometryConstructors.Rectangle", "Projection"
_MOST_REFERENCES = 16
_WRAPPER_NODES = 13


def fold(expression: Mapping[str, Any], grid: PixelGrid) -> Expression:
    """Give an expression whose image is exactly the grid; exported without ``grid``, it has the same pixels.

    The last result is remembered with the expression, and so is what `unfold` found there: an expression that was
    read is written as it was.
    """
    inner = Expression.of(expression)
    if inner.problems:
        return inner  # nothing sensible can be put around it, and its own problems block it
    known = vars(inner).get("_folded")
    if known is not None and known[0] == grid:
        folded: Expression = known[1]
        return folded
    values = inner["values"]
    laid, cut = free_keys(values)
    added = {laid: _laid(inner["result"], grid), cut: _cut(laid, grid)}
    wrapped = WrappedExpression.around(inner, added, result=cut, nodes=_WRAPPER_NODES)
    _remember(inner, grid, wrapped)
    return wrapped


def unfold(expression: Mapping[str, Any]) -> tuple[Expression, PixelGrid] | None:
    """Take apart what `fold`, or the official client, has put together; None for any other expression."""
    values, result = expression.get("values"), expression.get("result")
    if not isinstance(values, dict) or not isinstance(result, str):
        return None
    cut = _arguments(values, {"valueReference": result}, CUT, {"input", "geometry"})
    laid_by = cut.get("input") if cut else None
    laid = _arguments(values, laid_by, LAY, {"image", "crs", "crsTransform"})
    if cut is None or laid is None or not isinstance(laid_by, dict) or "valueReference" not in laid_by:
        return None
    grid = _grid(values, cut["geometry"], laid_by, laid)
    if grid is None:
        return None
    wrapper = laid_by["valueReference"]
    kept = {key: node for key, node in values.items() if key not in {result, wrapper}}
    image = laid["image"]
    if isinstance(image, dict) and isinstance(image.get("valueReference"), str):
        inner = Expression(result=image["valueReference"], values=kept)
    else:
        inner = Expression(result=wrapper, values=kept | {wrapper: image})
    if inner.problems:
        return None  # something else refers to what would be taken away
    _remember(inner, grid, Expression.of(expression))
    return inner, grid


def _remember(inner: Expression, grid: PixelGrid, folded: Expression) -> None:
    vars(inner)["_folded"] = (grid, folded)


def _constant(value: object) -> dict[str, Any]:
    return {"constantValue": value}


def _laid(image: str, grid: PixelGrid) -> dict[str, Any]:
    return call(
        LAY,
        image={"valueReference": image},
        crs=call(PROJECTION, crs=_constant(grid.crs_code or grid.crs_wkt)),
        crsTransform=_constant(grid.affine_transform.to_list()),
    )


def _cut(laid: str, grid: PixelGrid) -> dict[str, Any]:
    rectangle = call(
        RECTANGLE,
        coordinates=_constant([0, 0, grid.width, grid.height]),
        crs=call(LATTICE_OF, image={"valueReference": laid}),
        evenOdd=_constant(value=True),
        geodesic=_constant(value=False),
    )
    return call(CUT, input={"valueReference": laid}, geometry=rectangle)


def _follow(values: Mapping[str, Any], node: object) -> object:
    """Give the value that a node stands for; references that go on and on stand for none."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(node, dict) or not isinstance(node.get("valueReference"), str):
            return node
        node = values.get(node["valueReference"])
    return None


def _arguments(values: Mapping[str, Any], node: object, function: str, wanted: set[str]) -> dict[str, Any] | None:
    """Give the arguments of a call of a function that has exactly these."""
    found = _follow(values, node)
    invocation = found.get("functionInvocationValue") if isinstance(found, dict) else None
    if not isinstance(invocation, dict) or invocation.get("functionName") != function:
        return None
    arguments = invocation.get("arguments")
    return arguments if isinstance(arguments, dict) and arguments.keys() == wanted else None


def _plain(values: Mapping[str, Any], node: object) -> object:
    found = _follow(values, node)
    if not isinstance(found, dict):
        return None
    items = found.get("arrayValue")
    if isinstance(items, dict) and isinstance(items.get("values"), list):
        return [_plain(values, item) for item in items["values"]]
    return found.get("constantValue")


def _grid(values: Mapping[str, Any], geometry: object, laid_by: object, laid: dict[str, Any]) -> PixelGrid | None:
    rectangle = _arguments(values, geometry, RECTANGLE, {"coordinates", "crs", "evenOdd", "geodesic"})
    lattice = _arguments(values, rectangle["crs"], LATTICE_OF, {"image"}) if rectangle else None
    if rectangle is None or lattice is None or lattice["image"] != laid_by:
        return None
    if _plain(values, rectangle["geodesic"]) is not False:
        return None
    projection = _arguments(values, laid["crs"], PROJECTION, {"crs"})
    crs = _plain(values, projection["crs"] if projection else laid["crs"])
    transform, corners = (_plain(values, node) for node in (laid["crsTransform"], rectangle["coordinates"]))
    match transform, corners, crs:
        case list(), [0, 0, int(width), int(height)], str():
            pass
        case _:
            return None
    try:
        code, wkt = (None, crs) if "[" in crs else (crs, None)
        return PixelGrid(width, height, AffineTransform.from_list(transform), code, wkt)
    except InvalidRequestError:
        return None
