"""Whoever alters what is stored is found out: every column that history rests on, in every way."""

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, Final

import pytest
from sqlalchemy import Connection, text

from adapters.proofs.checking import Check, Checked
from adapters.proofs.entries import Altered
from adapters.proofs.kept import opened
from domain.engine.log import Log
from projections.database import writing
from tests.contract.stores import Store
from tests.contract.submitting import MIXED, WORLD, many_orders, submit
from tests.proofs.sealed import SIGNER, Sealed

POSITION: Final = {"sqlite": "rowid", "postgresql": "notification_id"}

Tamper = Callable[[Connection, str], None]


@pytest.fixture
def sealed(store: Store, log: Log) -> Generator[Sealed]:
    made = Sealed(log, store.url)
    for messages in (WORLD, many_orders(60), MIXED):
        submit(log, *messages)
        made.sealer.seal()
    yield made
    made.close()


def checked(sealed: Sealed, since: int = 0) -> Checked:
    return Check(sealed.entries, sealed.kept, SIGNER.key).run(since)


def tampered(store: Store, tamper: Tamper) -> None:
    engine = opened(store.url)
    with writing(engine) as connection:
        tamper(connection, POSITION[connection.dialect.name])
    engine.dispose()


def sql(statement: str, **values: Any) -> Tamper:
    """A statement, in which POSITION is the column of an event's position."""

    def tamper(connection: Connection, position: str) -> None:
        result = connection.execute(text(statement.replace("POSITION", position)), values)
        assert result.rowcount > 0

    return tamper


def test_what_nobody_altered_holds(sealed: Sealed) -> None:
    size = sealed.last.reach.size
    assert checked(sealed) == Checked(size, 3)
    for since in (1, 2, size - 1):
        assert checked(sealed, since).entries == size - since
    assert checked(sealed, size) == Checked(0, 0)


STATE: Final = "UPDATE stored_events SET state = :to WHERE POSITION = 5"

TAMPERING: Final[dict[str, tuple[Tamper, str]]] = {
    "the stream of an event": (
        sql("UPDATE stored_events SET originator_id = 'circuit/zz' WHERE POSITION = 12"),
        "circuit/zz/",
    ),
    "the version of an event": (
        sql("UPDATE stored_events SET originator_version = 99 WHERE POSITION = 12"),
        "/99,",
    ),
    "the type of an event": (
        sql("UPDATE stored_events SET topic = 'tieline.circuit.deleted.v1' WHERE POSITION = 12"),
        "tieline.circuit.deleted.v1",
    ),
    "an event deleted": (
        sql("DELETE FROM stored_events WHERE POSITION = 12"),
        "event at position 12 is missing",
    ),
    "the last events deleted": (
        sql("DELETE FROM stored_events WHERE POSITION > 100"),
        "event at position 101 is missing",
    ),
    "the key of an outcome": (
        sql("UPDATE outcomes SET key = :to WHERE seq = 7", to=bytes(16)),
        "00000000-0000-0000-0000-000000000000",
    ),
    "the digest of an outcome": (
        sql("UPDATE outcomes SET digest = :to WHERE seq = 7", to=bytes(16)),
        "tieline.outcome.accepted.v1",
    ),
    "the position of an outcome": (
        sql("UPDATE outcomes SET position = position - 1 WHERE seq = 7"),
        "entry",
    ),
    "the number of an outcome's events": (
        sql("UPDATE outcomes SET count = count - 1 WHERE seq = 7"),
        "entry",
    ),
    "the body of an outcome": (
        sql("UPDATE outcomes SET body = replace(body, 'nobody', 'any') WHERE body LIKE '%nobody%'"),
        "tieline.outcome.refused.v1",
    ),
    "an outcome deleted": (sql("DELETE FROM outcomes WHERE seq = 7"), "outcome 7 is missing"),
    "a tile": (
        sql("UPDATE tiles SET hashes = :to WHERE level = 0 AND number = 0", to=bytes(8192)),
        "entry 0 is not the one",
    ),
    "a tile deleted": (sql("DELETE FROM tiles WHERE level = 1"), "tile 1/0"),
    "a checkpoint": (
        sql("UPDATE checkpoints SET note = replace(note, 'tieline/test\n', 'tieline/other\n')"),
        "was altered",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_what_was_altered_is_named(sealed: Sealed, store: Store, name: str) -> None:
    tamper, said = TAMPERING[name]
    tampered(store, tamper)
    with pytest.raises(Altered) as raised:
        checked(sealed)
    assert said in str(raised.value)


def test_every_bit_of_an_event_counts(sealed: Sealed, store: Store) -> None:
    (_, row), *_ = sealed.log.rows(4, 1)
    for at in range(0, len(row.state) * 8, 41):
        state = bytearray(row.state)
        state[at // 8] ^= 1 << at % 8
        tampered(store, sql(STATE, to=bytes(state)))
        with pytest.raises(Altered, match=r"entry|location/frankfurt/1"):
            checked(sealed)
    tampered(store, sql(STATE, to=row.state))
    assert checked(sealed).checkpoints == 3


def test_two_events_swapped_are_named(sealed: Sealed, store: Store) -> None:
    for at, to in ((12, -1), (14, 12), (-1, 14)):
        move = "UPDATE stored_events SET POSITION = :to WHERE POSITION = :at"
        tampered(store, sql(move, at=at, to=to))
    with pytest.raises(Altered, match="is not the one that was sealed"):
        checked(sealed)


def test_a_suffix_rewritten_with_its_tiles_is_named(sealed: Sealed, store: Store) -> None:
    """Hashes and tiles made anew over another history: the checkpoint was signed for the one."""
    other = store.another()
    with closing(other.open()) as log, closing(Sealed(log, other.url)) as forged:
        *orders, last = many_orders(60)
        submit(log, *WORLD, *orders, {**last, "subject": "circuit/forged"}, *MIXED)
        assert forged.sealer.seal().reach == sealed.last.reach
        checkpoints = Pretending(forged, sealed)
        with pytest.raises(Altered, match="are not what the checkpoint of"):
            Check(forged.entries, checkpoints, SIGNER.key).run()


class Pretending:
    """The tiles of one log beside the checkpoints of another."""

    def __init__(self, tiles: Sealed, signed: Sealed) -> None:
        self.read = tiles.kept.read
        self.last = signed.kept.last
        self.signed_after = signed.kept.signed_after
