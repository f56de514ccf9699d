"""What is wrong with a whole request: every rule that can be known without asking the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.bad_bodies import BAD_BEYOND_THE_SCHEMA
from tests.unit.core.bodies import (
    ASSET,
    CLOUD,
    DELETE,
    DRIVE,
    GOOD,
    WGS_84,
    changed,
    schema_takes,
)

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem
    from tests.unit.core.bodies import Body

_GEO_TIFF = "fileExportOptions.geoTiffOptions"
_TF_RECORD = "fileExportOptions.tfRecordOptions"
_OVERRIDES = "assetExportOptions.pyramidingPolicyOverrides"
_UINT8 = {"precision": "int", "min": 0, "max": 255}
_UINT16 = {"precision": "int", "min": 0, "max": 65535}
_FLOAT = {"precision": "float"}
_ARRAY = {"precision": "float", "dimensions": 1}


def _image(crs: str = "EPSG:32610", scale: float = 30, **bands: dict[str, Any]) -> ImageInfo:
    """Make an image whose bands share one grid."""
    own = {"crs": crs, "crs_transform": [scale, 0, 0, 0, -scale, 0], "dimensions": [7000, 8000]}
    return ImageInfo.from_description(
        {"type": "Image", "bands": [{"id": name, "data_type": kind} | own for name, kind in bands.items()]}
    )


def _problems(body: Body, image: ImageInfo | None = None) -> list[Problem]:
    return ExportImageRequest.from_json(body).problems(image)


def _problem(body: Body, code: str, image: ImageInfo | None = None) -> Problem:
    """Give the one problem with a code."""
    (problem,) = [problem for problem in _problems(body, image) if problem.code == code]
    return problem


def _codes(body: Body, image: ImageInfo | None = None) -> set[str]:
    return {problem.code for problem in _problems(body, image)}


@pytest.mark.parametrize("body", [ASSET, CLOUD], ids=["asset", "cloud storage"])
def test_worked_bodies_have_no_problem(body: Body) -> None:
    """Nothing is said of a body that is as it should be."""
    assert _problems(body) == []


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
def test_bodies_that_the_service_takes_lack_a_complete_grid_at_most(body: Body) -> None:
    """No rule is stricter than the service's, but for the grid, which this project always sends."""
    errors = [problem for problem in _problems(body) if problem.severity == "error"]
    assert {problem.code for problem in errors} <= {"grid-missing", "grid-incomplete"}


@pytest.mark.parametrize(("body", "field", "code"), BAD_BEYOND_THE_SCHEMA.values(), ids=BAD_BEYOND_THE_SCHEMA.keys())
def test_rule_that_the_schema_cannot_express_is_checked(body: Body, field: str, code: str) -> None:
    """What the schema has to let through is found here, at its member, and blocks."""
    assert code.startswith("expression-not-json") or schema_takes(body)
    assert (field, code, "error") in [(found.field, found.code, found.severity) for found in _problems(body)]


def test_errors_come_first() -> None:
    """A list of problems begins with those that block."""
    severities = [
        found.severity for found in _problems(changed(ASSET, {"priority": 5, "grid": DELETE, "requestId": DELETE}))
    ]
    assert severities == ["error", "warning", "warning"]


def test_every_problem_says_what_to_do_next() -> None:
    """Blocking problems carry a hint, in whole sentences."""
    for body, _, _ in BAD_BEYOND_THE_SCHEMA.values():
        for problem in _problems(body):
            assert problem.message.endswith("."), problem
            assert problem.hint.endswith((".", "?")), problem


def test_too_many_pixels_are_told_with_a_limit_that_fits() -> None:
    """The message has both numbers, the hint a round limit with room for a border."""
    problem = _problem(changed(ASSET, {"maxPixels": "1000"}), "too-many-pixels")
    assert problem.message == "1,572,864 pixels are more than maxPixels allows (1,000)."
    assert problem.hint == "Coarsen the scale, or raise maxPixels to 2,000,000."


@pytest.mark.parametrize(
    ("crs", "scale", "words"),
    [
        ("EPSG:32610", 60, " The source has 60 m pixels, so 30 m adds no detail."),
        ("EPSG:32610", 30, ""),
        ("EPSG:32610", 10, ""),
        ("EPSG:32611", 60, ""),
        ("SECRET:1", 60, " The source has 60 pixels, so 30 adds no detail."),
    ],
)
def test_pixels_finer_than_the_source_are_told(crs: str, scale: float, words: str) -> None:
    """Where pixels are finer than the source's in the same CRS, the message says that nothing is gained."""
    code = "EPSG:32610" if crs == "EPSG:32611" else crs
    body = changed(ASSET, {"maxPixels": "1000", "grid.crsCode": code})
    problem = _problem(body, "too-many-pixels", _image(crs, scale, B2=_UINT16))
    assert problem.message == f"1,572,864 pixels are more than maxPixels allows (1,000).{words}"


def test_limit_without_a_border_is_a_warning() -> None:
    """Exactly width x height leaves no room for the border that the service may count."""
    assert _problem(changed(ASSET, {"maxPixels": str(1024 * 1536)}), "max-pixels-tight").severity == "warning"
    assert "max-pixels-tight" not in _codes(changed(ASSET, {"maxPixels": str(1026 * 1538)}))


@pytest.mark.parametrize(
    ("limit", "image", "message"),
    [
        (10**10, None, "This lets an export of 10,000,000,000 pixels through."),
        (10**10, _image(a=_UINT16, b=_UINT16), "This lets an export of 40 GB through."),
    ],
    ids=["image not known", "image known"],
)
def test_generous_limit_is_told_in_bytes_where_they_are_known(
    limit: int, image: ImageInfo | None, message: str
) -> None:
    """A safety net a hundred times wider than the default is a warning."""
    problem = _problem(changed(ASSET, {"maxPixels": str(limit)}), "max-pixels-generous", image)
    assert (problem.severity, problem.message) == ("warning", message)


def test_limit_above_the_ceiling_is_a_warning() -> None:
    """More than anybody may export is no limit at all."""
    assert _problem(changed(ASSET, {"maxPixels": str(10**13 + 1)}), "max-pixels-above-ceiling").severity == "warning"


@pytest.mark.parametrize(("priority", "warned"), [(0, True), (99, True), (100, False), (9999, True), (10_000, False)])
def test_other_priority_needs_a_paid_project(priority: int, *, warned: bool) -> None:
    """A priority that the service takes but for paid projects alone is a warning, one it refuses an error."""
    assert ("priority-needs-paid-project" in _codes(changed(ASSET, {"priority": priority}))) is warned


def test_missing_id_and_description_are_warnings() -> None:
    """Both are filled in on submit, so they do not block."""
    found = _problems(changed(ASSET, {"requestId": DELETE, "description": DELETE}))
    assert [(problem.field, problem.severity) for problem in found] == [
        ("requestId", "warning"),
        ("description", "warning"),
    ]


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (None, "The export has no grid."),
        (_image(B2=_UINT16), "Without a grid the whole image is exported in its own projection: 7,000 × 8,000 px."),
        (ImageInfo.from_description({"bands": [{"id": "a"}]}), "The export needs a grid: this image has no bounds."),
    ],
    ids=["image not known", "image with bounds", "image without bounds"],
)
def test_missing_grid_is_told_with_what_would_happen(image: ImageInfo | None, message: str) -> None:
    """Without a grid nobody knows which pixels are written: an error that says what the service would do."""
    problem = _problem(changed(ASSET, {"grid": DELETE}), "grid-missing", image)
    assert (problem.field, problem.severity, problem.message) == ("grid", "error", message)


def test_grid_inside_the_expression_is_taken() -> None:
    """The official client's exact route ends in a clip to bounds and scale, and then there is nothing to add."""
    clipped = {"functionInvocationValue": {"functionName": "Image.clipToBoundsAndScale", "arguments": {}}}
    body = changed(ASSET, {"grid": DELETE, "expression.values.0": clipped})
    assert [(problem.code, problem.severity) for problem in _problems(body)] == [("grid-in-expression", "info")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grid.crsCode": "EPSG:6933"}, "crs-code-unknown-to-service"),
        ({"grid.crsCode": "ESRI:102009"}, "crs-code-unknown-to-service"),
        ({"grid.crsCode": "SECRET:1"}, "unknown-crs"),
        ({"grid.crsCode": DELETE, "grid.crsWkt": 'GEOGCS["WGS 84"]'}, "unknown-crs"),
        ({"grid.crsCode": DELETE, "grid.crsWkt": WGS_84.replace("GEOGCS", "GEOGCRS")}, "crs-wkt-2"),
    ],
)
def test_crs_that_the_service_may_know_is_a_warning(changes: dict[str, Any], code: str) -> None:
    """Only the service knows all that it knows, so what is unknown here and not of EPSG does not block."""
    assert _problem(changed(ASSET, changes), code).severity == "warning"


def test_service_s_own_crs_is_fine() -> None:
    """The name that the service gave MODIS's sinusoidal projection is known."""
    assert _problems(GOOD["service's own crs"]) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (changed(ASSET, {"maxWorkers": 5}), "maxWorkers"),
        (changed(ASSET, {"assetExportOptions.tileSize": 256}), "assetExportOptions.tileSize"),
        (changed(CLOUD, {f"{_GEO_TIFF}.metadataKeys": ["a"]}), f"{_GEO_TIFF}.metadataKeys"),
        (changed(CLOUD, {f"{_GEO_TIFF}.pyramidOptions": {}}), f"{_GEO_TIFF}.pyramidOptions"),
    ],
)
def test_member_that_only_clients_know_is_a_warning(body: Body, path: str) -> None:
    """The service does not document it, so it may stop taking it."""
    problem = _problem(body, "client-only-member")
    assert (problem.field, problem.severity) == (path, "warning")


def test_override_of_a_band_that_is_not_there_blocks() -> None:
    """A misspelt band would fail the operation; its own path and the nearest name are told."""
    image = _image(QA_PIXEL=_UINT16, land_cover=_UINT8)
    problem = _problem(ASSET, "unknown-band", image)
    assert (problem.field, problem.severity) == (f"{_OVERRIDES}.landcover", "error")
    assert problem.hint == "Did you mean land_cover? Otherwise remove it."


def test_image_may_be_given_as_the_service_describes_it() -> None:
    """Whoever has only the description of value:compute is told the same; one of something else is refused."""
    description = {"type": "Image", "bands": [{"id": "a", "data_type": _UINT8}]}
    request = ExportImageRequest.from_json(ASSET)
    found = request.problems(description)
    assert "unknown-band" in {problem.code for problem in found}
    assert found == request.problems(ImageInfo.from_description(description))
    with pytest.raises(InvalidRequestError, match="type FeatureCollection"):
        request.problems({"type": "FeatureCollection"})


def test_many_missing_bands_are_all_told() -> None:
    """Each band that is not there is named, also where there are thousands."""
    overrides = {f"x{number}": "MODE" for number in range(2000)}
    found = _problems(changed(ASSET, {_OVERRIDES: overrides}), _image(B2=_UINT16))
    assert sum(problem.code == "unknown-band" for problem in found) == 2000


@pytest.mark.parametrize(
    ("policy", "overrides", "message"),
    [
        ("MEAN", {}, "2 bands look like codes, not measurements, but use MEAN: QA_PIXEL, landcover."),
        ("MEDIAN", {"QA_PIXEL": "SAMPLE"}, "landcover looks like a code, not a measurement, but uses MEDIAN."),
        ("MODE", {}, None),
        ("MEAN", {"QA_PIXEL": "MAX", "landcover": "MODE"}, None),
    ],
)
def test_averaged_codes_are_told(policy: str, overrides: dict[str, str], message: str | None) -> None:
    """A band of codes that is averaged is wrong when zoomed out: a warning that counts the bands."""
    image = _image(B2=_UINT16, QA_PIXEL=_UINT16, landcover=_UINT8)
    body = changed(ASSET, {"assetExportOptions.pyramidingPolicy": policy, _OVERRIDES: overrides})
    found = [problem for problem in _problems(body, image) if problem.code == "averaged-codes"]
    if message is None:
        assert found == []
    else:
        assert [problem.severity for problem in found] == ["warning"]
        assert found[0].message == f"{message} Averaged codes are wrong at every zoomed-out level."


def test_many_averaged_codes_are_not_all_named() -> None:
    """A long list of bands is cut, the count is not."""
    image = _image(**{f"QA{number}": _UINT16 for number in range(9)})  # type: ignore[arg-type] # all are bands
    found = _problem(changed(ASSET, {_OVERRIDES: {}}), "averaged-codes", image)
    assert "9 bands" in found.message
    assert "QA0, QA1, QA2, …." in found.message


def test_mixed_types_do_not_fit_a_geotiff() -> None:
    """All bands of one file have one type; the message names the types and a band of each."""
    problem = _problem(CLOUD, "mixed-types", _image(B2=_UINT16, B3=_UINT16, label=_UINT8))
    assert (problem.field, problem.severity) == ("fileExportOptions.fileFormat", "error")
    assert problem.message == "All bands of a GeoTIFF have one data type; found uint16 (B2 and 1 more), uint8 (label)."


def test_mixed_types_are_fine_in_assets_and_records() -> None:
    """Assets keep each band's own type, records turn all into floats."""
    image = _image(QA_PIXEL=_UINT16, landcover=_UINT8, spectrum=_ARRAY)
    assert "mixed-types" not in _codes(ASSET, image) | _codes(DRIVE, image)


def test_types_are_checked_without_options_too() -> None:
    """A GeoTIFF is a GeoTIFF also where no option of it is set."""
    assert "mixed-types" in _codes(changed(CLOUD, {_GEO_TIFF: DELETE}), _image(a=_UINT16, b=_FLOAT))


def test_array_band_does_not_fit_a_geotiff() -> None:
    """A file has one number per pixel and band."""
    problem = _problem(CLOUD, "array-band", _image(spectrum=_ARRAY))
    assert problem.message == "spectrum is an array band; a GeoTIFF has one number per pixel."


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        (-9999, _UINT16, "−9999 does not fit B2 (uint16)."),
        (0.5, _UINT16, "0.5 does not fit B2 (uint16)."),
        ("NaN", _UINT8, "nan does not fit B2 (uint8)."),
        (65535, _UINT16, None),
        (-9999, {"precision": "int", "min": -10_000, "max": 10_000}, None),
        ("NaN", _FLOAT, None),
    ],
)
def test_no_data_value_fits_the_type(value: float | str, kind: dict[str, Any], message: str | None) -> None:
    """A no-data value that the pixels cannot hold is an error that names the band and its type."""
    found = _problems(changed(CLOUD, {f"{_GEO_TIFF}.noData.floatValue": value}), _image(B2=kind))
    assert [problem.message for problem in found if problem.code == "no-data-out-of-range"] == (
        [message] if message else []
    )


def test_file_of_16_gib_is_too_large() -> None:
    """All bands of one file stay below 2^34 bytes: the last size that fits passes, the next does not."""
    sides = {"width": 65_536, "height": 65_536}
    fits = changed(CLOUD, {f"{_GEO_TIFF}.tileDimensions": sides, f"{_GEO_TIFF}.noData": DELETE})
    assert "file-too-large" not in _codes(fits, _image(a=_UINT8, b=_UINT8, c=_UINT8))
    problem = _problem(fits, "file-too-large", _image(a=_UINT8, b=_UINT8, c=_UINT8, d=_UINT8))
    assert problem.field == f"{_GEO_TIFF}.tileDimensions"
    assert "17,179,869,184 bytes" in problem.message


@pytest.mark.parametrize(("side", "hint"), [(200, "Use 208."), (207, "Use 208."), (17, "Use 16.")])
def test_tiles_are_whole_units_of_a_tiff(side: int, hint: str) -> None:
    """TIFF has no tiles of another size, so such an export would fail as soon as it is written."""
    problem = _problem(changed(CLOUD, {f"{_GEO_TIFF}.tileSize": side}), "tile-not-a-multiple")
    assert (problem.field, problem.severity, problem.hint) == (f"{_GEO_TIFF}.tileSize", "error", hint)


@pytest.mark.parametrize("side", [16, 208, 512])
def test_tiles_of_whole_units_pass(side: int) -> None:
    """Every multiple is a size, not only powers of two."""
    assert "tile-not-a-multiple" not in _codes(changed(CLOUD, {f"{_GEO_TIFF}.tileSize": side}))


def test_tile_dimensions_follow_the_tile_size() -> None:
    """With its own tile size a file may have sides that 256 does not divide."""
    body = changed(CLOUD, {f"{_GEO_TIFF}.tileSize": 96, f"{_GEO_TIFF}.tileDimensions": {"width": 480, "height": 1234}})
    problem = _problem(body, "not-a-multiple")
    assert (problem.field, problem.message, problem.hint) == (
        f"{_GEO_TIFF}.tileDimensions.height", "1234 is not a multiple of 96.", "Use 1248."
    )  # fmt: skip


def test_file_smaller_than_a_tile_becomes_one_tile() -> None:
    """The nearest multiple of a small side is one tile, never none."""
    body = changed(CLOUD, {f"{_GEO_TIFF}.tileDimensions.width": 100})
    assert _problem(body, "not-a-multiple").hint == "Use 256."


def test_array_band_needs_a_depth() -> None:
    """Every array band of a record has its depth, and every depth its band."""
    image = _image(B2=_UINT16, spectrum=_ARRAY, other=_ARRAY)
    body = changed(DRIVE, {f"{_TF_RECORD}.tensorDepths": {"spectrum": 3, "gone": 4, "B2": 1}})
    found = {(problem.field, problem.code) for problem in _problems(body, image) if problem.severity == "error"}
    assert found == {
        (f"{_TF_RECORD}.tensorDepths.other", "depth-missing"),
        (f"{_TF_RECORD}.tensorDepths.gone", "unknown-band"),
        (f"{_TF_RECORD}.tensorDepths.B2", "depth-of-no-array"),
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, None),
        (7, None),
        (-9999, "−9999 does not fit B2 (uint16), and is cut to a whole number in its range."),
        (0.5, "0.5 does not fit B2 (uint16), and is cut to a whole number in its range."),
        ("NaN", "nan does not fit B2 (uint16), and is cut to a whole number in its range."),
    ],
)
def test_a_value_that_fills_other_than_it_says_is_told(value: float | str, message: str | None) -> None:
    """In integer bands its fraction is cut and it is clamped (service reference): a warning."""
    image = _image(B2=_UINT16, spectrum=_ARRAY)
    body = changed(DRIVE, {f"{_TF_RECORD}.defaultValue": value})
    found = [problem for problem in _problems(body, image) if problem.code == "default-value-changed"]
    assert [(problem.field, problem.severity, problem.message) for problem in found] == (
        [(f"{_TF_RECORD}.defaultValue", "warning", message)] if message else []
    )


@pytest.mark.parametrize("patch", [(1025, 256), (256, 1537)])
def test_a_patch_that_the_grid_does_not_hold_is_told(patch: tuple[int, int]) -> None:
    """All of it would stick out, and nothing be written; the largest patch that fits is offered."""
    body = changed(DRIVE, {f"{_TF_RECORD}.tileDimensions": {"width": patch[0], "height": patch[1]}})
    problem = _problem(body, "no-whole-patch")
    assert (problem.field, problem.severity) == (f"{_TF_RECORD}.tileDimensions", "warning")
    assert problem.hint == f"Use {min(patch[0], 1024)} × {min(patch[1], 1536)}."
    assert "edge-patches-dropped" not in _codes(body)


def test_a_long_part_of_a_name_is_doubted() -> None:
    """How long the service takes them is not documented: a warning, and nothing for a usual length."""
    name = "assetExportOptions.earthEngineDestination.name"
    problem = _problem(changed(ASSET, {name: f"projects/demo-project/assets/a/{'x' * 101}"}), "asset-name-long")
    assert (problem.field, problem.severity) == (name, "warning")
    assert "asset-name-long" not in _codes(changed(ASSET, {name: f"projects/demo-project/assets/a/{'x' * 100}"}))


@pytest.mark.parametrize(
    ("patch", "message"),
    [((256, 256), None), ((1000, 512), "Edge patches are dropped: 24 px right, 0 px bottom."), ((0, 5), None)],
)
def test_dropped_patches_are_told(patch: tuple[int, int], message: str | None) -> None:
    """Pixels that no whole patch covers are lost: a warning that counts them."""
    body = changed(DRIVE, {f"{_TF_RECORD}.tileDimensions": {"width": patch[0], "height": patch[1]}})
    found = [problem.message for problem in _problems(body) if problem.code == "edge-patches-dropped"]
    assert found == ([message] if message else [])
    assert "edge-patches-dropped" not in _codes(changed(body, {"grid": DELETE}))


@pytest.mark.parametrize(("ratio", "told"), [(0, True), (0.5, True), (1, False), (2, False)])
def test_missing_sidecar_is_told(ratio: float, *, told: bool) -> None:
    """Any ratio below 1 keeps the service from writing the JSON beside the records."""
    body = changed(DRIVE, {f"{_TF_RECORD}.maxMaskedRatio": ratio})
    assert [problem.severity for problem in _problems(body) if problem.code == "no-sidecar"] == ["info"] * told


def test_body_just_below_the_limit_passes() -> None:
    """The limit of the body is exact: the last size that fits passes, one byte more does not."""
    rest = len(ExportImageRequest.from_json(changed(ASSET, {"expression.values.0": {"constantValue": ""}})).encode())
    fits = changed(ASSET, {"expression.values.0": {"constantValue": "x" * (10_485_760 - rest)}})
    assert "body-too-large" not in _codes(fits)
    above = changed(ASSET, {"expression.values.0": {"constantValue": "x" * (10_485_761 - rest)}})
    assert _problem(above, "body-too-large").message.startswith("The request has 10,485,761 bytes")
