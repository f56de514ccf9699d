"""A small Earth Engine behind the real client: it answers from what a test has put into it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import numpy as np

from ee_export_widget.client.api import EarthEngineClient
from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.expression import Expression
from ee_export_widget.session.snapshot import Connection
from tests.unit.client.scripted import ManualTime, refusal

if TYPE_CHECKING:
    from ee_export_widget.session import ExportSession, Snapshot

WAIT_S = 60.0
PROJECT = "demo-project"
URL = "http://127.0.0.1:1"
START = datetime(2026, 1, 5, 10, tzinfo=UTC)
SCENE = f"projects/{PROJECT}/assets/scene"
CORNER = (735345.0, -2796795.0)

Fault: TypeAlias = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

IMAGE: dict[str, Any] = {
    "type": "Image",
    "bands": [
        {
            "id": name,
            "data_type": {"type": "PixelType", "precision": "int", "min": 0, "max": largest},
            "dimensions": [768, 768],
            "crs": "EPSG:32621",
            "crs_transform": [30, 0, CORNER[0], 0, -30, CORNER[1]],
        }
        for name, largest in (("B2", 65535), ("B3", 65535), ("B4", 65535), ("spectral_class", 255))
    ],
}
"""A Landsat scene with three measured bands and one of classes."""


class Hold:
    """Keeps an answer back until the test lets it go."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._go = threading.Event()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def wait(self) -> None:
        """Say that a request has come, and wait."""
        event = asyncio.Event()
        self._waiting.append((asyncio.get_running_loop(), event))
        self._arrived.set()
        if not self._go.is_set():
            await event.wait()

    def until_asked(self) -> None:
        """Block the test until the service has been asked."""
        assert self._arrived.wait(WAIT_S)

    def let_go(self) -> None:
        """Let all answers through."""
        self._go.set()
        for loop, event in self._waiting:
            loop.call_soon_threadsafe(event.set)


class Service:
    """Answers requests; keeps what it was asked, by kind."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.exports: list[dict[str, Any]] = []
        self.expressions: list[Any] = []
        self.maps: list[dict[str, Any]] = []
        self.image: dict[str, Any] = IMAGE
        self.assets: dict[str, dict[str, Any]] = {}
        self.folders: set[str] = set()
        self.created: list[str] = []
        self.masked: set[str] = set()
        """Bands that are masked, until they are filled."""
        self.largest: dict[str, int] = {}
        """What the first pixel of a window holds, by band."""
        self.tokens: list[str] = []
        """What the next lists of assets are: the first half (``next``), the second (``last``), or all."""
        self.root: dict[str, Any] = {"type": "FOLDER"}
        self.config: dict[str, Any] = {"registrationState": "REGISTERED_COMMERCIALLY"}
        self.operations: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, Fault] = {}
        self.held: dict[str, Hold] = {}
        self._ids: dict[str, str] = {}
        self._time = ManualTime(START)

    @property
    def down(self) -> Fault:
        """What happens while nobody can reach the service."""
        return httpx.ConnectError("refused")

    def client(self, project: str = PROJECT, *, base_url: str = URL, **options: Any) -> EarthEngineClient:  # noqa: ANN401 - options of the client
        """Make a client of this service that never waits between attempts."""
        return EarthEngineClient(
            project,
            base_url=base_url,
            transport=httpx.MockTransport(self._answer),
            surroundings=self._time.surroundings(),
            **options,
        )

    def hold(self, kind: str) -> Hold:
        """Keep back the answers of one kind."""
        self.held[kind] = Hold()
        return self.held[kind]

    def go_on(self, seconds: float) -> None:
        """Let time pass for its clients."""
        self._time.passed_s += seconds

    def operation(self, name: str, state: str = "RUNNING", **metadata: object) -> str:
        """Put in an operation, or its next state; give its full name."""
        full = f"projects/{PROJECT}/operations/{name}"
        before = self.operations.get(full, {"metadata": {"createTime": START.isoformat(), "description": name}})
        message: dict[str, Any] = {"name": full, "metadata": {**before["metadata"], "state": state, **metadata}}
        if state in {"SUCCEEDED", "FAILED", "CANCELLED"}:
            message["done"] = True
            if state == "FAILED":
                message["error"] = {"code": 3, "message": "User memory limit exceeded."}
        self.operations[full] = message
        return full

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        kind = _kind(request)
        self.asked.append(kind)
        body = json.loads(request.content) if request.content else {}
        if kind in self.held:
            await self.held[kind].wait()
        if (fault := self.faults.get(kind) or self.faults.get("all")) is not None:
            if isinstance(fault, Exception):
                raise fault
            return fault(request) if callable(fault) else httpx.Response(fault.status_code, content=fault.content)
        answer: Callable[[str, dict[str, Any]], httpx.Response] = getattr(self, f"_{kind}")
        path = request.url.path.removeprefix("/v1/")
        return answer(f"{path}/{request.url.params['assetId']}" if kind == "create" else path, body)

    def _config(self, _path: str, _body: object) -> httpx.Response:
        return httpx.Response(200, json=self.config)

    def _root(self, _path: str, _body: object) -> httpx.Response:
        return httpx.Response(200, json=self.root)

    def _create(self, path: str, _body: object) -> httpx.Response:
        self.created.append(path)
        self.folders.add(path)
        self.assets[path] = {"type": "FOLDER"}
        return httpx.Response(200, json={"type": "FOLDER", "name": path})

    def _describe(self, _path: str, body: dict[str, Any]) -> httpx.Response:
        self.expressions.append(body["expression"])
        return httpx.Response(200, json={"result": self.image})

    def _pixels(self, _path: str, body: dict[str, Any]) -> httpx.Response:
        if body["fileFormat"] == "PNG":
            return httpx.Response(200, content=b"\x89PNG")
        size = body["grid"]["dimensions"]
        pixels = np.zeros((size["height"], size["width"]), dtype=[(band, "u2") for band in body["bandIds"]])
        for band in body["bandIds"]:
            steps = 200 if band == "spectral_class" else 1
            pixels[band] = (np.arange(pixels.size) // steps % 5000).reshape(pixels.shape)
            pixels[band][0, 0] = self.largest.get(band, 0)
            if Expression(body["expression"]).result_function == "Image.mask":
                pixels[band] = band not in self.masked or "Image.unmask" in json.dumps(body["expression"])
        content = io.BytesIO()
        np.save(content, pixels)
        return httpx.Response(200, content=content.getvalue())

    def _map(self, _path: str, body: dict[str, Any]) -> httpx.Response:
        self.maps.append(body)
        return httpx.Response(200, json={"name": f"projects/{PROJECT}/maps/{len(self.maps)}"})

    def _asset(self, path: str, _body: object) -> httpx.Response:
        return httpx.Response(200, json=self.assets[path]) if path in self.assets else refusal(404, "Not found.")

    def _permissions(self, path: str, body: dict[str, Any]) -> httpx.Response:
        known = path.removesuffix(":testIamPermissions") in {*self.folders, f"projects/{PROJECT}/assets"}
        return httpx.Response(200, json={"permissions": body["permissions"]} if known else {})

    def _assets(self, path: str, _body: object) -> httpx.Response:
        folder = path.removesuffix(":listAssets")
        root = f"projects/{PROJECT}"
        if folder != root and folder not in self.assets:
            return refusal(404, "Not found.")
        inside = f"{root}/assets/" if folder == root else f"{folder}/"
        found = [
            {"name": name, "type": asset["type"]}
            for name, asset in self.assets.items()
            if name.startswith(inside) and "/" not in name.removeprefix(inside)
        ]
        half = len(found) // 2
        token = self.tokens.pop(0) if self.tokens else ""
        page = found[:half] if token == "next" else found[half:] if token == "last" else found
        return httpx.Response(200, json={"assets": page, **({"nextPageToken": token} if token == "next" else {})})

    def _export(self, _path: str, body: dict[str, Any]) -> httpx.Response:
        self.exports.append(body)
        if body["requestId"] in self._ids:
            return refusal(
                409, "A different Operation was already started with the given request_id.", "ALREADY_EXISTS"
            )
        name = self.operation(
            f"OP{len(self._ids)}", "PENDING", description=body.get("description", ""), type="EXPORT_IMAGE"
        )
        self._ids[body["requestId"]] = name
        return httpx.Response(200, json=self.operations[name])

    def _operation(self, path: str, _body: object) -> httpx.Response:
        known = self.operations.get(path)
        return httpx.Response(200, json=known) if known else refusal(404, "Not found.", "NOT_FOUND")

    def _list(self, _path: str, _body: object) -> httpx.Response:
        return httpx.Response(200, json={"operations": list(self.operations.values())})

    def _cancel(self, path: str, _body: object) -> httpx.Response:
        self.operation(path.removesuffix(":cancel").rpartition("/")[2], "CANCELLING")
        return httpx.Response(200, json={})


def _kind(request: httpx.Request) -> str:
    """Name the method of the service that a request calls."""
    path = request.url.path
    if path.endswith("/assets"):
        return "create" if request.method == "POST" else "root"
    for end, kind in (
        ("/config", "config"), ("/value:compute", "describe"), ("/image:computePixels", "pixels"), ("/maps", "map"),
        (":testIamPermissions", "permissions"), (":listAssets", "assets"), ("/image:export", "export"),
        (":cancel", "cancel"), ("/operations", "list"),
    ):  # fmt: skip
        if path.endswith(end):
            return kind
    return "operation" if "/operations/" in path else "asset"


UTM = "EPSG:32621"
AREA = CrsRectangle(UTM, (735360.0, -2799780.0, 738360.0, -2796780.0))
OUT = f"projects/{PROJECT}/assets/out"


def fill(session: ExportSession) -> None:
    """Complete a draft as far as it goes without a service."""
    session.set_image(SCENE)
    session.edit(region=AREA, crs=UTM, pixel_size="30", asset_path=OUT)


def connect(session: ExportSession, service: Service, project: str = PROJECT, *, base_url: str = URL) -> None:
    """Connect a session to a service and wait until both have met."""
    session.connect(service.client(project, base_url=base_url), Connection("earth_engine"))
    wait_for(session, lambda snapshot: snapshot.connection.state == "connected")


def ended(session: ExportSession, job: str) -> None:
    """Wait for background work of a name, if it is still under way."""
    if (work := session.jobs._named.get(job)) is not None:
        work.result(WAIT_S)


def wait_for(session: ExportSession, condition: Callable[[Snapshot], bool]) -> Snapshot:
    """Wait until what the session shows fulfils a condition, and give that; what it shows next may not."""
    found: Queue[Snapshot] = Queue()

    def look(snapshot: Snapshot) -> None:
        if condition(snapshot):
            found.put(snapshot)

    def changed(change: Any) -> None:  # noqa: ANN401 - what traitlets gives
        look(change.new)

    with session.lock:  # whoever else observes the session has been told of what is looked at
        session.observe(changed, names="snapshot")
        look(session.snapshot)
    try:
        return found.get(timeout=WAIT_S)
    except Empty:
        raise AssertionError(session.snapshot) from None
    finally:
        session.unobserve(changed, names="snapshot")
