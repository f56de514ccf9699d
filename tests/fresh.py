"""What a statement does to an interpreter that has done nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def loaded_by(statement: str, libraries: Iterable[str]) -> set[str]:
    """Give those of some libraries that a statement imports."""
    code = f"import json, sys\n{statement}\nprint(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))"
    command = [sys.executable, "-c", code, *libraries]
    return {*json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)}
