"""The assets of a project, to choose a name or a folder from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.asset_names import short
from ee_export_widget.session.present.parts import button

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.browsing import Browsing, Found
    from ee_export_widget.session.snapshot import Snapshot

_KINDS = {
    "FOLDER": "",
    "IMAGE": "image",
    "IMAGE_COLLECTION": "image collection",
    "TABLE": "table",
    "FEATURE_VIEW": "feature view",
    "CLASSIFIER": "classifier",
}


def assets(snapshot: Snapshot) -> list[views.Item]:
    """Give the open folder; nothing while none is open."""
    found = snapshot.browsing
    if found.state == "closed":
        return []
    way = [(name.rpartition("/")[2] if index else _root(name), name) for index, name in enumerate(found.way)]
    item: views.Assets = {
        "kind": "assets",
        "label": f"Assets in {short(found.folder)}",
        "way": way,
        "entries": [_entry(entry) for entry in found.entries],
        "busy": found.state == "loading",
        "text": _text(found),
        "more": bool(found.next_page) and found.state == "ready",
        "use": button(
            "browse_choose", "Use this folder", reason="" if found.state == "ready" else "Wait for the list."
        ),
    }
    return [item]


def unreachable(snapshot: Snapshot) -> str:
    """Say why assets cannot be looked at; empty where they can."""
    if snapshot.connection.kind == "none":
        return "Choose a project, or the local emulator."
    return "" if snapshot.connection.state == "connected" else "There is no connection to the service."


def _root(name: str) -> str:
    return name.removeprefix("projects/").partition("/assets")[0]


def _entry(found: Found) -> views.AssetEntry:
    return {
        "name": found.name,
        "label": found.name.rpartition("/")[2],
        "note": _KINDS.get(found.kind, found.kind.lower().replace("_", " ")),
        "opens": found.opens,
    }


def _text(found: Browsing) -> str:
    if found.state == "loading":
        return "Reading the folder…"
    return found.message or ("" if found.entries else "This folder is empty.")
