"""The pyramid preview of a form: what is read, what follows, and what it says."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramid.judgement import judge
from ee_export_widget.core.pyramid.reduction import Pixels
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session.present import bands, map_view, pyramid
from ee_export_widget.session.present.pyramid_pictures import ground_size
from ee_export_widget.session.pyramid import PyramidPreview, Window, _take_in
from ee_export_widget.session.snapshot import ImageState
from tests.unit.client.scripted import refusal
from tests.unit.session.moments import READY, as_page_reads, moment
from tests.unit.session.service import CORNER, IMAGE, UTM, Service, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

BAND = "spectral_class"


class Scene:
    """Answers every window with the classes 4 and 6, mixed most around a place of the scene."""

    def __init__(self) -> None:
        self.grids: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Compute the pixels of a window from where they lie."""
        body = json.loads(request.content)
        self.grids.append(body["grid"])
        grid, transform = body["grid"], body["grid"]["affineTransform"]
        columns, rows = (np.arange(grid["dimensions"][name]) for name in ("width", "height"))
        x = (transform["translateX"] + (columns + 0.5) * transform["scaleX"] - CORNER[0]) // 30
        y = (CORNER[1] - transform["translateY"] - (rows + 0.5) * transform["scaleY"]) // 30
        mixed = (x[None, :] > 500) & (y[:, None] > 500)
        pixels = np.zeros((rows.size, columns.size), dtype=[(BAND, "u1")])
        pixels[BAND] = np.where(mixed & ((x[None, :] + y[:, None]) % 2 == 0), 6, 4)
        if "Image.mask" in request.content.decode():
            pixels[BAND] = 1
        content = io.BytesIO()
        np.save(content, pixels)
        return httpx.Response(200, content=content.getvalue())


@pytest.fixture
def scene(connected: ExportSession, service: Service) -> Scene:
    """Give what the service answers with, of a form whose grid is the whole image."""
    fill(connected)
    wait_for(connected, lambda now: bool(now.image.tile_url))
    connected.perform("footprint", {})
    answers = Scene()
    service.faults["pixels"] = answers
    return answers


def begin(form: ExportSession, band: str = BAND) -> PyramidPreview:
    form.perform("pyramid", {"band": band})
    return ended(form)


def ended(form: ExportSession) -> PyramidPreview:
    wait_for(form, lambda now: now.pyramid.state not in {"none", "reading"})
    return form.snapshot.pyramid


def window_of(form: ExportSession) -> Window:
    window = form.snapshot.pyramid.window
    assert window is not None
    return window


def test_the_most_mixed_window_of_the_export_is_read(connected: ExportSession, scene: Scene) -> None:
    """First the whole export, coarsely; then 96 px of it as they are, on a pixel of the highest level shown."""
    found = begin(connected)
    assert (found.state, found.message) == ("ready", "")
    looked, _, read, _ = scene.grids
    assert looked["dimensions"] == {"width": 384, "height": 384}
    assert looked["affineTransform"]["scaleX"] == 60
    assert read["dimensions"] == {"width": 96, "height": 96}
    assert read["affineTransform"]["scaleX"] == 30
    column, row = found.mixed[0]
    assert (column % 16, row % 16) == (0, 0)
    assert column >= 500 - 96
    assert row >= 500 - 96
    judged = window_of(connected).judgements
    assert judged[PyramidingPolicy.MEAN].invents > 0.5
    assert judged[PyramidingPolicy.MODE].invents == 0


def test_other_windows_and_a_place_on_the_map_can_be_looked_at(connected: ExportSession, scene: Scene) -> None:
    """The next mixed one, then the one around a place; the export is looked over once only."""
    begin(connected)
    first = window_of(connected).grid
    connected.perform("pyramid_window", {"number": 1})
    ended(connected)
    second = window_of(connected).grid
    assert connected.snapshot.pyramid.chosen == 1
    assert first != second
    assert len(scene.grids) == 6

    connected.perform("pick", {})
    assert map_view(connected.snapshot)["mode"] == "pick"
    assert map_view(connected.snapshot)["tip"] == ["Click to look here", "Esc to cancel"]
    assert map_view(connected.snapshot)["tip_by_keys"][0] == "Enter looks here"
    assert "Click a place on the map" in pyramid(connected.snapshot)["text"]
    connected.perform("pick", {"place": [-54.60, -25.35]})
    assert connected.snapshot.map_mode == "pan"
    ended(connected)
    view = pyramid(connected.snapshot)
    assert view["window"] == "pick"
    assert len({first, second, window_of(connected).grid}) == 3
    connected.perform("pyramid_window", {"number": 0})
    ended(connected)
    assert window_of(connected).grid == first


def test_what_is_picked_beyond_the_export_is_its_edge(connected: ExportSession, scene: Scene) -> None:
    """A window never leaves the grid."""
    begin(connected)
    connected.perform("pick", {"place": [10.0, 40.0]})
    ended(connected)
    grid, whole = window_of(connected).grid, connected.snapshot.composed.grid
    assert whole is not None
    column, row = whole.affine_transform.locate(grid.affine_transform.translate_x, grid.affine_transform.translate_y)
    assert 0 <= column <= whole.width - grid.width
    assert 0 <= row <= whole.height - grid.height
    assert len(scene.grids) == 6


def test_a_place_that_the_crs_does_not_reach_is_said(connected: ExportSession, scene: Scene) -> None:
    """And can be left again."""
    begin(connected)
    connected.perform("pick", {"place": [33.0, 0.0]})
    wait_for(connected, lambda now: now.pyramid.state == "failed")
    assert "does not reach" in connected.snapshot.pyramid.message
    assert scene.grids


def test_it_follows_what_is_exported(connected: ExportSession, scene: Scene) -> None:
    """Another grid is read anew by itself; a policy changes nothing of the pixels."""
    begin(connected)
    before = window_of(connected)
    connected.perform("policy", {"bands": [BAND], "policy": "MODE"})
    assert window_of(connected) is before
    connected.edit(pixel_size="60")
    wait_for(connected, lambda now: now.pyramid.window is not None and now.pyramid.window is not before)
    assert window_of(connected).grid.affine_transform.scale_x == 60
    count = len(scene.grids)
    connected.perform("clear", {})
    wait_for(connected, lambda now: now.pyramid.state == "missing")
    assert connected.snapshot.pyramid.message.startswith("Draw a region first")
    assert len(scene.grids) == count


def test_a_band_that_is_gone_and_a_service_that_is_gone_are_said(connected: ExportSession, scene: Scene) -> None:
    """Nothing is asked for either."""
    begin(connected)
    count = len(scene.grids)
    image = connected.snapshot.image
    assert image.info is not None
    connected.update(image=replace(image, info=replace(image.info, bands=image.info.bands[:3])))
    wait_for(connected, lambda now: now.pyramid.state == "missing")
    assert connected.snapshot.pyramid.message == f"The image has no band {BAND} to look at."
    connected.update(image=image)
    connected.connecting.drop()
    connected.perform("pyramid_again", {})
    wait_for(connected, lambda now: "not connected" in now.pyramid.message)
    assert len(scene.grids) in {count, count + 4}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusal(400, "User memory limit exceeded."), "User memory limit exceeded."),
        (httpx.Response(200, content=b"no pixels"), "does not hold these pixels"),
    ],
)
def test_a_window_that_cannot_be_read_can_be_tried_again(
    connected: ExportSession, service: Service, scene: Scene, answer: httpx.Response, reason: str
) -> None:
    """The reason stands there; the button reads it again."""
    service.faults["pixels"] = answer
    begin(connected)
    message = pyramid(connected.snapshot)["message"]
    assert message is not None
    assert message["strong"] == "Could not read the preview window:"
    assert reason in message["text"]
    service.faults["pixels"] = scene
    connected.perform(*message["fixes"][0]["does"])
    assert ended(connected).state == "ready"


def test_pixels_of_another_size_are_not_taken(connected: ExportSession, service: Service, scene: Scene) -> None:
    """What a service gives too little of cannot be judged."""

    def short(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        body["grid"]["dimensions"]["width"] -= 1
        return scene(httpx.Request("POST", request.url, content=json.dumps(body)))

    service.faults["pixels"] = short
    assert begin(connected).state == "failed"


def test_an_answer_that_comes_after_it_was_put_away_changes_nothing(connected: ExportSession) -> None:
    """It may have been under way."""
    _take_in(connected, state="ready")
    assert connected.snapshot.pyramid == PyramidPreview()


def test_it_is_put_away_by_the_same_button_or_its_own(connected: ExportSession, scene: Scene) -> None:
    """Also while the map waits for a place; then nothing is read any more."""
    begin(connected)
    connected.perform("pick", {})
    connected.perform("pyramid", {"band": BAND})
    assert connected.snapshot.pyramid == PyramidPreview()
    assert connected.snapshot.map_mode == "pan"
    begin(connected)
    connected.perform("pyramid_close", {})
    count = len(scene.grids)
    connected.edit(pixel_size="60")
    for name, args in (("pyramid_again", {}), ("pyramid_window", {"number": 1}), ("pick", {"place": [0, 0]})):
        connected.perform(name, args)
    connected.perform("pick", {})
    assert connected.snapshot.map_mode == "pan"
    assert connected.snapshot.pyramid.state == "none"
    assert len(scene.grids) == count


def test_an_array_band_and_a_name_that_is_none_are_not_previewed(connected: ExportSession, scene: Scene) -> None:
    """Pixels that hold arrays have no such pyramid."""
    image = connected.snapshot.image
    assert image.info is not None
    first, *rest = image.info.bands
    arrays = replace(first, data_type={**first.data_type, "dimensions": 1})
    connected.update(image=replace(image, info=replace(image.info, bands=(arrays, *rest))))
    for band in ("B2", "nothing", ""):
        connected.perform("pyramid", {"band": band})
        assert connected.snapshot.pyramid.band == ""
    assert bands(connected.snapshot)["arrays"] == [True, False, False, False]
    assert scene.grids == []


# What the panel shows


def seen(band: str = BAND, values: Any = None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - an array; members of a moment
    """Give the panel for a window of these values."""
    grid = READY.composed.grid
    assert grid is not None
    columns = np.arange(32)[None, :] * np.ones((32, 1), int)
    array = np.where(columns % 4 < 2, 4, 6).astype("uint8") if values is None else values
    pixels = Pixels(array, np.ones(array.shape, "float32"))
    part = replace(grid, width=32, height=32)
    preview = PyramidPreview(band, "ready", mixed=((0, 0), (16, 32)), window=Window(part, pixels, judge(pixels)))
    return dict(as_page_reads(pyramid(moment(pyramid=preview, **changes))))


def test_without_a_band_there_is_nothing_to_show() -> None:
    """An empty name keeps the panel away."""
    view = pyramid(READY)
    assert (view["band"], view["columns"], view["windows"], view["said"]) == ("", [], [], "")
    assert bands(READY)["previewed"] == ""


def test_six_columns_say_what_each_policy_makes_of_a_class_band() -> None:
    """Share of the main class, and of classes that nobody had; the policy in force is chosen, its words are said."""
    view = seen(overrides={BAND: PyramidingPolicy.MODE})
    columns = {column["policy"]: column for column in view["columns"]}
    assert [*columns] == ["MEAN", "MODE", "SAMPLE", "MIN", "MAX", "MEDIAN"]
    assert columns["MEAN"]["verdict"] == [["0 %", "keep the main class"], ["100 %", "invented"]]
    assert columns["MODE"]["verdict"] == [["100 %", "keep the main class"]]
    assert [columns[name]["tone"] for name in ("MEAN", "MODE", "MAX")] == ["error", "ok", "info"]
    assert [name for name, column in columns.items() if column["checked"]] == ["MODE"]
    assert [picture["caption"] for picture in columns["MIN"]["pictures"]] == ["120 m", "240 m", "480 m"]
    assert columns["MIN"]["pictures"][0]["label"] == "MIN at 120 m"
    assert columns["MIN"]["note"] == "lowest code"
    assert view["source"]["caption"] == "30 m"
    assert view["source"]["source"].startswith("data:image/png;base64,")
    assert view["text"] == (
        "What each policy shows when the map zooms out. Computed from a 960 m window of your image."
    )
    assert view["key"] == "Hatched: the pixel shows a class that none of its source pixels had."
    assert view["said"] == f"Pyramid preview of {BAND}. MODE: 100 % keep the main class."
    assert [option["label"] for option in view["windows"]] == ["Window 1", "Window 2", "Pick on map"]
    assert view["windows"][1]["note"] == "At column 16, row 32 of the export"


def test_a_measured_band_says_how_wrong_its_levels_are() -> None:
    """Mean error in units of the band; nothing is hatched."""
    view = seen("B4", np.tile(np.array([0, 100], "uint16"), (32, 16)))
    columns = {column["policy"]: column for column in view["columns"]}
    assert columns["MEAN"]["verdict"] == [["", "mean error 0"]]
    assert columns["MIN"]["verdict"] == [["", "mean error 50"]]
    assert columns["MEAN"]["tone"] == "ok"
    assert columns["MEAN"]["note"] == "averages"
    assert view["key"] == ""
    assert [text for _, text in view["legend"]] == ["0 or less", "100 or more"]


def test_only_nothing_is_none_and_only_all_is_all() -> None:
    """A share is never rounded to 0 % or to 100 %."""
    values = np.full((96, 96), 4, "uint8")
    values[:2, :2] = 6
    view = seen(values=values)
    verdicts = {column["policy"]: column["verdict"] for column in view["columns"]}
    assert verdicts["MAX"] == [["99 %", "keep the main class"]]
    assert verdicts["MEAN"][-1] == ["< 1 %", "invented"]


def test_codes_that_are_no_classes_are_called_values() -> None:
    """A bitmask has no class."""
    named = [{**band, "id": "QA60"} if band["id"] == BAND else band for band in IMAGE["bands"]]
    info = ImageInfo.from_description({**IMAGE, "bands": named})
    view = seen("QA60", image=ImageState("ready", info, suggestions=info.suggestions))
    assert view["columns"][0]["verdict"][0][1] == "keep the main value"
    assert "shows a value that none" in view["key"]


def test_while_it_is_read_the_columns_are_there() -> None:
    """Without pictures and verdicts, and the page says that it is being read."""
    view = pyramid(moment(pyramid=PyramidPreview(BAND, "reading")))
    assert len(view["columns"]) == 6
    assert view["columns"][0]["pictures"] == [{"source": "", "label": "", "caption": ""}] * 3
    assert view["columns"][0]["verdict"] == []
    assert view["said"] == "Reading the preview window…"
    assert view["message"] is None
    assert bands(moment(pyramid=PyramidPreview(BAND, "reading")))["previewed"] == BAND


def test_what_is_missing_is_said_without_a_button() -> None:
    """There is nothing to try again."""
    view = as_page_reads(pyramid(moment(pyramid=PyramidPreview(BAND, "missing", message="Draw a region first."))))
    assert view["message"] == {
        "severity": "info",
        "field": "",
        "strong": "",
        "text": "Draw a region first.",
        "fixes": [],
    }
    assert view["said"] == "Draw a region first."


@pytest.mark.parametrize(
    ("crs", "size", "text"),
    [(UTM, "30", "120 m"), (UTM, "30 x 60", "120 × 240 m"), ("EPSG:4326", "0.001", "0.004°"), ("XYZ:1", "", "120")],
)
def test_the_size_of_a_pixel_is_given_in_units_of_the_crs(crs: str, size: str, text: str) -> None:
    """Both sides where they differ, degrees where these are the units, a bare number where nobody knows."""
    grid = (READY if crs == "XYZ:1" else moment(crs=crs, pixel_size=size)).composed.grid
    assert grid is not None
    if crs == "XYZ:1":
        grid = replace(grid, crs_code=crs)
    assert ground_size(grid, 4, 4) == text
