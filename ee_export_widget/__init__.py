"""Compose, check, submit and watch Earth Engine image exports in a notebook."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.operation import Operation, OperationState
    from ee_export_widget.core.pyramiding import PyramidingPolicy, suggest_policy
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import ExportWidgetError, InvalidRequestError, Problem
    from ee_export_widget.widgets.export_widget import ExportWidget

_HOMES = {
    "AffineTransform": "core.grid.affine",
    "EarthEngineClient": "client.api",
    "ExportImageRequest": "core.request",
    "ExportWidget": "widgets.export_widget",
    "ExportWidgetError": "errors",
    "InvalidRequestError": "errors",
    "Operation": "core.operation",
    "OperationState": "core.operation",
    "PixelGrid": "core.grid.pixel_grid",
    "Problem": "errors",
    "PyramidingPolicy": "core.pyramiding",
    "suggest_policy": "core.pyramiding",
}

__all__ = [
    "AffineTransform",
    "EarthEngineClient",
    "ExportImageRequest",
    "ExportWidget",
    "ExportWidgetError",
    "InvalidRequestError",
    "Operation",
    "OperationState",
    "PixelGrid",
    "Problem",
    "PyramidingPolicy",
    "suggest_policy",
]


def __getattr__(name: str) -> object:
    """Load each public name with its room on first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
