"""How a JSON value is shown in a field of the form, and how what was typed there is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core.encoding import INT64, write_double
from ee_export_widget.core.quantity import number_text, parse_count, parse_real, parse_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json: TypeAlias = Any
"""The value of a member of the body; None stands for one that is left out."""

Held: TypeAlias = Any
"""What a field of a draft holds."""


class Unreadable(ValueError):  # noqa: N818 - it never leaves this room
    """What was typed is no value of its field: the code of the problem, and what the field takes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field."""

    show: Callable[[Json], Held]
    """Gives what the field holds for a JSON value."""

    read: Callable[[Held], Json]
    """Gives the JSON value of what the field holds; raises `Unreadable` where that is none."""


def _typed(show: Callable[[Json], str], read: Callable[[str], Json]) -> Kind:
    """Make a kind whose empty field stands for a member that is left out."""
    return Kind(
        lambda value: "" if value is None else show(value),
        lambda text: read(text.strip()) if text.strip() else None,
    )


def choice(default: str = "") -> Kind:
    """Make the kind of a choice, whose default is left out."""
    return Kind(lambda value: value or default, lambda chosen: None if chosen == default else chosen)


def _whole(text: str) -> int:
    number = parse_count(text)
    if number is None or number not in INT64:
        raise Unreadable("not-a-whole-number", "Must be a whole number.")
    return number


def _real(text: str) -> float | str:
    number = parse_real(text)
    if number is None:
        raise Unreadable("not-a-number", "Must be a number.")
    return write_double(number)


def _real_text(value: float | str) -> str:
    return value if isinstance(value, str) else number_text(value)


def _ratio(text: str) -> float:
    share = parse_real(text.removesuffix("%")) if text.endswith("%") else None
    value = _real(text) if share is None else write_double(share / 100)
    if isinstance(value, str):
        raise Unreadable("not-a-number", "Must be a number.")
    return value


def _size(text: str) -> dict[str, int]:
    size = parse_size(text)
    if size is None or not all(side in INT64 for side in size):
        raise Unreadable("not-a-size", "Must be a width and a height in pixels, such as 512 × 512.")
    return {"width": size[0], "height": size[1]}


def _depths(texts: Mapping[str, str]) -> dict[str, int] | None:
    depths = {band: parse_count(text) for band, text in texts.items() if text.strip()}
    for band, depth in depths.items():
        if depth is None or depth not in INT64:
            raise Unreadable("not-a-whole-number", f"The depth of {band} must be a whole number.")
    return {band: depth for band, depth in depths.items() if depth is not None} or None


TEXT = _typed(str, str)

FLAG = Kind(bool, lambda on: on or None)
"""False is what the service takes where nothing is said."""

COMPRESS = Kind(lambda value: value is not False, lambda on: on)
"""On by the guide and unsaid by the reference: always written (REST contract, section 18)."""

WHOLE = _typed(lambda value: str(int(value)), _whole)

LARGE = _typed(lambda value: f"{int(value):,}", lambda text: str(_whole(text)))
"""A 64-bit integer, which travels as text."""

REAL = _typed(_real_text, _real)

RATIO = _typed(_real_text, _ratio)

NO_DATA = _typed(lambda value: "".join(map(_real_text, value.values())), lambda text: {"floatValue": _real(text)})
"""A number in its floating form, the only one that the service supports."""

SIZE = _typed(lambda value: f"{value['width']} × {value['height']}", _size)

WORDS = Kind(lambda value: " ".join(value or ()), lambda text: text.replace(",", " ").split() or None)

DEPTHS = Kind(lambda value: {band: str(depth) for band, depth in (value or {}).items()}, _depths)
"""A number for each band, each in a field of its own."""
