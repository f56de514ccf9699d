"""Values of expressions other than images: dates, features, collections and functions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from .image import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .geometry import Geometry

Value: TypeAlias = Any
"""What an expression evaluates to: a number, a text, a list, a dictionary, an image, nothing, or one of these."""


@dataclass(frozen=True)
class Date:
    """A moment.

    Attributes
    ----------
    milliseconds
        Since 1970 in UTC.
    """

    milliseconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the value that value:compute gives."""
        return {"type": "Date", "value": int(self.milliseconds)}


@dataclass(frozen=True)
class Feature:
    """A geometry with properties; either may be missing."""

    geometry: Geometry | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the feature as GeoJSON."""
        return {
            "type": "Feature",
            "geometry": None if self.geometry is None else self.geometry.to_json(),
            "properties": dict(self.properties),
        }


@dataclass(frozen=True)
class Collection:
    """Images or features in an order."""

    elements: tuple[Any, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds_images(self) -> bool:
        """Whether this is a collection of images."""
        return all(isinstance(element, Image) for element in self.elements)


@dataclass(frozen=True)
class NativeFunction:
    """A function that an algorithm returned.

    Attributes
    ----------
    names
        Of its arguments, in order.
    body
        What it does.
    """

    names: tuple[str, ...]
    body: Callable[..., Any]

    def __call__(self, *arguments: object) -> Value:
        """Call the body."""
        return self.body(*arguments)


E = TypeVar("E", Image, Feature, Collection)


def with_properties(element: E, properties: Mapping[str, Any]) -> E:
    """Return an element with these properties instead of its own."""
    return replace(element, properties=dict(properties))
