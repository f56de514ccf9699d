"""What every destination of an export has."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from ee_export_widget.core.message import Message

if TYPE_CHECKING:
    from ee_export_widget.errors import Problem

DestinationKind: TypeAlias = Literal["asset", "drive", "cloud_storage"]


class Destination(Message):
    """Where the pixels go: the REST message of a destination, with its words for the form."""

    kind: ClassVar[DestinationKind]
    """Short name of the kind."""

    title: ClassVar[str]
    """Its name in the form."""

    options: ClassVar[str]
    """Field of the request that holds the options of such exports."""

    member: ClassVar[str]
    """Field of those options that holds this message."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Short text that says where the result will be found."""

    def problems(self, path: str = "") -> list[Problem]:
        """List what is wrong with this destination; ``path`` is where it stands in the request."""
        return list(self.problems_at(path))
