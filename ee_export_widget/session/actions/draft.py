"""Changes of the draft: bands and their policies, fixes, steps back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.draft.draft import FIRST_NAME, Draft
from ee_export_widget.core.image_steps import as_chosen
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session import target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession


def _policy(session: ExportSession, args: Args) -> None:
    policy = PyramidingPolicy(args["policy"]) if args["policy"] else None
    info = session.snapshot.image.info
    bands = set(args["bands"]) & set(info.band_ids if info else ())
    session.change(lambda draft: draft.with_overrides(dict.fromkeys(sorted(bands), policy)))


def _default_policy(session: ExportSession, args: Args) -> None:
    session.edit(default_policy=PyramidingPolicy(args["policy"]))


def _use_suggestions(session: ExportSession, args: Args) -> None:
    image = session.snapshot.image
    wanted = set(args.get("bands") or [band.id for band in (image.info.bands if image.info else ())])
    found = {
        band.id: suggestion.policy
        for band, suggestion in zip(image.info.bands if image.info else (), image.suggestions, strict=False)
        if band.id in wanted and suggestion.kind != "measured"
    }
    session.change(lambda draft: draft.with_overrides(found))


def _new_export(session: ExportSession, _args: Args) -> None:
    session.edit(request_id=session.new_id())
    target.check_target(session)


def _reset(session: ExportSession, _args: Args) -> None:
    """Begin anew, as one step that can be undone."""
    session.change(lambda _draft: Draft(request_id=session.new_id(), asset_path=FIRST_NAME))


ACTIONS: Mapping[str, Action] = {
    "policy": _policy,
    "default_policy": _default_policy,
    "use_suggestions": _use_suggestions,
    "snap_to_source": lambda session, _args: session.edit(snap="source"),
    "use_source_pixel": lambda session, _args: session.edit(pixel_size=""),
    "image_as_chosen": lambda session, _args: session.change(as_chosen),
    "reset": _reset,
    "undo": lambda session, _args: session.undo(),
    "redo": lambda session, _args: session.redo(),
    "new_request_id": _new_export,
    "new_export": _new_export,
    "load_sample": lambda session, _args: session.load_sample(),
}
