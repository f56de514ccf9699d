"""Regions and grids as typed and pasted."""

from __future__ import annotations

import json

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.typed_grid import MOST_CHARACTERS, read_affine, read_geojson, read_sides
from ee_export_widget.errors import InvalidRequestError

TRIANGLE = {"type": "Polygon", "coordinates": [[[11, 48], [12, 48], [11.5, 49], [11, 48]]]}
UTM = "EPSG:32632"


def sides(west: str, south: str, east: str, north: str) -> dict[str, str]:
    return {"west": west, "south": south, "east": east, "north": north}


def affine(**changes: str) -> dict[str, str]:
    numbers = {"scaleX": "8", "shearX": "6", "translateX": "680,000", "shearY": "6", "scaleY": "-8"}
    return {**numbers, "translateY": "5330000", "width": "186", "height": "1,178", **changes}


def refused(error: pytest.ExceptionInfo[InvalidRequestError]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("texts", "crs", "bounds"),
    [
        (sides("11.5", " 48.05°", "11.7", "4.82e1"), "EPSG:4326", (11.5, 48.05, 11.7, 48.2)),
        (sides("\N{MINUS SIGN}54.5", "-25", "-54", "-24"), "EPSG:4326", (-54.5, -25, -54, -24)),
        (sides("179", "-17", "-179", "-16"), "EPSG:4326", (179, -17, 181, -16)),
        (sides("541", "0", "542", "1"), "EPSG:4326", (-179, 0, -178, 1)),
        (sides("-180", "-90", "180", "90"), "EPSG:4326", (-180, -90, 180, 90)),
        (sides("54°36'W", "25° 30\N{PRIME} 18″ S", "54 30 W", "-25.25°"), "EPSG:4326", (-54.6, -25.505, -54.5, -25.25)),
        (sides("685,760", "5324880", "701210", "5342060"), UTM, (685760, 5324880, 701210, 5342060)),
    ],
    ids=[
        "degrees",
        "a typographic minus",
        "over 180",
        "another world copy",
        "the world",
        "minutes",
        "units of the CRS",
    ],
)
def test_four_sides_are_a_rectangle(texts: dict[str, str], crs: str, bounds: tuple[float, ...]) -> None:
    """Numbers are read as people write them; longitudes come home."""
    assert read_sides(texts, crs) == CrsRectangle(crs, bounds)  # type: ignore[arg-type] # four of them


@pytest.mark.parametrize(
    ("texts", "crs", "problems"),
    [
        (sides("x", "", "1", "nan"), "EPSG:4326", [(side, "not-a-number") for side in ("west", "south", "north")]),
        (sides("1", "2", "1", "3"), UTM, [("east", "sides-out-of-order")]),
        (sides("1", "3", "2", "2"), "EPSG:4326", [("north", "sides-out-of-order")]),
        (sides("48", "-91", "49", "12"), "EPSG:4326", [("south", "latitude-out-of-range")]),
        (sides("-300", "0", "300", "1"), "EPSG:4326", [("east", "wider-than-the-world")]),
    ],
    ids=["no numbers", "no width", "upside down", "beyond the pole", "around the world twice"],
)
def test_sides_that_are_none_are_refused_where_they_stand(
    texts: dict[str, str], crs: str, problems: list[tuple[str, str]]
) -> None:
    """Every side that is wrong has its own sentence."""
    with pytest.raises(InvalidRequestError) as error:
        read_sides(texts, crs)
    assert refused(error) == problems


@pytest.mark.parametrize("west", ["25°30'S 54°36'W", "25°30'S", "54 36", "-54° W", "54°61'W"])
def test_angle_that_is_no_longitude_is_answered_with_the_form(west: str) -> None:
    """A pair, a latitude, a minute too many: the sentence shows how a longitude is written."""
    with pytest.raises(InvalidRequestError) as error:
        read_sides(sides(west, "-26", "-54", "-25"), "EPSG:4326")
    assert "Must be a longitude, such as -54.6 or 54°36' W." in str(error.value)


@pytest.mark.parametrize(("west", "said"), [("48", True), ("148", False)])
def test_latitude_first_is_pointed_out(west: str, *, said: bool) -> None:
    """Only where the other two could be latitudes."""
    with pytest.raises(InvalidRequestError) as error:
        read_sides(sides(west, "111", "150" if not said else "49", "112"), "EPSG:4326")
    assert ("latitude first" in error.value.hint) is said


def test_a_forgotten_minus_sign_is_pointed_out() -> None:
    """A region that would go the long way round is a mistake in a sign; whoever means it can write so."""
    with pytest.raises(InvalidRequestError) as error:
        read_sides(sides("54.6", "-25.6", "-54.5", "-25.3"), "EPSG:4326")
    (problem,) = error.value.problems
    assert problem.field == "east"
    assert problem.message == "West lies east of east: the region would cross 180° and be 250.9° wide."
    assert problem.hint.startswith("Check the signs")
    assert problem.hint.endswith("write 305.5 here.")
    meant = read_sides(sides("54.6", "-25.6", "305.5", "-25.3"), "EPSG:4326")
    assert meant.bounds == pytest.approx((54.6, -25.6, 305.5, -25.3))
    assert read_sides(sides("90", "0", "-90", "1"), "EPSG:4326").bounds == (90, 0, 270, 1)


def test_six_numbers_and_a_size_are_a_grid() -> None:
    """Rotated and sheared lattices are taken as they are; a shear left empty is none."""
    grid = read_affine(affine(), UTM)
    assert (grid.width, grid.height, grid.crs_code) == (186, 1178, UTM)
    assert grid.affine_transform.to_list() == [8, 6, 680000, 6, -8, 5330000]
    assert read_affine(affine(shearX="", shearY=" "), UTM).affine_transform.is_north_up


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"scaleX": "wide", "shearY": "?"}, [("scaleX", "not-a-number"), ("shearY", "not-a-number")]),
        ({"width": "1.5"}, [("width", "not-a-whole-number")]),
        ({"height": "0"}, [("grid.dimensions.height", "dimension-out-of-range")]),
        ({"scaleX": "0", "shearX": "0"}, [("grid.affineTransform", "not-invertible")]),
    ],
    ids=["no numbers", "half a pixel", "no pixel", "no area"],
)
def test_grids_that_are_none_are_refused(changes: dict[str, str], problems: list[tuple[str, str]]) -> None:
    """What cannot be a grid says where."""
    with pytest.raises(InvalidRequestError) as error:
        read_affine(affine(**changes), UTM)
    assert refused(error) == problems


def test_pasted_polygons_are_read() -> None:
    """The text of a GeoJSON object is a region."""
    assert read_geojson(json.dumps(TRIANGLE)).bounds == (11, 48, 12, 49)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (" ", "geojson-empty", "nothing to read"),
        ('{"type":\n"Polygon" "x"}', "geojson-unreadable", "Line 2, column 10: a comma"),
        ("-54.6, -25.5, -54.5, -25.4", "geojson-unreadable", "“Type bounds”"),
        ("[" * 100_000, "geojson-too-deep", "nested"),
        ("x" * (MOST_CHARACTERS + 1), "geojson-too-long", "20,000,001"),
        ('{"type": "Point", "coordinates": [1, 2]}', "region-not-polygon", "Point"),
    ],
    ids=["nothing", "no JSON", "bounds", "only brackets", "too long", "a point"],
)
def test_other_texts_are_refused_with_a_sentence(text: str, code: str, words: str) -> None:
    """Whatever is pasted, the answer says what is wrong with it."""
    with pytest.raises(InvalidRequestError) as error:
        read_geojson(text)
    assert refused(error) == [("region", code)]
    assert words in str(error.value)


def test_a_coordinate_of_thousands_of_digits_is_refused_in_words() -> None:
    """Python reads no such integer; it is a place nowhere on earth."""
    ring = f"[[{'1' * 5000}, 1], [2, 1], [2, 3]]"
    with pytest.raises(InvalidRequestError):
        read_geojson(f'{{"type": "Polygon", "coordinates": [{ring}]}}')
