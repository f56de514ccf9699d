"""Pyramiding policies, and what a band's name, type, properties and values say about the right one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ee_export_widget.core.keywords import names_nearest_keyword

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import ArrayLike

Kind: TypeAlias = Literal["class", "bitmask", "date", "mask", "measured"]


class PyramidingPolicy(StrEnum):
    """How four pixels become one at the next level of an asset's pyramid, in the form's order."""

    MEAN = "MEAN"
    MODE = "MODE"
    SAMPLE = "SAMPLE"
    MIN = "MIN"
    MAX = "MAX"
    MEDIAN = "MEDIAN"

    @property
    def label(self) -> str:
        """What it does and what for, in one line."""
        return _LABELS[self]


_LABELS = {
    PyramidingPolicy.MEAN: "averages; measurements",
    PyramidingPolicy.MODE: "majority; classes",
    PyramidingPolicy.SAMPLE: "upper-left pixel; bitmasks, dates",
    PyramidingPolicy.MIN: "lowest",
    PyramidingPolicy.MAX: "highest",
    PyramidingPolicy.MEDIAN: "middle; ties average",
}

AVERAGING = frozenset({PyramidingPolicy.MEAN, PyramidingPolicy.MEDIAN})
"""Policies that can give a value that none of the four pixels has."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The policy that keeps a band's values meaningful, and why."""

    policy: PyramidingPolicy
    """The policy; MEAN where the default is right."""

    reason: str
    """A short phrase, such as ``integer class band``."""

    kind: Kind
    """What the band looks like."""


CLASS = Suggestion(PyramidingPolicy.MODE, "integer class band", "class")
BITMASK = Suggestion(PyramidingPolicy.SAMPLE, "QA bitmask", "bitmask")
DATE = Suggestion(PyramidingPolicy.SAMPLE, "acquisition date", "date")
INDEX = Suggestion(PyramidingPolicy.SAMPLE, "index", "date")
MASK = Suggestion(PyramidingPolicy.MODE, "yes/no mask", "mask")
MEASURED = Suggestion(PyramidingPolicy.MEAN, "measured value", "measured")

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BITMASK_NAME = re.compile(r"^qa|qa$|mask|(?<!or)bits", re.IGNORECASE)
_BITMASK_WORDS = {"qa", "qc"}
_DATE_WORDS = {"date", "doy", "lossyear", "time", "timestamp", "year"}
_INDEX_WORDS = {"index", "orbit"}
_CLASS_WORDS = {
    *("category", "class", "classes", "classification", "classified", "cluster", "clusters", "label", "labels"),
    *("landclass", "landcover", "landuse", "lc", "lulc", "nlcd", "scl"),
}
_CLASS_PAIRS = {("land", "cover"), ("land", "use")}
_DEGREE_WORDS = {
    *("accuracy", "conf", "confidence", "count", "coverfraction", "dist", "distance", "error", "fraction"),
    *("percent", "percentage", "prb", "prob", "proba", "probability", "score", "std", "uncertainty", "variance"),
}
_CLASS_PROPERTIES = ("class_values", "class_names", "class_palette")

_FEWEST_SAMPLES = 64
_MOST_CLASSES = 64
# In windows of a Landsat 8 scene at most 0.1 of the neighbours were equal, in its class map at least 0.67.
_EQUAL_NEIGHBOURS = 0.5
_FEWEST_STEPS = 8
_LARGEST_BYTE = 255
_MOST_BITS = 2


@names_nearest_keyword
def suggest_policy(
    band_id: str,
    data_type: Mapping[str, Any] | None,
    properties: Mapping[str, Any] | None = None,
    sample: ArrayLike | None = None,
) -> Suggestion:
    """Suggest the pyramiding policy of a band.

    Evidence counts in this order: what the image's properties say of its classes, a range of 0 to 1,
    the band's name, and the sample. Ordinary measured bands stay with the default.

    Parameters
    ----------
    band_id
        Name of the band; upper and lower case are the same.
    data_type
        What value:compute gives for the band: ``precision``, ``min``, ``max``, ``dimensions``.
    properties
        Properties of the image, such as ``landcover_class_values``.
    sample
        Values of the band at neighbouring pixels, shape (height, width) or (count,); masked pixels left
        out or NaN.

    Returns
    -------
    Suggestion
        Policy, reason and kind; MEAN as "measured value" where nothing speaks against it.
    """
    data_type = data_type or {}
    words = [word.lower() for word in _WORDS.findall(band_id)]
    if str(data_type.get("precision", "int")).lower() in {"float", "double"}:
        return DATE if _DATE_WORDS & set(words) else MEASURED
    if _has_class_properties(band_id, properties or {}):
        return CLASS
    if data_type.get("min") == 0 and data_type.get("max") == 1:
        return MASK
    return _by_name(band_id, words) or _by_sample(sample) or MEASURED


def _has_class_properties(band_id: str, properties: Mapping[str, Any]) -> bool:
    names = {f"{band_id}_{suffix}".lower() for suffix in _CLASS_PROPERTIES}
    return any(str(name).lower() in names for name in properties)


def _by_name(band_id: str, words: list[str]) -> Suggestion | None:
    """Judge an integer band by the words in its name."""
    if _DEGREE_WORDS & set(words):
        return MEASURED
    if _BITMASK_WORDS & set(words) or _BITMASK_NAME.search(band_id):
        return BITMASK
    if _CLASS_WORDS & set(words) or _CLASS_PAIRS & set(pairwise(words)):
        return CLASS
    if _DATE_WORDS & set(words):
        return DATE
    return INDEX if _INDEX_WORDS & set(words) else None


def _by_sample(sample: ArrayLike | None) -> Suggestion | None:  # noqa: PLR0911 - one for each kind
    """Judge an integer band by its values; few or equal ones say nothing."""
    if sample is None:
        return None
    import numpy as np

    values: np.ndarray[Any, Any] = np.ma.filled(np.ma.asarray(sample, dtype="float64"), np.nan)
    known = values[np.isfinite(values)]
    if known.size < _FEWEST_SAMPLES or np.any(known != np.floor(known)):
        return None
    distinct = np.unique(known)
    if not 1 < distinct.size <= _MOST_CLASSES:
        return None
    if distinct.size == 2 and distinct[0] == 0 and distinct[1] == 1:  # noqa: PLR2004 - yes and no
        return MASK
    if _are_bits(distinct):
        return BITMASK
    if distinct.size >= _FEWEST_STEPS and any(np.all(step >= 0) for step in (np.diff(known), -np.diff(known))):
        return INDEX
    return CLASS if _equal_neighbours(values) >= _EQUAL_NEIGHBOURS else None


def _are_bits(distinct: np.ndarray[Any, Any]) -> bool:
    """Whether values go beyond a byte and each is a sum of at most two powers of two."""
    if distinct[0] < 0 or distinct[-1] <= _LARGEST_BYTE or distinct[-1] >= 2**63:
        return False
    return all(int(value).bit_count() <= _MOST_BITS for value in distinct)


def _equal_neighbours(values: np.ndarray[Any, Any]) -> float:
    """Share of neighbouring pairs, along every axis, that are equal."""
    pairs = equal = 0
    for before, after in _neighbours(values):
        pairs += int(((before == before) & (after == after)).sum())  # noqa: PLR0124 - NaN is not equal to itself
        equal += int((before == after).sum())
    return equal / pairs if pairs else 0.0


def _neighbours(values: np.ndarray[Any, Any]) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    for axis in range(values.ndim):
        along = values.swapaxes(0, axis)
        yield along[:-1], along[1:]
