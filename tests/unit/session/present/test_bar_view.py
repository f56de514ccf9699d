"""Bar and strip: who, where, and what concerns the whole form."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ee_export_widget.client.auth import CredentialsSource
from ee_export_widget.session import present
from ee_export_widget.session.facts import Standing
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
        (replace(CONNECTED, state="signed_out"), "error", "Sign in needed"),
        (replace(CONNECTED, state="refused"), "error", "Not allowed"),
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
        (replace(CONNECTED, state="refused", detail="Not yours."),
         r"You are signed in, but may not use demo-project\.", ["Try again", "Choose another project"]),
        (replace(CONNECTED, state="refused", detail="Needs serviceusage.services.use."),
         r"You are signed in, but may not use demo-project\.",
         ["Try again", "Choose another project", "Copy permission name"]),
        (replace(CONNECTED, state="signed_out"), r"Sign in needed\.", ["Try again"]),
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


SCOPE = "https://www.googleapis.com/auth/"
PERSON = CredentialsSource(
    "Earth Engine sign-in (~/credentials)", scopes=frozenset({f"{SCOPE}earthengine", f"{SCOPE}drive"}), kind="sign_in"
)
ROBOT = CredentialsSource(
    "credentials given to the client", project="mine", is_service_account=True, account="robot@mine.example"
)


@pytest.mark.parametrize(
    ("account", "words", "about"),
    [
        (PERSON, "Earth Engine, connected with your sign-in",
         [("Signed in with", "Earth Engine sign-in (~/credentials)"), ("Scopes", "drive, earthengine")]),
        (ROBOT, "Earth Engine, connected as a service account",
         [("Signed in with", "credentials given to the client"), ("Account", "robot@mine.example"),
          ("Its project", "mine"), ("Scopes", "not known")]),
        (replace(PERSON, kind="given"), "Earth Engine, connected with the credentials given", None),
        (replace(PERSON, kind="application_default"), "Earth Engine, connected with application default credentials",
         None),
    ],
)  # fmt: skip
def test_the_bar_says_who_is_signed_in(
    account: CredentialsSource, words: str, about: list[tuple[str, str]] | None
) -> None:
    """The kind of account beside the connection; where it is from and what it may do in the project's menu."""
    view = present.bar(moment(connection=CONNECTED, account=account))
    assert item(view, "status")["pieces"] == [words]
    if about is not None:
        assert item(view, "menu")["about"] == about


def test_what_concerns_the_project_stands_in_the_strip() -> None:
    """A project that is not registered blocks, with what to do; while nothing answers, nothing old is said."""
    standing = Standing(registration="not_registered")
    unregistered = moment(connection=CONNECTED, standing=standing)
    note = item(present.strip(unregistered), "note")
    assert note["strong"] == "The project demo-project is not registered to use Earth Engine."
    assert unregistered.errors[0].field == "project"
    assert [(fix["label"], fix.get("leads")) for fix in note["fixes"]] == [("Choose another project", "project")]
    assert item(present.bar(unregistered), "menu").get("path") == "project"
    offline = moment(connection=replace(CONNECTED, state="offline"), standing=standing)
    assert len(present.strip(offline)["items"]) == 1


def test_a_sign_in_that_covers_too_little_is_taken_up_again_when_it_was_widened() -> None:
    """The sentence says how to sign in with more, and the button looks for what there is then."""
    narrow = replace(PERSON, scopes=frozenset({f"{SCOPE}earthengine.readonly"}))
    note = item(present.strip(moment(connection=CONNECTED, account=narrow)), "note")
    assert "does not cover exports" in note["strong"]
    assert [fix["label"] for fix in note["fixes"]] == ["Try again"]


def test_what_is_seldom_needed_is_in_a_menu() -> None:
    """What it copies leaves it open; the keys of the form stand below."""
    more = item(present.bar(moment(can_redo=True)), "more")
    assert [(entry["label"], entry["reason"]) for entry in more["entries"]] == [
        ("Redo", ""), ("Reset form", ""), ("Load request from file…", ""), ("Save request to file", ""),
        ("Copy widget call", ""),
    ]  # fmt: skip
    assert [entry.get("presses") for entry in more["entries"]] == [None, None, "load", "save", None]
    rehearsal = item(present.bar(moment(connection=EMULATOR)), "more")["entries"][-1]
    assert rehearsal["label"] == "Emulator: next export runs out of memory"
    assert [entry["name"] for entry in more["entries"] if entry.get("copies")] == ["copy_form"]
    assert item(present.bar(moment()), "more")["entries"][0]["reason"] == "Nothing to redo."
    assert ["?", "these keys"] in [[*pair] for pair in more["about"]]
