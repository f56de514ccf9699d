"""What the page sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from ee_export_widget.session.views.form import FieldValue


class Edit(TypedDict):
    """From the page: a field got a new value."""

    event: Literal["edit"]
    field: str
    value: FieldValue
    seq: int


class Action(TypedDict):
    """From the page: a button, fix, menu entry or gesture."""

    event: Literal["action"]
    name: str
    args: dict[str, object]
