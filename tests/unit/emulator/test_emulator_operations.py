"""The life of an export operation, by a clock that the tests move."""

from __future__ import annotations

import re
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.emulator.clock import ManualClock
from ee_export_widget.emulator.engine import Engine
from ee_export_widget.emulator.errors import ServiceError
from tests.unit.emulator.support import asset_body, drive_body, finish, finished, scene_grid, until

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def submit(engine: Engine, body: dict[str, Any]) -> str:
    """Submit a body and return the operation's name."""
    name: str = engine.operations.submit("local-demo", body)["name"]
    return name


def state(engine: Engine, name: str) -> str:
    """Return an operation's state."""
    return str(engine.operations.get(name)["metadata"]["state"])


def run_until(engine: Engine, name: str, wanted: str) -> None:
    """Let the clock run until an operation has a state."""

    def reached() -> bool:
        engine.clock.advance(0.25)  # type: ignore[attr-defined]
        return state(engine, name) == wanted

    until(reached)


def advance(engine: Engine, seconds: float) -> None:
    """Move the clock."""
    engine.clock.advance(seconds)  # type: ignore[attr-defined]


def test_the_first_reply_is_a_bare_pending_operation(engine: Engine) -> None:
    """A new operation is PENDING with two times, without stages, and neither done nor not done."""
    document = engine.operations.submit("local-demo", asset_body(priority={"value": 250}))
    assert re.fullmatch(r"projects/local-demo/operations/[A-Z2-9]{24}", document["name"])
    assert document == {
        "name": document["name"],
        "metadata": {
            "@type": "type.googleapis.com/google.earthengine.v1.OperationMetadata",
            "state": "PENDING",
            "description": "test",
            "type": "EXPORT_IMAGE",
            "priority": 250,
            "createTime": "2026-01-05T10:00:00.000Z",
            "updateTime": "2026-01-05T10:00:00.000Z",
            "attempt": 1,
        },
    }


class _LateClock(ManualClock):
    """Whoever reads it next, once it is told so, is slow to use what it has read."""

    def __init__(self) -> None:
        super().__init__()
        self.holds_up = False
        self.read, self.overtaken = threading.Event(), threading.Event()

    def now(self) -> datetime:
        """Give the time; it goes on, and the reader is held up as long as somebody may overtake it."""
        moment = super().now()
        if self.holds_up:
            self.holds_up = False
            self.advance(1)
            self.read.set()
            self.overtaken.wait(0.3)
        return moment


def test_the_list_is_in_the_order_of_times_however_exports_arrive(data_dir: Path) -> None:
    """What is submitted at the same time is queued by the time that its operation tells."""
    clock = _LateClock()
    engine = Engine(data_dir, clock=clock)
    try:
        clock.holds_up = True
        first = threading.Thread(target=submit, args=(engine, asset_body("first")))
        first.start()
        assert clock.read.wait(10)
        submit(engine, asset_body("second"))
        clock.overtaken.set()
        first.join()
        listed, _ = engine.operations.page("local-demo", before=None, limit=10)
    finally:
        engine.close()
    times = [document["metadata"]["createTime"] for document in listed]
    assert len(times) == 2
    assert times == sorted(times, reverse=True)


def test_an_export_runs_in_steps_and_succeeds(engine: Engine) -> None:
    """After its wait it runs with stages that gain work units and a growing progress, and ends with a response."""
    name = submit(engine, asset_body(grid=scene_grid(0, 0, 1024, 1024)))
    advance(engine, 1.9)
    assert state(engine, name) == "PENDING"
    advance(engine, 0.2)
    until(lambda: "stages" in engine.operations.get(name)["metadata"])
    first = engine.operations.get(name)["metadata"]
    assert first["stages"] == [
        {"displayName": "Create List of Assets"},
        {"displayName": "Compute Pixels"},
        {"displayName": "Write Files"},
    ]
    assert first["startTime"] == "2026-01-05T10:00:02.100Z"
    assert "progress" not in first
    seen: list[dict[str, Any]] = []
    for _ in range(3):
        advance(engine, 4.5)
        share = len(seen) * 0.25 + 0.2
        until(lambda share=share: engine.operations.get(name)["metadata"].get("progress", 0) > share)  # type: ignore[misc]
        seen.append(engine.operations.get(name)["metadata"])
    assert [metadata["state"] for metadata in seen] == ["RUNNING"] * 3
    for earlier, later in pairwise(seen):
        assert earlier["progress"] < later["progress"] < 1
        assert earlier["batchEecuUsageSeconds"] < later["batchEecuUsageSeconds"]
        assert earlier["updateTime"] < later["updateTime"]
    computing = seen[0]["stages"][1]
    assert 0 < computing["completeWorkUnits"] < int(computing["totalWorkUnits"]) == 64
    done = finish(engine, name)
    assert done["done"] is True
    assert done["response"] == {"@type": "type.googleapis.com/google.protobuf.Empty"}
    assert done["metadata"]["state"] == "SUCCEEDED"
    assert done["metadata"]["progress"] == 1
    assert done["metadata"]["endTime"] == done["metadata"]["updateTime"] > done["metadata"]["startTime"]
    assert done["metadata"]["destinationUris"] == [(engine.data_dir / "assets/local-demo/out").as_uri()]


def test_progress_never_runs_ahead_of_the_clock(engine: Engine) -> None:
    """An export is not done before 20 s have passed by its clock, however quick the work was."""
    name = submit(engine, drive_body())
    advance(engine, 2)
    until(lambda: state(engine, name) == "RUNNING")
    advance(engine, 17.9)
    until(lambda: engine.operations.get(name)["metadata"].get("progress", 0) > 0)
    assert not threading.Event().wait(0.2)
    assert state(engine, name) == "RUNNING"
    advance(engine, 0.2)
    until(lambda: state(engine, name) == "SUCCEEDED")


def test_a_pending_export_is_cancelled_after_a_moment(engine: Engine) -> None:
    """Cancelling shows CANCELLING first, then CANCELLED with error code 1; nothing was written."""
    name = submit(engine, asset_body())
    engine.operations.cancel(name)
    document = engine.operations.get(name)
    assert document["metadata"]["state"] == "CANCELLING"
    assert not document.get("done")
    advance(engine, 30)
    document = engine.operations.get(name)
    assert document["metadata"]["state"] == "CANCELLED"
    assert document["done"] is True
    assert document["error"] == {"code": 1, "message": "Cancelled."}
    assert "startTime" not in document["metadata"]
    assert not engine.assets.exists("projects/local-demo/assets/out")


def test_a_running_export_is_cancelled_without_a_trace(engine: Engine) -> None:
    """A running export stops in the middle, becomes CANCELLED, and leaves neither result nor scratch files."""
    name = submit(engine, asset_body(grid=scene_grid(0, 0, 1024, 1024)))
    run_until(engine, name, "RUNNING")

    def well_under_way() -> bool:
        advance(engine, 0.5)
        return bool(engine.operations.get(name)["metadata"].get("progress", 0) > 0.3)

    until(well_under_way)
    engine.operations.cancel(name)
    assert state(engine, name) == "CANCELLING"
    run_until(engine, name, "CANCELLED")
    assert list((engine.data_dir / "work").iterdir()) == []
    assert not engine.assets.exists("projects/local-demo/assets/out")


def test_a_finished_operation_is_not_revived(engine: Engine) -> None:
    """Cancelling what has ended changes nothing."""
    before = finished(engine, drive_body())
    engine.operations.cancel(before["name"])
    advance(engine, 60)
    assert engine.operations.get(before["name"]) == before


def test_two_run_and_the_rest_wait_by_priority(engine: Engine) -> None:
    """Two exports run at once; of those that wait the greatest priority starts first, then the oldest."""
    names = [submit(engine, drive_body(f"first{index}")) for index in range(2)]
    for name in names:
        run_until(engine, name, "RUNNING")
    waiting = [submit(engine, drive_body(f"w{p}{i}") | {"priority": p}) for i, p in enumerate((100, 50, 900, 100))]
    advance(engine, 3)
    assert [state(engine, name) for name in waiting] == ["PENDING"] * 4
    started = [finish(engine, name)["metadata"]["startTime"] for name in waiting]
    assert started[2] <= started[0] <= started[3] <= started[1]
    assert started[2] < started[1]


def test_a_request_id_starts_one_operation(engine: Engine) -> None:
    """The same id is refused with 409, whatever the body says, and another id is not."""
    submit(engine, drive_body() | {"requestId": "a-1"})
    for body in (drive_body() | {"requestId": "a-1"}, asset_body(requestId="a-1")):
        with pytest.raises(
            ServiceError, match="A different Operation was already started with the given request_id"
        ) as e:
            submit(engine, body)
        assert (e.value.http_status, e.value.status) == (409, "ALREADY_EXISTS")
    submit(engine, drive_body() | {"requestId": "a-2"})
    submit(engine, drive_body())
    submit(engine, drive_body())


def test_many_submissions_of_one_id_at_once_start_one_operation(engine: Engine) -> None:
    """However many threads send the same id together, exactly one gets an operation."""
    answers: list[str] = []
    together = threading.Barrier(16)

    def send() -> None:
        together.wait()
        try:
            submit(engine, drive_body() | {"requestId": "only-once"})
            answers.append("started")
        except ServiceError as error:
            answers.append(error.status)

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ALREADY_EXISTS"] * 15 + ["started"]


def test_two_exports_of_one_name_cannot_both_win(engine: Engine) -> None:
    """Of two exports that run to the same new asset at once, one succeeds and the other finds it taken."""
    names = [submit(engine, asset_body()) for _ in range(2)]
    for name in names:
        run_until(engine, name, "RUNNING")
    ends = [finish(engine, name) for name in names]
    assert sorted(document["metadata"]["state"] for document in ends) == ["FAILED", "SUCCEEDED"]
    [error] = [document["error"]["message"] for document in ends if "error" in document]
    assert error == "Cannot overwrite asset 'projects/local-demo/assets/out'."


def test_the_end_of_an_operation_is_final(engine: Engine) -> None:
    """Nothing that comes late can change what a finished operation says."""
    before = finished(engine, drive_body())
    with engine.store.change(before["name"]) as document:
        document["metadata"]["state"] = "RUNNING"
    assert engine.operations.get(before["name"]) == before


def test_pages_come_newest_first(engine: Engine) -> None:
    """A project's operations are listed from the newest, page after page, without those of other projects."""
    names = [submit(engine, drive_body(f"p{index}")) for index in range(5)]
    engine.operations.submit("another-project", drive_body())
    seen, place = [], None
    sizes = []
    while True:
        page, place = engine.operations.page("local-demo", before=place, limit=2)
        sizes.append(len(page))
        seen += [document["name"] for document in page]
        if place is None:
            break
    assert seen == names[::-1]
    assert sizes == [2, 2, 1]


def test_a_deleted_operation_is_forgotten_and_goes_on(engine: Engine) -> None:
    """Deleting hides an operation; its export still ends in a file."""
    name = submit(engine, drive_body())
    engine.operations.delete(name)
    with pytest.raises(ServiceError, match="not found"):
        engine.operations.get(name)
    with pytest.raises(ServiceError, match="not found"):
        engine.operations.delete(name)
    target = engine.data_dir / "drive/results/out.tif"

    def written() -> bool:
        advance(engine, 1)
        return target.exists()

    until(written)


def test_an_unknown_operation_is_not_found(engine: Engine) -> None:
    """Reading and cancelling what does not exist is 404."""
    for action in (engine.operations.get, engine.operations.cancel, engine.operations.delete):
        with pytest.raises(ServiceError) as caught:
            action("projects/local-demo/operations/NOTHING")
        assert caught.value.http_status == 404


def test_a_full_queue_takes_no_more(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many waiting exports as the service allows the next one is refused."""
    monkeypatch.setattr("ee_export_widget.emulator.operations.MAX_PENDING", 3)
    for index in range(3):
        submit(engine, drive_body(f"q{index}"))
    with pytest.raises(ServiceError, match="Too many tasks already in the queue") as caught:
        submit(engine, drive_body())
    assert caught.value.http_status == 429


def test_operations_survive_a_restart(data_dir: Path) -> None:
    """What had ended stays as it was; what was running starts again as the next attempt; what waited still waits."""
    first = Engine(data_dir, clock=ManualClock())
    ended = finished(first, drive_body("ended"))
    running = [submit(first, drive_body(f"running{index}")) for index in range(2)]
    for name in running:
        run_until(first, name, "RUNNING")
    waiting = submit(first, drive_body("waiting") | {"requestId": "kept"})
    cancelling = submit(first, drive_body("cancelling"))
    first.operations.cancel(cancelling)
    first.close()

    second = Engine(data_dir, clock=ManualClock())
    try:
        assert second.operations.get(ended["name"]) == ended
        assert second.operations.get(cancelling)["error"] == {"code": 1, "message": "Cancelled."}
        with pytest.raises(ServiceError, match="request_id"):
            submit(second, drive_body() | {"requestId": "kept"})
        for name in running:
            document = finish(second, name)
            assert (document["metadata"]["state"], document["metadata"]["attempt"]) == ("SUCCEEDED", 2)
        document = finish(second, waiting)
        assert (document["metadata"]["state"], document["metadata"]["attempt"]) == ("SUCCEEDED", 1)
        files = {path.name for path in (data_dir / "drive/results").iterdir()}
        assert files == {"ended.tif", "running0.tif", "running1.tif", "waiting.tif"}
    finally:
        second.close()
