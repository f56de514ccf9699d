"""Facts and fields of the grid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle, draft_from
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.region.region import read_region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState, Snapshot
from tests.unit.core.bodies import ASSET, changed
from tests.unit.session.moments import (
    DRAFT,
    INFO,
    READY,
    image_of,
    item,
    items,
    moment,
)
from tests.unit.session.service import CORNER, IMAGE, PROJECT, UTM


def facts_of(snapshot: Snapshot) -> dict[str, Any]:
    return item(present.grid(snapshot), "facts")


def test_the_facts_of_a_grid_are_ready_to_be_read() -> None:
    """Size, pixels against the limit, pixel size, data."""
    facts = facts_of(READY)
    assert [(fact["label"], fact["strong"], fact["text"]) for fact in facts["facts"]] == [
        ("Size", "31 × 21", "px"), ("Pixels", "651", "of 100 M"), ("Pixel (GSD)", "30", "m"),
        ("Data", "4.56", "KB raw"),
    ]  # fmt: skip
    pixels = facts["facts"][1]
    assert (pixels["exact"], pixels["tone"]) == ("651 px", "plain")
    assert pixels["meter"] == 651 / 10**8
    assert present.grid_head(READY)["head"] == {
        "title": "Grid", "summary": "31 × 21 px, 30 m, EPSG:32621", "mark": {"tone": "ok", "text": "complete"},
        "opens": "always", "forced": False,
    }  # fmt: skip


def test_too_many_pixels_are_seen_in_the_facts() -> None:
    """The bar is over its end; a limit that is none counts as the service's."""
    pixels = facts_of(moment(max_pixels="600"))["facts"][1]
    assert (pixels["tone"], pixels["text"]) == ("error", "of 600")
    assert pixels["meter"] > 1
    for text in ("0", "-5", "lots", ""):
        assert facts_of(moment(max_pixels=text))["facts"][1]["text"] == "of 100 M"


@pytest.mark.parametrize(
    ("changes", "tone", "strong", "text"),
    [
        ({}, "ok", "On the source grid.", "Offset 10 columns, 20 rows."),
        ({"pixel_size": "60"}, "ok", "On a multiple of the source grid", "(2 source pixels per pixel)."),
        ({"pixel_size": "60 x 30"}, "ok", "On a multiple of the source grid", "(2 × 1 source pixels per pixel)."),
        ({"snap": "multiples"}, "warning", "Half a pixel off the source grid.", "usual sign of a pixel-centre origin"),
        ({"pixel_size": "45"}, "warning", "Not on the source grid.", "Every value is resampled"),
        ({"crs": "EPSG:4326"}, "warning", "Not on the source grid.", "Every value is resampled"),
        ({"image": ImageState(), "crs": UTM, "pixel_size": "30"}, "info", "No source grid", "Origin at"),
        ({"image": image_of(crs="nowhere"), "crs": UTM, "pixel_size": "30"}, "info", "No source grid", "Origin at"),
        ({"drawing": True}, "info", "", "Edges will move outward to whole pixels when you finish."),
        ({"crs": "12a"}, "plain", "", "There is no grid until the problem below is solved."),
        ({"region": None}, "plain", "", "show here as you draw."),
    ],
)  # fmt: skip
def test_one_sentence_says_how_the_grid_lies(changes: dict[str, Any], tone: str, strong: str, text: str) -> None:
    """To the image's own pixels, which is what costs days where it is wrong."""
    facts = facts_of(moment(**changes))
    assert facts["tone"] == tone
    assert facts["strong"].startswith(strong)
    assert text in facts["text"]


def test_the_way_of_the_edges_is_said() -> None:
    """Outward, in units of the CRS; not where nothing moved."""
    assert facts_of(READY)["muted"] == "Edges moved outward to whole pixels: W 10 m, N 10 m, E 20 m, S 20 m."
    exact = CrsRectangle(UTM, (CORNER[0], CORNER[1] - 300, CORNER[0] + 300, CORNER[1]))
    assert facts_of(moment(region=exact))["muted"] == ""
    degrees = image_of(crs="EPSG:4326", crs_transform=[0.5, 0, 10, 0, -0.5, 50])
    rectangle = CrsRectangle("EPSG:4326", (10.2, 45.1, 12, 47))
    assert "W 0.2°" in facts_of(moment(image=degrees, region=rectangle))["muted"]
    loaded = draft_from(ExportImageRequest(grid=INFO.source_grid), project=PROJECT, before=DRAFT)
    assert facts_of(replace(READY, draft=replace(loaded, expression=DRAFT.expression)))["muted"] == ""


@pytest.mark.parametrize(
    ("changes", "fixes"),
    [
        ({"pixel_size": "45"}, ["Use source pixel"]),
        ({"snap": "region"}, ["Snap to source grid"]),
        ({"crs": "EPSG:4326"}, []),
        ({}, []),
    ],
    ids=["other size", "other corner", "other CRS", "on the grid"],
)
def test_snapping_is_offered_where_it_helps(changes: dict[str, Any], fixes: list[str]) -> None:
    """In another CRS it would not, and not where the edges are on the grid and the pixel is what differs."""
    assert [fix["label"] for fix in facts_of(moment(**changes))["fixes"]] == fixes


def test_the_fields_of_the_grid_show_what_is_in_force() -> None:
    """Placeholders carry the image's values, units stand beside numbers without one."""
    view = present.grid(READY)
    assert item(view, "crs")["placeholder"] == UTM
    assert (item(view, "pixel_size")["placeholder"], item(view, "pixel_size")["unit"]) == ("30", "m")
    options = [(option["value"], option["note"]) for option in item(view, "crs")["options"]]
    assert options[0] == (UTM, "UTM zone 21N, source")
    assert ("EPSG:32721", "UTM zone 21S, zone of the region") in options
    typed = present.grid(moment(pixel_size="30 m", crs="EPSG:4326"))
    assert (item(typed, "pixel_size")["unit"], item(typed, "pixel_size")["placeholder"]) == ("", "auto")
    assert item(typed, "snap")["hint"] == f"The source grid is in {UTM}; edges are multiples of the pixel."
    degrees = present.grid(moment(pixel_size="0.001", crs="EPSG:4326"))
    assert item(degrees, "pixel_size")["unit"] == "°"
    assert facts_of(moment(pixel_size="0.001", crs="EPSG:4326"))["facts"][2]["strong"] == "0.001°"
    unknown = present.grid(moment(crs="12a"))
    assert item(unknown, "pixel_size")["unit"] == ""
    assert item(present.grid(Snapshot()), "crs")["placeholder"] == "From the image"
    assert item(present.grid(moment(image=image_of(crs="nowhere"))), "crs")["options"][0]["note"] == "nowhere, source"


def options_of(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {option["value"]: option for option in item(present.grid(snapshot), "crs")["options"]}


def test_the_name_of_the_system_in_force_stands_in_its_field() -> None:
    """Also that of the image's, while nothing was typed; WKT by its own name."""
    assert item(present.grid(READY), "crs")["unit"] == "UTM zone 21N"
    assert item(present.grid(moment(crs="EPSG:3035")), "crs")["unit"] == "ETRS89-extended / LAEA Europe"
    assert item(present.grid(moment(crs="nothing")), "crs")["unit"] == ""
    assert item(present.grid(Snapshot()), "crs")["unit"] == ""


def test_systems_are_found_by_code_name_and_place_as_one_types() -> None:
    """What was found replaces the presets, and says what it was found for; whole codes need no search."""
    for typed, code in (("laea europe", "EPSG:3035"), ("epsg 326", "EPSG:32601"), ("new zealand", "EPSG:2193")):
        found = item(present.grid(moment(crs=typed)), "crs")
        assert found["searched"] == typed
        assert code in {option["value"] for option in found["options"]}
    assert "searched" not in item(present.grid(moment(crs="EPSG:3035")), "crs")
    assert "searched" not in item(present.grid(moment(crs="zzzz")), "crs")
    assert "searched" not in item(present.grid(moment(crs="x" * 100)), "crs")


def test_systems_that_reach_the_image_are_found_first() -> None:
    """A search for a projection means the one of this place."""
    assert next(iter(options_of(moment(crs="wgs 84 utm zone")))) == "EPSG:32721"
    assert next(iter(options_of(moment(Snapshot(), crs="wgs 84 utm zone")))) == "EPSG:32601"


def test_an_equal_area_system_for_the_region_is_among_the_presets() -> None:
    """Its WKT is chosen by name, and gives a grid."""
    (wkt,) = [value for value, option in options_of(READY).items() if option["label"] == "Equal area"]
    grid = moment(crs=wkt).composed.grid
    assert grid is not None
    assert grid.crs_wkt == wkt
    assert list(options_of(READY)).count("EPSG:4326") == 1


def test_wkt_is_offered_where_a_code_is_not_known() -> None:
    """The button stands with the other fixes."""
    fixes = item(present.grid(moment(crs="EPSG:999999")), "crs")["messages"][0]["fixes"]
    assert fixes[-1] == {"name": "paste_wkt", "label": "Paste WKT", "note": "", "does": ("paste_wkt", {})}


def mixed(**changes: Any) -> Snapshot:  # noqa: ANN401 - members of a band
    """Give a scene whose last band has pixels of its own."""
    bands = [*IMAGE["bands"][:3], {**IMAGE["bands"][3], **changes}]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    return moment(image=ImageState("ready", info, suggestions=info.suggestions))


def test_the_band_is_chosen_whose_pixels_are_the_source_grid() -> None:
    """Where all bands have the same there is nothing to choose."""
    assert [entry for entry in items(present.grid(READY)) if entry.get("name") == "source_band"] == []
    coarse = mixed(crs_transform=[60, 0, CORNER[0], 0, -60, CORNER[1]])
    choice = item(present.grid(coarse), "source_band")
    assert [option["label"] for option in choice["options"]] == ["B2 and 2 more, 30 m", "spectral_class, 60 m"]
    assert choice["value"] == "B2"
    assert choice["hint"] == "Bands have 2 different grids. The grid of B2 is used as the source grid."
    chosen = replace(coarse, draft=replace(coarse.draft, source_band="spectral_class")).with_chosen_band()
    assert item(present.grid(chosen), "source_band")["value"] == "spectral_class"
    assert facts_of(chosen)["facts"][2]["strong"] == "60"
    gone = replace(coarse, draft=replace(coarse.draft, source_band="gone")).with_chosen_band()
    assert item(present.grid(gone), "source_band")["value"] == "B2"


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"crs_transform": None}, "spectral_class, no grid"),
        ({"crs": "nowhere"}, "spectral_class, 30"),
        ({"crs": "EPSG:4326", "crs_transform": [0.25, 0, 0, 0, -0.25, 0]}, "spectral_class, 0.25°"),
    ],
)
def test_pixels_of_a_band_are_named_as_far_as_they_are_known(changes: dict[str, Any], label: str) -> None:
    """In units of the band's own CRS."""
    assert item(present.grid(mixed(**changes)), "source_band")["options"][1]["label"] == label


def test_problems_of_the_grid_stand_where_they_belong() -> None:
    """At their field; what has none is a note below; a region that is not drawn yet is no mistake."""
    view = present.grid(moment(crs="12a", pixel_size="x", region=None))
    assert [entry["field"] for entry in item(view, "crs")["messages"]] == ["grid.crsCode"]
    assert [entry["field"] for entry in items(view) if entry["kind"] == "note"] == []
    far = present.grid(moment(region=CrsRectangle(UTM, (0, 0, 300, 300))))
    (whole,) = [entry for entry in items(far) if entry["kind"] == "note"]
    assert (whole["field"], whole["severity"]) == ("grid", "warning")
    assert whole["strong"] == "The whole region lies outside the image: every pixel will be masked."
    both = present.grid(moment(pixel_size="12a"))
    assert [entry["field"] for entry in item(both, "pixel_size")["messages"]] == ["grid.affineTransform.scaleX"]
    assert [entry for entry in items(present.grid(Snapshot())) if entry["kind"] == "note"] == []
    head = present.grid_head(Snapshot())["head"]
    assert head is not None
    assert head["mark"] == {"tone": "todo", "text": "Draw a region"}


def test_a_grid_in_an_unknown_crs_is_shown_all_the_same() -> None:
    """Loaded as it is, with its code and without units or a place on the map."""
    request = ExportImageRequest.from_json(changed(ASSET, {"grid.crsCode": "EPSG:999999"}))
    snapshot = replace(READY, draft=draft_from(request, project=PROJECT, before=DRAFT))
    head = present.grid_head(snapshot)["head"]
    assert head is not None
    assert head["summary"] == "1,024 × 1,536 px, 30 × 30, EPSG:999999"
    view = present.map_view(snapshot)
    assert (view["footprint"], view["handles"], view["drawn"]) == ([], [], [])
    assert view["tone"] == "error"


def test_wkt_goes_by_its_name() -> None:
    """Nobody reads WKT in a heading; one that cannot be read is just called WKT."""
    wkt = 'PROJCS["My own",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",-57],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],UNIT["metre",1]]'  # noqa: E501 - WKT is that long
    head = present.grid_head(moment(crs=wkt, pixel_size="30 x 60"))["head"]
    assert head is not None
    assert head["summary"].endswith("30 × 60 m, My own")
    grid = {**ASSET["grid"], "crsWkt": "PROJCS[broken"}
    del grid["crsCode"]
    request = ExportImageRequest.from_json({**ASSET, "grid": grid})
    head = present.grid_head(replace(READY, draft=draft_from(request, project=PROJECT, before=DRAFT)))["head"]
    assert head is not None
    assert head["summary"].endswith("WKT")


def test_too_many_pixels_are_said_where_they_can_be_helped() -> None:
    """The limit is a field of its own, but it is the pixel size that people get wrong."""
    crowded = moment(max_pixels="100")
    messages = item(present.grid(crowded), "pixel_size")["messages"]
    assert [message["field"] for message in messages] == ["maxPixels"]
    assert item(present.advanced(crowded), "max_pixels")["messages"] == []
    assert ("Pixel size", "grid.affineTransform.scaleX") in item(present.action(crowded), "status")["links"]


def test_masking_is_offered_where_the_region_is_no_rectangle_of_the_grid() -> None:
    """Off at first; what it does to the expression is said beside it, and in the image's line."""
    assert [entry for entry in items(present.grid(READY)) if entry.get("name") == "mask_outside"] == []
    triangle = read_region({"type": "Polygon", "coordinates": [[[-54.6, -25.4], [-54.5, -25.4], [-54.5, -25.3]]]})
    off, on = moment(region=triangle), moment(region=triangle, mask_outside=True)
    assert item(present.grid(off), "mask_outside")["value"] is False
    assert "Image.clip" in item(present.grid(off), "mask_outside")["aside"]
    assert item(present.grid(on), "mask_outside")["aside"] == "the expression ends with Image.clip"
    pairs = dict(item(present.image(on), "pairs")["pairs"])
    assert pairs["Expression"].endswith(", clipped to the region")
    assert "clipped" not in dict(item(present.image(off), "pairs")["pairs"])["Expression"]


def test_a_system_that_cannot_hold_the_region_is_a_problem_of_its_field() -> None:
    """The person can best solve it there; the grid says meanwhile why it is not."""
    far = moment(crs="EPSG:32633")
    crs = item(present.grid(far), "crs")
    assert [message["severity"] for message in crs["messages"]] == ["error"]
    assert crs["messages"][0]["strong"].startswith("The region reaches ")
    assert facts_of(far)["text"] == "There is no grid until the problem below is solved."


def test_a_loaded_grid_without_pixels_says_which_member_is_wrong() -> None:
    """No field beside it does; the image's footprint is a way out."""
    body = changed(ASSET, {"grid": {**ASSET["grid"], "dimensions": {"width": 0, "height": 5}}})
    loaded = draft_from(ExportImageRequest.from_json(body), project=PROJECT, before=DRAFT)
    snapshot = replace(READY, draft=replace(loaded, expression=DRAFT.expression))
    (note,) = [entry for entry in items(present.grid(snapshot)) if entry["kind"] == "note"]
    assert note["strong"] == "dimensions.width must be a whole number of at least 1."
    assert [fix["label"] for fix in note["fixes"]] == ["Use image footprint"]
    assert facts_of(snapshot)["text"] == "There is no grid until the problem below is solved."


def test_systems_of_the_region_are_offered_where_the_present_one_has_no_grid() -> None:
    """That is when they are wanted: its UTM zone, and one centred on it."""
    snapshot = moment(crs="EPSG:27700")
    assert snapshot.composed.grid is None
    notes = {entry["label"]: entry["note"] for entry in item(present.grid(snapshot), "crs")["options"]}
    assert notes["EPSG:32721"] == "UTM zone 21S, zone of the region"
    assert notes["Equal area"] == "centred on the region, as WKT"
    assert notes["EPSG:3857"] == "Web Mercator"
