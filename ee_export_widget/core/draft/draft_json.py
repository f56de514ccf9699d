"""A draft as JSON, so that it outlives its kernel: whatever has been typed, drawn or loaded comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.draft import CrsRectangle, Draft
from ee_export_widget.core.draft.fields import field_value
from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.region.region import Region, read_region
from ee_export_widget.core.request import ExportImageRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

_KIND = "is"


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """Write a draft; fields that are as in an empty one are left out."""
    empty = Draft()
    values = {item.name: getattr(draft, item.name) for item in fields(Draft)}
    return {name: _written(value) for name, value in values.items() if value != getattr(empty, name)}


def draft_from_json(mapping: Mapping[str, Any]) -> Draft:
    """Read a draft that `draft_to_json` has written; fields that this release does not know are left out.

    Raises
    ------
    InvalidRequestError, KeyError, TypeError, ValueError
        Where it is none.
    """
    known = {item.name for item in fields(Draft)}
    return Draft(**{name: field_value(name, _read(value)) for name, value in mapping.items() if name in known})


def _written(value: Any) -> Any:  # noqa: ANN401, PLR0911 - each field of a draft has its own type
    match value:
        case CrsRectangle():
            return {_KIND: "rectangle", "crs": value.crs, "bounds": list(value.bounds)}
        case Region():
            return {_KIND: "region", "polygons": _polygons_text(value)}
        case PixelGrid():
            return {_KIND: "grid", "grid": value.to_json()}
        case PartialPixelGrid():
            return {_KIND: "partial", "grid": value.to_json()}
        case ExportImageRequest():
            return {_KIND: "request", "request": value.to_json()}
        case (str(name), PixelGrid() as grid):
            return {_KIND: "reference", "name": name, "grid": grid.to_json()}
    return value


@lru_cache(maxsize=2)
def _polygons_text(region: Region) -> str:
    """Write the rings of a region, as a text of its own: a coast line is then encoded once, and not at every edit."""
    return json.dumps([*region.polygons])


def _read(value: Any) -> Any:  # noqa: ANN401, PLR0911 - the same
    if not isinstance(value, dict):
        return value
    match value.get(_KIND):
        case "rectangle":
            west, south, east, north = (float(number) for number in value["bounds"])
            return CrsRectangle(str(value["crs"]), (west, south, east, north))
        case "region":
            return read_region({"type": "MultiPolygon", "coordinates": json.loads(value["polygons"])})
        case "grid":
            return PixelGrid.from_json(value["grid"])
        case "partial":
            return PartialPixelGrid.from_json(value["grid"])
        case "request":
            return ExportImageRequest.from_json(value["request"])
        case "reference":
            return str(value["name"]), PixelGrid.from_json(value["grid"])
    return value
