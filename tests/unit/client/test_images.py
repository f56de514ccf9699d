"""From an image, however it is given, to its expression; and what ``ee`` was initialised with."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ee
import ee.deprecation
import ee.serializer
import pytest
from ee import apitestcase

from ee_export_widget.client.images import EarthEngineSession, expression_of, initialised_ee
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXPRESSION = {"result": "0", "values": {"0": {"constantValue": 1}}}


class Serialised:
    def __init__(self, text: str, kind: str = "Image") -> None:
        self._text = text
        self._kind = kind

    def serialize(self) -> str:
        return self._text

    def name(self) -> str:
        return self._kind


@pytest.mark.parametrize(
    "asset_id",
    ["COPERNICUS/S2/X", "projects/local-demo/assets/samples/itaipu_landsat8", "users/someone/scene", "scene"],
)
def test_asset_id_is_loaded_as_typed(asset_id: str) -> None:
    """An id becomes one call of Image.load, which takes short ids and full names alike."""
    assert expression_of(asset_id) == {
        "result": "0",
        "values": {
            "0": {
                "functionInvocationValue": {
                    "functionName": "Image.load",
                    "arguments": {"id": {"constantValue": asset_id}},
                }
            }
        },
    }


@pytest.mark.parametrize("text", ["", "  ", "a b", "ee.Image('x')", "a\nb", "<b>", "[1]"])
def test_text_that_is_no_asset_id_is_refused(text: str) -> None:
    """Code, JSON and blanks are not sent as the id of an asset."""
    with pytest.raises(InvalidRequestError, match="not the id of an asset") as caught:
        expression_of(text)
    assert caught.value.problems[0].field == "expression"


def test_expression_in_json_is_read() -> None:
    """As it comes out of ``image.serialize()``; what is wrong with it is said with its place."""
    expression = {"result": "0", "values": {"0": {"constantValue": 1}}}
    assert expression_of(f" {json.dumps(expression)}\n") == expression
    with pytest.raises(InvalidRequestError, match="Line 1, column 2") as caught:
        expression_of("{result}")
    assert [problem.field for problem in caught.value.problems] == ["expression"]


def test_expression_is_taken_as_it_is() -> None:
    """An expression mapping is carried unchanged."""
    assert expression_of(EXPRESSION) == EXPRESSION


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"values": {}},
        {"result": "0"},
        {"result": 0, "values": {}},
        {"result": "1", "values": {"0": {}}},
        {"type": "Image"},
    ],
)
def test_mapping_that_is_no_expression_is_refused(mapping: dict[str, Any]) -> None:
    """A result that names no value is no expression."""
    with pytest.raises(InvalidRequestError, match="“values” and a “result”"):
        expression_of(mapping)


def test_whole_request_is_told_from_an_expression() -> None:
    """Whoever gives a whole request body is told where it belongs."""
    with pytest.raises(InvalidRequestError, match="whole request") as caught:
        expression_of({"expression": EXPRESSION, "description": "x"})
    assert "load(body)" in caught.value.hint


@pytest.mark.parametrize("thing", [None, 7, [EXPRESSION], object()])
def test_anything_else_is_refused(thing: Any) -> None:  # noqa: ANN401 - wrong on purpose
    """What is no image says what kind of thing it is."""
    with pytest.raises(InvalidRequestError, match=f"A {type(thing).__name__} is not an image"):
        expression_of(thing)


def test_image_of_the_official_client_is_serialised() -> None:
    """An object that serialises itself as ``ee.Image`` does gives its own expression."""
    assert expression_of(Serialised(json.dumps(EXPRESSION))) == EXPRESSION


def test_object_without_a_kind_is_serialised() -> None:
    """Only ``serialize`` is needed."""
    assert expression_of(SimpleNamespace(serialize=lambda: json.dumps(EXPRESSION))) == EXPRESSION


@pytest.mark.parametrize("kind", ["FeatureCollection", "Geometry", "Number", "ImageCollection"])
def test_other_objects_of_the_official_client_are_refused(kind: str) -> None:
    """A collection, a geometry or a number is not an image, and the message says which."""
    with pytest.raises(InvalidRequestError, match=f"{kind} is not an image") as caught:
        expression_of(Serialised(json.dumps(EXPRESSION), kind))
    assert ("mosaic()" in caught.value.hint) == (kind == "ImageCollection")


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "null", "{}"])
def test_unreadable_serialisation_is_refused(text: str) -> None:
    """What an object gives as its expression is checked like any other."""
    with pytest.raises(InvalidRequestError):
        expression_of(Serialised(text))


@pytest.mark.parametrize("error", [ee.EEException("too deep"), RecursionError("too deep"), ValueError("too deep")])
def test_failure_to_serialise_is_our_own_error(error: Exception) -> None:
    """What the official client finds wrong with an image arrives as our error, with its words and cause."""

    def fail() -> str:
        raise error

    with pytest.raises(InvalidRequestError, match="too deep") as caught:
        expression_of(SimpleNamespace(serialize=fail))
    assert caught.value.__cause__ is error


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Initialise the official client with the algorithms that it ships for its own tests, so that it asks nobody."""
    monkeypatch.setattr(ee.data, "_install_cloud_api_resource", lambda: None)
    monkeypatch.setattr(ee.data, "getAlgorithms", apitestcase.GetAlgorithms)
    monkeypatch.setattr(ee.deprecation, "InitializeDeprecatedAssets", lambda: None)
    ee.Reset()
    ee.Initialize(None, project="demo-project")
    yield
    ee.Reset()


@pytest.mark.usefixtures("official")
def test_real_image_is_serialised() -> None:
    """An ``ee.Image`` gives the expression that the official client itself would send."""
    image = ee.Image("users/someone/scene").select(["B4"]).add(1)
    assert expression_of(image) == ee.serializer.encode(image, for_cloud_api=True)


@pytest.mark.usefixtures("official")
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: ee.ImageCollection("x"), "ImageCollection"),
        (lambda: ee.FeatureCollection("x"), "FeatureCollection"),
        (lambda: ee.Geometry.Point(0, 0), "Geometry"),
        (lambda: ee.Number(1), "Number"),
        (lambda: ee.List([1]), "List"),
    ],
)
def test_real_objects_that_are_no_images_are_refused(make: Callable[[], Any], kind: str) -> None:
    """What else a notebook has is told apart by its kind."""
    with pytest.raises(InvalidRequestError, match=f"{kind} is not an image"):
        expression_of(make())


@pytest.mark.usefixtures("official")
def test_result_of_an_unknown_kind_may_be_an_image() -> None:
    """An element of a list is taken as an image until the service says otherwise."""
    assert expression_of(ee.List([ee.Image(1)]).get(0))["result"]


def test_no_session_where_ee_was_never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for a session does not import the official client."""
    monkeypatch.delitem(sys.modules, "ee")
    assert initialised_ee() is None
    assert "ee" not in sys.modules


def test_no_session_where_ee_is_not_initialised() -> None:
    """An imported client that was not initialised has no session."""
    ee.Reset()
    assert initialised_ee() is None


@pytest.mark.parametrize(
    ("project", "credentials", "expected"),
    [
        ("demo-project", None, "demo-project"),
        (123456789012, None, "123456789012"),
        (None, None, None),
        (None, SimpleNamespace(project_id="robot-project", quota_project_id=None), "robot-project"),
    ],
)
def test_session_of_the_installed_release_is_read(
    monkeypatch: pytest.MonkeyPatch,
    project: str | None,
    credentials: Any,  # noqa: ANN401 - a stand-in
    expected: str | None,
) -> None:
    """Project, credentials and address come from where the installed release keeps them."""
    ee.Reset()
    monkeypatch.setattr(ee.data, "_install_cloud_api_resource", lambda: None)  # it would ask for the discovery document
    ee.data.initialize(credentials=credentials, project=project, cloud_api_base_url="http://127.0.0.1:5")
    try:
        assert initialised_ee() == EarthEngineSession(expected, credentials, "http://127.0.0.1:5")
    finally:
        ee.Reset()


@pytest.mark.parametrize("initialised", [True, False])
def test_session_of_an_older_release_is_read(monkeypatch: pytest.MonkeyPatch, initialised: bool) -> None:
    """Older releases kept the same things in variables of their module."""
    data = SimpleNamespace(
        _initialized=initialised,
        _credentials="c",
        _cloud_api_base_url="https://earthengine.googleapis.com",
        _cloud_api_user_project="demo-project",
    )
    monkeypatch.setitem(sys.modules, "ee", SimpleNamespace(data=data))
    session = EarthEngineSession("demo-project", "c", "https://earthengine.googleapis.com")  # type: ignore[arg-type]
    assert initialised_ee() == (session if initialised else None)


def test_session_does_not_show_credentials() -> None:
    """Printing what was found gives nothing away."""
    assert "secret" not in repr(EarthEngineSession("p", "secret", "https://x"))  # type: ignore[arg-type]
