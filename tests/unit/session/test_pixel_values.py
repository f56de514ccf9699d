"""Values of the pixels that will be exported."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.session import pixel_values
from ee_export_widget.session.pixel_values import BLOCK_PX, FAILED, JOB, MOST_BLOCKS, READING, PixelValues
from ee_export_widget.session.present.look import look, pixel_lines
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import READY, image_of, moment
from tests.unit.session.service import IMAGE, SCENE, WAIT_S, Service, connect, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import MakeForm

CLASSES = {"spectral_class_class_values": [0, 1], "spectral_class_class_names": ["water"]}


@pytest.fixture
def landsat(connected: ExportSession, service: Service) -> ExportSession:
    """Give a session with a grid on the scene."""
    service.image = {**IMAGE, "properties": CLASSES}
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    service.asked.clear()
    return connected


class Arrival:
    """Waits until values have come."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> None:
        self._event.set()

    def wait(self) -> None:
        assert self._event.wait(WAIT_S)


def read(values: PixelValues, column: int, row: int) -> str:
    """Ask for a pixel, and again once its values are there."""
    arrival = Arrival()
    assert values.ask(column, row, arrival) == READING
    arrival.wait()
    return values.ask(column, row, arrival)


def test_values_are_read_once_for_many_pixels(landsat: ExportSession, service: Service) -> None:
    """The first pixel of a block waits for the service, its neighbours do not; classes have names."""
    values = PixelValues(landsat)
    assert read(values, 0, 0) == "B2 0, B3 0, B4 0, spectral_class 0 (water)"
    assert values.ask(7, 5, lambda: None) == "B2 327, B3 327, B4 327, spectral_class 1"
    assert service.asked.count("pixels") == 2  # values and masks


def test_a_masked_pixel_has_no_value(landsat: ExportSession, service: Service) -> None:
    """The file says 0 there, which it may elsewhere too: what is masked is called so, band by band or altogether."""
    service.masked = {"B3", "spectral_class"}
    assert read(PixelValues(landsat), 7, 5) == "B2 327, B3 masked, B4 327, spectral_class masked"
    service.masked = {"B2", "B3", "B4", "spectral_class"}
    assert read(PixelValues(landsat), 7, 5) == "masked"


def test_values_without_masks_are_not_shown(landsat: ExportSession, service: Service) -> None:
    """Where the masks cannot be read, a 0 could be either."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        is_mask = Expression(body["expression"]).result_function == "Image.mask"
        return httpx.Response(200, content=b"no array") if is_mask else service._pixels("", body)

    service.faults["pixels"] = answer
    assert read(PixelValues(landsat), 7, 5) == FAILED


def test_the_window_is_a_part_of_the_grid_that_is_exported(landsat: ExportSession, service: Service) -> None:
    """Its corner is computed from whole pixels, and it ends where the grid does."""
    bodies: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return service._pixels("", bodies[-1])

    service.faults["pixels"] = answer
    read(PixelValues(landsat), 100, 70)
    grid = landsat.snapshot.composed.grid
    assert grid is not None
    sent = bodies[0]["grid"]
    assert sent["dimensions"] == {"width": grid.width - BLOCK_PX, "height": grid.height - BLOCK_PX}
    assert sent["affineTransform"]["translateX"] == grid.bounds[0] + 30 * BLOCK_PX
    assert sent["affineTransform"]["translateY"] == grid.bounds[3] - 30 * BLOCK_PX
    assert bodies[0]["bandIds"] == ["B2", "B3", "B4", "spectral_class"]


def test_values_of_another_grid_are_read_anew(landsat: ExportSession, service: Service) -> None:
    """Also while those of the grid before are on their way: they are not taken for the new ones."""
    values = PixelValues(landsat)
    hold = service.hold("pixels")
    late = Arrival()
    values.ask(0, 0, late)
    hold.until_asked()
    landsat.edit(pixel_size="60")
    again = Arrival()
    assert values.ask(0, 0, again) == READING
    hold.let_go()
    again.wait()
    assert values.ask(0, 0, again) != READING


def test_a_failure_is_said_and_not_repeated_with_every_move(landsat: ExportSession, service: Service) -> None:
    """Values are a help: nothing else of the form depends on them."""
    service.faults["pixels"] = refusal(400, "Too big.")
    values = PixelValues(landsat)
    assert read(values, 1, 1) == FAILED
    assert values.ask(2, 2, lambda: None) == FAILED
    assert service.asked.count("pixels") == 2
    assert landsat.snapshot.notice == ""


def test_an_answer_that_is_no_array_is_a_failure(landsat: ExportSession, service: Service) -> None:
    """Whatever came, it is not shown as a value."""
    service.faults["pixels"] = httpx.Response(200, content=b"no array")
    assert read(PixelValues(landsat), 1, 1) == FAILED


def test_an_array_that_is_too_small_is_a_failure(landsat: ExportSession, service: Service) -> None:
    """A pixel that is not in the answer has no value."""
    service.faults["pixels"] = lambda request: service._pixels(
        "", {**json.loads(request.content), "grid": {"dimensions": {"width": 1, "height": 1}}}
    )
    assert read(PixelValues(landsat), 5, 5) == FAILED


def test_blocks_do_not_pile_up(landsat: ExportSession) -> None:
    """A long walk over a large image keeps only the last ones."""
    landsat.edit(pixel_size="1")
    values = PixelValues(landsat)
    for number in range(MOST_BLOCKS + 3):
        read(values, number * BLOCK_PX, 0)
    assert len(values._blocks) == MOST_BLOCKS
    assert values.ask(0, 0, lambda: None) == READING


def test_there_are_no_values_without_service_image_or_place(make_form: MakeForm, landsat: ExportSession) -> None:
    """Nothing is asked for."""
    form = make_form()
    assert PixelValues(form).ask(0, 0, lambda: None) == ""
    assert PixelValues(landsat).ask(-1, 0, lambda: None) == ""
    assert PixelValues(landsat).ask(0, 10_000, lambda: None) == ""
    connect(form, Service())
    form.edit(region=landsat.draft.region, crs="EPSG:32621", pixel_size="30")
    assert PixelValues(form).ask(0, 0, lambda: None) == ""


def test_a_pixel_outside_of_the_image_is_masked() -> None:
    """Its values would be those that stand for nothing."""
    assert pixel_lines(READY, -40, 0, "B2 0") == ["source pixel -30, 20", "outside the image, masked"]
    assert pixel_lines(READY, 1, 1, "B2 7") == ["source pixel 11, 21", "B2 7"]
    assert pixel_lines(moment(crs="EPSG:32622", pixel_size="30"), 1, 1, "B2 7") == ["B2 7"]
    assert pixel_lines(moment(image=image_of(dimensions=None)), -40, 0, "B2 0") == ["source pixel -30, 20", "B2 0"]


@pytest.mark.parametrize(
    "snapshot", [moment(region=None), moment(image=image_of(crs="nowhere")), moment(crs="EPSG:999999")]
)
def test_what_has_no_place_is_not_drawn(snapshot: Any) -> None:  # noqa: ANN401 - a snapshot
    """A CRS that is not known here leaves the rest of the map as it is."""
    seen = look(snapshot, (-55, -26, -54, -25), 10)
    assert seen["footprint"] == []
    assert seen["mesh"] is None


def test_a_pixel_beside_one_that_is_asked_for_is_not_asked_for_again(landsat: ExportSession, service: Service) -> None:
    """The pointer moves on within a block while that is on its way."""
    values, arrival, hold = PixelValues(landsat), Arrival(), service.hold("pixels")
    assert values.ask(0, 0, arrival) == READING
    hold.until_asked()
    reading = landsat.jobs._named[JOB]
    assert values.ask(1, 0, arrival) == READING
    assert landsat.jobs._named[JOB] is reading
    hold.let_go()
    arrival.wait()
    assert values.ask(1, 0, arrival) == "B2 1, B3 1, B4 1, spectral_class 0 (water)"


def test_a_block_that_could_not_be_stopped_is_not_kept(landsat: ExportSession) -> None:
    """It is of another image, grid or service."""
    values, arrived = PixelValues(landsat), threading.Event()
    grid, client = landsat.snapshot.composed.grid, landsat.client
    assert grid is not None
    assert client is not None
    wanted = pixel_values._Wanted(client, image_load(SCENE), grid, (0, 0), ("B2",))
    landsat.run(JOB, values._read(wanted, object(), arrived.set))
    ended(landsat, JOB)
    assert not arrived.is_set()
    assert values.ask(0, 0, Arrival()) == READING
