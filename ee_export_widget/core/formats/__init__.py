"""File formats of an export: one module per format, and the tuple that lists them in the form's order."""

from __future__ import annotations

from ee_export_widget.core.formats.base import FormatOptions, GridDimensions, ImageFileFormat
from ee_export_widget.core.formats.geo_tiff import (
    GeoTiffImageExportOptions,
    Number,
    ResamplingMethod,
    TiffPyramidOptions,
)
from ee_export_widget.core.formats.tf_record import TfRecordImageExportOptions

__all__ = [
    "FORMATS",
    "FormatOptions",
    "GeoTiffImageExportOptions",
    "GridDimensions",
    "ImageFileFormat",
    "Number",
    "ResamplingMethod",
    "TfRecordImageExportOptions",
    "TiffPyramidOptions",
]

FORMATS: tuple[type[FormatOptions], ...] = (GeoTiffImageExportOptions, TfRecordImageExportOptions)
