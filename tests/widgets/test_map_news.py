"""What the page says of its tiles, while the form goes on."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session import ExportSession
from ee_export_widget.session.runtime import Runtime
from ee_export_widget.widgets.assembly import Assembly
from ee_export_widget.widgets.map.panel import NO_BASEMAP, MapPanel
from tests.unit.session.service import SCENE, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def form() -> Iterator[ExportSession]:
    with closing(Runtime()) as runtime, closing(ExportSession(runtime=runtime, quiet_s=0.0)) as session:
        yield session


@pytest.fixture
def panel(form: ExportSession, service: Service) -> Iterator[MapPanel]:
    """Give the map of a form that shows a scene."""
    connect(form, service)
    form.set_image(SCENE)
    panel = MapPanel(form)
    panel.render(wait_for(form, lambda snapshot: bool(snapshot.image.tile_url)))
    yield panel
    panel.close()


def say(panel: MapPanel, name: str, **args: object) -> None:
    panel.overlay._handle_custom_msg({"event": "action", "name": name, "args": args}, [])


def layers(panel: MapPanel) -> list[str]:
    return [type(layer).__name__ for layer in panel.map.layers]


def finish(form: ExportSession) -> None:
    """Wait for the work named picture."""
    if (work := form.jobs._named.get("picture")) is not None:
        work.exception(10.0)


def test_a_page_without_tiles_gets_a_picture(panel: MapPanel, form: ExportSession) -> None:
    """It comes through the kernel."""
    say(panel, "tiles_unreachable", url=form.snapshot.image.tile_url)
    finish(form)
    assert layers(panel) == ["ImageOverlay"]


def test_tiles_that_were_replaced_call_for_no_picture(panel: MapPanel, form: ExportSession) -> None:
    """The page speaks of an image that was here before."""
    say(panel, "tiles_unreachable", url="http://127.0.0.1:9/{z}/{x}/{y}")
    finish(form)
    assert layers(panel) == []


def test_a_picture_of_an_earlier_image_is_not_shown(panel: MapPanel, form: ExportSession, service: Service) -> None:
    """It would lie where another image is."""
    pixels = service.hold("pixels")
    say(panel, "tiles_unreachable", url=form.snapshot.image.tile_url)
    pixels.until_asked()
    form.update(image=replace(form.snapshot.image, tile_url="http://127.0.0.1:9/{z}/{x}/{y}"))
    panel.render(form.snapshot)
    pixels.let_go()
    finish(form)
    assert layers(panel) == []


def test_news_of_the_base_map_do_not_bring_back_an_earlier_moment(panel: MapPanel, form: ExportSession) -> None:
    """What is drawn then is what the form knows then."""
    fill(form)
    say(panel, "basemap", reachable=False)
    assert panel.overlay.view["ground"] == NO_BASEMAP
    assert panel.overlay.view["footprint"]


def test_a_closed_form_gives_no_sign_of_life(form: ExportSession, service: Service) -> None:
    """Also where one was under way while it was closed."""
    connect(form, service)
    service.operation("A")
    form.perform("tab", {"tab": "project"})
    wait_for(form, lambda snapshot: bool(snapshot.operations))
    assembly = Assembly(form)
    assembly.close()
    last = assembly._no_beat
    assembly._beat()
    assert assembly._no_beat is last
