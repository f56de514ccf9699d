"""Moments of a form, as plain values."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.draft import CrsRectangle, Draft
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import Connection, ImageState, Snapshot
from tests.unit.session.service import CORNER, IMAGE, OUT, PROJECT, SCENE, URL, UTM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ee_export_widget.session.fixes import NamedFix

INFO = ImageInfo.from_description(IMAGE)
LANDSAT = ImageState("ready", INFO, suggestions=INFO.suggestions)
REGION = CrsRectangle(UTM, (CORNER[0] + 310, CORNER[1] - 1210, CORNER[0] + 1210, CORNER[1] - 610))
DRAFT = Draft(
    expression=Expression.of(image_load(SCENE)), image_text=SCENE, region=REGION, asset_path=OUT, request_id="id-1"
)
CONNECTED = Connection("earth_engine", "connected", URL)
READY = Snapshot(DRAFT, PROJECT, CONNECTED, LANDSAT)
"""A form in which nothing is missing."""

EMULATOR = Connection("emulator", "connected", URL)
EVIL = "<img src=x onerror=alert(1)>"
"""What no panel may take for markup."""

PANELS: dict[str, Callable[[Snapshot], Mapping[str, Any]]] = {name: getattr(present, name) for name in present.__all__}


_ENTRIES = {entry.name for entry in fields(Draft)}


def image_of(**changes: Any) -> ImageState:  # noqa: ANN401 - members of a band
    bands = [{**band, **changes} for band in IMAGE["bands"]]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    return ImageState("ready", info, suggestions=info.suggestions)


def moment(base: Snapshot = READY, **changes: Any) -> Snapshot:  # noqa: ANN401 - fields of a snapshot or of its draft
    """Give a snapshot with some members, or entries of its draft, changed."""
    of_draft = {name: value for name, value in changes.items() if name in _ENTRIES}
    rest = {name: value for name, value in changes.items() if name not in of_draft}
    return replace(base, draft=replace(base.draft, **of_draft), **rest)


def offered(snapshot: Snapshot) -> dict[str, NamedFix]:
    """Give the fixes on offer by their names."""
    return {fix.name: fix for fix in snapshot.fixes}


def after(snapshot: Snapshot, name: str) -> Snapshot:
    """Give the snapshot after a fix."""
    return replace(snapshot, draft=offered(snapshot)[name].apply(snapshot.draft))


def items(view: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the items of a form in reading order, those of rows included."""
    for item in view["items"]:
        yield item
        yield from item["items"] if item["kind"] == "row" else ()


def item(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give the field, menu or item of a kind."""
    return next(entry for entry in items(view) if name in {entry.get("name"), entry["kind"]})


def buttons(view: Mapping[str, Any]) -> dict[str, str]:
    """Give the names of the buttons of a form, each with the reason why it cannot be pressed."""
    return {
        button["name"]: button["reason"]
        for entry in items(view)
        if entry["kind"] == "buttons"
        for button in entry["buttons"]
    }


def as_page_reads(view: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Give a view as it arrives in the page; fails where it cannot be sent."""
    text = json.dumps(view, allow_nan=False, ensure_ascii=False)
    return json.loads(text.encode("utf-8"))
