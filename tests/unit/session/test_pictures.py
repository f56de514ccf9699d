"""Small windows of real pixels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from ee_export_widget.core.expression import image_load
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session import pictures
from tests.unit.session.service import CORNER, IMAGE, UTM, Service

if TYPE_CHECKING:
    from ee_export_widget.session.runtime import Runtime

INFO = ImageInfo.from_description(IMAGE)


def image_with(*names: str, **changes: Any) -> ImageInfo:  # noqa: ANN401 - members of a band
    return ImageInfo.from_description({"bands": [{**IMAGE["bands"][0], "id": name, **changes} for name in names]})


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("B2", "B3", "B4", "spectral_class"), ["B4", "B3", "B2"]),
        (("blue", "Green", "RED", "nir"), ["RED", "Green", "blue"]),
        (("SR_B2", "SR_B3", "SR_B4"), ["SR_B4", "SR_B3", "SR_B2"]),
        (("a", "b", "c", "d"), ["a", "b", "c"]),
        (("a", "qa_pixel", "b"), ["a"]),
        (("landclass", "QA"), ["landclass"]),
        ((), []),
    ],
)
def test_bands_are_chosen_to_be_looked_at(names: tuple[str, ...], shown: list[str]) -> None:
    """True colour where the names tell, three measured bands, or one."""
    assert pictures.visible_bands(image_with(*names)) == shown


def test_arrays_cannot_be_looked_at() -> None:
    """A pixel with many values has no colour."""
    assert pictures.visible_bands(image_with("a", data_type={"precision": "float", "dimensions": 1})) == []


def test_the_sample_lies_on_pixels_of_the_image() -> None:
    """Every eighth pixel of the scene, from its corner, so that values are real ones."""
    grid = pictures.sample_grid(INFO)
    assert grid is not None
    assert (grid.width, grid.height) == (96, 96)
    assert grid.affine_transform.to_list() == [240, 0, CORNER[0], 0, -240, CORNER[1]]
    small = pictures.sample_grid(image_with("a", dimensions=[3, 500]))
    assert small is not None
    assert (small.width, small.height) == (1, 83)
    assert pictures.sample_grid(image_with("a", dimensions=None)) is None


def ask(runtime: Runtime, service: Service, info: ImageInfo) -> pictures.Sample | None:
    return runtime.start(pictures.sample(service.client(), image_load("a"), info)).result(10)


def test_values_are_read_by_band(runtime: Runtime, service: Service) -> None:
    """As many bands as there are, up to a limit."""
    values = ask(runtime, service, INFO)
    assert values is not None
    assert {name: band.shape for name, band in values.items()} == dict.fromkeys(INFO.band_ids, (96, 96))
    many = ask(runtime, service, image_with(*(f"x{number}" for number in range(40))))
    assert many is not None
    assert len(many) == pictures.SAMPLED_BANDS


@pytest.mark.parametrize(
    "info", [image_with("a", dimensions=None), image_with(), image_with("a", data_type={"dimensions": 1})]
)
def test_where_nothing_can_be_read_nobody_is_asked(runtime: Runtime, service: Service, info: ImageInfo) -> None:
    """No bounds, no bands, or arrays alone."""
    assert ask(runtime, service, info) is None
    assert service.asked == []


@pytest.mark.parametrize("content", [b"no pixels", b"\x93NUMPY\x01\x00", b"PK\x03\x04"])
def test_an_answer_that_holds_no_pixels_is_none(runtime: Runtime, service: Service, content: bytes) -> None:
    """A picture is a help, and no reason to fail."""
    service.faults["pixels"] = httpx.Response(200, content=content)
    assert ask(runtime, service, INFO) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.arange(101.0), {"min": 2, "max": 98}),
        (np.full(5, 7), {"min": 7, "max": 8}),
        (np.array([1.0, np.nan, 1.0, np.inf]), {"min": 1, "max": 2}),
        (np.array([np.nan]), {"min": 0, "max": 255}),
        (np.array([]), {"min": 0, "max": 255}),
    ],
    ids=["ramp", "constant", "holes", "only holes", "empty"],
)
def test_pictures_are_stretched_over_what_is_known(values: np.ndarray[Any, Any], expected: dict[str, float]) -> None:
    """From the 2nd to the 98th percentile; what is sent is always JSON."""
    stretch = pictures.stretch(image_with("a"), {"a": values})
    assert stretch == {"ranges": [expected]}
    json.dumps(stretch, allow_nan=False)


def test_without_values_the_range_is_a_bytes() -> None:
    """For each visible band."""
    assert pictures.stretch(INFO, None) == {"ranges": [{"min": 0, "max": 255}] * 3}


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
