"""The request as text: as JSON or code to take away, and back from what was typed, pasted or read from a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.addresses import GOOGLE
from ee_export_widget.core.codegen import Address, Code, client_code, curl_command, form_code, package_code
from ee_export_widget.core.estimate import compact_bytes
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.naming import clean_description
from ee_export_widget.core.reading import offset_of, parse_json
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import RequestTab, Snapshot

MOST_BYTES = 10_000_000
"""Longest text that the page may send: Jupyter's connection breaks off at 10 MiB in one message."""

EDITED_WHOLE = 200_000
"""Size of an expression, in bytes, up to which the editor shows it."""

_MOST_SAID = 5


def full_text(body: Mapping[str, Any]) -> str:
    """Give the whole body as people read it; empty where its expression is no JSON."""
    if "expression" in body and not Expression.of(body["expression"]).size_bytes:
        return ""
    try:
        return json.dumps(body, indent=2, ensure_ascii=False)
    except RecursionError:  # an expression that could just be encoded without being laid out
        return ""


def code_of(snapshot: Snapshot, tab: RequestTab) -> Code | None:
    """Give the code of a tab; None where there is no request to give it for."""
    body = snapshot.composed.body
    expression = body.get("expression")
    if expression is not None and not Expression.of(expression).size_bytes:
        return None
    address = Address(snapshot.project or "YOUR-PROJECT", snapshot.connection.base_url or GOOGLE)
    match tab:
        case "curl":
            return curl_command(body, address)
        case "python":
            return package_code(body, address)
        case _:
            request = snapshot.composed.request
            return client_code(request, address) if request is not None else None


def text_of(snapshot: Snapshot, tab: RequestTab) -> str:
    """Give all that a tab stands for, unfolded: what the copy button copies."""
    if tab == "json":
        return full_text(snapshot.composed.body)
    code = code_of(snapshot, tab)
    return code.text if code is not None else ""


def form_text(snapshot: Snapshot) -> str:
    """Give the code of a cell that shows this form again; empty where its expression is no JSON."""
    body = snapshot.composed.body
    if "expression" in body and not Expression.of(body["expression"]).size_bytes:
        return ""
    return form_code(body, Address(snapshot.project, snapshot.connection.base_url))


def editable_text(snapshot: Snapshot) -> str:
    """Give the body for the editor; words stand for an expression that is too long for it."""
    body = snapshot.composed.body
    expression = body.get("expression")
    if expression is None or 0 < Expression.of(expression).size_bytes <= EDITED_WHOLE:
        text = full_text(body)
        if text or expression is None:
            return text
    return json.dumps(dict(body) | {"expression": _stand_in(expression)}, indent=2, ensure_ascii=False)


def _stand_in(expression: Mapping[str, Any]) -> str:
    known = Expression.of(expression)
    return f"kept as it is: {known.node_count:,} nodes, {compact_bytes(known.size_bytes)}"


def file_name(snapshot: Snapshot) -> str:
    """Give the name under which the request is saved."""
    description = str(snapshot.composed.body.get("description", ""))
    return f"{clean_description(description).replace(':', '-').lstrip('._-') or 'export'}.json"


def read_text(snapshot: Snapshot, data: bytes, *, keep: str = "") -> ExportImageRequest:
    """Read a request from text.

    Parameters
    ----------
    snapshot
        The form that it is for: an expression that is the form's own stays the form's own.
    data
        JSON in UTF-8.
    keep
        Of ``assetExportOptions`` and ``fileExportOptions`` the one to keep where the text has both.

    Raises
    ------
    InvalidRequestError
        With all that keeps it from being a request, and the ``offset`` of the first of them.
    """
    body = parse_json(data)
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if not (keep and name in _EXCLUSIVE and name != keep)}
        own = snapshot.composed.body.get("expression")
        if own is not None and "expression" in body and _same(body["expression"], own):
            body["expression"] = own
    try:
        return ExportImageRequest.from_json(body)  # type: ignore[arg-type] # what is no mapping is refused in words
    except InvalidRequestError as error:
        error.offset = offset_of(data.decode("utf-8-sig"), error.problems[0].field)
        raise


def _same(given: object, own: Mapping[str, Any]) -> bool:
    """Tell whether an expression is the form's own, or the words that stood for it."""
    try:
        return given in (own, _stand_in(own))
    except RecursionError:  # too deep to be compared: then it is another one
        return False


_EXCLUSIVE = {"assetExportOptions": "Keep asset", "fileExportOptions": "Keep files"}


def refusal(error: InvalidRequestError, data: bytes) -> views.Refusal:
    """Say to the page why a text was not taken."""
    first, *others = error.problems
    said = [" ".join(filter(None, (problem.message, problem.hint))) for problem in others[:_MOST_SAID]]
    offset = -1
    if error.offset is not None:
        before = data.decode("utf-8-sig")[: error.offset]
        offset = len(before.encode("utf-16-le", "surrogatepass")) // 2
    both = first.code == "contradiction" and first.field in _EXCLUSIVE
    return {
        "strong": first.message, "text": " ".join(filter(None, (first.hint, *said))), "offset": offset,
        "keeps": [*_EXCLUSIVE.items()] if both else [],
    }  # fmt: skip
