"""The shape of an expression: checks that need no knowledge of algorithms, and an order to evaluate it in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BASE64 = re.compile(r"([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-]{2}(==)?|[A-Za-z0-9+/_-]{3}=?)?")

MAX_NESTING = 100
"""Levels that one node may nest others in place (a comment in the official client names the service's limit)."""

_MEMBERS = {
    "constantValue",
    "integerValue",
    "bytesValue",
    "arrayValue",
    "dictionaryValue",
    "functionDefinitionValue",
    "functionInvocationValue",
    "argumentReference",
    "valueReference",
}
_MESSAGE_MEMBERS = {
    "arrayValue": {"values"},
    "dictionaryValue": {"values"},
    "functionDefinitionValue": {"argumentNames", "body"},
    "functionInvocationValue": {"functionName", "functionReference", "arguments"},
}


def check_expression(expression: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield what is wrong with an expression whatever its algorithms mean.

    Covers unknown members, the shape of every node, nesting, references that lead nowhere, and cycles.
    """
    for unknown in expression.keys() - {"values", "result"}:
        text = f"Invalid JSON payload received. Unknown name \"{unknown}\" at 'expression': Cannot find field."
        yield Violation("expression", text)
    values = expression.get("values")
    result = expression.get("result")
    if not isinstance(values, dict) or not values:
        yield Violation("expression.values", "Invalid value at 'expression.values': the expression has no values.")
        return
    if not isinstance(result, str) or result not in values:
        text = f"Invalid value at 'expression.result': {json.dumps(result)} is not a key of the expression's values."
        yield Violation("expression.result", text)
    before = 0
    for key, node in values.items():
        for violation in _check_node(node, f"expression.values.{key}", values):
            before += 1
            yield violation
    if not before and (loop := _find_cycle(values)):
        text = f"Invalid value at 'expression.values.{loop}': the expression refers to itself."
        yield Violation(f"expression.values.{loop}", text)


def _check_node(node: object, field: str, values: Mapping[str, Any]) -> Iterator[Violation]:
    """Check one entry of `values` and everything nested in it, without recursion."""
    waiting: list[tuple[object, str, int]] = [(node, field, 1)]
    while waiting:
        current, path, depth = waiting.pop()
        if depth > MAX_NESTING:
            yield Violation(
                field, f"Invalid value at '{field}': the expression is nested more than {MAX_NESTING} deep."
            )
            return
        if not isinstance(current, dict) or len(current) != 1:
            yield Violation(path, f"Invalid value at '{path}': a value node must have exactly one member.")
            continue
        [(member, content)] = current.items()
        if member not in _MEMBERS:
            text = f"Invalid JSON payload received. Unknown name \"{member}\" at '{path}': Cannot find field."
            yield Violation(path, text)
            continue
        problem = _problem(member, content, values)
        if problem:
            yield Violation(path, f"Invalid value at '{path}': {problem}")
            continue
        waiting.extend((child, f"{path}.{name}", depth + 1) for name, child in nested_nodes(current))


def _problem(member: str, content: Any, values: Mapping[str, Any]) -> str | None:  # noqa: ANN401, PLR0911 - any JSON
    """Say what is wrong with the content of one member, if anything is."""
    if member in _MESSAGE_MEMBERS:
        if not isinstance(content, dict):
            return f"{member} must be a message."
        if unknown := content.keys() - _MESSAGE_MEMBERS[member]:
            return f'unknown name "{min(unknown)}".'
        return _message_problem(member, content, values)
    if member == "integerValue" and not re.fullmatch(r"-?\d{1,19}", str(content)):
        return f"{json.dumps(content)} is not a 64-bit integer."
    if member == "bytesValue" and not (isinstance(content, str) and _BASE64.fullmatch(content)):
        return f"{json.dumps(content)} is not base64."
    if member in {"argumentReference", "valueReference"} and not (isinstance(content, str) and content):
        return f"{member} must name something."
    if member == "valueReference" and content not in values:
        return f"nothing is called {json.dumps(content)} in the expression."
    return None


def _is_key(name: object, values: Mapping[str, Any]) -> bool:
    return isinstance(name, str) and name in values


def _message_problem(member: str, content: dict[str, Any], values: Mapping[str, Any]) -> str | None:
    """Say what is wrong inside one of the four message members, if anything is."""
    container = content.get("arguments" if member == "functionInvocationValue" else "values", {})
    if member == "arrayValue":
        container = dict(enumerate(container)) if isinstance(container := content.get("values", []), list) else None
    if member != "functionDefinitionValue" and not isinstance(container, dict):
        return f"{member} has the wrong shape."
    if member == "functionDefinitionValue":
        names = content.get("argumentNames", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return "argumentNames must be a list of names."
        if not _is_key(content.get("body"), values):
            return f"nothing is called {json.dumps(content.get('body'))} in the expression."
    return _call_problem(content, values) if member == "functionInvocationValue" else None


def _call_problem(content: dict[str, Any], values: Mapping[str, Any]) -> str | None:
    """Say what is wrong with the function that is called, if anything is."""
    if ("functionName" in content) == ("functionReference" in content):
        return "exactly one of functionName and functionReference must be given."
    if "functionReference" in content and not _is_key(content["functionReference"], values):
        return f"nothing is called {json.dumps(content['functionReference'])} in the expression."
    name = content.get("functionName", "x")
    return None if isinstance(name, str) and name else "functionName must name something."


def nested_nodes(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the nodes written inside a node, each with the name of its place."""
    [(member, content)] = node.items()
    if member == "arrayValue":
        yield from ((f"values[{index}]", child) for index, child in enumerate(content.get("values", [])))
    elif member == "dictionaryValue":
        yield from content.get("values", {}).items()
    elif member == "functionInvocationValue":
        yield from content.get("arguments", {}).items()


def references(node: Mapping[str, Any], *, bodies: bool = True) -> Iterator[str]:
    """Yield the keys of `values` that a node needs; with `bodies` also those of the functions it defines."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        [(member, content)] = current.items()
        if member == "valueReference":
            yield content
        elif member == "functionDefinitionValue" and bodies:
            yield content["body"]
        elif member == "functionInvocationValue" and "functionReference" in content:
            yield content["functionReference"]
        waiting.extend(child for _, child in nested_nodes(current))


def evaluation_order(values: Mapping[str, Any], result: str) -> list[str]:
    """Return the keys that `result` needs outside of functions, each after what it needs itself."""
    order: list[str] = []
    done: set[str] = set()
    stack: list[tuple[str, Iterator[str]]] = [(result, references(values[result], bodies=False))]
    while stack:
        key, needed = stack[-1]
        following = next((name for name in needed if name not in done), None)
        if following is not None:
            stack.append((following, references(values[following], bodies=False)))
            continue
        stack.pop()
        if key not in done:
            done.add(key)
            order.append(key)
    return order


def _find_cycle(values: Mapping[str, Any]) -> str | None:
    """Return a key that refers to itself, directly or not."""
    open_keys: set[str] = set()
    done: set[str] = set()
    for start in values:
        stack = [(start, references(values[start]))] if start not in done else []
        open_keys.add(start)
        while stack:
            key, needed = stack[-1]
            following = next((name for name in needed if name not in done), None)
            if following is None:
                stack.pop()
                done.add(key)
                open_keys.discard(key)
            elif following in open_keys:
                return following
            else:
                open_keys.add(following)
                stack.append((following, references(values[following])))
    return None
