"""jsonschema without the grammars of address formats: they take a second to import, and nothing here needs them."""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # how Python marks what cannot be imported

import jsonschema  # noqa: E402 - hidden before

__all__ = ["jsonschema"]
