"""Rows of the operations panel."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.operation import (
    Operation,
    OperationError,
    OperationNotification,
    OperationStage,
    OperationState,
)
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.present.failures import explain
from ee_export_widget.session.present.operations import EMPTY_HERE, EMPTY_PROJECT, duration
from ee_export_widget.session.snapshot import TargetState
from ee_export_widget.session.verifying import Submitted
from ee_export_widget.widgets.assembly import BEAT_S
from tests.unit.session.moments import CONNECTED, EMULATOR, EVIL, READY, as_page_reads, moment
from tests.unit.session.service import OUT, PROJECT, START

if TYPE_CHECKING:
    from ee_export_widget.session.snapshot import Snapshot

NAME = "projects/demo-project/operations/A"
RUNNING = Operation(
    NAME, OperationState.RUNNING, description="out", create_time=START, start_time=START + timedelta(seconds=60),
    update_time=START + timedelta(seconds=160), progress=0.25,
)  # fmt: skip
ENDED = replace(RUNNING, done=True, end_time=START + timedelta(seconds=60 + 724))


def ended(state: OperationState, **changes: Any) -> Operation:  # noqa: ANN401 - fields of an operation
    return replace(ENDED, state=state, **changes)


def view_of(operation: Operation, base: Snapshot = READY, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a snapshot
    snapshot = moment(base, operations=(operation,), started_here=frozenset({operation.name}), **changes)
    view = as_page_reads(present.operations(snapshot))
    (row,) = view["rows"]
    return {**view, **row}


@pytest.mark.parametrize(
    ("operation", "pill", "tone"),
    [
        (replace(RUNNING, state=OperationState.PENDING), "Queued", "plain"),
        (RUNNING, "Running", "busy"),
        (replace(RUNNING, state=OperationState.CANCELLING), "Cancelling", "warning"),
        (ended(OperationState.SUCCEEDED), "Succeeded", "ok"),
        (ended(OperationState.CANCELLED), "Cancelled", "plain"),
        (ended(OperationState.FAILED), "Failed", "error"),
        (replace(RUNNING, state=OperationState.UNKNOWN), "Unknown", "muted"),
    ],
)
def test_each_state_has_its_word(operation: Operation, pill: str, tone: str) -> None:
    """The service's own name of the state goes along."""
    row = view_of(operation)
    assert (row["pill"], row["tone"], row["state"]) == (pill, tone, operation.state.value)
    assert (row["title"], row["name"]) == ("out", NAME)


def test_a_running_row_shows_how_far_it_is() -> None:
    """Bar, time, estimate, stages and facts."""
    stages = (
        OperationStage("Create List of Assets", complete_work_units=1, total_work_units=1),
        OperationStage("Write Files", complete_work_units=1500, total_work_units=4000),
        OperationStage("Clean up"),
        OperationStage("Count", complete_work_units=7),
    )
    note = OperationNotification("topic", "WARNING", EVIL)
    row = view_of(replace(RUNNING, stages=stages, eecu_seconds=1234.56, notifications=(note,)))
    assert row["progress"] == 0.25
    assert row["progress_text"] == "25 percent, write files, 1,500 of 4,000, count, 7"
    assert (row["clock"]["running"], row["clock"]["suffix"]) == (True, "elapsed, about 5:00 left")
    assert row["clock"]["since_ms"] == (START + timedelta(seconds=60)).timestamp() * 1000
    assert [(stage["count"], stage["tone"]) for stage in row["stages"]] == [
        ("", "ok"), ("1,500 of 4,000", "busy"), ("", "todo"), ("7", "busy"),
    ]  # fmt: skip
    assert row["facts"] == [["EECU-s", "1,234.6"], ["Attempt", "1"], ["Priority", "100"], ["Warning", EVIL]]
    assert {button["name"]: button["reason"] for button in row["buttons"]} == {"cancel": "", "copy_name": ""}


def test_compute_of_the_emulator_is_called_so() -> None:
    """Nobody shall take it for a bill."""
    assert view_of(replace(RUNNING, eecu_seconds=1.0), connection=EMULATOR)["facts"][0][1] == "1.0 emulated"


@pytest.mark.parametrize(
    ("changes", "suffix"),
    [
        ({"progress": 0.04}, "elapsed"),
        ({"update_time": None}, "elapsed"),
        ({"progress": 1.0}, "elapsed"),
        ({"start_time": None}, "in queue"),
    ],
)
def test_no_estimate_is_made_of_nothing(changes: dict[str, Any], suffix: str) -> None:
    """Below five per cent, without times, and at the end there is none."""
    assert view_of(replace(RUNNING, **changes))["clock"]["suffix"] == suffix


def test_a_row_without_times_has_a_clock_that_stands() -> None:
    """As in the first answer of the service."""
    clock = view_of(Operation(NAME, OperationState.PENDING))["clock"]
    assert (clock["running"], clock["since_ms"], clock["suffix"]) == (False, 0.0, "in queue")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (ended(OperationState.SUCCEEDED), r"took 12:04, done \d\d:\d\d"),
        (ended(OperationState.FAILED), r"after 12:04, at \d\d:\d\d"),
        (ended(OperationState.CANCELLED, end_time=None), r"after 1:40, at \d\d:\d\d"),
        (ended(OperationState.CANCELLED, create_time=None, start_time=None), ""),
    ],
)
def test_an_ended_row_says_how_long_it_took(operation: Operation, words: str) -> None:
    """And when, as far as it is known; nothing moves any more."""
    row = view_of(operation)
    assert re.fullmatch(words, row["clock"]["text"])
    assert not row["clock"]["running"]
    assert row["progress"] == -1.0
    assert [button["name"] for button in row["buttons"]] == ["copy_name"]


@pytest.mark.parametrize(("seconds", "text"), [(5, "0:05"), (724, "12:04"), (3723, "1:02:03"), (-1, "0:00")])
def test_spans_are_written_as_on_a_clock(seconds: float, text: str) -> None:
    """Hours only where there are any."""
    assert duration(seconds) == text


def test_files_are_listed_where_there_are_some() -> None:
    """Once the export has succeeded."""
    uris = ("https://example.org/a",)
    assert view_of(ended(OperationState.SUCCEEDED, destination_uris=uris))["files"] == list(uris)
    assert view_of(replace(RUNNING, destination_uris=uris))["files"] == []


def test_stages_stop_where_the_operation_stopped() -> None:
    """In the colour of its end."""
    stage = OperationStage("Write", complete_work_units=1, total_work_units=2)
    tones = [
        view_of(ended(state, stages=(stage,)))["stages"][0]["tone"]
        for state in (OperationState.FAILED, OperationState.CANCELLED)
    ]
    assert tones == ["error", "muted"]


def test_out_of_reach_the_last_state_is_called_so() -> None:
    """The clock stands, and nothing can be cancelled now; what has ended is certain."""
    offline = replace(CONNECTED, state="offline")
    row = view_of(RUNNING, connection=offline)
    assert (row["pill"], row["tone"]) == ("Last seen running", "muted")
    assert re.fullmatch(r"as of \d\d:\d\d", row["clock"]["text"])
    assert row["buttons"][0]["reason"].startswith("Not connected")
    assert row["head"]["mark"] == {"tone": "warning", "text": "not connected"}
    assert view_of(Operation(NAME), connection=offline)["clock"]["text"] == ""
    assert view_of(ended(OperationState.SUCCEEDED), connection=offline)["pill"] == "Succeeded"


def test_a_lost_operation_is_unknown() -> None:
    """Its last state is not claimed any more."""
    row = view_of(RUNNING, lost=frozenset({NAME}))
    assert (row["pill"], row["state"]) == ("Unknown", "RUNNING")
    assert row["buttons"][0]["reason"]


def test_cancelling_is_asked_for_in_its_row() -> None:
    """And only there."""
    assert view_of(RUNNING, asking_to_cancel=NAME)["asking"]
    assert not view_of(RUNNING, asking_to_cancel="other")["asking"]


def test_a_cancelling_operation_cannot_be_cancelled_again() -> None:
    """It may take a while."""
    row = view_of(replace(RUNNING, state=OperationState.CANCELLING))
    assert [button["name"] for button in row["buttons"]] == ["copy_name"]
    assert row["progress"] == 0.25


def test_the_tabs_tell_this_form_from_the_project() -> None:
    """The heading counts what is this form's own."""
    other = replace(RUNNING, name=f"{NAME}2")
    snapshot = moment(operations=(RUNNING, other), started_here=frozenset({NAME}), announcement="A: running")
    here = present.operations(snapshot)
    assert [row["name"] for row in here["rows"]] == [NAME]
    assert here["head"]["summary"] == "1 from this widget, 1 running"
    assert here["head"]["mark"] == {"tone": "ok", "text": "1 running"}
    assert here["announce"] == "A: running"
    project = present.operations(replace(snapshot, operations_tab="project"))
    assert [row["name"] for row in project["rows"]] == [NAME, f"{NAME}2"]


def test_an_empty_panel_says_what_will_be_there() -> None:
    """For either tab."""
    assert present.operations(READY)["empty"] == EMPTY_HERE
    assert present.operations(moment(operations_tab="project"))["empty"] == EMPTY_PROJECT
    assert present.operations(READY)["head"]["mark"] == {"tone": "plain", "text": ""}


def test_the_page_listens_while_something_runs() -> None:
    """A sign of life may be lost; nobody listens for one where nothing runs or nobody answers."""
    assert view_of(RUNNING)["beat_s"] >= 2 * BEAT_S
    assert view_of(ended(OperationState.SUCCEEDED))["beat_s"] == 0
    assert view_of(RUNNING, connection=replace(CONNECTED, state="offline"))["beat_s"] == 0


@pytest.mark.parametrize(
    ("message", "headline"),
    [
        ("User memory limit exceeded.", "One tile needed more memory than Earth Engine allows."),
        ("Execution failed; out of memory.", "One tile needed more memory than Earth Engine allows."),
        ("Computation timed out.", "The computation took longer than Earth Engine allows."),
        ("Export too large: specified 10 pixels (max: 5).", "The grid has more pixels than maxPixels allows."),
        ("Cannot overwrite asset 'x'.", "There is an asset with this name already."),
        ("Permission 'earthengine.assets.create' denied.", "The project may not write there."),
        ("Exported bands must have compatible data types.", "The file format needs one type for all bands."),
        ("Too many tasks already in the queue.", "The project's queue or quota is full."),
        (
            "Image.load: Image asset 'x' not found (does not exist or caller does not have access).",
            "The source image does not exist, or this account may not read it.",
        ),
        ("Unknown pyramiding policy.", "The pyramiding policies do not fit the bands of the image."),
        (f"{EVIL} went wrong. And more.", f"The export stopped: {EVIL} went wrong."),
        ("", "The export stopped: the service gave no reason."),
    ],
)
def test_a_failure_is_said_in_plain_words(message: str, headline: str) -> None:
    """With what helps, and the service's own message untouched."""
    failed = ended(OperationState.FAILED, error=OperationError(3, message))
    explanation = view_of(failed)["explanation"]
    assert explanation["strong"] == headline
    assert explanation["raw"] == message
    assert explanation["hint"]


def test_only_a_failure_is_explained() -> None:
    """A failure without a reason is one, too."""
    assert explain(ended(OperationState.CANCELLED), READY) is None
    assert explain(RUNNING, READY) is None
    bare = explain(ended(OperationState.FAILED), READY)
    assert bare is not None
    assert bare["raw"] == ""


def request_to(**options: Any) -> ExportImageRequest:  # noqa: ANN401 - JSON
    return ExportImageRequest.from_json(options)


ASSET = request_to(assetExportOptions={"earthEngineDestination": {"name": f"projects/{PROJECT}/assets/{OUT}"}})
BUCKET = request_to(fileExportOptions={"cloudStorageDestination": {"bucket": "lakes", "filenamePrefix": "a"}})
DRIVE = request_to(fileExportOptions={"driveDestination": {"folder": "maps", "filenamePrefix": "a"}})
STAGES = (
    OperationStage("Create List of Assets", complete_work_units=1, total_work_units=1),
    OperationStage("Write Files", complete_work_units=3, total_work_units=12),
)


@pytest.mark.parametrize(
    ("request_", "changes", "text"),
    [
        (ASSET, {}, "The asset was not completed."),
        (ASSET, {"start_time": None}, "It never began: nothing was written."),
        (BUCKET, {"stages": STAGES, "attempt": 2},
         ("It stopped at “Write Files”, 3 of 12, in attempt 2. "
         "Files finished before that may be in gs://lakes: do not take them for the whole.")),
        (DRIVE, {"attempt": 5},
         ("It stopped in attempt 5. Files finished before that may be in the Drive folder “maps”: "
         "do not take them for the whole.")),
        (request_to(fileExportOptions={"driveDestination": {}}), {"stages": (OperationStage("x", "", 2),)},
         "It stopped at “x”. Files finished before that may be in Drive: do not take them for the whole."),
        (request_to(fileExportOptions={"cloudStorageDestination": {}}), {},
         "Files finished before that may be in the bucket: do not take them for the whole."),
        (None, {}, "Whether it has written anything is not known here: look at its destination."),
    ],
    ids=["asset", "not begun", "bucket", "Drive", "Drive's root", "no bucket", "not ours"],
)  # fmt: skip
def test_a_failure_says_what_is_known_of_results(
    request_: ExportImageRequest | None, changes: dict[str, Any], text: str
) -> None:
    """Half of the files of an export may be there; an asset comes as a whole or not at all."""
    failed = ended(OperationState.FAILED, **changes)
    submitted = {} if request_ is None else {NAME: Submitted(request_)}
    assert view_of(failed, submitted=submitted)["explanation"]["text"] == text


def test_that_nothing_was_written_is_said_where_the_service_says_so() -> None:
    """The name has been looked at since, and no asset has it."""
    free = TargetState("free", f"projects/{PROJECT}/assets/{OUT}")
    view = view_of(ended(OperationState.FAILED), submitted={NAME: Submitted(ASSET)}, target=free)
    assert view["explanation"]["text"] == "Nothing was written: the asset name is still free."


def test_what_a_failure_has_left_behind_can_be_reached() -> None:
    """Where the service names results of an export that failed, they are shown."""
    assert view_of(ended(OperationState.FAILED, destination_uris=("https://example.org/a",)))["files"]


OPERATIONS = (
    RUNNING,
    replace(
        ENDED, name=f"{NAME}2", state=OperationState.FAILED, error=OperationError(3, "User memory limit exceeded.")
    ),
    replace(ENDED, name=f"{NAME}3", state=OperationState.SUCCEEDED),
)
ALL = moment(operations=OPERATIONS, started_here=frozenset(item.name for item in OPERATIONS))


@pytest.mark.parametrize(
    ("state", "shown", "empty"),
    [
        ("", [NAME, f"{NAME}2", f"{NAME}3"], ""),
        ("FAILED", [f"{NAME}2"], ""),
        ("CANCELLED", [], "No export is cancelled here."),
        ("UNKNOWN", [], "No export is unknown here."),
    ],
)
def test_operations_of_one_state_can_be_singled_out(state: str, shown: list[str], empty: str) -> None:
    """The words are those of the pills; what is not known to anybody is offered only while it is chosen."""
    view = present.operations(replace(ALL, operations_state=state))
    assert [row["name"] for row in view["rows"]] == shown
    assert (view["state"], view["empty"]) == (state, empty)
    words = [item["label"] for item in view["states"]]
    assert words[:4] == ["All states", "Queued", "Running", "Cancelling"]
    assert ("Unknown" in words) == (state == "UNKNOWN")


def test_there_is_no_choice_among_nothing() -> None:
    """A form without operations shows its sentence alone."""
    view = present.operations(moment())
    assert (view["states"], view["empty"]) == ([], EMPTY_HERE)


def test_the_grid_of_an_operation_can_be_shown_on_the_map() -> None:
    """Where its request is known; the same button takes it away."""
    assert READY.composed.request is not None
    submitted = {NAME: Submitted(READY.composed.request)}
    row = view_of(RUNNING, submitted=submitted)
    assert [button["label"] for button in row["buttons"]] == ["Cancel", "Copy name", "Show on map"]
    row = view_of(RUNNING, submitted=submitted, on_map=NAME)
    assert (row["on_map"], row["buttons"][-1]["label"]) == (True, "Remove from map")
    assert [button["name"] for button in view_of(RUNNING)["buttons"]] == ["cancel", "copy_name"]
    shown = moment(operations=(RUNNING,), submitted=submitted, on_map=NAME)
    other = present.map_view(shown)["other"]
    assert other is not None
    assert (other["label"], other["outline"]) == ("out", present.map_view(READY)["footprint"])
    assert present.map_view(moment(submitted=submitted))["other"] is None


def test_a_grid_that_was_folded_into_the_expression_can_be_shown_too() -> None:
    """As the official client sends it; without any grid there is nothing to draw."""
    folded = moment(fold_grid=True).composed.request
    assert folded is not None
    assert folded.grid is None
    assert Submitted(folded).grid == READY.composed.grid
    assert Submitted(ASSET).grid is None


def test_an_error_can_be_copied() -> None:
    """What the service said, for whoever asks for help; there is nothing to copy of a failure without a reason."""
    names = [button["name"] for button in present.operations(ALL)["rows"][1]["buttons"]]
    assert names == ["copy_name", "copy_error"]
    assert [button["name"] for button in view_of(ended(OperationState.FAILED))["buttons"]] == ["copy_name"]


def test_the_tag_is_shown_where_it_is_known() -> None:
    """The service does not tell it."""
    tagged = ASSET.with_(workload_tag="lakes")
    assert ["Tag", "lakes"] in view_of(RUNNING, submitted={NAME: Submitted(tagged)})["facts"]


def test_what_others_have_ended_is_folded() -> None:
    """A person's own exports, and whatever still runs, are shown in full."""
    done = ended(OperationState.SUCCEEDED)
    assert not view_of(done)["folds"]
    assert view_of(done)["ended_ms"] == ENDED.end_time.timestamp() * 1000  # type: ignore[union-attr]
    of_others = [
        row["folds"] for row in present.operations(moment(operations=(done, RUNNING), operations_tab="project"))["rows"]
    ]
    assert of_others == [True, False]
    bare = replace(done, end_time=None, update_time=None)
    assert view_of(bare)["ended_ms"] == 0


def test_the_id_of_an_asset_can_be_copied_once_it_is_there() -> None:
    """Of files there is none, and of an export that has not succeeded neither."""
    name = f"projects/{PROJECT}/assets/{OUT}"
    written = view_of(ended(OperationState.SUCCEEDED), submitted={NAME: Submitted(ASSET)})
    assert written["asset"] == name
    assert "Copy asset ID" in [button["label"] for button in written["buttons"]]
    for view in (
        view_of(ended(OperationState.SUCCEEDED), submitted={NAME: Submitted(BUCKET)}),
        view_of(ended(OperationState.FAILED), submitted={NAME: Submitted(ASSET)}),
        view_of(ended(OperationState.SUCCEEDED)),
    ):
        assert view["asset"] == ""
        assert "Copy asset ID" not in [button["label"] for button in view["buttons"]]


def test_cancelling_may_take_a_while() -> None:
    """The clock runs on, and no time that is left is guessed."""
    clock = view_of(replace(RUNNING, state=OperationState.CANCELLING))["clock"]
    assert clock["suffix"] == "elapsed; may take a few minutes"
    assert clock["since_ms"] == RUNNING.start_time.timestamp() * 1000  # type: ignore[union-attr]
