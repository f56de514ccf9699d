"""An asset read back, beside the request that has written it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.core.verification import compare

GRID: dict[str, Any] = {
    "crsCode": "EPSG:32621",
    "dimensions": {"width": 100, "height": 50},
    "affineTransform": {
        "scaleX": 30, "shearX": 0, "translateX": 735345, "shearY": 0, "scaleY": -30, "translateY": -2796795,
    },
}  # fmt: skip
BODY: dict[str, Any] = {
    "expression": {"result": "0", "values": {"0": {"constantValue": 1}}},
    "grid": GRID,
    "assetExportOptions": {
        "earthEngineDestination": {"name": "projects/p/assets/a"},
        "pyramidingPolicyOverrides": {"codes": "MODE"},
    },
}
UINT16 = {"precision": "INT", "range": {"max": 65535}}
UINT8 = {"precision": "INT", "range": {"min": 0, "max": 255}}
ASSET: dict[str, Any] = {
    "bands": [
        {"id": "B2", "dataType": UINT16, "grid": GRID, "pyramidingPolicy": "MEAN"},
        {"id": "codes", "dataType": UINT8, "grid": GRID, "pyramidingPolicy": "MODE"},
    ]
}
IMAGE = ImageInfo.from_description(
    {
        "type": "Image",
        "bands": [
            {"id": "B2", "data_type": {"precision": "int", "min": 0, "max": 65535}},
            {"id": "codes", "data_type": {"precision": "int", "min": 0, "max": 255}},
        ],
    }
)


def rows(asset: dict[str, Any], body: dict[str, Any] = BODY, image: ImageInfo | None = IMAGE) -> dict[str, Any]:
    return {row.name: row for row in compare(ExportImageRequest.from_json(body), asset, image)}


def changed(band: int, member: str, value: object) -> dict[str, Any]:
    asset = deepcopy(ASSET)
    asset["bands"][band][member] = value
    return asset


def test_an_asset_as_requested_agrees_in_everything() -> None:
    """Grid, bands, types and policies, each in words that a person can compare."""
    found = rows(ASSET)
    assert {row.agrees for row in found.values()} == {True}
    assert {name: row.found for name, row in found.items()} == {
        "Size": "100 × 50 px",
        "CRS": "EPSG:32621",
        "Pixel": "30, -30",
        "Origin": "735345, -2796795",
        "Bands": "B2, codes",
        "Types": "B2 uint16, codes uint8",
        "Policies": "B2 MEAN, codes MODE",
    }


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Size", {"dimensions": {"width": 101, "height": 50}}),
        ("CRS", {"crsCode": "EPSG:32622"}),
        ("Pixel", {"affineTransform": {**GRID["affineTransform"], "scaleX": 31}}),
        ("Pixel", {"affineTransform": {**GRID["affineTransform"], "shearX": 1}}),
        ("Origin", {"affineTransform": {**GRID["affineTransform"], "translateX": 735360}}),
    ],
)
def test_one_band_on_another_grid_is_told_first(name: str, part: dict[str, Any]) -> None:
    """Also where all others are right; what it means is said."""
    asset = changed(1, "grid", GRID | part)
    request = ExportImageRequest.from_json(BODY)
    first, *others = compare(request, asset, IMAGE)
    assert (first.name, first.agrees) == (name, False)
    assert first.consequence
    assert {row.agrees for row in others} == {True}


def test_a_system_written_another_way_is_the_same() -> None:
    """WKT of the same system is no difference."""
    from pyproj import CRS

    wkt = {name: value for name, value in GRID.items() if name != "crsCode"} | {"crsWkt": CRS("EPSG:32621").to_wkt()}
    assert rows({"bands": [{**band, "grid": wkt} for band in ASSET["bands"]]})["CRS"].agrees


def test_a_system_that_nobody_knows_is_another() -> None:
    """What cannot be looked up is compared as it is written."""
    row = rows(changed(0, "grid", GRID | {"crsCode": "NOBODY:1"}))["CRS"]
    assert (row.found, row.agrees) == ("NOBODY:1", False)


def test_a_wrong_policy_names_the_band_and_what_it_costs() -> None:
    """The mistake that this comparison is for."""
    row = rows(changed(1, "pyramidingPolicy", "MEAN"))["Policies"]
    assert (row.requested, row.found, row.agrees) == ("codes MODE", "codes MEAN", False)
    assert row.consequence == "codes was built with MEAN: its values are wrong at zoomed-out levels."


def test_a_wrong_type_names_the_band() -> None:
    """Only those that differ are shown."""
    row = rows(changed(0, "dataType", {"precision": "DOUBLE"}))["Types"]
    assert (row.requested, row.found, row.consequence) == ("B2 uint16", "B2 double", "B2 was written as double.")


def test_missing_bands_differ() -> None:
    """As many as there are, in their order."""
    row = rows({"bands": ASSET["bands"][::-1]})["Bands"]
    assert (row.requested, row.found, row.agrees) == ("B2, codes", "codes, B2", False)


def test_what_the_service_does_not_tell_is_no_difference() -> None:
    """A band without grid, type or policy, and an asset without bands."""
    found = rows({"bands": [{"id": "B2"}, {"id": "codes", "dataType": {}, "grid": {"crsCode": 5}}]})
    assert {row.agrees for row in found.values()} == {True}
    assert found["Size"].found == found["Policies"].found == "not told"
    assert found["Types"].found == "not told, all bands"
    assert rows({})["Bands"].found == ""


def test_only_what_is_known_is_compared() -> None:
    """Without the image no types, without a grid none, and files have no policies."""
    assert set(rows(ASSET, image=None)) == {"Size", "CRS", "Pixel", "Origin", "Policies"}
    drive = {"expression": BODY["expression"], "fileExportOptions": {"driveDestination": {"filenamePrefix": "x"}}}
    assert rows(ASSET, drive, None) == {}


def test_many_bands_are_told_in_short() -> None:
    """A value that all share once, names up to four."""
    bands = [{"id": f"B{number}", "pyramidingPolicy": "MEAN", "dataType": UINT16} for number in range(6)]
    image = ImageInfo.from_description(
        {"bands": [{"id": band["id"], "data_type": {"precision": "int", "min": 0, "max": 65535}} for band in bands]}
    )
    found = rows({"bands": bands}, image=image)
    assert found["Bands"].found == "B0, B1, B2, B3 and 2 more"
    assert (found["Types"].found, found["Policies"].found) == ("uint16, all bands", "MEAN, all bands")


def test_a_system_that_is_not_known_here_differs() -> None:
    """Nobody can tell that it means the same."""
    found = rows(changed(0, "grid", {**GRID, "crsCode": "EPSG:999999"}))["CRS"]
    assert (found.found, found.agrees) == ("EPSG:999999", False)
