"""What the service has said against an export, as problems."""

from __future__ import annotations

from typing import Any

import pytest

from ee_export_widget.client.auth import SCOPES, CredentialsSource
from ee_export_widget.session.facts import QUEUE_LIMIT, Quota, Standing
from ee_export_widget.session.snapshot import TargetState
from tests.unit.session.moments import moment

ROOT = "projects/demo-project/assets"
ALL = frozenset(SCOPES)
SCOPE = "https://www.googleapis.com/auth/"


def account(*scopes: str, **more: Any) -> CredentialsSource:  # noqa: ANN401 - members of it
    return CredentialsSource("somewhere", scopes=frozenset(f"{SCOPE}{name}" for name in scopes) or None, **more)


def found(**members: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - members of a snapshot
    """Give code and severity of every problem of a moment."""
    now = moment(**members)
    return [(problem.code, problem.severity) for problem in now.problems[len(now.composed.problems) :]]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, []),
        ({"account": CredentialsSource("somewhere", scopes=ALL)}, []),
        ({"account": account()}, []),
        ({"account": account("cloud-platform")}, []),
        ({"account": account("drive")}, [("scope-missing", "error")]),
        ({"account": account("cloud-platform"), "destination": "drive"}, [("scope-missing", "error")]),
        ({"account": account("earthengine", "drive"), "destination": "drive"}, []),
        ({"account": account("earthengine"), "destination": "cloud_storage"}, [("scope-missing", "error")]),
        ({"account": account("devstorage.full_control"), "destination": "cloud_storage"}, []),
        ({"account": account(is_service_account=True), "destination": "drive"}, [("service-account-drive", "warning")]),
        ({"account": account(is_service_account=True)}, []),
    ],
)
def test_the_scopes_have_to_fit_the_destination(members: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Only what is known to be missing is a problem; a robot's own Drive is one for people."""
    assert found(**members) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(registration="registered", waiting=QUEUE_LIMIT - 1), []),
        (Standing(registration="not_registered"), [("project-not-registered", "error")]),
        (Standing(waiting=QUEUE_LIMIT), [("queue-full", "warning")]),
        (Standing(quota=Quota()), []),
        (Standing(root=ROOT, quota=Quota(10, 10**12, 3, 10000)), []),
        (Standing(root=ROOT, quota=Quota(asset_count=10000, max_assets=10000)), [("quota-assets", "warning")]),
        (Standing(root=ROOT, quota=Quota(10**9, 10**9 + 1)), [("quota-size", "warning")]),
        (Standing(root=ROOT, quota=Quota(10**9 + 5, 10**9)), [("quota-size", "warning")]),
    ],
    ids=["room", "not registered", "queue", "no numbers", "space", "too many assets", "no space", "over"],
)
def test_the_project_has_to_have_room(standing: Standing, expected: list[tuple[str, str]]) -> None:
    """A full queue or a full root may have room when it counts: these warn, and never block."""
    assert found(standing=standing) == expected


def test_quotas_concern_assets_alone() -> None:
    """Files are written elsewhere."""
    full = Standing(root=ROOT, quota=Quota(10**9, 10**9, 10000, 10000))
    assert found(standing=full, destination="drive") == []


def test_overwriting_needs_no_further_asset() -> None:
    """An asset that exists is counted already."""
    full = Standing(root=ROOT, quota=Quota(asset_count=10000, max_assets=10000))
    assert found(standing=full, target=TargetState("taken"), overwrite=True) == []


def test_a_doubt_is_a_warning_that_keeps_its_hint() -> None:
    """It stands beside what is certain."""
    doubtful = TargetState("homeless", "n", "No folder.", folders=(f"{ROOT}/a",), doubt="Perhaps not.")
    assert found(target=doubtful) == [("target-doubtful", "warning"), ("target-homeless", "error")]
