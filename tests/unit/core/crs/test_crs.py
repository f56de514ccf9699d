"""Coordinate systems: texts that name one, what goes to the service, and what is computed with."""

from __future__ import annotations

import threading

import numpy as np
import pyproj
import pytest
from pyproj.network import is_network_enabled, set_network_enabled  # type: ignore[attr-defined] # it does export

from ee_export_widget.core.crs.crs import METRES_PER_DEGREE, Crs, _resolved
from ee_export_widget.errors import InvalidRequestError
from tests.fresh import loaded_by


def project(text: str, lon: float, lat: float) -> tuple[float, float]:
    x, y = Crs.from_text(text).project(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


@pytest.mark.parametrize(
    ("text", "name", "units", "metres"),
    [
        ("EPSG:32632", "WGS 84 / UTM zone 32N", "m", 1),
        ("EPSG:4326", "WGS 84", "degrees", 111319.49079327358),
        ("EPSG:2263", "NAD83 / New York Long Island (ftUS)", "US ft", 0.3048006096012192),
        ("EPSG:4807", "NTF (Paris)", "grads", 100187.54171394622),
        ("SR-ORG:6974", "MODIS Sinusoidal", "m", 1),
        ("+proj=laea +lat_0=5 +lon_0=20 +datum=WGS84 +units=km", "the custom projection", "km", 1000),
    ],
)
def test_name_and_units(text: str, name: str, units: str, metres: float) -> None:
    """Units have short names and their nominal metres, degrees as along the equator."""
    crs = Crs.from_text(text)
    assert (crs.name, crs.units) == (name, units)
    assert crs.metres_per_unit == pytest.approx(metres)
    assert crs.is_geographic == (units in {"degrees", "grads"})


def test_metres_per_degree() -> None:
    """The service's convention: the equator of WGS 84, at every latitude."""
    thirty_metres_deg = 30 / METRES_PER_DEGREE
    assert thirty_metres_deg == pytest.approx(0.0002694945852358564, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "code"),
    [("EPSG:32632", "EPSG:32632"), (" epsg:32632 ", "EPSG:32632"), ("sr-org:6974", "SR-ORG:6974")],
)
def test_codes_that_the_service_takes_are_sent_as_codes(text: str, code: str) -> None:
    """EPSG codes and the service's own go out as they are."""
    crs = Crs.from_text(text)
    assert (crs.code, crs.wkt, crs.text, crs.label) == (code, None, code, code)


@pytest.mark.parametrize(
    "text",
    [
        "ESRI:54009",
        "OGC:CRS84",
        "+proj=laea +lat_0=5 +lon_0=20 +datum=WGS84",
        pyproj.CRS("EPSG:3035").to_wkt("WKT2_2019"),
    ],
    ids=["ESRI", "OGC", "PROJ", "WKT 2"],
)
def test_everything_else_is_sent_as_wkt_1(text: str) -> None:
    """Other authorities, PROJ strings and WKT 2 go out as a WKT 1 without axes, which PROJ reads the same way."""
    crs = Crs.from_text(text)
    assert crs.code is None
    assert crs.wkt is not None
    assert crs.wkt.startswith(("PROJCS[", "GEOGCS["))
    assert "AXIS" not in crs.wkt
    assert project(crs.wkt, 12, 34) == pytest.approx(project(text, 12, 34))
    assert crs.text == crs.wkt
    assert crs.label == crs.name


@pytest.mark.parametrize("dialect", ["WKT1_GDAL", "WKT1_ESRI"])
def test_wkt_1_is_kept_as_given(dialect: str) -> None:
    """A WKT 1 goes out letter by letter, and its area of use is found by its EPSG code."""
    wkt = pyproj.CRS("EPSG:32632").to_wkt(dialect)
    crs = Crs.from_text(wkt)
    assert crs.wkt == wkt
    assert crs.area_of_use == (6, 0, 12, 84)


@pytest.mark.parametrize(
    "text", ["foo", "32632", "EPSG:999999", "SR-ORG:1", "WGS 84", "EPSG:", "urn:ogc:def:crs:EPSG::1"]
)
def test_unknown_code_is_refused(text: str) -> None:
    """The sentence quotes what was typed and shows what a code looks like."""
    with pytest.raises(InvalidRequestError) as caught:
        Crs.from_text(text)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("grid.crsCode", "unknown-crs")
    assert problem.message == f"{text} is not a known CRS code. Codes look like EPSG:32632."


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("", "grid.crsCode", "crs-missing"),
        ("   ", "grid.crsCode", "crs-missing"),
        (None, "grid.crsCode", "crs-missing"),
        (32632, "grid.crsCode", "crs-missing"),
        ("PROJCS[nonsense]", "grid.crsWkt", "unknown-crs"),
        ("EPSG:4978", "grid.crsCode", "crs-not-two-axes"),
        ("EPSG:5703", "grid.crsCode", "crs-not-two-axes"),
        ("EPSG:7415", "grid.crsCode", "crs-not-two-axes"),
        ("IAU_2015:30100", "grid.crsCode", "crs-not-convertible"),
        (
            "+proj=ob_tran +o_proj=longlat +o_lon_p=-162 +o_lat_p=39.25 +lon_0=180",
            "grid.crsCode",
            "crs-not-wkt1",
        ),
    ],
    ids=["empty", "blank", "none", "number", "bad WKT", "geocentric", "vertical", "compound", "Moon", "rotated pole"],
)
def test_system_that_no_grid_can_have_is_refused(text: object, field: str, code: str) -> None:
    """Nothing, nonsense, and systems without exactly two axes on earth."""
    with pytest.raises(InvalidRequestError) as caught:
        Crs.from_text(text)  # type: ignore[arg-type] # that is the point
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]


@pytest.mark.parametrize("text", ["PROJCS[unfinished", "EPSG:99998", "hello [there]"])
def test_what_is_no_system_is_looked_up_once(text: str) -> None:
    """The same words come back at once, because a form asks at every key that is pressed."""
    with pytest.raises(InvalidRequestError) as first:
        Crs.from_text(text)
    looked_up = _resolved.cache_info().misses
    with pytest.raises(InvalidRequestError) as second:
        Crs.from_text(text)
    assert _resolved.cache_info().misses == looked_up
    assert second.value.problems == first.value.problems
    assert second.value is not first.value


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:3035", "EPSG:2193"])
def test_longitude_and_x_come_first(code: str) -> None:
    """Also where the authority has latitude or northing first."""
    expected = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(12.0, 45.0)
    assert project(code, 12, 45) == pytest.approx(expected)


def test_modis_is_computed_on_the_sphere() -> None:
    """At 45° N, y is 5,003,777 m and not the ellipsoid's 4,984,944 m."""
    assert project("SR-ORG:6974", 0, 45) == pytest.approx((0, 5003777.339), abs=1e-3)


@pytest.mark.parametrize("lon", [-190.0, 181.5, 359.0])
@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:4269", "EPSG:3857"])
def test_longitude_runs_on_where_x_does(code: str, lon: float) -> None:
    """Beyond 180, x keeps growing with the longitude, and the way back gives the same longitude."""
    crs = Crs.from_text(code)
    assert crs.period is not None
    x, y = crs.project(np.array([lon]), np.array([40.0]))
    assert x[0] == pytest.approx(lon / 360 * crs.period)
    assert crs.unproject(x, y)[0][0] == pytest.approx(lon)


def test_what_cannot_be_projected_is_infinite() -> None:
    """No exception and no warning, so that a caller can look at all of a region."""
    for code in ("EPSG:3857", "EPSG:3395"):
        x, _ = Crs.from_text(code).unproject(np.array([np.inf]), np.array([0.0]))
        assert not np.isfinite(x[0])
    assert project("+proj=ortho +lon_0=0", 180, 0) == (np.inf, np.inf)


def test_two_texts_may_mean_one_system() -> None:
    """A code and its WKT are the same, two zones are not."""
    zone_32 = Crs.from_text("EPSG:32632")
    assert zone_32.is_same(Crs.from_text(pyproj.CRS("EPSG:32632").to_wkt("WKT1_GDAL")))
    assert not zone_32.is_same(Crs.from_text("EPSG:32633"))


def test_no_datum_grid_is_fetched_although_the_network_is_on() -> None:
    """Results do not depend on the machine: pyproj's network access is off while we compute, and on again after."""
    set_network_enabled(active=True)
    try:
        there = project("EPSG:4267", -100, 40)
        assert is_network_enabled()
        elsewhere: list[tuple[float, float]] = []
        thread = threading.Thread(target=lambda: elsewhere.append(project("EPSG:4267", -100, 40)))
        thread.start()
        thread.join()
    finally:
        set_network_enabled(active=False)
    assert elsewhere == [there]
    assert project("EPSG:4267", -100, 40) == there


def test_pyproj_loads_on_first_use() -> None:
    """Importing the grid module costs neither pyproj nor numpy."""
    ours = "import ee_export_widget.core.grid.pixel_grid, ee_export_widget.core.grid.alignment"
    assert loaded_by(ours, ["pyproj", "numpy"]) == set()
