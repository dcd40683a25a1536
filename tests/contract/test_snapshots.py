"""Streams that grow: a state loaded from a snapshot equals the fold of all events."""

from typing import Any

from msgspec.structs import replace

from domain.engine.batch import SNAPSHOT_EVERY
from domain.engine.log import Insertion, Log, Snapshot
from domain.engine.records import folded
from tests.contract.stores import Store
from tests.contract.submitting import (
    WORLD,
    at,
    decide,
    grant,
    many_orders,
    order,
    register,
    submit,
    subscribe,
)

GROWN = ("customer/acme", "location/frankfurt", "csp/self")


def test_loaded_equals_folded(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    messages = many_orders(1200)
    for start in range(0, len(messages), 400):
        submit(log, *messages[start : start + 400])
        other = store.open()
        for stream in GROWN:
            _is_its_fold(log, stream)
            _is_its_fold(other, stream)
        other.close()
    assert log.load("customer/acme")[1] > 2 * SNAPSHOT_EVERY


def test_many_streams_are_loaded_as_each_alone(log: Log) -> None:
    """The streams have a snapshot, have none, or do not exist."""
    submit(log, *WORLD, register("r-2", "small"))
    submit(log, *many_orders(SNAPSHOT_EVERY + 10))
    streams = {"location/frankfurt", "customer/acme", "customer/small", "customer/none"}
    streams |= {"circuit/o1", "circuit/o2", "circuit/none"}

    assert log.load_all(streams) == {each: log.load(each) for each in streams}


def test_a_snapshot_of_any_version_serves(log: Log) -> None:
    submit(log, *WORLD)
    for n in range(5):
        taken = [Snapshot(stream, version, state) for stream, state, version in _states(log)]
        with log.appending() as tx:
            tx.insert(Insertion(snapshots=taken))
        submit(log, subscribe(f"s-{n}", f"sub-{n}"), order(f"m-{n}", f"c{n}"))
        for stream in GROWN:
            _is_its_fold(log, stream)


def test_a_snapshot_of_events_that_are_not_there_is_passed_over(log: Log) -> None:
    submit(log, *WORLD)
    taken = [Snapshot(stream, version + 1, state) for stream, state, version in _states(log)]
    with log.appending() as tx:
        tx.insert(Insertion(snapshots=taken))

    for stream in GROWN:
        _is_its_fold(log, stream)


def test_a_snapshot_of_a_batch_that_got_another_time_is_not_kept(log: Log, store: Store) -> None:
    """It would hold a time that was not recorded; here it holds an obviously wrong state."""
    submit(log, *WORLD)
    mark = log.mark()
    draft, insertion = decide(log, [grant("s-1")])
    wrong, version = log.load("customer/acme")
    insertion = replace(insertion, snapshots=[Snapshot("customer/acme", version + 1, wrong)])
    other = store.open()
    submit(other, register("m-1", "globex"), clock=at("2026-01-06T00:00:00.000000Z"))
    other.close()

    done = log.append(insertion, draft.reads, mark)

    assert done is not None
    assert done.time is not None
    _is_its_fold(log, "customer/acme")


def test_what_can_not_be_kept_does_not_undo_the_batch(log: Log) -> None:
    submit(log, *WORLD)
    with log.appending() as tx:
        tx.insert(Insertion(snapshots=[Snapshot("customer/acme", 1, object())]))

    _is_its_fold(log, "customer/acme")


def _states(log: Log) -> list[tuple[str, Any, int]]:
    return [(stream, *log.load(stream)) for stream in GROWN]


def _is_its_fold(log: Log, stream: str) -> None:
    events = list(log.events(stream))
    assert log.load(stream) == (folded(stream, events), len(events))
