"""Declaring algorithms, and bringing arguments into the types that they declare."""

from __future__ import annotations

import importlib
import operator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ee_export_widget.emulator.geometry import to_geometry
from ee_export_widget.emulator.image import Band, Image, constant_band
from ee_export_widget.emulator.objects import Collection, Date, Feature
from ee_export_widget.emulator.raster.grid import Crs, Projection

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.emulator.objects import Value

_MODULES = (
    "bands",
    "collections",
    "constants",
    "dates",
    "elements",
    "formulas",
    "geometries",
    "histograms",
    "masks",
    "math",
    "places",
    "reducers",
    "resampling",
    "samples",
    "scalars",
    "tables",
    "visualize",
)


class AlgorithmError(Exception):
    """An algorithm cannot do what it was asked; the message follows its name."""


class Argument(NamedTuple):
    """One argument of an algorithm.

    Attributes
    ----------
    name, type, description
        As in the service's list of algorithms.
    optional
        Whether it may be left out.
    default
        What it is then.
    """

    name: str
    type: str
    description: str = ""
    optional: bool = False
    default: Any = None


class Algorithm(NamedTuple):
    """One algorithm.

    Attributes
    ----------
    name
        Such as `Image.select`.
    arguments
        In order.
    returns
        The type of its result.
    description
        One sentence.
    call
        Takes the evaluator, then the arguments in order.
    """

    name: str
    arguments: tuple[Argument, ...]
    returns: str
    description: str
    call: Callable[..., Any]

    def to_json(self) -> dict[str, Any]:
        """Return the Algorithm message."""
        arguments = []
        for argument in self.arguments:
            message: dict[str, Any] = {"argumentName": argument.name, "type": argument.type}
            if argument.description:
                message["description"] = argument.description
            if argument.optional:
                message |= {"optional": True, "defaultValue": argument.default}
            arguments.append(message)
        return {
            "name": f"algorithms/{self.name}",
            "description": self.description,
            "returnType": self.returns,
            "arguments": arguments,
        }


_ELSEWHERE = "The local Earth Engine does not compute this."

ALGORITHMS: dict[str, Algorithm] = {}

C = TypeVar("C", bound="Callable[..., Any]")


def algorithm(name: str, arguments: str, returns: str, description: str) -> Callable[[C], C]:
    """Declare the decorated function as an algorithm.

    Parameters
    ----------
    name
        Such as `Image.select`.
    arguments
        Separated by blanks, each `name:Type`, with a `?` behind the type when it may be left out.
    returns
        The type of the result.
    description
        One sentence.
    """
    declared = tuple(_argument(text) for text in arguments.split())

    def declare(function: C) -> C:
        ALGORITHMS[name] = Algorithm(name, declared, returns, description, function)
        return function

    return declare


def offered() -> list[Algorithm]:
    """Return what the list of algorithms holds, by name: what is computed here, and what the service has besides."""
    load_all()
    text = resources.files("ee_export_widget.emulator").joinpath("data/algorithms.txt").read_text("utf-8")
    others = [_uncomputed(line) for line in text.splitlines() if not line.startswith("#")]
    return sorted([*ALGORITHMS.values(), *others], key=operator.attrgetter("name"))


def _uncomputed(line: str) -> Algorithm:
    name, _, signature = line.partition(" -> ")
    returns, *arguments = signature.split()
    declared = tuple(_argument(text) for text in arguments)
    return Algorithm(name, declared, returns, _ELSEWHERE, _refuse)


def _refuse(*_: object) -> None:
    raise AlgorithmError(_ELSEWHERE)


def _argument(text: str) -> Argument:
    name, _, kind = text.partition(":")
    return Argument(name, kind.rstrip("?"), optional=kind.endswith("?"))


@cache
def load_all() -> None:
    """Import every module that declares algorithms."""
    for name in _MODULES:
        importlib.import_module(f"{__package__}.{name}")


def coerce(value: Value, argument: Argument) -> Value:
    """Return a value as the type that an argument declares.

    Raises
    ------
    AlgorithmError
        When it is something else.
    """
    convert = _CONVERSIONS.get(argument.type)
    try:
        return value if convert is None else convert(value)
    except (TypeError, ValueError) as error:
        found = type(value).__name__
        raise AlgorithmError(f"Parameter '{argument.name}': expected {argument.type}, found {found}.") from error


def to_image(value: Value) -> Image:
    """Return an image; numbers and lists of numbers become constant ones, `constant_0` and so on where they are many.

    Raises
    ------
    TypeError
        When there is no way.
    """
    if isinstance(value, Image):
        return value
    numbers = value if isinstance(value, list) else [value]
    if not numbers or any(isinstance(number, str) or not isinstance(number, int | float) for number in numbers):
        raise TypeError
    bands: list[Band] = []
    for index, number in enumerate(numbers):
        name = "constant" if len(numbers) == 1 else f"constant_{index}"
        bands.append(constant_band(name, int(number) if isinstance(number, bool) else number))
    return Image(tuple(bands))


def to_projection(value: Value) -> Projection:
    """Return a projection; the name of a system means its unit lattice.

    Raises
    ------
    TypeError
        When it is something else.
    """
    from affine import Affine

    if isinstance(value, str):
        return Projection(Crs(value), Affine.identity())
    if isinstance(value, Projection):
        return value
    raise TypeError


def _whole(value: Value) -> int:
    if isinstance(value, str) or int(value) != value:
        raise TypeError
    return int(value)


def _number(value: Value) -> float:
    if isinstance(value, str) or not isinstance(value, int | float):
        raise TypeError
    return value


def _exactly(kind: type) -> Callable[[Any], Any]:
    def convert(value: Value) -> Value:
        if not isinstance(value, kind):
            raise TypeError
        return value

    return convert


def _collection(value: Value) -> Collection:
    return value if isinstance(value, Collection) else Collection((value,))


def _date(value: Value) -> Date:
    return value if isinstance(value, Date) else Date(_number(value))


def _element(value: Value) -> Value:
    if not isinstance(value, Image | Feature | Collection):
        raise TypeError
    return value


def _function(value: Value) -> Value:
    if not callable(value):
        raise TypeError
    return value


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "Algorithm": _function,
    "Date": _date,
    "Element": _element,
    "FeatureCollection": _collection,
    "Geometry": to_geometry,
    "ImageCollection": _collection,
    "Long": _whole,
    "Image": to_image,
    "Projection": to_projection,
    "Integer": _whole,
    "Float": _number,
    "Number": _number,
    "Boolean": bool,
    "String": _exactly(str),
    "List": lambda value: value if isinstance(value, list) else [value],
    "Dictionary": _exactly(dict),
}
