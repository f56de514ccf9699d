"""A request as a curl command."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as url_part

from ee_export_widget.core.codegen.code import Code, Line
from ee_export_widget.core.codegen.literals import JSON, expression_json
from ee_export_widget.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    rest = {name: value for name, value in body.items() if name != "expression"}
    document = JSON.lines(rest)
    if "expression" in body:
        expression = Line('  "expression": ', "expression", Expression.of(body["expression"]), "," if rest else "")
        document = [Line("{"), expression, *(document[1:] if rest else [Line("}")])]
    return Code((*_command(address), *document, Line("JSON")), expression_json)


def _command(address: Address) -> Iterator[Line]:
    yield Line("curl --fail-with-body \\")
    if address.is_google:
        yield Line('  --header "Authorization: Bearer $(gcloud auth print-access-token)" \\')
    yield Line("  --header 'Content-Type: application/json' \\")
    if not address.is_local:
        yield Line(f"  --header {quote(f'x-goog-user-project: {_one_line(address.project)}')} \\")
    yield Line("  --data-binary @- \\")
    url = f"{address.base_url.rstrip('/')}/v1/projects/{url_part(address.project, safe='')}/image:export"
    yield Line(f"  {quote(url)} <<'JSON'", "project")


def _one_line(text: str) -> str:
    """Leave out what would end a header."""
    return "".join(character for character in text if character.isprintable())
