"""What is kept of the tree, beside the log: its tiles, and every checkpoint that was signed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
    insert,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapters.proofs.entries import Reach
from adapters.proofs.tree import Place
from projections.database import opened as opened_for_views
from projections.database import writing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_METADATA: Final = MetaData()
TILES: Final = Table(
    "tiles",
    _METADATA,
    Column("tree", BigInteger, primary_key=True),
    Column("level", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)
CHECKPOINTS: Final = Table(
    "checkpoints",
    _METADATA,
    Column("tree", BigInteger, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("outcome", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
)
"""Both are made with the log (adapters/log/migrations)."""

_CHUNK: Final = 500
"""Tiles in one statement."""


_ALONE: Final = text("LOCK TABLE checkpoints IN EXCLUSIVE MODE")


class Signed(NamedTuple):
    """A checkpoint that was signed, and how far into the log it reaches."""

    reach: Reach
    note: str


def opened(url: str) -> Engine:
    """The database of a log, where every commit is on the disk before it returns."""
    engine = opened_for_views(url)
    event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: Any, _: object) -> None:
    if hasattr(connection, "autocommit") and not hasattr(connection, "create_function"):
        connection.autocommit = True
        connection.execute("SET synchronous_commit = on")
        connection.autocommit = False
    else:
        connection.execute("PRAGMA synchronous=FULL")


class Kept:
    """The tiles and checkpoints of one tree."""

    def __init__(self, engine: Engine, tree: int = 1) -> None:
        self._engine = engine
        self._tree = tree

    def last(self) -> Signed | None:
        """The newest checkpoint; None before the first."""
        with self._engine.begin() as connection:
            return self._last(connection)

    def signed_after(self, size: int) -> Iterator[Signed]:
        """The checkpoints of more entries than that, from the oldest on."""
        columns = CHECKPOINTS.c
        while True:
            query = (
                select(columns.position, columns.outcome, columns.note)
                .where(columns.tree == self._tree, columns.size > size)
                .order_by(columns.size)
                .limit(_CHUNK)
            )
            with self._engine.begin() as connection:
                page = [Signed(Reach(*row[:2]), row[2]) for row in connection.execute(query)]
            yield from page
            if len(page) < _CHUNK:
                return
            size = page[-1].reach.size

    def read(self, places: Collection[Place]) -> Mapping[Place, bytes]:
        """Tiles, as far as they are kept."""
        found: dict[Place, bytes] = {}
        wanted, key = sorted(places), tuple_(TILES.c.level, TILES.c.number)
        with self._engine.begin() as connection:
            for at in range(0, len(wanted), _CHUNK):
                query = select(TILES.c.level, TILES.c.number, TILES.c.hashes).where(
                    TILES.c.tree == self._tree, key.in_(wanted[at : at + _CHUNK])
                )
                for level, number, hashes in connection.execute(query):
                    found[Place(level, number)] = bytes(hashes)
        return found

    def keep(self, whole: Mapping[Place, bytes]) -> None:
        """Keep whole tiles, which are the same for every sealer."""
        with writing(self._engine) as connection:
            self._put(connection, whole)

    def sign(self, before: Signed | None, signed: Signed, tiles: Mapping[Place, bytes]) -> bool:
        """Keep a checkpoint with its last tiles, if `before` is still the newest one; returns
        whether it was kept.
        """
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_ALONE)
            if self._last(connection) != before:
                return False
            self._put(connection, tiles)
            row = {"tree": self._tree, "size": signed.reach.size, **signed.reach._asdict()}
            connection.execute(insert(CHECKPOINTS).values(**row, note=signed.note))
            return True

    def _put(self, connection: Connection, tiles: Mapping[Place, bytes]) -> None:
        rows = [
            {"tree": self._tree, "level": level, "number": number, "hashes": hashes}
            for (level, number), hashes in tiles.items()
        ]
        if not rows:
            return
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        put = dialect.insert(TILES)
        put = put.on_conflict_do_update(
            index_elements=[TILES.c.tree, TILES.c.level, TILES.c.number],
            set_={"hashes": put.excluded.hashes},
        )
        connection.execute(put, rows)

    def _last(self, connection: Connection) -> Signed | None:
        columns = CHECKPOINTS.c
        query = (
            select(columns.position, columns.outcome, columns.note)
            .where(columns.tree == self._tree)
            .order_by(columns.size.desc())
            .limit(1)
        )
        found = connection.execute(query).one_or_none()
        return None if found is None else Signed(Reach(found[0], found[1]), found[2])
