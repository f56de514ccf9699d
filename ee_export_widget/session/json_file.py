"""Small files of JSON that other kernels may be reading, or may have damaged."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("ee_export_widget")


class JsonFile:
    """One JSON object on disk, written whole or not at all.

    Parameters
    ----------
    folder
        Where it is; made when something is first written. None keeps nothing.
    name
        Of the file.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        self.path = folder / name if folder is not None else None

    def read(self) -> Mapping[str, Any]:
        """Give what is kept; a missing, broken or strange file holds nothing."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8")) if self.path is not None else {}
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, content: Mapping[str, Any]) -> None:
        """Put an object in the place of what was there.

        Raises
        ------
        OSError
            Where it cannot be written; what was there before still is.
        """
        if self.path is None:
            return
        text = json.dumps(content)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(self.path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        """Keep nothing."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def keep(self, content: Mapping[str, Any]) -> None:
        """Write what is no loss: where the disk does not take it, say so in the log and go on."""
        try:
            self.write(content)
        except OSError as error:
            log.warning("%s could not be kept: %s", self.path, error.strerror)


def remove_older(folder: Path, *, than_s: float) -> None:
    """Remove the JSON files of a folder that were last written before a time, in seconds since 1970."""
    for path in folder.glob("*.json"):
        # Another kernel may have removed it meanwhile.
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < than_s:
                path.unlink()
