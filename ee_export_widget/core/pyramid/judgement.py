"""What the policies make of one window: its reduced levels, and how far these keep to the pixels they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ee_export_widget.core.pyramid.reduction import Pixels, reduced
from ee_export_widget.core.pyramiding import PyramidingPolicy

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]

LEVELS = (2, 3, 4)
"""How often the shown levels are reduced: 4, 8 and 16 pixels of the export become one."""

SIDE_PX = 96
"""Side of a window, so that every shown level has whole pixels."""


@dataclass(frozen=True, eq=False)
class Level:
    """One reduced level of a window."""

    factor: int
    """How many pixels of the export lie along a side of one of its pixels."""

    pixels: Pixels

    invented: Array
    """True where a pixel shows a value that none of its source pixels had."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """What one policy makes of a window; shares and error over all of its shown levels."""

    levels: tuple[Level, ...]

    keeps: float
    """Share of the pixels, 0 to 1, that show the value which covers most of their source pixels."""

    invents: float
    """Share of the pixels that show a value which none of their source pixels had."""

    error: float
    """Mean distance of the pixels shown from the mean of their source pixels, in units of the band."""


def judge(source: Pixels) -> dict[PyramidingPolicy, Judgement]:
    """Reduce a window by every policy and compare each level with the window itself.

    Parameters
    ----------
    source
        Pixels of the export; the corner of the window is on a pixel of the highest level.

    Returns
    -------
    One judgement for each policy, in the form's order. Pixels whose source pixels are all masked count nowhere; one
    that a policy leaves masked keeps nothing.
    """
    truths = {level: _Truth(source, 2**level) for level in LEVELS}
    return {policy: _judged(source, policy, truths) for policy in PyramidingPolicy}


def _judged(source: Pixels, policy: PyramidingPolicy, truths: dict[int, _Truth]) -> Judgement:
    levels, at = [], source
    total = shown = kept = invented = 0
    error = 0.0
    for number in range(1, LEVELS[-1] + 1):
        at = reduced(at, policy)
        if number not in truths:
            continue
        truth, seen = truths[number], (at.mask > 0).ravel()
        same = truth.count_of(at.values)
        strange = seen & (same == 0)
        total += int(truth.known.sum())
        kept += int((seen & truth.known & (same == truth.most)).sum())
        invented += int(strange.sum())
        shown += int(seen.sum())
        error += float(np.abs(at.values.ravel() - truth.mean)[seen].sum())
        levels.append(Level(2**number, at, strange.reshape(at.values.shape)))
    return Judgement(tuple(levels), kept / max(total, 1), invented / max(total, 1), error / max(shown, 1))


class _Truth:
    """The source pixels below each pixel of a level, row by row of the level."""

    def __init__(self, source: Pixels, factor: int) -> None:
        self._values, self._weights = _blocks(source.values, factor), _blocks(source.mask, factor)
        valid = self._weights > 0
        self._valid = valid
        equal = (self._values[:, :, None] == self._values[:, None, :]) & valid[:, None, :]
        self.known = valid.any(axis=1)
        self.most = np.where(valid, equal.sum(axis=2), 0).max(axis=1)
        total = self._weights.sum(axis=1)
        weighted = np.where(valid, self._values, 0) * self._weights
        self.mean = weighted.sum(axis=1, dtype=float) / np.where(total > 0, total, 1)

    def count_of(self, level: Array) -> Array:
        """Count for each pixel of the level how many of its source pixels have its value."""
        return np.asarray(((self._values == level.reshape(-1, 1)) & self._valid).sum(axis=1))


def _blocks(level: Array, factor: int) -> Array:
    """Give the squares of ``factor`` x ``factor`` pixels, one a row; zeros stand beyond the edges."""
    height, width = level.shape
    whole = np.pad(level, ((0, -height % factor), (0, -width % factor)))
    rows, columns = (side // factor for side in whole.shape)
    return whole.reshape(rows, factor, columns, factor).swapaxes(1, 2).reshape(rows * columns, factor * factor)


def mixed_places(picture: Pixels, side: int, *, codes: bool, most: int = 3) -> list[tuple[float, float]]:
    """Find the squares in which values change most from pixel to pixel.

    Parameters
    ----------
    picture
        The band, as closely or coarsely as it was read.
    side
        Of a square, in pixels of the picture.
    codes
        Whether any difference counts the same, as between classes; otherwise the larger ones count more.
    most
        How many to give.

    Returns
    -------
    Centres ``(column, row)`` in pixels of the picture, the most mixed first; the middle of the picture where nothing
    changes at all.
    """
    height, width = picture.values.shape
    changes = np.zeros((height, width))
    for axis in (0, 1):
        before, after = (_without(picture, axis, end) for end in (-1, 0))
        step = (before.values != after.values) if codes else np.abs(after.values.astype(float) - before.values)
        place = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        changes[place] += np.where((before.mask > 0) & (after.mask > 0), step, 0)
    sums = _blocks(changes, side).sum(axis=1)
    columns = -(-width // side)
    found = [int(index) for index in np.argsort(-sums, kind="stable")[:most] if sums[index] > 0]
    if not found:
        return [(width / 2, height / 2)]
    return [((index % columns + 0.5) * side, (index // columns + 0.5) * side) for index in found]


def _without(picture: Pixels, axis: int, end: int) -> Pixels:
    """Leave the last (-1) or the first (0) row or column out."""
    part = slice(None, -1) if end else slice(1, None)
    place = (part, slice(None)) if axis == 0 else (slice(None), part)
    return Pixels(picture.values[place], picture.mask[place])
