"""Resource names: what is one, and that nothing in one can lead a request astray."""

from __future__ import annotations

import pytest

from ee_export_widget.client import names
from ee_export_widget.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("demo-project", "demo-project"),
        ("projects/demo-project", "demo-project"),
        ("123456789012", "123456789012"),
        ("projects/123456789012", "123456789012"),
        ("example.com:my-project", "example.com:my-project"),
    ],
)
def test_project_is_known_with_and_without_prefix(given: str, expected: str) -> None:
    """A project may be given as an id, a number, or a resource name."""
    assert names.project_id(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        *("", "projects/", "short", "Demo-Project", "demo-project-", "1demo-project", "demo_project", "a" * 31),
        *(
            "projects/demo-project/operations",
            "demo-project/../other",
            "demo-project\n",
            "projects/projects/demo-project",
        ),
        *(None, 12, b"demo-project"),
    ],
)
def test_malformed_project_is_refused_with_a_problem(given: str) -> None:
    """What cannot be a project is refused before anything is sent, with a hint."""
    with pytest.raises(InvalidRequestError) as caught:
        names.project_id(given)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.severity) == ("project", "project-malformed", "error")
    assert "my-project" in caught.value.hint


@pytest.mark.parametrize(
    "name",
    ["projects/demo-project/operations/ABC", "projects/earthengine-legacy/operations/A/B", "projects/1/operations/é"],
)
def test_operation_name_stays_verbatim(name: str) -> None:
    """The name that the service gave is the name that it is asked for."""
    assert names.operation_name(name) == name


@pytest.mark.parametrize("name", ["", "ABC", "projects/p/operations/", "operations/ABC", "projects/p/assets/a", None])
def test_malformed_operation_name_is_refused(name: str) -> None:
    """An id alone, or the name of something else, is not guessed at."""
    with pytest.raises(InvalidRequestError, match="not the name of an operation"):
        names.operation_name(name)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("projects/p/assets/a/b", "projects/p/assets/a/b"),
        ("projects/p/assets", "projects/p/assets"),
        ("projects/p/assets/", "projects/p/assets"),
        ("users/someone/scene", "projects/earthengine-legacy/assets/users/someone/scene"),
        ("projects/team/scene", "projects/earthengine-legacy/assets/projects/team/scene"),
        ("COPERNICUS/S2/X", "projects/earthengine-public/assets/COPERNICUS/S2/X"),
    ],
)
def test_asset_id_becomes_a_full_name(given: str, expected: str) -> None:
    """Short and legacy ids mean what they mean to the official client."""
    assert names.asset_name(given) == expected


@pytest.mark.parametrize("given", ["", "  ", None])
def test_asset_without_a_name_is_refused(given: str) -> None:
    """Nothing is not an asset."""
    with pytest.raises(InvalidRequestError):
        names.asset_name(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("projects/p/assets/a", "projects/p/assets/a"),
        ("projects/p/assets", "projects/p"),
        ("projects/p", "projects/p"),
        ("users/someone", "projects/earthengine-legacy/assets/users/someone"),
    ],
)
def test_root_folder_is_listed_through_its_project(given: str, expected: str) -> None:
    """The root of a project has no asset name of its own in the method listAssets."""
    assert names.asset_parent(given) == expected


def test_asset_name_is_split_at_its_project() -> None:
    """Creating an asset needs the project's part and the id."""
    assert names.split_asset_name("projects/p/assets/a/b") == ("projects/p", "a/b")


def test_root_cannot_be_split() -> None:
    """The root of a project is no asset that could be created."""
    with pytest.raises(InvalidRequestError):
        names.split_asset_name("projects/p/assets")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("projects/p/assets/a/b-c_d.e~f", "/v1/projects/p/assets/a/b-c_d.e~f"),
        ("projects/p/assets/a b", "/v1/projects/p/assets/a%20b"),
        ("projects/p/assets/ä", "/v1/projects/p/assets/%C3%A4"),
        ("projects/p/assets/x?y#z", "/v1/projects/p/assets/x%3Fy%23z"),
        ("projects/p/assets/x:cancel", "/v1/projects/p/assets/x%3Acancel"),
        ("projects/p/assets/%2e%2e", "/v1/projects/p/assets/%252e%252e"),
        ("projects/p/assets/a\\..\\b\r\n", "/v1/projects/p/assets/a%5C..%5Cb%0D%0A"),
        ("projects/p/assets/...", "/v1/projects/p/assets/..."),
    ],
)
def test_odd_characters_are_encoded_in_the_path(name: str, expected: str) -> None:
    """No character of a name has a meaning in the URL."""
    assert names.url_path(name) == expected
    assert names.url_path(name, ":listAssets") == f"{expected}:listAssets"


@pytest.mark.parametrize(
    "name", ["projects/p/assets/../../other", "projects/./x", "projects/p//x", "projects/p/assets/", "/x", "a/\ud800"]
)
def test_name_that_would_change_the_path_is_refused(name: str) -> None:
    """Segments that a URL would swallow are not sent at all."""
    with pytest.raises(InvalidRequestError, match="not a name"):
        names.url_path(name)
