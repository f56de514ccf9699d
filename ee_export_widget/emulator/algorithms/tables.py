"""Collections as tables: columns of properties, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .elements import property_of
from .registry import ALGORITHMS, AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Collection, Value

    from .reducers import Reducer


@dataclass(frozen=True)
class ListReducer:
    """Collects its inputs.

    Attributes
    ----------
    size
        How many inputs make one item; they are a list of their own above 1.
    repeated
        How many lists are collected side by side; 0 for a single one.
    """

    size: int = 1
    repeated: int = 0


@algorithm("Reducer.toList", "tupleSize:Integer? numOptional:Integer?", "Reducer", "Returns a reducer that collects.")
def _to_list(_: Evaluator, size: int | None, *_others: object) -> ListReducer:
    return ListReducer(size or 1)


@algorithm("Reducer.repeat", "reducer:Reducer count:Integer", "Reducer", "Returns a reducer for several inputs alike.")
def _repeat(_: Evaluator, reducer: Value, count: int) -> ListReducer:
    if not isinstance(reducer, ListReducer):
        raise AlgorithmError("The local Earth Engine repeats Reducer.toList only.")
    return replace(reducer, repeated=count)


@algorithm(
    "Collection.reduceColumns",
    "collection:FeatureCollection reducer:Reducer selectors:List weightSelectors:List?",
    "Dictionary",
    "Reduces properties over all elements that have them.",
)
def _reduce_columns(
    _: Evaluator, collection: Collection, reducer: Reducer | ListReducer, selectors: list[str], *_others: object
) -> dict[str, Any]:
    rows = [[property_of(element, name) for name in selectors] for element in collection.elements]
    complete = [row for row in rows if None not in row]
    columns = [list(column) for column in zip(*complete, strict=True)] if complete else [[] for _ in selectors]
    if isinstance(reducer, ListReducer):
        if reducer.repeated:
            return {"list": columns}
        return {"list": complete if reducer.size > 1 else columns[0]}
    values = np.asarray(columns[0], np.float64)
    if not values.size:
        return dict.fromkeys(reducer.outputs)
    outputs = reducer.reduce(values, np.ones_like(values))
    return {name: output if isinstance(output, dict) else float(output) for name, output in outputs.items()}


@algorithm(
    "Collection.iterate",
    "collection:FeatureCollection function:Algorithm first:Object?",
    "Object",
    "Applies a function to one element after the other, with what came out before.",
)
def _iterate(_: Evaluator, collection: Collection, function: Value, first: Value) -> Value:
    result = first
    for element in collection.elements:
        result = function(element, result)
    return result


def _declare_aggregate(name: str, reducer: str) -> None:
    @algorithm(
        f"AggregateFeatureCollection.{name}",
        "collection:FeatureCollection property:String",
        "Number" if name not in {"first", "min", "max"} else "<any>",
        f"Returns the {name} of a property.",
    )
    def aggregate(evaluator: Evaluator, collection: Collection, key: str) -> Value:
        made = ALGORITHMS[f"Reducer.{reducer}"].call(evaluator, None)
        return next(iter(_reduce_columns(evaluator, collection, made, [key]).values()))


for _name, _reducer in (
    ("first", "first"),
    ("min", "min"),
    ("max", "max"),
    ("mean", "mean"),
    ("sum", "sum"),
    ("count", "count"),
    ("total_sd", "stdDev"),
    ("sample_sd", "sampleStdDev"),
):
    _declare_aggregate(_name, _reducer)
