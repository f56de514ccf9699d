"""The map's Python shell without a page: what it sends, what it hears, which layers it keeps."""

from __future__ import annotations

import base64
import logging
import math
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.widgets.map.layers import MAX_ZOOM, MapLayers, build_map, fitting
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
    assert (shown.url, shown.attribution) == (TILES, "USGS")
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


def test_the_same_tiles_can_be_asked_for_again(overlay: MapOverlay, layers: MapLayers) -> None:
    """The page hears of each request, also when the address is the same."""
    layers.show_tiles(TILES, ITAIPU)
    asked: list[str] = []
    overlay.observe(lambda change: asked.append(change["new"]), names="tiles_url")
    layers.show_tiles(TILES, ITAIPU)
    assert asked == ["", TILES]


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


def test_fitting_uses_the_size_that_the_page_has_told(overlay: MapOverlay, layers: MapLayers) -> None:
    """A larger map shows the same area larger, around the same middle."""
    layers.fit(ITAIPU)
    small, centre = layers.map.zoom, list(layers.map.center)
    say(overlay, "view", width_px=1100, height_px=900, zoom=3, west=0, south=0, east=1, north=1)
    layers.fit(ITAIPU)
    assert layers.map.zoom == small + 1
    assert list(layers.map.center) == centre
    assert centre == pytest.approx([-25.405, -54.508], abs=1e-3)


@pytest.mark.parametrize(
    ("bounds", "centre", "zoom"),
    [
        ((-180.0, -85.0, 180.0, 85.0), (0.0, 0.0), 1),
        ((-54.6631, -25.5463, -54.3522, -25.2640), (-54.50765, -25.40523), 10),
        ((179.2, -17.0, 181.5, -16.0), (180.35, -16.5007), 7),
        ((10.0, 50.0, 10.0, 50.0), (10.0, 50.0), MAX_ZOOM),
        ((0.0, 80.0, 10.0, 90.0), (5.0, 82.963), 3),
    ],
    ids=["the world", "a scene", "across 180", "a point", "the pole"],
)
def test_a_view_holds_the_whole_area_and_no_larger_one_would(
    bounds: tuple[float, float, float, float], centre: tuple[float, float], zoom: int
) -> None:
    """The middle is that of the map, not of the latitudes; the zoom is the largest that fits."""
    found, level = fitting(bounds, 512, 366)
    assert level == zoom
    assert found == pytest.approx(centre, abs=0.05)
    west, south, east, north = bounds
    if zoom not in {1, MAX_ZOOM}:
        heights = [math.asinh(math.tan(math.radians(min(lat, 85.0511)))) / math.tau for lat in (south, north)]
        spans = ((east - west) / 360, heights[1] - heights[0])
        room = (512 - 2 * 48, 366 - 2 * 20)
        fits = [
            all(256 * 2**at * span <= most for span, most in zip(spans, room, strict=True)) for at in (zoom, zoom + 1)
        ]
        assert fits == [True, False]
