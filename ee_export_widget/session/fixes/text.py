"""Ways out of problems of texts and numbers: what they would be, cleaned or moved inside their bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.core import naming
from ee_export_widget.core.asset_names import short
from ee_export_widget.core.draft.compose import description
from ee_export_widget.core.draft.draft import with_image
from ee_export_widget.core.draft.entries import DRIVE, ENTRIES
from ee_export_widget.core.quantity import number_text
from ee_export_widget.session.fixes.kind import NamedFix, setting
from ee_export_widget.session.fixes.project import copying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.errors import Problem
    from ee_export_widget.session.fixes.kind import Maker
    from ee_export_widget.session.snapshot import Snapshot


def cleaned(field: str, clean: Callable[[str], str]) -> Maker:
    """Make the maker that writes a field of the draft with allowed characters only, where something is left."""

    def make(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
        before = str(getattr(snapshot.draft, field))
        text = clean(before)
        if text and text != before:
            yield NamedFix(f"clean-{field.replace('_', '-')}", f"Use {text}", setting(**{field: text}))

    return make


def for_request_id(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Clean the id, or make a new one."""
    if clean := naming.clean_request_id(snapshot.draft.request_id):
        yield NamedFix("clean-request-id", f"Use {clean}", setting(request_id=clean))
    else:
        yield NamedFix("new-request-id", "New ID", command="new_request_id")


def for_description(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Clean the description, typed or derived; take the derived one where none is left."""
    typed = snapshot.draft.description or ""
    clean = naming.clean_description(typed) or description(replace(snapshot.draft, description=None))
    yield NamedFix("clean-description", f"Use {clean}", setting(description=clean))


def for_number(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the nearest number that is allowed, or the default."""
    entry = next(entry for entry in ENTRIES.values() if entry.path == problem.field)
    bounds, slug = entry.bounds, entry.name.replace("_", "-")
    number = entry.read(snapshot.draft)
    known = float(number) if isinstance(number, int | float | str) else None
    default = bounds.default if bounds is not None else None
    if bounds is not None and known is not None and not bounds.minimum <= known <= bounds.maximum:
        nearest = number_text(min(max(known, bounds.minimum), bounds.maximum))
        if default is None or nearest != number_text(default):
            yield NamedFix(f"nearest-{slug}", f"Use {nearest}", setting(**{entry.name: nearest}))
    shown = "" if default is None else f"{default:,}" if isinstance(default, int) else number_text(default)
    label = f"Use default {shown}" if shown else "Leave it empty"
    yield NamedFix(f"default-{slug}", label, setting(**{entry.name: shown}))


def for_unreadable(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Empty a field that may be: for numbers with a default that is its own button."""
    for entry in ENTRIES.values():
        if entry.path == problem.field and entry.bounds is None:
            yield NamedFix(f"empty-{entry.name.replace('_', '-')}", "Leave it empty", setting(**{entry.name: ""}))
            return
    yield from for_number(problem, snapshot) if problem.field in NUMBERS else ()


NUMBERS = frozenset(entry.path for entry in ENTRIES.values() if entry.bounds is not None)


def for_prefix(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Name files as the official client does: by the description."""
    name = "drive_prefix" if problem.field == f"{DRIVE}.filenamePrefix" else "cloud_storage_prefix"
    derived = description(replace(snapshot.draft, description=None))
    clean = naming.clean_drive_name(description(snapshot.draft)) or derived
    yield NamedFix("prefix-from-description", f"Use {clean}", setting(**{name: clean}))


def for_folder(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the last part of what looks like a path."""
    last = snapshot.draft.drive_folder.rstrip("/").rpartition("/")[2]
    if clean := naming.clean_drive_name(last):
        yield NamedFix("last-folder", f"Use {clean}", setting(drive_folder=clean))


def for_no_asset(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Name the asset after the image, as a new form does."""
    draft = snapshot.draft
    if draft.destination == "asset" and not draft.asset_path.strip():
        named = with_image(replace(draft, asset_path=""), draft.image_text, draft.expression).asset_path
        yield NamedFix("derived-asset-name", f"Use {named}", setting(asset_path=named))


def for_asset_name(problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the next free name, overwrite, make the folder, or write the name with allowed characters only."""
    path = snapshot.draft.asset_path.strip()
    match problem.code:
        case "target-homeless":
            folder = short(snapshot.target.folders[-1])
            yield NamedFix("create-folder", f"Create folder {folder}", command="create_folders")
        case "target-taken":
            if free := snapshot.target.free:
                beside = "".join(path.rstrip("/").rpartition("/")[:2])
                yield NamedFix("next-name", f"Use {free}", setting(asset_path=beside + free))
            yield NamedFix("overwrite", "Overwrite it", setting(overwrite=True))
        case "target-refused" | "target-doubtful":
            yield from copying(problem.hint)
        case "asset-name-public" | "asset-name-project":
            own = path.rpartition("/assets/")[2] if problem.code == "asset-name-project" else path.rpartition("/")[2]
            if clean := naming.clean_asset_path(own):
                yield NamedFix("own-asset-name", f"Use {clean}", setting(asset_path=clean))
        case "asset-name-long" | "asset-name-characters" | "asset-name-empty-part":
            root, assets, own = path.rpartition("/assets/")
            if clean := naming.clean_asset_path(own):
                yield NamedFix("clean-asset-name", f"Use {clean}", setting(asset_path=f"{root}{assets}{clean}"))
