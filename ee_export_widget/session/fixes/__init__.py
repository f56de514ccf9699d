"""For a problem, the buttons that solve it: each a pure function from draft to draft, with its result in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core import naming
from ee_export_widget.core.draft.entries import CLOUD_STORAGE, DRIVE, ENTRIES, FILES, TF_RECORD
from ee_export_widget.session.fixes import bands, files, filling, grid, project, text
from ee_export_widget.session.fixes.bands import OVERRIDES
from ee_export_widget.session.fixes.kind import NamedFix

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.fixes.kind import Maker
    from ee_export_widget.session.snapshot import Snapshot

__all__ = ["OVERRIDES", "NamedFix", "fixes_for"]

_MASKED = "masked-become-zero"


def fixes_for(problem: Problem, snapshot: Snapshot) -> list[NamedFix]:
    """Give the fixes on offer for a problem, the most likely one first."""
    if problem.severity == "info" and problem.code != _MASKED:
        return []
    # What is wrong with one band is solved where all bands stand.
    field = next((path for path in _MAPS if problem.field.startswith(f"{path}.")), problem.field)
    maker = _BY_CODE.get(problem.code) or _BY_FIELD.get(field)
    return list(maker(problem, snapshot)) if maker is not None else []


_MAPS = (OVERRIDES, f"{TF_RECORD}.tensorDepths")

_BY_CODE: dict[str, Maker] = {
    _MASKED: filling.for_masked_pixels,
    "mixed-types": bands.for_mixed_types,
    "array-band": bands.for_array_band,
    "no-data-out-of-range": bands.for_no_data,
    "no-data-not-float": files.for_whole_no_data,
    "client-only-member": files.for_client_only,
    "format-missing": files.for_format,
    "format-not-for-exports": files.for_format,
    "format-mismatch": files.for_options_of_another_format,
    "not-a-multiple": files.for_tile_dimensions,
    "tile-not-a-multiple": files.for_tile_size,
    "project-not-registered": project.for_registration,
    "scope-missing": project.for_scopes,
    "file-too-long": files.for_tile_dimensions,
    "file-too-large": files.for_tile_dimensions,
    "grid-incomplete": grid.for_incomplete,
    "not-invertible": grid.for_incomplete,
    "pixels-above-ceiling": grid.for_ceiling,
    "grid-too-large": grid.for_pixel_size,
    "averaged-codes": bands.for_averaged_codes,
    "edge-patches-dropped": grid.for_whole_patches,
    "no-whole-patch": files.for_patches,
    "default-value-changed": files.for_default_value,
    "prefix-missing": text.for_prefix,
    "folder-slash": text.for_folder,
    "crs-code-unknown-to-service": grid.for_wkt,
    "crs-wkt-2": grid.for_wkt,
    "metadata-key-empty": files.for_empty_entries,
    "cors-uri-empty": files.for_empty_entries,
    "workload-tag-empty": files.for_empty_entries,
    "destination-missing": text.for_no_asset,
    "asset-name-empty": text.for_no_asset,
    "not-a-size": text.for_unreadable,
    "not-a-number": text.for_unreadable,
}
"""Makers for problems that stand at several places, or beside others at the same place."""

_NUMBERS = {entry.path: text.for_number for entry in ENTRIES.values() if entry.bounds is not None}

_BY_FIELD: dict[str, Maker] = {
    **_NUMBERS,
    "grid": grid.for_region,
    "grid.dimensions.width": grid.for_dimensions,
    "grid.dimensions.height": grid.for_dimensions,
    "grid.crsCode": grid.for_crs,
    "grid.affineTransform.scaleX": grid.for_pixel_size,
    "maxPixels": grid.for_max_pixels,
    "requestId": text.for_request_id,
    "description": text.for_description,
    "workloadTag": text.cleaned("workload_tag", naming.clean_workload_tag),
    "assetExportOptions.earthEngineDestination.name": text.for_asset_name,
    f"{DRIVE}.folder": text.cleaned("drive_folder", naming.clean_drive_name),
    f"{DRIVE}.filenamePrefix": text.cleaned("drive_prefix", naming.clean_drive_name),
    f"{CLOUD_STORAGE}.bucket": text.cleaned("bucket", naming.clean_bucket),
    f"{CLOUD_STORAGE}.filenamePrefix": text.cleaned("cloud_storage_prefix", naming.clean_prefix),
    f"{FILES}.fileFormat": files.for_format,
    OVERRIDES: bands.for_overrides,
    f"{TF_RECORD}.tensorDepths": files.for_depths,
}
