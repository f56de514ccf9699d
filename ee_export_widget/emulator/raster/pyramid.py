"""Reduced copies: 2 x 2 pixels become one, by a band's pyramiding policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import Pixels, full_mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

TOP_PX = 256
"""The pyramid ends with the first copy that fits into this square (Earth Engine guide, page on scale)."""

POLICIES = ("MEAN", "SAMPLE", "MIN", "MAX", "MODE", "MEDIAN")


def level_count(width: int, height: int) -> int:
    """Return how many halvings, rounding up, bring both sides to 256 pixels or less."""
    count = 0
    while max(width, height) > TOP_PX:
        width, height, count = -(-width // 2), -(-height // 2), count + 1
    return count


def level_size(width: int, height: int, level: int) -> tuple[int, int]:
    """Return (width, height) of a reduced copy; level 0 is the image itself."""
    return -(-width // 2**level), -(-height // 2**level)


def reduce_once(pixels: Pixels, policy: str) -> Pixels:
    """Return the copy of half the size, rounded up.

    Children beyond an odd edge count as masked. A parent's mask is the mean of its children's (SAMPLE: that of the
    upper-left child), so repeated means stay means of everything below them.

    Parameters
    ----------
    pixels
        Values and mask, shape (height, width).
    policy
        One of `POLICIES`; anything else counts as MEAN, as for the service.
    """
    values, mask = _even(pixels.values), _even(pixels.mask)
    if policy == "SAMPLE":
        return Pixels(np.ascontiguousarray(values[::2, ::2]), np.ascontiguousarray(mask[::2, ::2]))
    children, weights = _children(values), _children(mask)
    whole = bool((weights == 1).all())
    parents = _REDUCERS.get(policy, _mean)(children, None if whole else weights)
    if whole:
        return Pixels(parents, full_mask(parents.shape))
    parent_mask = weights.mean(axis=0, dtype=np.float32)
    return Pixels(np.where(parent_mask > 0, parents, 0).astype(values.dtype), parent_mask)


def _even(array: NDArray[Any]) -> NDArray[Any]:
    """Add a row or column of zeros where a side is odd."""
    height, width = array.shape
    return np.pad(array, ((0, height % 2), (0, width % 2))) if height % 2 or width % 2 else array


def _children(array: NDArray[Any]) -> NDArray[Any]:
    """Return the four children of every parent, shape (4, height, width): upper left, upper right, lower ones."""
    return np.stack([array[::2, ::2], array[::2, 1::2], array[1::2, ::2], array[1::2, 1::2]])


def _rounded(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return means in the band's own type; halves go up."""
    return (np.floor(values + 0.5) if dtype.kind in "iu" else values).astype(dtype)


def _mean(children: NDArray[Any], weights: NDArray[Any] | None) -> NDArray[Any]:
    if weights is None:
        return _rounded(children.mean(axis=0, dtype=np.float64), children.dtype)
    total = weights.sum(axis=0, dtype=np.float64)
    weighted = np.where(weights > 0, children, 0).astype(np.float64) * weights
    return _rounded(weighted.sum(axis=0) / np.where(total > 0, total, 1), children.dtype)


def _extreme(
    children: NDArray[Any], weights: NDArray[Any] | None, pick: Callable[..., NDArray[Any]], worst: float
) -> NDArray[Any]:
    if weights is None:
        return np.asarray(pick(children, axis=0))
    return np.asarray(pick(np.where(weights > 0, children, np.asarray(worst, children.dtype)), axis=0))


def _limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    if dtype.kind == "f":
        return -np.inf, np.inf
    limits = np.iinfo(dtype)
    return limits.min, limits.max


def _min(children: NDArray[Any], weights: NDArray[Any] | None) -> NDArray[Any]:
    return _extreme(children, weights, np.min, _limits(children.dtype)[1])


def _max(children: NDArray[Any], weights: NDArray[Any] | None) -> NDArray[Any]:
    return _extreme(children, weights, np.max, _limits(children.dtype)[0])


def _mode(children: NDArray[Any], weights: NDArray[Any] | None) -> NDArray[Any]:
    """Take the value with the greatest weight; where several tie, the first child's, as a sample would."""
    counted = np.ones(children.shape, np.float32) if weights is None else weights
    votes = np.stack([((children == child) * counted).sum(axis=0) for child in children])
    chosen: NDArray[Any] = np.take_along_axis(children, votes.argmax(axis=0)[np.newaxis], axis=0)
    return chosen.reshape(children.shape[1:])


def _median(children: NDArray[Any], weights: NDArray[Any] | None) -> NDArray[Any]:
    """Take the value that splits the weight in halves; the middle two are averaged where the split falls between."""
    counted = np.ones(children.shape, np.float64) if weights is None else weights.astype(np.float64)
    order = np.argsort(children, axis=0, kind="stable")
    values = np.take_along_axis(children, order, axis=0)
    reached = np.cumsum(np.take_along_axis(counted, order, axis=0), axis=0)
    half = reached[-1] / 2
    lower = (reached >= half).argmax(axis=0)
    upper = np.where(half > 0, (reached > half).argmax(axis=0), lower)
    pair = [np.take_along_axis(values, at[np.newaxis], axis=0)[0].astype(np.float64) for at in (lower, upper)]
    return _rounded((pair[0] + pair[1]) / 2, children.dtype)


_REDUCERS: dict[str, Callable[[NDArray[Any], NDArray[Any] | None], NDArray[Any]]] = {
    "MEAN": _mean,
    "MIN": _min,
    "MAX": _max,
    "MODE": _mode,
    "MEDIAN": _median,
}
