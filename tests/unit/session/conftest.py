"""What the tests of a session share: a background loop of their own, a clock that stands still, a small service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from ee_export_widget.session import ExportSession
from ee_export_widget.session.journal import Journal
from ee_export_widget.session.runtime import Runtime
from tests.unit.session.service import SCENE, START, Service, connect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MakeForm: TypeAlias = Callable[..., ExportSession]


@dataclass
class Clock:
    """Stands until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    """Give a background loop that ends with the test."""
    runtime = Runtime()
    yield runtime
    runtime.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


@pytest.fixture
def make_form(runtime: Runtime, clock: Clock) -> Iterator[MakeForm]:
    """Make sessions that number their request ids, and close them in the end."""
    made: list[ExportSession] = []
    numbers = count(1)

    def make(**parts: Any) -> ExportSession:  # noqa: ANN401 - parts of a session
        session = ExportSession(
            runtime=runtime, new_id=lambda: f"id-{next(numbers)}", clock=clock, **{"quiet_s": 0.0, **parts}
        )
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def form(make_form: MakeForm) -> ExportSession:
    """Give a session that is not connected to anything."""
    return make_form()


@pytest.fixture
def connected(form: ExportSession, service: Service) -> ExportSession:
    """Give a session that works with the small service."""
    connect(form, service)
    return form


@pytest.fixture
def landsat(connected: ExportSession) -> ExportSession:
    """Give a session that knows the Landsat scene."""
    connected.set_image(SCENE)
    wait_for(connected, lambda snapshot: bool(snapshot.image.tile_url))
    connected.begin_here()
    return connected
