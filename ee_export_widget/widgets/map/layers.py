"""The layers below the overlay: the map itself, a base map where one can be reached, the image preview."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, TypeAlias

import ipyleaflet
from ipyleaflet import basemaps

if TYPE_CHECKING:
    from ee_export_widget.widgets.map.overlay import MapOverlay

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MAX_ZOOM = 22
"""Where a pixel of one metre is 27 px wide at the equator."""

STAND_IN = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
"""An empty picture: what stands in the state of a layer whose true address only the page is told."""


def to_leaflet(lon: float, lat: float) -> tuple[float, float]:
    """Leaflet's order of a place, latitude first."""
    return lat, lon


def build_map(*, lon: float = 0.0, lat: float = 20.0, zoom: int = 2) -> ipyleaflet.Map:
    """Build a map that asks no server for anything.

    Parameters
    ----------
    lon, lat
        Centre, degrees.
    zoom
        Level of web maps: 0 shows the world on 256 px.

    Returns
    -------
    ipyleaflet.Map
        Without layers and without Leaflet's own buttons. Its height follows the style sheet.
    """
    attribution = ipyleaflet.AttributionControl(position="bottomright", prefix="")
    return ipyleaflet.Map(
        center=to_leaflet(lon, lat),
        zoom=zoom,
        min_zoom=1,
        max_zoom=MAX_ZOOM,
        layers=(),
        controls=(attribution,),
        zoom_control=False,
        attribution_control=False,
        layout={"width": "auto", "height": "auto"},
    )


class MapLayers:
    """Keeps the layers of the overlay's map.

    A layer with tiles is only added once the page has fetched one of them: a layer that finds nothing
    asks for dozens, and each leaves an error in the page's console.

    Parameters
    ----------
    overlay
        Whose map and whose page.
    basemap_url, basemap_attribution
        Tiles that are tried as the base map; OpenStreetMap by default. An empty URL leaves the map
        without one.
    """

    def __init__(
        self,
        overlay: MapOverlay,
        *,
        basemap_url: str = basemaps.OpenStreetMap.Mapnik.build_url(),
        basemap_attribution: str = basemaps.OpenStreetMap.Mapnik.html_attribution,
    ) -> None:
        self.map: ipyleaflet.Map = overlay.map
        self._overlay = overlay
        self._lock = threading.RLock()
        self._base = _tiles(basemap_url, None, basemap_attribution, max_native_zoom=19, base=True)
        self._preview: ipyleaflet.Layer | None = None
        self._waiting: ipyleaflet.TileLayer | None = None
        self._count = 0
        self._reachable = False
        self._hidden: frozenset[str] = frozenset()
        self._stop = overlay.on_action(self._heard)
        overlay.base_url = basemap_url

    def show_tiles(self, url_template: str, bounds: Bounds | None, attribution: str = "") -> None:
        """Show an image by its tiles, as soon as the page is known to reach them.

        Where it does not, the overlay says ``tiles_unreachable``, and `show_picture` is the answer.

        Parameters
        ----------
        url_template
            With ``{z}``, ``{x}`` and ``{y}``.
        bounds
            West, south, east, north of the image in degrees; no tile outside of it is asked for. None: it has none.
        attribution
            Whose image it is; markup.
        """
        with self._lock:
            self._count += 1
            stand_in = f"{STAND_IN}#{self._count}"
            self._wait_for(_tiles(stand_in, bounds, attribution))
            self._overlay.offer_tiles(url_template, stand_in)

    def show_picture(self, png: bytes, bounds: Bounds) -> None:
        """Show an image that came through the kernel.

        Parameters
        ----------
        png
            Picture in Web Mercator: its rows are equally far apart on the map, not in degrees.
        bounds
            West, south, east, north of the picture in degrees.
        """
        url = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
        with self._lock:
            self._wait_for(None)
            self._replace(ipyleaflet.ImageOverlay(url=url, bounds=_corners(bounds)))

    def clear_preview(self) -> None:
        """Show no image."""
        with self._lock:
            self._wait_for(None)
            self._overlay.offer_tiles("")
            self._replace(None)

    def set_basemap(self, reachable: bool) -> None:  # noqa: FBT001 - the one argument is what the name asks for
        """Add the base map below everything, or take it away."""
        with self._lock:
            self._reachable = reachable
            self._arrange()

    def hide(self, hidden: frozenset[str]) -> None:
        """Leave out ``base`` or ``image``, and show again what is not named."""
        with self._lock:
            self._hidden = hidden
            self._arrange()

    @property
    def shows_basemap(self) -> bool:
        """Whether there is a base map to be seen."""
        return self._reachable and "base" not in self._hidden

    def _arrange(self) -> None:
        """Bring the layers of the map into line with what is to be seen."""
        image = None if "image" in self._hidden else self._preview
        wanted = [layer for layer in (self._base if self.shows_basemap else None, image) if layer is not None]
        if [*self.map.layers] != wanted:
            self.map.layers = wanted

    def fit(self, bounds: Bounds) -> None:
        """Turn the map so that it shows all of an area.

        Parameters
        ----------
        bounds
            West, south, east, north in degrees.
        """
        # The page does it: only there the size of the map is known, and centre and zoom change at once.
        # (Set as traits of the map they are two steps, and the first may be cut short by the second.)
        if self._overlay.area == [*bounds]:
            self._overlay.area = []
        self._overlay.area = [*bounds]

    def close(self) -> None:
        """Stop listening to the page and remove the layers."""
        self._stop()
        with self._lock:
            self._wait_for(None)
            self._replace(None)
            self.set_basemap(reachable=False)
            self._base.close()

    def _heard(self, name: str, args: dict[str, object]) -> None:
        match name, args:
            case "tiles_wanted", _:
                self._overlay.repeat_offer()
            case "basemap", {"reachable": bool(reachable)}:
                self.set_basemap(reachable)
            case "tiles_reachable", {"url": str(url)}:
                with self._lock:
                    if self._waiting is not None and self._overlay.tiles_url == url:
                        found, self._waiting = self._waiting, None
                        self._replace(found)

    def _wait_for(self, layer: ipyleaflet.TileLayer | None) -> None:
        """Keep a layer until its tiles are known to be reached; the one that was kept so far is given up."""
        old, self._waiting = self._waiting, layer
        if old is not None:
            old.close()

    def _replace(self, layer: ipyleaflet.Layer | None) -> None:
        """Put another preview in the place of the one that is shown."""
        old, self._preview = self._preview, layer
        self._arrange()
        if old is not None:
            old.close()


def _corners(bounds: Bounds) -> list[tuple[float, float]]:
    """South-west and north-east corner, as Leaflet takes them."""
    west, south, east, north = bounds
    return [to_leaflet(west, south), to_leaflet(east, north)]


def _tiles(url: str, bounds: Bounds | None, attribution: str, **options: object) -> ipyleaflet.TileLayer:
    """Build a layer of tiles that reaches to the map's last zoom level."""
    corners = None if bounds is None else _corners(bounds)
    return ipyleaflet.TileLayer(url=url, bounds=corners, attribution=attribution, max_zoom=MAX_ZOOM, **options)
