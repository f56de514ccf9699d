"""Names and colours that Earth Engine keeps in an image's properties for the values of a class band."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Classes:
    """What is known of the values of one band, as pairs in the order of the properties."""

    names: tuple[tuple[float, str], ...] = ()
    colours: tuple[tuple[float, Colour], ...] = ()

    @classmethod
    def of(cls, properties: Mapping[str, object], band: str) -> Classes:
        """Read ``{band}_class_values``, ``_names`` and ``_palette``; what is missing or unreadable is left out."""
        values, names, palette = (_listed(properties.get(f"{band}_class_{part}")) for part in _PARTS)
        numbers = [float(value) if isinstance(value, int | float) else None for value in values]
        named = ((value, str(name)) for value, name in zip(numbers, names, strict=False) if value is not None)
        coloured = (
            (value, colour)
            for value, text in zip(numbers, palette, strict=False)
            if value is not None and (colour := _colour(str(text))) is not None
        )
        return cls(tuple(named), tuple(coloured))

    def name(self, value: float) -> str:
        """Give the name of a value; empty where it has none."""
        return dict(self.names).get(value, "")

    def label(self, value: float) -> str:
        """Give a value and its name."""
        return f"{value:.6g} {self.name(value)}".strip()


_PARTS = ("values", "names", "palette")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _colour(text: str) -> Colour | None:
    """Read six hexadecimal digits."""
    found = _HEX.fullmatch(text)
    if found is None:
        return None
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue
