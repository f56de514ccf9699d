"""Everything that can go wrong, and what the user can do next.

ExportWidgetError                 every error has a hint
├─ InvalidRequestError            .problems
├─ AuthenticationError
└─ ServiceError                   .method, .path
   ├─ ConnectionFailedError       no answer at all; worth repeating
   ├─ ServiceResponseError        .http_status, .status, .message, .details, .retry_after_s
   │  ├─ BadRequestError
   │  ├─ PermissionDeniedError
   │  ├─ NotFoundError
   │  ├─ QuotaExceededError
   │  └─ ServerError
   └─ UnexpectedResponseError     an answer that cannot be read; .truncated
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a request that its author should know.

    Bad input is a value of this class, not an exception, so that a form can show all of it at once.
    """

    field: str
    """JSON path in camelCase with dots, for example ``grid.crsCode``; empty for the body as a whole."""

    code: str
    """Stable identifier of the rule, for example ``priority-out-of-range``."""

    severity: Severity
    """``error`` blocks submitting, ``warning`` and ``info`` do not."""

    message: str
    """What is wrong, as a sentence."""

    hint: str = ""
    """What the user can do next, as a sentence."""

    def __str__(self) -> str:
        """Give the one-line form that the command line prints: ``field: message (hint)``."""
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.message}{f' ({self.hint})' if self.hint else ''}"


class ExportWidgetError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    message
        What went wrong, as a sentence.
    hint
        What the user can do next, as a sentence; may be empty.

    Attributes
    ----------
    may_have_started
        Whether an export that was being submitted may run in spite of the error.
    """

    may_have_started: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidRequestError(ExportWidgetError):
    """An export request, or a part of one, that cannot be read or must not be sent.

    ``offset`` is where in a text that was read it was found, in characters, or ``None``.
    """

    offset: int | None = None

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        first = next((p for p in self.problems if p.severity == "error"), None)
        super().__init__("; ".join(str(p) for p in self.problems), hint=first.hint if first else "")

    @classmethod
    def of(cls, field: str, code: str, message: str, hint: str = "") -> InvalidRequestError:
        """Make the error for a single problem."""
        return cls([Problem(field, code, "error", message, hint)])


class AuthenticationError(ExportWidgetError):
    """No usable credentials, or credentials that the service no longer takes."""


class ServiceError(ExportWidgetError):
    """A call to the service that did not give an answer to work with.

    ``method`` is the HTTP method and ``path`` the path of the URL, without host and query, so that
    nothing secret can be in them.
    """

    def __init__(self, message: str, *, method: str, path: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.method = method
        self.path = path


class ConnectionFailedError(ServiceError):
    """The service could not be reached, or did not answer in time."""


class ServiceResponseError(ServiceError):
    """The service answered with an error.

    ``http_status`` is the HTTP code, ``status`` the name of the google.rpc code such as
    ``INVALID_ARGUMENT`` (empty where the answer has none), ``details`` the list of detail messages,
    ``retry_after_s`` the number of seconds that the service asked to wait, or ``None``.
    """

    retry_after_s: float | None = None

    def __init__(  # noqa: PLR0913 - an answer has this many parts
        self,
        message: str,
        *,
        method: str,
        path: str,
        http_status: int,
        status: str = "",
        details: Sequence[Mapping[str, Any]] = (),
        hint: str = "",
    ) -> None:
        super().__init__(message, method=method, path=path, hint=hint)
        self.http_status = http_status
        self.status = status
        self.details = list(details)


class BadRequestError(ServiceResponseError):
    """The service refused the request as wrong (HTTP 400, or 409 for a conflict)."""


class PermissionDeniedError(ServiceResponseError):
    """The caller may not do this (HTTP 403)."""


class NotFoundError(ServiceResponseError):
    """The thing does not exist, or the caller may not see it (HTTP 404)."""


class QuotaExceededError(ServiceResponseError):
    """Too many requests, a full queue, or a used-up quota (HTTP 429)."""


class ServerError(ServiceResponseError):
    """The service failed (HTTP 5xx); worth repeating."""


class UnexpectedResponseError(ServiceError):
    """An answer that does not have the promised form.

    ``truncated`` tells that it was announced as JSON and breaks off: worth repeating.
    """

    truncated: bool = False
