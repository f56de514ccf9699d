"""What is seen of a band's values in a small picture of the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

FEW = 4


@dataclass(frozen=True)
class SeenValues:
    """The values of a band that were seen."""

    lowest: float
    highest: float
    distinct: int
    few: tuple[float, ...] = ()
    """All of them, where they are few."""

    @classmethod
    def of(cls, sample: ArrayLike) -> SeenValues | None:
        """Look at a sample, masked pixels left out or NaN; None where it has no value."""
        import numpy as np

        values: np.ndarray[Any, Any] = np.ma.filled(np.ma.asarray(sample, dtype="float64"), np.nan)
        distinct = np.unique(values[np.isfinite(values)])
        if distinct.size == 0:
            return None
        few = tuple(distinct.tolist()) if distinct.size <= FEW else ()
        return cls(float(distinct[0]), float(distinct[-1]), int(distinct.size), few)

    def words(self, *, codes: bool) -> str:
        """Name codes one by one, or how many there are; of measured values, their ends."""
        if codes and self.few:
            return ", ".join(f"{value:.15g}" for value in self.few)
        ends = f"{self.lowest:,.6g} to {self.highest:,.6g}" if self.lowest < self.highest else f"{self.lowest:,.6g}"
        return f"{self.distinct:,} distinct, {ends}" if codes else ends
