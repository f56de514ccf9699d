"""One step up in a pyramid: four pixels become one, by a band's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ee_export_widget.core.pyramiding import PyramidingPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]


class Pixels(NamedTuple):
    """A band at one level."""

    values: Array
    """In the band's own type, shape ``(height, width)``."""

    mask: Array
    """The same shape: 0 where there is no value, up to 1 where it counts fully."""


def reduced(pixels: Pixels, policy: PyramidingPolicy) -> Pixels:
    """Give the next level, of half the size, rounded up.

    What lies beyond an odd edge counts as masked. The mask of a pixel is the mean of those that it is made of, and of
    a sample that of the one taken. Whole numbers are rounded, halves up (Earth Engine guide, page on image pyramids).

    Parameters
    ----------
    pixels
        The level below.
    policy
        How four values become one.
    """
    values, masks = _fours(pixels.values), _fours(pixels.mask)
    if policy is PyramidingPolicy.SAMPLE:
        return Pixels(values[0].copy(), masks[0].copy())
    mask = masks.mean(axis=0, dtype=np.float32)
    found = _WAYS[policy](values, masks.astype(float))
    if found.dtype.kind == "f" and values.dtype.kind in "iub":
        found = np.floor(found + 0.5)
    return Pixels(np.where(mask > 0, found, 0).astype(values.dtype), mask)


def _fours(level: Array) -> Array:
    """Give the four pixels below each: upper left, upper right, lower left, lower right."""
    height, width = level.shape
    whole = np.pad(level, ((0, height % 2), (0, width % 2)))
    return (
        whole.reshape((height + 1) // 2, 2, (width + 1) // 2, 2)
        .transpose(1, 3, 0, 2)
        .reshape(4, -1, whole.shape[1] // 2)
    )


def _mean(values: Array, weights: Array) -> Array:
    total = weights.sum(axis=0)
    known = np.where(weights > 0, values, 0)
    return np.asarray((known * weights).sum(axis=0) / np.where(total > 0, total, 1))


def _lowest(values: Array, weights: Array) -> Array:
    return np.asarray(np.where(weights > 0, values, _limits(values)[1]).min(axis=0))


def _highest(values: Array, weights: Array) -> Array:
    return np.asarray(np.where(weights > 0, values, _limits(values)[0]).max(axis=0))


def _limits(values: Array) -> tuple[Any, Any]:
    if values.dtype.kind == "f":
        return values.dtype.type(-np.inf), values.dtype.type(np.inf)
    limits = np.iinfo(values.dtype)
    return values.dtype.type(limits.min), values.dtype.type(limits.max)


def _commonest(values: Array, weights: Array) -> Array:
    """Take what weighs most together; of several, the one that comes first."""
    votes = ((values[:, None] == values[None]) * weights[None]).sum(axis=1)
    return np.asarray(np.take_along_axis(values, votes.argmax(axis=0)[None], axis=0)[0])


def _middle(values: Array, weights: Array) -> Array:
    """Take what has half of the weight on either side; the mean of two where the half falls between them."""
    order = values.argsort(axis=0, kind="stable")
    inner, below = np.take_along_axis(values, order, axis=0), np.take_along_axis(weights, order, axis=0).cumsum(axis=0)
    half = below[-1] / 2
    at_half, past_half = (below >= half).argmax(axis=0), (below > half).argmax(axis=0)
    low, high = (np.take_along_axis(inner, at[None], axis=0)[0].astype(float) for at in (at_half, past_half))
    return np.asarray((low + high) / 2)


_WAYS: dict[PyramidingPolicy, Callable[[Array, Array], Array]] = {
    PyramidingPolicy.MEAN: _mean,
    PyramidingPolicy.MIN: _lowest,
    PyramidingPolicy.MAX: _highest,
    PyramidingPolicy.MODE: _commonest,
    PyramidingPolicy.MEDIAN: _middle,
}
