"""A request as Python code with this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.codegen.code import Code, Line, plain
from ee_export_widget.core.codegen.literals import PYTHON, expression_python, python_text
from ee_export_widget.core.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ee_export_widget.core.codegen.code import Address

_IMPORTS = """\
from concurrent.futures import ThreadPoolExecutor

from ee_export_widget import EarthEngineClient, ExportImageRequest

"""
_REST = """\
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
    return Code(tuple(_lines(body, address)), expression_python)


def _lines(body: Mapping[str, Any], address: Address) -> Iterator[Line]:
    yield Line("import asyncio")
    if "expression" in body:
        yield Line("import json")
    yield from plain(_IMPORTS)
    yield Line("body = {")
    for name, value in body.items():
        if name != "expression":
            yield from PYTHON.lines(value, name, "    ", before=f"    {python_text(name)}: ", after=",")
    yield Line("}")
    if "expression" in body:
        yield Line('body["expression"] = json.loads(', "expression", Expression.of(body["expression"]), ")")
    yield from plain("\n\nasync def export():")
    arguments = python_text(address.project)
    if not address.is_usual:
        arguments += f", base_url={python_text(address.base_url)}"
    yield Line(f"    async with EarthEngineClient({arguments}) as client:", "project")
    yield from plain(_REST)
