"""The map's Python shell without a page: what it sends, what it hears, which layers it keeps."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.widgets.map.layers import STAND_IN, MapLayers, build_map
from ee_export_widget.widgets.map.overlay import MapOverlay

if TYPE_CHECKING:
    from collections.abc import Iterator

TILES = "http://127.0.0.1:9/{z}/{x}/{y}.png"
ITAIPU = (-54.6631, -25.5463, -54.3522, -25.2640)


def say(overlay: MapOverlay, name: str, **args: object) -> None:
    """Let the page say something."""
    overlay._handle_custom_msg({"event": "action", "name": name, "args": args}, [])


@pytest.fixture
def overlay() -> Iterator[MapOverlay]:
    made = MapOverlay(map=build_map())
    yield made
    made.close()


@pytest.fixture
def layers(overlay: MapOverlay) -> MapLayers:
    return MapLayers(overlay, basemap_url="http://127.0.0.1:9/base/{z}/{x}/{y}.png", basemap_attribution="base")


def kinds(layers: MapLayers) -> list[str]:
    """Give the kinds of the layers, lowest first."""
    return [type(layer).__name__ for layer in layers.map.layers]


def test_a_new_map_asks_no_server_for_anything() -> None:
    """A map without a page that reaches tiles has no layer that would fetch them."""
    fresh = build_map(lon=-54.5, lat=-25.4, zoom=9)
    assert fresh.layers == ()
    assert (list(fresh.center), fresh.zoom) == ([-25.4, -54.5], 9)
    assert fresh.scroll_wheel_zoom is False


def test_the_map_travels_as_a_reference_and_the_view_as_it_is(overlay: MapOverlay) -> None:
    """The page finds the map by its model, and gets the view unchanged."""
    overlay.view = {"mode": "pan", "footprint": [(-54.5, -25.4)]}
    state = overlay.get_state(["map", "view"])
    assert state == {
        "map": f"IPY_MODEL_{overlay.map.model_id}",
        "view": {"mode": "pan", "footprint": [(-54.5, -25.4)]},
    }


def test_the_page_gets_one_module_that_imports_nothing(overlay: MapOverlay) -> None:
    """What the page loads stands alone and draws."""
    source = overlay.get_state(["_esm"])["_esm"]
    assert "export default" in source
    assert not [line for line in source.splitlines() if line.startswith("import ")]
    assert ".eew-map-footprint" in overlay.get_state(["_css"])["_css"]


def test_actions_reach_who_listens_until_they_stop(overlay: MapOverlay) -> None:
    """Name and arguments arrive, and nothing after the end."""
    heard: list[tuple[str, dict[str, object]]] = []
    stop = overlay.on_action(lambda name, args: heard.append((name, args)))
    say(overlay, "nudge", handle=3, columns=10, rows=0)
    stop()
    say(overlay, "pan")
    assert heard == [("nudge", {"handle": 3, "columns": 10, "rows": 0})]


@pytest.mark.parametrize(
    "content",
    [
        "pan",
        {"event": "edit", "name": "pan", "args": {}},
        {"event": "action", "name": 3, "args": {}},
        {"event": "action"},
    ],
    ids=["no mapping", "another event", "a name that is none", "nothing else"],
)
def test_a_message_that_is_no_action_is_logged_and_ignored(
    overlay: MapOverlay, content: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A page of another version breaks nothing."""
    heard: list[str] = []
    overlay.on_action(lambda name, _args: heard.append(name))
    with caplog.at_level(logging.WARNING, logger="ee_export_widget"):
        overlay._handle_custom_msg(content, [])
    assert heard == []
    assert "nobody knows" in caplog.text


def test_the_base_map_waits_for_the_page_and_lies_below_everything(overlay: MapOverlay, layers: MapLayers) -> None:
    """The page is asked for one tile first; the layer comes with a yes, and goes with a no."""
    assert overlay.base_url == "http://127.0.0.1:9/base/{z}/{x}/{y}.png"
    assert layers.map.layers == ()
    layers.show_picture(b"png", ITAIPU)
    for _ in range(2):
        say(overlay, "basemap", reachable=True)
        assert kinds(layers) == ["TileLayer", "ImageOverlay"]
        assert layers.map.layers[0].attribution == "base"
    for _ in range(2):
        say(overlay, "basemap", reachable=False)
        assert kinds(layers) == ["ImageOverlay"]


def test_tiles_are_shown_once_the_page_has_reached_them(overlay: MapOverlay, layers: MapLayers) -> None:
    """A layer of tiles is not added on trust, and only within the image's bounds."""
    layers.show_tiles(TILES, ITAIPU, "USGS")
    assert (overlay.tiles_url, kinds(layers)) == (TILES, [])
    say(overlay, "tiles_reachable", url=TILES)
    (shown,) = layers.map.layers
    assert (shown.url, shown.attribution) == (f"{STAND_IN}#1", "USGS")
    assert shown.bounds == [(-25.5463, -54.6631), (-25.2640, -54.3522)]
    say(overlay, "tiles_reachable", url=TILES)
    assert layers.map.layers == (shown,)


def test_an_answer_about_tiles_that_are_no_longer_wanted_changes_nothing(
    overlay: MapOverlay, layers: MapLayers
) -> None:
    """The page may answer for the image before the present one."""
    layers.show_tiles(TILES, ITAIPU)
    layers.show_tiles(TILES + "?v=2", ITAIPU)
    say(overlay, "tiles_reachable", url=TILES)
    assert layers.map.layers == ()
    layers.clear_preview()
    say(overlay, "tiles_reachable", url=TILES + "?v=2")
    assert (overlay.tiles_url, layers.map.layers) == ("", ())


def test_the_same_tiles_can_be_asked_for_again(
    overlay: MapOverlay, layers: MapLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page hears of each request, also of the same address; one that comes later hears of it, too."""
    told: list[dict[str, str]] = []
    monkeypatch.setattr(overlay, "send", told.append)
    layers.show_tiles(TILES, ITAIPU)
    layers.show_tiles(TILES, ITAIPU)
    say(overlay, "tiles_wanted")
    assert told == [
        {"command": "tiles", "url": TILES, "layer": f"{STAND_IN}#{number}"} for number in (1, 2, 2)
    ]  # fmt: skip


def test_no_state_of_a_widget_has_the_address_of_tiles(overlay: MapOverlay, layers: MapLayers) -> None:
    """It works like a password for some hours, and states are saved with notebooks."""
    layers.show_tiles("https://earth.example/secret-map-name/{z}/{x}/{y}", ITAIPU)
    say(overlay, "tiles_reachable", url=overlay.tiles_url)
    assert kinds(layers) == ["TileLayer"]
    states = [part.get_state() for part in (overlay, layers.map, *layers.map.layers)]
    assert "secret-map-name" not in str(states)


def test_a_picture_replaces_what_the_page_cannot_reach(overlay: MapOverlay, layers: MapLayers) -> None:
    """A picture that came through the kernel lies where it belongs, and the newest alone is shown."""
    layers.show_tiles(TILES, ITAIPU)
    say(overlay, "tiles_reachable", url=TILES)
    layers.show_picture(b"\x89PNG", ITAIPU)
    layers.show_picture(b"\x89PNG2", ITAIPU)
    (shown,) = layers.map.layers
    assert shown.url == "data:image/png;base64," + base64.b64encode(b"\x89PNG2").decode()
    assert shown.bounds == [(-25.5463, -54.6631), (-25.2640, -54.3522)]
    layers.clear_preview()
    assert layers.map.layers == ()


def test_closing_leaves_no_layer_and_no_listener(overlay: MapOverlay, layers: MapLayers) -> None:
    """After the end nobody hears the page's answers."""
    say(overlay, "basemap", reachable=True)
    layers.show_picture(b"png", ITAIPU)
    layers.close()
    assert layers.map.layers == ()
    assert overlay._msg_callbacks.callbacks == []


def test_page_is_asked_to_turn_the_map_to_an_area(overlay: MapOverlay, layers: MapLayers) -> None:
    """The area reaches the page, and once more when it is asked for again after the hand has moved the map."""
    seen: list[list[float]] = []
    overlay.observe(lambda change: seen.append(change["new"]), names="area")
    layers.fit(ITAIPU)
    layers.fit(ITAIPU)
    assert seen == [[*ITAIPU], [], [*ITAIPU]]
