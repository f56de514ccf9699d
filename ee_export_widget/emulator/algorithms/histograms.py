"""Reducers to histograms with bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .reducers import BINNED, Reducer
from .registry import algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator

    from .reducers import Values

_MAX_BUCKETS = 256
_NARROWEST = 2.0**-20


@algorithm(
    "Reducer.fixedHistogram",
    "min:Float max:Float steps:Integer cumulative:Boolean?",
    "Reducer",
    "Returns the reducer of a histogram with bins of one width.",
)
def _fixed_histogram(_: Evaluator, low: float, high: float, steps: int, cumulative: bool | None) -> Reducer:  # noqa: FBT001
    def histogram(values: Values, weights: Values) -> list[list[float]]:
        counted, _edges = np.histogram(values, bins=steps, range=(low, np.nextafter(high, low)), weights=weights)
        totals = np.cumsum(counted) if cumulative else counted
        starts = np.linspace(low, high, steps, endpoint=False)
        return [[start, total] for start, total in zip(starts.tolist(), totals.tolist(), strict=True)]

    return Reducer({"histogram": histogram}, dictionary=True)


@algorithm("Reducer.histogram", BINNED, "Reducer", "Returns the reducer of a histogram whose bins fit the values.")
def _histogram_that_fits(_: Evaluator, buckets: int | None, narrowest: float | None, *_others: object) -> Reducer:
    def histogram(values: Values, weights: Values) -> dict[str, Any]:
        kept, counts = values[weights > 0], weights[weights > 0]
        width = narrowest or _NARROWEST
        while np.floor(kept.max() / width) - np.floor(kept.min() / width) >= (buckets or _MAX_BUCKETS):
            width *= 2
        bins = (np.floor(kept / width) - np.floor(kept.min() / width)).astype(np.int64)
        totals = np.bincount(bins, counts)
        with np.errstate(invalid="ignore"):
            means = np.bincount(bins, kept * counts) / totals
        return {
            "bucketMeans": [None if np.isnan(mean) else mean for mean in means.tolist()],
            "bucketMin": float(np.floor(kept.min() / width) * width),
            "bucketWidth": width,
            "histogram": totals.tolist(),
        }

    return Reducer({"histogram": histogram}, dictionary=True)
