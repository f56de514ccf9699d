"""The band table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.seen_values import SeenValues
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState, Snapshot
from tests.unit.session.moments import (
    EVIL,
    LANDSAT,
    READY,
    image_of,
    moment,
)
from tests.unit.session.service import IMAGE


def test_the_table_shows_each_band_with_its_reason() -> None:
    """Column by column."""
    view = present.bands(moment(overrides={"B2": PyramidingPolicy.MIN}))
    assert view["ids"] == ["B2", "B3", "B4", "spectral_class"]
    assert view["types"] == ["uint16"] * 3 + ["uint8"]
    assert view["policy"] == ["MIN", "MEAN", "MEAN", "MEAN"]
    assert view["written"] == [True, False, False, False]
    assert view["suggests"] == ["", "", "", "MODE"]
    assert view["agrees"] == [False] * 4
    assert view["kinds"] == ["measured"] * 3 + ["class"]
    assert view["foot"] == "1 override will be written, 3 bands follow the default MEAN."
    assert view["head"]["mark"] == {"tone": "warning", "text": "1 to review"}
    assert view["head"]["summary"] == "4 bands, MEAN, 1 override"


def test_a_note_offers_the_suggestions() -> None:
    """In the words of one band or of many; used, it is gone."""
    (note,) = present.bands(READY)["notes"]
    assert note["strong"] == "1 band looks like a code, not a measurement, but uses MEAN."
    assert note["fixes"] == [
        {"name": "use_suggestions", "label": "Use the suggestion", "note": "", "does": ("use_suggestions", {})}
    ]
    bands = [{**band, "id": f"QA_{index}"} for index, band in enumerate(IMAGE["bands"])]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    many = ImageState("ready", info, suggestions=info.suggestions)
    (note,) = present.bands(moment(image=many, overrides={"QA_1": PyramidingPolicy.MEDIAN}))["notes"]
    assert note["strong"] == "4 bands look like codes, not measurements, but use MEAN and MEDIAN."
    assert note["fixes"][0]["label"] == "Use 4 suggestions"
    used = present.bands(moment(overrides={"spectral_class": PyramidingPolicy.MODE}))
    assert (used["notes"], used["agrees"]) == ([], [False, False, False, True])
    assert used["foot"] == "1 override will be written, 3 bands follow the default MEAN."


def test_files_have_no_policies() -> None:
    """The table stays, with a word about it."""
    view = present.bands(moment(destination="drive", drive_prefix="x"))
    assert [note["severity"] for note in view["notes"]] == ["info"]
    assert view["head"]["mark"]["tone"] == "ok"


def test_a_table_without_bands_says_what_will_be_there() -> None:
    """Once there is an image."""
    view = present.bands(Snapshot())
    assert (view["ids"], view["foot"], view["head"]["mark"]["text"]) == ([], "", "Needs an image")
    assert view["empty"].startswith("Once an image is loaded")
    assert present.bands(READY)["foot"] == "All 4 bands follow the default MEAN."
    one = present.bands(moment(overrides=dict.fromkeys(("B2", "B3", "B4"), PyramidingPolicy.MIN)))
    assert one["foot"] == "3 overrides will be written, 1 band follows the default MEAN."


def test_overrides_for_bands_that_are_not_there_are_one_note() -> None:
    """With a button that removes them."""
    missing = {f"X{number}": PyramidingPolicy.MODE for number in range(7)}
    note = present.bands(moment(overrides=missing))["notes"][0]
    assert note["strong"] == "7 overrides name bands the image does not have: X0, X1, X2, X3, X4, …."
    assert [fix["label"] for fix in note["fixes"]] == ["Remove them"]
    (single, _) = present.bands(moment(overrides={"X": PyramidingPolicy.MODE}))["notes"]
    assert single["strong"] == "“X” is not a band of the image."


def test_what_a_service_calls_a_band_stays_text() -> None:
    """Markup in names and messages is handed on as it is, never built into anything."""
    bands = [{**IMAGE["bands"][0], "id": EVIL}]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    view = present.bands(moment(image=ImageState("ready", info, suggestions=info.suggestions)))
    assert view["ids"] == [EVIL]


def test_an_expanded_table_says_more_of_each_band() -> None:
    """Its own pixels, what was seen of its values, and what an average does to it."""
    seen = {
        "B2": SeenValues(7, 9214, 4000),
        "spectral_class": SeenValues(1, 3, 3, (1, 2, 3)),
    }
    view = present.bands(moment(image=replace(LANDSAT, seen=seen)))
    assert view["pixels"] == ["30 m"] * 4
    assert view["values"] == ["7 to 9,214", "", "", "1, 2, 3"]
    assert view["harms"] == ["", "", "", "averaged classes mean nothing"]
    highest = present.bands(moment(overrides={"spectral_class": PyramidingPolicy.MAX}))
    assert highest["harms"] == [""] * 4


@pytest.mark.parametrize(
    ("crs", "transform", "pixel"),
    [
        ("EPSG:4326", [0.0001, 0, 0, 0, -0.0002, 0], "0.0001 × 0.0002°"),
        ("EPSG:2193", [10, 0, 0, 0, -10, 0], "10 m"),
        ("XYZ:1", [10, 0, 0, 0, -10, 0], "10"),
        (None, [10, 0, 0, 0, -10, 0], ""),
    ],
)
def test_the_pixels_of_a_band_are_given_in_units_of_its_crs(
    crs: str | None, transform: list[float], pixel: str
) -> None:
    """A CRS that nobody knows has no units, and a band without one has no pixels."""
    view = present.bands(moment(image=image_of(crs=crs, crs_transform=transform)))
    assert view["pixels"] == [pixel] * 4
