"""JupyterLab in Chromium, driven as a person would: the server, the browser, and a page object for a notebook."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import TYPE_CHECKING, Literal, Self

import nbformat
from playwright.sync_api import expect

from ee_export_widget.demo import LOOPBACK, QUIET, JupyterLab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Response

Theme = Literal["light", "dark"]
THEMES: Mapping[Theme, str] = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

WAIT_MS = 60_000

# Everything stays in the page, and nothing is saved behind a test's back.
_STEADY: Mapping[str, Mapping[str, object]] = {
    **QUIET,
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}

_CHROMIUM_OPTIONS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}, EXCLUDE localhost",
]

# What JupyterLab and ipyleaflet say on every page, whatever we do; the second where a notebook with a kernel is closed.
_KNOWN_COMPLAINTS = (
    "Unsatisfied version 1.9.4 from jupyter-leaflet of shared singleton module leaflet",
    "Could not restore the debugger state",
)
OTHER_WINDOWS_COMM = "Comm not found for comm id"
"""What JupyterLab says of messages of one kernel that are for another window."""

# What Notebook 7 says of any notebook, and Voila where Notebook 7 is installed too.
_NOTEBOOK_7 = ("Cannot read properties of undefined (reading 'schema')", "'filebrowser:open-path' not registered")
_VOILA = "/voila/labextensions/@jupyter-notebook/lab-extension/"

_PANEL = "window.jupyterapp.shell.currentWidget"

_READY = f"""() => {{
  const panel = window.jupyterapp?.shell.currentWidget;
  return Boolean(panel?.content?.widgets && panel.context?.isReady && panel.sessionContext?.isReady
    && {_PANEL}.sessionContext.session?.kernel?.connectionStatus === "connected");
}}"""

# True once everything that was open before is there again. (It must not be a promise, which counts as true at once.)
_RESTORED = """() => {
  window.jupyterapp?.restored.then(() => { window.restoredForTest = true; });
  return window.restoredForTest === true;
}"""

# Runs code in the kernel of a notebook (the one in front, or of this name), outside any cell; gives what it wrote, or
# rejects with its error.
_RUN_IN_KERNEL = f"""async ([code, notebook]) => {{
  const named = (panel) => panel.context?.path === notebook;
  const panel = notebook ? Array.from(window.jupyterapp.shell.widgets("main")).find(named) : {_PANEL};
  const kernel = panel.sessionContext.session.kernel;
  const future = kernel.requestExecute({{ code, store_history: false, stop_on_error: false }});
  let written = "";
  let failure = null;
  future.onIOPub = ({{ header, content }}) => {{
    if (header.msg_type === "stream" && content.name === "stdout") written += content.text;
    if (header.msg_type === "error") failure = `${{content.ename}}: ${{content.evalue}}`;
  }};
  await future.done;
  if (failure !== null) throw new Error(failure);
  return written;
}}"""

# Asks the kernel again and again until it writes what is wanted; false when the time is over. (What
# `wait_for_function` is given must not be asynchronous: a promise counts as true at once.)
_KERNEL_SAYS = f"""async ([code, notebook, wanted, limit]) => {{
  const end = Date.now() + limit;
  while (Date.now() < end) {{
    if ((await ({_RUN_IN_KERNEL})([code, notebook])) === wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }}
  return false;
}}"""

_CELL_ERRORS = f"""() => {_PANEL}.content.widgets
  .flatMap((cell) => cell.model.type === "code" ? cell.model.outputs.toJSON() : [])
  .filter((output) => output.output_type === "error")
  .map((output) => `${{output.ename}}: ${{output.evalue}}`)"""


def find_chromium() -> str | None:
    """Find the system's Chromium; ``None`` leaves the choice to Playwright, which fails where it has none either."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium that can reach nothing but this machine; whoever drives it has patience."""
    expect.set_options(timeout=WAIT_MS)
    return playwright.chromium.launch(executable_path=find_chromium(), args=_CHROMIUM_OPTIONS)


class JupyterServer(JupyterLab):
    """The demo's JupyterLab, made steady for tests, over a folder that tests put notebooks into.

    Parameters
    ----------
    folder
        An empty folder for notebooks, settings and everything that kernels keep at home.
    environ
        Environment variables for the kernels.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        for name in ("home", "root"):
            (folder / name).mkdir()
        super().__init__(
            folder / "root",
            folder / "jupyter",
            settings=_STEADY,
            environ={"HOME": str(folder / "home"), "XDG_DATA_HOME": str(folder / "home" / "share"), **environ},
            # Where it is installed, Notebook 7 is served by the same server.
            options=["--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"],
        )
        self._numbers = count(1)

    def add_notebook(self, cells: Sequence[str], *, kernel: str = "python3") -> str:
        """Write a notebook with these code cells; returns its name."""
        name = f"test-{next(self._numbers)}.ipynb"
        book = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel}},  # or JupyterLab asks
        )
        nbformat.write(book, self.root / name)
        return name

    def add_kernel(self, name: str, start: str) -> None:
        """Make a kernel known that begins with this Python code."""
        folder = self.root.parent / "jupyter" / "data" / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        code = f"{start}\nfrom ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()"
        spec = {"argv": [sys.executable, "-c", code, "-f", "{connection_file}"], "display_name": name, "language": name}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")

    def sessions(self) -> set[str]:
        """Give the ids of the sessions that are running."""
        return {entry["id"] for entry in json.loads(self._ask("GET", "sessions"))}

    def end_session(self, session: str) -> None:
        """End a session and its kernel."""
        self._ask("DELETE", f"sessions/{session}")

    def interrupt_kernel(self, kernel: str) -> None:
        """End what a kernel runs, as from another page."""
        self._ask("POST", f"kernels/{kernel}/interrupt")

    def end_kernel(self, kernel: str) -> None:
        """Shut a kernel down, as from another page."""
        self._ask("DELETE", f"kernels/{kernel}")

    def _ask(self, method: str, path: str) -> bytes:
        """Ask the server itself."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=WAIT_MS / 1000)
        with closing(connection):
            connection.request(method, f"/api/{path}", headers={"Authorization": f"token {self.token}"})
            answer = connection.getresponse()
            assert answer.status < 300, answer.read()
            return answer.read()

    def copy_notebook(self, notebook: Path) -> str:
        """Copy a notebook to where the server finds it; returns its name."""
        name = f"{notebook.stem}-{next(self._numbers)}.ipynb"
        shutil.copyfile(notebook, self.root / name)
        return name


@dataclass
class LabPage:
    """One browser page with one notebook open in JupyterLab.

    Whatever goes wrong in the page meanwhile (errors that nobody caught, error messages on the console, refused
    requests to this machine) is kept in ``complaints``.
    """

    page: Page
    server: JupyterServer
    complaints: list[str] = field(default_factory=list)
    known: tuple[str, ...] = _KNOWN_COMPLAINTS
    """Beginnings of messages on the console that are no complaints."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", self._failed)
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)

    @classmethod
    @contextmanager
    def in_window(cls, browser: Browser, server: JupyterServer) -> Iterator[Self]:
        """Give a page without a notebook in a window of its own; it must end without complaints."""
        lab = cls(browser.new_context(viewport={"width": 1400, "height": 1000}).new_page(), server)
        try:
            yield lab
            lab.expect_no_complaints()
        finally:
            lab.close()

    def open(self, notebook: str, *, workspace: str = "") -> LabPage:
        """Open a notebook in a workspace of its own, so that no tab of an earlier page comes back."""
        self.page.goto(self.server.url(notebook, workspace=workspace or notebook.removesuffix(".ipynb")))
        self.wait_until_ready()
        return self

    def open_in_notebook_7(self, notebook: str) -> LabPage:
        """Open a notebook in Notebook 7 instead."""
        self.page.goto(f"http://{LOOPBACK}:{self.server.port}/notebooks/{notebook}?token={self.server.token}")
        self.wait_until_ready()
        return self

    def open_in_voila(self, notebook: str) -> LabPage:
        """Open a notebook as a page of Voila's, which runs its cells and has nothing else of Jupyter's."""
        self.page.goto(f"http://{LOOPBACK}:{self.server.port}/voila/render/{notebook}?token={self.server.token}")
        return self

    def open_empty(self, workspace: str) -> LabPage:
        """Open JupyterLab without any notebook."""
        self.page.goto(self.server.url(workspace=workspace).replace("/tree/", ""))
        self.page.wait_for_function(_RESTORED)
        return self

    def open_also(self, notebook: str) -> None:
        """Open another notebook beside what is there, and bring it to the front."""
        self.command("docmanager:open", {"path": notebook})
        self.wait_until_ready()

    def bring_to_front(self, notebook: str) -> None:
        """Go to a notebook that is open."""
        self.open_also(notebook)

    def close_notebook(self) -> None:
        """Save the notebook in front and close it; its kernel goes on."""
        self.page.evaluate(f"() => {_PANEL}.context.save().then(() => {{ {_PANEL}.close(); }})")

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.page.wait_for_function(_RESTORED)

    def kernel_id(self) -> str:
        """Give the id of the notebook's kernel."""
        found: str = self.page.evaluate(f"() => {_PANEL}.sessionContext.session.kernel.id")
        return found

    def wait_until_ready(self) -> None:
        """Wait until the notebook is in front and its kernel is connected."""
        self.page.wait_for_function(_READY)

    def run_all(self) -> LabPage:
        """Run every cell and wait for the kernel's replies.

        Raises
        ------
        AssertionError
            If a cell failed.
        """
        self.command("notebook:run-all-cells")
        errors = self.page.evaluate(_CELL_ERRORS)
        assert errors == [], errors
        return self

    def command(self, name: str, args: Mapping[str, object] | None = None) -> None:
        """Carry out a command of JupyterLab and wait for its end."""
        script = "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)"
        self.page.evaluate(script, [name, args or {}])

    def use_theme(self, theme: Theme) -> None:
        """Switch JupyterLab to its light or dark theme and wait until it is worn."""
        self.command("apputils:change-theme", {"theme": THEMES[theme]})
        light = "true" if theme == "light" else "false"
        self.page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")  # it lies over everything meanwhile

    def run(self, code: str, *, notebook: str = "") -> str:
        """Run code in a notebook's kernel, outside any cell; returns what it printed, raises what it raised."""
        written: str = self.page.evaluate(_RUN_IN_KERNEL, [code, notebook])
        return written

    def start(self, code: str) -> None:
        """Let the notebook's kernel run code, and wait neither for its end nor for its beginning."""
        self.page.evaluate(f"(code) => {{ {_PANEL}.sessionContext.session.kernel.requestExecute({{ code }}); }}", code)

    def value(self, expression: str, *, notebook: str = "") -> object:
        """Evaluate an expression in a notebook's kernel; its value must have a form in JSON."""
        value: object = json.loads(self.run(_print_json(expression), notebook=notebook))
        return value

    def expect_value(self, expression: str, expected: object, *, notebook: str = "") -> None:
        """Wait until an expression in a notebook's kernel has a value.

        Raises
        ------
        AssertionError
            If it still has another one after a minute; the message has that one.
        """
        wanted = json.dumps(expected, sort_keys=True)
        if not self.page.evaluate(_KERNEL_SAYS, [_print_json(expression), notebook, wanted, WAIT_MS]):
            raise AssertionError(f"{expression} is {self.value(expression, notebook=notebook)!r}, not {expected!r}")

    def restart_kernel(self) -> None:
        """Restart the notebook's kernel without asking."""
        self.page.evaluate(f"() => {_PANEL}.sessionContext.session.kernel.restart().then(() => null)")
        self.wait_until_ready()

    def look_at_kernels(self) -> None:
        """Let the page find out now which kernels still run; by itself it asks the server every ten seconds."""
        self.page.evaluate("() => window.jupyterapp.serviceManager.sessions.refreshRunning()")

    def start_kernel(self) -> None:
        """Start a kernel for the notebook whose own is gone."""
        self.look_at_kernels()  # the page would ask for its old kernel
        self.page.evaluate(f"() => {_PANEL}.sessionContext.changeKernel({{ name: 'python3' }}).then(() => null)")
        self.wait_until_ready()

    def expect_no_complaints(self) -> None:
        """Nothing went wrong in the page so far."""
        assert not self.complaints, "\n".join(self.complaints)

    def close(self) -> None:
        """End the notebook's kernel and close the page."""
        try:
            self.page.evaluate(f"() => window.jupyterapp && {_PANEL}?.sessionContext?.shutdown?.().then(() => null)")
        finally:
            self.page.context.close()

    def _failed(self, error: Error) -> None:
        known = "/notebooks/" in self.page.url and any(words in error.message for words in _NOTEBOOK_7)
        # ipyleaflet reports every tile that has come, also to a kernel that has ended meanwhile.
        known |= error.message == "Cannot send" and "/jupyter-leaflet/" in (error.stack or "")
        if not known:
            self.complaints.append(f"page error: {error.stack or error}")

    def _heard(self, message: ConsoleMessage) -> None:
        here = message.location.get("url", "").startswith(f"http://{LOOPBACK}:")
        known = message.text.startswith(self.known) or _VOILA in message.text
        if message.type == "error" and here and not known:
            self.complaints.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")


def _print_json(expression: str) -> str:
    return f"import json as _json\nprint(_json.dumps({expression}, sort_keys=True), end='')"
