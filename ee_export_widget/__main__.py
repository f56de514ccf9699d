"""Run the command line: ``python -m ee_export_widget``."""

from __future__ import annotations

import sys

from ee_export_widget.cli import main

if __name__ == "__main__":
    sys.exit(main())
