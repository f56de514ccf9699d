"""From a draft to the request that would be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.compose import compose, description, target_text, written_overrides
from ee_export_widget.core.draft.draft import CrsRectangle, Draft, draft_from
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from tests.unit.core.bodies import ASSET, CLOUD, DELETE, DRIVE, GOOD, Body, changed

PROJECT = "demo-project"
GRID = PixelGrid(10, 20, AffineTransform(30, 0, 735345, 0, -30, -2796795), "EPSG:32621")
LEAST = Draft(
    expression=Expression.of(image_load("a")),
    region=CrsRectangle("EPSG:32621", GRID.bounds),
    crs="EPSG:32621",
    pixel_size="30 m",
    snap="region",
    asset_path="out/scene",
    request_id="id-1",
)
IMAGE = ImageInfo.from_description(
    {"bands": [{"id": name, "data_type": {"precision": "int"}} for name in ("B2", "spectral_class")]}
)


def body_of(draft: Draft, project: str = PROJECT) -> Body:
    return dict(compose(draft, project=project).body)


def problem_at(field: str, draft: Draft, image: ImageInfo | None = None) -> str:
    found = [problem for problem in compose(draft, project=PROJECT, image=image).problems if problem.field == field]
    return found[0].code if found else ""


def loaded(body: Body, project: str = PROJECT) -> Draft:
    before = Draft(asset_path="before", drive_prefix="before", bucket="before", priority="5", request_id="before")
    return draft_from(ExportImageRequest.from_json(body), project=project, before=before)


def test_a_draft_is_written_out_member_by_member() -> None:
    """What was typed and drawn becomes this body, and nothing else."""
    composed = compose(LEAST, project=PROJECT)
    assert composed.problems == ()
    assert composed.body == {
        "expression": image_load("a"),
        "description": "scene",
        "maxPixels": "100000000",
        "grid": {
            "dimensions": {"width": 10, "height": 20},
            "affineTransform": {
                "scaleX": 30, "shearX": 0, "translateX": 735345, "shearY": 0, "scaleY": -30, "translateY": -2796795,
            },
            "crsCode": "EPSG:32621",
        },
        "requestId": "id-1",
        "priority": 100,
        "assetExportOptions": {
            "earthEngineDestination": {"name": "projects/demo-project/assets/out/scene"},
            "pyramidingPolicy": "MEAN",
        },
    }  # fmt: skip
    assert composed.request is not None
    assert composed.request.to_json() == composed.body
    assert composed.grid == GRID


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        (
            {"destination": "drive", "drive_folder": " maps ", "drive_prefix": "scene", "bucket": "other"},
            {"fileFormat": "GEO_TIFF", "driveDestination": {"folder": "maps", "filenamePrefix": "scene"}},
        ),
        (
            {"destination": "cloud_storage", "bucket": " my-bucket ", "cloud_storage_prefix": "a/scene"},
            {
                "fileFormat": "GEO_TIFF",
                "cloudStorageDestination": {"bucket": "my-bucket", "filenamePrefix": "a/scene"},
            },
        ),
    ],
    ids=["drive", "cloud storage"],
)
def test_files_are_written_as_geotiff(changes: dict[str, Any], options: Body) -> None:
    """Without other options, files are GeoTIFFs at the chosen destination alone."""
    body = body_of(replace(LEAST, **changes))
    assert body["fileExportOptions"] == options
    assert "assetExportOptions" not in body
    assert body["description"] == "scene"


@pytest.mark.parametrize("project", [PROJECT, "another-project", ""])
@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_a_loaded_body_is_sent_as_it_was(body: Body, project: str) -> None:
    """Loading a body and composing it again loses and invents nothing, in whatever project."""
    request = ExportImageRequest.from_json(body)
    composed = compose(loaded(body, project), project=project)
    assert composed.request is not None
    assert composed.request.to_json() == request.to_json()
    assert composed.body == request.to_json()


@pytest.mark.parametrize(
    "changes",
    [{"assetExportOptions": DELETE}, {"expression": DELETE}, {"assetExportOptions.earthEngineDestination": DELETE}],
    ids=["no options", "no expression", "no asset"],
)
def test_without_expression_or_destination_there_is_no_request(changes: dict[str, Any]) -> None:
    """Such a draft still has a body and its problems."""
    composed = compose(loaded(changed(ASSET, changes)), project=PROJECT)
    assert composed.request is None
    assert any(problem.severity == "error" for problem in composed.problems)
    assert composed.body["grid"] == ASSET["grid"]


def test_a_body_without_grid_keeps_that_state() -> None:
    """Nothing is made up for a missing grid: it is an error until somebody draws one."""
    draft = loaded(changed(ASSET, {"grid": DELETE}))
    composed = compose(draft, project=PROJECT)
    assert "grid" not in composed.body
    assert composed.request is not None
    assert problem_at("grid", draft) == "grid-missing"
    assert problem_at("grid", replace(draft, region=LEAST.region, crs="EPSG:32621", pixel_size="30")) == ""


def test_a_body_without_a_request_id_is_no_error() -> None:
    """It is shown as it is; submitting gives it an id."""
    draft = loaded(changed(ASSET, {"requestId": DELETE}))
    composed = compose(draft, project=PROJECT)
    assert draft.awaits_id
    assert "requestId" not in composed.body
    assert [(item.code, item.severity) for item in composed.problems] == [("request-id-missing", "warning")]


def test_the_form_always_sends_a_request_id() -> None:
    """What is a warning about a body is an error of the form, because it would be sent without."""
    draft = replace(loaded(ASSET), request_id="")
    found = [problem for problem in compose(draft, project=PROJECT).problems if problem.field == "requestId"]
    assert [(problem.code, problem.severity) for problem in found] == [("request-id-missing", "error")]
    assert problem_at("requestId", replace(draft, request_id="new")) == ""


def test_an_edit_keeps_the_members_that_the_form_does_not_show() -> None:
    """Options of the format and of unknown clients stay beside what was edited."""
    draft = replace(loaded(changed(DRIVE, {"maxWorkers": 5})), drive_prefix="other", max_pixels="1 G", priority="7")
    expected = changed(
        DRIVE,
        {
            "maxWorkers": 5,
            "maxPixels": "1000000000",
            "priority": 7,
            "fileExportOptions.driveDestination.filenamePrefix": "other",
        },
    )
    assert body_of(draft) == expected


def test_options_of_the_loaded_files_follow_to_another_destination() -> None:
    """Permissions belong to the bucket and stay there, the format's options go along."""
    draft = loaded(changed(CLOUD, {"fileExportOptions.cloudStorageDestination.permissions": "PUBLIC"}))
    moved = body_of(replace(draft, destination="drive", drive_prefix="x"))["fileExportOptions"]
    assert moved["driveDestination"] == {"filenamePrefix": "x"}
    assert moved["geoTiffOptions"] == CLOUD["fileExportOptions"]["geoTiffOptions"]
    back = body_of(replace(draft, destination="cloud_storage"))["fileExportOptions"]
    assert back["cloudStorageDestination"]["permissions"] == "PUBLIC"


def test_an_override_equal_to_the_default_writes_nothing() -> None:
    """Only bands that differ are written, and they come back when the default changes back."""
    draft = replace(LEAST, overrides={"a": PyramidingPolicy.MODE, "b": PyramidingPolicy.MIN})
    assert written_overrides(draft) == {"a": "MODE", "b": "MIN"}
    switched = replace(draft, default_policy=PyramidingPolicy.MODE)
    assert written_overrides(switched) == {"b": "MIN"}
    assert body_of(switched)["assetExportOptions"]["pyramidingPolicy"] == "MODE"
    assert written_overrides(replace(switched, default_policy=PyramidingPolicy.MEAN)) == {"a": "MODE", "b": "MIN"}


def test_an_override_that_was_loaded_equal_to_the_default_stays_until_the_default_changes() -> None:
    """Loading loses nothing, but what the form sets itself never writes what is said already."""
    draft = loaded(changed(ASSET, {"assetExportOptions.pyramidingPolicyOverrides.QA_PIXEL": "MEAN"}))
    assert written_overrides(draft) == {"QA_PIXEL": "MEAN", "landcover": "MODE"}
    assert written_overrides(replace(draft, default_policy=PyramidingPolicy.MODE)) == {"QA_PIXEL": "MEAN"}
    assert written_overrides(draft.with_overrides({"landcover": PyramidingPolicy.MEAN})) == {"QA_PIXEL": "MEAN"}


def test_a_changed_default_is_written_over_a_request_without_one() -> None:
    """A request that leaves the default out means MEAN; anything else is said."""
    draft = loaded(changed(ASSET, {"assetExportOptions.pyramidingPolicy": DELETE}))
    assert "pyramidingPolicy" not in body_of(draft)["assetExportOptions"]
    changed_default = replace(draft, default_policy=PyramidingPolicy.MAX)
    assert body_of(changed_default)["assetExportOptions"]["pyramidingPolicy"] == "MAX"


def test_overrides_stay_while_the_destination_is_switched() -> None:
    """Files have no policies; going back to the asset brings them back."""
    draft = replace(LEAST, overrides={"a": PyramidingPolicy.MODE})
    assert "assetExportOptions" not in body_of(replace(draft, destination="drive", drive_prefix="x"))
    assert body_of(draft)["assetExportOptions"]["pyramidingPolicyOverrides"] == {"a": "MODE"}


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, "scene"),
        ({"asset_path": "a/b/"}, "b"),
        ({"asset_path": "a/forêt 1"}, "foret_1"),
        ({"asset_path": "b" * 120}, "b" * 100),
        ({"destination": "drive", "drive_prefix": "p/q"}, "q"),
        ({"destination": "cloud_storage", "cloud_storage_prefix": "x"}, "x"),
        ({"description": " mine "}, "mine"),
        ({"description": ""}, ""),
        ({"asset_path": ""}, "export"),
        ({"asset_path": "!!!"}, "export"),
    ],
)
def test_the_description_follows_the_destination_until_it_is_typed(changes: dict[str, Any], written: str) -> None:
    """None derives it from the destination's name; a typed one stays, an empty one stays empty."""
    draft = replace(LEAST, **changes)
    assert description(draft) == written
    assert body_of(draft).get("description", "") == written


def test_what_names_the_destination_is_taken_as_typed() -> None:
    """Each kind of destination has one field with its name."""
    draft = replace(LEAST, drive_prefix=" d ", cloud_storage_prefix="c")
    kinds = ("asset", "drive", "cloud_storage")
    assert [target_text(replace(draft, destination=kind)) for kind in kinds] == ["out/scene", "d", "c"]  # type: ignore[arg-type] # one of the kinds


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"priority": "12a"}, "priority", "not-a-whole-number"),
        ({"priority": "1.5"}, "priority", "not-a-whole-number"),
        ({"priority": "-1"}, "priority", "out-of-range"),
        ({"priority": "10000"}, "priority", "out-of-range"),
        ({"priority": "1e18"}, "priority", "out-of-range"),
        ({"max_pixels": "many"}, "maxPixels", "not-a-whole-number"),
        ({"max_pixels": "1e20"}, "maxPixels", "not-a-whole-number"),
        ({"max_pixels": "0"}, "maxPixels", "out-of-range"),
        ({"max_pixels": "199"}, "maxPixels", "too-many-pixels"),
        ({"pixel_size": "12a"}, "grid.affineTransform.scaleX", "pixel-size-unreadable"),
        ({"crs": "EPSG:12a"}, "grid.crsCode", "unknown-crs"),
        ({"region": None}, "grid", "grid-missing"),
        ({"request_id": "a b"}, "requestId", "request-id-characters"),
        ({"description": "a b"}, "description", "description-characters"),
        ({"workload_tag": "A"}, "workloadTag", "workload-tag-characters"),
        ({"asset_path": ""}, "assetExportOptions", "destination-missing"),
        ({"asset_path": "a b"}, "assetExportOptions.earthEngineDestination.name", "asset-name-characters"),
        (
            {"destination": "drive"},
            "fileExportOptions.driveDestination.filenamePrefix",
            "prefix-missing",
        ),
        (
            {"destination": "cloud_storage", "cloud_storage_prefix": "x"},
            "fileExportOptions.cloudStorageDestination.bucket",
            "bucket-empty",
        ),
        ({"expression": None}, "expression", "expression-missing"),
    ],
)
def test_each_problem_stands_at_its_member(changes: dict[str, Any], field: str, code: str) -> None:
    """What is typed wrong is kept, left out of the body where it cannot be written, and said at its field."""
    assert problem_at(field, replace(LEAST, **changes)) == code


@pytest.mark.parametrize("name", ["priority", "max_pixels"])
def test_an_empty_number_is_left_to_the_service(name: str) -> None:
    """Nothing typed writes nothing: the service has its own defaults."""
    composed = compose(replace(LEAST, **{name: " "}), project=PROJECT)  # type: ignore[arg-type] # a text
    assert {"priority": "priority", "max_pixels": "maxPixels"}[name] not in composed.body
    assert composed.problems == ()


def test_a_short_name_needs_a_project() -> None:
    """Without a project there is no asset, no request, and one sentence about what to do."""
    composed = compose(LEAST, project="")
    assert composed.request is None
    assert [problem.code for problem in composed.problems if problem.field == "assetExportOptions"] == [
        "project-missing"
    ]


def test_one_missing_grid_is_said_once() -> None:
    """What keeps the grid from being made stands for the missing grid itself."""
    codes = [problem.code for problem in compose(replace(LEAST, crs="12a"), project=PROJECT).problems]
    assert codes == ["unknown-crs"]


def test_bands_are_checked_against_the_image() -> None:
    """An override for a band that the image lacks, and an averaged code, are known only with the image."""
    draft = replace(LEAST, overrides={"B9": PyramidingPolicy.MODE})
    path = "assetExportOptions.pyramidingPolicyOverrides"
    assert problem_at(f"{path}.B9", draft) == ""
    assert problem_at(f"{path}.B9", draft, IMAGE) == "unknown-band"
    assert problem_at(path, draft, IMAGE) == "averaged-codes"


def test_what_cannot_be_read_as_a_request_is_shown_with_its_problems() -> None:
    """A draft that no message can hold has a body to look at, but no request."""
    composed = compose(replace(LEAST, description="half \ud800"), project=PROJECT)
    assert composed.request is None
    assert composed.body["requestId"] == "id-1"
    assert [problem.field for problem in composed.problems] == ["description"]
