"""Reading what the service answers: objects, errors, and how long it asks to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ee_export_widget.client.auth import SIGN_IN
from ee_export_widget.client.hints import hint_for
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ExportWidgetError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    QuotaExceededError,
    ServerError,
    ServiceResponseError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

JsonObject = dict[str, Any]

_UNREADABLE = object()
_TOKENS = re.compile(r"\bya29\.[\w.~+/-]+|(?<=\bBearer )[\w.~+/-]+=*")
_RATE_LIMITS = {"rateLimitExceeded", "userRateLimitExceeded"}
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _TOO_MANY, _SERVER = 401, 403, 404, 409, 429, 500


def read_object(reply: httpx.Response) -> JsonObject:
    """Read the JSON object that a successful reply carries.

    Raises
    ------
    UnexpectedResponseError
        Where it carries anything else.
    """
    body = _json(reply.text)
    if isinstance(body, dict):
        return body
    error = unexpected(reply, "The answer is not the JSON object that was expected.")
    error.truncated = body is _UNREADABLE and "json" in reply.headers.get("Content-Type", "")
    raise error


def unexpected(reply: httpx.Response, message: str) -> UnexpectedResponseError:
    """Make the error for an answer that cannot be read."""
    return UnexpectedResponseError(
        message,
        method=reply.request.method,
        path=reply.request.url.path,
        hint=f"Check that {reply.request.url.host} is Earth Engine, and that no proxy or login page is in between.",
    )


def error_of(reply: httpx.Response, *, secret: str = "") -> ExportWidgetError:
    """Make the error that an unsuccessful reply stands for.

    Parameters
    ----------
    reply
        The reply, read to its end.
    secret
        The token that was sent: should the answer quote it, or anything that looks like one, it is blanked.
    """
    status = reply.status_code
    text = _TOKENS.sub("[token]", reply.text.replace(secret, "[token]") if secret else reply.text)
    body = _json(text)
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, Mapping):
        told = {}
        if status not in {_UNAUTHORIZED, _TOO_MANY} and status < _SERVER:
            return unexpected(reply, f"HTTP {status} with an answer that cannot be read.")
    details = [item for item in told.get("details") or () if isinstance(item, Mapping)]
    message = str(told.get("message") or f"HTTP {status} {reply.reason_phrase}".strip())
    name = str(told.get("status") or "")
    reasons = _reasons(told, details)
    hint = hint_for(" ".join((message, name, *sorted(reasons))), status)
    if status == _UNAUTHORIZED:
        return AuthenticationError(f"The service did not accept the sign-in: {message}", hint=SIGN_IN)
    kind = _kind(status, name, message, reasons)
    error = kind(
        message,
        method=reply.request.method,
        path=reply.request.url.path,
        http_status=status,
        status=name,
        details=details,
        hint=" ".join(part for part in (hint, _help_link(details)) if part),
    )
    error.retry_after_s = _retry_after_s(reply, details)
    return error


def is_duplicate(error: ExportWidgetError) -> bool:
    """Tell whether an export was refused because its request id has been used.

    The text was seen in the field; the HTTP code is not known (409 or 400), so either will do.
    """
    if not isinstance(error, BadRequestError):
        return False
    if "already started with the given request_id" in error.message:
        return True
    return error.status == "ALREADY_EXISTS" and "asset" not in error.message.lower()


def problems_of(error: ServiceResponseError) -> list[Problem]:
    """Give the service's complaints about single fields, as the form shows its own.

    Returns
    -------
    list of Problem
        One for each field violation, with the path in camelCase; empty where the service names no field.
    """
    return [
        Problem(_field(violation), "refused-by-service", "error", str(violation.get("description") or error.message))
        for detail in error.details
        if isinstance(detail.get("fieldViolations"), list)
        for violation in detail["fieldViolations"]
        if isinstance(violation, Mapping)
    ]


def server_date(reply: httpx.Response) -> datetime | None:
    """Give the service's own time of the answer, to the second; ``None`` where it does not tell."""
    try:
        return parsedate_to_datetime(reply.headers.get("Date", ""))
    except ValueError:
        return None


def _json(text: str) -> object:
    """Parse JSON, without raising for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _kind(status: int, name: str, message: str, reasons: set[str]) -> type[ServiceResponseError]:
    exhausted = name == "RESOURCE_EXHAUSTED" or "already in the queue" in message
    if status == _TOO_MANY or exhausted or reasons & _RATE_LIMITS:
        return QuotaExceededError
    if status >= _SERVER:
        return ServerError
    return {_FORBIDDEN: PermissionDeniedError, _NOT_FOUND: NotFoundError}.get(status, BadRequestError)


def _reasons(told: Mapping[str, Any], details: list[Mapping[str, Any]]) -> set[str]:
    """Collect the machine-readable reasons of ``ErrorInfo`` and of the older ``errors`` list."""
    older = [item for item in told.get("errors") or () if isinstance(item, Mapping)]
    return {str(item["reason"]) for item in (*details, *older) if item.get("reason")}


def _help_link(details: list[Mapping[str, Any]]) -> str:
    for detail in details:
        for link in detail.get("links") or ():
            if isinstance(link, Mapping) and str(link.get("url", "")).startswith("https://"):
                return f"See {link['url']}"
    return ""


def _retry_after_s(reply: httpx.Response, details: list[Mapping[str, Any]]) -> float | None:
    """Read how long to wait: the header in seconds or as a date, else ``RetryInfo``."""
    told = reply.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        until, now = parsedate_to_datetime(told), server_date(reply)
    except ValueError:
        pass
    else:
        return max((until - now).total_seconds(), 0.0) if now else None
    for detail in details:
        if match := re.fullmatch(r"(\d+(?:\.\d+)?)s", str(detail.get("retryDelay", ""))):
            return float(match[1])
    return None


def _field(violation: Mapping[str, Any]) -> str:
    """Give the camelCase path of a violation; an unknown member is named itself, not only its place."""
    field = str(violation.get("field") or "")
    unknown = re.search(r'Unknown name "([^"]+)"', str(violation.get("description", "")))
    if unknown and field.rsplit(".", maxsplit=1)[-1] != unknown[1]:
        # Told as the client wrote it, so not converted.
        return ".".join(part for part in (_camel(field), unknown[1]) if part)
    return _camel(field)


def _camel(path: str) -> str:
    """Convert a snake_case path; what follows the name of a map is a key of the user's and stays."""
    head, keyed, key = path.partition("overrides")
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), head + keyed) + key
