"""Requests that the local Earth Engine refuses, and how it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.schema import read_request, unwrap
from tests.unit.emulator.support import asset_body, call, constant, drive_body, expression

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(body: object) -> ServiceError:
    """Return the error that an export body meets."""
    with pytest.raises(ServiceError) as caught:
        read_request(body if isinstance(body, bytes) else json.dumps(body).encode(), "ExportImageRequest")
    return caught.value


def changed(path: str, value: object, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a body with one member set, made on the way."""
    whole: dict[str, Any] = body or asset_body()
    inner = whole
    *parents, last = path.split(".")
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[last] = value
    return whole


FILE = "file_export_options"
BAD = [
    ("maxPixels", 0, "max_pixels", "Must be above 0."),
    ("maxPixels", "1e8", "max_pixels", "max_pixels"),
    ("priority", 10000, "priority", "0 to 9999"),
    ("priority", "high", "priority", "high"),
    ("description", "two words", "description", "A description may hold"),
    ("requestId", "under_score", "request_id", "1 to 60 letters"),
    ("workloadTag", "-x", "workload_tag", "workload tag"),
    ("workloadTags", "x", "", 'Unknown name "workloadTags": Cannot find field.'),
    ("grid.dimension", {}, "grid", "Unknown name \"dimension\" at 'grid': Cannot find field."),
    ("grid.dimensions.width", 0, "grid.dimensions.width", "grid.dimensions.width"),
    ("grid.affineTransform.scaleX", "30", "grid.affine_transform.scale_x", '(TYPE_DOUBLE), "30"'),
    ("grid.crsCode", "+proj=utm", "grid.crs_code", "AUTHORITY:CODE"),
    ("grid.crsWkt", "GEOGCS[...]", "grid.crs_wkt", "oneof field 'crs' is already set. Cannot set 'crsWkt'"),
    ("grid", 5, "grid", "(a message), 5"),
    (
        "assetExportOptions.earthEngineDestination.name",
        "projects/local-demo/assets/two words",
        "asset_export_options.earth_engine_destination.name",
        "Invalid asset name. Folder names must be separated with '/'",
    ),
    (
        "assetExportOptions.pyramidingPolicyOverrides.QA_PIXEL",
        "AVERAGE",
        "asset_export_options.pyramiding_policy_overrides.QA_PIXEL",
        '(type.googleapis.com/google.earthengine.v1.PyramidingPolicy), "AVERAGE"',
    ),
    (
        "assetExportOptions.pyramidingPolicyOverrides",
        {".default": "MEAN"},
        "asset_export_options.pyramiding_policy_overrides",
        "Invalid value at 'asset_export_options.pyramiding_policy_overrides'",
    ),
    (
        "fileExportOptions",
        {"fileFormat": "GEO_TIFF", "driveDestination": {}},
        "asset_export_options",
        "Exactly one export",
    ),
]


@pytest.mark.parametrize(("path", "value", "field", "text"), BAD, ids=[f"{path}={value}" for path, value, *_ in BAD])
def test_one_problem_is_one_violation(path: str, value: object, field: str, text: str) -> None:
    """A single bad member gives a single violation, with its snake_case path, in 400 INVALID_ARGUMENT."""
    error = refusal(changed(path, value))
    assert (error.http_status, error.status) == (400, "INVALID_ARGUMENT")
    [violation] = error.violations
    assert violation.field == field
    assert text in violation.description
    assert error.message == violation.description


@pytest.mark.parametrize("value", [5, "x", [], True])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("fileExportOptions", FILE),
        ("fileExportOptions.geoTiffOptions", f"{FILE}.geo_tiff_options"),
        ("fileExportOptions.geoTiffOptions.noData", f"{FILE}.geo_tiff_options.no_data"),
        ("fileExportOptions.driveDestination", f"{FILE}.drive_destination"),
    ],
)
def test_a_value_in_the_place_of_a_message_is_one_violation(path: str, field: str, value: object) -> None:
    """What has no members is not asked for them."""
    [violation] = refusal(changed(path, value, drive_body())).violations
    assert violation.field == field


@pytest.mark.parametrize("name", [{}, [], 5, None])
@pytest.mark.parametrize(
    "node",
    [
        lambda name: {"functionDefinitionValue": {"argumentNames": [], "body": name}},
        lambda name: {"functionInvocationValue": {"functionReference": name}},
        lambda name: {"valueReference": name},
        lambda name: {"functionInvocationValue": {"functionName": name}},
        lambda name: {"bytesValue": name},
    ],
)
def test_a_name_that_is_no_text_is_refused(node: Callable[[object], dict[str, Any]], name: object) -> None:
    """Whatever stands where a value is named, the answer is a violation."""
    named = {"result": "0", "values": {"0": node(name)}}
    assert refusal(asset_body(expression=named)).violations[0].field == "expression.values.0"


def test_a_wrong_format_is_answered_in_the_words_of_the_service() -> None:
    """The text for an unknown file format is the one that users of the service meet."""
    error = refusal(changed("fileExportOptions.fileFormat", "GEO_JSON", drive_body()))
    assert error.message == (
        "Invalid value at 'file_export_options.file_format' "
        '(type.googleapis.com/google.earthengine.v1.ImageFileFormat), "GEO_JSON"'
    )


def test_several_problems_are_joined_by_line_breaks() -> None:
    """Every problem has a violation and a line of the message."""
    error = refusal(asset_body(priority=-1, maxPixels="0", foo=1))
    assert {violation.field for violation in error.violations} == {"priority", "max_pixels", ""}
    assert error.message.split("\n") == [violation.description for violation in error.violations]


def test_a_missing_destination_is_named() -> None:
    """A body without destination is told that it needs exactly one."""
    body = asset_body()
    del body["assetExportOptions"]
    [violation] = refusal(body).violations
    assert violation == (FILE, "Exactly one export destination must be specified.")


def test_the_reply_has_the_shape_of_the_service() -> None:
    """The JSON body carries code, message, status and the violations as BadRequest."""
    error = refusal(asset_body(foo=1))
    text = 'Invalid JSON payload received. Unknown name "foo": Cannot find field.'
    assert error.to_body() == {
        "error": {
            "code": 400,
            "message": text,
            "status": "INVALID_ARGUMENT",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [{"field": "", "description": text}],
                }
            ],
        }
    }


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"5", b'{"priority": NaN}', b"[" * 100_000, b"\xff\xfe"], ids=lambda body: str(body[:12])
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    """Broken, deep and foreign payloads are answered, not crashed on."""
    assert refusal(body).message.startswith("Invalid JSON payload received.")


def test_a_deeply_nested_body_is_refused() -> None:
    """Nesting beyond any real body is an error of the request."""
    node: dict[str, Any] = constant(1)
    for _ in range(150):
        node = call("Image.abs", value=node)
    [violation] = refusal(asset_body(expression=expression(node))).violations
    assert violation.field == "expression.values.result"
    assert "nested more than 100 deep" in violation.description


def test_nulls_are_not_set_and_constants_keep_theirs() -> None:
    """Null members count as absent, as the JavaScript client sends them; data inside constants stays."""
    body = asset_body(grid=None, requestId="", workloadTag=None)
    body["expression"] = expression({"arrayValue": {"values": [constant(None), constant({"a": None})]}})
    request = read_request(json.dumps(body).encode(), "ExportImageRequest")
    assert not {"grid", "requestId", "workloadTag"} & request.keys()
    assert request["expression"]["values"]["result"]["arrayValue"]["values"] == [constant(None), constant({"a": None})]


@pytest.mark.parametrize("value", [5000000, "5000000", {"value": "5000000"}, {"value": 5000000}], ids=str)
def test_wrapped_numbers_are_taken_in_every_encoding(value: object) -> None:
    """Bare, as text, and wrapped as the Python client does: the same number."""
    request = read_request(json.dumps(asset_body(maxPixels=value)).encode(), "ExportImageRequest")
    assert unwrap(request["maxPixels"]) == 5_000_000


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_special_doubles_travel_as_text(value: str) -> None:
    """The three numbers that JSON lacks are read from their names."""
    assert str(unwrap(value)).lower() == value.lower().replace("infinity", "inf")


BAD_EXPRESSIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"values": {"0": constant(1)}, "result": "1"}, "expression.result", '"1" is not a key'),
    ({"values": {}, "result": "0"}, "expression.values", "has no values"),
    ({"values": {"0": {}}, "result": "0"}, "expression.values.0", "exactly one member"),
    ({"values": {"0": {"constantValue": 1, "integerValue": "1"}}, "result": "0"}, "expression.values.0", "exactly one"),
    ({"values": {"0": {"value": 1}}, "result": "0"}, "expression.values.0", 'Unknown name "value"'),
    ({"values": {"0": {"valueReference": "9"}}, "result": "0"}, "expression.values.0", 'nothing is called "9"'),
    ({"values": {"0": {"integerValue": "1.5"}}, "result": "0"}, "expression.values.0", "64-bit integer"),
    ({"values": {"0": {"arrayValue": {"values": {}}}}, "result": "0"}, "expression.values.0", "wrong shape"),
    ({"values": {"0": {"arrayValue": {"items": []}}}, "result": "0"}, "expression.values.0", 'unknown name "items"'),
    ({"values": {"0": {"functionInvocationValue": {}}}, "result": "0"}, "expression.values.0", "functionName"),
    ({"values": {"0": {"functionDefinitionValue": {"body": "x"}}}, "result": "0"}, "expression.values.0", '"x"'),
    (
        {"values": {"0": call("f", a={"valueReference": "1"}), "1": {"valueReference": "0"}}, "result": "0"},
        "expression.values.0",
        "refers to itself",
    ),
    (
        {"values": {"0": {"functionDefinitionValue": {"argumentNames": [], "body": "0"}}}, "result": "0"},
        "expression.values.0",
        "refers to itself",
    ),
    ({"values": {"0": constant(1)}, "result": "0", "extra": 1}, "expression", 'Unknown name "extra"'),
]


@pytest.mark.parametrize(("bad", "field", "text"), BAD_EXPRESSIONS, ids=[text for *_, text in BAD_EXPRESSIONS])
def test_malformed_expressions_are_refused(bad: dict[str, Any], field: str, text: str) -> None:
    """Dangling references, cycles and misshapen nodes are found before anything is computed."""
    [violation] = refusal(asset_body(expression=bad)).violations
    assert violation.field == field
    assert text in violation.description


def test_a_long_chain_is_no_cycle() -> None:
    """Thousands of nodes, each naming the one before and one shared by all, are checked without trouble."""
    values = {"0": constant(1)}
    for number in range(1, 3000):
        earlier = {"first": {"valueReference": str(number - 1)}, "second": {"valueReference": "0"}}
        values[str(number)] = call("Image.add", image1=earlier["first"], image2=earlier["second"])
    body = asset_body(expression={"values": values, "result": "2999"})
    assert read_request(json.dumps(body).encode(), "ExportImageRequest")["expression"]["result"] == "2999"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("5.0", 5),
        ("[2.0, [0.5]]", [2, [0.5]]),
        ('{"a": -3e0}', {"a": -3}),
        ("1e300", 1e300),
        ("9223372036854775808.0", 2.0**63),
    ],
)
def test_a_whole_number_is_whole_however_it_is_sent(sent: str, read: object) -> None:
    """JSON has one kind of number, so what a client writes as 5.0 is the integer 5, up to the greatest long."""
    body = f'{{"expression": {{"result": "0", "values": {{"0": {{"constantValue": {sent}}}}}}}}}'
    found = read_request(body.encode(), "ComputeValueRequest")["expression"]["values"]["0"]["constantValue"]
    assert repr(found) == repr(read)
