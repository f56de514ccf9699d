"""ExportImageRequest: reads what clients send, writes what the service documents, loses nothing."""

from __future__ import annotations

import copy
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.destinations import CloudStorageDestination, DriveDestination, EarthEngineDestination
from ee_export_widget.core.formats import FORMATS, ImageFileFormat
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.message import Message, Range
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest, ImageAssetExportOptions, ImageFileExportOptions
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.bad_bodies import BAD
from tests.unit.core.bodies import ASSET, CLOUD, DELETE, DRIVE, EXPRESSION, GOOD, changed, schema_takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.core.bodies import Body


@pytest.mark.parametrize("body", [ASSET, CLOUD, DRIVE], ids=["asset", "cloud storage", "drive"])
def test_canonical_body_is_written_as_it_was_read(body: Body) -> None:
    """A body in the documented encoding comes back member for member, in the order of the reference."""
    written = ExportImageRequest.from_json(body).to_json()
    assert written == body
    assert list(written) == list(body)
    assert schema_takes(written, "CanonicalExportImageRequest")


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
def test_good_body_is_read_and_written_so_that_the_service_takes_it(body: Body) -> None:
    """Whatever the schema takes is read without error and written in a form that the schema takes as well."""
    assert schema_takes(body)
    written = ExportImageRequest.from_json(body).to_json()
    assert schema_takes(written), written
    assert ExportImageRequest.from_json(written).to_json() == written


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (
            "wrapped numbers, as Python sends",
            {"maxPixels": "10000000", "priority": 100, "maxWorkers": 5, "assetExportOptions.tileSize": 256},
        ),
        ("64-bit number as a number", {"maxPixels": "10000000000"}),
        ("whole number with a fraction", {"maxPixels": "1000000000", "priority": 100}),
        ("overwrite false, as Python sends", {}),
        ("overwrite true", {"assetExportOptions.earthEngineDestination.overwrite": True}),
        ("no overrides", {"assetExportOptions.pyramidingPolicyOverrides": {}}),
        ("grid without shears", {}),
        ("grid with a transform alone", {"grid": {"affineTransform": {"scaleX": 0.1, "scaleY": -0.1}}}),
        ("grid with a size alone", {"grid": {"dimensions": {"width": 3, "height": 4}}}),
        ("empty grid", {"grid": {}}),
        ("band with a dot", {"assetExportOptions/pyramidingPolicyOverrides/a.b": "MAX"}),
    ],
)  # fmt: skip
def test_variant_of_an_asset_body_is_written_in_the_documented_encoding(name: str, changes: dict[str, Any]) -> None:
    """Wrapped, bare and whole numbers are one thing; nothing else is lost or invented."""
    assert ExportImageRequest.from_json(GOOD[name]).to_json() == changed(ASSET, changes)


def test_nulls_and_unspecified_names_are_left_out() -> None:
    """What means "not set" is not written."""
    body = GOOD["policy not specified, as JavaScript sends"] | {"priority": None, "fileExportOptions": None}
    options = ExportImageRequest.from_json(body).to_json()["assetExportOptions"]
    assert options == {
        "earthEngineDestination": ASSET["assetExportOptions"]["earthEngineDestination"],
        "pyramidingPolicyOverrides": {"landcover": "MODE"},
    }


def test_null_inside_the_expression_is_kept() -> None:
    """A constant null is a value of the expression, not a member that is not set."""
    body = GOOD["every kind of value"]
    assert ExportImageRequest.from_json(body).to_json()["expression"] == body["expression"]


@pytest.mark.parametrize("name", ["members of newer clients", "special no-data", "special default"])
def test_rare_members_survive_unchanged(name: str) -> None:
    """Members that the form does not offer, and the three special doubles, come back as they were."""
    body = GOOD[name]
    assert ExportImageRequest.from_json(body).to_json() == body


def test_false_is_left_out_only_where_it_is_the_default() -> None:
    """A false that the service reads as "not set" is left out, one that says something is kept."""
    body = changed(
        DRIVE,
        {"fileExportOptions.tfRecordOptions.compress": False, "fileExportOptions.tfRecordOptions.sequenceData": False},
    )
    options = ExportImageRequest.from_json(body).to_json()["fileExportOptions"]["tfRecordOptions"]
    assert options["compress"] is False
    assert options["collapseBands"] is False
    assert "sequenceData" not in options


def test_numbers_are_plain_python_numbers() -> None:
    """Attributes hold numbers whatever the encoding was."""
    request = ExportImageRequest.from_json(GOOD["wrapped numbers, as Python sends"])
    assert (request.max_pixels, request.priority, request.max_workers) == (10_000_000, 100, 5)


def test_whole_doubles_are_written_without_a_fraction() -> None:
    """The service reads -9999 and -9999.0 alike; people read the first better."""
    request = ExportImageRequest.from_json(
        changed(CLOUD, {"fileExportOptions.geoTiffOptions.noData.floatValue": -9999.0})
    )
    assert b'"floatValue":-9999}' in request.encode()


def test_complete_grid_is_a_pixel_grid() -> None:
    """A grid that lacks nothing is a PixelGrid with all six members of its transform."""
    request = ExportImageRequest.from_json(GOOD["grid without shears"])
    assert request.grid == PixelGrid(1024, 1536, AffineTransform(30, 0, 500010, 0, -30, 4200000), "EPSG:32610")


def test_incomplete_grid_is_kept_as_it_was() -> None:
    """A grid that lacks something is held as a partial one that knows what it has."""
    request = ExportImageRequest.from_json(GOOD["grid with a size alone"])
    assert isinstance(request.grid, PartialPixelGrid)
    assert request.grid.dimensions is not None
    assert (request.grid.dimensions.width, request.grid.affine_transform) == (3, None)


def _find(body: object) -> list[tuple[str, str]]:
    """Give field and code of every error, whether reading raises it or the request lists it."""
    try:
        found = ExportImageRequest.from_json(body).problems()  # type: ignore[arg-type] # on purpose
    except InvalidRequestError as error:
        found = error.problems
    return [(problem.field, problem.code) for problem in found if problem.severity == "error"]


@pytest.mark.parametrize(("body", "field", "code"), BAD.values(), ids=BAD.keys())
def test_bad_body_has_an_error_at_the_member_that_is_wrong(body: Body, field: str, code: str) -> None:
    """Whatever the schema refuses is refused here too, at the path of the member that is wrong."""
    assert not schema_takes(body)
    assert (field, code) in _find(body)


def test_only_one_thing_is_said_of_one_mistake() -> None:
    """A single mistake gives a single error."""
    several = {name: _find(body) for name, (body, _, _) in BAD.items() if len(_find(body)) != 1}
    assert several.keys() == {"definition with numbers"}  # it needs itself as well


@pytest.mark.parametrize("value", [None, [], "{}", 5, True, object(), b"{}"], ids=lambda value: type(value).__name__)
def test_what_is_no_mapping_is_refused(value: object) -> None:
    """Anything but a mapping is not a request, and the error says what one looks like."""
    with pytest.raises(InvalidRequestError) as caught:
        ExportImageRequest.from_json(value)  # type: ignore[arg-type] # on purpose
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [("", "not-an-object")]


def test_any_mapping_is_read() -> None:
    """A mapping that is no dict is as good."""
    assert ExportImageRequest.from_json(MappingProxyType(ASSET)).to_json() == ASSET


def test_names_that_are_no_text_are_unknown_members() -> None:
    """JSON names are text."""
    assert _find({5: 1}) == [("5", "unknown-member")]


def test_number_without_end_is_refused() -> None:
    """A number of thousands of digits, which Python does not even print, is refused as too large."""
    assert _find(ASSET | {"maxPixels": 10**5000}) == [("maxPixels", "number-too-large")]
    no_data = "fileExportOptions.geoTiffOptions.noData.floatValue"
    assert _find(changed(CLOUD, {no_data: 10**400})) == [(no_data, "number-too-large")]
    assert _find(ASSET | {"maxPixels": str(2**63)}) == [("maxPixels", "number-too-large")]


def test_deep_nesting_is_refused_in_a_sentence() -> None:
    """A body that is nested without end does not end in a stack overflow."""
    deep: Any = {}
    for _ in range(5000):
        deep = {"grid": deep}
    assert ("grid.grid", "unknown-member") in _find({"grid": deep})
    assert ("expression", "expression-too-deep") in _find({"expression": {"result": "0", "values": {"0": deep}}})


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"pyramidPolicy": "MEAN"}, "Did you mean assetExportOptions.pyramidingPolicy?"),
        ({"assetExportOptions.pyramidPolicy": "MEAN"}, "Did you mean pyramidingPolicy?"),
        ({"max_pixels": "1"}, "Did you mean maxPixels?"),
        ({"overwrite": True}, "Did you mean assetExportOptions.earthEngineDestination.overwrite?"),
        ({"grid.crscode": "EPSG:4326"}, "Did you mean crsCode?"),
        ({"qqq": 1}, "Leave it out."),
        ({"assetExportOptions.pyramidingPolicy": "mean"}, "Did you mean MEAN?"),
        ({"assetExportOptions.pyramidingPolicy": "qqq"}, "Use one of MEAN, MODE, SAMPLE, MIN, MAX, MEDIAN."),
    ],
)
def test_hint_names_what_was_probably_meant(changes: dict[str, Any], hint: str) -> None:
    """A misspelt name is answered with the nearest one, even from another part of the request."""
    with pytest.raises(InvalidRequestError) as caught:
        ExportImageRequest.from_json(changed(ASSET, changes))
    assert [problem.hint for problem in caught.value.problems] == [hint]


def test_all_wrong_members_are_named_at_once() -> None:
    """Nobody has to correct a body one mistake at a time."""
    body = changed(
        ASSET, {"a": 1, "priority": "x", "grid.dimensions.width": "5", "assetExportOptions.pyramidingPolicy": "x"}
    )
    assert {field for field, _ in _find(body)} == {
        "a",
        "priority",
        "grid.dimensions.width",
        "assetExportOptions.pyramidingPolicy",
    }


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"gird": {}, "priority": 12_000, "grid.crsCode": "EPSG:99999"}, ["gird", "grid.crsCode", "priority"]),
        ({"grid": DELETE, "gird": ASSET["grid"] | {"crsCode": "EPSG:99999"}}, ["gird", "grid.crsCode"]),
        ({"description": 5, "priority": 12_000}, ["description", "priority"]),
        ({"expression": 5, "grid": DELETE, "maxPixels": 0}, ["expression", "maxPixels"]),
        ({"assetExportOptions": 5, "priority": 12_000}, ["assetExportOptions", "priority"]),
        ({"qqq": 1, "grid": DELETE, "priority": 12_000}, ["qqq", "priority"]),
        ({"grid": DELETE, "priorty": 12_000}, ["priorty", "priority"]),
        ({"qqq": 1, "fileExportOptions": {}, "priority": 12_000}, ["qqq", "fileExportOptions", "priority"]),
        ({"maxPixels": {"valu": "1"}, "priority": 12_000}, ["maxPixels.valu", "priority"]),
    ],
    ids=["beside", "misspelt", "wrong type", "no expression", "no options", "like nothing", "and missing",
         "and a contradiction", "a wrapped number"],
)  # fmt: skip
def test_what_can_be_read_is_checked_beside_what_cannot(changes: dict[str, Any], fields: list[str]) -> None:
    """The errors of the other members are listed too, and nothing that is only missing because it was not read."""
    found = [field for field, _ in _find(changed(ASSET, changes))]
    assert found == fields


def test_a_body_of_nothing_but_mistakes_has_an_end() -> None:
    """However many members cannot be read, the list stays short enough to print."""
    found = _find(ASSET | {f"q{number}q": 1 for number in range(1000)})
    assert {code for _, code in found} == {"unknown-member"}
    assert len(found) < 300


def test_hostile_names_are_shown_harmlessly() -> None:
    """A name with control characters or without end is quoted short and readable."""
    with pytest.raises(InvalidRequestError) as caught:
        ExportImageRequest.from_json({"a\x1b\n" + "b" * 100_000: 1})
    assert caught.value.problems[0].message.startswith("“aU+001BU+000Abbb")
    assert len(caught.value.problems[0].message) < 120


def test_expression_is_carried_and_not_copied() -> None:
    """Parts of the expression are the caller's own, so that a large one costs nothing."""
    values = EXPRESSION["values"]
    request = ExportImageRequest.from_json(ASSET)
    assert request.expression is not None
    assert request.expression["values"] is values
    assert request.to_json()["expression"]["values"] is values
    assert request.with_(priority=5).expression is request.expression


@pytest.mark.parametrize("body", [*GOOD.values(), {}, {"expression": EXPRESSION}])
def test_encoded_body_is_the_written_one(body: Body) -> None:
    """The bytes that are sent are the JSON that is shown, and as many as are said."""
    request = ExportImageRequest.from_json(body)
    assert json.loads(request.encode()) == request.to_json()
    assert len(request.encode()) == request.size_bytes


def test_expression_that_is_no_json_is_not_encoded() -> None:
    """What cannot be sent is refused by name instead of being sent in part."""
    request = ExportImageRequest.from_json(changed(ASSET, {"expression.values.0": {"constantValue": float("nan")}}))
    with pytest.raises(InvalidRequestError, match="cannot be written as JSON"):
        request.encode()


def test_constructor_takes_attribute_names() -> None:
    """A request written in Python is the one that is read from JSON."""
    request = ExportImageRequest(
        expression=EXPRESSION,  # type: ignore[arg-type] # a mapping is as good
        description="scene_2020_export",
        max_pixels=5_000_000,
        grid=PixelGrid(1024, 1536, AffineTransform(30, 0, 500010, 0, -30, 4200000), "EPSG:32610"),
        request_id="0f8fad5b-d9cb-469f-a165-70867728950e",
        workload_tag="landcover-2020",
        asset_export_options=ImageAssetExportOptions(
            earth_engine_destination=EarthEngineDestination(name="projects/demo-project/assets/out/scene_2020"),
            pyramiding_policy=PyramidingPolicy.MEAN,
            pyramiding_policy_overrides={"QA_PIXEL": PyramidingPolicy.SAMPLE, "landcover": PyramidingPolicy.MODE},
        ),
    )
    assert request == ExportImageRequest.from_json(ASSET)
    assert request.to_json() == ASSET


def test_unknown_keyword_is_a_type_error_with_the_nearest_name() -> None:
    """A misspelt keyword is answered as Python answers it."""
    with pytest.raises(TypeError, match=r"'maxPixels'.*Did you mean 'max_pixels'"):
        ExportImageRequest(maxPixels=1)  # type: ignore[call-arg] # on purpose
    with pytest.raises(TypeError, match=r"'qqq'$"):
        ExportImageRequest().with_(qqq=1)


def test_wrong_type_in_the_constructor_is_our_own_error() -> None:
    """A wrong value in Python is told as one in JSON is, with the JSON path."""
    with pytest.raises(InvalidRequestError) as caught:
        ExportImageRequest(max_pixels="many", priority=True)  # type: ignore[arg-type] # on purpose
    assert [problem.field for problem in caught.value.problems] == ["maxPixels", "priority"]


def test_contradiction_in_the_constructor_is_our_own_error() -> None:
    """Two kinds of options contradict each other in Python too."""
    with pytest.raises(InvalidRequestError, match="Only one of"):
        ExportImageRequest(file_export_options=ImageFileExportOptions(), asset_export_options=ImageAssetExportOptions())


def test_request_never_changes() -> None:
    """A request is a value: changing it gives another one."""
    request = ExportImageRequest.from_json(ASSET)
    with pytest.raises(ValueError, match="frozen"):
        request.priority = 5
    assert request.with_(priority=5).priority == 5
    assert request == ExportImageRequest.from_json(copy.deepcopy(ASSET))
    assert request != request.with_(priority=5)


@pytest.mark.parametrize(
    ("body", "kind", "label"),
    [
        (ASSET, "asset", "out/scene_2020"),
        (DRIVE, "drive", "Drive, exports/scene_2020"),
        (CLOUD, "cloud_storage", "gs://demo-bucket/exports/scene_2020"),
        ({}, None, None),
    ],
)
def test_request_knows_its_destination(body: Body, kind: str | None, label: str | None) -> None:
    """The destination is found whichever options hold it."""
    request = ExportImageRequest.from_json(body)
    assert request.destination_kind == kind
    assert (request.destination.label if request.destination else None) == label


def test_other_file_destination_keeps_the_format() -> None:
    """Going from Cloud Storage to Drive keeps the options of the files."""
    drive = DriveDestination(folder="exports", filename_prefix="scene")
    written = ExportImageRequest.from_json(CLOUD).with_destination(drive).to_json()["fileExportOptions"]
    assert written["driveDestination"] == {"folder": "exports", "filenamePrefix": "scene"}
    assert "cloudStorageDestination" not in written
    assert written["geoTiffOptions"] == CLOUD["fileExportOptions"]["geoTiffOptions"]


def test_other_kind_of_destination_replaces_the_options() -> None:
    """Going from an asset to files drops what only assets have, and chooses a format."""
    request = ExportImageRequest.from_json(ASSET).with_destination(CloudStorageDestination(bucket="demo"))
    assert request.to_json().keys() - ASSET.keys() == {"fileExportOptions"}
    assert request.asset_export_options is None
    assert request.file_export_options is not None
    assert request.file_export_options.file_format is ImageFileFormat.GEO_TIFF


def test_policy_of_a_band_follows_override_then_default_then_mean() -> None:
    """A band has its override, else the default, else what the service does by itself."""
    policies = {"QA": PyramidingPolicy.SAMPLE}
    options = ImageAssetExportOptions(pyramiding_policy=PyramidingPolicy.MODE, pyramiding_policy_overrides=policies)
    assert [options.policy_of(band) for band in ("QA", "B2")] == [PyramidingPolicy.SAMPLE, PyramidingPolicy.MODE]
    assert ImageAssetExportOptions().policy_of("B2") is PyramidingPolicy.MEAN


@pytest.mark.parametrize("name", ["wrapped numbers, as Python sends", "members of newer clients", "worked asset"])
def test_canonical_form_has_documented_members_only(name: str) -> None:
    """What the form sends is what the reference documents, whatever it was read from."""
    request = ExportImageRequest.from_json(GOOD[name]).canonical()
    assert schema_takes(request.to_json(), "CanonicalExportImageRequest")


@pytest.mark.parametrize(
    ("body", "description"),
    [(ASSET, "out_scene_2020"), (CLOUD, "gs:_demo-bucket_exports_scene_2020"), (DRIVE, "Drive,_exports_scene_2020")],
)
def test_canonical_form_has_a_description(body: Body, description: str) -> None:
    """Without a description the destination gives one that the service takes."""
    request = ExportImageRequest.from_json({name: value for name, value in body.items() if name != "description"})
    assert request.canonical().description == description


def _messages(model: type[Message]) -> Iterator[type[Message]]:
    yield model
    for field in model.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, Message):
                yield from _messages(kind)


def test_every_field_has_a_title() -> None:
    """The form can label every member of the request."""
    untitled = [
        f"{message.__name__}.{name}"
        for message in _messages(ExportImageRequest)
        for name, field in message.model_fields.items()
        if not field.title
    ]
    assert untitled == []


def test_range_of_a_field_can_be_read_by_a_form() -> None:
    """Bounds and unit stand in the annotation."""
    marks = ExportImageRequest.model_fields["priority"].metadata
    assert Range(0, 9999, default=100) in marks
    assert Range(16, 2**31 - 1, "px", default=256) in FORMATS[0].model_fields["tile_size"].metadata
