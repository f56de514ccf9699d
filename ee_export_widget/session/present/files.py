"""What files look like inside: their format and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.draft.entries import FILES, GEO_TIFF, TF_RECORD
from ee_export_widget.core.formats import FORMATS
from ee_export_widget.session.entering import DEPTH
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.entries import entry_field, messages
from ee_export_widget.session.present.parts import field, note, option, row, text

if TYPE_CHECKING:
    from ee_export_widget.core.image_info import BandInfo
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

_DEPTHS = f"{TF_RECORD}.tensorDepths"


def file_format(snapshot: Snapshot) -> list[views.Item]:
    """Choose the format, then its options; values of the other format are kept."""
    makers = {"GEO_TIFF": _geo_tiff, "TF_RECORD_IMAGE": _tf_record}
    maker = makers.get(snapshot.draft.file_format)
    items = maker(snapshot) if maker is not None else [row(_format(snapshot))]
    shown = {path for item in items if item["kind"] == "row" for entry in item["items"] for path in entry["paths"]}  # type: ignore[typeddict-item] # rows of fields
    notes: list[views.Item] = [
        note(problem, fixes_for(problem, snapshot))
        for problem in snapshot.problems_at(FILES)
        if problem.field in {FILES, GEO_TIFF, TF_RECORD} or not _within(problem.field, shown | _ELSEWHERE)
    ]
    return [*items, *notes, *_expected(snapshot)]


_ELSEWHERE = frozenset({f"{FILES}.driveDestination", f"{FILES}.cloudStorageDestination"})


def _within(field: str, paths: set[str]) -> bool:
    return any(f"{field}.".startswith(f"{path}.") for path in paths)


def _format(snapshot: Snapshot) -> views.Field:
    chosen = snapshot.draft.file_format
    options = [option(kind.file_format.value, kind.title) for kind in FORMATS]
    if chosen not in {kind.file_format for kind in FORMATS}:
        options.append(option(chosen, chosen or "Not said"))
    return entry_field(snapshot, "file_format", control="select", options=options)


def _geo_tiff(snapshot: Snapshot) -> list[views.Item]:
    return [
        row(_format(snapshot), entry_field(snapshot, "no_data", placeholder="none")),
        row(
            entry_field(snapshot, "tile_dimensions", unit="px", placeholder="as the service splits"),
            entry_field(snapshot, "tile_size", aside="shard"),
        ),
        row(_flag(snapshot, "cloud_optimized"), _flag(snapshot, "skip_empty_files"), layout="checks"),
    ]


def _tf_record(snapshot: Snapshot) -> list[views.Item]:
    items: list[views.Item] = [
        row(_format(snapshot), entry_field(snapshot, "default_value", placeholder="0")),
        row(
            entry_field(snapshot, "patch_dimensions", unit="px", placeholder="256 × 256"),
            entry_field(snapshot, "margin_dimensions", unit="px", placeholder="none"),
        ),
        row(entry_field(snapshot, "max_size_bytes"), entry_field(snapshot, "max_masked_ratio")),
    ]
    if depths := [_depth(snapshot, band) for band in _banded(snapshot)]:
        items.append(row(*depths))
    flags = (_flag(snapshot, name) for name in ("compress", "sequence_data", "collapse_bands"))
    return [*items, row(*flags, layout="checks")]


def _flag(snapshot: Snapshot, name: str) -> views.Field:
    return entry_field(snapshot, name, control="check")


def _banded(snapshot: Snapshot) -> list[str]:
    """Name the bands that have a depth or need one."""
    info = snapshot.image.info
    bands: tuple[BandInfo, ...] = info.bands if info is not None else ()
    return [*dict.fromkeys([*(band.id for band in bands if band.is_array), *snapshot.draft.tensor_depths])]


def _depth(snapshot: Snapshot, band: str) -> views.Field:
    path = f"{_DEPTHS}.{band}"
    return field(
        f"{DEPTH}{band}", f"Depth of {band}", snapshot.draft.tensor_depths.get(band, ""), paths=[path],
        tip="Length of the arrays of this band.", messages=messages(snapshot, path),
    )  # fmt: skip


def _expected(snapshot: Snapshot) -> list[views.Item]:
    """Say how many files there will be."""
    request, grid = snapshot.composed.request, snapshot.composed.grid
    files = request.file_export_options if request is not None else None
    options = files.format_options if files is not None else None
    if options is None or grid is None:
        return []
    return [text(options.expected_files(grid, snapshot.image.info), tone="info")]
