"""The last look, and who may go without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session import present
from ee_export_widget.session.confirming import FILE, Preferences, may_skip
from ee_export_widget.session.snapshot import Submission, TargetState
from tests.unit.session.moments import DRAFT, buttons, item, moment
from tests.unit.session.service import OUT, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.session.conftest import MakeForm

QUIET: dict[str, Any] = {"overrides": {"spectral_class": PyramidingPolicy.MODE}}
FREE = TargetState("free", OUT)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, True),
        ({"skips_question": False}, False),
        ({"overwrite": True}, False),
        ({"overrides": {}}, False),
        ({"pixel_size": "0.1", "max_pixels": "1e12"}, False),
        ({"target": TargetState("checking", OUT)}, False),
        ({"target": TargetState("unreachable", OUT)}, False),
        ({"region": None}, False),
    ],
    ids=["small", "not wanted", "overwrite", "warning", "large", "name not known", "name not checked", "no grid"],
)
def test_only_small_exports_without_a_warning_go_unasked(members: dict[str, Any], expected: bool) -> None:
    """Whatever could be lost or be wrong is shown, also to who wants no question."""
    given: dict[str, Any] = {"skips_question": True, "target": FREE, **QUIET, **members}
    assert may_skip(moment(**given)) is expected


def test_the_choice_is_kept_for_the_user(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Once ticked, the next small export goes out at a press, in this form and in later ones."""
    form = make_form(preferences=Preferences(tmp_path))
    fill(form)
    form.edit(region=DRAFT.region, **QUIET)
    connect(form, service)
    wait_for(form, lambda now: now.image.state == "ready" and now.target.state == "free")
    form.perform("submit", {})
    assert form.snapshot.submission.state == "confirming"
    skip = item(present.action(form.snapshot), "confirm")["skip"]
    assert (skip["label"], skip["checked"]) == ("Skip this step for exports under 10 M pixels", False)
    form.perform("skip_question", {"on": True})
    assert item(present.action(form.snapshot), "confirm")["skip"]["checked"] is True
    form.perform("back", {})
    form.perform("submit", {})
    wait_for(form, lambda now: now.submission.state == "submitted")
    assert len(service.exports) == 1
    later = make_form(preferences=Preferences(tmp_path))
    assert later.snapshot.skips_question
    assert buttons(present.action(form.snapshot)) == {"ask_again": "", "new_export": ""}
    form.perform("ask_again", {})
    assert buttons(present.action(form.snapshot)) == {"new_export": ""}
    assert not Preferences(tmp_path).skips_question()


def test_problems_come_before_any_question(make_form: MakeForm, tmp_path: Path) -> None:
    """Also for who skips it: nothing is asked and nothing is sent."""
    preferences = Preferences(tmp_path)
    preferences.keep(skips_question=True)
    form = make_form(preferences=preferences)
    form.ask_to_submit()
    assert form.snapshot.errors
    assert form.snapshot.submission == Submission()


def test_an_overwrite_is_asked_about_all_the_same(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Nothing is lost without a question."""
    preferences = Preferences(tmp_path)
    preferences.keep(skips_question=True)
    form = make_form(preferences=preferences)
    fill(form)
    form.edit(region=DRAFT.region, overwrite=True, **QUIET)
    connect(form, service)
    wait_for(form, lambda now: now.image.state == "ready" and now.target.state == "free")
    form.perform("submit", {})
    assert form.snapshot.submission.state == "confirming"
    assert service.exports == []


@pytest.mark.parametrize("content", [b"{", b'{"skips_question": 1}'])
def test_a_file_that_says_nothing_asks(tmp_path: Path, content: bytes) -> None:
    """A broken file is no permission."""
    (tmp_path / FILE).write_bytes(content)
    assert not Preferences(tmp_path).skips_question()


def test_a_choice_that_cannot_be_kept_holds_for_this_form(
    make_form: MakeForm, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and nothing else happens."""
    (tmp_path / "file").write_text("")
    form = make_form(preferences=Preferences(tmp_path / "file"))
    form.perform("skip_question", {"on": True})
    assert form.snapshot.skips_question
    assert "could not be kept" in caplog.text
    assert not Preferences().skips_question()
    Preferences().keep(skips_question=True)
