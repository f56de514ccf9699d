"""The request as JSON."""

from __future__ import annotations

from dataclasses import replace

from ee_export_widget.core.draft.draft import draft_from
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.session import present
from ee_export_widget.session.request_text import full_text
from ee_export_widget.session.snapshot import Snapshot
from tests.unit.core.bodies import ASSET, changed
from tests.unit.session.moments import (
    DRAFT,
    READY,
    moment,
)
from tests.unit.session.service import OUT, PROJECT


def lines(snapshot: Snapshot) -> list[str]:
    """The request as text, as it is shown."""
    return [
        "  " * line["depth"] + "".join(text for _, text in line["pieces"])
        for line in present.preview(snapshot)["lines"]
    ]


def test_the_request_is_shown_as_it_goes_out() -> None:
    """Short objects on one line, the expression folded, and the whole text for the clipboard."""
    assert lines(moment(overrides={"spectral_class": PyramidingPolicy.MODE})) == [
        "{",
        '  "expression": { … } 2 nodes, 161 B,',
        '  "description": "out",',
        '  "maxPixels": "100000000",',
        '  "grid": {',
        '    "dimensions": { "width": 31, "height": 21 },',
        '    "affineTransform": {',
        '      "scaleX": 30, "shearX": 0, "translateX": 735645,',
        '      "shearY": 0, "scaleY": -30, "translateY": -2797395',
        "    },",
        '    "crsCode": "EPSG:32621"',
        "  },",
        '  "requestId": "id-1",',
        '  "priority": 100,',
        '  "assetExportOptions": {',
        '    "earthEngineDestination": {',
        f'      "name": "{OUT}"',
        "    },",
        '    "pyramidingPolicy": "MEAN",',
        '    "pyramidingPolicyOverrides": { "spectral_class": "MODE" }',
        "  }",
        "}",
    ]
    view = present.preview(READY)
    assert view["text"] == full_text(READY.composed.body)
    assert view["head"]["mark"] == {"tone": "ok", "text": "valid"}
    assert view["note"] == ""


def test_lines_know_their_member_and_its_problem() -> None:
    """So that a problem is seen in the request, too, also in a line that holds several members."""
    view = present.preview(moment(request_id="a b", asset_path="a b"))
    said = {line["path"]: line["message"] for line in view["lines"] if line["message"]}
    assert set(said) == {"requestId", "assetExportOptions.earthEngineDestination.name"}
    assert view["head"]["mark"] == {"tone": "error", "text": "2 problems"}
    partial = changed(ASSET, {"grid.dimensions": {"width": 5}})
    draft = draft_from(ExportImageRequest.from_json(partial), project=PROJECT, before=DRAFT)
    inside = present.preview(replace(READY, draft=draft))
    assert "grid.dimensions" in {line["path"] for line in inside["lines"]}


def test_an_incomplete_request_says_what_it_lacks() -> None:
    """The comment stands where the expression would."""
    view = present.preview(Snapshot())
    assert view["lines"][1]["pieces"] == [("comment", "// choose an image: expression is required")]
    assert view["head"]["mark"]["text"] == "incomplete"


def test_long_maps_are_folded_and_long_requests_cut() -> None:
    """What is not shown is said; the clipboard gets everything."""
    many = {f"B{number}": PyramidingPolicy.MODE for number in range(60)}
    assert any("{ … } 60 members" in line for line in lines(moment(overrides=many)))
    uris = [f"https://example.org/{number}" for number in range(3)]
    body = {
        "fileExportOptions": {
            "fileFormat": "GEO_TIFF",
            "cloudStorageDestination": {"bucket": "my-bucket", "filenamePrefix": "x", "bucketCorsUris": uris},
            "geoTiffOptions": {"cloudOptimized": True},
        }
    }
    draft = draft_from(ExportImageRequest.from_json(body), project=PROJECT, before=DRAFT)
    kinds = {kind for line in present.preview(replace(READY, draft=draft))["lines"] for kind, _ in line["pieces"]}
    assert {"word", "string", "key", "punct"} <= kinds


def test_a_body_that_is_too_long_for_every_view_is_left_to_the_copy_button() -> None:
    """Its size is said."""
    expression = Expression.of({"result": "0", "values": {"0": {"constantValue": "x" * 300_000}}})
    view = present.preview(moment(expression=expression))
    assert (view["text"], view["size"]) == ("", "300 KB")
    assert len(full_text(moment(expression=expression).composed.body)) > 300_000


def test_long_parts_are_unfolded_where_it_was_asked_for() -> None:
    """Each on its own, with what is long inside of it still folded, and not without end."""
    many = {f"B{number}": PyramidingPolicy.MODE for number in range(60)}
    path = "assetExportOptions.pyramidingPolicyOverrides"
    shown = moment(overrides=many, unfolded=frozenset({path}))
    assert '      "B59": "MODE"' in lines(shown)
    folds = {line["path"]: line["fold"] for line in present.preview(shown)["lines"] if line["fold"]}
    assert folds == {path: "open", "expression": "closed"}

    values: dict[str, object] = {str(number): {"constantValue": number} for number in range(300)}
    values["300"] = {"constantValue": [[1, 2]] * 50}
    expression = Expression.of({"result": "0", "values": values})
    assert '    "values": { … } 301 members' in lines(moment(expression=expression, unfolded=frozenset({"expression"})))
    both = frozenset({"expression", "expression.values"})
    unfolded = lines(moment(expression=expression, unfolded=both))
    assert "    // 200 lines are shown; Copy gives all" in unfolded
    assert '  "description": "out",' in unfolded


def test_long_lists_and_texts_are_cut() -> None:
    """A list is folded, its items stand on lines of their own; of a text the beginning is shown."""
    constant: dict[str, object] = {"0": {"constantValue": [[0, 1]] * 50}, "1": {"constantValue": "x" * 3000}}
    expression = Expression.of({"result": "0", "values": constant})
    inside = frozenset({"expression"})
    shown = lines(moment(expression=expression, unfolded=inside))
    assert '        "constantValue": [ … ] 50 items' in shown
    assert any(line.endswith("x… 3 KB") for line in shown)
    at = "expression.values.0.constantValue"
    unfolded = lines(moment(expression=expression, unfolded=inside | {at}))
    assert unfolded.count("          [0, 1],") == 49
    assert unfolded.count("          [0, 1]") == 1


def test_code_is_shown_with_its_expression_folded() -> None:
    """Every tab has the lines of its code; copying gives the code itself."""
    for tab, first in (("curl", "curl --fail-with-body \\"), ("python", "import asyncio"), ("python_ee", "import ee")):
        snapshot = moment(request_tab=tab)
        view = present.preview(snapshot)
        assert lines(snapshot)[0] == first
        assert view["text"].startswith(first)
        assert view["tab"] == tab
    folded = [
        text
        for line in present.preview(moment(request_tab="curl"))["lines"]
        for kind, text in line["pieces"]
        if kind == "fold"
    ]
    assert folded == ["… 2 nodes, 161 B"]
    pieces = [piece for line in present.preview(moment(request_tab="python"))["lines"] for piece in line["pieces"]]
    assert ("word", "import") in pieces
    assert ("comment", "# In a thread of its own: a notebook has an event loop already.") in pieces
    assert ("key", '"description"') in pieces
    assert ("number", "100") in pieces
    curl = [piece for line in present.preview(moment(request_tab="curl"))["lines"][:6] for piece in line["pieces"]]
    assert [text for kind, text in curl if kind in {"word", "number"}] == ["curl"]


def test_lines_of_code_know_their_field_and_what_is_wrong_with_it() -> None:
    """In every tab, as in the JSON."""
    for tab in ("json", "curl", "python", "python_ee"):
        view = present.preview(moment(request_tab=tab, priority="10000"))
        by_path = {line["path"]: line for line in view["lines"] if line["path"]}
        assert by_path["priority"]["message"].startswith("Must be a whole number"), tab
        assert by_path["description"]["message"] == ""
        assert {"expression", "maxPixels"} <= by_path.keys()
        assert any(path.startswith("assetExportOptions.earthEngineDestination") for path in by_path)


def test_code_for_what_is_no_request_says_so() -> None:
    """The tab is not empty."""
    assert lines(Snapshot(request_tab="python_ee")) == [
        "# The request is not complete yet: its problems are in the form."
    ]


def test_a_long_expression_costs_a_view_nothing() -> None:
    """Neither the JSON nor the code that is shown holds it, or anything that grows with it."""
    values = {"0": {"constantValue": "x" * 10_000_000}}
    expression = Expression.of({"result": "0", "values": values})
    for tab in ("json", "curl", "python", "python_ee"):
        view = present.preview(moment(expression=expression, request_tab=tab))
        assert len(str(view)) < 30_000


def test_long_code_is_cut() -> None:
    """How much there is of it is said; copying gives all."""
    many = {f"B{number}": PyramidingPolicy.MODE for number in range(1000)}
    view = present.preview(moment(overrides=many, request_tab="curl"))
    assert len(view["lines"]) == 400
    assert view["note"] == "Lines 1 to 400 of 1,035. Copy gives all."
    assert '"B999": "MODE"' in view["text"]
    last = present.preview(moment(overrides=many, request_tab="python"))
    assert not any(kind == "fold" for line in last["lines"] for kind, _ in line["pieces"])
