"""Starting an export exactly once, whichever way the replies are lost.

Every attempt carries the same request id and the same bytes, so the service starts at most one operation.
What remains is to learn its name when the reply that told it is gone. A repeat is then answered with
"this id has been used", without a name; operations do not echo ids, so the operation has to be recognised
among those of the project. One qualifies when

1. it is an image export with the same description;
2. this client had not met it before it sent the request, and it is not the answer to another request of
   this client: that needs no clock;
3. it was created after the request was first sent, *by the service's clock*: the ``Date`` of its latest
   answer, less the time that has passed since by our clocks. Only differences of ours enter, so they may be
   wrong by years. ``Date`` has whole seconds and is a moment old, which makes the limit some two seconds too
   early but never too late; a second of that is for machines of the service that differ among themselves.
   A service that tells no ``Date`` is compared with our wall clock, five minutes being allowed for.

Of several that qualify the newest is taken. Those that are wrong are nearly always older: the same export
tried again by the same people just before. The right one was created between the first attempt and the
"has been used", which is moments ago.

Where none qualifies, nothing is guessed: the service's refusal is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from ee_export_widget.client import replies
from ee_export_widget.client.http import Call, encode
from ee_export_widget.client.retry import Patience, Policy, may_have_arrived
from ee_export_widget.core.operation import Operation
from ee_export_widget.core.recognition import may_be_of
from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    import httpx

    from ee_export_widget.client.http import Connection
    from ee_export_widget.client.surroundings import Surroundings
    from ee_export_widget.core.request import ExportImageRequest

IMAGE_EXPORT = "EXPORT_IMAGE"
ATTEMPT_S = 60.0
"""Longest silence within one attempt; the deadline allows two of them."""
MANY_ATTEMPTS = 1000
"""The deadline ends submitting, not a count."""
SETTLING = Policy(deadline_s=30.0, attempts=5, read_timeout_s=20.0)
"""How long to look for an operation that must exist: lists may lag behind."""

DATE_SLACK = timedelta(seconds=1)
CLOCK_SLACK = timedelta(minutes=5)


class Ledger:
    """Which operations a client has met, which requests it has sent, and which belongs to which."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._met: dict[str, float] = {}
        self._sent: dict[str, tuple[float, datetime]] = {}
        self._answers: dict[str, str] = {}
        self._taken: set[str] = set()

    def meet(self, operation: Operation) -> Operation:
        """Note an operation when it is seen for the first time."""
        self._met.setdefault(operation.name, self._surroundings.monotonic())
        return operation

    def send(self, request_id: str) -> bool:
        """Note that a request is about to be sent; tell whether it was before."""
        again = request_id in self._sent
        if not again:
            self._sent[request_id] = (self._surroundings.monotonic(), self._surroundings.now())
        return again

    def since_sent(self, request_id: str) -> timedelta:
        """Give the time since a request was first sent.

        The greater of what the clocks say: a monotonic one may stand still while the machine sleeps.
        """
        monotonic, wall = self._sent[request_id]
        passed = timedelta(seconds=self._surroundings.monotonic() - monotonic)
        return max(passed, self._surroundings.now() - wall)

    def answer(self, request_id: str, operation: Operation) -> Operation:
        """Note which operation a request has started."""
        self._answers[request_id] = operation.name
        self._taken.add(operation.name)
        return self.meet(operation)

    def answer_of(self, request_id: str) -> str | None:
        """Give the name of the operation that a request has started, if that is known."""
        return self._answers.get(request_id)

    def is_new_since(self, request_id: str, operation: Operation) -> bool:
        """Tell whether an operation was not met before a request was sent, and is no other request's."""
        sent, _ = self._sent[request_id]
        return operation.name not in self._taken and self._met.get(operation.name, sent) >= sent


class Operations(Protocol):
    """How to look for operations: the client."""

    async def get_operation(self, name: str) -> Operation:
        """Read one operation."""
        ...

    def list_operations(self) -> AsyncIterator[Operation]:
        """Give those of the project."""
        ...


@dataclass(frozen=True)
class Submitter:
    """Sends exports of one project and finds out what became of them."""

    connection: Connection
    path: str
    """Of the method ``image:export``."""
    operations: Operations
    ledger: Ledger
    surroundings: Surroundings
    deadline_s: float

    async def submit(self, request: ExportImageRequest) -> Operation:
        """Start the export, or find the operation that an earlier attempt has started.

        Parameters
        ----------
        request
            The export, with its request id.

        Raises
        ------
        BadRequestError
            Where the id has been used by an operation that cannot be told from others.
        ExportWidgetError
            Where the service refuses, or cannot be reached until the deadline. The hint says so where
            the export may have started all the same.
        """
        request_id = request.request_id or ""
        policy = Policy(self.deadline_s, MANY_ATTEMPTS, ATTEMPT_S)
        call = Call("POST", self.path, encode(request.to_json()), policy=policy)
        patience = Patience(policy, self.surroundings)
        lost = self.ledger.send(request_id)
        while True:
            accepted = False
            try:
                reply = await self.connection.attempt(call, within_s=patience.remaining_s)
                accepted = True
                return self.ledger.answer(request_id, read_operation(reply))
            except ExportWidgetError as error:
                if replies.is_duplicate(error):
                    return await self._settle(request, error, lost=lost)
                lost = lost or accepted or may_have_arrived(error)
                # An answer of success that names no operation, such as a proxy's page, is a reply lost like any other.
                pause_s = patience.pause_s() if accepted else patience.pause_after(error)
                if pause_s is None:
                    if lost:
                        _warn(error, request_id)
                    raise
            await patience.wait(pause_s)

    async def _settle(self, request: ExportImageRequest, refusal: ExportWidgetError, *, lost: bool) -> Operation:
        """Find the operation that the request has started, or raise the refusal of its repeat."""
        request_id = request.request_id or ""
        patience = Patience(SETTLING, self.surroundings)
        while True:
            try:
                found = await self._find(request, request_id)
            except ExportWidgetError as error:
                _warn(refusal, request_id)
                raise refusal from error
            if found is not None:
                return self.ledger.answer(request_id, found)
            # An id that was used before its first attempt here belongs to something older.
            pause_s = patience.pause_s() if lost else None
            if pause_s is None:
                if lost:
                    _warn(refusal, request_id)
                raise refusal
            await patience.wait(pause_s)

    async def find(self, description: str, *, sent: datetime, known: Collection[str]) -> list[Operation]:
        """Find what an earlier run of the program may have started; see `EarthEngineClient.find_exports`."""
        earliest = self._service_time(self.surroundings.now() - sent)
        latest = earliest + timedelta(seconds=self.deadline_s) + 2 * CLOCK_SLACK
        found = await self._alike(description, earliest)
        return [operation for created, operation in found if created <= latest and operation.name not in known]

    async def _find(self, request: ExportImageRequest, request_id: str) -> Operation | None:
        if known := self.ledger.answer_of(request_id):
            return await self.operations.get_operation(known)
        earliest = self._service_time(self.ledger.since_sent(request_id))
        found = await self._alike(request.description or "", earliest)
        new = [operation for _, operation in found if self.ledger.is_new_since(request_id, operation)]
        verdicts = [(may_be_of(operation, request), operation) for operation in new]
        return next((item for wanted in ("yes", "perhaps") for verdict, item in verdicts if verdict == wanted), None)

    async def _alike(self, description: str, earliest: datetime) -> list[tuple[datetime, Operation]]:
        """Give the image exports of this description that were created not before a moment, newest first."""
        found = [
            (operation.create_time, operation)
            async for operation in self.operations.list_operations()
            if operation.create_time is not None
            and operation.create_time >= earliest
            and operation.type in {IMAGE_EXPORT, ""}
            and operation.description == description
        ]
        return sorted(found, key=lambda item: item[0], reverse=True)

    def _service_time(self, ago: timedelta) -> datetime:
        """Give a moment in the past by the service's clock, rather too early than too late."""
        told = self.connection.server_time()
        return told - ago - DATE_SLACK if told else self.surroundings.now() - ago - CLOCK_SLACK


def read_operation(reply: httpx.Response) -> Operation:
    """Read the operation that a reply carries.

    Raises
    ------
    UnexpectedResponseError
        Where it carries none.
    """
    try:
        return Operation.from_json(replies.read_object(reply))
    except ValueError as error:
        raise replies.unexpected(reply, "The answer is not an operation.") from error


def _warn(error: ExportWidgetError, request_id: str) -> None:
    """Add to an error that the export may be running in spite of it."""
    warning = (
        "The export may have started all the same: look among the operations. Submitting it again with the "
        f"same request ID, {request_id}, cannot start it twice."
    )
    error.hint = f"{error.hint} {warning}".strip()
    error.may_have_started = True
