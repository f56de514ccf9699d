"""Ways out of problems of bands: policies for bands that are not there, bands that no file can hold together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ee_export_widget.core import image_steps
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session.fixes.kind import CHANGES_IMAGE, NamedFix, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot

OVERRIDES = "assetExportOptions.pyramidingPolicyOverrides"
_MOST_CHOICES = 3


def for_overrides(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Drop overrides of bands that the image does not have; move the client's word for the default."""
    overrides, info = snapshot.draft.overrides, snapshot.image.info
    if ".default" in overrides:
        policy = PyramidingPolicy(overrides[".default"])
        yield NamedFix("move-default", f"Use {policy} as the default policy", partial(_as_default, policy=policy))
    if info is None:
        return
    known = set(info.band_ids)
    kept = {band: policy for band, policy in overrides.items() if band in known or band == ".default"}
    if len(kept) < len(overrides):
        yield NamedFix("drop-overrides", "Remove them", setting(overrides=kept))


def _as_default(draft: Draft, policy: PyramidingPolicy) -> Draft:
    rest = {band: own for band, own in draft.overrides.items() if band != ".default" and own != policy}
    return replace(draft, default_policy=policy, overrides=rest)


def for_averaged_codes(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take the policies that names, types and values suggest for codes."""
    draft, info = snapshot.draft, snapshot.image.info
    suggested = zip(info.band_ids if info is not None else (), snapshot.image.suggestions, strict=False)
    found = {
        band: suggestion.policy
        for band, suggestion in suggested
        if suggestion.kind != "measured" and suggestion.policy != draft.overrides.get(band, draft.default_policy)
    }
    if found:
        label = "Use the suggestion" if len(found) == 1 else f"Use {len(found)} suggestions"
        yield NamedFix("use-suggestions", label, lambda draft: draft.with_overrides(found))


def for_mixed_types(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Cast all bands to the smallest type that holds them, or export the bands of one type alone."""
    info = snapshot.image.info
    if info is None or not image_steps.can_be_stepped(snapshot.draft):
        return
    kind = image_steps.common_type(info.pixel_types)
    yield NamedFix(
        "cast", f"Cast all bands to {kind.name}", partial(image_steps.cast, kind=kind), CHANGES_IMAGE
    )  # fmt: skip
    groups = sorted(info.pixel_types.items(), key=lambda group: -len(group[1]))
    for kind, bands in groups[:_MOST_CHOICES]:
        which = f"Export only {bands[0]}" if len(bands) == 1 else f"Export only the {len(bands)} {kind.name} bands"
        step = partial(image_steps.selected, bands=bands)
        yield NamedFix(f"only-{kind.name}", which, step, CHANGES_IMAGE)


def for_array_band(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Write a format that holds arrays, or leave the arrays out."""
    info = snapshot.image.info
    yield NamedFix("use-tf-record", "Use TFRecord", setting(file_format="TF_RECORD_IMAGE"))
    plain = info.plain_ids if info is not None else ()
    if plain and image_steps.can_be_stepped(snapshot.draft):
        step = partial(image_steps.selected, bands=plain)
        yield NamedFix("without-arrays", "Leave the array bands out", step, CHANGES_IMAGE)


def for_no_data(_problem: Problem, snapshot: Snapshot) -> Iterator[NamedFix]:
    """Take a no-data value that every band can hold."""
    info = snapshot.image.info
    if info is not None:
        lowest = max((kind.lowest for kind in info.pixel_types), default=0)
        value = f"{max(0, lowest):.17g}"
        yield NamedFix("fitting-no-data", f"Use {value}", setting(no_data=value))
