"""What holds for every test: no network but loopback, and nothing of the user's own read or written."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.tracing"]

_PERSONAL = (
    "CLOUDSDK_CONFIG",
    "EE_EXPORT_WIDGET_EMULATOR",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
    "HEADLESS",
)


REAL_PROJECT = "EE_EXPORT_WIDGET_REAL_PROJECT"
"""Names a project of the reader's own: contract tests that hold for any service then ask the real one as well."""

_NOBODY = 1
"""A port that nobody listens on."""


class NetworkUsedError(RuntimeError):
    """A test tried to reach something outside this machine."""


def _is_loopback(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _keep_to_loopback(event: str, args: tuple[object, ...]) -> None:
    """Refuse connections and name look-ups beyond loopback, in every thread and whatever library asks."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if not _is_loopback(host):
        raise NetworkUsedError(f"a test tried to reach {host!r}")


if not os.environ.get(REAL_PROJECT):
    sys.addaudithook(_keep_to_loopback)

# google-auth asks whether this is a cloud machine, and reads once, on import, where: newer releases the first of these.
os.environ |= {"NO_GCE_CHECK": "true", "GCE_METADATA_IP": f"127.0.0.1:{_NOBODY}"}

# What runs in the background or under nohup ignores these, and every program that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# How long an example takes tells how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


# Nothing of what is imported and collected is garbage.
gc.disable()


def pytest_collection_finish() -> None:
    """Spare every later garbage collection a walk over thousands of tests and the libraries that they imported."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def _homes() -> list[Path]:
    return []


@pytest.fixture(autouse=True)
def _nobodys_home(
    _homes: list[Path], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test a home without credentials, settings or earlier submissions: the last one if it is still empty."""
    if not _homes or any(_homes[-1].iterdir()):
        _homes.append(tmp_path_factory.mktemp(f"home-{len(_homes)}", numbered=False))
    home = os.fspath(_homes[-1])
    monkeypatch.setenv("HOME", home)
    if not os.environ.get(REAL_PROJECT):
        # Loopback speaks no TLS, so no client has to read all authorities of the world first.
        monkeypatch.setenv("SSL_CERT_DIR", home)
    for name in [name for name in os.environ if name in _PERSONAL or name.startswith("XDG_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def seeded_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as the emulator's first start leaves it, to be copied."""
    from ee_export_widget.emulator import ManualClock
    from ee_export_widget.emulator.engine import Engine

    directory = tmp_path_factory.mktemp("seeded")
    Engine(directory, clock=ManualClock()).close()
    return directory


@pytest.fixture
def data_dir(seeded_dir: Path, tmp_path: Path) -> Path:
    """A data directory of the test's own, with the sample scene."""
    directory = tmp_path / "data"
    shutil.copytree(seeded_dir, directory)
    return directory
