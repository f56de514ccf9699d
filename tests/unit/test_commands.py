"""`check` and `submit`, called as their entry point calls them; what they talk to is the local Earth Engine."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import uuid
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from ee_export_widget.cli import main
from ee_export_widget.client import api
from ee_export_widget.client.surroundings import Surroundings
from ee_export_widget.commands import Progress
from ee_export_widget.core.operation import Operation
from ee_export_widget.emulator import LocalEarthEngine
from ee_export_widget.emulator.faults import out_of_memory
from ee_export_widget.errors import ConnectionFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCENE = "projects/local-demo/assets/samples/itaipu_landsat8"


def _load(asset: str) -> dict[str, object]:
    arguments = {"id": {"constantValue": asset}}
    call = {"functionInvocationValue": {"functionName": "Image.load", "arguments": arguments}}
    return {"result": "0", "values": {"0": call}}


def _body(**changes: object) -> dict[str, object]:
    """Give a body that can be submitted: eight pixels of the scene, on its own grid, to an asset."""
    transform = {"scaleX": 30, "shearX": 0, "translateX": 735345, "shearY": 0, "scaleY": -30, "translateY": -2796795}
    body = {
        "expression": _load(SCENE),
        "description": "eight_pixels",
        "assetExportOptions": {"earthEngineDestination": {"name": "projects/local-demo/assets/eight_pixels"}},
        "grid": {"crsCode": "EPSG:32621", "dimensions": {"width": 4, "height": 2}, "affineTransform": transform},
        "maxPixels": "100000000",
        "requestId": str(uuid.uuid4()),
    }
    return {**body, **changes}


def _asset(name: str, **more: object) -> dict[str, object]:
    return {"earthEngineDestination": {"name": f"projects/local-demo/assets/{name}", **more}}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], str]:
    """Give a function that writes a body to a file and names the file."""

    def write_body(content: object) -> str:
        path = tmp_path / "body.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write_body


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEarthEngine]:
    """Run a local Earth Engine that is quick."""
    with LocalEarthEngine(data_dir=tmp_path_factory.mktemp("earth-engine"), speed=1000.0) as running:
        yield running


class Terminal(io.StringIO):
    """Standard output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_check_of_a_good_body_says_what_it_writes(
    write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A body without problems could be submitted: exit code 0, no problem, and what would become of it."""
    assert main(["check", write(_body())]) == 0
    assert capsys.readouterr() == (
        "",
        "Can be submitted. Writes Earth Engine asset eight_pixels, 4 × 2 px in EPSG:32621, 8 pixels.\n",
    )


def test_check_prints_what_does_not_block(write: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is printed too, and the exit code stays 0."""
    assert main(["check", write(_body(requestId=None))]) == 0
    assert capsys.readouterr().out == (
        "requestId: Warning: Without an ID a retry can start the export twice. "
        "(Give an ID of letters, digits and dashes, new for every export.)\n"
    )


def test_check_prints_one_problem_a_line(write: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem is a line that begins with the JSON path of its field; exit code 1."""
    assert main(["check", write(_body(priority=10_000, maxPixels="1", requestId=None))]) == 1
    said, complaints = capsys.readouterr()
    fields = [line.split(":")[0] for line in said.splitlines()]
    assert fields == ["maxPixels", "priority", "requestId"]
    assert complaints == "Cannot be submitted: 2 errors.\n"


@pytest.mark.parametrize("command", [["check"], ["submit", "--project", "local-demo"]], ids=["check", "submit"])
def test_a_misspelt_member_hides_no_other_mistake(
    command: list[str], write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The other members are checked all the same, so that one run tells everything."""
    body = _body(priority=12_000, gird={})
    body["grid"] = {**body["grid"], "crsCode": "EPSG:99999"}  # type: ignore[dict-item] # it is a mapping
    assert main([*command, write(body)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["gird", "grid.crsCode", "priority"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1, 2]", json.dumps({"exprssion": {}}), "\ud800".encode("utf-16", "surrogatepass").decode("latin-1")],
    ids=["empty", "cut off", "a list", "an unknown member", "not text"],
)
@pytest.mark.parametrize("command", [["check"], ["submit", "--project", "local-demo"]], ids=["check", "submit"])
def test_what_is_no_body_cannot_be_read(
    command: list[str], content: str, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not an export body gives sentences and exit code 2, before anything is sent."""
    assert main([*command, write(content)]) == 2
    said, complaints = capsys.readouterr()
    assert said + complaints
    assert "Traceback" not in said + complaints


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path that does not exist is named in one sentence; exit code 2."""
    path = tmp_path / "nowhere.json"
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err == f"Cannot read {path}: No such file or directory.\n"


def test_check_with_a_service_asks_for_the_image(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With an address the image is looked up too: its bands are checked, and a missing one is no image."""
    fresh = _asset("never_written")
    assert main(["check", "--base-url", engine.url, write(_body(assetExportOptions=fresh))]) == 0
    said, outcome = capsys.readouterr()
    assert "Warning: spectral_class looks like a code" in said
    assert outcome.endswith("asset never_written, 4 × 2 px in EPSG:32621, 8 pixels, 56 B raw, 4 bands.\n")
    absent = _body(assetExportOptions=fresh, expression=_load("projects/local-demo/assets/absent"))
    assert main(["check", "--base-url", engine.url, "--project", engine.project, write(absent)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("expression: ")
    assert "absent" in line


def test_check_without_any_project_asks_for_one(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where neither option nor destination names a project, the sentence says how to name one."""
    body = _body(
        assetExportOptions=None,
        fileExportOptions={"fileFormat": "GEO_TIFF", "driveDestination": {"filenamePrefix": "eight_pixels"}},
    )
    assert main(["check", "--base-url", engine.url, write(body)]) == 1
    assert "--project" in capsys.readouterr().err


def _submit(engine: LocalEarthEngine, path: str, *options: str) -> int:
    return main(["submit", path, "--project", engine.project, "--base-url", engine.url, *options])


def test_submit_names_the_operation(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The only line is the operation's full name, ready for a script; a missing request id is given; exit code 0."""
    assert _submit(engine, write(_body(requestId=None))) == 0
    (name,) = capsys.readouterr().out.splitlines()
    assert name.startswith("projects/local-demo/operations/")


def test_submit_and_wait_ends_with_the_file(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Waiting prints a line per change in a pipe, ends on SUCCEEDED with exit code 0, and the pixels are there."""
    destination = {"earthEngineDestination": {"name": "projects/local-demo/assets/waited_for"}}
    assert _submit(engine, write(_body(assetExportOptions=destination)), "--wait") == 0
    name, *lines = capsys.readouterr().out.splitlines()
    assert name.startswith("projects/local-demo/operations/")
    assert lines[-1] == "SUCCEEDED 100%"
    assert len(lines) == len(set(lines))
    assert (engine.data_dir / "assets" / "local-demo" / "waited_for" / "B2.tif").is_file()


def test_progress_stays_on_one_line_of_a_terminal(
    engine: LocalEarthEngine, write: Callable[[object], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal each state overwrites the one before, and the prompt comes on a fresh line."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    destination = {"earthEngineDestination": {"name": "projects/local-demo/assets/on_a_terminal"}}
    assert _submit(engine, write(_body(assetExportOptions=destination)), "--wait") == 0
    name, progress, rest = terminal.getvalue().split("\n")
    assert name.startswith("projects/local-demo/operations/")
    assert progress.endswith("\rSUCCEEDED 100%")
    assert rest == ""


def test_waiting_tells_when_the_connection_is_lost() -> None:
    """While the service cannot be reached, the line says so and when it is asked again; waiting goes on."""
    stream = io.StringIO()
    progress = Progress(Operation(name="projects/p/operations/A"), stream)
    error = ConnectionFailedError("Nobody answers.", method="GET", path="/v1/projects/p/operations/A")
    progress.connection_seen(retry_in_s=4.0, error=error)
    progress.connection_seen(retry_in_s=None)
    assert stream.getvalue() == "Nobody answers. Asking again in 4 s.\n"
    assert progress.operations_to_ask() == [progress.operation]


def test_waiting_ends_when_the_operation_is_unknown() -> None:
    """What the service does not know is not waited for."""
    stream = io.StringIO()
    progress = Progress(Operation(name="projects/p/operations/A"), stream)
    progress.operation_lost("projects/p/operations/A")
    assert stream.getvalue() == "The service does not know projects/p/operations/A.\n"
    assert progress.operations_to_ask() == []


def test_submit_of_a_refused_body_sends_nothing(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A body with an error is not sent: its problems are printed instead of a name; exit code 1."""
    assert _submit(engine, write(_body(priority=10_000))) == 1
    assert capsys.readouterr().out.startswith("priority: ")


def test_failed_export_is_no_success(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An export that the service gives up fails: the service's words are told, and the exit code is 1."""
    engine.faults.add(out_of_memory())
    assert _submit(engine, write(_body(assetExportOptions=_asset("too_much"))), "--wait") == 1
    assert "User memory limit exceeded" in capsys.readouterr().err


def test_service_that_refuses_is_one_sentence(
    write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the service wants to know who asks, one sentence says so; exit code 1."""
    with LocalEarthEngine(require_token=True) as guarded:
        assert _submit(guarded, write(_body())) == 1
    said, complaints = capsys.readouterr()
    assert said == ""
    assert len(complaints.splitlines()) == 1


def test_address_that_is_none_is_one_sentence(
    write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An address without http is refused before anything is sent; exit code 1."""
    assert main(["check", "--project", "local-demo", "--base-url", "ftp://localhost", write(_body())]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_service_out_of_reach_keeps_no_check_from_its_verdict(
    write: Callable[[object], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the request itself tells is told, with the reason why there is no more; submitting fails in one sentence."""
    monkeypatch.setattr(api, "Surroundings", partial(Surroundings, sleep=lambda _seconds: asyncio.sleep(0)))
    nobody = ["--project", "local-demo", "--base-url", "http://127.0.0.1:9"]
    assert main(["check", *nobody, write(_body())]) == 0
    said, complaints = capsys.readouterr()
    assert said == ""
    assert "could not be asked" in complaints
    assert "Only the request itself was checked.\nCan be submitted." in complaints
    assert main(["submit", *nobody, write(_body())]) == 1
    said, complaints = capsys.readouterr()
    assert (said, len(complaints.splitlines())) == ("", 1)


class Pipe:
    """Standard input that holds bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.mark.parametrize("command", [["check"], ["submit", "--project", "local-demo"]], ids=["check", "submit"])
def test_a_dash_reads_a_pipe(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands in the pipe is read as a file is."""
    monkeypatch.setattr(sys, "stdin", Pipe(b'{"priority": 1,}'))
    assert main([*command, "-"]) == 2
    assert capsys.readouterr().out.startswith("Line 1, column 16: ")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "This is not UTF-8 text (byte 0). (Save the file as UTF-8.)\n"),
        (
            b'{"priority": NaN}',
            "Line 1, column 14: “NaN” is not a JSON number. (Use a number that a double can hold.)\n",
        ),
        (b"[" * 100_000, "The JSON is nested too deep to be read.\n"),
        (
            b'{"priority": 1, "priority": 2}',
            "Line 1, column 17: “priority” stands twice in the same object. (Keep one of the two.)\n",
        ),
        (
            b'{"a\\n\\u001b[2J": 1}',
            "a  [2J: “aU+000AU+001B[2J” is not a field of this request. (Leave it out.)\n",
        ),
    ],
    ids=["utf-16", "nan", "deep", "twice", "controls"],
)
def test_a_bad_file_is_one_sentence(
    content: bytes, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no control character for the terminal, exit code 2."""
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr() == (sentence, "")


@pytest.mark.parametrize("name", ["a\0b", ".", "no\x1b[2J\nfile"], ids=["nul", "folder", "controls"])
def test_what_is_no_file_is_one_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no file can have, a folder, and one that a terminal would obey; exit code 2."""
    assert main(["check", name]) == 2
    said, complaints = capsys.readouterr()
    assert "\x1b" not in complaints
    assert (said, complaints.startswith("Cannot read "), len(complaints.splitlines())) == ("", True, 1)


def test_check_asks_for_the_target_too(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is taken and a folder that is not there are found before submitting, with hints for a file."""
    sample = {"earthEngineDestination": {"name": SCENE}}
    assert main(["check", "--base-url", engine.url, write(_body(assetExportOptions=sample))]) == 1
    assert 'Give another name, or set "overwrite": true.' in capsys.readouterr().out
    overwriting = {"earthEngineDestination": {"name": SCENE, "overwrite": True}}
    assert main(["check", "--base-url", engine.url, write(_body(assetExportOptions=overwriting))]) == 0
    capsys.readouterr()
    assert main(["check", "--base-url", engine.url, write(_body(assetExportOptions=_asset("no/folder")))]) == 1
    assert "There is no folder no yet. (Create the folder first" in capsys.readouterr().out


def test_a_taken_name_is_refused_before_anything_is_sent(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The service would begin, and fail: nothing is sent."""
    sample = {"earthEngineDestination": {"name": SCENE}}
    assert _submit(engine, write(_body(assetExportOptions=sample, requestId=None))) == 1
    assert capsys.readouterr().out.startswith("assetExportOptions.earthEngineDestination.name: An image")


def test_what_only_clients_know_is_not_sent(
    engine: LocalEarthEngine, write: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What goes out is what the form would send: the service takes it, and its operation has a description."""
    body = _body(maxWorkers=5, description=None, assetExportOptions=_asset("canonical"))
    assert _submit(engine, write(body)) == 0
    name, complaints = capsys.readouterr()
    assert "maxWorkers: Warning: " in complaints
    operation = httpx.get(f"{engine.url}/v1/{name.strip()}").json()
    assert operation["metadata"]["description"] == "canonical"


def test_progress_tells_further_attempts() -> None:
    """An operation that begins again says which attempt it is; states that do not change are told once."""
    stream = io.StringIO()
    progress = Progress(Operation(name="projects/p/operations/A"), stream)
    again = {"name": "projects/p/operations/A", "metadata": {"state": "RUNNING", "progress": 0.25, "attempt": 2}}
    progress.operation_seen(Operation.from_json(again))
    progress.operation_seen(Operation.from_json(again))
    assert stream.getvalue() == "RUNNING 25%, attempt 2\n"


def test_a_line_of_a_terminal_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long message is cut to the terminal, as a line that wraps could not be rewritten."""
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    Progress(Operation(name="projects/p/operations/A"), terminal).operation_lost("x" * 100)
    assert terminal.getvalue() == "\r\rThe service does no"


def test_an_interrupted_wait_says_that_the_export_goes_on(tmp_path: Path) -> None:
    """Ctrl-C ends the waiting only: the operation is named, with where to look for it; exit code 130."""
    with LocalEarthEngine(tmp_path / "data", speed=0.2) as slow:
        body = tmp_path / "body.json"
        body.write_text(json.dumps(_body()), encoding="utf-8")
        command = ["submit", str(body), "--project", slow.project, "--base-url", slow.url, "--wait"]
        process = subprocess.Popen(
            [sys.executable, "-m", "ee_export_widget", *command],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            name = process.stdout.readline().strip()
            assert name.startswith("projects/local-demo/operations/")
            assert process.stdout.readline()  # it waits now
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=30)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert complaints.splitlines()[-1] == f"The export goes on. Look for {name} in the form."
    assert "Traceback" not in complaints


@pytest.mark.parametrize(
    ("redirection", "expected"),
    [
        (">/dev/full", (1, "Cannot go on: [Errno 28] No space left on device.\n")),
        (">&-", (1, "Cannot be submitted: 1 error.\n")),
    ],
    ids=["full", "closed"],
)
def test_output_that_cannot_be_written_is_no_traceback(
    redirection: str, expected: tuple[int, str], tmp_path: Path
) -> None:
    """A full disk is told in a sentence; without a standard output the exit code still tells the verdict."""
    (tmp_path / "body.json").write_text(json.dumps(_body(priority=10_000)), encoding="utf-8")
    command = f'"{sys.executable}" -m ee_export_widget check body.json {redirection}'
    ended = subprocess.run(  # noqa: S602 - only a shell closes a stream
        command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == expected


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_few_letters_gets_the_rest_escaped(encoding: str, tmp_path: Path) -> None:
    """A problem that quotes what the terminal cannot show is told all the same."""
    (tmp_path / "body.json").write_text(json.dumps(_body(description="日 本")), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "ee_export_widget", "check", "body.json"],
        cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr.decode(encoding)) == (1, "Cannot be submitted: 1 error.\n")
    assert ended.stdout.decode(encoding).startswith("description: ")
    assert "\\u65e5" in ended.stdout.decode(encoding)


def test_a_reader_that_leaves_is_no_traceback(tmp_path: Path) -> None:
    """As in a pipe into ``head``."""
    body = tmp_path / "body.json"
    body.write_text(json.dumps(_body(priority=10_000)), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "ee_export_widget", "check", str(body)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaints = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=30), complaints) == (1, "")
