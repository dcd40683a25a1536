"""Commands that a defect keeps from being decided wait in the log, in the order they arrived."""

from msgspec.structs import replace

from domain.engine.log import Insertion, Log, Parked
from tests.contract.stores import Store
from tests.contract.submitting import WORLD, decide, order, submit


def a_parked(n: int, *, seq: int = 0, error: str | None = None) -> Parked:
    return Parked(
        seq,
        bytes([n] * 16),
        "circuit/c1",
        f'{{"n":{n}}}',
        "user:ü",
        n % 2 == 0,
        b"entropy",
        error,
        "t",
    )


def test_parked_and_unparked(log: Log, store: Store) -> None:
    three = [a_parked(1, error="KeyError: x"), a_parked(2), a_parked(3)]
    with log.appending() as tx:
        tx.insert(Insertion(parked=three))
        assert [each.seq for each in log.parked()] == [1, 2, 3]

    again = store.open()
    parked = again.parked()
    assert repr(parked) == repr([replace(each, seq=n) for n, each in enumerate(three, 1)])
    assert again.mark().parked == (3, 3)
    with again.appending() as tx:
        tx.insert(Insertion(unparked=[1, 3]))
    assert again.parked() == log.parked() == [parked[1]]
    again.close()


def test_a_place_is_given_once(log: Log) -> None:
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(1)]))
    mark = log.mark()
    with log.appending() as tx:
        tx.insert(Insertion(unparked=[1]))
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(2)]))

    assert [each.seq for each in log.parked()] == [2]
    assert log.mark() != mark


def test_parked_again_it_keeps_its_place(log: Log) -> None:
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(1, error="first"), a_parked(2)]))
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(1, error="second")]))
    assert [(each.seq, each.error) for each in log.parked()] == [(1, "second"), (2, None)]

    for n, unparked in enumerate([[], [1]]):
        with log.appending() as tx:
            parked = [a_parked(1, seq=1, error=f"again {n}")]
            tx.insert(Insertion(unparked=unparked, parked=parked))
        assert [(each.seq, each.error) for each in log.parked()] == [(1, f"again {n}"), (2, None)]


def test_decided_and_unparked_together(log: Log) -> None:
    submit(log, *WORLD)
    with log.appending() as tx:
        tx.insert(Insertion(parked=[a_parked(1)]))
    _, insertion = decide(log, [order("m-1", "c2")])

    with log.appending() as tx:
        tx.insert(replace(insertion, unparked=[1]))

    assert log.parked() == []
    assert log.load("circuit/c2")[1] == 2
