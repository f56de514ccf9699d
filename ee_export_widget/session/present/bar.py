"""The bar: who, where, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session.checks import PROJECT
from ee_export_widget.session.earlier import sent_words
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.fixes.project import for_refusal
from ee_export_widget.session.present.parts import button, buttons, doing, fix_button, note, notice, text

if TYPE_CHECKING:
    from ee_export_widget.session import views
    from ee_export_widget.session.keeping import Kept
    from ee_export_widget.session.snapshot import Connection, Snapshot, Unsettled


_MOST_ASKED = 3
_OFFLINE = "Exports keep running on the server. The states below are the last ones seen; they refresh by themselves."
_EMULATOR_GONE = (
    "If it has been ended, its exports go on when it is started again. The states below are the last ones seen."
)


def bar(snapshot: Snapshot) -> views.FormView:
    """Title, project, connection, undo; and the first choice where there is no service yet."""
    connection = snapshot.connection
    items: list[views.Item] = [{"kind": "title", "text": "Image export"}, _project(snapshot)]
    if connection.kind != "none":
        items.append(_connection(snapshot))
    items += [
        {"kind": "gap"},
        buttons(
            button("undo", "Undo last change", icon="undo", icon_only=True,
                   reason="" if snapshot.can_undo else "Nothing to undo."),
            button("redo", "Redo", icon="redo", icon_only=True,
                   reason="" if snapshot.can_redo else "Nothing to redo."),
        ),
        _more(snapshot),
    ]  # fmt: skip
    return {"label": "Project and connection", "head": None, "items": items, "ack": 0}


def strip(snapshot: Snapshot) -> views.FormView:
    """Say what concerns the whole form: no service chosen, no answer from it, or something that went wrong."""
    connection = snapshot.connection
    items: list[views.Item] = []
    if connection.kind == "none":
        items += [
            text("Nothing is sent anywhere until you choose.", strong="Where should this form work?", tone="plain"),
            buttons(button("use_emulator", "Use the local emulator", primary=True)),
        ]
    elif connection.state == "offline":
        since = connection.since.astimezone().strftime("%H:%M") if connection.since else "now"
        here = connection.kind == "emulator"
        fixes = [doing("retry_connection", "Try now")]
        if here:
            fixes.append(doing("use_emulator", "Start a local emulator"))
        strong = f"Not connected to {_service(connection)} since {since}."
        items.append(notice("warning", strong, _EMULATOR_GONE if here else _OFFLINE, *fixes))
    elif connection.state in {"signed_out", "refused"}:
        refused = connection.state == "refused" and connection.kind != "emulator"
        ways = for_refusal(connection.detail) if refused else ()
        again = doing("retry_connection", "Try again")
        items.append(notice("error", _refusal(snapshot), connection.detail, again, *map(fix_button, ways)))
    items += [
        note(problem, fixes_for(problem, snapshot))
        for problem in snapshot.problems_at(PROJECT)
        if connection.state == "connected"
    ]
    # Whoever has begun anew is not asked any more; undoing that asks again.
    if snapshot.kept is not None and not snapshot.can_undo:
        items.append(_kept(snapshot.kept))
    if snapshot.unsettled:
        items.append(_unsettled(snapshot.unsettled[0]))
    if snapshot.notice:
        items.append(notice("warning", "", snapshot.notice, doing("dismiss", "Dismiss")))
    return {"label": "Notices", "head": None, "items": items, "ack": 0}


def _more(snapshot: Snapshot) -> views.Menu:
    """Give what is seldom needed, and the keys."""
    return {
        "kind": "menu", "name": "more", "label": "More actions", "prefix": "", "strong": "", "icon": "more",
        "entries": [
            {"name": "redo", "label": "Redo", "note": "", "checked": False,
             "reason": "" if snapshot.can_redo else "Nothing to redo."},
            {"name": "reset", "label": "Reset form", "note": "", "reason": "", "checked": False},
            {"name": "load", "label": "Load request from file…", "note": "", "reason": "", "checked": False,
             "presses": "load"},
            {"name": "save", "label": "Save request to file", "note": "", "reason": "", "checked": False,
             "presses": "save"},
            {"name": "copy_form", "label": "Copy widget call", "note": "", "reason": "", "checked": False,
             "copies": True},
            *([_OUT_OF_MEMORY] if snapshot.connection.kind == "emulator" else []),
        ],
        "entry_label": "", "entry_placeholder": "", "about": [*_KEYS],
    }  # fmt: skip


_OUT_OF_MEMORY: views.MenuEntry = {
    "name": "fail_next_export", "label": "Emulator: next export runs out of memory", "note": "", "reason": "",
    "checked": False,
}  # fmt: skip

_KEYS = (
    ("F6, Shift F6", "next, previous section"),
    ("Ctrl Z, Ctrl Shift Z", "undo, redo"),
    ("Ctrl Enter", "submit, or confirm"),
    ("H, R, P, F, L, Del", "tools of the map, named on each"),
    ("Arrows", "map, band table, tabs, lines of the request"),
    ("M O S I X D", "policy of a band, by its letter"),
    ("P", "pyramid preview of a band"),
    ("/", "filter the bands"),
    ("?", "these keys"),
)
"""Shortcuts, while the focus is in the form."""


def _kept(kept: Kept) -> views.Note:
    what = kept.draft.image_text.rpartition("/")[2] or "No image yet"
    where = f", to {kept.draft.asset_path or 'a file'}" if kept.draft.destination == "asset" else ""
    strong = f"A form from {kept.at.astimezone():%d %B, %H:%M} was kept here."
    return notice(
        "info", strong, f"{what}{where}.", doing("bring_back", "Bring it back"), doing("let_go", "Begin anew")
    )


def _unsettled(question: Unsettled) -> views.Note:
    found = question.candidates[:_MOST_ASKED]
    times = {item.name: f"{item.create_time.astimezone():%H:%M:%S}" for item in found if item.create_time}
    one = len(found) == 1
    fixes = [
        doing("settle", "It is mine, follow it" if one else f"Follow {item.id}", operation=item.name) for item in found
    ]
    fixes.append(doing("settle", "It is not mine" if one else "None of them is mine", operation=""))
    described = ", ".join(f"{item.id}, created at {times[item.name]}" for item in found)
    which = "an operation" if one else "operations"
    words = f"The project has {which} of this name from that moment, which others may have started: {described}."
    return notice(
        "warning", f"{sent_words(question.noted)}, but its kernel ended before the answer came.", words, *fixes
    )


def _project(snapshot: Snapshot) -> views.Menu:
    chosen, about = bool(snapshot.project), _about(snapshot)
    menu: views.Menu = {
        "kind": "menu", "name": "use_project",
        "label": f"Project {snapshot.project}, change" if chosen else "Choose a project",
        "prefix": "projects/" if chosen else "", "strong": snapshot.project or "Choose a project", "icon": "",
        "entries": [
            {"name": "use_emulator", "label": "Local emulator", "note": "no account needed", "reason": "",
             "checked": snapshot.connection.kind == "emulator"},
        ],
        "entry_label": "Connect to Earth Engine", "entry_placeholder": "my-project", "path": PROJECT,
    }  # fmt: skip
    if about:
        menu["about"] = about
    return menu


def _about(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Say who is signed in, and with which rights; nothing secret."""
    account = snapshot.account
    if account is None:
        return []
    scopes = ", ".join(sorted(scope.rpartition("/")[2] for scope in account.scopes or ()))
    pairs = [
        ("Signed in with", account.description),
        ("Account", account.account),
        ("Its project", account.project or ""),
        ("Scopes", scopes or "not known"),
    ]
    return [(term, value) for term, value in pairs if value]


def _signed_in(snapshot: Snapshot) -> str:
    if snapshot.account is None:
        return ""
    if snapshot.account.is_service_account:
        return " as a service account"
    ways = {"sign_in": "your sign-in", "application_default": "application default credentials"}
    return f" with {ways.get(snapshot.account.kind, 'the credentials given')}"


def _refusal(snapshot: Snapshot) -> str:
    if snapshot.connection.state == "signed_out":
        return "Sign in needed."
    if snapshot.connection.kind == "emulator":
        return "The local emulator refused the call."
    return f"You are signed in, but may not use {snapshot.project}."


def _connection(snapshot: Snapshot) -> views.Status:
    connection = snapshot.connection
    tone: views.Tone = "ok"
    words = "Local emulator, no account needed"
    if connection.kind != "emulator":
        words = f"Earth Engine, connected{_signed_in(snapshot)}"
    if connection.state == "connecting":
        tone, words = "busy", "Connecting"
    elif connection.state == "offline":
        tone = "warning"
        words = f"Reconnecting, next try in {connection.retry_in_s:.0f} s" if connection.retry_in_s else "Not connected"
    elif connection.state == "signed_out":
        tone, words = "error", "Sign in needed"
    elif connection.state == "refused":
        tone, words = "error", "Not allowed"
    return {"kind": "status", "tone": tone, "strong": "", "pieces": [words], "links": [], "part": "connection"}


def _service(connection: Connection) -> str:
    return "the local emulator" if connection.kind == "emulator" else "Earth Engine"
