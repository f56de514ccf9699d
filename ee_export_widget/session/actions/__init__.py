"""What buttons, menus and gestures do: one small function for each name that the page can send."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import services
from ee_export_widget.session.actions import draft, entry, picture, pyramid, request, service
from ee_export_widget.session.actions import map as of_map

if TYPE_CHECKING:
    from ee_export_widget.session.session import ExportSession

log = logging.getLogger("ee_export_widget")

Args: TypeAlias = Mapping[str, Any]
"""What the page says with an action: plain JSON, not checked yet."""

Action: TypeAlias = "Callable[[ExportSession, Args], None]"
"""Raises ``KeyError``, ``TypeError``, ``ValueError`` or ``OverflowError`` for arguments that no page of ours sends."""


def perform(session: ExportSession, name: str, args: Args) -> None:
    """Do what the page asks for; what it must not or cannot ask for is logged and left alone."""
    action = ACTIONS.get(name)
    if action is None:
        log.warning("The page asked for an action that does not exist: %.80r", name)
        return
    try:
        action(session, args)
    except InvalidRequestError as error:
        session.update(notice=services.in_words(error))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        log.warning("The page asked for %r in a way that cannot be read: %s", name, error, exc_info=error)


def _fix(session: ExportSession, args: Args) -> None:
    """Apply a fix, if it is still on offer."""
    name = args["name"]
    fix = next((fix for fix in session.snapshot.fixes if fix.name == name), None)
    if fix is not None and fix.command:
        ACTIONS[fix.command](session, {})
    elif fix is not None:
        session.change(fix.apply)


ACTIONS: Mapping[str, Action] = {
    **of_map.ACTIONS, **picture.ACTIONS, **entry.ACTIONS, **draft.ACTIONS, **pyramid.ACTIONS, **request.ACTIONS,
    **service.ACTIONS,
    "fix": _fix,
}  # fmt: skip
"""Every name that the page can send."""
