"""Grids to and from other libraries: the same pixels on either side."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import rasterio
import rioxarray  # noqa: F401 - gives xarray's objects their .rio
import xarray as xr
from affine import Affine
from ipyleaflet import DrawControl, Map
from odc.geo.geobox import GeoBox

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.interop import crs_text, from_map
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError
from tests.fresh import loaded_by
from tests.unit.core.regions import rectangle_region

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# rioxarray and odc-geo multiply transforms with "*", which affine 3 would rather have written "@".
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

MODIS = (463.3127165279165, 0, 387329.4310233, 0, -463.3127165279165, 5326242.9892019)
MOLLWEIDE = Crs.from_text("ESRI:54009")
GRIDS = {
    "UTM": PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632"),
    "rotated": PixelGrid(186, 178, AffineTransform(8, 6, 685752, 6, -8, 5325614), "EPSG:32632"),
    "south-up": PixelGrid(154, 117, AffineTransform(10, 0, 686260, 0, 10, 5324880), "EPSG:32632"),
    "degrees": PixelGrid(557, 743, AffineTransform(0.1, 0, -47.9, 0, -0.1, -15.7), "EPSG:4326"),
    "northing first": PixelGrid(3154, 2820, AffineTransform(1000, 0, 2965000, 0, -1000, 4257000), "EPSG:3035"),
    "one pixel": PixelGrid(1, 1, AffineTransform(1000, 0, 686000, 0, -1000, 5325000), "EPSG:32632"),
    "WKT": PixelGrid(20, 10, AffineTransform(1000, 0, 0, 0, -1000, 0), crs_wkt=MOLLWEIDE.wkt),
}


@pytest.mark.parametrize("name", GRIDS)
def test_way_through_rasterio_keeps_the_pixels(name: str, tmp_path: Path) -> None:
    """A file that is written with the profile has the grid, and so has its dataset."""
    grid = GRIDS[name]
    path = tmp_path / "grid.tif"
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype="uint8", **grid.to_rasterio()):
        pass
    with rasterio.open(path) as dataset:
        from_profile, from_dataset = PixelGrid.from_rasterio(dataset.profile), PixelGrid.from_rasterio(dataset)
    assert from_profile == from_dataset
    assert (from_profile.width, from_profile.height) == (grid.width, grid.height)
    assert from_profile.affine_transform == grid.affine_transform
    assert from_profile.crs.is_same(grid.crs)
    assert from_profile.crs_code == grid.crs_code


@pytest.mark.parametrize("name", GRIDS)
def test_way_through_a_geobox_keeps_the_pixels(name: str) -> None:
    """Shape is rows first there, and the transform the same."""
    grid = GRIDS[name]
    geobox = grid.to_geobox()
    assert isinstance(geobox, GeoBox)
    assert geobox.shape == (grid.height, grid.width)
    again = PixelGrid.from_geobox(geobox)
    assert again.affine_transform == grid.affine_transform
    assert (again.width, again.height, again.crs_code) == (grid.width, grid.height, grid.crs_code)


@pytest.mark.parametrize("name", GRIDS)
def test_way_through_xarray_keeps_the_pixels(name: str) -> None:
    """Coordinates are those of centres; the corners are the grid's to the last digit."""
    grid = GRIDS[name]
    dataset = grid.to_xarray()
    if name == "UTM":
        assert (float(dataset.x[0]), float(dataset.y[0])) == (685765, 5342055)
    again = PixelGrid.from_xarray(dataset.assign(band=(("y", "x"), np.zeros((grid.height, grid.width)))))
    assert again.affine_transform == grid.affine_transform
    assert (again.width, again.height, again.crs_code) == (grid.width, grid.height, grid.crs_code)


@pytest.mark.parametrize("window", [(slice(3, 9), slice(2, 5)), (slice(3, 4), slice(2, 5)), (slice(3, 4), slice(2, 3))])
def test_part_of_an_xarray_has_the_part_s_pixels(window: tuple[slice, slice]) -> None:
    """After a selection the coordinates count, not the transform that was written before."""
    grid = GRIDS["degrees"]
    dataset = grid.to_xarray()
    dataset["band"] = (("y", "x"), np.zeros((grid.height, grid.width)))
    cols, rows = window
    part = PixelGrid.from_xarray(dataset["band"].isel(x=cols, y=rows))
    expected = grid.affine_transform.shifted(cols.start, rows.start).to_list()
    assert part.affine_transform.to_list() == pytest.approx(expected, abs=1e-9)
    assert (part.width, part.height) == (cols.stop - cols.start, rows.stop - rows.start)


@pytest.mark.parametrize(
    ("coordinates", "field"),
    [
        ({"x": [5.0], "y": [5.0]}, "grid.affineTransform"),
        ({"x": [5.0, 5.0], "y": [5.0, 4.0]}, "grid.affineTransform"),
        ({"x": [5.0, 6.0], "band": [1, 2]}, "grid.affineTransform"),
    ],
    ids=["one pixel and no transform", "no distance between centres", "no rows"],
)
def test_xarray_without_a_grid_says_so(coordinates: dict[str, list[float]], field: str) -> None:
    """A size of pixels cannot be known of one of them, or of centres that are the same."""
    values = np.zeros([len(values) for values in coordinates.values()])
    data = xr.DataArray(values, coords=coordinates, dims=list(coordinates)).rio.write_crs("EPSG:32632")
    with pytest.raises(InvalidRequestError) as caught:
        PixelGrid.from_xarray(data)
    assert caught.value.problems[0].field == field


def test_xarray_with_a_transform_without_area_says_so() -> None:
    """Pixels of no size are none, also where the coordinates agree with them."""
    data = xr.DataArray(np.zeros((2, 2)), coords={"y": [5.0, 5.0], "x": [5.0, 5.0]}).rio.write_crs("EPSG:32632")
    with pytest.raises(InvalidRequestError, match="without an area"):
        PixelGrid.from_xarray(data.rio.write_transform(Affine(0, 0, 5, 0, 0, 5)))


def test_noise_of_centres_is_taken_away_by_the_transform() -> None:
    """Centres that were rounded give the corners of the transform that stands beside them."""
    dataset = GRIDS["degrees"].to_xarray()
    rounded = dataset.assign_coords(x=np.round(dataset.x, 7) + 3e-6)
    rounded["band"] = (("y", "x"), np.zeros((743, 557)))
    assert PixelGrid.from_xarray(rounded).affine_transform == GRIDS["degrees"].affine_transform


def test_coordinates_elsewhere_than_the_transform_count() -> None:
    """Pixels that were moved, or are of another size, have a grid of their own."""
    dataset = GRIDS["degrees"].to_xarray()
    for changed, corner in ((dataset.x + 0.03, -47.87), (dataset.x * 2, -95.8)):
        moved = dataset.assign_coords(x=changed)
        moved["band"] = (("y", "x"), np.zeros((743, 557)))
        assert PixelGrid.from_xarray(moved).affine_transform.translate_x == pytest.approx(corner, abs=0.06)
        assert PixelGrid.from_xarray(moved).affine_transform != GRIDS["degrees"].affine_transform


@pytest.mark.parametrize("name", GRIDS)
def test_way_through_the_official_client_s_arguments_keeps_the_grid(name: str) -> None:
    """With crs, crsTransform and two dimensions an export is exact; nothing else is given."""
    arguments = GRIDS[name].to_ee()
    assert list(arguments) == ["crs", "crsTransform", "dimensions"]
    assert PixelGrid.from_ee(arguments) == GRIDS[name]


def test_band_as_earth_engine_describes_it() -> None:
    """getInfo() of an image writes other names for the same things."""
    band = {"crs": "EPSG:32621", "crs_transform": [30, 0, 712485, 0, -30, -2796285], "dimensions": [256, 128]}
    expected = PixelGrid(256, 128, AffineTransform(30, 0, 712485, 0, -30, -2796285), "EPSG:32621")
    assert PixelGrid.from_ee(band) == expected


def test_affine_is_the_same_six_numbers() -> None:
    """Both ways, in the same order."""
    transform = AffineTransform(8, 6, 100, 5, -7, 200)
    assert transform.to_affine() == Affine(8, 6, 100, 5, -7, 200)
    assert PixelGrid.from_affine(transform.to_affine(), 3, 4, "EPSG:32632").affine_transform == transform


@pytest.mark.parametrize(
    ("crs", "text"),
    [
        ("EPSG:3035", "EPSG:3035"),
        (pyproj.CRS("EPSG:3035"), "EPSG:3035"),
        (pyproj.CRS("ESRI:54009"), "ESRI:54009"),
        (rasterio.CRS.from_epsg(32632), "EPSG:32632"),
        (GRIDS["northing first"].to_geobox().crs, "EPSG:3035"),
    ],
    ids=["text", "pyproj", "another authority", "rasterio", "odc-geo"],
)
def test_system_of_another_library(crs: object, text: str) -> None:
    """It is known by its code where it has one."""
    assert crs_text(crs) == text


def test_modis_system_is_handed_on_as_it_is_computed() -> None:
    """Other libraries do not know the service's code, and get the sphere."""
    grid = PixelGrid(870, 624, AffineTransform(*MODIS), "SR-ORG:6974")
    assert "6371007.181" in grid.to_rasterio()["crs"]
    again = PixelGrid.from_rasterio(grid.to_rasterio())
    assert again.crs.project(np.array([10.0]), np.array([45.0]))[1] == pytest.approx(5003777.339, abs=1e-3)


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"width": 1, "height": 1, "transform": Affine(1, 0, 0, 0, -1, 0), "crs": None}, "grid.crsCode"),
        ({"width": 1, "height": 1, "transform": Affine(1, 0, 0, 0, -1, 0), "crs": 32632}, "grid.crsCode"),
        ({"width": 1, "height": 1, "crs": "EPSG:32632"}, "grid.affineTransform"),
        ({"transform": Affine(1, 0, 0, 0, -1, 0), "crs": "EPSG:32632"}, "grid.dimensions"),
        (None, "grid.dimensions"),
    ],
)
def test_what_lacks_a_part_is_no_grid(source: object, field: str) -> None:
    """The part that is missing is named."""
    with pytest.raises(InvalidRequestError) as caught:
        PixelGrid.from_rasterio(source)
    assert caught.value.problems[0].field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dimensions": None}, "grid.dimensions"),
        ({"dimensions": "10"}, "grid.dimensions"),
        ({"dimensions": "ten x 5"}, "grid.dimensions"),
        ({"crsTransform": None}, "grid.affineTransform"),
        ({"crsTransform": [1, 2]}, "grid.affineTransform"),
        ({"crs": None}, "grid.crsCode"),
    ],
)
def test_arguments_that_lack_a_part_are_no_grid(changes: dict[str, Any], field: str) -> None:
    """As the service would have to guess it."""
    with pytest.raises(InvalidRequestError) as caught:
        PixelGrid.from_ee(GRIDS["UTM"].to_ee() | changes)
    assert caught.value.problems[0].field == field


def feature(geometry: Mapping[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": {"style": {"color": "red"}}}


BOX = rectangle_region(10, 48, 11, 49)
POINT: dict[str, object] = {"type": "Point", "coordinates": [0, 0]}


def test_what_is_drawn_on_an_ipyleaflet_map_is_a_region() -> None:
    """From the map or its control; what has no area is left out."""
    drawn = DrawControl(data=[feature(POINT), feature(BOX)])
    shown = Map()
    shown.add(drawn)
    expected = PixelGrid.from_region(BOX, crs="EPSG:4326", scale=0.1)
    assert PixelGrid.from_map(shown, crs="EPSG:4326", scale=0.1) == expected
    assert PixelGrid.from_map(drawn, crs="EPSG:4326", scale=0.1) == expected
    shown.close()


def test_what_geemap_calls_regions_of_interest_is_a_region() -> None:
    """Its map has them as objects, the newer and the older name."""
    drawn = SimpleNamespace(__geo_interface__=feature(BOX))
    for shown in (SimpleNamespace(user_rois=drawn), SimpleNamespace(user_rois=None, user_roi=drawn)):
        assert from_map(shown) == feature(BOX)


@pytest.mark.parametrize(
    "shown", [DrawControl(data=[feature(POINT), {}, "x"]), SimpleNamespace(controls=[object()]), None]
)
def test_map_on_which_nothing_is_drawn_says_so(shown: object) -> None:
    """A point is nothing that could be exported."""
    with pytest.raises(InvalidRequestError, match="No polygon and no rectangle"):
        from_map(shown)


def test_other_libraries_load_when_they_are_asked_for() -> None:
    """Importing grids and their interchange imports none of them."""
    others = ["affine", "rasterio", "odc", "xarray", "rioxarray", "shapely", "pyproj", "numpy"]
    assert loaded_by("import ee_export_widget.core.grid.interop", others) == set()
