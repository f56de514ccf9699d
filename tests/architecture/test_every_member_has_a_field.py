"""Every documented member of the request can be reached in the form."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.core.draft.entries import ENTRIES
from ee_export_widget.core.message import ClientOnly, leaves
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session.entering import TYPED
from tests.unit.session.moments import PANELS, READY, image_of, items, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.session.snapshot import Snapshot

ARRAYS = image_of(data_type={"type": "PixelType", "precision": "float", "dimensions": 1})

IN_THE_TABLE = {"assetExportOptions.pyramidingPolicyOverrides", "assetExportOptions.pyramidingPolicy"}
"""What the band table edits, row by row and in its default."""

ON_THE_MAP = {"grid"}
"""What the map and the fields of the grid write together."""


def _moments() -> Iterator[Snapshot]:
    yield READY
    for destination in ("drive", "cloud_storage"):
        for file_format in ("GEO_TIFF", "TF_RECORD_IMAGE"):
            yield moment(destination=destination, file_format=file_format, image=ARRAYS)


def _reachable() -> set[str]:
    """Give the paths of all fields of all panels, whatever is exported to wherever."""
    found: set[str] = set()
    for snapshot in _moments():
        for name in ("image", "grid", "destination", "advanced"):
            view: Any = PANELS[name](snapshot)
            for item in items(view):
                found |= set(item.get("paths", ()))
    return found


def test_every_documented_member_has_a_field() -> None:
    """What the service documents can be set without writing JSON; what only clients know cannot."""
    reachable = _reachable() | IN_THE_TABLE | ON_THE_MAP
    members = dict(leaves(ExportImageRequest))
    documented = [path for path, field in members.items() if not any(isinstance(mark, ClientOnly) for mark in field)]
    assert len(documented) > 25
    missing = [path for path in documented if not any(f"{path}.".startswith(f"{known}.") for known in reachable)]
    assert [path for path in missing if not path.endswith("integerValue")] == []
    hidden = set(members) - set(documented)
    assert not hidden & reachable


def test_every_entry_is_a_field_of_the_draft_that_the_page_can_type_into() -> None:
    """No entry of the table stands for nothing, and none is forgotten where the page's words come in."""
    names = {item.name for item in fields(Draft)}
    assert ENTRIES.keys() <= names
    assert ENTRIES.keys() - TYPED == {"tensor_depths"}
    assert names >= TYPED


def test_every_field_says_what_it_is_for() -> None:
    """Label and tooltip come from the member itself, for each entry."""
    assert [name for name, entry in ENTRIES.items() if not entry.member.title] == []
    assert [name for name, entry in ENTRIES.items() if not entry.member.description] == []


def test_values_are_kept_while_switching() -> None:
    """Neither another destination nor another format loses what was typed for the first."""
    draft = replace(READY.draft, destination="drive", drive_prefix="x", no_data="5", patch_dimensions="64")
    there = replace(draft, destination="cloud_storage", file_format="TF_RECORD_IMAGE")
    back = replace(there, destination="drive", file_format="GEO_TIFF")
    assert replace(READY, draft=back).composed.body == replace(READY, draft=draft).composed.body
