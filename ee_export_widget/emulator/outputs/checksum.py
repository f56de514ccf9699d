"""CRC-32C, the checksum of TFRecord files, fast enough for large records."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, reflected (RFC 3720, appendix B.4)
_MASK_DELTA = 0xA282EAD8  # of TensorFlow's record format
_WORD = 0xFFFFFFFF


@cache
def _table() -> NDArray[np.uint32]:
    """Return what one byte does to an empty register."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


@cache
def _zeros(count: int) -> list[list[int]]:
    """Return what `count` zero bytes do to a register, for each of its four bytes."""
    states = (
        np.arange(256, dtype=np.uint32)[np.newaxis, :] << np.arange(0, 32, 8, dtype=np.uint32)[:, np.newaxis]
    ).astype(np.uint32)
    for _ in range(count):
        states = _table()[states & 255] ^ (states >> 8)
    tables: list[list[int]] = states.tolist()
    return tables


def crc32c(data: bytes) -> int:
    """Return the checksum of some bytes.

    A checksum is linear, so the data is cut into rows that are computed side by side and then put together.
    """
    if len(data) < 4:  # noqa: PLR2004 - bytes of the register
        register = _WORD
        for byte in data:
            register = int(_table()[(register ^ byte) & 255]) ^ (register >> 8)
        return register ^ _WORD
    width = 1 << max(2, math.isqrt(len(data)).bit_length() - 1)
    padded = np.zeros(-(-len(data) // width) * width, np.uint8)
    padded[-len(data) :] = np.frombuffer(data, np.uint8)
    start = len(padded) - len(data)
    padded[start : start + 4] ^= 255  # an initial register of ones, moved into the data
    rows = padded.reshape(-1, width)
    states = np.zeros(len(rows), np.uint32)
    for column in range(width):
        states = _table()[(states ^ rows[:, column]) & 255] ^ (states >> 8)
    first, second, third, fourth = _zeros(width)
    register = 0
    for state in states.tolist():
        shifted = first[register & 255] ^ second[register >> 8 & 255] ^ third[register >> 16 & 255]
        register = shifted ^ fourth[register >> 24] ^ state
    return register ^ _WORD


def masked_crc32c(data: bytes) -> int:
    """Return the checksum as TensorFlow's record format stores it."""
    checksum = crc32c(data)
    return ((checksum >> 15 | checksum << 17) + _MASK_DELTA) & _WORD
