"""What is offered after a failed export: buttons that open the changed form, and never send it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.operation import Operation, OperationState
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session.present.failures import explain
from ee_export_widget.session.remedies import remedies
from ee_export_widget.session.verifying import Submitted
from tests.unit.session.moments import INFO, READY, image_of, moment
from tests.unit.session.service import CORNER, OUT, PROJECT, Service, fill, wait_for

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot

NAME = f"projects/{PROJECT}/operations/A"
MEMORY = "User memory limit exceeded."
REQUEST = READY.composed.request


def request(**members: Any) -> ExportImageRequest:  # noqa: ANN401 - members of a request
    assert REQUEST is not None
    return REQUEST.with_(**members)


def failed(message: str) -> Operation:
    mapping = {"name": NAME, "metadata": {"state": "FAILED"}, "done": True, "error": {"code": 3, "message": message}}
    return Operation.from_json(mapping)


def after(message: str, sent: ExportImageRequest | None = None, **changes: Any) -> Snapshot:  # noqa: ANN401 - of a moment
    """Give a moment after a request has failed."""
    submitted = Submitted(sent or request(), INFO)
    return moment(operations=(failed(message),), submitted={NAME: submitted}, **changes)


def offered(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Give labels and notes of what is offered, by name."""
    found = explain(snapshot.operations[0], snapshot)
    assert found is not None
    return {offer["name"]: (offer["label"], offer["note"]) for offer in found["offers"]}


def files(sent: ExportImageRequest, **options: Any) -> ExportImageRequest:  # noqa: ANN401 - JSON
    body = sent.to_json()
    del body["assetExportOptions"]
    destination = {"driveDestination": {"filenamePrefix": "a"}}
    return ExportImageRequest.from_json(
        {**body, "fileExportOptions": {"fileFormat": "GEO_TIFF", **destination}, **options}
    )


def test_too_much_memory_is_met_by_smaller_exports_or_larger_pixels() -> None:
    """Each says its effect: how many exports, and how many pixels are left."""
    assert offered(after(MEMORY)) == {
        "split": ("Split into 4 exports", "same grid, a quarter each; assets line up exactly"),
        "coarsen": ("Coarsen scale to 60 m", "176 px"),
    }
    found = explain(failed(MEMORY), after(MEMORY))
    assert found is not None
    assert found["hint"] == ""  # the buttons say it
    [split, coarsen] = found["offers"]
    assert split["does"] == ("remedy", {"operation": NAME, "name": "split"})
    assert coarsen["leads"] == "grid.affineTransform.scaleX"


def test_files_line_up_too_and_one_row_is_split_in_halves() -> None:
    """The words fit what is exported."""
    row = PixelGrid(64, 1, AffineTransform(30, 0, CORNER[0], 0, -30, CORNER[1]), "EPSG:32621")
    assert offered(after(MEMORY, files(request(grid=row))))["split"] == (
        "Split into 2 exports",
        "same grid, half each; files line up exactly",
    )
    pixel = replace(row, width=1)
    assert offered(after(MEMORY, request(grid=pixel))) == {}


def test_the_scale_is_coarsened_to_multiples_of_the_source() -> None:
    """Of an image that is not known any more, to round numbers."""
    fine = PixelGrid(1000, 1000, AffineTransform(10, 0, CORNER[0], 0, -10, CORNER[1]), "EPSG:32621")
    snapshot = after(MEMORY, request(grid=fine))
    assert offered(snapshot)["coarsen"] == ("Coarsen scale to 30 m", "111,556 px")
    unknown = replace(snapshot, submitted={NAME: Submitted(request(grid=fine))})
    assert offered(unknown)["coarsen"][0] == "Coarsen scale to 20 m"
    elsewhere = replace(fine, crs_code="XYZ:1")
    assert "coarsen" not in offered(after(MEMORY, request(grid=elsewhere)))


def test_without_a_grid_there_is_nothing_to_split_or_coarsen() -> None:
    """The whole image in its own projection."""
    for message in (MEMORY, "Too many pixels in the region."):
        assert offered(after(message, request(grid=None))) == {}


def test_too_many_pixels_are_met_by_the_limit_or_the_scale() -> None:
    """The limit has headroom; the scale fits the limit that was in force."""
    assert offered(after("Too many pixels: maxPixels is 200.", request(max_pixels=200))) == {
        "raise": ("Raise maxPixels to 1,000", ""),
        "coarsen": ("Coarsen scale to 60 m", "176 px"),
    }


def test_a_slow_export_of_files_can_go_by_way_of_an_asset() -> None:
    """An asset is named after the description; one that is an asset already has no such way."""
    assert "intermediate" not in offered(after("Computation timed out."))
    drive = files(request(), description="my lake")
    snapshot = after("Computation timed out.", drive)
    assert offered(snapshot)["intermediate"][0] == "Export an intermediate asset first"
    remedy = next(each for each in remedies(snapshot.operations[0], snapshot) if each.name == "intermediate")
    draft = remedy.apply(snapshot.draft)
    assert (draft.destination, draft.asset_path) == ("asset", "my_lake_intermediate")


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Cannot overwrite asset 'x'.", ["overwrite", "next-name"]),
        ("Permission 'storage.objects.create' denied.", ["copy-permission", "elsewhere"]),
        ("Exported bands must have compatible data types.", ["cast"]),
        ("Too many tasks already in the queue.", ["later"]),
        ("Image.load: Image asset 'x' not found.", []),
        ("Something else.", []),
        ("", []),
    ],
)
def test_each_reason_has_its_own_ways(message: str, names: list[str]) -> None:
    """Where none is known, the sentence stays and the row's own buttons do."""
    snapshot = after(message)
    assert [*offered(snapshot)] == names
    found = explain(snapshot.operations[0], snapshot)
    assert found is not None
    assert bool(found["hint"]) == (not names)


def test_another_name_is_offered_for_assets_only() -> None:
    """Files have no name that is taken."""
    assert [*offered(after("Cannot overwrite asset 'x'.", files(request())))] == ["overwrite"]


def test_a_permission_is_copied_and_nothing_changed() -> None:
    """The one that the service names, or what an asset needs; a file names none."""
    named = explain(
        failed("Permission 'storage.objects.create' denied."), after("Permission 'storage.objects.create' denied.")
    )
    assert named is not None
    assert named["offers"][0].get("copies") == "storage.objects.create"
    assert "does" not in named["offers"][0]
    bare = explain(failed("Permission denied."), after("Permission denied."))
    assert bare is not None
    assert bare["offers"][0].get("copies") == "earthengine.assets.create"
    assert [*offered(after("Permission denied.", files(request())))] == ["elsewhere"]


def test_bands_are_cast_to_a_type_that_holds_them() -> None:
    """To the smallest one where the bands are known."""
    message = "Exported bands must have compatible data types."
    assert offered(after(message))["cast"] == ("Cast all to uint16", "changes the image")
    snapshot = after(message)
    unknown = replace(snapshot, submitted={NAME: Submitted(request())})
    assert offered(unknown)["cast"][0] == "Cast all to float"
    signed = image_of(data_type={"type": "PixelType", "precision": "float"}).info
    assert offered(replace(snapshot, submitted={NAME: Submitted(request(), signed)}))["cast"][0] == "Cast all to float"


def test_of_others_exports_nothing_is_offered() -> None:
    """What is not known cannot be changed."""
    snapshot = replace(after(MEMORY), submitted={})
    assert offered(snapshot) == {}
    found = explain(snapshot.operations[0], snapshot)
    assert found is not None
    assert found["hint"]


# What a press does


@pytest.fixture
def ended(connected: ExportSession, service: Service) -> ExportSession:
    """Give a form whose export has failed for want of memory, and that was changed since."""
    fill(connected)
    wait_for(connected, lambda now: bool(now.image.tile_url) and now.target.state == "free")
    connected.submit_in_background()
    wait_for(connected, lambda now: now.submission.state == "submitted")
    service.operation("OP0", "FAILED")
    connected.watch()
    wait_for(connected, lambda now: now.operations[0].state == OperationState.FAILED)
    connected.edit(pixel_size="90", asset_path="another")
    return connected


def press(form: ExportSession, name: str) -> None:
    form.perform("remedy", {"operation": form.operations[0].name, "name": name})


def test_the_form_is_filled_with_the_changed_export(ended: ExportSession, service: Service) -> None:
    """As one step that can be undone, under another id, and nothing is sent."""
    before, sent = ended.draft, service.exports[0]
    press(ended, "coarsen")
    body = ended.request.to_json() if ended.request is not None else {}
    assert body["grid"]["affineTransform"]["scaleX"] == 60
    assert body["assetExportOptions"] == sent["assetExportOptions"]
    assert body["requestId"] != sent["requestId"]
    assert ended.snapshot.submission.state == "idle"
    assert len(service.exports) == 1
    ended.undo()
    assert replace(ended.draft, request_id="") == replace(before, request_id="")


def test_a_split_opens_with_four_parts(ended: ExportSession, service: Service) -> None:
    """Each a quarter of the grid that failed, still to be confirmed."""
    press(ended, "split")
    entry, grid = ended.snapshot.entry, ended.snapshot.composed.grid
    assert grid is not None
    assert grid.affine_transform.scale_x == 30
    assert entry.tool == "split"
    assert (entry.texts["by"], entry.texts["width"], entry.texts["height"]) == ("tile", "51", "51")
    assert len(service.exports) == 1


def test_an_overwrite_is_shown_to_be_confirmed(ended: ExportSession, service: Service) -> None:
    """It goes as far as the question."""
    name = ended.operations[0].name
    service.operations[name]["error"]["message"] = "Cannot overwrite asset 'x'."
    ended.update(operations=(Operation.from_json(service.operations[name]),))
    press(ended, "overwrite")
    assert ended.draft.overwrite
    assert ended.draft.asset_path == OUT.rpartition("/")[2]
    assert ended.snapshot.submission.state == "confirming"
    assert len(service.exports) == 1
    ended.stop_asking()
    press(ended, "next-name")
    assert ended.draft.asset_path == f"{OUT.rpartition('/')[2]}_v2"
    assert not ended.draft.overwrite


@pytest.mark.parametrize(("operation", "name"), [(NAME, "coarsen"), (None, "nothing")])
def test_what_is_not_on_offer_changes_nothing(ended: ExportSession, operation: str | None, name: str) -> None:
    """An operation that is not there, or a way that it does not have."""
    before = ended.draft
    ended.perform("remedy", {"operation": operation or ended.operations[0].name, "name": name})
    assert ended.draft == before


def test_without_a_grid_nothing_is_cut(form: ExportSession) -> None:
    """The small form for it stays away."""
    form.perform("split_in_halves", {})
    assert form.snapshot.entry.tool == ""
