"""Ways out of problems of the grid: a footprint, another CRS, larger pixels, a higher limit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import equal_area_crs_for, utm_crs_for
from ee_export_widget.core.crs.text import short_crs
from ee_export_widget.core.draft.derive import (
    derive_grid,
    export_scale,
    pixel_of,
    same_crs,
    source_crs,
    source_transform,
)
from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.gestures import placed
from ee_export_widget.core.draft.remarks import OFF_THE_IMAGE
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, compact_count, fitting_max_pixels
from ee_export_widget.core.grid.coarsening import coarser_pixels, pixel_size_text
from ee_export_widget.core.grid.overlap import common_span
from ee_export_widget.core.region.region import read_region
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
                "coarsen", f"Coarsen scale to {text.replace(' x ', ' × ')} {units}",
                setting(pixel_size=text, grid=None),
                f"{compact_count(coarse.pixel_count)} px",
            )  # fmt: skip
            return


def for_pixel_size(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Read the number as metres, or take the source's pixel."""
    if problem.code == "degrees-for-metres":
        typed = snapshot.draft.pixel_size.strip()
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
    if problem.code in _FAR and (centre := _centre(snapshot.draft)):
        equal_area = equal_area_crs_for(*centre)
        yield NamedFix(
            "equal-area", "Use an equal-area system centred on the region", setting(crs=equal_area, grid=None)
        )
    if not crs and (centre := _centre(snapshot.draft)):
        utm = utm_crs_for(*centre)
        yield NamedFix("utm", f"Use {utm}, zone of the region", setting(crs=utm, grid=None))


_FAR = frozenset({"region-far-from-meridian", "region-outside-utm-zone", "region-outside-area-of-use"})


def _centre(draft: Draft) -> tuple[float, float] | None:
    """Give the middle of the region in degrees; None where it has no place on earth."""
    try:
        return read_region(draft.region).centre if draft.region is not None else None
    except InvalidRequestError:
        return None
