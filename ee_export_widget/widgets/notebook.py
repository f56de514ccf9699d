"""The notebook around a form: its variables, and when a cell has ended."""

from __future__ import annotations

import os
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def shell() -> Any:  # noqa: ANN401 - IPython's, which has no types
    """Give IPython's shell, or None outside of it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def namespace() -> Mapping[str, object]:
    """Give the variables of the notebook, as they change; none outside of one."""
    here = shell()
    return MappingProxyType({} if here is None else here.user_ns)


def notebook_path() -> str:
    """Give the whole path of the notebook where its server or its editor says it; empty elsewhere."""
    return os.environ.get("JPY_SESSION_NAME") or str(namespace().get("__vsc_ipynb_file__", ""))


def after_each_cell(call: Callable[[], None]) -> Callable[[], None]:
    """Make a call after every cell; what comes back ends that."""
    here = shell()
    if here is None:
        return lambda: None

    def ran(_result: object) -> None:
        call()

    here.events.register("post_run_cell", ran)

    def stop() -> None:
        # A kernel that is shutting down may have let go of it before.
        if ran in here.events.callbacks["post_run_cell"]:
            here.events.unregister("post_run_cell", ran)

    return stop
