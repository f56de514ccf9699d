"""Ways out of what stands against an account or its project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ee_export_widget.session.checks import PROJECT
from ee_export_widget.session.fixes.kind import NamedFix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.errors import Problem
    from ee_export_widget.session.snapshot import Snapshot

ANOTHER_PROJECT = NamedFix("choose-project", "Choose another project", leads=PROJECT)


def for_registration(_problem: Problem, _snapshot: Snapshot) -> Iterator[NamedFix]:
    """Lead to the projects."""
    yield ANOTHER_PROJECT


def for_scopes(_problem: Problem, _snapshot: Snapshot) -> Iterator[NamedFix]:
    """Look for the wider sign-in that was made meanwhile."""
    yield NamedFix("signed-in-anew", "Try again", command="retry_connection")


_PERMISSION = re.compile(r"\b(?:earthengine|serviceusage|storage)(?:\.[A-Za-z]+){2}\b")


def for_refusal(words: str) -> Iterator[NamedFix]:
    """Lead to the projects, and give the permission to ask for where the words of the service, or ours, name one."""
    yield ANOTHER_PROJECT
    yield from copying(words)


def copying(words: str) -> Iterator[NamedFix]:
    """Give the name of the permission that is missing: somebody else has to be told it."""
    if found := _PERMISSION.search(words):
        yield NamedFix("copy-permission", "Copy permission name", copies=found[0])
