"""Ways into a service."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.core.addresses import GOOGLE
from ee_export_widget.environment import EMULATOR_VARIABLE
from ee_export_widget.errors import ExportWidgetError, InvalidRequestError
from ee_export_widget.session import doors
from ee_export_widget.session.local import LocalEmulator
from ee_export_widget.session.snapshot import Connection
from tests.unit.client.robots import service_account_key, written
from tests.unit.emulator.support import until
from tests.unit.session.service import Service, connect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ee_export_widget.session import ExportSession
    from tests.unit.session.conftest import MakeForm

NOBODY = "http://127.0.0.1:9"


def test_a_form_that_is_told_nothing_stays_unconnected(form: ExportSession) -> None:
    """Neither the emulator nor Google is asked silently."""
    doors.open_service(form)
    assert form.client is None
    assert form.snapshot.connection == Connection()


@pytest.mark.parametrize(
    ("project", "base_url", "expected"),
    [
        ("demo-project", NOBODY, "demo-project"),
        (None, NOBODY, "local-demo"),
        (None, "http://[::1]:9", "local-demo"),
        (None, "http://localhost:9", "local-demo"),
    ],
)
def test_an_address_on_this_machine_is_the_emulators(
    form: ExportSession, project: str | None, base_url: str, expected: str
) -> None:
    """Its project is the emulator's where none is given."""
    doors.open_service(form, project=project, base_url=base_url)
    assert form.client is not None
    assert (form.client.project, form.client.base_url) == (expected, base_url)
    assert form.snapshot.connection.kind == "emulator"


def test_other_addresses_need_a_project(form: ExportSession) -> None:
    """Without one the choice is offered, and nobody is asked."""
    doors.open_service(form, base_url="https://service.example")
    assert form.client is None


def test_the_emulator_of_the_demo_is_found(form: ExportSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address stands in the environment of the kernel."""
    monkeypatch.setenv(EMULATOR_VARIABLE, NOBODY)
    doors.open_service(form)
    assert form.client is not None
    assert (form.client.project, form.client.base_url) == ("local-demo", NOBODY)


def test_an_initialised_official_client_comes_first(form: ExportSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Project, credentials and address are taken from it."""
    official = ModuleType("ee")
    data = ModuleType("ee.data")
    state = type("State", (), {
        "initialized": True, "cloud_api_user_project": "their-project", "credentials": None,
        "api_base_url": NOBODY, "cloud_api_base_url": NOBODY,
    })()  # fmt: skip
    data.get_persistent_credentials = lambda: None  # type: ignore[attr-defined] # as the official client has it
    data._get_state = lambda: state  # type: ignore[attr-defined] # the same
    official.data = data  # type: ignore[attr-defined] # the same
    monkeypatch.setitem(sys.modules, "ee", official)
    monkeypatch.setitem(sys.modules, "ee.data", data)
    monkeypatch.setenv(EMULATOR_VARIABLE, "http://127.0.0.1:10")
    doors.open_service(form)
    assert form.client is not None
    assert form.client.project == "their-project"
    doors.open_service(form, project="other-project")
    assert (form.client.project, form.client.base_url) == ("other-project", NOBODY)


def initialised(monkeypatch: pytest.MonkeyPatch, credentials: object) -> None:
    """Put an official client in place that was initialised with some credentials."""
    official, data = ModuleType("ee"), ModuleType("ee.data")
    state = type("State", (), {
        "initialized": True, "cloud_api_user_project": "their-project", "credentials": credentials,
        "cloud_api_base_url": FAR,
    })()  # fmt: skip
    data._get_state = lambda: state  # type: ignore[attr-defined] # as the official client has it
    official.data = data  # type: ignore[attr-defined] # the same
    monkeypatch.setitem(sys.modules, "ee", official)


def signed_out(form: ExportSession) -> None:
    """Have the service refuse the sign-in."""
    form.update(connection=Connection("earth_engine", "signed_out", FAR))


def test_after_a_new_sign_in_the_official_clients_credentials_are_taken(
    form: ExportSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Try again asks with what ee was initialised with meanwhile; the draft stays."""
    old, new = Robot(), Robot()
    initialised(monkeypatch, old)
    doors.open_service(form)
    form.edit(asset_path="kept")
    before = form.client
    initialised(monkeypatch, new)
    form.perform("retry_connection", {})
    assert form.client is before
    signed_out(form)
    form.perform("retry_connection", {})
    assert form.connecting.home.credentials is new
    assert form.client is not before
    assert (form.snapshot.project, form.draft.asset_path) == ("their-project", "kept")


def test_credentials_that_were_passed_are_not_exchanged(form: ExportSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever passed an account of their choice is not signed in as another."""
    passed = Robot()
    doors.open_service(form, project="their-project", credentials=passed, base_url=FAR)
    before = form.client
    initialised(monkeypatch, Robot())
    signed_out(form)
    form.perform("retry_connection", {})
    assert (form.client, form.connecting.home.credentials) == (before, passed)


class Robot:
    """Credentials of a service account, as far as they go here."""

    valid = True
    project_id = "robots-project"

    def refresh(self, _request: object) -> None:
        """Nothing to do."""

    def apply(self, headers: dict[str, str]) -> None:
        """Sign in."""
        headers["authorization"] = "Bearer abc"


FAR = "https://service.example"


def test_credentials_alone_name_their_project(form: ExportSession) -> None:
    """A service account belongs to a project; that one is billed until another is chosen."""
    doors.open_service(form, credentials=Robot())
    assert form.client is not None
    assert (form.client.project, form.client.base_url) == ("robots-project", GOOGLE)


def test_a_key_file_names_its_project(form: ExportSession, tmp_path: Path) -> None:
    """The path is all that has to be given; the bar can say whose key it is."""
    doors.open_service(form, credentials=str(written(tmp_path, service_account_key("robots-project"))))
    assert form.client is not None
    assert (form.client.project, form.client.base_url) == ("robots-project", GOOGLE)
    assert form.client.credentials_source is not None
    assert form.client.credentials_source.kind == "key_file"


def test_another_key_under_the_same_path_is_the_way_back_in(
    form: ExportSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a refusal the file is read anew, and only then; the draft stays."""
    # A token service that is not there is given up after seconds of waiting: google-auth's, and then our own.
    monkeypatch.setattr("google.auth._exponential_backoff.time", SimpleNamespace(sleep=lambda _seconds: None))
    monkeypatch.setattr("ee_export_widget.client.api.Surroundings", partial(Surroundings, random=lambda: 0.0))
    path = written(tmp_path, service_account_key("first-project"))
    doors.open_service(form, project="their-project", credentials=path, base_url=FAR)
    form.edit(asset_path="kept")
    client = form.client
    assert client is not None
    written(tmp_path, service_account_key("second-project"))
    form.perform("retry_connection", {})
    assert client.credentials_source is not None
    assert client.credentials_source.project == "first-project"
    signed_out(form)
    form.perform("retry_connection", {})
    source = wait_for(form, lambda snapshot: snapshot.connection.state == "offline").account
    assert source is not None
    assert source.project == "second-project"
    path.unlink()
    signed_out(form)
    form.perform("retry_connection", {})
    detail = wait_for(form, lambda snapshot: bool(snapshot.connection.detail)).connection.detail
    assert "key file cannot be read" in detail
    assert (form.client, form.draft.asset_path) == (client, "kept")


def test_credentials_without_a_project_ask_for_one(form: ExportSession) -> None:
    """Nobody is connected silently to nothing; the project chosen then is asked with these credentials."""
    robot = Robot()
    robot.project_id = ""
    doors.open_service(form, credentials=robot, base_url=FAR)
    assert "Choose the project" in form.snapshot.notice
    assert form.snapshot.connection.kind == "none"
    form.use_project("chosen-project")
    assert form.client is not None
    assert (form.client.project, form.client.base_url) == ("chosen-project", FAR)
    assert form.connecting.home.credentials is robot
    assert "Robot" not in repr(form.connecting.home)


def test_credentials_of_an_emulator_go_nowhere_else(form: ExportSession) -> None:
    """What was handed over for this machine is not sent to Google."""
    doors.open_service(form, credentials=Robot(), base_url=NOBODY)
    assert form.connecting.home == doors.Home(GOOGLE, None)


@pytest.mark.parametrize("project", ["", "  ", "Not A Project", "projects/"])
def test_a_project_that_is_none_is_a_notice(form: ExportSession, project: str) -> None:
    """What is typed into the menu never raises."""
    form.use_project(project)
    assert form.snapshot.notice
    assert form.client is None


def test_a_project_that_is_none_raises_in_code(form: ExportSession) -> None:
    """Whoever writes it down hears of it."""
    with pytest.raises(InvalidRequestError):
        doors.open_service(form, project="Not A Project")


def program(tmp_path: Path, code: str) -> LocalEmulator:
    """Give an emulator that runs a script."""
    path = tmp_path / "emulator.py"
    path.write_text(textwrap.dedent(code))
    return LocalEmulator([sys.executable, str(path), str(tmp_path / "starts")], start_s=20)


STARTS = """
import sys, time
with open(sys.argv[1], "a") as file:
    file.write("x")
print("EMULATOR http://127.0.0.1:9", flush=True)
sys.stderr.write("log " * 100_000)
sys.stderr.flush()
print("still here", flush=True)
time.sleep(600)
"""


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[LocalEmulator]:
    emulator = program(tmp_path, STARTS)
    yield emulator
    emulator.stop()


def test_a_form_can_start_the_emulator(make_form: MakeForm, emulator: LocalEmulator) -> None:
    """It says that it is connecting, and turns to the address that the emulator names."""
    form = make_form(emulator=emulator)
    form.use_emulator()
    assert form.snapshot.connection == Connection("emulator", "connecting")
    snapshot = wait_for(form, lambda snapshot: bool(snapshot.project))
    assert snapshot.project == "local-demo"
    assert snapshot.connection.base_url == NOBODY
    assert snapshot.connection.kind == "emulator"


def test_one_emulator_serves_all_forms(make_form: MakeForm, emulator: LocalEmulator, tmp_path: Path) -> None:
    """Also those that ask at the same moment; one that has ended is started again."""
    forms = [make_form(emulator=emulator) for _ in range(3)]
    for form in forms:
        form.use_emulator()
    for form in forms:
        wait_for(form, lambda snapshot: bool(snapshot.project))
    assert (tmp_path / "starts").read_text() == "x"
    emulator.stop()
    emulator.stop()
    forms[0].use_emulator()
    wait_for(forms[0], lambda _: (tmp_path / "starts").read_text() == "xx")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("import sys; sys.exit('first\\nPort 9 is taken.')", "Port 9 is taken."),
        ("print('something else')", 'Install it with: pip install "ee-export-widget[demo]"'),
    ],
)
def test_an_emulator_that_does_not_start_says_why(
    make_form: MakeForm, service: Service, tmp_path: Path, code: str, hint: str
) -> None:
    """The form stays with what it had."""
    form = make_form(emulator=program(tmp_path, code))
    connect(form, service)
    before = form.snapshot.connection
    form.use_emulator()
    snapshot = wait_for(form, lambda snapshot: bool(snapshot.notice))
    assert snapshot.connection == before
    assert snapshot.notice == f"The local emulator did not start. {hint}"


def test_an_emulator_that_says_nothing_is_given_up(make_form: MakeForm, tmp_path: Path) -> None:
    """Nobody waits for ever."""
    path = tmp_path / "silent.py"
    path.write_text("import time; time.sleep(600)")
    form = make_form(emulator=LocalEmulator([sys.executable, str(path)], start_s=0.5))
    form.use_emulator()
    snapshot = wait_for(form, lambda snapshot: bool(snapshot.notice))
    assert snapshot.connection == Connection()


def test_an_emulator_that_does_not_want_to_end_is_ended(tmp_path: Path) -> None:
    """Polite first, then not."""
    path = tmp_path / "stubborn.py"
    path.write_text(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('EMULATOR x', flush=True); time.sleep(600)"
    )
    emulator = LocalEmulator([sys.executable, str(path)], stop_s=0.2)
    assert emulator._running() == "x"
    child = emulator._child
    assert child is not None
    emulator.stop()
    assert not child.is_alive


def test_one_that_ended_by_itself_is_started_again(tmp_path: Path) -> None:
    """A crash between two uses is no reason to stay without an emulator."""
    emulator = program(
        tmp_path,
        "import sys; open(sys.argv[1], 'a').write('x'); print('EMULATOR y', flush=True); sys.stdin.read()",
    )
    assert emulator._running() == "y"
    first = emulator._child
    assert first is not None
    first.end(0)
    assert emulator._running() == "y"
    assert (tmp_path / "starts").read_text() == "xx"
    emulator.stop()


KERNEL = """
import sys
from ee_export_widget.session.local import LocalEmulator
print(LocalEmulator()._running(), flush=True)
sys.stdin.read()
"""


def test_the_emulator_ends_with_a_kernel_that_is_killed(tmp_path: Path) -> None:
    """Kill -9 leaves no time for a clean-up, and yet nothing goes on running."""
    environ = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", KERNEL], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as kernel:
        assert kernel.stdout is not None
        address = kernel.stdout.readline().strip()
        try:
            assert httpx.get(f"{address}/v1/projects/local-demo/config", trust_env=False).status_code == 200
        finally:
            kernel.kill()
    until(lambda: refuses(address))


def refuses(address: str) -> bool:
    """Whether nobody listens there."""
    try:
        httpx.get(address, trust_env=False)
    except httpx.TransportError:
        return True
    return False


def test_an_error_names_what_to_do(tmp_path: Path) -> None:
    """Message and hint."""
    with pytest.raises(ExportWidgetError, match="did not start") as caught:
        program(tmp_path, "")._running()
    assert "pip install" in caught.value.hint


def test_an_emulator_that_cannot_be_run_says_why(make_form: MakeForm, tmp_path: Path) -> None:
    """The form is where it was, and takes another door."""
    form = make_form(emulator=LocalEmulator([str(tmp_path / "no such program")]))
    form.use_emulator()
    snapshot = wait_for(form, lambda snapshot: bool(snapshot.notice))
    assert snapshot.notice == "The local emulator did not start. No such file or directory."
    assert snapshot.connection == Connection()
