"""Buttons that solve a problem."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyproj
import pytest

from ee_export_widget.core.asset_names import next_name
from ee_export_widget.core.draft.draft import CrsRectangle, Draft, draft_from, with_grid
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.region.region import read_region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.parts import message
from ee_export_widget.session.snapshot import ImageState, Snapshot, TargetState
from tests.unit.core.bodies import ASSET, CLOUD, changed
from tests.unit.session.moments import LANDSAT, after, offered
from tests.unit.session.service import CORNER, IMAGE, OUT, SCENE, UTM

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem

SCENE_INFO = ImageState("ready", ImageInfo.from_description(IMAGE))
ALL = (CORNER[0], CORNER[1] - 768 * 30, CORNER[0] + 768 * 30, CORNER[1])
DRAFT = Draft(
    expression=Expression.of(image_load(SCENE)), image_text=SCENE, region=CrsRectangle(UTM, ALL), asset_path=OUT,
    request_id="id-1",
)  # fmt: skip


def snapshot_of(*, image: ImageState = SCENE_INFO, target: TargetState | None = None, **changes: Any) -> Snapshot:  # noqa: ANN401 - fields of a draft
    return Snapshot(replace(DRAFT, **changes), "demo-project", image=image, target=target or TargetState())


def codes(snapshot: Snapshot) -> list[str]:
    return [problem.code for problem in snapshot.errors]


@pytest.mark.parametrize(
    ("changes", "code", "name", "label"),
    [
        ({"region": None}, "grid-missing", "use-footprint", "Use image footprint"),
        ({"crs": "EPSG:12a"}, "unknown-crs", "source-crs", "Use EPSG:32621, as the source"),
        ({"pixel_size": "12a"}, "pixel-size-unreadable", "source-pixel", "Use source pixel, 30 m"),
        ({"request_id": "my id!"}, "request-id-characters", "clean-request-id", "Use my-id"),
        ({"request_id": "a" * 70}, "request-id-too-long", "clean-request-id", f"Use {'a' * 60}"),
        ({"priority": "12000"}, "out-of-range", "nearest-priority", "Use 9999"),
        ({"priority": "12000"}, "out-of-range", "default-priority", "Use default 100"),
        ({"priority": "abc"}, "not-a-whole-number", "default-priority", "Use default 100"),
        ({"max_pixels": "lots"}, "not-a-whole-number", "default-max-pixels", "Use default 100,000,000"),
        ({"max_pixels": "5"}, "too-many-pixels", "default-max-pixels", "Use default 100,000,000"),
        ({"description": "forêt 1"}, "description-characters", "clean-description", "Use foret_1"),
        ({"description": "!"}, "description-characters", "clean-description", "Use out"),
        ({"pixel_size": "0.001"}, "grid-too-large", "source-pixel", "Use source pixel, 30 m"),
        ({"workload_tag": "My Tag"}, "workload-tag-characters", "clean-workload-tag", "Use my-tag"),
        (
            {"overrides": {"B9": PyramidingPolicy.MODE, "B2": PyramidingPolicy.MIN}},
            "unknown-band", "drop-overrides", "Remove them",
        ),
    ],
)  # fmt: skip
def test_a_fix_solves_its_problem(changes: dict[str, Any], code: str, name: str, label: str) -> None:
    """The button says what it will do, and afterwards the problem is gone."""
    before = snapshot_of(**changes)
    assert code in codes(before)
    assert offered(before)[name].label == label
    assert code not in codes(after(before, name))


@pytest.mark.parametrize("text", ["!", ""])
def test_a_new_id_comes_from_the_session(text: str) -> None:
    """A fix is a pure function: what needs chance is a command of the form, which has a source of it."""
    fix = offered(snapshot_of(request_id=text))["new-request-id"]
    assert (fix.label, fix.command) == ("New ID", "new_request_id")
    assert fix.apply(DRAFT) is DRAFT


def test_degrees_that_were_meant_as_metres_can_be_metres() -> None:
    """The number stays as it was typed."""
    before = snapshot_of(crs="EPSG:4326", pixel_size="30", image=ImageState())
    assert offered(before)["metres"].label == "Use 30 m"
    assert after(before, "metres").draft.pixel_size == "30 m"


def test_a_system_given_in_full_goes_by_its_name_on_a_button() -> None:
    """An image in a system without a code has a page of WKT; the button takes it, and names it."""
    wkt = pyproj.CRS.from_epsg(32621).to_wkt("WKT1_GDAL")
    bands = [{**band, "crs": wkt} for band in IMAGE["bands"]]
    image = ImageState("ready", ImageInfo.from_description({**IMAGE, "bands": bands}))
    fix = offered(snapshot_of(crs="EPSG:12a", image=image))["source-crs"]
    assert fix.label == "Use WGS 84 / UTM zone 21N, as the source"


def test_a_bare_number_is_a_code() -> None:
    """It is what people remember, and needs no button."""
    snapshot = snapshot_of(crs="32621")
    assert codes(snapshot) == []
    assert snapshot.composed.grid is not None
    assert snapshot.composed.grid.crs_code == "EPSG:32621"


def test_a_system_that_is_made_for_elsewhere_can_be_left_for_one_of_the_region() -> None:
    """Equal area, centred on the region, as WKT; then the warning is gone."""
    before = snapshot_of(crs="EPSG:32625", region=CrsRectangle("EPSG:4326", (-54.6, -25.4, -54.5, -25.3)))
    far = "region-far-from-meridian"
    assert far in {problem.code for problem in before.problems}
    assert offered(before)["equal-area"].label == "Use an equal-area system centred on the region"
    solved = after(before, "equal-area")
    assert "Lambert_Azimuthal_Equal_Area" in solved.draft.crs
    assert far not in {problem.code for problem in solved.problems}


def test_what_lies_outside_of_the_image_can_be_trimmed() -> None:
    """To whole pixels of the image; where nothing of it is inside there is nothing to trim to."""
    beyond = CrsRectangle(UTM, (CORNER[0] - 3000, CORNER[1] - 3000, CORNER[0] + 3000, CORNER[1]))
    before = snapshot_of(region=beyond)
    trimmed = after(before, "trim").composed.grid
    assert trimmed is not None
    assert (trimmed.width, trimmed.height) == (100, 100)
    assert offered(before)["trim"].note == "100 × 100 px"
    (remark,) = [problem for problem in before.problems if problem.code == "region-partly-outside-image"]
    away = snapshot_of(region=CrsRectangle(UTM, (CORNER[0] - 900, CORNER[1] - 900, CORNER[0] - 600, CORNER[1] - 600)))
    assert fixes_for(remark, away) == []
    elsewhere = PixelGrid(10, 10, AffineTransform(1000, 0, 500_000, 0, -1000, 5_000_000), "EPSG:32651")
    assert fixes_for(remark, replace(before, draft=with_grid(before.draft, elsewhere))) == []


def test_a_grid_in_another_crs_can_be_trimmed_to_the_image() -> None:
    """To the pixels that have a value; then there is no more to trim."""
    before = snapshot_of(
        region=CrsRectangle("EPSG:4326", (-54.8, -25.5, -54.5, -25.3)), crs="EPSG:4326", pixel_size="0.001"
    )
    trimmed = after(before, "trim")
    old, new = before.composed.grid, trimmed.composed.grid
    assert old is not None
    assert new is not None
    assert new.width < old.width
    assert new.affine_transform.to_list()[::4] == old.affine_transform.to_list()[::4]
    assert "trim" not in offered(trimmed)


def test_fixes_touch_nothing_else() -> None:
    """A fix changes its own field; overrides for known bands stay."""
    before = snapshot_of(overrides={"B9": PyramidingPolicy.MODE, "B2": PyramidingPolicy.MIN}, priority="12000")
    assert after(before, "drop-overrides").draft == replace(before.draft, overrides={"B2": PyramidingPolicy.MIN})
    assert after(before, "nearest-priority").draft == replace(before.draft, priority="9999")


def test_the_footprint_says_how_large_it_is() -> None:
    """The result stands on the button before it is pressed."""
    assert offered(snapshot_of(region=None))["use-footprint"].note == "768 × 768 px"


@pytest.mark.parametrize(
    ("limit", "size", "note"),
    [("200,000", "60", "147,456 px"), ("100,000", "90", "65,536 px"), ("70,000", "90", "65,536 px")],
)
def test_too_many_pixels_can_be_coarsened_to_multiples_of_the_source(limit: str, size: str, note: str) -> None:
    """The finest multiple of the source's pixel that fits, with the count that comes out."""
    before = snapshot_of(max_pixels=limit)
    fix = offered(before)["coarsen"]
    assert (fix.label, fix.note) == (f"Coarsen scale to {size} m", note)
    assert codes(after(before, "coarsen")) == []


def test_without_a_source_pixels_are_coarsened_to_round_numbers() -> None:
    """1, 2 or 5 times a power of ten."""
    before = snapshot_of(image=ImageState(), crs=UTM, pixel_size="30", max_pixels="100,000")
    assert offered(before)["coarsen"].label == "Coarsen scale to 100 m"
    assert codes(after(before, "coarsen")) == []


def test_coarsening_gives_up_where_nothing_fits() -> None:
    """Around a corner of every lattice there are always four pixels."""
    around = CrsRectangle(UTM, (-100, -100, 100, 100))
    before = snapshot_of(image=ImageState(), region=around, crs=UTM, pixel_size="30", max_pixels="1")
    assert set(offered(before)) == {"default-max-pixels"}


def test_a_limit_can_be_raised_with_headroom() -> None:
    """Never to exactly the number of pixels: the service may count a border."""
    wide = CrsRectangle(UTM, (CORNER[0], CORNER[1] - 600_000, CORNER[0] + 600_000, CORNER[1]))
    before = snapshot_of(region=wide)
    assert offered(before)["raise-max-pixels"].label == "Raise maxPixels to 500,000,000"
    assert "too-many-pixels" not in codes(after(before, "raise-max-pixels"))


@pytest.mark.parametrize(
    ("path", "free"),
    [
        ("a/scene", "a/scene_v2"),
        ("scene_v2", "scene_v3"),
        ("s_v9", "s_v10"),
        ("x_v", "x_v_v2"),
        ("scene/", "scene_v2"),
        ("scene_v2/", "scene_v3"),
    ],
)
def test_names_are_counted_up(path: str, free: str) -> None:
    """The next name in a row."""
    assert next_name(path) == free


def test_a_taken_name_can_be_changed_or_overwritten() -> None:
    """Both are offered, the harmless one first."""
    target = TargetState("taken", OUT, "An image with this name exists already.", free="out_v4")
    before = snapshot_of(target=target)
    assert [fix.label for fix in before.fixes] == ["Use out_v4", "Overwrite it"]
    assert codes(after(before, "overwrite")) == []
    assert after(before, "next-name").draft.asset_path == f"{OUT}_v4"
    unknown = snapshot_of(target=replace(target, free=""))
    assert [fix.label for fix in unknown.fixes] == ["Overwrite it"]


def test_a_name_in_use_by_a_folder_has_no_quick_way_out() -> None:
    """Only a person can know a better one."""
    assert snapshot_of(target=TargetState("refused", OUT, "A folder has this name.")).fixes == []


def test_a_permission_that_is_missing_can_be_copied() -> None:
    """Its name is what the owner of the folder has to be told; the sentence that has it stays."""
    refused = TargetState(
        "refused", OUT, "You may not write there.", "It needs the permission earthengine.assets.create."
    )
    before = snapshot_of(target=refused)
    (fix,) = before.fixes
    assert (fix.label, fix.copies, fix.apply(before.draft)) == (
        "Copy permission name", "earthengine.assets.create", before.draft,
    )  # fmt: skip
    (problem,) = [problem for problem in before.problems if problem.code == "target-refused"]
    shown = message(problem, [fix])
    assert refused.hint in shown["text"]
    assert shown["fixes"][0].get("copies") == "earthengine.assets.create"


@pytest.mark.parametrize(
    ("region", "label"),
    [
        (CrsRectangle("EPSG:4326", (-54.6, -25.5, -54.5, -25.4)), "Use EPSG:32721, zone of the region"),
        (CrsRectangle("EPSG:4326", (10, 60, 11, 61)), "Use EPSG:32632, zone of the region"),
    ],
)
def test_an_unknown_crs_can_be_that_of_the_region(region: CrsRectangle, label: str) -> None:
    """Where the image has none, the UTM zone is offered."""
    before = snapshot_of(image=ImageState(), region=region, crs="12a", pixel_size="30")
    assert offered(before)["utm"].label == label
    assert codes(after(before, "utm")) == []


@pytest.mark.parametrize(
    "region",
    [None, CrsRectangle("nowhere", (0, 0, 1, 1)), CrsRectangle(UTM, (0, 0, 0, 0))],
)
def test_a_region_without_a_place_has_no_zone(region: CrsRectangle | None) -> None:
    """Nothing is offered, and nothing breaks."""
    assert "utm" not in offered(snapshot_of(image=ImageState(), region=region, crs="12a"))


def test_a_loaded_grid_in_an_unknown_crs_can_be_fixed() -> None:
    """The source's CRS is offered, and then its footprint: where the grid lies is not known."""
    request = ExportImageRequest.from_json(changed(ASSET, {"grid.crsCode": "EPSG:999999"}))
    snapshot = snapshot_of()
    before = replace(snapshot, draft=draft_from(request, project="demo-project", before=snapshot.draft))
    assert "unknown-crs" in codes(before)
    assert set(offered(before)) >= {"source-crs"}
    between = after(before, "source-crs")
    assert codes(between) == ["grid-missing", "unknown-band", "unknown-band"]
    assert "grid-missing" not in codes(after(between, "use-footprint"))


def test_what_is_only_worth_knowing_has_no_button() -> None:
    """Neither has a field that nobody can fix by pressing."""
    snapshot = snapshot_of(region=None)
    (problem,) = [problem for problem in snapshot.problems if problem.code == "grid-missing"]
    info: Problem = replace(problem, severity="info")
    assert fixes_for(info, snapshot) == []
    assert fixes_for(replace(problem, field="expression"), snapshot) == []


@pytest.mark.parametrize("changes", [{"workload_tag": "!"}])
def test_where_nothing_of_a_text_is_usable_nothing_is_offered(changes: dict[str, Any]) -> None:
    """A made-up name would say nothing."""
    before = snapshot_of(**changes)
    assert len(before.errors) == 1
    assert before.fixes == []


def test_a_remark_about_a_grid_that_is_there_has_no_button() -> None:
    """Only a missing one is put in its place."""
    before = snapshot_of(priority="12000")
    assert fixes_for(replace(before.errors[0], field="grid", code="remark"), before) == []


def test_without_an_image_its_values_are_not_offered() -> None:
    """There is no source pixel, no footprint and no list of bands."""
    before = snapshot_of(
        image=ImageState(), pixel_size="12a", crs=UTM, overrides={"B9": PyramidingPolicy.MODE}
    )  # fmt: skip
    assert offered(before) == {}
    assert fixes_for(replace(before.problems[0], field="assetExportOptions.pyramidingPolicyOverrides"), before) == []


def test_an_image_in_an_unknown_crs_offers_no_pixel() -> None:
    """Its size says nothing in another CRS."""
    bands = [{**band, "crs": "nowhere"} for band in IMAGE["bands"]]
    image = ImageState("ready", ImageInfo.from_description({**IMAGE, "bands": bands}))
    assert "source-pixel" not in offered(snapshot_of(image=image, crs=UTM, pixel_size="12a"))


@pytest.mark.parametrize("name", ["!!!", "projects/demo-project/assets/!!!"])
def test_a_name_of_which_nothing_is_left_is_not_cleaned(name: str) -> None:
    """There is no button for it."""
    before = snapshot_of(asset_path=name)
    assert "asset-name-characters" in codes(before)
    assert "clean-asset-name" not in offered(before)


def test_a_name_in_too_many_folders_has_no_button() -> None:
    """Which of them can go only the person knows."""
    before = snapshot_of(asset_path="/".join("abcdefghijkl"))
    assert "asset-name-too-deep" in codes(before)
    assert not {"next-name", "overwrite", "clean-asset-name"} & offered(before).keys()


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("code", [None, 6933])
def test_a_system_that_the_service_may_not_know_can_be_given_as_wkt_1(code: int | None, loaded: bool) -> None:
    """The pixels stay where they are to the bit, and the warning is gone."""
    region = CrsRectangle("EPSG:6933", (-5_268_000, -3_120_000, -5_262_000, -3_114_000))
    before = snapshot_of(crs="EPSG:6933", pixel_size="30", region=region)
    grid = before.composed.grid
    assert grid is not None
    if code is None:
        wkt = pyproj.CRS.from_epsg(6933).to_wkt("WKT2_2019")
        grid = replace(grid, crs_code=None, crs_wkt=wkt)
    if loaded or code is None:
        before = replace(before, draft=with_grid(before.draft, grid))
    warned = {"crs-code-unknown-to-service", "crs-wkt-2"}
    assert warned & {problem.code for problem in before.problems}
    solved = after(before, "crs-as-wkt")
    same = solved.composed.grid
    assert same is not None
    assert (same.width, same.height, same.affine_transform) == (grid.width, grid.height, grid.affine_transform)
    assert str(same.crs_wkt).startswith("PROJCS[")
    assert not warned & {problem.code for problem in solved.problems}


@pytest.mark.parametrize(
    ("grid", "name"),
    [
        ({"crsCode": "EPSG:32621"}, "use-footprint"),
        ({"dimensions": {"width": 8, "height": 8}, "affineTransform": {"scaleX": 30, "scaleY": -30}}, "source-crs"),
        ({"dimensions": {"width": 8, "height": 8}}, "source-crs"),
        (
            {
                "dimensions": {"width": 8, "height": 8}, "crsCode": "EPSG:32621",
                "affineTransform": {"scaleX": 30, "shearX": 30, "shearY": 30, "scaleY": 30},
            },
            "use-footprint",
        ),
    ],
    ids=["no size", "no CRS", "size alone", "no area"],
)  # fmt: skip
def test_a_loaded_grid_that_lacks_something_can_be_that_of_the_image(grid: dict[str, Any], name: str) -> None:
    """The hint speaks of the footprint, and the button is there."""
    request = ExportImageRequest.from_json(changed(ASSET, {"grid": grid}))
    before = Snapshot(draft_from(request, project="p", before=Draft()), "p", image=SCENE_INFO)
    lacking = {problem for problem in before.errors if problem.code in {"grid-incomplete", "not-invertible"}}
    left = {problem for problem in after(before, name).errors if problem.code in {"grid-incomplete", "not-invertible"}}
    assert left < lacking
    assert not {problem for problem in left if problem.field == "grid.crsCode"}
    assert not left or name == "source-crs"


@pytest.mark.parametrize(
    ("changes", "code", "name", "label"),
    [
        ({"description": " "}, "description-missing", "clean-description", "Use out"),
        ({}, "averaged-codes", "use-suggestions", "Use the suggestion"),
        (
            {"default_policy": PyramidingPolicy.MEDIAN, "overrides": {"B9": PyramidingPolicy.MODE}},
            "averaged-codes", "use-suggestions", "Use the suggestion",
        ),
    ],
)  # fmt: skip
def test_a_warning_can_be_solved_too(changes: dict[str, Any], code: str, name: str, label: str) -> None:
    """By its own button, whatever else is wrong at the same place."""
    before = snapshot_of(image=LANDSAT, **changes)
    (problem,) = [problem for problem in before.problems if problem.code == code]
    assert [(fix.name, fix.label) for fix in fixes_for(problem, before)] == [(name, label)]
    assert code not in {problem.code for problem in after(before, name).problems}


def test_a_loaded_grid_with_more_pixels_than_any_export_has_can_be_coarsened() -> None:
    """To what maxPixels lets through; a higher limit would not help."""
    grid = {
        "dimensions": {"width": 4_000_000, "height": 4_000_000}, "crsCode": "EPSG:32621",
        "affineTransform": {"scaleX": 0.01, "scaleY": -0.01, "translateX": CORNER[0], "translateY": CORNER[1]},
    }  # fmt: skip
    request = ExportImageRequest.from_json(changed(ASSET, {"grid": grid}))
    before = Snapshot(draft_from(request, project="p", before=Draft()), "p", image=SCENE_INFO)
    assert "raise-max-pixels" not in offered(before)
    assert "pixels-above-ceiling" not in codes(after(before, "coarsen"))


@pytest.mark.parametrize(
    ("members", "code", "name"),
    [
        ({"workloadTag": ""}, "workload-tag-empty", "drop-workloadTag"),
        ({"fileExportOptions.cloudStorageDestination.bucketCorsUris": [""]}, "cors-uri-empty", "drop-bucketCorsUris"),
        ({"fileExportOptions.geoTiffOptions.metadataKeys": [""]}, "metadata-key-empty", "drop-metadataKeys"),
    ],
)
def test_what_a_loaded_body_has_empty_can_be_left_out(members: dict[str, Any], code: str, name: str) -> None:
    """An empty field offers nothing to correct, so a button has to do it; the JavaScript client sends such tags."""
    request = ExportImageRequest.from_json(changed(CLOUD, members))
    before = Snapshot(draft_from(request, project="p", before=Draft()), "p", image=ImageState())
    assert code in codes(before)
    assert code not in codes(after(before, name))


def test_degrees_of_a_loaded_grid_can_be_metres() -> None:
    """The number is taken without its sign."""
    grid = {
        "dimensions": {"width": 4, "height": 4}, "crsCode": "EPSG:4326",
        "affineTransform": {"scaleX": 30, "scaleY": -30, "translateX": -60, "translateY": 60},
    }  # fmt: skip
    request = ExportImageRequest.from_json(changed(ASSET, {"grid": grid}))
    before = Snapshot(draft_from(request, project="p", before=Draft()), "p", image=ImageState())
    assert offered(before)["metres"].label == "Use 30 m"


@pytest.mark.parametrize("crs", ["", "EPSG:4326"], ids=["refused", "beside the image"])
def test_latitude_first_is_put_right_by_one_button(crs: str) -> None:
    """Where the region would lie on the image, or in the CRS, the other way round."""
    ring = [[-25.5, -54.6], [-25.4, -54.6], [-25.4, -54.5]]
    before = snapshot_of(region=read_region({"type": "Polygon", "coordinates": [ring]}), crs=crs, pixel_size="30 m")
    assert offered(before)["exchange"].label == "Exchange longitude and latitude"
    put_right = after(before, "exchange")
    assert put_right.draft.region == read_region({"type": "Polygon", "coordinates": [[[b, a] for a, b in ring]]})
    assert "exchange" not in offered(put_right)
    assert put_right.composed.grid is not None
