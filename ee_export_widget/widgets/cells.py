"""What a form has to do with the notebook around it: its cell, and its place on disk."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from ee_export_widget.widgets.notebook import notebook_path, shell

if TYPE_CHECKING:
    from ee_export_widget.session.autosave import Autosave
    from ee_export_widget.widgets.export_widget import ExportWidget

_forms: dict[str, list[tuple[str, weakref.ref[ExportWidget]]]] = {}
"""Cell id to the forms that its runs have made, each with the id of the run."""


def state_folder() -> Path:
    """Give the folder in which submissions are noted."""
    return Path(platformdirs.user_state_dir("ee-export-widget"))


def replace_earlier(form: ExportWidget) -> None:
    """Close the forms that an earlier run of the same cell has made."""
    cell, run = _running()
    if not cell:
        return
    kept = []
    for earlier_run, reference in _forms.get(cell, []):
        earlier = reference()
        if earlier is None:
            continue
        if earlier_run == run:
            kept.append((earlier_run, reference))
        else:
            earlier.close()
    _forms[cell] = [*kept, (run, weakref.ref(form))]


def autosave(form: ExportWidget) -> Autosave | None:
    """Keep what a cell's form holds and offer what an earlier one of that cell held; None outside a notebook."""
    from ee_export_widget.session.autosave import Autosave
    from ee_export_widget.session.keeping import Keeper

    cell, _run = _running()
    notebook = notebook_path()
    if not cell or not notebook:
        return None
    number = [reference() for _run, reference in _forms[cell]].index(form)
    saving = Autosave(form.session, Keeper(state_folder() / "drafts", f"{notebook}#{cell}#{number}"))
    saving.offer()
    return saving


def forget(form: ExportWidget) -> None:
    """Keep no track of a form that is being closed."""
    for cell, forms in list(_forms.items()):
        _forms[cell] = [item for item in forms if item[1]() is not form]


def _running() -> tuple[str, str]:
    """Give the ids of the cell that is running and of its run; empty outside a notebook."""
    here = shell()
    parent = here.get_parent() if hasattr(here, "get_parent") else {}
    if not isinstance(parent, dict):
        return "", ""
    return str(parent.get("metadata", {}).get("cellId") or ""), str(parent.get("header", {}).get("msg_id") or "")
