"""The band table."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ee_export_widget.core.draft.compose import written_overrides
from ee_export_widget.core.draft.derive import pixel_of
from ee_export_widget.core.pyramiding import AVERAGING, PyramidingPolicy
from ee_export_widget.session.fixes import OVERRIDES, fixes_for
from ee_export_widget.session.present.parts import doing, head, mark, note, notice, option, plural, size_text

if TYPE_CHECKING:
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

MOST_NAMES = 5
EMPTY = (
    "Once an image is loaded, each band shows its type and the policy that keeps its values meaningful when "
    "the map zooms out."
)


def bands(snapshot: Snapshot) -> views.BandsView:
    """Each band with its type, its policy and the reason for it."""
    draft, info = snapshot.draft, snapshot.image.info
    default = draft.default_policy
    rows = info.bands if info is not None else ()
    policies = [draft.overrides.get(band.id, default) for band in rows]
    suggested = snapshot.image.suggestions
    differs = [
        suggestion.kind != "measured" and suggestion.policy != policy
        for suggestion, policy in zip(suggested, policies, strict=False)
    ]
    return {
        "head": _head(snapshot, sum(differs)),
        "empty": "" if rows else EMPTY,
        "default": default.value,
        "policies": [option(policy.value, policy.value, note=policy.label) for policy in PyramidingPolicy],
        "ids": [band.id for band in rows],
        "types": [band.type_name for band in rows],
        "policy": [policy.value for policy in policies],
        "written": [policy != default for policy in policies],
        "why": [suggestion.reason for suggestion in suggested],
        "suggests": [
            suggestion.policy.value if differ else "" for suggestion, differ in zip(suggested, differs, strict=False)
        ],
        "agrees": [
            suggestion.kind != "measured" and not differ for suggestion, differ in zip(suggested, differs, strict=False)
        ],
        "kinds": [suggestion.kind for suggestion in suggested],
        "previewed": snapshot.pyramid.band,
        "arrays": [band.is_array for band in rows],
        "pixels": [_pixel(band.crs, band.crs_transform) for band in rows],
        "values": _values(snapshot),
        "harms": [
            _HARMS.get(suggestion.kind, "") if differ and policy in AVERAGING else ""
            for suggestion, differ, policy in zip(suggested, differs, policies, strict=False)
        ],
        "notes": _notes(snapshot, sum(differs)),
        "foot": _foot(snapshot),
        "ack": 0,
    }


_HARMS = {
    "class": "averaged classes mean nothing",
    "bitmask": "averaged bits mean nothing",
    "date": "averaged dates mean nothing",
    "mask": "an average is neither yes nor no",
}


@lru_cache(maxsize=64)
def _pixel(crs: str | None, transform: AffineTransform | None) -> str:
    """Give the size of a band's own pixels: thousands of bands have few of them."""
    return size_text(crs, *pixel_of(transform)) if crs is not None and transform is not None else ""


def _values(snapshot: Snapshot) -> list[str]:
    """Say what was seen of each band's values."""
    info, seen = snapshot.image.info, snapshot.image.seen
    pairs = zip(info.bands if info is not None else (), snapshot.image.suggestions, strict=False)
    return [
        seen[band.id].words(codes=suggestion.kind != "measured") if band.id in seen else ""
        for band, suggestion in pairs
    ]


def _head(snapshot: Snapshot, differing: int) -> views.Head:
    info = snapshot.image.info
    if info is None:
        return head("Bands and pyramiding", {"tone": "muted", "text": "Needs an image"})
    review = f"{differing} to review" if differing and snapshot.draft.destination == "asset" else ""
    problems = snapshot.problems_at("assetExportOptions.pyramidingPolicy", OVERRIDES)
    written = len(written_overrides(snapshot.draft))
    parts = [plural(len(info.bands), "band"), snapshot.draft.default_policy.value]
    if written:
        parts.append(plural(written, "override"))
    return head("Bands and pyramiding", mark(problems, review=review), summary=", ".join(parts))


def _notes(snapshot: Snapshot, differing: int) -> list[views.Note]:
    problems = snapshot.problems_at("assetExportOptions.pyramidingPolicy", OVERRIDES)
    unknown = [problem for problem in problems if problem.code == "unknown-band"]
    if len(unknown) > 1:
        problems = [_missing_bands(unknown), *(problem for problem in problems if problem.code != "unknown-band")]
    notes: list[views.Note] = [
        note(problem, fixes_for(problem, snapshot))
        for problem in problems
        if problem.code != "averaged-codes"  # the table knows more: it has seen values, and offers the fix
    ]
    if snapshot.draft.destination != "asset":
        words = "Pyramiding policies apply to assets only: they stay in the form but are not sent."
        notes.append(notice("info", "", words))
    elif differing:
        looks = "1 band looks like a code, not a measurement, but uses" if differing == 1 else (
            f"{differing} bands look like codes, not measurements, but use")  # fmt: skip
        use = "Use the suggestion" if differing == 1 else f"Use {differing} suggestions"
        strong, words = f"{looks} {_policies_in_use(snapshot)}.", "Averaged codes are wrong at every zoomed-out level."
        notes.append(notice("warning", strong, words, doing("use_suggestions", use), field=OVERRIDES))
    return notes


def _missing_bands(problems: list[Problem]) -> Problem:
    """Say in one sentence that many overrides are for nothing."""
    names = [problem.field.removeprefix(f"{OVERRIDES}.") for problem in problems]
    shown = ", ".join([*names[:MOST_NAMES], *(["…"] if names[MOST_NAMES:] else [])])
    message = f"{plural(len(names), 'override')} name bands the image does not have: {shown}."
    return replace(problems[0], field=OVERRIDES, message=message)


def _policies_in_use(snapshot: Snapshot) -> str:
    info = snapshot.image.info
    used = {
        snapshot.draft.overrides.get(band.id, snapshot.draft.default_policy)
        for band, suggestion in zip(info.bands if info else (), snapshot.image.suggestions, strict=False)
        if suggestion.kind != "measured"
        and suggestion.policy != snapshot.draft.overrides.get(band.id, snapshot.draft.default_policy)
    }
    return " and ".join(sorted(policy.value for policy in used))


def _foot(snapshot: Snapshot) -> str:
    info, default = snapshot.image.info, snapshot.draft.default_policy
    if info is None or snapshot.draft.destination != "asset":
        return ""
    written = len(written_overrides(snapshot.draft))
    if not written:
        return f"All {plural(len(info.bands), 'band')} follow the default {default.value}."
    rest = len(info.bands) - written
    verb = "follows" if rest == 1 else "follow"
    return f"{plural(written, 'override')} will be written, {plural(rest, 'band')} {verb} the default {default.value}."
