"""A request as the Python code of a form that is filled with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.core.codegen.literals import PYTHON, python_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.codegen.code import Address

_CODE = """\
from ee_export_widget import ExportWidget

form = ExportWidget({arguments})
{load}
form
"""


def form_code(body: Mapping[str, Any], address: Address) -> str:
    """Give the code of a notebook cell that shows a form with this very request.

    Parameters
    ----------
    body
        The REST body; need not be complete. Its request id is left out: one id stands for one export.
    address
        Where the form works; no project leaves the choice to the person.
    """
    arguments = f"project={python_text(address.project)}" if address.project else ""
    if address.base_url and not address.is_usual:
        arguments = ", ".join(filter(None, [arguments, f"base_url={python_text(address.base_url)}"]))
    rest = {name: value for name, value in body.items() if name != "requestId"}
    load = "\n".join(line.text for line in PYTHON.lines(rest, before="form.load(", after=")"))
    return _CODE.format(arguments=arguments, load=load)
