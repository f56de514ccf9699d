"""Buttons that make files possible: types, formats, sizes, names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle, draft_from
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.preflight import Matter, Preflight
from ee_export_widget.session.snapshot import ImageState
from tests.unit.core.bodies import ASSET, CLOUD, DRIVE, changed
from tests.unit.session.moments import DRAFT, READY, after, image_of, item, items, moment, offered
from tests.unit.session.service import CORNER, IMAGE, PROJECT, UTM

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from ee_export_widget.session.snapshot import Snapshot
    from tests.unit.core.bodies import Body

GEO_TIFF = "fileExportOptions.geoTiffOptions"
TF_RECORD = "fileExportOptions.tfRecordOptions"
ONE_TYPE = image_of(data_type={"type": "PixelType", "precision": "int", "min": 0, "max": 65535})
FLOATS = image_of(data_type={"type": "PixelType", "precision": "float"})
SIGNED = image_of(data_type={"type": "PixelType", "precision": "int", "min": -32768, "max": 32767})


def files(**changes: Any) -> Snapshot:  # noqa: ANN401 - fields of a draft
    return moment(**{"destination": "drive", "drive_prefix": "x", **changes})


def loaded(body: Body, **parts: Any) -> Snapshot:  # noqa: ANN401 - members of a snapshot
    return replace(READY, draft=draft_from(ExportImageRequest.from_json(body), project=PROJECT, before=DRAFT), **parts)


def codes(snapshot: Snapshot) -> set[str]:
    return {problem.code for problem in snapshot.problems}


def result_of(snapshot: Snapshot) -> Any:  # noqa: ANN401 - a node of an expression
    expression = snapshot.draft.expression
    assert expression is not None
    assert Expression.of(expression).problems == ()
    return expression["values"][expression["result"]]["functionInvocationValue"]


@pytest.mark.parametrize(
    ("changes", "code", "name", "label"),
    [
        ({"image": ONE_TYPE, "no_data": "-1"}, "no-data-out-of-range", "fitting-no-data", "Use 0"),
        ({"tile_dimensions": "1000"}, "not-a-multiple", "fitting-files", "Use 1024 × 1024"),
        ({"tile_dimensions": "200000 x 512"}, "file-too-long", "fitting-files", "Use 131072 × 512"),
        (
            {"image": ONE_TYPE, "tile_dimensions": "131072"},
            "file-too-large", "fitting-files", "Use 46336 × 46336",
        ),
        ({"tile_dimensions": "big"}, "not-a-size", "empty-tile-dimensions", "Leave it empty"),
        ({"no_data": "none"}, "not-a-number", "empty-no-data", "Leave it empty"),
        (
            {"file_format": "TF_RECORD_IMAGE", "default_value": "none"},
            "not-a-number", "empty-default-value", "Leave it empty",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "max_masked_ratio": "half"},
            "not-a-number", "default-max-masked-ratio", "Use default 1",
        ),
        ({"drive_prefix": "", "description": "!"}, "prefix-missing", "prefix-from-description", "Use export"),
        ({"destination": "asset", "asset_path": " "}, "destination-missing", "derived-asset-name", "Use scene_export"),
        ({"file_format": "TIFF"}, "unknown-value", "use-geotiff", "Use GeoTIFF"),
        ({"file_format": ""}, "format-missing", "use-geotiff", "Use GeoTIFF"),
        ({"file_format": "PNG"}, "format-not-for-exports", "use-tfrecord", "Use TFRecord"),
        ({"tile_size": "0"}, "out-of-range", "nearest-tile-size", "Use 16"),
        ({"tile_size": "200"}, "tile-not-a-multiple", "fitting-tiles", "Use 208"),
        ({"tile_size": "17"}, "tile-not-a-multiple", "fitting-tiles", "Use 16"),
        ({"tile_size": "2147483647"}, "tile-not-a-multiple", "fitting-tiles", "Use 2147483632"),
        ({"tile_size": "x"}, "not-a-whole-number", "default-tile-size", "Use default 256"),
        (
            {"file_format": "TF_RECORD_IMAGE", "max_masked_ratio": "7"},
            "out-of-range", "default-max-masked-ratio", "Use default 1",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "max_size_bytes": "-5"},
            "out-of-range", "default-max-size-bytes", "Use default 1,073,741,824",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "tensor_depths": {"B9": "3", "B2": "1"}},
            "unknown-band", "drop-depth-B9", "Remove the depth of B9",
        ),
        ({"drive_folder": "a/b/"}, "folder-slash", "last-folder", "Use b"),
        ({"drive_prefix": "", "description": "x.1"}, "prefix-missing", "prefix-from-description", "Use x_1"),
        (
            {"destination": "cloud_storage", "bucket": "my-bucket", "cloud_storage_prefix": "", "description": "x"},
            "prefix-missing", "prefix-from-description", "Use x",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "tensor_depths": {"B2": "1"}},
            "depth-of-no-array", "drop-depth-B2", "Remove the depth of B2",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "default_value": "-0.5"},
            "default-value-changed", "fitting-default-value", "Use 0",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "patch_dimensions": "4096 x 8"},
            "no-whole-patch", "fitting-patches", "Use 31 × 8",
        ),
        (
            {"file_format": "TF_RECORD_IMAGE", "patch_dimensions": "16"},
            "edge-patches-dropped", "whole-patches", "Enlarge the grid to whole patches",
        ),
        ({"drive_prefix": "größe 1"}, "drive-characters", "clean-drive-prefix", "Use grosse_1"),
        (
            {"destination": "cloud_storage", "bucket": "gs://My-Bucket/x", "cloud_storage_prefix": "x"},
            "bucket-is-address", "clean-bucket", "Use my-bucket",
        ),
        (
            {"destination": "cloud_storage", "bucket": "my-bucket", "cloud_storage_prefix": "a/b#[1]"},
            "prefix-special", "clean-cloud-storage-prefix", "Use a/b_1",
        ),
        (
            {"destination": "asset", "asset_path": "größe/a b"},
            "asset-name-characters", "clean-asset-name", "Use grosse/a_b",
        ),
        (
            {"destination": "asset", "asset_path": "projects/p/assets/a//b"},
            "asset-name-empty-part", "clean-asset-name", "Use a/b",
        ),
        ({"destination": "asset", "asset_path": "x" * 101}, "asset-name-long", "clean-asset-name", f"Use {'x' * 100}"),
        (
            {"destination": "asset", "asset_path": "projects/earthengine-public/assets/LANDSAT/scene"},
            "asset-name-public", "own-asset-name", "Use scene",
        ),
        (
            {"destination": "asset", "asset_path": "projects/My_P/assets/out/a b"},
            "asset-name-project", "own-asset-name", "Use out/a_b",
        ),
    ],
)  # fmt: skip
def test_a_fix_solves_its_problem(changes: dict[str, Any], code: str, name: str, label: str) -> None:
    """The button says what it will do, and afterwards the problem is gone."""
    before = files(**changes)
    assert code in codes(before)
    assert offered(before)[name].label == label
    assert code not in codes(after(before, name))


def test_the_sample_can_be_written_to_files_with_one_click() -> None:
    """Bands of two types are cast to the smallest that holds both; the button says that it changes the image."""
    before = files()
    assert {problem.code for problem in before.errors} == {"mixed-types"}
    fix = offered(before)["cast"]
    assert (fix.label, fix.note) == ("Cast all bands to uint16", "changes the image")
    cast = after(before, "cast")
    assert result_of(cast) == {"functionName": "Image.toUint16", "arguments": {"value": {"valueReference": "0"}}}
    assert cast.draft.image_steps == ("all bands as uint16",)
    assert cast.draft.chosen is before.draft.expression


def test_the_bands_of_one_type_can_be_written_alone() -> None:
    """The larger group is offered first, and a single band by its name."""
    before = files()
    assert [offered(before)[name].label for name in ("only-uint16", "only-uint8")] == [
        "Export only the 3 uint16 bands", "Export only spectral_class",
    ]  # fmt: skip
    selectors = {"constantValue": ["B2", "B3", "B4"]}
    assert result_of(after(before, "only-uint16")) == {
        "functionName": "Image.select", "arguments": {"input": {"valueReference": "0"}, "bandSelectors": selectors},
    }  # fmt: skip
    assert after(before, "only-uint8").draft.image_steps == ("only spectral_class",)


@pytest.mark.parametrize(
    ("image", "label", "no_data", "cast"),
    [
        (ONE_TYPE, "Fill masked pixels with 65535", "65535", "Image.toUint16"),
        (SIGNED, "Fill masked pixels with −32768", "-32768", "Image.toInt16"),
        (FLOATS, "Fill masked pixels with −9999", "-9999", "Image.toFloat"),
    ],
    ids=["unsigned", "signed", "floating"],
)
def test_masked_pixels_can_be_told_from_zeros(image: Any, label: str, no_data: str, cast: str) -> None:  # noqa: ANN401 - an ImageState
    """They get a value at the edge of the type, and the file declares it; the type stays what it was."""
    before = files(image=image)
    fix = offered(before)["fill-masked"]
    assert fix.label == label
    done = after(before, "fill-masked")
    assert done.draft.no_data == no_data
    assert result_of(done)["functionName"] == cast
    assert done.draft.image_steps == (f"masked pixels as {float(no_data):g}",)
    assert "masked-become-zero" not in codes(done)
    (unmask,) = [
        node["functionInvocationValue"] for node in (done.draft.expression or {})["values"].values()
        if node["functionInvocationValue"]["functionName"] == "Image.unmask"
    ]  # fmt: skip
    assert unmask["arguments"]["sameFootprint"] == {"constantValue": False}
    value = unmask["arguments"]["value"]["functionInvocationValue"]["arguments"]["value"]
    assert value == {"constantValue": float(no_data)}


def test_a_grid_beyond_the_image_warns_of_zeros() -> None:
    """There are masked pixels for certain; inside it is only worth knowing."""
    beyond = CrsRectangle(UTM, (CORNER[0] - 3000, CORNER[1] - 3000, CORNER[0] + 3000, CORNER[1]))
    severities = {
        problem.severity
        for snapshot in (files(image=ONE_TYPE), files(image=ONE_TYPE, region=beyond))
        for problem in snapshot.problems
        if problem.code == "masked-become-zero"
    }
    assert severities == {"info", "warning"}


def test_arrays_can_be_written_as_records_or_left_out() -> None:
    """A GeoTIFF has one number per pixel."""
    bands = [{**IMAGE["bands"][0], "data_type": {"precision": "float", "dimensions": 1}}, IMAGE["bands"][1]]
    image = replace(ONE_TYPE, info=ImageInfo.from_description({**IMAGE, "bands": bands}))
    before = files(image=image)
    records = after(before, "use-tf-record")
    assert {"array-band", "depth-missing"} & codes(records) == {"depth-missing"}
    assert "drop-depth-B2" not in offered(records)
    assert result_of(after(before, "without-arrays"))["arguments"]["bandSelectors"] == {"constantValue": ["B3"]}
    only_arrays = replace(ONE_TYPE, info=ImageInfo.from_description({**IMAGE, "bands": bands[:1]}))
    assert {*offered(files(image=only_arrays))} & {"use-tf-record", "without-arrays"} == {"use-tf-record"}


@pytest.mark.parametrize(
    ("body", "code", "name", "label"),
    [
        (
            changed(CLOUD, {f"{GEO_TIFF}.noData": {"integerValue": "5"}}),
            "no-data-not-float", "float-no-data", "Use 5 as floatValue",
        ),
        (changed(CLOUD, {f"{GEO_TIFF}.noData": {}}), "no-data-not-float", "float-no-data", "Remove the no-data value"),
        (changed(CLOUD, {"maxWorkers": 5}), "client-only-member", "drop-maxWorkers", "Remove maxWorkers"),
        (
            changed(CLOUD, {f"{GEO_TIFF}.metadataKeys": ["a"]}),
            "client-only-member", "drop-metadataKeys", "Remove metadataKeys",
        ),
        (
            changed(CLOUD, {"fileExportOptions.fileFormat": "TF_RECORD_IMAGE"}),
            "format-mismatch", "drop-options", "Remove the options of GeoTIFF",
        ),
        (
            changed(DRIVE, {"fileExportOptions.fileFormat": "GEO_TIFF"}),
            "format-mismatch", "format-of-options", "Use TFRecord",
        ),
        (
            changed(ASSET, {"assetExportOptions/pyramidingPolicyOverrides/.default": "MODE"}),
            "override-default", "move-default", "Use MODE as the default policy",
        ),
    ],
)  # fmt: skip
def test_a_loaded_body_can_be_put_right(body: Body, code: str, name: str, label: str) -> None:
    """What no field shows is removed or written anew; everything else stays."""
    before = loaded(body)
    assert code in codes(before)
    assert offered(before)[name].label == label
    assert code not in codes(after(before, name))


def test_an_image_that_cannot_be_stepped_is_left_alone() -> None:
    """Nothing is put around an expression that is broken, or that is not there."""
    broken = Expression.of({"result": "1", "values": {"0": {"constantValue": 1}}})
    names = set(offered(files(expression=broken))) | set(offered(files(expression=broken, image=ONE_TYPE)))
    assert not names & {"cast", "only-uint16", "fill-masked"}
    away = files(no_data="7")
    (mixed,) = [problem for problem in away.problems if problem.code == "mixed-types"]
    from ee_export_widget.session.fixes import fixes_for
    from ee_export_widget.session.snapshot import ImageState

    assert fixes_for(mixed, replace(away, image=ImageState())) == []


def test_steps_are_shown_and_can_be_taken_back(form: ExportSession) -> None:
    """All at once, one by one by undo, and by choosing an image anew."""
    chosen = READY.draft
    form.change(lambda _draft: chosen)
    form.update(image=READY.image)
    form.edit(destination="drive", drive_prefix="x")
    form.perform("fix", {"name": "only-uint16"})
    form.update(image=ONE_TYPE)
    form.perform("fix", {"name": "fill-masked"})
    view = present.image(form.snapshot)
    assert "only B2, B3, B4; masked pixels as 65535." in {entry.get("text") for entry in items(view)}
    assert item(view, "buttons")["buttons"][0]["label"] == "Export the image as it was chosen"
    form.undo()
    assert list(form.draft.image_steps) == ["only B2, B3, B4"]
    form.redo()
    form.perform("image_as_chosen", {})
    assert form.draft.expression is chosen.expression
    assert list(form.draft.image_steps) == []
    form.perform("image_as_chosen", {})
    form.undo()
    form.edit(image_text="projects/p/assets/other")
    assert form.draft.chosen is None
    assert list(form.draft.image_steps) == []
    assert form.draft.expression is not None
    assert "other" in str(form.draft.expression)


NARROW = image_of(data_type={"precision": "int", "min": 0, "max": 10000})


@pytest.mark.parametrize(
    ("image", "occurring", "label", "note"),
    [
        (NARROW, None, "65535", "changes the image"),
        (ONE_TYPE, None, "65535",
         "changes the image; pixels that hold this value anyway would become no data, preflight looks for some"),
        (ONE_TYPE, set(), "65535", "changes the image; no pixel of the preflight holds this value"),
        (ONE_TYPE, {65535.0}, "65534", "changes the image; no pixel of the preflight holds this value"),
        (ONE_TYPE, {65535.0, 65534.0}, "65535",
         "changes the image; pixels of the preflight hold this value, and would become no data"),
        (SIGNED, {-32768.0}, "32767", "changes the image; no pixel of the preflight holds this value"),
    ],
    ids=["beyond the range", "unknown", "free", "saturated", "nothing free", "signed"],
)  # fmt: skip
def test_masked_pixels_are_filled_with_what_is_no_value_of_the_image(
    image: Any, occurring: set[float] | None, label: str, note: str  # noqa: ANN401 - an ImageState
) -> None:  # fmt: skip
    """As far as the description, and a preflight of this very image, can tell; otherwise the button warns."""
    before = files(image=image)
    if occurring is not None:
        before = moment(before, preflight=Preflight("passed", Matter.of(before), occurring=frozenset(occurring)))
    fix = offered(before)["fill-masked"]
    assert (fix.label, fix.note) == (f"Fill masked pixels with {label}".replace("-", "−"), note)


STALE = {"tile_dimensions": "1000 × 1000", "tile_size": "24", "no_data": "-5"}


@pytest.mark.parametrize("name", STALE)
def test_a_problem_that_is_gone_offers_nothing(name: str) -> None:
    """Its button may still be on the page when the number is cleared, or when another image is being read."""
    before = files(image=ONE_TYPE, **{name: STALE[name]})
    (problem,) = [problem for problem in before.errors if fixes_for(problem, before)]
    assert fixes_for(problem, files(image=ImageState(), **{name: ""})) == []
