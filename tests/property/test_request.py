"""Laws of export requests that hold for all input."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.emulator.errors import ServiceError
from ee_export_widget.emulator.schema import read_request
from ee_export_widget.errors import InvalidRequestError
from tests.property.long import examples
from tests.unit.core.bodies import ASSET, CLOUD, DRIVE, GOOD, changed, schema_takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.core.bodies import Body

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["MEAN", "GEO_TIFF", "EPSG:4326", "0", "-1", "NaN", "1e9", "projects/p/assets/a", "gs://a", "\ud800"]
    )
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = sorted(
    {name for body in GOOD.values() for name in (*body, *(body.get("grid") or {}))}
    | {"fileExportOptions", "assetExportOptions", "geoTiffOptions", "tfRecordOptions", "driveDestination", "value", ""}
)
_IMAGES = st.builds(
    lambda bands: ImageInfo.from_description({"type": "Image", "bands": bands}),
    st.lists(
        st.fixed_dictionaries(
            {"id": st.sampled_from(["B2", "QA_PIXEL", "landcover", ""])},
            optional={
                "data_type": st.fixed_dictionaries(
                    {"precision": st.sampled_from(["int", "float", "double", "odd"])},
                    optional={"min": _SCALARS, "max": _SCALARS, "dimensions": _SCALARS},
                ),
                "crs": _SCALARS | st.just("EPSG:32610"),
                "crs_transform": st.lists(_SCALARS, max_size=7) | st.just([60, 0, 0, 0, -60, 0]),
                "dimensions": st.lists(_SCALARS, max_size=3) | st.just([10, 10]),
                "origin": st.lists(_SCALARS, max_size=3),
            },
        ),
        max_size=4,
    ),
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every member, at every level."""
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in members:
        yield (*path, name)
        yield from _places(item, (*path, name))


@st.composite
def _mutated(draw: st.DrawFn) -> Body:
    """Change up to three members of a good body: another value, another name, no member, one more."""
    body: Body = copy.deepcopy(draw(st.sampled_from([ASSET, CLOUD, DRIVE, *GOOD.values()])))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(body))
        if not places:
            break
        *parents, name = draw(st.sampled_from(places))
        target: Any = body
        for parent in parents:
            target = target[parent]
        match draw(st.sampled_from(["value", "remove", "rename", "add"])):
            case "value":
                target[name] = draw(_JSON)
            case "remove":
                del target[name]
            case "rename" if isinstance(target, dict):
                target[draw(st.sampled_from(_NAMES) | st.text(max_size=8))] = target.pop(name)
            case _ if isinstance(target, dict):
                target[draw(st.sampled_from(_NAMES) | st.text(max_size=8))] = draw(_JSON)
    return body


def _errors(body: object) -> list[str] | None:
    """Give the codes of what blocks; None where reading is refused."""
    try:
        request = ExportImageRequest.from_json(body)  # type: ignore[arg-type] # on purpose
    except InvalidRequestError:
        return None
    return [problem.code for problem in request.problems() if problem.severity == "error"]


@given(_JSON)
@example({"grid": {"crsCode": "EPSG:" + "9" * 400}})
@example({"grid": {"crsCode": "EPSG:0"}})
def test_arbitrary_json_is_read_or_refused(value: object) -> None:
    """Whatever comes in, reading gives a request or our own error with problems; no request is without its image."""
    assert _errors(value) != []


@examples(50, long=2_000)
@given(_mutated(), st.none() | _IMAGES)
def test_problems_are_always_a_list(body: Body, image: ImageInfo | None) -> None:
    """A body with any mistakes, and an image with any description, is judged without raising."""
    try:
        request = ExportImageRequest.from_json(body)
        found = request.problems(image)
    except InvalidRequestError as error:
        found = error.problems
    for problem in found:
        assert problem.message
        assert problem.code
        assert problem.severity in {"error", "warning", "info"}


@examples(50, long=2_000)
@given(_mutated())
def test_what_the_schema_refuses_is_refused_here(body: Body) -> None:
    """No body that the service would refuse by its form is let through."""
    assume(_is_json(body))
    if not schema_takes(body):
        assert _errors(body) != []


@examples(200, long=5_000)
@given(_mutated())
def test_what_the_local_earth_engine_refuses_is_refused_here(body: Body) -> None:
    """No body is submitted that the service refuses for what could have been known, its expression included."""
    assume(_is_json(body))
    if _is_refused(body):
        assert _errors(body) != []


def _is_refused(body: Body) -> bool:
    try:
        read_request(json.dumps(body).encode(), "ExportImageRequest")
    except ServiceError:
        return True
    return False


@examples(50, long=2_000)
@given(_mutated())
def test_what_the_schema_takes_is_read(body: Body) -> None:
    """No body that the service would take by its form is refused when it is read."""
    assume(_is_json(body))
    if schema_takes(body):
        assert _errors(body) is not None


@examples(50, long=2_000)
@given(_mutated())
def test_reading_and_writing_is_a_round_trip(body: Body) -> None:
    """A request that could be read is the same after writing and reading it again, and is written the same."""
    try:
        request = ExportImageRequest.from_json(body)
    except InvalidRequestError:
        return
    written = request.to_json()
    again = ExportImageRequest.from_json(written)
    assert repr(again) == repr(request)  # NaN equals itself in this form
    assert again.to_json() == written or "nan" in repr(written)


@given(
    st.builds(
        changed,
        st.sampled_from([ASSET, CLOUD, DRIVE]),
        st.fixed_dictionaries(
            {},
            optional={
                "maxPixels": st.integers(1_600_000, 2**63 - 1).map(str),
                "priority": st.integers(0, 9999),
                "description": st.from_regex(r"[A-Za-z0-9.,:;_-]{1,100}", fullmatch=True),
                "requestId": st.from_regex(r"[A-Za-z0-9-]{1,60}", fullmatch=True),
                "workloadTag": st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?", fullmatch=True),
                "grid.dimensions": st.fixed_dictionaries(
                    {"width": st.integers(1, 1200), "height": st.integers(1, 1200)}
                ),
                "grid.affineTransform.translateX": st.floats(allow_nan=False, allow_infinity=False),
                "maxWorkers": st.integers(1, 100),
            },
        ),
    )
)
def test_request_without_errors_can_be_sent(body: Body) -> None:
    """A request in which nothing blocks is, in its canonical form, what the form may send; nothing else is lost."""
    request = ExportImageRequest.from_json(body)
    assert [problem for problem in request.problems() if problem.severity == "error"] == []
    assert request.to_json() == body
    sent = json.loads(request.canonical().encode())
    assert schema_takes(sent, "CanonicalExportImageRequest")
    assert sent == {name: value for name, value in body.items() if name != "maxWorkers"}


def _is_json(body: object) -> bool:
    """Whether a body could have come from JSON text at all."""
    try:
        json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, TypeError):
        return False
    return True
