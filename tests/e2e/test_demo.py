"""The demo as a person or a script starts it: what it says, and that nothing outlives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from ee_export_widget.demo import LOOPBACK, free_port
from tests.e2e.sidebar import Sidebar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

START_S = 120
STOP_S = 30


@contextmanager
def _demo(data_dir: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start the demo as `HEADLESS=1 make demo` does; whatever is left of it in the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ee_export_widget", "demo", "--data-dir", str(data_dir), *options],
        env={**os.environ, "HEADLESS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    family = [psutil.Process(process.pid)]
    try:
        yield process
    finally:
        if process.poll() is None:
            family += family[0].children(recursive=True)
            for member in family:
                member.kill()
        process.communicate()


def _address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    line = demo.stdout.readline()
    assert line.startswith(f"DEMO http://{LOOPBACK}:"), line or (demo.stderr and demo.stderr.read())
    return line.removeprefix("DEMO ").strip()


def _api(address: str, path: str, body: object = None) -> object:
    """Ask the demo's Jupyter server something, or tell it something."""
    parts = urlsplit(address)
    token = parse_qs(parts.query)["token"][0]
    request = urllib.request.Request(
        f"http://{parts.netloc}/api/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {token}"},
    )
    with urllib.request.urlopen(request, timeout=START_S) as response:  # noqa: S310 - our own server
        answer: object = json.load(response)
    return answer


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "kill"])
def test_demo_says_one_line_and_leaves_nothing_behind(tmp_path: Path, end: signal.Signals) -> None:
    """The only output is the address; ending the demo ends JupyterLab and every kernel, and counts as success."""
    with _demo(tmp_path) as demo:
        address = _address(demo)
        notebooks = _api(address, "contents")
        assert isinstance(notebooks, dict)
        assert "01-first-export.ipynb" in [entry["name"] for entry in notebooks["content"]]
        assert "/01-first-export.ipynb?" in address
        _api(address, "kernels", {"name": "python3"})
        family = psutil.Process(demo.pid).children(recursive=True)
        assert len(family) >= 2, "JupyterLab and a kernel"

        demo.send_signal(end)
        rest, complaints = demo.communicate(timeout=STOP_S)
        _gone, alive = psutil.wait_procs(family, timeout=STOP_S)

    assert (demo.returncode, rest, complaints, alive) == (0, "", "", [])


def test_demo_takes_the_port_it_is_given(tmp_path: Path) -> None:
    """With --port the address has that port."""
    port = free_port()
    with _demo(tmp_path, "--port", str(port)) as demo:
        assert urlsplit(_address(demo)).port == port
        demo.terminate()
        demo.communicate(timeout=STOP_S)


def test_demo_opens_with_the_form_in_the_sidebar(tmp_path: Path, browser: Browser) -> None:
    """A newcomer needs no cell: the panel is open, and works with the local Earth Engine."""
    with _demo(tmp_path) as demo:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(_address(demo))
        sidebar = Sidebar(page)
        sidebar.form.expect_connected_to_emulator()
        sidebar.expect_works_in("the kernel of 01-first-export.ipynb")
        page.close()
        demo.terminate()
        demo.communicate(timeout=STOP_S)
