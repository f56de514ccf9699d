"""Advanced members, readiness, and the last look before something is written."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle, draft_from
from ee_export_widget.core.operation import Operation
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState, Snapshot, Submission, TargetState
from tests.unit.core.bodies import ASSET
from tests.unit.session.moments import (
    CONNECTED,
    DRAFT,
    READY,
    REGION,
    buttons,
    image_of,
    item,
    items,
    moment,
)
from tests.unit.session.service import OUT, PROJECT, START, UTM


def test_advanced_is_one_line_until_it_holds_a_problem() -> None:
    """It opens by itself for errors."""
    view = present.advanced(moment(workload_tag="mine", priority="100"))
    assert view["head"] is not None
    assert view["head"]["summary"] == "priority 100, maxPixels 100 M, request ID set, tag mine"
    assert (view["head"]["forced"], view["head"]["mark"]["tone"]) == (False, "plain")
    assert item(view, "description")["placeholder"] == "out"
    bad = present.advanced(moment(priority="x", request_id="", max_pixels="lots", description="a b"))
    assert bad["head"] is not None
    assert (bad["head"]["forced"], bad["head"]["mark"]["text"]) == (True, "4 problems")
    assert bad["head"]["summary"] == "priority x, maxPixels lots, no request ID"
    assert item(bad, "description")["value"] == "a b"
    assert [entry["name"] for entry in items(bad) if entry["kind"] == "field" and entry["messages"]] == [
        "description", "request_id", "priority", "max_pixels",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("snapshot", "tone", "strong", "submit"),
    [
        (Snapshot(), "todo", "Choose an image, draw a region", "Choose a project, or the local emulator."),
        (Snapshot(connection=CONNECTED), "todo", "Choose an image, draw a region", "Choose an image, draw a region."),
        (moment(region=None), "todo", "Draw a region", "Draw a region."),
        (moment(drawing=True), "todo", "Finish the region", "Finish the region first."),
        (moment(priority="x", request_id=""), "error", "2 problems to fix", "2 problems to fix first."),
        (READY, "ok", "Ready", ""),
        (moment(submission=Submission("submitting", at=START)), "busy", "Submitting…",
         "The export is being submitted."),
    ],
    ids=["nothing", "connected", "no region", "drawing", "problems", "ready", "submitting"],
)  # fmt: skip
def test_the_action_bar_says_how_far_the_form_is(snapshot: Snapshot, tone: str, strong: str, submit: str) -> None:
    """Readiness at the left, and why the button cannot be pressed."""
    view = present.action(snapshot)
    status = item(view, "status")
    assert (status["tone"], status["strong"]) == (tone, strong)
    assert buttons(view) == {"preflight": submit, "submit": submit}


def test_readiness_is_what_will_be_written() -> None:
    """Bands, pixels, size; less where less is known."""
    assert item(present.action(READY), "status")["pieces"] == ["4 bands", "651 px", "4.56 KB raw"]
    blind = moment(image=ImageState(), crs=UTM, pixel_size="30")
    assert item(present.action(blind), "status")["pieces"] == ["651 px"]


def test_problems_are_linked_by_the_names_of_their_fields() -> None:
    """Each name once, in the order of the screen, leading to the first of its problems."""
    status = item(present.action(moment(priority="x", crs="12a", description="a b" * 50)), "status")
    assert status["links"] == [("CRS", "grid.crsCode"), ("Description", "description"), ("Priority", "priority")]


def test_a_problem_of_a_field_without_a_name_belongs_to_the_request() -> None:
    """And one below a known field to that field."""
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.present.action import label_of

    def name_of(path: str) -> str:
        return label_of(Problem(path, "x", "error", "x"))

    assert name_of("no.such.field") == "Request"
    assert name_of("") == "Request"
    assert name_of("assetExportOptions.pyramidingPolicyOverrides.a.b") == "Bands"


@pytest.mark.parametrize(
    ("submission", "strong", "pieces", "names"),
    [
        (Submission("submitted", at=START), r"Submitted at \d\d:\d\d", ["Edit anything to prepare the next export."],
         ["new_export"]),
        (Submission("failed", "No answer.", "Try again.", START), r"Not submitted: No answer\.", ["Try again."],
         ["submit_now"]),
        (Submission("failed", "No answer."), r"Not submitted: No answer\.", [], ["submit_now"]),
    ],
)  # fmt: skip
def test_the_outcome_of_submitting_is_said(
    submission: Submission, strong: str, pieces: list[str], names: list[str]
) -> None:
    """With the next thing to do."""
    view = present.action(moment(submission=submission))
    status = item(view, "status")
    assert re.fullmatch(strong, status["strong"])
    assert status["pieces"] == pieces
    assert list(buttons(view)) == names


@pytest.mark.parametrize(
    ("metadata", "tone", "words"),
    [
        ({"state": "PENDING"}, "ok", ["Queued."]),
        ({"state": "RUNNING", "progress": 0.256}, "ok", ["Running, 26 %."]),
        ({"state": "SUCCEEDED"}, "ok", ["Succeeded."]),
        ({"state": "FAILED"}, "error", ["Failed."]),
        (None, "ok", []),
    ],
    ids=["queued", "running", "succeeded", "failed", "unknown"],
)
def test_what_becomes_of_the_export_is_said_where_it_was_submitted(
    metadata: dict[str, Any] | None, tone: str, words: list[str]
) -> None:
    """In a narrow sidebar the bar alone is in sight; a link leads to the operations."""
    name = "projects/local-demo/operations/A"
    other = Operation.from_json({"name": f"{name}B", "metadata": {"state": "FAILED"}})
    found = (other, Operation.from_json({"name": name, "metadata": metadata})) if metadata else (other,)
    submission = Submission("submitted", at=START, operation=name)
    status = item(present.action(moment(submission=submission, operations=found)), "status")
    assert status["tone"] == tone
    assert status["pieces"] == [*words, "Edit anything to prepare the next export."]
    assert status["links"] == [("Operations", "operations")]


def confirm_of(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a snapshot or of its draft
    return item(present.action(moment(submission=Submission("confirming"), **changes)), "confirm")


def test_before_something_is_written_it_is_read_once_more() -> None:
    """Where to, which grid, which bands and policies, how much."""
    confirm = confirm_of(overrides={"spectral_class": PyramidingPolicy.MODE, "B2": PyramidingPolicy.MEAN})
    assert [row[:2] for row in confirm["rows"]] == [
        ("Writes", OUT), ("Grid", "31 × 21 px, 30 m"), ("Bands", "4 bands"), ("Size", "651 px, 4.56 KB raw"),
    ]  # fmt: skip
    assert confirm["rows"][2][2] == "MEAN; spectral_class MODE"
    assert confirm["messages"] == []
    assert (confirm["back"]["name"], confirm["go"]["name"]) == ("back", "submit_now")


def test_warnings_are_read_once_more_too() -> None:
    """An overwrite above all."""
    taken = TargetState("taken", OUT, "An image with this name exists already.")
    messages = confirm_of(target=taken, overwrite=True, priority="7")["messages"]
    assert messages[0]["strong"] == "An existing image will be overwritten."
    assert {message["severity"] for message in messages} == {"warning"}
    assert len(messages) == 3


def test_a_region_beside_the_image_is_not_ready() -> None:
    """It can be submitted, but nobody is told that all is well, and the footprint is a press away."""
    west, south, east, north = REGION.bounds
    off = moment(region=CrsRectangle(UTM, (west + 300_000, south, east + 300_000, north)))
    view = present.action(off)
    status = item(view, "status")
    assert (status["tone"], status["strong"]) == ("warning", "Every pixel will be masked")
    assert status["links"] == [("Grid", "grid")]
    assert buttons(view)["submit"] == ""
    (fix,) = [fix for fix in off.fixes if fix.name == "use-footprint"]
    assert fix.label == "Use image footprint"
    mended = replace(off, draft=fix.apply(off.draft))
    assert item(present.action(mended), "status")["strong"] == "Ready"


def test_warnings_of_the_sheet_have_their_buttons() -> None:
    """What a warning advises can be done there, instead of being told as a sentence."""
    (codes,) = confirm_of()["messages"]
    assert codes["fixes"] == [
        {"name": "use_suggestions", "label": "Use the suggestion", "note": "", "does": ("use_suggestions", {})}
    ]
    assert codes["text"] == "Averaged codes are wrong at every zoomed-out level."
    west, south, east, north = REGION.bounds
    off = CrsRectangle(UTM, (west + 300_000, south, east + 300_000, north))
    labels = [fix["label"] for said in confirm_of(region=off)["messages"] for fix in said["fixes"]]
    assert "Use image footprint" in labels


def test_files_are_confirmed_by_their_place() -> None:
    """Policies do not concern them; without bands there is no size."""
    rows = confirm_of(destination="drive", drive_folder="maps", drive_prefix="x")["rows"]
    assert (rows[0][1], rows[2][2]) == ("Drive, maps/x", "")
    blind = confirm_of(image=ImageState(), crs=UTM, pixel_size="30")["rows"]
    assert [row[0] for row in blind] == ["Writes", "Grid", "Size"]
    many = {f"B{number}": PyramidingPolicy.MIN for number in range(9)}
    assert confirm_of(overrides=many)["rows"][2][2].endswith(", …")
    assert confirm_of(region=None, asset_path="")["rows"][0][1] == ""


def test_every_entry_has_a_link_with_its_own_name() -> None:
    """A problem of a file's options leads to its field by the words that stand beside it."""
    snapshot = moment(destination="drive", drive_prefix="x", tile_size="x")
    links = dict(next(item for item in present.action(snapshot)["items"] if item["kind"] == "status")["links"])
    assert links["Tile size"] == "fileExportOptions.geoTiffOptions.tileSize"
    assert links["Format"] == "fileExportOptions.fileFormat"


@pytest.mark.parametrize("typed", ["1000", "0"])
def test_a_square_size_has_one_problem_at_its_field(typed: str) -> None:
    """Both sides are typed at once, so that what is wrong with both is said once, and leads to where it was typed."""
    image = image_of(data_type={"precision": "int", "min": 0, "max": 255})
    files = moment(image=image, destination="drive", drive_prefix="scene", tile_dimensions=typed)
    status = item(present.action(files), "status")
    assert status["strong"] == "1 problem to fix"
    ((label, path),) = status["links"]
    field = item(present.destination(files), "tile_dimensions")
    assert (label, field["label"]) == ("Tile dimensions", "Tile dimensions")
    assert path in field["paths"]
    assert len(field["messages"]) == 1
    oblong = item(present.action(moment(files, tile_dimensions="1000 × 2001")), "status")
    assert oblong["strong"] == "2 problems to fix"


def test_a_free_name_overwrites_nothing() -> None:
    """The sheet warns of what will be lost, not of what could be."""
    said = confirm_of(target=TargetState("free", OUT), overwrite=True)["messages"]
    assert [message["field"] for message in said] == ["assetExportOptions.pyramidingPolicyOverrides"]


def test_members_that_no_field_shows_are_named() -> None:
    """They came with a request that was loaded, and are kept with it; a button takes each of them out."""
    assert not any(entry.get("strong") for entry in present.advanced(READY)["items"])
    request = ExportImageRequest.from_json({**ASSET, "maxWorkers": {"value": 7}})
    view = present.advanced(replace(READY, draft=draft_from(request, project=PROJECT, before=DRAFT)))
    shown = [(entry["strong"], entry["text"]) for entry in view["items"] if entry["kind"] == "text"]
    assert shown == [("Set in JSON only:", "maxWorkers.")]
    [told] = [entry for entry in view["items"] if entry["kind"] == "note"]
    assert told["strong"].startswith("maxWorkers is for internal use")
    assert [fix["label"] for fix in told["fixes"]] == ["Remove maxWorkers"]
