"""The field of the CRS: what is suggested, as one types and before, and the name of the one in force."""

from __future__ import annotations

from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import crs_choices
from ee_export_widget.core.crs.search import search_crs
from ee_export_widget.core.draft.derive import region_centre, source_crs
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.outline import middle, outline
from ee_export_widget.session.present.parts import doing, field, message, option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ee_export_widget.core.crs.presets import CrsChoice
    from ee_export_widget.core.crs.search import CrsMatch
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.views import LonLat

PATHS = ("grid.crsCode", "grid.crsWkt")
_MOST_FOUND = 12
_LONGEST_SEARCH = 60
_LONGEST_PLACE = 60
_PASTE = doing("paste_wkt", "Paste WKT")


def crs_field(snapshot: Snapshot) -> views.Field:
    """Make the field: a code, WKT, or words to look for."""
    draft, composed = snapshot.draft, snapshot.composed
    source = source_crs(snapshot.image.info)
    found = _found(snapshot)
    made = field(
        "crs", "CRS", draft.crs, paths=PATHS, control="combo", options=found or _presets(snapshot),
        placeholder=source or "From the image", unit=short_name(composed.crs) if composed.crs_known else "",
        messages=_messages(snapshot.problems_at(*PATHS), snapshot),
    )  # fmt: skip
    if found:
        made["searched"] = draft.crs
    return made


def short_name(crs: str) -> str:
    """Give the name of a CRS without the datum that nearly all share."""
    try:
        return Crs.from_text(crs).name.removeprefix("WGS 84 / ")
    except InvalidRequestError:
        return crs


def _messages(problems: Iterable[Problem], snapshot: Snapshot) -> list[views.Message]:
    made = []
    for problem in problems:
        shown = message(problem, fixes_for(problem, snapshot))
        if problem.code in {"unknown-crs", "crs-proj-string"}:
            shown["fixes"].append(_PASTE)
        made.append(shown)
    return made


def _found(snapshot: Snapshot) -> list[views.Option]:
    """Look up what was typed, while it is no CRS yet."""
    text = snapshot.draft.crs.strip()
    if not text or snapshot.composed.crs_known or len(text) > _LONGEST_SEARCH or "[" in text:
        return []
    centre = _centre(snapshot)
    near = None if centre is None else (round(centre[0]), round(centre[1]))
    return [
        option(match.code, match.code, note=f"{match.name}, {shorten(match.place, _LONGEST_PLACE, placeholder='…')}")
        for match in _search(text, near)
    ]


@lru_cache(maxsize=32)
def _search(text: str, near: LonLat | None) -> list[CrsMatch]:
    return search_crs(text, near=near, limit=_MOST_FOUND)


def _centre(snapshot: Snapshot) -> LonLat | None:
    """Give the middle of the region, or else of the grid, or of the image."""
    info = snapshot.image.info
    return _middle_of_the_export(snapshot) or _middle_of(info.source_grid if info is not None else None)


def _middle_of_the_export(snapshot: Snapshot) -> LonLat | None:
    """Give the middle of what was drawn, also where the CRS has no grid of it, or else of a grid that was given."""
    return region_centre(snapshot.draft.region) or _middle_of(snapshot.composed.grid)


def _middle_of(grid: PixelGrid | None) -> LonLat | None:
    ring = outline(grid) if grid is not None else []
    return middle(ring) if ring else None


def _presets(snapshot: Snapshot) -> list[views.Option]:
    """Offer the source's CRS, the UTM zone of the region, an equal-area system for it, and the table of presets."""
    choices = crs_choices(source_crs(snapshot.image.info), _middle_of_the_export(snapshot))
    return [option(choice.text, choice.name, note=_note(choice)) for choice in choices]


def _note(choice: CrsChoice) -> str:
    """Say why a system is offered, and its name where the reason does not tell."""
    return f"{short_name(choice.text)}, {choice.reason}" if choice.is_own else choice.reason
