"""Collections of images and features."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.geometry import Geometry, to_geometry
from ee_export_widget.emulator.image import Band, Image, Pixels
from ee_export_widget.emulator.objects import Collection, Date, Feature, NativeFunction

from .bands import renamed
from .masks import joined_type
from .reducers import REDUCERS, Reducer, stack_bands
from .registry import ALGORITHMS, AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value
    from ee_export_widget.emulator.raster.reader import Reader

    Test = Callable[[Any], bool]


@algorithm("ImageCollection.fromImages", "images:List", "ImageCollection", "Returns a collection of images.")
def _from_images(_: Evaluator, images: list[Any]) -> Collection:
    return Collection(tuple(images))


@algorithm("ImageCollection.load", "id:String version:Long?", "ImageCollection", "Returns the collection of an asset.")
def _load(evaluator: Evaluator, asset_id: str, _version: int | None) -> Collection:
    return Collection(tuple(evaluator.load_collection(asset_id)))


@algorithm("Collection", "features:List", "FeatureCollection", "Returns a collection of features.")
def _collection(_: Evaluator, features: list[Any]) -> Collection:
    return Collection(
        tuple(each if isinstance(each, Feature | Image) else Feature(to_geometry(each)) for each in features)
    )


@algorithm("Collection.size", "collection:FeatureCollection", "Integer", "Returns the number of elements.")
def _size(_: Evaluator, collection: Collection) -> int:
    return len(collection.elements)


@algorithm("Collection.first", "collection:FeatureCollection", "Element", "Returns the first element.")
def _first(_: Evaluator, collection: Collection) -> Value:
    return collection.elements[0] if collection.elements else None


@algorithm(
    "Collection.toList", "collection:FeatureCollection count:Integer offset:Integer?", "List", "Returns elements."
)
def _to_list(_: Evaluator, collection: Collection, count: int, offset: int | None) -> list[Any]:
    return list(collection.elements[offset or 0 : (offset or 0) + count])


@algorithm(
    "Collection.map",
    "collection:FeatureCollection baseAlgorithm:Algorithm dropNulls:Boolean?",
    "FeatureCollection",
    "Applies a function to every element.",
)
def _map(_: Evaluator, collection: Collection, function: Value, drop: bool | None) -> Collection:  # noqa: FBT001
    mapped = [function(element) for element in collection.elements]
    return Collection(tuple(each for each in mapped if each is not None or not drop), collection.properties)


@algorithm(
    "Collection.merge",
    "collection1:FeatureCollection collection2:FeatureCollection",
    "FeatureCollection",
    "Joins two collections.",
)
def _merge(_: Evaluator, first: Collection, second: Collection) -> Collection:
    return Collection((*first.elements, *second.elements), first.properties)


@algorithm(
    "Collection.limit",
    "collection:FeatureCollection limit:Integer? key:String? ascending:Boolean?",
    "FeatureCollection",
    "Sorts by a property, then takes the first elements.",
)
def _limit(_: Evaluator, collection: Collection, limit: int | None, key: str | None, up: bool | None) -> Collection:  # noqa: FBT001
    elements = list(collection.elements)
    if key is not None:
        elements.sort(key=lambda element: element.properties[key], reverse=up is False)
    return Collection(tuple(elements[:limit]), collection.properties)


@algorithm(
    "Collection.geometry",
    "collection:FeatureCollection maxError:ErrorMargin?",
    "Geometry",
    "Returns the geometries of all elements.",
)
def _geometry(_: Evaluator, collection: Collection, *_others: object) -> Geometry:
    return to_geometry(collection)


@algorithm(
    "AggregateFeatureCollection.array",
    "collection:FeatureCollection property:String",
    "List",
    "Returns the values of a property.",
)
def _array(_: Evaluator, collection: Collection, name: str) -> list[Any]:
    return [element.properties[name] for element in collection.elements if element.properties.get(name) is not None]


@algorithm("Collection.filter", "collection:FeatureCollection filter:Object", "FeatureCollection", "Keeps what passes.")
def _filter(_: Evaluator, collection: Collection, test: Value) -> Collection:
    return Collection(tuple(element for element in collection.elements if test(element)), collection.properties)


def _plain(value: Value) -> Value:
    return value.milliseconds if isinstance(value, Date) else value


def _compares(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    """Return a comparison that nothing passes which is missing or of another kind."""

    def test(left: Value, right: Value) -> bool:
        try:
            return left is not None and bool(compare(_plain(left), _plain(right)))
        except TypeError:
            return False

    return test


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _compares(operator.eq),
    "eq": _compares(operator.eq),
    "notEquals": _compares(operator.ne),
    "lessThan": _compares(operator.lt),
    "lessThanOrEquals": _compares(operator.le),
    "greaterThan": _compares(operator.gt),
    "greaterThanOrEquals": _compares(operator.ge),
    "inList": _compares(lambda left, right: left in right),
    "listContains": _compares(lambda left, right: right in left),
    "stringContains": _compares(lambda left, right: right in left),
}


def _declare_comparison(name: str, compare: Callable[[Any, Any], bool]) -> None:
    @algorithm(
        f"Filter.{name}",
        "leftField:String? rightValue:Object? rightField:String? leftValue:Object?",
        "Filter",
        "Compares a property with a value.",
    )
    def make(_: Evaluator, left: str | None, value: Value, right: str | None, other: Value) -> NativeFunction:
        def test(element: Value) -> bool:
            first = other if left is None else element.properties.get(left)
            return compare(first, value if right is None else element.properties.get(right))

        return NativeFunction(("element",), test)


for _name, _compare in _COMPARISONS.items():
    _declare_comparison(_name, _compare)


@algorithm("Filter.and", "filters:List", "Filter", "Passes what passes all.")
def _and(_: Evaluator, filters: list[Any]) -> NativeFunction:
    return NativeFunction(("element",), lambda element: all(test(element) for test in filters))


@algorithm("Filter.or", "filters:List", "Filter", "Passes what passes one.")
def _or(_: Evaluator, filters: list[Any]) -> NativeFunction:
    return NativeFunction(("element",), lambda element: any(test(element) for test in filters))


@algorithm("Filter.not", "filter:Filter", "Filter", "Passes what does not pass.")
def _not(_: Evaluator, test: Value) -> NativeFunction:
    return NativeFunction(("element",), lambda element: not test(element))


@algorithm(
    "ImageCollection.mosaic", "collection:ImageCollection", "Image", "Lays the images over each other, the last on top."
)
def _mosaic(_: Evaluator, collection: Collection) -> Image:
    return Image(tuple(_topmost(name, bands) for name, bands in _matching(collection).items()))


def _matching(collection: Collection) -> dict[str, list[Band]]:
    """Return the bands of all images by name."""
    found: dict[str, list[Band]] = {}
    for image in collection.elements:
        if not isinstance(image, Image):
            raise AlgorithmError("The collection must hold images.")
        for band in image.bands:
            found.setdefault(band.id, []).append(band)
    return found


def _topmost(name: str, bands: list[Band]) -> Band:
    pixel_type = bands[0].type
    for band in bands[1:]:
        pixel_type = joined_type(pixel_type, band.type)

    def read(reader: Reader) -> Pixels:
        shape = (reader.grid.height, reader.grid.width)
        values, mask = np.zeros(shape, pixel_type.dtype), np.zeros(shape, np.float32)
        for band in bands:
            pixels = reader.pixels(band)
            over = pixels.mask > 0
            values[over], mask[over] = pixels.values[over], pixels.mask[over]
        return Pixels(values, mask)

    return Band(name, pixel_type, read)


@algorithm("ImageCollection.toBands", "collection:ImageCollection", "Image", "Joins the bands of all images.")
def _to_bands(_: Evaluator, collection: Collection) -> Image:
    named = [(band, f"{index}_{band.id}") for index, image in enumerate(collection.elements) for band in image.bands]
    return Image(renamed([band for band, _name in named], [name for _band, name in named]))


def _reduce(collection: Collection, reducer: Reducer, label: str) -> Image:
    found = _matching(collection)
    bands = [each for name, bands in found.items() for each in stack_bands(label.replace("*", name), bands, reducer)]
    return Image(tuple(_unbounded(band) for band in bands))


def _unbounded(band: Band) -> Band:
    """Return a composite, which has no place of its own, as the service makes them."""
    return Band(band.id, band.type, band.read)


@algorithm(
    "ImageCollection.reduce",
    "collection:ImageCollection reducer:Reducer parallelScale:Float?",
    "Image",
    "Reduces the values of every pixel over all images.",
)
def _reduce_collection(_: Evaluator, collection: Collection, reducer: Reducer, *_others: object) -> Image:
    return _reduce(collection, reducer, "*_{}")


def _declare_reduce(name: str) -> None:
    @algorithm(f"reduce.{name}", "collection:ImageCollection", "Image", f"Reduces a collection by its {name}.")
    def reduce(evaluator: Evaluator, collection: Collection) -> Image:
        reducer = REDUCERS.get(name) or ALGORITHMS[f"Reducer.{name}"].call(evaluator, None)
        return _reduce(collection, reducer, "*")


for _name in ("mean", "median", "mode", "min", "max", "sum", "count", "product"):
    _declare_reduce(_name)
