"""A batch that can't be decoded is a record of its own, at its place; all others are read."""

from typing import Any

import pytest
from kafka.protocol.consumer.offsets import IsolationLevel
from kafka.record import MemoryRecords
from kafka.record.memory_records import MemoryRecordsBuilder

from adapters.kafka.batches import Undecoded, decoded, partition_records
from adapters.kafka.kafka_python import partition
from tests.kafka.batches import (
    CODECS,
    DAMAGES,
    HEAD,
    Damage,
    a_batch,
    cut,
    extended,
    unsigned,
)


def _read(*batches: bytes | bytearray, asked: int = 0) -> tuple[list[Any], int]:
    """The records that a reader gets who asked from an offset on, and where it asks next."""
    read = partition_records()(
        asked,
        partition("t", 0),
        MemoryRecords(b"".join(batches)),
        isolation_level=IsolationLevel.READ_COMMITTED,
    )
    return read.take(100), read.next_fetch_offset


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_read(codec: str) -> None:
    values = [b"n" * 900, b"m" * 90_000]
    records, after = _read(a_batch(5, *values, codec=codec))
    assert [(each.offset, each.value) for each in records] == [(5, values[0]), (6, values[1])]
    assert after == 7


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("count", [1, 3])
def test_what_can_not_be_decoded_stands_between_the_others(damage: Damage, count: int) -> None:
    batch = a_batch(2, *[b"a"] * count)
    damage(batch)
    records, after = _read(a_batch(0, b"1", b"2"), batch, a_batch(2 + count, b"3"))
    assert [each.value for each in (*records[:2], records[-1])] == [b"1", b"2", b"3"]
    (lost,) = [each for each in records if isinstance(each.value, Undecoded)]
    assert (lost.offset, lost.value.last) == (1 + count, 1 + count)
    assert bytes(lost.value) == batch, "it is kept as the brokers keep it"
    assert after == 3 + count


def test_the_records_before_one_that_does_not_parse_are_read() -> None:
    batch = a_batch(4, b"a", b"b", b"c")
    cut(batch)
    records, after = _read(batch)
    assert [each.value for each in records[:2]] == [b"a", b"b"]
    assert (records[2].value.first, records[2].value.last, after) == (6, 6, 7)


def test_whoever_asks_from_within_a_damaged_batch_gets_past_it() -> None:
    batch = a_batch(4, b"a", b"b", b"c")
    unsigned(batch)
    (lost,), after = _read(batch, asked=5)
    assert (lost.value.first, lost.offset, after) == (4, 6, 7)


def test_a_head_that_claims_too_much_takes_no_records_of_others() -> None:
    batch = a_batch(4, b"a")
    extended(batch)
    (lost,), after = _read(batch)
    assert (lost.value.last, after) == (4, 5)
    (lost, other), after = _read(batch, a_batch(5, b"b"))
    assert (lost.value.last, other.value, after) == (4, b"b", 6)


def test_a_batch_shorter_than_its_head() -> None:
    short = a_batch(4, b"a")[: HEAD - 20]
    short[8:12] = (len(short) - 12).to_bytes(4, "big")
    records, after = _read(short, a_batch(5, b"b"))
    assert [type(each.value) for each in records] == [Undecoded, bytes]
    assert after == 6


def test_an_old_format_is_checked_record_by_record() -> None:
    made: Any = MemoryRecordsBuilder(1, 1, 10_000)
    for value in (b"a" * 50, b"b" * 50):
        made.append(1000, b"k", value)
    made.close()
    sound = bytes(made.buffer())
    assert [each.value for each in _read(sound)[0]] == [b"a" * 50, b"b" * 50]
    broken = bytearray(sound)
    broken[-1] ^= 1
    (lost,), _ = _read(bytes(broken))
    assert isinstance(lost.value, Undecoded)


def test_it_can_be_decoded_once_the_cause_is_gone() -> None:
    batch = a_batch(4, b"a", b"b")
    assert [each.value for each in decoded(bytes(batch))] == [b"a", b"b"]
    unsigned(batch)
    (lost,) = decoded(bytes(batch))
    assert lost.value.told == (
        "offsets 4 to 5 can't be decoded (CorruptRecordError: the checksum is wrong)"
    )
