"""What the client sends has the documented form, by the shared schema and not by an encoder of ours."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from tests.contract.client.test_operations import export
from tests.validation import jsonschema

if TYPE_CHECKING:
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

GRID = PixelGrid(4, 3, AffineTransform(30.0, 0.0, 743505.0, 0.0, -30.0, 7187505.0), "EPSG:32621")
SCHEMA = json.loads(
    files("ee_export_widget.emulator").joinpath("data/earth-engine-export-v1.schema.json").read_text(encoding="utf-8")
)


def check_message(body: Any, message: str) -> None:  # noqa: ANN401 - JSON
    """Refuse a body that is not of the message's form."""
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{message}"}).validate(body)


async def test_every_body_has_its_documented_form(service: Service) -> None:
    """Each method with a body sends the message that the reference names for it."""
    display = {"ranges": [{"min": 0, "max": 20000}]}
    async with service.client() as client:
        started = await client.export_image(export())
        await client.cancel_operation(started.name)
        await client.describe_image(service.image)
        await client.compute_pixels(service.image, grid=GRID, file_format="PNG", band_ids=["B2"], visualization=display)
        await client.create_map(service.image, band_ids=["B2"], visualization=display)
        await client.test_permissions(service.image, ["earthengine.assets.get"])
        await client.create_folder(f"projects/local-demo/assets/f{started.id}")
    sent = [
        (request.url.path.rpartition("/")[2].rpartition(":")[2], json.loads(request.content))
        for request in service.requests
    ]
    messages = {
        "export": "CanonicalExportImageRequest",
        "cancel": "Empty",
        "compute": "ComputeValueRequest",
        "computePixels": "ComputePixelsRequest",
        "maps": "EarthEngineMap",
        "testIamPermissions": "TestIamPermissionsRequest",
        "assets": "EarthEngineAsset",
    }
    assert [method for method, _ in sent] == list(messages)
    for method, body in sent:
        check_message(body, messages[method])


@pytest.mark.any_service
async def test_every_answer_has_its_documented_form(service: Service) -> None:
    """What the service answers is what the reference says, so that reading it proves something."""
    async with service.client() as client:
        started = await client.export_image(export(service))
        await client.cancel_operation(started.name)
        reply = await client._connection.attempt(_get(started.name), within_s=10)
        page = await client._connection.attempt(_get(f"projects/{service.project}/operations"), within_s=10)
        asset = await client._connection.attempt(_get(service.image), within_s=10)
    check_message(reply.json(), "Operation")
    check_message(page.json(), "ListOperationsResponse")
    check_message(asset.json(), "EarthEngineAsset")


def _get(name: str) -> Any:  # noqa: ANN401 - a call
    from ee_export_widget.client.http import Call

    return Call("GET", f"/v1/{name}")
