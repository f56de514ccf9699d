"""Pixels as answers: files of small windows, pictures and map tiles."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rasterio.io import MemoryFile

from ee_export_widget.emulator.colors import read_color
from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.image import Image, Pixels
from ee_export_widget.emulator.pixels import Visualization, compute_pixels, render_tile
from tests.unit.emulator.support import (
    array_band,
    array_image,
    asset_body,
    call,
    constant,
    expression,
    finished,
    grid,
    load,
    scene_grid,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.emulator.engine import Engine

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

A = np.array([[0, 51, 255], [102, 7, 9]], np.uint8)


def decode(data: bytes) -> NDArray[Any]:
    """Return the layers of an encoded picture or file."""
    with MemoryFile(data) as file, file.open() as dataset:
        return np.asarray(dataset.read())


def layer(values: list[list[float]], mask: list[list[float]] | None = None) -> Pixels:
    """Return a small layer."""
    array = np.array(values, np.float64)
    return Pixels(array, np.ones(array.shape, np.float32) if mask is None else np.array(mask, np.float32))


def test_geotiff_answers_hold_the_values_and_their_place(still_engine: Engine) -> None:
    """ComputePixels as GEO_TIFF gives the source's pixels with system and transform."""
    request = {"fileFormat": "GEO_TIFF", "bandIds": ["B4", "B2"], "grid": scene_grid(10, 20, 30, 40)}
    answer = compute_pixels(still_engine.image(expression(load())), request)
    assert answer.media_type == "image/tiff"
    with MemoryFile(answer.data) as file, file.open() as dataset:
        assert dataset.shape == (40, 30)
        assert dataset.descriptions == ("B4", "B2")
        assert dataset.crs.to_epsg() == 32621
        assert dataset.transform.c == 735345 + 300
        values = dataset.read(2)
    numpy_answer = compute_pixels(still_engine.image(expression(load())), request | {"fileFormat": "NPY"})
    array = np.load(io.BytesIO(numpy_answer.data))
    assert array.dtype.names == ("B4", "B2")
    np.testing.assert_array_equal(array["B2"], values)


def test_numpy_answers_keep_each_band_s_type(still_engine: Engine) -> None:
    """NPY is one structured array of shape (height, width); bands of different types go together."""
    request = {"fileFormat": "NPY", "grid": scene_grid(0, 0, 3, 2)}
    array = np.load(io.BytesIO(compute_pixels(still_engine.image(expression(load())), request).data))
    assert array.shape == (2, 3)
    assert array.dtype["B2"] == np.uint16
    assert array.dtype["spectral_class"] == np.uint8


def test_partial_grids_are_completed() -> None:
    """A grid without system and shears means the image's system; without any grid the whole image."""
    image = array_image(a=A)
    part = {"affineTransform": {"scaleX": 1, "translateX": 1, "scaleY": -1}, "dimensions": {"width": 2, "height": 1}}
    answer = compute_pixels(image, {"fileFormat": "NPY", "grid": part})
    assert np.load(io.BytesIO(answer.data))["a"].tolist() == [[51, 255]]
    answer = compute_pixels(image, {"fileFormat": "NPY"})
    assert np.load(io.BytesIO(answer.data))["a"].tolist() == A.tolist()


def test_pictures_are_grey_or_coloured() -> None:
    """One band is grey, three are red, green and blue; a masked pixel is transparent."""
    one = compute_pixels(array_image(a=A), {"fileFormat": "PNG"})
    assert one.media_type == "image/png"
    layers = decode(one.data)
    for channel in layers[:3]:
        np.testing.assert_array_equal(channel, A)
    assert (layers[3] == 255).all()
    three = array_image(r=A, g=A[::-1], b=A * 0)
    layers = decode(compute_pixels(three, {"fileFormat": "PNG"}).data)
    np.testing.assert_array_equal(layers[1], A[::-1])
    masked = Image((array_band(A, np.array([[1, 0, 1], [1, 1, 0.5]])),))
    layers = decode(compute_pixels(masked, {"fileFormat": "PNG"}).data)
    assert layers[3].tolist() == [[255, 0, 255], [255, 255, 128]]


@pytest.mark.parametrize(
    ("mask", "media_type"), [([[1, 1, 1], [1, 1, 1]], "image/jpeg"), ([[1, 1, 1], [1, 1, 0]], "image/png")]
)
def test_the_automatic_format_is_jpeg_unless_something_is_transparent(mask: list[list[int]], media_type: str) -> None:
    """AUTO_JPEG_PNG, which is also the default, chooses PNG where transparency is needed."""
    image = Image((array_band(A, np.array(mask)),))
    assert compute_pixels(image, {}).media_type == media_type
    assert compute_pixels(image, {"fileFormat": "AUTO_JPEG_PNG"}).media_type == media_type


def test_ranges_stretch_values() -> None:
    """The ends of the range become 0 and 255, values beyond are clipped; every band may have its own."""
    style = Visualization.from_json({"ranges": [{"min": 10, "max": 20}]})
    assert style.render([layer([[5, 10, 15, 20, 25]])])[0].tolist() == [[0, 0, 128, 255, 255]]
    style = Visualization.from_json({"ranges": [{"max": 10}, {"max": 20}, {"min": 40, "max": 20}]})
    rendered = style.render([layer([[10]]), layer([[10]]), layer([[25]])])
    assert rendered[:3, 0, 0].tolist() == [255, 128, 191]


def test_a_palette_colours_classes_exactly() -> None:
    """With as many colours as classes every class gets its own; values between are mixed."""
    style = Visualization.from_json({"ranges": [{"min": 1, "max": 3}], "paletteColors": ["ff0000", "#0f0", "blue"]})
    colors = style.render([layer([[1, 2, 3, 2.5]])])
    assert colors[:3, 0].T.tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 128, 128]]


def test_gamma_brightens_and_opacity_fades() -> None:
    """Gamma 2 takes the square root of the share; opacity scales alpha."""
    style = Visualization.from_json({"gamma": {"value": 2}, "opacity": 0.5})
    colors = style.render([layer([[63.75]])])
    assert colors[:, 0, 0].tolist() == [128, 128, 128, 128]


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#fff", (255, 255, 255)),
        ("2a6fbb", (42, 111, 187)),
        ("Red", (255, 0, 0)),
        ("rgb(1, 2, 3)", (1, 2, 3)),
        ("#01020304", (1, 2, 3)),
    ],
)
def test_css_colours(text: str, color: tuple[int, int, int]) -> None:
    """Hex digits in three lengths, names and rgb() are read."""
    assert read_color(text) == color


@pytest.mark.parametrize(
    ("names", "request_", "text"),
    [
        ("ab", {"fileFormat": "PNG"}, "Expected one or three bands, found 2."),
        ("abc", {"fileFormat": "PNG", "visualizationOptions": {"paletteColors": ["red"]}}, "Cannot provide a palette"),
        (
            "a",
            {"fileFormat": "PNG", "visualizationOptions": {"paletteColors": ["reddish"]}},
            "Invalid color 'reddish'.",
        ),
        ("a", {"fileFormat": "PNG", "visualizationOptions": {"ranges": [{}, {}]}}, "Expected one range"),
        ("a", {"fileFormat": "PNG", "visualizationOptions": {"gamma": 0}}, "Gamma must be above 0."),
        ("a", {"bandIds": ["x"]}, "Band pattern 'x' did not match any bands. Available bands: [a]"),
        ("", {}, "The image has no bands."),
        ("a", {"grid": scene_grid(0, 0, 40000, 1)}, "must be less than or equal to 32768"),
        (
            "abcd",
            {"fileFormat": "NPY", "grid": scene_grid(0, 0, 8000, 8000)},
            "must be less than or equal to 50331648 bytes",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(names: str, request_: dict[str, Any], text: str) -> None:
    """Wrong numbers of bands, unknown colours and bands, and answers that are too large."""
    image = array_image(**dict.fromkeys(names, A))
    with pytest.raises(ServiceError) as caught:
        compute_pixels(image, request_)
    assert caught.value.http_status == 400
    assert text in caught.value.message


def test_mixed_types_are_no_geotiff(still_engine: Engine) -> None:
    """Bands of different types cannot go into one GeoTIFF."""
    with pytest.raises(ServiceError, match="found inconsistent types: UInt16 and Byte"):
        compute_pixels(
            still_engine.image(expression(load())), {"fileFormat": "GEO_TIFF", "grid": scene_grid(0, 0, 2, 2)}
        )


def tile_of(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    """Return the tile that contains a place."""
    count = 2**zoom
    return (
        zoom,
        int((lon + 180) / 360 * count),
        int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count),
    )


def test_a_tile_shows_the_scene_where_it_is(still_engine: Engine) -> None:
    """Inside of the scene a tile is opaque and not empty; at its edge it is transparent outside; elsewhere all is."""
    request = {"bandIds": ["B4", "B3", "B2"], "visualizationOptions": {"ranges": [{"min": 5000, "max": 15000}]}}
    image = still_engine.image(expression(load()))
    inside = decode(render_tile(image, request, *tile_of(13, -54.5, -25.4)).data)
    assert inside.shape == (4, 256, 256)
    assert (inside[3] == 255).all()
    assert inside[0].std() > 0
    edge = decode(render_tile(image, request, *tile_of(10, -54.6, -25.4)).data)
    assert 0.05 < (edge[3] > 0).mean() < 0.95
    away = render_tile(image, request, *tile_of(10, 10, 50))
    assert away.media_type == "image/png"
    assert not decode(away.data).any()


def test_tiles_match_the_pixels_of_the_source(still_engine: Engine) -> None:
    """At high zoom every tile pixel is the class of the source pixel under its centre."""
    palette = ["000000", "010101", "020202", "030303", "040404", "050505", "060606"]
    options = {"ranges": [{"min": 0, "max": 6}], "paletteColors": palette}
    zoom, column, row = tile_of(15, -54.56, -25.45)
    image = still_engine.image(expression(load()))
    tile = decode(
        render_tile(image, {"bandIds": ["spectral_class"], "visualizationOptions": options}, zoom, column, row).data
    )
    step = 2 * math.pi * 6378137 / 2**zoom / 256
    left, top = column * 256 * step - math.pi * 6378137, math.pi * 6378137 - row * 256 * step
    grid = {
        "dimensions": {"width": 256, "height": 256},
        "affineTransform": {"scaleX": step, "translateX": left, "scaleY": -step, "translateY": top},
        "crsCode": "EPSG:3857",
    }
    answer = compute_pixels(image, {"fileFormat": "NPY", "bandIds": ["spectral_class"], "grid": grid})
    np.testing.assert_array_equal(tile[0], np.load(io.BytesIO(answer.data))["spectral_class"])
    assert len(np.unique(tile[0])) > 1


def test_zoomed_out_tiles_show_the_pyramid(engine: Engine) -> None:
    """Far out a tile is made from the reduced copies: assets that differ in their policy only look different."""
    shown = {}
    for policy in ("MIN", "MAX"):
        name = f"projects/local-demo/assets/{policy}"
        options = {"earthEngineDestination": {"name": name}, "pyramidingPolicy": policy}
        finished(engine, asset_body(grid=scene_grid(0, 0, 1024, 1024), assetExportOptions=options))
        image = engine.image(expression(load(name)))
        tile = decode(render_tile(image, {"bandIds": ["spectral_class"]}, *tile_of(8, -54.5, -25.4)).data)
        shown[policy] = tile[0][tile[3] > 0]
    assert shown["MIN"].size == shown["MAX"].size > 1000
    assert shown["MIN"].mean() + 0.5 < shown["MAX"].mean()
    assert set(np.unique(shown["MAX"])) <= {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(("zoom", "column", "row"), [(-1, 0, 0), (25, 0, 0), (3, 0, 8), (3, 0, -1)])
def test_tiles_outside_of_the_world_are_refused(zoom: int, column: int, row: int) -> None:
    """There is no tile beyond the poles or the last zoom."""
    with pytest.raises(ServiceError, match="There is no tile"):
        render_tile(array_image(a=A), {}, zoom, column, row)


def test_tiles_wrap_around_the_world() -> None:
    """A column beyond the antimeridian is the one a world earlier."""
    world = grid(-180, -90, 3, 2, 60, "EPSG:4326")
    image = Image((array_band(A, where=world),))
    first, second = (decode(render_tile(image, {}, 1, column, 0).data) for column in (0, 2))
    assert first[3].any()
    np.testing.assert_array_equal(first, second)


def test_a_computed_image_can_be_a_map(still_engine: Engine) -> None:
    """Tiles are evaluated, not looked up: an unbounded constant fills them."""
    image = still_engine.image(expression(call("Image.constant", value=constant(100))))
    tile = decode(render_tile(image, {}, 0, 0, 0).data)
    assert (tile[0] == 100).all()
    assert (tile[3] == 255).all()
