"""A local Earth Engine: the same requests and answers as the service, real pixels, no account and no network.

It imports nothing of the rest of the package, so that a misread contract cannot be wrong on both sides at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import create_app
    from .clock import Clock, ManualClock
    from .errors import EmulatorError
    from .faults import Faults
    from .quota import Quota
    from .server import LocalEarthEngine, serve

__all__ = ["Clock", "EmulatorError", "Faults", "LocalEarthEngine", "ManualClock", "Quota", "create_app", "serve"]

_HOMES = {
    "Clock": "clock",
    "EmulatorError": "errors",
    "Faults": "faults",
    "LocalEarthEngine": "server",
    "ManualClock": "clock",
    "Quota": "quota",
    "create_app": "app",
    "serve": "server",
}


def __getattr__(name: str) -> object:
    """Load what is asked for, and the libraries it needs, on first use."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
