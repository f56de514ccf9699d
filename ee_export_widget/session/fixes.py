"""For a problem, the buttons that solve it: each a pure function from draft to draft, with its result in words."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ee_export_widget.core.coarsening import coarser_pixels, pixel_size_text
from ee_export_widget.core.crs import Crs
from ee_export_widget.core.crs_presets import equal_area_crs_for, utm_crs_for
from ee_export_widget.core.derive import derive_grid, export_scale, pixel_of, same_crs, source_crs, source_transform
from ee_export_widget.core.draft import CrsRectangle
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, compact_count, fitting_max_pixels
from ee_export_widget.core.naming import clean_description, clean_request_id, clean_workload_tag
from ee_export_widget.core.problems import PRIORITIES
from ee_export_widget.core.region import read_region
from ee_export_widget.core.remarks import trimmed
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.target import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.core.draft import Draft
    from ee_export_widget.core.grid import PixelGrid
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot

OVERRIDES = "assetExportOptions.pyramidingPolicyOverrides"


@dataclass(frozen=True)
class NamedFix:
    """One way out of a problem."""

    name: str
    label: str
    apply: Callable[[Draft], Draft]
    note: str = ""
    command: str = ""
    """Action that does it, where the draft alone cannot."""


def fixes_for(problem: Problem, snapshot: Snapshot) -> list[NamedFix]:
    """Give the fixes on offer for a problem, the most likely one first."""
    # What is wrong with one band's policy is solved where all policies stand.
    field = OVERRIDES if problem.field.startswith(f"{OVERRIDES}.") else problem.field
    maker = _MAKERS.get(field)
    if maker is None or problem.severity == "info":
        return []
    return list(maker(problem, snapshot))


def _grid(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    info = snapshot.image.info
    source = info.source_grid if info is not None else None
    if problem.code in {"grid-missing", "missing"} and source is not None:
        region = CrsRectangle(source.crs_code or source.crs_wkt or "", source.bounds)
        yield NamedFix(
            "use-footprint", "Use image footprint", lambda draft: replace(draft, region=region, grid=None),
            f"{source.width:,} × {source.height:,} px",
        )  # fmt: skip
    elif problem.code == "region-partly-outside-image" and source is not None and snapshot.composed.grid is not None:
        part = trimmed(snapshot.composed.grid, source)
        if part is not None:
            yield NamedFix("trim", "Trim to the image", lambda draft: replace(draft, region=part, grid=None))
    elif snapshot.composed.grid is None or problem.code in _FAR:
        yield from _crs(problem, snapshot)


def _max_pixels(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    grid = snapshot.composed.grid
    if grid is not None and problem.code == "too-many-pixels":
        yield from _coarser(snapshot, grid)
    if grid is None or grid.pixel_count <= DEFAULT_MAX_PIXELS:
        yield NamedFix("default-max-pixels", "Use default 100,000,000", _set(max_pixels="100,000,000"))
        return
    ceiling = fitting_max_pixels(grid.width, grid.height)
    yield NamedFix("raise-max-pixels", f"Raise maxPixels to {ceiling:,}", _set(max_pixels=f"{ceiling:,}"))


def _coarser(snapshot: Snapshot, grid: PixelGrid) -> Iterator[NamedFix]:
    """Offer the finest rounder pixel that fits: the source's, a multiple of it, or 1, 2, 5 x 10^n."""
    info, composed = snapshot.image.info, snapshot.composed
    limit = int(composed.body.get("maxPixels", DEFAULT_MAX_PIXELS))
    transform = source_transform(info) if same_crs(source_crs(info), composed.crs) else None
    source = None if transform is None else pixel_of(transform)
    units = Crs.from_text(composed.crs).units
    for size in coarser_pixels(pixel_of(grid.affine_transform), grid.pixel_count / limit, source):
        text = pixel_size_text(*size)
        coarse = derive_grid(replace(snapshot.draft, pixel_size=text, grid=None), info).grid
        if coarse is not None and coarse.pixel_count <= limit:
            yield NamedFix(
                "coarsen", f"Coarsen scale to {text.replace(' x ', ' × ')} {units}", _set(pixel_size=text, grid=None),
                f"{compact_count(coarse.pixel_count)} px",
            )  # fmt: skip
            return


def _pixel_size(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    if problem.code == "degrees-for-metres":
        typed = snapshot.draft.pixel_size.strip()
        yield NamedFix("metres", f"Use {typed} m", _set(pixel_size=f"{typed} m", grid=None))
    info = snapshot.image.info
    if source_transform(info) is None or not snapshot.composed.crs_known:
        return
    crs = Crs.from_text(snapshot.composed.crs)
    scale = export_scale(replace(snapshot.draft, pixel_size=""), info, crs)
    if isinstance(scale, tuple):
        label = f"Use source pixel, {scale[0]:.6g} {crs.units}"
        yield NamedFix("source-pixel", label, _set(pixel_size="", grid=None))


def _crs(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    if (crs := source_crs(snapshot.image.info)) and snapshot.draft.crs:
        yield NamedFix("source-crs", f"Use {crs}, as the source", _set(crs="", grid=None))
    if problem.code in _FAR and (centre := _centre(snapshot.draft)):
        equal_area = equal_area_crs_for(*centre)
        yield NamedFix("equal-area", "Use an equal-area system centred on the region", _set(crs=equal_area, grid=None))
    if not crs and (centre := _centre(snapshot.draft)):
        utm = utm_crs_for(*centre)
        yield NamedFix("utm", f"Use {utm}, zone of the region", _set(crs=utm, grid=None))


_FAR = frozenset({"region-far-from-meridian", "region-outside-utm-zone", "region-outside-area-of-use"})


def _centre(draft: Draft) -> tuple[float, float] | None:
    """Give the middle of the region in degrees; None where it has no place on earth."""
    try:
        return read_region(draft.region).centre if draft.region is not None else None
    except InvalidRequestError:
        return None


def _request_id(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    if clean := clean_request_id(snapshot.draft.request_id):
        yield NamedFix("clean-request-id", f"Use {clean}", _set(request_id=clean))
    else:
        yield NamedFix("new-request-id", "New ID", lambda draft: replace(draft, request_id=str(uuid.uuid4())))


def _priority(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    number = snapshot.composed.body.get("priority")
    if isinstance(number, int) and number > PRIORITIES[-1]:
        yield NamedFix("highest-priority", "Use 9999", _set(priority="9999"))
    yield NamedFix("default-priority", "Use default 100", _set(priority="100"))


def _description(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    text = str(snapshot.composed.body.get("description", ""))
    if clean := clean_description(text):
        yield NamedFix("clean-description", f"Use {clean}", _set(description=clean))


def _workload_tag(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    if clean := clean_workload_tag(snapshot.draft.workload_tag):
        yield NamedFix("clean-workload-tag", f"Use {clean}", _set(workload_tag=clean))


def _target(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    path = snapshot.draft.asset_path.strip()
    if problem.code == "target-homeless":
        folder = short(snapshot.target.folders[-1])
        yield NamedFix("create-folder", f"Create folder {folder}", lambda draft: draft, command="create_folders")
    if problem.code == "target-taken":
        free = next_name(path)
        yield NamedFix("next-name", f"Use {free.rpartition('/')[2]}", _set(asset_path=free))
        yield NamedFix("overwrite", "Overwrite it", _set(overwrite=True))


def next_name(path: str) -> str:
    """Give the next name in a row: ``scene`` becomes ``scene_v2``, ``scene_v2`` becomes ``scene_v3``."""
    path = path.rstrip("/")
    match = re.fullmatch(r"(.*)_v(\d{1,6})", path)
    return f"{match[1]}_v{int(match[2]) + 1}" if match else f"{path}_v2"


def _overrides(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    info = snapshot.image.info
    if info is None:
        return
    known = {band.id for band in info.bands}
    kept = {band: policy for band, policy in snapshot.draft.overrides.items() if band in known}
    if len(kept) < len(snapshot.draft.overrides):
        yield NamedFix("drop-overrides", "Remove them", _set(overrides=kept))


def _set(**changes: object) -> Callable[[Draft], Draft]:
    return lambda draft: replace(draft, **changes)  # type: ignore[arg-type] # each name is a field of Draft


_MAKERS: dict[str, Callable[[Problem, Snapshot], Iterator[NamedFix]]] = {
    "grid": _grid,
    "grid.crsCode": _crs,
    "grid.affineTransform.scaleX": _pixel_size,
    "maxPixels": _max_pixels,
    "requestId": _request_id,
    "priority": _priority,
    "description": _description,
    "workloadTag": _workload_tag,
    "assetExportOptions.earthEngineDestination.name": _target,
    OVERRIDES: _overrides,
}
