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
from ee_export_widget.session.present import advanced, destination
from tests.unit.session.moments import item
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
        b"{", b'{"one": 7}',
        b'{"one": {"bucket": 7, "destination": "tape", "asset_path": "x", "no_such_field": 1}}',
    ],
    ids=["cut", "no fields", "wrong fields"],
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


def test_only_what_is_open_is_filled(tmp_path: Path) -> None:
    """What somebody has typed, or loaded, is theirs; what was filled in for another project is open again."""
    habits = Habits(tmp_path)
    habits.keep("one", USED)
    new = Draft(asset_path="mine", crs="EPSG:4326", bucket="other", workload_tag="last")
    draft, filled = habits.fill(new, "one", before={"workload_tag": "last"})
    assert filled == {"drive_folder": "maps", "priority": "7"}
    assert draft == replace(new, drive_folder="maps", priority="7", workload_tag="")
    loaded = replace(new, loaded=ExportImageRequest())
    assert habits.fill(loaded, "one", before={}) == (loaded, {})


def test_a_new_form_begins_as_the_last_export_ended(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Kept when an operation was started, taken up when a person touches a form; nothing secret is in the file."""
    first = make_form(habits=Habits(tmp_path))
    connect(first, service)
    fill(first)
    first.edit(asset_path=OUT, priority="7", workload_tag="lakes")
    wait_for(first, lambda snapshot: not snapshot.errors)
    asyncio.run(first.submit())
    assert json.loads((tmp_path / FILE).read_text()) == {PROJECT: {"priority": "7", "workload_tag": "lakes"}}
    second = make_form(habits=Habits(tmp_path))
    connect(second, service)
    assert second.draft.priority == "100"
    second.perform("pan", {})
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
    second.typed("pixel_size", "30")
    connect(second, service)
    assert second.draft.destination == "asset"
    assert second.draft.bucket == "my_bucket"
    assert (second.draft.cloud_optimized, second.draft.tile_dimensions) == (False, "")
    assert second.draft.permissions == Draft().permissions


def test_a_script_is_not_told_what_was_clicked_yesterday(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """Neither a form that nobody touches, nor one whose destination a script has chosen and a person touches later."""
    Habits(tmp_path).keep(PROJECT, USED)
    script = make_form(habits=Habits(tmp_path))
    connect(script, service)
    fill(script)
    script.edit(destination="drive", drive_prefix="out")
    assert "folder" not in str(script.snapshot.composed.body)
    script.perform("pan", {})
    script.typed("pixel_size", "60")
    assert (script.draft.drive_folder, script.draft.priority) == ("", "100")
    loaded = make_form(habits=Habits(tmp_path))
    loaded.load(script.request or {})
    connect(loaded, service)
    loaded.perform("pan", {})
    assert loaded.draft.priority == "100"


def test_a_field_says_that_it_is_filled_as_last_time(make_form: MakeForm, service: Service, tmp_path: Path) -> None:
    """As long as nobody changes it; in another project it is filled with what belongs there."""
    Habits(tmp_path).keep(PROJECT, USED)
    form = make_form(habits=Habits(tmp_path))
    connect(form, service)
    form.perform("pan", {})
    assert [item(advanced(form.snapshot), name)["hint"] for name in ("priority", "workload_tag")] == [
        "As last time in this project.", "",
    ]  # fmt: skip
    form.typed("priority", "8")
    assert not item(advanced(form.snapshot), "priority")["hint"]
    form.typed("destination", "drive")
    assert item(destination(form.snapshot), "drive_folder")["hint"] == "As last time in this project."
    other = Service()
    form.connect(other.client("other-project"), form.snapshot.connection)
    assert (form.draft.drive_folder, form.draft.bucket, form.draft.priority) == ("", "", "8")
