"""How long a person waits for the first line of the notebook."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

LIMIT = 1.25
ROUNDS = 3
"""The first may have to compile, which the median leaves out."""

LIBRARIES = "import ipywidgets, ipyleaflet, httpx, google.auth"
OURS = "import ee_export_widget; ee_export_widget.ExportWidget"


def _cpu_seconds(statement: str) -> float:
    """Run a statement in a fresh interpreter; user and system time of it alone, start-up not counted."""
    code = (
        f"import sys, time; start = time.process_time(); {statement}; sys.stdout.write(str(time.process_time()-start))"
    )
    # Compiled modules are kept between rounds, as they are for any user.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    return float(run.stdout)


def test_import_costs_little_more_than_the_libraries_it_needs() -> None:
    """Importing the widget takes at most a quarter more CPU time than importing what it is built on."""
    pairs = [(_cpu_seconds(LIBRARIES), _cpu_seconds(OURS)) for _ in range(ROUNDS)]
    libraries, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert ours <= LIMIT * libraries, f"{ours:.2f} s against {libraries:.2f} s"
