"""A level as a picture: each of its pixels a square, hatched where its value is invented."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[Any]

_STRIPE_PX = 5
_STRIPE = (24, 8, 28)


def picture(colours: Array, seen: Array, hatched: Array, scale: int) -> bytes:
    """Draw a level as PNG, transparent where it is masked.

    Parameters
    ----------
    colours
        Red, green and blue, shape ``(height, width, 3)``.
    seen, hatched
        Which pixels have a value, and which are to be hatched; shape ``(height, width)``.
    scale
        Side of a pixel in the picture.
    """
    large, opaque, marked = (
        array.repeat(scale, axis=0).repeat(scale, axis=1) for array in (colours.astype(np.uint8), seen, hatched)
    )
    rows, columns = np.indices(opaque.shape)
    large[marked & ((rows + columns) % _STRIPE_PX < _STRIPE_PX // 2)] = _STRIPE
    alpha = np.where(opaque, 255, 0).astype(np.uint8)
    return _png(np.dstack([large, alpha]))


def _png(pixels: Array) -> bytes:
    """Encode red, green, blue and alpha, 8 bits each (PNG specification, third edition)."""
    height, width, _ = pixels.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
