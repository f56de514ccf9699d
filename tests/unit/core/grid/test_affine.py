"""The affine transform: its two orders, its JSON, and the way there and back."""

from __future__ import annotations

import math

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.errors import InvalidRequestError

NORTH_UP = AffineTransform(10, 0, 685760, 0, -10, 5342060)
ROTATED = AffineTransform(8, 6, 680000, 6, -8, 5330000)


def test_json_has_all_six_members() -> None:
    """Zeros are written too, whole numbers without a fraction and never as a negative zero."""
    text = AffineTransform(10.0, -0.0, 0.5, 0, -10, -0.0).to_json()
    assert repr(text) == ("{'scaleX': 10, 'shearX': 0, 'translateX': 0.5, 'shearY': 0, 'scaleY': -10, 'translateY': 0}")


def test_absent_and_null_members_are_zero() -> None:
    """A transform without shears and translations is read as the service reads it."""
    read = AffineTransform.from_json({"scaleX": 30, "scaleY": -30, "shearX": None})
    assert read == AffineTransform(30, 0, 0, 0, -30, 0)


@pytest.mark.parametrize("value", ["10", True, math.nan, math.inf, [1], 10**400], ids=repr)
def test_member_that_is_no_finite_number_is_refused(value: object) -> None:
    """Texts, truth values and what is not finite are named by their path."""
    with pytest.raises(InvalidRequestError) as caught:
        AffineTransform.from_json({"scaleX": 1, "scaleY": -1, "translateX": value})
    assert [(p.field, p.code) for p in caught.value.problems] == [("grid.affineTransform.translateX", "not-a-number")]


def test_unknown_member_is_refused_by_its_path() -> None:
    """A misspelt member is not silently a zero."""
    with pytest.raises(InvalidRequestError, match=r"grid\.affineTransform\.scale_x"):
        AffineTransform.from_json({"scale_x": 1})


@pytest.mark.parametrize("value", [None, [1, 0, 0, 0, -1, 0], "x"])
def test_json_that_is_no_object_is_refused(value: object) -> None:
    """Only a mapping is a transform message."""
    with pytest.raises(InvalidRequestError, match="must be an object"):
        AffineTransform.from_json(value)  # type: ignore[arg-type] # that is the point


def test_two_orders_of_six_numbers() -> None:
    """The client's order and GDAL's differ and both are read back."""
    client = [8.0, 6.0, 680000.0, 6.5, -8.0, 5330000.0]
    gdal = [680000.0, 8.0, 6.0, 5330000.0, 6.5, -8.0]
    assert AffineTransform.from_list(client) == AffineTransform.from_gdal(gdal)
    assert AffineTransform.from_list(client).to_list() == client
    assert AffineTransform.from_gdal(gdal).to_gdal() == gdal


@pytest.mark.parametrize("values", [[], [1, 0, 0, 0, -1], [1] * 7])
def test_list_of_other_than_six_numbers_is_refused(values: list[float]) -> None:
    """Five or seven numbers are no transform."""
    with pytest.raises(InvalidRequestError, match=f"not {len(values)}"):
        AffineTransform.from_list(values)


def test_corner_and_centre_of_a_pixel() -> None:
    """Position (0, 0) is the outer corner, half a pixel further the centre."""
    assert NORTH_UP.apply(0, 0) == (685760, 5342060)
    assert NORTH_UP.apply(0.5, 0.5) == (685765, 5342055)
    assert NORTH_UP.is_north_up
    assert NORTH_UP.determinant == -100


@pytest.mark.parametrize("transform", [NORTH_UP, ROTATED, AffineTransform(-1, 0, 5, 0, 2, 7)])
def test_inverse_undoes(transform: AffineTransform) -> None:
    """Both ways back from coordinates give the pixel again, also for rotated and mirrored lattices."""
    x, y = transform.apply(123, -45)
    assert transform.locate(x, y) == pytest.approx((123, -45))
    assert transform.inverse().apply(x, y) == pytest.approx((123, -45))


def test_rotated_lattice_is_not_north_up() -> None:
    """A shear, a mirrored x and a south-up y each make a lattice something else."""
    others = [ROTATED, AffineTransform(-1, 0, 0, 0, -1, 0), AffineTransform(1, 0, 0, 0, 1, 0)]
    assert not any(transform.is_north_up for transform in others)


@pytest.mark.parametrize(
    "transform", [AffineTransform(0, 0, 0, 0, -1, 0), AffineTransform(1, 1, 0, 1, 1, 0), AffineTransform(*[1e200] * 6)]
)
def test_pixels_without_area_have_no_inverse(transform: AffineTransform) -> None:
    """A zero scale, parallel sides and numbers that overflow are refused."""
    with pytest.raises(InvalidRequestError, match="without an area"):
        transform.inverse()


def test_shifted_corner_is_computed_in_decimals() -> None:
    """Three pixels of 0.1 end at 0.3, not at 0.30000000000000004."""
    shifted = AffineTransform(0.1, 0, 0, 0, -0.1, 90).shifted(3, 3)
    assert (shifted.translate_x, shifted.translate_y) == (0.3, 89.7)


def test_shifted_keeps_a_rotated_lattice() -> None:
    """The new corner lies on the old lattice; the other four numbers stay."""
    assert ROTATED.shifted(197, 696) == AffineTransform(8, 6, 685752, 6, -8, 5325614)
