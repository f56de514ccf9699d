"""Scripted faults: what a client must survive, on demand.

A fault waits until something it applies to happens, and is then used up, one of its `times` after the other. Faults of
replies meet the next request of their method; faults of exports are taken along by the next export that is submitted.
"""

from __future__ import annotations

import re
import threading
from dataclasses import MISSING, asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import INTERNAL_MESSAGE, STATUSES, Violation, invalid
from .store import DUPLICATE_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterable

F = TypeVar("F", bound="Fault")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong.

    Attributes
    ----------
    times
        How often, at least 1.
    """

    times: int = 1


@dataclass(frozen=True, kw_only=True)
class ReplyFault(Fault):
    """Something that goes wrong with an answer.

    Attributes
    ----------
    method
        Which requests it meets: a name of `ee_export_widget.emulator.routes.METHODS` such as `image:export` or
        `operations.get`, or `*` for all.
    """

    method: str = "*"


@dataclass(frozen=True, kw_only=True)
class Refuse(ReplyFault):
    """The request is answered with an error and has no effect.

    Attributes
    ----------
    status
        The error's name, such as `RESOURCE_EXHAUSTED`; the HTTP status follows from it.
    message
        The text of the error.
    retry_after_s
        Seconds for the `Retry-After` header; no header when `None`.
    reason
        Put into an ErrorInfo detail when given, such as `ACCESS_TOKEN_SCOPE_INSUFFICIENT`.
    """

    status: str = "UNAVAILABLE"
    message: str = "The service is currently unavailable."
    retry_after_s: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Delay(ReplyFault):
    """The answer comes late.

    Attributes
    ----------
    seconds
        By the emulator's clock.
    """

    seconds: float = 5.0


@dataclass(frozen=True, kw_only=True)
class LoseReply(ReplyFault):
    """The connection drops and no answer comes.

    Attributes
    ----------
    processed
        Whether the request took effect before.
    """

    method: str = "image:export"
    processed: bool = True


@dataclass(frozen=True, kw_only=True)
class CutReply(ReplyFault):
    """The answer breaks off in the middle of its JSON, although the headers promise that it is whole."""


@dataclass(frozen=True, kw_only=True)
class EmptyList(ReplyFault):
    """The list of operations is `{}`."""

    method: str = "operations.list"


@dataclass(frozen=True, kw_only=True)
class ShortPage(ReplyFault):
    """A page of operations holds fewer than were asked for, and a token leads to the rest.

    Attributes
    ----------
    size
        Most operations on it; with 0 it has nothing but the token.
    """

    method: str = "operations.list"
    size: int = 1


@dataclass(frozen=True, kw_only=True)
class StrangeMetadata(ReplyFault):
    """Operations come in a state, and with members, that nobody has heard of: the service grew.

    Attributes
    ----------
    state
        Shown in place of the true one.
    """

    state: str = "PAUSED"


@dataclass(frozen=True, kw_only=True)
class BareMetadata(ReplyFault):
    """Operations come without `state` and `updateTime`."""


@dataclass(frozen=True, kw_only=True)
class LateCancel(ReplyFault):
    """A cancel loses the race: the running operation shows CANCELLING and then ends as if nothing had been said."""

    method: str = "operations.cancel"


@dataclass(frozen=True, kw_only=True)
class RefuseGrid(ReplyFault):
    """The member `grid` of an export is refused as unknown; a grid inside the expression is taken."""

    method: str = "image:export"


@dataclass(frozen=True, kw_only=True)
class ExportFault(Fault):
    """Something that happens while an export runs.

    Attributes
    ----------
    at
        The share of the work, 0 to 1, after which it happens.
    """

    at: float = 0.5


@dataclass(frozen=True, kw_only=True)
class FailExport(ExportFault):
    """The operation ends as FAILED.

    Attributes
    ----------
    code
        The google.rpc number in its error.
    message
        The text of its error.
    """

    code: int = 13
    message: str = INTERNAL_MESSAGE


@dataclass(frozen=True, kw_only=True)
class RetryExport(ExportFault):
    """The attempt fails for a passing reason, and the service starts the next one."""


@dataclass(frozen=True, kw_only=True)
class Notify(ExportFault):
    """The operation shows a notification.

    Attributes
    ----------
    topic, severity, detail
        The members of the OperationNotification.
    """

    at: float = 0.25
    topic: str = "Slow computation"
    severity: str = "WARNING"
    detail: str = "This computation uses more memory than most; a smaller tile size may help."


KINDS: dict[str, type[Fault]] = {
    "refuse": Refuse,
    "delay": Delay,
    "loseReply": LoseReply,
    "cutReply": CutReply,
    "emptyList": EmptyList,
    "shortPage": ShortPage,
    "strangeMetadata": StrangeMetadata,
    "bareMetadata": BareMetadata,
    "lateCancel": LateCancel,
    "refuseGrid": RefuseGrid,
    "failExport": FailExport,
    "retryExport": RetryExport,
    "notify": Notify,
}
"""Every kind of fault by the name it has in JSON."""


def out_of_memory() -> FailExport:
    """Return the fault of an export that is too heavy."""
    return FailExport(code=3, message="User memory limit exceeded.")


def too_many_requests(method: str = "*", *, retry_after_s: float | None = None, times: int = 1) -> Refuse:
    """Return the fault of a client that asks too often."""
    message = "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'."
    return Refuse(method=method, status="RESOURCE_EXHAUSTED", message=message, retry_after_s=retry_after_s, times=times)


def unavailable(method: str = "*", *, retry_after_s: float | None = None, times: int = 1) -> Refuse:
    """Return the fault of a service that is down."""
    return Refuse(method=method, retry_after_s=retry_after_s, times=times)


def expired_token(method: str = "*", *, times: int = 1) -> Refuse:
    """Return the fault of a token that is no longer valid."""
    message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
    return Refuse(method=method, status="UNAUTHENTICATED", message=message, times=times)


def unknown_operation(method: str = "operations.get", *, times: int = 1) -> Refuse:
    """Return the fault of an operation that the service does not find."""
    return Refuse(method=method, status="NOT_FOUND", message="Operation not found.", times=times)


def duplicate_request(*, times: int = 1) -> Refuse:
    """Return the fault of a request id that counts as used."""
    return Refuse(method="image:export", status="ALREADY_EXISTS", message=DUPLICATE_REQUEST, times=times)


class Faults:
    """The faults that wait for their moment. Safe to use from several threads.

    Parameters
    ----------
    faults
        What is to happen, in this order where several apply.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Fault, int]] = []
        self.add(*faults)

    def add(self, *faults: Fault) -> None:
        """Script more faults."""
        with self._lock:
            self._waiting += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        """Forget what has not happened yet."""
        with self._lock:
            self._waiting.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """Return what has not happened yet, `times` counting what is left."""
        with self._lock:
            return [fault_to_json(fault) | {"times": left} for fault, left in self._waiting]

    def take(self, kind: type[F], method: str) -> F | None:
        """Use up, once, the first fault of a kind that meets a method."""
        with self._lock:
            for fault, _ in self._waiting:
                if isinstance(fault, kind) and getattr(fault, "method", "*") in {"*", method}:
                    self._use_up(fault)
                    return fault
        return None

    def take_for_export(self) -> list[ExportFault]:
        """Use up, once, every fault that an export takes along."""
        with self._lock:
            taken = [fault for fault, _ in self._waiting if isinstance(fault, ExportFault)]
            for fault in taken:
                self._use_up(fault)
        return taken

    def _use_up(self, used: Fault) -> None:
        self._waiting = [
            (fault, left - (fault is used)) for fault, left in self._waiting if fault is not used or left > 1
        ]


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """Return a fault as the JSON that `fault_from_json` reads."""
    [kind] = [name for name, cls in KINDS.items() if cls is type(fault)]
    return {"kind": kind, **{_camel(name): value for name, value in asdict(fault).items()}}


def fault_from_json(message: Any) -> Fault:  # noqa: ANN401 - whatever a request holds
    """Return the fault that JSON describes, such as `{"kind": "refuse", "method": "image:export", "times": 2}`.

    Raises
    ------
    ServiceError
        When the kind or a member is unknown, or a value has the wrong type.
    """
    if not isinstance(message, dict) or message.get("kind") not in list(KINDS):
        raise _bad("kind", f"A fault needs a kind, one of {', '.join(KINDS)}.")
    kind = KINDS[message["kind"]]
    types = {_camel(each.name): (each.name, each.default) for each in fields(kind)}
    values: dict[str, Any] = {}
    for member, value in message.items():
        if member == "kind":
            continue
        if member not in types:
            raise _bad(member, f"A fault of kind {message['kind']} has no member '{member}', only {', '.join(types)}.")
        name, default = types[member]
        if not _suits(value, default):
            raise _bad(member, f"The value {value!r} does not suit '{member}'.")
        values[name] = value
    if values.get("times", 1) < 1:
        raise _bad("times", "A fault happens at least once.")
    if values.get("status", "INTERNAL") not in STATUSES:
        raise _bad("status", f"Unknown status; known are {', '.join(STATUSES)}.")
    return kind(**values)


def _suits(value: object, default: object) -> bool:
    """Whether a JSON value has the type of a member, judged by its default."""
    if default is None or isinstance(default, float):
        return (isinstance(value, int | float) and not isinstance(value, bool)) or (value is None and default is None)
    return default is not MISSING and type(value) is type(default)


def _bad(field: str, message: str) -> Exception:
    return invalid(message, Violation(field, message))


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)
