"""The request as JSON."""

from __future__ import annotations

from dataclasses import replace

from ee_export_widget.core.draft import draft_from
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
