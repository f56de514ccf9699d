"""Rules for texts: names, ids, tags and prefixes, one function each.

A rule takes the JSON path of the field and its text, and yields what is wrong with it. Sources: the
service's reference for request ids, texts of its error messages for descriptions, the checks of the
official clients for workload tags, Cloud Storage's own rules for buckets and objects.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ee_export_widget.errors import Severity

_Wrong: TypeAlias = tuple[str, str, str]
"""Code, message and hint of a problem."""

REQUEST_ID_LENGTH = 60
DESCRIPTION_LENGTH = 100
WORKLOAD_TAG_LENGTH = 63
ASSET_SEGMENTS = 10
LEGACY_ASSET_SEGMENTS = 3
LONG_ASSET_SEGMENT = 100
"""Characters of a part of an asset's name that are surely taken; the limit is not documented."""
OBJECT_NAME_BYTES = 1024

_EXTENSION_BYTES = len(".tif")
_SPLIT_SUFFIX_BYTES = len("-0000000000-0000000000.tif")

_SHOWN = 40
_SHOWN_CHARACTERS = 5
_BUCKET_LENGTH = range(3, 64)
_DOTTED_BUCKET_LENGTH = 222
_BUCKET_PART_LENGTH = 63
_PROJECT = re.compile(r"([a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{0,29}")
_CRS_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*:[A-Za-z0-9_.-]+")
_WKT_2 = re.compile(
    r"\s*(GEOD|GEOG|GEODETIC|GEOGRAPHIC|PROJ|PROJECTED|BOUND|COMPOUND|DERIVEDPROJ)CRS\s*\[", re.IGNORECASE
)
_LETTER = re.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) (?:DOTLESS )?([A-Z]{1,2})(?: WITH .*)?")
_SHARP_S = {"ß": "ss", "ẞ": "SS", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
_WORKLOAD_TAG = re.compile(rf"[a-z0-9]([-_a-z0-9]{{0,{WORKLOAD_TAG_LENGTH - 2}}}[a-z0-9])?")


def quoted(text: object) -> str:
    """Give text for a message: in quotation marks, cut to a readable length, control characters named."""
    shown = str(text)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    return f"“{''.join(_visible(character) for character in shown)}”"


def _visible(character: str) -> str:
    return f"U+{ord(character):04X}" if unicodedata.category(character).startswith("C") else character


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Give the known name that was probably meant, or None."""
    matches = difflib.get_close_matches(name[:_SHOWN], list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def _found(text: str, allowed: str) -> str:
    """Name the characters outside a class such as ``A-Za-z0-9``: ``“ü” and a space``; empty if there are none."""
    strange = dict.fromkeys(re.sub(f"[{allowed}]", "", text))
    names = ["a space" if character == " " else quoted(character) for character in strange]
    *first, last = [*names[:_SHOWN_CHARACTERS], *(["others"] if len(names) > _SHOWN_CHARACTERS else [])] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _cleaned(text: str, allowed: str, length: int, filler: str) -> str:
    """Replace runs of characters outside a class, after writing accented letters without their accents."""
    return re.sub(f"[^{allowed}]+", filler, _plain(text))[:length].strip(filler)


def _plain(text: str) -> str:
    """Write Latin letters without their marks (``ø`` as o, ``ß`` as ss, ``æ`` as ae), dashes as hyphens."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (character for character in decomposed if not unicodedata.combining(character))
    return "".join(character if character.isascii() else _latin(character) for character in kept)


def _latin(character: str) -> str:
    """Give the letters that a character is a form of, by its name; a blank where it is none."""
    if unicodedata.category(character) == "Pd":
        return "-"
    if character in _SHARP_S:
        return _SHARP_S[character]
    match = _LETTER.fullmatch(unicodedata.name(character, ""))
    if match is None:
        return " "
    return match[2] if match[1] == "CAPITAL" else match[2].lower()


def clean_request_id(text: str) -> str:
    """Make a valid request id of a text, or an empty text where nothing of it is usable."""
    return _cleaned(text, "A-Za-z0-9-", REQUEST_ID_LENGTH, "-")


def clean_description(text: str) -> str:
    """Make a valid description of a text, or an empty text where nothing of it is usable."""
    return _cleaned(text, "A-Za-z0-9.,:;_-", DESCRIPTION_LENGTH, "_")


def clean_workload_tag(text: str) -> str:
    """Make a valid workload tag of a text, or an empty text where nothing of it is usable."""
    return _cleaned(text.lower(), "a-z0-9_-", WORKLOAD_TAG_LENGTH, "-").strip("-_")


def clean_asset_path(text: str) -> str:
    """Make a valid path of an asset of a text, part by part; parts of which nothing is usable fall away."""
    parts = (_cleaned(part, "A-Za-z0-9_-", LONG_ASSET_SEGMENT, "_") for part in text.split("/"))
    return "/".join(part for part in parts if part)


def clean_drive_name(text: str) -> str:
    """Make a name for a file or folder in Drive that every client takes, or an empty text."""
    return _cleaned(text, "A-Za-z0-9_-", 100, "_")


def clean_prefix(text: str) -> str:
    """Make the start of an object's name of a text that no tool misreads."""
    parts = (_cleaned(part, "A-Za-z0-9._-", 200, "_") for part in text.split("/"))
    return "/".join(parts)[: OBJECT_NAME_BYTES - _SPLIT_SUFFIX_BYTES]


def clean_bucket(text: str) -> str:
    """Take the name of a bucket out of an address, and write it as buckets are written; may still not be valid."""
    name = text.strip().removeprefix("gs://").partition("/")[0]
    return _cleaned(name.lower(), "a-z0-9._-", _BUCKET_LENGTH.stop - 1, "-").strip("._-")


def _use(clean: str, otherwise: str = "") -> str:
    return f"Use {clean}." if clean else otherwise


def request_id(field: str, text: str) -> Iterator[Problem]:
    """1 to 60 letters, digits and hyphens (service reference)."""
    if not text:
        message = "Without an ID a retry can start the export twice."
        yield Problem(field, "request-id-empty", "error", message, "Make a new ID.")
    if found := _found(text, "A-Za-z0-9-"):
        message = f"Only a to z, A to Z, 0 to 9 and “-” are allowed. Found {found}."
        yield Problem(field, "request-id-characters", "error", message, _use(clean_request_id(text), "Make a new ID."))
    if len(text) > REQUEST_ID_LENGTH:
        message = f"{len(text)} characters; {REQUEST_ID_LENGTH} at most."
        yield Problem(field, "request-id-too-long", "error", message, "Shorten it.")


def description(field: str, text: str) -> Iterator[Problem]:
    """At most 100 of ``A-Z a-z 0-9 . , : ; _ -`` (text of the service's error)."""
    hint = _use(clean_description(text), "Use letters and digits.")
    if found := _found(text, "A-Za-z0-9.,:;_-"):
        message = f"Only letters, digits and “.”, “,”, “:”, “;”, “_”, “-” are allowed. Found {found}."
        yield Problem(field, "description-characters", "error", message, hint)
    if len(text) > DESCRIPTION_LENGTH:
        message = f"{len(text)} characters; {DESCRIPTION_LENGTH} at most."
        yield Problem(field, "description-too-long", "error", message, hint)


def workload_tag(field: str, text: str) -> Iterator[Problem]:
    """1 to 63 lower-case letters, digits, ``-`` and ``_``; the ends are letters or digits (official clients)."""
    if _WORKLOAD_TAG.fullmatch(text):
        return
    hint = _use(clean_workload_tag(text), "Leave the tag out.")
    if not text:
        yield Problem(field, "workload-tag-empty", "error", "An empty workload tag cannot be sent.", hint)
    elif found := _found(text, "a-z0-9_-"):
        message = f"A workload tag has lower-case letters, digits, “-” and “_”. Found {found}."
        yield Problem(field, "workload-tag-characters", "error", message, hint)
    elif len(text) > WORKLOAD_TAG_LENGTH:
        message = f"{len(text)} characters; {WORKLOAD_TAG_LENGTH} at most."
        yield Problem(field, "workload-tag-too-long", "error", message, hint)
    else:
        message = "A workload tag starts and ends with a letter or a digit."
        yield Problem(field, "workload-tag-ends", "error", message, hint)


def asset_name(field: str, text: str) -> Iterator[Problem]:
    """``projects/<project>/assets/<segment>/…`` with at most ten segments (service guide and error text)."""
    yield from _told(field, _asset_problem(text))
    if longest := next((part for part in text.split("/") if len(part) > LONG_ASSET_SEGMENT), ""):
        message = f"A part of the name has {len(longest)} characters; how many the service takes is not documented."
        yield Problem(field, "asset-name-long", "warning", message, f"Use {LONG_ASSET_SEGMENT} at most.")


def _told(field: str, found: _Wrong | None) -> Iterator[Problem]:
    if found is not None:
        code, message, hint = found
        yield Problem(field, code, "error", message, hint)


def _asset_problem(text: str) -> _Wrong | None:  # noqa: PLR0911 - one for each rule
    """Find the first thing that is wrong with an asset's name."""
    example = "A full name looks like projects/my-project/assets/name."
    if not text:
        return "asset-name-empty", "The asset needs a name.", example
    parts = text.split("/")
    if parts[0] != "projects" or parts[2:3] != ["assets"]:
        hint = f"Use projects/earthengine-legacy/assets/{text}." if parts[0] == "users" else example
        return "asset-name-not-full", f"{quoted(text)} is not a full asset name.", hint
    if parts[1] == "earthengine-public":
        return "asset-name-public", "Nobody writes to the public catalogue.", "Name an asset of a project of yours."
    if not _PROJECT.fullmatch(parts[1]):
        hint = "A project is projects/ followed by an ID, such as projects/my-project."
        return "asset-name-project", f"{quoted(parts[1])} is not a project ID.", hint
    segments = parts[3:]
    if found := _found("".join(segments), "A-Za-z0-9_-"):
        message = f"A name may use letters, digits, “-”, “_” and “/”. Found {found}."
        return "asset-name-characters", message, _use(clean_asset_path("/".join(segments)))
    if not all(segments) or not segments:
        return "asset-name-empty-part", "A part of the name is empty.", "Write something between and after all “/”."
    if len(segments) > ASSET_SEGMENTS:
        message = f"{len(segments)} parts after assets/; {ASSET_SEGMENTS} at most."
        return "asset-name-too-deep", message, "Use fewer folders."
    if parts[1] == "earthengine-legacy" and len(segments) < LEGACY_ASSET_SEGMENTS:
        message = "A legacy name has at least three parts after assets/."
        return "asset-name-too-short", message, "It looks like projects/earthengine-legacy/assets/users/someone/name."
    return None


def bucket(field: str, text: str) -> Iterator[Problem]:
    """Name of a Cloud Storage bucket, by Cloud Storage's own rules."""
    yield from _told(field, _bucket_problem(text))


def _bucket_problem(text: str) -> _Wrong | None:  # noqa: PLR0911 - one for each rule
    """Find the first thing that is wrong with a bucket's name."""
    rule = "Bucket names use lower-case letters, digits, “-”, “_” and “.”."
    if not text:
        return "bucket-empty", "The export needs a bucket.", "Give the name alone, without gs://."
    if text.startswith("gs://"):
        return "bucket-is-address", "The bucket is given by its name alone.", _use(clean_bucket(text))
    if found := _found(text, "a-z0-9._-"):
        return "bucket-characters", f"{rule} Found {found}.", _use(clean_bucket(text))
    longest = _DOTTED_BUCKET_LENGTH if "." in text else _BUCKET_LENGTH.stop - 1
    if not _BUCKET_LENGTH.start <= len(text) <= longest:
        message = f"{len(text)} characters; {_BUCKET_LENGTH.start} to {longest} are allowed."
        return "bucket-length", message, "Check the name in the Cloud console."
    if any(len(part) > _BUCKET_PART_LENGTH for part in text.split(".")):
        return "bucket-length", f"A part between dots has more than {_BUCKET_PART_LENGTH} characters.", rule
    if not (text[0].isalnum() and text[-1].isalnum()):
        return "bucket-ends", "A bucket's name starts and ends with a letter or a digit.", rule
    if re.search(r"\.\.|\.-|-\.", text) or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text):
        return "bucket-dots", "Dots part words: not two in a row, none beside “-”, and not as in an IP address.", rule
    if text.startswith("goog") or re.search("google|g00gle", text):
        return "bucket-reserved", "Names that start with goog or contain google are reserved.", "Use another bucket."
    return None


def object_prefix(field: str, text: str) -> Iterator[Problem]:
    """Start of a Cloud Storage object name: no line breaks, 1024 bytes with the suffix and extension added to it."""
    yield from file_prefix(field, text)
    if found := "".join(character for character in "#[]*?" if character in text):
        message = f"Cloud Storage tools give {' '.join(found)} a meaning of their own."
        yield Problem(field, "prefix-special", "warning", message, "Use letters, digits, “-”, “_” and “/”.")


def drive_prefix(field: str, text: str) -> Iterator[Problem]:
    """Start of a file name in Drive: no line breaks; the official client names a narrow set of characters."""
    yield from file_prefix(field, text)
    yield from _narrow(field, text, "File names in Drive")


def drive_folder(field: str, text: str) -> Iterator[Problem]:
    """Name of a folder in Drive: it is looked up by name, so a slash does not part folders."""
    if "/" in text:
        message = "Drive finds the folder by name, wherever it is. A slash is part of the name, not a path."
        yield Problem(field, "folder-slash", "warning", message, "Give the name of the last folder alone.")
    else:
        yield from _narrow(field, text, "Folders in Drive")


def _narrow(field: str, text: str, noun: str) -> Iterator[Problem]:
    if found := _found(text, "A-Za-z0-9_-"):
        message = f"{noun} are safest with letters, digits, “-” and “_”. Found {found}."
        yield Problem(field, "drive-characters", "warning", message, _use(clean_drive_name(text)))


def file_prefix(field: str, text: str) -> Iterator[Problem]:
    """Start of any file name: no line breaks, 1024 bytes in UTF-8 with what the service adds to it."""
    if "\r" in text or "\n" in text:
        yield Problem(field, "prefix-line-break", "error", "A file name has no line breaks.", "Remove them.")
    size = len(text.encode(errors="replace"))
    if size + _SPLIT_SUFFIX_BYTES > OBJECT_NAME_BYTES:
        severity: Severity = "error" if size + _EXTENSION_BYTES > OBJECT_NAME_BYTES else "warning"
        message = f"{size} bytes; {OBJECT_NAME_BYTES} at most, with the numbers and extension that files get."
        yield Problem(field, "prefix-too-long", severity, message, "Shorten it.")


def prefix_given(field: str, text: str | None) -> Iterator[Problem]:
    """Check that files get a name."""
    if not text:
        yield Problem(field, "prefix-missing", "warning", "The files have no name.", "Give a file name prefix.")


def is_crs_code(text: str) -> bool:
    """Whether a text has the form ``AUTHORITY:CODE``."""
    return bool(_CRS_CODE.fullmatch(text))


def crs_code(field: str, text: str) -> Iterator[Problem]:
    """``AUTHORITY:CODE``; the service refuses PROJ strings and does not know every code."""
    if not is_crs_code(text):
        message = f"{quoted(text)} is not a known CRS code. Codes look like EPSG:32632."
        yield Problem(field, "crs-code", "error", message, "Give a code, or the CRS as WKT.")
    elif text.upper() in {"EPSG:6933", "EPSG:102009"} or text.upper().startswith("ESRI:"):
        message = f"Earth Engine has been reported not to know {text}."
        yield Problem(field, "crs-code-unknown-to-service", "warning", message, "Give the CRS as WKT.")


def crs_wkt(field: str, text: str) -> Iterator[Problem]:
    """Well-known text of a CRS; the service takes no PROJ strings."""
    if len(text) < len("GEOCCS[]") or "[" not in text:
        yield Problem(
            field, "crs-wkt", "error", f"{quoted(text)} is not WKT.", "Give WKT 1, or a code such as EPSG:32632."
        )
    elif _WKT_2.match(text):
        message = "This is WKT 2; Earth Engine documents WKT 1."
        yield Problem(field, "crs-wkt-2", "warning", message, "Give the same CRS as WKT 1.")


def no_empty_entry(noun: str, field: str, texts: Iterable[str]) -> Iterator[Problem]:
    """Check that the texts of a list, or the names of a map, say something."""
    if not all(texts):
        yield Problem(field, f"{noun}-empty", "error", "An entry is empty.", "Remove the empty entry.")
