# pyright: basic, reportAttributeAccessIssue=false, reportAssignmentType=false
"""Batches of records as others wrote them, and as disks kept them.

kafka-python raises where it can't decode a batch, each time the batch is read, so no reader would
ever get past it. Here such a batch is a record of its own, at its place; whoever reads decides
whether it may be put aside. As in kafka_python.py, the library's own types show here.
"""

from collections.abc import Iterator
from functools import cache
from struct import Struct
from typing import Any, Final

_OFFSET: Final = Struct(">q")
_EXTENT: Final = Struct(">23xi30xi")
"""From a batch's head: how far its last offset lies from its first, and how many records it has
(https://kafka.apache.org/documentation/#recordbatch).
"""


class Undecoded(bytes):
    """A batch, or the rest of one, that can't be decoded: as the brokers keep it, from its head on.
    It is the value of the record that stands for it.
    """

    first: int
    """The first offset that could not be decoded."""
    last: int
    fault: str

    @classmethod
    def of(cls, batch: Any, offsets: tuple[int, int], fault: Exception) -> "Undecoded":
        """A batch with the offsets that it was to hold, and why it can't be decoded."""
        made = cls(batch)
        made.first, made.last = offsets
        made.fault = f"{type(fault).__name__}: {', '.join(map(str, fault.args))}"
        return made

    @property
    def told(self) -> str:
        """What is wrong, for people."""
        return f"offsets {self.first} to {self.last} can't be decoded ({self.fault})"


@cache
def partition_records() -> Any:
    """The library's reader of what a broker answered for a partition, with undecoded batches."""
    from kafka.consumer.fetcher import Fetcher

    read_any_name()

    class PartitionRecords(Fetcher.PartitionRecords):
        def _unpack_records(self, tp: Any, records: Any, *deserializers: Any) -> Any:
            return super()._unpack_records(tp, _Batches(records, self.fetch_offset), *deserializers)

    return PartitionRecords


def decoded(batch: bytes) -> Iterator[Any]:
    """The records of a batch that could not be decoded once; what still can't be is Undecoded."""
    from kafka.record import MemoryRecords

    read_any_name()
    batches = _Batches(MemoryRecords(batch), 0)
    while (one := batches.next_batch()) is not None:
        yield from one


class _Batches:
    """The batches that a broker gave, asked for the records from an offset on."""

    def __init__(self, records: Any, asked: int) -> None:
        self._records = records
        self._asked = asked

    def next_batch(self) -> Any:
        """The next batch, or what stands for it; None at the end."""
        raw = self._records._next_slice  # noqa: SLF001 - there is no other way to the bytes
        if raw is None:
            return None
        try:
            batch = _checked(self._records.next_batch())
        except Exception as fault:  # noqa: BLE001 - whatever the library finds wrong
            if self._records._next_slice is raw:  # noqa: SLF001
                self._records._cache_next()  # noqa: SLF001
            last = _last_offset(raw, self._records._next_slice)  # noqa: SLF001
            return _Lost(raw, (_OFFSET.unpack_from(raw)[0], max(last, self._asked)), fault)
        return _Batch(batch, raw, self._asked)


class _Lost:
    """A batch of which nothing can be decoded."""

    magic = None
    """Of no format: whether it belongs to a transaction is as unknown as all else in it."""

    def __init__(self, raw: Any, offsets: tuple[int, int], fault: Exception) -> None:
        self._value = Undecoded.of(raw, offsets, fault)

    def validate_crc(self) -> bool:
        """It was validated before."""
        return True

    def __iter__(self) -> Iterator[Any]:
        from kafka.record.default_records import DefaultRecord

        yield DefaultRecord(len(self._value), self._value.last, -1, 0, None, self._value, [])


class _Batch:
    """A batch of the library whose records are decoded one by one, as far as they can be."""

    def __init__(self, batch: Any, raw: Any, asked: int) -> None:
        self._batch = batch
        self._raw = raw
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def validate_crc(self) -> bool:
        """It was validated before."""
        return True

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        first = self._batch.base_offset
        try:
            for record in map(_checked, self._batch):
                yield record
                first = record.offset + 1
        except Exception as fault:  # noqa: BLE001 - whatever the library finds wrong
            last = max(getattr(self._batch, "last_offset", first), self._asked)
            yield from _Lost(self._raw, (first, last), fault)


def _checked(read: Any) -> Any:
    """A batch or a record whose checksum is right; only old formats have one for each record."""
    from kafka.errors import CorruptRecordError

    if not read.validate_crc():
        raise CorruptRecordError("the checksum is wrong")
    return read


def _last_offset(raw: Any, following: Any) -> int:
    """Where a batch ends whose head can't be trusted: at the next one; if none came with it, where
    its head says, if that agrees with itself. A reader that went too far would miss records.
    """
    base = _OFFSET.unpack_from(raw)[0]
    if following is not None:
        return max(base, _OFFSET.unpack_from(following)[0] - 1)
    if len(raw) < _EXTENT.size:
        return base
    delta, count = _EXTENT.unpack_from(raw)
    return base + delta if 0 <= delta == count - 1 else base


class _Name(str):
    """The name of a header that is no UTF-8: written again as the bytes that it was read as."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return str.encode(self, "utf-8", "surrogateescape")


class _Bytes(bytearray):
    """Bytes whose parts can be read as names, whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        part = super().__getitem__(at)
        return _Bytes(part) if isinstance(at, slice) else part

    def decode(self, *_: Any) -> str:
        return _Name(bytes(self).decode("utf-8", "surrogateescape"))


@cache
def read_any_name() -> None:
    """Let the client read records with headers whose names are no UTF-8, which it calls corrupt."""
    from kafka.record.default_records import DefaultRecordBatch

    strict = DefaultRecordBatch._read_msg  # noqa: SLF001 - as is all of this: there is no other way

    def read_msg(batch: Any) -> Any:
        at = batch._pos  # noqa: SLF001
        try:
            return strict(batch)
        except UnicodeDecodeError:
            batch._pos, batch._buffer = at, _Bytes(batch._buffer)  # noqa: SLF001
            return strict(batch)

    DefaultRecordBatch._read_msg = read_msg  # noqa: SLF001
