"""What holds for every panel."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState, Snapshot
from tests.unit.session.moments import (
    LANDSAT,
    PANELS,
    READY,
    REGION,
    as_page_reads,
    moment,
)
from tests.unit.session.service import IMAGE, UTM


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("snapshot", [Snapshot(), READY], ids=["empty", "ready"])
def test_every_panel_can_be_sent_to_the_page(panel: str, snapshot: Snapshot) -> None:
    """A view is plain JSON, and the same moment always gives the same view."""
    view = PANELS[panel](snapshot)
    assert as_page_reads(view) == as_page_reads(PANELS[panel](snapshot))


@pytest.mark.parametrize(
    "region",
    [
        CrsRectangle(UTM, (0, 0, 0, 5)),
        CrsRectangle(UTM, (0, 0, float("nan"), 5)),
        CrsRectangle(UTM, (0, 0, 1e300, 1e300)),
        CrsRectangle("nowhere", (0, 0, 1, 1)),
        CrsRectangle("EPSG:3857", (-1e12, -1e12, 1e12, 1e12)),
        CrsRectangle("ESRI:54009", (-18e6, -9e6, 18e6, 9e6)),
    ],
    ids=lambda region: f"{region.crs} {region.bounds}",
)
@pytest.mark.parametrize("panel", PANELS)
def test_a_region_without_a_place_is_drawn_as_nothing(panel: str, region: CrsRectangle) -> None:
    """Lines, numbers that are none, corners beyond the earth: every panel can still be sent."""
    assert as_page_reads(PANELS[panel](moment(region=region, crs=region.crs, pixel_size="30000")))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, "half \ud800"], ids=["NaN", "Python object", "half character"])
@pytest.mark.parametrize("panel", PANELS)
def test_an_expression_that_is_no_json_can_be_shown(panel: str, value: object) -> None:
    """With its problem, and without a text to copy."""
    expression = Expression.of({"result": "0", "values": {"0": {"constantValue": value}}})
    snapshot = moment(expression=expression)
    as_page_reads(PANELS[panel](snapshot))
    assert present.preview(snapshot)["text"] == ""
    assert "expression" in {problem.field for problem in snapshot.errors}


def test_an_image_that_failed_late_keeps_the_form_usable() -> None:
    """Also while nothing at all is known of it."""
    for state in ("none", "reading", "failed"):
        snapshot = moment(image=ImageState(state), region=REGION)
        for make in PANELS.values():
            as_page_reads(make(snapshot))
    assert present.bands(moment(image=replace(LANDSAT, suggestions=())))["ids"]


def test_thousands_of_bands_are_shown_at_once() -> None:
    """All panels of an image with 5,000 bands and as many overrides take no noticeable time."""
    bands = [{**IMAGE["bands"][3], "id": f"class_{number}"} for number in range(5000)]
    info = ImageInfo.from_description({**IMAGE, "bands": bands})
    image = ImageState("ready", info, suggestions=info.suggestions)
    snapshot = moment(image=image, overrides=dict.fromkeys(info.band_ids, PyramidingPolicy.MODE))
    begin = time.process_time()
    views = {name: make(snapshot) for name, make in PANELS.items()}
    assert time.process_time() - begin < 1
    assert len(views["bands"]["ids"]) == 5000
    assert len(views["preview"]["lines"]) < 100
