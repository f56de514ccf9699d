"""Laws of a form that hold whatever a person, a page or a service does to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ee_export_widget.core.draft.compose import compose, written_overrides
from ee_export_widget.core.draft.draft import CrsRectangle, draft_from
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.operation import Operation, OperationState
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session import ExportSession
from ee_export_widget.session.actions import ACTIONS
from ee_export_widget.session.runtime import Runtime
from ee_export_widget.session.services import seen
from ee_export_widget.session.snapshot import Connection, ImageState, Snapshot, Submission, TargetState
from tests.property.long import LONG
from tests.unit.core.bodies import GOOD
from tests.unit.session.moments import DRAFT, PANELS, as_page_reads
from tests.unit.session.service import IMAGE, PROJECT

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
OFFLINE = sorted(ACTIONS.keys() - {"use_emulator", "use_project", "submit_now", "cancel_now", "retry_connection"})
"""What can be done without a service."""

numbers = st.one_of(
    st.floats(-200, 200), st.floats(), st.integers(), st.sampled_from([10**400, -(10**400), 0, 7, -1, 8])
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
places = st.tuples(st.one_of(st.floats(-60, -50), numbers), st.one_of(st.floats(-30, -20), numbers)).map(list)
crs_texts = st.sampled_from(
    ["", "EPSG:32621", "epsg:32621", "EPSG:4326", "EPSG:3857", "ESRI:54009", "EPSG:3031", "EPSG:2193", "12a", "EPSG:0"]
)
sizes = st.one_of(st.sampled_from(["", "30", "30 m", "0.001", "10 x 20", "1e-9", "1e9", "12a"]), st.text(max_size=8))
policies = st.sampled_from([*PyramidingPolicy, "", "AVERAGE"])
bands = st.lists(st.sampled_from(["B2", "B3", "spectral_class", "nonsense"]), max_size=3)
typed_entries = st.one_of(
    st.tuples(st.just("crs"), crs_texts),
    st.tuples(st.just("pixel_size"), sizes),
    st.tuples(st.just("snap"), st.sampled_from(["source", "multiples", "region", "nothing"])),
    st.tuples(st.just("destination"), st.sampled_from(["asset", "drive", "cloud_storage", "tape"])),
    st.tuples(
        st.sampled_from([
            "image_text", "asset_path", "drive_folder", "drive_prefix", "bucket", "cloud_storage_prefix", "description",
            "request_id", "priority", "max_pixels", "workload_tag", "overwrite", "region", "no_such_field",
        ]),
        st.one_of(st.text(max_size=30), st.booleans(), numbers.map(str)),
    ),
)  # fmt: skip
gestures = st.one_of(
    st.tuples(
        st.just("draw"),
        st.fixed_dictionaries({"phase": st.sampled_from(["start", "move", "end", "cancel"]), "a": places, "b": places}),
    ),
    st.tuples(
        st.just("drag"),
        st.tuples(
            st.sampled_from(["start", "move", "end", "cancel"]), st.sampled_from([*range(8), "whole"]), places
        ).map(lambda drag: {"phase": drag[0], "handle": drag[1], "lon": drag[2][0], "lat": drag[2][1]}),
    ),
    st.tuples(
        st.just("nudge"),
        st.fixed_dictionaries({"handle": st.sampled_from([*range(8), "whole"]), "columns": numbers, "rows": numbers}),
    ),
    st.tuples(st.just("policy"), st.fixed_dictionaries({"bands": bands, "policy": policies})),
    st.tuples(st.just("default_policy"), st.fixed_dictionaries({"policy": policies})),
)
descriptions = st.sampled_from([
    IMAGE,
    {**IMAGE, "bands": IMAGE["bands"][3:]},
    {**IMAGE, "bands": [{**band, "dimensions": None} for band in IMAGE["bands"]]},
    {**IMAGE, "bands": [{**band, "crs": "nowhere"} for band in IMAGE["bands"]]},
    {**IMAGE, "bands": [{**band, "crs_transform": [24, 18, 0, 18, -24, 0]} for band in IMAGE["bands"]]},
    {"type": "Image", "bands": [{"id": "<b>", "data_type": {"precision": "float"}, "crs": "EPSG:4326"}]},
    {"type": "Image", "bands": []},
])  # fmt: skip
states = st.sampled_from(list(OperationState))
operations = st.builds(
    lambda number, state, age_s, progress: Operation(
        f"projects/p/operations/{number}", state, state.is_terminal, progress=progress,
        create_time=START - timedelta(seconds=age_s), start_time=START, update_time=START,
    ),
    st.integers(0, 3), states, st.integers(0, 10**6), st.floats(0, 1),
)  # fmt: skip


class Form(RuleBasedStateMachine):
    """A form that is typed into, drawn on, loaded, taken back, and told all kinds of things."""

    def __init__(self) -> None:
        super().__init__()
        numbers = count(1)
        self.now = START
        self.form = ExportSession(runtime=Runtime(), new_id=lambda: f"id-{next(numbers)}", clock=lambda: self.now)
        self.shown: Snapshot | None = None

    def teardown(self) -> None:
        self.form.close()

    @rule(seconds=st.sampled_from([0.1, 5]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(entry=typed_entries)
    def type(self, entry: tuple[str, Any]) -> None:
        self.form.typed(*entry)

    @rule(action=gestures)
    def move_the_hand(self, action: tuple[str, dict[str, Any]]) -> None:
        self.form.perform(*action)

    @rule(name=st.sampled_from(OFFLINE), args=st.dictionaries(st.text(max_size=8), json_values, max_size=3))
    def press(self, name: str, args: dict[str, Any]) -> None:
        self.form.perform(name, args)

    @rule(name=st.text(max_size=8), args=st.dictionaries(st.text(max_size=8), json_values, max_size=3))
    def press_what_is_not_there(self, name: str, args: dict[str, Any]) -> None:
        if name not in ACTIONS:
            before = self.form.snapshot
            self.form.perform(name, args)
            assert self.form.snapshot is before

    @rule(data=st.data())
    def press_a_fix(self, data: st.DataObject) -> None:
        fixes = self.form.snapshot.fixes
        if fixes:
            fix = data.draw(st.sampled_from(fixes))
            self.form.perform("fix", {"name": fix.name})

    @rule(body=st.sampled_from(list(GOOD.values())))
    def load(self, body: dict[str, Any]) -> None:
        before = self.form.draft
        self.form.load(body)
        request = self.form.request
        assert request is not None
        assert request.with_(request_id=None) == ExportImageRequest.from_json(body).with_(request_id=None)
        if self.form.draft != before:
            self.form.undo()
            assert self.form.draft == before
            self.form.redo()

    @rule(body=json_values)
    def load_garbage(self, body: Any) -> None:  # noqa: ANN401 - any JSON
        before = self.form.draft
        try:
            self.form.load(body)
        except InvalidRequestError:
            assert self.form.draft is before

    @rule(region=st.builds(CrsRectangle, crs_texts, st.tuples(*[st.floats()] * 4)))
    def edit_the_region(self, region: CrsRectangle) -> None:
        self.form.edit(region=region)

    @rule(description=descriptions, state=st.sampled_from(["ready", "reading", "failed", "none"]))
    def hear_of_the_image(self, description: dict[str, Any], state: Any) -> None:  # noqa: ANN401 - one of the states
        info = ImageInfo.from_description(description)
        image = ImageState("ready", info, suggestions=info.suggestions) if state == "ready" else ImageState(state)
        self.form.update(image=image)

    @rule(state=st.sampled_from(["unknown", "checking", "free", "taken", "refused", "unreachable"]))
    def hear_of_the_name(self, state: Any) -> None:  # noqa: ANN401 - one of the states
        self.form.update(target=TargetState(state, "x", "<i>", "</i>"))

    @rule(
        kind=st.sampled_from(["none", "emulator", "earth_engine"]),
        state=st.sampled_from(["connecting", "connected", "offline", "refused"]),
    )
    def hear_of_the_connection(self, kind: Any, state: Any) -> None:  # noqa: ANN401 - one of the states
        self.form.update(connection=Connection(kind, state), project=PROJECT if kind != "none" else "")

    @rule(state=st.sampled_from(["idle", "confirming", "submitting", "submitted", "failed"]))
    def hear_of_the_submission(self, state: Any) -> None:  # noqa: ANN401 - one of the states
        self.form.update(submission=Submission(state, "<s>", at=START))

    @rule(operation=operations, here=st.booleans())
    def hear_of_an_operation(self, operation: Operation, here: bool) -> None:
        ended = {item.name: item for item in self.form.operations if item.is_terminal}
        self.form.follow(operation, here=here)
        assert ended.items() <= {item.name: item for item in self.form.operations}.items()

    @precondition(lambda self: self.form.snapshot.can_undo)
    @rule()
    def take_back_and_make_again(self) -> None:
        before = self.form.draft
        self.form.undo()
        self.form.redo()
        assert self.form.draft == before

    @invariant()
    def every_panel_can_be_shown(self) -> None:
        snapshot = self.form.snapshot
        if snapshot is self.shown:
            return
        self.shown = snapshot
        for make in PANELS.values():
            as_page_reads(make(snapshot))

    @invariant()
    def what_would_be_sent_is_a_request(self) -> None:
        request = self.form.request
        if request is not None:
            assert ExportImageRequest.from_json(request.to_json()) == request
            assert request.expression is not None
            assert request.destination is not None
        assert all(problem.message for problem in self.form.problems)

    @invariant()
    def only_overrides_that_differ_are_written(self) -> None:
        draft = self.form.draft
        if draft.loaded is None:
            assert draft.default_policy.value not in written_overrides(draft).values()


Form.TestCase.settings = settings(
    max_examples=100 if LONG else 20, stateful_step_count=20, suppress_health_check=list(HealthCheck)
)
TestForm = Form.TestCase
"""No order of events leaves a form that cannot be shown or loses what was loaded."""


@given(st.lists(operations, max_size=12))
def test_no_order_of_answers_revives_an_operation(answers: list[Operation]) -> None:
    """The first end that is seen stays, and operations stand newest first without doubles."""
    known: tuple[Operation, ...] = ()
    ends: dict[str, Operation] = {}
    for answer in answers:
        known = seen(known, answer)
        if answer.is_terminal:
            ends.setdefault(answer.name, answer)
    assert {item.name: item for item in known if item.name in ends} == ends
    assert len({item.name for item in known}) == len(known)
    times = [item.create_time for item in known if item.create_time is not None]
    assert times == sorted(times, reverse=True)


@settings(max_examples=30)
@given(crs_texts, sizes, st.sampled_from(["source", "multiples", "region"]), st.sampled_from([None, IMAGE]))
def test_composing_is_a_function_of_the_draft(crs: str, size: str, snap: Any, image: dict[str, Any] | None) -> None:  # noqa: ANN401 - one of the choices
    """The same draft always gives the same body, which reads back as the same draft's grid."""
    info = ImageInfo.from_description(image) if image else None
    draft = replace(DRAFT, crs=crs, pixel_size=size, snap=snap)
    first, second = (compose(draft, project=PROJECT, image=info) for _ in range(2))
    assert first == second
    assert first.request is not None
    again = draft_from(first.request, project=PROJECT, before=draft)
    assert compose(again, project=PROJECT, image=info).body == first.body
