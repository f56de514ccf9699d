"""Submissions on disk, written before they are sent, so that none is lost with its kernel.

One JSON object a line, appended and flushed: a line is the smallest thing that a crash can lose. Each begins
with its line break, so that nothing is glued to what a crash has cut short. Every month has a file of its own:
what is too old goes away as a whole, and no kernel ever rewrites what another is appending to.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.json_file import JsonFile, remove_older

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = timedelta(days=10)
"""How long an operation can live at the service (developer guide, processing environments)."""

MOST_BYTES = 1_000_000
"""Size of the largest expression whose request is kept on disk."""

_REQUESTS = "requests"
_FILE_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")

Outcome: TypeAlias = Literal["", "refused", "not found"]
"""What became of a submission without an operation: the service refused it, or nothing of it was found later."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One attempt to start an export; ``operation`` is its name once the service has given it."""

    request_id: str
    base_url: str
    project: str
    description: str
    at: str
    """When it was sent, RFC 3339 in UTC."""
    operation: str = ""
    outcome: Outcome = ""
    place: str = ""
    """The notebook that it was sent from, where that is known."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has learnt what became of it."""
        return not self.operation and not self.outcome


class Journal:
    """The submissions of one user on this machine.

    Parameters
    ----------
    folder
        Where the files are; made when the first submission is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, submission: Noted) -> None:
        """Append a submission, or what has become of it, and remove what is of no use any more.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        sent = datetime.fromisoformat(submission.at)
        path = self._file(sent)
        is_first = not path.exists()
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(asdict(submission)))
            file.flush()
            os.fsync(file.fileno())
        if is_first:
            oldest = self._file(sent - KEPT)
            for old in self._files():
                if old.name < oldest.name:
                    old.unlink(missing_ok=True)

    def keep(self, request: ExportImageRequest) -> None:
        """Keep a request under its id, for as long as its operation can live; one of many megabytes is not kept.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        size = request.expression.size_bytes if request.expression is not None else 0
        if size <= MOST_BYTES:
            remove_older(self.folder / _REQUESTS, than_s=time.time() - KEPT.total_seconds())
            self._body(request.request_id or "").write(request.to_json())

    def kept(self, request_id: str) -> ExportImageRequest | None:
        """Give the request that was kept under an id, if there is one."""
        body = self._body(request_id).read()
        try:
            return ExportImageRequest.from_json(body) if body else None
        except InvalidRequestError:
            return None

    def recent(self, *, base_url: str, project: str, now: datetime | None = None) -> list[Noted]:
        """Give the submissions to this service and project that can still be alive, oldest first."""
        oldest = (now or datetime.now(UTC)) - KEPT
        latest: dict[str, Noted] = {}
        for entry in self._entries():
            if (entry.base_url, entry.project) != (base_url, project) or _time(entry.at) < oldest:
                continue
            known = latest.get(entry.request_id)
            # A repeat that was cut short does not undo what its first attempt has led to.
            if known is None or entry.operation or not known.operation:
                latest[entry.request_id] = entry
        return list(latest.values())

    def _body(self, request_id: str) -> JsonFile:
        return JsonFile(self.folder / _REQUESTS if _FILE_NAME.fullmatch(request_id) else None, f"{request_id}.json")

    def _file(self, moment: datetime) -> Path:
        return self.folder / f"submissions-{moment:%Y-%m}.jsonl"

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("submissions-*.jsonl"))

    def _entries(self) -> Iterator[Noted]:
        for path in self._files():
            try:
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
            for line in lines:
                try:
                    entry = Noted(**json.loads(line))
                except (ValueError, TypeError):
                    continue  # a line that a crash cut short, or that a newer release wrote
                if all(isinstance(value, str) for value in asdict(entry).values()):
                    yield entry


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
