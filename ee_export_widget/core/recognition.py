"""Whether an operation may be what a request has started: operations echo no request id (REST contract, section 11)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import unquote

from ee_export_widget.core.operation import DEFAULT_PRIORITY

if TYPE_CHECKING:
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.request import ExportImageRequest

Verdict: TypeAlias = Literal["yes", "perhaps", "no"]


def may_be_of(operation: Operation, request: ExportImageRequest | None) -> Verdict:
    """Tell whether an operation is what a request has started, by what it says of itself.

    Description and time, by which it was found, may be those of somebody else's export. What it says of its
    destination decides, where it says anything: an asset is written by one export, folders and buckets by many.

    Parameters
    ----------
    operation
        Found by its description and the time of its creation.
    request
        What was sent; None where that is not known any more.
    """
    if request is None:
        return "perhaps"
    if operation.priority not in {DEFAULT_PRIORITY, request.priority or 0}:
        return "no"
    # The files of a local service lie wherever its folder is: their paths name no destination.
    links = " ".join(unquote(uri) for uri in operation.destination_uris if not uri.startswith("file:"))
    asset, bucket = _asset(request), _bucket(request)
    if asset and "/assets/" in links:
        return "yes" if re.search(rf"{re.escape(asset)}(?![\w/-])", links) else "no"
    if bucket and links:
        return "perhaps" if bucket in re.split(r"[/?#=&:\s]", links) else "no"
    return "perhaps"


def _asset(request: ExportImageRequest) -> str:
    options = request.asset_export_options
    target = options.earth_engine_destination if options is not None else None
    return (target and target.name) or ""


def _bucket(request: ExportImageRequest) -> str:
    options = request.file_export_options
    target = options.cloud_storage_destination if options is not None else None
    return (target and target.bucket) or ""
