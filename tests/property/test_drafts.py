"""Laws of drafts: whatever a person leaves in the fields, what goes out is what the service documents."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.core.draft.compose import compose
from ee_export_widget.core.draft.draft import CrsRectangle, Draft, draft_from
from ee_export_widget.core.pyramiding import PyramidingPolicy
from tests.property.long import examples
from tests.unit.core.bodies import schema_takes
from tests.unit.session.moments import DRAFT, INFO, image_of
from tests.unit.session.service import CORNER, PROJECT, UTM

if TYPE_CHECKING:
    from ee_export_widget.core.image_info import ImageInfo

ONE_TYPE = image_of(data_type={"type": "PixelType", "precision": "int", "min": 0, "max": 65535}).info
ARRAYS = image_of(data_type={"type": "PixelType", "precision": "float", "dimensions": 1}).info

nonsense = st.text(max_size=12) | st.sampled_from(
    ["", " ", "12a", "<b>", "-1", "0", "1e9", "NaN", "9" * 40, "ß", "\x00"]
)


def one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


SPOILERS: dict[str, Any] = {"region": None, "tensor_depths": {"B2": "0", "": "3", "B3": "x"}}
sizes = one_of("", "256", "256 x 512", "1024 × 1024", "4096")
regions = st.builds(
    lambda width, height: CrsRectangle(UTM, (CORNER[0], CORNER[1] - 30 * height, CORNER[0] + 30 * width, CORNER[1])),
    st.integers(1, 900), st.integers(1, 900),
)  # fmt: skip

sensible: st.SearchStrategy[Draft] = st.builds(
    replace,
    st.just(DRAFT),
    region=regions,
    crs=one_of("", UTM, "EPSG:32721"),
    pixel_size=one_of("", "30", "60 m"),
    default_policy=st.sampled_from(PyramidingPolicy),
    overrides=st.dictionaries(st.sampled_from(["B2", "spectral_class"]), st.sampled_from(PyramidingPolicy)),
    destination=st.sampled_from(["asset", "drive", "cloud_storage"]),
    asset_path=one_of("a", "exports/scene", "projects/p/assets/a"),
    overwrite=st.booleans(),
    drive_folder=one_of("", "maps"),
    drive_prefix=one_of("scene", "a-b"),
    bucket=one_of("my-bucket", "a.b_c"),
    cloud_storage_prefix=one_of("a/b", "scene"),
    permissions=st.sampled_from(["DEFAULT_OBJECT_ACL", "PUBLIC"]),
    cors_uris=one_of("", "https://example.org", "https://a.org, https://b.org"),
    file_format=one_of("GEO_TIFF", "TF_RECORD_IMAGE"),
    cloud_optimized=st.booleans(),
    tile_dimensions=sizes,
    tile_size=one_of("", "128", "256"),
    skip_empty_files=st.booleans(),
    no_data=one_of("", "0", "7"),
    patch_dimensions=sizes,
    margin_dimensions=sizes,
    compress=st.booleans(),
    max_size_bytes=one_of("", "1", "1,024", "1 k", "2e3"),
    default_value=one_of("", "0.5", "NaN", "-1e300"),
    tensor_depths=st.sampled_from([{}, dict.fromkeys(INFO.band_ids, "3")]),
    sequence_data=st.booleans(),
    collapse_bands=st.booleans(),
    max_masked_ratio=one_of("", "0.5", "1", "50 %"),
    description=st.none() | one_of("", "scene_1"),
    request_id=one_of("id-1", "id-2", "id-3"),
    priority=one_of("", "100", "7"),
    max_pixels=one_of("", "100,000,000", "1e9"),
    workload_tag=one_of("", "tag-1"),
)
spoilt = st.dictionaries(
    st.sampled_from([item.name for item in fields(Draft) if item.type == "str"]), nonsense, max_size=2
) | st.dictionaries(
    st.sampled_from(["file_format", "no_data", "tensor_depths", "region"]),
    st.sampled_from(["PNG", "-9999.5", "NaN"]), max_size=1,
).map(lambda entries: {name: SPOILERS.get(name, value) for name, value in entries.items()})  # fmt: skip
drafts = st.builds(lambda draft, changes: replace(draft, **changes), sensible, st.just({}) | spoilt)
images = st.sampled_from([None, INFO, ONE_TYPE, ARRAYS])


@examples(300, long=10_000)
@given(drafts, images)
def test_what_the_form_can_send_is_what_the_service_documents(draft: Draft, image: ImageInfo | None) -> None:
    """A draft in which nothing blocks makes a body that the canonical schema takes; one that it refuses is blocked."""
    composed = compose(draft, project=PROJECT, image=image)
    blocked = any(problem.severity == "error" for problem in composed.problems)
    assert all(problem.message and problem.code for problem in composed.problems)
    if blocked:
        return
    assert composed.request is not None
    sent = json.loads(composed.request.canonical().encode())
    assert schema_takes(sent, "CanonicalExportImageRequest")


@examples(50, long=10_000)
@given(drafts, drafts)
def test_a_body_read_into_another_form_says_the_same(draft: Draft, other: Draft) -> None:
    """Form to JSON to form to JSON loses and invents nothing, whatever stood in the form before."""
    composed = compose(draft, project=PROJECT)
    if composed.request is None:
        return
    again = compose(draft_from(composed.request, project=PROJECT, before=other), project=PROJECT)
    assert _comparable(again.body) == _comparable(composed.body)


def _comparable(body: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(body, sort_keys=True)
