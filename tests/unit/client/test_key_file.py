"""Credentials from a service account's key file: read once, for all scopes, and never shown."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import google.auth.exceptions
import httpx
import pytest

from ee_export_widget import EarthEngineClient
from ee_export_widget.client.auth import SCOPES, Authorizer
from ee_export_widget.client.key_file import read_key_file
from ee_export_widget.errors import AuthenticationError
from tests.unit.client.robots import ADDRESS, service_account_key, written

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
def key() -> dict[str, Any]:
    """Give what stands in a key file."""
    return service_account_key()


@pytest.mark.parametrize("as_text", [True, False], ids=["text", "path"])
def test_a_key_file_is_known_by_its_path(tmp_path: Path, key: dict[str, Any], as_text: bool) -> None:
    """Account, project and all scopes come with it, as with the official client."""
    path = written(tmp_path, key)
    found = read_key_file(str(path) if as_text else path)
    source = Authorizer(found, base_url=httpx.URL("https://earthengine.googleapis.com")).found_from
    assert source is not None
    assert (source.account, source.project, source.kind) == (ADDRESS, "my-project", "key_file")
    assert source.scopes == frozenset(SCOPES)
    assert source.is_service_account
    assert source.description == f"service account key ({path})"


def test_the_home_may_be_left_out_of_the_path(
    tmp_path: Path, key: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path from the user's home is read there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    written(tmp_path, key)
    assert read_key_file("~/key.json").project == "my-project"


async def test_the_client_takes_a_path(tmp_path: Path, key: dict[str, Any]) -> None:
    """What is found out of the file is known before anything is asked, and nothing of the key shows."""
    async with EarthEngineClient("other-project", credentials=written(tmp_path, key)) as client:
        assert client.credentials_source is not None
        assert client.credentials_source.account == ADDRESS
        shown = repr(client) + repr(client.credentials_source) + repr(client._authorizer._found)
    assert key["private_key"].splitlines()[1] not in shown
    assert "secret-key-id" not in shown


async def test_a_refused_key_says_which_and_what_to_do(
    tmp_path: Path, key: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revoked key leads to a new one, not to a sign-in of a person."""
    found = read_key_file(written(tmp_path, key))

    def refuse(_self: object, _request: object) -> None:
        raise google.auth.exceptions.RefreshError("invalid_grant: Invalid JWT Signature. secret-answer")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(type(found.credentials), "refresh", refuse)
    authorizer = Authorizer(found, base_url=httpx.URL("http://127.0.0.1:9"), token_request=lambda: lambda: None)
    with pytest.raises(AuthenticationError, match=r"no longer accepted.*key\.json") as caught:
        await authorizer.header()
    assert "new key" in caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "leads to no JSON file"),
        ("[" * 90_000, "leads to no JSON file"),
        ("[]", "not the key of a service account"),
        ({"type": "authorized_user", "refresh_token": "secret"}, "not the key of a service account"),
        ({"type": "service_account", "private_key": "secret"}, "not complete"),
        ({"client_email": None}, "not complete"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"}, "cannot be read"),
        ({"private_key": 7}, "not complete"),
    ],
)
def test_a_file_without_a_key_is_refused_in_a_sentence(
    tmp_path: Path,
    key: dict[str, Any],
    content: object,
    words: str,
) -> None:
    """Whatever stands in it, the sentence says what to do and the content is not shown."""
    if isinstance(content, dict) and "type" not in content:
        content = key | content
    path = written(tmp_path, content)
    with pytest.raises(AuthenticationError, match=words) as caught:
        read_key_file(path)
    assert caught.value.hint
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere/secret.json", "No such file"),
        (".", "cannot be read"),
        ("secret\x00", "no JSON file"),
        ('{"type": "service_account", "private_key": "secret"}', "not as what stands in it"),
        ("-----BEGIN PRIVATE KEY-----\nsecret", "not as what stands in it"),
        ("secret" * 2000, "cannot be read"),
        ("~nobody-of-this-name/secret.json", "cannot be read"),
    ],
)
def test_a_text_that_is_no_path_is_never_shown(
    given: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the key itself, or a token."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuthenticationError, match=words) as caught:
        EarthEngineClient("my-project", credentials=given)
    assert "secret" not in str(caught.value) + caught.value.hint
    assert "secret" not in repr(vars(caught.value.__context__) if caught.value.__context__ else "")


def test_what_is_neither_credentials_nor_a_path_is_refused() -> None:
    """The kind is named, the value is not."""
    with pytest.raises(TypeError, match="key file, not a dict") as caught:
        EarthEngineClient("my-project", credentials={"private_key": "secret"})  # type: ignore[arg-type] # the point
    assert "secret" not in str(caught.value)
