"""The parts of full asset names."""

from __future__ import annotations

import re

_LEGACY = "projects/earthengine-legacy/assets"
_LEGACY_ROOT_PARTS = 2


def parents(name: str) -> tuple[str, list[str]]:
    """Give the root of an asset name, and the folders between it and the asset, outermost first.

    Legacy roots are ``users/NAME`` below ``projects/earthengine-legacy/assets`` (REST contract, section 9).
    """
    project, _, path = name.partition("/assets/")
    parts = path.split("/")[:-1]
    root = f"{project}/assets"
    if root == _LEGACY:
        root, parts = "/".join([root, *parts[:_LEGACY_ROOT_PARTS]]), parts[_LEGACY_ROOT_PARTS:]
    return root, ["/".join([root, *parts[: count + 1]]) for count in range(len(parts))]


def short(name: str) -> str:
    """Give what stands after ``assets/``; the full name of a root."""
    return name.partition("/assets/")[2] or name


def next_name(path: str) -> str:
    """Give the next name in a row: ``scene`` becomes ``scene_v2``, ``scene_v2`` becomes ``scene_v3``."""
    path = path.rstrip("/")
    match = re.fullmatch(r"(.*)_v(\d{1,6})", path)
    return f"{match[1]}_v{int(match[2]) + 1}" if match else f"{path}_v2"
