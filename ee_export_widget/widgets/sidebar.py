"""JupyterLab's sidebar: the only module that knows it.

The panel in the page (see ``labextension/static``) asks the kernel for its slot, one box for the whole kernel, and
draws it. What stands in the slot is decided here, so a form that takes the place of another needs no word to the
page, and every window that shows this kernel follows.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import ipywidgets
from comm import create_comm

from ee_export_widget.session.autosave import Autosave
from ee_export_widget.session.keeping import Keeper
from ee_export_widget.session.present.parts import button, text
from ee_export_widget.widgets import cells
from ee_export_widget.widgets.export_widget import ExportWidget
from ee_export_widget.widgets.notebook import namespace, notebook_path, shell
from ee_export_widget.widgets.panel import FirstFormView

if TYPE_CHECKING:
    from collections.abc import Callable

Side: TypeAlias = Literal["left", "right"]

TARGET = "ee_export_widget.sidebar"
"""Name under which a page with our extension hears that a form is to be shown."""

SHOWN = "The image export form is in the sidebar."
NO_SIDEBAR = (
    "There is no sidebar for the form here: it needs JupyterLab 4 or Notebook 7 with ee-export-widget installed "
    "where Jupyter itself runs. The form works in a cell as well: let its variable be the last line of one."
)
ELSEWHERE = "{place} has no sidebar for the form. It works in a cell: let its variable be the last line of one."

_CLOSED = "The form that was here has been closed."


class Slot:
    """What the panel shows of one kernel: a form, or the offer to begin one."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._keeper: Keeper | None = None
        self._autosave: Autosave | None = None
        self._form: ExportWidget | None = None
        self._own: ExportWidget | None = None
        self._offer = _offer(self.begin)
        self.box = ipywidgets.Box()
        self.box.add_class("eew-slot")

    @property
    def form(self) -> ExportWidget | None:
        """The form that is shown."""
        return self._form

    def keep_at(self, place: str) -> None:
        """Keep what the shown form holds, from now on, as that of a place."""
        with self._lock:
            if self._keeper is None and place:
                self._keeper = Keeper(cells.state_folder() / "drafts", place)
                if self._form is not None:
                    self._autosave = Autosave(self._form.session, self._keeper)

    def begin(self) -> None:
        """Show a form: the one that is there, or a new one, which offers what was kept."""
        with self._lock:
            if self._form is not None:
                return
            self._own = ExportWidget()
            self._show(self._own)
            if self._autosave is not None:
                self._autosave.offer()

    def take(self, form: ExportWidget) -> None:
        """Show this form in place of any other; one that the panel began itself, and nobody has touched, is closed."""
        with self._lock:
            self._show(form)
            own = self._own
            if own is not None and own is not form and not is_touched(own):
                own.close()

    def _show(self, form: ExportWidget) -> None:
        self._leave()
        self._form = form
        form.observe(self._closed, names="comm")
        if self._keeper is not None:
            self._autosave = Autosave(form.session, self._keeper)
        self.box.children = [form]

    def _leave(self) -> None:
        """Follow the form no longer that was shown."""
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None
        self._form = None

    def _closed(self, change: Any) -> None:  # noqa: ANN401 - what traitlets gives
        """Let go of a form that is being closed; one that was begun in the panel comes back."""
        if change.new is not None:
            return
        with self._lock:
            if change.owner is self._own:
                self._own = None
            if change.owner is not self._form:
                return
            self._leave()
            if self._own is not None:
                self._show(self._own)
            else:
                self.box.children = [self._offer]


_slot: Slot | None = None


def slot() -> Slot:
    """Give the slot of this kernel."""
    global _slot  # noqa: PLW0603 - there is one panel in a window, and one slot in a kernel for it
    if _slot is None:
        _slot = Slot()
        _slot.keep_at(notebook_path())
    return _slot


def get_ready() -> dict[str, bool]:
    """Load what a form needs, and make none; called by the page."""
    importlib.import_module("ee_export_widget.widgets.assembly")
    return {"ready": True}


def open_panel(path: str) -> dict[str, str]:
    """Give what the panel draws, with a form in it; called by the page.

    Parameters
    ----------
    path
        The session's, as the page knows it.
    """
    here = slot()
    here.keep_at(path)
    here.begin()
    return {"model_id": str(here.box.model_id)}


def panel_state() -> dict[str, bool]:
    """Say whether leaving this kernel's form would leave work behind; called by the page."""
    form = slot().form
    return {"touched": form is not None and is_touched(form)}


def is_touched(form: ExportWidget) -> bool:
    """Tell whether a person has changed anything in a form, or has an export running in it."""
    snapshot = form.session.snapshot
    return snapshot.can_undo or snapshot.can_redo or any(not item.is_terminal for item in snapshot.operations)


def show(form: ExportWidget, side: Side) -> None:
    """Show a form in the sidebar of the page that runs this cell, and say in the cell what has become of it.

    Parameters
    ----------
    form
        Takes the place of any form that is there.
    side
        The sidebar in which the panel comes to stand, where the person has not chosen one in JupyterLab.

    Raises
    ------
    ValueError
        If the side is neither.
    """
    if side not in {"left", "right"}:
        raise ValueError(f'side is "left" or "right", not {side!r}')
    if place := _without_sidebar():
        _say(ELSEWHERE.format(place=place))
        return
    slot().take(form)
    correct = _say(SHOWN)
    call = create_comm(target_name=TARGET, data={"model_id": slot().box.model_id, "side": side})
    # A page that does not know the name closes the call; ours answers it.
    call.on_msg(lambda _message: call.close())
    call.on_close(lambda _message: correct(NO_SIDEBAR))


def _without_sidebar() -> str:
    """Name the surroundings where there is no sidebar, by what they leave in the process; empty elsewhere."""
    if "google.colab" in sys.modules:
        return "Colab"
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return "Voila"
    return "VS Code" if "__vsc_ipynb_file__" in namespace() else ""


def _say(words: str) -> Callable[[str], None]:
    """Write a sentence under the cell; what comes back replaces it."""
    if shell() is None:
        return lambda _words: None
    from IPython.display import display

    handle = display({"text/plain": words}, raw=True, display_id=True)
    return lambda other: handle.update({"text/plain": other}, raw=True)


def _offer(begin: Callable[[], None]) -> ipywidgets.Box:
    """Make what stands in the place of a form that was closed."""
    view = FirstFormView(
        view={
            "label": "Image export",
            "head": None,
            "items": [
                text(_CLOSED, tone="plain"),
                {"kind": "buttons", "links": False, "buttons": [button("begin", "New form", primary=True)]},
            ],
            "ack": 0,
        }
    )
    view.on_msg(lambda _view, content, _buffers: begin() if content.get("name") == "begin" else None)
    root, frame = ipywidgets.Box(), ipywidgets.Box(children=[view])
    frame.add_class("eew-frame")
    root.add_class("eew-root")
    root.children = [frame]
    return root
