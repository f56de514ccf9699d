"""Misspelt keywords."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.keywords import names_nearest_keyword
from ee_export_widget.core.pyramiding import suggest_policy

if TYPE_CHECKING:
    from collections.abc import Callable


@names_nearest_keyword
def painted(size: int, /, *, colour: str = "red", width: int = 1) -> str:
    return f"{size} {colour} {width}"


def test_known_keywords_pass() -> None:
    """A right call is not touched."""
    assert painted(3, colour="blue") == "3 blue 1"
    assert list(inspect.signature(painted).parameters) == ["size", "colour", "width"]


@pytest.mark.parametrize(
    ("keyword", "words"), [("color", r"'color'. Did you mean 'colour'\?"), ("zzz", "'zzz'$"), ("size", "'size'$")]
)
def test_unknown_keyword_names_the_nearest(keyword: str, words: str) -> None:
    """The error says which keyword was meant, where one is near; a positional parameter is none."""
    with pytest.raises(TypeError, match=rf"painted\(\) got an unexpected keyword argument {words}"):
        painted(3, **{keyword: "blue"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "keyword", "meant"),
    [
        (PixelGrid, "widht", "width"),
        (PixelGrid.from_region, "scal", "scale"),
        (PixelGrid.split, "max_pixel", "max_pixels"),
        (PixelGrid.footprint, "points_per_egde", "points_per_edge"),
        (AffineTransform, "translateX", "translate_x"),
        (suggest_policy, "propertis", "properties"),
    ],
)
def test_public_functions_name_the_nearest_keyword(function: Callable[..., object], keyword: str, meant: str) -> None:
    """What scripts call says which keyword was meant."""
    with pytest.raises(TypeError, match=f"'{keyword}'. Did you mean '{meant}'"):
        function(**{keyword: 1})


def test_client_names_the_nearest_keyword() -> None:
    """A misspelt option of the client is found before anything is opened."""
    with pytest.raises(TypeError, match=r"EarthEngineClient\(\) got .* 'credential'. Did you mean 'credentials'\?"):
        EarthEngineClient("demo-project", credential=None)  # type: ignore[call-arg]
