"""The request panel: which text it shows, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from ee_export_widget.session.snapshot import RequestTab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession


def _tab(session: ExportSession, args: Args) -> None:
    tab = args["tab"]
    if tab not in get_args(RequestTab):
        raise ValueError(f"no tab {tab!r}")
    session.update(request_tab=tab)


def _unfold(session: ExportSession, args: Args) -> None:
    session.update(unfolded=session.snapshot.unfolded ^ {str(args["path"])})


def _show_expression(session: ExportSession, _args: Args) -> None:
    session.update(request_tab="json", unfolded=session.snapshot.unfolded | {"expression"})


ACTIONS: Mapping[str, Action] = {"request_tab": _tab, "unfold": _unfold, "show_expression": _show_expression}
