"""What buttons and menus in the page do, and what they must not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.draft import FIRST_NAME, Draft
from ee_export_widget.core.pyramiding import PyramidingPolicy
from tests.unit.session.service import AREA, IMAGE, Service, ended, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

NAN = float("nan")


def test_a_policy_is_set_for_bands_at_once(landsat: ExportSession) -> None:
    """One step for all; the default's own value, or none, writes nothing; other names are left alone."""
    landsat.perform("policy", {"bands": ["B2", "B3", "nonsense"], "policy": "MODE"})
    assert landsat.draft.overrides == {"B2": "MODE", "B3": "MODE"}
    landsat.perform("policy", {"bands": ["B2"], "policy": "MEAN"})
    assert landsat.draft.overrides == {"B3": "MODE"}
    landsat.perform("policy", {"bands": ["B3"], "policy": ""})
    assert landsat.draft.overrides == {}
    landsat.perform("default_policy", {"policy": "MAX"})
    assert landsat.draft.default_policy is PyramidingPolicy.MAX
    for _ in range(4):
        landsat.undo()
    assert landsat.draft.overrides == {}
    assert not landsat.snapshot.can_undo


def test_suggestions_are_used_as_one_step(landsat: ExportSession) -> None:
    """Only codes are changed: what somebody has chosen for a measured band is theirs."""
    landsat.perform("policy", {"bands": ["B2"], "policy": "MAX"})
    landsat.perform("use_suggestions", {})
    assert landsat.draft.overrides == {"B2": "MAX", "spectral_class": "MODE"}
    landsat.undo()
    assert landsat.draft.overrides == {"B2": "MAX"}
    landsat.perform("use_suggestions", {"bands": ["B3"]})
    assert landsat.draft.overrides == {"B2": "MAX"}
    landsat.perform("use_suggestions", {"bands": ["spectral_class"]})
    assert landsat.draft.overrides == {"B2": "MAX", "spectral_class": "MODE"}


def test_suggestions_never_write_the_default(landsat: ExportSession) -> None:
    """With MODE as the default the class band needs no override, and the measured ones get none."""
    landsat.perform("default_policy", {"policy": "MODE"})
    landsat.perform("use_suggestions", {})
    assert landsat.draft.overrides == {}


def test_without_an_image_there_are_no_suggestions(form: ExportSession) -> None:
    """Nothing happens."""
    before = form.draft
    form.perform("use_suggestions", {})
    form.perform("policy", {"bands": ["B2"], "policy": "MODE"})
    assert form.draft is before


def test_snapping_to_the_source_is_a_button(form: ExportSession) -> None:
    """As in the list."""
    form.edit(snap="region")
    form.perform("snap_to_source", {})
    assert form.draft.snap == "source"


def test_a_fix_does_what_its_button_says(form: ExportSession) -> None:
    """One step; a name that is not on offer does nothing."""
    fill(form)
    form.edit(priority="99999")
    form.perform("fix", {"name": "nearest-priority"})
    assert form.draft.priority == "9999"
    form.perform("fix", {"name": "nearest-priority"})
    form.perform("fix", {"name": "undo"})
    assert form.draft.priority == "9999"


def test_the_button_for_a_new_id_asks_the_form_for_one(form: ExportSession) -> None:
    """The fix makes no id of its own, so that one seam decides about all of them."""
    form.edit(request_id="!")
    form.perform("fix", {"name": "new-request-id"})
    assert form.draft.request_id == "id-2"


def test_a_new_id_is_made_on_demand(form: ExportSession) -> None:
    """It can be undone like any edit."""
    form.perform("new_request_id", {})
    assert form.draft.request_id == "id-2"
    form.undo()
    assert form.draft.request_id == "id-1"


def test_the_sample_is_one_button_away(form: ExportSession) -> None:
    """It is an image like any other."""
    form.perform("load_sample", {})
    assert form.draft.image_text == "projects/local-demo/assets/samples/itaipu_landsat8"
    assert form.draft.expression is not None


def test_a_project_is_typed_into_the_menu(form: ExportSession) -> None:
    """What is none is said."""
    form.perform("use_project", {"text": "Not A Project"})
    assert form.snapshot.notice
    form.perform("dismiss", {})
    assert form.snapshot.notice == ""


def test_submitting_goes_through_its_question(connected: ExportSession, service: Service) -> None:
    """Submit, back, submit, and the answer."""
    service.image = {**IMAGE, "bands": IMAGE["bands"][:1]}
    fill(connected)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url) and snapshot.target.state == "free")
    connected.perform("submit", {})
    asking = connected.snapshot.submission
    connected.perform("back", {})
    assert (asking.state, connected.snapshot.submission.state) == ("confirming", "idle")
    connected.perform("submit", {})
    connected.perform("submit_now", {})
    wait_for(connected, lambda snapshot: snapshot.submission.state == "submitted")
    assert len(service.exports) == 1


def test_trying_again_asks_the_service(connected: ExportSession, service: Service) -> None:
    """Once a press."""
    asked = service.asked.count("config")
    connected.perform("retry_connection", {})
    ended(connected, "connect")
    assert service.asked.count("config") == asked + 1


HUGE = 10**400


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("no_such_action", {}),
        ("", {}),
        ("draw", {"phase": "end"}),
        ("draw", {"phase": "end", "a": [1], "b": [1, 2]}),
        ("draw", {"phase": "start", "a": [NAN, 0], "b": [0, 0]}),
        ("draw", {"phase": "start", "a": None, "b": 5}),
        ("draw", {"phase": "end", "a": [HUGE, 0], "b": [0, 0]}),
        ("draw", {"phase": "move", "a": [0, 0], "b": [1, 1]}),
        ("drag", {}),
        ("drag", {"phase": "move", "handle": 0, "lon": "x", "lat": 0}),
        ("drag", {"phase": "move", "handle": 0, "lon": float("inf"), "lat": 0}),
        ("nudge", {}),
        ("nudge", {"handle": None, "columns": 1, "rows": 1}),
        ("nudge", {"handle": 0, "columns": float("inf"), "rows": 1}),
        ("nudge", {"handle": 0, "columns": HUGE, "rows": 1}),
        ("policy", {}),
        ("policy", {"bands": ["B2"], "policy": "AVERAGE"}),
        ("policy", {"bands": 5, "policy": "MODE"}),
        ("policy", {"bands": [["B2"]], "policy": "MODE"}),
        ("default_policy", {"policy": None}),
        ("use_suggestions", {"bands": 5}),
        ("fix", {}),
        ("fix", {"name": []}),
        ("cancel", {}),
        ("tab", {}),
        ("use_project", {}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_read_is_logged_and_changes_nothing(
    form: ExportSession, caplog: pytest.LogCaptureFixture, name: str, args: dict[str, Any]
) -> None:
    """Whatever the page sends, nothing is raised and the draft stays."""
    fill(form)
    form.edit(region=AREA)
    before = form.draft
    form.perform(name, args)
    assert form.draft is before
    assert all(record.levelno == logging.WARNING for record in caplog.records)


def test_operations_are_filtered_and_shown_on_the_map(form: ExportSession) -> None:
    """A state that is none is left alone; the same press takes the grid away again, as Escape does."""
    form.perform("filter_state", {"state": "FAILED"})
    assert form.snapshot.operations_state == "FAILED"
    form.perform("filter_state", {"state": "BROKEN"})
    assert form.snapshot.operations_state == "FAILED"
    form.perform("filter_state", {"state": ""})
    assert form.snapshot.operations_state == ""
    for expected in ("A", "", "A"):
        form.perform("show_on_map", {"operation": "A"})
        assert form.snapshot.on_map == expected
    form.perform("hide_from_map", {})
    assert form.snapshot.on_map == ""


def test_a_form_can_begin_anew(form: ExportSession) -> None:
    """In one step that can be undone, under another request id."""
    fill(form)
    before = form.draft
    form.perform("reset", {})
    assert form.draft == Draft(request_id=form.draft.request_id, asset_path=FIRST_NAME)
    assert form.draft.request_id not in {"", before.request_id}
    form.undo()
    assert form.draft == before


def test_the_expression_is_shown_in_the_request(form: ExportSession) -> None:
    """As JSON, whatever was shown before, and a second press leaves it open."""
    form.perform("request_tab", {"tab": "curl"})
    for _ in range(2):
        form.perform("show_expression", {})
        assert form.snapshot.request_tab == "json"
        assert "expression" in form.snapshot.unfolded
