"""Drafts as JSON."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle, Draft
from ee_export_widget.core.draft.draft_json import draft_from_json, draft_to_json
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.region.region import Region
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import ExportWidgetError

GRID = PixelGrid(10, 20, AffineTransform(30.0, 0.0, 500_000.0, 0.0, -30.0, 7_000_000.0), crs_code="EPSG:32621")
REQUEST = ExportImageRequest.from_json({
    "expression": image_load("a/b"), "grid": GRID.to_json(), "fileExportOptions": {"fileFormat": "GEO_TIFF"},
})  # fmt: skip
CHOSEN = Draft(
    image_text="a/b", expression=Expression.of(image_load("a/b")),
    region=CrsRectangle("EPSG:32621", (1.5, 2.0, 3.0, 4.0)), crs="12a", snap="asset", reference=("a/b", GRID),
    grid=GRID, default_policy=PyramidingPolicy.MODE, overrides={"is": PyramidingPolicy.MIN}, destination="drive",
    description="", permissions="PUBLIC", file_format="TF_RECORD_IMAGE", tensor_depths={"B2": "7"}, loaded=REQUEST,
    chosen=Expression.of(image_load("c/d")), image_steps=("one", "two"),
)  # fmt: skip
REST: dict[str, Any] = {
    item.name: not item.default if isinstance(item.default, bool) else f"other {item.default}"
    for item in fields(Draft)
    if getattr(CHOSEN, item.name) == item.default
}
FULL = replace(CHOSEN, **REST)


def through_json(draft: Draft) -> Draft:
    return draft_from_json(json.loads(json.dumps(draft_to_json(draft))))


def test_example_has_something_in_every_field() -> None:
    """A new field that is forgotten here is not tested below."""
    empty = Draft()
    assert [item.name for item in fields(Draft) if getattr(FULL, item.name) == getattr(empty, item.name)] == []


def test_every_field_comes_back_as_it_was() -> None:
    """What was typed, drawn and loaded survives, of the same types."""
    back = through_json(FULL)
    assert back == FULL
    assert [type(getattr(back, item.name)) for item in fields(Draft)] == [
        type(getattr(FULL, item.name)) for item in fields(Draft)
    ]


@pytest.mark.parametrize(
    "draft",
    [
        Draft(),
        replace(Draft(), region=Region((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)), ((5.0, 5.0), (6.0, 5.0), (6.0, 6.5))))),
        replace(
            Draft(), region=Region((((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)),), ((((5.0, 2.0), (6.0, 2.0), (6.0, 3.0)),),))
        ),
        replace(Draft(), grid=ExportImageRequest.from_json({"grid": {"crsCode": "EPSG:4326"}}).grid),
    ],
    ids=["empty", "polygons", "hole", "part of a grid"],
)
def test_other_kinds_of_values_come_back(draft: Draft) -> None:
    """Polygons and grids that lack something are kept too."""
    assert through_json(draft) == draft


def test_members_of_another_release_are_left_out() -> None:
    """A file that a newer release wrote is read as far as it is understood."""
    assert draft_from_json({"crs": "EPSG:4326", "from_the_future": 1}) == Draft(crs="EPSG:4326")


@pytest.mark.parametrize(
    "mapping",
    [{"region": {"is": "rectangle"}}, {"crs": 5}, {"snap": "nowhere"}, {"grid": {"is": "grid", "grid": {}}}],
    ids=["half a region", "number", "unknown choice", "half a grid"],
)
def test_what_is_no_draft_is_refused(mapping: dict[str, Any]) -> None:
    """A file that was tampered with, or cut short, never becomes a draft."""
    with pytest.raises((ExportWidgetError, KeyError, TypeError, ValueError)):
        draft_from_json(mapping)
