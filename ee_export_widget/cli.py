"""The command line ``ee-export-widget``: demo, emulator, check, submit."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import sys
import threading
import uuid
import webbrowser
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ee_export_widget import __version__
from ee_export_widget.demo import (
    JupyterLab,
    lay_out_notebooks,
    require_port,
    require_writable,
    shipped_notebooks,
    stop_on_signals,
)
from ee_export_widget.environment import EMULATOR_VARIABLE
from ee_export_widget.errors import BadRequestError, ExportWidgetError, InvalidRequestError, NotFoundError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.emulator import LocalEarthEngine

GOOGLE = "https://earthengine.googleapis.com"
FIRST_NOTEBOOK = "01-first-export.ipynb"

EXIT_OK = 0
EXIT_REFUSED = 1
EXIT_UNREADABLE = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv
        Arguments without the program's name; those of this process when ``None``.

    Returns
    -------
    int
        The exit code: 0 for success, 1 where something was refused or failed, 2 for unreadable input or wrong usage.
    """
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except ExportWidgetError as error:
        _complain(error)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ee-export-widget", description="Compose, check, submit and watch Earth Engine image exports."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="open the form in JupyterLab, with a local Earth Engine behind it")
    demo.add_argument("--port", type=_port, metavar="N", help="port for JupyterLab (default: a free one)")
    demo.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    _add_data_dir(demo)
    demo.set_defaults(run=_demo)

    emulator = commands.add_parser("emulator", help="run the local Earth Engine alone")
    emulator.add_argument("--port", type=_port, metavar="N", help="port to listen on (default: a free one)")
    _add_data_dir(emulator)
    emulator.add_argument(
        "--speed", type=_speed, default=1.0, metavar="X", help="run its clock X times faster (default: 1, about 20 s)"
    )
    emulator.add_argument(
        "--until-eof", action="store_true", help="end when standard input does, for a program that starts it"
    )
    emulator.set_defaults(run=_emulator)

    check = commands.add_parser("check", help="read an export body and print its problems")
    check.add_argument("--project", metavar="P", help="ask the service about the image too, as this project")
    check.set_defaults(run=_check)

    submit = commands.add_parser("submit", help="check an export body, then submit it")
    submit.add_argument("--project", metavar="P", required=True, help="project that runs the export")
    submit.add_argument("--wait", action="store_true", help="show progress until the export has ended")
    submit.set_defaults(run=_submit)

    for command in (check, submit):
        command.add_argument("body", metavar="BODY.json", type=Path, help="the JSON body of image:export")
        command.add_argument("--base-url", metavar="URL", help=f"address of the service (default: {GOOGLE})")
    return parser


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder for results (default: the user's own)")


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 2**16:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed < math.inf:
        raise argparse.ArgumentTypeError("a speed is a number above 0")
    return speed


def _demo(args: argparse.Namespace) -> int:
    with stop_on_signals(), ExitStack() as stack:
        try:
            if args.port is not None:
                require_port(args.port)
            data_dir = _data_dir(args.data_dir)
            notebooks = data_dir / "notebooks"
            lay_out_notebooks(shipped_notebooks(), notebooks)
            emulator = stack.enter_context(_local_earth_engine(data_dir))
            lab = stack.enter_context(
                JupyterLab(notebooks, data_dir / "jupyter", port=args.port, environ={EMULATOR_VARIABLE: emulator.url})
            )
            address = lab.url(FIRST_NOTEBOOK)
            _say(f"DEMO {address}")
            if not (args.no_browser or os.environ.get("HEADLESS", "0") not in {"", "0"}):
                webbrowser.open(address)
            lab.wait()
        except KeyboardInterrupt:
            pass  # the way to end a demo
    return EXIT_OK


def _emulator(args: argparse.Namespace) -> int:
    with stop_on_signals():
        try:
            if args.port is not None:
                require_port(args.port)
            with _local_earth_engine(_data_dir(args.data_dir), port=args.port or 0, speed=args.speed) as emulator:
                _say(f"EMULATOR {emulator.url}")
                if args.until_eof:
                    while sys.stdin.buffer.read(1):
                        continue
                else:
                    threading.Event().wait()
        except KeyboardInterrupt:
            pass  # the way to end a server
    return EXIT_OK


def _check(args: argparse.Namespace) -> int:
    request = _read(args.body)
    if request is None:
        return EXIT_UNREADABLE
    if args.project is None and args.base_url is None:
        return _report(request.problems())
    project = args.project or _destination_project(request)
    if not project:
        raise ExportWidgetError(
            "The service cannot be asked about the image without a project.", hint="Name one with --project."
        )
    return asyncio.run(_check_online(request, project, args.base_url or GOOGLE))


def _submit(args: argparse.Namespace) -> int:
    request = _read(args.body)
    if request is None:
        return EXIT_UNREADABLE
    return asyncio.run(_submit_online(request, args.project, args.base_url or GOOGLE, wait=args.wait))


async def _check_online(request: ExportImageRequest, project: str, base_url: str) -> int:
    from ee_export_widget.client.api import EarthEngineClient

    async with EarthEngineClient(project, base_url=base_url) as client:
        return _report(await _problems(request, client))


async def _submit_online(request: ExportImageRequest, project: str, base_url: str, *, wait: bool) -> int:
    from ee_export_widget.client.api import EarthEngineClient

    if not request.request_id:
        request = request.model_copy(update={"request_id": str(uuid.uuid4())})
    async with EarthEngineClient(project, base_url=base_url) as client:
        problems = await _problems(request, client)
        if not _can_be_sent(problems):
            return _report(problems)
        _report(problems, sys.stderr)  # what is printed otherwise is the operation's name alone, for scripts
        operation = await client.export_image(request)
        _say(operation.name)
        return await _watch(operation, client) if wait else EXIT_OK


def _read(path: Path) -> ExportImageRequest | None:
    """Read a body; what keeps it from being read is printed, one problem a line."""
    from ee_export_widget.core.request import ExportImageRequest

    try:
        return ExportImageRequest.from_json(json.loads(path.read_text(encoding="utf-8")))
    except InvalidRequestError as error:
        _report(error.problems)
    except OSError as error:
        _say(f"Cannot read {path}: {error.strerror}.", sys.stderr)
    except ValueError as error:
        _say(f"{path} is not JSON: {error}.", sys.stderr)
    return None


async def _problems(request: ExportImageRequest, client: EarthEngineClient) -> list[Problem]:
    """Collect what is wrong with a request, by its own members and by what the service says of its image."""
    if request.expression is None:
        return request.problems()
    try:
        image = await client.describe_image(request.expression)
    except InvalidRequestError as error:
        return [*request.problems(), *error.problems]
    except (BadRequestError, NotFoundError) as error:
        return [*request.problems(), Problem("expression", "image-refused", "error", error.message, error.hint)]
    return request.problems(image)


def _can_be_sent(problems: Sequence[Problem]) -> bool:
    return all(problem.severity != "error" for problem in problems)


def _report(problems: Sequence[Problem], stream: TextIO | None = None) -> int:
    """Print problems, one a line; the exit code says whether any of them blocks submitting."""
    for problem in problems:
        _say(str(problem), stream)
    return EXIT_OK if _can_be_sent(problems) else EXIT_REFUSED


def _destination_project(request: ExportImageRequest) -> str:
    """Name the project that the destination asset lies in; empty where the export goes elsewhere."""
    options = request.asset_export_options
    if options is None or options.earth_engine_destination is None:
        return ""
    match (options.earth_engine_destination.name or "").split("/"):
        case ["projects", project, "assets", *_]:
            return project
    return ""


class _Progress:
    """Shows one operation until it ends: one line that is rewritten on a terminal, a line per change elsewhere."""

    def __init__(self, operation: Operation, stream: TextIO) -> None:
        self.operation = operation
        self.lost = False
        self._stream = stream
        self._shown = ""

    def operations_to_ask(self) -> list[Operation]:
        """Give the operation while it has not ended."""
        return [] if self.lost or self.operation.done else [self.operation]

    def operation_seen(self, operation: Operation) -> None:
        """Show the operation's state."""
        self.operation = operation
        self._show(f"{operation.state.name} {operation.progress:.0%}")

    def operation_lost(self, name: str) -> None:
        """Stop waiting for what the service does not know."""
        self.lost = True
        self._show(f"The service does not know {name}.")

    def connection_seen(self, *, retry_in_s: float | None, error: ExportWidgetError | None = None) -> None:
        """Show that the service cannot be reached."""
        if retry_in_s is not None:
            self._show(f"{error} Asking again in {retry_in_s:.0f} s.")

    def finish(self) -> None:
        """Leave the cursor on a fresh line."""
        if self._stream.isatty() and self._shown:
            self._stream.write("\n")

    def _show(self, text: str) -> None:
        if text == self._shown:
            return
        end = "" if self._stream.isatty() else "\n"
        start = f"\r{' ' * len(self._shown)}\r" if self._stream.isatty() else ""
        self._shown = text
        _say(text, self._stream, start=start, end=end)


async def _watch(operation: Operation, client: EarthEngineClient) -> int:
    from ee_export_widget.core.operation import OperationState
    from ee_export_widget.session.monitor import Monitor

    progress = _Progress(operation, sys.stdout)
    await Monitor(progress, client).run()
    progress.finish()
    if progress.operation.state is OperationState.SUCCEEDED:
        return EXIT_OK
    if progress.operation.error is not None:
        _say(progress.operation.error.message, sys.stderr)
    return EXIT_REFUSED


@contextmanager
def _local_earth_engine(data_dir: Path, *, port: int = 0, speed: float = 1.0) -> Iterator[LocalEarthEngine]:
    try:
        from ee_export_widget.emulator import EmulatorError, LocalEarthEngine
    except ModuleNotFoundError as error:
        raise ExportWidgetError(
            f"The local Earth Engine needs {error.name}, which is not installed.",
            hint='Install what it needs with: pip install "ee-export-widget[demo]"',
        ) from error
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(LocalEarthEngine(data_dir, port=port, speed=speed))
        except EmulatorError as error:
            raise ExportWidgetError(str(error)) from error
        yield engine


def _data_dir(chosen: Path | None) -> Path:
    from platformdirs import user_data_path

    return require_writable(chosen or user_data_path("ee-export-widget", appauthor=False))


def _complain(error: ExportWidgetError) -> None:
    if isinstance(error, InvalidRequestError):
        _report(error.problems, sys.stderr)
    else:
        _say(f"{error.message} {error.hint}".strip(), sys.stderr)


def _say(text: str, stream: TextIO | None = None, *, start: str = "", end: str = "\n") -> None:
    """Write to standard output, or to the stream given; at once, as others read along."""
    stream = stream or sys.stdout
    stream.write(f"{start}{text}{end}")
    stream.flush()
