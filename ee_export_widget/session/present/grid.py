"""Facts and fields of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import METRES_PER_DEGREE, Crs
from ee_export_widget.core.crs.text import short_crs
from ee_export_widget.core.draft.derive import pixel_of, same_crs, source_crs, source_transform
from ee_export_widget.core.draft.masking import can_mask
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, compact_bytes, compact_count, raw_bytes
from ee_export_widget.core.grid.alignment import Alignment, alignment, outward_moves
from ee_export_widget.core.quantity import parse_count
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.crs import PATHS, crs_field
from ee_export_widget.session.present.entry import entry, links
from ee_export_widget.session.present.outline import middle, outline
from ee_export_widget.session.present.parts import doing, field, head, lacks_region, mark, message, note, option, row

if TYPE_CHECKING:
    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import BandInfo
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

SIZE_PATHS = ("grid.affineTransform",)


_AS_YOU_DRAW = "Width, height, pixel count and alignment show here as you draw."


def grid_head(snapshot: Snapshot) -> views.FormView:
    """Heading of the step; the map follows it."""
    problems = _problems(snapshot)
    todo = "Draw a region" if lacks_region(snapshot) or snapshot.drawing else ""
    heading = head("Grid", mark(problems, todo=todo), summary=summary(snapshot))
    return {"label": "Grid", "head": heading, "items": [], "ack": 0}


def grid(snapshot: Snapshot) -> views.FormView:
    """Facts, then fields."""
    items: list[views.Item] = [
        _facts(snapshot),
        _fields(snapshot),
        *_band_grids(snapshot),
        *_mask(snapshot),
        links(),
        *entry(snapshot),
    ]
    placed = {*_at(snapshot, *PATHS), *_at(snapshot, *SIZE_PATHS)}
    items += [
        _note(problem, snapshot)
        for problem in _problems(snapshot)
        if problem not in placed and not (problem.code == "grid-missing" and snapshot.draft.region is None)
    ]
    return {"label": "Grid facts and fields", "head": None, "items": items, "ack": 0}


def _note(problem: Problem, snapshot: Snapshot) -> views.Note:
    shown = note(problem, fixes_for(problem, snapshot))
    if shown["strong"].startswith("Must be "):  # of a member that no field beside it names
        shown["strong"] = f"{problem.field.removeprefix('grid.')} m{shown['strong'].removeprefix('M')}"
    if problem.code == "region-crosses-180":
        shown["fixes"].append(doing("split_at_180", "Split at 180°"))
    return shown


def summary(snapshot: Snapshot) -> str:
    """Give size, pixel and CRS in one line."""
    composed = snapshot.composed
    if composed.grid is None:
        return ""
    return (
        f"{composed.grid.width:,} × {composed.grid.height:,} px, {pixel_text(composed.grid)}, {short_crs(composed.crs)}"
    )


def pixel_text(grid: PixelGrid) -> str:
    """Give the ground size of a pixel, both ways in degrees."""
    width, height = pixel_of(grid.affine_transform)
    try:
        crs = grid.crs
    except InvalidRequestError:
        return f"{width:.6g} × {height:.6g}"
    if crs.is_geographic:
        return f"{width:.6g}° (about {_metres(width * METRES_PER_DEGREE)})"
    sides = f"{width:.6g}" if abs(width - height) <= 1e-9 * width else f"{width:.6g} × {height:.6g}"
    return f"{sides} {crs.units}"


def _problems(snapshot: Snapshot) -> list[Problem]:
    return [*snapshot.problems_at("grid")]


def _at(snapshot: Snapshot, *paths: str) -> list[Problem]:
    return snapshot.problems_at(*paths)


def _facts(snapshot: Snapshot) -> views.Facts:
    composed = snapshot.composed
    grid = composed.grid
    if grid is None:
        draft = snapshot.draft
        begun = draft.grid is not None or (draft.region is not None and draft.expression is not None)
        words = "There is no grid until the problem below is solved." if begun else _AS_YOU_DRAW
        return _sentence([], "plain", "", words)
    limit = max_pixels(snapshot)
    count = grid.pixel_count
    info = snapshot.image.info
    size = raw_bytes(count, info) if info is not None else None
    facts: list[views.Fact] = [
        _fact("Size", f"{grid.width:,} × {grid.height:,}", "px"),
        {
            **_fact("Pixels", compact_count(count), f"of {compact_count(limit)}", f"{count:,} px"),
            "meter": count / limit, "tone": "error" if count > limit else "plain",
        },
        _pixel_fact(grid),
        _fact("Data", *(_split_unit(compact_bytes(size)) if size is not None else ("…", "")), suffix=" raw"),
    ]  # fmt: skip
    return _alignment(snapshot, grid, facts)


def max_pixels(snapshot: Snapshot) -> int:
    """Give the ceiling in force: the one typed, else the service's own."""
    typed = parse_count(snapshot.draft.max_pixels) or 0
    return typed if typed > 0 else DEFAULT_MAX_PIXELS


def _fact(label: str, strong: str, text: str, exact: str = "", *, suffix: str = "") -> views.Fact:
    return {"label": label, "strong": strong, "text": text + suffix, "exact": exact, "tone": "plain"}


def _pixel_fact(grid: PixelGrid) -> views.Fact:
    """Give the pixel at a glance; all digits are in the tooltip."""
    exact = pixel_text(grid)
    width, height = pixel_of(grid.affine_transform)
    if not (grid.crs_code or grid.crs_wkt) or not exact.endswith(")"):
        return _fact("Pixel (GSD)", *_split_unit(exact), exact)
    lat = middle(outline(grid))[1]
    sides = f"{width:.4g}°" if abs(width - height) <= 1e-9 * width else f"{width:.3g} × {height:.3g}°"
    place = f"{abs(lat):.0f}° {'N' if lat >= 0 else 'S'}"
    return _fact("Pixel (GSD)", sides, f"about {_metres(width * METRES_PER_DEGREE)} at {place}", exact)


def _metres(length: float) -> str:
    return f"{length / 1000:,.3g} km" if length >= 10_000 else f"{length:,.3g} m"  # noqa: PLR2004 - as long as it reads well


def _split_unit(text: str) -> tuple[str, str]:
    number, _, unit = text.partition(" ")
    return number, unit


def _alignment(snapshot: Snapshot, grid: PixelGrid, facts: list[views.Fact]) -> views.Facts:
    """Give the one sentence about how the grid lies to the image's own."""
    if snapshot.drawing:
        return _sentence(facts, "info", "", "Edges will move outward to whole pixels when you finish.")
    corner = f"Origin at {grid.affine_transform.translate_x:.12g}, {grid.affine_transform.translate_y:.12g}."
    found = source_alignment(snapshot, grid)
    if found is None:
        return _sentence(facts, "info", "No source grid to compare with.", corner)
    match found.kind:
        case "on-grid":
            text = f"Offset {found.column_offset:,} columns, {found.row_offset:,} rows."
            return _sentence(facts, "ok", "On the source grid.", text, _moves(snapshot, grid))
        case "multiple":
            columns, rows = found.multiple
            pixels = f"{columns}" if columns == rows else f"{columns} × {rows}"
            return _sentence(facts, "ok", "On a multiple of the source grid", f"({pixels} source pixels per pixel).")
        case "half-pixel":
            words = "This is the usual sign of a pixel-centre origin."
            half = _sentence(facts, "warning", "Half a pixel off the source grid.", words)
            return {**half, "fixes": [doing("shift_half_pixel", "Shift by half a pixel")]}
        case _:
            return _off(snapshot, found, facts)


def source_alignment(snapshot: Snapshot, grid: PixelGrid) -> Alignment | None:
    """Compare with the image's own pixels; None where there are none, or in a CRS that is not known here."""
    transform = source_transform(snapshot.image.info)
    if transform is None:
        return None
    try:
        return alignment(grid, transform, source_crs(snapshot.image.info))
    except InvalidRequestError:
        return None


def _off(snapshot: Snapshot, found: Alignment, facts: list[views.Fact]) -> views.Facts:
    words = "Every value is resampled (nearest neighbour)."
    if found.kind == "different-crs":
        return _sentence(facts, "warning", "Not on the source grid.", words)
    sentence = _sentence(facts, "warning", "Not on the source grid.", words, fix=True)
    if snapshot.draft.snap == "source" and snapshot.draft.grid is None:
        # The edges are on it already: it is the pixel that is neither the source's nor a multiple.
        sentence["fixes"] = [doing("use_source_pixel", "Use source pixel")]
    return sentence


def _sentence(  # noqa: PLR0913 - a sentence has this many parts
    facts: list[views.Fact], tone: views.Tone, strong: str, text: str, muted: str = "", *, fix: bool = False
) -> views.Facts:
    return {
        "kind": "facts", "label": "Grid facts", "facts": facts, "tone": tone, "strong": strong, "text": text,
        "muted": muted, "fixes": [doing("snap_to_source", "Snap to source grid")] if fix else [],
    }  # fmt: skip


def _moves(snapshot: Snapshot, grid: PixelGrid) -> str:
    drawn = snapshot.composed.drawn
    if drawn is None:
        return ""
    west, north, east, south = outward_moves(drawn, grid)
    if max(west, north, east, south) <= 0:
        return ""
    units = Crs.from_text(snapshot.composed.crs).units
    unit = "°" if units == "degrees" else f" {units}"
    sides = (("W", west), ("N", north), ("E", east), ("S", south))
    return "Edges moved outward to whole pixels: " + ", ".join(f"{side} {way:.3g}{unit}" for side, way in sides) + "."


def _fields(snapshot: Snapshot) -> views.Row:
    draft, composed = snapshot.draft, snapshot.composed
    known = Crs.from_text(composed.crs) if composed.crs_known else None
    unit = "" if known is None else "°" if known.is_geographic else known.units
    return row(
        crs_field(snapshot),
        field("pixel_size", "Pixel size", draft.pixel_size, paths=["grid.affineTransform.scaleX"],
              placeholder=_source_size(snapshot), unit="" if _has_unit(draft.pixel_size) else unit,
              messages=_messages(snapshot, *SIZE_PATHS)),
        field("snap", "Snap edges to", draft.snap, paths=["grid.affineTransform.translateX"], control="select",
              options=_snaps(draft), hint=_snap_hint(snapshot)),
        layout="three",
    )  # fmt: skip


def _snaps(draft: Draft) -> list[views.Option]:
    """Offer what edges can line up with; another asset's grid is named once it is known."""
    asset = draft.reference[0].rpartition("/")[2] if draft.reference is not None else ""
    return [
        option("source", "Source grid"), option("multiples", "Multiples of the pixel"),
        option("region", "Region corner"), option("asset", f"Grid of {asset}" if asset else "Another asset’s grid"),
    ]  # fmt: skip


def _snap_hint(snapshot: Snapshot) -> str:
    """Say where the choice has no effect: pixels of another CRS have no lines in this one."""
    draft, crs = snapshot.draft, snapshot.composed.crs
    if draft.snap == "source":
        followed, name = source_crs(snapshot.image.info), "The source grid"
    elif draft.snap == "asset" and draft.reference is not None:
        grid = draft.reference[1]
        followed, name = grid.crs_text, "That grid"
    else:
        return ""
    if not followed or same_crs(followed, crs):
        return ""
    return f"{name} is in {short_crs(followed)}; edges are multiples of the pixel."


def _band_grids(snapshot: Snapshot) -> list[views.Item]:
    """Let the band be chosen whose pixels count as the image's, where bands differ."""
    info = snapshot.image.info
    if info is None or len(info.band_groups) < 2 or info.source_band is None:  # noqa: PLR2004 - a choice
        return []
    bands = {band.id: band for band in info.bands}
    source = info.source_band.id
    options = []
    for group in info.band_groups:
        shown = source if source in group else group[0]
        others = f" and {len(group) - 1} more" if len(group) > 1 else ""
        options.append(option(shown, f"{shown}{others}{_band_pixel(bands[shown])}"))
    hint = f"Bands have {len(options)} different grids. The grid of {source} is used as the source grid."
    return [field("source_band", "Source grid", source, control="select", options=options, hint=hint)]


def _band_pixel(band: BandInfo) -> str:
    """Give the size of a band's pixels; empty where it has none."""
    if band.crs is None or band.crs_transform is None:
        return ", no grid"
    width, _ = pixel_of(band.crs_transform)
    try:
        units = Crs.from_text(band.crs).units
    except InvalidRequestError:
        return f", {width:.6g}"
    return f", {width:.6g}°" if units == "degrees" else f", {width:.6g} {units}"


def _mask(snapshot: Snapshot) -> list[views.Item]:
    """Offer to mask what the grid has beside the region."""
    if not can_mask(snapshot.draft, snapshot.composed.crs):
        return []
    on = snapshot.draft.mask_outside
    aside = "the expression ends with Image.clip" if on else "adds Image.clip to the expression"
    return [field("mask_outside", "Mask pixels outside the region", on, control="check", aside=aside)]


def _messages(snapshot: Snapshot, *paths: str) -> list[views.Message]:
    return [message(problem, fixes_for(problem, snapshot)) for problem in _at(snapshot, *paths)]


def _has_unit(text: str) -> bool:
    return text.strip()[-1:].isalpha() or text.strip().endswith("°")


def _source_size(snapshot: Snapshot) -> str:
    grid = snapshot.composed.grid
    if snapshot.draft.pixel_size or grid is None:
        return "auto"
    return _split_unit(pixel_text(grid))[0].rstrip("°")
