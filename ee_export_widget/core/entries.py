"""The entries of a form that stand for single members of the body: where each is written, how it is shown and read.

Text stays as typed in a draft. An entry that shows what a loaded request says leaves that member exactly as it
was, also one that was absent, or that is written in a form which the field cannot tell apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.encoding import INT64, write_double
from ee_export_widget.core.formats import ImageFileFormat
from ee_export_widget.core.message import ClientOnly, Range, leaves, member_of
from ee_export_widget.core.quantity import number_text, parse_count, parse_real, parse_size
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


class Unreadable(ValueError):  # noqa: N818 - it never leaves this room
    """What was typed is no value of its field: the code of the problem, and what the field takes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Kind(ABC):
    """A way to show a JSON value in a field, and to read what was typed there."""

    @abstractmethod
    def show(self, value: Any) -> Any:  # noqa: ANN401 - each kind has its own
        """Give what the field holds for a JSON value; None stands for an absent member."""

    @abstractmethod
    def read(self, entered: Any) -> Any:  # noqa: ANN401 - each kind has its own
        """Give the JSON value of an entry, or None where the member is left out.

        Raises
        ------
        Unreadable
            If it stands for no value.
        """


class _Text(Kind):
    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return value or ""

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        return entered.strip() or None


class _Flag(Kind):
    """False is what the service takes where nothing is said."""

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return bool(value)

    def read(self, entered: bool) -> Any:  # noqa: ANN401, FBT001 - as the base
        return entered or None


class _Compress(Kind):
    """On by the guide and unsaid by the reference: always written (REST contract, section 18)."""

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return value is not False

    def read(self, entered: bool) -> Any:  # noqa: ANN401, FBT001 - as the base
        return entered


@dataclass(frozen=True)
class _Choice(Kind):
    default: str = ""

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return value or self.default

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        return None if entered == self.default else entered


@dataclass(frozen=True)
class _Whole(Kind):
    as_text: bool = False
    """Whether the member is a 64-bit integer, which travels as text."""
    grouped: bool = False

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return "" if value is None else f"{int(value):,}" if self.grouped else str(int(value))

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        if not entered.strip():
            return None
        number = parse_count(entered)
        if number is None or number not in INT64:
            raise Unreadable("not-a-whole-number", "Must be a whole number.")
        return str(number) if self.as_text else number


class _Real(Kind):
    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return "" if value is None else value if isinstance(value, str) else number_text(value)

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        if not entered.strip():
            return None
        number = parse_real(entered)
        if number is None:
            raise Unreadable("not-a-number", "Must be a number.")
        return write_double(number)


class _Ratio(_Real):
    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        text = entered.strip()
        share = parse_real(text.removesuffix("%")) if text.endswith("%") else None
        value = super().read(entered) if share is None else write_double(share / 100)
        if isinstance(value, str):
            raise Unreadable("not-a-number", "Must be a number.")
        return value


class _NoData(_Real):
    """A number in its floating form, the only one that the service supports."""

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return super().show(next(iter((value or {}).values()), None))

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        number = super().read(entered)
        return None if number is None else {"floatValue": number}


class _Size(Kind):
    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return "" if value is None else f"{value['width']} × {value['height']}"

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        if not entered.strip():
            return None
        size = parse_size(entered)
        if size is None or not all(side in INT64 for side in size):
            raise Unreadable("not-a-size", "Must be a width and a height in pixels, such as 512 × 512.")
        return {"width": size[0], "height": size[1]}


class _Words(Kind):
    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return " ".join(value or ())

    def read(self, entered: str) -> Any:  # noqa: ANN401 - as the base
        return entered.replace(",", " ").split() or None


class _Depths(Kind):
    """A number for each band, each in a field of its own."""

    def show(self, value: Any) -> Any:  # noqa: ANN401 - as the base
        return {band: str(depth) for band, depth in (value or {}).items()}

    def read(self, entered: Mapping[str, str]) -> Any:  # noqa: ANN401 - as the base
        depths = {band: parse_count(text) for band, text in entered.items() if text.strip()}
        for band, depth in depths.items():
            if depth is None or depth not in INT64:
                raise Unreadable("not-a-whole-number", f"The depth of {band} must be a whole number.")
        return depths or None


@dataclass(frozen=True)
class Entry:
    """A field of the form and the member of the body that it writes."""

    name: str
    """Field of `Draft`."""
    path: str
    """JSON path of the member."""
    kind: Kind

    @cached_property
    def member(self) -> FieldInfo:
        """The annotated field of the request that says its title, description and rules."""
        return member_of(ExportImageRequest, self.path)

    @property
    def bounds(self) -> Range | None:
        """Smallest and largest number, unit and default, where it is a number that has them."""
        return next((mark for mark in self.member.metadata if isinstance(mark, Range)), None)

    def read(self, draft: Draft) -> Any:  # noqa: ANN401 - any JSON
        """Give the JSON value that a draft has for this entry; None where there is none, or none that can be read."""
        try:
            return self.kind.read(getattr(draft, self.name))
        except Unreadable:
            return None

    def problem(self, draft: Draft) -> Problem | None:
        """Say why what was typed cannot be read; None where it can."""
        entered = getattr(draft, self.name)
        try:
            self.kind.read(entered)
        except Unreadable as error:
            message = self.bounds.sentence if self.bounds is not None else str(error)
            found = f"Found “{entered.strip()}”." if isinstance(entered, str) else ""
            return Problem(self.path, error.code, "error", message, found)
        return None


ENTRIES: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("max_pixels", "maxPixels", _Whole(as_text=True, grouped=True)),
        Entry("priority", "priority", _Whole()),
        Entry("file_format", f"{FILES}.fileFormat", _Choice()),
        Entry("drive_folder", f"{DRIVE}.folder", _Text()),
        Entry("drive_prefix", f"{DRIVE}.filenamePrefix", _Text()),
        Entry("bucket", f"{CLOUD_STORAGE}.bucket", _Text()),
        Entry("cloud_storage_prefix", f"{CLOUD_STORAGE}.filenamePrefix", _Text()),
        Entry("permissions", f"{CLOUD_STORAGE}.permissions", _Choice("DEFAULT_OBJECT_ACL")),
        Entry("cors_uris", f"{CLOUD_STORAGE}.bucketCorsUris", _Words()),
        Entry("cloud_optimized", f"{GEO_TIFF}.cloudOptimized", _Flag()),
        Entry("tile_dimensions", f"{GEO_TIFF}.tileDimensions", _Size()),
        Entry("tile_size", f"{GEO_TIFF}.tileSize", _Whole()),
        Entry("skip_empty_files", f"{GEO_TIFF}.skipEmptyFiles", _Flag()),
        Entry("no_data", f"{GEO_TIFF}.noData", _NoData()),
        Entry("patch_dimensions", f"{TF_RECORD}.tileDimensions", _Size()),
        Entry("margin_dimensions", f"{TF_RECORD}.marginDimensions", _Size()),
        Entry("compress", f"{TF_RECORD}.compress", _Compress()),
        Entry("max_size_bytes", f"{TF_RECORD}.maxSizeBytes", _Whole(as_text=True, grouped=True)),
        Entry("default_value", f"{TF_RECORD}.defaultValue", _Real()),
        Entry("tensor_depths", f"{TF_RECORD}.tensorDepths", _Depths()),
        Entry("sequence_data", f"{TF_RECORD}.sequenceData", _Flag()),
        Entry("collapse_bands", f"{TF_RECORD}.collapseBands", _Flag()),
        Entry("max_masked_ratio", f"{TF_RECORD}.maxMaskedRatio", _Ratio()),
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


def json_only(draft: Draft) -> list[str]:
    """Name the members of a loaded request that no field of the form shows; they are kept as they are."""
    if draft.loaded is None:
        return []
    body = _without_expression(draft.loaded)
    hidden = [path for path, marks in leaves(ExportImageRequest) if any(isinstance(mark, ClientOnly) for mark in marks)]
    hidden.append(f"{GEO_TIFF}.noData.integerValue")
    return [path for path in hidden if _name(path) in (_message(body, _parent(path)) or {})]
