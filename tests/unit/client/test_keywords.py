"""Misspelt keywords."""

from __future__ import annotations

import inspect

import pytest

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.keywords import names_nearest_keyword


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


def test_client_names_the_nearest_keyword() -> None:
    """A misspelt option of the client is found before anything is opened."""
    with pytest.raises(TypeError, match=r"EarthEngineClient\(\) got .* 'credential'. Did you mean 'credentials'\?"):
        EarthEngineClient("demo-project", credential=None)  # type: ignore[call-arg]
