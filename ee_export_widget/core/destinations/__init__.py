"""Where an export can go: one module per destination, and the tuple that lists them in the form's order."""

from __future__ import annotations

from ee_export_widget.core.destinations.base import Destination, DestinationKind
from ee_export_widget.core.destinations.cloud_storage import CloudStorageDestination, TilePermissions
from ee_export_widget.core.destinations.drive import DriveDestination
from ee_export_widget.core.destinations.earth_engine import EarthEngineDestination

__all__ = [
    "DESTINATIONS",
    "CloudStorageDestination",
    "Destination",
    "DestinationKind",
    "DriveDestination",
    "EarthEngineDestination",
    "TilePermissions",
]

DESTINATIONS: tuple[type[Destination], ...] = (EarthEngineDestination, DriveDestination, CloudStorageDestination)
