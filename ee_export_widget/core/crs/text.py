"""Reading a coordinate reference system as people type it."""

from __future__ import annotations

import re

from ee_export_widget.core.crs.crs import FIELD, Crs
from ee_export_widget.errors import InvalidRequestError

_EPSG = re.compile(
    r"(?:(?:\+?init=|urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?EPSG(?:[:/][\d.]*(?=[:/]))?[:/\s]*)?(\d{4,6})",
    re.IGNORECASE,
)
_PROJ = re.compile(r"\s*\+?proj\s*=", re.IGNORECASE)
_MOST_OF_A_PROJ_STRING = 500


def typed_crs(text: str) -> str:
    """Give the code or the WKT that a typed text means; what means nothing comes back as it is.

    Knows EPSG codes in all their spellings (``32632``, ``epsg 32632``, ``urn:ogc:def:crs:EPSG::32632``) and what a
    list of suggestions shows, a code with its name behind a comma.
    """
    text = text.strip()
    if "[" in text:
        return text
    code = text.partition(",")[0].strip()
    match = _EPSG.fullmatch(code)
    return f"EPSG:{match[1]}" if match else code


def short_crs(crs: str) -> str:
    """Give a code as it is, and WKT by its name."""
    if "[" not in crs:
        return crs
    try:
        return Crs.from_text(crs).name
    except InvalidRequestError:
        return "WKT"


def read_typed_crs(text: str) -> Crs:
    """Resolve what was typed into the CRS field.

    Raises
    ------
    InvalidRequestError
        If nothing of that name is known, it does not have exactly two axes, or it is a PROJ string, which the
        service does not take; the hint names its code where it has one.
    """
    if _PROJ.match(text):
        code = _code_of_proj(text)
        hint = f"Use {code}." if code else "Give a code such as EPSG:32632, or the WKT of the CRS."
        raise InvalidRequestError.of(FIELD, "crs-proj-string", "Earth Engine does not take PROJ strings.", hint)
    return Crs.from_text(typed_crs(text))


def _code_of_proj(text: str) -> str | None:
    """Look up the EPSG code of a PROJ string."""
    import pyproj

    try:
        number = pyproj.CRS.from_user_input(text.strip()[:_MOST_OF_A_PROJ_STRING]).to_epsg()
    except pyproj.exceptions.CRSError:
        return None
    return f"EPSG:{number}" if number else None
