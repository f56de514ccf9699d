"""One try of an export: its progress, what may interrupt it, and how it ends."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .clock import timestamp
from .errors import INTERNAL_MESSAGE, ServiceError, cannot_write, invalid
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .clock import Clock
    from .store import Job, Store

CANCELLED_ERROR = {"code": 1, "message": "Cancelled."}
INTERNAL_ERROR = {"code": 13, "message": INTERNAL_MESSAGE}
_LOG = logging.getLogger(__name__)


class InterruptedExport(Exception):  # noqa: N818 - a signal to the worker, not a mistake
    """The export has to stop."""


class CancelledExport(InterruptedExport):
    """Its user cancelled it."""


class ClosingEmulator(InterruptedExport):
    """The emulator goes down; the export starts again with the next one."""


class PassingFailure(InterruptedExport):
    """The attempt failed, the next may not."""


class Outcome(NamedTuple):
    """How an attempt ended.

    Attributes
    ----------
    interruption
        What stopped it, if something did.
    error
        The Status of its failure, if it failed.
    uris
        Links to its result, if it has one.
    used_s
        Seconds of computing it took.
    """

    interruption: InterruptedExport | None = None
    error: dict[str, Any] | None = None
    uris: Sequence[str] = ()
    used_s: float = 0.0


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


class Attempt:
    """One try of an export, made and used on the thread it runs on.

    Parameters
    ----------
    job
        What was requested.
    store
        Where the operation's progress is written down.
    clock
        Stamps and paces.
    interruption
        Says why the export has to stop, or nothing; must not block.
    """

    def __init__(
        self, job: Job, store: Store, clock: Clock, interruption: Callable[[], InterruptedExport | None]
    ) -> None:
        self.job = job
        self._store = store
        self._clock = clock
        self._interruption = interruption
        self._cpu_start = time.process_time()
        self._progress: Progress | None = None

    def run(self, run: Run) -> Outcome:
        """Try, and say how it ended; whatever the export raises becomes part of the answer."""
        try:
            outcome = Outcome(uris=run(self.job, self._start))
        except InterruptedExport as interruption:
            return Outcome(interruption)
        except ServiceError as failure:
            if failure.status == "ABORTED":  # a source was replaced meanwhile; the next attempt reads the new one
                return Outcome(PassingFailure())
            outcome = Outcome(error=failure.to_status())
        except RecursionError:
            outcome = Outcome(error=invalid("The expression is nested too deeply.").to_status())
        except MemoryError:
            outcome = Outcome(error=invalid("Execution failed; out of memory.").to_status())
        except (OSError, sqlite3.Error) as failure:
            outcome = Outcome(error=cannot_write(failure).to_status())
        except Exception:  # noqa: BLE001 - a worker must outlive whatever an export does
            _LOG.exception("Export %s failed unexpectedly", self.job.name)
            outcome = Outcome(error=dict(INTERNAL_ERROR))
        return outcome._replace(used_s=self._used_s())

    def _start(self, stages: Sequence[tuple[str, float]]) -> Progress:
        """Begin to report progress."""
        self._progress = Progress(
            stages,
            self._clock,
            report=self._report,
            check=self._check,
            stop=lambda: self._interruption() is not None,
        )
        self._report(0.0)
        return self._progress

    def _report(self, share: float) -> None:
        """Write down how far the attempt is."""
        with self._store.change(self.job.name) as document:
            metadata = document["metadata"]
            metadata["updateTime"] = timestamp(self._clock.now())
            if self._progress is not None:
                metadata["stages"] = self._progress.stages()
            if share:
                metadata["progress"] = round(share, 4)
            metadata["batchEecuUsageSeconds"] = self._used_s()

    def _check(self, share: float) -> None:
        """Raise when the attempt has to stop, and let the faults happen that are due."""
        interruption = self._interruption()
        if interruption is not None:
            raise interruption
        for fault in [fault for fault in self.job.faults if fault["at"] <= share]:
            self.job.faults.remove(fault)
            self._store.set_faults(self.job.name, self.job.faults)
            if fault["kind"] == "retryExport":
                raise PassingFailure
            if fault["kind"] == "failExport":
                raise _ScriptedError(fault["code"], fault["message"])
            notification = {key: fault[key] for key in ("topic", "severity", "detail")}
            with self._store.change(self.job.name) as document:
                document["metadata"].setdefault("notifications", []).append(notification)

    def _used_s(self) -> float:
        """Return the seconds of computing by this process, on all its threads, since the attempt began."""
        return round(time.process_time() - self._cpu_start, 4)


class _ScriptedError(ServiceError):
    """A failure with a number of its own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__("INTERNAL", message)
        self._code = code

    def to_status(self) -> dict[str, Any]:
        return {"code": self._code, "message": self.message}
