"""Numbers, texts, lists and dictionaries."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import Image

from .math import PAIRS, SINGLES
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value


_MAX_LENGTH = 1 << 20


def _plain(array: Value) -> float:
    """Return a number as Python has it, whole where it is."""
    value = np.asarray(array).item()
    return int(value) if isinstance(value, bool) else value


def _declare_numbers() -> None:
    for name, (operation, _, text) in PAIRS.items():

        @algorithm(f"Number.{name}", "left:Number right:Number", "Number", text)
        def pair(_: Evaluator, left: float, right: float, operation: Callable[..., Any] = operation) -> float:
            with np.errstate(all="ignore"):
                return _plain(operation(np.asarray(left), np.asarray(right)))

    for name, (operation, _, text) in SINGLES.items():

        @algorithm(f"Number.{name}", "input:Number", "Number", text)
        def single(_: Evaluator, value: float, operation: Callable[..., Any] = operation) -> float:
            with np.errstate(all="ignore"):
                return _plain(operation(np.asarray(value)))

    for name in ("toInt", "int", "toLong", "long", "toInt32", "int32", "toInt64", "int64"):

        @algorithm(f"Number.{name}", "input:Number", "Number", "Cuts the fraction.")
        def whole(_: Evaluator, value: float) -> int:
            return math.trunc(value)

    for name in ("toFloat", "float", "toDouble", "double"):

        @algorithm(f"Number.{name}", "input:Number", "Number", "Returns a real number.")
        def real(_: Evaluator, value: float) -> float:
            return float(value)


_declare_numbers()


@algorithm("Number.format", "number:Number pattern:String?", "String", "Returns a number as text.")
def _format(_: Evaluator, number: float, pattern: str | None) -> str:
    return (pattern or "%s") % number


@algorithm("Number.parse", "input:String radix:Integer?", "Number", "Reads a number.")
def _parse(_: Evaluator, text: str, radix: int | None) -> float:
    return int(text, radix or 10) if re.fullmatch(r"[+-]?[0-9A-Za-z]+", text) else float(text)


@algorithm("Number.clamp", "number:Number min:Float max:Float", "Number", "Keeps a number between two limits.")
def _clamp(_: Evaluator, number: float, low: float, high: float) -> float:
    return max(low, min(high, number))


@algorithm("String", "input:Object", "String", "Returns a value as text.")
def _string(_: Evaluator, value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@algorithm("String.cat", "string1:String string2:String", "String", "Joins two texts.")
def _string_cat(_: Evaluator, first: str, second: str) -> str:
    return first + second


@algorithm("String.length", "string:String", "Integer", "Returns the number of characters.")
def _string_length(_: Evaluator, text: str) -> int:
    return len(text)


@algorithm("String.slice", "string:String start:Integer end:Integer?", "String", "Returns part of a text.")
def _string_slice(_: Evaluator, text: str, start: int, end: int | None) -> str:
    return text[start:end]


@algorithm("String.split", "string:String regex:String flags:String?", "List", "Cuts a text at a pattern.")
def _string_split(_: Evaluator, text: str, pattern: str, _flags: str | None) -> list[str]:
    return re.split(pattern, text)


@algorithm(
    "String.replace", "input:String regex:String replacement:String flags:String?", "String", "Replaces a pattern."
)
def _string_replace(_: Evaluator, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    return re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", replacement), text, count=0 if "g" in (flags or "") else 1)


@algorithm("String.toUpperCase", "string:String", "String", "Returns capital letters.")
def _upper(_: Evaluator, text: str) -> str:
    return text.upper()


@algorithm("String.toLowerCase", "string:String", "String", "Returns small letters.")
def _lower(_: Evaluator, text: str) -> str:
    return text.lower()


@algorithm("List.get", "list:List index:Integer", "Object", "Returns an element.")
def _list_get(_: Evaluator, items: list[Any], index: int) -> Value:
    if not -len(items) <= index < len(items):
        raise AlgorithmError(f"List index must be between 0 and {len(items) - 1}, or negative; got {index}.")
    return items[index]


for _kind in ("Number", "String"):

    @algorithm(f"List.get{_kind}", "list:List index:Integer", _kind, "Returns an element.")
    def _list_get_as(evaluator: Evaluator, items: list[Any], index: int) -> Value:
        return _list_get(evaluator, items, index)


for _name in ("size", "length"):

    @algorithm(f"List.{_name}", "list:List", "Integer", "Returns the number of elements.")
    def _list_size(_: Evaluator, items: list[Any]) -> int:
        return len(items)


@algorithm("List.add", "list:List element:Object", "List", "Puts an element at the end.")
def _list_add(_: Evaluator, items: list[Any], item: Value) -> list[Any]:
    return [*items, item]


@algorithm("List.remove", "list:List element:Object", "List", "Takes the first such element out.")
def _list_remove(_: Evaluator, items: list[Any], item: Value) -> list[Any]:
    place = items.index(item) if item in items else len(items)
    return [*items[:place], *items[place + 1 :]]


@algorithm("List.removeAll", "list:List other:List", "List", "Takes all such elements out.")
def _list_remove_all(_: Evaluator, items: list[Any], others: list[Any]) -> list[Any]:
    return [item for item in items if item not in others]


@algorithm("List.cat", "list:List other:List", "List", "Joins two lists.")
def _list_cat(_: Evaluator, items: list[Any], others: list[Any]) -> list[Any]:
    return [*items, *others]


@algorithm("List.contains", "list:List element:Object", "Boolean", "Returns whether an element is there.")
def _list_contains(_: Evaluator, items: list[Any], item: Value) -> bool:
    return item in items


@algorithm("List.indexOf", "list:List element:Object", "Integer", "Returns the first place of an element, or -1.")
def _list_index(_: Evaluator, items: list[Any], item: Value) -> int:
    return items.index(item) if item in items else -1


@algorithm("List.slice", "list:List start:Integer end:Integer? step:Integer?", "List", "Returns part of a list.")
def _list_slice(_: Evaluator, items: list[Any], start: int, end: int | None, step: int | None) -> list[Any]:
    return items[start:end:step]


@algorithm("List.reverse", "list:List", "List", "Returns the elements from the last to the first.")
def _list_reverse(_: Evaluator, items: list[Any]) -> list[Any]:
    return items[::-1]


@algorithm("List.distinct", "list:List", "List", "Returns every element once.")
def _list_distinct(_: Evaluator, items: list[Any]) -> list[Any]:
    return [item for index, item in enumerate(items) if item not in items[:index]]


@algorithm("List.flatten", "list:List", "List", "Returns the elements of lists in lists.")
def _list_flatten(evaluator: Evaluator, items: list[Any]) -> list[Any]:
    nested = [_list_flatten(evaluator, item) if isinstance(item, list) else [item] for item in items]
    return [item for part in nested for item in part]


@algorithm("List.sort", "list:List keys:List?", "List", "Sorts by value, or by keys.")
def _list_sort(_: Evaluator, items: list[Any], keys: list[Any] | None) -> list[Any]:
    if keys is None:
        return sorted(items)
    return [item for _, item in sorted(zip(keys, items, strict=True), key=lambda pair: pair[0])]


@algorithm("List.join", "list:List separator:String?", "String", "Joins the elements as text.")
def _list_join(evaluator: Evaluator, items: list[Any], separator: str | None) -> str:
    return (separator or "").join(_string(evaluator, item) for item in items)


@algorithm("List.zip", "list:List other:List", "List", "Pairs the elements of two lists.")
def _list_zip(_: Evaluator, items: list[Any], others: list[Any]) -> list[Any]:
    return [list(pair) for pair in zip(items, others, strict=False)]


@algorithm("List.repeat", "value:Object count:Integer", "List", "Returns a value several times.")
def _list_repeat(_: Evaluator, value: Value, count: int) -> list[Any]:
    _require_length(count)
    return [value] * count


@algorithm("List.sequence", "start:Number end:Number? step:Number? count:Integer?", "List", "Returns numbers in steps.")
def _list_sequence(_: Evaluator, start: float, end: float | None, step: float | None, count: int | None) -> list[float]:
    if count is not None and end is not None:
        _require_length(count)
        return [float(value) for value in np.linspace(start, end, count)]
    stride = step or 1
    number = count if count is not None else math.floor(((end or 0) - start) / stride + 1e-9) + 1
    _require_length(number)
    return [start + stride * index for index in range(max(0, number))]


def _require_length(count: int) -> None:
    """Refuse a list that no memory holds."""
    if count > _MAX_LENGTH:
        raise AlgorithmError(f"User memory limit exceeded: a list of {count} elements.")


@algorithm("List.map", "list:List baseAlgorithm:Algorithm dropNulls:Boolean?", "List", "Applies a function to all.")
def _list_map(_: Evaluator, items: list[Any], function: Value, drop: bool | None) -> list[Any]:  # noqa: FBT001
    mapped = [function(item) for item in items]
    return [item for item in mapped if item is not None or not drop]


@algorithm("List.iterate", "list:List function:Algorithm first:Object", "Object", "Applies a function one by one.")
def _list_iterate(_: Evaluator, items: list[Any], function: Value, first: Value) -> Value:
    result = first
    for item in items:
        result = function(item, result)
    return result


@algorithm("Dictionary", "input:Object?", "Dictionary", "Returns a dictionary.")
def _dictionary(_: Evaluator, value: Value) -> dict[str, Any]:
    if isinstance(value, list):
        return dict(zip(value[::2], value[1::2], strict=True))
    return dict(value or {})


@algorithm("Dictionary.get", "dictionary:Dictionary key:String defaultValue:Object?", "Object", "Returns a value.")
def _dictionary_get(_: Evaluator, values: dict[str, Any], key: str, default: Value) -> Value:
    if key not in values and default is None:
        raise AlgorithmError(f"Dictionary does not contain key: '{key}'.")
    return values.get(key, default)


for _kind in ("Number", "String"):

    @algorithm(f"Dictionary.get{_kind}", "dictionary:Dictionary key:String", _kind, "Returns a value.")
    def _dictionary_get_as(evaluator: Evaluator, values: dict[str, Any], key: str) -> Value:
        return _dictionary_get(evaluator, values, key, None)


@algorithm("Dictionary.keys", "dictionary:Dictionary", "List", "Returns the keys, sorted.")
def _dictionary_keys(_: Evaluator, values: dict[str, Any]) -> list[str]:
    return sorted(values)


@algorithm("Dictionary.values", "dictionary:Dictionary keys:List?", "List", "Returns the values, sorted by key.")
def _dictionary_values(_: Evaluator, values: dict[str, Any], keys: list[str] | None) -> list[Any]:
    return [values[key] for key in (keys or sorted(values))]


@algorithm("Dictionary.size", "dictionary:Dictionary", "Integer", "Returns the number of entries.")
def _dictionary_size(_: Evaluator, values: dict[str, Any]) -> int:
    return len(values)


@algorithm("Dictionary.contains", "dictionary:Dictionary key:String", "Boolean", "Returns whether a key is there.")
def _dictionary_contains(_: Evaluator, values: dict[str, Any], key: str) -> bool:
    return key in values


@algorithm("Dictionary.set", "dictionary:Dictionary key:String value:Object", "Dictionary", "Sets a value.")
def _dictionary_set(_: Evaluator, values: dict[str, Any], key: str, value: Value) -> dict[str, Any]:
    return {**values, key: value}


@algorithm(
    "Dictionary.combine",
    "first:Dictionary second:Dictionary overwrite:Boolean?",
    "Dictionary",
    "Joins two dictionaries.",
)
def _dictionary_combine(
    _: Evaluator,
    first: dict[str, Any],
    second: dict[str, Any],
    overwrite: bool | None,  # noqa: FBT001
) -> dict[str, Any]:
    return {**second, **first} if overwrite is False else {**first, **second}


@algorithm("Dictionary.fromLists", "keys:List values:List", "Dictionary", "Pairs keys with values.")
def _from_lists(_: Evaluator, keys: list[str], values: list[Any]) -> dict[str, Any]:
    return dict(zip(keys, values, strict=True))


@algorithm("If", "condition:Object? trueCase:Object? falseCase:Object?", "Object", "Returns one of two values.")
def _if(_: Evaluator, condition: Value, first: Value, second: Value) -> Value:
    return first if condition else second


@algorithm("ObjectType", "value:Object?", "String", "Returns the name of a value's type.")
def _object_type(_: Evaluator, value: Value) -> str:
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "Boolean"),
        (int, "Integer"),
        (float, "Float"),
        (str, "String"),
        (list, "List"),
        (dict, "Dictionary"),
        (Image, "Image"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)
