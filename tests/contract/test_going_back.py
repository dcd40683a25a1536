"""A log that went back is noticed by whoever saw more of it, until somebody accepts that; and no
version is appended that does not continue its stream.
"""

from contextlib import closing
from typing import Any

import pytest

from adapters.wiring.readers import refuse_lost
from domain.engine.log import EventRow, Insertion, Log, LogError, LogWentBack
from projections.database import scratch
from projections.runner import Runner
from projections.views import VIEWS
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, decide, ends, everything, order, submit, subscribe
from tests.contract.test_workers import a_worker, handle
from tests.projections.lanes import in_lanes


@pytest.fixture
def other(store: Store) -> Any:
    opened = store.open()
    yield opened
    opened.close()


def accept(log: Log, epoch: str = "second") -> None:
    with log.appending() as tx:
        tx.insert(Insertion(epoch=epoch))


# --- versions ---


def in_transaction(log: Log, insertion: Insertion) -> None:
    with log.appending() as tx:
        tx.insert(insertion)


def in_one_call(log: Log, insertion: Insertion) -> None:
    log.append(insertion, (), log.mark())


GAPS = {
    "after what is there": [("customer/acme", 4)],
    "in the batch": [("customer/acme", 3), ("customer/acme", 5)],
    "back in the batch": [("customer/acme", 3), ("customer/acme", 3)],
    "at the beginning": [("customer/globex", 2)],
    "in the second stream": [("customer/acme", 3), ("customer/globex", 7)],
}


@pytest.mark.parametrize("append", [in_transaction, in_one_call])
@pytest.mark.parametrize("versions", GAPS.values(), ids=GAPS)
def test_a_version_that_leaves_a_gap_is_refused(
    log: Log, append: Any, versions: list[tuple[str, int]]
) -> None:
    submit(log, *WORLD)
    before, kind = everything(log), log.feed(0, 1)[0].event.kind
    rows = [EventRow(stream, version, kind, b"{}") for stream, version in versions]

    with pytest.raises(LogError, match=r"(?s)does not continue its stream.*[Dd]ecide it again"):
        append(log, Insertion(rows))

    assert everything(log) == before
    submit(log, order("m-1", "c1"))


# --- noticing ---


def test_a_log_has_an_epoch_of_its_own_for_good(log: Log, store: Store) -> None:
    another = store.another().open()
    epoch = log.mark().epoch
    submit(log, *WORLD)
    submit(another, *WORLD)

    assert len(epoch) == 32
    assert log.mark().epoch == epoch != another.mark().epoch
    assert ends(log) == ends(another)
    another.close()


def test_a_log_that_is_behind_what_was_seen_is_noticed(log: Log, store: Store, other: Log) -> None:
    submit(log, *WORLD)
    before = log.mark()
    submit(other, order("m-1", "c1"))
    log.mark()
    store.go_back(before)

    for each in (log, other):
        with pytest.raises(LogWentBack, match=r"held 9 events, the last of them circuit/c1/2.*now"):
            each.mark()
        with pytest.raises(LogWentBack), each.appending():
            pass
        with pytest.raises(LogWentBack):
            submit(each, order("m-2", "c2"))
    fresh = store.open()
    assert fresh.mark() == before
    fresh.close()


def test_another_event_in_the_same_place_is_noticed(log: Log, store: Store) -> None:
    """Even of the same stream, version and time."""
    submit(log, *WORLD)
    before = log.mark()
    submit(log, subscribe("m-1", "one"))
    store.go_back(before)
    fresh = store.open()
    submit(fresh, subscribe("m-2", "two"))

    assert ends(fresh) == (7, 4, (0, 0))
    with pytest.raises(LogWentBack, match="something else in their place"):
        log.mark()
    submit(fresh, order("m-3", "c3", subscription="two"))
    with pytest.raises(LogWentBack, match="something else in their place"):
        log.mark()
    fresh.close()


def test_a_lost_refusal_is_noticed(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    before = log.mark()
    submit(log, order("m-1", "c1", provider="nobody"))
    store.go_back(before)
    with pytest.raises(LogWentBack):
        log.mark()
    fresh = store.open()
    submit(fresh, order("m-2", "c2", provider="nobody"))
    with pytest.raises(LogWentBack):
        log.mark()
    fresh.close()


def test_what_others_write_is_no_going_back(log: Log, other: Log) -> None:
    submit(log, *WORLD)
    for n in range(3):
        submit(other, order(f"m-{n}", f"c{n}"))
        submit(log, order(f"n-{n}", f"d{n}", provider="nobody"))
        assert log.mark() == other.mark()


def test_a_batch_of_a_lost_history_is_not_appended(log: Log, store: Store) -> None:
    """The log goes back between the look at it and the append, and others go on."""
    submit(log, *WORLD)
    before = log.mark()
    submit(log, order("m-1", "c1"))
    seen = log.mark()
    draft, insertion = decide(log, [order("m-2", "c2")])
    store.go_back(before)
    fresh = store.open()
    for n in range(3):
        submit(fresh, order(f"n-{n}", f"d{n}", provider="nobody"))
    kept = everything(fresh)

    assert not _tried(log, insertion, draft.reads, seen)

    assert everything(fresh) == kept
    with pytest.raises(LogWentBack), log.appending():
        pass
    fresh.close()


def _tried(log: Log, *said: Any) -> bool:
    """Whether it was appended; whoever is refused without an error asks for the lock next."""
    try:
        return log.append(*said) is not None
    except LogWentBack:
        return False


# --- accepting ---


def test_once_it_is_accepted_all_go_on(log: Log, store: Store, other: Log) -> None:
    submit(log, *WORLD)
    before = log.mark()
    submit(log, order("m-1", "c1"))
    other.mark()
    store.go_back(before)
    with pytest.raises(LogWentBack):
        log.mark()
    fresh = store.open()

    accept(fresh)

    assert log.mark() == other.mark() == fresh.mark()
    assert log.mark().epoch == "second"
    submit(log, order("m-2", "c2"))
    assert other.mark().position == 9
    fresh.close()


def test_what_was_decided_in_the_epoch_before_is_not_appended(log: Log, other: Log) -> None:
    submit(log, *WORLD)
    mark = log.mark()
    draft, insertion = decide(log, [order("m-1", "c1")])
    accept(other)

    assert log.append(insertion, draft.reads, mark) is None

    assert ends(log) == (5, 3, (0, 0))


def test_a_copy_from_before_an_acceptance_is_noticed(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    before = log.mark()
    accept(log)
    submit(log, order("m-1", "c1"))
    store.go_back(before)
    fresh = store.open()
    submit(fresh, order("m-1", "c1"), order("m-2", "c2"))

    with pytest.raises(LogWentBack, match="its epoch was second, which it does not know"):
        log.mark()
    fresh.close()


# --- the worker ---


def test_a_worker_forgets_and_decides_a_lost_command_anew(log: Log, store: Store) -> None:
    submit(log, *WORLD)
    before = log.mark()
    worker = a_worker(log)
    lost = subscribe("m-1", "acme-two")
    first = handle(worker, lost, order("m-2", "c2", subscription="acme-two"))
    assert all(each.accepted for each in first)
    store.go_back(before)

    for again in (lost, subscribe("m-3", "acme-two")):
        with pytest.raises(LogWentBack):
            handle(worker, again)
        with pytest.raises(LogWentBack):
            worker.state("customer/acme")
    fresh = store.open()
    assert fresh.mark() == before
    accept(fresh)

    (answer,) = handle(worker, lost)
    assert (answer.again, [id for id, _ in answer.events]) == (
        False,
        ["customer/acme/3", "csp/self/3"],
    )
    (answer,) = handle(worker, order("m-4", "c2", subscription="acme-two"))
    assert answer.accepted
    for stream in ("customer/acme", "csp/self", "location/frankfurt", "circuit/c2"):
        versions = [each.version for each in log.events(stream)]
        assert versions == list(range(1, len(versions) + 1))
    fresh.close()


def test_a_worker_that_sees_only_the_later_epoch_forgets_too(log: Log, store: Store) -> None:
    """It was asleep while the log went back and others accepted that."""
    submit(log, *WORLD)
    before = log.mark()
    worker = a_worker(log)
    handle(worker, order("m-1", "c1"))
    store.go_back(before)
    fresh = store.open()
    accept(fresh)
    for n in range(3):
        submit(fresh, subscribe(f"n-{n}", f"acme-n{n}"))

    (answer,) = handle(worker, order("m-2", "c1"))

    assert answer.accepted
    assert [each.version for each in log.events("location/frankfurt")] == [1, 2]
    fresh.close()


# --- views that are fed from topics ---


def test_views_that_have_applied_more_than_the_log_holds_notice_it(log: Log, store: Store) -> None:
    with scratch() as views, closing(store.open()) as fresh:
        refuse_lost(log, views)  # who has applied nothing misses nothing
        submit(log, *WORLD)
        before = log.mark()
        submit(log, order("m-1", "c1"))
        Runner(views, in_lanes(log.feed(0, 1000)), VIEWS).catch_up()
        refuse_lost(log, views)
        store.go_back(before)
        said = "views have applied circuit/c1/2 at position 9, where it holds"
        with pytest.raises(LogWentBack, match=f"{said} nothing"):
            refuse_lost(fresh, views)
        submit(fresh, order("m-2", "c2"))
        with pytest.raises(LogWentBack, match=f"{said} circuit/c2/2"):
            refuse_lost(fresh, views)
