"""Where the pixels go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.destinations import TilePermissions
from ee_export_widget.core.draft.entries import CLOUD_STORAGE as BUCKET
from ee_export_widget.core.draft.entries import DRIVE
from ee_export_widget.session.fixes import fixes_for
from ee_export_widget.session.present.assets import assets, unreachable
from ee_export_widget.session.present.entries import entry_field
from ee_export_widget.session.present.files import file_format
from ee_export_widget.session.present.parts import button, field, head, mark, message, option, row, text

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

ASSET = "assetExportOptions.earthEngineDestination"


def destination(snapshot: Snapshot) -> views.FormView:
    """Choose the kind of destination, then its fields; values of the other kinds are kept."""
    draft = snapshot.draft
    kinds = field(
        "destination", "Destination", draft.destination, control="segments", paths=["fileExportOptions"],
        options=[
            option("asset", "Earth Engine asset", icon="asset"),
            option("drive", "Google Drive", icon="drive"),
            option("cloud_storage", "Cloud Storage", icon="bucket"),
        ],
    )  # fmt: skip
    makers = {"asset": _asset, "drive": _drive, "cloud_storage": _cloud_storage}
    paths = ("assetExportOptions.earthEngineDestination", "assetExportOptions", "fileExportOptions")
    problems = [
        problem for problem in snapshot.problems_at(*paths)
        if not problem.field.startswith("assetExportOptions.pyramidingPolicy")
    ]  # fmt: skip
    todo = "Needs a project" if snapshot.connection.kind == "none" else ""
    heading = head("Destination", mark(problems, todo=todo), summary=_summary(snapshot))
    return {"label": "Destination", "head": heading, "items": [kinds, *makers[draft.destination](snapshot)], "ack": 0}


def _summary(snapshot: Snapshot) -> str:
    draft = snapshot.draft
    match draft.destination:
        case "asset":
            return f"Asset {draft.asset_path}"
        case "drive":
            return f"Drive, {'/'.join(part for part in (draft.drive_folder, draft.drive_prefix) if part)}"
        case _:
            return f"gs://{draft.bucket}/{draft.cloud_storage_prefix}"


def _asset(snapshot: Snapshot) -> list[views.Item]:
    draft, target = snapshot.draft, snapshot.target
    full = draft.asset_path.strip().startswith(("projects/", "users/"))
    hint, tone = _target_hint(snapshot)
    messages = [
        message(problem, fixes_for(problem, snapshot))
        for problem in [*snapshot.problems_at(ASSET), *_exactly(snapshot, "assetExportOptions")]
    ]
    if messages and target.state != "checking":
        hint = ""
    return [
        field(
            "asset_path", "Asset name", draft.asset_path, paths=[f"{ASSET}.name", ASSET, "assetExportOptions"],
            mono=True, prefix="" if full else f"projects/{snapshot.project or '…'}/assets/",
            placeholder="exports/my_export", hint=hint, hint_tone=tone, messages=messages,
            button=button("browse", "Browse assets", icon="folder", icon_only=True, reason=unreachable(snapshot)),
        ),
        *assets(snapshot),
        field("overwrite", "Overwrite if it exists", draft.overwrite, paths=[f"{ASSET}.overwrite"], control="check"),
    ]  # fmt: skip


def _target_hint(snapshot: Snapshot) -> tuple[str, views.Tone]:
    target = snapshot.target
    writing = any(
        not operation.is_terminal and operation.description and operation.name == snapshot.submission.operation
        for operation in snapshot.operations
    )
    if writing:
        return "An export is writing to this name now.", "info"
    if target.state == "taken" and snapshot.submission.state == "submitted" and not snapshot.submission.parts:
        return "Written by this export. To export again, overwrite it or change the name.", "info"
    if target.state == "taken" and snapshot.draft.overwrite:
        return "An image with this name exists. It will be overwritten.", "warning"
    hints: dict[str, tuple[str, views.Tone]] = {
        "checking": (target.message or "Checking…", "muted"),
        "free": (f"{target.message}{_instead(snapshot)}", "ok"),
        "unreachable": (target.message, "info"),
    }
    return hints.get(target.state, ("", "muted"))


def _instead(snapshot: Snapshot) -> str:
    """Say why the form has not kept to its first name."""
    proposed = snapshot.proposed
    shown = proposed is not None and proposed.path == snapshot.draft.asset_path
    return f" {proposed.instead_of} exists already." if proposed is not None and shown else ""


def _exactly(snapshot: Snapshot, path: str) -> list[Problem]:
    return [problem for problem in snapshot.problems_at(path) if problem.field == path]


def _drive(snapshot: Snapshot) -> list[views.Item]:
    prefix = entry_field(snapshot, "drive_prefix", mono=True, paths=[f"{DRIVE}.filenamePrefix", DRIVE],
                         placeholder="my_export")  # fmt: skip
    return [
        row(
            entry_field(snapshot, "drive_folder", aside="optional", placeholder="earthengine"), prefix,
        ),
        text("Drive finds the folder by name, wherever it is. A slash is part of the name, not a path.", tone="info"),
        *file_format(snapshot),
    ]  # fmt: skip


def _cloud_storage(snapshot: Snapshot) -> list[views.Item]:
    bucket = entry_field(snapshot, "bucket", paths=[f"{BUCKET}.bucket", BUCKET], mono=True, prefix="gs://",
                         placeholder="my-bucket")  # fmt: skip
    access = [option(item.value, item.label) for item in TilePermissions]
    return [
        row(
            bucket, entry_field(snapshot, "cloud_storage_prefix", mono=True, placeholder="exports/my_export"),
        ),
        text("Whether the bucket exists can't be asked through this service: the name is checked by its rules only.",
             tone="info"),
        row(
            entry_field(snapshot, "permissions", control="select", options=access),
            entry_field(snapshot, "cors_uris", aside="optional", mono=True, placeholder="https://example.org"),
        ),
        *file_format(snapshot),
    ]  # fmt: skip
