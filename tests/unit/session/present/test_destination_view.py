"""Where the pixels go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import Connection, Submission, TargetState
from tests.unit.core.bodies import CLOUD, DRIVE, changed
from tests.unit.session.moments import (
    DRAFT,
    READY,
    item,
    items,
    moment,
)
from tests.unit.session.service import OUT, PROJECT


@pytest.mark.parametrize(
    ("target", "hint", "tone"),
    [
        (TargetState(), "", "muted"),
        (TargetState("checking", OUT), "Checking…", "muted"),
        (TargetState("free", OUT, "Name is free."), "Name is free.", "ok"),
        (TargetState("unreachable", OUT, "Could not check the name."), "Could not check the name.", "info"),
    ],
)
def test_the_asset_name_carries_what_the_service_says(target: TargetState, hint: str, tone: str) -> None:
    """Beside the field, as it is being found out."""
    field = item(present.destination(moment(target=target)), "asset_path")
    assert (field["hint"], field["hint_tone"], field["messages"]) == (hint, tone, [])


def test_a_taken_name_is_a_problem_until_it_may_be_overwritten() -> None:
    """With two ways out; overwriting is said as what it is."""
    words = "An image with this name exists already. It has 2 bands, changed 2026-01-02."
    target = TargetState("taken", OUT, words, free="out_v2")
    field = item(present.destination(moment(target=target)), "asset_path")
    assert field["hint"] == ""
    (message,) = field["messages"]
    assert message["strong"] == "An image with this name exists already."
    assert [fix["name"] for fix in message["fixes"]] == ["next-name", "overwrite"]
    ticked = item(present.destination(moment(target=target, overwrite=True)), "asset_path")
    assert (ticked["messages"], ticked["hint_tone"]) == ([], "warning")
    assert "will be overwritten" in ticked["hint"]


def test_the_asset_name_is_typed_after_its_project() -> None:
    """A full name has no prefix; without a project there is a gap."""
    assert item(present.destination(READY), "asset_path")["prefix"] == ""
    short = item(present.destination(moment(asset_path="out")), "asset_path")
    assert short["prefix"] == f"projects/{PROJECT}/assets/"
    lost = present.destination(moment(asset_path="out", project="", connection=Connection()))
    assert item(lost, "asset_path")["prefix"] == "projects/…/assets/"
    assert lost["head"] is not None
    assert lost["head"]["mark"] == {"tone": "todo", "text": "Needs a project"}


@pytest.mark.parametrize(
    ("changes", "summary", "messages"),
    [
        ({}, f"Asset {OUT}", []),
        ({"asset_path": "a b"}, "Asset a b", ["asset_path"]),
        ({"asset_path": ""}, "Asset ", ["asset_path"]),
        ({"destination": "drive"}, "Drive, ", ["drive_prefix", "file_format", "no_data"]),
        ({"destination": "drive", "drive_folder": "maps", "drive_prefix": "x"}, "Drive, maps/x",
         ["file_format", "no_data"]),
        ({"destination": "cloud_storage"}, "gs:///", ["bucket", "cloud_storage_prefix", "file_format", "no_data"]),
        ({"destination": "cloud_storage", "bucket": "my-bucket", "cloud_storage_prefix": "a/b"}, "gs://my-bucket/a/b",
         ["file_format", "no_data"]),
    ],
)  # fmt: skip
def test_each_destination_has_its_fields(changes: dict[str, Any], summary: str, messages: list[str]) -> None:
    """And its problems beside them."""
    view = present.destination(moment(**changes))
    assert view["head"] is not None
    assert view["head"]["summary"] == summary
    assert [entry["name"] for entry in items(view) if entry["kind"] == "field" and entry["messages"]] == messages
    assert item(view, "destination")["value"] == changes.get("destination", "asset")


def test_each_format_has_its_options() -> None:
    """Also those that came with a loaded request, each with its problems beside it."""
    view = present.destination(moment(destination="drive", drive_prefix="x"))
    names = [entry["name"] for entry in items(view) if entry["kind"] == "field"]
    assert names[3:] == [
        "file_format",
        "no_data",
        "tile_dimensions",
        "tile_size",
        "cloud_optimized",
        "skip_empty_files",
    ]
    assert list(items(view))[-1]["text"] == "1 file expected, unless the service splits it."
    body = changed(DRIVE, {"fileExportOptions.tfRecordOptions.maxMaskedRatio": 7})
    draft = draft_from(ExportImageRequest.from_json(body), project=PROJECT, before=DRAFT)
    loaded = present.destination(replace(READY, draft=draft))
    assert item(loaded, "patch_dimensions")["value"] == "256 × 256"
    assert item(loaded, "tensor_depths.spectrum")["value"] == "12"
    (message,) = item(loaded, "max_masked_ratio")["messages"]
    assert message["strong"] == "Must be a number from 0 to 1."


def test_options_of_another_format_are_shown_as_what_they_are() -> None:
    """A loaded request in which format and options contradict each other stays as it is, with a note."""
    body = changed(CLOUD, {"fileExportOptions.fileFormat": "TF_RECORD_IMAGE"})
    draft = draft_from(ExportImageRequest.from_json(body), project=PROJECT, before=DRAFT)
    snapshot = replace(READY, draft=draft)
    assert snapshot.composed.body == body
    notes = [entry["field"] for entry in items(present.destination(snapshot)) if entry["kind"] == "note"]
    assert notes == ["fileExportOptions.geoTiffOptions"]


def test_a_name_that_was_written_by_this_form_says_so() -> None:
    """After the operation has ended: it is taken by the result."""
    snapshot = moment(
        target=TargetState("taken", OUT, "It exists."), submission=Submission("submitted"), overwrite=True
    )
    field = item(present.destination(snapshot), "asset_path")
    assert field["hint"].startswith("Written by this export.")


def test_a_name_that_is_being_written_says_so() -> None:
    """After submitting, while the operation runs."""
    from ee_export_widget.core.operation import Operation, OperationState

    operation = Operation("projects/p/operations/a", OperationState.RUNNING, description="out")
    snapshot = moment(operations=(operation,), submission=Submission("submitted", operation=operation.name))
    field = item(present.destination(snapshot), "asset_path")
    assert (field["hint"], field["hint_tone"]) == ("An export is writing to this name now.", "info")


@pytest.mark.parametrize(("chosen", "label"), [("JPEG", "JPEG"), ("", "Not said")])
def test_a_format_that_is_none_of_ours_stays_chosen(chosen: str, label: str) -> None:
    """It came with a loaded request; the others stand beside it."""
    menu = item(present.destination(moment(destination="drive", file_format=chosen)), "file_format")
    assert menu["value"] == chosen
    assert [option["label"] for option in menu["options"]] == ["GeoTIFF", "TFRecord", label]
