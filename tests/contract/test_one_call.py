"""Append in one call: streams that were read must not have moved; other streams may have."""

from itertools import pairwise
from typing import Any

import pytest

from domain.engine.log import Appended, Insertion, Log, LogError, Mark
from domain.engine.outcomes import Outcome
from tests.contract.stores import Store
from tests.contract.submitting import (
    NOW,
    WORLD,
    Message,
    as_cloudevents,
    at,
    decide,
    ends,
    everything,
    grant,
    order,
    register,
    submit,
)
from tests.contract.test_parking import a_parked

LATER = "2026-01-06T00:00:00.000000Z"


def appended(log: Log, *messages: Message, since: Mark | None = None) -> Appended | None:
    draft, insertion = decide(log, messages)
    return log.append(insertion, draft.reads, since or log.mark())


def test_where_nobody_wrote_it_is_in(log: Log) -> None:
    submit(log, *WORLD)

    done = appended(log, order("m-1", "c1"), order("m-2", "c2", provider="nobody"))

    assert done is not None
    assert (done.mark, list(done.moved), done.time) == (log.mark(), [], None)
    assert ends(log) == (9, 5, (0, 0))
    assert log.load("circuit/c1")[1] == 2


def test_whoever_read_what_moved_decides_again(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    draft, insertion = decide(log, [order("m-1", "c1")])
    other = store.open()
    submit(other, order("m-9", "c9"))  # writes the location and the customer, which m-1 read
    before = everything(log)

    assert log.append(insertion, draft.reads, mark) is None

    assert everything(log) == everything(other) == before
    submit(other, order("m-8", "c8"))  # and the lock is free
    other.close()


def test_what_others_wrote_elsewhere_is_no_conflict(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    draft, insertion = decide(log, [order("m-1", "c1")])
    other = store.open()
    submit(other, register("m-2", "globex"))
    submit(other, order("m-3", "c3", provider="nobody"))

    done = log.append(insertion, draft.reads, mark)

    assert done is not None
    assert set(done.moved) == {"customer/globex", "csp/self"}
    assert (done.mark, done.time) == (log.mark(), None)
    assert [each.position for each in log.events("circuit/c1")] == [8, 11]
    assert {"circuit/c1", "location/frankfurt"} <= draft.reads
    assert _known(log, insertion) == as_cloudevents(draft.outcomes)
    other.close()


def test_a_command_that_somebody_else_recorded_is_decided_again(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    refusal = order("m-1", "c1", provider="nobody")
    _, insertion = decide(log, [refusal])
    other = store.open()
    submit(other, refusal)  # no stream moves
    before = everything(log)

    assert log.append(insertion, (), mark) is None

    assert everything(log) == before
    other.close()


@pytest.mark.parametrize("change", ["parked", "unparked"])
def test_a_command_parked_or_unparked_meanwhile_is_looked_at_first(log: Log, change: str) -> None:
    submit(log, *WORLD)
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(1)]))
    mark = log.mark()
    draft, insertion = decide(log, [order("m-1", "c2")])
    other = Insertion(parked=[a_parked(2)]) if change == "parked" else Insertion(unparked=[1])
    with log.appending() as tx:
        tx.insert(other)
    before = everything(log)

    assert log.append(insertion, draft.reads, mark) is None

    assert everything(log) == before


def test_parked_commands_go_in_with_it(log: Log) -> None:
    submit(log, *WORLD)
    assert log.append(Insertion(parked=[a_parked(1), a_parked(2)]), (), log.mark()) is not None
    assert log.append(Insertion(unparked=[1], parked=[a_parked(3)]), (), log.mark()) is not None

    assert [each.seq for each in log.parked()] == [2, 3]


def test_recorded_time_never_runs_backwards(log: Log, store: Store) -> None:
    """A worker whose clock is behind another's uses the log's last time."""
    submit(log, *WORLD)
    mark = log.mark()
    messages = [order("m-1", "c1"), order("m-2", "c2", provider="nobody"), grant("m-3")]
    draft, insertion = decide(log, messages)
    other = store.open()
    submit(other, register("m-4", "globex"), clock=at(LATER))

    done = log.append(insertion, draft.reads, mark)

    assert done is not None
    assert done.time == LATER
    events = log.feed(0, 100)
    assert [each.time for each in events] == [NOW] * 5 + [LATER] * 7
    assert all(a.time <= b.time for a, b in pairwise(events))
    for each in draft.outcomes:
        each.time = LATER
    assert _known(log, insertion) == as_cloudevents(draft.outcomes)
    assert log.refusals(0, 9)[-1][1].outcome().time == LATER == log.last_time()
    assert log.load("circuit/c1")[0] == other.load("circuit/c1")[0]
    other.close()


def test_only_what_is_earlier_takes_another_time(log: Log, store: Store) -> None:
    """The later half of a long batch may be later than everything that others recorded."""
    much_later = "2026-01-07T00:00:00.000000Z"
    submit(log, *WORLD)
    mark = log.mark()
    times = iter([NOW, NOW, much_later, much_later])
    messages = [
        order("m-1", "c1"),
        order("m-2", "c2", provider="nobody"),
        order("m-3", "c3"),
        order("m-4", "c4", provider="nobody"),
    ]
    draft, insertion = decide(log, messages, lambda _: next(times))
    other = store.open()
    submit(other, order("m-9", "c9", provider="nobody"), clock=at(LATER))  # outcomes have times

    done = log.append(insertion, draft.reads, mark)

    assert done is not None
    assert done.time == LATER
    assert [each.time for each in log.feed(5, 9)] == [LATER] * 4 + [much_later] * 4
    assert [stored.outcome().time for _, stored in log.refusals(0, 9)] == [LATER] * 2 + [much_later]
    other.close()


def test_a_batch_without_events_takes_the_time_too(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    draft, insertion = decide(log, [order("m-1", "c1", provider="nobody")])
    other = store.open()
    submit(other, register("m-2", "globex"), clock=at(LATER))

    done = log.append(insertion, draft.reads, mark)

    assert done is not None
    assert done.time == LATER
    assert log.refusals(0, 9)[0][1].outcome().time == LATER
    other.close()


def test_nothing_to_write_is_no_conflict_and_learns_the_time(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    other = store.open()
    submit(other, register("m-2", "globex"), clock=at(LATER))

    assert log.append(Insertion(), (), mark) == Appended(
        log.mark(), {"customer/globex", "csp/self"}, LATER
    )
    other.close()


def test_a_version_is_taken_once_whatever_the_reads_say(log: Log) -> None:
    """The last guard: a caller that leaves out what it read gets an error, not a duplicate."""
    submit(log, *WORLD)
    mark = log.mark()
    _, insertion = decide(log, [order("m-1", "c1")])
    submit(log, order("m-9", "c1"))
    before = everything(log)

    with pytest.raises(LogError, match="decide it again"):
        log.append(insertion, (), mark)

    assert everything(log) == before


def _known(log: Log, insertion: Insertion) -> list[Any]:
    keys = [each.key for each in insertion.outcomes]
    known = log.known(keys)
    outcomes: list[Outcome] = [known[key].outcome() for key in keys]
    return as_cloudevents(outcomes)
