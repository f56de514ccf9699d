"""`ExportWidget`: the form, assembled from its panels."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

import ipywidgets

from ee_export_widget.core.region import read_region
from ee_export_widget.session import ExportSession, doors, present
from ee_export_widget.session.journal import Journal
from ee_export_widget.session.runtime import kernel_runtime
from ee_export_widget.session.throttle import Throttle
from ee_export_widget.widgets import cells
from ee_export_widget.widgets.map.panel import MapPanel
from ee_export_widget.widgets.panel import BandsView, FormView, OperationsView, Panel, PreviewView

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.client.auth import Credentials
    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import Problem


class ExportWidget(ipywidgets.VBox):
    """Compose, check, submit and watch an Earth Engine image export.

    Making one needs neither a network nor a running event loop; what takes time happens in the
    background and shows up in the form. Running its cell again closes the form that the cell made
    before; operations at the service go on.

    Parameters
    ----------
    image
        What to export: an ``ee.Image``, the id of an asset, or an expression mapping.
    project
        Project id that is billed and owns the operation. Where ``ee`` is initialised in the kernel,
        project, credentials and address come from it.
    credentials
        Credentials of google-auth; found as the official client does where left out.
    base_url
        Address of the service; Google's where left out.
    client
        A connection of your own; then neither project, credentials nor base_url.
    region
        What to export of the image: GeoJSON in longitude and latitude (degrees), or anything with
        ``__geo_interface__``.
    crs
        Code such as ``"EPSG:32621"``, or WKT; the image's own where left out.
    scale
        Pixel size in units of the CRS; the image's own where left out.

    Raises
    ------
    InvalidRequestError
        Where the image or the region is none.
    TypeError
        For an unknown keyword, or ``client`` together with what it replaces.
    """

    def __init__(  # noqa: PLR0913 - the promised keywords
        self,
        image: ImageLike | None = None,
        *,
        project: str | None = None,
        credentials: Credentials | None = None,
        base_url: str | None = None,
        client: EarthEngineClient | None = None,
        region: Any = None,  # noqa: ANN401 - anything with __geo_interface__
        crs: str | None = None,
        scale: float | None = None,
        **unknown: Any,  # noqa: ANN401 - refused below
    ) -> None:
        if unknown:
            raise cells.unknown_keyword(next(iter(unknown)), type(self).__init__)
        if client is not None and any(given is not None for given in (project, credentials, base_url)):
            raise TypeError("client comes with its own project, credentials and base_url; give either")
        self._closed = False
        self.session = ExportSession(journal=Journal(cells.journal_path()))
        _prefill(self.session, image, region=region, crs=crs, scale=scale)
        self._panels = self._make_panels()
        self._map = MapPanel(self.session)
        self._throttle = Throttle(self._render, kernel_runtime.later)
        super().__init__(children=[self._frame()])
        self.add_class("eew-root")
        self.session.observe(self._changed, names="snapshot")
        self._render()
        if client is not None:
            doors.connect(self.session, client)
        else:
            doors.open_service(self.session, project=project, credentials=credentials, base_url=base_url)
        cells.replace_earlier(self)

    @property
    def request(self) -> ExportImageRequest | None:
        """The request that would be sent, problems or not; None without expression or destination."""
        return self.session.request

    @property
    def problems(self) -> list[Problem]:
        """All problems of the draft; errors block submitting."""
        return self.session.problems

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Operations that this form follows, newest first."""
        return self.session.operations

    def load(self, body: ExportImageRequest | Mapping[str, Any]) -> None:
        """Fill the form from a request body, without waiting for any network.

        Raises
        ------
        InvalidRequestError
            Where the body is no export of an image; the form stays as it is.
        """
        self.session.load(body)

    async def submit(self) -> Operation:
        """Submit the request; see `ExportSession.submit`."""
        return await self.session.submit()

    def close(self) -> None:
        """Remove the form and stop all its background work; operations at the service go on."""
        if self._closed:
            return
        self._closed = True
        cells.forget(self)
        self.session.unobserve(self._changed, names="snapshot")
        self._throttle.close()
        self.session.close()
        everything = [*_parts_of(self)]
        for panel in self._panels.values():
            panel.close()
        self._map.close()
        super().close()
        for part in everything:
            part.close()

    def flush(self) -> None:
        """Show what has changed at once, instead of within a tenth of a second."""
        self._throttle.flush()

    def _make_panels(self) -> dict[str, Panel]:
        session = self.session
        return {
            "bar": Panel(session, FormView(), present.bar, "eew-a-bar"),
            "strip": Panel(session, FormView(), present.strip, "eew-a-strip"),
            "image": Panel(session, FormView(), present.image, "eew-step", "eew-a-image"),
            "grid_head": Panel(session, FormView(), present.grid_head, "eew-grid-head"),
            "grid": Panel(session, FormView(), present.grid, "eew-grid"),
            "bands": Panel(session, BandsView(), present.bands, "eew-step", "eew-a-bands", "eew-bands"),
            "destination": Panel(session, FormView(), present.destination, "eew-step", "eew-a-dest", "eew-destination"),
            "advanced": Panel(session, FormView(), present.advanced, "eew-step", "eew-a-adv"),
            "action": Panel(session, FormView(), present.action, "eew-a-act"),
            "preview": Panel(session, PreviewView(), present.preview, "eew-step", "eew-a-req", "eew-preview"),
            "operations": Panel(session, OperationsView(), present.operations, "eew-step", "eew-a-ops", "eew-status"),
        }  # fmt: skip

    def _frame(self) -> ipywidgets.Box:
        shown = {name: panel.widget for name, panel in self._panels.items()}
        picture = _box("eew-map", self._map.map, self._map.overlay)
        step = _box("eew-step eew-a-grid", shown.pop("grid_head"), picture, shown.pop("grid"))
        names = ("bar", "strip", "image", step, "bands", "destination", "advanced", "action", "preview", "operations")
        return _box("eew-frame", *(shown[item] if isinstance(item, str) else item for item in names))

    def _changed(self, _change: object) -> None:
        self._throttle()

    def _render(self) -> None:
        snapshot = self.session.snapshot
        for panel in self._panels.values():
            panel.render(snapshot)
        self._map.render(snapshot)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as the widget's own
        """Add what stays readable where no kernel is: a saved notebook shows the request, and no secret."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            body = {name: value for name, value in self.session.snapshot.composed.body.items() if name != "expression"}
            text = "Earth Engine image export\n" + json.dumps(body, indent=2, ensure_ascii=False)
            data["text/plain"] = text
            data["text/html"] = f"<pre>{html.escape(text)}</pre>"
        return bundle


def _prefill(session: ExportSession, image: ImageLike | None, *, region: Any, crs: str | None, scale: Any) -> None:  # noqa: ANN401
    """Fill a new form with what was given; none of it can be undone, it is where the form begins."""
    changes: dict[str, Any] = {}
    if region is not None:
        changes["region"] = read_region(region)
    if crs is not None:
        changes["crs"] = crs
    if scale is not None:
        changes["pixel_size"] = (
            f"{scale:.17g}" if isinstance(scale, int | float) else " x ".join(f"{s:.17g}" for s in scale)
        )
    if changes:
        session.edit(**changes)
    if image is not None:
        session.set_image(image)
    session.begin_here()


def _box(classes: str, *children: ipywidgets.Widget) -> ipywidgets.Box:
    box = ipywidgets.Box(children=children)
    for name in classes.split():
        box.add_class(name)
    return box


def _parts_of(widget: ipywidgets.Widget, seen: set[int] | None = None) -> Iterator[ipywidgets.Widget]:
    """Give the widgets that hang on a widget: children, layouts, styles, layers, controls."""
    seen = {id(widget)} if seen is None else seen
    for value in widget.trait_values().values():
        for part in value if isinstance(value, list | tuple) else (value,):
            if isinstance(part, ipywidgets.Widget) and id(part) not in seen:
                seen.add(id(part))
                yield part
                yield from _parts_of(part, seen)
