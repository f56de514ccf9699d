"""Bands and stretch of the preview, chosen while the form works with a service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.session import picturing
from ee_export_widget.session.channels import Channel
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import image_of
from tests.unit.session.service import IMAGE, SCENE, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from tests.unit.session.service import Service


@pytest.fixture
def landsat(connected: ExportSession) -> ExportSession:
    """Give a form that shows the scene."""
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    return connected


def perform(session: ExportSession, name: str, **args: object) -> None:
    session.perform(name, args)
    ended(session, picturing.JOB)


def bands(session: ExportSession) -> list[str]:
    return [channel.band for channel in session.snapshot.channels]


def test_another_band_is_shown_by_a_map_of_its_own(landsat: ExportSession, service: Service) -> None:
    """Stretched by values that came with the image; nothing of it can be undone, and the request is as before."""
    before = landsat.draft, landsat.snapshot.can_undo
    assert service.asked.count("pixels") == 2  # values and masks of all bands
    service.asked.clear()
    perform(landsat, "picture_channel", at=0, entry="band", value="spectral_class")
    assert bands(landsat) == ["spectral_class", "B3", "B2"]
    assert service.maps[-1]["bandIds"] == bands(landsat)
    low, high = landsat.snapshot.image.stretches["spectral_class"]
    assert service.maps[-1]["visualizationOptions"]["ranges"][0] == {"min": low, "max": high}
    assert service.asked == ["map"]
    assert "/maps/2/" in landsat.snapshot.image.tile_url
    perform(landsat, "picture_channel", at=0, entry="band", value="B4")
    assert service.asked == ["map", "map"]
    assert (landsat.draft, landsat.snapshot.can_undo) == before


def test_a_stretch_is_typed_and_taken_back(landsat: ExportSession, service: Service) -> None:
    """Each end by itself; the automatic one comes back with one button or with another band."""
    automatic = service.maps[-1]["visualizationOptions"]["ranges"]
    perform(landsat, "picture_channel", at=1, entry="low", value=" 5 ")
    perform(landsat, "picture_channel", at=1, entry="high", value="80")
    assert service.maps[-1]["visualizationOptions"]["ranges"] == [automatic[0], {"min": 5, "max": 80}, automatic[2]]
    perform(landsat, "stretch_automatically")
    assert service.maps[-1]["visualizationOptions"]["ranges"] == automatic
    perform(landsat, "picture_channel", at=1, entry="low", value="5")
    perform(landsat, "picture_channel", at=1, entry="band", value="B4")
    assert landsat.snapshot.channels[1] == Channel("B4")


def test_the_preview_is_grey_or_in_colour(landsat: ExportSession, service: Service) -> None:
    """The first band alone, and back to what the image is best looked at by."""
    perform(landsat, "picture_colour", colour=False)
    assert service.maps[-1]["bandIds"] == ["B4"]
    perform(landsat, "picture_colour", colour=True)
    assert service.maps[-1]["bandIds"] == ["B4", "B3", "B2"]


@pytest.mark.parametrize(
    "args",
    [
        {"at": 3, "entry": "band", "value": "B2"},
        {"at": -1, "entry": "band", "value": "B2"},
        {"at": 0, "entry": "band", "value": "B9"},
        {"at": 0, "entry": "colour", "value": "B2"},
        {"at": "x", "entry": "band", "value": "B2"},
    ],
)
def test_what_no_page_asks_for_changes_nothing(landsat: ExportSession, service: Service, args: dict[str, Any]) -> None:
    """It is logged, as for every action."""
    perform(landsat, "picture_channel", **args)
    assert landsat.snapshot.channels == ()
    assert len(service.maps) == 1


def test_a_refusal_is_said_and_leaves_the_picture(landsat: ExportSession, service: Service) -> None:
    """The next one that succeeds takes the words away."""
    before = landsat.snapshot.image.tile_url
    service.faults["map"] = refusal(400, "Too many bands.")
    perform(landsat, "picture_colour", colour=False)
    assert landsat.snapshot.image.tile_url == before
    assert landsat.snapshot.image.picture_message == "Too many bands."
    del service.faults["map"]
    perform(landsat, "picture_colour", colour=True)
    assert landsat.snapshot.image.picture_message == ""


def test_without_an_image_a_choice_is_left_alone(form: ExportSession) -> None:
    """Nothing is known of its bands; without a service the choice waits for one."""
    form.perform("picture_colour", {"colour": False})
    assert form.snapshot.channels == ()
    fill(form)
    form.update(image=image_of())
    form.perform("picture_colour", {"colour": False})
    assert bands(form) == ["B4"]
    assert form.jobs._named == {}


def test_an_answer_for_another_choice_is_dropped(landsat: ExportSession, service: Service) -> None:
    """The newest choice wins, whichever answer comes first."""
    held = service.hold("map")
    landsat.perform("picture_colour", {"colour": False})
    held.until_asked()
    landsat.update(channels=(Channel("B2"),))
    held.let_go()
    ended(landsat, picturing.JOB)
    assert "/maps/1/" in landsat.snapshot.image.tile_url


def test_an_image_of_arrays_has_no_picture(landsat: ExportSession, service: Service) -> None:
    """Nobody is asked for one, and there is nothing to choose."""
    arrays = image_of(data_type={"precision": "float", "dimensions": 1})
    landsat.update(image=replace(arrays, tile_url=""))
    client, expression = landsat.client, landsat.draft.expression
    assert client is not None
    assert expression is not None
    landsat.run(picturing.JOB, picturing.draw(landsat, client, expression))
    ended(landsat, picturing.JOB)
    perform(landsat, "picture_colour", colour=False)
    assert len(service.maps) == 1
    assert landsat.snapshot.channels == ()


def test_an_image_without_bounds_is_shown_where_the_export_is(connected: ExportSession, service: Service) -> None:
    """Its values are read there; before there is a region nobody is asked, and after that it waits for nothing."""
    service.image = {**IMAGE, "bands": [{**band, "dimensions": None} for band in IMAGE["bands"]]}
    connected.set_image(SCENE)
    wait_for(connected, lambda snapshot: snapshot.image.state == "ready")
    ended(connected, "read image")
    picturing.look(connected)
    ended(connected, picturing.JOB)
    assert (service.maps, picturing.waits_for_ground(connected.snapshot)) == ([], False)
    fill(connected)
    assert picturing.waits_for_ground(connected.snapshot)
    connected.update(drawing=True)
    assert not picturing.waits_for_ground(connected.snapshot)
    connected.update(drawing=False)
    picturing.look(connected)
    ended(connected, picturing.JOB)
    assert set(connected.snapshot.image.stretches) == {"B4", "B3", "B2"}
    assert (len(service.maps), picturing.waits_for_ground(connected.snapshot)) == (1, False)
