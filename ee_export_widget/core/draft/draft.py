"""What the person has typed and drawn so far, as one frozen value.

Texts stay as typed: "12a" is a legal draft with a problem. Everything else, the request, its problems
and what the map shows, is derived from a draft by `compose` and never stored a second time.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ee_export_widget.core.folding import unfold
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.quantity import number_text
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ee_export_widget.core.region.region import Region
    from ee_export_widget.core.request import ExportImageRequest, PartialPixelGrid

Bounds: TypeAlias = tuple[float, float, float, float]
"""``(min_x, min_y, max_x, max_y)`` in the units of a CRS."""

Snap: TypeAlias = Literal["source", "multiples", "region", "asset"]
"""What the edges of the grid line up with: the image's own pixels, multiples of the pixel size, the region, or the
pixels of another asset."""

DestinationKind: TypeAlias = Literal["asset", "drive", "cloud_storage"]


FIRST_NAME = "my_export"
"""What an asset is called until something better is known."""


@lru_cache(maxsize=8)
def _outline(rectangle: CrsRectangle) -> tuple[tuple[float, float], ...]:
    """Compute the outline once for everybody who looks at the rectangle of one moment."""
    coordinates: Any = rectangle.as_grid().footprint()["coordinates"]
    return tuple((lon, lat) for lon, lat in coordinates[0])


@dataclass(frozen=True, slots=True)
class CrsRectangle:
    """A rectangle with its sides along the axes of a CRS: what is drawn on the map."""

    crs: str
    bounds: Bounds

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """Outline in longitude and latitude (degrees), bent as it truly is."""
        return {"type": "Polygon", "coordinates": [[*self.outline]]}

    @property
    def outline(self) -> tuple[tuple[float, float], ...]:
        """The same, as positions of a closed ring."""
        return _outline(self)

    @property
    def has_area(self) -> bool:
        """Whether it is more than a line or a point."""
        return self.bounds[0] < self.bounds[2] and self.bounds[1] < self.bounds[3]

    def as_grid(self) -> PixelGrid:
        """Give the rectangle as a grid of one pixel."""
        min_x, min_y, max_x, max_y = self.bounds
        transform = AffineTransform(max_x - min_x, 0.0, min_x, 0.0, min_y - max_y, max_y)
        return PixelGrid(1, 1, transform, **crs_member(self.crs))


@dataclass(frozen=True)
class Draft:
    """One export in the making. See the form's labels for what the texts mean."""

    image_text: str = ""
    """Asset id as typed, or the name under which an image was handed over."""
    expression: Mapping[str, Any] | None = None
    chosen: Mapping[str, Any] | None = None
    """The image before the steps that fixes have added to it; None where there are none."""
    image_steps: tuple[str, ...] = ()
    """What these steps do, in words."""

    region: CrsRectangle | Region | None = None
    """What is to be exported: drawn on the map, or a polygon in longitude and latitude."""
    crs: str = ""
    """Code or WKT; empty takes the image's."""
    pixel_size: str = ""
    """``10``, ``10 m``, ``30 x 30``, ``0.0001°``; empty takes the image's."""
    snap: Snap = "source"
    reference: tuple[str, PixelGrid] | None = None
    """Name and grid of the asset that ``snap="asset"`` lines up with."""
    source_band: str = ""
    """The band whose pixels are the source grid, where bands differ; empty takes the first."""
    grid: PixelGrid | PartialPixelGrid | None = None
    """A grid that was given as a whole; a hand moves it by its own pixels, and any edit of region, CRS, pixel size or
    snapping replaces it."""
    mask_outside: bool = False
    """Whether pixels outside of a region that is no rectangle are masked."""

    fold_grid: bool = False
    """Send the grid inside the expression, as the official client does, instead of as ``grid``."""

    default_policy: PyramidingPolicy = PyramidingPolicy.MEAN
    overrides: Mapping[str, PyramidingPolicy] = field(default_factory=dict)

    destination: DestinationKind = "asset"
    asset_path: str = ""
    """What stands after ``projects/…/assets/``, or a full name."""
    overwrite: bool = False
    drive_folder: str = ""
    drive_prefix: str = ""
    bucket: str = ""
    cloud_storage_prefix: str = ""
    permissions: str = "DEFAULT_OBJECT_ACL"
    cors_uris: str = ""
    """Parted by spaces."""

    file_format: str = "GEO_TIFF"
    """Empty where a loaded request does not say it."""
    cloud_optimized: bool = False
    tile_dimensions: str = ""
    """Width and height of a file in px, ``4096`` or ``4096 x 2048``; empty leaves it to the service."""
    tile_size: str = ""
    skip_empty_files: bool = False
    no_data: str = ""
    patch_dimensions: str = ""
    margin_dimensions: str = ""
    compress: bool = True
    max_size_bytes: str = ""
    default_value: str = ""
    tensor_depths: Mapping[str, str] = field(default_factory=dict)
    """By array band."""
    sequence_data: bool = False
    collapse_bands: bool = False
    max_masked_ratio: str = ""

    description: str | None = None
    """None derives it from the destination's name."""
    request_id: str = ""
    priority: str = "100"
    max_pixels: str = "100,000,000"
    workload_tag: str = ""

    loaded: ExportImageRequest | None = None
    """The request this draft was read from; members that the form does not show are kept from it."""

    @property
    def awaits_id(self) -> bool:
        """Whether it is a loaded body that has no request id: it gets one when it is submitted."""
        return not self.request_id and self.loaded is not None and not self.loaded.request_id

    def with_overrides(self, policies: Mapping[str, PyramidingPolicy | None]) -> Draft:
        """Set the policies of bands; None, or the default's own, removes an override."""
        overrides = {band: kept for band, kept in self.overrides.items() if band not in policies}
        overrides |= {
            band: policy for band, policy in policies.items() if policy is not None and policy != self.default_policy
        }
        return replace(self, overrides=overrides)


def with_image(draft: Draft, text: str, expression: Mapping[str, Any] | None) -> Draft:
    """Take another image; an asset name that was derived from the old one follows it."""
    path = draft.asset_path
    if not path or is_derived(draft):
        path = _name_after(text)
    return replace(draft, image_text=text, expression=expression, chosen=None, image_steps=(), asset_path=path)


def is_derived(draft: Draft) -> bool:
    """Tell whether the asset name is one that was derived from the image, or the next free one after it."""
    first = {FIRST_NAME, _name_after(draft.image_text)}
    return draft.loaded is None and re.sub(r"_v\d{1,6}$", "", draft.asset_path) in first


def _name_after(image_text: str) -> str:
    last = re.sub(r"[^A-Za-z0-9_-]+", "_", image_text.rpartition("/")[2]).strip("_")
    return f"{last}_export" if last else FIRST_NAME


def crs_member(crs: str) -> dict[str, str]:
    """Give the member of a PixelGrid that carries a CRS: a code, or WKT where the text is one."""
    return {"crs_wkt": crs} if "[" in crs else {"crs_code": crs}


def asset_name(path: str, project: str) -> str:
    """Give the full name of an asset from what stands in the field.

    ``users/…`` is the old form of a name and belongs under ``projects/earthengine-legacy`` (REST
    contract, section 9). Without a path, or a project for it,
    there is no name yet: an empty text.
    """
    path = path.strip().strip("/")
    if path.startswith("users/"):
        return f"projects/earthengine-legacy/assets/{path}"
    if not path or (path.startswith("projects/") and "/assets/" in path):
        return path
    return f"projects/{project}/assets/{path}" if project else ""


def asset_path(name: str, project: str) -> str:
    """Give what the field shows for a full asset name: the short form inside the project, where it means the same."""
    short = name.removeprefix(f"projects/{project}/assets/")
    return short if asset_name(short, project) == name else name


def with_grid(draft: Draft, grid: PixelGrid) -> Draft:
    """Take a whole grid, and fill in what stands for it once it is moved by hand."""
    draft = replace(draft, grid=grid, crs=grid.crs_text)
    try:
        units = grid.crs.units
    except InvalidRequestError:
        return draft
    size, transform = "", grid.affine_transform
    if transform.shear_x == 0 and transform.shear_y == 0:
        width, height = (number_text(abs(side)) for side in (transform.scale_x, transform.scale_y))
        # With its unit it means the same in another CRS.
        unit = {"m": " m", "degrees": "°"}.get(units, "")
        size = f"{width if width == height else f'{width} x {height}'}{unit}"
    return replace(draft, region=_ground(grid), pixel_size=size)


def _ground(grid: PixelGrid) -> CrsRectangle | Region:
    """Give what a grid covers: a rectangle along the axes of its CRS, or the outline of a turned one."""
    from ee_export_widget.core.region.region import read_region

    transform = grid.affine_transform
    if not (transform.shear_x == 0 and transform.shear_y == 0):
        with suppress(InvalidRequestError):  # a part of it has no place on earth
            return read_region(grid.footprint(_POINTS_PER_EDGE))
    return CrsRectangle(grid.crs_text, grid.bounds)


_POINTS_PER_EDGE = 64


def draft_from(request: ExportImageRequest, *, project: str, before: Draft) -> Draft:
    """Give the draft of a request that was read; what the request does not say is left empty, not defaulted.

    Values of destinations and formats that the request does not use are kept from ``before``.
    """
    from ee_export_widget.core.draft.entries import shown_of

    unfolded = unfold(request.expression) if request.expression is not None and request.grid is None else None
    expression, grid = unfolded or (request.expression, request.grid)
    same = expression is not None and expression == before.expression
    draft = replace(
        before,
        image_text=before.image_text if same else "",
        expression=before.expression if same else expression,
        chosen=before.chosen if same else None,
        image_steps=before.image_steps if same else (),
        region=None,
        crs="",
        pixel_size="",
        grid=grid,
        fold_grid=unfolded is not None,
        description=request.description or "",
        request_id=request.request_id or "",
        workload_tag=request.workload_tag or "",
        loaded=request,
        **shown_of(request),
    )
    if isinstance(grid, PixelGrid):
        draft = with_grid(draft, grid)
    if (files := request.file_export_options) is not None:
        return replace(draft, destination="cloud_storage" if files.cloud_storage_destination is not None else "drive")
    asset = request.asset_export_options
    target = asset.earth_engine_destination if asset else None
    return replace(
        draft,
        destination="asset",
        default_policy=(asset and asset.pyramiding_policy) or PyramidingPolicy.MEAN,
        overrides=dict((asset and asset.pyramiding_policy_overrides) or {}),
        asset_path=asset_path(target.name or "", project) if target else "",
        overwrite=bool(target and target.overwrite),
    )
