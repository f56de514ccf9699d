"""Ways out of problems of files: their format, their sizes, and options that belong elsewhere."""

from __future__ import annotations

from functools import partial
from math import isqrt
from typing import TYPE_CHECKING

from ee_export_widget.core.draft.entries import GEO_TIFF, OPTIONS, TF_RECORD, forgotten
from ee_export_widget.core.formats import FORMATS
from ee_export_widget.core.formats.geo_tiff import (
    DEFAULT_TILE_SIZE_PX,
    MAX_FILE_BYTES,
    MAX_FILE_SIDE_PX,
    fitting_tile_size,
)
from ee_export_widget.core.quantity import parse_count, parse_size
from ee_export_widget.session.fixes.kind import NamedFix, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot


def for_format(_problem: Problem, _snapshot: Snapshot) -> Iterator[NamedFix]:
    """Choose a format that images can be exported in."""
    for kind in FORMATS:
        yield NamedFix(f"use-{kind.title.lower()}", f"Use {kind.title}", setting(file_format=kind.file_format.value))


def for_options_of_another_format(problem: Problem, _snapshot: Snapshot) -> Iterator[NamedFix]:
    """Drop the options, or take the format that they belong to."""
    kind = next(kind for kind in FORMATS if OPTIONS[kind.file_format] == problem.field)
    step = partial(forgotten, path=problem.field)
    yield NamedFix("drop-options", f"Remove the options of {kind.title}", step)
    yield NamedFix("format-of-options", f"Use {kind.title}", setting(file_format=kind.file_format.value))


def for_tile_dimensions(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the nearest size that is whole tiles, short enough, and small enough for the bands."""
    typed, info = parse_size(snapshot.draft.tile_dimensions), snapshot.image.info
    tile = parse_count(snapshot.draft.tile_size or str(DEFAULT_TILE_SIZE_PX)) or DEFAULT_TILE_SIZE_PX
    if typed is None or not 0 < tile <= MAX_FILE_SIDE_PX:
        return
    width, height = (min(max(1, round(side / tile)), MAX_FILE_SIDE_PX // tile) * tile for side in typed)
    pixel = len(info.bands) * max((band.bytes_per_pixel for band in info.bands), default=1) if info is not None else 1
    if width * height * max(1, pixel) >= MAX_FILE_BYTES:
        width = height = max(1, isqrt(MAX_FILE_BYTES // max(1, pixel) - 1) // tile) * tile
    text = f"{width} × {height}"
    yield NamedFix("fitting-files", f"Use {text}", setting(tile_dimensions=text))


def for_tile_size(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the nearest size that tiles of a TIFF can have."""
    typed = parse_count(snapshot.draft.tile_size)
    if typed is not None:
        text = str(fitting_tile_size(typed))
        yield NamedFix("fitting-tiles", f"Use {text}", setting(tile_size=text))


def for_depths(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Drop the depth of a band that is not there, or has no arrays."""
    band = problem.field.removeprefix(f"{TF_RECORD}.tensorDepths.")
    depths = snapshot.draft.tensor_depths
    if band in depths and problem.code in {"unknown-band", "depth-of-no-array"}:
        rest = {name: depth for name, depth in depths.items() if name != band}
        step = setting(tensor_depths=rest)
        yield NamedFix(f"drop-depth-{band}", f"Remove the depth of {band}" if band else "Remove it", step)


def for_patches(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take patches that are no larger than the grid."""
    typed, grid = parse_size(snapshot.draft.patch_dimensions), snapshot.composed.grid
    if typed is not None and grid is not None:
        text = f"{min(typed[0], grid.width)} × {min(typed[1], grid.height)}"
        yield NamedFix("fitting-patches", f"Use {text}", setting(patch_dimensions=text))


def for_default_value(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take a value that every band can hold."""
    info = snapshot.image.info
    if info is not None:
        value = f"{max(0, *(kind.lowest for kind in info.pixel_types)):.17g}"
        yield NamedFix("fitting-default-value", f"Use {value}", setting(default_value=value))


def for_empty_entries(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Drop the member of a loaded body that is empty, or has an empty entry."""
    if snapshot.draft.loaded is not None:
        name = problem.field.rpartition(".")[2]
        yield NamedFix(f"drop-{name}", f"Remove {name}", partial(forgotten, path=problem.field))


def for_whole_no_data(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Write the number in the form that the service takes, or drop it."""
    path, value = f"{GEO_TIFF}.noData", snapshot.draft.no_data
    step = partial(forgotten, path=path)
    yield NamedFix("float-no-data", f"Use {value} as floatValue" if value else "Remove the no-data value", step)


def for_client_only(problem: Problem, _snapshot: Snapshot) -> Iterator[NamedFix]:
    """Drop a member that the service does not document."""
    name = problem.field.rpartition(".")[2]
    yield NamedFix(f"drop-{name}", f"Remove {name}", partial(forgotten, path=problem.field))
