"""Client and service agree on exports: starting, watching, cancelling, and every way in which replies get lost."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.client.rehearsal import fail_next_export
from ee_export_widget.core.operation import OperationState
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.emulator.faults import (
    BareMetadata,
    CutReply,
    EmptyList,
    LoseReply,
    ShortPage,
    StrangeMetadata,
    duplicate_request,
    expired_token,
    too_many_requests,
    unavailable,
)
from ee_export_widget.errors import (
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    QuotaExceededError,
)
from tests.contract.client.following import ended

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"


def export(service: Service | None = None, **members: Any) -> ExportImageRequest:  # noqa: ANN401 - members of the body
    """Give a small export of a service's image (the sample's) with a description and a destination of its own."""
    own = uuid.uuid4().hex[:12]
    project, image, band = (
        (service.project, service.image, service.bands[-1]) if service else ("local-demo", SAMPLE, "spectral_class")
    )
    load = {"functionName": "Image.load", "arguments": {"id": {"constantValue": image}}}
    return ExportImageRequest.from_json(
        {
            "expression": {"result": "0", "values": {"0": {"functionInvocationValue": load}}},
            "description": f"contract_{own}",
            "requestId": f"id-{own}",
            "grid": {
                "dimensions": {"width": 8, "height": 8},
                "affineTransform": {
                    "scaleX": 30,
                    "shearX": 0,
                    "translateX": 743505,
                    "shearY": 0,
                    "scaleY": -30,
                    "translateY": 7187505,
                },
                "crsCode": "EPSG:32621",
            },
            "assetExportOptions": {
                "earthEngineDestination": {"name": f"projects/{project}/assets/out_{own}"},
                "pyramidingPolicyOverrides": {band: "MODE"},
            },
            **members,
        }
    )


async def listed(client: EarthEngineClient, description: str | None) -> list[str]:
    return [item.name async for item in client.list_operations() if item.description == description]


async def test_export_runs_to_its_end(service: Service) -> None:
    """An export is started, can be read and listed, and ends with its times in order."""
    request = export(priority=42)
    async with service.client() as client:
        started = await client.export_image(request)
        assert started.name.startswith("projects/local-demo/operations/")
        assert started.state is OperationState.PENDING
        assert not started.done
        assert (started.type, started.description, started.priority) == ("EXPORT_IMAGE", request.description, 42)
        assert await listed(client, request.description) == [started.name]
        operation = await ended(client, started)
    assert operation.state is OperationState.SUCCEEDED
    assert operation.error is None
    assert operation.create_time is not None
    assert operation.start_time is not None
    assert operation.end_time is not None
    assert operation.create_time <= operation.start_time <= operation.end_time
    assert operation.stages
    assert operation.destination_uris


async def test_operations_are_paged(service: Service) -> None:
    """Page by page comes the same as all at once."""
    async with service.client() as client:
        for _ in range(3):
            await client.export_image(export())
        everything = {item.name async for item in client.list_operations()}
        one_by_one = [item.name async for item in client.list_operations(page_size=1)]
    assert len(one_by_one) == len(set(one_by_one))
    assert set(one_by_one) == everything
    assert len(everything) >= 3


@pytest.mark.any_service
async def test_unknown_operation_is_not_found(service: Service) -> None:
    """An operation that never was can be neither read nor cancelled."""
    unknown = f"projects/{service.project}/operations/NOSUCHOPERATION234567890"
    async with service.client() as client:
        with pytest.raises(NotFoundError):
            await client.get_operation(unknown)
        with pytest.raises(NotFoundError):
            await client.cancel_operation(unknown)


@pytest.mark.any_service
async def test_cancelled_operation_ends(service: Service) -> None:
    """Cancelling is asked for, and the operation ends one way or the other."""
    async with service.client() as client:
        started = await client.export_image(export(service))
        await client.cancel_operation(started.name)
        operation = await ended(client, started)
    assert operation.state in {OperationState.CANCELLED, OperationState.SUCCEEDED}
    if operation.state is OperationState.CANCELLED:
        assert operation.error is not None
        assert operation.error.code == 1


async def test_bare_metadata_is_an_unknown_state(service: Service) -> None:
    """An operation without state and update time can be read."""
    async with service.client() as client:
        started = await client.export_image(export())
        service.faults.add(BareMetadata(method="operations.get"))
        operation = await client.get_operation(started.name)
    assert operation.state in {OperationState.UNKNOWN, OperationState.SUCCEEDED}
    assert operation.update_time is None
    assert operation.description == started.description


async def test_strange_metadata_is_an_unknown_state(service: Service) -> None:
    """What a later service may say of an operation stops nobody from reading the rest."""
    async with service.client() as client:
        started = await client.export_image(export())
        service.faults.add(StrangeMetadata(method="operations.get"))
        operation = await client.get_operation(started.name)
    assert operation.state is OperationState.UNKNOWN
    assert operation.description == started.description
    assert operation.create_time == started.create_time


async def test_short_pages_hide_nothing(service: Service) -> None:
    """Operations on the pages after a short or an empty one are found too."""
    async with service.client() as client:
        request = export()
        started = await client.export_image(request)
        later = [await client.export_image(export()) for _ in range(2)]
        service.faults.add(ShortPage(size=0), ShortPage(size=2), ShortPage(size=0))
        found = [item.name async for item in client.list_operations()]
    assert found[:3] == [later[1].name, later[0].name, started.name]
    assert len(found) == len(set(found))


async def test_empty_list_is_empty(service: Service) -> None:
    """``{}`` is a list of no operations."""
    service.faults.add(EmptyList())
    async with service.client() as client:
        assert [item async for item in client.list_operations()] == []


@pytest.mark.parametrize("processed", [True, False], ids=["after-it-took-effect", "before-it-took-effect"])
async def test_lost_reply_starts_one_export(service: Service, processed: bool) -> None:
    """Whether the service had started or not when the connection broke, there is one operation, and it is returned."""
    request = export()
    service.faults.add(LoseReply(processed=processed))
    async with service.client() as client:
        started = await client.export_image(request)
        assert await listed(client, request.description) == [started.name]
    exports = [sent.content for sent in service.requests if sent.url.path.endswith("image:export")]
    assert len(exports) == 2
    assert exports[0] == exports[1]


async def test_reply_that_breaks_off_starts_one_export(service: Service) -> None:
    """An answer that is cut in the middle is a lost reply too."""
    request = export()
    service.faults.add(CutReply(method="image:export"))
    async with service.client() as client:
        started = await client.export_image(request)
        assert await listed(client, request.description) == [started.name]


async def test_lost_reply_finds_the_new_one_of_several(service: Service) -> None:
    """Earlier exports with the same description are not taken for the one that was just sent."""
    description = f"same_{uuid.uuid4().hex[:8]}"
    async with service.client() as client:
        earlier = [(await client.export_image(export(description=description))).name for _ in range(2)]
    service.faults.add(LoseReply())
    async with service.client() as client:
        started = await client.export_image(export(description=description))
        assert started.name not in earlier
        assert set(await listed(client, description)) == {*earlier, started.name}


async def test_same_request_again_is_the_same_operation(service: Service) -> None:
    """Submitting twice with one id starts once."""
    request = export()
    async with service.client() as client:
        first = await client.export_image(request)
        second = await client.export_image(request)
        assert first.name == second.name
        assert await listed(client, request.description) == [first.name]


async def test_used_id_of_something_else_is_refused(service: Service) -> None:
    """An id that another export has used cannot start or find anything."""
    request = export()
    async with service.client() as client:
        await client.export_image(request)
    async with service.client() as client:
        other = export(requestId=request.request_id)
        with pytest.raises(BadRequestError, match="request_id") as caught:
            await client.export_image(other)
        assert await listed(client, other.description) == []
    assert caught.value.http_status in {400, 409}


async def test_id_that_only_seems_used_is_told(service: Service) -> None:
    """Where the service calls an id used and lists nothing, its refusal is passed on."""
    request = export()
    service.faults.add(duplicate_request())
    async with service.client() as client:
        with pytest.raises(BadRequestError, match="request_id"):
            await client.export_image(request)
        assert await listed(client, request.description) == []


@pytest.mark.parametrize(
    "fault",
    [too_many_requests(retry_after_s=0), unavailable(), unavailable(retry_after_s=0), CutReply()],
    ids=["429", "503", "503-with-time", "cut"],
)
async def test_passing_failure_passes(service: Service, fault: Any) -> None:  # noqa: ANN401 - several kinds
    """A busy or failing service is asked again, for reads and for exports."""
    request = export()
    async with service.client() as client:
        service.faults.add(fault)
        assert (await client.get_config())["name"] == "projects/local-demo/config"
        service.faults.add(fault)
        started = await client.export_image(request)
        assert await listed(client, request.description) == [started.name]


async def test_long_wait_is_left_to_the_caller(service: Service) -> None:
    """A service that asks for an hour is not waited for; the error says how long."""
    service.faults.add(too_many_requests(retry_after_s=3600))
    async with service.client() as client:
        with pytest.raises(QuotaExceededError) as caught:
            await client.get_config()
    assert caught.value.retry_after_s == 3600


async def test_expired_token_is_renewed(service: Service) -> None:
    """A rejected token is replaced once; where there is none, the user is told."""
    tokens = ["old"]
    credentials = SimpleNamespace(
        valid=True,
        refresh=lambda _: tokens.append("new"),
        apply=lambda headers: headers.update(authorization=f"Bearer {tokens[-1]}"),
    )
    service.faults.add(expired_token())
    async with service.client(credentials) as client:
        await client.get_config()
    assert [request.headers["Authorization"] for request in service.requests] == ["Bearer old", "Bearer new"]
    service.faults.add(expired_token())
    async with service.client() as client:
        with pytest.raises(AuthenticationError):
            await client.get_config()


async def test_missing_parent_folder_is_refused(service: Service) -> None:
    """An asset cannot be written into a folder that does not exist, and nothing starts."""
    request = export(
        assetExportOptions={"earthEngineDestination": {"name": "projects/local-demo/assets/none/such/asset"}}
    )
    async with service.client() as client:
        with pytest.raises((BadRequestError, NotFoundError), match="none/such"):
            await client.export_image(request)
        assert await listed(client, request.description) == []


async def test_folder_is_created_once(service: Service) -> None:
    """A folder can be created and then written into; a second one of that name cannot."""
    name = f"projects/local-demo/assets/folder_{uuid.uuid4().hex[:8]}"
    async with service.client() as client:
        assert (await client.create_folder(name))["type"] == "FOLDER"
        assert (await client.get_asset(name))["type"] == "FOLDER"
        with pytest.raises(BadRequestError):
            await client.create_folder(name)
        with pytest.raises((BadRequestError, NotFoundError)):
            await client.create_folder(f"{name}_missing/inner")


async def test_malformed_request_names_its_fields(service: Service) -> None:
    """What the service finds wrong comes with the path of the field."""
    from ee_export_widget.client.replies import problems_of

    request = export(priority=12345)
    async with service.client() as client:
        with pytest.raises(BadRequestError) as caught:
            await client.export_image(request)
    assert "priority" in [problem.field for problem in problems_of(caught.value)]


async def test_the_next_export_runs_out_of_memory_when_a_local_service_is_told_so(service: Service) -> None:
    """That one alone, with the words of the real service."""
    async with service.client() as client:
        await fail_next_export(client)
        first = await ended(client, await client.export_image(export()))
        second = await ended(client, await client.export_image(export()))
    assert first.state == OperationState.FAILED
    assert first.error is not None
    assert first.error.message == "User memory limit exceeded."
    assert second.state == OperationState.SUCCEEDED
