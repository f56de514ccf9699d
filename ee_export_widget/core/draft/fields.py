"""What the fields of a draft take: a value that none of them can hold never gets into one."""

from __future__ import annotations

import difflib
from dataclasses import fields
from numbers import Real
from typing import TYPE_CHECKING, Any, get_args

from ee_export_widget.core.destinations import TilePermissions
from ee_export_widget.core.draft.draft import CrsRectangle, DestinationKind, Draft, Snap
from ee_export_widget.core.expression import Expression
from ee_export_widget.core.formats import ImageFileFormat
from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.quantity import number_text
from ee_export_widget.core.region.region import Region, read_region
from ee_export_widget.core.request import ExportImageRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAMES = tuple(item.name for item in fields(Draft))
_FLAGS = (
    "overwrite", "fold_grid", "cloud_optimized", "skip_empty_files", "compress", "sequence_data", "collapse_bands",
)  # fmt: skip
_NUMBERS = frozenset({
    "pixel_size", "priority", "max_pixels", "tile_dimensions", "tile_size", "no_data", "patch_dimensions",
    "margin_dimensions", "max_size_bytes", "default_value", "max_masked_ratio",
})  # fmt: skip


def field_value(name: str, value: Any) -> Any:  # noqa: ANN401 - each field has its own type
    """Give a value as the field of a draft holds it: ``100`` as the text that says so, ``"MODE"`` as a policy.

    Texts are taken as they are: whether they make sense is for `compose` to say.

    Raises
    ------
    TypeError
        Where a draft has no such field, with the nearest one, or the field holds no such values.
    ValueError
        Where it is none of the values to choose from.
    InvalidRequestError
        Where a region is none.
    """
    if name not in _NAMES:
        near = difflib.get_close_matches(name, _NAMES, 1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"a draft has no field {name!r}{meant}")
    if name in _READERS:
        return _READERS[name](value)
    if name == "description" and value is None:
        return None
    return _text(name, _as_typed(value) if name in _NUMBERS else value)


def _one_of(*choices: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"{value!r:.80} is none of {', '.join(choices)}")
        return value

    return read


def _instance_of(*kinds: type) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, kinds):
            raise TypeError(f"{value!r:.80} is no {' or '.join(kind.__name__ for kind in kinds)}")
        return value

    return read


def _region(value: Any) -> CrsRectangle | Region | None:  # noqa: ANN401 - anything with __geo_interface__
    return value if value is None or isinstance(value, CrsRectangle | Region) else read_region(value)


def _expression(value: Mapping[str, Any] | None) -> Expression | None:
    return None if value is None else Expression.of(value)


def _policies(value: Mapping[str, str]) -> dict[str, PyramidingPolicy]:
    return {str(band): PyramidingPolicy(policy) for band, policy in dict(value).items()}


def _reference(value: tuple[str, PixelGrid] | None) -> tuple[str, PixelGrid] | None:
    if value is None:
        return None
    name, grid = value
    if not isinstance(name, str) or not isinstance(grid, PixelGrid):
        raise TypeError("a reference is the name of an asset and its PixelGrid")
    return name, grid


def _depths(value: Mapping[str, object]) -> dict[str, str]:
    return {
        _text("tensor_depths", band): _text("tensor_depths", _as_typed(depth)) for band, depth in dict(value).items()
    }


def _as_typed(value: object) -> object:
    return number_text(value) if not isinstance(value, bool) and isinstance(value, Real) else value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, not {value!r:.80}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{name} has half a character in it")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "expression": _expression,
    "chosen": _expression,
    "image_steps": tuple,
    "region": _region,
    "mask_outside": _instance_of(bool),
    "snap": _one_of(*get_args(Snap)),
    "reference": _reference,
    "grid": _instance_of(PixelGrid, PartialPixelGrid, type(None)),
    "default_policy": PyramidingPolicy,
    "overrides": _policies,
    "destination": _one_of(*get_args(DestinationKind)),
    "permissions": _one_of(*TilePermissions),
    "file_format": _one_of("", *ImageFileFormat),
    "tensor_depths": _depths,
    **dict.fromkeys(_FLAGS, _instance_of(bool)),
    "loaded": _instance_of(ExportImageRequest, type(None)),
}
