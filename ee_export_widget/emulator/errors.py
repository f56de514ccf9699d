"""What can go wrong: an emulator that cannot run, and the answers that Earth Engine gives to bad requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class EmulatorError(Exception):
    """The local Earth Engine cannot start or cannot go on; the message is one sentence for its user."""


class DataDirInUseError(EmulatorError):
    """Another local Earth Engine works in the data directory."""


class Codes(NamedTuple):
    """The two numbers that belong to one status name."""

    rpc: int
    http: int


STATUSES = {
    "CANCELLED": Codes(1, 499),
    "UNKNOWN": Codes(2, 500),
    "INVALID_ARGUMENT": Codes(3, 400),
    "DEADLINE_EXCEEDED": Codes(4, 504),
    "NOT_FOUND": Codes(5, 404),
    "ALREADY_EXISTS": Codes(6, 409),
    "PERMISSION_DENIED": Codes(7, 403),
    "RESOURCE_EXHAUSTED": Codes(8, 429),
    "FAILED_PRECONDITION": Codes(9, 400),
    "ABORTED": Codes(10, 409),
    "OUT_OF_RANGE": Codes(11, 400),
    "UNIMPLEMENTED": Codes(12, 501),
    "INTERNAL": Codes(13, 500),
    "UNAVAILABLE": Codes(14, 503),
    "UNAUTHENTICATED": Codes(16, 401),
}
"""google.rpc.Code names with their rpc number and the HTTP status that carries them."""

INTERNAL_MESSAGE = "An internal error has occurred"


class Violation(NamedTuple):
    """One problem of a request: `field` is a snake_case path, empty for the whole body."""

    field: str
    description: str


class ServiceError(Exception):
    """A request or an operation fails, in the words that the service uses.

    Parameters
    ----------
    status
        A key of `STATUSES`.
    message
        The sentence that users read.
    violations
        One entry per problem, for the `fieldViolations` of a BadRequest detail.
    details
        Further google.rpc detail messages, each with its `@type`.
    """

    def __init__(
        self,
        status: str,
        message: str,
        *,
        violations: Sequence[Violation] = (),
        details: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.violations = tuple(violations)
        self.details = tuple(details)

    @property
    def http_status(self) -> int:
        """The HTTP status that carries this error."""
        return STATUSES[self.status].http

    def to_body(self) -> dict[str, Any]:
        """Return the JSON body of an unsuccessful reply."""
        error: dict[str, Any] = {"code": self.http_status, "message": self.message, "status": self.status}
        details = list(self.details)
        if self.violations:
            details.insert(
                0,
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [violation._asdict() for violation in self.violations],
                },
            )
        if details:
            error["details"] = details
        return {"error": error}

    def to_status(self) -> dict[str, Any]:
        """Return the `error` member of a finished operation, whose code is the rpc number."""
        return {"code": STATUSES[self.status].rpc, "message": self.message}


def invalid(message: str, *violations: Violation) -> ServiceError:
    """Return the INVALID_ARGUMENT error with this message."""
    return ServiceError("INVALID_ARGUMENT", message, violations=violations)


def cannot_write(reason: Exception) -> ServiceError:
    """Return the error for a full disk, missing rights and the like."""
    words = getattr(reason, "strerror", None) or str(reason)
    return ServiceError("INTERNAL", f"The result could not be written: {words}.")
