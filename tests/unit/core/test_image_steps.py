"""Steps at the end of an expression that make an image exportable."""

from __future__ import annotations

from typing import Any

import pytest

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.image_info import smallest_type
from ee_export_widget.core.image_steps import as_chosen, can_be_stepped, cast, common_type, filled, selected

IMAGE = Expression.of(image_load("projects/p/assets/scene"))
UINT8, UINT16, INT16 = (smallest_type("int", *limits) for limits in ((0, 255), (0, 65535), (-32768, 32767)))
UINT32 = smallest_type("int", 0, 2**32 - 1)
FLOAT, DOUBLE = (smallest_type(name, None, None) for name in ("float", "double"))


@pytest.mark.parametrize(
    ("kinds", "name"),
    [
        ([UINT8, UINT16], "uint16"),
        ([UINT16, INT16], "int32"),
        ([UINT16, FLOAT], "float"),
        ([UINT32, FLOAT], "double"),
        ([UINT8, DOUBLE], "double"),
    ],
    ids=["larger", "signed and not", "exact in float", "too large for float", "double"],
)
def test_a_common_type_loses_nothing(kinds: list[Any], name: str) -> None:
    """It is the smallest that holds every value of all."""
    assert common_type(kinds).name == name


def chain(draft: Draft) -> list[str]:
    """Give the functions around the image, the outermost first."""
    names, expression = [], draft.expression or {}
    key = expression["result"]
    while True:
        call = expression["values"][key]["functionInvocationValue"]
        names.append(call["functionName"])
        inner = [item["valueReference"] for item in call["arguments"].values() if "valueReference" in item]
        if not inner:
            return names
        (key,) = inner


def test_steps_follow_each_other_and_can_be_taken_back_at_once() -> None:
    """Each is said in words; the image that was chosen is kept."""
    begun = Draft(expression=IMAGE)
    done = filled(cast(selected(begun, ["a", "b"]), INT16), -32768.0, INT16)
    assert chain(done) == ["Image.toInt16", "Image.unmask", "Image.toInt16", "Image.select", "Image.load"]
    assert done.image_steps == ("only a, b", "all bands as int16", "masked pixels as -32768")
    assert done.no_data == "-32768"
    assert Expression.of(done.expression or {}).problems == ()
    back = as_chosen(done)
    assert (back.expression, back.chosen, back.image_steps) == (IMAGE, None, ())
    assert as_chosen(begun) is begun


def test_many_bands_are_counted() -> None:
    """Four are named; of more, the first three."""
    assert selected(Draft(expression=IMAGE), list("abcd")).image_steps == ("only a, b, c, d",)
    assert selected(Draft(expression=IMAGE), list("abcdefg")).image_steps == ("only a, b, c and 4 more",)


def test_only_a_sound_image_takes_steps() -> None:
    """What is broken stays as it was typed."""
    assert can_be_stepped(Draft(expression=IMAGE))
    assert not can_be_stepped(Draft())
    assert not can_be_stepped(Draft(expression={"result": "1", "values": {}}))
