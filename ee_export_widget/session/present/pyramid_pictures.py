"""The pictures of a pyramid preview, each as an address that holds it."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ee_export_widget.core.draft.derive import pixel_of
from ee_export_widget.session.present.parts import size_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.classes import Classes
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.pyramid.paint import Array, Paint
    from ee_export_widget.core.pyramid.reduction import Pixels
    from ee_export_widget.core.pyramiding import PyramidingPolicy
    from ee_export_widget.session import views
    from ee_export_widget.session.pyramid import Window

SIDE_PX = 240
NO_PICTURE: views.LevelPicture = {"source": "", "label": "", "caption": ""}


class Drawn(NamedTuple):
    """A window as pictures."""

    source: views.LevelPicture
    legend: list[tuple[str, str]]
    levels: Mapping[PyramidingPolicy, list[views.LevelPicture]]


@lru_cache(maxsize=4)
def drawn(window: Window, classes: Classes, *, codes: bool) -> Drawn:
    """Draw a window and its levels, once and not with every change of the form."""
    import numpy as np

    from ee_export_widget.core.pyramid.paint import paint_for

    grid, paint = window.grid, paint_for(window.pixels, classes, codes=codes)
    plain = np.zeros(window.pixels.values.shape, dtype=bool)
    caption = ground_size(grid, 1, 1)
    levels = {
        policy: [
            _picture(level.pixels, paint, level.invented & codes, policy.value, ground_size(grid, side, side))
            for level in judgement.levels
            for side in (level.factor,)
        ]
        for policy, judgement in window.judgements.items()
    }
    legend = [(f"rgb({red} {green} {blue})", text) for (red, green, blue), text in paint.legend]
    return Drawn(_picture(window.pixels, paint, plain, "Source", caption), legend, levels)


def _picture(pixels: Pixels, paint: Paint, hatched: Array, name: str, caption: str) -> views.LevelPicture:
    from ee_export_widget.core.pyramid.picture import picture

    scale = max(1, round(SIDE_PX / max(pixels.values.shape)))
    content = picture(paint.colours(pixels.values), pixels.mask > 0, hatched, scale)
    source = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
    return {"source": source, "label": f"{name} at {caption}", "caption": caption}


def ground_size(grid: PixelGrid, columns: int, rows: int) -> str:
    """Give the size of some pixels in units of the CRS."""
    width, height = pixel_of(grid.affine_transform)
    return size_text(grid.crs_code or grid.crs_wkt or "", width * columns, height * rows)
