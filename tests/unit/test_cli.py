"""The command line, called as its entry point calls it; what it talks to is the local Earth Engine."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from ee_export_widget import __version__
from ee_export_widget.cli import _Progress, main
from ee_export_widget.core.operation import Operation
from ee_export_widget.demo import free_port
from ee_export_widget.emulator import LocalEarthEngine
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


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """--version names the program and its version, and is a success."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"ee-export-widget {__version__}\n")


def test_module_is_the_same_command() -> None:
    """``python -m ee_export_widget`` works where the script is not on the path."""
    said = subprocess.run([sys.executable, "-m", "ee_export_widget", "--version"], capture_output=True, check=True)
    assert said.stdout.decode() == f"ee-export-widget {__version__}\n"


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["exprot"],
        ["demo", "--port", "http"],
        ["demo", "--port=-1"],
        ["emulator", "--port", "65536"],
        ["emulator", "--speed", "0"],
        ["emulator", "--speed", "inf"],
        ["submit", "body.json"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_explained(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A missing or misspelt argument gives the usage and exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert "usage: ee-export-widget" in capsys.readouterr().err


def test_check_of_a_good_body_is_silent(write: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    """A body without problems could be submitted: exit code 0."""
    assert main(["check", write(_body())]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_prints_what_does_not_block(write: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is printed too, and the exit code stays 0."""
    assert main(["check", write(_body(requestId=None))]) == 0
    assert capsys.readouterr().out.startswith("requestId: ")


def test_check_prints_one_problem_a_line(write: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem is a line that begins with the JSON path of its field; exit code 1."""
    assert main(["check", write(_body(priority=10_000, maxPixels="1"))]) == 1
    said, complaints = capsys.readouterr()
    fields = [line.split(":")[0] for line in said.splitlines()]
    assert {"priority", "maxPixels"} <= set(fields)
    assert complaints == ""


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
    assert main(["check", "--base-url", engine.url, write(_body())]) == 0
    assert "spectral_class looks like a code" in capsys.readouterr().out
    absent = _body(expression=_load("projects/local-demo/assets/absent"))
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
    progress = _Progress(Operation(name="projects/p/operations/A"), stream)
    error = ConnectionFailedError("Nobody answers.", method="GET", path="/v1/projects/p/operations/A")
    progress.connection_seen(retry_in_s=4.0, error=error)
    progress.connection_seen(retry_in_s=None)
    assert stream.getvalue() == "Nobody answers. Asking again in 4 s.\n"
    assert progress.operations_to_ask() == [progress.operation]


def test_waiting_ends_when_the_operation_is_unknown() -> None:
    """What the service does not know is not waited for."""
    stream = io.StringIO()
    progress = _Progress(Operation(name="projects/p/operations/A"), stream)
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
    """An export into an asset that exists already fails: the service's words are told, and the exit code is 1."""
    options = {"earthEngineDestination": {"name": "projects/local-demo/assets/twice"}}
    assert _submit(engine, write(_body(assetExportOptions=options)), "--wait") == 0
    assert _submit(engine, write(_body(assetExportOptions=options)), "--wait") == 1
    assert "twice" in capsys.readouterr().err


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


def test_damaged_data_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What keeps the local Earth Engine from starting is told in its words; exit code 1."""
    (tmp_path / "assets").write_text("a file where a folder belongs")
    assert main(["emulator", "--data-dir", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_port_in_use_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that somebody listens on is named, with what to do; exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([command, "--port", str(port), "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"Cannot listen on port {port}: Address already in use. Choose another one with --port, or leave it out.\n"
    )


@pytest.mark.parametrize("command", ["demo", "emulator"])
def test_unwritable_folder_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A data folder that cannot be made is named, with what to do; exit code 1."""
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    assert main([command, "--data-dir", str(folder)]) == 1
    assert (
        capsys.readouterr().err
        == f"Cannot write to {folder}: Not a directory. Choose another folder with --data-dir.\n"
    )


def test_emulator_says_where_it_is_and_ends_politely(tmp_path: Path) -> None:
    """The first line is the address, on the port that was asked for; a polite kill ends it with exit code 0."""
    port = free_port()
    command = [sys.executable, "-m", "ee_export_widget", "emulator", "--port", str(port), "--data-dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"EMULATOR http://127.0.0.1:{port}\n"
        socket.create_connection(("127.0.0.1", port)).close()
        process.terminate()
        _said, complaints = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, complaints) == (0, "")
