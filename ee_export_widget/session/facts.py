"""What the service says of an account and its project, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Registration: TypeAlias = Literal["unknown", "registered", "not_registered"]

QUEUE_LIMIT = 3000
"""Exports that may wait at once (service guide, usage)."""


@dataclass(frozen=True)
class Quota:
    """How much room there is under the root of a project's assets; None where the service does not say."""

    size_bytes: int | None = None
    max_size_bytes: int | None = None
    asset_count: int | None = None
    max_assets: int | None = None

    @property
    def free_bytes(self) -> int | None:
        """Room that is left."""
        if self.size_bytes is None or self.max_size_bytes is None:
            return None
        return max(0, self.max_size_bytes - self.size_bytes)

    @property
    def is_full(self) -> bool:
        """Whether no further asset may be made."""
        return self.asset_count is not None and self.max_assets is not None and self.asset_count >= self.max_assets


@dataclass(frozen=True)
class Standing:
    """How things stand with the project: asked in the background, a minute old at most when it counts."""

    state: Literal["unknown", "asking", "known", "unreachable"] = "unknown"
    registration: Registration = "unknown"
    waiting: int | None = None
    """Exports of the project that have not begun."""
    waiting_at_least: bool = False
    """The list was longer than what was read of it."""
    root: str = ""
    """Whose quota it is: ``projects/P/assets``."""
    quota: Quota | None = None
    at: datetime | None = None
