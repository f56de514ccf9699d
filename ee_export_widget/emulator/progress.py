"""How far an export is: its stages, paced to the clock, and the moments at which it has to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .clock import Clock

DURATION_S = 18.0
"""How long, by the clock, an export takes at least once it runs; the work itself may take longer."""


class Progress:
    """Counts the work that an export has done.

    Every piece of work is reported when it is done and not before its share of `DURATION_S` has passed, so what people
    see is real work at a pace they can follow.

    Parameters
    ----------
    stages
        Names of the stages with their share of the whole, in order; shares add up to 1.
    clock
        Sets the pace.
    report
        Called with the overall share of work done, 0 to 1, after every piece of it.
    check
        Called before and after every wait; raises to stop the export.
    stop
        Whether the export should stop waiting and `check` again.
    """

    def __init__(
        self,
        stages: Sequence[tuple[str, float]],
        clock: Clock,
        *,
        report: Callable[[float], None],
        check: Callable[[float], None],
        stop: Callable[[], bool],
    ) -> None:
        self._names = [name for name, _ in stages]
        self._shares = [share for _, share in stages]
        self._done = [0] * len(stages)
        self._totals = [0] * len(stages)
        self._clock = clock
        self._start = clock.seconds()
        self._report = report
        self._check = check
        self._stop = stop

    @property
    def share(self) -> float:
        """Work done, from 0 to 1."""
        parts = zip(self._shares, self._done, self._totals, strict=True)
        return min(1.0, sum(share * done / total for share, done, total in parts if total))

    def expect(self, stage: int, total: int) -> None:
        """Say how many pieces a stage has."""
        self._totals[stage] = max(1, total)

    def step(self, stage: int) -> None:
        """Say that a piece of a stage is done, then wait until its time has come."""
        self._done[stage] += 1
        share = self.share
        self._check(share)
        self._clock.wait_until(self._start + DURATION_S * share, self._stop)
        self._check(share)
        self._report(share)

    def stages(self) -> list[dict[str, Any]]:
        """Return the stages as operations show them; work units appear once there is some."""
        shown: list[dict[str, Any]] = []
        for name, done, total in zip(self._names, self._done, self._totals, strict=True):
            units = {"completeWorkUnits": min(done, total), "totalWorkUnits": str(total)} if done else {}
            shown.append({"displayName": name, **units})
        return shown
