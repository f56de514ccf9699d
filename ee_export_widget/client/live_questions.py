"""What a service can be asked about exports without starting one: requests with the id of an export that has ended.

Of several requests with one id only one starts an operation (service reference). One that is wrong is refused for
what is wrong with it, if the service checks requests before it looks at their ids; which is asked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.request import ExportImageRequest
from ee_export_widget.errors import ServiceResponseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.operation import Operation

SECOND = "it starts a second operation, which was cancelled"
_LONGEST = 200
"""Characters of a refusal that are shown: it may quote what was sent."""


@dataclass(frozen=True)
class Learnt:
    """One question and what the service answered."""

    question: str
    answer: str
    good: bool | None = None
    """Whether the answer is what this package relies on; None where it does not matter."""


@dataclass(frozen=True)
class Variant:
    """A request that may be refused."""

    what: str
    members: Mapping[str, Any]
    """Of the body, in place of those of the export."""
    relied: bool = False
    """Whether the form makes such requests, and takes them for good."""


def _variants(request: ExportImageRequest, project: str) -> list[Variant]:
    """Give the variants of an export of an asset whose acceptance is not documented (REST contract, section 19)."""
    return [
        *(_grids(request.grid.to_json()) if request.grid else []),
        Variant("a description with a blank", {"description": "live check"}),
        Variant("a description of 101 characters", {"description": "x" * 101}),
        Variant("a workload tag with capitals and dots", {"workloadTag": "Live.Check"}),
        Variant("a workload tag of 64 characters", {"workloadTag": "x" * 64}),
        Variant("a priority other than 100", {"priority": 101}),
        _files("the file format PNG", "live_check", fileFormat="PNG"),
        *(
            _files(f"a tile size of {size:,}", "live_check", geoTiffOptions={"tileSize": size})
            for size in (0, 1, 100, 65_536)
        ),
        _files("a prefix of 1,100 characters in Drive", "x" * 1100),
        _files("a Drive folder of 1,100 characters", "live_check", folder="x" * 1100),
        Variant("an asset name with a part of 300 characters", _asset(f"projects/{project}/assets/{'x' * 300}")),
        Variant("an override for a band that is missing", _overriding(request)),
    ]


async def ask(client: EarthEngineClient, request: ExportImageRequest, first: Operation) -> AsyncIterator[Learnt]:
    """Ask which variants of a request are refused, as long as none of them starts anything.

    Parameters
    ----------
    client
        With which the request was sent.
    request
        An export that has started.
    first
        Its operation.
    """
    control = Variant("a request checked before its id", {"assetExportOptions": {}})
    refusal = await _refusal(client, request, first, control)
    if not refusal or refusal == SECOND:
        words = refusal or "no, so that an id that is used hides what is wrong with a request: more cannot be asked"
        yield Learnt(f"Is {control.what}?", words)
        return
    yield Learnt(f"Is {control.what}?", f"yes: {refusal}")
    for variant in _variants(request, client.project):
        refusal = await _refusal(client, request, first, variant)
        if refusal == SECOND:
            yield Learnt(f"Is {variant.what} refused?", refusal, good=False)
            return
        answer = f"yes: {refusal}" if refusal else "not when it is submitted"
        yield Learnt(f"Is {variant.what} refused?", answer, good=not refusal if variant.relied else None)


def brief(error: ServiceResponseError) -> str:
    """Give the words of a refusal, cut where they are long."""
    return error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}…"


async def _refusal(client: EarthEngineClient, request: ExportImageRequest, first: Operation, variant: Variant) -> str:
    """Give the words with which a variant is refused, `SECOND` where it starts something; empty where neither."""
    body = (
        {**request.to_json(), "assetExportOptions": None}
        if "fileExportOptions" in variant.members
        else (request.to_json())
    )
    try:
        again = await client.export_image(ExportImageRequest.from_json({**body, **variant.members}))
    except ServiceResponseError as error:
        return brief(error)
    if again.name == first.name:
        return ""
    await client.cancel_operation(again.name)
    return SECOND


def _grids(grid: Mapping[str, Any]) -> list[Variant]:
    turned = {"shearX": 0.125, "shearY": 0.125}
    changes: list[tuple[str, dict[str, Any], bool]] = [
        ("a turned grid", {"affineTransform": grid["affineTransform"] | turned}, True),
        ("a grid of no pixels", {"dimensions": {"width": 0, "height": 0}}, False),
        ("a grid without a size", {"dimensions": None}, False),
        ("a grid without a transform", {"affineTransform": None}, False),
        ("a grid without a CRS", {"crsCode": None}, False),
    ]
    return [Variant(what, {"grid": {**grid, **change}}, relied) for what, change, relied in changes]


def _files(what: str, prefix: str, *, folder: str | None = None, **options: object) -> Variant:
    drive = {"filenamePrefix": prefix, "folder": folder}
    return Variant(what, {"fileExportOptions": {"fileFormat": "GEO_TIFF", "driveDestination": drive, **options}})


def _asset(name: str) -> dict[str, Any]:
    return {"assetExportOptions": {"earthEngineDestination": {"name": name}}}


def _overriding(request: ExportImageRequest) -> dict[str, Any]:
    options = request.to_json()["assetExportOptions"]
    return {"assetExportOptions": options | {"pyramidingPolicyOverrides": {"no_such_band": "MODE"}}}
