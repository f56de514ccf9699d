"""Where credentials come from, where they go, and when they are renewed."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import google.auth.credentials
import google.auth.exceptions
import google.auth.transport.requests
import google.oauth2.credentials
import httpx
import pytest

from ee_export_widget.client import auth
from ee_export_widget.client.auth import Authorizer, Credentials, FoundCredentials, find_credentials
from ee_export_widget.errors import AuthenticationError, ConnectionFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.anyio

# google-auth's classes have no types of their own for mypy to follow.
InvalidOperation: Any = google.auth.exceptions.InvalidOperation
RefreshError: Any = google.auth.exceptions.RefreshError
TransportError: Any = google.auth.exceptions.TransportError

GOOGLE = httpx.URL("https://earthengine.googleapis.com")
ELSEWHERE = httpx.URL("http://127.0.0.1:8080")


@dataclass
class CountedCredentials:
    """Credentials whose n-th token is ``token-n``."""

    valid: bool = False
    refreshed: int = 0
    gate: threading.Event | None = None
    fails_with: Exception | None = None
    threads: set[int] = field(default_factory=set)

    def refresh(self, request: object, /) -> None:
        assert callable(request)
        self.threads.add(threading.get_ident())
        if self.gate:
            assert self.gate.wait(60)
        if self.fails_with:
            raise self.fails_with
        self.refreshed += 1
        self.valid = True

    def apply(self, headers: dict[str, str], /) -> None:
        headers["authorization"] = f"Bearer token-{self.refreshed}"
        headers["x-goog-user-project"] = "someone-elses"


def passed(credentials: Credentials, base_url: httpx.URL = ELSEWHERE) -> Authorizer:
    return Authorizer(credentials, base_url=base_url, token_request=lambda: lambda: None)


def found(credentials: Credentials, **members: Any) -> Callable[[], FoundCredentials]:  # noqa: ANN401
    return lambda: FoundCredentials(credentials, "a test", **members)


async def test_passed_credentials_go_wherever_the_client_points() -> None:
    """Credentials that the user passed are used for any address, with the token alone."""
    credentials = CountedCredentials()
    authorizer = passed(credentials)
    assert await authorizer.header() == "Bearer token-1"
    assert authorizer.found_from is not None
    assert authorizer.found_from.description == "credentials given to the client"


async def test_valid_token_is_not_renewed() -> None:
    """A token that still holds is used as it is."""
    credentials = CountedCredentials(valid=True)
    assert await passed(credentials).header() == "Bearer token-0"
    assert credentials.refreshed == 0


async def test_token_that_is_about_to_expire_is_renewed_before_use() -> None:
    """When credentials call themselves no longer valid, the next request gets a new token first."""
    credentials = CountedCredentials(valid=True)
    authorizer = passed(credentials)
    await authorizer.header()
    credentials.valid = False
    assert await authorizer.header() == "Bearer token-1"


async def test_nothing_is_looked_for_on_behalf_of_other_hosts() -> None:
    """Without passed credentials, a service elsewhere is asked without any and no file is opened."""

    def fail() -> FoundCredentials:
        pytest.fail("credentials were looked for")

    authorizer = Authorizer(None, base_url=ELSEWHERE, find=fail)
    assert await authorizer.header() is None
    assert authorizer.found_from is None
    assert not await authorizer.renew(None)


async def test_found_credentials_are_sent_to_google() -> None:
    """Without passed credentials, Google is asked with those that were found, looked for once."""
    credentials = CountedCredentials()
    looked: list[int] = []

    def find() -> FoundCredentials:
        looked.append(threading.get_ident())
        return FoundCredentials(credentials, "a test", project="stored-project")

    authorizer = Authorizer(None, base_url=GOOGLE, find=find, token_request=lambda: lambda: None)
    before = authorizer.found_from
    assert await authorizer.header() == "Bearer token-1"
    assert await authorizer.header() == "Bearer token-1"
    assert len(looked) == 1
    assert threading.get_ident() not in {*looked, *credentials.threads}
    after = authorizer.found_from
    assert before is None
    assert after is not None
    assert after.project == "stored-project"


async def test_credentials_are_looked_for_again_after_a_failure() -> None:
    """Whoever signs in after the first failure need not start over."""
    answers: list[Any] = [AuthenticationError("none"), FoundCredentials(CountedCredentials(), "a test")]

    def find() -> FoundCredentials:
        answer: Any = answers.pop(0)
        if not isinstance(answer, FoundCredentials):
            raise answer
        return answer

    authorizer = Authorizer(None, base_url=GOOGLE, find=find, token_request=lambda: lambda: None)
    with pytest.raises(AuthenticationError, match="none"):
        await authorizer.header()
    assert await authorizer.header() == "Bearer token-1"


async def test_found_credentials_that_ended_are_looked_for_again() -> None:
    """After an ended sign-in the next request looks for a newer one."""
    ended = CountedCredentials(fails_with=RefreshError("invalid_grant"))
    answers = [ended, CountedCredentials()]
    authorizer = Authorizer(
        None,
        base_url=GOOGLE,
        find=lambda: FoundCredentials(answers.pop(0), "a test"),
        token_request=lambda: lambda: None,
    )
    with pytest.raises(AuthenticationError, match="no longer accepted"):
        await authorizer.header()
    assert await authorizer.header() == "Bearer token-1"


async def test_requests_at_the_same_time_share_one_renewal() -> None:
    """Many requests that need a token at once cause one renewal, and the loop goes on meanwhile."""
    credentials = CountedCredentials(gate=threading.Event())
    authorizer = passed(credentials)
    waiting = [asyncio.create_task(authorizer.header()) for _ in range(20)]
    await asyncio.sleep(0)
    assert credentials.gate is not None
    credentials.gate.set()
    assert set(await asyncio.gather(*waiting)) == {"Bearer token-1"}
    assert credentials.refreshed == 1


async def test_giving_up_on_one_request_leaves_the_renewal_to_the_others() -> None:
    """A cancelled request does not take the token from those that wait with it."""
    credentials = CountedCredentials(gate=threading.Event())
    authorizer = passed(credentials)
    first, second = asyncio.create_task(authorizer.header()), asyncio.create_task(authorizer.header())
    await asyncio.sleep(0)
    first.cancel()
    assert credentials.gate is not None
    credentials.gate.set()
    assert await second == "Bearer token-1"
    with pytest.raises(asyncio.CancelledError):
        await first


def test_loops_in_several_threads_share_one_renewal() -> None:
    """The renewal belongs to no loop: requests on another one wait for it too."""
    credentials = CountedCredentials(gate=threading.Event())
    authorizer = passed(credentials)
    headers: list[str | None] = []
    threads = [threading.Thread(target=lambda: headers.append(asyncio.run(authorizer.header()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert credentials.gate is not None
    credentials.gate.set()
    for thread in threads:
        thread.join(60)
    assert headers == ["Bearer token-1"] * 3
    assert credentials.refreshed == 1


async def test_rejected_token_is_replaced_once() -> None:
    """After a 401 there is a new token; requests that had the same old one do not renew it again."""
    credentials = CountedCredentials(valid=True)
    authorizer = passed(credentials)
    rejected = await authorizer.header()
    assert await authorizer.renew(rejected)
    assert await authorizer.header() == "Bearer token-1"
    assert await authorizer.renew(rejected)
    assert credentials.refreshed == 1


async def test_renewal_that_gives_the_same_token_is_no_second_chance() -> None:
    """Where renewing changes nothing there is nothing to try."""
    credentials = SimpleNamespace(
        valid=True, refresh=lambda _: None, apply=lambda headers: headers.update(Authorization="Bearer same")
    )
    assert not await passed(credentials).renew("Bearer same")


async def test_anonymous_credentials_send_nothing() -> None:
    """Google-auth's anonymous credentials are credentials without a header, and cannot be renewed."""
    authorizer = passed(google.auth.credentials.AnonymousCredentials())  # type: ignore[no-untyped-call]
    header = await authorizer.header()
    assert header is None
    assert not await authorizer.renew(header)


@pytest.mark.parametrize("thing", ["ya29.secret-token", Path("key.json"), {"refresh_token": "secret"}, 7])
def test_what_is_no_credentials_object_is_refused_without_being_shown(thing: Any) -> None:  # noqa: ANN401
    """A token or key in the wrong place is refused by its type; the value stays unsaid."""
    with pytest.raises(TypeError, match=f"not a {type(thing).__name__}") as caught:
        Authorizer(thing, base_url=ELSEWHERE)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", ["Bearer a\nb", "Bearer ä", "Bearer \x00", "Bearer  two", ""])
async def test_token_that_http_cannot_carry_is_refused_without_being_shown(token: str) -> None:
    """A damaged token is a sign-in problem, told without the token."""
    credentials = SimpleNamespace(
        valid=True, refresh=lambda _: None, apply=lambda headers: headers.update(authorization=token)
    )
    with pytest.raises(AuthenticationError, match="characters that no token has") as caught:
        await passed(credentials).header()
    assert "two" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            RefreshError("invalid_grant: Bad Request", {"id": "secret"}),
            "accepted (invalid_grant)",
        ),
        (RefreshError("No access token in response.", {"id_token": "secret"}), "accepted"),
        (RefreshError({"secret": 1}), "accepted"),
        (RefreshError(), "accepted"),
        (InvalidOperation("Anonymous credentials cannot be refreshed."), "accepted"),
    ],
)
async def test_refused_renewal_asks_for_a_new_sign_in(error: Exception, message: str) -> None:
    """A sign-in that ended says so with OAuth's own code at most, and how to sign in."""
    with pytest.raises(AuthenticationError) as caught:
        await passed(CountedCredentials(fails_with=error)).header()
    assert caught.value.message == f"The sign-in is no longer {message}: credentials given to the client."
    assert "ee.Authenticate()" in caught.value.hint
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "error",
    [
        TransportError("secret: no route"),
        RefreshError("internal_failure", retryable=True),
    ],
)
async def test_silent_token_service_is_a_connection_failure(error: Exception) -> None:
    """Being offline is not a reason to sign in again."""
    with pytest.raises(ConnectionFailedError, match="did not answer") as caught:
        await passed(CountedCredentials(fails_with=error)).header()
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


async def test_google_auth_gets_a_request_with_a_timeout() -> None:
    """By default tokens are fetched through google-auth's own transport, never for longer than the timeout."""
    seen: list[Any] = []
    credentials = SimpleNamespace(valid=False, refresh=seen.append, apply=lambda _: None)
    assert await Authorizer(credentials, base_url=ELSEWHERE).header() is None
    assert isinstance(seen[0].func, google.auth.transport.requests.Request)
    assert seen[0].keywords == {"timeout": auth.TOKEN_TIMEOUT_S}


class ServiceAccount(google.auth.credentials.Credentials, google.auth.credentials.Scoped):
    """A robot's credentials, which need scopes before they can be used."""

    service_account_email = "robot@demo-project.iam.gserviceaccount.com"
    project_id = "robot-project"

    def __init__(self, scopes: tuple[str, ...] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._scopes = scopes

    @property
    def requires_scopes(self) -> bool:
        return not self._scopes

    def with_scopes(self, scopes: tuple[str, ...], default_scopes: object = None) -> ServiceAccount:
        del default_scopes
        return ServiceAccount(scopes)

    def refresh(self, request: object) -> None:
        del request
        self.token = "robot-token"


async def test_service_account_gets_the_scopes_that_it_lacks() -> None:
    """A robot's key is used with the scopes of the official client, and is recognised as a robot's."""
    authorizer = passed(ServiceAccount())
    assert await authorizer.header() == "Bearer robot-token"
    source = authorizer.found_from
    assert source is not None
    assert source.is_service_account
    assert source.project == "robot-project"
    assert source.scopes == frozenset(auth.SCOPES)


@pytest.mark.parametrize(
    ("client_id", "expected"),
    [
        ("123456789012-abc.apps.googleusercontent.com", "123456789012"),
        ("764086051850-abc.apps.googleusercontent.com", None),
        ("517222506229-abc.apps.googleusercontent.com", None),
        ("no-number", None),
        ("123456789012", None),
    ],
)
def test_project_may_be_that_of_the_oauth_client(client_id: str, expected: str | None) -> None:
    """The number in an OAuth client id is a project of the user's, unless everybody shares it."""
    credentials = google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
        None, refresh_token="secret", client_id=client_id
    )
    source = passed(credentials).found_from
    assert source is not None
    assert source.project == expected
    assert source.scopes is None
    assert "secret" not in repr(source)


# Looking for credentials. The home is an empty folder of the test's own, see tests/conftest.py.

STORED = {"refresh_token": "secret-refresh", "client_id": "123456789012-x", "client_secret": "secret-client"}


@pytest.fixture
def no_cloud_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep google-auth from asking for the metadata server of a cloud machine."""
    monkeypatch.setenv("NO_GCE_CHECK", "true")


def store(stored: object) -> Path:
    path = Path.home() / ".config/earthengine/credentials"
    path.parent.mkdir(parents=True)
    path.write_text(stored if isinstance(stored, str) else json.dumps(stored), encoding="utf-8")
    return path


def test_file_of_the_official_client_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign-in of ee.Authenticate() is found, with its project and scopes, before anything else."""
    path = store({**STORED, "project": "stored-project", "scopes": ["https://www.googleapis.com/auth/earthengine"]})
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "no such file")
    result = find_credentials()
    assert isinstance(result.credentials, google.oauth2.credentials.Credentials)
    assert result.credentials.refresh_token == "secret-refresh"
    assert result.credentials.token_uri == "https://oauth2.googleapis.com/token"
    assert result.credentials.client_id == "123456789012-x"
    assert result.credentials.scopes == ["https://www.googleapis.com/auth/earthengine"]
    assert result.project == "stored-project"
    assert str(path) in result.description
    assert "secret" not in repr(result)


def test_file_without_scopes_has_those_of_the_official_client() -> None:
    """An older file, which names no scopes, has the usual four."""
    store(STORED)
    credentials = find_credentials().credentials
    assert isinstance(credentials, google.oauth2.credentials.Credentials)
    assert credentials.scopes == list(auth.SCOPES)


def test_file_without_a_client_belongs_to_the_official_one() -> None:
    """Where the file names no OAuth client, it is the one that the official package signs in with."""
    from ee import oauth

    store({"refresh_token": "secret-refresh"})
    credentials = find_credentials().credentials
    assert isinstance(credentials, google.oauth2.credentials.Credentials)
    assert credentials.client_id == oauth.CLIENT_ID
    assert credentials.client_secret == oauth.CLIENT_SECRET


def test_file_without_a_client_needs_the_official_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the official package such a file cannot be used, and the message says what to install."""
    store({"refresh_token": "secret-refresh"})
    monkeypatch.setitem(sys.modules, "ee", None)
    with pytest.raises(AuthenticationError, match="not installed here") as caught:
        find_credentials()
    assert "earthengine-api" in caught.value.hint


@pytest.mark.parametrize("content", ["not JSON", "", "\ufeff{"])
def test_damaged_file_is_told_and_not_passed_over(content: str) -> None:
    """A file that cannot be read is named; signing in as somebody else would be worse."""
    path = store(content)
    with pytest.raises(AuthenticationError, match="cannot be read") as caught:
        find_credentials()
    assert str(path) in caught.value.message


@pytest.mark.parametrize("content", [{}, {"refresh_token": ""}, [], {"type": "service_account"}])
@pytest.mark.usefixtures("no_cloud_machine")
def test_file_without_a_sign_in_is_passed_over(content: object, caplog: pytest.LogCaptureFixture) -> None:
    """A file without a refresh token is no sign-in: application default credentials are next, and here are none."""
    store(content)
    with caplog.at_level(logging.CRITICAL), pytest.raises(AuthenticationError, match="No Google credentials") as caught:
        find_credentials()
    assert "ee.Authenticate()" in caught.value.hint


@pytest.mark.usefixtures("no_cloud_machine")
def test_user_without_a_home_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no home to look in, application default credentials are next."""
    monkeypatch.setattr(Path, "expanduser", _no_home)
    with pytest.raises(AuthenticationError, match="No Google credentials"):
        find_credentials()


def _no_home(path: Path) -> Path:
    raise RuntimeError(f"no home for {path}")


@pytest.mark.parametrize("quota", [{}, {"quota_project_id": "quota-project"}], ids=["without-quota", "with-quota"])
def test_application_default_credentials_come_second(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: dict[str, str]
) -> None:
    """The file that GOOGLE_APPLICATION_CREDENTIALS names is used; google-auth's advice to users of gcloud is not."""
    key = tmp_path / "adc.json"
    shared = "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com"
    stored = {"type": "authorized_user", "client_id": shared, "client_secret": "s", "refresh_token": "secret-refresh"}
    key.write_text(json.dumps({**stored, **quota}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    result = find_credentials()  # a warning would fail the test
    assert result.description == "application default credentials"
    source = passed(result.credentials).found_from
    assert source is not None
    assert source.project == quota.get("quota_project_id")


async def test_found_source_names_project_and_scopes() -> None:
    """What was found tells its project and scopes once it has been used."""
    credentials = google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
        "token",
        refresh_token="secret",
        token_uri="https://oauth2.googleapis.com/token",
        client_id="x",
        client_secret="secret",
        quota_project_id="quota-project",
        scopes=["a", "b"],
    )
    authorizer = Authorizer(None, base_url=GOOGLE, find=found(credentials), token_request=lambda: _token_service)
    assert await authorizer.header() == "Bearer fresh"
    source = authorizer.found_from
    assert source is not None
    assert source.project == "quota-project"
    assert source.scopes == frozenset({"a", "b"})
    assert not source.is_service_account


def _token_service(**asked: object) -> object:
    """Answer as Google's token service does."""
    assert asked["method"] == "POST"
    body = json.dumps({"access_token": "fresh", "expires_in": 3600, "scope": "a b"})
    return SimpleNamespace(status=200, headers={}, data=body.encode())


@pytest.mark.parametrize(
    "content", [None, b"", b"[1]", b"{secret", b"\xff\xfe", b'{"type": "authorized_user"}', "folder"]
)
def test_a_named_file_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | str | None
) -> None:
    """The variable is to blame, not a sign-in that is missing; its value, which may be a key, is not shown."""
    key = tmp_path / "adc.json"
    if isinstance(content, bytes):
        key.write_bytes(content)
    elif content == "folder":
        key.mkdir()
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    with pytest.raises(AuthenticationError, match="GOOGLE_APPLICATION_CREDENTIALS names cannot be used") as caught:
        find_credentials()
    assert str(key) not in str(caught.value)
    assert caught.value.__context__ is None


def test_an_error_about_a_file_keeps_nothing_of_it() -> None:
    """Not even as the context of the error, which tools that collect errors send along."""
    store('{"refresh_token": "secret')
    with pytest.raises(AuthenticationError) as caught:
        find_credentials()
    assert caught.value.__context__ is None
