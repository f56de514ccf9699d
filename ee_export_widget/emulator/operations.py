"""Export operations from submission to their end: the queue, the workers, and what an operation says meanwhile."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from .attempt import (
    CANCELLED_ERROR,
    INTERNAL_ERROR,
    Attempt,
    CancelledExport,
    ClosingEmulator,
    InterruptedExport,
    Outcome,
    PassingFailure,
)
from .clock import timestamp
from .errors import ServiceError
from .faults import fault_to_json
from .schema import unwrap
from .store import duplicate_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from .attempt import Run
    from .clock import Clock
    from .faults import Faults
    from .store import Job, Store

T = TypeVar("T")

CONCURRENT = 2
"""Exports that run at once (Earth Engine usage guide: about two on average)."""

MAX_PENDING = 3000
"""Exports that may wait (Earth Engine usage guide)."""

MAX_ATTEMPTS = 5
"""Failures after which an operation is given up (Earth Engine guide, processing environments)."""

PENDING_S = 2.0
CANCELLING_S = 1.0
AGAIN_S = 5.0
_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789"
_METADATA_TYPE = "type.googleapis.com/google.earthengine.v1.OperationMetadata"
_EMPTY = {"@type": "type.googleapis.com/google.protobuf.Empty"}
_CANCELLED = Outcome(error=dict(CANCELLED_ERROR))
_LOG = logging.getLogger(__name__)


class Operations:
    """The queue of exports.

    Parameters
    ----------
    store
        Keeps what must survive.
    clock
        Stamps and paces.
    faults
        What is to go wrong.
    run
        Carries out one export.
    """

    def __init__(self, store: Store, clock: Clock, faults: Faults, run: Run) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._run = run
        self._lock = threading.Lock()
        self._admission = threading.Lock()
        self._due: dict[str, float] = {}
        self._active: set[str] = set()
        self._cancelled: dict[str, float] = {}
        self._threads: list[threading.Thread] = []
        self._changes = 0
        self._closing = False

    def recover(self) -> None:
        """Take up what an earlier emulator left: cancelled exports end, interrupted ones start again."""
        for name in self._store.in_state("CANCELLING"):
            self._finish(name, "CANCELLED", _CANCELLED)
        for name in self._store.in_state("RUNNING"):
            self._requeue(name)
        if self._store.waiting():
            self._start_workers()
            self._notice()

    def close(self) -> None:
        """Stop the workers; what runs is taken up again by the next emulator on this data directory."""
        self._closing = True
        self._clock.wake()
        for thread in self._threads:
            thread.join()

    def submit(self, project: str, request: dict[str, Any]) -> dict[str, Any]:
        """Add an export to the queue and return its operation.

        Raises
        ------
        ServiceError
            ALREADY_EXISTS for a request id that was used before, RESOURCE_EXHAUSTED when the queue is full.
        """
        # Count, id, time and place in the queue belong together: the list is newest first.
        with self._admission:
            document = self._admitted(project, request)
        self._start_workers()
        self._notice()
        return document

    def _admitted(self, project: str, request: dict[str, Any]) -> dict[str, Any]:
        if len(self._store.waiting()) >= MAX_PENDING:
            message = f"Too many tasks already in the queue ({MAX_PENDING}). Please wait for some of them to complete."
            raise ServiceError("RESOURCE_EXHAUSTED", message)
        now = timestamp(self._clock.now())
        name = f"projects/{project}/operations/{''.join(secrets.choice(_ID_LETTERS) for _ in range(24))}"
        metadata = {
            "@type": _METADATA_TYPE,
            "state": "PENDING",
            "description": request.get("description", ""),
            "type": "EXPORT_IMAGE",
            "priority": unwrap(request.get("priority", 100)),
            "createTime": now,
            "updateTime": now,
            "attempt": 1,
        }
        document = {"name": name, "metadata": metadata}
        if self._store.has_request(request.get("requestId", "")):
            raise duplicate_request()
        with self._lock:
            self._due[name] = self._clock.seconds() + PENDING_S
        faults = [fault_to_json(fault) for fault in self._faults.take_for_export()]
        self._store.add_operation(document, request, faults)
        return document

    def get(self, name: str) -> dict[str, Any]:
        """Return an operation.

        Raises
        ------
        ServiceError
            NOT_FOUND when there is none of this name.
        """
        self._settle()
        return self._store.operation(name)

    def page(self, project: str, *, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return some of a project's operations, newest first, and where the next page starts."""
        self._settle()
        return self._store.operations(project, before=before, limit=limit)

    def cancel(self, name: str, *, too_late: bool = False) -> None:
        """Ask an operation to stop; one that has ended stays as it is.

        Parameters
        ----------
        too_late
            Only a running export's state changes; it goes on to its end.
        """
        self.get(name)
        with self._store.change(name) as document:
            state = document["metadata"]["state"]
            if state not in {"PENDING", "RUNNING"}:
                return
            document["metadata"] |= {"state": "CANCELLING", "updateTime": timestamp(self._clock.now())}
        if not (too_late and state == "RUNNING"):
            with self._lock:
                self._due.pop(name, None)
                self._cancelled[name] = self._clock.seconds() + CANCELLING_S
        self._notice()

    def delete(self, name: str) -> None:
        """Forget an operation; it is not cancelled by that."""
        self._store.forget(name)

    def _notice(self) -> None:
        """Let the workers look again."""
        with self._lock:
            self._changes += 1
        self._clock.wake()

    def _settle(self) -> None:
        """End the cancelled operations whose time has come and that nobody works on."""
        with self._lock:
            reading = self._clock.seconds()
            ready = [name for name, at in self._cancelled.items() if at <= reading and name not in self._active]
        for name in ready:
            self._finish(name, "CANCELLED", _CANCELLED)
            with self._lock:
                self._cancelled.pop(name, None)

    def _start_workers(self) -> None:
        with self._lock:
            if self._threads or self._closing:
                return
            self._threads = [
                threading.Thread(target=self._work, name=f"local-earth-engine-export-{index}", daemon=True)
                for index in range(CONCURRENT)
            ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        """Run exports, one after the other, until the emulator closes."""
        while not self._closing:
            seen, reading = self._changes, self._clock.seconds()
            job = self._until_kept(lambda reading=reading: self._claim(reading))  # type: ignore[misc]
            if job is not None:
                self._attempt(job)
                continue
            with self._lock:
                due = min((at for at in self._due.values() if at > reading), default=float("inf"))
            self._clock.wait_until(due, lambda seen=seen: self._closing or self._changes != seen)  # type: ignore[misc]

    def _until_kept(self, change: Callable[[], T]) -> T | None:
        """Change what is kept, again and again while the disk is full; `None` when the emulator closes meanwhile."""
        while not self._closing:
            try:
                return change()
            except sqlite3.Error as error:
                _LOG.warning("The state of an operation cannot be kept: %s", error)
                self._clock.wait_until(self._clock.seconds() + AGAIN_S, lambda: self._closing)
        return None

    def _claim(self, reading: float) -> Job | None:
        """Take the first operation of the queue whose time has come at a reading of the clock."""
        with self._lock:
            for name in self._store.waiting():
                if self._due.get(name, 0.0) > reading:
                    continue
                with self._store.change(name) as document:
                    if document["metadata"]["state"] != "PENDING":
                        continue
                    now = timestamp(self._clock.now())
                    document["metadata"] |= {"state": "RUNNING", "startTime": now, "updateTime": now}
                self._due.pop(name, None)
                self._active.add(name)
                return self._store.job(name)
        return None

    def _attempt(self, job: Job) -> None:
        """Try an export and record how it ended."""
        try:
            outcome = Attempt(job, self._store, self._clock, lambda: self._interruption(job.name)).run(self._run)
            self._until_kept(lambda: self._record(job.name, outcome))
        finally:
            with self._lock:
                self._active.discard(job.name)
            self._notice()

    def _record(self, name: str, outcome: Outcome) -> None:
        if isinstance(outcome.interruption, PassingFailure):
            self._try_again(name)
        elif outcome.interruption is None:
            self._finish(name, "SUCCEEDED" if outcome.error is None else "FAILED", outcome)

    def _interruption(self, name: str) -> InterruptedExport | None:
        """Return why a running export has to stop, if it has to."""
        if self._closing:
            return ClosingEmulator()
        return CancelledExport() if name in self._cancelled else None

    def _try_again(self, name: str) -> None:
        """Put an operation back into the queue, unless it had enough tries or was cancelled meanwhile."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
        if metadata["attempt"] >= MAX_ATTEMPTS:
            self._finish(name, "FAILED", Outcome(error=dict(INTERNAL_ERROR)))
        elif metadata["state"] == "CANCELLING":
            with self._lock:
                self._cancelled.setdefault(name, self._clock.seconds())
        else:
            self._requeue(name)

    def _requeue(self, name: str) -> None:
        """Let an operation that was running start again as its next attempt."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
            metadata |= {"state": "PENDING", "attempt": metadata["attempt"] + 1}
            metadata["updateTime"] = timestamp(self._clock.now())
            for member in ("progress", "stages"):
                metadata.pop(member, None)

    def _finish(self, name: str, state: str, outcome: Outcome) -> None:
        """Give an operation its last state."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
            now = timestamp(self._clock.now())
            metadata |= {"state": state, "updateTime": now, "endTime": now}
            if outcome.used_s:
                metadata["batchEecuUsageSeconds"] = outcome.used_s
            document["done"] = True
            if outcome.error is not None:
                document["error"] = outcome.error
                return
            document["response"] = dict(_EMPTY)
            metadata |= {"progress": 1, "destinationUris": list(outcome.uris)}
