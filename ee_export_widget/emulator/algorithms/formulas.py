"""Formulas over images, as in `image.expression("(NIR - RED) / (NIR + RED)", …)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ee_export_widget.emulator.objects import NativeFunction

from .bands import select_bands
from .registry import ALGORITHMS, AlgorithmError, algorithm, to_image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.image import Image

    Node = Callable[[Mapping[str, Image]], Image]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%<>!?:()\[\],.^&|~]))"
)
_BINARY = [
    {"||": "or"},
    {"&&": "and"},
    {"|": "bitwiseOr"},
    {"&": "bitwiseAnd"},
    {"==": "eq", "!=": "neq"},
    {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"},
    {"<<": "leftShift", ">>": "rightShift"},
    {"+": "add", "-": "subtract"},
    {"*": "multiply", "/": "divide", "%": "mod"},
]
_POWERS = {"**", "^"}
_CONSTANTS = {"PI": 3.141592653589793, "pi": 3.141592653589793, "E": 2.718281828459045, "e": 2.718281828459045}


@dataclass
class _Parser:
    """Reads a formula by recursive descent, one method per kind of operator."""

    tokens: list[tuple[str, str]]
    evaluator: Evaluator
    default: str
    names: tuple[str, ...]
    place: int = 0

    def formula(self) -> Node:
        """Return the node of the whole text."""
        node = self._choice()
        if self.place < len(self.tokens):
            raise AlgorithmError(f"Unexpected '{self.tokens[self.place][1]}' in the expression.")
        return node

    def _choice(self) -> Node:
        condition = self._binary(0)
        if not self._take("?"):
            return condition
        chosen = self._choice()
        self._expect(":")
        other = self._choice()
        return lambda images: self._call("Image.where", other(images), condition(images), chosen(images))

    def _binary(self, level: int) -> Node:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while (sign := self._peek()) in _BINARY[level]:
            self.place += 1
            left = self._pair(_BINARY[level][sign], left, self._binary(level + 1))
        return left

    def _unary(self) -> Node:
        for sign, name in (("!", "not"), ("~", "bitwiseNot")):
            if self._take(sign):
                return self._single(name, self._unary())
        if self._take("-"):
            return self._pair("subtract", lambda _: to_image(0), self._unary())
        self._take("+")
        return self._power()

    def _power(self) -> Node:
        base = self._postfix()
        if self._peek() in _POWERS:
            self.place += 1
            return self._pair("pow", base, self._unary())
        return base

    def _postfix(self) -> Node:
        node = self._atom()
        while True:
            if self._take("."):
                node = self._selected(node, [self._next("name")])
            elif self._take("["):
                node = self._selected(node, self._band_list("]"))
            else:
                return node

    def _atom(self) -> Node:
        if self._take("("):
            node = self._choice()
            self._expect(")")
            return node
        kind, text = self.tokens[self.place] if self.place < len(self.tokens) else ("", "the end")
        self.place += 1
        if kind == "number":
            value = float(text) if re.search(r"[.eE]", text) else int(text)
            return lambda _: to_image(value)
        if kind == "name":
            return self._function(text) if self._take("(") else self._variable(text)
        raise AlgorithmError(f"Unexpected '{text}' in the expression.")

    def _variable(self, name: str) -> Node:
        if name in self.names:
            return lambda images: images[name]
        if name in _CONSTANTS:
            return lambda _: to_image(_CONSTANTS[name])
        raise AlgorithmError(f"The variable '{name}' is not defined.")

    def _function(self, name: str) -> Node:
        if name == "b":
            return self._selected(lambda images: images[self.default], self._band_list(")"))
        arguments: list[Node] = []
        while not self._take(")"):
            arguments.append(self._choice())
            if self._peek() != ")":
                self._expect(",")
        called = ALGORITHMS.get(f"Image.{name}")
        if called is None:
            raise AlgorithmError(f"The function '{name}' is not known.")
        if name in {"min", "max"} and arguments:
            first, *others = arguments
            for other in others:
                first = self._pair(name, first, other)
            return first
        if len(arguments) != len(called.arguments):
            raise AlgorithmError(
                f"The function '{name}' takes {len(called.arguments)} arguments, not {len(arguments)}."
            )
        return lambda images: self._call(called.name, *(argument(images) for argument in arguments))

    def _band_list(self, end: str) -> list[Any]:
        """Return the bands named up to a closing sign; all when there are none."""
        bands: list[Any] = []
        while not self._take(end):
            kind, text = self.tokens[self.place] if self.place < len(self.tokens) else ("", "the end")
            if kind not in {"number", "text"}:
                raise AlgorithmError(f"Unexpected '{text}' where a band is named.")
            self.place += 1
            bands.append(int(text) if kind == "number" else text[1:-1])
            if self._peek() != end:
                self._expect(",")
        return bands or [".*"]

    def _selected(self, node: Node, bands: list[Any]) -> Node:
        def select(images: Mapping[str, Image]) -> Image:
            image = node(images)
            return image.with_bands(tuple(select_bands(image, bands)))

        return select

    def _pair(self, name: str, left: Node, right: Node) -> Node:
        return lambda images: self._call(f"Image.{name}", left(images), right(images))

    def _single(self, name: str, node: Node) -> Node:
        return lambda images: self._call(f"Image.{name}", node(images))

    def _call(self, name: str, *arguments: object) -> Image:
        image: Image = ALGORITHMS[name].call(self.evaluator, *arguments)
        return image

    def _peek(self) -> str:
        kind, text = self.tokens[self.place] if self.place < len(self.tokens) else ("", "")
        return text if kind == "sign" else ""

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self.place += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise AlgorithmError(f"Expected '{sign}' in the expression.")

    def _next(self, kind: str) -> str:
        found, text = self.tokens[self.place] if self.place < len(self.tokens) else ("", "the end")
        if found != kind:
            raise AlgorithmError(f"Unexpected '{text}' in the expression.")
        self.place += 1
        return text


def _tokens(text: str) -> list[tuple[str, str]]:
    """Cut a formula into numbers, texts, names and signs."""
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise AlgorithmError(f"Unexpected '{text[place:].strip()[:1]}' in the expression.")
        tokens.append((str(found.lastgroup), str(found[str(found.lastgroup)])))
        place = found.end()
    return tokens


@algorithm(
    "Image.parseExpression",
    "expression:String argName:String vars:List mapFreeVarsToDefaultImageBands:Boolean?",
    "Algorithm",
    "Returns the function of images that a formula means.",
)
def _parse_expression(
    evaluator: Evaluator, text: str, default: str, names: list[str], *_others: object
) -> NativeFunction:
    formula = _Parser(_tokens(text), evaluator, default, tuple(names)).formula()

    def function(*arguments: object) -> Image:
        return formula(dict(zip(names, map(to_image, arguments), strict=True)))

    return NativeFunction(tuple(names), function)
