"""The layers below the overlay: the map itself, a base map where one can be reached, the image preview."""

from __future__ import annotations

import base64
import math
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

TILE_PX = 256
MARGIN_X_PX, MARGIN_Y_PX = 48, 20
"""Room around what is to be seen: that of the bars at the sides, of labels above and below."""

MAX_LATITUDE_DEG = 85.0511287798066
"""Edge of the square world of web maps."""


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


def fitting(bounds: Bounds, width_px: float, height_px: float) -> tuple[tuple[float, float], int]:
    """Find the view that shows all of an area, as large as whole zoom levels allow.

    Between them tiles are scaled, and thin lines show where they meet.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees; east is larger than west, also across 180.
    width_px, height_px
        Size of the map.

    Returns
    -------
    tuple
        Centre (longitude, latitude) and zoom.
    """
    west, south, east, north = bounds
    top, bottom = _mercator(north), _mercator(south)
    width, height = (east - west) / 360, top - bottom
    shares = [
        room / (TILE_PX * span)
        for room, span in ((width_px - 2 * MARGIN_X_PX, width), (height_px - 2 * MARGIN_Y_PX, height))
        if span > 0
    ]
    room = min(shares, default=math.inf)
    levels = math.log2(min(max(room, 2.0), 2.0**MAX_ZOOM))
    zoom = math.floor(levels)
    middle = math.degrees(2 * math.atan(math.exp((top + bottom) * math.pi)) - math.pi / 2)
    return ((west + east) / 2, middle), zoom


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
        self._size_px = (512.0, 366.0)
        self._stop = overlay.on_action(self._heard)
        overlay.base_url = basemap_url

    def show_tiles(self, url_template: str, bounds: Bounds, attribution: str = "") -> None:
        """Show an image by its tiles, as soon as the page is known to reach them.

        Where it does not, the overlay says ``tiles_unreachable``, and `show_picture` is the answer.

        Parameters
        ----------
        url_template
            With ``{z}``, ``{x}`` and ``{y}``.
        bounds
            West, south, east, north of the image in degrees; no tile outside of it is asked for.
        attribution
            Whose image it is; markup.
        """
        with self._lock:
            self._waiting = _tiles(url_template, bounds, attribution)
            if self._overlay.tiles_url == url_template:
                self._overlay.tiles_url = ""
            self._overlay.tiles_url = url_template

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
            self._waiting = None
            self._replace(ipyleaflet.ImageOverlay(url=url, bounds=_corners(bounds)))

    def clear_preview(self) -> None:
        """Show no image."""
        with self._lock:
            self._waiting = None
            self._overlay.tiles_url = ""
            self._replace(None)

    def set_basemap(self, reachable: bool) -> None:  # noqa: FBT001 - the one argument is what the name asks for
        """Add the base map below everything, or take it away."""
        with self._lock:
            shown = self._base in self.map.layers
            if reachable and not shown:
                self.map.add(self._base, index=0)
            elif shown and not reachable:
                self.map.remove(self._base)

    def fit(self, bounds: Bounds) -> None:
        """Turn the map so that it shows all of an area.

        Parameters
        ----------
        bounds
            West, south, east, north in degrees.
        """
        (lon, lat), zoom = fitting(bounds, *self._size_px)
        with self.map.hold_sync():
            self.map.center = to_leaflet(lon, lat)
            self.map.zoom = zoom

    def close(self) -> None:
        """Stop listening to the page and remove the layers."""
        self._stop()
        with self._lock:
            self._waiting = None
            self._replace(None)
            self.set_basemap(reachable=False)
            self._base.close()

    def _heard(self, name: str, args: dict[str, object]) -> None:
        match name, args:
            case "basemap", {"reachable": bool(reachable)}:
                self.set_basemap(reachable)
            case "tiles_reachable", {"url": str(url)}:
                with self._lock:
                    if self._waiting is not None and self._waiting.url == url:
                        found, self._waiting = self._waiting, None
                        self._replace(found)
            case "view", {"width_px": int() | float() as width, "height_px": int() | float() as height}:
                self._size_px = (float(width), float(height))

    def _replace(self, layer: ipyleaflet.Layer | None) -> None:
        """Put another preview in the place of the one that is shown."""
        old, self._preview = self._preview, layer
        if layer is not None:
            self.map.add(layer)
        if old is not None:
            self.map.remove(old)
            old.close()


def _corners(bounds: Bounds) -> list[tuple[float, float]]:
    """South-west and north-east corner, as Leaflet takes them."""
    west, south, east, north = bounds
    return [to_leaflet(west, south), to_leaflet(east, north)]


def _tiles(url: str, bounds: Bounds | None, attribution: str, **options: object) -> ipyleaflet.TileLayer:
    """Build a layer of tiles that reaches to the map's last zoom level."""
    corners = None if bounds is None else _corners(bounds)
    return ipyleaflet.TileLayer(url=url, bounds=corners, attribution=attribution, max_zoom=MAX_ZOOM, **options)


def _mercator(lat: float) -> float:
    """Height in the square world of web maps: -0.5 to 0.5."""
    held = math.radians(max(-MAX_LATITUDE_DEG, min(MAX_LATITUDE_DEG, lat)))
    return math.asinh(math.tan(held)) / (2 * math.pi)
