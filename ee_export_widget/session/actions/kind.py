"""What an action is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from ee_export_widget.session.session import ExportSession

Args: TypeAlias = Mapping[str, Any]
"""What the page says with an action: plain JSON, not checked yet."""

Action: TypeAlias = "Callable[[ExportSession, Args], None]"
"""Raises ``KeyError``, ``TypeError``, ``ValueError`` or ``OverflowError`` for arguments that no page of ours sends."""
