"""The command line ``ee-export-widget``: demo, emulator, check, submit, live-check."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
import threading
import webbrowser
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ee_export_widget import __version__
from ee_export_widget.console import EXIT_INTERRUPTED, EXIT_OK, EXIT_REFUSED, one_line, prepare_streams, say
from ee_export_widget.demo import (
    WITH_PANEL,
    JupyterLab,
    lay_out_notebooks,
    require_port,
    require_writable,
    shipped_notebooks,
    stop_on_signals,
)
from ee_export_widget.environment import EMULATOR_VARIABLE
from ee_export_widget.errors import ExportWidgetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ee_export_widget.emulator import LocalEarthEngine

FIRST_NOTEBOOK = "01-first-export.ipynb"


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
    prepare_streams()
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except ExportWidgetError as error:
        from ee_export_widget.commands import complain

        complain(error)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        # Whoever read along has gone, or the disk is full; what the process writes at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            say(one_line(f"Cannot go on: {error}."), sys.stderr)
        return EXIT_REFUSED
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
    check.add_argument("--project", metavar="P", help="ask the service about image and target too, as this project")
    check.set_defaults(run=_check)

    submit = commands.add_parser("submit", help="check an export body, then submit it")
    submit.add_argument("--project", metavar="P", required=True, help="project that runs the export")
    submit.add_argument("--wait", action="store_true", help="show progress until the export has ended")
    submit.set_defaults(run=_submit)

    live = commands.add_parser("live-check", help="settle with one tiny export what is not documented of the service")
    live.add_argument("--project", metavar="P", required=True, help="project that runs the export and owns its asset")
    live.set_defaults(run=_live_check)

    for command in (check, submit, live):
        command.add_argument("--base-url", metavar="URL", help="address of the service (default: Google's)")
    for command in (check, submit):
        command.add_argument(
            "body", metavar="BODY.json", help='the JSON body of image:export, as the form saves it; "-" reads a pipe'
        )
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
            emulator = stack.enter_context(_local_earth_engine(args.data_dir))
            data_dir = emulator.data_dir
            notebooks = data_dir / "notebooks"
            lay_out_notebooks(shipped_notebooks(), notebooks)
            environ = {EMULATOR_VARIABLE: emulator.url}
            lab = stack.enter_context(
                JupyterLab(notebooks, data_dir / "jupyter", port=args.port, settings=WITH_PANEL, environ=environ)
            )
            address = lab.url(FIRST_NOTEBOOK)
            say(f"DEMO {address}")
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
            with _local_earth_engine(args.data_dir, port=args.port or 0, speed=args.speed) as emulator:
                say(f"EMULATOR {emulator.url}")
                if args.until_eof:
                    while sys.stdin.buffer.read(1):
                        continue
                else:
                    threading.Event().wait()
        except KeyboardInterrupt:
            pass  # the way to end a server
    return EXIT_OK


def _check(args: argparse.Namespace) -> int:
    from ee_export_widget import commands

    return commands.check(args)


def _submit(args: argparse.Namespace) -> int:
    from ee_export_widget import commands

    return commands.submit(args)


def _live_check(args: argparse.Namespace) -> int:
    from ee_export_widget.client.live_check import live_check
    from ee_export_widget.core.addresses import GOOGLE

    async def learn() -> int:
        as_hoped = True
        async for learnt in live_check(args.project, base_url=args.base_url or GOOGLE):
            say(one_line(f"{learnt.question} {learnt.answer}"))
            as_hoped = as_hoped and learnt.good is not False
        return EXIT_OK if as_hoped else EXIT_REFUSED

    return asyncio.run(learn())


@contextmanager
def _local_earth_engine(chosen: Path | None, *, port: int = 0, speed: float = 1.0) -> Iterator[LocalEarthEngine]:
    """Run a local Earth Engine in the folder that was chosen, or in one of the user's own that no other one uses."""
    try:
        from ee_export_widget.emulator import EmulatorError, LocalEarthEngine
        from ee_export_widget.emulator.errors import DataDirInUseError
    except ModuleNotFoundError as error:
        raise ExportWidgetError(
            f"The local Earth Engine needs {error.name}, which is not installed.",
            hint='Install what it needs with: pip install "ee-export-widget[demo]"',
        ) from error

    def start(stack: ExitStack, data_dir: Path, *others: Path) -> LocalEarthEngine:
        try:
            return stack.enter_context(LocalEarthEngine(require_writable(data_dir), port=port, speed=speed))
        except DataDirInUseError:
            if not others:
                raise
            say(
                one_line(f"{data_dir} is in use by another local Earth Engine; this one works in {others[0]}."),
                sys.stderr,
            )
            return start(stack, *others)

    with ExitStack() as stack:
        try:
            engine = start(stack, *([chosen] if chosen else _own_data_dirs()))
        except EmulatorError as error:
            raise ExportWidgetError(str(error)) from error
        yield engine


def _own_data_dirs() -> list[Path]:
    from platformdirs import user_data_path

    first = user_data_path("ee-export-widget", appauthor=False)
    return [first, *(first.with_name(f"{first.name}-{number}") for number in range(2, 10))]
