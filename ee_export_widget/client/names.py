"""Resource names: checked where they come in, percent-encoded where they enter a URL."""

from __future__ import annotations

import re
from urllib.parse import quote

from ee_export_widget.core.naming import quoted
from ee_export_widget.errors import InvalidRequestError

_PROJECT = re.compile(r"([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]|[0-9]+")
_OPERATION = re.compile(r"projects/[^/]+/operations/.+", re.DOTALL)
_ASSET = re.compile(r"projects/[^/]+/assets/.+", re.DOTALL)
_ASSET_ROOT = re.compile(r"(projects/[^/]+)/assets/?")


def project_id(project: str) -> str:
    """Check a project id or number, given with or without ``projects/`` in front, and give it without.

    The pattern is the one of the official Python client 1.7.50; ids have 6 to 30 characters.

    Raises
    ------
    InvalidRequestError
        Where it is none.
    """
    text = project.removeprefix("projects/") if isinstance(project, str) else ""
    if not _PROJECT.fullmatch(text):
        raise InvalidRequestError.of(
            "project",
            "project-malformed",
            f"{quoted(project)} is not a project.",
            "A project is an ID of 6 to 30 lower-case letters, digits and “-”, such as my-project, or a number.",
        )
    return text


def operation_name(name: str) -> str:
    """Check that a name is one of an operation, and give it verbatim.

    Raises
    ------
    InvalidRequestError
        Where it is none.
    """
    if not isinstance(name, str) or not _OPERATION.fullmatch(name):
        raise InvalidRequestError.of(
            "name",
            "operation-name-malformed",
            f"{quoted(name)} is not the name of an operation.",
            "Use Operation.name as the service gave it: projects/P/operations/ID.",
        )
    return name


def asset_name(asset_id: str) -> str:
    """Give the full name of an asset, by the rules of the official client.

    Full names and roots (``projects/P/assets``) stay, ``users/...`` and ``projects/...`` are legacy assets,
    everything else stands in the public catalogue.

    Raises
    ------
    InvalidRequestError
        Where there is nothing to name.
    """
    if not isinstance(asset_id, str) or not asset_id.strip():
        raise _malformed(asset_id)
    if root := _ASSET_ROOT.fullmatch(asset_id):
        return f"{root[1]}/assets"
    if _ASSET.fullmatch(asset_id):
        return asset_id
    owner = "legacy" if asset_id.split("/", maxsplit=1)[0] in {"users", "projects"} else "public"
    return f"projects/earthengine-{owner}/assets/{asset_id}"


def asset_parent(name: str) -> str:
    """Give what ``:listAssets`` is asked of: a folder, or the project whose root it is."""
    full = name if re.fullmatch(r"projects/[^/]+", name) else asset_name(name)
    return full.removesuffix("/assets") if _ASSET_ROOT.fullmatch(full) else full


def split_asset_name(name: str) -> tuple[str, str]:
    """Split an asset name into the project's part ``projects/P`` and the asset id.

    Raises
    ------
    InvalidRequestError
        Where it has no such parts.
    """
    full = asset_name(name)
    parent, _, asset_id = full.partition("/assets/")
    if not asset_id:
        raise _malformed(name)
    return parent, asset_id


def url_path(name: str, verb: str = "") -> str:
    """Give the path of a URL for a resource name, and a custom verb such as ``:cancel``.

    Each segment is percent-encoded but for unreserved characters, so that nothing in a name can
    change which resource or method is addressed (google.api.http asks for exactly this).

    Raises
    ------
    InvalidRequestError
        Where a segment is empty, ``.`` or ``..``, or is no valid text.
    """
    segments = name.split("/")
    try:
        encoded = "/".join(quote(segment, safe="") for segment in segments)
    except UnicodeEncodeError:
        raise _malformed(name) from None
    if {"", ".", ".."}.intersection(segments):
        raise _malformed(name)
    return f"/v1/{encoded}{verb}"


def _malformed(name: object) -> InvalidRequestError:
    return InvalidRequestError.of(
        "name",
        "name-malformed",
        f"{quoted(name)} is not a name that the service could know.",
        "Names look like projects/my-project/assets/folder/name, without empty parts.",
    )
