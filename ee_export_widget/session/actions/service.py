"""Connection, submission and operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.operation import OperationState
from ee_export_widget.session import browsing, confirming, doors, earlier, keeping, preflight, services, target
from ee_export_widget.session.remedies import remedies, started_with
from ee_export_widget.session.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session.actions import Action, Args
    from ee_export_widget.session.session import ExportSession


def _ask_cancel(session: ExportSession, args: Args) -> None:
    session.update(asking_to_cancel=str(args["operation"]))


def _keep(session: ExportSession, _args: Args) -> None:
    session.update(asking_to_cancel="")


def _tab(session: ExportSession, args: Args) -> None:
    tab = args["tab"]
    session.update(operations_tab="project" if tab == "project" else "here")
    if tab == "project" and session.client is not None:
        session.run("list project", services.list_project(session, session.client))


def _filter_state(session: ExportSession, args: Args) -> None:
    state = args["state"]
    session.update(operations_state=OperationState(state).value if state else "")


def _show_on_map(session: ExportSession, args: Args) -> None:
    """Draw the grid of an operation on the map, or take it away again."""
    name = str(args["operation"])
    session.update(on_map="" if session.snapshot.on_map == name else name)


def _verify(session: ExportSession, args: Args) -> None:
    verify(session, str(args["operation"]))


def _edit_and_rerun(session: ExportSession, args: Args) -> None:
    """Fill the form with what an operation was started with, as one step, to be sent under another id."""
    snapshot = session.snapshot
    again = started_with(snapshot.submitted[str(args["operation"])], snapshot, session.new_id())
    session.change(lambda _draft: again)


def _remedy(session: ExportSession, args: Args) -> None:
    """Fill the form with what a failed operation was started with, changed so that it may succeed, as one step."""
    snapshot, name = session.snapshot, str(args["operation"])
    offered = {
        remedy.name: remedy
        for operation in snapshot.operations
        if operation.name == name
        for remedy in remedies(operation, snapshot)
    }
    remedy = offered[str(args["name"])]
    again = started_with(snapshot.submitted[name], snapshot, session.new_id())
    session.change(lambda _draft: remedy.apply(again))
    if remedy.command:
        session.perform(remedy.command, {})


def _rerun(session: ExportSession, args: Args) -> None:
    _edit_and_rerun(session, args)
    session.ask_to_submit()


def _submit_now(session: ExportSession, _args: Args) -> None:
    """Submit what was shown to be confirmed, or try again; a press on a question that is gone already is neither."""
    if session.snapshot.submission.state in {"confirming", "failed", "unsure"}:
        session.submit_in_background()


ACTIONS: Mapping[str, Action] = {
    "use_emulator": lambda session, _args: session.use_emulator(),
    "use_project": lambda session, args: session.use_project(str(args["text"])),
    "create_folders": lambda session, _args: target.create_folders(session),
    "browse": lambda session, _args: browsing.begin(session),
    "browse_close": lambda session, _args: browsing.close(session),
    "browse_into": lambda session, args: browsing.look_into(session, str(args["asset"])),
    "browse_up": lambda session, _args: browsing.up(session),
    "browse_more": lambda session, _args: browsing.more(session),
    "browse_choose": lambda session, args: browsing.choose(session, str(args["asset"])),
    "preflight": lambda session, _args: preflight.start(session),
    "stop_preflight": lambda session, _args: preflight.stop(session),
    "retry_connection": lambda session, _args: doors.try_again(session),
    "submit": lambda session, _args: session.ask_to_submit(),
    "skip_question": lambda session, args: confirming.choose(session, skips=args["on"] is True),
    "ask_again": lambda session, _args: confirming.choose(session, skips=False),
    "back": lambda session, _args: session.stop_asking(),
    "submit_now": _submit_now,
    "cancel": _ask_cancel,
    "cancel_now": lambda session, args: session.cancel(str(args["operation"])),
    "keep": _keep,
    "filter_state": _filter_state,
    "show_on_map": _show_on_map,
    "hide_from_map": lambda session, _args: session.update(on_map=""),
    "verify": _verify,
    "settle": lambda session, args: earlier.settle(session, str(args["operation"])),
    "rerun": _rerun,
    "edit_and_rerun": _edit_and_rerun,
    "remedy": _remedy,
    "fail_next_export": lambda session, _args: session.run("script fault", services.fail_next_export(session)),
    "tab": _tab,
    "dismiss": lambda session, _args: session.update(notice=""),
    "bring_back": lambda session, _args: keeping.bring_back(session),
    "let_go": lambda session, _args: session.update(kept=None),
}
