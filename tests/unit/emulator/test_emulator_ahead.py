"""Computing ahead of what is used."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from ee_export_widget.emulator.raster.ahead import THREADS, ahead


def test_results_come_in_the_order_of_the_items() -> None:
    """Whichever is ready first, each is handed out in its turn."""
    later = threading.Event()

    def work(item: int) -> int:
        if item == 0 and THREADS > 1:
            assert later.wait(30)
        later.set()
        return item * 10

    assert list(ahead(work, range(20))) == [item * 10 for item in range(20)]
    assert list(ahead(work, [])) == []


def test_only_a_few_results_wait_to_be_used() -> None:
    """Memory does not grow with the number of items: nothing is begun that is far from its turn."""
    begun = []

    def items() -> object:
        for item in range(1000):
            begun.append(item)
            yield item

    with closing(ahead(str, items())) as results:  # type: ignore[arg-type]
        assert next(results) == "0"
        assert len(begun) <= THREADS + 1


def test_a_mistake_comes_out_in_its_turn_and_ends_the_work() -> None:
    """What was computed before it is still used, and no thread is left behind."""
    results = ahead(lambda item: 12 // item, [2, 1, 0, 4])
    assert [next(results), next(results)] == [6, 12]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert not [each for each in threading.enumerate() if each.name.startswith("local-earth-engine-compute")]
