"""From a snapshot to the plain data of each panel; pure, and all words of the interface are here."""

from ee_export_widget.session.present.action import action
from ee_export_widget.session.present.advanced import advanced
from ee_export_widget.session.present.bands import bands
from ee_export_widget.session.present.bar import bar, strip
from ee_export_widget.session.present.destination import destination
from ee_export_widget.session.present.grid import grid, grid_head
from ee_export_widget.session.present.image import image
from ee_export_widget.session.present.map import map_view
from ee_export_widget.session.present.operations import operations
from ee_export_widget.session.present.preview import preview
from ee_export_widget.session.present.pyramid import pyramid

__all__ = [
    "action",
    "advanced",
    "bands",
    "bar",
    "destination",
    "grid",
    "grid_head",
    "image",
    "map_view",
    "operations",
    "preview",
    "pyramid",
    "strip",
]
