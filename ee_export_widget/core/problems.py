"""The checks of a whole request: one function each, and the tuple that lists them.

A check takes the request and what is known of the image, and yields what it finds. Rules of a single
field stand in the field's annotation, rules inside one message in that message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from pydantic.alias_generators import to_camel

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS, PIXELS_CEILING, compact_bytes, fitting_max_pixels
from ee_export_widget.core.folding import unfold
from ee_export_widget.core.grid.partial_grid import complete_grid_problems
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.naming import is_crs_code, nearest, quoted
from ee_export_widget.core.pyramiding import AVERAGING
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.request import ExportImageRequest
    from ee_export_widget.errors import Severity

MAX_BODY_BYTES = 10_485_760
"""Largest body that the service takes (service guide)."""

TOO_LARGE = "body-too-large"

PRIORITIES = range(10_000)
DEFAULT_PRIORITY = 100
"""What the service uses where priority is not set (service reference)."""

Check: TypeAlias = "Callable[[ExportImageRequest, ImageInfo | None], Iterator[Problem]]"

_SEVERITIES = ("error", "warning", "info")
_GENEROUS = 100
_MOST_GUESSES = 5
_MOST_NAMES = 3
_OVERRIDES = "assetExportOptions.pyramidingPolicyOverrides"
GRID_FUNCTION = "Image.clipToBoundsAndScale"
"""With this at the end of an expression, the official client gives the grid."""


def problems_of(request: ExportImageRequest, image: ImageInfo | None) -> list[Problem]:
    """Run all checks; errors come first, otherwise in the order of the checks."""
    found = [problem for check in CHECKS for problem in check(request, image)]
    return sorted(dict.fromkeys(found), key=lambda problem: _SEVERITIES.index(problem.severity))


def expression(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check that there is an expression and that its structure is sound."""
    if request.expression is None:
        yield Problem("expression", "expression-missing", "error", "There is no image to export.", "Choose an image.")
    else:
        yield from request.expression.problems


def grid(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check that there is a grid, here or at the end of the expression."""
    if isinstance(request.grid, PixelGrid):
        yield from complete_grid_problems(request.grid, "grid")
    if request.grid is not None:
        return
    if request.expression is not None and request.expression.result_function == GRID_FUNCTION:
        message = "The grid is part of the expression, as the official client sends it."
        yield Problem("grid", "grid-in-expression", "info", message)
        return
    source = image.source_grid if image else None
    if source is not None:
        size = f"{source.width:,} × {source.height:,} px"
        message = f"Without a grid the whole image is exported in its own projection: {size}."
        hint = "Use the image footprint, or draw a region."
    elif image is not None and not image.is_bounded:
        message, hint = "The export needs a grid: this image has no bounds.", "Draw a region and choose a pixel size."
    else:
        message, hint = "The export has no grid.", "Use the image footprint, or draw a region."
    yield Problem("grid", "grid-missing", "error", message, hint)


def whole_grid(request: ExportImageRequest) -> PixelGrid | None:
    """Give the complete grid of a request: its own, or the one that is folded into the expression."""
    if isinstance(request.grid, PixelGrid):
        return request.grid
    unfolded = unfold(request.expression) if request.grid is None and request.expression is not None else None
    return unfolded[1] if unfolded else None


def pixel_count(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check the pixels of the grid against maxPixels, with a border to spare, and against what anybody may."""
    grid = whole_grid(request)
    if grid is None:
        return
    allowed = DEFAULT_MAX_PIXELS if request.max_pixels is None else request.max_pixels
    fitting = fitting_max_pixels(grid.width, grid.height)
    if grid.pixel_count > PIXELS_CEILING:
        message = f"{grid.pixel_count:,} pixels; an export has {PIXELS_CEILING:,} at most."
        yield Problem(
            "grid.dimensions", "pixels-above-ceiling", "error", message, "Coarsen the scale, or split the region."
        )
    elif allowed < 1:
        return  # said by the rule of the field
    elif grid.pixel_count > allowed:
        message = f"{grid.pixel_count:,} pixels are more than maxPixels allows ({allowed:,}).{_finer(grid, image)}"
        hint = f"Coarsen the scale, or raise maxPixels to {fitting:,}."
        yield Problem("maxPixels", "too-many-pixels", "error", message, hint)
    elif (grid.width + 2) * (grid.height + 2) > allowed:
        message = f"maxPixels ({allowed:,}) leaves no room for a border of one pixel, which the service may count."
        yield Problem("maxPixels", "max-pixels-tight", "warning", message, f"Raise maxPixels to {fitting:,}.")


def _finer(grid: PixelGrid, image: ImageInfo | None) -> str:
    """Say that the pixels are finer than the source's, where both are in the same CRS."""
    source = image.source_grid if image else None
    if source is None or source.crs_text != grid.crs_text:
        return ""
    ours, theirs = abs(grid.affine_transform.scale_x), abs(source.affine_transform.scale_x)
    if ours >= theirs:
        return ""
    units = f" {Crs.from_text(source.crs_text).units}" if not _crs_problems(source.crs_text) else ""
    return f" The source has {theirs:g}{units} pixels, so {ours:g}{units} adds no detail."


def _crs_problems(text: str) -> list[Problem]:
    """Say what is wrong with a CRS; what is not of EPSG may be known to the service alone."""
    try:
        Crs.from_text(text)
    except InvalidRequestError as error:
        severity: Severity = "error" if text.upper().startswith("EPSG:") else "warning"
        return [replace(problem, severity=severity) for problem in error.problems]
    return []


def crs(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check that the CRS is one that is known here."""
    text = request.grid.crs_text if request.grid else ""
    if is_crs_code(text) or "[" in text:
        yield from _crs_problems(text)


def max_pixels(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check that maxPixels is a safety net and not an open door."""
    allowed = request.max_pixels
    if allowed is None or allowed < _GENEROUS * DEFAULT_MAX_PIXELS:
        return
    if allowed > PIXELS_CEILING:
        message = f"No export has more than {PIXELS_CEILING:,} pixels."
        yield Problem("maxPixels", "max-pixels-above-ceiling", "warning", message, f"Use {PIXELS_CEILING:,}.")
        return
    amount = compact_bytes(allowed * image.bytes_per_pixel) if image else f"{allowed:,} pixels"
    message = f"This lets an export of {amount} through."
    yield Problem("maxPixels", "max-pixels-generous", "warning", message, "Use a limit closer to the grid's pixels.")


def priority(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check the priority, which only paid projects may choose (service guide)."""
    chosen = request.priority
    if chosen is not None and chosen in PRIORITIES and chosen != DEFAULT_PRIORITY:
        message = f"A priority other than {DEFAULT_PRIORITY} needs a project that is registered for paid use."
        yield Problem("priority", "priority-needs-paid-project", "warning", message, f"Use {DEFAULT_PRIORITY}.")


def identity(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check that the operation can be found again and a repeated submit be recognised."""
    if request.request_id is None:
        message = "Without an ID a retry can start the export twice."
        yield Problem("requestId", "request-id-missing", "warning", message, "Make a new ID.")
    if not request.description:
        message = "Without a description the operation is hard to find in task lists."
        yield Problem("description", "description-missing", "warning", message, "Give it a name.")


def destination(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check that the request says where the pixels go."""
    if request.options is None:
        message = "The export has no destination."
        hint = "Choose an Earth Engine asset, Google Drive or Cloud Storage."
        yield Problem("assetExportOptions", "destination-missing", "error", message, hint)


def fields(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check every field against its own rules, and every message for parts that do not fit together."""
    yield from request.problems_at("")


def file_format(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check that the file format can hold what is exported."""
    files = request.file_export_options
    options = files.format_options if files else None
    if files is None or options is None or options.file_format is not files.file_format:
        return
    whole = whole_grid(request)
    yield from options.problems_with(f"fileExportOptions.{to_camel(options.member)}", whole, image)


def override_bands(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check that overrides name bands that the image has."""
    options = request.asset_export_options
    if image is None or options is None:
        return
    known = set(image.band_ids)
    missing = [band for band in options.pyramiding_policy_overrides or {} if band not in known and band != ".default"]
    for index, band in enumerate(missing):
        guess = nearest(band, image.band_ids) if index < _MOST_GUESSES else None
        hint = f"Did you mean {guess}? Otherwise remove it." if guess else "Remove it."
        message = f"{quoted(band)} is not a band of the image."
        yield Problem(f"{_OVERRIDES}.{band}", "unknown-band", "error", message, hint)


def policies(request: ExportImageRequest, image: ImageInfo | None) -> Iterator[Problem]:
    """Check that codes are not averaged."""
    options = request.asset_export_options
    if image is None or options is None:
        return
    coded = [
        band
        for band, suggestion in zip(image.band_ids, image.suggestions, strict=True)
        if suggestion.kind != "measured" and options.policy_of(band) in AVERAGING
    ]
    if coded:
        policy = options.policy_of(coded[0])
        some = ", ".join([*coded[:_MOST_NAMES], *(["…"] if coded[_MOST_NAMES:] else [])])
        if len(coded) == 1:
            message, hint = f"{some} looks like a code, not a measurement, but uses {policy}.", "Use the suggestion."
        else:
            message = f"{len(coded)} bands look like codes, not measurements, but use {policy}: {some}."
            hint = f"Use {len(coded)} suggestions."
        message += " Averaged codes are wrong at every zoomed-out level."
        yield Problem(_OVERRIDES, "averaged-codes", "warning", message, hint)


def body_size(request: ExportImageRequest, _: ImageInfo | None) -> Iterator[Problem]:
    """Check that the body is not larger than the service takes."""
    if request.expression is None or request.expression.size_bytes == 0:
        return
    size = request.size_bytes
    if size > MAX_BODY_BYTES:
        message = f"The request has {size:,} bytes; the service takes {MAX_BODY_BYTES:,} at most."
        hint = "Large geometries are the usual cause: upload them as a table asset."
        yield Problem("expression", TOO_LARGE, "error", message, hint)


CHECKS: tuple[Check, ...] = (
    expression,
    grid,
    crs,
    pixel_count,
    max_pixels,
    destination,
    fields,
    file_format,
    override_bands,
    policies,
    priority,
    identity,
    body_size,
)
"""All checks, in the order in which their findings are listed."""
