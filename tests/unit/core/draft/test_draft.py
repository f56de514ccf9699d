"""Drafts: what was typed and drawn, as values."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.derive import derive_grid
from ee_export_widget.core.draft.draft import (
    FIRST_NAME,
    CrsRectangle,
    Draft,
    asset_name,
    asset_path,
    crs_member,
    draft_from,
    with_image,
)
from ee_export_widget.core.draft.fields import field_value
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.quantity import number_text
from ee_export_widget.core.region.region import Region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.bodies import DRIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

SCENE = "projects/demo-project/assets/scene"
GRID = PixelGrid(2, 3, AffineTransform(30, 0, 735345, 0, -30, -2796795), "EPSG:32621")


def test_equal_entries_make_equal_drafts() -> None:
    """Drafts are compared by what is in them, and what is in one cannot be replaced in place."""
    draft = Draft(crs="EPSG:4326", overrides={"a": PyramidingPolicy.MODE})
    assert draft == Draft(crs="EPSG:4326", overrides={"a": PyramidingPolicy.MODE})
    assert draft != replace(draft, crs="epsg:4326")
    with pytest.raises(FrozenInstanceError):
        draft.crs = "EPSG:3857"  # type: ignore[misc] # that is what is tested


def test_an_override_can_be_set_changed_and_removed() -> None:
    """A band has at most one override; none, or the default's own policy, removes it."""
    draft = Draft().with_overrides({"a": PyramidingPolicy.MODE}).with_overrides({"b": PyramidingPolicy.MIN})
    assert draft.with_overrides({"a": PyramidingPolicy.MAX}).overrides == {"a": "MAX", "b": "MIN"}
    assert draft.with_overrides({"a": None}).overrides == {"b": "MIN"}
    assert draft.with_overrides({"a": PyramidingPolicy.MEAN}).overrides == {"b": "MIN"}
    assert draft.overrides == {"a": "MODE", "b": "MIN"}


def test_a_rectangle_is_a_grid_of_one_pixel() -> None:
    """Bounds in a CRS give one pixel that covers exactly them, and an outline in degrees."""
    rectangle = CrsRectangle("EPSG:32621", (0, 10, 300, 40))
    assert rectangle.as_grid().bounds == (0, 10, 300, 40)
    assert rectangle.as_grid().pixel_count == 1
    assert rectangle.__geo_interface__["type"] == "Polygon"


@pytest.mark.parametrize("bounds", [(0, 0, 0, 5), (0, 0, 5, 0), (0, 0, 0, 0), (5, 0, 0, 5), (0, 0, float("nan"), 5)])
def test_a_line_or_a_point_has_no_area(bounds: tuple[float, float, float, float]) -> None:
    """What is not more than a line or a point, or no number, has no area."""
    assert not CrsRectangle("EPSG:4326", bounds).has_area
    assert CrsRectangle("EPSG:4326", (0, 0, 1, 1)).has_area


def test_wkt_and_codes_go_into_their_own_members() -> None:
    """A text with brackets is WKT, anything else a code."""
    assert crs_member("EPSG:4326") == {"crs_code": "EPSG:4326"}
    assert crs_member('LOCAL_CS["x"]') == {"crs_wkt": 'LOCAL_CS["x"]'}


@pytest.mark.parametrize(
    ("path", "project", "name"),
    [
        ("a/b", "demo-project", "projects/demo-project/assets/a/b"),
        (" /a/ ", "demo-project", "projects/demo-project/assets/a"),
        ("projects/other/assets/a", "demo-project", "projects/other/assets/a"),
        ("projects/other/assets/a", "", "projects/other/assets/a"),
        ("users/me/a", "demo-project", "projects/earthengine-legacy/assets/users/me/a"),
        ("users/me/a", "", "projects/earthengine-legacy/assets/users/me/a"),
        ("projects/a", "demo-project", "projects/demo-project/assets/projects/a"),
        ("a", "", ""),
        ("", "demo-project", ""),
        (" / ", "demo-project", ""),
    ],
)
def test_a_path_becomes_a_full_name(path: str, project: str, name: str) -> None:
    """Short paths belong to the project, full names stay, old names go below the project of old names."""
    assert asset_name(path, project) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("projects/demo-project/assets/a/b", "a/b"),
        ("projects/other/assets/a", "projects/other/assets/a"),
        ("projects/demo-project/assets/users/me/a", "projects/demo-project/assets/users/me/a"),
        (
            "projects/demo-project/assets/projects/x/assets/y",
            "projects/demo-project/assets/projects/x/assets/y",
        ),
    ],
)
def test_the_field_shows_a_path_that_means_the_same_name(name: str, shown: str) -> None:
    """A name is shortened only where what is left stands for the same asset."""
    assert asset_path(name, "demo-project") == shown
    assert asset_name(shown, "demo-project") == name


def test_the_asset_name_follows_the_image_until_it_is_the_users_own() -> None:
    """A derived name changes with the image, also over texts that are no image; a typed one stays."""
    first = with_image(Draft(asset_path=FIRST_NAME), SCENE, Expression.of(image_load(SCENE)))
    assert first.asset_path == "scene_export"
    between = with_image(first, "no image", None)
    other = with_image(between, "a/other one!", Expression.of(image_load("a/other")))
    assert other.asset_path == "other_one_export"
    assert with_image(other, "", None).asset_path == FIRST_NAME
    own = replace(other, asset_path="mine")
    assert with_image(own, SCENE, Expression.of(image_load(SCENE))).asset_path == "mine"


def test_members_of_a_loaded_request_outlive_its_image() -> None:
    """Taking another image changes the image alone: nothing that was loaded turns into something else."""
    request = ExportImageRequest.from_json(DRIVE)
    draft = with_image(draft_from(request, project="p", before=Draft()), "x", Expression.of(image_load("x")))
    assert draft.loaded is request
    body = compose(draft, project="p").body
    assert {**body, "expression": DRIVE["expression"]} == DRIVE


BEFORE = Draft(
    region=CrsRectangle("EPSG:4326", (0, 0, 1, 1)), asset_path="kept", drive_prefix="kept", bucket="kept",
    overrides={"old": PyramidingPolicy.MIN}, priority="7", description="old", request_id="old",
)  # fmt: skip


@pytest.mark.parametrize(
    ("options", "entries"),
    [
        (
            {"assetExportOptions": {"earthEngineDestination": {"name": "projects/p/assets/a", "overwrite": True},
                                    "pyramidingPolicyOverrides": {"b": "MODE"}}},
            {"destination": "asset", "asset_path": "a", "overwrite": True, "overrides": {"b": "MODE"},
             "drive_prefix": "kept", "bucket": "kept"},
        ),
        (
            {"fileExportOptions": {"fileFormat": "GEO_TIFF", "driveDestination": {"folder": "f"}}},
            {"destination": "drive", "drive_folder": "f", "drive_prefix": "", "asset_path": "kept", "bucket": "kept"},
        ),
        (
            {"fileExportOptions": {"cloudStorageDestination": {"bucket": "b", "filenamePrefix": "x/y"}}},
            {"destination": "cloud_storage", "bucket": "b", "cloud_storage_prefix": "x/y", "drive_prefix": "kept",
             "overrides": {"old": "MIN"}},
        ),
        (
            {"fileExportOptions": {"fileFormat": "TF_RECORD_IMAGE"}},
            {"destination": "drive", "drive_folder": "", "drive_prefix": ""},
        ),
        ({"assetExportOptions": {"pyramidingPolicy": "MODE"}}, {"asset_path": "", "default_policy": "MODE"}),
        ({}, {"destination": "asset", "asset_path": "", "overrides": {}, "default_policy": "MEAN"}),
    ],
    ids=["asset", "drive", "cloud storage", "files to nowhere", "no asset", "no destination"],
)  # fmt: skip
def test_a_draft_takes_what_a_request_says_of_its_destination(
    options: Mapping[str, Any], entries: Mapping[str, object]
) -> None:
    """Only the destination that the request names is filled in; those it does not use keep their values."""
    draft = draft_from(ExportImageRequest.from_json(options), project="p", before=BEFORE)
    assert {name: getattr(draft, name) for name in entries} == entries


def test_what_a_request_does_not_say_is_left_empty() -> None:
    """Nothing of the draft before shines through where a request is silent."""
    draft = draft_from(ExportImageRequest.from_json({}), project="p", before=BEFORE)
    assert (draft.expression, draft.region, draft.grid, draft.crs, draft.pixel_size) == (None, None, None, "", "")
    assert (draft.description, draft.request_id, draft.priority, draft.max_pixels) == ("", "", "", "")


def test_a_complete_grid_is_also_a_region() -> None:
    """A loaded grid stays whole, and its bounds are there to be moved by hand."""
    request = ExportImageRequest.from_json({"grid": GRID.to_json(), "maxPixels": "1000000", "priority": 0})
    draft = draft_from(request, project="p", before=Draft())
    assert (draft.grid, draft.crs, draft.pixel_size) == (GRID, "EPSG:32621", "30 m")
    assert draft.region == CrsRectangle("EPSG:32621", GRID.bounds)
    assert (draft.max_pixels, draft.priority) == ("1,000,000", "0")


@pytest.mark.parametrize(
    ("transform", "crs", "size"),
    [
        (AffineTransform(0.1, 0, 5, 0, -0.1, 5), "EPSG:4326", "0.1°"),
        (AffineTransform(30, 0, 5, 0, -60.5, 5), "EPSG:32621", "30 x 60.5 m"),
        (AffineTransform(100, 0, 5, 0, 100, 5), "EPSG:2263", "100"),
        (AffineTransform(24, 18, 5, 18, -24, 5), "EPSG:32621", ""),
    ],
)
def test_the_size_of_a_loaded_pixel_outlives_its_grid(transform: AffineTransform, crs: str, size: str) -> None:
    """When the grid is moved by hand its pixels stay as large as they were, in whatever unit."""
    request = ExportImageRequest(grid=PixelGrid(2, 3, transform, crs))
    draft = draft_from(request, project="p", before=Draft())
    assert draft.pixel_size == size
    moved = derive_grid(replace(draft, grid=None), None).grid
    if size:
        assert moved is not None
        assert moved.affine_transform.scale_x == transform.scale_x
        assert moved.affine_transform.scale_y == -abs(transform.scale_y)


def test_a_grid_in_an_unknown_crs_cannot_be_moved_by_hand() -> None:
    """It is kept whole; nobody here knows where it lies."""
    grid = PixelGrid(2, 3, AffineTransform(30, 0, 5, 0, -30, 5), "EPSG:999999")
    draft = draft_from(ExportImageRequest(grid=grid), project="p", before=Draft())
    assert (draft.grid, draft.crs, draft.region, draft.pixel_size) == (grid, "EPSG:999999", None, "")


def test_a_part_of_a_grid_is_kept_as_it_is() -> None:
    """An incomplete grid gives no region, and is not lost."""
    request = ExportImageRequest.from_json({"grid": {"crsCode": "EPSG:4326"}})
    draft = draft_from(request, project="p", before=BEFORE)
    assert (draft.grid, draft.region, draft.crs) == (request.grid, None, "")


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [
        ("crs", "12a", "12a"),
        ("pixel_size", "12a", "12a"),
        ("pixel_size", 30, "30"),
        ("pixel_size", 30.0, "30"),
        ("pixel_size", 0.1, "0.1"),
        ("pixel_size", np.float32(0.5), "0.5"),
        ("priority", np.int64(7), "7"),
        ("max_pixels", 2**60 + 1, str(2**60 + 1)),
        ("description", None, None),
        ("description", "", ""),
        ("default_policy", "MODE", PyramidingPolicy.MODE),
        ("overrides", {"a": "MIN"}, {"a": PyramidingPolicy.MIN}),
        ("destination", "drive", "drive"),
        ("snap", "region", "region"),
        ("overwrite", True, True),
        ("region", None, None),
        ("region", CrsRectangle("EPSG:4326", (0, 0, 1, 1)), CrsRectangle("EPSG:4326", (0, 0, 1, 1))),
        ("grid", GRID, GRID),
        ("expression", None, None),
    ],
)
def test_a_field_takes_what_stands_for_its_value(name: str, value: object, held: object) -> None:
    """Texts stay as typed, numbers become the text a person would type, names of policies the policy."""
    assert field_value(name, value) == held
    assert type(field_value(name, value)) is type(held)


def test_a_region_may_be_geojson() -> None:
    """A polygon in longitude and latitude is read as a region, and one that is read already stays."""
    ring = [[-54.0, -25.0], [-53.9, -25.0], [-53.9, -24.9], [-54.0, -25.0]]
    region = field_value("region", {"type": "Polygon", "coordinates": [ring]})
    assert isinstance(region, Region)
    assert field_value("region", region) is region


def test_an_expression_is_taken_whole() -> None:
    """A mapping becomes an expression, which is compared by its parts."""
    assert field_value("expression", image_load("a")) == image_load("a")
    assert isinstance(field_value("expression", image_load("a")), Expression)


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("pixelsize", "30", TypeError, "did you mean 'pixel_size'"),
        ("zzz", "30", TypeError, "a draft has no field 'zzz'"),
        ("crs", 32621, TypeError, "crs must be a text"),
        ("crs", None, TypeError, "crs must be a text"),
        ("priority", True, TypeError, "priority must be a text"),
        ("asset_path", "half \ud800", ValueError, "half a character"),
        ("priority", 1j, TypeError, "priority must be a text"),
        ("overwrite", "yes", TypeError, "bool"),
        ("destination", "tape", ValueError, "asset, drive, cloud_storage"),
        ("destination", ["asset"], ValueError, "asset, drive, cloud_storage"),
        ("snap", 3, ValueError, "source, multiples, region"),
        ("default_policy", "AVERAGE", ValueError, "AVERAGE"),
        ("overrides", {"a": "AVERAGE"}, ValueError, "AVERAGE"),
        ("overrides", 5, TypeError, "int"),
        ("tensor_depths", None, TypeError, "NoneType"),
        ("grid", {}, TypeError, "PixelGrid"),
        ("loaded", {}, TypeError, "ExportImageRequest"),
        ("expression", 5, TypeError, "int"),
        ("region", {"type": "Point", "coordinates": [0, 0]}, InvalidRequestError, "Polygon"),
    ],
)
def test_a_field_refuses_what_it_cannot_hold(
    name: str, value: object, error: type[Exception], words: str
) -> None:  # fmt: skip
    """An unknown name is refused with the nearest one, a value of another kind with what the field takes."""
    with pytest.raises(error, match=re.escape(words)):
        field_value(name, value)


def test_a_number_is_written_with_every_digit_that_counts() -> None:
    """What is read back from the text is the same number."""
    assert float(number_text(1 / 3)) == 1 / 3
    assert number_text(0.00026949458523585647) == "0.00026949458523585647"


def test_a_reference_is_the_name_and_the_grid_of_an_asset() -> None:
    """Nothing else gets into the draft."""
    grid = CrsRectangle("EPSG:32632", (0, 0, 1, 1)).as_grid()
    assert field_value("reference", None) is None
    assert field_value("reference", ["a", grid]) == ("a", grid)
    for wrong in (("a", 3), (3, grid)):
        with pytest.raises(TypeError, match="name of an asset and its PixelGrid"):
            field_value("reference", wrong)
