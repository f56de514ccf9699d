"""Export operations from submission to their end: the queue, the workers, and what an operation says meanwhile."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .clock import timestamp
from .errors import INTERNAL_MESSAGE, ServiceError
from .faults import fault_to_json
from .progress import Progress
from .schema import unwrap
from .store import duplicate_request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .clock import Clock
    from .faults import Faults
    from .store import Job, Store

CONCURRENT = 2
"""Exports that run at once (Earth Engine usage guide: about two on average)."""

MAX_PENDING = 3000
"""Exports that may wait (Earth Engine usage guide)."""

MAX_ATTEMPTS = 5
"""Failures after which an operation is given up (Earth Engine guide, processing environments)."""

PENDING_S = 2.0
CANCELLING_S = 1.0
_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789"
_METADATA_TYPE = "type.googleapis.com/google.earthengine.v1.OperationMetadata"
_EMPTY = {"@type": "type.googleapis.com/google.protobuf.Empty"}
_LOG = logging.getLogger(__name__)


class _Interrupted(Exception):  # noqa: N818 - a signal from the queue to its worker
    """The export has to stop."""


class _Cancelled(_Interrupted):
    """Its user cancelled it."""


class _Closing(_Interrupted):
    """The emulator goes down; the export starts again with the next one."""


class _PassingFailure(_Interrupted):
    """The attempt failed, the next may not."""


class Run(Protocol):
    """Carries out one export.

    Parameters
    ----------
    job
        What was requested.
    start
        Makes the progress to report on, given the names and shares of the stages.

    Returns
    -------
    The links of the finished operation.
    """

    def __call__(self, job: Job, start: Callable[[Sequence[tuple[str, float]]], Progress]) -> list[str]:
        """Run until the result is in its place; leave nothing behind when an exception passes through."""


@dataclass
class _Attempt:
    """One try of an export on a worker's thread."""

    job: Job
    cpu_start: float = field(default_factory=time.thread_time)
    progress: Progress | None = None


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
        self._due: dict[str, float] = {}
        self._active: set[str] = set()
        self._cancelled: dict[str, float] = {}
        self._threads: list[threading.Thread] = []
        self._changes = 0
        self._closing = False

    def recover(self) -> None:
        """Take up what an earlier emulator left: cancelled exports end, interrupted ones start again."""
        for name in self._store.in_state("CANCELLING"):
            self._finish(name, "CANCELLED", error={"code": 1, "message": "Cancelled."})
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
        self._start_workers()
        self._notice()
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
                del self._cancelled[name]
        for name in ready:
            self._finish(name, "CANCELLED", error={"code": 1, "message": "Cancelled."})

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
            attempt = self._claim(reading)
            if attempt is not None:
                try:
                    self._attempt(attempt)
                except sqlite3.Error:  # such as a full disk; the operation is taken up again after a restart
                    _LOG.exception("The state of %s could not be kept", attempt.job.name)
                continue
            with self._lock:
                due = min((at for at in self._due.values() if at > reading), default=float("inf"))
            self._clock.wait_until(due, lambda seen=seen: self._closing or self._changes != seen)  # type: ignore[misc]

    def _claim(self, reading: float) -> _Attempt | None:
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
                return _Attempt(self._store.job(name))
        return None

    def _attempt(self, attempt: _Attempt) -> None:
        """Try an export and record how it ended."""
        name = attempt.job.name
        uris: list[str] = []
        state, error = "SUCCEEDED", None
        try:
            uris = self._run(attempt.job, lambda stages: self._start_progress(attempt, stages))
        except _Cancelled:
            state = ""
        except _Closing:
            return
        except _PassingFailure:
            state = self._next_attempt(name)
            error = {"code": 13, "message": INTERNAL_MESSAGE}
        except ServiceError as failure:
            state, error = "FAILED", failure.to_status()
        except RecursionError:
            state, error = "FAILED", {"code": 3, "message": "The expression is nested too deeply."}
        except MemoryError:
            state, error = "FAILED", {"code": 3, "message": "Execution failed; out of memory."}
        except OSError as failure:
            reason = failure.strerror or str(failure)
            state, error = "FAILED", {"code": 13, "message": f"The result could not be written: {reason}."}
        except Exception:  # noqa: BLE001 - a worker must outlive whatever an export does
            _LOG.exception("Export %s failed unexpectedly", name)
            state, error = "FAILED", {"code": 13, "message": INTERNAL_MESSAGE}
        finally:
            with self._lock:
                self._active.discard(name)
        if state:
            self._record_usage(attempt)
            self._finish(name, state, error=error if state == "FAILED" else None, uris=uris)
        self._notice()

    def _start_progress(self, attempt: _Attempt, stages: Sequence[tuple[str, float]]) -> Progress:
        """Begin to report an attempt's progress."""
        name = attempt.job.name
        progress = Progress(
            stages,
            self._clock,
            report=lambda share: self._report(attempt, share),
            check=lambda share: self._check(attempt, share),
            stop=lambda: self._closing or name in self._cancelled,
        )
        attempt.progress = progress
        self._report(attempt, 0.0)
        return progress

    def _report(self, attempt: _Attempt, share: float) -> None:
        """Write down how far an attempt is."""
        with self._store.change(attempt.job.name) as document:
            metadata = document["metadata"]
            metadata["updateTime"] = timestamp(self._clock.now())
            if attempt.progress is not None:
                metadata["stages"] = attempt.progress.stages()
            if share:
                metadata["progress"] = round(share, 4)
            metadata["batchEecuUsageSeconds"] = _used(attempt)

    def _record_usage(self, attempt: _Attempt) -> None:
        with self._store.change(attempt.job.name) as document:
            document["metadata"]["batchEecuUsageSeconds"] = _used(attempt)

    def _check(self, attempt: _Attempt, share: float) -> None:
        """Raise when an attempt has to stop, and let the faults happen that are due."""
        name = attempt.job.name
        if self._closing:
            raise _Closing
        if name in self._cancelled:
            raise _Cancelled
        for fault in [fault for fault in attempt.job.faults if fault["at"] <= share]:
            attempt.job.faults.remove(fault)
            self._store.set_faults(name, attempt.job.faults)
            if fault["kind"] == "retryExport":
                raise _PassingFailure
            if fault["kind"] == "failExport":
                raise _ScriptedError(fault["code"], fault["message"])
            notification = {key: fault[key] for key in ("topic", "severity", "detail")}
            with self._store.change(name) as document:
                document["metadata"].setdefault("notifications", []).append(notification)

    def _next_attempt(self, name: str) -> str:
        """Put an operation back into the queue, and return its final state if it had enough tries."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
        if metadata["attempt"] >= MAX_ATTEMPTS:
            return "FAILED"
        if metadata["state"] == "CANCELLING":
            with self._lock:
                self._cancelled.setdefault(name, self._clock.seconds())
        else:
            self._requeue(name)
        return ""

    def _requeue(self, name: str) -> None:
        """Let an operation that was running start again as its next attempt."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
            metadata |= {"state": "PENDING", "attempt": metadata["attempt"] + 1}
            metadata["updateTime"] = timestamp(self._clock.now())
            for member in ("progress", "stages"):
                metadata.pop(member, None)

    def _finish(self, name: str, state: str, *, error: dict[str, Any] | None = None, uris: Sequence[str] = ()) -> None:
        """Give an operation its last state."""
        with self._store.change(name) as document:
            metadata = document["metadata"]
            now = timestamp(self._clock.now())
            metadata |= {"state": state, "updateTime": now, "endTime": now}
            document["done"] = True
            if error is not None:
                document["error"] = error
                return
            document["response"] = dict(_EMPTY)
            metadata |= {"progress": 1, "destinationUris": list(uris)}


class _ScriptedError(ServiceError):
    """A failure with a number of its own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__("INTERNAL", message)
        self._code = code

    def to_status(self) -> dict[str, Any]:
        return {"code": self._code, "message": self.message}


def _used(attempt: _Attempt) -> float:
    """Return the seconds of computing that an attempt has used, on the thread it runs on."""
    return round(time.thread_time() - attempt.cpu_start, 4)
