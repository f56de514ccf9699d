"""Reading files back after writing them: a full disk can leave a file that looks whole and is not."""

from __future__ import annotations

import errno
import zlib
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.windows
from rasterio.enums import MaskFlags

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass
class ReadBack:
    """Fingerprints of what was written into a file, part by part."""

    _parts: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)

    def remember(
        self, level: int, column: int, row: int, values: NDArray[Any], valid: NDArray[np.bool_] | None = None
    ) -> None:
        """Note a part that is written.

        Parameters
        ----------
        level
            0 for the pixels themselves, 1 for the first overview, and so on.
        column, row
            Of its first pixel.
        values
            Shape (height, width) for the only band, or (bands, height, width).
        valid
            Which pixels the mask lets through; all when `None`.
        """
        height, width = values.shape[-2:]
        self._parts.append((level, column, row, width, height, _fingerprint(values, valid)))

    def check(self, path: Path) -> None:
        """Read everything back.

        Raises
        ------
        OSError
            When a part is not what was written.
        """
        for level, parts in groupby(sorted(self._parts), key=lambda part: part[0]):
            options = {"overview_level": level - 1} if level else {}
            with rasterio.open(path, **options) as dataset:
                masked = MaskFlags.per_dataset in dataset.mask_flag_enums[0]
                for _, column, row, width, height, expected in parts:
                    area = rasterio.windows.Window(column, row, width, height)
                    values = dataset.read(1, window=area) if dataset.count == 1 else dataset.read(window=area)
                    valid = dataset.read_masks(1, window=area) > 0 if masked else None
                    if _fingerprint(values, valid) != expected:
                        raise OSError(errno.EIO, f"{path.name} does not hold what was written")


def _fingerprint(values: NDArray[Any], valid: NDArray[np.bool_] | None) -> int:
    checksum = zlib.crc32(np.ascontiguousarray(values).view(np.uint8).data)
    if valid is None or valid.all():
        return checksum
    return zlib.crc32(np.packbits(valid).data, checksum)
