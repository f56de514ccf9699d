"""How long a keystroke takes in the kernel."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.draft_json import draft_to_json
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.region.region import read_region
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState
from tests.unit.session.moments import CONNECTED, DRAFT, LANDSAT, PANELS
from tests.unit.session.service import IMAGE, PROJECT

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

SLACK = 3
"""How much slower than promised a busy machine may be."""

KEYSTROKES = 20


def large_expression(size_bytes: int) -> Expression:
    node = {"functionInvocationValue": {"functionName": "Image.load", "arguments": {"id": {"constantValue": "a" * 40}}}}
    values: dict[str, Any] = {str(number): node for number in range(max(1, size_bytes // 130))}
    return Expression.of({"result": "0", "values": values})


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("bands", "size_bytes", "promised_ms"), [(10, 200, 10), (5000, 5_000_000, 30)], ids=["small", "large"]
)
def test_a_keystroke_is_answered_at_once(
    form: ExportSession, bands: int, size_bytes: int, promised_ms: float
) -> None:  # fmt: skip
    """New problems and a new preview in a time that nobody notices, whatever the size of the image."""
    described = [{**IMAGE["bands"][number % 4], "id": f"b{number}"} for number in range(bands)]
    info = ImageInfo.from_description({**IMAGE, "bands": described})
    expression = large_expression(size_bytes)
    assert expression.size_bytes >= 0.9 * size_bytes * (size_bytes > 1000)
    overrides = dict.fromkeys(info.band_ids[::2], PyramidingPolicy.MODE)
    form.change(lambda _: replace(DRAFT, expression=expression, overrides=overrides))
    image = ImageState("ready", info, suggestions=info.suggestions)
    form.update(project=PROJECT, connection=CONNECTED, image=image)
    present.preview(form.snapshot)
    taken = []
    for number in range(KEYSTROKES):
        begin = time.thread_time()
        form.typed("pixel_size", f"{30 + number}")
        _ = form.snapshot.problems
        present.preview(form.snapshot)
        taken.append(1000 * (time.thread_time() - begin))
    assert sorted(taken)[int(0.95 * KEYSTROKES)] < promised_ms * SLACK


@pytest.mark.untraced
@pytest.mark.parametrize("masked", [False, True], ids=["whole grid", "masked outside"])
def test_a_coast_line_slows_no_entry_into_another_field(form: ExportSession, masked: bool) -> None:
    """With 100,000 corners in the region, what has nothing to do with it is answered, drawn and kept at once."""
    angles = [2 * math.pi * number / 100_000 for number in range(100_000)]
    ring = [[-54.4 + 0.2 * math.cos(angle), -25.4 + 0.2 * math.sin(angle)] for angle in angles]
    region = read_region({"type": "Polygon", "coordinates": [ring]})
    form.change(lambda _: replace(DRAFT, region=region, mask_outside=masked))
    form.update(project=PROJECT, connection=CONNECTED, image=LANDSAT)
    taken = []
    for number in range(KEYSTROKES):
        begin = time.thread_time()
        form.typed("priority", f"{number}")
        for draw in PANELS.values():
            draw(form.snapshot)
        json.dumps(draft_to_json(form.draft))
        taken.append(1000 * (time.thread_time() - begin))
    assert form.snapshot.composed.grid is not None
    assert sorted(taken)[KEYSTROKES // 2] < 15 * SLACK
