"""Expressions around another one, whose own values are neither copied deeply nor encoded again."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from ee_export_widget.core.encoding import encode_json
from ee_export_widget.core.expression import Expression, Structure

if TYPE_CHECKING:
    from collections.abc import Mapping


class WrappedExpression(Expression):
    """An expression that adds values to those of a sound one; made by `around`."""

    inner: Expression
    added_nodes: int

    @classmethod
    def around(cls, inner: Expression, added: Mapping[str, Any], *, result: str, nodes: int) -> Self:
        """Add values whose names are free, ``nodes`` of them counting those inside each other."""
        wrapped = cls(result=result, values={**inner["values"], **added})
        wrapped.inner, wrapped.added_nodes = inner, nodes
        return wrapped

    @cached_property
    def encoded(self) -> bytes:
        """The expression as compact JSON in UTF-8."""
        added = {key: node for key, node in self["values"].items() if key not in self.inner["values"]}
        values = b"".join((self.inner.encoded_values[:-1], b",", encode_json(added)[1:]))
        return b"".join((b'{"result":', encode_json(self["result"]), b',"values":', values, b"}"))

    @cached_property
    def _structure(self) -> Structure:
        return Structure(self.inner.node_count + self.added_nodes, self.inner.problems)


def free_keys(values: Mapping[str, Any]) -> tuple[str, str]:
    """Give two names that no value has yet."""
    numbers = (str(number) for number in count(len(values)))
    free = (key for key in numbers if key not in values)
    return next(free), next(free)


def call(function: str, **arguments: dict[str, Any]) -> dict[str, Any]:
    """Write the call of an algorithm."""
    return {"functionInvocationValue": {"functionName": function, "arguments": arguments}}


def mask_of(expression: Mapping[str, Any]) -> Expression:
    """Give the expression of an image's mask: the same bands, 0 where a pixel is masked, up to 1 where it is not."""
    inner = Expression.of(expression)
    key, _ = free_keys(inner["values"])
    node = call("Image.mask", image={"valueReference": inner["result"]})
    return WrappedExpression.around(inner, {key: node}, result=key, nodes=2)
