"""Whoever follows a worker's log through its tail reads exactly what stands in the log."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

import pytest

from adapters.engine.tail import Tail
from adapters.engine.worker import Worker
from domain.circuit.events import CircuitOrdered
from domain.engine.log import Insertion, Log
from domain.engine.records import Recorded
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, at, order, register, submit
from tests.contract.test_workers import LATER, Deciding, a_worker, handle


def followed(log: Log, kept: int = 100) -> tuple[Worker, Tail]:
    worker, tail = a_worker(log), Tail(log, kept)
    worker.tell, worker.forgot = tail.take, tail.forget
    return worker, tail


def in_memory(tail: Tail, log: Log) -> list[int]:
    """The positions whose events are not read from the log: each time they are the same ones."""

    def one(position: int) -> Recorded:
        return tail.feed(position - 1, 1, (), position)[0]

    return [each for each in range(1, log.mark().position + 1) if one(each) is one(each)]


def pages(log: Log) -> Iterator[tuple[int, int, frozenset[str], int]]:
    """Pages from everywhere to everywhere: whole, cut short, of some types only."""
    end = log.mark().position
    ends = combinations_with_replacement(sorted({*range(0, end, 3), end - 1, end}), 2)
    kinds = frozenset[str](), frozenset({CircuitOrdered.kind})
    for (after, upto), limit, some in product(ends, (1, 100), kinds):
        yield after, limit, some, upto


def agree(tail: Tail, log: Log) -> None:
    for page in pages(log):
        assert tail.feed(*page) == log.feed(*page), page
    assert tail.feed(0, 100) == log.feed(0, 100)


def test_what_a_worker_writes_is_not_read_again(log: Log) -> None:
    worker, tail = followed(log)
    handle(worker, *WORLD)
    handle(worker, order("m-1", "c1"), order("m-2", "c2", provider="nobody"), order("m-3", "c3"))
    assert in_memory(tail, log) == list(range(1, log.mark().position + 1))
    agree(tail, log)


def test_what_was_written_before_it_is_read(log: Log) -> None:
    submit(log, *WORLD)
    worker, tail = followed(log)
    agree(tail, log)
    before = log.mark().position
    handle(worker, order("m-1", "c1"))
    assert in_memory(tail, log) == list(range(before + 1, log.mark().position + 1))
    agree(tail, log)


@pytest.mark.parametrize("told", [True, False])
def test_what_others_write_is_read(log: Log, store: Store, *, told: bool) -> None:
    """Between its batches and after them, whether it has written since or not."""
    worker, tail = followed(log)
    other = store.open()
    handle(worker, *WORLD)
    submit(other, register("o-1", "globex"))
    agree(tail, log)
    if told:
        before = log.mark().position
        handle(worker, order("m-1", "c1"))
        assert in_memory(tail, log) == list(range(before + 1, log.mark().position + 1))
        agree(tail, log)
    other.close()


def test_a_batch_whose_times_were_raised_is_read(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    worker, tail = followed(log)
    handle(worker, order("m-1", "c1"))
    other = store.open()

    def meanwhile() -> None:
        submit(other, register("o-1", "globex"), clock=at(LATER))

    with Deciding(meanwhile).counted():
        handle(worker, order("m-2", "c2"))
    assert log.feed(0, 100)[-1].time == LATER
    agree(tail, log)
    other.close()


def test_what_took_the_place_of_what_was_lost_is_read(log: Log, store: Store) -> None:
    worker, tail = followed(log)
    handle(worker, *WORLD)
    before = log.mark()
    handle(worker, order("m-1", "c1"))
    store.go_back(before)
    other = store.open()
    with other.appending() as tx:
        tx.insert(Insertion(epoch="next"))
    submit(other, order("o-1", "c7"))

    assert worker.state("circuit/c1") is None

    agree(tail, log)
    other.close()


def test_it_keeps_the_last_ones(log: Log) -> None:
    worker, tail = followed(log, kept=3)
    handle(worker, *WORLD)
    for number in range(5):
        handle(worker, order(f"m-{number}", f"c{number}"))
        agree(tail, log)
    end = log.mark().position
    assert 3 <= len(in_memory(tail, log)) <= 6
    assert in_memory(tail, log)[-1] == end
