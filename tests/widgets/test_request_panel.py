"""The request panel: texts go to the page whole, and what comes from there fills the form or is refused in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.core.bodies import ASSET
from tests.widgets.page import module_of, press

if TYPE_CHECKING:
    from ee_export_widget import ExportWidget


@pytest.fixture
def sent(form: ExportWidget) -> list[Any]:
    """Give what the panel sends to the page from now on."""
    messages: list[Any] = []
    module_of(form, "Request").send = messages.append
    return messages


def take(form: ExportWidget, data: bytes, **args: object) -> None:
    """Say what the page says with a text."""
    content = {"event": "action", "name": "take", "args": args}
    module_of(form, "Request")._handle_custom_msg(content, [memoryview(data)])


def test_a_text_fills_the_form(form: ExportWidget, sent: list[Any]) -> None:
    """As one step, which undo takes back."""
    before = form.session.draft
    take(form, json.dumps(ASSET).encode())
    assert sent == [{"command": "taken", "words": "The form has been filled. Undo takes it back."}]
    assert form.request is not None
    assert form.request.to_json() == ASSET
    form.session.undo()
    assert form.session.draft == before


def test_a_text_that_is_no_request_leaves_the_form_as_it_is(form: ExportWidget, sent: list[Any]) -> None:
    """The page is told why, and where."""
    before = form.session.draft
    take(form, b'{"a": 1 "b": 2}')
    (answer,) = sent
    assert answer["command"] == "refused"
    assert answer["refusal"]["strong"].startswith("Line 1, column 8: a comma is missing")
    assert answer["refusal"]["offset"] == 7
    assert form.session.draft is before


def test_of_two_destinations_the_page_chooses_one(form: ExportWidget, sent: list[Any]) -> None:
    """The other one is left out of the text."""
    both = ASSET | {"fileExportOptions": {"fileFormat": "GEO_TIFF"}}
    take(form, json.dumps(both).encode(), keep="assetExportOptions")
    assert [answer["command"] for answer in sent] == ["taken"]
    assert form.request is not None
    assert form.request.to_json() == ASSET


def test_the_editor_and_the_file_get_the_whole_text(form: ExportWidget, sent: list[Any]) -> None:
    """What is saved is read again as the same request, and copying follows the tab."""
    form.load(ASSET)
    press(form, "Request", "edit_json")
    press(form, "Request", "save")
    press(form, "Request", "request_tab", tab="curl")
    press(form, "Request", "copy")
    edit, save, copy = sent
    assert json.loads(edit["text"]) == json.loads(save["text"]) == ASSET
    assert save["name"] == "scene_2020_export.json"
    assert copy["text"].startswith("curl ")
    assert "gcloud auth print-access-token" in copy["text"]


def test_a_message_without_a_text_is_logged(
    form: ExportWidget, sent: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """No page of ours says so; the form stays."""
    press(form, "Request", "take")
    assert sent == []
    assert "does not exist" in caplog.text
