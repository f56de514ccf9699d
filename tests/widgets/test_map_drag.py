"""A hand on the map: what a long drag costs the kernel, and what the page is told meanwhile."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.draft import gestures
from tests.unit.session.service import AREA, CORNER, SCENE, UTM, WAIT_S, Service, wait_for
from tests.widgets.page import module_of, overlay_of, say

if TYPE_CHECKING:
    from ee_export_widget import ExportWidget
    from tests.widgets.conftest import MakeForm

MOVES = 100
MOST_S = 1.0
"""What all moves of a drag may cost the kernel, in seconds of its processor."""

ROUNDS = 4
"""The least of so many counts: what a machine does beside them can only add."""

SOUTH_EAST = 4
LAST = "224 × 205"
"""Size of the grid where the drag ends."""


@pytest.fixture
def ready(make_form: MakeForm, service: Service) -> ExportWidget:
    """Give a form with a region on a scene, of which a page has said where its map stands."""
    form = make_form(SCENE, client=service.client())
    wait_for(form.session, lambda snapshot: bool(snapshot.image.tile_url))
    form.session.edit(region=AREA)
    form.flush()
    stands = {"west": -54.7, "south": -25.35, "east": -54.6, "north": -25.2, "zoom": 13, "id": "a"}
    say(overlay_of(form), {"event": "action", "name": "view", "args": stands})
    return form


def drag(form: ExportWidget, phase: str, x: float, y: float) -> None:
    """Let a corner be held at a place, in metres from the scene's corner."""
    lon, lat = gestures.to_lonlat(CORNER[0] + x, CORNER[1] - y, UTM, near=-54)
    args = {"phase": phase, "handle": SOUTH_EAST, "lon": lon, "lat": lat}
    say(overlay_of(form), {"event": "action", "name": "drag", "args": args})


def drag_along(form: ExportWidget, *, shown: bool, aside: float = 0) -> None:
    """Hold a corner for ``MOVES`` moves, some metres ``aside``; what is ``shown`` is drawn after each of them."""
    drag(form, "start", 3000, 3000)
    for step in range(MOVES):
        drag(form, "move", 3000 + 37 * step + aside, 3000 + 31 * step)
        if shown:
            form.flush()
    drag(form, "end", 6700, 6100)


@pytest.mark.untraced
def test_a_drag_of_a_hundred_moves_is_cheap(ready: ExportWidget) -> None:
    """Also if every single move were drawn, which at ten frames a second they are not."""
    costs = []
    for nth in range(ROUNDS):
        before = time.process_time()
        drag_along(ready, shown=True, aside=7 * nth)  # nothing is known yet from an earlier round
        costs.append(time.process_time() - before)
    assert min(costs) < MOST_S, costs


def test_facts_follow_ten_times_a_second_and_the_last_always_comes(ready: ExportWidget) -> None:
    """Moves that come faster are drawn together, and after the last one nothing is missing."""
    facts = module_of(ready, "Grid facts and fields")
    drawn: list[tuple[float, str]] = []
    arrived = threading.Event()

    def size_of(view: dict[str, Any]) -> str:
        sizes = [fact["strong"] for item in view["items"] if item["kind"] == "facts" for fact in item["facts"]]
        return str(sizes[0]) if sizes else ""

    def look(change: dict[str, Any]) -> None:
        drawn.append((time.monotonic(), size_of(change["new"])))
        if drawn[-1][1] == LAST:
            arrived.set()

    facts.observe(look, names="view")
    begun = time.monotonic()
    drag_along(ready, shown=False)
    assert arrived.wait(WAIT_S), drawn
    facts.unobserve(look, names="view")
    assert len(drawn) <= 2 + 10 * (drawn[-1][0] - begun)
    grid = ready.session.snapshot.composed.grid
    assert grid is not None
    assert drawn[-1][1] == f"{grid.width} × {grid.height}"
