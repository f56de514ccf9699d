"""The public surface is exactly what is promised: names, parameters, defaults."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import ee_export_widget
from ee_export_widget import ExportWidget
from ee_export_widget.emulator import LocalEarthEngine

PROMISED = [
    "AffineTransform",
    "EarthEngineClient",
    "ExportImageRequest",
    "ExportWidget",
    "ExportWidgetError",
    "InvalidRequestError",
    "Operation",
    "OperationState",
    "PixelGrid",
    "Problem",
    "PyramidingPolicy",
    "suggest_policy",
]

MEMBERS = {
    "AffineTransform": ["scale_x", "shear_x", "translate_x", "shear_y", "scale_y", "translate_y"],
    "EarthEngineClient": [
        *("cancel_operation", "compute_pixels", "create_map", "describe_image", "export_image", "get_asset"),
        *("get_operation", "list_operations"),
    ],
    "ExportImageRequest": ["from_json", "problems", "to_json"],
    "InvalidRequestError": ["of"],
    "Operation": [
        *("attempt", "create_time", "description", "destination_uris", "done", "eecu_seconds", "end_time", "error"),
        *("name", "priority", "progress", "stages", "start_time", "state", "update_time"),
    ],
    "OperationState": ["CANCELLED", "CANCELLING", "FAILED", "PENDING", "RUNNING", "SUCCEEDED", "UNKNOWN"],
    "PixelGrid": [
        *("affine_transform", "bounds", "crs_code", "crs_wkt", "footprint", "from_json", "from_region", "height"),
        *("pixel_count", "split", "to_json", "width"),
    ],
    "Problem": ["code", "field", "hint", "message", "severity"],
    "PyramidingPolicy": ["MAX", "MEAN", "MEDIAN", "MIN", "MODE", "SAMPLE"],
}

REQUIRED = inspect.Parameter.empty

# Parameter -> default, in order; those after "*" are given by name.
PARAMETERS: dict[str, dict[str, object]] = {
    "EarthEngineClient": {
        "project": REQUIRED,
        "*": None,
        "credentials": None,
        "base_url": "https://earthengine.googleapis.com",
        "transport": None,
    },
    "ExportWidget": {
        "image": None,
        "*": None,
        "project": None,
        "credentials": None,
        "base_url": None,
        "client": None,
        "region": None,
        "crs": None,
        "scale": None,
    },
    "ExportWidget.show_in_sidebar": {"self": REQUIRED, "side": "right"},
    "PixelGrid.from_region": {
        "region": REQUIRED,
        "*": None,
        "crs": REQUIRED,
        "scale": None,
        "dimensions": None,
        "anchor": "origin",
    },
    "suggest_policy": {"band_id": REQUIRED, "data_type": REQUIRED, "properties": None, "sample": None},
}


def _find(path: str) -> object:
    found: object = ee_export_widget
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _knows(owner: type, member: str) -> bool:
    """Tell whether a class has a member: an attribute, an annotated field, or a model's field."""
    declared = {name for base in owner.__mro__ for name in inspect.get_annotations(base)}
    return hasattr(owner, member) or member in declared


def test_public_names_are_exactly_the_promised_ones() -> None:
    """Nothing promised is missing, and nothing slips out by accident."""
    assert sorted(ee_export_widget.__all__) == PROMISED


def test_public_names_are_listed_for_completion() -> None:
    """A person who completes ``ee_export_widget.`` sees the lazy names too."""
    assert set(PROMISED) <= set(dir(ee_export_widget))


@pytest.mark.parametrize("name", PROMISED)
def test_public_name_is_found_and_explained(name: str) -> None:
    """Each name can be had from the package, and says what it is."""
    found = _find(name)
    assert inspect.getdoc(found)
    assert getattr(found, "__name__", name) == name


def test_unknown_name_is_refused_as_python_does() -> None:
    """A misspelt name is an AttributeError that names it, as with any module."""
    with pytest.raises(AttributeError, match="ExportWidgit"):
        _find("ExportWidgit")


@pytest.mark.parametrize(
    ("owner", "member"), [(owner, member) for owner, members in MEMBERS.items() for member in members]
)
def test_public_class_has_its_promised_members(owner: str, member: str) -> None:
    """What the interface promises of a class is there."""
    found = _find(owner)
    assert isinstance(found, type)
    assert _knows(found, member)


def test_form_has_its_promised_members() -> None:
    """What the interface promises of the form is there as soon as it is made: no network, no running loop needed."""
    form = ExportWidget()
    try:
        promised = {"close", "load", "operations", "problems", "request", "session", "show_in_sidebar", "submit"}
        assert promised - set(dir(form)) == set()
    finally:
        form.close()


@pytest.mark.parametrize("path", PARAMETERS)
def test_parameters_keep_their_names_and_defaults(path: str) -> None:
    """Calls written after the documentation mean what they say."""
    found = _find(path)
    assert callable(found)
    actual = inspect.signature(found).parameters
    promised = PARAMETERS[path]
    names = [name for name in promised if name != "*"]
    assert [name for name in actual if name in names] == names
    assert {name: actual[name].default for name in names} == {name: promised[name] for name in names}
    by_name = list(promised)[list(promised).index("*") + 1 :] if "*" in promised else []
    assert [name for name in names if actual[name].kind is inspect.Parameter.KEYWORD_ONLY] == by_name
    more = [p for p in actual.values() if p.name not in names and p.kind is not inspect.Parameter.VAR_KEYWORD]
    assert [p.name for p in more if p.default is REQUIRED] == []


def test_emulator_has_its_promised_members() -> None:
    """The local Earth Engine says where it is, for which project, and where its files are."""
    assert inspect.getdoc(LocalEarthEngine)
    assert {"__enter__", "url", "project", "data_dir"} <= set(dir(LocalEarthEngine()))


def test_importing_the_package_loads_no_heavy_room() -> None:
    """``import ee_export_widget`` alone costs nothing: widgets, HTTP, raster and projection libraries wait for use."""
    heavy = ("anywidget", "httpx", "ipyleaflet", "ipywidgets", "numpy", "pydantic", "pyproj", "rasterio", "starlette")
    code = f"import sys, ee_export_widget; sys.stdout.write(' '.join(m for m in {heavy} if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == ""
