"""TFRecord files, read back by a reader of the tests' own."""

from __future__ import annotations

import gzip
import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ee_export_widget.emulator.outputs.checksum import crc32c
from tests.unit.emulator.support import drive_body, expression, finished, load, scene_grid, select
from tests.unit.emulator.test_emulator_export import source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ee_export_widget.emulator.engine import Engine


def slow_crc32c(data: bytes) -> int:
    """Return the checksum bit by bit."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def records(path: Path) -> list[bytes]:
    """Return the records of a file after checking every checksum."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found, place = [], 0
    while place < len(data):
        [length] = struct.unpack_from("<Q", data, place)
        content = data[place + 12 : place + 12 + length]
        for checked, at in ((data[place : place + 8], place + 8), (content, place + 12 + length)):
            [masked] = struct.unpack_from("<I", data, at)
            rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
            if len(checked) < 5000:
                assert (rotated >> 17 | rotated << 15) & 0xFFFFFFFF == slow_crc32c(checked)
        found.append(content)
        place += 16 + length
    return found


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields of a protobuf message that hold bytes."""

    def varint(at: int) -> tuple[int, int]:
        number = shift = 0
        while True:
            byte = data[at]
            number |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return number, at

    place = 0
    while place < len(data):
        key, place = varint(place)
        assert key & 7 == 2
        length, place = varint(place)
        yield key >> 3, data[place : place + length]
        place += length


def features(record: bytes) -> dict[str, tuple[int, bytes]]:
    """Return the features of an example: the kind of list (1 bytes, 2 floats, 3 integers) and what it packs."""
    found = {}
    for _, content in fields(record):
        for _, entry in fields(content):
            parts = dict(fields(entry))
            [(kind, values)] = fields(parts[2])
            [(_, packed)] = fields(values)
            found[parts[1].decode()] = (kind, packed)
    return found


def exported(engine: Engine, body: dict[str, Any], options: dict[str, Any]) -> Path:
    """Export a body as TFRecord and return the directory of its files."""
    body["fileExportOptions"] = {
        "fileFormat": "TF_RECORD_IMAGE",
        "driveDestination": {"folder": "t", "filenamePrefix": "p"},
        "tfRecordOptions": options,
    }
    assert finished(engine, body)["metadata"]["state"] == "SUCCEEDED"
    return engine.data_dir / "drive/t"


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 15, 16, 17, 63, 64, 65, 255, 1000, 4097])
def test_checksums_agree_with_the_slow_way(size: int) -> None:
    """The fast checksum is the bit-by-bit one for any length."""
    data = np.random.default_rng(size).bytes(size)
    assert crc32c(data) == slow_crc32c(data)


def test_the_checksum_of_the_standard_text() -> None:
    """The check value of CRC-32C is the published one."""
    assert crc32c(b"123456789") == 0xE3069283


def test_patches_hold_the_pixels(engine: Engine) -> None:
    """Patches are examples of floats in row-major order; what sticks out is dropped; the mixer describes them."""
    body = drive_body() | {"grid": scene_grid(10, 20, 100, 70)}
    directory = exported(engine, body, {"tileDimensions": {"width": 32, "height": 30}, "compress": False})
    assert sorted(path.name for path in directory.iterdir()) == ["p-00000.tfrecord", "p-mixer.json"]
    patches = [features(record) for record in records(directory / "p-00000.tfrecord")]
    assert len(patches) == 6
    for index, patch in enumerate(patches):
        row, column = divmod(index, 3)
        assert list(patch) == ["B2", "B3"]
        for band, (kind, packed) in patch.items():
            assert kind == 2
            expected = source(band)[20 + row * 30 : 50 + row * 30, 10 + column * 32 : 42 + column * 32]
            np.testing.assert_array_equal(np.frombuffer(packed, "<f4").reshape(30, 32), expected)
    assert json.loads((directory / "p-mixer.json").read_text()) == {
        "projection": {
            "crs": "EPSG:32621",
            "affine": {"doubleMatrix": [30.0, 0.0, 735645.0, 0.0, -30.0, -2797395.0]},
        },
        "patchDimensions": [32, 30],
        "patchesPerRow": 3,
        "totalPatches": 6,
    }


def test_margins_overlap(engine: Engine) -> None:
    """With a kernel size a patch reaches half of it beyond its edges, but not beyond the grid of the export."""
    options = {
        "tileDimensions": {"width": 16, "height": 16},
        "marginDimensions": {"width": 4, "height": 2},
        "defaultValue": 7,
        "compress": True,
    }
    body = drive_body() | {"grid": scene_grid(100, 100, 32, 16)}
    directory = exported(engine, body, options)
    second = features(records(directory / "p-00000.tfrecord.gz")[1])
    values = np.frombuffer(second["B2"][1], "<f4").reshape(18, 20)
    np.testing.assert_array_equal(values[1:17, :18], source("B2")[100:116, 114:132])
    assert (values[[0, 17]] == 7).all()
    assert (values[:, 18:] == 7).all()


def test_masked_pixels_have_the_default_value(engine: Engine) -> None:
    """Outside of the source the default value stands, cut to what the band can hold."""
    options = {"tileDimensions": {"width": 8, "height": 8}, "defaultValue": 7.9, "compress": False}
    directory = exported(engine, drive_body() | {"grid": scene_grid(-4, 0, 8, 8)}, options)
    values = np.frombuffer(features(records(directory / "p-00000.tfrecord")[0])["B2"][1], "<f4").reshape(8, 8)
    assert (values[:, :4] == 7).all()
    np.testing.assert_array_equal(values[:, 4:], source("B2")[:8, :4])


def test_patches_with_too_many_masked_pixels_are_dropped(engine: Engine) -> None:
    """Above the ratio a patch is left out, and no mixer is written."""
    options = {"tileDimensions": {"width": 8, "height": 8}, "maxMaskedRatio": {"value": 0.5}, "compress": False}
    directory = exported(engine, drive_body() | {"grid": scene_grid(-12, 0, 24, 8)}, options)
    assert [path.name for path in directory.iterdir()] == ["p-00000.tfrecord"]
    assert len(records(directory / "p-00000.tfrecord")) == 2


def test_collapsed_bands_are_one_feature(engine: Engine) -> None:
    """All bands go into one list of the smallest common kind, under the first one's name."""
    options = {"tileDimensions": {"width": 8, "height": 8}, "collapseBands": True, "compress": False}
    body = drive_body() | {"grid": scene_grid(0, 0, 8, 8), "expression": expression(select("spectral_class"))}
    [(name, (kind, packed))] = features(records(exported(engine, body, options) / "p-00000.tfrecord")[0]).items()
    assert (name, kind) == ("spectral_class", 1)
    np.testing.assert_array_equal(np.frombuffer(packed, np.uint8).reshape(8, 8), source("spectral_class")[:8, :8])
    body = drive_body() | {"grid": scene_grid(0, 0, 8, 8), "expression": expression(load())}
    [(name, (kind, packed))] = features(records(exported(engine, body, options) / "p-00000.tfrecord")[0]).items()
    assert (name, kind) == ("B2", 3)
    assert len(packed) >= 4 * 64


def test_sequences_have_one_example_per_pixel(engine: Engine) -> None:
    """With sequenceData every pixel is an example with one number per band."""
    options = {"tileDimensions": {"width": 4, "height": 2}, "sequenceData": True, "compress": False}
    directory = exported(engine, drive_body() | {"grid": scene_grid(0, 0, 4, 2)}, options)
    examples = records(directory / "p-00000.tfrecord")
    assert len(examples) == 8
    values = [np.frombuffer(features(record)["B3"][1], "<f4")[0] for record in examples]
    np.testing.assert_array_equal(np.reshape(values, (2, 4)), source("B3")[:2, :4])


def test_files_have_a_greatest_size(engine: Engine) -> None:
    """A file that is full is followed by the next number."""
    options = {"tileDimensions": {"width": 16, "height": 16}, "maxSizeBytes": {"value": "5000"}, "compress": False}
    directory = exported(engine, drive_body() | {"grid": scene_grid(0, 0, 64, 16)}, options)
    files = sorted(directory.glob("*.tfrecord"))
    assert [path.name for path in files] == ["p-00000.tfrecord", "p-00001.tfrecord"]
    assert [len(records(path)) for path in files] == [2, 2]
    assert all(path.stat().st_size <= 5000 for path in files)


def test_depths_are_for_arrays_only(engine: Engine) -> None:
    """Tensor depths on an image without array bands fail the task."""
    body = drive_body()
    body["fileExportOptions"] = {
        "fileFormat": "TF_RECORD_IMAGE",
        "driveDestination": {},
        "tfRecordOptions": {"tensorDepths": {"B2": 3}},
    }
    assert "array bands" in finished(engine, body)["error"]["message"]
