"""The parts of full asset names."""

from __future__ import annotations

import pytest

from ee_export_widget.core.asset_names import parents, short

ROOT = "projects/my-project/assets"
LEGACY = "projects/earthengine-legacy/assets/users/me"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{ROOT}/a", (ROOT, [])),
        (f"{ROOT}/a/b/c", (ROOT, [f"{ROOT}/a", f"{ROOT}/a/b"])),
        (f"{LEGACY}/a/b", (LEGACY, [f"{LEGACY}/a"])),
    ],
    ids=["at the root", "in folders", "legacy"],
)
def test_the_folders_of_a_name(name: str, expected: tuple[str, list[str]]) -> None:
    """Outermost first; a person's legacy folder is a root."""
    assert parents(name) == expected


@pytest.mark.parametrize(("name", "shown"), [(f"{ROOT}/a/b", "a/b"), (ROOT, ROOT)], ids=["in a root", "a root"])
def test_a_name_is_short_inside_its_root(name: str, shown: str) -> None:
    """A root has no shorter name."""
    assert short(name) == shown
