"""Where the files of an export go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.emulator.assets import safe_name
from ee_export_widget.emulator.errors import ServiceError, invalid

if TYPE_CHECKING:
    from pathlib import Path


LONGEST_PART = 220
"""Bytes in one part of a path, before what the parts of a split file add; file systems take 255."""


def file_stem(options: dict[str, Any], description: str) -> tuple[str, ...]:
    """Return the directories and the beginning of the name of an export's files, below the data directory.

    A Drive folder is one name whatever it holds; an object's name in a bucket makes directories at its slashes.

    Parameters
    ----------
    options
        An ImageFileExportOptions message.
    description
        Names the files where no prefix is given.

    Raises
    ------
    ServiceError
        When a part is longer than a file system here can store, which the service could.
    """
    parts = _parts(options, description)
    for part in parts:
        if len(part) > LONGEST_PART:
            raise invalid(f"The local Earth Engine cannot store a name as long as '{part[:40]}…' ({len(part)} bytes).")
    return parts


def _parts(options: dict[str, Any], description: str) -> tuple[str, ...]:
    if "driveDestination" in options:
        destination = options["driveDestination"]
        folder = destination.get("folder", "")
        prefix = destination.get("filenamePrefix") or description
        return ("drive", *([safe_name(folder)] if folder else []), safe_name(prefix))
    destination = options["cloudStorageDestination"]
    prefix = destination.get("filenamePrefix") or description
    if prefix.endswith("/"):
        prefix += description
    return ("gcs", safe_name(destination["bucket"]), *(safe_name(part) for part in prefix.split("/") if part))


def safe_directory(data_dir: Path, parts: tuple[str, ...]) -> Path:
    """Return a directory below the data directory, made when missing.

    Raises
    ------
    ServiceError
        When a link stands in the way.
    """
    directory = data_dir
    for part in parts:
        directory /= part
        if directory.is_symlink():
            message = f"{directory.relative_to(data_dir)} is a link, which the local Earth Engine does not follow."
            raise ServiceError("PERMISSION_DENIED", message)
        directory.mkdir(exist_ok=True)
    return directory
