"""Credentials from the key file of a service account, named by its path."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.client.auth import NEW_KEY, SCOPES, UNREADABLE, FoundCredentials, parsed
from ee_export_widget.errors import AuthenticationError

if TYPE_CHECKING:
    from ee_export_widget.client.auth import Credentials

    GivenCredentials: TypeAlias = Credentials | str | os.PathLike[str]
    """What users may pass: an object of google-auth, or the path of a key file."""

_MOST_BYTES = 100_000


def read_key_file(path: str | os.PathLike[str]) -> FoundCredentials:
    """Read the key of a service account, for all scopes that the official client asks for.

    What stands in the file, and a text that turns out to be no path, are never shown: it may be the key itself.

    Parameters
    ----------
    path
        The JSON file as the Cloud console hands it out; ``~`` is the user's home.

    Raises
    ------
    AuthenticationError
        Where there is no such file, or none that holds the key of a service account.
    """
    text = os.fspath(path)
    if text.lstrip().startswith(("{", "-----BEGIN")):
        raise AuthenticationError(
            "Credentials are passed as the path of a key file, not as what stands in it.",
            hint="Save the key to a file that only you can read, and pass its path.",
        )
    try:
        file = Path(text).expanduser()
    except RuntimeError:
        raise AuthenticationError("The key file cannot be read: there is no home to look in.", hint=_PATH) from None
    key, refusal = UNREADABLE, None
    try:
        with suppress(ValueError), file.open("rb") as stream:  # a NUL in the path
            key = parsed(stream.read(_MOST_BYTES))
    except OSError as error:
        refusal = error.strerror
    if refusal:  # raised here, because the system's error keeps the path
        raise AuthenticationError(f"The key file cannot be read: {refusal}.", hint=_PATH)
    if key is UNREADABLE:
        raise AuthenticationError("The path given as credentials leads to no JSON file.", hint=_PATH)
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise AuthenticationError(f"{file} is not the key of a service account.", hint=NEW_KEY)
    if not all(isinstance(key.get(name), str) for name in _MEMBERS):
        raise AuthenticationError(f"The key in {file} is not complete.", hint=NEW_KEY)
    return _credentials(key, file)


_MEMBERS = ("client_email", "private_key", "project_id", "token_uri")
_PATH = "Pass the path of the JSON file that was made with the key of the service account."


def _credentials(key: dict[str, object], file: Path) -> FoundCredentials:
    import google.auth.exceptions
    from google.oauth2 import service_account

    found = None
    with suppress(ValueError, google.auth.exceptions.GoogleAuthError):  # whose words may quote the key
        found = service_account.Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
    if found is None:
        raise AuthenticationError(f"The key in {file} cannot be read.", hint=NEW_KEY)
    return FoundCredentials(found, f"service account key ({file})", found.project_id, "key_file")
