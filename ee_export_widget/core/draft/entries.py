"""The entries of a form that stand for single members of the body: where each is written, how it is shown and read.

Text stays as typed in a draft. An entry that shows what a loaded request says leaves that member exactly as it
was, also one that was absent, or that is written in a form which the field cannot tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft import kinds
from ee_export_widget.core.formats import ImageFileFormat
from ee_export_widget.core.message import ClientOnly, Range, leaves, member_of
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from ee_export_widget.core.draft.draft import Draft

FILES = "fileExportOptions"
DRIVE = f"{FILES}.driveDestination"
CLOUD_STORAGE = f"{FILES}.cloudStorageDestination"
GEO_TIFF = f"{FILES}.geoTiffOptions"
TF_RECORD = f"{FILES}.tfRecordOptions"


@dataclass(frozen=True)
class Entry:
    """A field of the form and the member of the body that it writes."""

    name: str
    """Field of `Draft`."""
    path: str
    """JSON path of the member."""
    kind: kinds.Kind

    @cached_property
    def member(self) -> FieldInfo:
        """The annotated field of the request that says its title, description and rules."""
        return member_of(ExportImageRequest, self.path)

    @property
    def bounds(self) -> Range | None:
        """Smallest and largest number, unit and default, where it is a number that has them."""
        return next((mark for mark in self.member.metadata if isinstance(mark, Range)), None)

    def read(self, draft: Draft) -> kinds.Json:
        """Give the JSON value that a draft has for this entry; None where there is none, or none that can be read."""
        try:
            return self.kind.read(getattr(draft, self.name))
        except kinds.Unreadable:
            return None

    def problem(self, draft: Draft) -> Problem | None:
        """Say why what was typed cannot be read; None where it can."""
        entered = getattr(draft, self.name)
        try:
            self.kind.read(entered)
        except kinds.Unreadable as error:
            message = self.bounds.sentence if self.bounds is not None else str(error)
            found = f"Found “{entered.strip()}”." if isinstance(entered, str) else ""
            return Problem(self.path, error.code, "error", message, found)
        return None


ENTRIES: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("max_pixels", "maxPixels", kinds.LARGE),
        Entry("priority", "priority", kinds.WHOLE),
        Entry("file_format", f"{FILES}.fileFormat", kinds.choice()),
        Entry("drive_folder", f"{DRIVE}.folder", kinds.TEXT),
        Entry("drive_prefix", f"{DRIVE}.filenamePrefix", kinds.TEXT),
        Entry("bucket", f"{CLOUD_STORAGE}.bucket", kinds.TEXT),
        Entry("cloud_storage_prefix", f"{CLOUD_STORAGE}.filenamePrefix", kinds.TEXT),
        Entry("permissions", f"{CLOUD_STORAGE}.permissions", kinds.choice("DEFAULT_OBJECT_ACL")),
        Entry("cors_uris", f"{CLOUD_STORAGE}.bucketCorsUris", kinds.WORDS),
        Entry("cloud_optimized", f"{GEO_TIFF}.cloudOptimized", kinds.FLAG),
        Entry("tile_dimensions", f"{GEO_TIFF}.tileDimensions", kinds.SIZE),
        Entry("tile_size", f"{GEO_TIFF}.tileSize", kinds.WHOLE),
        Entry("skip_empty_files", f"{GEO_TIFF}.skipEmptyFiles", kinds.FLAG),
        Entry("no_data", f"{GEO_TIFF}.noData", kinds.NO_DATA),
        Entry("patch_dimensions", f"{TF_RECORD}.tileDimensions", kinds.SIZE),
        Entry("margin_dimensions", f"{TF_RECORD}.marginDimensions", kinds.SIZE),
        Entry("compress", f"{TF_RECORD}.compress", kinds.COMPRESS),
        Entry("max_size_bytes", f"{TF_RECORD}.maxSizeBytes", kinds.LARGE),
        Entry("default_value", f"{TF_RECORD}.defaultValue", kinds.REAL),
        Entry("tensor_depths", f"{TF_RECORD}.tensorDepths", kinds.DEPTHS),
        Entry("sequence_data", f"{TF_RECORD}.sequenceData", kinds.FLAG),
        Entry("collapse_bands", f"{TF_RECORD}.collapseBands", kinds.FLAG),
        Entry("max_masked_ratio", f"{TF_RECORD}.maxMaskedRatio", kinds.RATIO),
    )
}
"""By field of the draft, in the order in which the members are written."""

_TARGETS = {"drive": DRIVE, "cloud_storage": CLOUD_STORAGE}
OPTIONS = {ImageFileFormat.GEO_TIFF.value: GEO_TIFF, ImageFileFormat.TF_RECORD_IMAGE.value: TF_RECORD}
"""Where the options of each file format stand."""


def shown_of(request: ExportImageRequest) -> dict[str, Any]:
    """Give the fields of a draft for what a request says; those of messages that it does not use are left out."""
    body = _without_expression(request)
    files = body.get("fileExportOptions")
    used = {""}
    if files is not None:
        target = CLOUD_STORAGE if "cloudStorageDestination" in files else DRIVE
        used |= {FILES, target, OPTIONS.get(files.get("fileFormat", ""), "")}
        used |= {path for path in OPTIONS.values() if _name(path) in files}
    return {
        entry.name: entry.kind.show((_message(body, _parent(entry.path)) or {}).get(_name(entry.path)))
        for entry in ENTRIES.values()
        if _parent(entry.path) in used
    }


def written_in(draft: Draft, path: str, loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Write the entries of one message of the body, on top of the other members that a loaded body has there."""
    before = _message(loaded, path)
    entries = {_name(entry.path): entry for entry in ENTRIES.values() if _parent(entry.path) == path}
    message = {name: value for name, value in (before or {}).items() if name not in entries}
    for name, entry in entries.items():
        if before is not None and entry.kind.show(before.get(name)) == getattr(draft, entry.name):
            value = before.get(name)
        else:
            value = entry.read(draft)
        if value is not None:
            message[name] = value
    return message


def file_options(draft: Draft, loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Write the options of an export into files: format, destination, and what the format has to say."""
    before = loaded.get(FILES, {})
    options = {name: before[name] for name in foreign_options(draft, before)}
    own = "" if options else OPTIONS.get(draft.file_format, "")
    target = _TARGETS.get(draft.destination, DRIVE)
    # A loaded body whose files go nowhere stays such a body until somebody says where.
    homeless = FILES in loaded and not any(_name(path) in before for path in _TARGETS.values())
    if FILES in loaded and own and before.get("fileFormat") == draft.file_format:
        loaded = {**loaded, FILES: {_name(own): {}, **before}}  # to say nothing of the options is to say something
    for path in (target, own) if own else (target,):
        message = written_in(draft, path, loaded)
        if message or _name(path) in before or (path == target and not homeless):
            options[_name(path)] = message
    if draft.file_format:
        options["fileFormat"] = draft.file_format
    return options


def foreign_options(draft: Draft, before: Mapping[str, Any]) -> list[str]:
    """Name the options of another format that a loaded body has, while its format is the one that it came with."""
    if before.get("fileFormat", "") != draft.file_format:
        return []
    return [_name(path) for name, path in OPTIONS.items() if _name(path) in before and name != draft.file_format]


def entry_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what was typed into the fields that are written and cannot be read."""
    used = {"", OPTIONS.get(draft.file_format, "-"), _TARGETS.get(draft.destination, "-")}
    used = {""} if draft.destination == "asset" else used
    for entry in ENTRIES.values():
        if _parent(entry.path) in used and (problem := entry.problem(draft)) is not None:
            yield problem


def forgotten(draft: Draft, path: str) -> Draft:
    """Let go of a member of the loaded request: what the field of the form says, if it has one, is written anew."""
    if draft.loaded is None:
        return draft
    *parents, name = path.split(".")
    body = draft.loaded.to_json()
    target = body
    for parent in parents:
        # Parts of a loaded body are shared with nothing.
        target = target.get(parent, {})
    target.pop(name, None)
    return replace(draft, loaded=ExportImageRequest.from_json(body))


def json_only(draft: Draft) -> list[str]:
    """Name the members of a loaded request that no field of the form shows; they are kept as they are."""
    if draft.loaded is None:
        return []
    body = _without_expression(draft.loaded)
    hidden = [path for path, marks in leaves(ExportImageRequest) if any(isinstance(mark, ClientOnly) for mark in marks)]
    hidden.append(f"{GEO_TIFF}.noData.integerValue")
    return [path for path in hidden if _name(path) in (_message(body, _parent(path)) or {})]


def _without_expression(request: ExportImageRequest) -> dict[str, Any]:
    return {name: value for name, value in request.to_json().items() if name != "expression"}


def _message(body: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """Give the message at a path of a body, the body itself for an empty one; None where there is none."""
    message: Mapping[str, Any] | None = body
    for name in path.split(".") if path else ():
        message = message.get(name) if message is not None else None
    return message


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _name(path: str) -> str:
    return path.rpartition(".")[2]
