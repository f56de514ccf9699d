"""The bar: besides its view it sends the code of the form to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.session import present, request_text
from ee_export_widget.widgets.panel import FirstFormView, Panel

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession


class BarPanel(Panel):
    """Shows where the form works, and answers what the menu copies."""

    def __init__(self, session: ExportSession, *classes: str) -> None:
        super().__init__(session, FirstFormView(), present.bar, *classes)

    def _received(self, widget: object, content: object, buffers: object) -> None:
        match content:
            case {"event": "action", "name": "copy_form"}:
                # A text that is too long to be a part of every view.
                self.widget.send({"command": "copy", "text": request_text.form_text(self._session.snapshot)})
            case _:
                super()._received(widget, content, buffers)
