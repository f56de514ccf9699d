"""The dry run: what it asks, what it says, and when that is out of date."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from ee_export_widget.core import image_steps
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.windows import windows
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import ConnectionFailedError, ExportWidgetError, InvalidRequestError
from ee_export_widget.session.preflight import Matter, Preflight, _Pixels, notes
from ee_export_widget.session.present.action import action
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import READY, buttons, moment
from tests.unit.session.service import IMAGE, Service, ended, fill, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.session import ExportSession


@pytest.fixture
def ready(connected: ExportSession) -> ExportSession:
    """Give a form that could be submitted."""
    fill(connected)
    wait_for(connected, lambda now: bool(now.image.tile_url) and now.target.state == "free")
    return connected


def run(form: ExportSession) -> Preflight:
    return asyncio.run(form.preflight())


def preflight_of(form: ExportSession) -> dict[str, Any]:
    """Give the line that says how it went."""
    [status] = [item for item in action(form.snapshot)["items"] if item.get("part") == "preflight"]
    return dict(status)


def test_three_windows_of_the_real_grid_are_computed(ready: ExportSession, service: Service) -> None:
    """Values and masks of each, all bands by name; nothing is started."""
    before = service.asked.count("pixels")
    found = run(ready)
    assert service.asked.count("pixels") == before + 6
    assert (found.state, found.passed, found.bands, found.of_bands) == ("passed", True, 4, 4)
    assert [window.place for window in found.windows] == ["centre", "first corner", "last corner"]
    grid = ready.snapshot.composed.grid
    assert grid is not None
    assert found.windows[1].grid.affine_transform == grid.affine_transform
    assert found.problems == ()
    assert service.exports == []
    line = preflight_of(ready)
    assert (line["tone"], line["strong"]) == ("ok", "Preflight passed")
    [facts] = line["pieces"]
    assert facts.endswith(" · 4 of 4 bands, 3 windows of 16 × 16 px, 0.0 s")


@pytest.mark.parametrize(
    ("change", "current"),
    [({"request_id": "another"}, True), ({"pixel_size": "60"}, False), ({"overwrite": True}, False)],
)
def test_any_edit_makes_it_out_of_date(ready: ExportSession, change: dict[str, Any], current: bool) -> None:
    """Only the request id, which changes by itself, does not matter; taking the edit back makes it good again."""
    found = run(ready)
    ready.edit(**change)
    assert found.is_current(ready.snapshot) == current
    if not current:
        assert preflight_of(ready)["pieces"] == ["Preflight is out of date"]
    ready.undo()
    assert found.is_current(ready.snapshot)


def test_a_refusal_names_the_band(ready: ExportSession, service: Service) -> None:
    """The message of the service, and the first band that has it on its own."""
    answer = service._pixels

    def refuse(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        return refusal(400, "User memory limit exceeded.") if "B4" in body["bandIds"] else answer("", body)

    service.faults["pixels"] = refuse
    found = run(ready)
    assert (found.state, found.band, found.message) == ("failed", "B4", "User memory limit exceeded.")
    line = preflight_of(ready)
    assert line["strong"] == "Preflight failed on B4."
    assert line["pieces"][0] == "User memory limit exceeded."
    assert ready.snapshot.errors == []


def test_a_failure_of_no_single_band_names_none(ready: ExportSession, service: Service) -> None:
    """What fails only for all together is not one band's fault."""
    answer = service._pixels

    def refuse(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        return refusal(400, "Too much.") if len(body["bandIds"]) > 1 else answer("", body)

    service.faults["pixels"] = refuse
    assert run(ready).band == ""
    assert preflight_of(ready)["strong"] == "Preflight failed."


def test_a_service_out_of_reach_is_no_verdict(ready: ExportSession, service: Service) -> None:
    """The export can be submitted all the same; the call raises, the button only says so."""
    service.faults["pixels"] = service.down
    with pytest.raises(ConnectionFailedError):
        run(ready)
    assert preflight_of(ready)["strong"] == "Preflight could not be run."
    ready.perform("preflight", {})
    wait_for(ready, lambda now: now.preflight.state == "running")
    wait_for(ready, lambda now: now.preflight.state == "unreachable")
    assert ready.snapshot.notice == ""


def npy(array: np.ndarray[Any, Any]) -> httpx.Response:
    content = io.BytesIO()
    np.save(content, array)
    return httpx.Response(200, content=content.getvalue())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(200, content=b"no pixels"), "cannot be read"),
        (npy(np.zeros((2, 3), dtype=[("B2", "u2")])), r"shape \(2, 3\) for 16 × 16 px"),
    ],
    ids=["garbage", "other size"],
)
def test_pixels_that_make_no_sense_are_no_verdict(
    ready: ExportSession, service: Service, answer: httpx.Response, words: str
) -> None:
    """The answer is at fault, not the export."""
    service.faults["pixels"] = answer
    with pytest.raises(ExportWidgetError, match=words):
        run(ready)


def test_a_band_without_pixels_is_a_failure(ready: ExportSession, service: Service) -> None:
    """Asked for by name, it has to come."""
    service.faults["pixels"] = npy(np.ones((16, 16), dtype=[("B2", "u2")]))
    found = run(ready)
    assert (found.state, found.band) == ("failed", "B3")


def test_what_blocks_submitting_blocks_the_dry_run(form: ExportSession) -> None:
    """Problems are raised, and so is the lack of a service; the button says why."""
    with pytest.raises(InvalidRequestError):
        run(form)
    assert buttons(action(form.snapshot))["preflight"] == "Choose a project, or the local emulator."
    fill(form)
    form.edit(asset_path="projects/demo-project/assets/out")
    with pytest.raises(ExportWidgetError, match="not connected"):
        run(form)
    form.close()
    with pytest.raises(ExportWidgetError, match="closed"):
        run(form)


def test_it_can_be_stopped(ready: ExportSession, service: Service) -> None:
    """Nothing is left of it."""
    hold = service.hold("pixels")
    ready.perform("preflight", {})
    hold.until_asked()
    assert preflight_of(ready)["strong"] == "Checking a small window…"
    assert "stop_preflight" in buttons(action(ready.snapshot))
    ready.perform("stop_preflight", {})
    snapshot = wait_for(ready, lambda now: now.preflight.state == "none")
    hold.let_go()
    assert [item for item in action(snapshot)["items"] if item.get("part") == "preflight"] == []


def test_a_late_result_does_not_replace_a_newer_one(ready: ExportSession, service: Service) -> None:
    """The run that was started last counts."""
    hold = service.hold("pixels")
    ready.perform("preflight", {})
    hold.until_asked()
    newer = Preflight("failed", message="newer")
    ready.update(preflight=newer)
    hold.let_go()
    ended(ready, "preflight")
    assert ready.snapshot.preflight is newer


def test_masked_bands_are_notes(ready: ExportSession, service: Service) -> None:
    """They stand below the result, and the export can be submitted."""
    service.masked = {"B3"}
    found = run(ready)
    assert [problem.message for problem in found.problems] == ["Fully masked in these windows: B3."]
    assert preflight_of(ready)["strong"] == "Passed, 1 note."
    service.masked = set(IMAGE_BANDS)
    assert [problem.code for problem in run(ready).problems] == ["windows-masked"]


IMAGE_BANDS = [band["id"] for band in IMAGE["bands"]]
GEO_TIFF = {"fileFormat": "GEO_TIFF", "driveDestination": {"filenamePrefix": "a"}}
FLOAT = ImageInfo.from_description({"bands": [{"id": "a", "data_type": {"precision": "float"}}]})
BYTE = ImageInfo.from_description({"bands": [{"id": "a", "data_type": {"precision": "int", "min": 0, "max": 255}}]})


def request_with(**options: Any) -> ExportImageRequest:  # noqa: ANN401 - JSON
    return ExportImageRequest.from_json({"fileExportOptions": {**GEO_TIFF, **options}})


@pytest.mark.parametrize(
    ("values", "mask", "info", "request_", "expected"),
    [
        ([1.0, 2.0], [1, 1], FLOAT, request_with(), []),
        ([1.0, np.nan], [1, 1], FLOAT, request_with(), ["not-finite"]),
        ([1.0, np.nan], [1, 0], FLOAT, ExportImageRequest(), []),
        ([1.0, np.inf], [1, 1], FLOAT, request_with(), ["not-finite"]),
        ([1.5, 2.0], [1, 1], BYTE, request_with(), ["type-differs"]),
        ([1.0, 2.0], [1, 0], FLOAT, request_with(), ["masked-become-zero"]),
        ([1.0, 2.0], [1, 0], FLOAT, request_with(geoTiffOptions={"noData": {"floatValue": 9}}), []),
        ([1.0, 9.0], [1, 1], FLOAT, request_with(geoTiffOptions={"noData": {"floatValue": 9}}), ["no-data-occurs"]),
        ([1.0, 9.0], [1, 0], FLOAT, request_with(geoTiffOptions={"noData": {"floatValue": 9}}), []),
    ],
)
def test_only_computing_can_tell(
    values: list[float], mask: list[int], info: ImageInfo, request_: ExportImageRequest, expected: list[str]
) -> None:
    """Numbers that are none, a type that is not what was described, masks and the no-data value."""
    pixels = _Pixels({"a": np.array([values])}, {"a": np.array([mask])})
    found = list(notes([pixels], info.bands, request_))
    assert [problem.code for problem in found] == expected
    assert {problem.severity for problem in found} <= {"warning"}


def test_a_small_grid_is_one_window() -> None:
    """Its own size is named."""
    grid = PixelGrid(5, 4, AffineTransform(30, 0, 0, 0, -30, 0), "EPSG:32621")
    snapshot = moment()
    done = Preflight("passed", Matter.of(snapshot), tuple(windows(grid)), bands=1, of_bands=1, seconds=1.26)
    [status] = [item for item in action(replace(snapshot, preflight=done))["items"] if item.get("part") == "preflight"]
    assert status["kind"] == "status"
    assert status["pieces"] == ["1 of 1 band, 1 window of 5 × 4 px, 1.3 s"]


@pytest.mark.parametrize("make", [lambda: replace(READY, preflight=Preflight("passed"))])
def test_a_result_of_nothing_is_out_of_date(make: Callable[[], Any]) -> None:
    """What was run for another form says nothing about this one."""
    assert not make().preflight.is_current(make())


def test_many_bands_make_one_note() -> None:
    """The first few are named, and all are counted."""
    values = {f"b{number}": np.array([[1.0, 2.0]]) for number in range(10)}
    masks = {band: np.array([[int(band == "b0"), 0]]) for band in values}
    [note] = notes([_Pixels(values, masks)], (), ExportImageRequest())
    assert note.message == "Fully masked in these windows: b1, b2, b3, … (9 bands)."


def test_a_preflight_knows_which_edges_of_the_types_occur(ready: ExportSession, service: Service) -> None:
    """Saturated pixels that are not masked; what is masked holds nothing."""
    assert run(ready).occurring == frozenset()
    service.largest = {"B2": 65535, "B3": 65534}
    service.masked = {"B3"}
    assert run(ready).occurring == {65535.0}


def test_filled_pixels_are_not_taken_for_values(connected: ExportSession, service: Service) -> None:
    """The mask of the image before it was filled tells them from pixels that have held the value all along."""
    service.image = {**IMAGE, "bands": IMAGE["bands"][:3]}
    fill(connected)
    connected.edit(destination="drive", drive_prefix="a")
    now = wait_for(connected, lambda now: now.image.info is not None)
    assert now.image.info is not None
    (kind,) = now.image.info.pixel_types
    connected.change(lambda draft: image_steps.filled(draft, 65535, kind))
    wait_for(connected, lambda now: now.image.state == "ready")
    service.largest, service.masked = {"B2": 65535, "B3": 65535}, {"B3"}
    found = run(connected)
    messages = [problem.message for problem in found.problems if problem.code == "no-data-occurs"]
    assert messages == ["Pixels with the no-data value 65535.0 that are not masked: B2."]
