"""Our drawing and our buttons over an ipyleaflet map: Python's end of ``overlay.js``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import ipyleaflet
import traitlets
from ipywidgets import widget_serialization

from ee_export_widget.widgets import assets

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("ee_export_widget")

HERE = Path(__file__).parent


class MapOverlay(anywidget.AnyWidget):
    """Shows a ``MapView`` over a map and reports gestures.

    It takes no room of its own. Each of its views draws over the view of the map that stands in the
    same form, so that map and overlay may be shown several times.

    What the page says are messages ``{"event": "action", "name": …, "args": …}``. Places are
    longitude and latitude in degrees; longitudes go on beyond 180 where the map was turned that far.

    ========================= ======================================================================
    name                      args
    ========================= ======================================================================
    a tool of the view        none; ``pan``, ``draw``, ``polygon``, ``footprint``, ``clear``, ``fit``, or a button
                              of ``view["call"]``
    ``draw``                  ``phase`` (start, move, end, cancel), ``a``, ``b``: opposite corners
    ``polygon``               ``phase``, ``ring``: corners so far, the pointer's place at the end of them
    ``drag``                  ``phase``, ``handle`` (0 to 7, or ``"whole"``), ``lon``, ``lat``
    ``drop``                  ``text`` of a file dropped on the map, or ``bytes`` where it is too long
    ``layer``                 ``layer``, ``shown``
    ``picture_colour``        ``colour``: whether three bands are shown, or one
    ``picture_channel``       ``at``: which colour; ``entry`` (band, low or high), ``value``: a text
    ``nudge``                 ``handle``, ``columns``, ``rows``: pixels of the grid, right and down
    ``view``                  ``west``, ``south``, ``east``, ``north``, ``zoom``, ``width_px``,
                              ``height_px``: once the map has stood still
    ``basemap``               ``reachable``: whether the page gets tiles of ``base_url``
    ``tiles_wanted``          none: a page has come that knows of no tiles yet
    ``tiles_reachable``       ``url``, which is ``tiles_url``
    ``tiles_unreachable``     the same
    ========================= ======================================================================

    The ``draw`` tool and the gesture have one name: the gesture has a ``phase``. After the phase
    ``end`` of a drawing the page draws nothing new until ``view["mode"]`` has been ``"pan"``.
    """

    _esm = assets.module(HERE / "overlay.js")
    _css = assets.style(HERE / "overlay.css")

    map = traitlets.Instance(ipyleaflet.Map).tag(sync=True, **widget_serialization)
    view = traitlets.Dict().tag(sync=True)
    bands: traitlets.List[str] = traitlets.List().tag(sync=True)
    """Names that the colours of the preview can be chosen from: thousands, perhaps, and so not a part of the view."""
    base_url = traitlets.Unicode().tag(sync=True)
    """Template of the base map's tiles, for the page to try; empty tries nothing."""
    area: traitlets.List[float] = traitlets.List().tag(sync=True)
    """West, south, east, north in degrees: what the page turns the map to when it changes, and at first."""

    _tiles: tuple[str, str] = ("", "")

    @property
    def tiles_url(self) -> str:
        """Template of the preview's tiles; empty while there are none."""
        return self._tiles[0]

    def offer_tiles(self, url: str, layer: str = "") -> None:
        """Give the page tiles to try, and to draw in a layer once that is on the map.

        The address of a map works like a password for some hours (REST contract, section 14.4). It travels in messages,
        which nobody keeps, and never stands in the state of a widget, which goes into saved notebooks.

        Parameters
        ----------
        url
            Template with ``{z}``, ``{x}`` and ``{y}``; empty takes the offer back.
        layer
            Address that the layer has in its place.
        """
        self._tiles = (url, layer)
        self.repeat_offer()

    def repeat_offer(self) -> None:
        """Say again which tiles there are, to a page that came later."""
        url, layer = self._tiles
        self.send({"command": "tiles", "url": url, "layer": layer})

    def on_action(self, call: Callable[[str, dict[str, object]], None]) -> Callable[[], None]:
        """Hear what the page says.

        Parameters
        ----------
        call
            Gets the name and the arguments of each action, on any thread.

        Returns
        -------
        Callable
            Ends it.
        """

        def received(_widget: object, content: object, _buffers: object) -> None:
            match content:
                case {"event": "action", "name": str(name), "args": dict(args)}:
                    call(name, args)
                case _:
                    log.warning("The map sent a message that nobody knows: %.200r", content)

        self.on_msg(received)
        return lambda: self.on_msg(received, remove=True)
