"""The pyramid preview: of which band, and at which window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session import pyramid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session.actions import Action


ACTIONS: Mapping[str, Action] = {
    "pyramid": lambda session, args: pyramid.begin(session, str(args["band"])),
    "pyramid_close": lambda session, _args: pyramid.end(session),
    "pyramid_window": lambda session, args: pyramid.choose(session, int(args["number"])),
    "pyramid_again": lambda session, _args: pyramid.again(session),
}
