"""The map panel without a page: what it shows of places, and what it turns to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from ipyleaflet import ImageOverlay, TileLayer

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import ExportSession
from ee_export_widget.session.runtime import Runtime
from ee_export_widget.session.snapshot import Snapshot
from ee_export_widget.widgets.map.layers import STAND_IN
from ee_export_widget.widgets.map.panel import NO_BASEMAP, MapPanel
from tests.unit.core.bodies import ASSET, changed
from tests.unit.session.moments import DRAFT, READY, image_of, moment
from tests.unit.session.service import AREA, IMAGE, PROJECT, SCENE, UTM, Service, connect, ended, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def panel() -> Iterator[MapPanel]:
    """Give the map of a form that is connected to nothing."""
    session = ExportSession(runtime=Runtime())
    panel = MapPanel(session)
    yield panel
    panel.close()
    session.close()


def say(panel: MapPanel, name: str, **args: object) -> None:
    panel.overlay._handle_custom_msg({"event": "action", "name": name, "args": args}, [])


def loaded(**changes: Any) -> Snapshot:  # noqa: ANN401 - members of the body
    request = ExportImageRequest.from_json(changed(ASSET, {name.replace("_", "."): v for name, v in changes.items()}))
    return Snapshot(draft_from(request, project=PROJECT, before=DRAFT), PROJECT)


def test_the_map_turns_to_a_new_image_and_not_again(panel: MapPanel) -> None:
    """A person who has moved it since is left alone."""
    panel.render(READY)
    assert panel.overlay.area != []
    panel.overlay.area = []
    panel.render(moment(priority="7"))
    assert panel.overlay.area == []
    panel.render(moment(image=image_of(crs="EPSG:32622")))
    assert panel.overlay.area != []


def test_without_an_image_the_map_turns_to_the_first_grid(panel: MapPanel) -> None:
    """A loaded body shows where it lies; a region that is drawn by hand does not move the map."""
    panel.render(loaded())
    first = panel.overlay.area
    assert first != []
    panel.overlay.area = []
    panel.render(loaded(grid_dimensions_width=2000))
    assert panel.overlay.area == []


@pytest.mark.parametrize(
    "snapshot",
    [moment(image=image_of(crs="nowhere")), loaded(grid_crsCode="EPSG:999999")],
    ids=["image", "grid"],
)
def test_what_has_no_place_turns_nothing(panel: MapPanel, snapshot: Snapshot) -> None:
    """A CRS that is not known here keeps nothing from being shown."""
    panel.render(snapshot)
    assert panel.overlay.area == []
    assert panel.overlay.view["footprint"] == []


def test_the_map_turns_to_a_grid_that_came_without_a_hand(panel: MapPanel) -> None:
    """A region that was typed or pasted is brought into view, once; without a place nothing moves."""
    panel.render(READY)
    panel.overlay.area = []
    panel.render(replace(READY, look_at=1))
    assert panel.overlay.area != []
    panel.overlay.area = []
    panel.render(moment(replace(READY, look_at=1), priority="7"))
    panel.render(moment(replace(READY, look_at=2), crs="EPSG:999999"))
    assert panel.overlay.area == []


def test_tiles_without_a_place_are_not_tried(panel: MapPanel) -> None:
    """There is no telling which ones to ask for; a new image without a picture takes the old one away."""
    nowhere = image_of(crs="nowhere")
    panel.render(moment(image=replace(nowhere, tile_url="http://127.0.0.1:9/{z}/{x}/{y}")))
    assert panel.overlay.tiles_url == ""
    panel.render(moment(image=replace(READY.image, tile_url="http://127.0.0.1:9/a/{z}/{x}/{y}")))
    assert panel.overlay.tiles_url == "http://127.0.0.1:9/a/{z}/{x}/{y}"
    panel.render(READY)
    assert panel.overlay.tiles_url == ""


VIEW = {"west": -54.7, "south": -25.35, "east": -54.6, "north": -25.2, "zoom": 13, "width_px": 800, "height_px": 400}


def messages(panel: MapPanel) -> list[dict[str, Any]]:
    """Keep what the page is told from now on."""
    told: list[dict[str, Any]] = []
    panel.overlay.send = lambda content: told.append(json.loads(json.dumps(content)))
    return told


def test_where_the_map_stands_is_the_pages_own_affair(panel: MapPanel, caplog: pytest.LogCaptureFixture) -> None:
    """Turning and zooming changes nothing in the form."""
    before = panel._session.snapshot
    say(panel, "view", id="a", **VIEW)
    assert panel._session.snapshot is before
    assert not caplog.records


def test_each_view_is_told_what_it_shows(panel: MapPanel) -> None:
    """Under its own name, once it says where it is, and again when the grid is another; not for anything else."""
    told = messages(panel)
    session = panel._session
    session.update(draft=DRAFT, image=READY.image)
    panel.render(session.snapshot)
    assert told == []
    say(panel, "view", id="a", **VIEW)
    say(panel, "view", id="b", **{**VIEW, "zoom": 9})
    assert [(message["command"], message["id"]) for message in told] == [("look", "a"), ("look", "b")]
    look = told[0]["look"]
    assert look["revision"] == panel.overlay.view["revision"]
    assert look["footprint"]
    assert look["mesh"]["columns"] == 31
    told.clear()
    session.edit(priority="7")
    panel.render(session.snapshot)
    assert told == []
    session.edit(pixel_size="60")
    panel.render(session.snapshot)
    assert {message["id"]: message["look"]["mesh"]["columns"] for message in told} == {"a": 16, "b": 16}


def test_nobody_is_told_of_details_in_the_middle_of_a_gesture(panel: MapPanel) -> None:
    """They come when the hand has let go."""
    session = panel._session
    session.update(draft=DRAFT, image=READY.image)
    panel.render(session.snapshot)
    say(panel, "view", id="a", **VIEW)
    told = messages(panel)
    session.hand.hold("drag")
    session.edit(pixel_size="60")
    panel.render(session.snapshot)
    assert told == []
    session.hand.let_go()
    panel.render(session.snapshot)
    assert len(told) == 1


def test_only_the_last_few_views_are_kept(panel: MapPanel) -> None:
    """A notebook that is opened again and again leaves none behind."""
    for number in range(20):
        say(panel, "view", id=str(number), **VIEW)
    assert len(panel._looks._views) == 6


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("view", {"id": "a"}),
        ("view", {**VIEW, "id": "a", "zoom": "x"}),
        ("pixel", {"id": "a", "column": None, "row": 1}),
    ],
)
def test_views_that_cannot_be_read_are_logged(
    panel: MapPanel, name: str, args: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A page of another version breaks nothing."""
    say(panel, name, **args)
    assert "cannot be read" in caplog.text


def test_a_view_that_is_no_place_is_not_answered(panel: MapPanel) -> None:
    """Nothing can be drawn for it."""
    told = messages(panel)
    say(panel, "view", id="a", **{**VIEW, "zoom": 99})
    assert told == []


def test_a_pixel_is_described_beside_the_pointer(panel: MapPanel) -> None:
    """By its place in the source; without a service there are no values."""
    session = panel._session
    session.update(draft=DRAFT, image=READY.image)
    told = messages(panel)
    say(panel, "pixel", id="a", column=2, row=3)
    assert told == [{"command": "pixel", "id": "a", "column": 2, "row": 3, "lines": ["source pixel 12, 23"]}]


def test_layers_of_earlier_images_do_not_pile_up(panel: MapPanel) -> None:
    """Tiles that nobody has fetched yet go with their image."""

    def kept() -> int:
        layers = [part for part in ipywidgets.widgets.widget._instances.values() if isinstance(part, TileLayer)]
        return sum(layer.url.startswith(STAND_IN) for layer in layers)

    before = kept()
    for name in "abc":
        url = f"http://127.0.0.1:9/pile/{name}/{{z}}/{{x}}/{{y}}"
        panel.render(moment(image=replace(READY.image, tile_url=url)))
    assert kept() == before + 1
    panel.render(READY)
    assert kept() == before


def test_a_map_without_base_has_a_graticule(panel: MapPanel) -> None:
    """Until the page says that it reaches one; that it does not is said only once it is known."""
    panel.render(READY)
    assert (panel.overlay.view["graticule"], panel.overlay.view["ground"]) == (True, "")
    say(panel, "basemap", reachable=False)
    assert (panel.overlay.view["graticule"], panel.overlay.view["ground"]) == (True, NO_BASEMAP)
    say(panel, "basemap", reachable=True)
    assert (panel.overlay.view["graticule"], panel.overlay.view["ground"]) == (False, "")


def test_a_picture_needs_a_service(panel: MapPanel) -> None:
    """Without one there is nobody to ask, and nothing happens."""
    session = panel._session
    session.update(image=replace(READY.image, tile_url="http://127.0.0.1:9/{z}/{x}/{y}"), draft=DRAFT)
    panel.render(session.snapshot)
    say(panel, "tiles_unreachable", url=panel.overlay.tiles_url)
    ended(session, "picture")
    assert panel.map.layers == ()
    assert session.snapshot.notice == ""
    session.connecting._runtime.close()


def test_hidden_layers_leave_the_map_and_come_back(panel: MapPanel) -> None:
    """The base map below the image; without a base map there is a graticule, and its entry says why."""
    session = panel._session
    url = "http://127.0.0.1:9/{z}/{x}/{y}"
    session.update(image=replace(READY.image, tile_url=url), draft=DRAFT)
    panel.render(session.snapshot)
    say(panel, "basemap", reachable=True)
    say(panel, "tiles_reachable", url=url)
    base, image = panel.map.layers

    def shown(*hidden: str) -> tuple[list[object], object]:
        session.update(hidden_layers=frozenset(hidden))
        panel.render(session.snapshot)
        return [*panel.map.layers], panel.overlay.view["graticule"]

    assert shown("base") == ([image], True)
    assert shown("base", "image") == ([], True)
    assert shown("image") == ([base], False)
    assert shown() == ([base, image], False)
    assert panel.overlay.view["layers"][0]["note"] == ""
    say(panel, "basemap", reachable=False)
    assert panel.overlay.view["layers"][0]["note"] == "not reachable"
    assert [*panel.map.layers] == [image]


def test_a_composite_gets_its_picture_with_its_region(panel: MapPanel) -> None:
    """Asked for once, and shown without bounds, as it has none."""
    session, service = panel._session, Service()
    service.image = {**IMAGE, "bands": [{**band, "dimensions": None} for band in IMAGE["bands"]]}
    connect(session, service)
    session.set_image(SCENE)
    wait_for(session, lambda snapshot: snapshot.image.state == "ready")
    ended(session, "read image")
    panel.render(session.snapshot)
    assert panel.overlay.view["layers"][1]["note"] == "no bounds: shown once there is a region"
    session.edit(region=AREA, crs=UTM, pixel_size="30")
    panel.render(session.snapshot)
    panel.render(session.snapshot)
    ended(session, "preview")
    assert len(service.maps) == 1
    panel.render(session.snapshot)
    assert panel.overlay.tiles_url == session.snapshot.image.tile_url
    say(panel, "tiles_reachable", url=panel.overlay.tiles_url)
    (image,) = panel.map.layers
    assert image.bounds is None
    say(panel, "tiles_unreachable", url=panel.overlay.tiles_url)
    ended(session, "picture")
    (image,) = panel.map.layers
    assert isinstance(image, ImageOverlay)
    session.close()
    session.connecting._runtime.close()
