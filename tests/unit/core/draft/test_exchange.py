"""Regions with longitude and latitude the other way round."""

from __future__ import annotations

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.exchange import exchanged
from ee_export_widget.core.region.region import Region

RING = ((1.0, 10.0), (2.0, 10.0), (2.0, 30.0))
TURNED = ((10.0, 1.0), (10.0, 2.0), (30.0, 2.0))


def test_every_ring_is_exchanged() -> None:
    """Holes too, and back again."""
    region = Region((RING,), ((RING,),))
    assert exchanged(region) == Region((TURNED,), ((TURNED,),))
    assert exchanged(exchanged(region)) == region


def test_bounds_in_degrees_are_exchanged() -> None:
    """They are what a person types; a rectangle in metres has no latitude to come first."""
    assert exchanged(CrsRectangle("EPSG:4326", (1, 10, 2, 30))) == CrsRectangle("EPSG:4326", (10, 1, 30, 2))
    assert exchanged(CrsRectangle("EPSG:32621", (1, 10, 2, 30))) is None


@pytest.mark.parametrize(
    "region", [None, Region((((100.0, 10.0), (101.0, 10.0), (101.0, 30.0)),)), CrsRectangle("EPSG:4326", (1, 5, 1, 5))]
)
def test_what_would_be_no_place_is_left_alone(region: Region | CrsRectangle | None) -> None:
    """A longitude of 100 is no latitude."""
    assert exchanged(region) is None
