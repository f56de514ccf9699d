"""The discovery document, from which clients learn the methods."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_PROJECT = r"^projects/[^/]+$"
_PATTERNS = {
    "algorithms": _PROJECT,
    "assets": r"^projects/[^/]+/assets/.*$",
    "maps": r"^projects/[^/]+/maps/[^/]+$",
    "operations": r"^projects/[^/]+/operations/.*$",
    "thumbnails": r"^projects/[^/]+/thumbnails/[^/]+$",
}
_AUTH = "https://www.googleapis.com/auth/"
_SCOPES = [f"{_AUTH}{name}" for name in ("earthengine", "cloud-platform", "devstorage.full_control")]
_COMMON_PARAMETERS = (
    "$.xgafv",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
)
_PAGES = ("pageSize", "pageToken")


class _Entry(NamedTuple):
    """One method: how clients call it, and where it lies."""

    name: str
    verb: str
    path: str
    request: str = ""
    response: str = "Empty"
    query: tuple[str, ...] = ()


_METHODS = (
    _Entry("projects.getConfig", "GET", "v1/{+name}", response="ProjectConfig"),
    _Entry("projects.listAssets", "GET", "v1/{+parent}:listAssets", response="ListAssetsResponse", query=_PAGES),
    _Entry("projects.algorithms.list", "GET", "v1/{+parent}/algorithms", response="ListAlgorithmsResponse"),
    _Entry(
        "projects.assets.create",
        "POST",
        "v1/{+parent}/assets",
        "EarthEngineAsset",
        "EarthEngineAsset",
        ("assetId", "overwrite"),
    ),
    _Entry("projects.assets.delete", "DELETE", "v1/{+name}"),
    _Entry("projects.assets.getPixels", "POST", "v1/{+name}:getPixels", "GetPixelsRequest", "HttpBody"),
    _Entry("projects.assets.get", "GET", "v1/{+name}", response="EarthEngineAsset"),
    _Entry(
        "projects.assets.listAssets",
        "GET",
        "v1/{+parent}:listAssets",
        response="ListAssetsResponse",
        query=(*_PAGES, "filter", "view"),
    ),
    _Entry(
        "projects.assets.testIamPermissions",
        "POST",
        "v1/{+resource}:testIamPermissions",
        "TestIamPermissionsRequest",
        "TestIamPermissionsResponse",
    ),
    _Entry(
        "projects.image.computePixels", "POST", "v1/{+project}/image:computePixels", "ComputePixelsRequest", "HttpBody"
    ),
    _Entry("projects.image.export", "POST", "v1/{+project}/image:export", "ExportImageRequest", "Operation"),
    _Entry("projects.maps.create", "POST", "v1/{+parent}/maps", "EarthEngineMap", "EarthEngineMap", ("workloadTag",)),
    _Entry("projects.maps.tiles.get", "GET", "v1/{+parent}/tiles/{zoom}/{x}/{y}", response="HttpBody"),
    _Entry("projects.operations.cancel", "POST", "v1/{+name}:cancel", "CancelOperationRequest"),
    _Entry("projects.operations.delete", "DELETE", "v1/{+name}"),
    _Entry("projects.operations.get", "GET", "v1/{+name}", response="Operation"),
    _Entry(
        "projects.operations.list",
        "GET",
        "v1/{+name}/operations",
        response="ListOperationsResponse",
        query=(*_PAGES, "filter"),
    ),
    _Entry("projects.operations.wait", "POST", "v1/{+name}:wait", "WaitOperationRequest", "Operation"),
    _Entry("projects.thumbnails.create", "POST", "v1/{+parent}/thumbnails", "Thumbnail", "Thumbnail", ("workloadTag",)),
    _Entry("projects.thumbnails.getPixels", "GET", "v1/{+name}:getPixels", response="HttpBody"),
    _Entry(
        "projects.value.compute", "POST", "v1/{+project}/value:compute", "ComputeValueRequest", "ComputeValueResponse"
    ),
)


def discovery_document(base_url: str) -> dict[str, Any]:
    """Return the description of this service in Google's discovery format.

    Parameters
    ----------
    base_url
        Where it is reached, without a slash at the end.
    """
    resources: dict[str, Any] = {}
    for entry in _METHODS:
        *parents, name = entry.name.split(".")
        level: dict[str, Any] = {"resources": resources}
        for parent in parents:
            level = level.setdefault("resources", {}).setdefault(parent, {})
        level.setdefault("methods", {})[name] = _method(entry)
    messages = {name for entry in _METHODS for name in (entry.request, entry.response) if name}
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "earthengine:v1",
        "name": "earthengine",
        "version": "v1",
        "title": "Local Earth Engine",
        "protocol": "rest",
        "rootUrl": f"{base_url}/",
        "servicePath": "",
        "baseUrl": f"{base_url}/",
        "batchPath": "batch",
        "auth": {"oauth2": {"scopes": {scope: {"description": scope.rpartition("/")[2]} for scope in _SCOPES}}},
        "parameters": {name: {"type": "string", "location": "query"} for name in _COMMON_PARAMETERS},
        "schemas": {name: _schema(name) for name in sorted(messages)},
        "resources": resources,
    }


def _schema(name: str) -> dict[str, Any]:
    """Return as much of a message as clients look at: lists that come in pages."""
    properties = {"nextPageToken": {"type": "string"}} if name.startswith("List") else {}
    return {"id": name, "type": "object", "properties": properties}


def _method(entry: _Entry) -> dict[str, Any]:
    """Return the description of one method."""
    in_path = re.findall(r"{\+?(\w+)}", entry.path)
    parameters: dict[str, Any] = {name: {"type": "string", "location": "path", "required": True} for name in in_path}
    parameters[in_path[0]]["pattern"] = _pattern(entry)
    parameters |= {name: {"type": "string", "location": "query"} for name in entry.query}
    method: dict[str, Any] = {
        "id": f"earthengine.{entry.name}",
        "httpMethod": entry.verb,
        "path": entry.path,
        "flatPath": entry.path,
        "parameterOrder": in_path,
        "parameters": parameters,
        "response": {"$ref": entry.response},
        "scopes": _SCOPES,
    }
    if entry.request:
        method["request"] = {"$ref": entry.request}
    return method


def _pattern(entry: _Entry) -> str:
    """Return what the first part of a method's path looks like."""
    if entry.name == "projects.getConfig":
        return r"^projects/[^/]+/config$"
    about_project = entry.name.rpartition(".")[2] in {"create", "list", "compute", "computePixels", "export"}
    resource = entry.name.split(".")[1]
    return _PROJECT if about_project else _PATTERNS.get(resource, _PROJECT)
