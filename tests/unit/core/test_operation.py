"""Reading operations: everything the service may leave out, add or encode oddly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ee_export_widget.core.operation import (
    Operation,
    OperationError,
    OperationNotification,
    OperationStage,
    OperationState,
)

NAME = "projects/demo-project/operations/ABCDEFGHIJ23456789KLMNOP"


def read(metadata: dict[str, Any] | None = None, **members: Any) -> Operation:  # noqa: ANN401 - members of a message
    message: dict[str, Any] = {"name": NAME, **members}
    if metadata is not None:
        message["metadata"] = metadata
    return Operation.from_json(message)


def test_running_operation_is_read_whole() -> None:
    """Every member of a running operation arrives, converted to Python's own types."""
    operation = read(
        {
            "@type": "type.googleapis.com/google.earthengine.v1alpha.OperationMetadata",
            "state": "RUNNING",
            "description": "scene_2020_export",
            "type": "EXPORT_IMAGE",
            "priority": 42,
            "createTime": "2026-01-05T10:00:00.120Z",
            "updateTime": "2026-01-05T10:01:10.003Z",
            "startTime": "2026-01-05T10:00:31Z",
            "progress": 0.4,
            "attempt": 2,
            "batchEecuUsageSeconds": 92.5,
            "scriptUri": "https://code.earthengine.google.com/abc",
            "destinationUris": ["https://drive.google.com/x"],
            "stages": [
                {"displayName": "Create List of Assets", "completeWorkUnits": 1, "totalWorkUnits": "1"},
                {"displayName": "Write Files", "description": "to the bucket"},
            ],
            "notifications": [{"topic": "slow", "severity": "WARNING", "detail": "Takes long."}],
        }
    )
    assert operation == Operation(
        name=NAME,
        state=OperationState.RUNNING,
        done=False,
        description="scene_2020_export",
        type="EXPORT_IMAGE",
        priority=42,
        attempt=2,
        progress=0.4,
        stages=(
            OperationStage("Create List of Assets", "", 1.0, 1),
            OperationStage("Write Files", "to the bucket", None, None),
        ),
        create_time=datetime(2026, 1, 5, 10, 0, 0, 120_000, tzinfo=UTC),
        start_time=datetime(2026, 1, 5, 10, 0, 31, tzinfo=UTC),
        update_time=datetime(2026, 1, 5, 10, 1, 10, 3_000, tzinfo=UTC),
        end_time=None,
        eecu_seconds=92.5,
        destination_uris=("https://drive.google.com/x",),
        script_uri="https://code.earthengine.google.com/abc",
        error=None,
        notifications=(OperationNotification("slow", "WARNING", "Takes long."),),
    )
    assert operation.id == "ABCDEFGHIJ23456789KLMNOP"
    assert not operation.is_terminal


@pytest.mark.parametrize("metadata", [None, {}, {"state": None}, {"stages": None, "attempt": "many"}])
def test_bare_operation_takes_defaults(metadata: dict[str, Any] | None) -> None:
    """A first reply with next to nothing in it is an operation in an unknown state, not an error."""
    assert read(metadata) == Operation(name=NAME)
    assert Operation(name=NAME).state is OperationState.UNKNOWN
    assert Operation(name=NAME).priority == 100
    assert Operation(name=NAME).attempt == 1


@pytest.mark.parametrize("metadata", ["text", ["list"], 7])
def test_metadata_of_a_wrong_kind_is_ignored(metadata: object) -> None:
    """Metadata that is no object says nothing and breaks nothing."""
    assert Operation.from_json({"name": NAME, "metadata": metadata}) == Operation(name=NAME)


@pytest.mark.parametrize("message", [{}, {"name": ""}, {"name": 7}, {"done": True}])
def test_operation_without_a_name_is_refused(message: dict[str, Any]) -> None:
    """What cannot be asked for again is no operation."""
    with pytest.raises(ValueError, match="without a name"):
        Operation.from_json(message)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "CANCELLING"])
def test_living_state_is_not_terminal(state: str) -> None:
    """An operation in a state that it can leave is not done."""
    operation = read({"state": state})
    assert operation.state == state
    assert not operation.done
    assert not operation.is_terminal
    assert not operation.state.is_terminal


@pytest.mark.parametrize("state", ["SUCCEEDED", "CANCELLED", "FAILED"])
@pytest.mark.parametrize("done", [True, False, None])
def test_terminal_state_is_the_end_whatever_done_says(state: str, done: bool | None) -> None:
    """A final state ends an operation, also where ``done`` is false or missing."""
    operation = read({"state": state}, **({} if done is None else {"done": done}))
    assert operation.state == state
    assert operation.done
    assert operation.is_terminal
    assert operation.state.is_terminal


@pytest.mark.parametrize("state", ["STATE_UNSPECIFIED", "HIBERNATING", "running", 3])
def test_unknown_state_is_shown_and_never_terminal(state: object) -> None:
    """A state that this release does not know is no end."""
    operation = read({"state": state})
    assert operation.state is OperationState.UNKNOWN
    assert not operation.is_terminal


@pytest.mark.parametrize("told", ["RUNNING", "HIBERNATING", None])
@pytest.mark.parametrize(
    ("members", "state"),
    [
        ({"response": {}}, OperationState.SUCCEEDED),
        ({"error": {"code": 1, "message": "Cancelled."}}, OperationState.CANCELLED),
        ({"error": {"code": 3, "message": "Too large."}}, OperationState.FAILED),
    ],
)
def test_done_without_a_final_state_is_judged_by_its_result(
    told: str | None, members: dict[str, Any], state: OperationState
) -> None:
    """Whoever is done has succeeded, failed or been cancelled, as ``response`` or ``error`` tell."""
    assert read({"state": told}, done=True, **members).state is state


def test_final_state_is_believed_before_the_result() -> None:
    """What the service calls failed has failed, also with the code of a cancellation."""
    assert read({"state": "FAILED"}, done=True, error={"code": 1}).state is OperationState.FAILED


def test_done_without_any_result_ends_in_an_unknown_state() -> None:
    """Done is done, even if nothing says how."""
    operation = read(done=True)
    assert operation.state is OperationState.UNKNOWN
    assert operation.is_terminal


def test_error_is_kept_with_its_code() -> None:
    """A failure carries the google.rpc code and the service's words."""
    operation = read({"state": "FAILED"}, done=True, error={"code": "3", "message": "Export too large.", "details": []})
    assert operation.error == OperationError(3, "Export too large.")


def test_error_may_be_empty() -> None:
    """An error that says nothing is an error all the same."""
    assert read({"state": "FAILED"}, done=True, error={}).error == OperationError(0, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00.1Z", datetime(2026, 1, 5, 10, 0, 0, 100_000, tzinfo=UTC)),
        ("2026-01-05T10:00:00.12345Z", datetime(2026, 1, 5, 10, 0, 0, 123_450, tzinfo=UTC)),
        ("2026-01-05T10:00:00.123456789Z", datetime(2026, 1, 5, 10, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-01-05t10:00:00z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T15:30:00+05:30", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00", datetime(2026, 1, 5, 10, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_aware_utc(text: str, expected: datetime) -> None:
    """RFC 3339 with one to nine fractional digits becomes an aware datetime in UTC."""
    time = read({"updateTime": text}).update_time
    assert time == expected
    assert time is not None
    assert time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00Z", "", "soon", None, 7, "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_time_that_says_nothing_is_none(text: object) -> None:
    """The epoch of a waiting operation, and anything unreadable, is no time."""
    assert read({"startTime": text}).start_time is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [(None, 0.0), (0.25, 0.25), ("0.25", 0.25), (1, 1.0), (1.5, 1.0), (-0.1, 0.0), ("NaN", 0.0), (True, 0.0)],
)
def test_progress_stays_between_nothing_and_all(told: object, expected: float) -> None:
    """Progress is a share of 1; absent means 0."""
    assert read({"progress": told}).progress == expected


@pytest.mark.parametrize("told", [12, "12", 12.0])
def test_numbers_may_come_as_strings(told: object) -> None:
    """64-bit integers travel as strings, others as numbers; both are read."""
    operation = read({"priority": told, "attempt": told, "stages": [{"displayName": "a", "totalWorkUnits": told}]})
    assert (operation.priority, operation.attempt) == (12, 12)
    assert operation.stages[0].total_work_units == 12


@pytest.mark.parametrize("told", ["", "much", "1e999", float("inf"), 10**400, [], None])
def test_unreadable_number_counts_as_absent(told: object) -> None:
    """A number that is none leaves the default."""
    operation = read({"priority": told, "batchEecuUsageSeconds": told})
    assert operation.priority == 100
    assert operation.eecu_seconds is None


def test_lists_keep_what_can_be_read() -> None:
    """One odd entry of a list does not cost the others."""
    operation = read(
        {
            "destinationUris": ["https://a", None, 3],
            "stages": [None, {"displayName": "Write Files"}],
            "notifications": ["x", {"severity": "SEVERITY_UNSPECIFIED"}],
        }
    )
    assert operation.destination_uris == ("https://a",)
    assert [stage.display_name for stage in operation.stages] == ["Write Files"]
    assert operation.notifications == (OperationNotification("", "", ""),)


def test_operation_is_a_value() -> None:
    """Two readings of the same answer are equal and can be told apart by no one."""
    message = {"state": "RUNNING", "stages": [{"displayName": "a"}]}
    assert read(message) == read(message)
    assert hash(read(message)) == hash(read(message))
