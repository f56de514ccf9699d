"""Undo and redo over drafts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.session.history import HELD, LONGEST, TOGETHER, History

START = datetime(2026, 1, 5, tzinfo=UTC)


def named(name: object) -> Draft:
    return Draft(request_id=str(name))


def remember(history: History, name: object, gesture: str = "", after_s: float = 0) -> None:
    history.remember(named(name), gesture, START + timedelta(seconds=after_s))


def test_changes_are_taken_back_and_made_again_in_order() -> None:
    """Undo walks to the first draft, redo back to the last, and nothing lies beyond either."""
    history = History()
    remember(history, 1)
    remember(history, 2)
    assert history.undo(named(3)) == named(2)
    assert history.undo(named(2)) == named(1)
    assert history.undo(named(1)) is None
    assert (history.can_undo, history.can_redo) == (False, True)
    assert history.redo(named(1)) == named(2)
    assert history.redo(named(2)) == named(3)
    assert history.redo(named(3)) is None
    assert (history.can_undo, history.can_redo) == (True, False)


def test_a_change_ends_what_could_be_made_again() -> None:
    """After an undo, a new change takes the place of the one taken back."""
    history = History()
    remember(history, 1)
    history.undo(named(2))
    remember(history, 1)
    assert not history.can_redo


def test_keystrokes_of_one_field_are_one_step_while_they_are_quick() -> None:
    """A pause or another field begins a new step."""
    history = History()
    pause = TOGETHER.total_seconds()
    remember(history, "", "crs", 0)
    remember(history, "E", "crs", pause * 0.9)
    remember(history, "EP", "crs", pause * 1.8)
    assert history.undo(named("EPS")) == named("")
    history.redo(named(""))
    remember(history, "EPS", "crs", pause * 2)
    assert history.undo(named("EPSG")) == named("EPS")
    remember(history, 1, "crs", 100)
    remember(history, 2, "pixel_size", 100)
    remember(history, 3, "pixel_size", 100 + pause)
    assert [history.undo(named(n)) for n in (4, 3, 2)] == [named(3), named(2), named(1)]


def test_changes_without_a_gesture_are_steps_of_their_own() -> None:
    """However quickly they follow each other."""
    history = History()
    remember(history, 1)
    remember(history, 2)
    assert history.undo(named(3)) == named(2)


def test_a_held_gesture_is_one_step_however_slow() -> None:
    """A hand may rest in the middle of a drag."""
    history = History()
    remember(history, 1, f"{HELD}drag 1", 0)
    remember(history, 2, f"{HELD}drag 1", 3600)
    assert history.undo(named(3)) == named(1)


def test_a_gesture_that_is_given_up_leaves_no_trace() -> None:
    """It comes back as the draft before it, and cannot be made again."""
    history = History()
    remember(history, 0)
    remember(history, 1, f"{HELD}drag 1")
    remember(history, 2, f"{HELD}drag 1")
    assert history.give_up(f"{HELD}drag 1") == named(1)
    assert (history.can_undo, history.can_redo) == (True, False)
    assert history.undo(named(1)) == named(0)


def test_what_was_taken_back_outlives_a_gesture_that_is_given_up() -> None:
    """A drag that ends with Escape costs nothing: redo goes on where it was."""
    history = History()
    remember(history, 1)
    history.undo(named(2))
    remember(history, 1, f"{HELD}drag 1", 1)
    remember(history, 7, f"{HELD}drag 1", 2)
    assert not history.can_redo
    assert history.give_up(f"{HELD}drag 1") == named(1)
    assert history.redo(named(1)) == named(2)


def test_only_the_last_gesture_can_be_given_up() -> None:
    """What was changed after it stays, and a gesture that changed nothing gives nothing back."""
    history = History()
    assert history.give_up("") is None
    assert history.give_up(f"{HELD}drag 1") is None
    remember(history, 1, f"{HELD}drag 1")
    remember(history, 2, "crs")
    assert history.give_up(f"{HELD}drag 1") is None
    assert history.undo(named(3)) == named(2)


def test_the_past_has_an_end() -> None:
    """Only so many steps are kept, the latest ones."""
    history = History()
    for number in range(LONGEST + 50):
        remember(history, number)
    drafts = []
    while (draft := history.undo(named(-1))) is not None:
        drafts.append(draft.request_id)
    assert len(drafts) == LONGEST
    assert drafts[0] == str(LONGEST + 49)
    assert drafts[-1] == "50"
