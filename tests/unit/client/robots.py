"""Service accounts, and the files in which their keys are handed out."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "robot@my-project.iam.gserviceaccount.com"


@functools.cache
def _private_key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind, layout = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return private.private_bytes(kind, layout, serialization.NoEncryption()).decode()


def service_account_key(project: str = "my-project") -> dict[str, Any]:
    """Give what stands in a key file, with a key that opens nothing."""
    return {
        "type": "service_account", "project_id": project, "private_key_id": "secret-key-id",
        "private_key": _private_key(), "client_email": ADDRESS, "token_uri": "http://127.0.0.1:9/token",
    }  # fmt: skip


def written(folder: Path, content: object) -> Path:
    """Write a key file."""
    path = folder / "key.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
