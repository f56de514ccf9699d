"""Systems that are proposed: the table, the UTM zones and equal-area systems."""

from __future__ import annotations

import numpy as np
import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import PRESETS, CrsPreset, crs_choices, equal_area_crs_for, utm_crs_for


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_preset_is_known(preset: CrsPreset) -> None:
    """Every row resolves to a system that is sent as exactly this code."""
    assert Crs.from_text(preset.code).code == preset.code
    assert preset.label


def test_presets_are_different() -> None:
    """No code and no label stands twice."""
    assert len({preset.code for preset in PRESETS}) == len({preset.label for preset in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (11.6, 48.1, "EPSG:32632"),
        (-47.9, -15.8, "EPSG:32723"),
        (0, 0, "EPSG:32631"),
        (0, -0.001, "EPSG:32731"),
        (-180, 10, "EPSG:32601"),
        (179.99, 10, "EPSG:32660"),
        (180, 10, "EPSG:32601"),
        (181.5, -16.5, "EPSG:32701"),
        (371.6, 48.1, "EPSG:32632"),
        (5.3, 60.4, "EPSG:32632"),
        (3, 56, "EPSG:32632"),
        (2.99, 60, "EPSG:32631"),
        (5.3, 55.99, "EPSG:32631"),
        (5.3, 64, "EPSG:32631"),
        (12, 60, "EPSG:32633"),
        (15.6, 78.2, "EPSG:32633"),
        (8.99, 72, "EPSG:32631"),
        (9, 72, "EPSG:32633"),
        (20.99, 84, "EPSG:32633"),
        (21, 80, "EPSG:32635"),
        (33, 80, "EPSG:32637"),
        (41.99, 80, "EPSG:32637"),
        (42, 80, "EPSG:32638"),
        (-0.01, 80, "EPSG:32630"),
        (9, 71.99, "EPSG:32632"),
        (10, 84.01, "EPSG:3413"),
        (10, -80, "EPSG:32732"),
        (10, -80.01, "EPSG:3031"),
    ],
)
def test_utm_zone_of_a_place(lon: float, lat: float, code: str) -> None:
    """Zones with the exceptions of Norway and Svalbard; polar systems beyond; lower bounds count, upper do not."""
    assert utm_crs_for(lon, lat) == code


@pytest.mark.parametrize(("lon", "lat"), [(11.63, 48.14), (181.5, -16.5), (0, 0)])
def test_equal_area_system_is_centred_on_the_place(lon: float, lat: float) -> None:
    """The WKT is read, sent as it is, and has its origin at the place to a tenth of a degree."""
    wkt = equal_area_crs_for(lon, lat)
    crs = Crs.from_text(wkt)
    assert (crs.wkt, crs.units) == (wkt, "m")
    x, y = crs.unproject(np.array([0.0]), np.array([0.0]))
    assert ((x[0] - lon + 180) % 360 - 180, y[0] - lat) == pytest.approx((0, 0), abs=0.051)


def test_choices_for_a_region_and_an_image() -> None:
    """The image's system first, then the region's zone, degrees, Web Mercator, equal area, and the table."""
    choices = crs_choices("EPSG:32721", (-54.6, -25.4))
    equal_area = equal_area_crs_for(-54.6, -25.4)
    assert [choice.text for choice in choices[:4]] == ["EPSG:32721", "EPSG:4326", "EPSG:3857", equal_area]
    assert [(choice.name, choice.reason) for choice in choices[:1]] == [("EPSG:32721", "source")]
    assert len({choice.text for choice in choices}) == len(choices) == len(PRESETS) + 2


def test_choices_in_another_zone_and_without_anything() -> None:
    """The zone of the region stands beside another source; without a region only the table is left."""
    assert crs_choices("EPSG:32632", (5.3, 64.5))[1].text == "EPSG:32631"
    assert crs_choices("PROJCS[...]", (10, 89))[0].name == "CRS of the image"
    assert crs_choices("PROJCS[...]", (10, 89))[1].reason == "polar system of the region"
    assert [choice.text for choice in crs_choices()] == [preset.code for preset in PRESETS]
