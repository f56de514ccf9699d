"""Properties of images, features and collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.emulator.geometry import Geometry, to_geometry
from ee_export_widget.emulator.image import Image
from ee_export_widget.emulator.objects import Collection, Date, Feature, with_properties

from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value

    Element = Image | Feature | Collection


def property_of(element: Element, name: str) -> Value:
    """Return a property of an element, or nothing; an image's id counts as one."""
    if isinstance(element, Image) and name == "system:id":
        return element.id or None
    return element.properties.get(name)


@algorithm("Element.get", "object:Element property:String", "<any>", "Returns a property, or nothing.")
def _get(_: Evaluator, element: Element, name: str) -> Value:
    return property_of(element, name)


def _get_as(name: str, kinds: type | tuple[type, ...], kind: str) -> None:
    @algorithm(f"Element.{name}", "object:Element property:String", kind, f"Returns a property that is a {kind}.")
    def get(evaluator: Evaluator, element: Element, key: str) -> Value:
        value = _get(evaluator, element, key)
        if value is not None and not isinstance(value, kinds):
            raise AlgorithmError(f"The property '{key}' is no {kind}.")
        return value


_get_as("getNumber", (int, float), "Number")
_get_as("getString", str, "String")


@algorithm("Element.set", "object:Element key:String value:Object?", "Element", "Sets a property; nothing removes it.")
def _set(_: Evaluator, element: Value, key: str, value: object) -> Element:
    kept = {name: each for name, each in element.properties.items() if name != key}
    changed: Element = with_properties(element, kept if value is None else {**kept, key: value})
    return changed


@algorithm("Element.setMulti", "object:Element properties:Dictionary", "Element", "Sets several properties.")
def _set_multi(_: Evaluator, element: Value, properties: dict[str, Any]) -> Element:
    changed: Element = with_properties(element, {**element.properties, **properties})
    return changed


@algorithm("Element.propertyNames", "element:Element", "List", "Returns the names of the properties.")
def _property_names(_: Evaluator, element: Element) -> list[str]:
    own = ["system:id", "system:version"] if isinstance(element, Image) and element.id else []
    return [*element.properties, *own]


@algorithm("Element.toDictionary", "element:Element properties:List?", "Dictionary", "Returns the properties.")
def _to_dictionary(_: Evaluator, element: Element, names: list[str] | None) -> dict[str, Any]:
    wanted = names or [name for name in element.properties if not name.startswith("system:")]
    return {name: element.properties[name] for name in wanted}


def _copied(target: Value, source: Element | None, names: list[str] | None, exclude: list[str] | None) -> Element:
    given = {} if source is None else source.properties
    wanted = [name for name in (names or given) if name in given and name not in (exclude or [])]
    if names is None:
        wanted = [name for name in wanted if not name.startswith("system:")]
    changed: Element = with_properties(target, {**target.properties, **{name: given[name] for name in wanted}})
    return changed


for _prefix in ("Element", "Image"):

    @algorithm(
        f"{_prefix}.copyProperties",
        "destination:Element? source:Element? properties:List? exclude:List?",
        "Element",
        "Copies properties from one element to another.",
    )
    def _copy_properties(
        _: Evaluator, target: Element, source: Element | None, names: list[str] | None, exclude: list[str] | None
    ) -> Element:
        return _copied(target, source, names, exclude)


for _prefix in ("Image", "Feature"):

    @algorithm(f"{_prefix}.id", "element:Element", "String", "Returns the last part of the element's id.")
    def _id(_: Evaluator, element: Element) -> Value:
        named = element.properties.get("system:index")
        return named or (element.id.rpartition("/")[2] if isinstance(element, Image) and element.id else None)


@algorithm("Image.date", "image:Image", "Date", "Returns when the image was taken.")
def _date(_: Evaluator, image: Image) -> Date:
    start = image.properties.get("system:time_start")
    if not isinstance(start, int | float):
        raise AlgorithmError("Parameter 'value' is required and may not be null.")
    return Date(start)


@algorithm("Feature", "geometry:Geometry? metadata:Dictionary? geometryKey:String?", "Feature", "Returns a feature.")
def _feature(_: Evaluator, geometry: Geometry | None, properties: dict[str, Any] | None, *_others: object) -> Feature:
    return Feature(geometry, properties or {})


for _prefix in ("Element", "Feature"):

    @algorithm(
        f"{_prefix}.geometry",
        "feature:Element maxError:ErrorMargin? proj:Projection? geodesics:Boolean?",
        "Geometry",
        "Returns the geometry.",
    )
    def _geometry(_: Evaluator, element: Element, *_others: object) -> Geometry:
        return to_geometry(element)
