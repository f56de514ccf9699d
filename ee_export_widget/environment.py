"""What processes of this package tell each other through the environment."""

from __future__ import annotations

EMULATOR_VARIABLE = "EE_EXPORT_WIDGET_EMULATOR"
"""Environment variable with the address of a local emulator that was started for a kernel: forms connect to it."""
