"""Larger pixels for grids that have too many: of the same shape, and on the source's lines where it has some."""

from __future__ import annotations

import pytest

from ee_export_widget.core.grid.coarsening import coarser_pixels, pixel_size_text

MODIS = 463.3127165279165


@pytest.mark.parametrize(
    ("present", "excess", "source", "first"),
    [
        ((10, 10), 3.9, None, (20, 20)),
        ((10, 10), 4.1, None, (20, 20)),
        ((10, 10), 20, None, (50, 50)),
        ((10, 10), 90, None, (100, 100)),
        ((0.0001, 0.0001), 3, None, (0.0002, 0.0002)),
        ((10, 10), 3.9, (30, 30), (30, 30)),
        ((30, 30), 1.5, (30, 30), (60, 60)),
        ((30, 30), 1.1, (30, 30), (30, 30)),
        ((MODIS, MODIS), 8, (MODIS, MODIS), (1389.9381495837495, 1389.9381495837495)),
        ((0.1, 0.1), 7, (0.1, 0.1), (0.3, 0.3)),
        ((30, 60), 3.9, None, (60, 120)),
        ((30, 60), 3.9, (30, 60), (60, 120)),
        ((30, 60), 3.9, (30, 30), (60, 120)),
        ((30, 60), 3.9, (15, 30), (60, 120)),
        ((30, 60), 2.5, (10, 20), (50, 100)),
    ],
)  # fmt: skip
def test_first_proposal(
    present: tuple[float, float], excess: float, source: tuple[float, float] | None, first: tuple[float, float]
) -> None:
    """Multiples of the source's pixel where the shapes agree, then 1, 2, 5; a pixel that is not square stays so."""
    assert next(coarser_pixels(present, excess, source)) == first


@pytest.mark.parametrize("present", [(10, 10), (30, 60), (0.25, 0.2)])
@pytest.mark.parametrize("excess", [1.01, 3, 47, 12345.6])
def test_one_of_the_proposals_is_large_enough_and_all_keep_the_shape(
    present: tuple[float, float], excess: float
) -> None:
    """The last is well above the estimate, each is as wide to its height as before, and they grow."""
    proposals = list(coarser_pixels(present, excess, present))
    assert max(width * height for width, height in proposals) >= excess * present[0] * present[1]
    assert all(width / height == pytest.approx(present[0] / present[1]) for width, height in proposals)


@pytest.mark.parametrize(
    ("size", "text"), [((30.0, 30.0), "30"), ((30.0, 60.0), "30 x 60"), ((0.1, 0.25), "0.1 x 0.25")]
)
def test_size_as_it_would_be_typed(size: tuple[float, float], text: str) -> None:
    """One number for a square pixel, two for others, without needless fractions."""
    assert pixel_size_text(*size) == text
