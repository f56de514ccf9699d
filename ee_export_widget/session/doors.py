"""Ways into a service: the local emulator, a project of the user's, or what was handed over."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ee_export_widget.client.api import GOOGLE, EarthEngineClient
from ee_export_widget.client.images import initialised_ee
from ee_export_widget.session import local
from ee_export_widget.session.snapshot import Connection

if TYPE_CHECKING:
    from ee_export_widget.client.auth import Credentials
    from ee_export_widget.session.session import ExportSession

EMULATOR_VARIABLE = "EE_EXPORT_WIDGET_EMULATOR"
"""Environment variable with the address of a local emulator that was started for this kernel."""

SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"


def open_service(
    session: ExportSession,
    *,
    project: str | None = None,
    credentials: Credentials | None = None,
    base_url: str | None = None,
) -> None:
    """Connect a new form to what was given, to an initialised ``ee``, or to the emulator of the demo.

    With none of these the form stays unconnected and offers the choice: nobody is asked silently.
    """
    if project is None and base_url is None and credentials is None:
        if (opened := initialised_ee()) is not None and opened.project:
            project, credentials, base_url = opened.project, opened.credentials, opened.base_url
        elif address := os.environ.get(EMULATOR_VARIABLE):
            connect_emulator(session, address)
            return
        else:
            return
    base_url = base_url or GOOGLE
    if project is None:
        project = local.PROJECT if is_local(base_url) else None
    if project is not None:
        connect(session, EarthEngineClient(project, credentials=credentials, base_url=base_url))


def connect(session: ExportSession, client: EarthEngineClient) -> None:
    """Connect a form to a client; a loopback address is the emulator's and is called so."""
    session.connect(client, Connection("emulator" if is_local(client.base_url) else "earth_engine"))


def connect_emulator(session: ExportSession, address: str) -> None:
    """Connect a form to a local emulator that runs already."""
    connect(session, EarthEngineClient(local.PROJECT, base_url=address))


def is_local(base_url: str) -> bool:
    """Tell whether an address is on this machine."""
    try:
        host = urlsplit(base_url if "://" in base_url else f"//{base_url}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
