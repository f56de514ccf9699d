"""Ways into a service: the local emulator, a project of the user's, or what was handed over."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.client.auth import project_of
from ee_export_widget.client.images import initialised_ee
from ee_export_widget.client.key_file import read_key_file
from ee_export_widget.core.addresses import GOOGLE, is_local
from ee_export_widget.environment import EMULATOR_VARIABLE
from ee_export_widget.session import local
from ee_export_widget.session.snapshot import Connection

if TYPE_CHECKING:
    from ee_export_widget.client.key_file import GivenCredentials
    from ee_export_widget.session.session import ExportSession

SAMPLE = "projects/local-demo/assets/samples/itaipu_landsat8"


@dataclass(frozen=True, slots=True)
class Home:
    """Where projects live that are not the local emulator's, and what to show at the door."""

    base_url: str = GOOGLE
    credentials: GivenCredentials | None = field(default=None, repr=False)
    """None: they are found as the official client finds them."""
    of_ee: bool = False
    """Whether they were those of an initialised ``ee``: signed in anew there, it has others."""


def open_service(
    session: ExportSession,
    *,
    project: str | None = None,
    credentials: GivenCredentials | None = None,
    base_url: str | None = None,
) -> None:
    """Connect a new form to what was given, to an initialised ``ee``, or to the emulator of the demo.

    With none of these the form stays unconnected and offers the choice: nobody is asked silently. What is
    missing beside a project comes from ``ee`` where that is initialised, or is found.
    """
    opened = initialised_ee() if credentials is None and base_url is None else None
    if opened is not None:
        project, credentials, base_url = project or opened.project, opened.credentials, opened.base_url
    elif project is None and credentials is None and base_url is None:
        if address := os.environ.get(EMULATOR_VARIABLE):
            connect_emulator(session, address)
        return
    base_url = base_url or GOOGLE
    if not is_local(base_url):
        session.connecting.home = Home(base_url, credentials, of_ee=opened is not None)
    if project is None:
        project = local.PROJECT if is_local(base_url) else _project_of(credentials)
    if project is None:
        session.update(notice="No project comes with these credentials. Choose the project that shall be billed.")
        return
    connect(session, EarthEngineClient(project, credentials=credentials, base_url=base_url))


def _project_of(credentials: GivenCredentials | None) -> str | None:
    if isinstance(credentials, str | os.PathLike):
        return read_key_file(credentials).project
    return project_of(credentials)


def open_project(session: ExportSession, project: str) -> None:
    """Connect a form to a project, with the address and credentials that it was given at first, if any.

    Raises
    ------
    InvalidRequestError
        Where it cannot be a project id.
    """
    home = session.connecting.home
    connect(session, EarthEngineClient(project, credentials=home.credentials, base_url=home.base_url))


def try_again(session: ExportSession) -> None:
    """Ask the service again; after a refusal with the sign-in, key or ``ee`` that there is by now."""
    home, opened = session.connecting.home, initialised_ee()
    renewed = opened is not None and opened.credentials is not home.credentials
    snapshot = session.snapshot
    doubted = snapshot.connection.state in {"signed_out", "refused"} or any(
        problem.code == "scope-missing" for problem in snapshot.problems
    )
    if doubted and home.of_ee and opened is not None and renewed:
        session.connecting.home = Home(opened.base_url, opened.credentials, of_ee=True)
        open_project(session, session.snapshot.project)
        return
    if doubted and session.client is not None:
        session.client.look_for_credentials_anew()  # whoever signed in meanwhile, perhaps as somebody else
    session.reconnect()


def connect(session: ExportSession, client: EarthEngineClient) -> None:
    """Connect a form to a client; a loopback address is the emulator's and is called so."""
    session.connect(client, Connection("emulator" if is_local(client.base_url) else "earth_engine"))


def connect_emulator(session: ExportSession, address: str) -> None:
    """Connect a form to a local emulator that runs already."""
    connect(session, EarthEngineClient(local.PROJECT, base_url=address))
