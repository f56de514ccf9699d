"""Asking how things stand with the project: registration, the queue, and the room for assets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.operation import OperationState
from ee_export_widget.core.reading import whole_number
from ee_export_widget.errors import ExportWidgetError, NotFoundError, PermissionDeniedError
from ee_export_widget.session.facts import QUEUE_LIMIT, Quota, Registration, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.session import ExportSession

FRESH = timedelta(minutes=1)
_JOB = "standing"
_MOST_READ = QUEUE_LIMIT


async def config_of(client: EarthEngineClient) -> Mapping[str, Any]:
    """Read the configuration of the project; whoever may not read it may be allowed to work with it all the same.

    Sources differ on the permission that it needs (REST contract, section 18).
    """
    try:
        return await client.get_config()
    except PermissionDeniedError as error:
        try:
            async for _ in client.list_operations(page_size=1):
                break
        except PermissionDeniedError:
            raise error from None
        return {}


def registration_of(config: Mapping[str, Any]) -> Registration:
    """Read ``ProjectConfig``; states that are not known here count as registered or not by their names."""
    state = str(config.get("registrationState") or "")
    if state == "NOT_REGISTERED":
        return "not_registered"
    return "registered" if state.startswith("REGISTERED") else "unknown"


def look(session: ExportSession, *, fresh: bool = False) -> None:
    """See to it that the standing is known, in the background; asks nothing that was answered a minute ago."""
    client, standing = session.client, session.snapshot.standing
    if client is None or session.snapshot.connection.state != "connected":
        return
    root = asset_root(session.snapshot.target_name)
    known = standing.state in {"asking", "known"} and standing.root == root
    recent = standing.at is not None and session.now() - standing.at < FRESH
    if known and recent and not fresh:
        return
    session.update(standing=replace(standing, state="asking", root=root, at=session.now()))
    session.run(_JOB, _look(session, client, root))


def asset_root(name: str) -> str:
    """Give the root that an asset of this name would be written under; empty where no asset is written."""
    project, assets, _ = name.partition("/assets/")
    return f"{project}/assets" if assets and project != "projects/earthengine-legacy" else ""


async def _look(session: ExportSession, client: EarthEngineClient, root: str) -> None:
    found = await queue_and_room(client, root, session.snapshot.standing)
    with session.lock:
        if session.client is client:
            session.update(standing=replace(found, at=session.now()))


async def queue_and_room(client: EarthEngineClient, root: str, found: Standing) -> Standing:
    """Ask how many exports wait, and how much room there is under a root; what cannot be asked stays unknown."""
    try:
        waiting, at_least = await _waiting(client)
        quota = await _quota(client, root) if root else None
    except ExportWidgetError:
        return replace(found, state="unreachable", root=root, waiting=None, quota=None)
    return replace(found, state="known", root=root, waiting=waiting, waiting_at_least=at_least, quota=quota)


async def _waiting(client: EarthEngineClient) -> tuple[int | None, bool]:
    """Count the exports that have not begun, in a list of which only the newest are read."""
    waiting = read = 0
    try:
        async for operation in client.list_operations():
            read += 1
            waiting += operation.state is OperationState.PENDING
            if read == _MOST_READ:
                return waiting, True
    except PermissionDeniedError:
        return None, False
    return waiting, False


async def _quota(client: EarthEngineClient, root: str) -> Quota | None:
    try:
        quota = (await client.get_asset(root)).get("quota")
    except (NotFoundError, PermissionDeniedError):
        return None
    if not isinstance(quota, dict):
        return None
    # Members at zero are left out of replies; a limit of zero is none.
    limits = (whole_number(_number(quota.get(name))) or None for name in ("maxSizeBytes", "maxAssets"))
    used = (whole_number(_number(quota.get(name, 0))) for name in ("sizeBytes", "assetCount"))
    (size, count), (max_size, max_count) = used, limits
    return Quota(size, max_size, count, max_count)


def _number(value: object) -> object:
    """Give the number that 64-bit integers in JSON are the text of."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def first_standing(config: Mapping[str, Any]) -> Standing:
    """Give what the first answer of a service says."""
    return Standing(registration=registration_of(config))
