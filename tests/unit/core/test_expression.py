"""Expressions: carried as they came, encoded once, checked for their structure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ee_export_widget.core.expression import Expression, image_load
from tests.unit.core.bodies import EVERYTHING, EXPRESSION, calls


def _codes(values: dict[str, Any], result: str = "0") -> list[tuple[str, str]]:
    return [(found.field, found.code) for found in Expression({"result": result, "values": values}).problems]


def test_image_load_is_the_worked_expression() -> None:
    """An asset id becomes the call that loads the asset."""
    assert image_load("projects/demo-project/assets/scene") == EXPRESSION


def test_every_kind_of_value_is_sound() -> None:
    """All nine kinds of values pass, references resolved."""
    expression = Expression(EVERYTHING)
    assert expression.problems == ()
    assert expression.node_count == 13


def test_expression_is_a_plain_object() -> None:
    """Whatever takes a mapping or writes JSON takes an expression."""
    assert json.loads(json.dumps(Expression(EVERYTHING))) == EVERYTHING
    assert Expression(EVERYTHING) == EVERYTHING


def test_expression_is_not_wrapped_twice() -> None:
    """What is known of an expression stays with it."""
    expression = Expression.of(EXPRESSION)
    assert Expression.of(expression) is expression


def test_expression_is_encoded_once() -> None:
    """The bytes are made on first use and kept."""
    expression = Expression({"result": "0", "values": {"0": {"constantValue": "ü"}}})
    assert expression.encoded == '{"result":"0","values":{"0":{"constantValue":"ü"}}}'.encode()
    assert expression.encoded is expression.encoded
    assert expression.size_bytes == len(expression.encoded)


@pytest.mark.parametrize(
    ("constant", "words"),
    [
        (float("nan"), "cannot be written as JSON"),
        (object(), "cannot be written as JSON"),
        ("\udc80", "cannot be written as JSON"),
    ],
)
def test_what_is_no_json_has_no_size(constant: object, words: str) -> None:
    """Values that JSON cannot carry are told, and nothing is sent."""
    expression = Expression({"result": "0", "values": {"0": {"constantValue": constant}}})
    assert (expression.size_bytes, expression.node_count) == (0, 0)
    (problem,) = expression.problems
    assert words in problem.message


def test_endless_nesting_is_told() -> None:
    """A constant that is nested without end does not end in a stack overflow."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    expression = Expression({"result": "0", "values": {"0": {"constantValue": deep}}})
    assert [problem.code for problem in expression.problems] == ["expression-too-deep"]
    while deep:  # taken apart by hand, because the interpreter would do it recursively
        deep = deep.pop()


@pytest.mark.parametrize(
    ("mapping", "name"),
    [
        (EXPRESSION, "Image.load"),
        (calls(2), "Image.sqrt"),
        (EVERYTHING, None),
        ({"result": "0", "values": {"0": {"constantValue": 1}}}, None),
        ({"result": 0, "values": {"0": {}}}, None),
        ({"result": "0", "values": []}, None),
        ({}, None),
    ],
)
def test_function_of_the_result_is_known(mapping: dict[str, Any], name: str | None) -> None:
    """The outermost call has a name; anything else has none, and nothing raises."""
    assert Expression(mapping).result_function == name


def test_nesting_counts_values_inside_values() -> None:
    """Fifty levels pass, one more does not; references start anew."""
    assert Expression(calls(50)).problems == ()
    assert [problem.code for problem in Expression(calls(51)).problems] == ["expression-too-deep"]


def test_long_chain_of_references_passes() -> None:
    """A chain of ten thousand references is no nesting and no circle."""
    chain: dict[str, Any] = {"0": {"constantValue": 1}}
    chain |= {str(number): {"valueReference": str(number - 1)} for number in range(1, 10_000)}
    assert _codes(chain, "9999") == []


def test_value_may_be_used_twice() -> None:
    """Two ways to the same value are no circle."""
    both = {"arrayValue": {"values": [{"valueReference": "1"}, {"valueReference": "1"}, {"valueReference": "2"}]}}
    assert _codes({"0": both, "1": {"valueReference": "2"}, "2": {"constantValue": 1}}) == []


def test_circle_through_a_function_is_found() -> None:
    """A function whose body calls the function needs itself."""
    call = {"functionInvocationValue": {"functionReference": "0", "arguments": {}}}
    assert _codes({"0": {"functionDefinitionValue": {"argumentNames": [], "body": "1"}}, "1": call}) == [
        ("expression.values.0", "expression-circle")
    ]


def test_parts_without_members_count_as_empty() -> None:
    """Empty lists, objects and arguments may be left out."""
    assert (
        _codes(
            {
                "0": {"arrayValue": {}},
                "1": {"dictionaryValue": {}},
                "2": {"functionInvocationValue": {"functionName": "f"}},
            }
        )
        == []
    )


@pytest.mark.parametrize("text", ["", "QUI=", "QUJD", "QUI", "QQ", "QQ==", "-_-_"])
def test_base64_with_and_without_padding_passes(text: str) -> None:
    """Both alphabets are taken, padded or not."""
    assert _codes({"0": {"bytesValue": text}}) == []


@pytest.mark.parametrize("text", ["Q", "QQ=", "Q===", "Q Q=", "QUJD\n", 5, None])
def test_other_text_is_no_base64(text: object) -> None:
    """What no decoder takes is told."""
    assert _codes({"0": {"bytesValue": text}}) == [("expression.values.0", "expression-node")]


@pytest.mark.parametrize("text", ["1.5", "01", "", "--1", "9223372036854775808", "1\n", 1, None])
def test_integers_beyond_a_double_are_64_bit_texts(text: object) -> None:
    """An integerValue is the text of a 64-bit integer."""
    assert _codes({"0": {"integerValue": text}}) == [("expression.values.0", "expression-node")]
    assert _codes({"0": {"integerValue": "-9223372036854775808"}}) == []


def test_thousands_of_mistakes_are_told_in_twenty() -> None:
    """An expression that is wrong everywhere gives a list that can be read."""
    assert len(_codes({str(number): {} for number in range(5000)})) == 20


def test_a_digest_tells_expressions_apart() -> None:
    """Equal ones have the same, whatever object they are."""
    one, same, other = (Expression.of(image_load(name)) for name in ("a/b", "a/b", "a/c"))
    assert one.digest == same.digest != other.digest
