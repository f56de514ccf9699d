"""Evaluating expressions: from the graph in a request to values and lazy images."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .algorithms import ALGORITHMS, Algorithm, AlgorithmError, coerce, load_all
from .errors import ServiceError, invalid
from .expression import evaluation_order
from .objects import NativeFunction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .image import Image
    from .objects import Value


class Assets(Protocol):
    """Where stored images come from."""

    def load(self, name: str) -> Image:
        """Return the image of an asset."""

    def load_collection(self, name: str) -> list[Image]:
        """Return the images in a folder or collection."""


@dataclass(frozen=True)
class Function:
    """A function defined in an expression, with the arguments of the functions around it."""

    evaluator: Evaluator = field(repr=False)
    names: tuple[str, ...]
    body: str
    outer: Mapping[str, Any]

    def __call__(self, *arguments: object) -> Value:
        """Evaluate the body for these arguments."""
        inner = {**self.outer, **dict(zip(self.names, arguments, strict=False))}
        return self.evaluator.reference(self.body, inner)


class Evaluator:
    """Evaluates one expression.

    Parameters
    ----------
    expression
        An Expression message that passed `check_expression`.
    assets
        Gives the images and collections of assets.
    """

    def __init__(self, expression: Mapping[str, Any], assets: Assets) -> None:
        load_all()
        self._values = expression["values"]
        self._result = expression["result"]
        self._known: dict[str, Any] = {}
        self.load_image = assets.load
        self.load_collection = assets.load_collection

    def result(self) -> Value:
        """Return the value of the whole expression."""
        for key in evaluation_order(self._values, self._result):
            try:
                self._known[key] = self._node(self._values[key], {})
            except ServiceError as error:
                self._known[key] = error  # fatal only to what uses it: one case of an If may not be needed
        return self.reference(self._result, {})

    def reference(self, key: str, arguments: Mapping[str, Any]) -> Value:
        """Return the value of a key of the expression, inside a function that has these arguments."""
        if key not in self._known:
            return self._node(self._values[key], arguments)
        value = self._known[key]
        if isinstance(value, ServiceError):
            raise value
        return value

    def _node(self, node: Mapping[str, Any], arguments: Mapping[str, Any]) -> Value:  # noqa: PLR0911
        [(member, content)] = node.items()
        match member:
            case "constantValue":
                return content
            case "integerValue":
                return int(content)
            case "bytesValue":
                return base64.b64decode(content)
            case "arrayValue":
                return [self._node(child, arguments) for child in content.get("values", [])]
            case "dictionaryValue":
                return {name: self._node(child, arguments) for name, child in content.get("values", {}).items()}
            case "valueReference":
                return self.reference(content, arguments)
            case "argumentReference":
                if content not in arguments:
                    raise invalid(f"The argument '{content}' is not defined here.")
                return arguments[content]
            case "functionDefinitionValue":
                return Function(self, tuple(content.get("argumentNames", ())), content["body"], arguments)
            case _:
                return self._invocation(content, arguments)

    def _invocation(self, content: Mapping[str, Any], arguments: Mapping[str, Any]) -> Value:
        nodes = content.get("arguments", {})
        if content.get("functionName") == "If":
            chosen = "trueCase" if self._node(nodes["condition"], arguments) else "falseCase"
            return self._node(nodes[chosen], arguments) if chosen in nodes else None
        given = {name: self._node(child, arguments) for name, child in nodes.items()}
        if "functionReference" in content:
            function = self.reference(content["functionReference"], arguments)
            if not isinstance(function, Function | NativeFunction):
                raise invalid("Only a function can be called.")
            return function(*(given.get(name) for name in function.names))
        return self.call(content["functionName"], given)

    def call(self, name: str, given: Mapping[str, Any]) -> Value:
        """Call an algorithm with named arguments.

        Raises
        ------
        ServiceError
            When there is no such algorithm, or its arguments do not suit it; its name is in the message.
        """
        algorithm = ALGORITHMS.get(name)
        if algorithm is None:
            raise invalid(f"Algorithm '{name}' is not known to the local Earth Engine.")
        try:
            return algorithm.call(self, *self._positional(algorithm, given))
        except AlgorithmError as error:
            raise invalid(f"{name}: {error}") from error
        except (TypeError, AttributeError, ValueError, KeyError, IndexError, ArithmeticError) as error:
            raise invalid(f"{name}: The arguments cannot be used: {error}.") from error

    @staticmethod
    def _positional(algorithm: Algorithm, given: Mapping[str, Any]) -> list[Any]:
        """Return the arguments in order, with defaults, each in the declared type."""
        names = [argument.name for argument in algorithm.arguments]
        unknown = [name for name, value in given.items() if name not in names and value is not None]
        if unknown:
            raise AlgorithmError(f"Unrecognized argument '{unknown[0]}'.")
        positional = []
        for argument in algorithm.arguments:
            value = given.get(argument.name)
            if value is None and not argument.optional:
                raise AlgorithmError(f"Parameter '{argument.name}' is required and may not be null.")
            value = argument.default if value is None else value
            positional.append(None if value is None else coerce(value, argument))
        return positional


def evaluate(expression: Mapping[str, Any], assets: Assets) -> Value:
    """Return the value of an expression.

    Parameters
    ----------
    expression
        An Expression message that passed `check_expression`.
    assets
        Gives the images and collections of assets.

    Raises
    ------
    ServiceError
        When it has no value, in the service's words where they are known.
    """
    try:
        return Evaluator(expression, assets).result()
    except RecursionError as error:
        raise invalid("The expression is nested too deeply.") from error
