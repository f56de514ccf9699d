"""Destinations: one module each, known to the request, with words for the form."""

from __future__ import annotations

from typing import get_args

import pytest

from ee_export_widget.core.destinations import (
    DESTINATIONS,
    CloudStorageDestination,
    Destination,
    DestinationKind,
    DriveDestination,
    EarthEngineDestination,
    TilePermissions,
)
from ee_export_widget.core.formats import FORMATS, FormatOptions
from ee_export_widget.core.request import ExportImageRequest, ImageFileExportOptions
from ee_export_widget.errors import InvalidRequestError


def test_form_offers_the_asset_first() -> None:
    """Three destinations in the form's order, with the form's titles."""
    assert [kind.title for kind in DESTINATIONS] == ["Earth Engine asset", "Google Drive", "Cloud Storage"]


@pytest.mark.parametrize("kind", DESTINATIONS, ids=lambda kind: kind.kind)
def test_every_destination_has_its_place_in_the_request(kind: type[Destination]) -> None:
    """A destination that is listed can be set, is found again, and survives the round trip."""
    assert kind.kind in get_args(DestinationKind)
    request = ExportImageRequest().with_destination(kind())
    assert request.destination == kind()
    assert request.destination_kind == kind.kind
    assert ExportImageRequest.from_json(request.to_json()).destination == kind()


def test_no_destination_is_forgotten_in_the_list() -> None:
    """Every subclass is listed, so that the form and the request know it."""
    assert set(DESTINATIONS) == set(Destination.__subclasses__())
    assert {kind.kind for kind in DESTINATIONS} == set(get_args(DestinationKind))


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.title)
def test_every_format_has_its_place_in_the_request(kind: type[FormatOptions]) -> None:
    """Options of a format that is listed can be set, and a format without options has its defaults."""
    options = ImageFileExportOptions(file_format=kind.file_format, **{kind.member: kind()})  # type: ignore[arg-type] # any of them
    assert options.format_options == kind()
    assert ImageFileExportOptions(file_format=kind.file_format).format_options == kind()


def test_no_format_is_forgotten_in_the_list() -> None:
    """Every subclass is listed, with words for the form."""
    assert set(FORMATS) == set(FormatOptions.__subclasses__())
    assert [kind.title for kind in FORMATS] == ["GeoTIFF", "TFRecord"]


@pytest.mark.parametrize(
    ("destination", "label"),
    [
        (EarthEngineDestination(name="projects/p/assets/exports/scene"), "exports/scene"),
        (EarthEngineDestination(name="scene"), "scene"),
        (EarthEngineDestination(), ""),
        (DriveDestination(folder="folder", filename_prefix="prefix"), "Drive, folder/prefix"),
        (DriveDestination(filename_prefix="prefix"), "Drive, prefix"),
        (DriveDestination(), "Drive, top folder"),
        (CloudStorageDestination(bucket="bucket", filename_prefix="a/b"), "gs://bucket/a/b"),
        (CloudStorageDestination(), "gs:///"),
    ],
)
def test_label_says_where_the_result_will_be(destination: Destination, label: str) -> None:
    """A short text names the place, whatever is missing."""
    assert destination.label == label


@pytest.mark.parametrize(
    ("destination", "found"),
    [
        (EarthEngineDestination(name="projects/p/assets/a"), []),
        (EarthEngineDestination(), [("here.name", "error")]),
        (EarthEngineDestination(name=""), [("here.name", "error")]),
        (
            DriveDestination(folder="a/b", filename_prefix="c d"),
            [("here.folder", "warning"), ("here.filenamePrefix", "warning")],
        ),
        (DriveDestination(), [("here.filenamePrefix", "warning")]),
        (
            CloudStorageDestination(bucket="demo", filename_prefix="a", permissions=TilePermissions.DEFAULT_OBJECT_ACL),
            [],
        ),
        (CloudStorageDestination(), [("here.bucket", "error"), ("here.filenamePrefix", "warning")]),
        (
            CloudStorageDestination(
                bucket="demo", filename_prefix="a", permissions=TilePermissions.PUBLIC, bucket_cors_uris=("",)
            ),
            [("here.permissions", "info"), ("here.bucketCorsUris", "error")],
        ),
    ],
)
def test_destination_knows_its_problems(destination: Destination, found: list[tuple[str, str]]) -> None:
    """Each destination checks itself, at the path where it stands."""
    assert [(problem.field, problem.severity) for problem in destination.problems("here")] == found


def test_destination_alone_is_read_and_written() -> None:
    """Each message can be read and written by itself."""
    mapping = {"bucket": "demo", "permissions": "DEFAULT_OBJECT_ACL", "bucketCorsUris": ["https://example.org"]}
    assert CloudStorageDestination.from_json(mapping).to_json() == mapping
    assert CloudStorageDestination.from_json({"permissions": "TILE_PERMISSIONS_UNSPECIFIED"}).permissions is None
    with pytest.raises(InvalidRequestError, match="buckets"):
        CloudStorageDestination.from_json({"buckets": "demo"})


def test_permissions_have_words() -> None:
    """The form shows words, not the names of the service."""
    assert [permission.label for permission in TilePermissions] == ["Bucket default", "Public"]
