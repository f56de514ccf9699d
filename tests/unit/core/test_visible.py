"""Which bands of an image are looked at."""

from __future__ import annotations

import pytest

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.visible import visible_bands


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("B2", "B3", "B4", "spectral_class"), ("B4", "B3", "B2")),
        (("blue", "Green", "RED", "nir"), ("RED", "Green", "blue")),
        (("SR_B2", "SR_B3", "SR_B4"), ("SR_B4", "SR_B3", "SR_B2")),
        (("a", "b", "c", "d"), ("a", "b", "c")),
        (("a", "qa_pixel", "b"), ("a",)),
        (("landclass", "QA"), ("landclass",)),
        ((), ()),
    ],
)
def test_bands_are_chosen_to_be_looked_at(names: tuple[str, ...], shown: tuple[str, ...]) -> None:
    """True colour where the names tell, three measured bands, or one."""
    assert visible_bands(names) == shown


def test_arrays_cannot_be_looked_at() -> None:
    """A pixel with many values has no colour."""
    bands = [{"id": "a", "data_type": {"dimensions": 1}}, {"id": "b"}]
    info = ImageInfo.from_description({"bands": bands})
    assert (info.plain_ids, info.visible_ids) == (("b",), ("b",))
