"""Numbers as people type them, read without guessing."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from numbers import Integral
from typing import Literal, SupportsFloat, TypeAlias

LengthUnit: TypeAlias = Literal["m", "km", "deg", ""]

_UNITS: dict[str, LengthUnit] = {
    "": "", "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "km": "km",
    "°": "deg", "deg": "deg", "degree": "deg", "degrees": "deg",
}  # fmt: skip
_SIZE = re.compile(r"^([0-9.,eE+\-]+?)\s*(?:(°|[A-Za-z]*?)\s*[x×*]\s*([0-9.,eE+\-]+?))?\s*(°|[A-Za-z]*)$")
_GROUPED = re.compile(r"[+\-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_ANGLE = re.compile(
    r"""([+-]?) (\d{1,3}(?:\.\d+)?) [°\s]*
    (?: (?<=[°\s]) (\d{1,2}(?:\.\d+)?) ['\s]* (?: (?<=['\s]) (\d{1,2}(?:\.\d+)?) ["\s]* )? )?
    ([NSEW]?)""",
    re.VERBOSE | re.IGNORECASE,
)
_MARKS = str.maketrans({"\N{MINUS SIGN}": "-", "º": "°", "\N{PRIME}": "'", "’": "'", "″": '"', "”": '"'})
_SIXTY = 60
_MOST_DIGITS = 30
_NAMED = {"nan": math.nan, "infinity": math.inf, "inf": math.inf, "-infinity": -math.inf, "-inf": -math.inf}
_MULTIPLES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Pixel width and height, both above 0, in ``unit`` (empty: the units of the CRS)."""

    width: float
    height: float
    unit: LengthUnit = ""


def parse_pixel_size(text: str) -> PixelSize | None:
    """Read ``10``, ``10 m``, ``30 x 30``, ``30 m x 20 m`` or ``0.0001°``; None where the text is no such thing."""
    match = _SIZE.match(text.strip())
    unit = _UNITS.get(match[4].lower()) if match else None
    if match is None or unit is None or _UNITS.get((match[2] or match[4]).lower()) != unit:
        return None
    width = _number(match[1])
    height = _number(match[3]) if match[3] else width
    if width is None or height is None or not (0 < width < math.inf and 0 < height < math.inf):
        return None
    return PixelSize(width, height, unit)


def parse_count(text: str) -> int | None:
    """Read a whole number such as ``100,000,000``, ``1e9`` or ``1 G``; None where the text is none."""
    compact = text.replace("_", "").replace(" ", "").lower()
    digits = compact.rstrip("kmgt")
    multiple = _MULTIPLES.get(compact[len(digits) :])
    plain = _ungrouped(digits)
    if multiple is None or plain is None:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    # The bound keeps "1e999999999" from being written out digit by digit.
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return None
    whole = value * multiple
    return int(whole) if whole == whole.to_integral_value() else None


def parse_number(text: str) -> float | None:
    """Read a finite number such as ``-54.5``, ``54.5°`` or ``7,185,000``; None where the text is none."""
    value = _number(text.strip().replace("\N{MINUS SIGN}", "-").removesuffix("°").rstrip())
    return value if value is not None and math.isfinite(value) else None


def parse_angle(text: str) -> tuple[float, str] | None:
    """Read degrees such as ``-54.6``, ``54.6° W`` or ``25°30'18" S``, and the letter of the hemisphere, if any.

    None where the text is no such thing. The letter decides the sign, which then must not be written too.
    """
    match = _ANGLE.fullmatch(text.translate(_MARKS).replace("''", '"').strip())
    if match is None:
        plain = parse_number(text)
        return None if plain is None else (plain, "")
    sign, letter = match[1], match[5].upper()
    degrees, minutes, seconds = (float(part or 0) for part in match.group(2, 3, 4))
    twice_signed = bool(sign and letter)
    # "2 5" may be 25 with a slip of the finger.
    unmarked = match[3] is not None and not letter and match[0].isascii()
    if twice_signed or unmarked or max(minutes, seconds) >= _SIXTY:
        return None
    value = degrees + minutes / _SIXTY + seconds / _SIXTY**2
    return (-value if sign == "-" or letter in {"S", "W"} else value), letter


def number_text(number: SupportsFloat) -> str:
    """Write a number as a person would type it: ``30`` and not ``30.0``, with every digit that counts."""
    return str(int(number)) if isinstance(number, Integral) else repr(float(number)).removesuffix(".0")


def _number(text: str) -> float | None:
    plain = _ungrouped(text)
    try:
        return float(plain) if plain is not None else None
    except ValueError:
        return None


def _ungrouped(text: str) -> str | None:
    """Take out commas between thousands; None where one may stand for a decimal point, as in ``0,5``."""
    if "," not in text:
        return text
    return text.replace(",", "") if _GROUPED.fullmatch(text) else None


def parse_real(text: str) -> float | None:
    """Read a number such as ``-9999`` or ``1e-3``, also ``NaN`` and ``-Infinity``; None where the text is none."""
    named = _NAMED.get(text.strip().lower())
    number = _number(text.strip()) if named is None else named
    return None if number is None or (math.isinf(number) and named is None) else number


def parse_size(text: str) -> tuple[int, int] | None:
    """Read ``4096`` or ``4096 x 2048`` as (width, height) in pixels; None where the text is no such thing."""
    sides = [parse_count(side) for side in re.split(r"[x×*]", text)]
    match sides:
        case [int(side)]:
            return side, side
        case [int(width), int(height)]:
            return width, height
        case _:
            return None
