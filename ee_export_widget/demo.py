"""What the demo needs around it: a quiet JupyterLab of its own, a port, a folder, fresh tutorials."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias
from urllib.parse import quote

from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

LOOPBACK = "127.0.0.1"

Settings: TypeAlias = "Mapping[str, Mapping[str, object]]"
"""JupyterLab user settings: ``package:plugin`` -> setting -> value."""

QUIET: Settings = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}

WITH_PANEL: Settings = {**QUIET, "ee-export-widget:plugin": {"openAtStart": True}}
"""The same, with the form open in the sidebar."""

_POLL_S = 0.05
_START_S = 120.0
_STOP_S = 15.0
_LOG_LINES = 5


class JupyterLab:
    """A JupyterLab on loopback with a random token and a configuration of its own.

    Use it as a context manager: inside, the server answers; afterwards the server and its kernels are gone. Nothing
    of the user's own Jupyter configuration is read or written.

    Parameters
    ----------
    root
        Folder that JupyterLab shows.
    config_dir
        Folder for its settings and its log; what the user sets in the page is kept there.
    port
        Loopback port; a free one when ``None``.
    settings
        User settings to begin with; those already in ``config_dir`` win.
    environ
        Environment variables for the server and its kernels, on top of this process's own.
    options
        Further command line options of JupyterLab.
    """

    def __init__(  # noqa: PLR0913 - a server has this many sides
        self,
        root: Path,
        config_dir: Path,
        *,
        port: int | None = None,
        settings: Settings = QUIET,
        environ: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.root = root
        self.port = free_port() if port is None else port
        self.token = secrets.token_hex(16)
        self.log_path = config_dir / "jupyterlab.log"
        self._config_dir = config_dir
        self._settings = settings
        self._environ = environ or {}
        self._options = options
        self._cleanup = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, notebook: str = "", *, workspace: str = "default") -> str:
        """Give the address, token included, that opens a notebook of ``root`` in JupyterLab."""
        path = f"lab/workspaces/{workspace}/tree/{quote(notebook)}"
        return f"http://{LOOPBACK}:{self.port}/{path}?token={self.token}"

    def __enter__(self) -> Self:
        if find_spec("jupyterlab") is None:
            raise ExportWidgetError(
                "JupyterLab is not installed.", hint='Install it with: pip install "ee-export-widget[demo]"'
            )
        with ExitStack() as stack:
            runtime = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eew-jupyter-")))
            self._write_settings()
            log = stack.enter_context(self.log_path.open("wb"))
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and options made here
                self._command(runtime),
                cwd=self.root,
                env=self._environment(runtime),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stack.callback(self._stop)
            self._wait_until_listening(runtime)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._cleanup.close()

    def wait(self) -> None:
        """Wait until the server ends by itself, as when it is shut down from the page."""
        if self._process:
            self._process.wait()

    def _command(self, runtime: Path) -> list[str]:
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.ip={LOOPBACK}", f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"),
            *(f"--ServerApp.root_dir={self.root}", f"--LabApp.user_settings_dir={self._config_dir / 'settings'}"),
            # JupyterLab restores the tabs of a workspace: a demo begins with its own notebook alone.
            f"--LabApp.workspaces_dir={runtime / 'workspaces'}",
            "--LabApp.extension_manager=readonly",  # the other kind asks a package index
            "--LanguageServerManager.autodetect=False",  # looking for them starts npm
            *self._options,
        ]

    def _environment(self, runtime: Path) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER_", "JPY_"))}
        return {
            **inherited,
            "JUPYTER_TOKEN": self.token,  # not an option: the command line is there for all users to read
            "JUPYTER_CONFIG_DIR": str(self._config_dir / "config"),
            "JUPYTER_DATA_DIR": str(self._config_dir / "data"),
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "JUPYTER_PLATFORM_DIRS": "1",
            **self._environ,
        }

    def _write_settings(self) -> None:
        for plugin_id, values in self._settings.items():
            package, plugin = plugin_id.rsplit(":", 1)
            path = self._config_dir / "settings" / package / f"{plugin}.jupyterlab-settings"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(values), encoding="utf-8")

    def _wait_until_listening(self, runtime: Path) -> None:
        """Wait for the file that Jupyter writes about itself, and until its socket takes connections.

        The file alone is not enough: on a busy machine it may be there a moment before the socket listens.
        """
        deadline = time.monotonic() + _START_S
        while not (any(runtime.glob("jpserver-*.json")) and _takes_connections(self.port)):
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
                raise ExportWidgetError(
                    "JupyterLab did not start: " + " | ".join(lines[-_LOG_LINES:]),
                    hint=f"The whole log is in {self.log_path}",
                )
            time.sleep(_POLL_S)

    def _stop(self) -> None:
        """End the server, which ends its kernels; whatever is left of its session is killed."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _takes_connections(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Find a loopback port that nothing listens on."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def require_port(port: int) -> None:
    """Make sure that a loopback port can be listened on.

    Raises
    ------
    ExportWidgetError
        If it is taken, or not allowed.
    """
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ExportWidgetError(
            f"Cannot listen on port {port}: {reason}.", hint="Choose another one with --port, or leave it out."
        ) from error


def require_writable(folder: Path) -> Path:
    """Make a folder where it is missing, and make sure that files can be written in it.

    Raises
    ------
    ExportWidgetError
        If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ExportWidgetError(
            f"Cannot write to {folder}: {error.strerror}.", hint="Choose another folder with --data-dir."
        ) from error
    return folder.resolve()


def shipped_notebooks() -> Path:
    """Find the folder of the tutorials: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def lay_out_notebooks(source: Path, target: Path) -> None:
    """Copy notebooks into a folder; a copy whose text or code was changed there is moved aside, never lost.

    Parameters
    ----------
    source
        Folder of the notebooks.
    target
        Folder for the copies; made where it is missing.
    """
    target.mkdir(parents=True, exist_ok=True)
    for notebook in source.glob("*.ipynb"):
        copy = target / notebook.name
        if copy.exists() and _cells(copy) != _cells(notebook):
            changed = time.strftime("%Y%m%d-%H%M%S", time.localtime(copy.stat().st_mtime))
            copy.replace(copy.with_stem(f"{copy.stem}-changed-{changed}"))
        if not copy.exists():
            shutil.copyfile(notebook, copy)


def _cells(notebook: Path) -> object:
    """Read what a notebook's author wrote, without outputs and what JupyterLab adds on saving."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        return [(cell["cell_type"], "".join(cell["source"])) for cell in content["cells"]]
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, a polite kill and a closed terminal into one ``KeyboardInterrupt``; later ones are ignored.

    So that the clean-up which the first one starts is carried out in full.
    """
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in names}
    watched = [number for number, handler in before.items() if number == signal.SIGINT or handler != signal.SIG_IGN]

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in watched:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in watched:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in watched:
            signal.signal(number, before[number])
