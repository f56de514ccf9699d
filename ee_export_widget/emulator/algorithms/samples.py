"""Images as tables: one feature per region, or per pixel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.geometry import to_geometry
from ee_export_widget.emulator.objects import Collection, Feature
from ee_export_widget.emulator.raster.grid import WGS84, Projection, apply

from .reducers import Reducer, lattice, reduce_region, region_grid, region_pixels
from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.geometry import Geometry
    from ee_export_widget.emulator.image import Image
    from ee_export_widget.emulator.objects import Value

MAX_FEATURES = 5000
"""Elements that value:compute gives at most (Earth Engine guide, page on debugging)."""


@algorithm(
    "Image.reduceRegions",
    "image:Image collection:FeatureCollection reducer:Reducer scale:Float? crs:Projection? crsTransform:List? "
    "tileScale:Float? maxPixelsPerRegion:Long?",
    "FeatureCollection",
    "Reduces all pixels of every feature and adds the outputs to its properties.",
)
def _reduce_regions(
    _: Evaluator, image: Image, collection: Collection, reducer: Reducer, *options: Value
) -> Collection:
    scale, crs, transform, _tile_scale, max_pixels = options
    projection = lattice(image, scale, crs, transform)

    def reduced(feature: Feature) -> Feature:
        outputs = reduce_region(image, reducer, feature.geometry, projection, max_pixels)
        if len(image.bands) == 1:
            outputs = dict(zip(reducer.outputs, outputs.values(), strict=True))
        return replace(feature, properties={**feature.properties, **outputs})

    return replace(collection, elements=tuple(reduced(feature) for feature in collection.elements))


@algorithm(
    "Image.sample",
    "image:Image region:Geometry? scale:Float? projection:Projection? factor:Float? numPixels:Long? seed:Integer? "
    "dropNulls:Boolean? tileScale:Float? geometries:Boolean?",
    "FeatureCollection",
    "Returns the pixels of a region as features, all of them or some at random.",
)
def _sample(_: Evaluator, image: Image, region: Geometry | None, *options: Value) -> Collection:
    scale, projection, factor, number, seed, drop_nulls, _tile_scale, geometries = options
    rows = _rows(image, region, lattice(image, scale, projection, None), keep_masked=drop_nulls is False)
    if number is not None or factor is not None:
        count = min(len(rows), number if number is not None else round(len(rows) * factor))
        chosen = np.random.default_rng(seed or 0).choice(len(rows), count, replace=False)
        rows = [rows[index] for index in np.sort(chosen)]
    return Collection(tuple(_feature(row, {}, str(index), geometries) for index, row in enumerate(rows)))


@algorithm(
    "Image.sampleRegions",
    "image:Image collection:FeatureCollection properties:List? scale:Float? projection:Projection? tileScale:Float? "
    "geometries:Boolean?",
    "FeatureCollection",
    "Returns the pixels of every feature as features with some of its properties.",
)
def _sample_regions(_: Evaluator, image: Image, collection: Collection, *options: Value) -> Collection:
    names, scale, projection, _tile_scale, geometries = options
    found = []
    for number, feature in enumerate(collection.elements):
        kept = {name: value for name, value in feature.properties.items() if names is None or name in names}
        rows = _rows(image, feature.geometry, lattice(image, scale, projection, None))
        found += [_feature(row, kept, f"{number}_{index}", geometries) for index, row in enumerate(rows)]
    return Collection(tuple(found))


Row = tuple[tuple[float, float], dict[str, Any]]
"""Longitude and latitude of a pixel's centre, and its values by band."""


def _rows(image: Image, region: Geometry | None, projection: Projection, *, keep_masked: bool = False) -> list[Row]:
    """Return the pixels of a region, row by row, those with a masked band only when asked for."""
    rows: list[Row] = []
    for part, inside, layers in region_pixels(image, region, region_grid(image, region, projection)):
        valid = np.stack([pixels.mask > 0 for pixels in layers])
        at = np.nonzero(inside & (valid.any(axis=0) if keep_masked else valid.all(axis=0)))
        if len(rows) + len(at[0]) > MAX_FEATURES:
            raise AlgorithmError(f"Collection query aborted after accumulating over {MAX_FEATURES} elements.")
        down, across = (np.asarray(each, np.float64) + 0.5 for each in at)
        places = part.crs.transformer_to(WGS84).transform(*apply(part.transform, across, down))
        columns = [
            [number if seen else None for number, seen in zip(pixels.values[at].tolist(), mask[at], strict=True)]
            for pixels, mask in zip(layers, valid, strict=True)
        ]
        names = [band.id for band in image.bands]
        rows += [
            ((float(x), float(y)), dict(zip(names, values, strict=True)))
            for x, y, *values in zip(*places, *columns, strict=True)
        ]
    return rows


def _feature(row: Row, properties: dict[str, Any], index: str, geometries: object) -> Feature:
    place, values = row
    point = to_geometry({"type": "Point", "coordinates": list(place)}) if geometries else None
    return Feature(point, {**properties, **values, "system:index": index})
