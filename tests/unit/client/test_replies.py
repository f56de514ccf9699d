"""What the service answers becomes an error of its own class, with the service's words and a way out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ee_export_widget.client import replies
from ee_export_widget.client.retry import is_transient, may_have_arrived
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    QuotaExceededError,
    ServerError,
    ServiceResponseError,
    UnexpectedResponseError,
)
from tests.unit.client.scripted import refusal

REQUEST = httpx.Request("POST", "https://earthengine.googleapis.com/v1/projects/p/image:export?x=secret")


def asked(reply: httpx.Response) -> httpx.Response:
    reply.request = REQUEST
    return reply


def error_of(reply: httpx.Response) -> ServiceResponseError:
    error = replies.error_of(asked(reply))
    assert isinstance(error, ServiceResponseError)
    return error


@pytest.mark.parametrize(
    ("http_status", "status", "kind", "transient"),
    [
        (400, "INVALID_ARGUMENT", BadRequestError, False),
        (400, "FAILED_PRECONDITION", BadRequestError, False),
        (403, "PERMISSION_DENIED", PermissionDeniedError, False),
        (404, "NOT_FOUND", NotFoundError, False),
        (408, "", BadRequestError, True),
        (409, "ALREADY_EXISTS", BadRequestError, False),
        (409, "ABORTED", BadRequestError, True),
        (429, "RESOURCE_EXHAUSTED", QuotaExceededError, True),
        (400, "RESOURCE_EXHAUSTED", QuotaExceededError, True),
        (499, "CANCELLED", BadRequestError, False),
        (500, "INTERNAL", ServerError, True),
        (500, "UNKNOWN", ServerError, True),
        (501, "UNIMPLEMENTED", ServerError, False),
        (503, "UNAVAILABLE", ServerError, True),
        (504, "DEADLINE_EXCEEDED", ServerError, True),
    ],
)
def test_status_decides_class_and_whether_to_repeat(
    http_status: int,
    status: str,
    kind: type[ServiceResponseError],
    transient: bool,
) -> None:
    """Each code of the service has its class, and is worth repeating or not."""
    error = error_of(refusal(http_status, "It said no.", status))
    assert type(error) is kind
    assert is_transient(error) is transient
    assert (error.http_status, error.status, error.message) == (http_status, status, "It said no.")
    assert (error.method, error.path) == ("POST", "/v1/projects/p/image:export")


@pytest.mark.parametrize(
    ("http_status", "status", "message", "words", "transient"),
    [
        (403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", "ee.Authenticate(force=True)", 0),
        (403, "PERMISSION_DENIED", "Caller does not have permission to use project p: serviceusage.services.use",
         "Service Usage Consumer", 0),
        (403, "PERMISSION_DENIED", "Earth Engine API has not been used in project 1 before or it is disabled.",
         "Enable the Earth Engine API", 0),
        (403, "PERMISSION_DENIED", "Project p is not registered to use Earth Engine.", "Register the project", 0),
        (403, "PERMISSION_DENIED", "Not signed up for Earth Engine or project is not registered.", "Sign up", 0),
        (403, "PERMISSION_DENIED", "The API requires a quota project, which is not set by default.", "Cloud project",
         0),
        (403, "PERMISSION_DENIED", "Permission 'earthengine.exports.create' denied", "Resource Writer", 0),
        (403, "PERMISSION_DENIED", "Something new.", "permission that the message names", 0),
        (400, "FAILED_PRECONDITION", "Too many tasks already in the queue (3000). Please wait", "3000 waiting", 0),
        (429, "RESOURCE_EXHAUSTED", "Too many tasks already in the queue (3000).", "3000 waiting", 0),
        (429, "RESOURCE_EXHAUSTED", "Your usage exceeded the custom quota for daily_eecu_usage_time", "raise the limit",
         0),
        (429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read' per minute per user", "in a minute", 1),
        (429, "RESOURCE_EXHAUSTED", "Too many concurrent aggregations.", "Other computations", 1),
        (409, "ALREADY_EXISTS", "A different Operation was already started with the given request_id.", "a new ID", 0),
        (400, "INVALID_ARGUMENT", "Cannot overwrite asset 'x'.", "another asset name", 0),
        (400, "INVALID_ARGUMENT", "Invalid asset name. Folder names must be separated with '/'", "at most 10 parts", 0),
        (404, "NOT_FOUND", "Image.load: Image asset 'x' not found (does not exist or caller does not have access).",
         "may read it", 0),
        (403, "PERMISSION_DENIED", "Asset 'x' does not exist or doesn't allow this operation.", "create the folder", 0),
        (400, "INVALID_ARGUMENT", "Image.select: Band pattern 'B9' did not match any bands.", "names of the bands", 0),
        (400, "INVALID_ARGUMENT", "Unable to export unbounded image.", "complete grid", 0),
        (400, "INVALID_ARGUMENT", "Projection: The CRS of a map projection could not be parsed.", "EPSG:32633", 0),
        (400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 10485760 bytes.", "10 MB", 0),
        (400, "INVALID_ARGUMENT", "User memory limit exceeded.", "smaller region", 0),
        (400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unknown name \"x\" at 'grid': Cannot find field.",
         "misspelt", 0),
        (400, "INVALID_ARGUMENT", "Something new.", "", 0),
        (404, "NOT_FOUND", "Something new.", "may see it", 0),
        (500, "INTERNAL", "An internal error has occurred", "few minutes", 1),
    ],
)  # fmt: skip
def test_known_texts_come_with_what_to_do(
    http_status: int, status: str, message: str, words: str, transient: int
) -> None:
    """The texts that users meet have a hint; an unknown one has at most a general hint."""
    error = error_of(refusal(http_status, message, status))
    assert error.message == message
    assert (words in error.hint) if words else (error.hint == "")
    assert is_transient(error) == bool(transient)


def test_full_queue_is_a_quota_whatever_its_code() -> None:
    """A full queue may come as 400 and is the same thing."""
    assert type(error_of(refusal(400, "Too many tasks already in the queue (3000)."))) is QuotaExceededError


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}], "scope"),
        ([{"reason": "SERVICE_DISABLED"}, {"links": [{"url": "https://console.example/enable"}]}], "Enable the Earth"),
        ([{"reason": "USER_PROJECT_DENIED"}], "Service Usage Consumer"),
    ],
)
def test_machine_readable_reasons_are_understood(details: list[dict[str, Any]], words: str) -> None:
    """A reason in the details leads to the hint where the text does not."""
    error = error_of(refusal(403, "Denied.", "PERMISSION_DENIED", details=details))
    assert words in error.hint
    assert error.details == details


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ([{"description": "x", "url": "https://console.example/enable"}], True),
        ([None, {"url": "javascript:alert(1)"}, {}], False),
    ],
)
def test_link_of_the_service_is_passed_on(links: list[Any], told: bool) -> None:
    """The page that the service points to stands in the hint, if it is a web page."""
    error = error_of(refusal(403, "Denied.", details=[{"links": links}]))
    assert ("See https://console.example/enable" in error.hint) is told
    assert "javascript" not in error.hint


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded"])
def test_rate_limit_in_the_guise_of_403_is_a_quota(reason: str) -> None:
    """The older form of a rate limit is repeated like any."""
    error = error_of(refusal(403, "Slow down.", errors=[{"reason": reason, "domain": "usageLimits"}, "odd"]))
    assert type(error) is QuotaExceededError
    assert is_transient(error)


def test_unauthorised_is_a_sign_in_problem() -> None:
    """HTTP 401 says how to sign in, whatever the body."""
    for reply in (refusal(401, "Request had invalid authentication credentials."), httpx.Response(401, text="<html>")):
        error = replies.error_of(asked(reply))
        assert type(error) is AuthenticationError
        assert "ee.Authenticate()" in error.hint


@pytest.mark.parametrize(
    "body", [b"<html>Not here</html>", b"", b"[]", b'{"error": "text"}', b'{"error"', b"\xff", b"{" * 9999]
)
@pytest.mark.parametrize("http_status", [302, 400, 403, 404])
def test_error_that_is_not_the_services_is_unexpected(body: bytes, http_status: int) -> None:
    """An answer that no Earth Engine gives is not taken for one of its errors."""
    error = replies.error_of(asked(httpx.Response(http_status, content=body)))
    assert type(error) is UnexpectedResponseError
    assert str(http_status) in error.message
    assert "earthengine.googleapis.com" in error.hint
    assert not is_transient(error)
    assert not may_have_arrived(error)


@pytest.mark.parametrize(("http_status", "kind"), [(429, QuotaExceededError), (500, ServerError), (502, ServerError)])
def test_busy_proxy_is_a_busy_service(http_status: int, kind: type[ExportWidgetError]) -> None:
    """Overload is worth repeating, whoever tells of it and in whatever form."""
    error = error_of(httpx.Response(http_status, text="<html>"))
    assert type(error) is kind
    assert str(http_status) in error.message
    assert is_transient(error)


def test_odd_members_of_an_error_are_survived() -> None:
    """An error whose members have the wrong types is still an error."""
    reply = httpx.Response(400, json={"error": {"message": None, "status": 3, "details": ["x", None], "errors": None}})
    error = error_of(reply)
    assert error.message == "HTTP 400 Bad Request"
    assert error.details == []


@pytest.mark.parametrize(
    ("headers", "details", "expected"),
    [
        ({}, (), None),
        ({"Retry-After": "7"}, (), 7.0),
        ({"Retry-After": " 0 "}, (), 0.0),
        ({"Retry-After": "soon"}, (), None),
        ({"Retry-After": "-3"}, (), None),
        ({"Date": "Mon, 05 Jan 2026 10:00:00 GMT", "Retry-After": "Mon, 05 Jan 2026 10:00:30 GMT"}, (), 30.0),
        ({"Date": "Mon, 05 Jan 2026 10:00:00 GMT", "Retry-After": "Mon, 05 Jan 2026 09:00:00 GMT"}, (), 0.0),
        ({"Retry-After": "Mon, 05 Jan 2026 10:00:30 GMT"}, (), None),
        ({}, [{"@type": "x/google.rpc.RetryInfo", "retryDelay": "2.5s"}], 2.5),
        ({}, [{"reason": "x"}, {"retryDelay": "3s"}], 3.0),
        ({}, [{"retryDelay": "a while"}], None),
        ({"Retry-After": "7"}, [{"retryDelay": "2s"}], 7.0),
    ],
)  # fmt: skip
def test_time_to_wait_is_read(headers: dict[str, str], details: object, expected: float | None) -> None:
    """Seconds, a date on the service's own clock, or RetryInfo: each says how long to wait."""
    assert error_of(refusal(503, details=details, headers=headers)).retry_after_s == expected


def test_token_is_blanked_where_the_service_quotes_it() -> None:
    """An answer that quotes the token does not bring it into an error."""
    reply = asked(refusal(400, "Bad header: Bearer tok-123", details=[{"echo": "tok-123"}]))
    error = replies.error_of(reply, secret="tok-123")
    assert isinstance(error, BadRequestError)
    assert error.message == "Bad header: Bearer [token]"
    assert error.details == [{"echo": "[token]"}]


def test_object_is_read() -> None:
    """A JSON object is read as it is."""
    assert replies.read_object(asked(httpx.Response(200, json={"a": 1}))) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "content_type", "truncated"),
    [
        (b"<html>", "text/html", False),
        (b"", "", False),
        (b"[]", "application/json", False),
        (b"null", "application/json", False),
        (b'{"name": "proj', "application/json; charset=UTF-8", True),
        (b"", "application/json", True),
    ],
)
def test_answer_that_is_no_object_is_unexpected(content: bytes, content_type: str, truncated: bool) -> None:
    """Only what was announced as JSON and breaks off is worth asking for again."""
    reply = asked(httpx.Response(200, content=content, headers={"Content-Type": content_type}))
    with pytest.raises(UnexpectedResponseError) as caught:
        replies.read_object(reply)
    assert caught.value.truncated is truncated
    assert is_transient(caught.value) is truncated
    assert may_have_arrived(caught.value) is truncated


@pytest.mark.parametrize(
    ("violation", "field", "message"),
    [
        ({"field": "grid.crs_code", "description": "Unknown CRS."}, "grid.crsCode", "Unknown CRS."),
        (
            {"field": "asset_export_options.earth_engine_destination.name", "description": "Bad name."},
            "assetExportOptions.earthEngineDestination.name",
            "Bad name.",
        ),
        (
            {
                "field": "grid",
                "description": "Invalid JSON payload received. Unknown name \"crs_kode\" at 'grid': Cannot find field.",
            },
            "grid.crs_kode",
            "Invalid JSON payload received. Unknown name \"crs_kode\" at 'grid': Cannot find field.",
        ),
        (
            {"field": "", "description": 'Invalid JSON payload received. Unknown name "x": Cannot find field.'},
            "x",
            'Invalid JSON payload received. Unknown name "x": Cannot find field.',
        ),
        ({"field": "grid.x_y", "description": 'Unknown name "x_y"'}, "grid.xY", 'Unknown name "x_y"'),
        (
            {"field": "asset_export_options.pyramiding_policy_overrides.spectral_class", "description": "No band."},
            "assetExportOptions.pyramidingPolicyOverrides.spectral_class",
            "No band.",
        ),
        ({}, "", "It said no."),
    ],
)
def test_field_violations_become_problems(violation: dict[str, str], field: str, message: str) -> None:
    """The service's complaint about a field is shown at that field, by its camelCase path."""
    error = error_of(refusal(400, "It said no.", details=[{"fieldViolations": [violation, "odd"]}, {"other": 1}]))
    assert replies.problems_of(error) == [Problem(field, "refused-by-service", "error", message)]


def test_error_without_violations_has_no_problems() -> None:
    """A refusal that names no field is no problem of a field."""
    assert replies.problems_of(error_of(refusal(400, details=[{"fieldViolations": "odd"}]))) == []


@pytest.mark.parametrize(
    ("http_status", "status", "message", "duplicate"),
    [
        (409, "ALREADY_EXISTS", "A different Operation was already started with the given request_id.", True),
        (400, "INVALID_ARGUMENT", "A different Operation was already started with the given request_id", True),
        (409, "", "A different Operation was already started with the given request_id", True),
        (409, "ALREADY_EXISTS", "Conflict.", True),
        (409, "ALREADY_EXISTS", "Cannot overwrite asset 'x'.", False),
        (409, "ABORTED", "Conflict.", False),
        (400, "INVALID_ARGUMENT", "No.", False),
        (500, "INTERNAL", "A different Operation was already started with the given request_id", False),
    ],
)
def test_used_request_id_is_recognised(http_status: int, status: str, message: str, duplicate: bool) -> None:
    """A used request id is known by its text or its status, and not taken for an existing asset."""
    assert replies.is_duplicate(error_of(refusal(http_status, message, status))) is duplicate


def test_other_errors_are_neither_transient_nor_lost() -> None:
    """What went wrong on this side is not repeated."""
    error = InvalidRequestError.of("x", "y", "z")
    assert not is_transient(error)
    assert not may_have_arrived(error)
    assert not replies.is_duplicate(error)


@pytest.mark.parametrize(
    ("cause", "arrived"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.PoolTimeout("full"), False),
        (httpx.ProxyError("no"), False),
        (httpx.ReadError("reset"), True),
        (httpx.ReadTimeout("slow"), True),
        (httpx.WriteError("reset"), True),
        (httpx.RemoteProtocolError("closed"), True),
        (None, True),
    ],
)
def test_request_may_have_arrived_unless_no_connection_came_about(cause: Exception | None, arrived: bool) -> None:
    """Only a connection that never was is certain to have carried nothing."""
    error = ConnectionFailedError("x", method="POST", path="/")
    error.__cause__ = cause
    assert is_transient(error)
    assert may_have_arrived(error) is arrived


@pytest.mark.parametrize(
    ("http_status", "arrived"), [(500, True), (503, True), (504, True), (501, False), (429, False)]
)
def test_failing_service_may_have_done_it(http_status: int, arrived: bool) -> None:
    """A failing service may have done what was asked; one that refuses has not."""
    assert may_have_arrived(error_of(refusal(http_status))) is arrived
