"""Bar and strip: who, where, and what concerns the whole form."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ee_export_widget.session import present
from ee_export_widget.session.snapshot import Connection, Snapshot
from tests.unit.session.moments import (
    CONNECTED,
    EMULATOR,
    EVIL,
    READY,
    buttons,
    item,
    items,
    moment,
)
from tests.unit.session.service import PROJECT, START


@pytest.mark.parametrize(
    ("connection", "tone", "words"),
    [
        (CONNECTED, "ok", "Earth Engine, connected"),
        (EMULATOR, "ok", "Local emulator, no account needed"),
        (replace(CONNECTED, state="connecting"), "busy", "Connecting"),
        (replace(CONNECTED, state="offline", retry_in_s=4.0), "warning", "Reconnecting, next try in 4 s"),
        (replace(CONNECTED, state="offline"), "warning", "Not connected"),
        (replace(CONNECTED, state="refused"), "error", "Sign in needed"),
    ],
)
def test_the_bar_says_how_the_connection_is(connection: Connection, tone: str, words: str) -> None:
    """Beside the project, with the way back and forth at the end."""
    view = present.bar(moment(connection=connection, can_undo=True))
    status = item(view, "status")
    assert (status["tone"], status["pieces"]) == (tone, [words])
    menu = item(view, "menu")
    assert (menu["prefix"], menu["strong"]) == ("projects/", PROJECT)
    assert menu["entries"][0]["checked"] == (connection.kind == "emulator")
    assert buttons(view) == {"undo": "", "redo": "Nothing to redo."}


def test_without_a_service_the_choice_is_offered() -> None:
    """Nothing is said about a connection that there is not."""
    view = present.bar(Snapshot(can_redo=True))
    assert item(view, "menu")["strong"] == "Choose a project"
    assert [entry for entry in items(view) if entry["kind"] == "status"] == []
    assert buttons(view) == {"undo": "Nothing to undo.", "redo": ""}
    strip = present.strip(Snapshot())
    assert item(strip, "text")["strong"] == "Where should this form work?"
    assert buttons(strip) == {"use_emulator": ""}


@pytest.mark.parametrize(
    ("connection", "words", "fixes"),
    [
        (replace(CONNECTED, state="offline", since=START), r"Not connected to Earth Engine since \d\d:\d\d\.",
         ["Try now"]),
        (replace(EMULATOR, state="offline"), r"Not connected to the local emulator since now\.",
         ["Try now", "Start a local emulator"]),
        (replace(CONNECTED, state="refused", detail="Not yours."), r"Earth Engine refused the call\.", ["Try again"]),
        (replace(EMULATOR, state="refused"), r"The local emulator refused the call\.", ["Try again"]),
    ],
)  # fmt: skip
def test_the_strip_says_what_keeps_the_form_from_working(connection: Connection, words: str, fixes: list[str]) -> None:
    """With a button to try again, and one for another emulator where that is gone."""
    note = item(present.strip(moment(connection=connection)), "note")
    assert re.fullmatch(words, note["strong"])
    assert [entry["label"] for entry in note["fixes"]] == fixes


def test_the_strip_is_empty_where_all_is_well() -> None:
    """A notice can be dismissed."""
    assert present.strip(READY)["items"] == []
    note = item(present.strip(moment(notice=EVIL)), "note")
    assert (note["text"], note["fixes"][0]["name"]) == (EVIL, "dismiss")
