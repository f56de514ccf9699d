"""Values as value:compute answers them."""

from __future__ import annotations

import base64
import math
from typing import Any

from .errors import invalid
from .geometry import Geometry
from .image import Image, PixelType
from .objects import Collection, Date, Feature
from .raster.grid import Projection

MAX_PARTS = 1 << 20
"""Numbers, texts and so on that one answer holds; the service's limit is in bytes (100 MiB, usage guide)."""


def require_size(value: object) -> None:
    """Refuse a value whose lists and dictionaries, written out, would be too large.

    Raises
    ------
    ServiceError
        In the service's words. Lists that share their elements are small until they are written out.
    """
    if _parts(value, {}) > MAX_PARTS:
        raise invalid("Computed value is too large.")


def _parts(value: object, known: dict[int, int]) -> int:
    """Return of how many values one consists, looking only once at what appears several times."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        members = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_parts(member, known) for member in members)
    return known[id(value)]


def encode(value: object) -> Any:  # noqa: ANN401, PLR0911 - any JSON, one return per kind
    """Return a value as JSON.

    Raises
    ------
    ServiceError
        For functions, which have no value of their own.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, Image):
        return encode(value.describe())
    if isinstance(value, Collection):
        return _collection(value)
    if isinstance(value, Date | Feature | Geometry | PixelType | Projection):
        return encode(value.to_json())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): encode(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [encode(member) for member in value]
    raise invalid("The expression evaluates to something that has no JSON form.")


def _collection(collection: Collection) -> dict[str, Any]:
    images = collection.holds_images
    return {
        "type": "ImageCollection" if images else "FeatureCollection",
        "bands" if images else "columns": [] if images else {},
        "properties": encode(dict(collection.properties)),
        "features": [encode(element) for element in collection.elements],
    }
