"""Reading numbers strictly: a text or a truth value is not one."""

from __future__ import annotations

import math
from numbers import Real


def finite_number(value: object) -> float | None:
    """Read a finite number (never a bool or a text) as a float without a negative zero; otherwise ``None``."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value) + 0.0
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole_number(value: object) -> int | None:
    """Read a whole number, also one written with a fraction such as 100.0; otherwise ``None``."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = finite_number(value)
    return int(number) if number is not None and number.is_integer() else None
