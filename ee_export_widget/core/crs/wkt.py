"""Words of WKT that nobody knows: PROJ passes over them, and what they were to say is lost."""

from __future__ import annotations

import difflib
import re

from ee_export_widget.errors import InvalidRequestError

_QUOTED = re.compile(r'"[^"]*"')
_KEYWORD = re.compile(r"(\w+)\s*[\[(]")
_PARAMETER = re.compile(r'\bPARAMETER\s*[\[(]\s*"([^"]*)"', re.IGNORECASE)
_AS_GOOD_AS_KNOWN = 0.85

# WKT 1 as written by GDAL and Esri, and WKT 2 in both of its years.
_WORDS = """
ABRIDGEDTRANSFORMATION ANCHOR ANCHOREPOCH ANGLEUNIT ANGULARUNIT AREA AUTHORITY AXIS AXISMAXVALUE AXISMINVALUE
BASEENGCRS BASEGEODCRS BASEGEOGCRS BASEPARAMCRS BASEPROJCRS BASETIMECRS BASEVERTCRS BBOX BEARING BOUNDCRS CALENDAR
CITATION COMPD_CS COMPOUNDCRS CONCATENATEDOPERATION CONCAT_MT CONVERSION COORDEPOCH COORDINATEMETADATA
COORDINATEOPERATION CS DATUM DEFININGTRANSFORMATION DERIVEDPROJCRS DERIVINGCONVERSION DYNAMIC EDATUM ELLIPSOID
ENGCRS ENGINEERINGCRS ENGINEERINGDATUM ENSEMBLE ENSEMBLEACCURACY EPOCH EXTENSION FITTED_CS FRAMEEPOCH GEOCCS GEODCRS
GEODETICCRS GEODETICDATUM GEOGCRS GEOGCS GEOGRAPHICCRS GEOGTRAN GEOIDMODEL ID IDATUM IMAGECRS IMAGEDATUM
INTERPOLATIONCRS INVERSE_MT LENGTHUNIT LINUNIT LOCAL_CS LOCAL_DATUM MEMBER MERIDIAN METADATA METHOD MODEL
OPERATIONACCURACY ORDER PARAMETER PARAMETERFILE PARAMETRICCRS PARAMETRICDATUM PARAMETRICUNIT PARAM_MT PASSTHROUGH_MT
PDATUM POINTMOTIONOPERATION PRIMEM PRIMEMERIDIAN PROJCRS PROJCS PROJECTEDCRS PROJECTION RANGEMEANING REMARK
SCALEUNIT SCOPE SOURCECRS SPHEROID STEP TARGETCRS TDATUM TEMPORALDATUM TEMPORALQUANTITY TIMECRS TIMEDATUM TIMEEXTENT
TIMEORIGIN TIMEUNIT TOWGS84 TRF TRIAXIAL UNIT URI USAGE VDATUM VELOCITYGRID VERSION VERTCRS VERTCS VERTICALCRS
VERTICALDATUM VERTICALEXTENT VERT_CS VERT_DATUM VRF
"""
_KEYWORDS = frozenset(_WORDS.split())

# Of WKT 1. Others may be known to somebody; what is nearly one of these is a slip.
_NAMES = """
auxiliary_sphere_type azimuth central_meridian central_parallel false_easting false_northing fipszone height
latitude_of_1st_point latitude_of_2nd_point latitude_of_center latitude_of_origin latitude_of_point_1
latitude_of_point_2 longitude_of_1st_point longitude_of_2nd_point longitude_of_center longitude_of_origin
longitude_of_point_1 longitude_of_point_2 option pseudo_standard_parallel_1 rectified_grid_angle satellite_height
scale_factor semi_major semi_minor standard_parallel_1 standard_parallel_2 straight_vertical_longitude_from_pole
x_scale xy_plane_rotation y_scale
"""
_PARAMETERS = frozenset(_NAMES.split())


def refuse_unknown_words(wkt: str) -> None:
    """Refuse a WKT with a keyword that there is not, or a parameter's name that is nearly one.

    Raises
    ------
    InvalidRequestError
        For the first of them, with the nearest that there is.
    """
    for keyword in _KEYWORD.findall(_QUOTED.sub('""', wkt)):
        if keyword.upper() not in _KEYWORDS:
            near = difflib.get_close_matches(keyword.upper(), sorted(_KEYWORDS), 1)
            raise _unknown(f"{keyword} is no keyword of WKT.", near)
    if wkt.partition("[")[0].rstrip().upper().endswith("CRS"):
        return  # WKT 2 has other names for the parameters
    for name in _PARAMETER.findall(wkt):
        plain = name.strip().lower().replace(" ", "_")
        near = difflib.get_close_matches(plain, sorted(_PARAMETERS), 1, _AS_GOOD_AS_KNOWN)
        if near and plain not in _PARAMETERS:
            raise _unknown(f"{name} is no parameter of a projection.", near)


def _unknown(message: str, near: list[str]) -> InvalidRequestError:
    """Make the error, proposing the word that was meant."""
    hint = f"Did you mean {near[0]}?" if near else "Check the WKT."
    return InvalidRequestError.of("grid.crsWkt", "wkt-unknown-word", message, hint)
