"""CSS colours."""

from __future__ import annotations

import re

from .errors import invalid

_NAMES = {
    "aqua": "00ffff",
    "black": "000000",
    "blue": "0000ff",
    "brown": "a52a2a",
    "cyan": "00ffff",
    "darkgreen": "006400",
    "darkblue": "00008b",
    "fuchsia": "ff00ff",
    "gold": "ffd700",
    "gray": "808080",
    "green": "008000",
    "grey": "808080",
    "lightblue": "add8e6",
    "lightgreen": "90ee90",
    "lime": "00ff00",
    "magenta": "ff00ff",
    "maroon": "800000",
    "navy": "000080",
    "olive": "808000",
    "orange": "ffa500",
    "pink": "ffc0cb",
    "purple": "800080",
    "red": "ff0000",
    "silver": "c0c0c0",
    "tan": "d2b48c",
    "teal": "008080",
    "white": "ffffff",
    "yellow": "ffff00",
}


def read_color(text: str) -> tuple[int, int, int]:
    """Return (red, green, blue), each from 0 to 255, of a CSS colour: hex digits with or without `#`, a name, or rgb().

    Raises
    ------
    ServiceError
        When it is none.
    """
    digits = _NAMES.get(text.strip().lower(), text.strip().lstrip("#"))
    if re.fullmatch(r"[0-9A-Fa-f]{3}", digits):
        digits = "".join(2 * digit for digit in digits)
    if re.fullmatch(r"[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?", digits):
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    numbers = re.fullmatch(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)[^)]*\)", text.strip())
    if numbers and all(int(number) <= 255 for number in numbers.groups()):  # noqa: PLR2004 - the greatest byte
        return int(numbers[1]), int(numbers[2]), int(numbers[3])
    raise invalid(f"Image.visualize: Invalid color '{text}'.")
