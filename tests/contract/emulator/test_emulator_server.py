"""Starting and stopping the local Earth Engine."""

from __future__ import annotations

import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import ee_export_widget.emulator
from ee_export_widget.emulator import EmulatorError, LocalEarthEngine, ManualClock, create_app, serve
from tests.fresh import loaded_by
from tests.unit.emulator.support import asset_body, drive_body, until

if TYPE_CHECKING:
    from pathlib import Path


def test_public_names() -> None:
    """The package offers these names and loads each of them."""
    assert dir(ee_export_widget.emulator) == [
        "Clock",
        "EmulatorError",
        "Faults",
        "LocalEarthEngine",
        "ManualClock",
        "Quota",
        "create_app",
        "serve",
    ]
    for name in dir(ee_export_widget.emulator):
        assert getattr(ee_export_widget.emulator, name).__name__ == name
    with pytest.raises(AttributeError, match="nothing"):
        _ = ee_export_widget.emulator.nothing


def test_importing_loads_nothing_heavy() -> None:
    """The package can be imported without its server, raster and validation libraries."""
    heavy = ["rasterio", "numpy", "starlette", "uvicorn", "jsonschema", "sqlite3"]
    assert loaded_by("import ee_export_widget.emulator", heavy) == set()


def test_a_temporary_directory_is_removed() -> None:
    """Without a data directory one is made, holds the sample, and is gone at the end."""
    with LocalEarthEngine(speed=1000) as service:
        directory = service.data_dir
        assert service.project == "local-demo"
        assert (directory / "assets/local-demo/samples/itaipu_landsat8/B2.tif").is_file()
        assert service.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{service.url}/v1/projects/local-demo/config").status_code == 200
    assert not directory.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{service.url}/v1/projects/local-demo/config")


def test_real_time_can_be_fast(data_dir: Path) -> None:
    """At a high speed an export ends within moments of real time, its file written."""
    with LocalEarthEngine(data_dir, speed=1000) as service:
        base = f"{service.url}/v1/projects/local-demo"
        name = httpx.post(f"{base}/image:export", json=drive_body(), timeout=60).json()["name"]
        until(lambda: httpx.get(f"{service.url}/v1/{name}").json().get("done", False))
        assert (service.data_dir / "drive/results/out.tif").is_file()


def test_a_port_in_use_is_one_sentence(data_dir: Path) -> None:
    """A port that is taken gives an error that names it, and leaves the data directory free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError, match=f"Port {port} on 127.0.0.1 cannot be used"):
            LocalEarthEngine(data_dir, port=port).__enter__()
    with LocalEarthEngine(data_dir, port=port, clock=ManualClock()) as service:
        assert service.url == f"http://127.0.0.1:{port}"


def test_a_data_directory_is_used_by_one_emulator(data_dir: Path) -> None:
    """A second emulator on the same directory is refused in a sentence, and the port is free again."""
    second = LocalEarthEngine(data_dir)
    with (
        LocalEarthEngine(data_dir, clock=ManualClock()),
        pytest.raises(EmulatorError, match="Another local Earth Engine is using"),
    ):
        second.__enter__()
    with LocalEarthEngine(data_dir, clock=ManualClock()):
        pass


def test_a_data_directory_that_is_none(tmp_path: Path) -> None:
    """A file where the directory should be is refused in a sentence."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(EmulatorError, match="cannot be used"):
            LocalEarthEngine(path).__enter__()


def test_a_foreign_database_is_refused(data_dir: Path) -> None:
    """A file of that name that is no database gives a sentence."""
    (data_dir / "emulator.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(EmulatorError, match="is not a file of the local Earth Engine"):
        LocalEarthEngine(data_dir).__enter__()


def test_speed_must_be_positive() -> None:
    """A clock that stands still or runs backwards is refused."""
    for speed in (0, -1):
        with pytest.raises(ValueError, match="speed must be above 0"):
            LocalEarthEngine(speed=speed)


def test_misspelt_keyword_names_the_nearest() -> None:
    """A keyword that does not exist is refused with the one that was probably meant, if there is one."""
    with pytest.raises(TypeError, match=r"LocalEarthEngine\(\) got .* 'datadir'. Did you mean 'data_dir'\?"):
        LocalEarthEngine(datadir="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"keyword argument 'xyzzy'$"):
        LocalEarthEngine(xyzzy=1)  # type: ignore[call-arg]


def test_it_is_not_running_before_it_is_entered() -> None:
    """Asking for the directory before the start is an error with a hint."""
    with pytest.raises(EmulatorError, match="context manager"):
        _ = LocalEarthEngine().data_dir


def test_an_app_needs_a_place() -> None:
    """create_app without directory and engine is a mistake of the caller."""
    with pytest.raises(TypeError, match="data_dir"):
        create_app()


def test_an_app_answers_in_process(data_dir: Path) -> None:
    """The ASGI application works without a server."""
    import anyio

    app = create_app(data_dir, clock=ManualClock())

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return (await client.get("/v1/projects/local-demo/assets/samples")).status_code

    assert anyio.run(ask) == 200
    app.state.engine.close()


def test_sixty_four_clients_at_once(data_dir: Path) -> None:
    """Many clients are answered together; every submission has its own operation."""
    with LocalEarthEngine(data_dir, clock=ManualClock()) as service, httpx.Client(timeout=60) as client:
        base = f"{service.url}/v1/projects/local-demo"
        together = threading.Barrier(64)

        def send(index: int) -> str:
            together.wait()
            body = drive_body(f"n{index}") | {"requestId": f"id-{index}"}
            reply = client.post(f"{base}/image:export", json=body)
            assert reply.status_code == 200, reply.text
            return str(reply.json()["name"])

        with ThreadPoolExecutor(64) as pool:
            names = list(pool.map(send, range(64)))
        listed = [each["name"] for each in client.get(f"{base}/operations").json()["operations"]]
    assert len(set(names)) == 64
    assert set(listed) == set(names)


def test_sixty_four_clients_lose_no_update(data_dir: Path) -> None:
    """Whatever many clients do to the same things at once, each change is made once and the end is one that fits.

    They share request ids and asset names in pairs, half of the exports are cancelled, and all make the same folder.
    """
    with LocalEarthEngine(data_dir, speed=500) as service, httpx.Client(timeout=60) as client:
        base = f"{service.url}/v1/projects/local-demo"
        together = threading.Barrier(64)

        def act(index: int) -> tuple[int, str, int]:
            together.wait()
            body = asset_body(f"n{index // 2}") | {"requestId": f"id-{index // 2}"}
            reply = client.post(f"{base}/image:export", json=body)
            name = reply.json().get("name", "")
            if name and index % 4 == 0:
                assert client.post(f"{service.url}/v1/{name}:cancel", json={}).status_code == 200
            folder = client.post(f"{base}/assets?assetId=folder", json={"type": "FOLDER"})
            return reply.status_code, name, folder.status_code

        with ThreadPoolExecutor(64) as pool:
            acts = list(pool.map(act, range(64)))
        assert sorted(status for status, _, _ in acts) == [200] * 32 + [409] * 32
        assert sorted(status for _, _, status in acts) == [200] + [409] * 63

        def operations() -> list[dict[str, Any]]:
            listed: list[dict[str, Any]] = client.get(f"{base}/operations").json()["operations"]
            return listed

        until(lambda: all(each.get("done") for each in operations()))
        assert {each["name"] for each in operations()} == {name for _, name, _ in acts if name}
        states = [each["metadata"]["state"] for each in operations()]
        assert set(states) <= {"SUCCEEDED", "CANCELLED"}
        images = [asset for asset in client.get(f"{base}:listAssets").json()["assets"] if asset["type"] == "IMAGE"]
        assert len(images) == states.count("SUCCEEDED")
        assert list((service.data_dir / "work").iterdir()) == []


def test_replies_do_not_wait_for_more_to_send(data_dir: Path) -> None:
    """Small requests over one connection are answered one after the other without pauses of the network stack."""
    with LocalEarthEngine(data_dir, clock=ManualClock()) as service, httpx.Client() as client:
        client.get(f"{service.url}/v1/projects/local-demo/config")
        taken = []
        for _ in range(50):
            start = time.monotonic()
            client.get(f"{service.url}/v1/projects/local-demo/config")
            taken.append(time.monotonic() - start)
        assert statistics.quantiles(taken)[0] < 0.03  # 0.04 s with the pauses; on a busy machine some take long anyway


SERVE = (
    "from ee_export_widget.emulator import serve\n"
    "import sys\n"
    "serve(0, sys.argv[1], 1000.0, on_ready=lambda url: (sys.stdout.write(url + chr(10)), sys.stdout.flush()))\n"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_serving_in_the_foreground_ends_cleanly(data_dir: Path, number: signal.Signals) -> None:
    """It says when it is ready, prints nothing else, and ends with success on Ctrl-C and on SIGTERM."""
    command = [sys.executable, "-W", "error", "-c", SERVE, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert httpx.get(f"{url}/v1/projects/local-demo/config").status_code == 200
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")


def test_what_was_running_survives_a_kill(data_dir: Path) -> None:
    """After kill -9 in the middle of an export the next emulator runs it again, and no half-written file is left."""
    slow = SERVE.replace("1000.0", "1.0")
    command = [sys.executable, "-c", slow, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            reply = httpx.post(f"{url}/v1/projects/local-demo/image:export", json=drive_body(), timeout=60)
            name = reply.json()["name"]
            until(lambda: "stages" in httpx.get(f"{url}/v1/{name}").json()["metadata"])
        finally:
            process.kill()
    assert not (data_dir / "drive").exists()
    with LocalEarthEngine(data_dir, speed=1000) as service:
        until(lambda: httpx.get(f"{service.url}/v1/{name}").json().get("done", False))
        metadata = httpx.get(f"{service.url}/v1/{name}").json()["metadata"]
        assert (metadata["state"], metadata["attempt"]) == ("SUCCEEDED", 2)
        assert [path.name for path in (data_dir / "drive/results").iterdir()] == ["out.tif"]


def test_serve_reports_a_bad_port(data_dir: Path) -> None:
    """In the foreground, too, a port in use is an EmulatorError."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EmulatorError, match="Port"):
        serve(taken.getsockname()[1], data_dir)
