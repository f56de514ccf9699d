"""The map panel: keeps map, overlay and image preview in step with the session."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from ee_export_widget.session import picturing
from ee_export_widget.session.present import map_view
from ee_export_widget.session.present.map import other_grid
from ee_export_widget.session.present.outline import outline
from ee_export_widget.widgets.map.layers import MapLayers, build_map
from ee_export_widget.widgets.map.looks import Looks
from ee_export_widget.widgets.map.overlay import MapOverlay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ee_export_widget.session import ExportSession, Snapshot
    from ee_export_widget.session.views import LonLat

log = logging.getLogger("ee_export_widget")

_ABOUT_THE_MAP = frozenset({"basemap", "tiles_reachable", "tiles_wanted"})
NO_BASEMAP = "Base map not reachable. Drawing still works."


class MapPanel:
    """Shows what a snapshot says of places, and hands gestures to the session."""

    def __init__(self, session: ExportSession) -> None:
        self.map = build_map()
        # The page swaps these for each other while the map is dragged: they are held to be closed.
        self._styles = (self.map.style, self.map.default_style, self.map.dragging_style)
        self.overlay = MapOverlay(map=self.map)
        self._session = session
        self._layers = MapLayers(self.overlay)
        self._looks = Looks(self.overlay, session)
        self._basemap: bool | None = None
        self._shown_url = ""
        self._asked_for: object = None
        self._fitted: list[LonLat] = []
        self._on_map = ""
        self._looked_at = session.snapshot.look_at
        # News from the page and from the session may come on two threads, and the later one has to win.
        self._lock = threading.RLock()
        self._stop = self.overlay.on_action(self._heard)

    def render(self, snapshot: Snapshot) -> None:
        """Show a snapshot; what is equal to what was shown before is not sent again."""
        with self._lock:
            view = map_view(snapshot)
            self._layers.hide(snapshot.hidden_layers)
            view["graticule"] = not self._layers.shows_basemap
            if self._basemap is False:
                view["ground"] = NO_BASEMAP
                view["layers"][0]["note"] = "not reachable"
            self.overlay.view = dict(view)
            info = snapshot.image.info
            self.overlay.bands = [*info.plain_ids] if info is not None else []
            self._looks.render(snapshot)
            self._show_preview(snapshot)
            self._fit(snapshot)

    def close(self) -> None:
        """Stop listening and remove map and overlay."""
        self._stop()
        self._layers.close()
        self.overlay.close()
        self.map.close()
        for style in self._styles:
            style.close()

    def _show_preview(self, snapshot: Snapshot) -> None:
        image = snapshot.image
        if self._asked_for is not snapshot.draft.expression and picturing.waits_for_ground(snapshot):
            self._asked_for = snapshot.draft.expression
            picturing.look(self._session)
        if image.tile_url == self._shown_url:
            return
        self._shown_url = image.tile_url
        ring = _source_outline(snapshot)
        if image.tile_url and (ring or (image.info is not None and image.info.source_grid is None)):
            self._layers.show_tiles(image.tile_url, _box(ring) if ring else None)
        else:
            self._layers.clear_preview()

    def _fit(self, snapshot: Snapshot) -> None:
        """Turn the map to a new image, and to a region that came with no hand on the map."""
        source, grid = _source_outline(snapshot), snapshot.composed.grid
        before, self._on_map = self._on_map, snapshot.on_map
        if before != snapshot.on_map and (other := other_grid(snapshot)) is not None:
            self._layers.fit(_box(other["outline"]))
            return
        looked, self._looked_at = self._looked_at, snapshot.look_at
        if looked != snapshot.look_at and grid is not None and (ring := outline(grid)):
            self._fitted = source or ring
            self._layers.fit(_box(ring))
            return
        if source and source != self._fitted:
            self._fitted = source
            self._layers.fit(_box(source))
        elif not source and not self._fitted and grid is not None and (ring := outline(grid)):
            self._fitted = ring
            self._layers.fit(_box(ring))

    def _heard(self, name: str, args: Mapping[str, object]) -> None:
        if name == "basemap":
            with self._lock:
                self._basemap = bool(args.get("reachable"))
                self.render(self._session.snapshot)
        elif name == "tiles_unreachable":
            if args.get("url") == self._session.snapshot.image.tile_url:
                self._session.run("picture", self._picture())
        elif name in {"view", "pixel"}:
            try:
                getattr(self._looks, name)(args)
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                log.warning("The map said %r in a way that cannot be read: %s", name, error)
        elif name not in _ABOUT_THE_MAP:
            self._session.perform(name, args)

    async def _picture(self) -> None:
        """Bring the preview through the kernel, where the page cannot reach the service itself."""
        before, client = self._session.snapshot, self._session.client
        ground = picturing.ground_of(before)
        ring = outline(ground) if ground is not None else []
        png = await picturing.picture(self._session, ring)
        with self._session.lock:
            now = self._session.snapshot
            if png is not None and now.image.tile_url == before.image.tile_url and self._session.client is client:
                self._layers.show_picture(png, _box(ring))


def _source_outline(snapshot: Snapshot) -> list[LonLat]:
    info = snapshot.image.info
    return outline(info.source_grid) if info is not None and info.source_grid is not None else []


def _box(ring: Sequence[LonLat]) -> tuple[float, float, float, float]:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return min(lons), min(lats), max(lons), max(lats)
