"""A request as code that other people run: curl, this package, the official client.

No code contains a token: it asks for one where it runs.
"""

from __future__ import annotations

from ee_export_widget.core.codegen.client import client_code
from ee_export_widget.core.codegen.code import Address, Code
from ee_export_widget.core.codegen.curl import curl_command
from ee_export_widget.core.codegen.form import form_code
from ee_export_widget.core.codegen.package import package_code

__all__ = ["Address", "Code", "client_code", "curl_command", "form_code", "package_code"]
