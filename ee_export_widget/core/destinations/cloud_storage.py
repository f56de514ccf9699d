"""Export into objects of a Cloud Storage bucket."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core import naming
from ee_export_widget.core.destinations.base import Destination, DestinationKind
from ee_export_widget.core.encoding import Text, enum_reader
from ee_export_widget.core.message import Follows
from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


class TilePermissions(StrEnum):
    """Who may read the objects that are written."""

    DEFAULT_OBJECT_ACL = "DEFAULT_OBJECT_ACL"
    PUBLIC = "PUBLIC"

    @property
    def label(self) -> str:
        """Its words in the form."""
        return "Bucket default" if self is TilePermissions.DEFAULT_OBJECT_ACL else "Public"


def _public_needs_owner(field: str, permissions: TilePermissions) -> Iterator[Problem]:
    if permissions is TilePermissions.PUBLIC:
        message = "Public files need OWNER on the bucket."
        yield Problem(field, "public-needs-owner", "info", message, "Ask the bucket's owner, or use its default.")


class CloudStorageDestination(Destination):
    """Objects in a bucket."""

    kind: ClassVar[DestinationKind] = "cloud_storage"
    title: ClassVar[str] = "Cloud Storage"
    options: ClassVar[str] = "file_export_options"
    member: ClassVar[str] = "cloud_storage_destination"

    bucket: Annotated[
        Text | None,
        Field(title="Bucket", description="Name of the bucket, without gs://."),
        Follows(naming.bucket),
    ] = None
    filename_prefix: Annotated[
        Text | None,
        Field(
            title="File name prefix",
            description="Start of the name of every object; a slash at its end makes it a folder.",
        ),
        Follows(naming.object_prefix),
    ] = None
    permissions: Annotated[
        TilePermissions | None,
        enum_reader(TilePermissions, "permission", "TILE_PERMISSIONS_UNSPECIFIED"),
        Field(title="Permissions", description="Who may read the objects. Meant for exports of map tiles."),
        Follows(_public_needs_owner),
    ] = None
    bucket_cors_uris: Annotated[
        tuple[Text, ...] | None,
        Field(title="CORS URIs", description="Sites that the bucket's CORS settings let in. Meant for map tiles."),
        Follows(partial(naming.no_empty_entry, "cors-uri")),
    ] = None

    @property
    def label(self) -> str:
        """Address of the objects."""
        return f"gs://{self.bucket or ''}/{self.filename_prefix or ''}"

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that there is a bucket and that the objects have a name."""
        if self.bucket is None:
            yield from naming.bucket(f"{path}.bucket", "")
        yield from naming.prefix_given(f"{path}.filenamePrefix", self.filename_prefix)
