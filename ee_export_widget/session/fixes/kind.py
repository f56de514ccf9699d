"""What a fix is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.core.draft.draft import Draft

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot

Step: TypeAlias = Callable[[Draft], Draft]

Maker: TypeAlias = "Callable[[Problem, Snapshot], Iterator[NamedFix]]"
"""Yields the ways out of a problem, the most likely one first."""

CHANGES_IMAGE = "changes the image"


def as_it_is(draft: Draft) -> Draft:
    """Change nothing: what a fix does to a draft when a command of the session does the work."""
    return draft


@dataclass(frozen=True)
class NamedFix:
    """One way out of a problem, with its result in words."""

    name: str
    label: str
    apply: Step = as_it_is
    note: str = ""
    command: str = ""
    """Action that does it, where the draft alone cannot."""
    copies: str = ""
    """Text that the page puts on the clipboard: what a person needs who can only ask somebody else."""
    leads: str = ""
    """JSON path of the field where the person finds the way out."""

    @property
    def solves(self) -> bool:
        """Whether a press changes something."""
        return not (self.copies or self.leads)


def setting(**changes: object) -> Step:
    """Make the step that sets fields of a draft."""
    return lambda draft: replace(draft, **changes)  # type: ignore[arg-type] # each name is a field of Draft
