"""The entries of a form: how members are shown, read, and written back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.draft import Draft, draft_from
from ee_export_widget.core.draft.entries import ENTRIES, forgotten, json_only
from ee_export_widget.core.request import ExportImageRequest
from tests.unit.core.bodies import ASSET, CLOUD, DELETE, DRIVE, GOOD, changed

if TYPE_CHECKING:
    from tests.unit.core.bodies import Body

GEO_TIFF = "fileExportOptions.geoTiffOptions"
TF_RECORD = "fileExportOptions.tfRecordOptions"
FILES = Draft(destination="drive", drive_prefix="x")


def loaded(body: Body) -> Draft:
    return draft_from(ExportImageRequest.from_json(body), project="p", before=Draft(no_data="7", tile_size="9"))


def options(draft: Draft) -> Any:  # noqa: ANN401 - JSON
    """Give the options of the file format of what a draft composes to."""
    files = compose(draft, project="p").body["fileExportOptions"]
    return files.get("geoTiffOptions") or files.get("tfRecordOptions")


@pytest.mark.parametrize(
    ("name", "text", "member"),
    [
        ("tile_dimensions", "4096", {"tileDimensions": {"width": 4096, "height": 4096}}),
        ("tile_dimensions", "4,096 x 2048", {"tileDimensions": {"width": 4096, "height": 2048}}),
        ("tile_dimensions", "512 × 256", {"tileDimensions": {"width": 512, "height": 256}}),
        ("tile_size", "128", {"tileSize": 128}),
        ("no_data", "-9999", {"noData": {"floatValue": -9999}}),
        ("no_data", "1.5e3", {"noData": {"floatValue": 1500}}),
        ("no_data", " nan ", {"noData": {"floatValue": "NaN"}}),
        ("no_data", "-inf", {"noData": {"floatValue": "-Infinity"}}),
        ("cloud_optimized", True, {"cloudOptimized": True}),
        ("skip_empty_files", True, {"skipEmptyFiles": True}),
    ],
)
def test_an_entry_is_written_as_its_member(name: str, text: object, member: Body) -> None:
    """In the encoding of the service, whatever way it was typed."""
    assert options(replace(FILES, **{name: text})) == member  # type: ignore[arg-type] # the name decides the type


@pytest.mark.parametrize(
    ("name", "text", "member"),
    [
        ("patch_dimensions", "256", {"tileDimensions": {"width": 256, "height": 256}}),
        ("margin_dimensions", "8 x 4", {"marginDimensions": {"width": 8, "height": 4}}),
        ("max_size_bytes", "1 G", {"maxSizeBytes": "1000000000"}),
        ("default_value", "0.5", {"defaultValue": 0.5}),
        ("tensor_depths", {"a": "3", "b": " "}, {"tensorDepths": {"a": 3}}),
        ("sequence_data", True, {"sequenceData": True}),
        ("collapse_bands", True, {"collapseBands": True}),
        ("max_masked_ratio", "0.25", {"maxMaskedRatio": 0.25}),
        ("max_masked_ratio", "25 %", {"maxMaskedRatio": 0.25}),
        ("compress", False, {"compress": False}),
    ],
)
def test_an_entry_of_records_is_written_as_its_member(name: str, text: object, member: Body) -> None:
    """Compression is always said: the reference names no default for it."""
    draft = replace(FILES, file_format="TF_RECORD_IMAGE", **{name: text})  # type: ignore[arg-type] # as above
    assert options(draft) == {"compress": True} | member


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"no_data": "a lot"}, "not-a-number", f"{GEO_TIFF}.noData"),
        ({"no_data": "1e999"}, "not-a-number", f"{GEO_TIFF}.noData"),
        ({"tile_size": "12a"}, "not-a-whole-number", f"{GEO_TIFF}.tileSize"),
        ({"tile_size": "1e20"}, "not-a-whole-number", f"{GEO_TIFF}.tileSize"),
        ({"tile_dimensions": "1 x 2 x 3"}, "not-a-size", f"{GEO_TIFF}.tileDimensions"),
        ({"tile_dimensions": "1e30"}, "not-a-size", f"{GEO_TIFF}.tileDimensions"),
        ({"file_format": "TF_RECORD_IMAGE", "max_masked_ratio": "NaN"}, "not-a-number", f"{TF_RECORD}.maxMaskedRatio"),
        (
            {"file_format": "TF_RECORD_IMAGE", "tensor_depths": {"a": "x"}},
            "not-a-whole-number",
            f"{TF_RECORD}.tensorDepths",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_is_not_written(changes: dict[str, Any], code: str, path: str) -> None:
    """It stays in the field, beside the sentence that says what the field takes."""
    composed = compose(replace(FILES, **changes), project="p")
    assert (code, path) in {(problem.code, problem.field) for problem in composed.problems}
    assert not {"geoTiffOptions"} & composed.body["fileExportOptions"].keys()


def test_entries_of_what_is_not_chosen_are_no_problem() -> None:
    """What was typed for another destination or format waits there."""
    draft = Draft(asset_path="a", no_data="x", tensor_depths={"a": "x"}, priority="100")
    codes = {problem.code for problem in compose(draft, project="p").problems}
    assert not {"not-a-number", "not-a-whole-number"} & codes
    assert "fileExportOptions" not in compose(draft, project="p").body


@pytest.mark.parametrize("name", GOOD)
def test_a_loaded_body_is_written_as_it_was_read(name: str) -> None:
    """Members that are absent stay absent, odd ones odd, and nothing of an earlier form shines through."""
    request = ExportImageRequest.from_json(GOOD[name])
    assert compose(loaded(GOOD[name]), project="p").body == request.to_json()


@pytest.mark.parametrize(
    "body",
    [
        changed(CLOUD, {"fileExportOptions.fileFormat": DELETE}),
        changed(CLOUD, {"fileExportOptions.fileFormat": "NPY", GEO_TIFF: DELETE}),
        changed(CLOUD, {f"{GEO_TIFF}.noData": {"integerValue": "5"}}),
        changed(CLOUD, {f"{GEO_TIFF}.noData": {}}),
        changed(CLOUD, {"fileExportOptions.cloudStorageDestination.permissions": "DEFAULT_OBJECT_ACL"}),
        changed(CLOUD, {"fileExportOptions.cloudStorageDestination.bucketCorsUris": ["a b", ""]}),
        changed(DRIVE, {f"{TF_RECORD}.compress": DELETE}),
        changed(DRIVE, {f"{TF_RECORD}.tensorDepths": {"": 0}}),
        changed(DRIVE, {"fileExportOptions.fileFormat": "GEO_TIFF"}),
    ],
    ids=range(9),
)
def test_an_odd_body_is_written_as_it_was_read(body: Body) -> None:
    """Also one with mistakes: they are shown, not repaired behind the person's back."""
    assert compose(loaded(body), project="p").body == body


def test_an_edited_entry_replaces_what_was_loaded() -> None:
    """The member that was edited is new, its neighbours stay."""
    body = changed(CLOUD, {f"{GEO_TIFF}.noData": {"integerValue": "5"}, f"{GEO_TIFF}.metadataKeys": ["a"]})
    draft = replace(loaded(body), no_data="6", cloud_optimized=False)
    expected = changed(body, {f"{GEO_TIFF}.noData": {"floatValue": 6}, f"{GEO_TIFF}.cloudOptimized": DELETE})
    assert compose(draft, project="p").body == expected


def test_another_format_drops_the_options_of_the_first() -> None:
    """They wait in the draft, and come back with their format."""
    first = loaded(CLOUD)
    other = replace(first, file_format="TF_RECORD_IMAGE")
    assert options(other) == {"compress": True}
    assert compose(replace(other, file_format="GEO_TIFF"), project="p").body == CLOUD


def test_members_without_a_field_are_named() -> None:
    """So that nothing in the request is a secret; a draft that was not loaded has none."""
    assert json_only(Draft()) == []
    assert json_only(loaded(ASSET)) == []
    body = changed(
        CLOUD, {"maxWorkers": 5, f"{GEO_TIFF}.pyramidOptions": {}, f"{GEO_TIFF}.noData": {"integerValue": "5"}}
    )
    assert json_only(loaded(body)) == [f"{GEO_TIFF}.pyramidOptions", "maxWorkers", f"{GEO_TIFF}.noData.integerValue"]


def test_every_entry_shows_nothing_as_its_default() -> None:
    """A new draft and a body that is silent look the same, but for what the form always says."""
    new = Draft()
    differ = {name for name, entry in ENTRIES.items() if entry.kind.show(None) != getattr(new, name)}
    assert differ == {"max_pixels", "priority", "file_format"}


def test_a_draft_that_was_not_loaded_has_nothing_to_let_go_of() -> None:
    """It is given back as it is."""
    draft = Draft()
    assert forgotten(draft, "maxWorkers") is draft


def test_a_member_that_is_let_go_of_is_written_anew() -> None:
    """Only that one; a member that is not there leaves nothing behind."""
    draft = loaded(changed(CLOUD, {"maxWorkers": 5, f"{GEO_TIFF}.noData": {"integerValue": "5"}}))
    assert json_only(forgotten(draft, "maxWorkers")) == [f"{GEO_TIFF}.noData.integerValue"]
    rest = forgotten(draft, f"{GEO_TIFF}.noData").loaded
    assert rest is not None
    assert "noData" not in rest.to_json()["fileExportOptions"].get("geoTiffOptions", {})
    assert forgotten(draft, "assetExportOptions.tileSize").loaded == draft.loaded
