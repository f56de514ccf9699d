"""The commands ``check`` and ``submit``: a request from a file or a pipe, without a screen.

Standard output has what scripts read: problems one a line, or the name of the operation and its states.
What people want to know besides goes to standard error.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ee_export_widget.console import EXIT_OK, EXIT_REFUSED, EXIT_UNREADABLE, one_line, say
from ee_export_widget.core.estimate import compact_bytes, raw_bytes
from ee_export_widget.core.file_hints import for_file
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.reading import parse_json
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import ExportWidgetError, InvalidRequestError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.errors import Problem
    from ee_export_widget.session.asking import Answers

STDIN = "-"
TASKS = "https://code.earthengine.google.com/tasks"

_MARKS = {"error": "", "warning": "Warning: ", "info": "Note: "}


def check(args: argparse.Namespace) -> int:
    """Print the problems of a body, and what it would write where there are none that block."""
    from ee_export_widget.core.addresses import GOOGLE

    request = _read(args.body)
    if request is None:
        return EXIT_UNREADABLE
    if args.project is None and args.base_url is None:
        return _verdict(request, request.problems(), None)
    project = args.project or _destination_project(request)
    if not project:
        raise ExportWidgetError(
            "The service cannot be asked about the image without a project.", hint="Name one with --project."
        )
    return asyncio.run(_check_online(request, project, args.base_url or GOOGLE))


def submit(args: argparse.Namespace) -> int:
    """Check a body as ``check`` does, submit it, and wait for the end where that was asked for."""
    from ee_export_widget.core.addresses import GOOGLE

    request = _read(args.body)
    if request is None:
        return EXIT_UNREADABLE
    return asyncio.run(_submit_online(request, args.project, args.base_url or GOOGLE, wait=args.wait))


async def _check_online(request: ExportImageRequest, project: str, base_url: str) -> int:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.asking import ask

    async with EarthEngineClient(project, base_url=base_url) as client:
        answers = await ask(client, request)
    if answers.silence is not None:
        say(one_line(f"{answers.silence.message} Only the request itself was checked."), sys.stderr)
    _say_unasked(answers)
    return _verdict(request, _in_order(request, answers), answers.image)


async def _submit_online(request: ExportImageRequest, project: str, base_url: str, *, wait: bool) -> int:
    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.asking import ask

    own_id = bool(request.request_id)
    if not own_id:
        request = request.with_(request_id=str(uuid.uuid4()))
    async with EarthEngineClient(project, base_url=base_url) as client:
        answers = await ask(client, request)
        problems = _in_order(request, answers)
        if not _can_be_sent(problems):
            return _report(problems)
        if answers.silence is not None:
            raise answers.silence
        _say_unasked(answers)
        _report(problems, sys.stderr)
        operation = await _send(client, request.canonical(), own_id=own_id)
        say(operation.name)
        return await _watch(operation, client) if wait else EXIT_OK


def _say_unasked(answers: Answers) -> None:
    if answers.unasked:
        say(f"The service gave no answer about {', '.join(answers.unasked)}.", sys.stderr)


async def _send(client: EarthEngineClient, request: ExportImageRequest, *, own_id: bool) -> Operation:
    again = "The same command again starts no second one." if own_id else f"Its request ID is {request.request_id}."
    try:
        return await client.export_image(request)
    except asyncio.CancelledError:
        say(f"Stopped before the answer came: the export may have started. {again}", sys.stderr)
        raise
    except ExportWidgetError as error:
        if error.may_have_started:
            say(f"The export may have started. {again}", sys.stderr)
        raise


def _read(source: str) -> ExportImageRequest | None:
    """Read a body from a file, or standard input; what keeps it from being read is printed, one problem a line."""
    try:
        data = sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
        return ExportImageRequest.from_json(parse_json(data))  # type: ignore[arg-type] # what is no mapping is refused
    except InvalidRequestError as error:
        _report(error.problems)
    except OSError as error:
        say(one_line(f"Cannot read {source}: {error.strerror}."), sys.stderr)
    except ValueError:  # a NUL in the name of the file
        say(f"Cannot read {source!r}: this is not the name of a file.", sys.stderr)
    return None


def _in_order(request: ExportImageRequest, answers: Answers) -> list[Problem]:
    """Collect what is wrong with a request, by its own members and by what the service says of it."""
    found = [*request.problems(answers.image), *answers.problems]
    return sorted(dict.fromkeys(found), key=lambda problem: [*_MARKS].index(problem.severity))


def _can_be_sent(problems: Sequence[Problem]) -> bool:
    return all(problem.severity != "error" for problem in problems)


def _verdict(request: ExportImageRequest, problems: Sequence[Problem], image: ImageInfo | None) -> int:
    """Print problems, and to standard error what they amount to."""
    code = _report(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        say(f"Cannot be submitted: {errors} error{'s' if errors > 1 else ''}.", sys.stderr)
    else:
        say(f"Can be submitted. Writes {_outcome(request, image)}.", sys.stderr)
    return code


def _outcome(request: ExportImageRequest, image: ImageInfo | None) -> str:
    """Say what an export would write: where, how many pixels, how much."""
    kind = f"{request.destination.title} {request.destination.label}" if request.destination else "nothing"
    parts = [kind]
    if isinstance(request.grid, PixelGrid):
        grid = request.grid
        system = grid.crs_code or grid.crs.label
        parts.append(f"{grid.width:,} × {grid.height:,} px in {system}")
        parts.append(f"{grid.pixel_count:,} pixels")
        if image is not None:
            parts.append(f"{compact_bytes(raw_bytes(grid.pixel_count, image))} raw")
    if image is not None:
        parts.append(f"{len(image.bands)} band{'s' if len(image.bands) != 1 else ''}")
    return ", ".join(parts)


def _report(problems: Sequence[Problem], stream: TextIO | None = None) -> int:
    """Print problems, one a line; the exit code says whether any of them blocks submitting."""
    for problem in map(for_file, problems):
        marked = replace(problem, message=f"{_MARKS[problem.severity]}{problem.message}")
        say(one_line(str(marked)), stream)
    return EXIT_OK if _can_be_sent(problems) else EXIT_REFUSED


def complain(error: ExportWidgetError) -> None:
    """Print an error as one sentence, or the problems that it has."""
    if isinstance(error, InvalidRequestError):
        _report(error.problems, sys.stderr)
    else:
        say(one_line(f"{error.message} {error.hint}".strip()), sys.stderr)


def _destination_project(request: ExportImageRequest) -> str:
    """Name the project that the destination asset lies in; empty where the export goes elsewhere."""
    options = request.asset_export_options
    if options is None or options.earth_engine_destination is None:
        return ""
    match (options.earth_engine_destination.name or "").split("/"):
        case ["projects", project, "assets", *_]:
            return project
    return ""


class Progress:
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
        again = f", attempt {operation.attempt}" if (operation.attempt or 1) > 1 else ""
        self._show(f"{operation.state.name} {operation.progress:.0%}{again}")

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
            self._shown = ""

    def _show(self, text: str) -> None:
        text = one_line(text)
        terminal = self._stream.isatty()
        if terminal:
            text = text[: shutil.get_terminal_size().columns - 1]  # a line that wraps cannot be rewritten
        if text == self._shown:
            return
        start = f"\r{' ' * len(self._shown)}\r" if terminal else ""
        self._shown = text
        say(text, self._stream, start=start, end="" if terminal else "\n")


async def _watch(operation: Operation, client: EarthEngineClient) -> int:
    from ee_export_widget.core.operation import OperationState
    from ee_export_widget.session.monitor import Monitor

    progress = Progress(operation, sys.stdout)
    try:
        await Monitor(progress, client).run()
    except asyncio.CancelledError:
        progress.finish()
        where = "in the form" if client.base_url.startswith("http:") else f"in the form or at {TASKS}"
        say(f"The export goes on. Look for {operation.name} {where}.", sys.stderr)
        raise
    progress.finish()
    if progress.operation.state is OperationState.SUCCEEDED:
        return EXIT_OK
    if progress.operation.error is not None:
        say(one_line(progress.operation.error.message), sys.stderr)
    return EXIT_REFUSED
