"""`ExportWidget`: the form as one widget.

Session and panels load with the first form that is made: importing the package stays cheap.
"""

from __future__ import annotations

import html
import json
import sys
from typing import TYPE_CHECKING, Any, Literal

import ipywidgets

from ee_export_widget.core.keywords import names_nearest_keyword
from ee_export_widget.widgets import cells, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.client.images import ImageLike
    from ee_export_widget.client.key_file import GivenCredentials
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import ExportSession


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
        Credentials of google-auth, or the path of a service account's key file; found as the official client
        does where left out.
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
        Where the image, the region, the project or the address is none.
    AuthenticationError
        Where a key file cannot be read.
    TypeError
        For an unknown keyword, or ``client`` together with what it replaces.
    """

    _closed = True
    """Also of a form that was never finished: what collects it closes it."""

    @names_nearest_keyword
    def __init__(  # noqa: PLR0913 - the promised keywords
        self,
        image: ImageLike | None = None,
        *,
        project: str | None = None,
        credentials: GivenCredentials | None = None,
        base_url: str | None = None,
        client: EarthEngineClient | None = None,
        region: Any = None,  # noqa: ANN401 - anything with __geo_interface__
        crs: str | None = None,
        scale: float | tuple[float, float] | None = None,
    ) -> None:
        from ee_export_widget.session import ExportSession, doors
        from ee_export_widget.session.confirming import Preferences
        from ee_export_widget.session.habits import Habits
        from ee_export_widget.session.journal import Journal
        from ee_export_widget.session.variables import Variables, look_around
        from ee_export_widget.widgets.assembly import Assembly

        if client is not None and any(given is not None for given in (project, credentials, base_url)):
            raise TypeError("client comes with its own project, credentials and base_url; give either")
        if client is not None and not hasattr(client, "export_image"):
            raise TypeError(f"client must be an EarthEngineClient, not {client!r:.80}")
        state = cells.state_folder()
        self.session = ExportSession(
            journal=Journal(state),
            habits=Habits(state),
            preferences=Preferences(state),
            variables=Variables(notebook.namespace()),
            place=notebook.notebook_path(),
        )
        _prefill(self.session, image, region=region, crs=crs, scale=scale)
        # Before there are widgets: a project that is none must not leave them behind.
        if client is not None:
            doors.connect(self.session, client)
        else:
            doors.open_service(self.session, project=project, credentials=credentials, base_url=base_url)
        self._assembly = Assembly(self.session)
        super().__init__(children=[self._assembly.frame])
        self.add_class("eew-root")
        self._closed = False
        self._stop_looking = notebook.after_each_cell(lambda: look_around(self.session))
        cells.replace_earlier(self)
        self._autosave = cells.autosave(self)

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

    @names_nearest_keyword
    def show_in_sidebar(self, side: Literal["left", "right"] = "right") -> None:
        """Show this form in JupyterLab's sidebar, in place of any form that is there.

        Where the page has no sidebar for it (VS Code, Colab, Voila), a sentence under the cell says so.

        Parameters
        ----------
        side
            The sidebar in which the panel comes to stand. One that was chosen in JupyterLab itself
            (“Switch Sidebar Side” on the icon) is kept.

        Raises
        ------
        ValueError
            If the side is neither ``"left"`` nor ``"right"``.
        """
        from ee_export_widget.widgets import sidebar

        sidebar.show(self, side)

    def close(self) -> None:
        """Remove the form and stop all its background work; operations at the service go on."""
        # What collects a form closes it; at the end of Python nothing can be closed any more, and everything ends.
        if self._closed or sys.is_finalizing():
            return
        self._closed = True
        self._stop_looking()
        if self._autosave is not None:
            self._autosave.close()
        cells.forget(self)
        everything = [*_parts_of(self)]
        self.session.close()
        self._assembly.close()
        super().close()
        for part in everything:
            part.close()

    def flush(self) -> None:
        """Show what has changed at once, instead of within a tenth of a second."""
        self._assembly.flush()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as the widget's own
        """Add what stays readable where no kernel is: a saved notebook shows the request, and no secret."""
        body = {name: value for name, value in self.session.snapshot.composed.body.items() if name != "expression"}
        text = "Earth Engine image export\n" + json.dumps(body, indent=2, ensure_ascii=False)
        return super()._repr_mimebundle_(**kwargs) | {
            "text/plain": text,
            "text/html": f"<pre>{html.escape(text)}</pre>",
        }


def _prefill(
    session: ExportSession,
    image: ImageLike | None,
    *,
    region: Any,  # noqa: ANN401 - anything with __geo_interface__
    crs: str | None,
    scale: float | tuple[float, float] | None,
) -> None:
    """Fill a new form with what was given; none of it can be undone, it is where the form begins."""
    from ee_export_widget.core.quantity import number_text

    changes: dict[str, Any] = {}
    if region is not None:
        changes["region"] = region
    if crs is not None:
        changes["crs"] = crs
    if scale is not None:
        changes["pixel_size"] = " x ".join(map(number_text, scale)) if isinstance(scale, tuple | list) else scale
    if changes:
        session.edit(**changes)
    if image is not None:
        session.set_image(image)
    session.begin_here()


def _parts_of(widget: ipywidgets.Widget, seen: set[int] | None = None) -> Iterator[ipywidgets.Widget]:
    """Give the widgets that hang on a widget: children, layouts, styles, layers, controls."""
    seen = {id(widget)} if seen is None else seen
    for value in widget.trait_values().values():
        for part in value if isinstance(value, list | tuple) else (value,):
            if isinstance(part, ipywidgets.Widget) and id(part) not in seen:
                seen.add(id(part))
                yield part
                yield from _parts_of(part, seen)
