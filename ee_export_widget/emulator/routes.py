"""The REST methods: one function each, from a request to its answer."""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from .assets import asset_missing
from .discovery import discovery_document
from .errors import ServiceError, Violation, invalid
from .faults import (
    BareMetadata,
    EmptyList,
    LateCancel,
    RefuseGrid,
    ShortPage,
    StrangeMetadata,
    fault_from_json,
)
from .pixels import ZIPPED, Picture, compute_pixels, render_tile, zip_pixels
from .schema import read_asset_name, read_request
from .values import encode, require_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .engine import Engine

    Answer = dict[str, Any] | Picture

_LOADED = {"result": "0", "values": {"0": {"constantValue": None}}}
_MAX_PAGE = 1000
_MAX_BASIC_PAGE = 10_000
_DEFAULT_PAGE = 500
_BEFORE_ALL = 10**17


@dataclass(frozen=True)
class Call:
    """A request as the methods see it.

    Attributes
    ----------
    path
        Parts of the address by name.
    query
        Query parameters; the last of each.
    body
        Bytes as they came.
    base_url
        Where this emulator is reached.
    """

    path: Mapping[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""


class Method(NamedTuple):
    """One REST method: its name for faults, HTTP verb, address, and what answers."""

    name: str
    verb: str
    path: str
    answer: Callable[[Engine, Call], Answer]


def _again_when_aborted(answer: Callable[[Engine, Call], Answer]) -> Callable[[Engine, Call], Answer]:
    """Return an answer that is worked out a second time where an asset was replaced while it was read."""

    @wraps(answer)
    def steady(engine: Engine, call: Call) -> Answer:
        try:
            return answer(engine, call)
        except ServiceError as error:
            if error.status != "ABORTED":
                raise
        return answer(engine, call)

    return steady


def _export_image(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "ExportImageRequest")
    if "grid" in request and engine.faults.take(RefuseGrid, "image:export"):
        text = 'Invalid JSON payload received. Unknown name "grid": Cannot find field.'
        raise invalid(text, Violation("", text))
    destination = request.get("assetExportOptions", {}).get("earthEngineDestination")
    if destination is not None:
        name = read_asset_name(destination["name"])
        if name.startswith("projects/earthengine-public/"):
            raise asset_missing(name)
        engine.assets.require_parent(name)
    return _shown(engine, "image:export", engine.operations.submit(call.path["project"], request))


def _get_operation(engine: Engine, call: Call) -> Answer:
    return _shown(engine, "operations.get", engine.operations.get(_operation(call)))


def _list_operations(engine: Engine, call: Call) -> Answer:
    if engine.faults.take(EmptyList, "operations.list"):
        return {}
    before = _read_token(call.query.get("pageToken", ""))
    short = engine.faults.take(ShortPage, "operations.list")
    limit = _page_size(call) if short is None else min(short.size, _page_size(call))
    if not limit:
        return {"nextPageToken": _write_token(before or _BEFORE_ALL)}
    found, following = engine.operations.page(call.path["project"], before=before, limit=limit)
    answer: dict[str, Any] = {}
    if found:
        answer["operations"] = [_shown(engine, "operations.list", each) for each in found]
    if following is not None:
        answer["nextPageToken"] = _write_token(following)
    return answer


def _cancel_operation(engine: Engine, call: Call) -> Answer:
    read_request(call.body, "Empty")
    too_late = engine.faults.take(LateCancel, "operations.cancel") is not None
    engine.operations.cancel(_operation(call), too_late=too_late)
    return {}


def _wait_operation(engine: Engine, call: Call) -> Answer:
    """Answer at once: the service, too, may come back before the time is over."""
    read_request(call.body, "WaitOperationRequest")
    return _shown(engine, "operations.wait", engine.operations.get(_operation(call)))


def _delete_operation(engine: Engine, call: Call) -> Answer:
    engine.operations.delete(_operation(call))
    return {}


@_again_when_aborted
def _compute_value(engine: Engine, call: Call) -> Answer:
    value = engine.value(read_request(call.body, "ComputeValueRequest")["expression"])
    require_size(value)
    return {"result": encode(value)}


@_again_when_aborted
def _compute_pixels(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "ComputePixelsRequest")
    return compute_pixels(engine.image(request["expression"]), request)


def _create_map(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "EarthEngineMap")
    if "expression" not in request:
        message = "Missing required field 'expression'."
        raise invalid(message, Violation("expression", message))
    engine.image(request["expression"])
    name = f"projects/{call.path['project']}/maps/{secrets.token_hex(16)}-{secrets.token_hex(16)}"
    engine.store.add_map(name, request)
    return request | {"name": name}


@_again_when_aborted
def _tile(engine: Engine, call: Call) -> Answer:
    name = f"projects/{call.path['project']}/maps/{call.path['map']}"
    request = engine.store.map(name)
    if request is None:
        raise ServiceError("NOT_FOUND", f"Map '{name}' not found.")
    try:
        place = [int(call.path[part]) for part in ("zoom", "x", "y")]
    except ValueError as error:
        raise invalid("A tile is addressed by three whole numbers.") from error
    return render_tile(engine.image(request["expression"]), request, *place)


def _create_thumbnail(engine: Engine, call: Call) -> Answer:
    asked = json.loads(call.body or b"{}")
    zipped = isinstance(asked, dict) and asked.get("fileFormat") in ZIPPED
    own = {"filenamePrefix", "fileFormat"} if zipped else {"filenamePrefix"}  # members that only thumbnails have
    request = read_request(call.body, "ComputePixelsRequest", ignored=own)
    if zipped:
        request |= {name: str(asked[name]) for name in own if asked.get(name)}
    engine.image(request["expression"])
    name = f"projects/{call.path['project']}/thumbnails/{secrets.token_hex(16)}-{secrets.token_hex(16)}"
    engine.store.add_map(name, request)
    return {"name": name}


@_again_when_aborted
def _thumbnail_pixels(engine: Engine, call: Call) -> Answer:
    name = f"projects/{call.path['project']}/thumbnails/{call.path['thumbnail']}"
    request = engine.store.map(name)
    if request is None:
        raise ServiceError("NOT_FOUND", f"Thumbnail '{name}' not found.")
    image = engine.image(request["expression"])
    return zip_pixels(image, request) if request.get("fileFormat") in ZIPPED else compute_pixels(image, request)


@_again_when_aborted
def _asset_pixels(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "ComputePixelsRequest", given={"expression": _LOADED})
    return compute_pixels(engine.assets.load(_asset(call)), request)


def _get_asset(engine: Engine, call: Call) -> Answer:
    return engine.assets.get(_asset(call))


def _list_assets(engine: Engine, call: Call) -> Answer:
    basic = call.query.get("view") == "BASIC"
    found = engine.assets.children(_asset(call), basic=basic)
    start = _read_token(call.query.get("pageToken", "")) or 0
    end = start + _page_size(call, _MAX_BASIC_PAGE if basic else _MAX_PAGE)
    answer: dict[str, Any] = {"assets": found[start:end]} if found[start:end] else {}
    if end < len(found):
        answer["nextPageToken"] = _write_token(end)
    return answer


def _create_asset(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "EarthEngineAsset")
    root = f"projects/{call.path['project']}/assets"
    asset_id = call.query.get("assetId") or request.get("name", "").removeprefix(f"{root}/")
    return engine.assets.create(f"{root}/{asset_id}", request.get("type", ""), request.get("properties"))


def _delete_asset(engine: Engine, call: Call) -> Answer:
    engine.assets.delete(_asset(call))
    return {}


def _test_permissions(engine: Engine, call: Call) -> Answer:
    request = read_request(call.body, "TestIamPermissionsRequest")
    known = engine.assets.exists(_asset(call).rstrip("/"))
    granted = [name for name in request["permissions"] if known and name.startswith("earthengine.")]
    return {"permissions": granted} if granted else {}


def _get_config(_: Engine, call: Call) -> Answer:
    return {"name": f"projects/{call.path['project']}/config", "registrationState": "REGISTERED_NOT_COMMERCIALLY"}


def _list_algorithms(_: Engine, __: Call) -> Answer:
    from .algorithms import offered

    return {"algorithms": [algorithm.to_json() for algorithm in offered()]}


def _discovery(_: Engine, call: Call) -> Answer:
    return discovery_document(call.base_url)


def _list_faults(engine: Engine, _: Call) -> Answer:
    return {"faults": engine.faults.to_json()}


def _add_faults(engine: Engine, call: Call) -> Answer:
    try:
        document = json.loads(call.body)
    except ValueError as error:
        raise invalid("Faults are scripted in JSON.") from error
    messages = document["faults"] if isinstance(document, dict) and "faults" in document else document
    faults = [fault_from_json(message) for message in (messages if isinstance(messages, list) else [messages])]
    engine.faults.add(*faults)
    return _list_faults(engine, call)


def _clear_faults(engine: Engine, call: Call) -> Answer:
    engine.faults.clear()
    return _list_faults(engine, call)


_PROJECT = "/v1/projects/{project}"
_OPERATION = f"{_PROJECT}/operations/{{operation:path}}"
_ASSET = f"{_PROJECT}/assets/{{asset:path}}"

METHODS = (
    Method("image:export", "POST", f"{_PROJECT}/image:export", _export_image),
    Method("image:computePixels", "POST", f"{_PROJECT}/image:computePixels", _compute_pixels),
    Method("value:compute", "POST", f"{_PROJECT}/value:compute", _compute_value),
    Method("operations.list", "GET", f"{_PROJECT}/operations", _list_operations),
    Method("operations.cancel", "POST", f"{_OPERATION}:cancel", _cancel_operation),
    Method("operations.wait", "POST", f"{_OPERATION}:wait", _wait_operation),
    Method("operations.get", "GET", _OPERATION, _get_operation),
    Method("operations.delete", "DELETE", _OPERATION, _delete_operation),
    Method("maps.create", "POST", f"{_PROJECT}/maps", _create_map),
    Method("maps.tiles", "GET", f"{_PROJECT}/maps/{{map}}/tiles/{{zoom}}/{{x}}/{{y}}", _tile),
    Method("thumbnails.create", "POST", f"{_PROJECT}/thumbnails", _create_thumbnail),
    Method("thumbnails.getPixels", "GET", f"{_PROJECT}/thumbnails/{{thumbnail}}:getPixels", _thumbnail_pixels),
    Method("assets.getPixels", "POST", f"{_ASSET}:getPixels", _asset_pixels),
    Method("assets.list", "GET", f"{_ASSET}:listAssets", _list_assets),
    Method("assets.list", "GET", f"{_PROJECT}:listAssets", _list_assets),
    Method("assets.list", "GET", f"{_PROJECT}/assets:listAssets", _list_assets),
    Method("assets.testIamPermissions", "POST", f"{_ASSET}:testIamPermissions", _test_permissions),
    Method("assets.testIamPermissions", "POST", f"{_PROJECT}/assets:testIamPermissions", _test_permissions),
    Method("assets.get", "GET", f"{_PROJECT}/assets", _get_asset),
    Method("assets.get", "GET", _ASSET, _get_asset),
    Method("assets.create", "POST", f"{_PROJECT}/assets", _create_asset),
    Method("assets.delete", "DELETE", _ASSET, _delete_asset),
    Method("config.get", "GET", f"{_PROJECT}/config", _get_config),
    Method("algorithms.list", "GET", f"{_PROJECT}/algorithms", _list_algorithms),
    Method("discovery", "GET", "/$discovery/rest", _discovery),
    Method("", "GET", "/emulator/faults", _list_faults),
    Method("", "POST", "/emulator/faults", _add_faults),
    Method("", "DELETE", "/emulator/faults", _clear_faults),
)
"""Every method; the more specific address first where two would fit. Those without a name meet no faults."""


def _operation(call: Call) -> str:
    return f"projects/{call.path['project']}/operations/{call.path['operation']}"


def _asset(call: Call) -> str:
    root = f"projects/{call.path['project']}/assets"
    return f"{root}/{call.path['asset']}" if call.path.get("asset") else root


def _shown(engine: Engine, method: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return an operation as it is sent, stranger or poorer where that was scripted."""
    strange = engine.faults.take(StrangeMetadata, method)
    if strange is not None:
        grown = {"state": strange.state, "carbonFootprintGrams": 1.5, "successors": []}
        return document | {"metadata": document["metadata"] | grown, "labels": {"a": "b"}}
    if engine.faults.take(BareMetadata, method) is None:
        return document
    kept = {key: value for key, value in document["metadata"].items() if key not in {"state", "updateTime"}}
    return document | {"metadata": kept}


def _page_size(call: Call, most: int = _MAX_PAGE) -> int:
    text = call.query.get("pageSize", "")
    if text and not re.fullmatch(r"\d{1,9}", text):
        raise invalid(f"Invalid value at 'page_size' (TYPE_INT32), \"{text}\"")
    return min(int(text or 0) or _DEFAULT_PAGE, most)


def _write_token(place: int) -> str:
    """Return a page token; no two are equal, so that a client which looks for circles sees none."""
    return base64.urlsafe_b64encode(f"place:{place}:{secrets.token_hex(4)}".encode()).decode()


def _read_token(token: str) -> int | None:
    """Return the place that a page token stands for, `None` for the first page."""
    if not token:
        return None
    try:
        return int(re.fullmatch(rb"place:(\d{1,18}):[0-9a-f]{8}", base64.urlsafe_b64decode(token))[1])  # type: ignore[index]
    except (ValueError, TypeError) as error:
        raise invalid("Invalid page token.") from error
