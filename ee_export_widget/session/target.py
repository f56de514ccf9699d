"""Asking the service about the name that would be written, and making the folders that it lacks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ee_export_widget.core.asset_names import next_name, parents, short
from ee_export_widget.core.draft.draft import is_derived
from ee_export_widget.errors import BadRequestError, ExportWidgetError, NotFoundError, PermissionDeniedError
from ee_export_widget.session import standing
from ee_export_widget.session.snapshot import Proposed, TargetState

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypeAlias

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.session import ExportSession

    Answers: TypeAlias = dict[str, tuple[datetime, TargetState]]

CREATE = "earthengine.assets.create"
FRESH = timedelta(minutes=1)
_JOB = "check target"
_HOLDERS = {"FOLDER": "A folder", "IMAGE_COLLECTION": "An image collection"}
_MOST_NAMES = 20
"""Names in a row that are tried until one is free."""
_UNCHECKED = "Could not check the name. It is checked again on submit."

_answers: WeakKeyDictionary[EarthEngineClient, Answers] = WeakKeyDictionary()
"""What each connection was told lately, by name."""


def check_target(
    session: ExportSession, *, fresh: bool = False, pause_s: float | None = None, as_named: bool = False
) -> None:
    """Ask whether the asset name of the draft is free, once typing has paused.

    What was answered within the last minute is not asked again, unless it has to be ``fresh``. A taken name that
    nobody has chosen gives way to the next free one, unless the export is to go out ``as_named``.
    """
    name, client = session.snapshot.target_name, session.client
    if not name or client is None:
        session.give_up(_JOB)
        session.update(target=TargetState())
        return
    standing.look(session)
    known = _answers.setdefault(client, {})
    at, state = known.get(name, (None, None))
    if state is not None and at is not None and not fresh and session.now() - at < FRESH:
        session.give_up(_JOB)
        session.update(target=state)
        propose(session)
        return
    session.update(target=TargetState("checking", name))
    session.run(
        _JOB, _check_target(session, client, name, session.quiet_s if pause_s is None else pause_s, as_named=as_named)
    )


async def _check_target(
    session: ExportSession, client: EarthEngineClient, name: str, pause_s: float, *, as_named: bool = False
) -> None:  # fmt: skip
    await asyncio.sleep(pause_s)
    state = await target_state(client, name)
    with session.lock:
        _show(session, client, state)
        if not as_named:
            propose(session)


def _show(session: ExportSession, client: EarthEngineClient, state: TargetState) -> None:
    with session.lock:
        known = _answers.setdefault(client, {})
        known.pop(state.name, None)
        if state.state != "unreachable":
            known[state.name] = (session.now(), state)
        if session.snapshot.target_name == state.name and session.client is client:
            session.update(target=state)


def propose(session: ExportSession) -> None:
    """Put the next free name in the place of a taken one that nobody has chosen."""
    snapshot = session.snapshot
    draft, target = snapshot.draft, snapshot.target
    untouched = is_derived(draft) and draft.asset_path != session.named and not draft.overwrite
    if target.state != "taken" or not target.free or not untouched or snapshot.submission.state != "idle":
        return
    before = snapshot.proposed
    first = before.instead_of if before is not None and before.path == draft.asset_path else draft.asset_path
    session.update(draft=replace(draft, asset_path=target.free), proposed=Proposed(target.free, first))
    check_target(session, pause_s=0.0)


async def target_state(client: EarthEngineClient, name: str) -> TargetState:
    """Say whether an asset can be written under a name."""
    try:
        asset = await client.get_asset(name)
    except (NotFoundError, PermissionDeniedError):
        return await _place(client, name)
    except BadRequestError as error:
        return TargetState("refused", name, error.message, error.hint)
    except ExportWidgetError as error:
        return TargetState("unreachable", name, _UNCHECKED, error.hint)
    kind = str(asset.get("type"))
    if kind in _HOLDERS:
        return TargetState(
            "refused", name, f"{_HOLDERS[kind]} has this name.", "Choose another name, or one inside of it."
        )
    bands = len(asset.get("bands") or ())
    detail = f"{bands} band{'' if bands == 1 else 's'}, changed {str(asset.get('updateTime', ''))[:10]}"
    message = f"An image with this name exists already. It has {detail}."
    return TargetState("taken", name, message, free=await _next_free(client, name))


async def _next_free(client: EarthEngineClient, name: str) -> str:
    """Give the last part of the next name that the service does not know; empty where none was found soon."""
    for _ in range(_MOST_NAMES):
        name = next_name(name)
        try:
            await client.get_asset(name)
        except (NotFoundError, PermissionDeniedError):
            return name.rpartition("/")[2]
        except ExportWidgetError:
            break
    return ""


async def _place(client: EarthEngineClient, name: str) -> TargetState:
    """Say whether there is a place for a name that is free."""
    root, folders = parents(name)
    missing: list[str] = []
    holder, kind = root, "FOLDER"
    try:
        for folder in reversed(folders):
            try:
                kind = str((await client.get_asset(folder)).get("type"))
            except (NotFoundError, PermissionDeniedError):
                missing.insert(0, folder)
                continue
            holder = folder
            break
        allowed = CREATE in await client.test_permissions(holder, [CREATE])
    except ExportWidgetError as error:
        return TargetState("unreachable", name, _UNCHECKED, error.hint)
    shown = short(holder)
    if kind not in _HOLDERS or (missing and kind != "FOLDER"):
        what = "no folder: assets" if kind not in _HOLDERS else "an image collection: folders"
        return TargetState(
            "refused", name, f"{shown} is {what} cannot be written below it.", "Choose a folder, or another name."
        )
    if not allowed and holder != root:
        return TargetState("refused", name, f"You may not write to {shown}.", f"It needs the permission {CREATE}.")
    # Whether the root of a project can be asked this is not documented: a "no" is a doubt, not a refusal.
    doubt, hint = "", ""
    if not allowed:
        doubt = f"You may not write to {holder}, as far as the service says."
        hint = f"It needs the permission {CREATE}."
    if missing:
        message = f"There is no folder {short(missing[-1])} yet."
        wanted = "Create it, or choose a name in a folder that exists."
        return TargetState("homeless", name, message, wanted, folders=tuple(missing), doubt=doubt)
    where = f" Folder {shown} exists and you may write to it." if folders else ""
    return TargetState("free", name, f"Name is free.{where}", hint, doubt=doubt)


def create_folders(session: ExportSession) -> None:
    """Make the folders that the name needs, then look again."""
    target, client = session.snapshot.target, session.client
    if target.state == "homeless" and client is not None:
        session.update(target=replace(target, state="checking", message="Creating the folder…"))
        session.run(_JOB, _create_folders(session, client, target))


async def _create_folders(session: ExportSession, client: EarthEngineClient, target: TargetState) -> None:
    for folder in target.folders:
        try:
            await client.create_folder(folder)
        except ExportWidgetError as error:
            if getattr(error, "status", "") == "ALREADY_EXISTS":
                continue
            message = f"The folder {short(folder)} could not be created: {error.message}"
            _show(session, client, TargetState("refused", target.name, message, error.hint))
            return
    _show(session, client, await target_state(client, target.name))
