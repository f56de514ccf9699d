"""One export cut into several: every part has its own pixels, its own names, and nothing else of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.parts import part_names, part_requests
from ee_export_widget.core.request import ExportImageRequest
from tests.unit.core.bodies import ASSET, CLOUD, DRIVE, changed, schema_takes

if TYPE_CHECKING:
    from tests.unit.core.bodies import Body

GRID = PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632")
TILE = (1024, 1024)
OVER_180 = PixelGrid(10, 1, AffineTransform(0.7, 0, 177, 0, -0.7, 0), "EPSG:4326")


def whole(body: Body, **changes: Any) -> ExportImageRequest:  # noqa: ANN401 - whatever a body holds
    return ExportImageRequest.from_json(changed(body, {"grid": GRID.to_json(), **changes}))


def split(request: ExportImageRequest, **cut: Any) -> list[ExportImageRequest]:  # noqa: ANN401 - ways to cut
    return part_requests(request, GRID.split(**cut))


@pytest.mark.parametrize("body", [ASSET, CLOUD, DRIVE], ids=["asset", "cloud storage", "drive"])
def test_parts_differ_in_their_pixels_and_names_alone(body: Body) -> None:
    """With the grid and the four names of the whole, each part is the whole; and the service takes each."""
    request = whole(body, requestId="abc", description="my_scene")
    parts = split(request, tile=TILE)
    assert [part.grid for part in parts] == GRID.split(tile=TILE)
    assert [part.description for part in parts] == [f"my_scene_r{row}c{col}" for row in (1, 2) for col in (1, 2)]
    ids = [part.request_id or "" for part in parts]
    assert [own.rpartition("-")[0] for own in ids] == ["abc-r1c1", "abc-r1c2", "abc-r2c1", "abc-r2c2"]
    assert len({part.destination for part in parts}) == 4
    for part in parts:
        assert schema_takes(part.to_json())
        assert request.destination is not None
        names = {"grid": GRID, "description": "my_scene", "request_id": "abc"}
        assert part.with_destination(request.destination).with_(**names) == request


@pytest.mark.parametrize(
    ("body", "path", "name", "expected"),
    [
        (
            ASSET,
            "assetExportOptions.earthEngineDestination.name",
            "projects/p/assets/a/b",
            "projects/p/assets/a/b_r1c1",
        ),
        (DRIVE, "fileExportOptions.driveDestination.filenamePrefix", "scene", "scene_r1c1"),
        (CLOUD, "fileExportOptions.cloudStorageDestination.filenamePrefix", "a/scene", "a/scene_r1c1"),
        (CLOUD, "fileExportOptions.cloudStorageDestination.filenamePrefix", "a/", "a/r1c1"),
    ],
    ids=["asset", "drive", "object", "folder in a bucket"],
)
def test_name_of_the_result(body: Body, path: str, name: str, expected: str) -> None:
    """The part's name stands at its end; in a folder of a bucket it is all of it."""
    value: Any = split(whole(body, **{path: name}), tile=TILE)[0].to_json()
    for member in path.split("."):
        value = value[member]
    assert value == expected


def test_names_that_are_full_give_way_to_the_part() -> None:
    """Ids and descriptions keep to their length, and stay different."""
    parts = split(whole(ASSET, requestId="i" * 60, description="d" * 100), tile=TILE)
    assert {len(part.request_id or "") for part in parts} == {60}
    assert {len(part.description or "") for part in parts} == {100}
    assert len({part.request_id for part in parts}) == len({part.description for part in parts}) == 4


def test_an_id_stands_for_one_part_of_one_cut() -> None:
    """Cut otherwise, no part has the id of another: the service would take it for a repetition."""
    request = whole(ASSET, requestId="abc")
    width, height = TILE
    cuts = [split(request, tile=tile) for tile in (TILE, (width, height - 1), (width - 1, height), TILE)]
    first, *others, again = [{part.request_id for part in parts} for parts in cuts]
    assert first == again
    assert all(first.isdisjoint(other) for other in others)


def test_what_is_not_named_stays_without_a_name() -> None:
    """Ids are made when a request is sent; a destination that is not there is not invented."""
    request = ExportImageRequest(grid=GRID)
    (part, *_) = split(request, tile=TILE)
    assert (part.request_id, part.description, part.destination) == (None, None, None)
    nameless = ExportImageRequest.from_json({"grid": GRID.to_json(), "fileExportOptions": {"driveDestination": {}}})
    assert split(nameless, tile=TILE)[0].destination == nameless.destination


def test_names_sort_as_the_parts_lie() -> None:
    """Numbers are filled up to one length."""
    names = part_names(GRID.split(tile=(155, 900)))
    assert (names[0], names[9], names[-1]) == ("r1c01", "r1c10", "r2c10")
    assert names == sorted(names)


def test_parts_that_are_no_rows_and_columns_are_numbered() -> None:
    """On both sides of 180, and where one of the tiles is left out."""
    assert part_names(OVER_180.split(antimeridian=True)) == ["p1", "p2"]
    assert part_names(GRID.split(tile=TILE)[:3]) == ["p1", "p2", "p3"]
    assert part_names([]) == []


def test_nothing_to_cut_leaves_the_request_as_it_is() -> None:
    """A grid that does not cross 180 is not renamed."""
    request = whole(ASSET)
    assert split(request, antimeridian=True) == [request]
    assert part_requests(request, []) == []
