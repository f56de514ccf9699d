"""Rules for texts: what passes, what does not, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.core import naming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.errors import Problem


def _first(rule: Callable[[str, str], Iterator[Problem]], text: str) -> tuple[str, str]:
    """Give message and hint of the first problem."""
    problem = next(rule("field", text))
    assert problem.field == "field"
    return problem.message, problem.hint


@pytest.mark.parametrize(
    ("rule", "text", "message", "hint"),
    [
        (
            naming.request_id,
            "a b_ü",
            "Only a to z, A to Z, 0 to 9 and “-” are allowed. Found a space, “_” and “ü”.",
            "Use a-b-u.",
        ),
        (naming.request_id, "ж", "Only a to z, A to Z, 0 to 9 and “-” are allowed. Found “ж”.", "Make a new ID."),
        (naming.request_id, "a" * 61, "61 characters; 60 at most.", "Shorten it."),
        (naming.request_id, "", "Without an ID a retry can start the export twice.", "Make a new ID."),
        (
            naming.description,
            "forêt 2020!",
            "Only letters, digits and “.”, “,”, “:”, “;”, “_”, “-” are allowed. Found “ê”, a space and “!”.",
            "Use foret_2020.",
        ),
        (naming.description, "a" * 101, "101 characters; 100 at most.", f"Use {'a' * 100}."),
        (
            naming.workload_tag,
            "Land Cover",
            "A workload tag has lower-case letters, digits, “-” and “_”. Found “L”, a space and “C”.",
            "Use land-cover.",
        ),
        (naming.workload_tag, "_", "A workload tag starts and ends with a letter or a digit.", "Leave the tag out."),
        (naming.workload_tag, "-a-", "A workload tag starts and ends with a letter or a digit.", "Use a."),
        (
            naming.asset_name,
            "users/me/a",
            "“users/me/a” is not a full asset name.",
            "Use projects/earthengine-legacy/assets/users/me/a.",
        ),
        (
            naming.asset_name,
            "projects/p-1/assets/a b/c",
            "A name may use letters, digits, “-”, “_” and “/”. Found a space.",
            "Use a_b/c.",
        ),
        (
            naming.asset_name,
            "projects/Demo/assets/a",
            "“Demo” is not a project ID.",
            "A project is projects/ followed by an ID, such as projects/my-project.",
        ),
        (naming.bucket, "gs://demo/exports", "The bucket is given by its name alone.", "Use demo."),
        (
            naming.bucket,
            "My Bucket",
            "Bucket names use lower-case letters, digits, “-”, “_” and “.”. Found “M”, a space and “B”.",
            "Use my-bucket.",
        ),
        (
            naming.drive_folder,
            "a/b",
            "Drive finds the folder by name, wherever it is. A slash is part of the name, not a path.",
            "Give the name of the last folder alone.",
        ),
        (
            naming.crs_code,
            "utm 10",
            "“utm 10” is not a known CRS code. Codes look like EPSG:32632.",
            "Give a code, or the CRS as WKT.",
        ),
    ],
)
def test_message_names_what_was_found_and_the_hint_what_to_write(
    rule: Callable[[str, str], Iterator[Problem]], text: str, message: str, hint: str
) -> None:
    """Each message says in plain words what is wrong, each hint what would be right."""
    assert _first(rule, text) == (message, hint)


def test_many_strange_characters_are_not_all_named() -> None:
    """A text in another script gives a message that can be read."""
    assert _first(naming.description, "äöüßéèàç")[0].endswith("Found “ä”, “ö”, “ü”, “ß”, “é” and others.")


def test_control_characters_are_named() -> None:
    """A character that cannot be seen is given by its number."""
    assert _first(naming.request_id, "a\n")[0].endswith("Found “U+000A”.")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (naming.object_prefix, "exports/2020/scene"),
        (naming.object_prefix, "folder/"),
        (naming.object_prefix, "été"),
        (naming.drive_prefix, "scene_2020-01"),
        (naming.drive_folder, "exports"),
        (naming.bucket, "abc"),
        (naming.bucket, "a" * 63),
        (naming.bucket, f"{'a' * 63}.{'b' * 63}"),
        (naming.crs_code, "EPSG:4326"),
        (naming.crs_code, "SR-ORG:6974"),
        (naming.crs_wkt, 'PROJCS["x",GEOGCS["y"]]'),
    ],
)
def test_ordinary_text_passes(rule: Callable[[str, str], Iterator[Problem]], text: str) -> None:
    """Nothing is said of names that people use."""
    assert list(rule("field", text)) == []


@pytest.mark.parametrize(
    ("rule", "text", "code"),
    [
        (naming.object_prefix, "a[1]", "prefix-special"),
        (naming.object_prefix, "a" * 1000, "prefix-too-long"),
        (naming.drive_prefix, "my scene", "drive-characters"),
        (naming.drive_folder, "my folder", "drive-characters"),
        (naming.crs_code, "EPSG:6933", "crs-code-unknown-to-service"),
        (naming.crs_wkt, 'PROJCRS["x",BASEGEOGCRS["y"]]', "crs-wkt-2"),
    ],
)
def test_doubtful_text_is_a_warning(rule: Callable[[str, str], Iterator[Problem]], text: str, code: str) -> None:
    """What may work does not block."""
    assert [(found.code, found.severity) for found in rule("field", text)] == [(code, "warning")]


@pytest.mark.parametrize(("size", "severity"), [(998, []), (999, ["warning"]), (1020, ["warning"]), (1021, ["error"])])
def test_prefix_leaves_room_for_what_is_added(size: int, severity: list[str]) -> None:
    """A name ends in .tif at least, and in the two numbers of a part where the export is split."""
    assert [found.severity for found in naming.file_prefix("field", "a" * size)] == severity


@pytest.mark.parametrize("text", [None, ""])
def test_files_without_a_name_are_a_warning(text: str | None) -> None:
    """A prefix that is missing or empty gives files without a name."""
    assert [found.severity for found in naming.prefix_given("field", text)] == ["warning"]


@given(st.text(max_size=150))
def test_cleaned_text_passes_its_rule(text: str) -> None:
    """What a hint proposes is right, or nothing is proposed."""
    for clean, rule in (
        (naming.clean_request_id, naming.request_id),
        (naming.clean_description, naming.description),
        (naming.clean_workload_tag, naming.workload_tag),
    ):
        cleaned = clean(text)
        assert not cleaned or list(rule("field", cleaned)) == []


@given(st.text(max_size=150))
def test_quoted_text_is_short_and_visible(text: str) -> None:
    """No text of a user breaks a line or a message."""
    quoted = naming.quoted(text)
    assert len(quoted) <= 8 * 41 + 2
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", quoted)


def test_nearest_name_is_near() -> None:
    """A name that is far from all is no guess."""
    assert naming.nearest("maxPixel", ["maxPixels", "priority"]) == "maxPixels"
    assert naming.nearest("zzz", ["maxPixels", "priority"]) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("größe", "grosse"),
        ("STRAẞE", "STRASSE"),
        ("Ærø–Łódź", "AEro-Lodz"),
        ("œuvre", "oeuvre"),
        ("Þórður", "Thordur"),
        ("\u0131ğd\u0131r", "igdir"),
        ("ﬁn", "fin"),
        ("ĳssel²", "ijssel2"),
        ("东京 map", "map"),
        ("Δ", ""),
        ("a\u0301b", "ab"),
    ],
)
def test_latin_letters_keep_their_sound(text: str, plain: str) -> None:
    """Marks fall away, ligatures open, and what has no Latin letters is not guessed."""
    assert naming.clean_description(text) == plain


@pytest.mark.parametrize("text", ["", "/", "a//b", "größe/日本", "x" * 300, "gs://", "<b>", "\ud800", "\x00"])
def test_what_is_offered_instead_is_allowed(text: str) -> None:
    """A cleaned text is empty or keeps the rule that it was cleaned for."""
    for clean, rule, prefix in (
        (naming.clean_request_id, naming.request_id, ""),
        (naming.clean_description, naming.description, ""),
        (naming.clean_workload_tag, naming.workload_tag, ""),
        (naming.clean_drive_name, naming.drive_prefix, ""),
        (naming.clean_drive_name, naming.drive_folder, ""),
        (naming.clean_prefix, naming.object_prefix, ""),
        (naming.clean_asset_path, naming.asset_name, "projects/p/assets/"),
    ):
        if cleaned := clean(text):
            assert [*rule("x", f"{prefix}{cleaned}")] == []
