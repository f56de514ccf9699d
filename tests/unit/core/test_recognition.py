"""Whether an operation is what a request has started."""

from __future__ import annotations

from typing import Any

import pytest

from ee_export_widget.core.operation import Operation
from ee_export_widget.core.recognition import may_be_of
from ee_export_widget.core.request import ExportImageRequest

ASSET = {"assetExportOptions": {"earthEngineDestination": {"name": "projects/demo/assets/a/out"}}}
CLOUD = {"fileExportOptions": {"cloudStorageDestination": {"bucket": "lakes", "filenamePrefix": "out"}}}
DRIVE = {"fileExportOptions": {"driveDestination": {"folder": "maps", "filenamePrefix": "out"}}}
PAGE = "https://code.earthengine.google.com/?asset="
BROWSER = "https://console.cloud.google.com/storage/browser/"


@pytest.mark.parametrize(
    ("body", "operation", "verdict"),
    [
        (None, {}, "perhaps"),
        (ASSET, {}, "perhaps"),
        (ASSET, {"destination_uris": (f"{PAGE}projects/demo/assets/a/out",)}, "yes"),
        (ASSET, {"destination_uris": (f"{PAGE}projects%2Fdemo%2Fassets%2Fa%2Fout",)}, "yes"),
        (ASSET, {"destination_uris": (f"{PAGE}projects/demo/assets/a/out_v2",)}, "no"),
        (ASSET, {"destination_uris": (f"{PAGE}projects/demo/assets/a/out/b",)}, "no"),
        (ASSET, {"destination_uris": ("https://example.org/somewhere",)}, "perhaps"),
        (ASSET, {"destination_uris": ("file:///home/me/data/assets/demo/a/out",)}, "perhaps"),
        (CLOUD, {"destination_uris": ("file:///home/me/data/buckets/lakes/out.tif",)}, "perhaps"),
        (ASSET | {"priority": 7}, {"priority": 7}, "perhaps"),
        (ASSET | {"priority": 7}, {"priority": 100}, "perhaps"),
        (ASSET | {"priority": 7}, {"priority": 8}, "no"),
        (ASSET, {"priority": 8}, "no"),
        (CLOUD, {"destination_uris": (f"{BROWSER}lakes/out",)}, "perhaps"),
        (CLOUD, {"destination_uris": (f"{BROWSER}lakes-2/out",)}, "no"),
        (CLOUD, {}, "perhaps"),
        (DRIVE, {"destination_uris": ("https://drive.google.com/#folders/abc",)}, "perhaps"),
        ({"fileExportOptions": {}}, {"destination_uris": (f"{BROWSER}lakes",)}, "perhaps"),
        ({"assetExportOptions": {}}, {}, "perhaps"),
    ],
)
def test_what_an_operation_says_of_itself_decides(
    body: dict[str, Any] | None, operation: dict[str, Any], verdict: str
) -> None:
    """An asset is written by one export; folders and buckets by many; what says nothing may be anybody's."""
    request = None if body is None else ExportImageRequest.from_json(body)
    assert may_be_of(Operation("projects/demo/operations/A", **operation), request) == verdict
