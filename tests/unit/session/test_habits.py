"""What was chosen last in each project."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session.habits import FILE, KEPT, Habits
from tests.unit.session.service import IMAGE, OUT, PROJECT, Service, connect, fill, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.session.conftest import MakeForm

USED = Draft(
    destination="cloud_storage", bucket="my-bucket", cloud_storage_prefix="a/b", drive_folder="maps", asset_path="a",
    tile_size="512", priority="7", request_id="id", description="d", compress=False,
)  # fmt: skip


def test_values_are_kept_for_each_project(tmp_path: Path) -> None:
    """In one file, made when it is first needed; what would name the same result again is not among them."""
    habits = Habits(tmp_path / "state")
    habits.keep("one", USED)
    habits.keep("two", Draft(drive_folder="other"))
    habits.keep("", USED)
    assert habits.of("one") == {"bucket": "my-bucket", "drive_folder": "maps", "priority": "7"}
    assert Habits(tmp_path / "state").of("two") == {"drive_folder": "other"}
    assert habits.of("three") == {}
    assert not KEPT & {"asset_path", "request_id", "description", "overwrite", "expression", "cloud_storage_prefix"}
    assert [path.name for path in (tmp_path / "state").iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff", b"7", b'{"one": 7}', b"[" * 200_000, b" " * 1_000_001,
        b'{"one": {"bucket": 7, "destination": "tape", "asset_path": "x", "no_such_field": 1}}',
    ],
    ids=["empty", "cut", "list", "bytes", "number", "no fields", "deep", "huge", "wrong fields"],
)  # fmt: skip
def test_a_broken_file_holds_nothing(tmp_path: Path, content: bytes) -> None:
    """It is neither an error nor in the way of the next values."""
    (tmp_path / FILE).write_bytes(content)
    habits = Habits(tmp_path)
    assert habits.of("one") == {}
    habits.keep("one", USED)
    assert habits.of("one")["bucket"] == "my-bucket"


def test_values_that_cannot_be_kept_are_no_reason_to_stop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file where the folder should be: a line in the log, and nothing else."""
    (tmp_path / "state").write_text("in the way")
    Habits(tmp_path / "state").keep("one", USED)
    assert "could not be kept" in caplog.text
    Habits().keep("one", USED)
    assert Habits().of("one") == {}


def test_the_oldest_projects_are_forgotten(tmp_path: Path) -> None:
    """So that the file never grows without end."""
    habits = Habits(tmp_path)
    for number in range(102):
        habits.keep(f"project-{number}", USED)
    kept = json.loads((tmp_path / FILE).read_text())
    assert len(kept) == 100
    assert "project-1" not in kept


def test_only_an_untouched_draft_is_filled(tmp_path: Path) -> None:
    """What somebody has typed, or loaded, is theirs."""
    habits = Habits(tmp_path)
    habits.keep("one", USED)
    new = Draft(asset_path="mine", crs="EPSG:4326")
    filled = habits.applied(new, "one")
    assert (filled.destination, filled.bucket, filled.asset_path) == ("asset", "my-bucket", "mine")
    for touched in (replace(new, bucket="other"), replace(new, loaded=ExportImageRequest())):
        assert habits.applied(touched, "one") is touched


def test_a_new_form_begins_as_the_last_export_ended(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Kept when an operation was started, taken up when a form comes to the project; nothing secret is in the file."""
    first = make_form(habits=Habits(tmp_path))
    connect(first, service)
    fill(first)
    first.edit(asset_path=OUT, priority="7", workload_tag="lakes")
    wait_for(first, lambda snapshot: not snapshot.errors)
    asyncio.run(first.submit())
    assert json.loads((tmp_path / FILE).read_text()) == {PROJECT: {"priority": "7", "workload_tag": "lakes"}}
    second = make_form(habits=Habits(tmp_path))
    connect(second, service)
    assert (second.draft.priority, second.draft.workload_tag) == ("7", "lakes")
    assert second.draft.asset_path != OUT


def test_a_new_form_writes_an_asset_whatever_was_written_last(
    make_form: MakeForm, service: Service, tmp_path: Path
) -> None:
    """Bucket and folder wait in their fields; options of the files are chosen anew, even those in an older file."""
    (tmp_path / FILE).write_text(json.dumps({PROJECT: {"destination": "drive", "cloud_optimized": True}}))
    service.image = {**IMAGE, "bands": IMAGE["bands"][:3]}
    first = make_form(habits=Habits(tmp_path))
    connect(first, service)
    assert (first.draft.destination, first.draft.cloud_optimized) == ("asset", False)
    fill(first)
    first.edit(
        destination="cloud_storage", bucket="my_bucket", cloud_storage_prefix="a", cloud_optimized=True,
        tile_dimensions="512", permissions="PUBLIC",
    )  # fmt: skip
    wait_for(first, lambda snapshot: not snapshot.errors)
    asyncio.run(first.submit())
    second = make_form(habits=Habits(tmp_path))
    connect(second, service)
    assert second.draft.destination == "asset"
    assert second.draft.bucket == "my_bucket"
    assert (second.draft.cloud_optimized, second.draft.tile_dimensions) == (False, "")
    assert second.draft.permissions == Draft().permissions
