"""What is wrong by the word of the service: pure functions of what it has said, one for each kind of check.

The form and the command line ask the same; what was not answered, or could not be asked, is never a problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ee_export_widget.core.estimate import compact_bytes, raw_bytes
from ee_export_widget.errors import Problem
from ee_export_widget.session.facts import QUEUE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.client.auth import CredentialsSource
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.session.facts import Standing
    from ee_export_widget.session.snapshot import TargetState

NAME = "assetExportOptions.earthEngineDestination.name"
PROJECT = "project"
"""Field of what concerns the project that is asked, which is no member of the body."""

_SCOPE = "https://www.googleapis.com/auth/"
_EXPORT_SCOPES = frozenset({f"{_SCOPE}{name}" for name in ("earthengine", "cloud-platform", "devstorage.full_control")})
_STORAGE_SCOPES = frozenset({f"{_SCOPE}{name}" for name in ("cloud-platform", "devstorage.full_control")})
_DRIVE_SCOPE = f"{_SCOPE}drive"
_SIGN_IN_WIDER = "Sign in again with all scopes: run ee.Authenticate(force=True), then try again."


@dataclass(frozen=True)
class Told:
    """What is to be exported, and what the service has said of it so far."""

    project: str
    destination: str
    """``asset``, ``drive``, ``cloud_storage``, or nothing."""
    target: TargetState
    overwriting: bool
    """Whether an image that is there already is no obstacle."""
    standing: Standing
    account: CredentialsSource | None
    grid: PixelGrid | None
    info: ImageInfo | None


def service_problems(told: Told) -> list[Problem]:
    """List what the service has said against an export."""
    return [problem for check in CHECKS for problem in check(told)]


def target(told: Told) -> Iterator[Problem]:
    """Check the name that would be written."""
    found = told.target
    if told.destination != "asset":
        return
    if found.doubt:
        yield Problem(NAME, "target-doubtful", "warning", found.doubt, found.hint)
    if found.state in {"refused", "homeless"} or (found.state == "taken" and not told.overwriting):
        yield Problem(NAME, f"target-{found.state}", "error", found.message, found.hint)


def registration(told: Told) -> Iterator[Problem]:
    """Check that the project may be used with Earth Engine at all."""
    if told.standing.registration == "not_registered":
        message = f"The project {told.project} is not registered to use Earth Engine."
        hint = "Register it in the Cloud console, or choose one that is registered."
        yield Problem(PROJECT, "project-not-registered", "error", message, hint)


def scopes(told: Told) -> Iterator[Problem]:
    """Check that the sign-in covers the destination (REST contract, section 2: FIELD for Drive and Cloud Storage)."""
    account, destination = told.account, told.destination
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


def queue(told: Told) -> Iterator[Problem]:
    """Check that the queue has room."""
    waiting = told.standing.waiting
    if waiting is not None and waiting >= QUEUE_LIMIT:
        message = f"{waiting:,} exports of the project are waiting; the service takes no more than {QUEUE_LIMIT:,}."
        yield Problem(PROJECT, "queue-full", "warning", message, "Wait until some have begun, or cancel some.")


def quota(told: Told) -> Iterator[Problem]:
    """Check that the asset fits into what is left under its root."""
    room, grid, info = told.standing.quota, told.grid, told.info
    if room is None or told.destination != "asset":
        return
    if room.is_full and told.target.state != "taken":
        message = f"{told.standing.root} holds {room.asset_count:,} assets, as many as it may."
        yield Problem(NAME, "quota-assets", "warning", message, "Delete assets that are no longer needed.")
    free = room.free_bytes
    if free is None or grid is None or info is None:
        return
    size = raw_bytes(grid.pixel_count, info)
    if size > free:
        message = (
            f"{compact_bytes(size)} uncompressed may not fit: {told.standing.root} has room for {compact_bytes(free)}."
        )
        yield Problem(NAME, "quota-size", "warning", message, "Delete assets, or export less.")


_DRIVE = "fileExportOptions.driveDestination"
_BUCKET = "fileExportOptions.cloudStorageDestination"

CHECKS = (target, registration, scopes, queue, quota)
"""All of them, in the order in which their findings are listed."""
