"""Several workers on one log: a batch is decided at most twice, nobody starves, and each worker
continues from what all of them wrote.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest

from adapters.engine import worker as workers
from adapters.engine.worker import Worker
from domain.decider.states import Terms
from domain.engine.batch import Clock
from domain.engine.log import Log, LogError
from domain.engine.outcomes import Outcome
from tests.contract.stores import Store
from tests.contract.submitting import (
    MIXED,
    NOW,
    WORLD,
    Message,
    as_cloudevents,
    at,
    at_nine,
    in_child,
    message,
    open_location,
    order,
    register,
    submit,
    subscribe,
)
from tests.doors import a_door

LATER = "2026-01-06T00:00:00.000000Z"
WORKERS, BATCHES, ORDERS = 4, 10, 10


def a_worker(log: Log, clock: Clock = at_nine) -> Worker:
    return Worker(log, Terms(), clock)


def handle(worker: Worker, *messages: Message) -> list[Outcome]:
    lines = [json.dumps(each) for each in messages]
    return worker.handle(a_door(os.urandom).from_lines(lines))


class Deciding:
    """Counts how often a batch is decided, and calls `meanwhile` after each decision."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self.meanwhile = meanwhile
        self._decide = workers.decide_batch

    def __call__(self, *parts: Any) -> Any:
        self.count += 1
        draft = self._decide(*parts)
        self.meanwhile()
        return draft

    def counted(self) -> Any:
        return patch.object(workers, "decide_batch", self)


def test_alone_it_decides_once(log: Log) -> None:
    worker = a_worker(log)
    with (deciding := Deciding()).counted():
        handle(worker, *WORLD)
        handle(worker, order("m-1", "c1"), order("m-2", "c2"))

    assert deciding.count == 2
    assert worker.state("location/frankfurt") == log.load("location/frankfurt")[0]


def test_what_others_wrote_is_read_anew_and_decided_again(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    worker, other = a_worker(log), store.open()
    handle(worker, order("m-1", "c1"))

    def meanwhile() -> None:
        if deciding.count == 1:
            submit(other, order("o-1", "c2"))

    with (deciding := Deciding(meanwhile)).counted():
        first, second = handle(worker, order("m-2", "c2"), order("m-3", "c3"))

    assert deciding.count == 2
    assert first.refusal is not None
    assert first.refusal.code == "already-exists"
    assert second.accepted
    assert worker.state("location/frankfurt") == other.load("location/frankfurt")[0]
    other.close()


def test_a_subscription_that_another_worker_gave_meanwhile_is_taken(log: Log, store: Store) -> None:
    submit(log, *WORLD, register("w-4", "globex"))
    worker, other = a_worker(log), store.open()

    def meanwhile() -> None:
        if deciding.count == 1:
            submit(other, subscribe("o-1", "prod", "globex"))

    with (deciding := Deciding(meanwhile)).counted():
        first, second = handle(worker, subscribe("m-1", "prod"), subscribe("m-2", "test"))

    assert deciding.count == 2
    assert first.refusal is not None
    assert first.refusal.code == "already-exists"
    assert first.refusal.facts["held_by"] == "customer globex"
    assert second.accepted
    assert log.load("csp/self")[0].holders_of("prod") == ("globex",)
    other.close()


def test_what_others_wrote_elsewhere_does_not_stop_it(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    worker, other = a_worker(log), store.open()
    assert worker.state("customer/globex") is None

    def meanwhile() -> None:
        if deciding.count == 1:
            submit(other, register("o-1", "globex"))

    with (deciding := Deciding(meanwhile)).counted():
        handle(worker, order("m-1", "c1"))
        handle(worker, subscribe("m-2", "globex-prod", "globex"))

    assert deciding.count == 2  # once for each batch
    assert worker.state("customer/globex") == other.load("customer/globex")[0] is not None
    other.close()


def test_the_same_command_is_decided_by_one_of_them(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    worker, other = a_worker(log), store.open()
    refused = order("m-1", "c1", provider="nobody")
    first: list[Outcome] = []

    def meanwhile() -> None:
        if deciding.count == 1:
            first.extend(submit(other, refused, clock=at(LATER)))

    with (deciding := Deciding(meanwhile)).counted():
        again = handle(worker, refused)

    assert as_cloudevents(again) == as_cloudevents(first)
    assert log.last_outcome() == 4
    other.close()


def test_a_clock_behind_the_others(log: Log, store: Store) -> None:
    """Outcomes and states carry the time that was recorded."""
    submit(log, *WORLD, order("w-9", "c9"))
    worker, other = a_worker(log), store.open()
    repeated = order("w-9", "c9")
    orders = [order("m-1", "c1"), order("m-2", "c2", provider="nobody"), order("m-1", "c1")]

    def meanwhile() -> None:
        if deciding.count == 1:
            submit(other, register("o-1", "globex"), clock=at(LATER))

    with (deciding := Deciding(meanwhile)).counted():
        outcomes = handle(worker, *orders, repeated, message("m-3", "delete-circuit", "circuit/c9"))

    assert deciding.count == 1
    assert [each.time for each in outcomes] == [LATER, LATER, LATER, NOW, LATER]
    assert as_cloudevents(submit(other, *orders)) == as_cloudevents(outcomes[:3])
    assert worker.now() == NOW, "by the clock, whatever was recorded"
    for stream in ("circuit/c1", "circuit/c9", "customer/acme", "location/frankfurt"):
        assert worker.state(stream) == other.load(stream)[0]
    assert all(a.time <= b.time for a, b in pairwise(log.feed(0, 100)))
    other.close()


def test_a_batch_whose_end_is_unknown_is_answered_when_it_comes_again(store: Store) -> None:
    """The connection breaks after a statement: the worker can't know whether it took effect."""
    reference = store.open()
    expected = as_cloudevents(submit(reference, *WORLD, *MIXED))[len(WORLD) :]
    mark = reference.mark().position, reference.last_outcome()
    reference.close()
    at = 0
    for at in range(1, 100):
        attempt = store.another()
        log = attempt.open()
        submit(log, *WORLD)
        with attempt.interrupted(at, "after") as interruption:
            log.close()
            log = attempt.open()
            worker = a_worker(log)
            interruption.armed = True
            with suppress(LogError):
                handle(worker, *MIXED)
            interruption.armed = False
            assert as_cloudevents(handle(worker, *MIXED)) == expected
            assert (log.mark().position, log.last_outcome()) == mark
            assert worker.state("circuit/c1") == log.load("circuit/c1")[0]
            log.close()
        if not interruption.happened:
            break
    assert 4 < at < 99


def test_what_a_batch_looks_at_is_read_together(log: Log) -> None:
    """Under the append lock, too, only what others wrote meanwhile is left to read."""
    customers = [f"c{n}" for n in range(20)]
    submit(log, open_location("l"), *[register(f"r-{each}", each) for each in customers])
    submit(log, *[subscribe(f"s-{each}", f"{each}-sub", each) for each in customers])

    def alone(stream: str) -> Any:
        raise LogError(f"{stream} was read alone")

    with patch.object(log, "load", alone):
        orders = [order(f"o-{each}", f"o-{each}", each, f"{each}-sub") for each in customers]
        outcomes = handle(a_worker(log), *orders)

    assert all(each.accepted for each in outcomes)


def test_after_a_conflict_the_lock_comes_first_until_nobody_interferes(
    log: Log, store: Store
) -> None:
    submit(log, *WORLD)
    worker, other = a_worker(log), store.open()

    def meanwhile() -> None:
        if deciding.count == 1:
            submit(other, order("o-1", "o1"))

    counts: list[tuple[int, int]] = []
    with (
        (deciding := Deciding(meanwhile)).counted(),
        patch.object(log, "append", wraps=log.append) as append,
    ):
        for n in range(4):
            handle(worker, order(f"m-{n}", f"c{n}"))
            counts.append((deciding.count, append.call_count))

    assert counts == [(2, 1), (3, 1), (4, 2), (5, 3)]  # the second batch took the lock first
    assert log.load("location/frankfurt")[1] == 1 + 5
    other.close()


def _subscriptions(n: int, customer: str) -> Sequence[Message]:
    """Added before the workers begin: csp/self, which each addition writes, is one for all."""
    return [subscribe(f"s{n}-{b}-s", f"s{n}-{b}", customer) for b in range(BATCHES)]


def _orders(n: int, location: str, customer: str) -> Callable[[int], Sequence[Message]]:
    def batch(b: int) -> Sequence[Message]:
        return [
            order(f"{n}-{b}-{k}", f"c{n}-{b}-{k}", customer, f"s{n}-{b}", location_id=location)
            for k in range(ORDERS)
        ]

    return batch


def _work(log: Log, batch: Callable[[int], Sequence[Message]], most: int) -> None:
    """Handle all batches, each decided `most` times at most; a worker has its own time of day."""
    worker = Worker(log, Terms(), at(f"2026-01-05T0{os.getpid() % 10}:00:00.000000Z"))
    for b in range(BATCHES):
        with (deciding := Deciding()).counted():
            outcomes = handle(worker, *batch(b))
        assert all(each.accepted for each in outcomes), outcomes
        assert 1 <= deciding.count <= most
    log.close()


@pytest.mark.parametrize("place", ["one for all", "one each"])
def test_workers_side_by_side(log: Log, store: Store, place: str) -> None:
    shared = place == "one for all"
    submit(log, *WORLD)
    for n in range(WORKERS):
        submit(log, register(f"r-{n}", f"acme-{n}"), open_location(f"l-{n}", f"fra-{n}"))
        submit(log, *_subscriptions(n, "acme" if shared else f"acme-{n}"))
    before = log.mark()

    def one(n: int) -> None:
        location, customer = ("frankfurt", "acme") if shared else (f"fra-{n}", f"acme-{n}")
        _work(store.open(), _orders(n, location, customer), 2 if shared else 1)

    children = [in_child(lambda n=n: one(n)) for n in range(WORKERS)]

    assert [child() for child in children] == [0] * WORKERS
    events = log.feed(before.position, 100_000)
    assert len(events) == WORKERS * BATCHES * 4 * ORDERS
    assert [each.position for each in events] == list(
        range(before.position + 1, log.mark().position + 1)
    )
    assert all(a.time <= b.time for a, b in pairwise(events))
    assert log.mark().outcome - before.outcome == WORKERS * BATCHES * ORDERS
    if shared:
        location = log.load("location/frankfurt")[0]
        assert sum(location.taken.values()) == WORKERS * BATCHES * ORDERS * 500
