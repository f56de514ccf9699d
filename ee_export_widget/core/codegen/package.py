"""A request as Python code with this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.codegen.code import Code, expression_json, python_literal, python_text
from ee_export_widget.core.codegen.paths import entries
from ee_export_widget.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.codegen.code import Address

_HEAD = """\
import asyncio
{json}from concurrent.futures import ThreadPoolExecutor

from ee_export_widget import EarthEngineClient, ExportImageRequest

"""
_TAIL = """

async def export():
    async with EarthEngineClient({arguments}) as client:
        return await client.export_image(ExportImageRequest.from_json(body))


# In a thread of its own: a notebook has an event loop already.
with ThreadPoolExecutor(1) as pool:
    operation = pool.submit(asyncio.run, export()).result()
print(operation.name)
"""


def package_code(body: Mapping[str, Any], address: Address) -> Code:
    """Give Python code that submits a body with this package, in a script as in a notebook.

    Parameters
    ----------
    body
        The REST body; need not be complete.
    address
        Where it goes; credentials are found as the package finds them.
    """
    arguments = python_text(address.project)
    if not address.is_usual:
        arguments += f", base_url={python_text(address.base_url)}"
    tail = _TAIL.format(arguments=arguments)
    members = [f"    {python_text(name)}: {python_literal(body[name], 1)},\n" for name in body if name != "expression"]
    rest = f"{{\n{''.join(members)}}}"
    if "expression" not in body:
        return Code(f"{_HEAD.format(json='')}body = {rest}\n{tail}", stated=_stated)
    before = _HEAD.format(json="import json\n") + f'body = {rest}\nbody["expression"] = json.loads('
    return Code(before, f")\n{tail}", Expression.of(body["expression"]), _as_text, _stated)


def _stated(lines: list[str]) -> dict[int, str]:
    start = next(number for number, line in enumerate(lines) if line.startswith("body = "))
    end = next(number for number in range(start + 1, len(lines)) if lines[number][:1] != " ")
    members = {number: ".".join(names) for number, names in entries(lines, start + 1, end).items()}
    others = {
        number: path
        for number, line in enumerate(lines)
        for start_of_line, path in _OTHERS.items()
        if line.startswith(start_of_line)
    }
    return others | members


_OTHERS = {'body["expression"] = ': "expression", "    async with EarthEngineClient(": "project"}


def _as_text(expression: Expression) -> str:
    return python_text(expression_json(expression))
