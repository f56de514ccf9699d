"""What is typed into the page, field by field."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ee_export_widget.client.images import expression_of, is_json
from ee_export_widget.core.draft.entries import ENTRIES
from ee_export_widget.core.expression import Expression
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import entry

if TYPE_CHECKING:
    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.session.session import ExportSession

log = logging.getLogger("ee_export_widget")

DEPTH = "tensor_depths."
"""What the name of the field of one band's depth begins with; the band's name follows."""

TYPED = frozenset({
    "crs", "pixel_size", "snap", "source_band", "mask_outside", "fold_grid", "destination", "asset_path", "overwrite",
    "request_id", "workload_tag",
    "description", *ENTRIES,
}) - {"tensor_depths"}  # fmt: skip


def typed(session: ExportSession, name: str, value: str | bool) -> None:  # noqa: FBT001 - what a check box gives
    """Take in what was typed into a field; what no page of ours sends is logged and left alone."""
    if name == "image_text":
        session.choose_image(str(value))
        return
    if name.startswith(entry.PREFIX):
        entry.type_into(session, name.removeprefix(entry.PREFIX), str(value))
        return
    band = name.removeprefix(DEPTH)
    if name not in TYPED and band == name:
        log.warning("The page edited a field that does not exist: %.80r", name)
        return
    if (name, value, session.draft.reference) == ("snap", "asset", None):
        session.update(entry=entry.opened(session.snapshot, "copy"))
    try:
        if band != name:
            session.enter({"tensor_depths": {**session.draft.tensor_depths, band: value}}, gesture=name)
        else:
            # Without words of its own a description follows the name of the destination.
            session.enter({name: None if (name, value) == ("description", "") else value}, gesture=name)
    except (TypeError, ValueError) as error:
        log.warning("The page edited a field in a way that cannot be read: %s", error)


def name_of(text: str) -> str:
    """Give what an image that was typed is called from then on: an expression has no name."""
    return "" if is_json(text) else text


def image_of(image: ImageLike) -> Expression | None:
    """Give an image's expression; None for an empty text, one that is no asset id, and what cannot be encoded."""
    try:
        return Expression.of(expression_of(image)) if not isinstance(image, str) or image.strip() else None
    except InvalidRequestError:
        return None
