"""Asking the service about the name that would be written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ee_export_widget.errors import BadRequestError, ExportWidgetError, NotFoundError, PermissionDeniedError
from ee_export_widget.session.snapshot import TargetState

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.session import ExportSession


def check_target(session: ExportSession) -> None:
    """Ask whether the asset name of the draft is free, once typing has paused."""
    name, client = session.target_name(), session.client
    if not name or client is None:
        session.give_up("check target")
        session.update(target=TargetState())
        return
    session.update(target=TargetState("checking", name))
    session.run("check target", _check_target(session, client, name))


async def _check_target(session: ExportSession, client: EarthEngineClient, name: str) -> None:
    await asyncio.sleep(session.quiet_s)
    state = await target_state(client, name)
    with session.gesture():
        if session.target_name() == name and session.client is client:
            session.update(target=state)


async def target_state(client: EarthEngineClient, name: str) -> TargetState:
    """Say whether an asset can be written under a name."""
    try:
        asset = await client.get_asset(name)
    except (NotFoundError, PermissionDeniedError):
        return await _parent_state(client, name)
    except BadRequestError as error:
        return TargetState("refused", name, error.message, error.hint)
    except ExportWidgetError as error:
        return TargetState("unreachable", name, "Could not check the name. It is checked again on submit.", error.hint)
    kind = asset.get("type")
    if kind in {"FOLDER", "IMAGE_COLLECTION"}:
        what = "A folder" if kind == "FOLDER" else "An image collection"
        return TargetState("refused", name, f"{what} has this name.", "Choose another name, or one inside of it.")
    bands = len(asset.get("bands") or ())
    detail = f"{bands} band{'' if bands == 1 else 's'}, changed {str(asset.get('updateTime', ''))[:10]}"
    return TargetState("taken", name, f"An image with this name exists already. It has {detail}.")


async def _parent_state(client: EarthEngineClient, name: str) -> TargetState:
    root, _, path = name.partition("/assets/")
    folder = path.rpartition("/")[0]
    if not folder:
        return TargetState("free", name, "Name is free.")
    parent = f"{root}/assets/{folder}"
    try:
        allowed = await client.test_permissions(parent, ["earthengine.assets.create"])
    except ExportWidgetError as error:
        return TargetState("unreachable", name, "Could not check the name. It is checked again on submit.", error.hint)
    if allowed and await _is_no_folder(client, parent):
        hint = "Choose a folder, or another name."
        return TargetState("refused", name, f"{folder} is no folder: assets cannot be written below it.", hint)
    if allowed:
        return TargetState("free", name, f"Name is free. Folder {folder} exists and you may write to it.")
    hint = "Create the folder first, or choose a name in a folder that exists."
    return TargetState("refused", name, f"There is no folder {folder} that you may write to.", hint)


async def _is_no_folder(client: EarthEngineClient, name: str) -> bool:
    """Tell whether an asset is known to be something that holds no others."""
    try:
        return (await client.get_asset(name)).get("type") not in {"FOLDER", "IMAGE_COLLECTION"}
    except ExportWidgetError:
        return False
