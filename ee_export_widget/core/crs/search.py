"""Looking up coordinate reference systems by code, by name and by place, fast enough to type along.

The table is pyproj's database: some 7,000 systems of EPSG and ESRI with the names of the places that they are
made for. It is read once, on the first search, which takes about a fifth of a second.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.presets import PRESETS

if TYPE_CHECKING:
    from ee_export_widget.core.region.region import Position

_AUTHORITIES = ("EPSG", "ESRI")
_WORD = re.compile(r"\d+[^\W\d_]*|[^\W\d_]+")
_WORDS_AT_MOST = 8
_BEFORE_A_CODE = frozenset({"epsg", "esri", "org"})
_WORLD_DEG = 360
_WORLDWIDE_DATUM = "wgs 84"
_UTM_ZONE = re.compile(r"\butm (?:zone )?\d")
_PRESET_CODES = frozenset(preset.code for preset in PRESETS)


@dataclass(frozen=True, slots=True)
class CrsMatch:
    """A system that a search found."""

    code: str
    """Authority code, for example ``EPSG:32632``."""

    name: str
    """Name in the authority's words."""

    place: str
    """The area that it is made for, in the authority's words."""

    area_of_use: tuple[float, float, float, float]
    """``(west, south, east, north)`` in degrees, with west > east where it crosses 180°."""

    def reaches(self, lon: float, lat: float) -> bool:
        """Whether a place, in degrees, lies in its area of use."""
        west, south, east, north = self.area_of_use
        width = east - west if east >= west else east - west + _WORLD_DEG
        return south <= lat <= north and (lon - west) % _WORLD_DEG <= width


@dataclass(frozen=True, slots=True)
class _Row:
    """A system with its words as they are compared: each after a space, a space behind the last."""

    match: CrsMatch
    code_words: str
    name_words: str
    place_words: str

    @property
    def is_of_the_world(self) -> bool:
        """Whether it is on the datum of satellites."""
        return self.name_words.startswith(f" {_WORLDWIDE_DATUM} ")


def search_crs(text: str, *, near: Position | None = None, limit: int = 20) -> list[CrsMatch]:
    """Find systems whose code, name or place has a word beginning with each word of a text.

    Parameters
    ----------
    text
        As typed: ``3035``, ``epsg 326``, ``utm 32n``, ``laea europe``, ``new zealand``. Accents and capitals do not
        matter.
    near
        ``(longitude, latitude)`` in degrees of what will be exported; of equal matches those that are made for
        that place come first.
    limit
        Number of matches at most.

    Returns
    -------
    list[CrsMatch]
        The best first: a whole code, the beginning of a code, words of the name, words of the place.
    """
    words = _words(text)[:_WORDS_AT_MOST]
    if not words:
        return []
    # A zone has a number in the whole world: its north and its south come before other datums at the place.
    of_a_zone = _UTM_ZONE.search(" ".join(words)) is not None
    found = []
    for order, row in enumerate(_table()):
        worth = _distance(row, words)
        if worth is not None:
            local = of_a_zone and not row.is_of_the_world
            far = near is not None and not row.match.reaches(*near)
            found.append((worth, local, far, order, row.match))
    return [match for *_, match in nsmallest(limit, found, key=lambda entry: entry[:4])]


def _distance(row: _Row, words: list[str]) -> int | None:
    """Give how far a row is from what was typed: the sum over its words, or None where one of them is missing."""
    total = 0
    for before, word in zip(["", *words], words, strict=False):
        begins, whole = f" {word}", f" {word} "
        # A number behind a word is that of a zone or a year, unless it is all of a code.
        may_begin = not word[0].isdecimal() or not before or before in _BEFORE_A_CODE
        if (begins if may_begin else whole) in row.code_words:
            # Names and places have numbers too; whoever types one means a code.
            total += 0 if whole in row.code_words else 1
        elif begins in row.name_words:
            total += 2 if whole in row.name_words else 3
        elif begins in row.place_words:
            total += 5 if whole in row.place_words else 6
        else:
            return None
    return total


def _words(text: str) -> list[str]:
    """Give the words of a text in small letters without accents; a number and the letters before it are two."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def _spaced(text: str) -> str:
    return f" {' '.join(_words(text))} "


@lru_cache(maxsize=1)
def _table() -> tuple[_Row, ...]:
    """Read the database, in the order in which equal matches are given."""
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    kinds = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS]
    matches = [CrsMatch("SR-ORG:6974", "MODIS Sinusoidal", "World.", (-180.0, -90.0, 180.0, 90.0))]
    matches += [
        CrsMatch(f"{info.auth_name}:{info.code}", info.name, info.area_of_use.name or "", info.area_of_use.bounds)
        for authority in _AUTHORITIES
        for info in query_crs_info(auth_name=authority, pj_types=kinds)
        if info.area_of_use is not None
    ]
    # A system that is made for several areas is listed with each of them.
    rows = {
        match.code: _Row(match, _spaced(match.code), _spaced(match.name), _spaced(match.place)) for match in matches
    }
    return tuple(sorted(rows.values(), key=_rank))


def _rank(row: _Row) -> tuple[bool, bool, bool, int, str]:
    """Put the presets first, then systems on the datum of satellites, EPSG before ESRI, short names before long."""
    code = row.match.code
    return code not in _PRESET_CODES, not row.is_of_the_world, not code.startswith("EPSG"), len(row.match.name), code
