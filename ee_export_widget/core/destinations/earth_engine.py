"""Export into an Earth Engine asset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ee_export_widget.core import naming
from ee_export_widget.core.destinations.base import Destination, DestinationKind
from ee_export_widget.core.encoding import Bool, Text  # noqa: TC001 - pydantic reads annotations
from ee_export_widget.core.message import Follows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.errors import Problem


class EarthEngineDestination(Destination):
    """An asset that the export writes."""

    kind: ClassVar[DestinationKind] = "asset"
    title: ClassVar[str] = "Earth Engine asset"
    options: ClassVar[str] = "asset_export_options"
    member: ClassVar[str] = "earth_engine_destination"

    name: Annotated[
        Text | None,
        Field(
            title="Asset name",
            description="Full name of the asset, projects/…/assets/…. Its folder must exist and be writable.",
        ),
        Follows(naming.asset_name),
    ] = None
    overwrite: Annotated[
        Bool,
        Field(title="Overwrite if it exists", description="Replace an asset that has this name already."),
    ] = False

    @property
    def label(self) -> str:
        """The part of the name after ``assets/``."""
        name = self.name or ""
        return name.partition("/assets/")[2] or name

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that there is a name."""
        if self.name is None:
            yield from naming.asset_name(f"{path}.name", "")
