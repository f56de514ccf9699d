"""What a hand does on the map: rectangles, polygons, handles, keys, layers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.draft.draft import CrsRectangle, with_grid
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.session import present
from tests.unit.core.bodies import ASSET
from tests.unit.session.moments import item
from tests.unit.session.service import AREA, CORNER, UTM, fill

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import Clock


def at(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a place in metres from the scene's corner, to the east and to the south."""
    return gestures.to_lonlat(CORNER[0] + x, CORNER[1] - y, UTM, near=-57)


def draw(form: ExportSession, phase: str, a: tuple[float, float], b: tuple[float, float]) -> None:
    form.perform("draw", {"phase": phase, "a": list(at(*a)), "b": list(at(*b))})


def drag(form: ExportSession, phase: str, handle: int | str, x: float, y: float) -> None:
    lon, lat = at(x, y)
    form.perform("drag", {"phase": phase, "handle": handle, "lon": lon, "lat": lat})


def grid_of(form: ExportSession) -> PixelGrid:
    grid = form.snapshot.composed.grid
    assert grid is not None
    return grid


def window(form: ExportSession) -> tuple[float, float, int, int]:
    """First column and row of the grid in the scene, and its size."""
    grid = grid_of(form)
    transform = grid.affine_transform
    column, row = (transform.translate_x - CORNER[0]) / 30, (CORNER[1] - transform.translate_y) / 30
    return column, row, grid.width, grid.height


def has_region(form: ExportSession) -> bool:
    return form.draft.region is not None


def test_two_clicks_draw_a_rectangle_on_the_scenes_pixels(landsat: ExportSession) -> None:
    """Edges move outward to whole pixels, whichever corner came first, and it is one step."""
    landsat.perform("draw", {})
    assert landsat.snapshot.map_mode == "draw"
    draw(landsat, "start", (310, 620), (310, 620))
    assert landsat.snapshot.drawing
    for step in range(5):
        draw(landsat, "move", (310, 620), (400 + 100 * step, 700))
    draw(landsat, "end", (910, 310), (310, 620))
    assert window(landsat) == (10, 10, 21, 11)
    assert (landsat.snapshot.drawing, landsat.snapshot.map_mode) == (False, "pan")
    landsat.undo()
    assert not has_region(landsat)
    assert not landsat.snapshot.can_undo


def test_a_rectangle_can_be_drawn_in_one_go(landsat: ExportSession) -> None:
    """An end alone is a whole gesture."""
    draw(landsat, "end", (0, 0), (300, 300))
    assert window(landsat) == (0, 0, 10, 10)
    assert not landsat.hand.is_holding


def test_a_slow_hand_makes_one_step(landsat: ExportSession, clock: Clock) -> None:
    """However long it rests."""
    draw(landsat, "start", (0, 0), (0, 0))
    for size in (100, 200, 300):
        clock.go_on(60)
        draw(landsat, "move", (0, 0), (size, size))
    draw(landsat, "end", (0, 0), (300, 300))
    drag(landsat, "start", 4, 300, 300)
    for way in (400, 500):
        clock.go_on(60)
        drag(landsat, "move", 4, way, way)
    drag(landsat, "end", 4, 600, 600)
    assert window(landsat) == (0, 0, 20, 20)
    landsat.undo()
    assert window(landsat) == (0, 0, 10, 10)
    landsat.undo()
    assert not has_region(landsat)


@pytest.mark.parametrize("leave", [("draw", {"phase": "cancel"}), ("pan", {})], ids=["escape", "pan tool"])
def test_a_drawing_that_is_given_up_leaves_what_was_there(
    landsat: ExportSession, leave: tuple[str, dict[str, Any]]
) -> None:
    """Nothing of it stays, not even to be made again."""
    draw(landsat, "end", (0, 0), (300, 300))
    before = landsat.draft
    draw(landsat, "start", (600, 600), (600, 600))
    draw(landsat, "move", (600, 600), (900, 900))
    landsat.perform(*leave)
    left = landsat.snapshot
    assert left.draft == before
    assert not left.can_redo
    assert (left.drawing, left.map_mode) == (False, "pan")
    draw(landsat, "move", (600, 600), (990, 990))
    assert (landsat.draft, landsat.snapshot.drawing) == (before, False)


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        (0, (15, 15, 25, 25)), (1, (10, 15, 30, 25)), (2, (10, 15, 5, 25)), (3, (10, 10, 5, 30)),
        (4, (10, 10, 5, 5)), (5, (10, 10, 30, 5)), (6, (15, 10, 25, 5)), (7, (15, 10, 25, 30)),
    ],
)  # fmt: skip
def test_each_handle_moves_its_edges(
    landsat: ExportSession, handle: int, expected: tuple[float, float, int, int]
) -> None:
    """In whole pixels of the scene; cancelling puts them back."""
    draw(landsat, "end", (300, 300), (1200, 1200))
    drawn = window(landsat)
    drag(landsat, "start", handle, 0, 0)
    drag(landsat, "move", handle, 450, 450)
    assert window(landsat) == expected
    drag(landsat, "cancel", handle, 450, 450)
    assert window(landsat) == drawn


def test_the_whole_rectangle_moves_with_the_hand(landsat: ExportSession) -> None:
    """By the way from where it was gripped, in whole pixels."""
    draw(landsat, "end", (300, 300), (1200, 1200))
    drag(landsat, "start", "whole", 500, 500)
    drag(landsat, "move", "whole", 560, 530)
    drag(landsat, "end", "whole", 620, 560)
    assert window(landsat) == (14, 12, 30, 30)


def test_taking_hold_without_moving_changes_nothing(landsat: ExportSession) -> None:
    """What was drawn, or loaded, is still there."""
    draw(landsat, "end", (310, 310), (1190, 1190))
    before = landsat.draft
    drag(landsat, "start", "whole", 500, 500)
    drag(landsat, "cancel", "whole", 500, 500)
    assert landsat.draft is before


def test_a_hand_that_holds_nothing_moves_nothing(landsat: ExportSession) -> None:
    """Moves without a grid, and after letting go."""
    before = landsat.draft
    for phase in ("start", "move", "end"):
        drag(landsat, phase, 0, 100, 100)
    drag(landsat, "move", "whole", 200, 200)
    assert landsat.draft is before


def test_keys_move_by_whole_pixels(landsat: ExportSession) -> None:
    """A handle, or the whole rectangle; and never to nothing."""
    draw(landsat, "end", (300, 300), (1200, 1200))
    landsat.perform("nudge", {"handle": 4, "columns": 1, "rows": -10})
    assert window(landsat) == (10, 10, 31, 20)
    landsat.perform("nudge", {"handle": "whole", "columns": -2, "rows": 3})
    assert window(landsat) == (8, 13, 31, 20)
    landsat.perform("nudge", {"handle": 3, "columns": -31, "rows": 0})
    assert window(landsat) == (8, 13, 31, 20)


def test_keys_need_a_grid(landsat: ExportSession) -> None:
    """Without one they do nothing."""
    before = landsat.draft
    landsat.perform("nudge", {"handle": 4, "columns": 1, "rows": 0})
    assert landsat.draft is before


def test_a_loaded_grid_keeps_its_pixels_in_the_hand(form: ExportSession) -> None:
    """A key moves an edge by one of them, and that is one step."""
    form.load(ASSET)
    loaded = grid_of(form)
    form.perform("nudge", {"handle": 3, "columns": 1, "rows": 0})
    assert grid_of(form) == replace(loaded, width=loaded.width + 1)
    form.undo()
    assert grid_of(form) == loaded


TURNED = PixelGrid(40, 30, AffineTransform(24, 18, CORNER[0] + 900, 18, -24, CORNER[1] - 900), UTM)


@pytest.mark.parametrize(
    ("handle", "expected"),
    [(0, (3, 2, 37, 28)), (2, (0, 2, 3, 28)), (3, (0, 0, 3, 30)), (5, (0, 0, 40, 2)), ("whole", (3, 2, 40, 30))],
)
def test_a_turned_grid_is_held_by_its_own_sides(
    landsat: ExportSession, handle: int | str, expected: tuple[int, int, int, int]
) -> None:
    """Its handles move whole pixels of its own lattice, live; a cancelled drag changes nothing, another is one step."""
    landsat.change(lambda draft: with_grid(draft, TURNED))

    def go(phase: str, column: float, row: float) -> None:
        lon, lat = gestures.to_lonlat(*TURNED.affine_transform.apply(column, row), UTM, near=-57)
        landsat.perform("drag", {"phase": phase, "handle": handle, "lon": lon, "lat": lat})

    column, row, width, height = expected
    part = replace(TURNED, width=width, height=height, affine_transform=TURNED.affine_transform.shifted(column, row))
    for last in ("cancel", "end"):
        go("start", 0, 0)
        go("move", 7, 9)
        go("move", 3.2, 1.9)
        assert grid_of(landsat) == part
        go(last, 3.2, 1.9)
        assert grid_of(landsat) == (TURNED if last == "cancel" else part)
    assert landsat.snapshot.composed.body["grid"] == part.to_json()
    landsat.undo()
    assert grid_of(landsat) == TURNED


def test_keys_move_a_turned_grid_along_its_own_sides(landsat: ExportSession) -> None:
    """To the right along its columns, down along its rows."""
    landsat.change(lambda draft: with_grid(draft, TURNED))
    landsat.perform("nudge", {"handle": "whole", "columns": 2, "rows": -1})
    assert grid_of(landsat) == replace(TURNED, affine_transform=TURNED.affine_transform.shifted(2, -1))
    landsat.perform("nudge", {"handle": 5, "columns": 0, "rows": 10})
    assert grid_of(landsat).height == 40


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", UTM, ""])
def test_rectangles_lie_in_the_exports_crs(form: ExportSession, crs: str) -> None:
    """Sides run along its axes; without one, along longitude and latitude."""
    form.edit(crs=crs, pixel_size="0.001" if crs == "EPSG:4326" else "30")
    form.perform("draw", {"phase": "end", "a": [-54.6, -25.4], "b": [-54.5, -25.5]})
    region = form.draft.region
    assert isinstance(region, CrsRectangle)
    assert region.crs == (crs or "EPSG:4326")
    assert region.has_area
    assert (form.snapshot.composed.grid is None) == (not crs)


def test_a_place_that_the_crs_does_not_reach_is_said(form: ExportSession) -> None:
    """And the drawing ends all the same."""
    form.edit(crs="EPSG:2154", pixel_size="30")
    for end in ([0, -200], ["x", "y"]):
        form.perform("draw", {"phase": "start", "a": [0, 40], "b": [0, 40]})
        form.perform("draw", {"phase": "end", "a": [0, 40], "b": end})
        assert not form.snapshot.drawing
        assert not form.hand.is_holding
    assert form.snapshot.notice == "EPSG:2154 does not reach this place. Choose another CRS, or another place."


def test_the_footprint_of_the_image_is_one_button_away(landsat: ExportSession) -> None:
    """The whole scene, pixel by pixel; clearing takes it away, and both can be undone."""
    landsat.perform("draw", {})
    landsat.perform("footprint", {})
    assert window(landsat) == (0, 0, 768, 768)
    assert landsat.snapshot.map_mode == "pan"
    landsat.perform("clear", {})
    assert not has_region(landsat)
    landsat.perform("undo", {})
    assert window(landsat) == (0, 0, 768, 768)
    landsat.perform("redo", {})
    assert not has_region(landsat)


def test_without_bounds_there_is_no_footprint(form: ExportSession) -> None:
    """An image that is not known has none."""
    before = form.draft
    form.perform("footprint", {})
    assert form.draft is before


def test_latitudes_beyond_the_poles_are_the_poles(form: ExportSession) -> None:
    """A hand may leave the map."""
    form.edit(crs="EPSG:4326", pixel_size="1", snap="multiples")
    form.perform("draw", {"phase": "end", "a": [0, 200], "b": [10, -200]})
    assert grid_of(form).bounds == (0, -90, 10, 90)


def polygon(form: ExportSession, phase: str, *corners: tuple[float, float]) -> None:
    form.perform("polygon", {"phase": phase, "ring": [list(at(*corner)) for corner in corners]})


def test_a_polygon_is_drawn_corner_by_corner(landsat: ExportSession) -> None:
    """The grid is that of its bounds, as soon as it has an area; all of it is one step."""
    landsat.perform("polygon", {})
    assert landsat.snapshot.map_mode == "polygon"
    polygon(landsat, "start", (310, 310))
    polygon(landsat, "move", (310, 310), (910, 310))
    assert landsat.snapshot.drawing
    assert not has_region(landsat)
    polygon(landsat, "move", (310, 310), (910, 310), (600, 500))
    assert window(landsat)[2:] == (21, 7)
    polygon(landsat, "end", (310, 310), (910, 310), (600, 610))
    assert window(landsat)[2:] == (21, 11)
    assert (landsat.snapshot.drawing, landsat.snapshot.map_mode) == (False, "pan")
    landsat.undo()
    assert not has_region(landsat)
    assert not landsat.snapshot.can_undo


def test_a_polygon_that_is_given_up_leaves_what_was_there(landsat: ExportSession) -> None:
    """Escape, and a last corner that makes none of it."""
    fill(landsat)
    landsat.begin_here()
    polygon(landsat, "start", (310, 310))
    polygon(landsat, "move", (310, 310), (910, 310), (600, 500))
    polygon(landsat, "cancel")
    assert landsat.draft.region == AREA
    assert landsat.snapshot.map_mode == "pan"
    polygon(landsat, "move", (310, 310), (910, 310), (600, 500))
    polygon(landsat, "end", (310, 310), (910, 310))
    assert landsat.draft.region == AREA
    assert "corners" in landsat.snapshot.notice
    assert not landsat.snapshot.can_undo


def test_the_lattice_is_turned_on_and_off(form: ExportSession) -> None:
    """The page shows it where pixels are large enough."""
    form.perform("lattice", {})
    assert "lattice" not in form.snapshot.hidden_layers
    form.perform("lattice", {})
    assert "lattice" in form.snapshot.hidden_layers


def test_layers_are_shown_and_hidden(form: ExportSession) -> None:
    """One by one; the lattice with them, and no layer that there is not."""
    form.perform("layer", {"layer": "base", "shown": False})
    form.perform("layer", {"layer": "exports", "shown": True})
    form.perform("layer", {"layer": "lattice", "shown": True})
    assert form.snapshot.hidden_layers == {"base"}
    form.perform("layer", {"layer": "base", "shown": True})
    form.perform("layer", {"layer": "roads", "shown": False})
    assert form.snapshot.hidden_layers == set()


def test_half_a_pixel_off_is_put_right_by_one_button(landsat: ExportSession) -> None:
    """The grid keeps its size; where there is nothing to shift the button does nothing."""
    half = AffineTransform(30, 0, CORNER[0] + 15, 0, -30, CORNER[1] - 15)
    landsat.change(lambda draft: with_grid(draft, PixelGrid(40, 30, half, UTM)))
    (fix,) = item(present.grid(landsat.snapshot), "facts")["fixes"]
    assert fix["label"] == "Shift by half a pixel"
    landsat.perform(*fix["does"])
    assert window(landsat) == (0, 0, 40, 30)
    landsat.perform("clear", {})
    before = landsat.draft
    landsat.perform("shift_half_pixel", {})
    assert landsat.draft is before
