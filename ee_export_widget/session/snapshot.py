"""Everything that a form knows at one moment, as one frozen value that panels are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ee_export_widget.core.draft.compose import Composed, compose
from ee_export_widget.core.draft.draft import Draft, asset_name
from ee_export_widget.errors import Problem
from ee_export_widget.session.browsing import Browsing
from ee_export_widget.session.entry import Entry
from ee_export_widget.session.facts import Standing
from ee_export_widget.session.preflight import Preflight
from ee_export_widget.session.pyramid import PyramidPreview

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ee_export_widget.client.auth import CredentialsSource
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.operation import Operation
    from ee_export_widget.core.pyramiding import Suggestion
    from ee_export_widget.core.seen_values import SeenValues
    from ee_export_widget.session.channels import Channel, Stretch
    from ee_export_widget.session.fixes import NamedFix
    from ee_export_widget.session.journal import Noted
    from ee_export_widget.session.keeping import Kept
    from ee_export_widget.session.verifying import Submitted, Verification


@dataclass(frozen=True)
class Connection:
    """Which service the form works with, and whether it answers."""

    kind: Literal["none", "emulator", "earth_engine"] = "none"
    state: Literal["idle", "connecting", "connected", "offline", "signed_out", "refused"] = "idle"
    base_url: str = ""
    detail: str = ""
    """Why it does not answer, as a sentence with what to do."""
    since: datetime | None = None
    """When it stopped answering."""
    retry_in_s: float = 0.0


@dataclass(frozen=True)
class ImageState:
    """What is known of the image."""

    state: Literal["none", "reading", "ready", "failed"] = "none"
    info: ImageInfo | None = None
    message: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    """One for each band, in order."""
    seen: Mapping[str, SeenValues] = field(default_factory=dict)
    """What values bands have in a small picture of the image, as far as these were read."""
    stretches: Mapping[str, Stretch] = field(default_factory=dict)
    """What most values lie between, by band, as far as somebody wanted to see it."""
    tile_url: str = ""
    """Template with ``{z}``, ``{x}`` and ``{y}``; empty while there is no picture."""
    picture_message: str = ""
    """Why there is no picture, or an older one."""


@dataclass(frozen=True)
class TargetState:
    """What the service says of the name that would be written."""

    state: Literal["unknown", "checking", "free", "taken", "homeless", "refused", "unreachable"] = "unknown"
    name: str = ""
    message: str = ""
    hint: str = ""
    folders: tuple[str, ...] = ()
    """Full names of the folders that are missing, outermost first."""
    free: str = ""
    """Last part of the next name in a row that is free, while this one is taken; empty where none was found."""
    doubt: str = ""
    """What may stand against it without being certain."""


@dataclass(frozen=True)
class Proposed:
    """An asset name that the form has put in the place of its first one, which is taken."""

    path: str
    """What stands in the field, while nobody has changed it."""
    instead_of: str


@dataclass(frozen=True)
class Submission:
    """How far submitting has come."""

    state: Literal["idle", "confirming", "submitting", "submitted", "failed", "unsure"] = "idle"
    """``failed`` has started nothing; ``unsure`` may have, and is safe to repeat with the same request id."""
    message: str = ""
    hint: str = ""
    at: datetime | None = None
    operation: str = ""
    denied: bool = False
    """Whether the service said that the account may not do this."""
    parts: int = 0
    """How many parts of a split export this is about; 0 where it is the export as a whole."""


@dataclass(frozen=True)
class Unsettled:
    """A submission whose answer never came, and operations that may be its own."""

    noted: Noted
    candidates: tuple[Operation, ...]
    """Newest first."""


MapMode: TypeAlias = Literal["pan", "draw", "polygon", "pick"]
LayerName: TypeAlias = Literal["base", "image", "source", "drawn", "lattice", "exports"]
RequestTab: TypeAlias = Literal["json", "curl", "python", "python_ee"]


@dataclass(frozen=True)
class Snapshot:
    """One moment of a form; see ``ExportSession``."""

    draft: Draft = field(default_factory=Draft)
    project: str = ""
    connection: Connection = Connection()
    image: ImageState = ImageState()
    target: TargetState = TargetState()
    account: CredentialsSource | None = None
    """Who is signed in; nothing secret."""
    standing: Standing = field(default_factory=Standing)
    preflight: Preflight = field(default_factory=Preflight)
    browsing: Browsing = field(default_factory=Browsing)
    pyramid: PyramidPreview = field(default_factory=PyramidPreview)
    submission: Submission = Submission()
    operations: tuple[Operation, ...] = ()
    """Newest first."""
    started_here: frozenset[str] = frozenset()
    """Names of the operations that this form, or an earlier one in the same notebook, has started."""
    lost: frozenset[str] = frozenset()
    """Operations that the service no longer knows."""
    submitted: Mapping[str, Submitted] = field(default_factory=dict)
    """What operations were started with, as far as this machine knows, by their names."""
    verifications: Mapping[str, Verification] = field(default_factory=dict)
    asking_to_cancel: str = ""
    operations_tab: Literal["here", "project"] = "here"
    operations_state: str = ""
    """Only operations in this state are shown; empty shows all."""
    on_map: str = ""
    """The operation whose grid is drawn on the map, by its name."""
    request_tab: RequestTab = "json"
    unfolded: frozenset[str] = frozenset()
    """JSON paths whose long values are shown in the request."""
    map_mode: MapMode = "pan"
    drawing: bool = False
    hidden_layers: frozenset[LayerName] = frozenset({"exports", "lattice"})
    """What of the map is not to be seen; the lattice needs room between its lines, too."""
    channels: tuple[Channel, ...] = ()
    """What the preview of the image shows, as chosen; empty shows what the image is best looked at by."""
    entry: Entry = field(default_factory=Entry)
    """The small form below the map."""
    parts_started: frozenset[str] = frozenset()
    """Keys of the parts of a split export that this form has started."""
    look_at: int = 0
    """Grows whenever the map is to turn to the grid."""
    variables: tuple[str, ...] = ()
    """Names of the notebook's images, newest first."""
    habitual: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the draft that were filled with what was chosen last, by name."""
    proposed: Proposed | None = None
    unsettled: tuple[Unsettled, ...] = ()
    """What was submitted without an answer, and may be one of several operations: the person is asked."""
    kept: Kept | None = None
    """What an earlier form at this place held, to be brought back."""
    skips_question: bool = False
    """Whether small exports are submitted without a last look."""
    notice: str = ""
    announcement: str = ""
    can_undo: bool = False
    can_redo: bool = False

    def with_chosen_band(self) -> Snapshot:
        """Let the band that the draft names stand for the image's grid."""
        info, name = self.image.info, self.draft.source_band
        if info is None or info.source_band_id == name:
            return self
        return replace(self, image=replace(self.image, info=replace(info, source_band_id=name)))

    def composes_as(self, other: Snapshot) -> bool:
        """Whether both amount to the same request."""
        same = self.draft is other.draft and self.image.info is other.image.info
        return same and self.project == other.project

    @cached_property
    def composed(self) -> Composed:
        """Grid, request and problems of the draft."""
        return compose(self.draft, project=self.project, image=self.image.info)

    @property
    def drawing_crs(self) -> str:
        """The CRS that rectangles are drawn in: the export's, or plain degrees while there is none."""
        return self.composed.crs if self.composed.crs_known else "EPSG:4326"

    @property
    def target_name(self) -> str:
        """Full name of the asset that would be written, or an empty text."""
        return asset_name(self.draft.asset_path, self.project) if self.draft.destination == "asset" else ""

    @cached_property
    def problems(self) -> list[Problem]:
        """All problems: of the draft, and what the service says against it."""
        from ee_export_widget.session.checks import Told, service_problems

        told = Told(
            project=self.project,
            destination=self.draft.destination,
            target=self.target,
            overwriting=self.draft.overwrite or self.submission.state in {"submitting", "submitted"},
            standing=self.standing,
            account=self.account,
            grid=self.composed.grid,
            info=self.image.info,
        )
        found = [*self.composed.problems, *service_problems(told)]
        return _traced_to_the_image(found) if self.image.state == "failed" else found

    @cached_property
    def errors(self) -> list[Problem]:
        """The problems that block submitting."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @cached_property
    def fixes(self) -> list[NamedFix]:
        """Every fix on offer, in the order of the problems."""
        from ee_export_widget.session.fixes import fixes_for

        return [fix for problem in self.problems for fix in fixes_for(problem, self)]

    def problems_at(self, *prefixes: str) -> list[Problem]:
        """Give the problems to be shown at one of these JSON paths or below.

        What only lacks a step that has not been taken yet is no mistake: the step says so itself.
        """
        early = {_UNREADABLE.code} if self.draft.expression is not None else set(_FROM_IMAGE)
        if self.connection.kind == "none":
            early.add("project-missing")
        return [
            problem
            for problem in self.problems
            if problem.code not in early
            and any(f"{place_of(problem)}.".startswith(f"{prefix}.") for prefix in prefixes)
        ]


_FROM_IMAGE = frozenset({"crs-missing", "pixel-size-missing"})
_UNREADABLE = Problem(
    "expression", "image-unreadable", "error", "The image could not be read, and the grid is to be its own.",
    "Choose another image, or type a CRS and a pixel size.",
)  # fmt: skip


def _traced_to_the_image(problems: list[Problem]) -> list[Problem]:
    """Say once, of the image, what the grid lacks because of it; the image's step says why it could not be read."""
    rest = [problem for problem in problems if problem.code not in _FROM_IMAGE]
    return rest if len(rest) == len(problems) else [_UNREADABLE, *rest]


def place_of(problem: Problem) -> str:
    """Give the JSON path of the field beside which a problem is shown: where the person can best solve it."""
    return _PLACES.get(problem.code, problem.field)


_PLACES = {
    "too-many-pixels": "grid.affineTransform.scaleX",
    "region-beyond-projection": "grid.crsCode",
    "region-far-from-meridian": "grid.crsCode",
    "region-far-from-area-of-use": "grid.crsCode",
}
"""Where problems of the grid as a whole are solved."""
