"""Checking requests against the shared schema, and answering the way the service does."""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .errors import ServiceError, Violation, invalid
from .expression import check_expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jsonschema import Draft202012Validator, ValidationError

MAX_BODY_BYTES = 10_485_760
"""Largest request body (Earth Engine usage guide, fixed quota)."""

_BEYOND_LONG = 1 << 63
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
_SCHEMA_FILE = "earth-engine-export-v1.schema.json"
_TYPE_NAMES = {
    "string": "TYPE_STRING",
    "integer": "TYPE_INT32",
    "number": "TYPE_DOUBLE",
    "boolean": "TYPE_BOOL",
    "array": "a list",
    "object": "a message",
}
_ENUM_NAMES = {
    "file_format": "ImageFileFormat",
    "permissions": "TilePermissions",
    "resampling_method": "ResamplingMethod",
    "type": "Type",
}
_RULES = {
    "description": "A description may hold letters, digits and . , : ; _ - only, and at most 100 characters.",
    "request_id": "A request id has 1 to 60 letters, digits and dashes.",
    "workload_tag": "A workload tag has at most 63 characters and starts and ends with a letter or digit.",
    "max_pixels": "Must be above 0.",
    "priority": "Must be from 0 to 9999.",
    "crs_code": "Must be AUTHORITY:CODE.",
    "crs_wkt": "Must be WKT.",
    "bucket": "Invalid bucket name.",
    "tile_dimensions.width": "Must be a multiple of the tile size (256 by default) and at most 131072.",
    "tile_dimensions.height": "Must be a multiple of the tile size (256 by default) and at most 131072.",
    "no_data": "Only floatValue is supported.",
}
ASSET_NAME_MESSAGE = (
    "Invalid asset name. Folder names must be separated with '/', and at most 10 folders may be used; "
    "each may contain letters, digits, hyphens and underscores only."
)


@cache
def _definitions() -> dict[str, Any]:
    """Return the messages of the schema by name."""
    text = resources.files(__package__).joinpath("data", _SCHEMA_FILE).read_text("utf-8")
    definitions: dict[str, Any] = json.loads(text)["$defs"]
    return definitions


@cache
def _validator(message: str) -> Draft202012Validator:
    """Return the validator of one message of the schema."""
    with _without_grammars():
        from jsonschema import Draft202012Validator
    return Draft202012Validator({"$defs": _definitions(), "$ref": f"#/$defs/{message}"})


@contextmanager
def _without_grammars() -> Iterator[None]:
    """Hide a library from jsonschema that takes a second to get ready for formats which the schema does not have."""
    hidden = "rfc3987_syntax"
    if hidden in sys.modules:
        yield
        return
    sys.modules[hidden] = None  # type: ignore[assignment] # how Python marks what cannot be imported
    try:
        yield
    finally:
        del sys.modules[hidden]


def warm_up() -> None:
    """Load what the first request would otherwise wait for."""
    _validator("ExportImageRequest")


def read_request(
    body: bytes, message: str, *, ignored: Collection[str] = (), given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the request in `body` without its nulls, once it satisfies the schema.

    Parameters
    ----------
    body
        The bytes as they came; empty counts as `{}`.
    message
        A name under `$defs` of the schema.
    ignored
        Members that may come besides those of the message.
    given
        Members that come from elsewhere, such as the path.

    Raises
    ------
    ServiceError
        INVALID_ARGUMENT with one field violation per problem, paths in snake_case.
    """
    try:
        document = json.loads(body or b"{}", parse_float=_number, parse_constant=_refuse_constant)
        if _HALF_CHARACTER.search(body):
            json.dumps(document, ensure_ascii=False).encode()  # refuses halves of characters that stand alone
    except (ValueError, RecursionError) as error:
        text = f"Invalid JSON payload received. {str(error).partition(':')[0] or 'Unexpected token.'}"
        raise invalid(text, Violation("", text)) from error
    if not isinstance(document, dict):
        text = "Invalid JSON payload received. The request body must be a JSON object."
        raise invalid(text, Violation("", text))
    try:
        request: dict[str, Any] = {
            **{name: value for name, value in _without_nulls(document).items() if name not in ignored},
            **(given or {}),
        }
        violations = list(_violations(request, message))
    except RecursionError as error:
        text = "Invalid JSON payload received. The message is nested too deeply."
        raise invalid(text, Violation("", text)) from error
    if violations:
        raise invalid("\n".join(violation.description for violation in violations), *violations)
    return request


def _number(text: str) -> float:
    """Return a number as the service reads it: JSON knows one kind of number, so 5.0 is the whole number 5."""
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < _BEYOND_LONG else number


def _refuse_constant(name: str) -> None:
    message = f"Unexpected token {name}"
    raise ValueError(message)


def _without_nulls(value: Any, *, constant: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Drop null members, and the empty texts that mean "not set"; what a constant holds is data and stays."""
    if constant:
        return value
    if isinstance(value, dict):
        return {
            key: _without_nulls(member, constant=key == "constantValue")
            for key, member in value.items()
            if key == "constantValue" or not (member is None or (member == "" and key in {"requestId", "workloadTag"}))
        }
    if isinstance(value, list):
        return [_without_nulls(member) for member in value]
    return value


def _violations(request: dict[str, Any], message: str) -> Iterator[Violation]:
    """Yield every problem once; the expression is checked by its own rules, which the schema cannot express."""
    checked = dict(request)
    expression = request.get("expression")
    if isinstance(expression, dict):
        checked["expression"] = {"result": "0", "values": {"0": {"constantValue": None}}}
        yield from check_expression(expression)
    seen: set[Violation] = set()
    for error in sorted(_validator(message).iter_errors(checked), key=lambda found: list(map(str, found.path))):
        for violation in _describe(error):
            if violation not in seen:
                seen.add(violation)
                yield violation


def _describe(error: ValidationError) -> Iterator[Violation]:
    """Turn one schema error into the service's words."""
    field = field_path(error.absolute_path)
    at = f" at '{field}'" if field else ""
    match error.validator:
        case "additionalProperties":
            for unknown in sorted(error.instance.keys() - error.schema.get("properties", {}).keys()):
                text = f'Invalid JSON payload received. Unknown name "{unknown}"{at}: Cannot find field.'
                yield Violation(field, text)
        case "required":
            for member in error.validator_value:
                if member not in error.instance:
                    path = field_path([*error.absolute_path, member])
                    yield Violation(path, f"Missing required field '{path}'.")
        case "oneOf" | "not" if not isinstance(error.instance, _subject(error.validator_value)):
            return  # another rule has said already that it has the wrong type
        case "oneOf":
            yield _describe_choice(error, field)
        case "not" if conflict := _conflict(str(error.validator_value)):
            member, oneof = conflict
            text = f"Invalid value{at} (oneof), oneof field '{oneof}' is already set. Cannot set '{member}'"
            yield Violation(f"{field}.{field_path([member])}", text)
        case _:
            yield Violation(field, f"Invalid value{at}{_reason(error, field)}")


def _subject(rule: object) -> type:
    """Return what a rule is about: members, or the characters of a text."""
    return dict if "required" in str(rule) else str


def _conflict(rule: str) -> tuple[str, str] | None:
    """Return the member that came second and the union it belongs to, where a rule forbids two at once."""
    if "crsWkt" in rule:
        return "crsWkt", "crs"
    return ("tfRecordOptions", "format_options") if "tfRecordOptions" in rule else None


def _reason(error: ValidationError, field: str) -> str:
    """Return the end of the sentence about a value that is not allowed where it stands."""
    name = field.rpartition(".")[2]
    shown = json.dumps(error.instance)
    if error.validator in {"enum", "const"}:
        kind = _ENUM_NAMES.get(name, "PyramidingPolicy" if "pyramiding_policy" in field else "Enum")
        return f" (type.googleapis.com/google.earthengine.v1.{kind}), {shown}"
    if error.validator == "type":
        kinds = error.validator_value
        return f" ({_TYPE_NAMES.get(kinds if isinstance(kinds, str) else kinds[0], 'another type')}), {shown}"
    if field.endswith("earth_engine_destination.name"):
        return f": {shown}. {ASSET_NAME_MESSAGE}"
    rule = next((text for path, text in _RULES.items() if field.endswith(path)), "")
    return f": {shown}. {rule}".rstrip()


def _describe_choice(error: ValidationError, field: str) -> Violation:
    """Say which of several members must be given."""
    members = [member for branch in error.validator_value for member in branch.get("required", [])]
    given = [member for member in members if member in error.instance]
    path = field_path([*error.absolute_path, given[-1] if given else members[0]])
    if members == ["fileExportOptions", "assetExportOptions"] or "driveDestination" in members:
        return Violation(path, "Exactly one export destination must be specified.")
    names = ", ".join(f"'{field_path([member])}'" for member in members)
    return Violation(path, f"Exactly one of {names} must be specified at '{field}'.")


def field_path(path: Any) -> str:  # noqa: ANN401 - a deque of keys and indices
    """Return a JSON path in the service's form: snake_case members, `[n]` for list items, map keys as they are."""
    text = ""
    in_map = False
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = part if in_map else re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", part)
        text += f".{name}" if text else name
        in_map = part in {"pyramidingPolicyOverrides", "tensorDepths"}
    return text


def unwrap(value: Any) -> Any:  # noqa: ANN401 - a wrapper field in any of its three encodings
    """Return the number in a wrapper field: bare, as text, or as `{"value": …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return float(value) if isinstance(value, str) else value


LONGEST_PART = 200
"""Characters in one part of an asset name; file systems take 255 bytes, and results are written beside it first."""


def read_asset_name(name: str) -> str:
    """Return `name` when an asset may be called so.

    Raises
    ------
    ServiceError
        INVALID_ARGUMENT in the service's words.
    """
    # What the service allows is not documented; here each part becomes the name of a folder.
    too_long = any(len(part) > LONGEST_PART for part in name.split("/"))
    if too_long or not re.search(_definitions()["ImageAssetName"]["pattern"], name):
        raise ServiceError("INVALID_ARGUMENT", ASSET_NAME_MESSAGE, violations=[Violation("name", ASSET_NAME_MESSAGE)])
    return name
