"""What is wrong by the word of the service: pure functions of a snapshot, one for each kind of check.

What was not answered, or could not be asked, is never a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ee_export_widget.core.estimate import compact_bytes, raw_bytes
from ee_export_widget.errors import Problem
from ee_export_widget.session.facts import QUEUE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.session.snapshot import Snapshot, TargetState

NAME = "assetExportOptions.earthEngineDestination.name"
PROJECT = "project"
"""Field of what concerns the project that is asked, which is no member of the body."""

_SCOPE = "https://www.googleapis.com/auth/"
_EXPORT_SCOPES = frozenset({f"{_SCOPE}{name}" for name in ("earthengine", "cloud-platform", "devstorage.full_control")})
_STORAGE_SCOPES = frozenset({f"{_SCOPE}{name}" for name in ("cloud-platform", "devstorage.full_control")})
_DRIVE_SCOPE = f"{_SCOPE}drive"
_SIGN_IN_WIDER = "Sign in again with all scopes: run ee.Authenticate(force=True), then try again."


def service_problems(snapshot: Snapshot) -> list[Problem]:
    """List what the service has said against this export."""
    return [problem for check in CHECKS for problem in check(snapshot)]


def target(snapshot: Snapshot) -> Iterator[Problem]:
    """Check the name that would be written."""
    overwriting = snapshot.draft.overwrite or snapshot.submission.state in {"submitting", "submitted"}
    if snapshot.draft.destination == "asset":
        yield from target_problems(snapshot.target, overwriting=overwriting)


def target_problems(found: TargetState, *, overwriting: bool) -> Iterator[Problem]:
    """Say what the service has against a name."""
    if found.doubt:
        yield Problem(NAME, "target-doubtful", "warning", found.doubt, found.hint)
    if found.state in {"refused", "homeless"} or (found.state == "taken" and not overwriting):
        yield Problem(NAME, f"target-{found.state}", "error", found.message, found.hint)


def registration(snapshot: Snapshot) -> Iterator[Problem]:
    """Check that the project may be used with Earth Engine at all."""
    if snapshot.standing.registration == "not_registered":
        message = f"The project {snapshot.project} is not registered to use Earth Engine."
        hint = "Register it in the Cloud console, or choose one that is registered."
        yield Problem(PROJECT, "project-not-registered", "error", message, hint)


def scopes(snapshot: Snapshot) -> Iterator[Problem]:
    """Check that the sign-in covers the destination (REST contract, section 2: FIELD for Drive and Cloud Storage)."""
    account, destination = snapshot.account, snapshot.draft.destination
    if account is None:
        return
    if destination == "drive" and account.is_service_account:
        message = "A service account has a Drive of its own: nobody else would see the files."
        yield Problem(_DRIVE, "service-account-drive", "warning", message, "Export to Cloud Storage or an asset.")
    if account.scopes is None:
        return
    if not account.scopes & _EXPORT_SCOPES:
        yield Problem(PROJECT, "scope-missing", "error", "The sign-in does not cover exports.", _SIGN_IN_WIDER)
    if destination == "drive" and _DRIVE_SCOPE not in account.scopes:
        message = "The sign-in does not cover Google Drive: it lacks the scope drive."
        yield Problem(_DRIVE, "scope-missing", "error", message, _SIGN_IN_WIDER)
    if destination == "cloud_storage" and not account.scopes & _STORAGE_SCOPES:
        message = "The sign-in does not cover Cloud Storage: it lacks the scope devstorage.full_control."
        yield Problem(_BUCKET, "scope-missing", "error", message, _SIGN_IN_WIDER)


def queue(snapshot: Snapshot) -> Iterator[Problem]:
    """Check that the queue has room."""
    waiting = snapshot.standing.waiting
    if waiting is not None and waiting >= QUEUE_LIMIT:
        message = f"{waiting:,} exports of the project are waiting; the service takes no more than {QUEUE_LIMIT:,}."
        yield Problem(PROJECT, "queue-full", "warning", message, "Wait until some have begun, or cancel some.")


def quota(snapshot: Snapshot) -> Iterator[Problem]:
    """Check that the asset fits into what is left under its root."""
    room, grid, info = snapshot.standing.quota, snapshot.composed.grid, snapshot.image.info
    if room is None or snapshot.draft.destination != "asset":
        return
    if room.is_full and snapshot.target.state != "taken":
        message = f"{snapshot.standing.root} holds {room.asset_count:,} assets, as many as it may."
        yield Problem(NAME, "quota-assets", "warning", message, "Delete assets that are no longer needed.")
    free = room.free_bytes
    if free is None or grid is None or info is None:
        return
    size = raw_bytes(grid.pixel_count, info)
    if size > free:
        message = (
            f"{compact_bytes(size)} uncompressed may not fit: "
            f"{snapshot.standing.root} has room for {compact_bytes(free)}."
        )
        yield Problem(NAME, "quota-size", "warning", message, "Delete assets, or export less.")


_DRIVE = "fileExportOptions.driveDestination"
_BUCKET = "fileExportOptions.cloudStorageDestination"

CHECKS = (target, registration, scopes, queue, quota)
"""All of them, in the order in which their findings are listed."""
