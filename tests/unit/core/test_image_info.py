"""What is known of an image, read from the description that the service gives of it."""

from __future__ import annotations

from typing import Any

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import BandInfo, ImageInfo, PixelType
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.bodies import WGS_84

_UINT8 = {"type": "PixelType", "precision": "int", "min": 0, "max": 255}
_SCENE = {"crs": "EPSG:32621", "crs_transform": [30, 0, 732585, 0, -30, -2783685], "dimensions": [1024, 1024]}
_DESCRIPTION: dict[str, Any] = {
    "type": "Image",
    "id": "projects/local-demo/assets/samples/itaipu_landsat8",
    "version": 1700000000000000,
    "properties": {"spectral_class_class_values": [1, 2, 3]},
    "bands": [
        {"id": "B2", "data_type": {"type": "PixelType", "precision": "int", "min": 0, "max": 65535}, **_SCENE},
        {"id": "spectral_class", "data_type": _UINT8, **_SCENE},
    ],
}


def _band(**members: object) -> BandInfo:
    return BandInfo.from_description({"id": "b", **_SCENE, **members})


def test_description_is_read_whole() -> None:
    """Names, types, grid and properties of an image come from one description."""
    image = ImageInfo.from_description(_DESCRIPTION)
    assert (image.id, image.version) == ("projects/local-demo/assets/samples/itaipu_landsat8", "1700000000000000")
    assert image.band_ids == ("B2", "spectral_class")
    assert [band.type_name for band in image.bands] == ["uint16", "uint8"]
    assert image.bytes_per_pixel == 3
    assert image.is_bounded
    assert image.source_grid == PixelGrid(1024, 1024, AffineTransform(30, 0, 732585, 0, -30, -2783685), "EPSG:32621")
    assert [suggestion.policy for suggestion in image.suggestions] == ["MEAN", "MODE"]
    assert {kind.name: bands for kind, bands in image.pixel_types.items()} == {
        "uint16": ("B2",),
        "uint8": ("spectral_class",),
    }


@pytest.mark.parametrize(
    ("precision", "low", "high", "name", "size"),
    [
        ("int", 0, 255, "uint8", 1),
        ("int", 0, 1, "uint8", 1),
        ("int", -128, 127, "int8", 1),
        ("int", 0, 256, "uint16", 2),
        ("int", -1, 128, "int16", 2),
        ("int", -1, 65535, "int32", 4),
        ("int", 0, 4294967295, "uint32", 4),
        ("int", -1, 4294967295, "int64", 8),
        ("int", -9.3e18, 9.3e18, "int64", 8),
        ("int", None, None, "int32", 4),
        ("INTEGER", 0, 255, "uint8", 1),
        ("float", None, None, "float", 4),
        ("double", -1, 1, "double", 8),
        ("FLOAT", 0, 1, "float", 4),
        (None, None, None, "int32", 4),
    ],
)  # fmt: skip
def test_type_is_the_smallest_that_holds_the_range(
    precision: str | None, low: float, high: float, name: str, size: int
) -> None:
    """A band's type in files follows from its precision and range."""
    band = _band(data_type={"precision": precision, "min": low, "max": high} if precision else None)
    assert (band.type_name, band.bytes_per_pixel) == (name, size)


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        (_band(data_type=_UINT8).pixel_type, 255, True),
        (_band(data_type=_UINT8).pixel_type, 256, False),
        (_band(data_type=_UINT8).pixel_type, -1, False),
        (_band(data_type=_UINT8).pixel_type, 0.5, False),
        (_band(data_type=_UINT8).pixel_type, float("nan"), False),
        (_band(data_type=_UINT8).pixel_type, float("inf"), False),
        (_band(data_type={"precision": "float"}).pixel_type, float("nan"), True),
        (_band(data_type={"precision": "float"}).pixel_type, -9999, True),
        (_band(data_type={"precision": "float"}).pixel_type, -3.4028234e38, True),
        (_band(data_type={"precision": "float"}).pixel_type, -1e39, False),
        (_band(data_type={"precision": "double"}).pixel_type, -1e39, True),
    ],
)
def test_type_knows_what_it_holds(kind: PixelType, value: float, *, held: bool) -> None:
    """Integers hold whole numbers in their range, floats what 32 bits can express, doubles everything."""
    assert kind.holds(value) is held


@pytest.mark.parametrize(("dimensions", "is_array"), [(None, False), (0, False), (1, True), (2, True)])
def test_array_bands_are_known(dimensions: int | None, *, is_array: bool) -> None:
    """A band with dimensions in its type holds arrays."""
    assert _band(data_type={"precision": "float", "dimensions": dimensions}).is_array is is_array


def test_origin_moves_the_grid_by_whole_pixels() -> None:
    """A band that begins at another column and row has its corner there."""
    grid = _band(origin=[10, -2]).grid
    assert grid is not None
    assert grid.affine_transform.apply(0, 0) == (732585 + 300, -2783685 + 60)


def test_crs_is_kept_as_the_service_wrote_it() -> None:
    """A code goes back unchanged, WKT stays WKT."""
    grids = [_band(crs=crs).grid for crs in ("SR-ORG:6974", WGS_84)]
    assert [(grid.crs_code, grid.crs_wkt) for grid in grids if grid] == [("SR-ORG:6974", None), (None, WGS_84)]


@pytest.mark.parametrize(
    "members",
    [
        {"dimensions": None},
        {"dimensions": [0, 5]},
        {"dimensions": [1024]},
        {"dimensions": ["a", "b"]},
        {"crs": None},
        {"crs": 4326},
        {"crs_transform": None},
        {"crs_transform": [30, 0, 0, 0, -30]},
        {"crs_transform": [30, 0, 0, 0, "x", 0]},
        {"crs_transform": [0, 0, 0, 0, 0, 0]},
    ],
    ids=str,
)
def test_band_without_a_usable_grid_has_none(members: dict[str, object]) -> None:
    """What is missing or unreadable in a description leaves the grid unknown and raises nothing."""
    assert _band(**members).grid is None


def test_bands_are_grouped_by_their_grids() -> None:
    """Bands of 10, 20 and 10 m form two groups; the first band's grid stands for the image."""
    coarse = _SCENE | {"crs_transform": [60, 0, 732585, 0, -60, -2783685]}
    bands = [{"id": "a", **_SCENE}, {"id": "b", **coarse}, {"id": "c", **_SCENE}]
    image = ImageInfo.from_description({"type": "Image", "bands": bands})
    assert image.band_groups == (("a", "c"), ("b",))
    assert image.source_band is image.bands[0]


def test_image_without_bounds_has_no_grid() -> None:
    """A composite has a projection but no size."""
    bands = [{"id": "a", "crs": "EPSG:4326", "crs_transform": [1, 0, 0, 0, 1, 0]}]
    image = ImageInfo.from_description({"type": "Image", "bands": bands})
    assert (image.is_bounded, image.source_grid, image.source_band) == (False, None, image.bands[0])


def test_image_with_one_unbounded_band_has_no_bounds() -> None:
    """One band without bounds is enough; the grid comes from one that has some."""
    image = ImageInfo.from_description({"type": "Image", "bands": [{"id": "constant"}, {"id": "B2", **_SCENE}]})
    assert not image.is_bounded
    assert image.source_band is image.bands[1]


def test_image_without_bands_is_an_image() -> None:
    """Such an image has nothing to export, and nothing breaks."""
    image = ImageInfo.from_description({"type": "Image", "bands": None, "properties": None})
    assert (image.is_bounded, image.source_grid, image.band_groups, image.bytes_per_pixel) == (False, None, (), 0)


@pytest.mark.parametrize(
    ("description", "word"),
    [
        ({"type": "ImageCollection", "bands": []}, "ImageCollection"),
        ({"type": "Feature"}, "Feature"),
        ([1], "list"),
        (5, "int"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_image_is_refused_by_name(description: Any, word: str) -> None:  # noqa: ANN401 - any JSON
    """An expression that gives something else is told with what it gives."""
    with pytest.raises(InvalidRequestError, match=f"the type {word}, not one image") as caught:
        ImageInfo.from_description(description)
    assert caught.value.problems[0].field == "expression"
