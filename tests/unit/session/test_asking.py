"""Asking the service about a request without a form: the same questions, and the same words about the answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import AuthenticationError, PermissionDeniedError
from ee_export_widget.session.asking import Answers, ask
from ee_export_widget.session.facts import QUEUE_LIMIT
from tests.unit.client.scripted import refusal
from tests.unit.core.bodies import ASSET, CLOUD, DRIVE
from tests.unit.session.service import PROJECT, Service, connect, wait_for

if TYPE_CHECKING:
    import httpx

    from ee_export_widget.session import ExportSession

pytestmark = pytest.mark.anyio

TARGET = f"projects/{PROJECT}/assets/scene_2"
NAMED = {**ASSET, "assetExportOptions": {"earthEngineDestination": {"name": TARGET}}}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def service() -> Service:
    return Service()


def robot(*scopes: str, **members: object) -> Any:  # noqa: ANN401 - a stand-in for credentials
    return SimpleNamespace(
        valid=True,
        scopes=[f"https://www.googleapis.com/auth/{scope}" for scope in scopes],
        refresh=lambda _request: None,
        apply=lambda headers: headers.update(authorization="Bearer abc"),
        **members,
    )


async def answers(service: Service, body: object = NAMED, **options: Any) -> Answers:  # noqa: ANN401 - of the client
    async with service.client(**options) as client:
        return await ask(client, ExportImageRequest.from_json(body))  # type: ignore[arg-type] # a body


def codes(found: Answers) -> list[str]:
    return [problem.code for problem in found.problems]


async def test_a_good_request_gives_the_image_and_no_problem(service: Service) -> None:
    """Nothing stands against it, and nothing was left open."""
    found = await answers(service)
    assert found.image is not None
    assert (len(found.image.bands), found.problems, found.unasked, found.silence) == (4, (), (), None)


async def test_registration_queue_and_room_are_asked(service: Service) -> None:
    """What the form says of the project, the command line says too."""
    service.config = {"registrationState": "NOT_REGISTERED"}
    service.root = {"quota": {"sizeBytes": "5", "maxSizeBytes": "6", "assetCount": "3", "maxAssets": "3"}}
    for number in range(QUEUE_LIMIT):
        service.operation(str(number), "PENDING")
    found = await answers(service)
    assert codes(found) == ["project-not-registered", "queue-full", "quota-assets", "quota-size"]
    assert [problem.severity for problem in found.problems] == ["error", "warning", "warning", "warning"]


@pytest.mark.parametrize(
    ("body", "scopes", "expected"),
    [
        (DRIVE, ["earthengine"], ["scope-missing"]),
        (DRIVE, ["earthengine", "drive"], []),
        (CLOUD, ["earthengine"], ["scope-missing"]),
        (NAMED, ["earthengine.readonly"], ["scope-missing"]),
    ],
    ids=["drive", "drive covered", "cloud storage", "reading only"],
)
async def test_the_scopes_have_to_fit_the_destination(
    service: Service, body: object, scopes: list[str], expected: list[str]
) -> None:
    """As far as the credentials say what they cover."""
    assert codes(await answers(service, body, credentials=robot(*scopes))) == expected


async def test_a_robot_has_a_drive_of_its_own(service: Service) -> None:
    """That is a warning, as in the form."""
    account = robot("earthengine", "drive", service_account_email="robot@mine.example")
    assert codes(await answers(service, DRIVE, credentials=account)) == ["service-account-drive"]


@pytest.mark.parametrize(
    ("faults", "unasked"),
    [
        (["describe"], ("the image",)),
        (["asset"], ("the name",)),
        (["list"], ("queue and room",)),
        (["config"], ()),
        (["describe", "asset", "list"], ("the image", "the name", "queue and room")),
    ],
)
async def test_what_gets_no_answer_is_said_and_blocks_nothing(
    service: Service, faults: list[str], unasked: tuple[str, ...]
) -> None:
    """A service that is busy says nothing against a request."""
    service.faults = dict.fromkeys(faults, refusal(503, "Busy."))
    found = await answers(service)
    assert (found.problems, found.unasked, found.silence) == ((), unasked, None)


async def test_a_service_out_of_reach_is_asked_once(service: Service) -> None:
    """Nobody waits for four times no answer."""
    service.faults["all"] = service.down
    found = await answers(service)
    assert found.silence is not None
    assert (found.problems, set(service.asked)) == ((), {"describe"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(401, "Who?", "UNAUTHENTICATED"), AuthenticationError),
        (refusal(403, "No.", "PERMISSION_DENIED"), PermissionDeniedError),
    ],
    ids=["unknown", "not allowed"],
)
async def test_who_may_not_ask_is_told_so(service: Service, fault: httpx.Response, error: type[Exception]) -> None:
    """Whoever may not ask may not submit either."""
    service.faults["describe"] = fault
    with pytest.raises(error):
        await answers(service)


async def test_an_image_that_is_refused_is_a_problem(service: Service) -> None:
    """In the words of the service, at the expression."""
    service.faults["describe"] = refusal(400, "Image.load: not found.", "INVALID_ARGUMENT")
    (problem,) = (await answers(service)).problems
    assert (problem.field, problem.code, problem.message) == ("expression", "image-refused", "Image.load: not found.")
    del service.faults["describe"]
    service.image = {"type": "FeatureCollection"}
    assert [problem.field for problem in (await answers(service)).problems] == ["expression"]


async def test_what_is_missing_is_not_asked_about(service: Service) -> None:
    """Neither an image nor a name that are not there."""
    found = await answers(service, {"description": "scene"})
    assert (found.image, found.problems) == (None, ())
    assert not {"describe", "asset"} & set(service.asked)


def test_form_and_command_line_say_the_same(form: ExportSession, service: Service) -> None:
    """One body, one service, the same findings."""
    import asyncio

    service.config = {"registrationState": "NOT_REGISTERED"}
    service.assets[TARGET] = {"type": "IMAGE", "bands": [{}], "updateTime": "2026-01-01T00:00:00Z"}
    service.root = {"quota": {"assetCount": "3", "maxAssets": "2"}}
    alone = asyncio.run(answers(service))
    form.load(NAMED)
    connect(form, service)
    shown = wait_for(form, lambda now: now.standing.state == "known" and now.target.state == "taken")
    assert set(alone.problems) == set(shown.problems) - set(shown.composed.problems)
    assert set(codes(alone)) == {"project-not-registered", "target-taken"}
