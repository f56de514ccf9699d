"""The request as text, and text as a request: what the request panel takes and gives."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import present, request_text
from ee_export_widget.session.request_text import (
    code_of,
    editable_text,
    file_name,
    form_text,
    full_text,
    read_text,
    refusal,
    text_of,
)
from ee_export_widget.session.snapshot import Connection, Snapshot
from tests.unit.session.moments import EMULATOR, EVIL, READY, moment
from tests.unit.session.service import PROJECT

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession

LONG = Expression.of({"result": "0", "values": {"0": {"constantValue": "x" * 300_000}}})
NOT_JSON = Expression.of({"result": "0", "values": {"0": {"constantValue": float("nan")}}})


def refused(text: str, snapshot: Snapshot = READY, **options: Any) -> tuple[InvalidRequestError, bytes]:  # noqa: ANN401
    data = text.encode()
    with pytest.raises(InvalidRequestError) as caught:
        read_text(snapshot, data, **options)
    return caught.value, data


def test_a_saved_request_is_read_again_as_it_was() -> None:
    """From the form to a file and back nothing is lost, and the image is not read a second time."""
    data = text_of(READY, "json").encode()
    request = read_text(READY, data)
    assert request == READY.composed.request
    assert request.expression is READY.draft.expression
    assert ExportImageRequest.from_json(json.loads(data)).to_json() == READY.composed.body


def _deep(levels: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return {"result": "0", "values": {"0": {"constantValue": value}}}


@pytest.mark.parametrize("levels", [50, 900, 960, 980, 1000, 5000])
@pytest.mark.parametrize("unfolded", [frozenset(), frozenset({"expression"})], ids=["folded", "unfolded"])
def test_an_expression_of_any_depth_is_shown(levels: int, unfolded: frozenset[str]) -> None:
    """Too deep to be written, it blocks with a sentence; every tab and the editor are drawn all the same."""
    snapshot = moment(expression=_deep(levels), unfolded=unfolded)
    for tab in ("json", "curl", "python", "python_ee"):
        assert present.preview(replace(snapshot, request_tab=tab))["lines"]
    assert '"description": "out"' in editable_text(snapshot)
    if levels == 5000:
        assert "The expression is nested too deep." in [problem.message for problem in snapshot.errors]


def test_what_can_just_be_encoded_but_not_laid_out_is_kept() -> None:
    """An expression near the limit stands for itself in the editor, and no comparison breaks over it."""
    expression = Expression(_deep(5000))
    expression.__dict__["encoded"] = b"{}"
    snapshot = moment(expression=expression)
    assert full_text(snapshot.composed.body) == ""
    assert "kept as it is" in editable_text(snapshot)
    assert read_text(snapshot, editable_text(snapshot).encode()).expression is expression
    other = json.dumps({**snapshot.composed.body, "expression": _deep(300)}).encode()
    assert read_text(snapshot, other).expression == _deep(300)
    assert not request_text._same(_deep(5000), _deep(5000))


def test_a_long_expression_is_kept_without_being_sent_to_the_page() -> None:
    """The editor shows words in its place, which are read as the expression that they stand for."""
    snapshot = moment(expression=LONG)
    text = editable_text(snapshot)
    assert '"expression": "kept as it is: 1 nodes, 300 KB"' in text
    assert read_text(snapshot, text.encode()).expression == LONG
    assert len(editable_text(READY)) == len(full_text(READY.composed.body))
    error, _ = refused(text)
    assert error.problems[0].message == "The expression must be an object."


def test_a_grid_inside_of_a_long_expression_stays_there() -> None:
    """The words stand for the expression as it goes out, its grid included."""
    snapshot = moment(expression=LONG, fold_grid=True)
    text = editable_text(snapshot)
    assert '"grid"' not in text
    assert len(text) < 2000
    draft = draft_from(read_text(snapshot, text.encode()), project=PROJECT, before=snapshot.draft)
    assert draft.fold_grid
    assert draft.expression == LONG
    assert draft.grid == snapshot.composed.grid


def test_the_image_stays_the_one_that_it_is(form: ExportSession) -> None:
    """Its name in the form is kept while the expression is the same, and forgotten with another one."""
    form.set_image("projects/p/assets/scene")
    expression = form.draft.expression
    body = json.loads(editable_text(form.snapshot)) | {"priority": 7}
    form.load(read_text(form.snapshot, json.dumps(body).encode()))
    assert form.draft.image_text == "projects/p/assets/scene"
    assert form.draft.expression is expression
    form.load(body | {"expression": dict(LONG)})
    assert form.draft.image_text == ""


def test_another_expression_replaces_the_forms_own() -> None:
    """What is typed in its place counts."""
    body = dict(READY.composed.body) | {"expression": dict(LONG)}
    assert read_text(READY, json.dumps(body).encode()).expression == LONG


@pytest.mark.parametrize("tab", ["curl", "python", "python_ee"])
def test_code_names_the_project_of_the_form_and_no_token(tab: Any) -> None:  # noqa: ANN401 - a tab
    """Where there is no project yet, what stands in its place says so."""
    assert READY.project in text_of(READY, tab)
    nowhere = text_of(moment(project="", connection=Connection()), tab)
    assert "YOUR-PROJECT" in nowhere
    assert "Bearer ya29" not in nowhere
    assert "127.0.0.1" in text_of(moment(connection=replace(EMULATOR, base_url="http://127.0.0.1:1")), tab)


def test_there_is_no_code_for_what_is_no_request() -> None:
    """An expression that is no JSON gives none; without a destination the official client has no function to call."""
    broken = moment(expression=NOT_JSON)
    assert [code_of(broken, tab) for tab in ("curl", "python", "python_ee")] == [None] * 3
    assert text_of(broken, "curl") == text_of(broken, "json") == ""
    assert code_of(Snapshot(), "python_ee") is None
    assert code_of(Snapshot(), "curl") is not None


def test_a_file_has_the_name_of_the_export() -> None:
    """Without characters that a file system could take for its own."""
    assert file_name(READY) == "out.json"
    assert "/" not in file_name(moment(description="../../etc/a:b"))
    assert file_name(Snapshot()).endswith(".json")


def test_a_mistake_is_told_with_its_place_as_the_page_counts() -> None:
    """Characters outside of the basic plane count twice in the page."""
    error, data = refused('{"description": "\N{GRINNING FACE}"\n "priority": 1}')
    said = refusal(error, data)
    assert said["strong"] == 'Line 1, column 20: a comma is missing after {"description": "\N{GRINNING FACE}".'
    assert said["offset"] == 20
    assert said["keeps"] == []


def test_an_unknown_field_is_told_with_the_nearest_name() -> None:
    """The caret goes to its name; further problems follow the first."""
    error, data = refused('{"assetExportOptions": {\n "pyramidPolicy": "MEAN"}, "priority": []}')
    said = refusal(error, data)
    assert (said["strong"], said["offset"]) == ("Must be a whole number.", data.index(b'"priority"'))
    assert said["text"] == "“pyramidPolicy” is not a field of this request. Did you mean pyramidingPolicy?"
    error, data = refused('{"assetExportOptions": {\n "pyramidPolicy": "MEAN"}}')
    assert refusal(error, data)["offset"] == data.index(b'"pyramidPolicy"')


def test_one_of_two_destinations_can_be_kept() -> None:
    """Both are refused with a choice; the choice reads the same text without the other."""
    body = dict(READY.composed.body) | {"fileExportOptions": {"fileFormat": "GEO_TIFF"}}
    text = json.dumps(body)
    error, data = refused(text)
    said = refusal(error, data)
    assert said["keeps"] == [("assetExportOptions", "Keep asset"), ("fileExportOptions", "Keep files")]
    assert read_text(READY, data, keep="assetExportOptions").file_export_options is None
    assert read_text(READY, data, keep="fileExportOptions").asset_export_options is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe{}", "This is not UTF-8 text (byte 0)."),
        (b"[1, 2]", "This is not an export request: it must be a JSON object."),
        (b'"x"', "This is not an export request: it must be a JSON object."),
        (b"null", "This is not an export request: it must be a JSON object."),
        (b"[" * 100_000, "The JSON is nested too deep to be read."),
        (b'{"a":' * 50_000, "The JSON is nested too deep to be read."),
        (b'{"priority": 1, "priority": 2}', "Line 1, column 17: “priority” stands twice in the same object."),
        (b'{"priority": NaN}', "Line 1, column 14: “NaN” is not a JSON number."),
        (b'{"maxPixels": ' + b"9" * 5000 + b"}", f"Line 1, column 15: “{'9' * 40}…” is not a JSON number."),
        (b'{"maxPixels": ' + b"9" * 50 + b"}", "Must be a whole number that fits into 64 bits."),
        (f'{{"{EVIL}": 1}}'.encode(), f"“{EVIL}” is not a field of this request."),
        (b'{"a\\u0000\\u001b[31m": 1}', "“aU+0000U+001B[31m” is not a field of this request."),
    ],
    ids=[
        "utf-16", "list", "text", "null", "deep", "deep objects", "twice", "nan", "digits", "too large", "html",
        "controls",
    ],
)  # fmt: skip
def test_what_is_no_request_is_a_sentence(text: bytes, words: str) -> None:
    """No text raises anything else, and the sentence can be sent to the page."""
    with pytest.raises(InvalidRequestError) as caught:
        read_text(READY, text)
    said = refusal(caught.value, text)
    assert said["strong"] == words
    assert json.loads(json.dumps(said, ensure_ascii=False).encode()) == json.loads(json.dumps(said))


def test_applying_is_one_step_that_can_be_undone(form: ExportSession) -> None:
    """Whatever the text changes, one undo brings all of it back."""
    form.edit(asset_path="projects/p/assets/a", priority="5", crs="EPSG:32621")
    before = form.draft
    body = dict(form.snapshot.composed.body) | {"priority": 7, "workloadTag": "lake", "maxPixels": "5"}
    form.load(read_text(form.snapshot, json.dumps(body).encode()))
    assert (form.draft.priority, form.draft.workload_tag, form.draft.max_pixels) == ("7", "lake", "5")
    form.undo()
    assert form.draft == before


def test_tabs_and_folds_are_chosen_from_the_page(form: ExportSession) -> None:
    """Pressing a fold again closes it; what is no tab is left alone."""
    form.perform("request_tab", {"tab": "curl"})
    form.perform("request_tab", {"tab": "rust"})
    form.perform("unfold", {"path": "expression"})
    assert (form.snapshot.request_tab, form.snapshot.unfolded) == ("curl", frozenset({"expression"}))
    form.perform("unfold", {"path": "expression"})
    assert form.snapshot.unfolded == frozenset()


def test_the_code_of_a_form_makes_that_form_again() -> None:
    """It runs, and loads the very request, but for its id."""
    made: list[tuple[dict[str, Any], Any]] = []

    class Form:
        def __init__(self, **arguments: Any) -> None:  # noqa: ANN401 - as the form
            self.arguments = arguments

        def load(self, body: Any) -> None:  # noqa: ANN401 - JSON
            made.append((self.arguments, body))

    code = form_text(READY).removeprefix("from ee_export_widget import ExportWidget\n")
    exec(code, {"ExportWidget": Form})  # noqa: S102 - what is copied is run
    ((arguments, body),) = made
    assert arguments == {"project": PROJECT, "base_url": READY.connection.base_url}
    assert body == {name: value for name, value in READY.composed.body.items() if name != "requestId"}
    assert form_text(Snapshot()).startswith("from ee_export_widget import ExportWidget\n\nform = ExportWidget()\n")
    assert form_text(moment(expression=NOT_JSON)) == ""
