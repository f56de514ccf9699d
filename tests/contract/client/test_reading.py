"""Client and service agree on every method that changes nothing."""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import BadRequestError, InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from tests.contract.conftest import Service

pytestmark = pytest.mark.anyio

PUBLIC = {
    "result": "0",
    "values": {
        "0": {
            "functionInvocationValue": {
                "functionName": "Image.select",
                "arguments": {
                    "input": {
                        "functionInvocationValue": {
                            "functionName": "Image.load",
                            "arguments": {
                                "id": {"constantValue": "projects/local-demo/assets/samples/itaipu_landsat8"}
                            },
                        }
                    },
                    "bandSelectors": {"constantValue": ["B4", "spectral_class"]},
                },
            }
        }
    },
}


@pytest.mark.any_service
async def test_project_is_configured(service: Service) -> None:
    """The configuration proves that the project can be used."""
    async with service.client() as client:
        config = await client.get_config()
    assert config["name"] == f"projects/{service.project}/config"
    assert config["registrationState"].startswith("REGISTERED")


@pytest.mark.any_service
async def test_image_is_described_by_its_id(service: Service) -> None:
    """An asset id is enough to learn bands, types and grid."""
    async with service.client() as client:
        info = await client.describe_image(service.image)
    assert tuple(band.id for band in info.bands) == service.bands
    assert {band.crs for band in info.bands} == {service.crs}
    assert info.source_grid is not None
    assert info.source_grid.affine_transform.scale_x == pytest.approx(30 if service.crs == "EPSG:32621" else 1 / 3600)


async def test_expression_is_described(service: Service) -> None:
    """An expression of calls and references is evaluated by the service."""
    async with service.client() as client:
        info = await client.describe_image(PUBLIC)
    assert [band.id for band in info.bands] == ["B4", "spectral_class"]


@pytest.mark.any_service
async def test_missing_image_is_named(service: Service) -> None:
    """An image that does not exist is an error with its name, and a hint."""
    async with service.client() as client:
        with pytest.raises((BadRequestError, NotFoundError), match="no_such_image") as caught:
            await client.describe_image(f"projects/{service.project}/assets/no_such_image")
    assert "may read it" in caught.value.hint


@pytest.mark.any_service
async def test_unknown_band_is_named(service: Service) -> None:
    """A band that does not exist is an error with its name."""
    arguments = {
        "input": {
            "functionInvocationValue": {
                "functionName": "Image.load",
                "arguments": {"id": {"constantValue": service.image}},
            }
        },
        "bandSelectors": {"constantValue": ["B99"]},
    }
    expression = {
        "result": "0",
        "values": {"0": {"functionInvocationValue": {"functionName": "Image.select", "arguments": arguments}}},
    }
    async with service.client() as client:
        with pytest.raises(BadRequestError, match="B99") as caught:
            await client.describe_image(expression)
    assert "names of the bands" in caught.value.hint


@pytest.mark.any_service
async def test_number_is_no_image(service: Service) -> None:
    """An expression that gives a number is told apart from an image."""
    async with service.client() as client:
        with pytest.raises(InvalidRequestError, match="not evaluate to an image"):
            await client.describe_image({"result": "0", "values": {"0": {"constantValue": 7}}})


@pytest.mark.any_service
async def test_asset_is_read(service: Service) -> None:
    """An asset tells its type and bands."""
    async with service.client() as client:
        asset = await client.get_asset(service.image)
    assert asset["type"] == "IMAGE"
    assert tuple(band["id"] for band in asset["bands"]) == service.bands


@pytest.mark.any_service
@pytest.mark.parametrize("name", ["projects/{}/assets/none", "projects/{}/assets/a b/ü?#%2e%2e", "users/nobody/none"])
async def test_missing_asset_is_not_found(service: Service, name: str) -> None:
    """An asset that is not there is not found, whatever is in its name."""
    async with service.client() as client:
        with pytest.raises((NotFoundError, BadRequestError)) as caught:
            await client.get_asset(name.format(service.project))
    assert caught.value.hint


async def test_root_of_the_project_is_an_asset(service: Service) -> None:
    """The root folder can be asked about, listed, and written to."""
    async with service.client() as client:
        listed = [asset["name"] async for asset in client.list_assets("projects/local-demo")]
        granted = await client.test_permissions("projects/local-demo/assets", ["earthengine.assets.create"])
        root = await client.get_asset("projects/local-demo/assets")
    assert "projects/local-demo/assets/samples" in listed
    assert granted == {"earthengine.assets.create"}
    assert root["type"] == "FOLDER"


async def test_folder_is_listed(service: Service) -> None:
    """A folder gives what lies directly in it."""
    async with service.client() as client:
        listed = [asset["name"] async for asset in client.list_assets("projects/local-demo/assets/samples")]
    assert listed == [service.image]


@pytest.mark.any_service
async def test_permissions_on_a_missing_folder_are_none(service: Service) -> None:
    """Nobody may do anything with what does not exist, and asking is no error."""
    async with service.client() as client:
        assert (
            await client.test_permissions(f"projects/{service.project}/assets/none", ["earthengine.assets.get"])
            == set()
        )


async def test_pixels_are_the_images_own(service: Service) -> None:
    """A window on the image's own grid gives its own values, in the order of the bands asked for."""
    async with service.client() as client:
        grid = (await client.describe_image(service.image)).source_grid
        assert grid is not None
        transform = grid.affine_transform
        corner = AffineTransform(30.0, 0.0, transform.translate_x, 0.0, -30.0, transform.translate_y)
        content = await client.compute_pixels(
            service.image,
            grid=PixelGrid(5, 3, corner, "EPSG:32621"),
            file_format="NPY",
            band_ids=["spectral_class", "B2"],
        )
    pixels = np.load(io.BytesIO(content), allow_pickle=False)
    assert pixels.shape == (3, 5)
    assert pixels.dtype.names == ("spectral_class", "B2")
    assert pixels.dtype["B2"] == np.uint16


@pytest.mark.any_service
async def test_too_many_pixels_are_refused(service: Service) -> None:
    """A window beyond the limits is the caller's mistake."""
    grid = PixelGrid(40_000, 3, AffineTransform(30.0, 0.0, 700_000.0, 0.0, -30.0, 7_200_000.0), "EPSG:32621")
    async with service.client() as client:
        with pytest.raises(BadRequestError):
            await client.compute_pixels(service.image, grid=grid, file_format="PNG", band_ids=service.bands[:1])


@pytest.mark.any_service
async def test_map_has_tiles(service: Service) -> None:
    """The address of a map leads to pictures, without a token."""
    display = {"ranges": [{"min": 7000, "max": 12000}]}
    async with service.client() as client:
        tiles = await client.create_map(service.image, band_ids=service.bands[:3], visualization=display)
    async with httpx.AsyncClient(transport=service.carrier()) as browser:
        tile = await browser.get(tiles.tile_url.format(z=0, x=0, y=0))
    assert tile.status_code == 200
    assert tile.headers["content-type"] in {"image/png", "image/jpeg"}


async def test_nothing_is_sent_to_a_service_elsewhere_but_what_it_needs(service: Service) -> None:
    """The local Earth Engine is asked without any credentials."""
    async with service.client() as client:
        await client.get_config()
        assert await client.sign_in() is None
    assert [request.headers.get("Authorization") for request in service.requests] == [None]


async def test_assets_come_page_by_page(service: Service) -> None:
    """A token leads to the next page; the last has none."""
    async with service.client() as client:
        folder = f"projects/{service.project}/assets/pages_{uuid.uuid4().hex}"
        made = [f"{folder}/{name}" for name in "abc"]
        for name in (folder, *made):
            await client.create_folder(name)
        pages = [await client.list_assets_page(folder, page_size=1)]
        while token := pages[-1].next_page_token:
            pages.append(await client.list_assets_page(folder, page_size=1, page_token=token))
        assert [[asset["name"] for asset in page.assets] for page in pages] == [[name] for name in made]
        assert [asset["name"] async for asset in client.list_assets(folder, page_size=1)] == made
