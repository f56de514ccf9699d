"""The REST face of the local Earth Engine, held to the contract and its schema over a real socket."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from tests.unit.emulator.support import (
    SAMPLE,
    asset_body,
    call,
    constant,
    drive_body,
    expression,
    load,
    scene_grid,
    select,
    until,
)
from tests.validation import jsonschema

if TYPE_CHECKING:
    from ee_export_widget.emulator import LocalEarthEngine

ROOT = "projects/local-demo/assets"


@cache
def validator(message: str) -> jsonschema.Draft202012Validator:
    """Return the validator of a message of the shared schema."""
    text = (resources.files("ee_export_widget.emulator") / "data/earth-engine-export-v1.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator({"$defs": json.loads(text)["$defs"], "$ref": f"#/$defs/{message}"})


def conforms(document: object, message: str) -> None:
    """Check that a reply has the shape of a message."""
    assert [error.message for error in validator(message).iter_errors(document)] == []


def submitted(http: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    """Submit a body and return the operation."""
    reply = http.post("/image:export", json=body)
    assert reply.status_code == 200, reply.text
    document: dict[str, Any] = reply.json()
    conforms(document, "Operation")
    return document


def operation(http: httpx.Client, name: str) -> dict[str, Any]:
    """Return an operation by its name."""
    reply = http.get(f"/operations/{name.rpartition('/')[2]}")
    assert reply.status_code == 200, reply.text
    document: dict[str, Any] = reply.json()
    conforms(document, "Operation")
    return document


def finished(service: LocalEarthEngine, http: httpx.Client, name: str) -> dict[str, Any]:
    """Let the clock run until an operation is done."""

    def done() -> bool:
        service.clock.advance(1)  # type: ignore[attr-defined]
        return bool(operation(http, name).get("done"))

    until(done)
    return operation(http, name)


def refused(reply: httpx.Response, http_status: int, status: str) -> str:
    """Check the shape of a refusal and return its message."""
    assert reply.status_code == http_status, reply.text
    conforms(reply.json(), "ErrorResponse")
    error = reply.json()["error"]
    assert (error["code"], error["status"]) == (http_status, status)
    message: str = error["message"]
    return message


def test_an_export_from_first_to_last_reply(service: LocalEarthEngine, http: httpx.Client) -> None:
    """Every reply on the way to SUCCEEDED conforms to the strict Operation message."""
    name = submitted(http, asset_body())["name"]
    states = []

    def done() -> bool:
        service.clock.advance(0.5)  # type: ignore[attr-defined]
        document = operation(http, name)
        states.append(document["metadata"]["state"])
        return bool(document.get("done"))

    until(done)
    assert list(dict.fromkeys(states)) == ["PENDING", "RUNNING", "SUCCEEDED"]
    asset = http.get("/assets/out").json()
    conforms(asset, "EarthEngineAsset")
    assert asset["name"] == f"{ROOT}/out"


def test_the_worked_body_of_the_contract_is_accepted(service: LocalEarthEngine) -> None:
    """A body with every member of an asset export is taken, for whatever project the path names."""
    body = {
        "expression": expression(load()),
        "description": "scene_2020_export",
        "maxPixels": "5000000",
        "grid": {
            "dimensions": {"width": 1024, "height": 1536},
            "affineTransform": {
                "scaleX": 30,
                "shearX": 0,
                "translateX": 500010,
                "shearY": 0,
                "scaleY": -30,
                "translateY": 4200000,
            },
            "crsCode": "EPSG:32610",
        },
        "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "workloadTag": "landcover-2020",
        "priority": 100,
        "assetExportOptions": {
            "earthEngineDestination": {"name": "projects/demo-project/assets/scene_2020"},
            "pyramidingPolicy": "MEAN",
            "pyramidingPolicyOverrides": {"B2": "SAMPLE", "spectral_class": "MODE"},
        },
    }
    reply = httpx.post(f"{service.url}/v1/projects/demo-project/image:export", json=body)
    assert reply.status_code == 200
    assert re.fullmatch(r"projects/demo-project/operations/[A-Z2-9]{24}", reply.json()["name"])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer anything"}, {"X-Goog-User-Project": "local-demo"}])
def test_no_account_is_needed(http: httpx.Client, headers: dict[str, str]) -> None:
    """Requests are answered with and without a token."""
    assert http.get("/config", headers=headers).json() == {
        "name": "projects/local-demo/config",
        "registrationState": "REGISTERED_NOT_COMMERCIALLY",
    }


def test_operations_are_listed_in_pages(http: httpx.Client) -> None:
    """An empty list is an empty object; pages are linked by tokens and come newest first."""
    assert http.get("/operations").json() == {}
    names = [submitted(http, drive_body(f"p{index}"))["name"] for index in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = http.get("/operations", params={"pageSize": 2, "pageToken": token}).json()
        conforms(page, "ListOperationsResponse")
        seen += [document["name"] for document in page["operations"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert seen == names[::-1]
    assert refused(http.get("/operations", params={"pageToken": "x"}), 400, "INVALID_ARGUMENT") == "Invalid page token."
    refused(http.get("/operations", params={"pageSize": "many"}), 400, "INVALID_ARGUMENT")


def test_an_answer_holds_the_members_that_were_asked_for(http: httpx.Client) -> None:
    """The fields of an answer are named one by one, and the parts of one in any of their spellings."""
    submitted(http, drive_body())
    for fields in ("operations", "operations.name", "operations/name", "operations(name,metadata/state),nextPageToken"):
        assert http.get("/operations", params={"fields": fields}).json().keys() == {"operations"}
    assert http.get("/operations", params={"fields": "nextPageToken"}).json() == {}


def test_cancel_and_delete(service: LocalEarthEngine, http: httpx.Client) -> None:
    """Cancel answers an empty object at once and takes effect later; delete hides the operation."""
    name = submitted(http, drive_body())["name"].rpartition("/")[2]
    reply = http.post(f"/operations/{name}:cancel", json={})
    assert (reply.status_code, reply.json()) == (200, {})
    assert operation(http, name)["metadata"]["state"] == "CANCELLING"
    assert finished(service, http, name)["error"] == {"code": 1, "message": "Cancelled."}
    assert http.post(f"/operations/{name}:cancel").json() == {}
    assert http.delete(f"/operations/{name}").json() == {}
    refused(http.get(f"/operations/{name}"), 404, "NOT_FOUND")
    refused(http.post("/operations/NOTHING:cancel", json={}), 404, "NOT_FOUND")


def test_wait_comes_back_with_the_operation(service: LocalEarthEngine, http: httpx.Client) -> None:
    """Waiting answers when the operation is done, or unfinished when the time is over."""
    name = submitted(http, drive_body())["name"].rpartition("/")[2]
    assert "done" not in http.post(f"/operations/{name}:wait", json={"timeout": "0s"}).json()
    finished(service, http, name)
    assert http.post(f"/operations/{name}:wait", json={"timeout": "30s"}).json()["done"] is True
    refused(http.post(f"/operations/{name}:wait", json={"timeout": "soon"}), 400, "INVALID_ARGUMENT")


def test_a_description_of_an_image(http: httpx.Client) -> None:
    """value:compute of an image gives its bands with types, system, transform and size."""
    reply = http.post("/value:compute", json={"expression": expression(load()), "workloadTag": "x"})
    conforms(reply.json(), "ComputeValueResponse")
    result = reply.json()["result"]
    assert (result["type"], result["id"]) == ("Image", SAMPLE)
    assert isinstance(result["version"], int)
    assert result["properties"]["credit"] == "Landsat-8 image courtesy of the U.S. Geological Survey"
    assert [band["id"] for band in result["bands"]] == ["B2", "B3", "B4", "spectral_class"]
    assert result["bands"][3] == {
        "id": "spectral_class",
        "data_type": {"type": "PixelType", "precision": "int", "min": 0, "max": 255},
        "crs": "EPSG:32621",
        "crs_transform": [30.0, 0.0, 735345.0, 0.0, -30.0, -2796795.0],
        "dimensions": [1024, 1024],
    }


def test_values_are_computed(http: httpx.Client) -> None:
    """value:compute answers lists and refuses what cannot be evaluated, with 400."""
    names = call("Image.bandNames", image=select("B[23]"))
    assert http.post("/value:compute", json={"expression": expression(names)}).json() == {"result": ["B2", "B3"]}
    missing = {"expression": expression(load(f"{ROOT}/nothing"))}
    message = refused(http.post("/value:compute", json=missing), 400, "INVALID_ARGUMENT")
    assert message.startswith(f"Image.load: Image asset '{ROOT}/nothing' not found")


def test_a_value_that_grows_when_it_is_written_out_is_refused(http: httpx.Client) -> None:
    """Lists of themselves twice, 40 times over, fit into a request and into no answer."""
    pairs = {str(level): {"arrayValue": {"values": [{"valueReference": str(level - 1)}] * 2}} for level in range(1, 41)}
    body: dict[str, Any] = {"expression": {"result": "40", "values": {"0": constant(1), **pairs}}}
    assert refused(http.post("/value:compute", json=body), 400, "INVALID_ARGUMENT") == "Computed value is too large."
    body["expression"]["result"] = "3"
    assert http.post("/value:compute", json=body).json()["result"] == [[[1, 1], [1, 1]], [[1, 1], [1, 1]]]
    body["expression"]["values"]["0"] = {"dictionaryValue": {"values": {"a": constant([1])}}}
    assert http.post("/value:compute", json=body).json()["result"][1][1][1] == {"a": [1]}


def test_whole_numbers_may_have_a_fraction_of_nothing(http: httpx.Client) -> None:
    """A count or a constant that comes as 8.0 is 8, in the answer and in what is made of it."""
    five = call("Image.constant", value=constant(5.0))
    body = {"expression": expression(call("Image.bandTypes", image=five))}
    assert http.post("/value:compute", json=body).json()["result"]["constant"]["precision"] == "int"
    grid = scene_grid(0, 0, 8, 8) | {"dimensions": {"width": 8.0, "height": 8.0}}
    pixels = http.post(
        "/image:computePixels", json={"expression": expression(load()), "fileFormat": "NPY", "grid": grid}
    )
    assert np.load(io.BytesIO(pixels.content)).shape == (8, 8)
    priority = submitted(http, asset_body(priority=7.0))["metadata"]["priority"]
    assert repr(priority) == "7"


def test_half_a_character_is_no_text(http: httpx.Client) -> None:
    """A lone surrogate, which JSON can spell and UTF-8 cannot, is a bad body; a pair of them is a character."""
    body = '{"expression": {"result": "0", "values": {"0": {"constantValue": "%s"}}}}'
    message = refused(http.post("/value:compute", content=body % r"\ud83c"), 400, "INVALID_ARGUMENT")
    assert message.startswith("Invalid JSON payload received.")
    assert http.post("/value:compute", content=body % r"\ud83c\udf0d").json() == {
        "result": "\N{EARTH GLOBE EUROPE-AFRICA}"
    }


@pytest.mark.parametrize(
    ("kind", "media_type", "start"),
    [
        ("GEO_TIFF", "image/tiff", b"II*\0"),
        ("NPY", "application/octet-stream", b"\x93NUMPY"),
        ("PNG", "image/png", b"\x89PNG"),
        ("JPEG", "image/jpeg", b"\xff\xd8"),
    ],
)
def test_pixels_are_computed(http: httpx.Client, kind: str, media_type: str, start: bytes) -> None:
    """image:computePixels answers bytes in the format asked for."""
    body = {
        "expression": expression(load()),
        "fileFormat": kind,
        "bandIds": ["B4", "B3", "B2"],
        "grid": scene_grid(0, 0, 8, 8),
    }
    reply = http.post("/image:computePixels", json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (200, media_type)
    assert reply.content.startswith(start)


def test_maps_and_tiles(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A map's name serves tiles without a token, readable across origins; unknown maps are 404."""
    body = {
        "expression": expression(load()),
        "bandIds": ["B4", "B3", "B2"],
        "fileFormat": "AUTO_JPEG_PNG",
        "visualizationOptions": {"ranges": [{"min": 5000, "max": 15000}]},
    }
    created = http.post("/maps", params={"fields": "name"}, json=body).json()
    assert list(created) == ["name"]
    conforms(http.post("/maps", json=body).json(), "EarthEngineMap")
    reply = httpx.get(f"{service.url}/v1/{created['name']}/tiles/10/356/586")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    assert reply.headers["access-control-allow-origin"] == "*"
    refused(http.get("/maps/none/tiles/0/0/0"), 404, "NOT_FOUND")
    refused(httpx.get(f"{service.url}/v1/{created['name']}/tiles/0/0/x"), 400, "INVALID_ARGUMENT")
    refused(http.post("/maps", json={"expression": expression(load("x"))}), 400, "INVALID_ARGUMENT")
    refused(http.post("/maps", json={}), 400, "INVALID_ARGUMENT")


def test_downloads_are_zipped_geotiffs(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A thumbnail may be a picture, or an archive of one GeoTIFF for all bands or for each."""
    body = {"expression": expression(select("B2", "B3")), "filenamePrefix": "x", "grid": scene_grid(0, 0, 4, 4)}
    for kind, names in (
        ("ZIPPED_GEO_TIFF", ["x.tif"]),
        ("ZIPPED_GEO_TIFF_PER_BAND", ["x.B2.tif", "x.B3.tif"]),
    ):
        name = http.post("/thumbnails", json=body | {"fileFormat": kind}).json()["name"]
        reply = httpx.get(f"{service.url}/v1/{name}:getPixels")
        assert reply.headers["content-type"] == "application/zip"
        assert zipfile.ZipFile(io.BytesIO(reply.content)).namelist() == names
    refused(http.post("/thumbnails", json=body | {"fileFormat": "ZIPPED"}), 400, "INVALID_ARGUMENT")
    refused(http.get("/thumbnails/none:getPixels"), 404, "NOT_FOUND")


def test_pixels_of_an_asset(http: httpx.Client) -> None:
    """assets:getPixels answers like computePixels, without an expression."""
    body = {"fileFormat": "NPY", "bandIds": ["B2"], "grid": scene_grid(0, 0, 3, 2)}
    reply = http.post("/assets/samples/itaipu_landsat8:getPixels", json=body)
    assert np.load(io.BytesIO(reply.content)).shape == (2, 3)
    refused(http.post("/assets/samples/nothing:getPixels", json=body), 400, "INVALID_ARGUMENT")


def test_assets_are_made_listed_and_deleted(service: LocalEarthEngine, http: httpx.Client) -> None:
    """Folders are created by assetId, listed with their parent in pages, and deleted."""
    for name in ("one", "two"):
        reply = http.post("/assets", params={"assetId": name}, json={"type": "FOLDER"})
        conforms(reply.json(), "EarthEngineAsset")
        assert reply.json()["name"] == f"{ROOT}/{name}"
    first = http.get("/assets:listAssets", params={"pageSize": 2}).json()
    conforms(first, "ListAssetsResponse")
    second = http.get("/assets:listAssets", params={"pageSize": 2, "pageToken": first["nextPageToken"]}).json()
    listed = [asset["name"] for asset in first["assets"] + second["assets"]]
    assert listed == [f"{ROOT}/one", f"{ROOT}/samples", f"{ROOT}/two"]
    whole = httpx.get(f"{service.url}/v1/projects/local-demo:listAssets").json()
    assert [asset["name"] for asset in whole["assets"]] == listed
    assert [asset["type"] for asset in http.get("/assets/samples:listAssets").json()["assets"]] == ["IMAGE"]
    assert http.get("/assets/one:listAssets").json() == {}
    assert http.delete("/assets/one").json() == {}
    refused(http.get("/assets/one"), 404, "NOT_FOUND")
    refused(http.post("/assets", params={"assetId": "two"}, json={"type": "FOLDER"}), 409, "ALREADY_EXISTS")
    refused(http.post("/assets", params={"assetId": "a/b"}, json={"type": "FOLDER"}), 404, "NOT_FOUND")
    refused(http.post("/assets", params={"assetId": "b@d"}, json={"type": "FOLDER"}), 400, "INVALID_ARGUMENT")
    assert http.get("/assets").json()["type"] == "FOLDER"


def test_a_collection_is_listed_in_full_or_in_short(service: LocalEarthEngine, http: httpx.Client) -> None:
    """The images of a collection come with their bands, unless the basic view is asked for."""
    http.post("/assets", params={"assetId": "all"}, json={"type": "IMAGE_COLLECTION"})
    body = asset_body("all/one", grid=scene_grid(0, 0, 8, 8))
    finished(service, http, submitted(http, body)["name"])
    [full] = http.get("/assets/all:listAssets").json()["assets"]
    conforms(full, "EarthEngineAsset")
    assert {"bands", "properties", "geometry"} <= full.keys()
    [short] = http.get("/assets/all:listAssets", params={"view": "BASIC"}).json()["assets"]
    assert short.keys() == {"type", "name", "id", "updateTime"}


def test_permissions_tell_what_may_be_done(http: httpx.Client) -> None:
    """Everything is allowed on what exists, nothing on what does not, and wildcards are refused."""
    wanted = {"permissions": ["earthengine.assets.create", "earthengine.assets.get"]}
    assert http.post("/assets/samples:testIamPermissions", json=wanted).json() == wanted
    assert http.post("/assets:testIamPermissions", json=wanted).json() == wanted
    assert http.post("/assets/nothing:testIamPermissions", json=wanted).json() == {}
    refused(http.post("/assets/samples:testIamPermissions", json={"permissions": ["*"]}), 400, "INVALID_ARGUMENT")


def test_bad_destinations_are_refused_at_once(http: httpx.Client) -> None:
    """A malformed asset name and a missing parent folder do not become operations."""
    bad = asset_body("two words")
    assert "Invalid asset name" in refused(http.post("/image:export", json=bad), 400, "INVALID_ARGUMENT")
    orphan = asset_body("nowhere/out")
    message = refused(http.post("/image:export", json=orphan), 404, "NOT_FOUND")
    assert message == f"Asset '{ROOT}/nowhere' does not exist or doesn't allow this operation."
    assert http.get("/operations").json() == {}


def test_a_request_id_is_used_once(http: httpx.Client) -> None:
    """The second request with an id is refused with 409 and the text that users meet; a refused one uses none up."""
    refused(http.post("/image:export", json=asset_body("x/y", requestId="again")), 404, "NOT_FOUND")
    submitted(http, asset_body(requestId="again"))
    message = refused(http.post("/image:export", json=asset_body(requestId="again")), 409, "ALREADY_EXISTS")
    assert message == "A different Operation was already started with the given request_id"


def test_large_bodies_are_refused(http: httpx.Client) -> None:
    """A body over 10 MB is refused with the service's text."""
    body = asset_body()
    body["expression"]["values"]["unused"] = constant("x" * 10_485_760)
    message = refused(http.post("/image:export", json=body), 400, "INVALID_ARGUMENT")
    assert message == "Request payload size exceeds the limit: 10485760 bytes."


@pytest.mark.parametrize("path", ["", "nothing", "image:import", "operations/A/B/C:pause"])
def test_unknown_methods_are_not_found(http: httpx.Client, path: str) -> None:
    """An address without a method is answered in the service's shape."""
    assert refused(http.post(f"/{path}", json={}), 404, "NOT_FOUND")


@pytest.mark.parametrize("project", ["%2e%2e", "UPPER", "a_b", "x" * 31])
def test_what_is_no_project_is_not_found(service: LocalEarthEngine, project: str) -> None:
    """Nothing is started or listed under a name that no project can have, least of all one that leads elsewhere."""
    refused = httpx.post(f"{service.url}/v1/projects/{project}/image:export", json=drive_body())
    assert (refused.status_code, refused.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert httpx.get(f"{service.url}/v1/projects/{project}/operations").status_code == 404


def test_other_hosts_are_refused(service: LocalEarthEngine) -> None:
    """A request under a foreign name is refused, whatever it resolves to."""
    for host in ("example.com", "example.com:80", "127.0.0.1.example.com", ""):
        reply = httpx.get(f"{service.url}/v1/projects/local-demo/config", headers={"Host": host})
        assert reply.status_code in {400, 403}
        assert "REGISTERED" not in reply.text
    port = service.url.rpartition(":")[2]
    reply = httpx.get(f"{service.url}/v1/projects/local-demo/config", headers={"Host": f"localhost:{port}"})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "origin", ["null", "", "file://", "http://[::1", "http://localhost@example.com", "http://example.com/127.0.0.1"]
)
def test_origins_that_are_none_change_nothing(http: httpx.Client, origin: str) -> None:
    """What a browser says of a page that has no address here, or a crooked one, is refused like a foreign one."""
    assert refused(http.post("/image:export", json=drive_body(), headers={"Origin": origin}), 403, "PERMISSION_DENIED")


def test_pages_of_other_hosts_change_nothing(http: httpx.Client) -> None:
    """A page from elsewhere can neither submit nor read; one on this machine can do both."""
    foreign, own = {"Origin": "https://example.com"}, {"Origin": "http://localhost:8888"}
    refused(http.post("/image:export", json=drive_body(), headers=foreign), 403, "PERMISSION_DENIED")
    assert http.get("/operations", headers=foreign).headers.get("access-control-allow-origin") is None
    reply = http.post("/image:export", json=drive_body(), headers=own)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "http://localhost:8888"
    preflight = http.options("/image:export", headers=own | {"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "assets/..%2f..%2f..%2fetc%2fpasswd",
        "assets/%2e%2e/%2e%2e/emulator.sqlite",
        "assets/samples/itaipu_landsat8/asset.json",
        "assets/samples%00",
    ],
)
def test_paths_lead_nowhere_else(http: httpx.Client, path: str) -> None:
    """Names that try to leave the tree of assets find nothing."""
    assert refused(http.get(f"/{path}"), 404, "NOT_FOUND")
