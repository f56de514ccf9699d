"""The request panel: besides views it sends whole texts to the page, and takes whole texts from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import request_text
from ee_export_widget.session.present import preview
from ee_export_widget.widgets.panel import Panel, PreviewView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ee_export_widget.session import ExportSession


class PreviewPanel(Panel):
    """Shows the request, and hands what was edited, dropped or chosen as a file to the session."""

    def __init__(self, session: ExportSession, *classes: str) -> None:
        super().__init__(session, PreviewView(), preview, *classes)

    def _received(self, widget: object, content: object, buffers: object) -> None:
        snapshot = self._session.snapshot
        match content:
            case {"event": "action", "name": "copy"}:
                # A text that is too long to be a part of every view.
                self._answer("copy", text=request_text.text_of(snapshot, snapshot.request_tab))
            case {"event": "action", "name": "edit_json"}:
                self._answer("edit", text=request_text.editable_text(snapshot))
            case {"event": "action", "name": "save"}:
                text = request_text.full_text(snapshot.composed.body)
                self._answer("save", name=request_text.file_name(snapshot), text=text)
            case {"event": "action", "name": "take", "args": dict(args)} if (
                isinstance(buffers, list | tuple) and buffers
            ):
                self._take(args, buffers)
            case _:
                super()._received(widget, content, buffers)

    def _take(self, args: Mapping[str, object], buffers: Sequence[Any]) -> None:
        """Fill the form from a text; where it is no request, the form stays as it is."""
        data = bytes(buffers[0])
        try:
            request = request_text.read_text(self._session.snapshot, data, keep=str(args.get("keep", "")))
            self._session.load(request)
        except InvalidRequestError as error:
            self._answer("refused", refusal=request_text.refusal(error, data))
        else:
            self._answer("taken", words="The form has been filled. Undo takes it back.")

    def _answer(self, command: str, **parts: object) -> None:
        self.widget.send({"command": command, **parts})
