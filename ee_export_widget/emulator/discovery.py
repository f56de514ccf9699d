"""The discovery document, from which clients learn the methods."""

from __future__ import annotations

from typing import Any


def discovery_document(base_url: str) -> dict[str, Any]:
    """Return the description of this service.

    Parameters
    ----------
    base_url
        Where it is reached, without a slash at the end.
    """
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
        "resources": {},
    }
