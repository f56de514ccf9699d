"""What coverage traces: the import of the package, the tests of units and panels, and nothing else.

A line that only a law's random example or a whole export reaches counts as untested, and tracing costs up to twice
what it watches. `no_cover` of pytest-cov does not do it: in a worker of pytest-xdist it stops one of two tracers.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

import pytest
from xdist import is_xdist_controller

import ee_export_widget

if TYPE_CHECKING:
    from collections.abc import Generator

TRACED = ("tests/unit/", "tests/widgets/", "tests/contract/client/test_live_check.py")
"""The last, because what it tests is itself a check of a service."""

_tracer = pytest.StashKey[Any]()


def _install(tracer: Any) -> None:  # noqa: ANN401 - as `sys` has it
    """Change what traces the tests, and seldom: two threads may not do so at once. Those of others keep theirs."""
    if sys.gettrace() is not tracer:
        sys.settrace(tracer)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Take the tracer of coverage out once it has seen the package imported; that of a debugger stays."""
    tracer = sys.gettrace()
    if tracer is not None and session.config.pluginmanager.hasplugin("_cov"):
        if not is_xdist_controller(session):
            for module in walk_packages(ee_export_widget.__path__, f"{ee_export_widget.__name__}."):
                if not module.name.endswith("__main__"):
                    import_module(module.name)
        session.config.stash[_tracer] = tracer
        _install(None)
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Put it in where a test is to be traced."""
    if _tracer in item.config.stash:
        traced = item.nodeid.startswith(TRACED) and item.get_closest_marker("untraced") is None
        _install(item.config.stash[_tracer] if traced else None)
