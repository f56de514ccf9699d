"""What a page sends that cannot be read: logged so that the cause is found, and left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession


def test_a_failing_action_is_logged_with_its_traceback(form: ExportSession, caplog: pytest.LogCaptureFixture) -> None:
    """The same kinds of errors come from mistakes of ours, and nobody else would tell of them."""
    form.perform("policy", {"bands": [[]], "policy": "MODE"})
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is TypeError


@pytest.mark.parametrize("name", ["description", "crs"])
def test_half_a_character_is_left_alone(form: ExportSession, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """In any field: it cannot be sent."""
    before = form.draft
    form.typed(name, "a\ud800")
    assert form.draft == before
    assert "cannot be read" in caplog.text
