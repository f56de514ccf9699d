"""The image line."""

from __future__ import annotations

import pyproj
import pytest

from ee_export_widget.core.expression import Expression
from ee_export_widget.session import present
from ee_export_widget.session.snapshot import ImageState, Snapshot
from tests.unit.session.moments import (
    CONNECTED,
    EMULATOR,
    EVIL,
    READY,
    buttons,
    image_of,
    item,
    moment,
)
from tests.unit.session.service import SCENE, UTM


def test_an_empty_image_line_offers_a_start() -> None:
    """The sample is offered where it is: at the emulator."""
    view = present.image(Snapshot(connection=EMULATOR))
    assert item(view, "text")["text"] == "Start from an asset ID, an expression in JSON, or from the sample."
    assert buttons(view) == {"load_sample": ""}
    head = view["head"]
    assert head is not None
    assert (head["mark"], head["opens"]) == ({"tone": "todo", "text": "Choose one"}, "always")
    assert buttons(present.image(Snapshot(connection=CONNECTED))) == {}


def test_the_image_line_says_what_the_image_is() -> None:
    """Bands, the size of its pixels and where they lie."""
    view = present.image(READY)
    assert item(view, "pairs")["pairs"] == [
        ("Bands", "4"), ("Source pixel", "30 m"), ("Source CRS", UTM), ("Expression", "2 nodes"),
    ]  # fmt: skip
    assert view["head"] is not None
    assert view["head"]["summary"] == "scene, 4 bands, 30 m"
    assert item(view, "image_text")["value"] == SCENE


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (image_of(crs="EPSG:4326", crs_transform=[0.001, 0, 5, 0, -0.001, 5]), "0.001 °"),
        (image_of(crs="nowhere"), "30 units"),
        (image_of(crs_transform=[1, 0, 0, 0, 1, 0], dimensions=None), None),
    ],
    ids=["degrees", "unknown CRS", "composite"],
)
def test_the_source_pixel_is_in_its_own_unit(image: ImageState, text: str | None) -> None:
    """A composite has none."""
    pairs = dict(item(present.image(moment(image=image)), "pairs")["pairs"])
    assert pairs.get("Source pixel") == text


def test_a_source_crs_without_a_code_goes_by_its_name() -> None:
    """Its WKT would be a page in a line of facts."""
    wkt = pyproj.CRS.from_epsg(32621).to_wkt("WKT1_GDAL")
    pairs = dict(item(present.image(moment(image=image_of(crs=wkt))), "pairs")["pairs"])
    assert pairs["Source CRS"] == "WGS 84 / UTM zone 21N"


def test_reading_and_failing_are_said_in_the_image_line() -> None:
    """The reason of the service is shown as text."""
    assert item(present.image(moment(image=ImageState("reading"))), "text")["text"] == "Reading bands…"
    view = present.image(moment(image=ImageState("failed", message=EVIL)))
    assert (item(view, "note")["field"], item(view, "note")["text"]) == ("expression", EVIL)
    assert view["head"] is not None
    assert view["head"]["forced"]
    unnamed = present.image(moment(image=ImageState(), image_text=""))
    assert unnamed["head"] is not None
    assert unnamed["head"]["summary"] == "an expression"


def test_an_expression_without_structure_is_said_beside_the_image() -> None:
    """It is a problem of the image line."""
    view = present.image(moment(expression=Expression.of({"result": "0", "values": {}})))
    assert [entry["field"] for entry in item(view, "image_text")["messages"]] == ["expression.values"]


def test_images_of_the_notebook_are_offered_beside_the_asset_id() -> None:
    """Where the notebook has images their names can be picked, and the label says so."""
    view = present.image(Snapshot(connection=EMULATOR, variables=("ndvi", "scene")))
    assert item(view, "text")["text"].startswith(
        "Start from an asset ID, an expression in JSON, a variable of the notebook"
    )
    field = item(view, "field")
    assert (field["label"], field["control"]) == ("Asset ID or variable", "combo")
    assert [option["value"] for option in field["options"]] == ["ndvi", "scene"]


def test_a_grid_that_waits_for_an_unreadable_image_is_a_problem_of_the_image() -> None:
    """The action bar leads there, the grid complains of nothing, and the step says it once."""
    failed = moment(crs="", pixel_size="", image=ImageState("failed", message="Image asset 'x' not found."))
    assert [problem.code for problem in failed.errors] == ["image-unreadable"]
    (status,) = [entry for entry in present.action(failed)["items"] if entry["kind"] == "status"][:1]
    assert [words for words, _ in status["links"]] == ["Image"]
    notes = [entry for entry in present.grid(failed)["items"] if entry["kind"] == "note"]
    assert notes == []
    (note,) = [entry for entry in present.image(failed)["items"] if entry["kind"] == "note"]
    assert note["text"] == "Image asset 'x' not found."
    own = moment(crs="EPSG:32621", pixel_size="30", image=failed.image)
    assert not own.errors


def test_an_image_that_cannot_be_evaluated_can_be_looked_at() -> None:
    """Its expression is unfolded in the request, and the person is led there."""
    view = present.image(moment(image=ImageState("failed", message="Image.load: not found.")))
    (fix,) = item(view, "note")["fixes"]
    assert (fix["label"], fix["does"], fix["leads"]) == ("Show the expression", ("show_expression", {}), "request")
