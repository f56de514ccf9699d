"""The small forms below the map, in which a region or a grid is typed, pasted or fetched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.typed_grid import COEFFICIENTS, DEGREES, SIDES
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS
from ee_export_widget.core.quantity import number_text
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.errors import Problem
    from ee_export_widget.session.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

PREFIX = "entry."
"""What the names of the fields begin with."""

Tool: TypeAlias = Literal["", "bounds", "geojson", "copy", "affine", "wkt", "split"]
_DIGITS_OF_A_DEGREE = 8


@dataclass(frozen=True)
class Entry:
    """The small form that is open, if any, and what stands in it."""

    tool: Tool = ""
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    """What was wrong when it was applied last; the field is the name of an entry, or ``region``."""
    busy: bool = False
    """Whether an answer is waited for."""


def opened(snapshot: Snapshot, tool: Tool) -> Entry:
    """Give a form with what is known already."""
    match tool:
        case "bounds":
            return Entry(tool, {"units": "degrees", **sides(snapshot, "degrees")})
        case "affine":
            return Entry(tool, _transform(snapshot))
        case "wkt":
            return Entry(tool, {"wkt": snapshot.draft.crs if "[" in snapshot.draft.crs else ""})
        case "split":
            return Entry(tool, _cut(snapshot))
        case _:
            return Entry(tool)


def _cut(snapshot: Snapshot) -> dict[str, str]:
    """Suggest parts that the service takes unasked; of a smaller export, four."""
    grid = snapshot.composed.grid
    most = f"{DEFAULT_MAX_PIXELS:,}"
    if grid is None or grid.pixel_count > DEFAULT_MAX_PIXELS:
        return {"by": "pixels", "size": most, "width": "8,192", "height": "8,192"}
    width, height = (f"{-(-side // 2):,}" for side in (grid.width, grid.height))
    return {"by": "tile", "size": most, "width": width, "height": height}


def type_into(session: ExportSession, name: str, text: str) -> None:
    """Take in what was typed; bounds are written anew when their units change."""
    entry = session.snapshot.entry
    texts = {**entry.texts, name: text}
    if name == "units":
        texts |= sides(session.snapshot, text)
    kept = tuple(problem for problem in entry.problems if name not in (problem.field, "units"))
    session.update(entry=replace(entry, texts=texts, problems=kept))


def sides(snapshot: Snapshot, units: str) -> dict[str, str]:
    """Give the sides of the region, or else of the grid, as texts; empty where there is neither."""
    empty = dict.fromkeys(SIDES, "")
    composed, region = snapshot.composed, snapshot.draft.region
    try:
        if units == "crs":
            if isinstance(region, CrsRectangle) and region.crs == composed.crs:
                bounds = region.bounds
            elif composed.grid is not None:
                bounds = composed.grid.bounds
            else:
                return empty
            return dict(zip(SIDES, map(number_text, bounds), strict=True))
        if isinstance(region, CrsRectangle) and region.crs == DEGREES:
            return dict(zip(SIDES, map(number_text, region.bounds), strict=True))
        ring = _ring(snapshot)
    except InvalidRequestError:
        return empty
    if not ring:
        return empty
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    bounds = min(lons), min(lats), max(lons), max(lats)
    return {name: number_text(round(value, _DIGITS_OF_A_DEGREE)) for name, value in zip(SIDES, bounds, strict=True)}


def _ring(snapshot: Snapshot) -> list[tuple[float, float]]:
    from ee_export_widget.core.region.region import read_region

    region = snapshot.draft.region
    grid = snapshot.composed.grid
    if region is None and grid is None:
        return []
    found = read_region(region if region is not None else grid.footprint())  # type: ignore[union-attr] # one is there
    return [position for ring in found.rings for position in ring]


def _transform(snapshot: Snapshot) -> dict[str, str]:
    grid = snapshot.composed.grid
    if grid is None:
        return {}
    numbers = dict(zip(COEFFICIENTS, map(number_text, grid.affine_transform.to_list()), strict=True))
    return numbers | {"width": str(grid.width), "height": str(grid.height)}
