"""What a person chose last in each project: a small file, so that a new form need not be told again.

It fills what a person leaves open in the form, and only there: a form that nobody has touched, or whose destination
a script has chosen, sends what the script says, whatever was clicked yesterday.

Kept is what fills a field, describes habits and is no secret: bucket, folder, priority, tag. What would choose where
the next export goes or what its files are is not among it, nor is a name that would overwrite something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.draft import Draft
from ee_export_widget.core.draft.fields import field_value
from ee_export_widget.session.json_file import JsonFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT = frozenset({"bucket", "drive_folder", "priority", "workload_tag"})
"""Fields of a draft that say how somebody works, and not what this one image needs."""

DECIDED_BY = KEPT | {"destination"}
"""A script that edits one of these fields has decided them all."""

FILE = "last-values.json"
_MOST_PROJECTS = 100


class Habits:
    """The last values of one user on this machine.

    Parameters
    ----------
    folder
        Where the file is; made when something is first kept. Without one nothing is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = JsonFile(folder, FILE)

    def keep(self, project: str, draft: Draft) -> None:
        """Keep the values of a draft for its project."""
        if not project:
            return
        empty = Draft()
        values = {name: getattr(draft, name) for name in sorted(KEPT) if getattr(draft, name) != getattr(empty, name)}
        known = {name: own for name, own in self._file.read().items() if name != project}
        self._file.keep(dict([*known.items(), (project, values)][-_MOST_PROJECTS:]))

    def of(self, project: str) -> dict[str, Any]:
        """Give the fields of a draft that were kept for a project; what no field holds any more is left out."""
        kept = self._file.read().get(project)
        values: dict[str, Any] = {}
        for name, value in kept.items() if isinstance(kept, dict) else ():
            try:
                values |= {name: field_value(name, value)} if name in KEPT else {}
            except (TypeError, ValueError):
                continue  # written by another release, or by hand
        return values

    def fill(self, draft: Draft, project: str, *, before: Mapping[str, Any]) -> tuple[Draft, Mapping[str, Any]]:
        """Fill the fields of a draft that are still open; give what was filled in as well.

        Parameters
        ----------
        draft
            What has been typed so far; a request that was loaded leaves nothing open.
        project
            Whose values are taken.
        before
            What was filled in earlier, for another project perhaps: nobody has chosen it.
        """
        if draft.loaded is not None:
            return draft, {}
        empty, kept = Draft(), self.of(project)
        still_open = {
            name: getattr(empty, name)
            for name in KEPT
            if getattr(draft, name) in (getattr(empty, name), before.get(name))
        }
        filled = {name: value for name, value in kept.items() if name in still_open}
        return replace(draft, **(still_open | filled)), filled
