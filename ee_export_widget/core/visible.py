"""Which bands of an image to look at, going by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRUE_COLOUR = (
    ("red", "green", "blue"), ("B4", "B3", "B2"), ("SR_B4", "SR_B3", "SR_B2"), ("B04", "B03", "B02"), ("R", "G", "B"),
)  # fmt: skip
_CODE = re.compile(r"class|label|mask|qa|bits|doy|index", re.IGNORECASE)


def visible_bands(band_ids: Sequence[str]) -> tuple[str, ...]:
    """Choose one or three bands to look at: true colour where the names tell, else measured bands in order."""
    ids = {band_id.lower(): band_id for band_id in band_ids}
    for triple in _TRUE_COLOUR:
        if all(name.lower() in ids for name in triple):
            return tuple(ids[name.lower()] for name in triple)
    measured = [band_id for band_id in ids.values() if not _CODE.search(band_id)] or list(ids.values())
    return tuple(measured[:3] if len(measured) > 2 else measured[:1])  # noqa: PLR2004 - red, green, blue
