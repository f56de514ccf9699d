"""The Earth Engine REST API as far as image exports need it: one method of ours for each of the service's."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from ee_export_widget.client import names, replies
from ee_export_widget.client.auth import Authorizer
from ee_export_widget.client.http import Call, Connection, encode, service_url
from ee_export_widget.client.images import expression_of
from ee_export_widget.client.key_file import read_key_file
from ee_export_widget.client.retry import COMPUTE, WRITE
from ee_export_widget.client.submit import Ledger, Submitter, read_operation
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.core.addresses import GOOGLE
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.keywords import names_nearest_keyword
from ee_export_widget.core.operation import Operation
from ee_export_widget.errors import InvalidRequestError, UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    import httpx

    from ee_export_widget.client.auth import CredentialsSource
    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.client.key_file import GivenCredentials
    from ee_export_widget.core.request import ExportImageRequest

SUBMIT_DEADLINE_S = 120.0
PAGE_SIZE = 500
"""What the official client asks for; the service's maximum is not documented."""


@dataclass(frozen=True, slots=True)
class MapTiles:
    """An image as map tiles. The name works like a password for some hours: whoever has it can see the tiles."""

    name: str
    tile_url: str
    """Address with ``{z}``, ``{x}`` and ``{y}`` to fill in: web Mercator, 256 px."""


@dataclass(frozen=True, slots=True)
class AssetPage:
    """Some of the assets in a folder, as ``EarthEngineAsset`` messages."""

    assets: tuple[Mapping[str, Any], ...]
    next_page_token: str
    """Empty on the last page."""


class EarthEngineClient:
    """Asynchronous access to Earth Engine for one project.

    Making one opens nothing; it can be used on any event loop, and on several. ``async with`` or `aclose`
    closes what the loop has opened. Reads are repeated where the service is busy, fails or cannot be reached;
    an export is started at most once, see `export_image`.

    Parameters
    ----------
    project
        Project id or number, with or without ``projects/`` in front: it is billed, and owns the operations.
    credentials
        Credentials of google-auth, or the path of a service account's key file; they are sent to wherever
        ``base_url`` points. ``None``: they are found as the official client finds them (its sign-in file, then
        application default credentials), and sent to Google's hosts over https only; other services are then
        asked without any.
    base_url
        Address of the service.
    transport
        Carries the requests; for tests and for services that run in the same process.
    submit_deadline_s
        How long `export_image` tries, in seconds.
    surroundings
        Clocks, sleep and chance; for tests.

    Raises
    ------
    InvalidRequestError
        Where the project or the address cannot be one.
    AuthenticationError
        Where a key file cannot be read.
    """

    @names_nearest_keyword
    def __init__(  # noqa: PLR0913 - the last two are for tests
        self,
        project: str,
        *,
        credentials: GivenCredentials | None = None,
        base_url: str = GOOGLE,
        transport: httpx.AsyncBaseTransport | None = None,
        submit_deadline_s: float = SUBMIT_DEADLINE_S,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._project = names.project_id(project)
        self._surroundings = surroundings or Surroundings()
        url = service_url(base_url)
        self._base_url = str(url)
        if isinstance(credentials, str | os.PathLike):
            read = functools.partial(read_key_file, credentials)
            self._authorizer = Authorizer(read(), base_url=url, find=read)
        else:
            self._authorizer = Authorizer(credentials, base_url=url, find=self._surroundings.find_credentials)
        self._connection = Connection(
            url, self._project, self._authorizer, transport=transport, surroundings=self._surroundings
        )
        self._ledger = Ledger(self._surroundings)
        self._submitter = Submitter(
            self._connection, self._path("image:export"), self, self._ledger, self._surroundings, submit_deadline_s
        )

    def __repr__(self) -> str:
        return f"EarthEngineClient({self._project!r}, base_url={self._base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what was opened on the running loop; the client can be used again afterwards."""
        await self._connection.close()

    @property
    def project(self) -> str:
        """Project id or number, without ``projects/``."""
        return self._project

    @property
    def base_url(self) -> str:
        """Address of the service, without a slash at the end."""
        return self._base_url

    def look_for_credentials_anew(self) -> None:
        """Have credentials that were found, or read from a file, looked for again by the next request."""
        self._authorizer.look_anew()

    @property
    def credentials_source(self) -> CredentialsSource | None:
        """Where the credentials came from; ``None`` where there are none, or none were needed yet."""
        return self._authorizer.found_from

    @property
    def notices(self) -> tuple[str, ...]:
        """What the service wants the user to know, such as restricted mode; oldest first."""
        return self._connection.notices

    async def sign_in(self) -> CredentialsSource | None:
        """Find credentials and prove that they work, before anything depends on them.

        Raises
        ------
        AuthenticationError
            Where there are none, or they are no longer accepted.
        ConnectionFailedError
            Where the token service does not answer.
        """
        await self._authorizer.header()
        return self.credentials_source

    @names_nearest_keyword
    async def export_image(self, request: ExportImageRequest) -> Operation:
        """Start an export, exactly once, and give its operation.

        The request gets an id if it has none, and is repeated with the same id and body until the deadline.
        Where the service says that the id has been used, the operation is looked up and returned.

        Parameters
        ----------
        request
            What to export and where to.

        Raises
        ------
        BadRequestError
            Where the service finds the request wrong, or its id was used by another operation.
        QuotaExceededError
            Where the queue is full.
        ConnectionFailedError, ServerError
            Where the deadline passed. The hint says so where the export may have started all the same.
        ExportWidgetError
            For any other refusal: permissions, sign-in.
        """
        if not request.request_id:
            request = request.model_copy(update={"request_id": self._surroundings.new_request_id()})
        return await self._submitter.submit(request)

    @names_nearest_keyword
    async def find_exports(self, description: str, *, sent: datetime, known: Collection[str] = ()) -> list[Operation]:
        """Find the operations that an earlier run of the program may have started before it ended, newest first.

        Operations do not echo request ids: these have the description, and were created when it was sent. Others may
        have started them.

        Parameters
        ----------
        description
            Description of the request.
        sent
            When the request was first sent, aware, by the clock of this machine.
        known
            Names of operations that belong to other requests.

        Raises
        ------
        ExportWidgetError
            Where the operations of the project cannot be listed.
        """
        return await self._submitter.find(description, sent=sent, known=known)

    async def get_operation(self, name: str) -> Operation:
        """Read an operation by its full name, as `Operation.name` gives it.

        Raises
        ------
        NotFoundError
            Where the service does not know it.
        ExportWidgetError
            For any other failure.
        """
        call = Call("GET", names.url_path(names.operation_name(name)))
        return self._ledger.meet(await self._connection.request(call, read_operation))

    @names_nearest_keyword
    async def list_operations(self, *, page_size: int = PAGE_SIZE, matching: str = "") -> AsyncIterator[Operation]:
        """Give the operations of the project, whoever started them, in the order of the service.

        Parameters
        ----------
        page_size
            How many to ask for at a time.
        matching
            The parameter ``filter``, whose grammar Earth Engine does not document; empty for all operations.
        """
        only = {"filter": matching} if matching else {}
        async for item in self._pages(self._path("operations"), "operations", {"pageSize": page_size, **only}):
            try:
                operation = Operation.from_json(item)
            except ValueError:
                continue  # nothing can be asked of an operation without a name
            yield self._ledger.meet(operation)

    async def cancel_operation(self, name: str) -> None:
        """Ask the service to stop an operation; it may take minutes, and may come too late."""
        path = names.url_path(names.operation_name(name), ":cancel")
        await self._object(Call("POST", path, encode({})))

    async def wait_operation(self, name: str, *, timeout_s: float = 10.0) -> Operation:
        """Read an operation once it has ended, or after ``timeout_s`` seconds; the service may answer earlier."""
        path = names.url_path(names.operation_name(name), ":wait")
        call = Call("POST", path, encode({"timeout": f"{timeout_s:.9g}s"}))
        return self._ledger.meet(await self._connection.request(call, read_operation))

    async def delete_operation(self, name: str) -> None:
        """Tell the service that nobody asks for an operation any more; that does not cancel it."""
        await self._object(Call("DELETE", names.url_path(names.operation_name(name)), policy=WRITE))

    async def describe_image(self, expression: ImageLike) -> ImageInfo:
        """Read bands, types and grids of the image that an expression evaluates to.

        Raises
        ------
        InvalidRequestError
            Where it evaluates to something else.
        BadRequestError
            Where it cannot be evaluated: missing assets, unknown bands.
        """
        body = encode({"expression": expression_of(expression)})
        computed = await self._object(Call("POST", self._path("value:compute"), body, policy=COMPUTE))
        result = computed.get("result")
        if not isinstance(result, dict) or result.get("type") != "Image":
            raise InvalidRequestError.of(
                "expression", "not-an-image", "The expression does not evaluate to an image.", "Choose an image."
            )
        return ImageInfo.from_description(result)

    async def get_asset(self, name: str) -> Mapping[str, Any]:
        """Read what the service knows of an asset: the ``EarthEngineAsset`` message.

        Raises
        ------
        NotFoundError, PermissionDeniedError
            Where it does not exist or may not be seen: the service does not tell these apart.
        """
        return await self._object(Call("GET", names.url_path(names.asset_name(name))))

    @names_nearest_keyword
    async def list_assets(self, parent: str, *, page_size: int = PAGE_SIZE) -> AsyncIterator[Mapping[str, Any]]:
        """Give the assets in a folder, or at the root of a project (``projects/P``)."""
        path = names.url_path(names.asset_parent(parent), ":listAssets")
        async for asset in self._pages(path, "assets", {"pageSize": page_size}):
            yield asset

    @names_nearest_keyword
    async def list_assets_page(self, parent: str, *, page_size: int = PAGE_SIZE, page_token: str = "") -> AssetPage:
        """Give one page of the assets in a folder, for those who look at one page at a time.

        Parameters
        ----------
        parent
            A folder, or the root of a project: ``projects/P`` or ``projects/P/assets``.
        page_size
            How many to ask for.
        page_token
            ``next_page_token`` of the page before; empty for the first.

        Raises
        ------
        NotFoundError
            Where there is no such folder, or it may not be seen.
        """
        path = names.url_path(names.asset_parent(parent), ":listAssets")
        params = {"pageSize": page_size} | ({"pageToken": page_token} if page_token else {})
        page = await self._object(Call("GET", path, params=params))
        found = tuple(asset for asset in page.get("assets") or () if isinstance(asset, dict))
        return AssetPage(found, str(page.get("nextPageToken") or ""))

    async def create_folder(self, name: str) -> Mapping[str, Any]:
        """Create a folder for assets; its parent must exist.

        Raises
        ------
        BadRequestError
            Where something has that name already, or the name is malformed.
        """
        parent, asset_id = names.split_asset_name(name)
        path = names.url_path(f"{parent}/assets")
        return await self._object(Call("POST", path, encode({"type": "FOLDER"}), {"assetId": asset_id}, WRITE))

    async def delete_asset(self, name: str) -> None:
        """Delete an asset, for good."""
        await self._object(Call("DELETE", names.url_path(names.asset_name(name)), policy=WRITE))

    async def test_permissions(self, name: str, permissions: Iterable[str]) -> frozenset[str]:
        """Tell which permissions the caller has on an asset; none on one that does not exist."""
        path = names.url_path(names.asset_name(name), ":testIamPermissions")
        granted = await self._object(Call("POST", path, encode({"permissions": list(permissions)})))
        return frozenset(str(permission) for permission in granted.get("permissions") or ())

    @names_nearest_keyword
    async def compute_pixels(
        self,
        expression: ImageLike,
        *,
        grid: PixelGrid | Mapping[str, Any],
        file_format: str,
        band_ids: Sequence[str] | None = None,
        visualization: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Compute a window of an image: at most 48 MB uncompressed and 32 768 px a side.

        Parameters
        ----------
        expression
            The image.
        grid
            Which pixels, as a `PixelGrid` or its message.
        file_format
            ``GEO_TIFF``, ``NPY``, ``PNG``, ...
        band_ids
            Which bands, in order; all when left out.
        visualization
            The ``VisualizationOptions`` message, for pictures: ``ranges``, ``paletteColors``, ``gamma``.

        Returns
        -------
        bytes
            The encoded file.

        Raises
        ------
        BadRequestError
            Where the window is too large or the image cannot be computed.
        """
        body = {
            "expression": expression_of(expression),
            "fileFormat": file_format,
            "grid": grid.to_json() if isinstance(grid, PixelGrid) else grid,
            **_display(band_ids, visualization),
        }
        call = Call("POST", self._path("image:computePixels"), encode(body), policy=COMPUTE)
        return await self._connection.request(call, _read_pixels)

    @names_nearest_keyword
    async def create_map(
        self,
        expression: ImageLike,
        *,
        band_ids: Sequence[str] | None = None,
        visualization: Mapping[str, Any] | None = None,
    ) -> MapTiles:
        """Have an image served as map tiles.

        Parameters
        ----------
        expression
            The image.
        band_ids
            One or three bands.
        visualization
            The ``VisualizationOptions`` message, which brings values to 0..255.
        """
        body = {
            "expression": expression_of(expression),
            "fileFormat": "AUTO_JPEG_PNG",
            **_display(band_ids, visualization),
        }
        # Without "fields" the expression would come back too.
        call = Call("POST", self._path("maps"), encode(body), {"fields": "name"}, COMPUTE)
        name = await self._connection.request(call, _read_map_name)
        return MapTiles(name, f"{self._base_url}{names.url_path(name)}/tiles/{{z}}/{{x}}/{{y}}")

    async def get_config(self) -> Mapping[str, Any]:
        """Read the project's configuration, ``registrationState`` above all; proves that the project can be used."""
        return await self._object(Call("GET", self._path("config")))

    def _path(self, method: str) -> str:
        return f"{names.url_path(f'projects/{self._project}')}/{method}"

    async def _object(self, call: Call) -> dict[str, Any]:
        return await self._connection.request(call, replies.read_object)

    async def _pages(self, path: str, member: str, params: dict[str, str | int]) -> AsyncIterator[dict[str, Any]]:
        """Give the items of a paged list; an empty page may have a successor."""
        call = Call("GET", path, params=params)
        seen: set[str] = set()
        while True:
            page = await self._object(call)
            for item in page.get(member) or ():
                if isinstance(item, dict):
                    yield item
            token = page.get("nextPageToken")
            if not token:
                return
            if token in seen:
                message = "The pages of the list go round in circles."
                raise UnexpectedResponseError(message, method=call.method, path=path, hint="Try again later.")
            seen.add(token)
            call = replace(call, params=params | {"pageToken": token})


def _read_pixels(reply: httpx.Response) -> bytes:
    if not reply.content:
        raise replies.unexpected(reply, "The service sent no pixels.")
    return reply.content


def _read_map_name(reply: httpx.Response) -> str:
    name = str(replies.read_object(reply).get("name"))
    if not re.fullmatch(r"projects/[^/]+/maps/[^/]+", name):
        raise replies.unexpected(reply, "The service named no map.")
    return name


def _display(band_ids: Sequence[str] | None, visualization: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the members that say how to show an image, those that are set."""
    shown = {"bandIds": list(band_ids) if band_ids else None, "visualizationOptions": visualization}
    return {name: value for name, value in shown.items() if value is not None}
