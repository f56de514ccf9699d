"""The expression of an image: carried as it came, encoded once, checked only for its structure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ee_export_widget.core.encoding import INT64, encode_json, refuse
from ee_export_widget.core.naming import quoted
from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_NESTING = 50
"""Deepest nesting of values inside each other; the official client goes no deeper and uses references instead."""

_MEMBERS = ("result", "values")
_MOST_PROBLEMS = 20
_INT64_TEXT = re.compile(r"-?(0|[1-9][0-9]{0,18})")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?")


class Expression(dict[str, Any]):
    """An expression: the plain JSON object, and what is derived from it, computed once.

    It shares its parts with the mapping it was made of, which must not be changed afterwards.
    """

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> Self:
        """Give a mapping as an expression; one that is an expression already is given back as it is."""
        return mapping if isinstance(mapping, cls) else cls(mapping)

    @cached_property
    def encoded(self) -> bytes:
        """The expression as compact JSON in UTF-8.

        Raises
        ------
        ValueError, TypeError, RecursionError
            If it is no JSON; `problems` says so without raising.
        """
        return encode_json(self)

    @cached_property
    def encoded_values(self) -> bytes:
        """The values alone, encoded; only for an expression without problems."""
        return encode_json(self["values"])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `encoded`: what tells it from others in a few bytes."""
        return hashlib.sha256(self.encoded).hexdigest()

    @property
    def size_bytes(self) -> int:
        """Size as it is sent; 0 where it is no JSON."""
        return 0 if self._encoding_problem else len(self.encoded)

    @property
    def node_count(self) -> int:
        """Number of values, those inside other values included."""
        return self._structure.node_count

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with its structure, at most 20 findings."""
        return self._structure.problems

    @property
    def result_function(self) -> str | None:
        """Name of the function whose value is the result, such as ``Image.load``; None for anything else."""
        node: object = self
        for name in ("values", self.get("result"), "functionInvocationValue", "functionName"):
            node = node.get(name) if isinstance(node, dict) and isinstance(name, str) else None
        return node if isinstance(node, str) else None

    @cached_property
    def _encoding_problem(self) -> Problem | None:
        try:
            _ = self.encoded
        except RecursionError:
            return Problem("expression", "expression-too-deep", "error", "The expression is nested too deep.")
        except (TypeError, ValueError) as error:
            message = f"The expression cannot be written as JSON: {error}."
            return Problem("expression", "expression-not-json", "error", message, "Look for NaN or a Python object.")
        return None

    @cached_property
    def _structure(self) -> Structure:
        if self._encoding_problem:
            return Structure(0, (self._encoding_problem,))
        walk = _Walk(self)
        return Structure(walk.node_count, tuple(islice(walk.problems, _MOST_PROBLEMS)))


class Structure(NamedTuple):
    """What one pass over an expression finds."""

    node_count: int
    problems: tuple[Problem, ...]


def image_load(asset_id: str) -> dict[str, Any]:
    """Give the expression that loads one image, by its asset id or full name."""
    arguments = {"id": {"constantValue": asset_id}}
    return {
        "result": "0",
        "values": {"0": {"functionInvocationValue": {"functionName": "Image.load", "arguments": arguments}}},
    }


def read_expression(value: object) -> Expression | None:
    """Read the member ``expression`` of a request; only its own two members are looked at."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        refuse("wrong-type", "The expression must be an object.")
    for name in value:
        if name not in _MEMBERS:
            message = f"{quoted(name)} is not a field of an expression."
            refuse("unknown-member", message, member=str(name), hint="An expression has result and values.")
    return Expression.of(value)


class _Walk:
    """One pass over all values of an expression, without recursion: some are thousands of levels long."""

    def __init__(self, expression: Expression) -> None:
        self.problems: list[Problem] = []
        self.node_count = 0
        self._references: dict[str, list[str]] = {}
        self._key = ""
        self._pending: list[tuple[object, int]] = []
        values = expression.get("values")
        if not isinstance(values, dict) or not values:
            self._report("values", "expression-without-values", "The expression has no values.")
            return
        self._known = values
        for key, node in values.items():
            self._key = key
            self._references[key] = []
            self._pending.append((node, 1))
            while self._pending:
                self._visit(*self._pending.pop())
        self._check_result(expression.get("result"))
        self._check_circles()

    def _report(self, where: str, code: str, message: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            hint = "Take the expression from the image again."
            self.problems.append(Problem(f"expression.{where}", code, "error", message, hint))

    def _refuse(self, message: str) -> None:
        self._report(f"values.{self._key}", "expression-node", message)

    def _visit(self, node: object, nesting: int) -> None:
        self.node_count += 1
        if not isinstance(node, dict) or len(node) != 1:
            self._refuse("A value must be an object with exactly one member.")
            return
        if nesting > MAX_NESTING:
            message = f"Values are nested more than {MAX_NESTING} levels deep."
            self._report(f"values.{self._key}", "expression-too-deep", message)
            return
        ((kind, content),) = node.items()
        visit = _KINDS.get(kind)
        if visit is None:
            self._report(f"values.{self._key}.{kind}", "unknown-member", f"{quoted(kind)} is not a kind of value.")
        else:
            visit(self, content, nesting)

    def _visit_constant(self, content: object, nesting: int) -> None:
        """Accept any JSON."""

    def _visit_integer(self, content: object, nesting: int) -> None:
        del nesting
        if not (isinstance(content, str) and _INT64_TEXT.fullmatch(content) and int(content) in INT64):
            self._refuse("integerValue must be a 64-bit integer in quotation marks.")

    def _visit_bytes(self, content: object, nesting: int) -> None:
        del nesting
        if not (isinstance(content, str) and _BASE64.fullmatch(content)):
            self._refuse("bytesValue must be base64.")

    def _visit_argument(self, content: object, nesting: int) -> None:
        del nesting
        if not isinstance(content, str) or not content:
            self._refuse("argumentReference must be the name of an argument.")

    def _visit_reference(self, content: object, nesting: int) -> None:
        del nesting
        self._refer("valueReference", content)

    def _visit_array(self, content: object, nesting: int) -> None:
        values = _only_member(content, "values", [])
        if not isinstance(values, list | tuple):
            self._refuse("arrayValue must have a list of values.")
            return
        self._pending.extend((item, nesting + 1) for item in values)

    def _visit_dictionary(self, content: object, nesting: int) -> None:
        values = _only_member(content, "values", {})
        if not isinstance(values, dict):
            self._refuse("dictionaryValue must have an object of values.")
            return
        self._pending.extend((item, nesting + 1) for item in values.values())

    def _visit_definition(self, content: object, nesting: int) -> None:
        del nesting
        if not isinstance(content, dict) or not content.keys() <= {"argumentNames", "body"}:
            self._refuse("functionDefinitionValue must have argumentNames and body.")
            return
        names = content.get("argumentNames", [])
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            self._refuse("argumentNames must be a list of names.")
        self._refer("body", content.get("body"))

    def _visit_invocation(self, content: object, nesting: int) -> None:
        if not isinstance(content, dict) or not content.keys() <= _INVOCATION_MEMBERS:
            self._refuse("functionInvocationValue must have a function and its arguments.")
            return
        name = content.get("functionName")
        if ("functionName" in content) == ("functionReference" in content):
            self._refuse("A call needs either functionName or functionReference.")
        elif "functionReference" in content:
            self._refer("functionReference", content["functionReference"])
        elif not isinstance(name, str) or not name:
            self._refuse("functionName must be the name of a function.")
        arguments = content.get("arguments", {})
        if not isinstance(arguments, dict):
            self._refuse("arguments must be an object.")
            return
        self._pending.extend((item, nesting + 1) for item in arguments.values())

    def _refer(self, member: str, target: object) -> None:
        if not isinstance(target, str) or target not in self._known:
            shown = quoted(target) if isinstance(target, str) else "Nothing"
            message = f"{member} points to {shown}, which is not among the values."
            self._report(f"values.{self._key}", "expression-dangling-reference", message)
            return
        self._references[self._key].append(target)

    def _check_result(self, result: object) -> None:
        if not isinstance(result, str) or not result:
            self._report(
                "result", "expression-without-result", "The expression does not say which value is its result."
            )
        elif result not in self._known:
            message = f"The result {quoted(result)} is not among the values."
            self._report("result", "expression-dangling-reference", message)

    def _check_circles(self) -> None:
        """Report a value that needs itself, by taking away values that need nothing (left) until none is left."""
        needed_by: dict[str, list[str]] = {key: [] for key in self._references}
        open_needs = {key: len(targets) for key, targets in self._references.items()}
        for key, targets in self._references.items():
            for target in targets:
                needed_by[target].append(key)
        ready = [key for key, count in open_needs.items() if count == 0]
        while ready:
            key = ready.pop()
            del open_needs[key]
            for user in needed_by[key]:
                open_needs[user] -= 1
                if open_needs[user] == 0:
                    ready.append(user)
        if open_needs:
            names = ", ".join(quoted(key) for key in islice(open_needs, 3))
            message = f"Values refer to each other in a circle, among them or behind them {names}."
            self._report(f"values.{next(iter(open_needs))}", "expression-circle", message)


def _only_member(content: object, name: str, default: object) -> object:
    """Give the member of an object that may have no other; None where that is not so."""
    if not isinstance(content, dict) or not content.keys() <= {name}:
        return None
    return content.get(name, default)


_INVOCATION_MEMBERS = {"functionName", "functionReference", "arguments"}
_KINDS: dict[str, Callable[[_Walk, object, int], None]] = {
    "constantValue": _Walk._visit_constant,  # noqa: SLF001 - the table of this class's own methods
    "integerValue": _Walk._visit_integer,  # noqa: SLF001
    "bytesValue": _Walk._visit_bytes,  # noqa: SLF001
    "arrayValue": _Walk._visit_array,  # noqa: SLF001
    "dictionaryValue": _Walk._visit_dictionary,  # noqa: SLF001
    "functionInvocationValue": _Walk._visit_invocation,  # noqa: SLF001
    "functionDefinitionValue": _Walk._visit_definition,  # noqa: SLF001
    "argumentReference": _Walk._visit_argument,  # noqa: SLF001
    "valueReference": _Walk._visit_reference,  # noqa: SLF001
}
