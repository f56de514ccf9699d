"""Ways out of problems of the grid: a footprint, another CRS, larger pixels, a higher limit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import equal_area_crs_for, utm_crs_for
from ee_export_widget.core.crs.text import short_crs
from ee_export_widget.core.draft.derive import (
    derive_grid,
    export_scale,
    pixel_of,
    region_centre,
    same_crs,
    source_crs,
    source_transform,
)
from ee_export_widget.core.draft.draft import CrsRectangle, with_grid
from ee_export_widget.core.draft.exchange import exchanged
from ee_export_widget.core.draft.gestures import placed
from ee_export_widget.core.draft.remarks import OFF_THE_IMAGE
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, PIXELS_CEILING, compact_count, fitting_max_pixels
from ee_export_widget.core.grid.coarsening import coarser_pixels, pixel_size_text
from ee_export_widget.core.grid.overlap import common_span
from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
from ee_export_widget.core.quantity import parse_size
from ee_export_widget.core.region.region import LATITUDE_FIRST
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.fixes.kind import NamedFix, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot


def for_region(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Give the image's footprint for a grid that is missing or beside it, its edges for one that sticks out."""
    info = snapshot.image.info
    source = info.source_grid if info is not None else None
    if problem.hint == LATITUDE_FIRST and (turned := exchanged(snapshot.draft.region)) is not None:
        label, note = "Exchange longitude and latitude", "the latitude seems to come first"
        yield NamedFix("exchange", label, setting(region=turned, grid=None), note)
    if problem.code in {"grid-missing", "missing", OFF_THE_IMAGE}:
        yield from for_dimensions(problem, snapshot)
    elif problem.code == "region-partly-outside-image" and source is not None and snapshot.composed.grid is not None:
        yield from _trim(snapshot.composed.grid, source)
    elif snapshot.composed.grid is None or problem.code in _FAR:
        yield from for_crs(problem, snapshot)


def for_dimensions(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Give the image's footprint for a grid that has no pixels."""
    info = snapshot.image.info
    source = info.source_grid if info is not None else None
    if source is not None:
        region = CrsRectangle(source.crs_text, source.bounds)
        yield NamedFix(
            "use-footprint", "Use image footprint", lambda draft: replace(draft, region=region, grid=None),
            f"{source.width:,} × {source.height:,} px",
        )  # fmt: skip


def for_incomplete(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Give a loaded grid the CRS of the image, which the service means where it has none, or all of its grid."""
    if problem.field != "grid.crsCode":
        yield from for_dimensions(problem, snapshot)
    elif isinstance(partly := snapshot.draft.grid, PartialPixelGrid) and (crs := source_crs(snapshot.image.info)):
        step = partial(_in_crs, grid=partly.with_(**{"crs_wkt" if "[" in crs else "crs_code": crs}))
        yield NamedFix("source-crs", f"Use {short_crs(crs)}, as the source", step)


def _in_crs(draft: Draft, grid: PartialPixelGrid) -> Draft:
    try:
        return with_grid(draft, grid.complete())
    except InvalidRequestError:
        return replace(draft, grid=grid, crs=grid.crs_text)


def _trim(grid: PixelGrid, source: PixelGrid) -> Iterator[NamedFix]:
    try:
        span = common_span(grid, source)
    except InvalidRequestError:  # the image has no place in the CRS of the grid
        return
    if span is not None:
        size = f"{span[2] - span[0]:,} × {span[3] - span[1]:,} px"
        yield NamedFix("trim", "Trim to the image", lambda draft: placed(draft, grid, span), size)


def for_max_pixels(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Coarsen the scale, or raise the limit with headroom."""
    grid = snapshot.composed.grid
    if grid is not None and problem.code == "too-many-pixels":
        yield from _coarser(snapshot, grid)
    if grid is None or grid.pixel_count <= DEFAULT_MAX_PIXELS:
        yield NamedFix("default-max-pixels", "Use default 100,000,000", setting(max_pixels="100,000,000"))
        return
    ceiling = fitting_max_pixels(grid.width, grid.height)
    yield NamedFix("raise-max-pixels", f"Raise maxPixels to {ceiling:,}", setting(max_pixels=f"{ceiling:,}"))


def for_ceiling(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Coarsen the scale: no limit lets so many pixels through."""
    if snapshot.composed.grid is not None:
        yield from _coarser(snapshot, snapshot.composed.grid)


def _coarser(snapshot: Snapshot, grid: PixelGrid) -> Iterator[NamedFix]:
    """Offer the finest rounder pixel that fits: the source's, a multiple of it, or 1, 2, 5 x 10^n."""
    info, composed = snapshot.image.info, snapshot.composed
    limit = min(int(composed.body.get("maxPixels", DEFAULT_MAX_PIXELS)), PIXELS_CEILING)
    transform = source_transform(info) if same_crs(source_crs(info), composed.crs) else None
    source = None if transform is None else pixel_of(transform)
    units = Crs.from_text(composed.crs).units
    for size in coarser_pixels(pixel_of(grid.affine_transform), grid.pixel_count / limit, source):
        text = pixel_size_text(*size)
        coarse = derive_grid(replace(snapshot.draft, pixel_size=text, grid=None), info).grid
        if coarse is not None and coarse.pixel_count <= limit:
            yield NamedFix(
                "coarsen", f"Coarsen scale to {text.replace(' x ', ' × ')} {units}",
                setting(pixel_size=text, grid=None),
                f"{compact_count(coarse.pixel_count)} px",
            )  # fmt: skip
            return


def for_whole_patches(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Enlarge the grid at the right and the bottom until patches cover it."""
    grid, patch = snapshot.composed.grid, parse_size(snapshot.draft.patch_dimensions)
    if grid is None or patch is None:
        return
    width, height = (-(-side // step) * step for side, step in zip((grid.width, grid.height), patch, strict=True))
    yield NamedFix(
        "whole-patches", "Enlarge the grid to whole patches",
        lambda draft: placed(draft, grid, (0, 0, width, height)), f"{width:,} × {height:,} px",
    )  # fmt: skip


def for_wkt(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Give the same system as WKT 1, which needs no code that the service knows."""
    grid = snapshot.composed.grid
    if grid is None:
        return
    same = replace(grid, crs_code=None, crs_wkt=grid.crs.wkt1)
    yield NamedFix("crs-as-wkt", f"Give {short_crs(grid.crs_text)} as WKT 1", partial(with_grid, grid=same))


def for_pixel_size(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Read the number as metres, or take the source's pixel."""
    if problem.code == "degrees-for-metres":
        typed = snapshot.draft.pixel_size.strip().rstrip("°")
        yield NamedFix("metres", f"Use {typed} m", setting(pixel_size=f"{typed} m", grid=None))
    info = snapshot.image.info
    if source_transform(info) is None or not snapshot.composed.crs_known:
        return
    crs = Crs.from_text(snapshot.composed.crs)
    scale = export_scale(replace(snapshot.draft, pixel_size=""), info, crs)
    if isinstance(scale, tuple):
        label = f"Use source pixel, {scale[0]:.6g} {crs.units}"
        yield NamedFix("source-pixel", label, setting(pixel_size="", grid=None))


def for_crs(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the source's CRS, an equal-area one, or the UTM zone of the region."""
    if (crs := source_crs(snapshot.image.info)) and snapshot.draft.crs:
        yield NamedFix("source-crs", f"Use {short_crs(crs)}, as the source", setting(crs="", grid=None))
    if problem.code in _FAR and (centre := region_centre(snapshot.draft.region)):
        equal_area = equal_area_crs_for(*centre)
        yield NamedFix(
            "equal-area", "Use an equal-area system centred on the region", setting(crs=equal_area, grid=None)
        )
    if not crs and (centre := region_centre(snapshot.draft.region)):
        utm = utm_crs_for(*centre)
        yield NamedFix("utm", f"Use {utm}, zone of the region", setting(crs=utm, grid=None))


_FAR = frozenset({"region-far-from-meridian", "region-outside-utm-zone", "region-outside-area-of-use"})
