"""Writing an image as TFRecord files: patches of pixels as TensorFlow examples."""

from __future__ import annotations

import gzip
import json
import struct
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np

from ee_export_widget.emulator.algorithms.bands import cast_values
from ee_export_widget.emulator.errors import invalid
from ee_export_widget.emulator.raster.grid import six_numbers
from ee_export_widget.emulator.raster.reader import Reader
from ee_export_widget.emulator.schema import unwrap

from .checksum import masked_crc32c

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ee_export_widget.emulator.image import Band
    from ee_export_widget.emulator.raster.grid import PixelGrid

_BLOCK_PX = 512
_DEFAULT_PATCH_PX = 256
_BYTES, _FLOATS, _INTEGERS = 1, 2, 3
_LENGTH_DELIMITED = 2


@dataclass(frozen=True)
class TfRecordOptions:
    """A TfRecordImageExportOptions message with its defaults.

    Attributes
    ----------
    patch
        (width, height) of a patch without its margin; 256 pixels, or the whole image where it is smaller, when `None`.
    margin
        (width, height) that neighbouring patches share, half on each side.
    compress
        Whether files are compressed with gzip.
    max_size_bytes
        Of one file before compression.
    default_value
        Written for masked pixels.
    sequence
        Whether every pixel is an example of its own.
    collapse
        Whether all bands go into one feature, named after the first.
    max_masked_ratio
        Patches with a greater share of masked pixels are left out.
    """

    patch: tuple[int, int] | None = None
    margin: tuple[int, int] = (0, 0)
    compress: bool = True
    max_size_bytes: int = 1 << 30
    default_value: float = 0.0
    sequence: bool = False
    collapse: bool = False
    max_masked_ratio: float = 1.0

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> TfRecordOptions:
        """Read the message.

        Raises
        ------
        ServiceError
            For depths of arrays, which images here do not have.
        """
        if message.get("tensorDepths"):
            raise invalid("Tensor depths may only be given for array bands, and the image has none.")
        patch, margin = message.get("tileDimensions"), message.get("marginDimensions")
        return cls(
            patch=(patch["width"], patch["height"]) if patch else None,
            margin=(margin["width"], margin["height"]) if margin else (0, 0),
            compress=message.get("compress", True),
            max_size_bytes=unwrap(message.get("maxSizeBytes", 1 << 30)),
            default_value=float(unwrap(message.get("defaultValue", 0))),
            sequence=message.get("sequenceData", False),
            collapse=message.get("collapseBands", False),
            max_masked_ratio=float(unwrap(message.get("maxMaskedRatio", 1))),
        )


class TfRecordWriter:
    """Writes bands on a grid as patches, row by row; patches that stick out at the right and bottom are dropped.

    Parameters
    ----------
    bands
        Features of every example.
    grid
        The pixels to cut into patches.
    options
        Size of the patches and how they are written.
    """

    def __init__(self, bands: Sequence[Band], grid: PixelGrid, options: TfRecordOptions) -> None:
        self._bands = bands
        self._grid = grid
        self._options = options
        width, height = options.patch or (_DEFAULT_PATCH_PX, _DEFAULT_PATCH_PX)
        if options.patch is None:
            width, height = min(width, grid.width), min(height, grid.height)
        self._patch = (width, height)
        self._columns, self._rows = grid.width // width, grid.height // height
        self._per_block = max(1, _BLOCK_PX // width)

    def block_count(self) -> int:
        """Return how many times `write` reports a computed block."""
        return self._rows * -(-self._columns // self._per_block)

    def write(self, directory: Path, stem: str, computed: Callable[[], None]) -> list[Path]:
        """Write the files, and the description that puts the patches back together; return their paths.

        Parameters
        ----------
        directory
            Where they go.
        stem
            Their name without number and extension.
        computed
            Called after every block of patches; may raise to stop.
        """
        with _Files(directory, stem, self._options) as files:
            for row in range(self._rows):
                for first in range(0, self._columns, self._per_block):
                    for record in self._records(first, row, min(self._per_block, self._columns - first)):
                        files.add(record)
                    computed()
            paths = list(files.paths)
        if self._options.max_masked_ratio == 1:
            mixer = directory / f"{stem}-mixer.json"
            mixer.write_text(json.dumps(self._mixer()), encoding="utf-8")
            paths.append(mixer)
        return paths

    def _records(self, first: int, row: int, count: int) -> Iterator[bytes]:
        """Return the examples of some neighbouring patches."""
        (width, height), (extra_x, extra_y) = self._patch, self._options.margin
        left, top = first * width - extra_x // 2, row * height - extra_y // 2
        reader = Reader(self._grid.part(left, top, count * width + extra_x, height + extra_y))
        layers = [reader.pixels(band) for band in self._bands]
        inside = self._inside(top, height + extra_y, self._grid.height)[:, np.newaxis] & self._inside(
            left, count * width + extra_x, self._grid.width
        )
        for index in range(count):
            part = np.s_[:, index * width : (index + 1) * width + extra_x]
            masks = [(pixels.mask[part] > 0) & inside[part] for pixels in layers]
            valid = np.logical_and.reduce(masks)
            if 1 - valid.mean() > self._options.max_masked_ratio:
                continue
            filled = [
                np.where(mask, pixels.values[part], self._filler(band))
                for band, pixels, mask in zip(self._bands, layers, masks, strict=True)
            ]
            yield from self._examples(filled)

    @staticmethod
    def _inside(first: int, count: int, end: int) -> NDArray[np.bool_]:
        """Tell which columns or rows of a window are on the grid: the image is cut to it, margins reach over it."""
        places = np.arange(first, first + count)
        return (places >= 0) & (places < end)

    def _filler(self, band: Band) -> NDArray[Any]:
        """Return the default value as a band can hold it."""
        return cast_values(np.asarray(self._options.default_value), band.type)

    def _examples(self, layers: list[NDArray[Any]]) -> Iterator[bytes]:
        """Return one example for a patch, or one for each of its pixels."""
        if not self._options.sequence:
            yield _message(1, self._features([layer.ravel() for layer in layers]))
            return
        flat = [layer.ravel() for layer in layers]
        for index in range(flat[0].size):
            yield _message(1, self._features([values[index : index + 1] for values in flat]))

    def _features(self, layers: list[NDArray[Any]]) -> bytes:
        if not self._options.collapse:
            return b"".join(
                _feature(band.id, _FLOATS, values.astype("<f4").tobytes())
                for band, values in zip(self._bands, layers, strict=True)
            )
        joined = np.concatenate(layers)
        if joined.dtype == np.uint8:
            return _feature(self._bands[0].id, _BYTES, joined.tobytes())
        if joined.dtype.kind in "iu":
            return _feature(self._bands[0].id, _INTEGERS, b"".join(_varint(value) for value in joined.tolist()))
        return _feature(self._bands[0].id, _FLOATS, joined.astype("<f4").tobytes())

    def _mixer(self) -> dict[str, Any]:
        return {
            "projection": {
                "crs": self._grid.crs.text,
                "affine": {"doubleMatrix": six_numbers(self._grid.transform)},
            },
            "patchDimensions": list(self._patch),
            "patchesPerRow": self._columns,
            "totalPatches": self._columns * self._rows,
        }


class _Files:
    """The numbered files of an export, a new one begun where the last is full."""

    def __init__(self, directory: Path, stem: str, options: TfRecordOptions) -> None:
        self._directory = directory
        self._stem = stem
        self._options = options
        self._open = ExitStack()
        self._file: BinaryIO | None = None
        self._size = 0
        self.paths: list[Path] = []

    def __enter__(self) -> Self:
        self._next()
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def add(self, record: bytes) -> None:
        """Write one record with its length and both checksums."""
        length = struct.pack("<Q", len(record))
        framed = b"".join(
            (length, struct.pack("<I", masked_crc32c(length)), record, struct.pack("<I", masked_crc32c(record)))
        )
        if self._size and self._size + len(framed) > self._options.max_size_bytes:
            self._next()
        if self._file is not None:
            self._file.write(framed)
        self._size += len(framed)

    def _next(self) -> None:
        self._open.close()
        ending = ".tfrecord.gz" if self._options.compress else ".tfrecord"
        path = self._directory / f"{self._stem}-{len(self.paths):05d}{ending}"
        raw = self._open.enter_context(path.open("wb"))
        self._file = raw
        if self._options.compress:
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0)
            self._file = self._open.enter_context(packed)  # type: ignore[assignment]
        self._size = 0
        self.paths.append(path)


def _varint(value: int) -> bytes:
    """Return an integer in protobuf's variable length, negative ones as their 64-bit complement."""
    value &= (1 << 64) - 1
    parts = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits to a byte
        parts.append(value & 127 | 128)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _message(field: int, content: bytes) -> bytes:
    """Return a protobuf field that holds bytes."""
    return _varint(field << 3 | _LENGTH_DELIMITED) + _varint(len(content)) + content


def _feature(name: str, kind: int, values: bytes) -> bytes:
    """Return an entry of tf.train.Features: a name and its list of bytes, floats or integers."""
    return _message(1, _message(1, name.encode()) + _message(2, _message(kind, _message(1, values))))
