"""Each method asks what the REST contract says, and reads what it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ee_export_widget.client.api import MapTiles
from ee_export_widget.client.auth import CredentialsSource, FoundCredentials
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError, NotFoundError, UnexpectedResponseError
from tests.unit.client.scripted import EXPRESSION, LOCAL, ManualTime, Script, answer, client_of, operation, refusal
from tests.unit.client.test_auth import CountedCredentials
from tests.unit.core import bodies

pytestmark = pytest.mark.anyio

NAME = "projects/earthengine-legacy/operations/ABCDEFGHIJ23456789KLMNOP"
GRID = bodies.GRID | {"dimensions": {"width": 4, "height": 3}}


async def test_operation_is_asked_for_by_its_name_verbatim(time: ManualTime) -> None:
    """The name may belong to another project than the client's."""
    script = Script(answer({"name": NAME, "metadata": {"state": "RUNNING", "createTime": "2026-01-05T10:00:00Z"}}))
    async with client_of(script, time) as client:
        found = await client.get_operation(NAME)
    assert script.paths == [f"/v1/{NAME}"]
    assert found.name == NAME
    assert found.create_time == datetime(2026, 1, 5, 10, tzinfo=UTC)


async def test_unknown_operation_is_not_found(time: ManualTime) -> None:
    """A 404 arrives as its own error."""
    async with client_of(Script(refusal(404, "Operation not found.", "NOT_FOUND")), time) as client:
        with pytest.raises(NotFoundError, match="Operation not found"):
            await client.get_operation(NAME)


@pytest.mark.parametrize("body", [{}, {"done": True}])
async def test_answer_without_an_operation_is_unexpected(time: ManualTime, body: dict[str, Any]) -> None:
    """An object that is no operation is not taken for one."""
    async with client_of(Script(answer(body)), time) as client:
        with pytest.raises(UnexpectedResponseError, match="not an operation"):
            await client.get_operation(NAME)


async def test_operations_are_listed_over_all_pages(time: ManualTime) -> None:
    """Pages follow each other until there is no token; an empty page may have one, odd entries are passed over."""
    script = Script(
        answer({"operations": [operation("A"), "odd", {"done": True}], "nextPageToken": "t+/1"}),
        answer({"nextPageToken": "t2"}),
        answer({"operations": [operation("B")], "nextPageToken": ""}),
    )
    async with client_of(script, time) as client:
        assert [item.id async for item in client.list_operations(page_size=2)] == ["A", "B"]
    assert set(script.paths) == {"/v1/projects/demo-project/operations"}
    assert [dict(asked.url.params) for asked in script.requests] == [
        {"pageSize": "2"},
        {"pageSize": "2", "pageToken": "t+/1"},
        {"pageSize": "2", "pageToken": "t2"},
    ]


async def test_empty_list_is_empty(time: ManualTime) -> None:
    """A list without any member has no operations; 500 are asked for at a time."""
    script = Script(answer({}))
    async with client_of(script, time) as client:
        assert [item async for item in client.list_operations()] == []
    assert script.requests[0].url.params["pageSize"] == "500"


async def test_list_that_goes_round_in_circles_ends(time: ManualTime) -> None:
    """A service that repeats a token is not asked for ever."""
    async with client_of(Script(answer({"nextPageToken": "again"})), time) as client:
        with pytest.raises(UnexpectedResponseError, match="circles"):
            _ = [item async for item in client.list_operations()]


async def test_page_is_repeated_without_losing_its_place(time: ManualTime) -> None:
    """A page that fails is asked for again, and nothing comes twice."""
    script = Script(
        answer({"operations": [operation("A")], "nextPageToken": "2"}),
        refusal(503),
        answer({"operations": [operation("B")]}),
    )
    async with client_of(script, time) as client:
        assert [item.id async for item in client.list_operations()] == ["A", "B"]
    assert script.requests[1].url == script.requests[2].url


async def test_cancel_sends_an_empty_object(time: ManualTime) -> None:
    """Cancelling is a POST of ``{}`` to the operation, repeated like a read."""
    script = Script(refusal(503), answer({}))
    async with client_of(script, time) as client:
        await client.cancel_operation(NAME)
    assert script.paths == [f"/v1/{NAME}:cancel"] * 2
    assert script.bodies == [{}, {}]


async def test_image_is_described_by_the_service(time: ManualTime) -> None:
    """The description of an image comes from value:compute."""
    band = {
        "id": "B2",
        "data_type": {"type": "PixelType", "precision": "int", "min": 0, "max": 65535},
        "crs": "EPSG:32621",
        "crs_transform": [30, 0, 700000, 0, -30, -2800000],
        "dimensions": [10, 20],
    }
    script = Script(answer({"result": {"type": "Image", "bands": [band], "properties": {"a": 1}}}))
    async with client_of(script, time) as client:
        info = await client.describe_image("projects/p/assets/x")
    assert [band.id for band in info.bands] == ["B2"]
    assert script.paths == ["/v1/projects/demo-project/value:compute"]
    (body,) = script.bodies
    assert body["expression"]["values"]["0"]["functionInvocationValue"]["functionName"] == "Image.load"
    assert list(body) == ["expression"]


@pytest.mark.parametrize("result", [None, 7, "Image", [], {}, {"type": "FeatureCollection"}])
async def test_value_that_is_no_image_is_refused(time: ManualTime, result: object) -> None:
    """An expression that evaluates to something else is the caller's mistake, told as a problem."""
    async with client_of(Script(answer({"result": result})), time) as client:
        with pytest.raises(InvalidRequestError, match="does not evaluate to an image") as caught:
            await client.describe_image(EXPRESSION)
    assert caught.value.problems[0].field == "expression"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("projects/p/assets/a/b", b"/v1/projects/p/assets/a/b"),
        ("users/someone/x y", b"/v1/projects/earthengine-legacy/assets/users/someone/x%20y"),
        ("projects/p/assets/a:listAssets?x#y", b"/v1/projects/p/assets/a%3AlistAssets%3Fx%23y"),
    ],
)
async def test_asset_is_asked_for_by_its_encoded_name(time: ManualTime, name: str, path: bytes) -> None:
    """Whatever is in a name, the request goes to that asset and no other method."""
    script = Script(answer({"type": "IMAGE"}))
    async with client_of(script, time) as client:
        assert await client.get_asset(name) == {"type": "IMAGE"}
    assert script.requests[0].url.raw_path == path


@pytest.mark.parametrize(
    ("parent", "path"),
    [
        ("projects/p", "/v1/projects/p:listAssets"),
        ("projects/p/assets", "/v1/projects/p:listAssets"),
        ("projects/p/assets/f", "/v1/projects/p/assets/f:listAssets"),
    ],
)
async def test_assets_are_listed_over_all_pages(time: ManualTime, parent: str, path: str) -> None:
    """A folder, or the root of a project, is listed page by page."""
    script = Script(answer({"assets": [{"name": "a"}], "nextPageToken": "2"}), answer({"assets": [{"name": "b"}]}))
    async with client_of(script, time) as client:
        assert [item["name"] async for item in client.list_assets(parent)] == ["a", "b"]
    assert script.paths == [path, path]


async def test_folder_is_created_below_its_project(time: ManualTime) -> None:
    """The id of the folder goes into the query, its kind into the body."""
    script = Script(answer({"type": "FOLDER", "name": "projects/p/assets/a/b"}))
    async with client_of(script, time) as client:
        assert (await client.create_folder("projects/p/assets/a/b"))["type"] == "FOLDER"
    (asked,) = script.requests
    assert (asked.method, asked.url.path, dict(asked.url.params)) == (
        "POST",
        "/v1/projects/p/assets",
        {"assetId": "a/b"},
    )
    assert script.bodies == [{"type": "FOLDER"}]


@pytest.mark.parametrize(
    ("granted", "expected"), [({"permissions": ["a"]}, {"a"}), ({}, set()), ({"permissions": None}, set())]
)
async def test_permissions_that_are_granted_come_back(
    time: ManualTime, granted: dict[str, Any], expected: set[str]
) -> None:
    """Of the permissions asked about, those that the caller has; none on a missing asset."""
    script = Script(answer(granted))
    async with client_of(script, time) as client:
        assert await client.test_permissions("projects/p/assets/f", iter(["a", "b"])) == expected
    assert script.paths == ["/v1/projects/p/assets/f:testIamPermissions"]
    assert script.bodies == [{"permissions": ["a", "b"]}]


@pytest.mark.parametrize(
    "grid", [GRID, PixelGrid(4, 3, AffineTransform(30.0, 0.0, 500010.0, 0.0, -30.0, 4200000.0), "EPSG:32610")]
)
async def test_pixels_come_as_the_service_encodes_them(time: ManualTime, grid: Any) -> None:  # noqa: ANN401
    """The window, format, bands and display go into the body; the answer is the file."""
    script = Script(httpx.Response(200, content=b"\x93NUMPY", headers={"Content-Type": "application/octet-stream"}))
    async with client_of(script, time) as client:
        pixels = await client.compute_pixels(
            EXPRESSION, grid=grid, file_format="NPY", band_ids=("B2",), visualization={"ranges": [{"min": 0, "max": 1}]}
        )
    assert pixels == b"\x93NUMPY"
    assert script.paths == ["/v1/projects/demo-project/image:computePixels"]
    assert script.bodies == [
        {
            "expression": EXPRESSION,
            "fileFormat": "NPY",
            "grid": GRID,
            "bandIds": ["B2"],
            "visualizationOptions": {"ranges": [{"min": 0, "max": 1}]},
        }
    ]


async def test_pixels_of_all_bands_need_no_list(time: ManualTime) -> None:
    """What is not given is not sent."""
    script = Script(httpx.Response(200, content=b"x"))
    async with client_of(script, time) as client:
        await client.compute_pixels(EXPRESSION, grid=GRID, file_format="GEO_TIFF")
    assert set(script.bodies[0]) == {"expression", "fileFormat", "grid"}


async def test_answer_without_pixels_is_unexpected(time: ManualTime) -> None:
    """Nothing is not an image."""
    async with client_of(Script(httpx.Response(200)), time) as client:
        with pytest.raises(UnexpectedResponseError, match="no pixels"):
            await client.compute_pixels(EXPRESSION, grid=GRID, file_format="PNG")


async def test_map_gives_the_address_of_its_tiles(time: ManualTime) -> None:
    """A map is an address with three places to fill in; the expression is not sent back."""
    script = Script(answer({"name": "projects/demo-project/maps/abc-123"}))
    async with client_of(script, time) as client:
        tiles = await client.create_map(EXPRESSION, band_ids=["B2"], visualization={"paletteColors": ["red"]})
    assert tiles == MapTiles(
        "projects/demo-project/maps/abc-123", f"{LOCAL}/v1/projects/demo-project/maps/abc-123/tiles/{{z}}/{{x}}/{{y}}"
    )
    assert tiles.tile_url.format(z=1, x=2, y=3).endswith("/tiles/1/2/3")
    assert script.paths == ["/v1/projects/demo-project/maps"]
    assert dict(script.requests[0].url.params) == {"fields": "name"}
    assert script.bodies == [
        {
            "expression": EXPRESSION,
            "fileFormat": "AUTO_JPEG_PNG",
            "bandIds": ["B2"],
            "visualizationOptions": {"paletteColors": ["red"]},
        }
    ]


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "projects/p/assets/x"}, {"name": "projects/p/maps/a/b"}])
async def test_answer_without_a_map_is_unexpected(time: ManualTime, body: dict[str, Any]) -> None:
    """Only the name of a map leads to tiles."""
    async with client_of(Script(answer(body)), time) as client:
        with pytest.raises(UnexpectedResponseError, match="named no map"):
            await client.create_map(EXPRESSION)


async def test_signing_in_tells_where_the_credentials_came_from(time: ManualTime) -> None:
    """Credentials are found and proven before anything depends on them; no request goes out."""
    script = Script(answer())
    credentials = CountedCredentials()
    surroundings = time.surroundings(find_credentials=lambda: FoundCredentials(credentials, "a test", "stored-project"))
    async with client_of(
        script, time, base_url="https://earthengine.googleapis.com", surroundings=surroundings
    ) as client:
        assert await client.sign_in() == CredentialsSource("a test", "stored-project")
        await client.get_config()
    assert credentials.refreshed == 1
    assert len(script.requests) == 1
    assert script.requests[0].headers["Authorization"] == "Bearer token-1"


async def test_signing_in_elsewhere_is_not_needed(time: ManualTime) -> None:
    """A service that gets no credentials has no source of them."""
    async with client_of(Script(answer()), time) as client:
        assert await client.sign_in() is None


async def test_misspelt_keyword_names_the_nearest(time: ManualTime) -> None:
    """Methods say which keyword was meant."""
    async with client_of(Script(answer()), time) as client:
        with pytest.raises(TypeError, match="Did you mean 'file_format'"):
            await client.compute_pixels(EXPRESSION, grid=GRID, fileformat="PNG")  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="Did you mean 'band_ids'"):
            await client.create_map(EXPRESSION, bands_ids=["B2"])  # type: ignore[call-arg]
