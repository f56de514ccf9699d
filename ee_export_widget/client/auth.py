"""Credentials: where they come from, and a fresh ``Authorization`` header for every request.

google-auth blocks, so everything it does happens on a thread of its own; requests that need a token at
the same time, from whatever loop, wait for the same renewal. Tokens never enter a message, a ``repr``
or a log: failures of google-auth are reported without what it says about them, since that quotes the
answers of the token service. Our errors are raised where its own are no longer handled, so that these are
not even kept with ours as their context.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import re
import threading
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

from ee_export_widget.core.addresses import is_google
from ee_export_widget.errors import AuthenticationError, ConnectionFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("earthengine", "cloud-platform", "drive", "devstorage.full_control")
)
"""What the official client asks for; the last two are for the destinations Drive and Cloud Storage."""

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a token
TOKEN_TIMEOUT_S = 20.0

KEY_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
"""Of the environment: where application default credentials are read before all other places."""

SDK_PROJECTS = frozenset(
    {"764086051850", "618104708054", "32555940559", "522309567947", "1014160490159", "1057398310658", "517222506229"}
)
"""Numbers of projects that own shared OAuth clients: nobody can export from them (official client 1.7.50)."""

RENEW = "Renew them where they came from, for example with ee.Authenticate() and ee.Initialize(), then try again."
NEW_KEY = "Make a new key for the account in the Cloud console, save it there, then try again."
SIGN_IN = "Run ee.Authenticate() in Python or “earthengine authenticate” in a terminal, then try again."


@runtime_checkable
class Credentials(Protocol):
    """What this package needs of credentials; those of google-auth have it."""

    @property
    def valid(self) -> bool:
        """Whether the token can be used for some minutes more."""
        ...

    def refresh(self, request: Any, /) -> None:  # noqa: ANN401 - a callable of google-auth's own kind
        """Get a new token."""
        ...

    def apply(self, headers: dict[str, str], /) -> None:
        """Write the ``authorization`` header."""
        ...


@dataclass(frozen=True, slots=True)
class CredentialsSource:
    """Where credentials came from, for people to read; holds nothing secret."""

    description: str
    """For example ``Earth Engine sign-in (~/.config/earthengine/credentials)``."""
    project: str | None = None
    """The project that comes with them, if any."""
    scopes: frozenset[str] | None = None
    """Full scope addresses; ``None`` where they cannot be known."""
    is_service_account: bool = False
    """Whether a robot signs in: it has a Drive of its own, which nobody can look into."""
    account: str = ""
    """Address of the robot; of people it cannot be known."""
    kind: Literal["given", "key_file", "sign_in", "application_default"] = "given"
    """Which of the ways of the official client led to them."""


@dataclass(frozen=True, slots=True)
class FoundCredentials:
    """Credentials and where they came from."""

    credentials: Credentials = field(repr=False)
    description: str
    project: str | None = None
    """The project that was stored beside them."""
    kind: Literal["given", "key_file", "sign_in", "application_default"] = "given"


def find_credentials() -> FoundCredentials:
    """Look for credentials where the official client does: its own file, then application default ones.

    Reads files and may ask a cloud machine's metadata server: takes up to some seconds, blocks.

    Raises
    ------
    AuthenticationError
        Where there are none, or where the file cannot be read.
    """
    return _from_earthengine_file() or _from_application_default()


class Authorizer:
    """Gives every request its ``Authorization`` header.

    Parameters
    ----------
    credentials
        Credentials that the user passed, or that were read from a file of the user's: they go where ``base_url``
        points. ``None``: they are looked for when the first request needs them, if ``base_url`` is one of
        Google's, and otherwise there are none.
    base_url
        Where the requests go.
    find
        Looks for credentials, for the first time or after what it found before is no longer accepted.
    token_request
        Makes the callable through which google-auth speaks HTTP.
    """

    def __init__(
        self,
        credentials: Credentials | FoundCredentials | None,
        *,
        base_url: httpx.URL,
        find: Callable[[], FoundCredentials] = find_credentials,
        token_request: Callable[[], object] | None = None,
    ) -> None:
        self._found = _given(credentials)
        can_be_found = credentials is None and is_google(str(base_url))
        self._find = find if can_be_found or isinstance(credentials, FoundCredentials) else None
        self._token_request = token_request or _google_request
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._renewal: Future[None] | None = None

    @property
    def found_from(self) -> CredentialsSource | None:
        """Where the credentials came from; ``None`` before they were looked for, or where there are none."""
        return _source(self._found) if self._found else None

    async def header(self) -> str | None:
        """Give the value of the ``Authorization`` header, or ``None`` for a request without.

        Raises
        ------
        AuthenticationError
            Where there are no usable credentials.
        ConnectionFailedError
            Where the token service does not answer.
        """
        if self._stale():
            await self._renewed(self._stale)
        return self._header()

    async def renew(self, rejected: str | None) -> bool:
        """Get another token after the service rejected one; tell whether there is one to try."""
        if rejected is None:
            return False
        await self._renewed(lambda: self._header() == rejected)
        return self._header() != rejected

    def look_anew(self) -> None:
        """Look for credentials again when the next request needs them; those that the user passed stay."""
        with self._lock:
            if self._find is not None:
                self._found = None

    async def _renewed(self, needed: Callable[[], bool]) -> None:
        """Have the token renewed, or wait for the renewal that is under way."""
        with self._lock:
            if self._renewal is None or self._renewal.done():
                if not needed():
                    return
                self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="ee-export-widget-auth")
                self._renewal = self._thread.submit(self._renew)
            renewal = self._renewal
        await asyncio.shield(asyncio.wrap_future(renewal))

    def _stale(self) -> bool:
        return self._find is not None if self._found is None else not self._found.credentials.valid

    def _header(self) -> str | None:
        if self._found is None:
            return None
        value = _authorization(self._found.credentials)
        if value is not None and not re.fullmatch(r"[!-~]+( [!-~]+)*", value):
            # Sent as it is, the HTTP library would refuse it with a message that quotes it.
            raise AuthenticationError("The access token has characters that no token has.", hint=SIGN_IN)
        return value

    def _renew(self) -> None:
        """Find credentials if there are none yet, and get a token; runs on the thread."""
        _load_google_auth()
        import google.auth.credentials
        import google.auth.exceptions

        found = self._found or cast("Callable[[], FoundCredentials]", self._find)()
        scoped = google.auth.credentials.with_scopes_if_required(found.credentials, SCOPES)  # type: ignore[no-untyped-call]
        self._found = found = replace(found, credentials=scoped)
        try:
            found.credentials.refresh(self._token_request())
        except google.auth.exceptions.GoogleAuthError as error:
            failure = _renewal_failed(error, found)
        else:
            return
        if self._find and isinstance(failure, AuthenticationError):
            self._found = None  # looked for again next time: by then the user may have signed in anew
        raise failure


class _Secret(str):
    """A text that tracebacks with local variables, such as IPython's verbose ones, do not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[secret]"


def _authorization(credentials: Credentials) -> _Secret | None:
    headers: dict[str, str] = {}
    credentials.apply(headers)
    return next((_Secret(value) for name, value in headers.items() if name.lower() == "authorization"), None)


def _given(credentials: object) -> FoundCredentials | None:
    """Give what the user passed, with where it is from."""
    if credentials is None or isinstance(credentials, FoundCredentials):
        return credentials
    if isinstance(credentials, Credentials):
        return FoundCredentials(credentials, "credentials given to the client")
    # The value is not shown: it may be a token.
    kind = type(credentials).__name__
    raise TypeError(f"credentials must be an object of google-auth or the path of a key file, not a {kind}.")


_LOADING = threading.Lock()


def _load_google_auth() -> None:
    """Load what renewals need, one thread at a time: two that do it at once may meet a `requests` half loaded."""
    with _LOADING:
        import google.auth.transport.requests  # noqa: F401 - for whoever needs it next


def _google_request() -> object:
    import google.auth.transport.requests

    return functools.partial(google.auth.transport.requests.Request(), timeout=TOKEN_TIMEOUT_S)


def _renewal_failed(error: Exception, found: FoundCredentials) -> AuthenticationError | ConnectionFailedError:
    """Say why there is no token, in our words and with at most the error code of OAuth."""
    import google.auth.exceptions

    if isinstance(error, google.auth.exceptions.TransportError) or getattr(error, "retryable", False):
        return ConnectionFailedError(
            "The sign-in service did not answer.",
            method="POST",
            path="/token",
            hint="Check the network connection and try again.",
        )
    code = re.match(r"[a-z_]{3,40}\b", str(error.args[0]) if error.args else "")
    detail = f" ({code[0]})" if code and "_" in code[0] else ""
    hint = {"given": RENEW, "key_file": NEW_KEY}.get(found.kind, SIGN_IN)
    return AuthenticationError(f"The sign-in is no longer accepted{detail}: {found.description}.", hint=hint)


def _from_earthengine_file() -> FoundCredentials | None:
    """Read the file that ``ee.Authenticate()`` writes; ``None`` where it is absent or has no refresh token."""
    try:
        path = Path("~/.config/earthengine/credentials").expanduser()
        stored = parsed(path.read_bytes())
    except (OSError, RuntimeError):  # no such file, or no home to look in
        return None
    if stored is UNREADABLE:
        raise AuthenticationError(f"The sign-in file {path} cannot be read.", hint=SIGN_IN)
    if not isinstance(stored, dict) or not stored.get("refresh_token"):
        return None
    import google.oauth2.credentials

    client_id, client_secret = stored.get("client_id"), stored.get("client_secret")
    if not client_id or not client_secret:
        client_id, client_secret = _official_client_pair(path)
    scopes = stored.get("scopes")
    credentials = google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
        None,
        refresh_token=stored["refresh_token"],
        token_uri=TOKEN_URI,
        client_id=client_id,
        client_secret=client_secret,
        scopes=scopes if isinstance(scopes, list) else list(SCOPES),
    )
    return FoundCredentials(credentials, f"Earth Engine sign-in ({path})", stored.get("project"), "sign_in")


UNREADABLE = object()
"""What a text means that is no JSON."""


def parsed(content: bytes) -> object:
    """Read JSON; what is none is `UNREADABLE`, and nothing keeps it."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return UNREADABLE


def _official_client_pair(path: Path) -> tuple[str, str]:
    """Give the OAuth client that the official package signs people in with, where the file names none."""
    try:
        from ee import oauth
    except ImportError:
        raise AuthenticationError(
            f"The sign-in file {path} belongs to the official client, which is not installed here.",
            hint="Install earthengine-api, or sign in with “gcloud auth application-default login”.",
        ) from None
    return oauth.CLIENT_ID, oauth.CLIENT_SECRET


def _from_application_default() -> FoundCredentials:
    import google.auth
    import google.auth.exceptions

    credentials = None
    # It takes for granted that a named file is one, and has the members that it looks for.
    unusable = google.auth.exceptions.GoogleAuthError, OSError, AttributeError, ValueError, TypeError
    with suppress(*unusable), warnings.catch_warnings():
        # It advises a quota project; this client names the project in a header of every request.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"google\.auth")
        credentials, _ = google.auth.default(scopes=SCOPES)
    if credentials is not None:
        return FoundCredentials(credentials, "application default credentials", kind="application_default")
    if os.environ.get(KEY_VARIABLE):
        # The value is not shown: people put the key itself there.
        message = f"The file that {KEY_VARIABLE} names cannot be used."
        raise AuthenticationError(message, hint=f"Correct {KEY_VARIABLE}, or unset it and sign in. {SIGN_IN}")
    raise AuthenticationError("No Google credentials were found.", hint=SIGN_IN)


def _source(found: FoundCredentials) -> CredentialsSource:
    credentials = found.credentials
    scopes = getattr(credentials, "granted_scopes", None) or getattr(credentials, "scopes", None)
    return CredentialsSource(
        found.description,
        project=found.project or project_of(credentials),
        scopes=frozenset(scopes) if scopes else None,
        is_service_account=hasattr(credentials, "service_account_email"),
        account=str(getattr(credentials, "service_account_email", "")),
        kind=found.kind,
    )


def project_of(credentials: object) -> str | None:
    """Give the project that credentials name: of their quota, their service account, or their own OAuth client."""
    named = (getattr(credentials, name, None) for name in ("quota_project_id", "project_id"))
    return next((str(name) for name in named if name), None) or _project_number(credentials)


def _project_number(credentials: object) -> str | None:
    """Give the number of the project that owns the OAuth client, unless it is one that all people share."""
    number, dash, _ = str(getattr(credentials, "client_id", "")).partition("-")
    return number if dash and number.isdecimal() and number not in SDK_PROJECTS else None
