"""Images among a notebook's variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ee

from ee_export_widget.session import ExportSession
from ee_export_widget.session.variables import Variables, look_around

if TYPE_CHECKING:
    import pytest

EXPRESSION: dict[str, Any] = {"result": "0", "values": {"0": {"constantValue": 1}}}


class Image:
    """Somebody's own class of that name."""

    def serialize(self) -> str:
        """Do what must not be done."""
        raise AssertionError("it was evaluated")


class Touchy:
    """Whatever one asks of it, it breaks."""

    def __getattribute__(self, name: str) -> object:
        """Refuse."""
        raise AssertionError(f"{name} was asked for")


class EarthEngineImage:
    """An image of the official client, as far as its type says."""

    def serialize(self) -> str:
        """Give the expression."""
        return '{"result": "0", "values": {"0": {"constantValue": 2}}}'


EarthEngineImage.__name__, EarthEngineImage.__module__ = "Image", "ee.image"


def test_official_image_is_known_by_its_type() -> None:
    """The class of the official client is the one that is looked for."""
    assert (ee.Image.__name__, ee.Image.__module__.split(".")[0]) == ("Image", "ee")


def test_images_are_found_by_type_alone_and_newest_first() -> None:
    """Nothing is asked of a value: neither evaluated nor touched; hidden names and strangers are left out."""
    namespace = {
        "ndvi": EarthEngineImage(), "other": Image(), "touchy": Touchy(), "_hidden": EarthEngineImage(),
        "body": EXPRESSION, "settings": {"result": 1}, "count": 3,
    }  # fmt: skip
    assert Variables(namespace).names() == ("body", "ndvi")


def test_name_chooses_what_the_variable_holds_now() -> None:
    """A name is looked up when it is chosen, and is not mistaken for an asset id."""
    namespace: dict[str, object] = {}
    session = ExportSession(variables=Variables(namespace))
    namespace["ndvi"] = EarthEngineImage()
    session.choose_image(" ndvi ")
    assert session.draft.image_text == "ndvi"
    assert session.draft.expression is not None
    assert session.draft.expression["values"] == {"0": {"constantValue": 2}}
    assert session.draft.asset_path == "ndvi_export"


def test_handed_over_image_is_called_by_its_variable() -> None:
    """An image without a name of its own gets that of the variable that holds it; another equal one does not."""
    image = EarthEngineImage()
    session = ExportSession(variables=Variables({"scene": image}))
    session.set_image(image)
    assert session.draft.image_text == "scene"
    session.set_image(EarthEngineImage())
    assert session.draft.image_text == ""


def test_new_images_are_taken_in_when_a_cell_has_ended() -> None:
    """A form made before its image offers it afterwards, and nothing changes where nothing changed."""
    namespace: dict[str, object] = {}
    session = ExportSession(variables=Variables(namespace))
    assert list(session.snapshot.variables) == []
    namespace["ndvi"] = EarthEngineImage()
    look_around(session)
    assert list(session.snapshot.variables) == ["ndvi"]
    before = session.snapshot
    look_around(session)
    assert session.snapshot is before


def test_client_that_a_cell_initialises_is_used_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that works nowhere yet takes the official client's project as soon as there is one."""
    session = ExportSession()
    look_around(session)
    assert session.snapshot.connection.kind == "none"

    class State:
        initialized = True
        cloud_api_base_url = "http://127.0.0.1:1"
        cloud_api_user_project = "local-demo"
        credentials = None

    monkeypatch.setattr(ee.data, "_get_state", State)
    try:
        look_around(session)
        assert session.snapshot.project == "local-demo"
    finally:
        session.close()
