"""The fingerprint of the sidebar extension: browsers keep its files for good, so its address changes with them.

    python -m tests.fingerprint

writes it, and the package's version, into the extension's package.json; a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import ee_export_widget

EXTENSION = Path(ee_export_widget.__file__).parent / "labextension"


def package_json() -> str:
    """Give the extension's package.json as it has to be."""
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    package["version"] = ee_export_widget.__version__
    package["jupyterlab"]["_build"]["load"] = f"static/remoteEntry.js?v={_fingerprint()}"
    return json.dumps(package, indent=2) + "\n"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted((EXTENSION / "static").iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    (EXTENSION / "package.json").write_text(package_json(), encoding="utf-8")
