"""Files that are written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session.writing import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """Its folders are made, and nothing else is left in them."""
    path = tmp_path / "new" / "deep" / "file.json"
    replace_file(path, "one")
    replace_file(path, "två")
    assert path.read_bytes() == "två".encode()
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Also no half of it under another name."""
    (tmp_path / "file.json").mkdir()
    with pytest.raises(OSError, match=r"file\.json"):
        replace_file(tmp_path / "file.json", "one")
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]
