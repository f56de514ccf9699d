"""How much a project may keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .errors import ServiceError

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "asset.json"
"""Describes an asset, in its directory."""


class Stored(NamedTuple):
    """What lies in a directory and below: bytes of pixels, and assets."""

    size_bytes: int
    assets: int


class Quota(NamedTuple):
    """What the assets of a project may take (defaults: Earth Engine usage guide).

    Attributes
    ----------
    max_bytes
        Of all files of pixels together.
    max_assets
        Images, folders and collections.
    """

    max_bytes: int = 250 * 10**9
    max_assets: int = 10_000

    def to_json(self, root: Path) -> dict[str, str]:
        """Return the `quota` member of a project's root."""
        used = stored(root)
        return {
            "sizeBytes": str(used.size_bytes),
            "maxSizeBytes": str(self.max_bytes),
            "assetCount": str(used.assets),
            "maxAssets": str(self.max_assets),
        }

    def require_room(self, root: Path, new: Path, replaced: Path) -> None:
        """Check that an asset can take its place.

        Parameters
        ----------
        root
            The project's.
        new
            The finished asset.
        replaced
            Where it goes; what is there now will be gone.

        Raises
        ------
        ServiceError
            RESOURCE_EXHAUSTED, with what is used up.
        """
        used, added, freed = stored(root), stored(new), stored(replaced)
        size, count = (old + plus - minus for old, plus, minus in zip(used, added, freed, strict=True))
        for wanted, before, limit, unit in (
            (size, used.size_bytes, self.max_bytes, "bytes of storage"),
            (count, used.assets, self.max_assets, "assets"),
        ):
            if wanted > max(limit, before):
                message = f"Quota exceeded for {unit} in project '{root.name}': {wanted} needed, {limit} allowed."
                raise ServiceError("RESOURCE_EXHAUSTED", message)


def stored(directory: Path) -> Stored:
    """Measure a directory, which may be missing."""
    sizes = (path.stat().st_size for path in directory.rglob("*.tif"))
    return Stored(sum(sizes), sum(1 for _ in directory.rglob(DOCUMENT)))
