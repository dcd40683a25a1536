"""The tables beside the views, and the types of columns: which generations of a view there are, and
how far each has read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from weakref import WeakSet

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, inspect, select, text

if TYPE_CHECKING:
    from sqlalchemy import Connection, FromClause, Pool

    from projections.feed import Checkpoint

TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its characters, as in Python, whatever the language of the database."""

PLACE: Final = BigInteger().with_variant(Integer, "sqlite")
"""A position in the log, or a number in another lane. In SQLite every integer is wide enough."""

_METADATA: Final = MetaData()

GENERATIONS: Final = Table(
    "views",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("moves", PLACE, nullable=False),
)
"""Each view's generations of tables. One is live: readers use it. Others are being built, by a
rebuild (`building`) or, after a reset, by whoever keeps the view up to date (`anew`), or they are
retired, and dropped once nobody reads them. Whoever writes a generation's rows counts a move in the
same transaction, so that the slower of two writers notices that it was overtaken."""

CHECKPOINTS: Final = Table(
    "view_places",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("lane", TEXT, primary_key=True),
    Column("place", PLACE, nullable=False),
)
"""How far each generation has read in each lane of its feed."""

STREAMS: Final = Table(
    "view_streams",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("version", PLACE, nullable=False),
    Column("position", PLACE, nullable=False, server_default=text("0")),
)
"""The version that each generation has reached in each stream, and that event's position (0 where
an earlier version of tieline counted it), if its feed needs counting."""

GAPS: Final = Table(
    "view_gaps",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("stream", TEXT, primary_key=True),
    Column("wanted", PLACE, nullable=False),
    Column("position", PLACE, nullable=False),
    Column("time", TEXT, nullable=False),
)
"""Streams that a generation has stopped: the version it waits for, and the position and time of the
event that came instead."""

NUMBERS: Final = Table(
    "view_numbers",
    _METADATA,
    Column("view", TEXT, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The number of each view's last generation. No number is used twice, so that a runner that still
holds a dropped generation can't write to another."""

BESIDE_GENERATIONS: Final = (CHECKPOINTS, STREAMS, GAPS)

State = Literal["building", "anew", "live", "retired"]


class Generation(NamedTuple):
    """One generation of a view's tables."""

    view: str
    generation: int
    edition: int
    state: State
    moves: int

    @property
    def is_live(self) -> bool:
        """Whether readers use this generation."""
        return self.state == "live"

    def rows_in(self, table: FromClause) -> Any:
        """The condition that a row of a table belongs to this generation."""
        return (table.c.view == self.view) & (table.c.generation == self.generation)


def live_generations(connection: Connection) -> dict[str, Generation]:
    """The live generation of each view, for readers: where it once found tables, it does not look
    for them again. Whoever makes them may yet take them back.
    """
    pool = connection.engine.pool
    if pool not in _WITH_VIEWS:
        if not inspect(connection).has_table(GENERATIONS.name):
            return {}
        _WITH_VIEWS.add(pool)
    found = (Generation(*row) for row in connection.execute(_GENERATIONS))
    return {each.view: each for each in found if each.is_live}


def forward_generations(connection: Connection) -> dict[str, Generation]:
    """The generation of each view that is kept up to date: the live one, or after a reset the one
    that takes its place once it has caught up.
    """
    found = generations(connection)
    return {each.view: each for state in ("live", "anew") for each in found if each.state == state}


def generations(connection: Connection) -> list[Generation]:
    """Every generation there is; none in a database without views."""
    if not inspect(connection).has_table(GENERATIONS.name):
        return []
    return [Generation(*row) for row in connection.execute(_GENERATIONS)]


_GENERATIONS: Final = select(GENERATIONS)
"""Built once, since it is the first that every reader asks."""

_WITH_VIEWS: Final = WeakSet["Pool"]()
"""The pools of databases in which the tables are: they stay."""


def checkpoint_of(connection: Connection, generation: Generation) -> Checkpoint:
    """How far a generation has read, by lane."""
    query = select(CHECKPOINTS.c.lane, CHECKPOINTS.c.place).where(generation.rows_in(CHECKPOINTS))
    return dict(connection.execute(query).all())
