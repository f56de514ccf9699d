"""Finding coordinate systems by code, name and place."""

from __future__ import annotations

import statistics
import time

import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.search import CrsMatch, search_crs


def codes(text: str, **options: object) -> list[str]:
    return [match.code for match in search_crs(text, **options)]  # type: ignore[arg-type] # as the test says


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3035", "EPSG:3035"),
        ("EPSG:27700", "EPSG:27700"),
        ("epsg 32632", "EPSG:32632"),
        ("utm 32n", "EPSG:32632"),
        ("utm32n", "EPSG:32632"),
        ("UTM zone 21S", "EPSG:32721"),
        ("wgs84", "EPSG:4326"),
        ("laea europe", "EPSG:3035"),
        ("pseudo mercator", "EPSG:3857"),
        ("british national", "EPSG:27700"),
        ("conus albers", "EPSG:5070"),
        ("world mollweide", "ESRI:54009"),
        ("esri 54009", "ESRI:54009"),
        ("modis", "SR-ORG:6974"),
        ("sirgas policonica brasil", ""),
        ("türkiye laea", "EPSG:3035"),
        ("turkiye laea", "EPSG:3035"),
    ],
)
def test_best_match(text: str, code: str) -> None:
    """What people type for a system finds it first; a word that is nowhere finds nothing."""
    assert codes(text)[:1] == ([code] if code else [])


@pytest.mark.parametrize("text", ["utm 21", "utm zone 21", "UTM21", "wgs 84 utm 21"])
def test_number_of_a_zone_is_no_beginning_of_a_code(text: str) -> None:
    """North and south of the zone come first, the one of the place before the other, whatever else is made for it."""
    assert codes(text, limit=2) == ["EPSG:32621", "EPSG:32721"]
    assert codes(text, near=(-57, -25), limit=2) == ["EPSG:32721", "EPSG:32621"]
    assert codes(text, near=(-57, 5), limit=2) == ["EPSG:32621", "EPSG:32721"]
    assert codes("epsg 2154", limit=1) == codes("lambert 2154", limit=1) == ["EPSG:2154"]


def test_beginning_of_a_code() -> None:
    """While a code is typed, the codes that begin so are listed, the whole code above longer ones."""
    assert codes("3263", limit=3) == ["EPSG:3263", "EPSG:32630", "EPSG:32631"]
    assert codes("3857", limit=1) == ["EPSG:3857"]


def test_place_of_the_export_decides_between_equal_matches() -> None:
    """Of all zones the one of the place comes first, also beyond 180°."""
    assert codes("utm", near=(11.6, 48.1), limit=1) == ["EPSG:32632"]
    assert codes("utm", near=(181.5, -16), limit=1) == ["EPSG:32701"]
    assert codes("nzgd2000 transverse", near=(-176.5, -44), limit=1) == ["EPSG:2193"]


@pytest.mark.parametrize("place", ["new zealand", "Germany", "Nigeria", "Texas"])
def test_systems_are_found_by_place(place: str) -> None:
    """The area of use is searched too, and what is found can be used."""
    matches = search_crs(place, limit=5)
    assert len(matches) == 5
    for match in matches:
        assert place.casefold() in f"{match.name} {match.place}".casefold().replace("_", " ")
        assert Crs.from_text(match.code).name == match.name


@pytest.mark.parametrize("text", ["", "   ", "-- !?", "zzzz", "x" * 100_000])
def test_nothing_is_found_by_nothing(text: str) -> None:
    """Empty, punctuation, nonsense and much too much give an empty list."""
    assert search_crs(text) == []


def test_limit_is_kept_and_nothing_stands_twice() -> None:
    """No more than asked for, and a system that has several areas of use is one."""
    assert len(codes("utm", limit=3)) == 3
    assert len(set(codes("utm", limit=2000))) == len(codes("utm", limit=2000)) > 500


def test_area_that_crosses_180_reaches_over_it() -> None:
    """West may be larger than east."""
    match = CrsMatch("EPSG:2193", "NZGD2000", "New Zealand", (160.6, -55.95, -171.2, -25.88))
    assert match.reaches(-176, -44)
    assert match.reaches(184, -44)
    assert not match.reaches(0, -44)
    assert not match.reaches(175, 10)


def test_search_keeps_up_with_typing() -> None:
    """Half of the searches take less than 30 ms of CPU, whatever is typed (a few in practice)."""
    search_crs("e")  # the first one reads the table
    taken = []
    for text in ("e", "u", "ut", "utm", "utm 3", "germany", "a b c d e f g h i", "wgs 84 utm zone 32n"):
        start = time.thread_time()
        search_crs(text, near=(11, 48))
        taken.append(time.thread_time() - start)
    assert statistics.median(taken) < 0.03
