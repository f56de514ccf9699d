"""Masking what lies outside of a region, as a step of the expression: ``Image.clip``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.derive import same_crs
from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.region.region import read_region
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.region.region import Region

CLIP = "Image.clip"
_TAKEN = "clipped"


def can_mask(draft: Draft, crs: str) -> bool:
    """Tell whether the region leaves a part of its grid uncovered: a rectangle in the grid's own CRS does not.

    Parameters
    ----------
    draft
        What was drawn and typed; a grid that was given as a whole has no region of its own.
    crs
        Code or WKT of the grid.
    """
    if draft.region is None or draft.grid is not None:
        return False
    return not (isinstance(draft.region, CrsRectangle) and same_crs(draft.region.crs, crs))


def masked_expression(draft: Draft, crs: str) -> Mapping[str, Any] | None:
    """Give the expression that is sent: the image's own, clipped to the region where that was asked for."""
    expression = draft.expression
    if expression is None or draft.region is None or not draft.mask_outside or not can_mask(draft, crs):
        return expression
    if Expression.of(expression).problems:
        return expression  # nothing sensible can be put around it, and its own problems block it
    try:
        region = read_region(draft.region)
    except InvalidRequestError:
        return expression  # the grid says what is wrong with it
    return _clipped(_ById(expression), region)


class _ById:
    """An expression as a key: two that are equal need not be compared, which would take long."""

    def __init__(self, expression: Mapping[str, Any]) -> None:
        self.expression = expression

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.expression is self.expression

    def __hash__(self) -> int:
        return id(self.expression)


@lru_cache(maxsize=4)
def _clipped(image: _ById, region: Region) -> Expression:
    """Clip an image to a region, kept so that it is encoded once and not with every keystroke."""
    expression = image.expression
    values = dict(expression["values"])
    name = _TAKEN
    while name in values:
        name += "_"
    arguments = {"input": {"valueReference": expression["result"]}, "geometry": _geometry(region)}
    values[name] = {"functionInvocationValue": {"functionName": CLIP, "arguments": arguments}}
    return Expression.of({"result": name, "values": values})


def _geometry(region: Region) -> dict[str, Any]:
    """Write a region as a geometry whose edges are straight in longitude and latitude, as the grid reads them."""
    polygons = [[[[lon, lat] for lon, lat in (*ring, ring[0])] for ring in rings] for rings in region.polygons]
    kind, coordinates = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)
    arguments = {"coordinates": coordinates, "geodesic": False, "evenOdd": True}
    return {
        "functionInvocationValue": {
            "functionName": f"GeometryConstructors.{kind}",
            "arguments": {name: {"constantValue": value} for name, value in arguments.items()},
        }
    }
