"""Asking the service about a request that stands in no form: what the command line does before it submits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import (
    BadRequestError,
    ConnectionFailedError,
    ExportWidgetError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    QuotaExceededError,
    ServerError,
    UnexpectedResponseError,
)
from ee_export_widget.session import standing
from ee_export_widget.session.checks import Told, service_problems
from ee_export_widget.session.facts import Standing
from ee_export_widget.session.snapshot import TargetState
from ee_export_widget.session.target import target_state

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.request import ExportImageRequest

_NO_ANSWER = (ConnectionFailedError, ServerError, QuotaExceededError, UnexpectedResponseError)
"""What says nothing against a request."""


@dataclass(frozen=True)
class Answers:
    """What a service says of a request."""

    image: ImageInfo | None
    problems: tuple[Problem, ...]
    """Of the service alone."""
    unasked: tuple[str, ...] = ()
    """What it gave no answer about, as words."""
    silence: ExportWidgetError | None = None
    """Why nothing could be asked at all."""


async def ask(client: EarthEngineClient, request: ExportImageRequest) -> Answers:
    """Ask about image, target, account, project, queue and room, as the form does.

    Raises
    ------
    AuthenticationError, PermissionDeniedError
        Where the account may not ask: nor could it submit.
    """
    image, said = None, list[Problem]()
    unasked: list[str] = []
    if request.expression is not None:
        try:
            image = await client.describe_image(request.expression)
        except InvalidRequestError as error:
            said += error.problems
        except (BadRequestError, NotFoundError) as error:
            said.append(Problem("expression", "image-refused", "error", error.message, error.hint))
        except ConnectionFailedError as error:
            return Answers(None, (), silence=error)
        except _NO_ANSWER:
            unasked.append("the image")
    destination = request.destination
    name = str(getattr(destination, "name", None) or "")
    found = TargetState()
    if destination is not None and name and not destination.problems():
        found = await target_state(client, name)
    stands = await _standing(client, standing.asset_root(found.name))
    unasked += ["the name"] * (found.state == "unreachable") + ["queue and room"] * (stands.state == "unreachable")
    told = Told(
        project=client.project,
        destination=request.destination_kind or "",
        target=found,
        overwriting=bool(getattr(destination, "overwrite", None)),
        standing=stands,
        account=client.credentials_source,
        grid=request.grid if isinstance(request.grid, PixelGrid) else None,
        info=image,
    )
    return Answers(image, (*said, *service_problems(told)), tuple(unasked))


async def _standing(client: EarthEngineClient, root: str) -> Standing:
    try:
        known = standing.first_standing(await standing.config_of(client))
    except (*_NO_ANSWER, PermissionDeniedError):
        known = Standing()
    return await standing.queue_and_room(client, root, known)
