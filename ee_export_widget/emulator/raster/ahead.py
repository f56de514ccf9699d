"""Computing on every processor: the next results are worked on while one is used."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

THREADS = min(4, os.cpu_count() or 1)
"""More would hold more blocks in memory than they gain time."""


def ahead(work: Callable[[T], R], items: Iterable[T]) -> Generator[R]:
    """Yield the result for every item, in order, while the next `THREADS` are computed on threads of their own.

    Whoever stops early closes the iterator, which waits for what has been begun. What `work` raises comes out in its
    turn.
    """
    begun: deque[Future[R]] = deque()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="local-earth-engine-compute") as pool:
        try:
            for item in items:
                begun.append(pool.submit(work, item))
                if len(begun) > THREADS:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
