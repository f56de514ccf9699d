"""Looking through the assets of a project, folder by folder and page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ee_export_widget.core.asset_names import parents, short
from ee_export_widget.core.draft.draft import asset_path
from ee_export_widget.errors import ExportWidgetError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.session import ExportSession

PAGE = 100
"""How many assets are asked for at a time."""
_JOB = "browse"


@dataclass(frozen=True)
class Found:
    """One asset in a folder."""

    name: str
    """Full name."""
    kind: str
    """``FOLDER``, ``IMAGE_COLLECTION``, ``IMAGE``, …"""

    @property
    def opens(self) -> bool:
        """Whether other assets lie in it."""
        return self.kind in {"FOLDER", "IMAGE_COLLECTION"}


@dataclass(frozen=True)
class Browsing:
    """What is seen of the assets."""

    state: Literal["closed", "loading", "ready", "failed"] = "closed"
    folder: str = ""
    """Full name; the root of a project is ``projects/P/assets``."""
    entries: tuple[Found, ...] = ()
    next_page: str = ""
    message: str = ""

    @property
    def way(self) -> tuple[str, ...]:
        """The folder and all that it lies in, from the root on."""
        if not self.folder:
            return ()
        root, folders = parents(f"{self.folder}/x")
        return (root, *folders)


def begin(session: ExportSession) -> None:
    """Look into the folder that the asset name lies in, or close what is open."""
    if session.snapshot.browsing.state != "closed":
        close(session)
        return
    name = session.snapshot.target_name or f"projects/{session.snapshot.project}/assets/x"
    look_into(session, name.rpartition("/")[0])


def close(session: ExportSession) -> None:
    """Put it away."""
    session.give_up(_JOB)
    session.update(browsing=Browsing())


def look_into(session: ExportSession, folder: str) -> None:
    """List a folder from its beginning."""
    if (client := session.client) is not None:
        session.update(browsing=Browsing("loading", folder))
        session.run(_JOB, _list(session, client, folder))


def up(session: ExportSession) -> None:
    """List what the folder lies in; the root lies in nothing."""
    way = session.snapshot.browsing.way
    if len(way) > 1:
        look_into(session, way[-2])


def more(session: ExportSession) -> None:
    """Add the next page."""
    browsing, client = session.snapshot.browsing, session.client
    if client is not None and browsing.state == "ready" and browsing.next_page:
        session.update(browsing=replace(browsing, state="loading"))
        session.run(_JOB, _list(session, client, browsing.folder))


def choose(session: ExportSession, name: str) -> None:
    """Take the name of an asset, or put the present name into a folder that is being looked at."""
    browsing = session.snapshot.browsing
    if name == browsing.folder:
        last = session.draft.asset_path.strip().strip("/").rpartition("/")[2]
        name = f"{name}/{last}"
    elif name not in {found.name for found in browsing.entries}:
        return
    close(session)
    session.edit(asset_path=asset_path(name, session.snapshot.project))


async def _list(session: ExportSession, client: EarthEngineClient, folder: str) -> None:
    before = session.snapshot.browsing
    try:
        page = await client.list_assets_page(folder, page_size=PAGE, page_token=before.next_page)
    except NotFoundError:
        way = before.way
        if len(way) > 1:
            # The name may lie in a folder that is still to be made.
            look_into(session, way[-2])
            return
        found = replace(before, state="failed", message=f"{short(folder)} does not exist, or may not be seen.")
    except ExportWidgetError as error:
        found = replace(before, state="failed", message=f"{error.message} {error.hint}".strip())
    else:
        entries = (*before.entries, *(_found(asset) for asset in page.assets))
        found = replace(before, state="ready", entries=_sorted(entries), next_page=page.next_page_token, message="")
    with session.lock:
        if session.client is client and session.snapshot.browsing is before:
            session.update(browsing=found)


def _found(asset: Mapping[str, Any]) -> Found:
    return Found(str(asset.get("name") or ""), str(asset.get("type") or "TYPE_UNSPECIFIED"))


def _sorted(entries: tuple[Found, ...]) -> tuple[Found, ...]:
    """Put folders first, then by name; an asset that came twice stands once."""
    return tuple(sorted(dict.fromkeys(entries), key=lambda found: (not found.opens, found.name.lower())))
