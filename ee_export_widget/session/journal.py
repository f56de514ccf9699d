"""Submissions on disk, written before they are sent, so that none is lost with its kernel.

One JSON object a line, appended and flushed: a line is the smallest thing that a crash can lose. Each begins
with its line break, so that nothing is glued to what a crash has cut short.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = timedelta(days=10)
"""How long an operation can live at the service (developer guide, processing environments)."""


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


class Journal:
    """The submissions of one user on this machine.

    Parameters
    ----------
    path
        File to append to; its folder is made when the first submission is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, submission: Noted) -> None:
        """Append a submission, or what has become of it.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(asdict(submission)))
            file.flush()
            os.fsync(file.fileno())

    def recent(self, *, base_url: str, project: str, now: datetime | None = None) -> list[Noted]:
        """Give the submissions to this service and project that can still be alive, oldest first."""
        oldest = (now or datetime.now(UTC)) - KEPT
        latest: dict[str, Noted] = {}
        for entry in self._entries():
            if (entry.base_url, entry.project) != (base_url, project) or _time(entry.at) < oldest:
                continue
            # A repeat that was cut short does not undo what its first attempt has led to.
            if entry.operation or entry.request_id not in latest:
                latest[entry.request_id] = entry
        return list(latest.values())

    def _entries(self) -> Iterator[Noted]:
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
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
