"""Coordinate reference systems: what the service is told, and what is computed with.

Coordinates are x first everywhere: easting or longitude, whatever order the authority's definition has.
pyproj is imported on first use.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ee_export_widget.core.crs.wkt import refuse_unknown_words
from ee_export_widget.core.reading import finite_number
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pyproj
    from numpy.typing import NDArray

METRES_PER_DEGREE = 2 * math.pi * 6378137 / 360
"""Metres in a degree as the service converts them: along the equator, in both directions, at every latitude."""

MERCATOR_MAX_LATITUDE_DEG = 85.0511287798066
"""Where the square Web Mercator world ends."""

FIELD = "grid.crsCode"

# Names that only the service knows. The WKT that goes with SR-ORG:6974 puts the sphere into a projection
# parameter that PROJ ignores; on the ellipsoid points land up to 18.8 km too far south.
_SERVICE_CODES = {"SR-ORG:6974": ("MODIS Sinusoidal", "+proj=sinu +R=6371007.181 +units=m +type=crs")}

_CODE = re.compile(r"([A-Za-z][\w.-]*):([\w.-]+)")
_WKT_ROOT = re.compile(r"\s*(\w+)\s*[\[(]")
_SPHEROID = re.compile(r"SPHEROID\s*\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]", re.IGNORECASE)
_UNIT_SIGNS = {
    "metre": "m",
    "meter": "m",
    "kilometre": "km",
    "degree": "degrees",
    "foot": "ft",
    "us survey foot": "US ft",
    "foot us": "US ft",
    "grad": "grads",
}
_AXES_OF_A_MAP = 2


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate reference system with two axes, as resolved from a code or a WKT."""

    code: str | None
    """What goes into ``crsCode``, or ``None`` where the service needs the WKT."""

    wkt: str | None
    """What goes into ``crsWkt`` (WKT 1), or ``None`` where the code is enough."""

    name: str
    """Name in the authority's words, for example ``WGS 84 / UTM zone 32N``."""

    units: str
    """Unit of both axes: ``m``, ``degrees``, ``ft``, ..."""

    is_geographic: bool
    """Whether the axes are longitude and latitude."""

    metres_per_unit: float
    """Nominal metres in one unit; ``METRES_PER_DEGREE`` for degrees."""

    area_of_use: tuple[float, float, float, float] | None
    """``(west, south, east, north)`` in degrees; west > east where it crosses 180°; ``None`` if unknown."""

    central_meridian_deg: float | None
    """Central meridian of a projected system, where its method has one."""

    is_transverse_mercator: bool
    """Whether the system is transverse Mercator (all UTM zones are), of no use far from its central meridian."""

    period: float | None
    """Length of 360° in x units where x can run on beyond 180°: degrees and Web Mercator; otherwise ``None``."""

    max_latitude_deg: float | None
    """Latitude beyond which the system's world ends (Web Mercator), or ``None``."""

    is_wgs84_degrees: bool
    """Whether coordinates are WGS 84 longitude and latitude themselves, so that nothing has to be projected."""

    _transformer: pyproj.Transformer = field(repr=False, compare=False)

    @staticmethod
    def from_text(text: str) -> Crs:
        """Resolve ``EPSG:n``, another authority's code, WKT, or a PROJ string.

        EPSG codes, and codes that are the service's own, are sent to it as codes. Everything else goes as
        WKT 1: a WKT 1 as given, the rest written anew.

        Raises
        ------
        InvalidRequestError
            If nothing of that name is known, or it does not have exactly two axes (geocentric, vertical and
            compound systems).
        """
        if not isinstance(text, str) or not text.strip():
            message = "There is no CRS." if not text or str(text).isspace() else "The CRS must be a text."
            raise InvalidRequestError.of(FIELD, "crs-missing", message, "Give a code such as EPSG:32632.")
        found = _resolved(text.strip())
        if isinstance(found, Crs):
            return found
        raise InvalidRequestError(found)

    @property
    def text(self) -> str:
        """The code if there is one, otherwise the WKT; ``Crs.from_text`` reads it back."""
        return self.code or self.wkt or ""

    @property
    def common_text(self) -> str:
        """What other libraries read as the system that is computed with: an EPSG code, otherwise WKT 2."""
        if self.code is not None and self.code.startswith("EPSG:"):
            return self.code
        crs = self._transformer.target_crs
        return self.text if crs is None else str(crs.to_wkt())

    @property
    def wkt1(self) -> str:
        """The system as WKT 1, also where a code is enough.

        Raises
        ------
        InvalidRequestError
            If WKT 1 has no words for it.
        """
        import pyproj

        return self.wkt or _wkt1("", pyproj.CRS.from_user_input(_read(self.text)[2]))

    @property
    def label(self) -> str:
        """Short name for sentences: the code, otherwise the name."""
        return self.code or self.name

    def is_same(self, other: Crs) -> bool:
        """Whether both are the same system, however they are written."""
        mine, theirs = self._transformer.target_crs, other._transformer.target_crs
        return mine is not None and theirs is not None and mine.equals(theirs, ignore_axis_order=True)

    def project(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project WGS 84 degrees to x and y; what cannot be projected becomes infinite.

        Where the system has a ``period``, x follows the longitude beyond 180° instead of jumping back.
        """
        import numpy as np

        if self.is_wgs84_degrees:
            return lon, lat
        if self.max_latitude_deg is not None:
            lat = np.clip(lat, -self.max_latitude_deg, self.max_latitude_deg)
        with _offline():
            x, y = self._transformer.transform(lon, lat)
        if self.period is not None:
            with np.errstate(invalid="ignore"):
                x = x + self.period * np.round(lon / 360 - x / self.period)
        return x, y

    def unproject(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give WGS 84 degrees; longitudes run on beyond 180° only where the system has a ``period``."""
        import numpy as np

        if self.is_wgs84_degrees:
            return x, y
        with _offline():
            lon, lat = self._transformer.transform(x, y, direction="INVERSE")
        if self.period is not None:
            with np.errstate(invalid="ignore"):
                lon = lon + 360 * np.round(x / self.period - lon / 360)
        return lon, lat


@lru_cache(maxsize=256)
def _resolved(text: str) -> Crs | tuple[Problem, ...]:
    """Resolve a text once, or find out once what is wrong with it: either takes up to 50 ms."""
    try:
        return _resolve(text)
    except InvalidRequestError as error:
        return tuple(error.problems)


def _resolve(text: str) -> Crs:
    """Resolve a text that is not empty."""
    import pyproj

    code, name, computed = _read(text)
    if "[" in computed:
        refuse_unknown_words(computed)
    try:
        # Anything else that cannot be read is looked for among the names of the database, which takes longest.
        crs = pyproj.CRS.from_wkt(computed) if "[" in computed else pyproj.CRS.from_user_input(computed)
        params = _parameters(crs)
        if {"semi_major", "semi_minor"} <= params.keys():
            crs = pyproj.CRS.from_wkt(_with_sphere_of_parameters(computed, params["semi_major"], params["semi_minor"]))
    except pyproj.exceptions.CRSError as error:
        raise _unknown(text) from error
    name = name or (crs.name if crs.name != "unknown" else "the custom projection")
    if len(crs.axis_info) != _AXES_OF_A_MAP:
        raise InvalidRequestError.of(
            FIELD,
            "crs-not-two-axes",
            f"{code or name} has {_axes(len(crs.axis_info))}; a grid needs a CRS with exactly two.",
            "Choose a system of two axes, such as EPSG:32632.",
        )
    transformer = _transformer(crs, code or name)
    wkt = None if code else _wkt1(text, crs)
    axis = crs.axis_info[0]
    is_lonlat = crs.is_geographic and not crs.is_derived
    is_web_mercator = "Pseudo Mercator" in _method(crs)
    degrees_per_unit = math.degrees(axis.unit_conversion_factor)
    return Crs(
        code=code,
        wkt=wkt,
        name=name,
        units=_UNIT_SIGNS.get(axis.unit_name.lower().replace("_", " "), axis.unit_name),
        is_geographic=crs.is_geographic,
        metres_per_unit=METRES_PER_DEGREE * degrees_per_unit if crs.is_geographic else axis.unit_conversion_factor,
        area_of_use=_area_of_use(crs),
        central_meridian_deg=_central_meridian_deg(crs),
        is_transverse_mercator=_method(crs).startswith("Transverse Mercator"),
        period=360 / degrees_per_unit if is_lonlat else 360 * METRES_PER_DEGREE if is_web_mercator else None,
        max_latitude_deg=MERCATOR_MAX_LATITUDE_DEG if is_web_mercator else None,
        is_wgs84_degrees=is_lonlat and crs.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True),
        _transformer=transformer,
    )


def _read(text: str) -> tuple[str | None, str | None, str]:
    """Give the code that the service takes and the name, if these are known, and what pyproj shall read."""
    match = _CODE.fullmatch(text)
    if match:
        authority, number = match[1].upper(), match[2]
        code = f"{authority}:{number}"
        if code in _SERVICE_CODES:
            return code, *_SERVICE_CODES[code]
        return (code if authority == "EPSG" else None), None, code
    if _WKT_ROOT.match(text) or text.startswith("+proj="):
        return None, None, text
    raise _unknown(text)


def _unknown(text: str) -> InvalidRequestError:
    """Say that a text names no CRS."""
    if "[" in text:
        return InvalidRequestError.of("grid.crsWkt", "unknown-crs", "The WKT of the CRS can't be read.", "Check it.")
    message = f"{text} is not a known CRS code. Codes look like EPSG:32632."
    return InvalidRequestError.of(FIELD, "unknown-crs", message, "Give a code that is known, or the WKT of the CRS.")


@contextmanager
def _offline() -> Iterator[None]:
    """Keep PROJ from fetching datum grids, which would make results depend on the machine.

    Needed around transforming too: pyproj builds a transformer again in every thread that uses it.
    """
    from pyproj.network import is_network_enabled, set_network_enabled  # type: ignore[attr-defined] # it does export

    if not is_network_enabled():
        yield
        return
    set_network_enabled(active=False)
    try:
        yield
    finally:
        set_network_enabled(active=True)


def _axes(count: int) -> str:
    return "one axis" if count == 1 else f"{count} axes"


def _transformer(crs: pyproj.CRS, label: str) -> pyproj.Transformer:
    """Build the transformer from WGS 84."""
    import pyproj

    try:
        with _offline():
            return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        message = f"Longitude and latitude can't be converted to {label}."
        raise InvalidRequestError.of(FIELD, "crs-not-convertible", message, "Choose another CRS.") from error


def _wkt1(text: str, crs: pyproj.CRS) -> str:
    """Give the WKT 1 to send: a WKT 1 as the user gave it, anything else written anew."""
    import pyproj

    root = _WKT_ROOT.match(text)
    if root and not root[1].upper().endswith("CRS"):
        return text
    try:
        # Without axes, because WKT 1 then means x first, which is what every number here is.
        return crs.to_wkt("WKT1_GDAL", output_axis_rule=False)
    except pyproj.exceptions.CRSError as error:
        message = f"{crs.name} can't be written as WKT 1, which is what the service reads."
        raise InvalidRequestError.of(FIELD, "crs-not-wkt1", message, "Choose another CRS.") from error


def _method(crs: pyproj.CRS) -> str:
    """Name the projection method; empty for a geographic CRS."""
    return crs.coordinate_operation.method_name if crs.coordinate_operation else ""


def _parameters(crs: pyproj.CRS) -> dict[str, float]:
    """Give the numbers of the projection by name, as the CRS states them."""
    params = crs.coordinate_operation.params if crs.coordinate_operation else []
    values = {param.name: finite_number(param.value) for param in params}
    return {name: value for name, value in values.items() if value is not None}


def _with_sphere_of_parameters(wkt: str, a: float, b: float) -> str:
    """Move the figure of the earth from the projection's parameters to the datum, where PROJ reads it."""
    inverse_flattening = 0 if a == b else a / (a - b)
    return _SPHEROID.sub(f'SPHEROID["of the parameters",{a!r},{inverse_flattening!r}]', wkt, count=1)


def _area_of_use(crs: pyproj.CRS) -> tuple[float, float, float, float] | None:
    """Look up the area of use, by its EPSG code where the text itself has none (WKT 1)."""
    import pyproj

    area = crs.area_of_use
    if area is None and (epsg := crs.to_epsg(min_confidence=100)):
        area = pyproj.CRS.from_epsg(epsg).area_of_use
    return area.bounds if area else None


def _central_meridian_deg(crs: pyproj.CRS) -> float | None:
    """Find the longitude that a projection is centred on."""
    longitudes = [value for name, value in _parameters(crs).items() if name.startswith("Longitude of")]
    if not longitudes or crs.geodetic_crs is None:
        return None
    degrees_per_unit = math.degrees(crs.geodetic_crs.axis_info[0].unit_conversion_factor)
    return longitudes[0] * degrees_per_unit + (crs.prime_meridian.longitude if crs.prime_meridian else 0)
