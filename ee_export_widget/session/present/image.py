"""The image line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.client.images import expression_of
from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.text import short_crs
from ee_export_widget.core.draft.derive import pixel_of, source_crs, source_transform
from ee_export_widget.core.draft.masking import masked_expression
from ee_export_widget.core.expression import Expression
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.present.parts import (
    button,
    buttons,
    doing,
    field,
    head,
    mark,
    message,
    notice,
    option,
    plural,
    row,
    text,
)

if TYPE_CHECKING:
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

SAMPLE_LABEL = "Load sample: Itaipu, Landsat 8"


def image(snapshot: Snapshot) -> views.FormView:
    """Show what is exported."""
    state, draft = snapshot.image, snapshot.draft
    problems = snapshot.problems_at("expression")
    chosen = draft.expression is not None
    todo = "" if chosen else "Choose one"
    items: list[views.Item] = []
    if not chosen:
        others = "a variable of the notebook, or the sample" if snapshot.variables else "or from the sample"
        items.append(text(f"Start from an asset ID, an expression in JSON, {others}."))
    sample: list[views.Item] = []
    if not chosen and snapshot.connection.kind == "emulator":
        sample = [buttons(button("load_sample", SAMPLE_LABEL, primary=True))]
    id_field = field(
        "image_text", "Asset ID or variable" if snapshot.variables else "Asset ID", draft.image_text,
        paths=["expression"], mono=True, placeholder="an expression" if chosen else "projects/my-project/assets/scene",
        control="combo" if snapshot.variables else "text",
        options=[option(name, note="in this notebook") for name in snapshot.variables],
        messages=[message(problem) for problem in (problems if chosen else _unread(draft.image_text))],
    )  # fmt: skip
    items.append(row(id_field, *sample, *_facts(snapshot), layout="image"))
    if draft.image_steps:
        items.append(text(f"{'; '.join(draft.image_steps)}.", strong="Changed here:", tone="info"))
        items.append(buttons(button("image_as_chosen", "Export the image as it was chosen"), links=True))
    if state.state == "failed":
        show: views.Fix = {**doing("show_expression", "Show the expression"), "leads": "request"}
        strong = "Earth Engine could not evaluate this image:"
        items.append(notice("error", strong, state.message, show, field="expression"))
    heading = head("Image", mark(problems, todo=todo), summary=_summary(snapshot), opens="wide")
    if state.state == "failed":
        heading = head("Image", {"tone": "error", "text": "1 problem"}, summary=_summary(snapshot), forced=True)
    if not chosen:
        heading["opens"] = "always"
    return {"label": "Image", "head": heading, "items": items, "ack": 0}


def _unread(typed: str) -> list[Problem]:
    """Say why what was typed stands for no image."""
    try:
        if typed:
            expression_of(typed)
    except InvalidRequestError as error:
        return error.problems
    return []


def _facts(snapshot: Snapshot) -> list[views.Item]:
    state = snapshot.image
    if state.state == "reading":
        return [text("Reading bands…")]
    if state.info is None or snapshot.draft.expression is None:
        return []
    pairs = [("Bands", f"{len(state.info.bands):,}")]
    if size := _pixel(state.info):
        pairs.append(("Source pixel", size))
    if crs := source_crs(state.info):
        pairs.append(("Source CRS", short_crs(crs)))
    sent = Expression.of(masked_expression(snapshot.draft, snapshot.composed.crs) or {})
    clipped = "" if sent is snapshot.draft.expression else ", clipped to the region"
    pairs.append(("Expression", plural(sent.node_count, "node") + clipped))
    return [{"kind": "pairs", "pairs": pairs}]


def _pixel(info: ImageInfo) -> str:
    transform = source_transform(info)
    if transform is None:
        return ""
    try:
        units = Crs.from_text(source_crs(info)).units
    except InvalidRequestError:
        units = "units"
    return f"{pixel_of(transform)[0]:.6g} {'°' if units == 'degrees' else units}"


def _summary(snapshot: Snapshot) -> str:
    info = snapshot.image.info
    name = snapshot.draft.image_text or ("an expression" if snapshot.draft.expression is not None else "")
    short = name.rpartition("/")[2]
    if info is None:
        return short
    return ", ".join(part for part in (short, plural(len(info.bands), "band"), _pixel(info)) if part)
