"""From what people call an image to the expression that the service evaluates.

The official client ``ee`` is optional and never imported here: an object of its can only come from
code that has imported it already, and so can a session that it has opened.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast, runtime_checkable

from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.naming import quoted
from ee_export_widget.core.reading import parse_json
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.client.auth import Credentials

LEGACY_PROJECT = "earthengine-legacy"
"""The project that the official client falls back to; nobody can export from it."""

_ASSET_ID = re.compile(r"[^\s\"'`(){}\[\]<>]+")


@runtime_checkable
class Serialisable(Protocol):
    """What this module needs of an ``ee.Image``."""

    def serialize(self) -> str:
        """Give the expression as JSON text."""
        ...


ImageLike: TypeAlias = Serialisable | Mapping[str, Any] | str


def expression_of(image: ImageLike) -> Expression:
    """Give the expression that evaluates to an image.

    Parameters
    ----------
    image
        An ``ee.Image``, the id of an asset (short, ``users/...`` or a full name), or an expression
        with ``result`` and ``values``, as a mapping or as JSON text.

    Raises
    ------
    InvalidRequestError
        Where it is none of these, or an object of ``ee`` that is not an image.
    """
    if isinstance(image, str):
        return _pasted(image) if is_json(image) else _load(image)
    if isinstance(image, Mapping):
        return _checked(image)
    if isinstance(image, Serialisable):
        return _serialised(image)
    raise _not_an_image(f"A {type(image).__name__} is not an image.")


def is_json(text: str) -> bool:
    """Tell whether a text is meant as an expression; no asset id begins like one."""
    return text.lstrip().startswith("{")


def _pasted(text: str) -> Expression:
    """Read an expression from JSON, as ``image.serialize()`` gives it."""
    try:
        found = parse_json(text)
    except InvalidRequestError as error:
        [problem] = error.problems
        raise InvalidRequestError([replace(problem, field="expression")]) from None
    return _checked(cast("Mapping[str, Any]", found))


def _load(asset_id: str) -> Expression:
    """Load an asset by its id as typed: the service takes short ids and full names alike."""
    if not _ASSET_ID.fullmatch(asset_id):
        raise _not_an_image(f"{quoted(asset_id)} is not the id of an asset.")
    return Expression.of(image_load(asset_id))


def _checked(expression: Mapping[str, Any]) -> Expression:
    values, result = expression.get("values"), expression.get("result")
    if "expression" in expression:
        raise _not_an_image("This is a whole request, not an expression.", "Load it with ExportWidget.load(body).")
    if not isinstance(values, Mapping) or not isinstance(result, str) or result not in values:
        raise _not_an_image("An expression needs “values” and a “result” that names one of them.")
    return Expression.of(expression)


def _serialised(image: Serialisable) -> Expression:
    name = getattr(image, "name", None)
    kind = name() if callable(name) else type(image).__name__
    if kind == "ImageCollection":
        hint = "Make one image of it first, for example with mosaic(), median() or first()."
        raise _not_an_image("An ImageCollection is not an image.", hint)
    if kind in {"Feature", "FeatureCollection", "Geometry", "List", "Dictionary", "Number", "String"}:
        raise _not_an_image(f"A {kind} is not an image.")
    try:
        expression = json.loads(image.serialize())
    except _serialising_errors() as error:
        raise _not_an_image(f"The image cannot be encoded: {error}") from error
    return _checked(expression if isinstance(expression, Mapping) else {})


def _serialising_errors() -> tuple[type[Exception], ...]:
    theirs = getattr(sys.modules.get("ee"), "EEException", ValueError)
    return ValueError, RecursionError, theirs


def _not_an_image(
    message: str, hint: str = "Give an ee.Image, the id of an image asset, or an expression."
) -> InvalidRequestError:
    return InvalidRequestError.of("expression", "not-an-image", message, hint)


@dataclass(frozen=True, slots=True)
class EarthEngineSession:
    """What the official client was initialised with."""

    project: str | None
    """Project id, ``None`` where the user named none."""
    credentials: Credentials | None = field(repr=False)
    base_url: str


def initialised_ee() -> EarthEngineSession | None:
    """Give the session that ``ee`` has opened in this process, or ``None``.

    Read from where release 1.7.50 keeps it, and from the module variables of older ones (1.0, for example); imports
    nothing and asks nobody.
    """
    data = getattr(sys.modules.get("ee"), "data", None)
    get_state = getattr(data, "_get_state", None)
    state, prefix = (get_state(), "") if get_state else (data, "_")

    def read(member: str) -> Any:  # noqa: ANN401 - a foreign object's attribute
        return getattr(state, prefix + member, None)

    base_url = read("cloud_api_base_url")
    if not read("initialized") or not isinstance(base_url, str):
        return None
    credentials = read("credentials")
    project = read("cloud_api_user_project")
    if not project or project == LEGACY_PROJECT:
        project = getattr(credentials, "project_id", None)
    return EarthEngineSession(str(project) if project else None, credentials, base_url)
