"""The grid inside the expression: written as the official client does, and read back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.draft import Draft, draft_from
from ee_export_widget.core.encoding import encode_json
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.folding import fold, unfold
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.problems import MAX_BODY_BYTES
from ee_export_widget.core.request import ExportImageRequest
from tests.unit.core.bodies import ASSET, EXPRESSION

GRID = PixelGrid(100, 50, AffineTransform(30, 0, 735345.0, 0, -30, -2796795.5), "EPSG:32621")
WKT = PixelGrid(3, 4, AffineTransform(0.5, 0.1, 10, 0.2, -0.5, 20), crs_wkt='GEOGCS["x"]')
SCENE = "projects/local-demo/assets/scene"

OFFICIAL: dict[str, Any] = {
    "result": "0",
    "values": {
        "1": {
            "functionInvocationValue": {
                "functionName": "Image.reproject",
                "arguments": {
                    "crs": {
                        "functionInvocationValue": {
                            "functionName": "Projection",
                            "arguments": {"crs": {"constantValue": "EPSG:32621"}},
                        }
                    },
                    "crsTransform": {"constantValue": [30, 0, 735345.0, 0, -30, -2796795.5]},
                    "image": {
                        "functionInvocationValue": {
                            "functionName": "Image.load",
                            "arguments": {"id": {"constantValue": SCENE}},
                        }
                    },
                },
            }
        },
        "0": {
            "functionInvocationValue": {
                "functionName": "Image.clipToBoundsAndScale",
                "arguments": {
                    "geometry": {
                        "functionInvocationValue": {
                            "functionName": "GeometryConstructors.Rectangle",
                            "arguments": {
                                "coordinates": {"constantValue": [0, 0, 100, 50]},
                                "crs": {
                                    "functionInvocationValue": {
                                        "functionName": "Image.projection",
                                        "arguments": {"image": {"valueReference": "1"}},
                                    }
                                },
                                "evenOdd": {"constantValue": True},
                                "geodesic": {"constantValue": False},
                            },
                        }
                    },
                    "input": {"valueReference": "1"},
                },
            }
        },
    },
}
"""What release 1.7.50 sends for crs, crsTransform and dimensions, as it came out of its encoder."""


def official(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Give the official client's expression with arguments of the three calls changed; None takes one away."""
    document = deepcopy(OFFICIAL)
    laid = document["values"]["1"]["functionInvocationValue"]["arguments"]
    cut = document["values"]["0"]["functionInvocationValue"]["arguments"]
    rectangle = cut["geometry"]["functionInvocationValue"]["arguments"]
    for name, value in changes.items():
        holder = next((each for each in (laid, cut) if name in each and name != "crs"), rectangle)
        holder = laid if name in {"lattice_crs", "scale"} else holder
        key = "crs" if name == "lattice_crs" else name
        if value is None:
            del holder[key]
        else:
            holder[key] = value
    return document


def test_the_official_expression_is_taken_apart() -> None:
    """Its image and its grid come back, member for member."""
    found = unfold(OFFICIAL)
    assert found is not None
    inner, grid = found
    assert grid == GRID
    call = OFFICIAL["values"]["1"]["functionInvocationValue"]["arguments"]["image"]
    assert inner == {"result": "1", "values": {"1": call}}
    assert inner.problems == ()


def test_folding_writes_the_calls_of_the_official_client() -> None:
    """Apart from the names of values and the place of the image, nothing differs."""
    folded = fold(image_load(SCENE), GRID)
    laid, cut = folded["values"]["1"], folded["values"]["2"]
    assert folded["result"] == "2"
    expected = official(image={"valueReference": "0"})["values"]
    assert laid == expected["1"]
    assert cut == expected["0"]


@pytest.mark.parametrize("grid", [GRID, WKT], ids=["code", "WKT, sheared"])
def test_what_was_folded_can_be_taken_apart(grid: PixelGrid) -> None:
    """The grid is the same, and so is the image."""
    scene = image_load(SCENE)
    found = unfold(fold(scene, grid))
    assert found is not None
    assert found[1] == grid
    assert found[0] == scene


def test_free_names_are_found() -> None:
    """Values of the image keep their names, whatever these are."""
    scene = image_load(SCENE) | {"values": {"0": image_load(SCENE)["values"]["0"], "3": {"constantValue": 1}}}
    folded = fold(scene, GRID)
    assert list(folded["values"]) == ["0", "3", "2", "4"]
    assert folded.problems == ()


def test_a_folded_expression_is_encoded_as_it_reads() -> None:
    """The quick way, from what is encoded already, writes the same JSON; its size counts."""
    folded = fold(image_load(SCENE), GRID)
    assert folded.encoded == encode_json(dict(folded))
    assert folded.size_bytes == len(folded.encoded)
    assert folded.node_count == Expression(folded).node_count


def test_the_same_grid_is_folded_once() -> None:
    """Pages that are drawn again and again cost no new expression; another grid does."""
    scene = Expression.of(image_load(SCENE))
    assert fold(scene, GRID) is fold(scene, GRID)
    assert fold(scene, WKT) is not fold(scene, GRID)


def test_an_expression_with_problems_stays_as_it_is() -> None:
    """Nothing is put around what has no result."""
    broken = Expression.of({"result": "0", "values": {}})
    assert fold(broken, GRID) is broken


UNLIKE: dict[str, dict[str, Any]] = {
    "no values": {"result": "0"},
    "no result": {"values": {}},
    "plain image": image_load(SCENE),
    "a region": official(geometry={"constantValue": [0, 0, 1, 1]}),
    "a scale": official(scale={"constantValue": 30}),
    "no transform": official(crsTransform=None),
    "other corner": official(coordinates={"constantValue": [1, 0, 100, 50]}),
    "geodesic": official(geodesic={"constantValue": True}),
    "other lattice": official(crs={"constantValue": "EPSG:4326"}),
    "three numbers": official(crsTransform={"constantValue": [1, 2, 3]}),
    "no text": official(lattice_crs={"constantValue": 5}),
    "empty": official(coordinates={"constantValue": [0, 0, 0, 50]}),
    "endless": official(image={"valueReference": "1"}, coordinates={"valueReference": "loop"})
    | {"values": official(coordinates={"valueReference": "loop"})["values"] | {"loop": {"valueReference": "loop"}}},
    "dangling": official(coordinates={"valueReference": "gone"}),
    "arguments": {"result": "0", "values": {"0": {"functionInvocationValue": {"functionName": "x", "arguments": 1}}}},
    "inline": official(input=OFFICIAL["values"]["1"]),
}


@pytest.mark.parametrize("expression", UNLIKE.values(), ids=list(UNLIKE))
def test_any_other_expression_is_left_alone(expression: dict[str, Any]) -> None:
    """Only the exact route is a grid; nothing is guessed, and nothing raises."""
    assert unfold(expression) is None


def test_constants_may_be_written_in_parts() -> None:
    """A list of values, a reference to one, and a CRS without Projection mean the same."""
    numbers = [30, 0, 735345.0, 0, -30, -2796795.5]
    expression = official(
        crsTransform={"arrayValue": {"values": [{"constantValue": number} for number in numbers]}},
        lattice_crs={"valueReference": "code"},
    )
    expression["values"]["code"] = {"constantValue": "EPSG:32621"}
    found = unfold(expression)
    assert found is not None
    assert found[1] == GRID


def body(**members: Any) -> ExportImageRequest:  # noqa: ANN401 - JSON
    """Give a complete request."""
    name = {"earthEngineDestination": {"name": "projects/local-demo/assets/out"}}
    return ExportImageRequest.from_json({"requestId": "a", "description": "b", "assetExportOptions": name, **members})


def test_a_folded_request_is_read_as_a_grid_and_written_as_it_was() -> None:
    """The form shows the grid, checks its pixels, and loses nothing of the official client's expression."""
    request = body(expression=OFFICIAL)
    draft = draft_from(request, project="local-demo", before=Draft())
    assert draft.fold_grid
    assert draft.grid == GRID
    composed = compose(draft, project="local-demo")
    assert composed.body["expression"] == OFFICIAL
    assert "grid" not in composed.body
    assert composed.grid == GRID
    assert [(problem.code, problem.severity) for problem in composed.problems if problem.field == "grid"] == [
        ("grid-in-expression", "info")
    ]


def test_the_switch_moves_the_grid_between_body_and_expression() -> None:
    """The pixels and everything that is checked about them stay the same."""
    request = body(expression=image_load(SCENE), grid=GRID.to_json(), maxPixels="4999")
    draft = draft_from(request, project="local-demo", before=Draft())
    assert not draft.fold_grid
    plain = compose(draft, project="local-demo")
    folded = compose(Draft(**{**vars(draft), "fold_grid": True}), project="local-demo")
    assert plain.body["grid"] == GRID.to_json()
    assert "grid" not in folded.body
    assert folded.request is not None
    assert folded.request.grid is None
    assert unfold(folded.body["expression"]) == (image_load(SCENE), GRID)
    assert "too-many-pixels" in {problem.code for problem in folded.problems}
    assert {p.code for p in folded.problems} - {p.code for p in plain.problems} == {"grid-in-expression"}


def test_the_pixels_of_a_folded_grid_are_counted() -> None:
    """A body of the official client is checked as one with a grid would be."""
    codes = {problem.code for problem in body(expression=OFFICIAL, maxPixels="4999").problems()}
    assert {"too-many-pixels", "grid-in-expression"} <= codes
    assert "too-many-pixels" not in {problem.code for problem in body(expression=OFFICIAL, maxPixels="9999").problems()}
    loose = official(scale={"constantValue": 30})
    assert "too-many-pixels" not in {problem.code for problem in body(expression=loose, maxPixels="1").problems()}


def test_a_grid_that_something_else_refers_to_is_not_taken_out() -> None:
    """The rest would refer to nothing, and could not be sent: the expression stays as it came."""
    expression = official()
    cut = expression["values"]["0"]["functionInvocationValue"]["arguments"]
    expression["values"]["2"] = cut["geometry"]
    cut["geometry"] = {"valueReference": "2"}
    laid = expression["values"]["1"]["functionInvocationValue"]["arguments"]
    expression["values"]["3"] = laid["image"]
    laid["image"] = {"valueReference": "3"}
    assert Expression.of(expression).problems == ()
    assert unfold(expression) is None
    draft = draft_from(body(expression=expression), project="p", before=Draft())
    assert compose(draft, project="p").body["expression"] == expression


def test_a_body_that_grows_beyond_the_limit_by_its_grid_is_told() -> None:
    """The grid takes more room in the expression than in the body; what counts is what is sent."""
    draft = draft_from(ExportImageRequest.from_json(ASSET), project="demo-project", before=Draft())
    request = compose(draft, project="demo-project").request
    assert request is not None
    room = MAX_BODY_BYTES - request.size_bytes - 100
    values = {**EXPRESSION["values"], "padding": {"constantValue": "x" * room}}
    padded = replace(draft, expression=Expression(result="0", values=values), loaded=None)
    found = {fold: compose(replace(padded, fold_grid=fold), project="demo-project").problems for fold in (False, True)}
    assert [problem.code for problem in found[False] if problem.severity == "error"] == []
    assert [problem.code for problem in found[True] if problem.severity == "error"] == ["body-too-large"]


def test_a_body_that_is_too_large_is_told_once() -> None:
    """The grid in the expression makes it no worse."""
    values = {**EXPRESSION["values"], "padding": {"constantValue": "x" * MAX_BODY_BYTES}}
    draft = draft_from(ExportImageRequest.from_json(ASSET), project="demo-project", before=Draft())
    large = replace(draft, expression=Expression(result="0", values=values), loaded=None, fold_grid=True)
    found = compose(large, project="demo-project").problems
    assert [problem.code for problem in found if problem.severity == "error"] == ["body-too-large"]
