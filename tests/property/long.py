"""How many examples a law is tried with: a few in every run, many in the long one."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = os.environ.get("EEW_LONG") == "1"
"""Whether this is the long run (``make long``)."""


def examples(count: int, *, long: int) -> settings:
    """Give the settings of a law that needs a number of its own."""
    return settings(max_examples=long if LONG else count)
