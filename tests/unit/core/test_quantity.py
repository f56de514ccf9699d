"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.core.quantity import PixelSize, parse_angle, parse_count, parse_pixel_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10", PixelSize(10, 10)),
        (" 10 m ", PixelSize(10, 10, "m")),
        ("10m", PixelSize(10, 10, "m")),
        ("30 x 20", PixelSize(30, 20)),
        ("30×20 metres", PixelSize(30, 20, "m")),
        ("30*20", PixelSize(30, 20)),
        ("30 m x 20 m", PixelSize(30, 20, "m")),
        ("30m×20 metres", PixelSize(30, 20, "m")),
        ("0.1° x 0.2°", PixelSize(0.1, 0.2, "deg")),
        ("0.0001°", PixelSize(0.0001, 0.0001, "deg")),
        ("1e-4 degrees", PixelSize(0.0001, 0.0001, "deg")),
        (".5 KM", PixelSize(0.5, 0.5, "km")),
        ("1e5m", PixelSize(1e5, 1e5, "m")),
        ("1,000 m", PixelSize(1000, 1000, "m")),
        ("+30", PixelSize(30, 30)),
    ],
)  # fmt: skip
def test_pixel_sizes_are_read_as_people_write_them(text: str, size: PixelSize) -> None:
    """One or two numbers above 0, with or without a unit, are a pixel size."""
    assert parse_pixel_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "12a", "m", "x", "30 x", "x 30", "30 x 20 x 10", "0", "-10", "30 x -20", "1e400", "1e-400", "nan",
        "inf", "10 feet", "10 m m", "1.2.3", "--5", "0,0001", "0,5", "1,5", "12,34", "1,0000", "0,001 km", "10\n20",
        "1_000", "30 m x 20 km", "30 m x 20", "30 ft x 20 ft", "\uff13\uff10",
    ],
)  # fmt: skip
def test_what_is_no_pixel_size_is_not_guessed_at(text: str) -> None:
    """A text that is no pixel size, or could mean two, such as a decimal comma, gives none."""
    assert parse_pixel_size(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100,000,000", 10**8),
        ("100 000 000", 10**8),
        ("100_000_000", 10**8),
        ("1e9", 10**9),
        ("1 G", 10**9),
        ("1.5k", 1500),
        ("2m", 2 * 10**6),
        ("3 T", 3 * 10**12),
        ("0", 0),
        ("-5", -5),
        ("12.0", 12),
        ("9223372036854775807", 2**63 - 1),
        ("1e30", 10**30),
    ],
)
def test_counts_are_read_as_people_write_them(text: str, number: int) -> None:
    """Separators between thousands, exponents and k, M, G, T are understood, exactly."""
    assert parse_count(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "12a", "k", "1kk", "1 km", "1.5", "0.0001k", "1e-3", "nan", "inf", "-inf", "snan", "1e31",
        "1e999999999", "0,5", "1,5", "1,5e9", "12,34", "1,00", ",", "ten", "1\n0", "0x10",
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_not_guessed_at(text: str) -> None:
    """A text that is no whole number, or could mean two, gives none."""
    assert parse_count(text) is None


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises, and what is read is a size above 0 or a whole number."""
    size, count = parse_pixel_size(text), parse_count(text)
    assert size is None or (size.width > 0 and size.height > 0)
    assert count is None or isinstance(count, int)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_number_in_the_forms_own_writing_comes_back(number: int) -> None:
    """What the form writes with commas between thousands is read as the same number."""
    assert parse_count(f"{number:,}") == number


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_a_pixel_size_written_in_full_comes_back_exactly(size: float) -> None:
    """The shortest text that stands for a float is read as that float."""
    assert parse_pixel_size(f"{size!r} x {size!r} m") == PixelSize(size, size, "m")


@pytest.mark.parametrize(
    ("text", "angle"),
    [
        ("54.6", (54.6, "")),
        ("\N{MINUS SIGN}54.6°", (-54.6, "")),
        ("54.6° w", (-54.6, "W")),
        ("25°30'S", (-25.5, "S")),
        ("25° 30\N{PRIME} 18″ n", (25.505, "N")),
        ("25°30'18''S", (-25.505, "S")),
        ("25 30 18 S", (-25.505, "S")),
        ("-25º30.5'", (-25 - 30.5 / 60, "")),
        ("7,185,000", (7185000.0, "")),
        ("25 30", None),
        ("25' S", None),
        ("-25°S", None),
        ("25°60'S", None),
        ("25°30'60\"S", None),
        ("25°30'S 54°36'W", None),
        ("W", None),
        ("", None),
    ],
)
def test_angle_is_read_without_guessing(text: str, angle: tuple[float, str] | None) -> None:
    """Degrees, minutes and seconds count where a sign or a letter marks them; no sign is given twice."""
    degrees, letter = parse_angle(text) or (None, "")
    assert (degrees, letter) == ((None, "") if angle is None else (pytest.approx(angle[0]), angle[1]))
