"""Coordinate systems as people type them."""

from __future__ import annotations

import pyproj
import pytest

from ee_export_widget.core.crs.text import read_typed_crs, short_crs, typed_crs
from ee_export_widget.errors import InvalidRequestError


@pytest.mark.parametrize(
    "text",
    [
        "32632",
        " 32632 ",
        "EPSG:32632",
        "epsg 32632",
        "EPSG32632",
        "EPSG::32632",
        "+init=epsg:32632",
        "epsg:32632, UTM zone 32N, zone of the region",
        "urn:ogc:def:crs:EPSG::32632",
        "urn:ogc:def:crs:EPSG:9.8.15:32632",
        "http://www.opengis.net/def/crs/EPSG/0/32632",
    ],
)
def test_every_spelling_of_a_code_is_understood(text: str) -> None:
    """A bare number, capitals or not, and what a list of suggestions or another program writes."""
    assert typed_crs(text) == "EPSG:32632"
    assert read_typed_crs(text).code == "EPSG:32632"


@pytest.mark.parametrize("text", ["ESRI:54009", "SR-ORG:6974", "12", "foo", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Other authorities are theirs to resolve, and nothing is guessed."""
    assert typed_crs(text) == text


def test_wkt_keeps_its_commas() -> None:
    """A WKT is read as a whole."""
    wkt = pyproj.CRS("EPSG:3035").to_wkt("WKT1_GDAL")
    assert typed_crs(f" {wkt} ") == wkt
    assert read_typed_crs(wkt).wkt == wkt


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("+proj=utm +zone=32 +datum=WGS84 +type=crs", "Use EPSG:32632."),
        ("proj=laea lat_0=7 lon_0=20", "Give a code such as EPSG:32632, or the WKT of the CRS."),
        ("+proj=nonsense", "Give a code such as EPSG:32632, or the WKT of the CRS."),
    ],
)
def test_proj_string_is_refused_with_what_to_type_instead(text: str, hint: str) -> None:
    """The service does not take them; where the database knows the system, its code is the hint."""
    with pytest.raises(InvalidRequestError) as caught:
        read_typed_crs(text)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("grid.crsCode", "crs-proj-string")
    assert problem.hint == hint


def test_unknown_text_is_refused_as_it_was_typed() -> None:
    """The sentence quotes it."""
    with pytest.raises(InvalidRequestError, match="foo is not a known CRS code"):
        read_typed_crs("foo")


@pytest.mark.parametrize(
    ("crs", "shown"),
    [
        ("EPSG:32621", "EPSG:32621"),
        (pyproj.CRS.from_epsg(32621).to_wkt(), "WGS 84 / UTM zone 21N"),
        ("PROJCS[", "WKT"),
    ],
    ids=["code", "WKT", "broken"],
)
def test_a_system_has_a_short_name(crs: str, shown: str) -> None:
    """WKT of a page in length has its name, where it can be read."""
    assert short_crs(crs) == shown
