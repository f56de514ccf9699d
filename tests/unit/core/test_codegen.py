"""Generated code holds values as values, asks for tokens where it runs, and says what it cannot express."""

from __future__ import annotations

import ast
import json
import math
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.core.codegen import Address, client_code, curl_command, package_code
from ee_export_widget.core.codegen.literals import JSON, PYTHON
from ee_export_widget.core.request import ExportImageRequest
from tests.unit.core.bodies import ASSET, CLOUD, DELETE, DRIVE, EXPRESSION, GOOD, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.core.codegen import Code

GOOGLE = Address("my-project", "https://earthengine.googleapis.com")
LOCAL = Address("local-demo", "http://127.0.0.1:8080")
HOSTILE = "'; $(rm -rf x) `id` \"\"\" ''' \\\n\u202e\u2028\x7f\x85 \N{GRINNING FACE} ü\U000e0001"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)


@given(value=values)
def test_values_are_written_as_they_are(value: object) -> None:
    """Whatever a text holds, reading the literal gives the text again, and every character can be seen."""
    for layout, read in ((JSON, json.loads), (PYTHON, ast.literal_eval)):
        lines = [line.text for line in layout.lines(value)]
        assert read("\n".join(lines)) == value
        assert "".join(lines).isprintable()


def command(text: str) -> list[str]:
    """Give the words of a curl command, as a shell reads them, without the document that it is given."""
    return shlex.split(text.partition("<<")[0].replace("\\\n", ""))


def document(text: str) -> Any:  # noqa: ANN401 - JSON
    """Give what the command reads, and check that its end is the only line that could be one."""
    lines = text.partition("<<'JSON'\n")[2].split("\n")
    assert (lines.index("JSON"), lines[-1]) == (len(lines) - 2, "")
    return json.loads("\n".join(lines[:-2]))


def test_curl_asks_for_a_token_where_it_runs() -> None:
    """The words that get one are all that there is of it; the project is named as the one that pays."""
    text = curl_command(ASSET, GOOGLE).text
    assert command(text) == [
        "curl", "--fail-with-body", "--header", "Authorization: Bearer $(gcloud auth print-access-token)", "--header",
        "Content-Type: application/json", "--header", "x-goog-user-project: my-project", "--data-binary", "@-",
        "https://earthengine.googleapis.com/v1/projects/my-project/image:export",
    ]  # fmt: skip
    assert document(text) == ASSET


def test_the_local_service_gets_no_credentials() -> None:
    """Neither a token nor a project to pay is sent to this machine."""
    text = curl_command(ASSET, LOCAL).text
    assert "gcloud" not in text
    assert "x-goog-user-project" not in text
    assert command(text)[-1] == "http://127.0.0.1:8080/v1/projects/local-demo/image:export"


@pytest.mark.parametrize(
    "body", [{}, {"description": HOSTILE}, {"expression": EXPRESSION}], ids=["empty", "no", "only"]
)
def test_curl_shows_a_body_that_is_not_complete(body: dict[str, Any]) -> None:
    """It is sent as far as it goes."""
    assert document(curl_command(body, LOCAL).text) == body


def test_nothing_in_a_body_or_a_project_is_a_command() -> None:
    """Quotes, dollars, backticks and line breaks stay text for the shell and for Python."""
    body = changed(DRIVE, {"fileExportOptions.driveDestination.folder": HOSTILE, "description": HOSTILE})
    hostile = Address(HOSTILE, "https://example.org")
    text = curl_command(body, hostile).text
    assert document(text) == body
    assert command(text)[-1].startswith("https://example.org/v1/projects/%27%3B%20%24")
    assert all("\n" not in word for word in command(text))
    tree = ast.parse(package_code(body, hostile).text)
    called = next(
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and "EarthEngineClient" in ast.dump(node.func)
    )
    assert ast.literal_eval(called.args[0]) == HOSTILE


def test_package_code_needs_no_expression() -> None:
    """A body that is not complete is shown as far as it goes."""
    text = package_code({"description": "x"}, GOOGLE).text
    assert 'body = {\n    "description": "x",\n}\n' in text
    assert "json" not in text.replace("from_json", "")
    assert 'EarthEngineClient("my-project")' in text
    compile(text, "code", "exec")
    assert 'EarthEngineClient("local-demo", base_url="http://127.0.0.1:8080")' in package_code({}, LOCAL).text


def test_a_long_expression_is_written_only_where_it_is_asked_for() -> None:
    """What stands around it is short."""
    body = ASSET | {"expression": {"result": "0", "values": {"0": {"constantValue": "x" * 10**6}}}}
    for code in (curl_command(body, GOOGLE), package_code(body, GOOGLE), client_code(request_of(body), GOOGLE)):
        assert sum(len(line.text + line.after) for line in code.lines) < 3000
        assert len(code.text) > 10**6


def request_of(body: Mapping[str, Any]) -> ExportImageRequest:
    return ExportImageRequest.from_json(body)


def call_of(text: str) -> tuple[str, dict[str, Any]]:
    """Give the function of the official client that code calls, and its arguments."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("ee.batch.Export"):
            namespace = {"__builtins__": {}, "float": float}
            given_to = {str(item.arg): eval(ast.unparse(item.value), namespace) for item in node.keywords}  # noqa: S307 - our own text
            return ast.unparse(node.func).rpartition(".")[2], given_to
    raise AssertionError(text)


GRID_ARGUMENTS = {
    "crs": "EPSG:32610", "crsTransform": [30, 0, 500010, 0, -30, 4200000], "dimensions": "1024x1536",
    "maxPixels": 5_000_000,
}  # fmt: skip


def test_the_official_client_gets_the_exact_grid_of_an_asset() -> None:
    """By crs, crsTransform and dimensions together; the default policy has a name of its own, the tag a context."""
    text = client_code(request_of(ASSET), GOOGLE).text
    assert call_of(text) == (
        "toAsset",
        GRID_ARGUMENTS | {
            "description": "scene_2020_export", "assetId": "projects/demo-project/assets/out/scene_2020",
            "pyramidingPolicy": {".default": "mean", "QA_PIXEL": "sample", "landcover": "mode"},
        },
    )  # fmt: skip
    assert 'ee.Initialize(project="my-project")' in text
    assert 'image = ee.Image("projects/demo-project/assets/scene")' in text
    assert 'with ee.data.workloadTagContext("landcover-2020"):\n    task = ' in text
    assert '# The client cannot set requestId: "0f8fad5b-d9cb-469f-a165-70867728950e"\n' in text


def test_the_official_client_gets_the_options_of_files() -> None:
    """Each option under the client's own name, width first."""
    name, arguments = call_of(client_code(request_of(CLOUD), GOOGLE).text)
    assert (name, arguments) == (
        "toCloudStorage",
        GRID_ARGUMENTS | {
            "description": "scene_2020_export", "bucket": "demo-bucket", "fileNamePrefix": "exports/scene_2020",
            "fileFormat": "GeoTIFF", "fileDimensions": [16384, 16384], "shardSize": 256,
            "formatOptions": {"cloudOptimized": True, "noData": -9999},
        },
    )  # fmt: skip
    name, arguments = call_of(client_code(request_of(DRIVE), LOCAL).text)
    assert (name, arguments["folder"], arguments["fileNamePrefix"], arguments["fileFormat"]) == (
        "toDrive", "exports", "scene_2020", "TFRecord",
    )  # fmt: skip
    assert arguments["formatOptions"] == {
        "patchDimensions": [256, 256], "kernelSize": [8, 8], "compressed": True, "maxFileSize": 1073741824,
        "defaultValue": 0.5, "tensorDepths": {"spectrum": 12}, "collapseBands": False, "maskedThreshold": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("compress", [True, False])
def test_records_that_are_not_to_be_compressed_are_said(compress: bool) -> None:
    """The client leaves a false out, and the service may compress then (REST contract, section 5.8)."""
    options = {"fileExportOptions.geoTiffOptions": DELETE, "fileExportOptions.fileFormat": "TF_RECORD_IMAGE",
               "fileExportOptions.tfRecordOptions": {"compress": compress}}  # fmt: skip
    text = client_code(request_of(changed(CLOUD, options)), GOOGLE).text
    said = "# The client cannot set fileExportOptions.tfRecordOptions.compress: false\n" in text
    assert (said, "compressed" in call_of(text)[1].get("formatOptions", {})) == (not compress, compress)


def test_a_number_that_has_no_literal_is_called_by_its_name() -> None:
    """NaN is a legal no-data value."""
    body = changed(CLOUD, {"fileExportOptions.geoTiffOptions.noData": {"floatValue": "NaN"}})
    _, arguments = call_of(client_code(request_of(body), GOOGLE).text)
    assert math.isnan(arguments["formatOptions"]["noData"])


def test_the_local_service_is_opened_without_credentials() -> None:
    """As the emulator wants it."""
    text = client_code(request_of(ASSET), LOCAL).text
    assert 'ee.Initialize(AnonymousCredentials(), project="local-demo", url="http://127.0.0.1:8080")' in text


def test_what_the_official_client_has_no_argument_for_is_said() -> None:
    """Nothing is lost without a word, and a comment cannot be left by a line break in a name."""
    changes = {
        "workloadTag": "Not_Lower", "requestId": f"a\n{HOSTILE}", "grid": {"crsCode": "EPSG:32610"},
        "fileExportOptions.cloudStorageDestination.permissions": "PUBLIC",
        "fileExportOptions.cloudStorageDestination.bucketCorsUris": ["https://example.org"],
        "fileExportOptions.geoTiffOptions": {
            "pyramidOptions": {"resamplingMethod": "MODE"}, "noData": {"integerValue": "5"}, "skipEmptyFiles": True,
        },
        "maxPixels": DELETE, "maxWorkers": 3,
    }  # fmt: skip
    text = client_code(request_of(changed(CLOUD, changes)), GOOGLE).text
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert [line.removeprefix("# The client cannot set ").partition(":")[0] for line in comments[:-1]] == [
        "requestId", "workloadTag", "grid", "fileExportOptions.cloudStorageDestination.permissions",
        "fileExportOptions.cloudStorageDestination.bucketCorsUris", "fileExportOptions.geoTiffOptions.pyramidOptions",
        "fileExportOptions.geoTiffOptions.noData.integerValue",
    ]  # fmt: skip
    name, arguments = call_of(text)
    assert name == "toCloudStorage"
    assert arguments.keys() == {
        "description", "bucket", "fileNamePrefix", "fileFormat", "skipEmptyTiles", "maxWorkers",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "there", "absent"),
    [
        ({"grid": DELETE, "requestId": DELETE}, set(), {"crs", "crsTransform", "dimensions"}),
        ({"assetExportOptions": {"earthEngineDestination": {"name": "projects/p/assets/a"}}}, {"crs", "assetId"},
         {"pyramidingPolicy"}),
        ({"grid.crsCode": DELETE, "grid.crsWkt": 'LOCAL_CS["x"]'}, {"crs"}, set()),
        ({"assetExportOptions": DELETE}, {"crs"}, {"assetId", "fileFormat"}),
        ({"assetExportOptions": DELETE, "fileExportOptions": {"driveDestination": {"folder": "a"}}}, {"folder"},
         {"assetId", "fileFormat"}),
        ({"assetExportOptions": DELETE, "fileExportOptions": {"fileFormat": "PNG"}}, {"fileFormat"}, {"assetId"}),
    ],
    ids=["no grid", "no policy", "wkt", "no destination", "no format", "no file destination"],
)  # fmt: skip
def test_what_is_not_set_is_left_to_the_client(changes: dict[str, Any], there: set[str], absent: set[str]) -> None:
    """An argument is given only for what the body says."""
    _, arguments = call_of(client_code(request_of(changed(ASSET, changes)), GOOGLE).text)
    assert there <= arguments.keys()
    assert not absent & arguments.keys()


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        (DELETE, "image = ee.Image()  # choose an image\n"),
        ({"result": "0", "values": {"0": {"constantValue": HOSTILE}}}, "image = ee.Image(ee.deserializer.fromJSON("),
        (EXPRESSION | {"values": {**EXPRESSION["values"], "1": {"constantValue": 1}}}, "ee.deserializer.fromJSON("),
    ],
    ids=["none", "hostile", "more than an asset"],
)  # fmt: skip
def test_an_expression_is_read_by_the_official_client(expression: object, line: str) -> None:
    """What is more than an asset's id goes through the client's own reader."""
    text = client_code(request_of(changed(ASSET, {"expression": expression})), GOOGLE).text
    assert line in text
    compile(text, "code", "exec")


@pytest.mark.parametrize(
    ("base_url", "has_token"),
    [
        ("https://earthengine-highvolume.googleapis.com", True),
        ("https://earthengine.example.org", False),
        ("http://earthengine.googleapis.com", False),
        ("https://fakegoogleapis.com", False),
    ],
)
def test_code_goes_where_the_form_goes(base_url: str, has_token: bool) -> None:
    """Also to an address that no client takes unasked; a token of gcloud goes to Google's hosts over https only."""
    there = Address("my-project", base_url)
    assert ("gcloud" in curl_command(ASSET, there).text) is has_token
    assert command(curl_command(ASSET, there).text)[-1].startswith(f"{base_url}/v1/")
    assert f'base_url="{base_url}"' in package_code(ASSET, there).text
    assert f'url="{base_url}"' in client_code(ExportImageRequest.from_json(ASSET), there).text
    assert "url=" not in package_code(ASSET, GOOGLE).text


CODES: dict[str, Callable[[dict[str, Any]], Code]] = {
    "curl": lambda body: curl_command(body, GOOGLE),
    "package": lambda body: package_code(body, GOOGLE),
    "client": lambda body: client_code(request_of(body), GOOGLE),
}


def leaves(value: Any, path: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """Give the paths of all members that have no members; what is empty stands nowhere in a call."""
    if not isinstance(value, dict) or path == "expression":
        return [path]
    return [leaf for name, inner in value.items() for leaf in leaves(inner, f"{path}.{name}".lstrip("."))]


def empties(value: Any, path: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """Give the paths of all objects without members."""
    if not isinstance(value, dict):
        return []
    return (
        [inner for name in value for inner in empties(value[name], f"{path}.{name}".lstrip("."))] if value else [path]
    )


@pytest.mark.parametrize("body", GOOD.values(), ids=list(GOOD))
@pytest.mark.parametrize("kind", CODES)
def test_every_member_has_a_line_that_states_it(kind: str, body: dict[str, Any]) -> None:
    """Its own line, or that of the short part around it; and no line claims a member that is not there."""
    code = CODES[kind](ExportImageRequest.from_json(body).to_json())
    known = leaves(ExportImageRequest.from_json(body).to_json())
    stated = {line.path for line in code.lines} - {""}
    # What is false stands in no argument of the official client.
    silent = {f"fileExportOptions.{options}.{name}" for options, name in (
        ("geoTiffOptions", "skipEmptyFiles"), ("geoTiffOptions", "cloudOptimized"), ("tfRecordOptions", "sequenceData"),
    )} if kind == "client" else set()  # fmt: skip
    for leaf in set(known) - silent:
        assert any(f"{leaf}.".startswith(f"{path}.") for path in stated), leaf
    empty = {"project", "expression", "assetExportOptions.pyramidingPolicy", *empties(body)}
    for path in stated - empty:
        assert any(f"{leaf}.".startswith(f"{path}.") for leaf in known), path
    assert "project" in stated


def test_the_lines_of_the_official_client_are_those_of_the_members() -> None:
    """Arguments have other names than members, the same two in both formats, and some lines are comments."""
    changes = {
        "fileExportOptions.cloudStorageDestination.permissions": "PUBLIC", "grid.crsWkt": "PROJCRS[]",
        "grid.crsCode": DELETE, "fileExportOptions.geoTiffOptions.skipEmptyFiles": True,
    }  # fmt: skip
    code = client_code(request_of(changed(CLOUD, changes)), GOOGLE)
    shown = {line.path: line.text.strip() for line in code.lines if line.path}
    destination, tiff = "fileExportOptions.cloudStorageDestination", "fileExportOptions.geoTiffOptions"
    assert {path: text.partition("=")[0].partition(":")[0] for path, text in shown.items()} == {
        "project": "ee.Initialize(project", "expression": "image ",
        "requestId": "# The client cannot set requestId",
        f"{destination}.permissions": f"# The client cannot set {destination}.permissions",
        "workloadTag": 'with ee.data.workloadTagContext("landcover-2020")',
        "description": "description", f"{destination}.bucket": "bucket",
        f"{destination}.filenamePrefix": "fileNamePrefix", "grid.crsWkt": "crs",
        "grid.affineTransform": "crsTransform", "grid.dimensions": "dimensions", "maxPixels": "maxPixels",
        "fileExportOptions.fileFormat": "fileFormat", f"{tiff}.tileDimensions": "fileDimensions",
        f"{tiff}.tileSize": "shardSize", f"{tiff}.skipEmptyFiles": "skipEmptyTiles", tiff: "formatOptions",
        f"{tiff}.cloudOptimized": '"cloudOptimized"', f"{tiff}.noData": '"noData"',
    }  # fmt: skip


def test_a_name_that_looks_like_code_states_nothing_else() -> None:
    """Bands may have any name; each line belongs to its own."""
    names = ["description=", "a.b", "\U000e0001", '": "', "\N{GRINNING FACE}", "}", "\n    maxPixels=1"]
    body = changed(ASSET, {"assetExportOptions.pyramidingPolicyOverrides": dict.fromkeys(names * 2, "MODE")})
    body["assetExportOptions"]["pyramidingPolicyOverrides"] |= dict.fromkeys("abcdefgh", "MODE")
    for kind, make in CODES.items():
        paths = [line.path for line in make(body).lines]
        at = "assetExportOptions.pyramidingPolicyOverrides."
        bands = [path.removeprefix(at) for path in paths if path.startswith(at)]
        assert len(bands) == len(names) + 8
        assert bands == [*names, *"abcdefgh"], kind
        assert paths.count("description") == 1
        assert paths.count("maxPixels") == 1
