"""Which service a form works with, and how it comes to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ee_export_widget.errors import ExportWidgetError
from ee_export_widget.session import doors, services
from ee_export_widget.session.browsing import Browsing
from ee_export_widget.session.facts import Standing
from ee_export_widget.session.monitor import Monitor
from ee_export_widget.session.reading import read_image
from ee_export_widget.session.snapshot import Connection
from ee_export_widget.session.target import check_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.local import LocalEmulator
    from ee_export_widget.session.runtime import Runtime
    from ee_export_widget.session.session import ExportSession


class Connecting:
    """The client of a form and the monitor of its operations; the draft outlives both.

    ``home`` is how projects at Earth Engine are asked that are chosen later: as the first one was.
    """

    def __init__(
        self, session: ExportSession, *, runtime: Runtime, clock: Callable[[], datetime], emulator: LocalEmulator
    ) -> None:
        self._session = session
        self._runtime = runtime
        self._clock = clock
        self._emulator = emulator
        self._client: EarthEngineClient | None = None
        self._monitor: Monitor | None = None
        self._turning = False
        self.home = doors.Home()

    @property
    def client(self) -> EarthEngineClient | None:
        """The client in use; None also while the form turns to another service."""
        return None if self._turning else self._client

    def connect(self, client: EarthEngineClient, connection: Connection) -> None:
        """Work with a service; see `ExportSession.connect`."""
        session = self._session
        with session.lock:
            self.drop()
            self._client = client
            self._monitor = Monitor(services.Watcher(session, client), client, clock=self._clock)
            session.update(
                project=client.project,
                connection=replace(connection, state="connecting", base_url=client.base_url),
                operations=(),
                started_here=frozenset(),
                lost=frozenset(),
                submitted={},
                verifications={},
                unsettled=(),
                on_map="",
                account=None,
                standing=Standing(),
                browsing=Browsing(),
                entry=replace(session.snapshot.entry, busy=False),
            )
            session.change_service()
        self.reconnect()
        self._read_anew()

    def use_emulator(self) -> None:
        """Work with the local emulator, started if need be; where it does not start, everything stays as it was."""
        session = self._session
        with session.lock:
            if self._turning:
                return
            before = session.snapshot.connection
            self._turning = True
            session.update(connection=Connection("emulator", "connecting"))
            self._read_anew()

        async def work() -> None:
            try:
                address = await self._emulator.address()
            except ExportWidgetError:
                with session.lock:
                    if self._turning:
                        self._turning = False
                        session.update(connection=before)
                        self._read_anew()
                raise
            with session.lock:
                # Another service may have been chosen at this very moment.
                if self._turning:
                    doors.connect_emulator(session, address)

        session.run("use emulator", work())

    def use_project(self, project: str) -> None:
        """Work with a project at Earth Engine."""
        try:
            doors.open_project(self._session, project.strip())
        except ExportWidgetError as error:
            self._session.update(notice=services.in_words(error))

    def reconnect(self) -> None:
        """Ask the service again, now."""
        if (client := self.client) is not None:
            self._session.run("connect", services.greet(self._session, client))
            self.watch()

    def watch(self) -> None:
        """See to it that running operations are being asked for, at once."""
        if (monitor := self._monitor) is not None:
            self._session.jobs.start(monitor.run(), self._watch_failed)

    def drop(self) -> None:
        """Stop all work and let go of the client; operations at the service go on."""
        self._session.jobs.give_up_all()
        client, self._client, self._monitor, self._turning = self._client, None, None, False
        if client is not None:
            self._runtime.start(client.aclose())

    def _read_anew(self) -> None:
        """Ask the present service, if there is one, about image and name; forget what another has said."""
        read_image(self._session)
        check_target(self._session)

    def _watch_failed(self, error: BaseException) -> None:
        client = self.client
        if client is not None and isinstance(error, ExportWidgetError):
            services.connection_failed(self._session, client, error)
        else:
            self._session.failed(error)
