"""Conditional append: a stream that was read must not have moved, and a batch is all or nothing."""

from contextlib import suppress
from typing import Any

import pytest

from domain.engine.log import EventRow, Insertion, Log, LogError
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, decide, ends, everything, order, submit, subscribe


def test_an_empty_log_has_nothing(log: Log) -> None:
    assert ends(log) == (0, 0, (0, 0))
    assert everything(log) == [ends(log), [], [], [], ""]
    assert log.load("circuit/c1") == (None, 0)
    assert log.load("csp/self")[1] == 0
    assert log.known([]) == {}


def test_positions_count_from_one_and_versions_per_stream(log: Log) -> None:
    submit(log, *WORLD)
    submit(log, order("m-1", "c1"), order("m-2", "c2"))

    events = log.feed(0, 100)

    assert [each.position for each in events] == list(range(1, len(events) + 1))
    for stream in {each.stream for each in events}:
        versions = [each.version for each in events if each.stream == stream]
        assert versions == list(range(1, len(versions) + 1))
        assert log.events(stream) == [each for each in events if each.stream == stream]
        assert log.load(stream)[1] == len(versions)


def test_whoever_sees_the_same_mark_knows_that_nobody_wrote(log: Log, store: Store) -> None:
    other = store.open()
    submit(log, *WORLD)
    mark = log.mark()
    with log.appending() as tx:
        assert tx.mark == mark

    submit(other, order("m-1", "c1", provider="nobody"))  # a refusal moves the mark, too

    assert log.mark() != mark
    with log.appending() as tx:
        assert tx.mark == log.mark() == other.mark()
        assert tx.moved(mark.position) == set()
    other.close()


def test_the_streams_that_moved(log: Log) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    submit(log, subscribe("m-1", "acme-test"))

    assert log.moved(mark.position) == {"customer/acme", "csp/self"}
    with log.appending() as tx:
        assert tx.moved(mark.position) == {"customer/acme", "csp/self"}
    assert "location/frankfurt" in log.moved(0)


def test_the_mark_moves_within_the_transaction(log: Log) -> None:
    submit(log, *WORLD)
    with log.appending() as tx:
        _, insertion = decide(log, [order("m-1", "c1")])
        tx.insert(insertion)
        assert tx.mark.position == 5 + len(insertion.rows) == 9
        assert log.load("circuit/c1")[1] == 2  # the thread that appends reads what it appended
        mark = tx.mark
    assert log.mark() == mark


def test_a_batch_decided_on_something_older_is_not_appended(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    _, stale = decide(log, [order("m-1", "c1"), subscribe("m-2", "acme-test")])
    other = store.open()
    submit(other, order("m-9", "c9"))
    before = everything(log)

    with pytest.raises(LogError, match="decide it again"), log.appending() as tx:
        tx.insert(stale)

    assert everything(log) == everything(other) == before
    other.close()


def test_a_command_is_recorded_once(log: Log) -> None:
    submit(log, *WORLD)
    _, refusal = decide(log, [order("m-1", "c1", provider="nobody")])
    with log.appending() as tx:
        tx.insert(refusal)
    before = everything(log)

    with pytest.raises(LogError), log.appending() as tx:
        tx.insert(refusal)

    assert everything(log) == before


def test_an_error_in_the_transaction_takes_it_back(log: Log) -> None:
    submit(log, *WORLD)
    before = everything(log)
    _, insertion = decide(log, [order("m-1", "c1")])

    def failing() -> None:
        with log.appending() as tx:
            tx.insert(insertion)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()

    assert everything(log) == before
    submit(log, order("m-1", "c1"))  # and the lock is free


def test_a_swallowed_error_does_not_leave_half_a_batch(log: Log) -> None:
    submit(log, *WORLD)
    before = everything(log)
    _, twice = decide(log, [order("m-1", "c1")])
    half = Insertion(twice.rows, [*twice.outcomes, *twice.outcomes])

    with pytest.raises(LogError), log.appending() as tx:
        _swallowing(tx, half)

    assert everything(log) == before


def _swallowing(tx: Any, insertion: Insertion) -> None:
    with suppress(Exception):
        tx.insert(insertion)


def test_a_version_is_taken_once(log: Log) -> None:
    submit(log, *WORLD)
    taken = log.feed(0, 1)[0]
    row = EventRow(taken.stream, taken.version, taken.event.kind, b"{}")

    with pytest.raises(LogError), log.appending() as tx:
        tx.insert(Insertion([row]))


def test_a_log_opened_again_is_the_same(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    submit(log, order("m-1", "c1"), order("m-2", "c2", provider="nobody"))
    before = everything(log)
    log.close()

    again = store.open()

    assert everything(again) == before
    again.close()
