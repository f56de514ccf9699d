"""Export into files in Google Drive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core import naming
from ee_export_widget.core.destinations.base import Destination, DestinationKind
from ee_export_widget.core.encoding import Text  # noqa: TC001 - pydantic reads annotations
from ee_export_widget.core.message import Follows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.errors import Problem


class DriveDestination(Destination):
    """Files in a folder of the caller's Drive."""

    kind: ClassVar[DestinationKind] = "drive"
    title: ClassVar[str] = "Google Drive"
    options: ClassVar[str] = "file_export_options"
    member: ClassVar[str] = "drive_destination"

    folder: Annotated[
        Text | None,
        Field(
            title="Folder",
            description="Name of a folder, wherever it is in Drive; made at the top if there is none. "
            "A slash is part of the name, not a path. Empty: the top of Drive.",
        ),
        Follows(naming.drive_folder),
    ] = None
    filename_prefix: Annotated[
        Text | None,
        Field(title="File name prefix", description="Start of the name of every file."),
        Follows(naming.drive_prefix),
    ] = None

    @property
    def label(self) -> str:
        """Folder and prefix."""
        return f"Drive, {'/'.join(part for part in (self.folder, self.filename_prefix) if part) or 'top folder'}"

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that the files have a name."""
        yield from naming.prefix_given(f"{path}.filenamePrefix", self.filename_prefix)
