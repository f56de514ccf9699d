"""Files of JSON that are written whole or not at all, and read whatever is in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ee_export_widget.session.json_file import JsonFile, remove_older

if TYPE_CHECKING:
    from pathlib import Path


def test_an_object_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """Its folders are made, and nothing else is left in them."""
    folder = tmp_path / "new" / "deep"
    file = JsonFile(folder, "file.json")
    file.write({"a": 1})
    file.write({"b": "två"})
    assert JsonFile(folder, "file.json").read() == {"b": "två"}
    assert [path.name for path in folder.iterdir()] == ["file.json"]
    file.remove()
    file.remove()
    assert file.read() == {}


def test_what_cannot_be_written_leaves_everything_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    """Also no half of it under another name; what would be no loss is logged."""
    (tmp_path / "file.json").mkdir()
    file = JsonFile(tmp_path, "file.json")
    with pytest.raises(OSError, match=r"file\.json"):
        file.write({"a": 1})
    file.keep({"a": 1})
    assert "file.json could not be kept: Is a directory" in caplog.text
    assert file.read() == {}
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 200_000])
def test_a_file_that_cannot_be_read_holds_nothing(tmp_path: Path, content: bytes) -> None:
    """It is no error, and not in the way of what is written next."""
    (tmp_path / "file.json").write_bytes(content)
    file = JsonFile(tmp_path, "file.json")
    assert file.read() == {}
    file.keep({"a": 1})
    assert file.read() == {"a": 1}


def test_without_a_folder_nothing_is_kept() -> None:
    """Neither written nor read nor removed."""
    file = JsonFile(None, "file.json")
    file.keep({"a": 1})
    assert file.read() == {}
    file.remove()


def test_old_files_are_removed(tmp_path: Path) -> None:
    """The others stay, and what another kernel has removed meanwhile is no obstacle."""
    for name in ("old.json", "old.txt", "new.json"):
        (tmp_path / name).write_text("{}")
    for name in ("old.json", "old.txt"):
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "gone.json").symlink_to("nowhere")
    remove_older(tmp_path, than_s=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone.json", "new.json", "old.txt"]
