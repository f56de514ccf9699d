"""What the preview shows: bands, and the values that they are stretched over."""

from __future__ import annotations

import json

import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.session.channels import Channel, in_colour, shown_channels, visualization


def image_with(*names: str) -> ImageInfo:
    return ImageInfo.from_description({"bands": [{"id": name} for name in names]})


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("", "", (5, 9)),
        ("6", "", (6, 9)),
        (" ", " 8.5 ", (5, 8.5)),
        ("-1e3", "1e3", (-1000, 1000)),
        ("9", "", None),
        ("8", "7", None),
        ("x", "", None),
        ("nan", "", None),
        ("-inf", "", None),
        ("", "inf", None),
    ],
)
def test_a_stretch_is_typed_or_automatic(low: str, high: str, expected: tuple[float, float] | None) -> None:
    """Each end by itself; what does not go from one number up to a larger one is none."""
    assert Channel("a", low, high).stretch((5.0, 9.0)) == expected


def test_without_values_a_stretch_is_that_of_a_byte() -> None:
    """Something has to be sent."""
    assert Channel("a").stretch(None) == (0, 255)


def test_what_was_chosen_is_shown_while_the_image_has_it() -> None:
    """An image without one of the bands is shown as if nothing had been chosen."""
    chosen = (Channel("c"), Channel("a", "1", "2"), Channel("c"))
    assert shown_channels(image_with("a", "b", "c"), chosen) == chosen
    assert shown_channels(image_with("a", "b"), chosen) == (Channel("a"),)
    assert shown_channels(image_with("a", "b", "d"), ()) == (Channel("a"), Channel("b"), Channel("d"))


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("B2", "B3", "B4", "c"), "B4 B3 B2"), (("a", "qa", "b"), "a qa b"), (("a", "qa"), "a qa qa")],
)
def test_one_band_becomes_three(names: tuple[str, ...], expected: str) -> None:
    """True colour where there is one, or else the bands in order, the last one again where there are too few."""
    channels = in_colour(image_with(*names), (Channel(names[-1]),))
    assert [channel.band for channel in channels] == expected.split()
    assert in_colour(image_with(*names), channels) == channels


def test_a_stretch_that_is_none_is_not_sent() -> None:
    """The automatic one is, or that of a byte; what is sent is always JSON."""
    sent = visualization((Channel("a", "x"), Channel("b", "inf"), Channel("c", "1", "2")), {"a": (3.0, 4.0)})
    assert sent == {"ranges": [{"min": 3, "max": 4}, {"min": 0, "max": 255}, {"min": 1, "max": 2}]}
    json.dumps(sent, allow_nan=False)
