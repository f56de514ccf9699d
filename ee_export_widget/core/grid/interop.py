"""Grids as other libraries have them, and what was drawn on their maps.

Each library is imported when it is asked for; reading needs none of them, because what holds a grid has the same
four things everywhere: a width, a height, a transform and a coordinate system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.region.sources import as_geojson
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odc.geo.geobox import GeoBox
    from xarray import DataArray, Dataset

_SIX = 6
_NOWHERE = (1, 0, 0, 0, 1, 0)  # what rioxarray gives where it knows nothing
_NOISE = 1e-6  # of a pixel's size, which coordinates of pixel centres leave behind
_NOISE_PX = 1e-3


def from_affine(transform: Iterable[float], width: int, height: int, crs: object) -> PixelGrid:
    """Make a grid of an ``affine.Affine``, or any six numbers in its order.

    Parameters
    ----------
    transform
        ``affine.Affine``, or ``[scale_x, shear_x, translate_x, shear_y, scale_y, translate_y]``: Earth Engine's
        ``crsTransform``. GDAL's order is another; see ``AffineTransform.from_gdal``.
    width, height
        Size in pixels.
    crs
        A code, a WKT, or a CRS of pyproj, rasterio or odc-geo.

    Raises
    ------
    InvalidRequestError
        If one of them is missing or none.
    """
    resolved = Crs.from_text(crs_text(crs))
    numbers = list(transform)[:_SIX]  # affine.Affine lists its third row too, which is always the same
    return PixelGrid(width, height, AffineTransform.from_list(numbers), resolved.code, resolved.wkt)


def from_rasterio(source: object) -> PixelGrid:
    """Make a grid of a rasterio profile, or of a dataset that is open.

    Raises
    ------
    InvalidRequestError
        If it has no width, height, transform or CRS.
    """
    width, height, transform, crs = (_part(source, name) for name in ("width", "height", "transform", "crs"))
    return from_affine(transform, width, height, crs)


def to_rasterio(grid: PixelGrid) -> dict[str, Any]:
    """Give the part of a rasterio profile that is about the grid: ``width``, ``height``, ``transform``, ``crs``."""
    return {
        "width": grid.width,
        "height": grid.height,
        "transform": grid.affine_transform.to_affine(),
        "crs": grid.crs.common_text,
    }


def from_geobox(geobox: GeoBox) -> PixelGrid:
    """Make a grid of an odc-geo ``GeoBox``."""
    return from_rasterio(geobox)


def to_geobox(grid: PixelGrid) -> GeoBox:
    """Give the grid as an odc-geo ``GeoBox``."""
    from odc.geo.geobox import GeoBox

    return GeoBox((grid.height, grid.width), grid.affine_transform.to_affine(), grid.crs.common_text)


def from_xarray(data: DataArray | Dataset) -> PixelGrid:
    """Make a grid of the pixels of an xarray object, as rioxarray reads them.

    Where the object carries a transform as well as coordinates of pixel centres, the coordinates say which pixels
    are left of it, and the transform gives their exact corners.

    Raises
    ------
    InvalidRequestError
        If it has no CRS or no grid.
    """
    import rioxarray  # gives xarray's objects their .rio

    rio = data.rio
    try:
        width, height, transform = rio.width, rio.height, AffineTransform.from_list(list(rio.transform())[:_SIX])
    except rioxarray.exceptions.RioXarrayError as error:  # there are not two dimensions
        raise _missing("transform") from error
    mapping = data.coords.get(rio.grid_mapping)
    written = mapping.attrs.get("GeoTransform") if mapping is not None else None
    if written is not None:
        stored = AffineTransform.from_gdal([float(number) for number in written.split()])
        transform = _without_noise(transform, stored)
    elif transform == AffineTransform.from_list(_NOWHERE):
        raise _missing("transform")
    return from_affine(transform.to_list(), width, height, rio.crs)


def to_xarray(grid: PixelGrid) -> Dataset:
    """Give an empty ``xarray.Dataset`` with the CRS and the transform, and the centres of pixels as coordinates.

    A rotated grid has no coordinates along its rows and columns, only the transform.
    """
    import numpy as np
    import rioxarray  # noqa: F401 - gives xarray's objects their .rio
    import xarray as xr

    transform, coordinates = grid.affine_transform, {}
    if transform.shear_x == 0 and transform.shear_y == 0:
        coordinates["x"] = transform.translate_x + transform.scale_x * (np.arange(grid.width) + 0.5)
        coordinates["y"] = transform.translate_y + transform.scale_y * (np.arange(grid.height) + 0.5)
    with_crs = xr.Dataset(coords=coordinates).rio.write_crs(grid.crs.common_text)
    written: Dataset = with_crs.rio.write_transform(transform.to_affine())
    return written


def from_ee(parameters: Mapping[str, Any]) -> PixelGrid:
    """Make a grid of what Earth Engine says of a band, or of the arguments of an export through its client.

    Parameters
    ----------
    parameters
        ``crs``, ``crsTransform`` (or ``crs_transform``) and ``dimensions`` (``[width, height]`` or
        ``"1545x1718"``).

    Raises
    ------
    InvalidRequestError
        If one of them is missing or none.
    """
    transform = parameters.get("crsTransform", parameters.get("crs_transform"))
    dimensions = parameters.get("dimensions")
    sides: Any = dimensions.split("x") if isinstance(dimensions, str) else dimensions
    try:
        width, height = (int(side) for side in sides)
    except (TypeError, ValueError):
        raise _missing("dimensions") from None
    return from_affine(_numbers(transform), width, height, parameters.get("crs"))


def to_ee(grid: PixelGrid) -> dict[str, Any]:
    """Give the arguments with which the official client exports exactly this grid; add no region and no scale."""
    return {
        "crs": grid.crs_code or grid.crs_wkt,
        "crsTransform": grid.affine_transform.to_list(),
        "dimensions": f"{grid.width}x{grid.height}",
    }


def from_map(drawn_on: object) -> Mapping[str, object]:
    """Give what was drawn on a map of geemap or ipyleaflet, as a region.

    Parameters
    ----------
    drawn_on
        A map, or its draw control.

    Returns
    -------
    Mapping[str, object]
        A GeoJSON FeatureCollection of the polygons and rectangles.

    Raises
    ------
    InvalidRequestError
        If nothing with an area was drawn.
    """
    features = [feature for control in _controls(drawn_on) for feature in _polygons(control)]
    if features:
        return {"type": "FeatureCollection", "features": features}
    for name in ("user_rois", "user_roi"):  # geemap has Earth Engine's objects of them
        if (drawn := getattr(drawn_on, name, None)) is not None:
            return as_geojson(drawn)
    message = "No polygon and no rectangle is drawn on the map."
    raise InvalidRequestError.of("region", "region-empty", message, "Draw one on the map.")


def crs_text(crs: object) -> str:
    """Give a code or a WKT of a CRS object of pyproj, rasterio or odc-geo; a text as it is.

    Raises
    ------
    InvalidRequestError
        If it is none of these.
    """
    if isinstance(crs, str):
        return crs
    to_wkt = getattr(crs, "to_wkt", None)
    if to_wkt is None:
        raise _missing("crs")
    import pyproj

    wkt = str(to_wkt())
    known = pyproj.CRS.from_wkt(wkt).to_authority(min_confidence=100)
    return ":".join(known) if known else wkt


def _part(source: object, name: str) -> Any:  # noqa: ANN401 - checked where it is used
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    if value is None:
        raise _missing(name)
    return value


def _missing(name: str) -> InvalidRequestError:
    fields = {"crs": "grid.crsCode", "transform": "grid.affineTransform"}
    return InvalidRequestError.of(
        fields.get(name, "grid.dimensions"),
        "missing",
        f"What should become a grid has no {name}.",
        "It needs a size, a transform and a CRS.",
    )


def _numbers(transform: object) -> Iterable[float]:
    if not isinstance(transform, Iterable):
        raise _missing("transform")
    return transform


def _without_noise(fresh: AffineTransform, stored: AffineTransform) -> AffineTransform:
    """Take the corner on the stored lattice where the fresh one, made of centres, is nearly there."""
    size = abs(stored.determinant) ** 0.5
    sides = zip(fresh.to_list(), stored.to_list(), strict=True)
    alike = all(abs(one - other) <= _NOISE * size for nth, (one, other) in enumerate(sides) if nth % 3 != 2)  # noqa: PLR2004 - corners
    if not alike or not stored.is_invertible:
        return fresh
    col, row = stored.locate(fresh.translate_x, fresh.translate_y)
    off = max(abs(col - round(col)), abs(row - round(row)))
    return stored.shifted(round(col), round(row)) if off <= _NOISE_PX else fresh


def _controls(drawn_on: object) -> Iterator[object]:
    """Give the draw controls of a map, or a control itself."""
    if isinstance(getattr(drawn_on, "data", None), list):
        yield drawn_on
    for control in getattr(drawn_on, "controls", ()):
        if isinstance(getattr(control, "data", None), list):
            yield control


def _polygons(control: Any) -> Iterator[Mapping[str, object]]:  # noqa: ANN401 - the library's, without types
    for feature in control.data:
        geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
        if isinstance(geometry, Mapping) and geometry.get("type") in {"Polygon", "MultiPolygon"}:
            yield {"type": "Feature", "geometry": geometry, "properties": {}}
