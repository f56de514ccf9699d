"""Small windows of real pixels."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session import pictures
from tests.unit.session.service import CORNER, IMAGE, UTM, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.session.runtime import Runtime

INFO = ImageInfo.from_description(IMAGE)


def image_with(*names: str, **changes: Any) -> ImageInfo:  # noqa: ANN401 - members of a band
    return ImageInfo.from_description({"bands": [{**IMAGE["bands"][0], "id": name, **changes} for name in names]})


def test_the_sample_lies_on_pixels_of_the_image() -> None:
    """Every eighth pixel of the scene, from its corner, so that values are real ones."""
    assert INFO.source_grid is not None
    grid = pictures.sample_grid(INFO.source_grid)
    assert (grid.width, grid.height) == (96, 96)
    assert grid.affine_transform.to_list() == [240, 0, CORNER[0], 0, -240, CORNER[1]]
    narrow = image_with("a", dimensions=[3, 500]).source_grid
    assert narrow is not None
    small = pictures.sample_grid(narrow)
    assert (small.width, small.height) == (1, 83)


def ask(runtime: Runtime, service: Service, info: ImageInfo) -> pictures.Sample | None:
    return runtime.start(pictures.sample(service.client(), image_load("a"), info.source_grid, info.plain_ids)).result(
        60
    )


def test_values_are_read_by_band(runtime: Runtime, service: Service) -> None:
    """One small window all over the image."""
    values = ask(runtime, service, INFO)
    assert values is not None
    assert {name: band.shape for name, band in values.items()} == dict.fromkeys(INFO.band_ids, (96, 96))


@pytest.mark.parametrize(
    "info", [image_with("a", dimensions=None), image_with(), image_with("a", data_type={"dimensions": 1})]
)
def test_where_nothing_can_be_read_nobody_is_asked(runtime: Runtime, service: Service, info: ImageInfo) -> None:
    """No bounds, no bands, or arrays alone."""
    assert ask(runtime, service, info) is None
    assert stretches(runtime, service, info) == {}
    assert service.asked == []


@pytest.mark.parametrize("content", [b"no pixels", b"\x93NUMPY\x01\x00", b"PK\x03\x04"])
def test_an_answer_that_holds_no_pixels_is_none(runtime: Runtime, service: Service, content: bytes) -> None:
    """A picture is a help, and no reason to fail."""
    service.faults["pixels"] = httpx.Response(200, content=content)
    assert ask(runtime, service, INFO) is None


def stretches(runtime: Runtime, service: Service, info: ImageInfo) -> dict[str, tuple[float, float]]:
    return pictures.stretches(ask(runtime, service, info) or {})


def pixels_of(values: list[float], masks: list[float] | None) -> Callable[[httpx.Request], httpx.Response]:
    """Answer with the values of one band, and with its masks where these are asked for."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked_for_mask = Expression(json.loads(request.content)["expression"]).result_function == "Image.mask"
        numbers = masks if asked_for_mask else values
        if numbers is None:
            return httpx.Response(200, content=b"no pixels")
        content = io.BytesIO()
        np.save(content, np.array([(number,) for number in numbers], dtype=[("a", "f8")]).reshape(1, -1))
        return httpx.Response(200, content=content.getvalue())

    return answer


@pytest.mark.parametrize(
    ("values", "masks", "expected"),
    [
        ([*range(101)], [1] * 101, {"a": (2, 98)}),
        ([0, 0, 0, 50, 60], [0, 0, 0, 1, 0.5], {"a": (50.2, 59.8)}),
        ([7] * 5, [1] * 5, {"a": (7, 8)}),
        ([1, float("nan"), 1, float("inf")], [1] * 4, {"a": (1, 2)}),
        ([float("nan")], [1], {}),
        ([5, 6], [0, 0], {}),
        ([5], None, {}),
    ],
    ids=["ramp", "masked pixels", "constant", "holes", "only holes", "all masked", "no masks"],
)
def test_a_stretch_spans_what_is_seen(
    runtime: Runtime, service: Service, values: list[float], masks: list[float] | None, expected: dict[str, object]
) -> None:
    """From the 2nd to the 98th percentile of the pixels that are not masked, which come as zeros."""
    service.faults["pixels"] = pixels_of(values, masks)
    found = stretches(runtime, service, image_with("a"))
    assert found == {name: pytest.approx(stretch) for name, stretch in expected.items()}


def test_an_answer_of_another_shape_masks_nothing(runtime: Runtime, service: Service) -> None:
    """Masks that do not fit the values are left alone."""
    service.faults["pixels"] = pixels_of([5, 6], [0])
    assert stretches(runtime, service, image_with("a")) == {"a": pytest.approx((5.02, 5.98))}


def test_a_picture_covers_its_outline_in_web_mercator() -> None:
    """With square pixels, the longer side as long as asked for; poles are cut off where the map ends."""
    grid = pictures.picture_grid([(-55, -26), (-54, -26), (-54, -25.5), (-55, -25.5)], side_px=100)
    assert (grid.width, grid.height, grid.crs_code) == (100, 56, "EPSG:3857")
    assert grid.affine_transform.scale_x == -grid.affine_transform.scale_y
    west, south, east, north = grid.bounds
    assert west == pytest.approx(-55 * 111319.49, rel=1e-6)
    assert east == pytest.approx(-54 * 111319.49, rel=1e-6)
    assert south < -2.95e6 < north
    world = pictures.picture_grid([(-180, -90), (180, -90), (180, 90), (-180, 90)])
    assert (world.width, world.height) == (768, 768)
    assert UTM not in (world.crs_code or "")
