"""Partitions that move in the middle of a batch: each command is decided once, none is lost."""

from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any

import pytest

from adapters.kafka.binding import written
from adapters.kafka.clients import Brokers
from adapters.kafka.intake import Intake
from adapters.kafka.kafka_python import Unreachable
from tests.kafka.cells import ACells, register
from tests.kafka.records import Heard, publish
from tests.waiting import until

COUNT = 30


def test_two_intakes_and_a_batch_in_between(cell: ACells, brokers: Brokers) -> None:
    messages = [register(f"acme-{number}") for number in range(COUNT)]
    publish(brokers, cell.cell.topics.commands, *map(written, messages))
    with ExitStack() as opened:
        first = opened.enter_context(cell.intake())
        commit = first._commit  # pyright: ignore[reportPrivateUsage]
        second: list[Intake] = []

        def joined_meanwhile(records: Sequence[Any]) -> None:
            if not second:
                second.append(opened.enter_context(cell.intake()))
                _until_rebalanced(first, second[0])
            commit(records)

        first._commit = joined_meanwhile  # type: ignore[method-assign]

        def noted() -> bool:
            for intake in (first, *second):
                intake.turn(50)
            return bool(second) and _noted(cell, first.group) == COUNT

        until("every command is noted as read", noted)
        assert first.consumer.assignment()
        assert second[0].consumer.assignment()
    assert (cell.cell.log.mark().outcome, cell.cell.log.mark().position) == (COUNT, 2 * COUNT)


def _until_rebalanced(first: Intake, second: Intake) -> None:
    """Wait for the rebalance, for which both members must poll, each in its own thread."""
    over = Event()

    def ask() -> None:
        while not over.is_set() and not second.consumer.assignment():
            second.consumer.poll(50, 1)

    def rebalanced() -> bool:
        first.consumer.poll(50, 1)
        return bool(second.consumer.assignment())

    thread = Thread(target=ask)
    thread.start()
    try:
        until("partitions have moved", rebalanced)
    finally:
        over.set()
        thread.join(20)
    second._rewind(_first_records(second))  # pyright: ignore[reportPrivateUsage]


def _first_records(intake: Intake) -> Sequence[Any]:
    """The first record of each of its partitions, so that what it polled is read again."""
    return [
        Heard(None, topic=e.topic, partition=e.partition, offset=0)
        for e in intake.consumer.assignment()
    ]


def _noted(cell: ACells, group: str) -> int:
    with cell.cell.brokers.admin() as admin:
        noted = admin.group_offsets(group)
    return sum(at for part, (at, _) in noted.items() if part.topic == cell.cell.topics.commands)


def test_what_can_not_be_made_whole_leaves_the_group(
    cell: ACells, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    consumer_of = cell.cell.brokers.consumer

    def consumer(*given: Any, **options: Any) -> Any:
        made.append(consumer_of(*given, **options))
        return made[-1]

    def no_producer(*_: Any, **__: Any) -> Any:
        raise Unreachable("not just now")

    monkeypatch.setattr(cell.cell.brokers, "consumer", consumer)
    monkeypatch.setattr(cell.cell.brokers, "producer", no_producer)
    with pytest.raises(Unreachable), cell.intake():
        pass
    with pytest.raises(Exception, match="closed"):
        made[0].poll(0)
