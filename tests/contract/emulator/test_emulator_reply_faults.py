"""Scripted faults of replies, over a real socket and over the endpoint that scripts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ee_export_widget.emulator import LocalEarthEngine, ManualClock
from ee_export_widget.emulator.faults import (
    BareMetadata,
    CutReply,
    Delay,
    EmptyList,
    LateCancel,
    LoseReply,
    Refuse,
    ShortPage,
    StrangeMetadata,
    duplicate_request,
    expired_token,
    too_many_requests,
    unavailable,
    unknown_operation,
)
from tests.unit.emulator.support import drive_body, until

if TYPE_CHECKING:
    from pathlib import Path


def names(http: httpx.Client) -> list[str]:
    """Return the names of the operations that exist."""
    return [document["name"] for document in http.get("/operations").json().get("operations", [])]


def test_a_lost_reply_leaves_an_operation(service: LocalEarthEngine, http: httpx.Client) -> None:
    """The connection drops without an answer, but the export exists; the repeat is told so."""
    service.faults.add(LoseReply())
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/image:export", json=drive_body() | {"requestId": "lost"})
    assert len(names(http)) == 1
    assert http.post("/image:export", json=drive_body() | {"requestId": "lost"}).status_code == 409


def test_a_lost_request_leaves_nothing(service: LocalEarthEngine, http: httpx.Client) -> None:
    """When the connection drops before, the repeat starts the export."""
    service.faults.add(LoseReply(processed=False))
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/image:export", json=drive_body() | {"requestId": "lost"})
    assert names(http) == []
    assert http.post("/image:export", json=drive_body() | {"requestId": "lost"}).status_code == 200


@pytest.mark.parametrize(
    ("fault", "answer", "retry_after"),
    [
        (too_many_requests(), (429, "RESOURCE_EXHAUSTED"), None),
        (too_many_requests(retry_after_s=7), (429, "RESOURCE_EXHAUSTED"), "7"),
        (unavailable(retry_after_s=1.5), (503, "UNAVAILABLE"), "1.5"),
        (expired_token(), (401, "UNAUTHENTICATED"), None),
        (Refuse(status="INTERNAL", message="x"), (500, "INTERNAL"), None),
        (Refuse(status="PERMISSION_DENIED", message="x"), (403, "PERMISSION_DENIED"), None),
    ],
    ids=["429", "429-later", "503", "401", "500", "403"],
)
def test_refusals(
    service: LocalEarthEngine, http: httpx.Client, fault: Refuse, answer: tuple[int, str], retry_after: str | None
) -> None:
    """One request is refused as scripted, without effect, and the next one goes through."""
    service.faults.add(fault)
    reply = http.post("/image:export", json=drive_body())
    assert (reply.status_code, reply.json()["error"]["status"]) == answer
    assert reply.headers.get("retry-after") == retry_after
    assert names(http) == []
    assert http.post("/image:export", json=drive_body()).status_code == 200


def test_a_reason_is_an_error_info(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A refusal with a reason carries it as the service does."""
    service.faults.add(Refuse(status="PERMISSION_DENIED", message="x", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
    [detail] = http.get("/config").json()["error"]["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert detail["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_only_the_named_method_is_met(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A fault waits for its method and lets others pass."""
    service.faults.add(unknown_operation(), duplicate_request())
    assert http.get("/config").status_code == 200
    name = http.post("/image:export", json=drive_body())
    assert name.status_code == 409
    created = http.post("/image:export", json=drive_body()).json()["name"].rpartition("/")[2]
    assert http.get(f"/operations/{created}").status_code == 404
    assert http.get(f"/operations/{created}").status_code == 200


def test_a_delay_lasts_by_the_clock(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A slow answer comes when the clock has moved on, not before."""
    service.faults.add(Delay(method="config.get", seconds=5))
    with pytest.raises(httpx.ReadTimeout):
        http.get("/config", timeout=0.3)
    service.faults.add(Delay(method="config.get", seconds=0))
    assert http.get("/config").status_code == 200


def test_a_cut_reply_is_no_json(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A reply that breaks off arrives as 200 and cannot be read."""
    service.faults.add(CutReply(method="config.get"))
    reply = http.get("/config")
    assert reply.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        reply.json()


def test_an_empty_list(service: LocalEarthEngine, http: httpx.Client) -> None:
    """The list is empty once, although there are operations."""
    http.post("/image:export", json=drive_body())
    service.faults.add(EmptyList())
    assert http.get("/operations").json() == {}
    assert len(names(http)) == 1


def test_pages_are_shorter_than_asked_for(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A page may be short or empty and still not be the last; following the tokens gives every operation once."""
    started = [http.post("/image:export", json=drive_body(prefix)).json()["name"] for prefix in "abc"]
    service.faults.add(ShortPage(size=0), ShortPage(size=2), ShortPage(size=0))
    sizes: list[int] = []
    found: list[str] = []
    token = ""
    while token or not sizes:
        page = http.get("/operations", params={"pageSize": 500, "pageToken": token}).json()
        sizes.append(len(page.get("operations", [])))
        found += [operation["name"] for operation in page.get("operations", [])]
        token = page.get("nextPageToken", "")
    assert sizes == [0, 2, 0, 1]
    assert found == started[::-1]


def test_strange_metadata(service: LocalEarthEngine, http: httpx.Client) -> None:
    """An operation shows once what no client knows, and is itself again."""
    name = http.post("/image:export", json=drive_body()).json()["name"].rpartition("/")[2]
    service.faults.add(StrangeMetadata(method="operations.get", state="DREAMING"))
    strange = http.get(f"/operations/{name}").json()
    assert strange["metadata"]["state"] == "DREAMING"
    plain = http.get(f"/operations/{name}").json()
    assert plain["metadata"]["state"] == "PENDING"
    assert strange.keys() > plain.keys()
    assert strange["metadata"].keys() > plain["metadata"].keys()


def test_bare_metadata(service: LocalEarthEngine, http: httpx.Client) -> None:
    """State and update time are missing once, in the reply to a submission too."""
    service.faults.add(BareMetadata(method="image:export"), BareMetadata(method="operations.list"))
    metadata = http.post("/image:export", json=drive_body()).json()["metadata"]
    assert not {"state", "updateTime"} & metadata.keys()
    [listed] = http.get("/operations").json()["operations"]
    assert not {"state", "updateTime"} & listed["metadata"].keys()
    [listed] = http.get("/operations").json()["operations"]
    assert listed["metadata"]["state"] == "PENDING"


def test_a_cancel_that_loses_the_race(service: LocalEarthEngine, http: httpx.Client) -> None:
    """A running export that is cancelled too late shows CANCELLING and ends as SUCCEEDED."""
    name = http.post("/image:export", json=drive_body()).json()["name"].rpartition("/")[2]

    def metadata() -> dict[str, Any]:
        document: dict[str, Any] = http.get(f"/operations/{name}").json()["metadata"]
        return document

    def running() -> bool:
        service.clock.advance(1)  # type: ignore[attr-defined]
        return "progress" in metadata()

    until(running)
    service.faults.add(LateCancel())
    assert http.post(f"/operations/{name}:cancel", json={}).json() == {}
    assert metadata()["state"] == "CANCELLING"

    def ended() -> bool:
        service.clock.advance(1)  # type: ignore[attr-defined]
        return bool(metadata()["state"] == "SUCCEEDED")

    until(ended)


def test_faults_are_scripted_over_http(service: LocalEarthEngine, http: httpx.Client) -> None:
    """The endpoint adds one fault or several, shows what waits, forgets it, and explains mistakes."""
    url = f"{service.url}/emulator/faults"
    reply = httpx.post(url, json={"kind": "refuse", "method": "config.get", "status": "UNAVAILABLE", "times": 2})
    assert [fault["kind"] for fault in reply.json()["faults"]] == ["refuse"]
    assert http.get("/config").status_code == 503
    assert httpx.get(url).json()["faults"][0]["times"] == 1
    httpx.post(url, json={"faults": [{"kind": "emptyList"}, {"kind": "failExport", "code": 3, "message": "x"}]})
    assert len(httpx.get(url).json()["faults"]) == 3
    assert httpx.delete(url).json() == {"faults": []}
    assert http.get("/config").status_code == 200
    assert httpx.post(url, json={"kind": "unknown"}).status_code == 400
    assert httpx.post(url, content=b"{").status_code == 400


def test_a_scripted_failure_reaches_the_operation(service: LocalEarthEngine, http: httpx.Client) -> None:
    """'Next export runs out of memory' can be asked for by name over HTTP."""
    fault = {"kind": "failExport", "code": 3, "message": "User memory limit exceeded."}
    httpx.post(f"{service.url}/emulator/faults", json=fault)
    name = http.post("/image:export", json=drive_body()).json()["name"].rpartition("/")[2]

    def done() -> bool:
        service.clock.advance(1)  # type: ignore[attr-defined]
        return bool(http.get(f"/operations/{name}").json().get("done"))

    until(done)
    assert http.get(f"/operations/{name}").json()["error"] == {"code": 3, "message": "User memory limit exceeded."}


def test_faults_can_be_given_at_the_start(data_dir: Path) -> None:
    """What is passed to the constructor happens to the first requests."""
    with LocalEarthEngine(data_dir, clock=ManualClock(), faults=[unavailable()]) as service:
        assert httpx.get(f"{service.url}/v1/projects/local-demo/config").status_code == 503
        assert httpx.get(f"{service.url}/v1/projects/local-demo/config").status_code == 200


def test_a_token_can_be_required(data_dir: Path) -> None:
    """With the switch on, requests without a bearer token are refused, except for tiles."""
    with LocalEarthEngine(data_dir, clock=ManualClock(), require_token=True) as service:
        config = f"{service.url}/v1/projects/local-demo/config"
        assert httpx.get(config).status_code == 401
        assert httpx.get(config, headers={"Authorization": "Basic x"}).status_code == 401
        assert httpx.get(config, headers={"Authorization": "Bearer token"}).status_code == 200
        assert httpx.get(f"{service.url}/v1/projects/local-demo/maps/x/tiles/0/0/0").status_code == 404
