"""What one export form knows and can do, without a screen and without HTTP."""

from ee_export_widget.session.preflight import Preflight
from ee_export_widget.session.session import ExportSession
from ee_export_widget.session.snapshot import Snapshot

__all__ = ["ExportSession", "Preflight", "Snapshot"]
