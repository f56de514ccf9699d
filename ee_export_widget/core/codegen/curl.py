"""A request as a curl command."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as url_part

from ee_export_widget.core.codegen.code import Code, expression_json, json_text
from ee_export_widget.core.codegen.paths import entries
from ee_export_widget.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.codegen.code import Address


def curl_command(body: Mapping[str, Any], address: Address) -> Code:
    """Give the command for a POSIX shell that sends a body.

    The body stands in a quoted here-document, in which the shell reads nothing but its end; a line of JSON
    cannot be that end. So no name can become a command, and no body is too long for an argument.

    Parameters
    ----------
    body
        The REST body; need not be complete.
    address
        Where it goes. The command for one of Google's hosts asks gcloud for a token.
    """
    url = f"{address.base_url.rstrip('/')}/v1/projects/{url_part(address.project, safe='')}/image:export"
    headers = ["--header 'Content-Type: application/json'"]
    if address.is_google:
        headers.insert(0, '--header "Authorization: Bearer $(gcloud auth print-access-token)"')
    if not address.is_local:
        headers.append(f"--header {quote(f'x-goog-user-project: {_one_line(address.project)}')}")
    lines = ["curl --fail-with-body", *headers, "--data-binary @-", f"{quote(url)} <<'JSON'"]
    rest = {name: value for name, value in body.items() if name != "expression"}
    text = json_text(rest, indent=2)
    before, after = " \\\n  ".join(lines) + "\n", f"{text}\nJSON\n"
    if "expression" not in body:
        return Code(before + after, stated=_stated)
    start = '{\n  "expression": '
    after = (f",{text.removeprefix('{')}" if rest else "\n}") + "\nJSON\n"
    return Code(before + start, after, Expression.of(body["expression"]), expression_json, _stated)


def _stated(lines: list[str]) -> dict[int, str]:
    start = next(number for number, line in enumerate(lines) if line.endswith("<<'JSON'"))
    members = {number: ".".join(names) for number, names in entries(lines, start + 2, len(lines) - 2).items()}
    return {start: "project", **members}


def _one_line(text: str) -> str:
    """Leave out what would end a header."""
    return "".join(character for character in text if character.isprintable())
