"""Carrying out one export: from the request to files in their place."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .assets import cannot_overwrite
from .errors import invalid
from .outputs.asset import block_count, write_bands
from .outputs.geotiff import GeoTiffOptions, GeoTiffWriter
from .outputs.paths import file_stem, safe_directory
from .outputs.tfrecord import TfRecordOptions, TfRecordWriter
from .quota import DOCUMENT
from .schema import unwrap
from .target import target_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .assets import AssetTree
    from .image import Image
    from .progress import Progress
    from .raster.grid import PixelGrid
    from .store import Job

DEFAULT_MAX_PIXELS = 100_000_000
_LISTING, _COMPUTING, _WRITING = range(3)
_ASSET_STAGES = (("Create List of Assets", 0.05), ("Compute Pixels", 0.85), ("Write Files", 0.1))
_FILE_STAGES = (("Create List of Assets", 0.05), ("Write Files", 0.95))


@dataclass(frozen=True)
class Exporter:
    """Turns requests into assets and files.

    Attributes
    ----------
    data_dir
        Everything is written below it.
    assets
        The tree that sources come from and that assets go to.
    evaluate
        Gives the image that an expression means.
    """

    data_dir: Path
    assets: AssetTree
    evaluate: Callable[[dict[str, Any]], Image]

    def run(self, job: Job, start: Callable[[Sequence[tuple[str, float]]], Progress]) -> list[str]:
        """Carry out a job; the result appears all at once, or not at all.

        Raises
        ------
        ServiceError
            When the request cannot be fulfilled.
        """
        to_asset = "assetExportOptions" in job.request
        progress = start(_ASSET_STAGES if to_asset else _FILE_STAGES)
        progress.expect(_LISTING, 1)
        image = self.evaluate(job.request["expression"])
        grid = target_grid(image, job.request.get("grid", {}))
        require_size(grid, unwrap(job.request.get("maxPixels", DEFAULT_MAX_PIXELS)))
        work = self.data_dir / "work" / job.name.rpartition("/")[2]
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            return (self._to_asset if to_asset else self._to_files)(job, image, grid, work, progress)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _to_asset(self, job: Job, image: Image, grid: PixelGrid, work: Path, progress: Progress) -> list[str]:
        options = job.request["assetExportOptions"]
        name = options["earthEngineDestination"]["name"]
        overwrite = options["earthEngineDestination"].get("overwrite", False) or self.assets.author(name) == job.name
        if self.assets.exists(name) and not overwrite:
            raise invalid(cannot_overwrite(name))
        policies = band_policies(image, options)
        progress.expect(_COMPUTING, block_count(grid, len(image.bands)))
        progress.expect(_WRITING, len(image.bands))
        progress.step(_LISTING)
        staged, scratch = work / "image", work / "scratch"
        staged.mkdir()
        scratch.mkdir()
        write_bands(
            image.bands,
            grid,
            policies,
            staged,
            scratch,
            computed=lambda: progress.step(_COMPUTING),
            written=lambda: progress.step(_WRITING),
        )
        size = sum(path.stat().st_size for path in staged.iterdir())
        document = self.assets.describe_image(name, image, grid, policies, size_bytes=size) | {"operation": job.name}
        (staged / DOCUMENT).write_text(json.dumps(document), encoding="utf-8")
        self.assets.install(name, staged, overwrite=overwrite)
        return [self.assets.directory(name).as_uri()]

    def _to_files(self, job: Job, image: Image, grid: PixelGrid, work: Path, progress: Progress) -> list[str]:
        options = job.request["fileExportOptions"]
        *folders, stem = file_stem(options, job.request.get("description") or job.name.rpartition("/")[2])
        writer: GeoTiffWriter | TfRecordWriter
        if options["fileFormat"] == "TF_RECORD_IMAGE":
            writer = TfRecordWriter(image.bands, grid, TfRecordOptions.from_json(options.get("tfRecordOptions", {})))
        else:
            geotiff = GeoTiffOptions.from_json(options.get("geoTiffOptions", {}))
            writer = GeoTiffWriter(image.bands, grid, geotiff, image.properties)
        progress.expect(_COMPUTING, writer.block_count())
        progress.step(_LISTING)
        paths = writer.write(work, stem, lambda: progress.step(_COMPUTING))
        directory = safe_directory(self.data_dir, tuple(folders))
        for path in paths:
            path.replace(directory / path.name)
        return [directory.as_uri()]


def require_size(grid: PixelGrid, max_pixels: int) -> None:
    """Refuse a grid with more pixels than were allowed.

    Raises
    ------
    ServiceError
        In the service's words.
    """
    pixels = grid.width * grid.height
    if pixels > max_pixels:
        raise invalid(
            f"Export too large: specified {pixels} pixels (max: {max_pixels}). "
            "Specify higher maxPixels value if you intend to export a large area."
        )


def band_policies(image: Image, options: dict[str, Any]) -> list[str]:
    """Return the pyramiding policy of every band of an asset export.

    Raises
    ------
    ServiceError
        When an override names a band that the image does not have.
    """
    overrides = options.get("pyramidingPolicyOverrides", {})
    names = [band.id for band in image.bands]
    for name in overrides:
        if name not in names:
            raise invalid(f"Pyramiding policy override names band '{name}', which the image does not have.")
    default = _named(options.get("pyramidingPolicy", ""), "MEAN")
    return [_named(overrides.get(name, ""), default) for name in names]


def _named(policy: str, default: str) -> str:
    """Return a policy, or the default where none is specified."""
    return default if policy in {"", "PYRAMIDING_POLICY_UNSPECIFIED"} else policy
