"""Long-running operations, as the service tells of them.

Reading is lenient on purpose: first replies lack members, servers grow new ones, and an operation
that cannot be read would be an export that nobody watches. Facts: REST reference of Earth Engine v1,
ListOperationsResponse and OperationMetadata, and replies seen in the field (2026).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

JsonObject: TypeAlias = Mapping[str, object]

DEFAULT_PRIORITY = 100
CANCELLED_CODE = 1
"""The google.rpc code that a cancelled operation ends with."""


class OperationState(StrEnum):
    """Where an operation stands; the API's own words."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    SUCCEEDED = "SUCCEEDED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """The service gave no state, or one that this release does not know."""

    @property
    def is_terminal(self) -> bool:
        """Whether an operation never leaves this state."""
        return self in _TERMINAL


_TERMINAL = frozenset({OperationState.SUCCEEDED, OperationState.CANCELLED, OperationState.FAILED})


@dataclass(frozen=True, slots=True)
class OperationStage:
    """One step of an operation. The names are the service's and carry no promise: show, don't interpret."""

    display_name: str
    description: str = ""
    complete_work_units: float | None = None
    """Work done so far; ``None`` until the service tells."""
    total_work_units: int | None = None
    """Work to do in all; ``None`` until the service tells."""

    @classmethod
    def from_json(cls, mapping: JsonObject) -> OperationStage:
        """Read an ``OperationStage`` message."""
        total = _number(mapping.get("totalWorkUnits"))
        return cls(
            display_name=_text(mapping.get("displayName")),
            description=_text(mapping.get("description")),
            complete_work_units=_number(mapping.get("completeWorkUnits")),
            total_work_units=None if total is None else int(total),
        )


@dataclass(frozen=True, slots=True)
class OperationError:
    """Why an operation failed or was cancelled."""

    code: int
    """A google.rpc code, not an HTTP status: 1 cancelled, 3 invalid argument, 13 internal, ..."""
    message: str

    @classmethod
    def from_json(cls, mapping: JsonObject) -> OperationError:
        """Read a ``google.rpc.Status`` message."""
        return cls(code=_integer(mapping.get("code"), 0), message=_text(mapping.get("message")))


@dataclass(frozen=True, slots=True)
class OperationNotification:
    """A warning that the service attached to an operation."""

    topic: str
    severity: str
    """``WARNING`` or ``SEVERE``, empty where the service gave none."""
    detail: str

    @classmethod
    def from_json(cls, mapping: JsonObject) -> OperationNotification:
        """Read an ``OperationNotification`` message."""
        severity = _text(mapping.get("severity"))
        return cls(
            topic=_text(mapping.get("topic")),
            severity="" if severity == "SEVERITY_UNSPECIFIED" else severity,
            detail=_text(mapping.get("detail")),
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation: one export, from the queue to its end."""

    name: str
    """Full name ``projects/*/operations/*``, verbatim: its project need not be the one that was asked."""
    state: OperationState = OperationState.UNKNOWN
    done: bool = False
    """Whether it has ended, well or not; nothing changes afterwards."""
    description: str = ""
    type: str = ""
    """``EXPORT_IMAGE`` for image exports; an open list, empty where the service gave none."""
    priority: int = DEFAULT_PRIORITY
    attempt: int = 1
    """Number of the current try, from 1: the service repeats what failed in passing."""
    progress: float = 0.0
    """Overall share of the work that is done, 0 to 1."""
    stages: tuple[OperationStage, ...] = ()
    create_time: datetime | None = None
    start_time: datetime | None = None
    update_time: datetime | None = None
    end_time: datetime | None = None
    eecu_seconds: float | None = None
    """Compute used so far in EECU-seconds; it only settles near the end."""
    destination_uris: tuple[str, ...] = ()
    """Links for people (asset page, Drive folder, bucket browser), not ``gs://`` paths."""
    script_uri: str = ""
    error: OperationError | None = None
    notifications: tuple[OperationNotification, ...] = ()

    @property
    def id(self) -> str:
        """The last part of the name."""
        return self.name.rpartition("/")[2]

    @property
    def is_terminal(self) -> bool:
        """Whether it has ended; the same as ``done``."""
        return self.done

    @classmethod
    def from_json(cls, mapping: JsonObject) -> Operation:
        """Read an operation as ``operations.get`` gives it.

        Whatever is missing or unreadable takes its default; members that are not known are ignored.

        Parameters
        ----------
        mapping
            The REST message.

        Raises
        ------
        ValueError
            Where ``name`` is missing: an operation that cannot be asked for again is none.
        """
        name = _text(mapping.get("name"))
        if not name:
            raise ValueError("An operation without a name.")
        metadata = _object(mapping.get("metadata"))
        error = mapping.get("error")
        state = _state(mapping, metadata)
        return cls(
            name=name,
            state=state,
            done=mapping.get("done") is True or state.is_terminal,
            description=_text(metadata.get("description")),
            type=_text(metadata.get("type")),
            priority=_integer(metadata.get("priority"), DEFAULT_PRIORITY),
            attempt=_integer(metadata.get("attempt"), 1),
            progress=min(max(_number(metadata.get("progress")) or 0.0, 0.0), 1.0),
            stages=tuple(OperationStage.from_json(stage) for stage in _objects(metadata.get("stages"))),
            create_time=_time(metadata.get("createTime")),
            start_time=_time(metadata.get("startTime")),
            update_time=_time(metadata.get("updateTime")),
            end_time=_time(metadata.get("endTime")),
            eecu_seconds=_number(metadata.get("batchEecuUsageSeconds")),
            destination_uris=tuple(uri for uri in _list(metadata.get("destinationUris")) if isinstance(uri, str)),
            script_uri=_text(metadata.get("scriptUri")),
            error=OperationError.from_json(error) if isinstance(error, Mapping) else None,
            notifications=tuple(
                OperationNotification.from_json(item) for item in _objects(metadata.get("notifications"))
            ),
        )


def _state(mapping: JsonObject, metadata: JsonObject) -> OperationState:
    """Give the state, or at the end what ``error`` and ``response`` say where the state does not."""
    try:
        state = OperationState(_text(metadata.get("state")))
    except ValueError:
        state = OperationState.UNKNOWN
    if mapping.get("done") is not True or state.is_terminal:
        return state
    error = mapping.get("error")
    if isinstance(error, Mapping):
        cancelled = OperationError.from_json(error).code == CANCELLED_CODE
        return OperationState.CANCELLED if cancelled else OperationState.FAILED
    return OperationState.SUCCEEDED if "response" in mapping else state


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> JsonObject:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[JsonObject]:
    return [item for item in _list(value) if isinstance(item, Mapping)]


def _number(value: object) -> float | None:
    """Read a finite number, also from the string that 64-bit integers travel as."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _integer(value: object, default: int) -> int:
    number = _number(value)
    return default if number is None else int(number)


def _time(value: object) -> datetime | None:
    """Read an RFC 3339 time; the epoch stands for "not yet" (seen as the start of waiting operations)."""
    try:
        moment = datetime.fromisoformat(_text(value).upper())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.timestamp() > 0 else None
