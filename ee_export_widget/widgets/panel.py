"""What every panel has in common: it shows a view, and hands what the person does to the session."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ee_export_widget.widgets import assets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ee_export_widget.session import ExportSession, Snapshot

log = logging.getLogger("ee_export_widget")

HERE = Path(__file__).parent

FORM_STYLES = (
    "style.css", "layout.css", "form/fields.css", "form/bar.css", "form/status.css", "form/widths.css",
    "form/assets.css",
)  # fmt: skip


class View(anywidget.AnyWidget):
    """A front-end module that draws one view (see ``session.views``) and reports gestures."""

    view = traitlets.Dict().tag(sync=True)


class FormView(View):
    """The generic form: bar, fields, facts, messages and buttons."""

    _esm = assets.module(HERE / "form" / "form.js")


class FirstFormView(FormView):
    """The first panel of a form. It brings the style of all of them, which would weigh more than all they show."""

    _css = assets.style(*FORM_STYLES)


class BandsView(View):
    """The band table."""

    _esm = assets.module(HERE / "bands" / "bands.js")
    _css = assets.style(HERE / "bands" / "bands.css")


class PyramidView(View):
    """What each policy makes of a band."""

    _esm = assets.module(HERE / "pyramid" / "pyramid.js")
    _css = assets.style(HERE / "pyramid" / "pyramid.css")


class PreviewView(View):
    """The request as it will be sent."""

    _esm = assets.module(HERE / "preview" / "preview.js")
    _css = assets.style(HERE / "preview" / "preview.css")


class OperationsView(View):
    """Operations and what has become of them."""

    _esm = assets.module(HERE / "operations" / "operations.js")
    _css = assets.style(HERE / "operations" / "operations.css")


class Panel:
    """Keeps one front-end module in step with the session.

    Rendering never edits: views travel to the page only, and edits come back as messages of their
    own, so there is no echo to guard against.

    Parameters
    ----------
    session
        Where edits go.
    widget
        What draws the view.
    present
        Pure function from a snapshot of the session to the view.
    classes
        CSS classes of the panel.
    """

    def __init__(
        self,
        session: ExportSession,
        widget: View,
        present: Callable[[Snapshot], Mapping[str, Any]],
        *classes: str,
    ) -> None:
        self.widget = widget
        self._session = session
        self._present = present
        self._ack = 0
        for name in classes:
            widget.add_class(name)
        widget.on_msg(self._received)

    def render(self, snapshot: Snapshot) -> None:
        """Show a snapshot; a view that is equal to the one before is not sent again."""
        view = dict(self._present(snapshot))
        if "ack" in view:
            view["ack"] = self._ack
        self.widget.view = view

    def close(self) -> None:
        """Stop listening and remove the module from the page."""
        self.widget.on_msg(self._received, remove=True)
        self.widget.close()

    def _received(self, widget: object, content: object, buffers: object) -> None:
        """Hand on what the page says. It may arrive on any thread, and must not block."""
        del widget, buffers
        match content:
            case {"event": "edit", "field": str(field), "value": str() | bool() as value, "seq": int(seq)}:
                self._ack = max(self._ack, seq)
                self._session.typed(field, value)
            case {"event": "action", "name": str(name), "args": dict(args)}:
                self._session.perform(name, args)
            case _:
                log.warning("The page sent a message that no panel knows: %.200r", content)
