"""Regions and grids as people type or paste them, read with a sentence for everything that is no such thing."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from ee_export_widget.core.draft.draft import CrsRectangle, crs_member
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.quantity import parse_angle, parse_count, parse_number
from ee_export_widget.core.reading import syntax_error
from ee_export_widget.core.region.region import MAX_LATITUDE_DEG, Region, read_region
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

DEGREES = "EPSG:4326"
SIDES = ("west", "south", "east", "north")
COEFFICIENTS = ("scaleX", "shearX", "translateX", "shearY", "scaleY", "translateY")
DIMENSIONS = ("width", "height")
_HEMISPHERES = {"west": "EW", "south": "NS", "east": "EW", "north": "NS"}
_ANGLES = {"EW": "a longitude, such as -54.6 or 54°36' W", "NS": "a latitude, such as -25.5 or 25°30' S"}
MOST_CHARACTERS = 20_000_000
"""Longest GeoJSON that is looked at: about 400,000 positions."""


def read_sides(texts: Mapping[str, str], crs: str) -> CrsRectangle:
    """Read the four sides of a rectangle, as typed under the names of ``SIDES``.

    Parameters
    ----------
    texts
        What was typed, in units of ``crs``.
    crs
        Code or WKT; ``DEGREES`` for longitude and latitude, where west may be greater than east: the
        rectangle then crosses 180°.

    Raises
    ------
    InvalidRequestError
        With a problem at each side that is wrong.
    """
    west, south, east, north = _angles(texts) if crs == DEGREES else _numbers(texts, SIDES)
    if crs == DEGREES:
        for side, value in (("south", south), ("north", north)):
            if abs(value) > MAX_LATITUDE_DEG:
                swapped = max(abs(west), abs(east)) <= MAX_LATITUDE_DEG
                hint = "This looks like latitude first: west and east are longitudes." if swapped else ""
                raise InvalidRequestError.of(side, "latitude-out-of-range", "Latitudes go from -90 to 90.", hint)
        if west > east:
            east = _beyond_180(west, east)
        if east - west > 360:  # noqa: PLR2004 - once around the world
            raise InvalidRequestError.of("east", "wider-than-the-world", "This is more than once around the world.")
        turns = math.floor((west + 180) / 360)
        west, east = west - 360 * turns, east - 360 * turns
    if west >= east:
        raise InvalidRequestError.of("east", "sides-out-of-order", "East must be greater than west.")
    if south >= north:
        raise InvalidRequestError.of("north", "sides-out-of-order", "North must be greater than south.")
    return CrsRectangle(crs, (west, south, east, north))


def _beyond_180(west: float, east: float) -> float:
    """Give the eastern side in the next copy of the world; more than half of it is a sign that was forgotten."""
    beyond = east + 360
    if beyond - west > 180:  # noqa: PLR2004 - half the world, in degrees
        message = f"West lies east of east: the region would cross 180° and be {beyond - west:.6g}° wide."
        hint = f"Check the signs: longitudes west of Greenwich are negative. If it is meant, write {beyond:.12g} here."
        raise InvalidRequestError.of("east", "west-of-west", message, hint)
    return beyond


def read_affine(texts: Mapping[str, str], crs: str) -> PixelGrid:
    """Read a whole grid: the six numbers of its transform, and its size in pixels.

    Parameters
    ----------
    texts
        What was typed under the names of ``COEFFICIENTS`` and ``DIMENSIONS``; an empty shear is 0.
    crs
        Code or WKT of the grid.

    Raises
    ------
    InvalidRequestError
        With a problem at each entry that is wrong.
    """
    shears = {name: texts.get(name, "").strip() or "0" for name in ("shearX", "shearY")}
    numbers = _numbers({**texts, **shears}, COEFFICIENTS)
    counts = []
    for name in DIMENSIONS:
        count = parse_count(texts.get(name, ""))
        if count is None:
            raise InvalidRequestError.of(name, "not-a-whole-number", "Must be a whole number of pixels.")
        counts.append(count)
    return PixelGrid(counts[0], counts[1], AffineTransform(*numbers), **crs_member(crs))


def read_geojson(text: str) -> Region:
    """Read a region from the text of a GeoJSON object.

    Raises
    ------
    InvalidRequestError
        Where the text is no JSON, or no polygon in longitude and latitude.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"This is too long to be read here: {len(text):,} characters."
        raise InvalidRequestError.of("region", "geojson-too-long", message, "Simplify the outline first.")
    if not text.strip():
        raise InvalidRequestError.of("region", "geojson-empty", "There is nothing to read yet.", "Paste GeoJSON.")
    try:
        found = json.loads(text, parse_int=float)  # thousands of digits are no int
    except RecursionError:
        raise InvalidRequestError.of("region", "geojson-too-deep", "This is nested too deep for GeoJSON.") from None
    except json.JSONDecodeError as error:
        message = f"This is no GeoJSON. {syntax_error(error).problems[0].message}"
        hint = 'GeoJSON begins with {"type": …}. The four sides of a rectangle go into “Type bounds”.'
        raise InvalidRequestError.of("region", "geojson-unreadable", message, hint) from error
    return read_region(found)


def _angles(texts: Mapping[str, str]) -> list[float]:
    """Read the sides in degrees, also in degrees and minutes with the letter of their hemisphere."""
    found = {name: parse_angle(texts.get(name, "")) for name in SIDES}
    wrong = [name for name, angle in found.items() if angle is None or angle[1] not in _HEMISPHERES[name]]
    if wrong:
        raise InvalidRequestError(
            Problem(name, "not-a-number", "error", f"Must be {_ANGLES[_HEMISPHERES[name]]}.") for name in wrong
        )
    return [angle[0] for angle in found.values() if angle is not None]


def _numbers(texts: Mapping[str, str], names: tuple[str, ...]) -> list[float]:
    found = {name: parse_number(texts.get(name, "")) for name in names}
    wrong = [name for name, value in found.items() if value is None]
    if wrong:
        raise InvalidRequestError(Problem(name, "not-a-number", "error", "Must be a number.") for name in wrong)
    return [value for value in found.values() if value is not None]
