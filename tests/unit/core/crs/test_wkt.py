"""Words of WKT that PROJ would pass over."""

from __future__ import annotations

import pyproj
import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.errors import InvalidRequestError

WKT = pyproj.CRS("EPSG:3035").to_wkt("WKT1_GDAL")
DIALECTS = ("WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019")


@pytest.mark.parametrize(
    ("right", "wrong", "message", "hint"),
    [
        ("PARAMETER[", "PARAMTER[", "PARAMTER is no keyword of WKT.", "Did you mean PARAMETER?"),
        ("SPHEROID[", "SPHERIOD[", "SPHERIOD is no keyword of WKT.", "Did you mean SPHEROID?"),
        ("UNIT[", "QXYZ[", "QXYZ is no keyword of WKT.", "Check the WKT."),
        (
            '"longitude_of_center"',
            '"longitude_of_centre"',
            "longitude_of_centre is no parameter of a projection.",
            "Did you mean longitude_of_center?",
        ),
    ],
)
def test_misspelt_word_is_refused_with_the_nearest(right: str, wrong: str, message: str, hint: str) -> None:
    """PROJ would leave out what follows, and put the grid elsewhere."""
    with pytest.raises(InvalidRequestError) as caught:
        Crs.from_text(WKT.replace(right, wrong, 1))
    (problem,) = caught.value.problems
    assert (problem.field, problem.message, problem.hint) == ("grid.crsWkt", message, hint)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "code", ["EPSG:4326", "EPSG:2056", "EPSG:2263", "EPSG:3857", "EPSG:5514", "EPSG:3035", "ESRI:54030"]
)
def test_every_dialect_is_taken(code: str, dialect: str) -> None:
    """What PROJ itself writes has no unknown word."""
    wkt = pyproj.CRS(code).to_wkt(dialect)
    assert Crs.from_text(wkt).units == Crs.from_text(code).units


def test_words_in_quotes_and_in_small_letters_are_left_alone() -> None:
    """A name may look like a keyword, and a parameter that is like none may be known to somebody."""
    odd = WKT.replace("LAEA Europe", "Foo[bar]").replace("UNIT[", "unit [").replace('"false_easting"', '"my_number"')
    assert Crs.from_text(odd).name == "ETRS89-extended / Foo[bar]"
