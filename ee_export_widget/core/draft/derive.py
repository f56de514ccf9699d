"""From what was drawn and typed to the one grid that is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.crs import METRES_PER_DEGREE, Crs
from ee_export_widget.core.crs.text import read_typed_crs, typed_crs
from ee_export_widget.core.draft.draft import Bounds, CrsRectangle, Draft
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.problems import GRID_FUNCTION
from ee_export_widget.core.quantity import parse_pixel_size
from ee_export_widget.core.region.region import read_region
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
    from ee_export_widget.core.grid.snapping import Anchor
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.region.region import Position, Region

_SIZE = "grid.affineTransform.scaleX"
_FIELDS = {
    "region": "grid", "crs": "grid.crsCode", "scale": _SIZE, "dimensions": "grid.dimensions",
    "anchor": "grid.affineTransform",
}  # fmt: skip


@dataclass(frozen=True)
class Derived:
    """A grid, or why there is none."""

    grid: PixelGrid | None = None
    problems: tuple[Problem, ...] = ()
    crs: str = ""
    """Code or WKT in force, typed or taken from the image; empty while there is none."""
    crs_known: bool = False
    drawn: Bounds | None = None
    """Bounds of the region in the CRS before they were moved outward to whole pixels."""


def derive_grid(draft: Draft, image: ImageInfo | None) -> Derived:
    """Compute the grid of a draft; see the pixel-grid rules of `PixelGrid.from_region`."""
    if draft.grid is not None:
        return _given(draft.grid)
    text = export_crs(draft, image)
    problems: list[Problem] = []
    crs, scale = None, None
    try:
        crs = read_typed_crs(text) if text else None
    except InvalidRequestError as error:
        problems += [replace(problem, field="grid.crsCode") for problem in error.problems]
    if draft.region is None and _has_grid_inside(draft):
        return Derived(crs=text, crs_known=crs is not None)
    if not text:
        problems.append(_missing_crs(draft))
    if crs is not None:
        text = crs.text
        scale = export_scale(draft, image, crs)
        if isinstance(scale, Problem):
            problems.append(scale)
    if draft.region is None:
        problems.append(
            Problem("grid", "grid-missing", "error", "No region yet.", "Draw a rectangle, or use the image footprint.")
        )
    if problems or crs is None or not isinstance(scale, tuple) or draft.region is None:
        return Derived(problems=tuple(problems), crs=text, crs_known=crs is not None)
    return _laid(draft.region, text, *_layout(draft, image, text, scale))


def _given(grid: PixelGrid | PartialPixelGrid) -> Derived:
    """Take a grid that came as a whole; what is wrong with it, the request says."""
    text = grid.crs_text
    try:
        Crs.from_text(text)
    except InvalidRequestError:
        known = False
    else:
        known = True
    return Derived(grid if isinstance(grid, PixelGrid) else None, crs=text, crs_known=known)


def _has_grid_inside(draft: Draft) -> bool:
    """Tell whether the grid is a part of the expression, as the official client sends it."""
    expression = draft.expression
    return expression is not None and Expression.of(expression).result_function == GRID_FUNCTION


def export_crs(draft: Draft, image: ImageInfo | None) -> str:
    """Give the CRS in force: the one typed, else the image's; empty where neither is known."""
    typed = draft.crs.strip()
    if typed:
        return typed_crs(typed)
    return source_crs(image)


def region_centre(region: CrsRectangle | Region | None) -> Position | None:
    """Give the middle of a region in degrees; None where there is none, or it has no place on earth."""
    try:
        return read_region(region).centre if region is not None else None
    except InvalidRequestError:
        return None


def source_crs(image: ImageInfo | None) -> str:
    """Give the CRS of the image's own pixels; empty where it has none."""
    band = image.source_band if image is not None and source_transform(image) is not None else None
    return (band.crs or "") if band is not None else ""


def source_transform(image: ImageInfo | None) -> AffineTransform | None:
    """Give the lattice of the image's own pixels; None where it has none.

    A composite is described with pixels of one degree that nothing was ever sampled on.
    """
    band = image.source_band if image is not None else None
    if band is None or band.crs is None:
        return None
    if band.grid is not None:
        return band.grid.affine_transform
    transform = band.crs_transform
    no_grid = transform is not None and transform.to_list() in ([1, 0, 0, 0, 1, 0], [1, 0, 0, 0, -1, 0])
    return None if no_grid else transform


def export_scale(draft: Draft, image: ImageInfo | None, crs: Crs) -> tuple[float, float] | Problem:
    """Give the pixel size in CRS units, or what is wrong with it.

    Metres and degrees are converted as Earth Engine does: nominally, at every latitude alike.
    """
    if not draft.pixel_size.strip():
        return _source_scale(image, crs) or Problem(
            _SIZE, "pixel-size-missing", "error", "The pixel size is missing.", "Type one, such as 30 m."
        )
    size = parse_pixel_size(draft.pixel_size)
    if size is None:
        message = "Pixel size must be a number above 0."
        return Problem(_SIZE, "pixel-size-unreadable", "error", message, "Write 10, 10 m or 30 x 30.")
    factor = 1.0
    if size.unit in {"m", "km"}:
        factor = (1000 if size.unit == "km" else 1) / crs.metres_per_unit
    elif size.unit == "deg" and not crs.is_geographic:
        factor = METRES_PER_DEGREE / crs.metres_per_unit
    return size.width * factor, size.height * factor


def _source_scale(image: ImageInfo | None, crs: Crs) -> tuple[float, float] | None:
    """Give the size of the image's own pixels in units of another CRS; None where it has none."""
    transform = source_transform(image)
    if transform is None:
        return None
    try:
        # Equal units divide to exactly 1.
        factor = Crs.from_text(source_crs(image)).metres_per_unit / crs.metres_per_unit
    except InvalidRequestError:
        return None
    width, height = pixel_of(transform)
    return width * factor, height * factor


def pixel_of(transform: AffineTransform) -> tuple[float, float]:
    """Give the width and height of a pixel in CRS units, also of a rotated one."""
    if transform.shear_x == 0 and transform.shear_y == 0:
        return abs(transform.scale_x), abs(transform.scale_y)
    return hypot(transform.scale_x, transform.shear_y), hypot(transform.shear_x, transform.scale_y)


def follows_source(draft: Draft, image: ImageInfo | None, crs: str) -> bool:
    """Tell whether the edges line up with the image's own pixels."""
    return draft.snap == "source" and same_crs(source_crs(image), crs)


def _followed(draft: Draft, image: ImageInfo | None, crs: str) -> AffineTransform | None:
    """Give the lattice that the edges line up with; None where it is in another CRS, or there is none."""
    if draft.snap == "asset" and draft.reference is not None:
        grid = draft.reference[1]
        return grid.affine_transform if same_crs(grid.crs_text, crs) else None
    return source_transform(image) if follows_source(draft, image, crs) else None


def same_crs(one: str, other: str) -> bool:
    """Tell whether two texts mean the same system, however they are written."""
    try:
        return one == other or Crs.from_text(one).is_same(Crs.from_text(other))
    except InvalidRequestError:
        return False


def _layout(
    draft: Draft, image: ImageInfo | None, crs: str, scale: tuple[float, float]
) -> tuple[tuple[float, float] | None, Anchor]:
    """Give pixel size and anchor: of a lattice that has this size already, the whole lattice alone."""
    transform = _followed(draft, image, crs)
    if transform is None:
        return scale, "region" if draft.snap == "region" else "origin"
    if scale == pixel_of(transform):
        return None, transform
    return scale, (transform.translate_x, transform.translate_y)


@lru_cache(maxsize=8)
def _laid(region: CrsRectangle | Region, crs: str, scale: tuple[float, float] | None, anchor: Anchor) -> Derived:
    """Lay the grid over a region, or say why not; kept, for an entry into any other field asks the same again."""
    try:
        if isinstance(region, CrsRectangle) and same_crs(region.crs, crs):
            grid = PixelGrid.from_bounds(region.bounds, crs=crs, scale=scale, anchor=anchor)
            return Derived(grid, crs=crs, crs_known=True, drawn=region.bounds)
        return Derived(PixelGrid.from_region(region, crs=crs, scale=scale, anchor=anchor), crs=crs, crs_known=True)
    except InvalidRequestError as error:
        found = tuple(replace(p, field=_FIELDS.get(p.field, p.field)) for p in error.problems)
        return Derived(problems=found, crs=crs, crs_known=True)


def _missing_crs(draft: Draft) -> Problem:
    hint = "Type a code such as EPSG:32632." if draft.expression is not None else "Choose an image, or type a code."
    return Problem("grid.crsCode", "crs-missing", "error", "The CRS is missing.", hint)
