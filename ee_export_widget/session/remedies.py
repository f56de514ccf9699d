"""What usually helps a failed export: changes of what it was started with, shown to be looked at and never sent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core import image_steps
from ee_export_widget.core.asset_names import next_name, short
from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.draft.derive import derive_grid, pixel_of, same_crs, source_crs, source_transform
from ee_export_widget.core.draft.draft import FIRST_NAME, Draft, draft_from, with_grid
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, compact_count, fitting_max_pixels
from ee_export_widget.core.grid.coarsening import coarser_pixels, pixel_size_text
from ee_export_widget.core.image_info import smallest_type
from ee_export_widget.core.naming import clean_asset_path
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.fixes.kind import CHANGES_IMAGE, NamedFix, setting
from ee_export_widget.session.fixes.project import copying
from ee_export_widget.session.target import CREATE
from ee_export_widget.session.verifying import asset_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.verifying import Submitted

Reason: TypeAlias = Literal[
    "memory", "time", "pixels", "exists", "permission", "types", "queue", "image", "policies", "other"
]  # fmt: skip

_PATTERNS: tuple[tuple[Reason, str], ...] = (
    ("memory", r"memory limit|out of memory"),
    ("time", r"timed out"),
    ("pixels", r"too many pixels|export too large|maxPixels"),
    ("exists", r"cannot overwrite asset"),
    ("permission", r"permission|does not have .* access|doesn't allow this operation"),
    ("types", r"compatible (data )?types"),
    ("queue", r"quota|too many tasks"),
    ("image", r"image asset .* not found"),
    ("policies", r"override|pyramiding"),
)
"""Why exports fail, by what the service says."""

_TIMES_FEWER = 4
"""How many times fewer pixels help where the service does not say how many are too many."""
_DESTINATION = "fileExportOptions"
_SIZE = "grid.affineTransform.scaleX"


def reason_of(message: str) -> Reason:
    """Tell why an export failed, from the message of the service."""
    return next((reason for reason, words in _PATTERNS if re.search(words, message, re.IGNORECASE)), "other")


def remedies(operation: Operation, snapshot: Snapshot) -> list[NamedFix]:
    """Give what usually helps a failed operation; nothing where it is not known what it was started with."""
    submitted = snapshot.submitted.get(operation.name)
    message = operation.error.message if operation.error else ""
    maker = _MAKERS.get(reason_of(message))
    if submitted is None or maker is None:
        return []
    return list(maker(submitted, snapshot, message))


def started_with(submitted: Submitted, snapshot: Snapshot, request_id: str) -> Draft:
    """Give the draft of what an operation was started with, to be sent under another id."""
    draft = draft_from(submitted.request, project=snapshot.project, before=snapshot.draft)
    return replace(draft, request_id=request_id)


def _smaller(submitted: Submitted, snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    yield from _parts(submitted)
    yield from _coarser(submitted, snapshot)


def _quicker(submitted: Submitted, _snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    yield from _parts(submitted)
    if (path := _intermediate(submitted.request)) is not None:
        note = "it has longer; then export its pixels"
        step = setting(destination="asset", asset_path=path, overwrite=False)
        yield NamedFix("intermediate", "Export an intermediate asset first", step, note, leads=_DESTINATION)


def _intermediate(request: ExportImageRequest) -> str | None:
    """Name an asset for what was to become files."""
    if request.file_export_options is None:
        return None
    return f"{clean_asset_path(request.description or '') or FIRST_NAME}_intermediate"


def _fewer(submitted: Submitted, snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    grid = submitted.grid
    if grid is None:
        return
    ceiling = f"{fitting_max_pixels(grid.width, grid.height):,}"
    yield NamedFix("raise", f"Raise maxPixels to {ceiling}", setting(max_pixels=ceiling), leads="maxPixels")
    limit = submitted.request.max_pixels or DEFAULT_MAX_PIXELS
    yield from _coarser(submitted, snapshot, limit)


def _parts(submitted: Submitted) -> Iterator[NamedFix]:
    grid = submitted.grid
    if grid is None:
        return
    count = min(grid.width, 2) * min(grid.height, 2)
    if count > 1:
        things = "assets" if asset_of(submitted) else "files"
        note = f"same grid, {'a quarter' if count > 2 else 'half'} each; {things} line up exactly"  # noqa: PLR2004
        yield NamedFix("split", f"Split into {count} exports", note=note, command="split_in_halves", leads="grid")


def _coarser(submitted: Submitted, snapshot: Snapshot, limit: int | None = None) -> Iterator[NamedFix]:
    """Offer the finest rounder pixel that fits a limit, or else makes a quarter of the pixels."""
    grid = submitted.grid
    if grid is None:
        return
    info = submitted.image
    try:
        units, before = Crs.from_text(grid.crs_text).units, with_grid(snapshot.draft, grid)
    except InvalidRequestError:
        return
    excess = _TIMES_FEWER if limit is None else max(grid.pixel_count / limit, 1)
    for size in coarser_pixels(pixel_of(grid.affine_transform), excess, _source_pixel(grid, info)):
        text = pixel_size_text(*size)
        step = setting(pixel_size=text, grid=None)
        coarse = derive_grid(step(before), info).grid
        if (
            coarse is not None
            and coarse.pixel_count < grid.pixel_count
            and (limit is None or coarse.pixel_count <= limit)
        ):
            label = f"Coarsen scale to {text.replace(' x ', ' × ')} {units}"
            yield NamedFix("coarsen", label, step, f"{compact_count(coarse.pixel_count)} px", leads=_SIZE)
            return


def _source_pixel(grid: PixelGrid, info: ImageInfo | None) -> tuple[float, float] | None:
    transform = source_transform(info) if same_crs(source_crs(info), grid.crs_text) else None
    return None if transform is None else pixel_of(transform)


def _another_name(submitted: Submitted, _snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    step = setting(overwrite=True)
    yield NamedFix("overwrite", "Overwrite and re-run…", step, "what the asset holds now is lost", command="submit")
    if name := asset_of(submitted):
        free = next_name(short(name))
        yield NamedFix("next-name", f"Use {free.rpartition('/')[2]}", setting(asset_path=free, overwrite=False),
                       leads="assetExportOptions.earthEngineDestination.name")  # fmt: skip


def _elsewhere(submitted: Submitted, _snapshot: Snapshot, message: str) -> Iterator[NamedFix]:
    yield from copying(f"{message} {CREATE if asset_of(submitted) else ''}")
    yield NamedFix("elsewhere", "Change destination", leads=_DESTINATION)


def _one_type(submitted: Submitted, _snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    info = submitted.image
    kind = smallest_type("float", None, None) if info is None else image_steps.common_type(info.pixel_types)
    yield NamedFix("cast", f"Cast all to {kind.name}", lambda draft: image_steps.cast(draft, kind), CHANGES_IMAGE)


def _later(_submitted: Submitted, _snapshot: Snapshot, _message: str) -> Iterator[NamedFix]:
    yield NamedFix(
        "later", "Try again when there is room…", note="the last look says what is waiting", command="submit"
    )


_MAKERS: dict[Reason, Callable[[Submitted, Snapshot, str], Iterator[NamedFix]]] = {
    "memory": _smaller,
    "time": _quicker,
    "pixels": _fewer,
    "exists": _another_name,
    "permission": _elsewhere,
    "types": _one_type,
    "queue": _later,
}
