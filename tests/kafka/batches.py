"""Batches of records as other clients write them, and as disks damage them."""

from collections.abc import Callable
from struct import Struct
from typing import Any, Final

from crc32c import crc32c
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.memory_records import MemoryRecordsBuilder

CODECS: Final = ("gzip", "snappy", "lz4", "zstd")
"""By their numbers, from 1 on."""

_BASE: Final = Struct(">q")
_CHECKSUM: Final = Struct(">I")
_CHECKSUM_AT: Final = 17
_CODEC_AT: Final = 22
_EXTENT_AT: Final = 23
_COVERED: Final = 21
HEAD: Final = 61
"""Bytes of a batch before its records."""

Damage = Callable[[bytearray], None]


def a_batch(base: int, *values: bytes, codec: str | None = None) -> bytearray:
    """Records from an offset on, as a producer sends them."""
    number = CODECS.index(codec) + 1 if codec else 0
    made: Any = MemoryRecordsBuilder(2, number, 1_000_000)
    for value in values:
        made.append(1000, b"k", value, [("x", b"1")])
    made.close()
    batch = bytearray(made.buffer())
    _BASE.pack_into(batch, 0, base)
    return batch


def signed(batch: bytearray) -> None:
    """Make the checksum right for what the batch holds."""
    _CHECKSUM.pack_into(batch, _CHECKSUM_AT, crc32c(bytes(batch[_COVERED:])))


def unsigned(batch: bytearray) -> None:
    """One bit of its last record is another: the checksum is wrong."""
    batch[-1] ^= 1


def foreign(batch: bytearray) -> None:
    """Compressed by a codec that nobody knows."""
    batch[_CODEC_AT] |= 7
    signed(batch)


def garbled(batch: bytearray) -> None:
    """Said to be compressed, and no such bytes."""
    batch[_CODEC_AT] |= 1
    signed(batch)


def cut(batch: bytearray) -> None:
    """The length of the last record is wrong, so that it does not parse."""
    at = len(batch) - _last_record(batch)
    batch[at] ^= 2
    signed(batch)


def extended(batch: bytearray) -> None:
    """Its head claims offsets far beyond its records, and the checksum is wrong."""
    batch[_EXTENT_AT] = 1


def _last_record(batch: bytearray) -> int:
    """The bytes of the last record: all are equally long."""
    made: Any = DefaultRecordBatch(batch)
    return (len(batch) - HEAD) // made.records_count


DAMAGES: Final[dict[str, Damage]] = {
    "checksum": unsigned,
    "unknown codec": foreign,
    "broken compressed bytes": garbled,
    "a record that does not parse": cut,
}
